/** git-restore(1), and the part of git-checkout(1) that is about files. */
import type { Git } from "../context.ts";
import { Fatal, notModeled, Quit } from "../errors.ts";
import { conflictStyle } from "../merge/apply.ts";
import { mergeLines } from "../merge/merge-lines.ts";
import { type Grammar, type Options, parseOptions } from "../options.ts";
import { choosePatch } from "../patch/choose.ts";
import { removeWorkFile, takeFile, writeWorkFile } from "../repository/checkout-tree.ts";
import { bareEntry } from "../repository/index-file.ts";
import { Pathspec } from "../repository/pathspec.ts";
import type { TreeFile } from "../repository/repository.ts";
import { stagedPairs, unstagedPairs } from "../repository/status.ts";
import { statOf, workFile } from "../repository/work-tree.ts";
import type { Command } from "./command.ts";

const GRAMMAR: Grammar = {
  name: "restore",
  usage: ["git restore [<options>] [--source=<branch>] <file>..."],
  options: [
    "-s, --source=",
    "-S, --staged",
    "-W, --worktree",
    "--ignore-unmerged",
    "--overlay",
    "-q, --quiet",
    "--progress",
    "-m, --merge",
    "--conflict=",
    "-2, --ours",
    "-3, --theirs",
    "-p, --patch",
  ],
  unmodeled: ["--ignore-skip-worktree-bits", "--pathspec-from-file", "--pathspec-file-nul", "--recurse-submodules"],
};

export interface RestoreRequest {
  /** A tree; undefined: the index. */
  readonly tree: string | undefined;
  readonly staged: boolean;
  readonly worktree: boolean;
  /** Files that the source has not are kept. */
  readonly overlay: boolean;
  readonly side?: "ours" | "theirs" | "merge" | undefined;
  readonly ignoreUnmerged?: boolean;
}

/** Brings paths back. Returns how many files were written. */
export function restorePaths(git: Git, pathspec: Pathspec, request: RestoreRequest): number {
  const { repository } = git;
  const { index } = repository;
  const source = request.tree === undefined ? undefined : repository.flatten(request.tree);
  const wanted = (path: string) => pathspec.matches(path);
  if (!source || !request.overlay) for (const entry of index.entries) wanted(entry.path);
  for (const path of source?.keys() ?? []) wanted(path);
  if (pathspec.unused.length > 0)
    throw new Quit(pathspec.unused.map((path) => `error: pathspec '${path}' did not match any file(s) known to git\n`).join(""), 1);
  let count = 0;
  if (source) {
    for (const path of [...new Set([...source.keys(), ...index.entries.map((entry) => entry.path)])].filter(wanted)) {
      const file = source.get(path);
      if (file) {
        const entry = index.get(path);
        const unchanged = entry?.oid === file.oid && entry.mode === file.mode;
        if (request.worktree) {
          const now = entry && unchanged ? workFile(repository, entry) : undefined;
          if (!now || now.oid !== file.oid || now.mode !== file.mode) count++;
          if (request.staged) takeFile(repository, path, file);
          else writeWorkFile(repository, path, file);
        } else if (!unchanged) {
          index.set(bareEntry(path, file.mode, file.oid));
          count++;
        }
      } else if (!request.overlay) {
        if (request.worktree) removeWorkFile(repository, path);
        if (request.staged) index.remove(path);
        count++;
      }
    }
    return count;
  }
  const unmerged = index.unmerged.filter(wanted);
  if (unmerged.length > 0 && !request.side && !request.ignoreUnmerged)
    throw new Quit(unmerged.map((path) => `error: path '${path}' is unmerged\n`).join(""), 1);
  for (const path of unmerged) {
    if (request.side === "merge") {
      recreate(git, path);
      count++;
    } else if (request.side) {
      const entry = index.get(path, request.side === "ours" ? 2 : 3);
      if (!entry) throw new Quit(`error: path '${path}' does not have ${request.side === "ours" ? "our" : "their"} version\n`, 1);
      writeWorkFile(repository, path, { mode: entry.mode, oid: entry.oid });
      count++;
    }
  }
  for (const entry of [...index.entries]) {
    if (entry.stage !== 0 || !wanted(entry.path)) continue;
    const now = workFile(repository, entry);
    if (now && now.oid === entry.oid && now.mode === entry.mode && statOf(repository, entry.path)) continue;
    takeFile(repository, entry.path, { mode: entry.mode, oid: entry.oid });
    count++;
  }
  return count;
}

/** -m: the conflict as it was at first. */
function recreate(git: Git, path: string): void {
  const { repository } = git;
  const text = (stage: number) => {
    const entry = repository.index.get(path, stage);
    return entry ? new TextDecoder().decode(repository.store.blob(entry.oid)) : "";
  };
  const { text: merged } = mergeLines(
    text(1),
    text(2),
    text(3),
    { ours: "ours", base: "base", theirs: "theirs" },
    { style: conflictStyle(repository) },
  );
  const mode = repository.index.get(path, 2)?.mode ?? 0o100644;
  const file: TreeFile = { mode, oid: repository.store.write("blob", new TextEncoder().encode(merged)) };
  writeWorkFile(repository, path, file);
}

/** Hunks of the working tree against the index, or, staged, of the index against HEAD. */
async function restoreChosen(git: Git, options: Options): Promise<number> {
  const { repository } = git;
  if (options.has("source") || (options.has("staged") && options.has("worktree")))
    throw notModeled("choosing hunks of both sides, or of another commit");
  const pathspec = new Pathspec(repository, options.everything);
  const wanted = (path: string) => options.everything.length === 0 || pathspec.matches(path);
  if (options.has("staged")) await choosePatch(git, "unstage", stagedPairs(repository, repository.headTree, wanted));
  else await choosePatch(git, "discard", unstagedPairs(repository, wanted));
  return 0;
}

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  const repository = git.withWorkTree;
  if (options.has("patch")) return restoreChosen(git, options);
  if (options.everything.length === 0) throw new Fatal("you must specify path(s) to restore");
  const staged = options.has("staged");
  const worktree = options.has("worktree") || !staged;
  const given = options.get("source") ?? (staged ? "HEAD" : undefined);
  let tree: string | undefined;
  if (given === "HEAD" && repository.headOid === undefined) throw new Fatal(`could not resolve HEAD`);
  if (given !== undefined) {
    const found = git.revisions.find(given);
    tree = found && git.revisions.toTree(found.oid);
    if (tree === undefined) throw new Fatal(found ? `reference is not a tree: ${given}` : `could not resolve ${given}`);
  }
  const pathspec = new Pathspec(repository, options.everything);
  const side = options.has("ours") ? "ours" : options.has("theirs") ? "theirs" : options.has("merge") ? "merge" : undefined;
  restorePaths(git, pathspec, {
    tree,
    staged,
    worktree,
    overlay: options.has("overlay"),
    side,
    ignoreUnmerged: options.has("ignore-unmerged"),
  });
  repository.writeIndex();
  return 0;
}

export const restore: Command = { name: "restore", summary: "Restore working tree files", run };
