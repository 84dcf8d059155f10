/** git-branch(1). */

import { globRegex } from "../../core/glob.ts";
import type { Git } from "../context.ts";
import { paint } from "../diff/patch.ts";
import { Fatal, Quit } from "../errors.ts";
import { subjectOf } from "../history/pretty.ts";
import { Revisions } from "../history/revisions.ts";
import { aheadBehind, isAncestor, reachable } from "../history/walk.ts";
import { type Grammar, type Options, parseOptions } from "../options.ts";
import { isValidRefName } from "../repository/refs.ts";
import type { Command } from "./command.ts";
import { formatRefs, sortRefs } from "./for-each-ref.ts";
import { changeConfig } from "./local-config.ts";
import { updateRef } from "./shared.ts";
import { detachedAt } from "./status-state.ts";

const GRAMMAR: Grammar = {
  name: "branch",
  usage: [
    "git branch [<options>] [-r | -a] [--merged] [--no-merged]",
    "git branch [<options>] [-f] [--recurse-submodules] <branch-name> [<start-point>]",
    "git branch [<options>] [-l] [<pattern>...]",
    "git branch [<options>] [-r] (-d | -D) <branch-name>...",
    "git branch [<options>] (-m | -M) [<old-branch>] <new-branch>",
    "git branch [<options>] (-c | -C) [<old-branch>] <new-branch>",
    "git branch [<options>] [-r | -a] [--points-at]",
    "git branch [<options>] [-r | -a] [--format]",
  ],
  options: [
    "-v, --verbose",
    "-q, --quiet",
    "-t, --track[=]",
    "-u, --set-upstream-to=",
    "--unset-upstream",
    "--color[=]",
    "-r, --remotes",
    "--contains=?",
    "--no-contains=?",
    "--abbrev[=]",
    "-a, --all",
    "-d, --delete",
    "-D",
    "-m, --move",
    "-M",
    "-c, --copy",
    "-C",
    "-l, --list",
    "--show-current",
    "--create-reflog",
    "-f, --force",
    "--merged=?",
    "--no-merged=?",
    "--sort=",
    "--points-at=",
    "-i, --ignore-case",
    "--format=",
  ],
  unmodeled: ["--edit-description", "--column", "--recurse-submodules"],
};

export function checkBranchName(name: string): void {
  if (!isValidRefName(`refs/heads/${name}`) || name.startsWith("-") || name === "HEAD")
    throw new Fatal(`'${name}' is not a valid branch name`);
}

/** Where another working tree has this branch checked out. */
export function checkedOutAt(git: Git, branch: string): string | undefined {
  const { repository } = git;
  const { files } = repository;
  if (!repository.isBare || repository.refs.head === `refs/heads/${branch}`) {
    if (repository.refs.head === `refs/heads/${branch}` && repository.workTree !== undefined) return repository.workTree;
  }
  const main = `${repository.commonDir}/HEAD`;
  if (repository.gitDir !== repository.commonDir && files.readText(main).trim() === `ref: refs/heads/${branch}`)
    return repository.commonDir.replace(/\/\.git$/, "");
  const folder = `${repository.commonDir}/worktrees`;
  if (!files.exists(folder)) return undefined;
  for (const { name } of files.readdir(folder)) {
    if (!files.exists(`${folder}/${name}/HEAD`) || files.readText(`${folder}/${name}/HEAD`).trim() !== `ref: refs/heads/${branch}`)
      continue;
    return files
      .readText(`${folder}/${name}/gitdir`)
      .trim()
      .replace(/\/\.git$/, "");
  }
  return undefined;
}

