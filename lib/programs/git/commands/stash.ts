/** git-stash(1). */
import type { Git } from "../context.ts";
import { workBytes } from "../diff/content.ts";
import { DIFF_OPTIONS, diffStyle, diffText, refine } from "../diff/output.ts";
import { treePairs } from "../diff/pairs.ts";
import { Fatal, notModeled, Quit } from "../errors.ts";
import { subjectOf } from "../history/pretty.ts";
import { mergeOnto } from "../merge/apply.ts";
import { mergeTrees } from "../merge/merge-trees.ts";
import { type Grammar, type Options, parseOptions } from "../options.ts";
import { forceTree, removeWorkFile, takeFile, writeWorkFile } from "../repository/checkout-tree.ts";
import { Ignore } from "../repository/ignore.ts";
import { bareEntry, modeOf } from "../repository/index-file.ts";
import { Pathspec } from "../repository/pathspec.ts";
import type { TreeFile } from "../repository/repository.ts";
import { stagedPairs, unstagedPairs } from "../repository/status.ts";
import { indexFiles, statOf, untracked, workFile } from "../repository/work-tree.ts";
import { writeTree } from "../repository/write-tree.ts";
import type { Command } from "./command.ts";
import { LOG_OPTIONS, logStyle } from "./log.ts";
import { makeCommit } from "./make-commit.ts";
import { showReflog } from "./reflog.ts";

const REF = "refs/stash";

const PUSH: Grammar = {
  name: "stash push",
  usage: [
    "git stash [push [-p | --patch] [-S | --staged] [-k | --[no-]keep-index] [-q | --quiet]",
    "          [-u | --include-untracked] [-a | --all] [(-m | --message) <message>]",
    "          [--pathspec-from-file=<file> [--pathspec-file-nul]]",
    "          [--] [<pathspec>...]]",
  ],
  options: ["-k, --keep-index", "-S, --staged", "-p, --patch", "-q, --quiet", "-u, --include-untracked", "-a, --all", "-m, --message="],
  unmodeled: ["--pathspec-from-file", "--pathspec-file-nul"],
};

function untrackedFiles(git: Git, all: boolean, pathspec: Pathspec | undefined): string[] {
  const { repository } = git;
  const found = untracked(repository, {
    mode: "all",
    ignore: new Ignore(repository, git.env),
    eachIgnored: true,
    wanted: (path) => pathspec?.matches(path) ?? true,
  });
  return [...found.untracked, ...(all ? found.ignored : [])].filter((path) => !path.endsWith("/"));
}

/** The stash's commit; undefined when there is nothing to put away. HEAD, index and working tree stay. */
export function createStash(
  git: Git,
  message: string | undefined,
  options: { untracked: boolean; all?: boolean; pathspec?: Pathspec | undefined; staged?: boolean },
): string | undefined {
  const { repository } = git;
  const head = repository.headOid;
  if (head === undefined) throw new Quit("You do not have the initial commit yet\n", 1);
  const wanted = (path: string) => options.pathspec?.matches(path) ?? true;
  const others = options.untracked ? untrackedFiles(git, options.all ?? false, options.pathspec) : [];
  if (
    stagedPairs(repository, repository.headTree, wanted).length === 0 &&
    unstagedPairs(repository, wanted).length === 0 &&
    others.length === 0
  )
    return undefined;
  const commit = repository.store.commit(head);
  const branch = repository.branch ?? "(no branch)";
  const at = `${branch}: ${repository.short(head)} ${subjectOf(commit.message)}`;
  const author = git.author(false);
  const committer = git.committer(false);
  const index = writeTree(repository.store, indexFiles(repository));
  const indexCommit = makeCommit(git, { tree: index, parents: [head], author, committer, message: `index on ${at}\n` });
  const parents = [head, indexCommit];
  if (others.length > 0) {
    const files = new Map<string, TreeFile>();
    for (const path of others) {
      const stat = repository.files.lstat(repository.workPath(path));
      files.set(path, { mode: modeOf(stat), oid: repository.store.write("blob", workBytes(repository, path)) });
    }
    parents.push(
      makeCommit(git, { tree: writeTree(repository.store, files), parents: [], author, committer, message: `untracked files on ${at}\n` }),
    );
  }
  const work = new Map<string, TreeFile>();
  const headFiles = repository.flatten(commit.tree);
  for (const entry of [...repository.index.entries]) {
    if (entry.stage !== 0) continue;
    if (!wanted(entry.path)) {
      const kept = headFiles.get(entry.path);
      if (kept) work.set(entry.path, kept);
      continue;
    }
    if (options.staged) {
      work.set(entry.path, { mode: entry.mode, oid: entry.oid });
      continue;
    }
    const now = workFile(repository, entry);
    if (!now) continue;
    const oid = /^0+$/.test(now.oid) ? repository.store.write("blob", workBytes(repository, entry.path)) : now.oid;
    work.set(entry.path, { mode: now.mode, oid });
  }
  const text = message === undefined ? `WIP on ${at}` : `On ${branch}: ${message}`;
  return makeCommit(git, { tree: writeTree(repository.store, work), parents, author, committer, message: text });
}

