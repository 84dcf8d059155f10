import type { Machine } from "../../kernel/types.ts";
import { subjectOf } from "../../programs/git/history/pretty.ts";
import { Revisions } from "../../programs/git/history/revisions.ts";
import { reachable } from "../../programs/git/history/walk.ts";
import { MODE } from "../../programs/git/objects/object.ts";
import { Ignore } from "../../programs/git/repository/ignore.ts";
import { Repository } from "../../programs/git/repository/repository.ts";
import { stagedPairs, unstagedPairs } from "../../programs/git/repository/status.ts";
import { untracked } from "../../programs/git/repository/work-tree.ts";
import type { GitCheck, MachineDefinition } from "../types.ts";
import { resolvePath } from "./file-check.ts";
import { breaks, describe, quote } from "./text-rule.ts";
import type { Verdict } from "./verdict.ts";

/** Looks at a repository as root sees it. `machine` is a copy that nobody else uses. */
export function checkGit(check: GitCheck, machine: Machine, definition: MachineDefinition): Verdict {
  const repository = open(check, machine, definition);
  const where = check.branch ?? "the branch that is checked out";
  if (repository === undefined) return fail(`a git repository in ${check.repository}`, `none in ${check.repository}`);
  const { store } = repository;
  const tip = new Revisions(repository, { now: 0, tz: "UTC" }).tryCommit(check.branch ?? "HEAD");
  if (check.never.length > 0) {
    const found = everHeld(repository, check.never);
    if (found !== undefined) return fail(`no ${quote(found.text)} in any commit`, `it is in ${found.path} of ${found.commit}`);
  }
  if (check.tag !== undefined && repository.refs.resolve(`refs/tags/${check.tag}`) === undefined)
    return fail(`the tag ${check.tag}`, `no tag ${check.tag} in ${check.repository}`);
  const needsTip = check.branch !== undefined || check.message || check.tracked.length > 0 || check.file || (check.commits?.min ?? 0) > 0;
  if (tip === undefined && needsTip) return fail(`commits on ${where}`, `no commit on ${where}`);
  const commits = tip === undefined ? [] : [...reachable(store, [tip])].map((oid) => store.commit(oid));
  const { message } = check;
  if (message !== undefined && !commits.some((commit) => breaks(message, commit.message, "a message") === undefined))
    return fail(
      describe(message, "the message of a commit"),
      `messages ${commits
        .slice(0, 3)
        .map((commit) => quote(subjectOf(commit.message)))
        .join(", ")}`,
    );
  if (check.commits !== undefined) {
    const { min, max } = check.commits;
    if (commits.length < min || (max !== undefined && commits.length > max))
      return fail(
        min === max
          ? `${min} commits on ${where}`
          : max === undefined
            ? `at least ${min} commits on ${where}`
            : `${min} to ${max} commits on ${where}`,
        `${commits.length} on ${where}`,
      );
  }
  const tree = tip === undefined ? undefined : store.commit(tip).tree;
  const at = (path: string) => (tree === undefined ? undefined : repository.entryAt(tree, path));
  for (const path of check.tracked) if (at(path) === undefined) return fail(`${path} in the latest commit of ${where}`, `no ${path} in it`);
  for (const path of check.untracked)
    if (at(path) !== undefined) return fail(`no ${path} in the latest commit of ${where}`, `${path} is in it`);
  if (check.file !== undefined) {
    const entry = at(check.file.path);
    if (entry === undefined || entry.mode === MODE.tree)
      return fail(`${check.file.path} in the latest commit of ${where}`, `no ${check.file.path} in it`);
    const difference = breaks(check.file.text, new TextDecoder().decode(store.blob(entry.oid)), `${check.file.path} as it is committed`);
    if (difference !== undefined) return { status: "fail", ...difference };
  }
  if (check.clean) {
    const changed = changes(repository);
    if (changed !== undefined) return fail("nothing that is not committed", changed);
  }
  const expected = `${check.repository} as it must be`;
  return {
    status: "pass",
    expected,
    found: tip === undefined ? "no commits" : `${repository.short(tip)} ${quote(subjectOf(store.commit(tip).message))}`,
  };
}

function open(check: GitCheck, machine: Machine, definition: MachineDefinition): Repository | undefined {
  const path = resolvePath(check.repository, definition).replace(/(?<=.)\/+$/, "");
  const { files } = machine;
  const gitDir = [`${path}/.git`, path, `${path}.git`].find(
    (folder) => files.exists(`${folder}/HEAD`) && files.exists(`${folder}/objects`),
  );
  if (gitDir === undefined) return undefined;
  const workTree = gitDir === `${path}/.git` ? path : undefined;
  const own = machine.filesAs({ uid: 0, gid: 0, groups: [0] }, workTree ?? gitDir);
  return new Repository(own, { gitDir, commonDir: gitDir, workTree, configLabel: "config" }, { env: { HOME: "/root" }, given: [] });
}

/** Where one of these texts is, or was, in a file of any commit. */
function everHeld(repository: Repository, texts: readonly string[]): { text: string; path: string; commit: string } | undefined {
  const { store, refs } = repository;
  const tips = refs.list().flatMap(({ oid }) => {
    const { oid: peeled, type } = store.peel(oid);
    return type === "commit" ? [peeled] : [];
  });
  if (repository.headOid !== undefined) tips.push(repository.headOid);
  const seen = new Set<string>();
  for (const oid of reachable(store, tips)) {
    for (const [path, file] of repository.flatten(store.commit(oid).tree)) {
      if (seen.has(file.oid) || file.mode === MODE.gitlink) continue;
      seen.add(file.oid);
      const held = new TextDecoder().decode(store.blob(file.oid));
      const text = texts.find((each) => held.includes(each));
      if (text !== undefined) return { text, path, commit: repository.short(oid) };
    }
  }
  return undefined;
}

function changes(repository: Repository): string | undefined {
  if (repository.isBare) return undefined;
  const pairs = [...stagedPairs(repository, repository.headTree), ...unstagedPairs(repository)];
  const [first] = pairs;
  if (first) return `${first.new?.path ?? first.old?.path} is changed and not committed`;
  const [conflict] = repository.index.unmerged;
  if (conflict !== undefined) return `${conflict} is in conflict`;
  const [other] = untracked(repository, { mode: "normal", ignore: new Ignore(repository, { HOME: "/root" }) }).untracked;
  return other === undefined ? undefined : `${other} is not tracked`;
}

function fail(expected: string, found: string): Verdict {
  return { status: "fail", expected, found };
}