/** Sets the upstream of a branch; says so unless quiet. `upstream` is what was typed. */
export function setUpstream(git: Git, branch: string, upstream: string, quiet = false): void {
  const { repository } = git;
  const full = git.revisions.fullName(upstream);
  if (full === undefined || !/^refs\/(heads|remotes)\//.test(full)) {
    if (full !== undefined || git.revisions.find(upstream))
      throw new Fatal(`cannot set up tracking information; starting point '${upstream}' is not a branch`);
    throw new Quit(
      `fatal: the requested upstream branch '${upstream}' does not exist\nhint: \nhint: If you are planning on basing your work on an upstream\nhint: branch that already exists at the remote, you may need to\nhint: run "git fetch" to retrieve it.\nhint: \nhint: If you are planning to push out a new local branch that\nhint: will track its remote counterpart, you may want to use\nhint: "git push -u" to set the upstream config as you push.\nhint: Disable this message with "git config advice.setUpstreamFailure false"\n`,
      128,
    );
  }
  const { remote, merge } = trackedBy(git, full);
  changeConfig(repository, (file) => {
    file.set(`branch.${branch}.remote`, remote);
    file.set(`branch.${branch}.merge`, merge);
  });
  if (!quiet) git.say(`branch '${branch}' set up to track '${Revisions.shortName(full)}'.\n`);
}

/** The remote and its branch that a remote-tracking branch follows; "." for a local branch. */
export function trackedBy(git: Git, full: string): { remote: string; merge: string } {
  if (full.startsWith("refs/heads/")) return { remote: ".", merge: full };
  for (const remote of git.repository.config.subsections("remote"))
    for (const spec of git.repository.config.all(`remote.${remote}.fetch`)) {
      const [from = "", to = ""] = spec.replace(/^\+/, "").split(":");
      if (to === full) return { remote, merge: from };
      if (to.endsWith("*") && full.startsWith(to.slice(0, -1))) return { remote, merge: from.replace("*", full.slice(to.length - 1)) };
    }
  throw new Fatal(`cannot set up tracking information; starting point '${Revisions.shortName(full)}' is not a branch`);
}

/** `[origin/main: ahead 1, behind 2] `, as -vv shows it (-v without the name). */
function trackingMark(git: Git, branch: string, color: boolean, full: boolean): string {
  const upstream = git.revisions.upstream(branch);
  if (upstream === undefined) return "";
  const name = paint(color, "34", Revisions.shortName(upstream));
  const ours = git.repository.refs.resolve(`refs/heads/${branch}`);
  const theirs = git.repository.refs.resolve(upstream);
  if (theirs === undefined) return full ? `[${name}: gone] ` : "[gone] ";
  if (ours === undefined) return "";
  const { ahead, behind } = aheadBehind(git.repository.store, ours, theirs);
  const parts = [ahead > 0 ? `ahead ${ahead}` : "", behind > 0 ? `behind ${behind}` : ""].filter((part) => part !== "");
  if (full) return `[${name}${parts.length > 0 ? `: ${parts.join(", ")}` : ""}] `;
  return parts.length > 0 ? `[${parts.join(", ")}] ` : "";
}

interface Row {
  readonly label: string;
  readonly full: string;
  readonly oid: string;
  readonly kind: "current" | "local" | "remote" | "worktree";
}