function store(git: Git, oid: string, message: string): void {
  const { refs } = git.repository;
  const before = refs.resolve(REF);
  refs.write(REF, oid);
  refs.appendLog(REF, before, oid, git.committer(false), message);
}

async function push(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(PUSH, argv);
  const repository = git.withWorkTree;
  if (options.has("patch")) throw notModeled('"git stash --patch"');
  if (repository.index.unmerged.length > 0)
    throw new Quit(`${repository.index.unmerged.map((path) => `${path}: needs merge\n`).join("")}`, 1);
  const paths = options.everything;
  const pathspec = paths.length > 0 ? new Pathspec(repository, paths) : undefined;
  const all = options.has("all");
  if (pathspec) {
    for (const entry of repository.index.entries) pathspec.matches(entry.path);
    if (options.has("include-untracked") || all) untrackedFiles(git, all, pathspec);
    const [unknown] = pathspec.unused;
    if (unknown !== undefined)
      throw new Quit(`error: pathspec ':(,prefix:0)${unknown}' did not match any file(s) known to git\nDid you forget to 'git add'?\n`, 1);
  }
  const withUntracked = options.has("include-untracked") || all;
  const message = options.get("message");
  const oid = createStash(git, message, { untracked: withUntracked, all, pathspec, staged: options.has("staged") });
  if (oid === undefined) {
    if (!options.has("quiet")) git.say("No local changes to save\n");
    return 0;
  }
  const commit = repository.store.commit(oid);
  store(git, oid, subjectOf(commit.message));
  if (!options.has("quiet")) git.say(`Saved working directory and index state ${subjectOf(commit.message)}\n`);
  const others = commit.parents[2] === undefined ? [] : [...repository.flatten(repository.store.commit(commit.parents[2]).tree).keys()];
  for (const path of others) removeWorkFile(repository, path);
  const head = repository.flatten(repository.headTree);
  const keep = options.has("keep-index") ? indexFiles(repository) : undefined;
  if (pathspec) {
    for (const path of new Set([...head.keys(), ...repository.index.entries.map((entry) => entry.path)])) {
      if (!pathspec.matches(path)) continue;
      const file = keep?.get(path) ?? head.get(path);
      if (file) takeFile(repository, path, file);
      else {
        removeWorkFile(repository, path);
        repository.index.remove(path);
      }
    }
  } else forceTree(repository, keep ?? head);
  repository.writeIndex();
  return 0;
}

interface Found {
  readonly oid: string;
  readonly selector: string;
  readonly position: number | undefined;
}

function find(git: Git, given: string | undefined): Found {
  const { repository } = git;
  const log = repository.refs.log(REF);
  if (given !== undefined && !/^(\d+|(refs\/)?stash(@\{\d+\})?)$/.test(given)) {
    const oid = git.revisions.tryCommit(given);
    if (oid === undefined) throw new Quit(`error: ${given} is not a valid reference\n`, 1);
    if (repository.store.commit(oid).parents.length < 2) throw new Fatal(`'${given}' is not a stash-like commit`, 1);
    return { oid, selector: given, position: undefined };
  }
  if (log.length === 0 && given === undefined) throw new Quit("No stash entries found.\n", 1);
  const position = given === undefined ? 0 : Number(/\d+/.exec(given)?.[0] ?? 0);
  const selector = `stash@{${position}}`;
  const entry = log[log.length - 1 - position];
  if (!entry && log.length > 0) throw new Fatal(`log for 'refs/stash' only has ${log.length} entries`);
  if (!entry) throw new Quit(`error: ${selector} is not a valid reference\n`, 1);
  return { oid: entry.to, selector: given === undefined ? `refs/${selector}` : selector, position };
}