function list(git: Git, options: Options): void {
  const { repository } = git;
  const color = git.color(
    "branch",
    options.has("color") ? (options.get("color") ?? "always") : options.flag("color") === false ? "never" : undefined,
  );
  const rows: Row[] = [];
  const head = repository.refs.head;
  const both = options.has("all");
  const remotes = options.has("remotes");
  const worktrees = new Set<string>();
  if (!remotes || both) {
    if (head === undefined && repository.headOid !== undefined) {
      const { name, moved } = detachedAt(git);
      const label = repository.files.exists(repository.gitPath("rebase-merge"))
        ? `(no branch, rebasing ${(repository.readGitFile("rebase-merge/head-name") ?? "").trim().replace(/^refs\/heads\//, "")})`
        : `(HEAD detached ${moved ? "from" : "at"} ${name})`;
      rows.push({ label, full: "HEAD", oid: repository.headOid, kind: "current" });
    }
    for (const { name, oid } of repository.refs.list("refs/heads/")) {
      const other = name !== head && checkedOutAt(git, name.slice(11)) !== undefined;
      if (other) worktrees.add(name);
      rows.push({ label: name.slice(11), full: name, oid, kind: name === head ? "current" : other ? "worktree" : "local" });
    }
  }
  if (remotes || both)
    for (const { name, oid } of repository.refs.list("refs/remotes/"))
      rows.push({ label: both ? `remotes/${name.slice(13)}` : name.slice(13), full: name, oid, kind: "remote" });
  const patterns = options.everything.map((pattern) => globRegex(pattern, { pathname: true, ignoreCase: options.has("ignore-case") }));
  const commitOf = (text: string | undefined) => {
    const oid = git.revisions.tryCommit(text ?? "HEAD");
    if (oid === undefined) throw new Quit(`error: malformed object name ${text}\n`, 129);
    return oid;
  };
  let shown = rows.filter((row) => patterns.length === 0 || patterns.some((pattern) => pattern.test(Revisions.shortName(row.full))));
  if (options.has("merged")) {
    const base = reachable(repository.store, [commitOf(options.get("merged"))]);
    shown = shown.filter((row) => base.has(row.oid));
  }
  if (options.has("no-merged") || options.flag("merged") === false) {
    const base = reachable(repository.store, [commitOf(options.get("no-merged") ?? options.everything[0])]);
    shown = rows.filter((row) => !base.has(row.oid));
  }
  if (options.has("contains")) {
    const wanted = commitOf(options.get("contains"));
    shown = shown.filter((row) => isAncestor(repository.store, wanted, row.oid));
  }
  const without = options.get("no-contains");
  if (without !== undefined) shown = shown.filter((row) => !isAncestor(repository.store, commitOf(without), row.oid));
  const points = options.get("points-at");
  if (points !== undefined) shown = shown.filter((row) => row.oid === commitOf(points));
  const sort = options.get("sort") ?? repository.config.get("branch.sort");
  if (sort !== undefined) {
    const order = sortRefs(
      git,
      shown.map(({ full, oid }) => ({ name: full, oid })),
      [sort],
    );
    shown.sort((a, b) => order.findIndex(({ name }) => name === a.full) - order.findIndex(({ name }) => name === b.full));
  }
  const format = options.get("format");
  if (format !== undefined) {
    for (const row of shown) git.say(`${formatRefs(git, { name: row.full, oid: row.oid }, format, color)}\n`);
    return;
  }
  const verbose = options.count("verbose");
  const width = Math.max(0, ...shown.map(({ label }) => [...label].length));
  for (const row of shown) {
    const code = row.kind === "current" ? "32" : row.kind === "remote" ? "31" : row.kind === "worktree" ? "36" : undefined;
    const mark = row.kind === "current" ? "* " : row.kind === "worktree" ? "+ " : "  ";
    const painted = (text: string) => (code === undefined ? text : paint(color, code, text));
    const symbolic = repository.refs.symbolic(row.full);
    const target = symbolic !== undefined && row.full !== "HEAD" ? ` -> ${Revisions.shortName(symbolic)}` : "";
    if (verbose === 0) git.say(`${mark}${painted(row.label)}${target}\n`);
    else if (target !== "") git.say(`${mark}${painted(row.label.padEnd(width))}${target}\n`);
    else {
      const path = row.kind === "worktree" && verbose > 1 ? `(${paint(color, "36", checkedOutAt(git, row.label) ?? "")}) ` : "";
      const tracking = row.full.startsWith("refs/heads/") ? trackingMark(git, row.full.slice(11), color, verbose > 1) : "";
      const commit = repository.store.commit(row.oid);
      git.say(`${mark}${painted(row.label.padEnd(width))} ${repository.short(row.oid)} ${path}${tracking}${subjectOf(commit.message)}\n`);
    }
  }
}

function remove(git: Git, options: Options): number {
  const { repository } = git;
  const force = options.has("D") || options.has("force");
  const kind = options.has("remotes") ? "refs/remotes/" : "refs/heads/";
  if (options.everything.length === 0) throw new Fatal("branch name required");
  let failed = false;
  for (const given of options.everything) {
    const name = kind === "refs/heads/" ? git.revisions.branchName(given) : given;
    const full = kind + name;
    const oid = repository.refs.resolve(full);
    const place = kind === "refs/heads/" ? checkedOutAt(git, name) : undefined;
    if (place !== undefined) {
      git.warn(`error: Cannot delete branch '${name}' checked out at '${place}'\n`);
      failed = true;
      continue;
    }
    if (oid === undefined) {
      git.warn(`error: ${kind === "refs/remotes/" ? "remote-tracking " : ""}branch '${name}' not found.\n`);
      failed = true;
      continue;
    }
    if (!force && kind === "refs/heads/") {
      const upstream = git.revisions.upstream(name);
      const base = (upstream === undefined ? undefined : repository.refs.resolve(upstream)) ?? repository.headOid;
      const head = repository.headOid;
      const merged = base !== undefined && isAncestor(repository.store, oid, base);
      const inHead = head !== undefined && isAncestor(repository.store, oid, head);
      if (!merged) {
        git.warn(`error: The branch '${name}' is not fully merged.\nIf you are sure you want to delete it, run 'git branch -D ${name}'.\n`);
        failed = true;
        continue;
      }
      if (!inHead && upstream !== undefined)
        git.warn(`warning: deleting branch '${name}' that has been merged to\n         '${upstream}', but not yet merged to HEAD.\n`);
    }
    repository.refs.delete(full);
    if (kind === "refs/heads/") changeConfig(repository, (file) => void file.removeSection(`branch.${name}`));
    if (!options.has("quiet"))
      git.say(`Deleted ${kind === "refs/remotes/" ? "remote-tracking " : ""}branch ${name} (was ${repository.short(oid)}).\n`);
  }
  return failed ? 1 : 0;
}

function rename(git: Git, options: Options): number {
  const { repository } = git;
  const { refs } = repository;
  const copy = options.has("copy", "C");
  const force = options.has("M", "C", "force");
  const args = options.everything;
  if (args.length === 0) throw new Fatal("branch name required");
  if (args.length > 2) throw new Fatal(`too many arguments for a ${copy ? "copy" : "rename"} operation`);
  const from = args.length === 2 ? git.revisions.branchName(args[0] ?? "") : repository.branch;
  const to = args.at(-1) ?? "";
  if (from === undefined) throw new Fatal("cannot rename the current branch while not on any.");
  checkBranchName(to);
  const oid = refs.resolve(`refs/heads/${from}`);
  const unborn = oid === undefined && refs.head === `refs/heads/${from}`;
  if (oid === undefined && !unborn) throw new Fatal(`No branch named '${from}'.`);
  if (!force && from !== to && refs.resolve(`refs/heads/${to}`) !== undefined) throw new Fatal(`a branch named '${to}' already exists`);
  const onHead = refs.head === `refs/heads/${from}`;
  if (oid !== undefined && from !== to) {
    const log = refs.log(`refs/heads/${from}`);
    if (!copy) refs.delete(`refs/heads/${from}`);
    if (refs.resolve(`refs/heads/${to}`) !== undefined) refs.delete(`refs/heads/${to}`);
    refs.write(`refs/heads/${to}`, oid);
    refs.writeLog(`refs/heads/${to}`, log);
    refs.appendLog(
      `refs/heads/${to}`,
      oid,
      oid,
      git.committer(false),
      `Branch: ${copy ? "copied" : "renamed"} refs/heads/${from} to refs/heads/${to}`,
    );
  }
  if (onHead && !copy) {
    refs.setSymbolic("HEAD", `refs/heads/${to}`);
    if (oid !== undefined && from !== to)
      refs.appendLog("HEAD", oid, oid, git.committer(false), `Branch: renamed refs/heads/${from} to refs/heads/${to}`);
  }
  if (!copy && from !== to) changeConfig(repository, (file) => void file.renameSection(`branch.${from}`, `branch.${to}`));
  return 0;
}