/** Throws Quit when changes would be lost. Returns false where there were conflicts. */
export function applyStash(git: Git, oid: string, options: { index: boolean }): boolean {
  const { repository } = git;
  const { store } = repository;
  const commit = store.commit(oid);
  const [baseOid = "", indexOid = "", untrackedOid] = commit.parents;
  const base = store.commit(baseOid).tree;
  const indexTree = store.commit(indexOid).tree;
  const current = writeTree(store, indexFiles(repository));
  if (repository.index.unmerged.length > 0)
    throw new Quit(
      `${repository.index.unmerged.map((path) => `${path}: needs merge\n`).join("")}error: conflicts in index. Try without --index.\n`,
      1,
    );
  let restored: Map<string, TreeFile> | undefined;
  if (options.index && indexTree !== base && indexTree !== current) {
    const merged = mergeTrees(repository, base, current, indexTree, {
      labels: { ours: "Updated upstream", base: "Stash base", theirs: "Stashed changes" },
    });
    if (merged.conflicts.size > 0) throw new Quit("error: conflicts in index. Try without --index.\n", 1);
    restored = merged.files;
  }
  if (untrackedOid !== undefined) {
    const files = repository.flatten(store.commit(untrackedOid).tree);
    const there = [...files.keys()].filter((path) => statOf(repository, path) !== undefined);
    if (there.length > 0)
      throw new Quit(
        `${there.map((path) => `${path} already exists, no checkout\n`).join("")}error: could not restore untracked files from stash\n`,
        1,
      );
    for (const [path, file] of files) writeWorkFile(repository, path, file);
  }
  const before = indexFiles(repository);
  const head = repository.flatten(repository.headTree);
  if (base === commit.tree) git.say("Already up to date.\n");
  const { clean } = mergeOnto(
    git,
    { base, theirs: commit.tree },
    { ours: "Updated upstream", base: "Stash base", theirs: "Stashed changes" },
    { action: "merge", before: "merge" },
  );
  if (clean) {
    // Changes come back as changes; only new files are known to the index.
    for (const entry of [...repository.index.entries]) {
      const kept = restored
        ? restored.get(entry.path)
        : (before.get(entry.path) ?? (head.has(entry.path) ? undefined : { mode: entry.mode, oid: entry.oid }));
      if (!kept) repository.index.remove(entry.path);
      else if (kept.oid !== entry.oid || kept.mode !== entry.mode) repository.index.set(bareEntry(entry.path, kept.mode, kept.oid));
    }
    for (const [path, file] of restored ?? before)
      if (!repository.index.has(path)) repository.index.set(bareEntry(path, file.mode, file.oid));
    repository.writeIndex();
  }
  return clean;
}

function dropEntry(git: Git, { position, oid, selector }: Found, quiet: boolean): number {
  const { refs } = git.repository;
  if (position === undefined) throw new Quit(`error: '${selector}' is not a stash reference\n`, 1);
  const log = refs.log(REF);
  log.splice(log.length - 1 - position, 1);
  const linked = log.map((entry, i) => ({ ...entry, from: i === 0 ? "0".repeat(40) : (log[i - 1]?.to ?? entry.from) }));
  const last = linked.at(-1);
  if (!last) refs.delete(REF);
  else {
    refs.writeLog(REF, linked);
    refs.write(REF, last.to);
  }
  if (!quiet) git.say(`Dropped ${selector} (${oid})\n`);
  return 0;
}