/** What a new branch starts from, and whether it follows it. */
export function createBranch(
  git: Git,
  name: string,
  start: string,
  options: { force?: boolean; track?: boolean | undefined; quiet?: boolean; reflog?: string },
): void {
  const { repository } = git;
  checkBranchName(name);
  const full = `refs/heads/${name}`;
  const exists = repository.refs.resolve(full) !== undefined;
  if (exists && !options.force) throw new Fatal(`a branch named '${name}' already exists`);
  if (exists) {
    const place = checkedOutAt(git, name);
    if (place !== undefined) throw new Fatal(`cannot force update the branch '${name}' checked out at '${place}'`);
  }
  if (start === "HEAD" && repository.headOid === undefined) throw new Fatal(`not a valid object name: '${repository.branch}'`);
  const oid = git.revisions.tryCommit(start);
  if (oid === undefined) {
    if (git.revisions.find(start)) throw new Fatal(`not a valid branch point: '${start}'`);
    throw new Fatal(`not a valid object name: '${start}'`);
  }
  const blocked = repository.refs.conflict(full);
  if (blocked !== undefined) throw new Fatal(`cannot lock ref '${full}': '${blocked}' exists; cannot create '${full}'`);
  updateRef(git, full, oid, options.reflog ?? (exists ? `branch: Reset to ${start}` : `branch: Created from ${start}`));
  const source = git.revisions.fullName(start);
  const remote = source?.startsWith("refs/remotes/");
  const setting = repository.config.get("branch.autoSetupMerge");
  const track = options.track ?? (remote && setting !== "false");
  if (!track || source === undefined) {
    if (options.track && source === undefined)
      throw new Fatal(`cannot set up tracking information; starting point '${start}' is not a branch`);
    return;
  }
  try {
    setUpstream(git, name, start, options.quiet);
  } catch (error) {
    if (options.track || !(error instanceof Fatal)) throw error;
  }
}

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  const { repository } = git;
  const args = options.everything;
  if (options.has("show-current")) {
    if (repository.branch !== undefined) git.say(`${repository.branch}\n`);
    return 0;
  }
  if (options.has("delete") || options.has("D")) return remove(git, options);
  if (options.has("move", "M", "copy", "C")) return rename(git, options);
  const upstream = options.get("set-upstream-to");
  if (upstream !== undefined || options.has("unset-upstream")) {
    const branch = args[0] === undefined ? repository.branch : git.revisions.branchName(args[0]);
    if (branch === undefined) throw new Fatal(`could not set upstream of HEAD to ${upstream} when it does not point to any branch.`);
    if (upstream === undefined) {
      if (git.revisions.upstream(branch) === undefined && repository.config.get(`branch.${branch}.merge`) === undefined)
        throw new Fatal(`Branch '${branch}' has no upstream information`);
      changeConfig(repository, (file) => {
        file.unset(`branch.${branch}.remote`);
        file.unset(`branch.${branch}.merge`);
      });
      return 0;
    }
    if (repository.refs.resolve(`refs/heads/${branch}`) === undefined)
      throw new Fatal(args[0] === undefined ? `no commit on branch '${branch}' yet` : `branch '${branch}' does not exist`);
    setUpstream(git, branch, upstream);
    return 0;
  }
  const listing =
    ["list", "all", "remotes", "merged", "no-merged", "contains", "no-contains", "points-at", "format", "sort"].some((key) =>
      options.has(key),
    ) || options.flag("merged") === false;
  if (args.length === 0 || listing) {
    list(git, options);
    return 0;
  }
  if (args.length > 2) throw new Quit(`usage: ${GRAMMAR.usage.join("\n   or: ")}\n`, 129);
  createBranch(git, git.revisions.branchName(args[0] ?? ""), args[1] ?? "HEAD", {
    force: options.has("force"),
    track: options.flag("track"),
    quiet: options.has("quiet"),
  });
  return 0;
}

export const branch: Command = {
  name: "branch",
  summary: "List, create, or delete branches",
  pager: (argv) => argv.every((word) => /^(-a|-r|-v+|-l|--list|--all|--remotes)$/.test(word)),
  run,
};