async function bring(git: Git, options: Options, drop: boolean): Promise<number> {
  void git.withWorkTree;
  const found = find(git, options.everything[0]);
  const clean = applyStash(git, found.oid, { index: options.has("index") });
  const { status } = await import("./status.ts");
  if (!options.has("quiet")) await status.run(git, []);
  if (!clean) {
    if (drop) git.say("The stash entry is kept in case you need it again.\n");
    return 1;
  }
  return drop ? dropEntry(git, found, options.has("quiet")) : 0;
}

const LIST: Grammar = {
  name: "stash list",
  usage: ["git stash list [<log-options>]"],
  options: [...LOG_OPTIONS, ...DIFF_OPTIONS],
  number: "max-count",
};
const SHOW: Grammar = {
  name: "stash show",
  usage: ["git stash show [-u | --include-untracked | --only-untracked] [<diff-options>] [<stash>]"],
  options: [...DIFF_OPTIONS.filter((option) => option !== "-u"), "-u, --include-untracked", "--only-untracked"],
};
const POP: Grammar = {
  name: "stash pop",
  usage: ["git stash ( pop | apply ) [--index] [-q | --quiet] [<stash>]"],
  options: ["--index", "-q, --quiet"],
};

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const [action, ...rest] = argv;
  void git.repository;
  switch (action) {
    case undefined:
      return push(git, []);
    case "push":
    case "save": {
      if (action === "push") return push(git, rest);
      const words = rest.filter((word) => !word.startsWith("-"));
      const flags = rest.filter((word) => word.startsWith("-"));
      return push(git, words.length > 0 ? [...flags, "-m", words.join(" ")] : flags);
    }
    case "list": {
      const options = parseOptions(LIST, rest);
      if (git.repository.refs.resolve(REF) === undefined) return 0;
      const format = options.has("format") || options.has("pretty") || options.has("oneline") ? {} : { format: "tformat:%gd: %gs" };
      return showReflog(git, "stash", options, { ...logStyle(git, options), ...format });
    }
    case "show": {
      const options = parseOptions(SHOW, rest);
      const found = find(git, options.everything[0]);
      const commit = git.repository.store.commit(found.oid);
      const style = diffStyle(git, options, ["stat"]);
      const base = git.repository.store.commit(commit.parents[0] ?? "").tree;
      git.say(
        diffText(
          git,
          refine(
            git,
            treePairs(git.repository, base, commit.tree, () => true),
            style,
          ),
          style,
        ),
      );
      const others = commit.parents[2];
      if (options.has("include-untracked") && others !== undefined)
        git.say(
          diffText(
            git,
            refine(
              git,
              treePairs(git.repository, undefined, git.repository.store.commit(others).tree, () => true),
              style,
            ),
            style,
          ),
        );
      return 0;
    }
    case "pop":
      return bring(git, parseOptions(POP, rest), true);
    case "apply":
      return bring(git, parseOptions(POP, rest), false);
    case "drop": {
      const options = parseOptions(POP, rest);
      return dropEntry(git, find(git, options.everything[0]), options.has("quiet"));
    }
    case "clear":
      git.repository.refs.delete(REF);
      return 0;
    case "branch": {
      const [name, given] = rest;
      if (name === undefined) throw new Quit("No branch name specified\n", 1);
      const found = find(git, given);
      const { switchToNew } = await import("./switching.ts");
      await switchToNew(git, name, git.repository.store.commit(found.oid).parents[0], {
        reset: false,
        track: false,
        force: false,
        merge: false,
        quiet: false,
      });
      if (!applyStash(git, found.oid, { index: true })) return 1;
      const { status } = await import("./status.ts");
      await status.run(git, []);
      return dropEntry(git, found, false);
    }
    case "create": {
      const oid = createStash(git, rest.join(" ") || undefined, { untracked: false });
      if (oid !== undefined) git.say(`${oid}\n`);
      return 0;
    }
    default:
      if (action.startsWith("-")) return push(git, argv);
      throw new Quit(`fatal: subcommand wasn't specified; 'push' can't be assumed due to unexpected token '${action}'\n`, 128);
  }
}

export const stash: Command = {
  name: "stash",
  summary: "Stash the changes in a dirty working directory away",
  pager: (argv) => argv[0] === "list" || argv[0] === "show",
  run,
};
