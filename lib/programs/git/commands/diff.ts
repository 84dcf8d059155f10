/** git-diff(1). */

import { compareText } from "../../core/paths.ts";
import type { Git } from "../context.ts";
import { combinedText } from "../diff/combined.ts";
import { workBytes } from "../diff/content.ts";
import { DIFF_OPTIONS, DIFF_UNMODELED, diffStyle, diffText, refine } from "../diff/output.ts";
import { type Pair, pairsOf, pathOf, treePairs } from "../diff/pairs.ts";
import { Fatal, Quit } from "../errors.ts";
import { mergeBases } from "../history/walk.ts";
import { hashObject, MODE, ZERO } from "../objects/object.ts";
import { type Grammar, parseOptions } from "../options.ts";
import { modeOf } from "../repository/index-file.ts";
import type { Repository, TreeFile } from "../repository/repository.ts";
import { stagedPairs, unstagedPairs } from "../repository/status.ts";
import { statOf, workFile } from "../repository/work-tree.ts";
import type { Command } from "./command.ts";
import { pathspecOf, revisionArguments, withoutNot } from "./revision-args.ts";

const GRAMMAR: Grammar = {
  name: "diff",
  usage: [
    "git diff [<options>] [<commit>] [--] [<path>...]",
    "git diff [<options>] --cached [--merge-base] [<commit>] [--] [<path>...]",
    "git diff [<options>] [--merge-base] <commit> [<commit>...] <commit> [--] [<path>...]",
    "git diff [<options>] <commit>...<commit> [--] [<path>...]",
    "git diff [<options>] <blob> <blob>",
    "git diff [<options>] --no-index [--] <path> <path>",
  ],
  options: [...DIFF_OPTIONS, "--cached", "--staged", "-q, --quiet", "--merge-base", "--ours", "--theirs", "--base", "--cc"],
  unmodeled: [...DIFF_UNMODELED, "--no-index"],
};

/** A tree against the working tree. */
function workPairs(repository: Repository, tree: string, wanted: (path: string) => boolean): Pair[] {
  const before = repository.flatten(tree);
  const after = new Map<string, TreeFile>();
  for (const entry of [...repository.index.entries]) {
    if (!wanted(entry.path) || after.has(entry.path)) continue;
    const now = entry.stage === 0 ? workFile(repository, entry) : undefined;
    const stat = statOf(repository, entry.path);
    if (entry.stage === 0 && now) {
      const old = before.get(entry.path);
      const oid = now.oid === ZERO ? hashObject("blob", workBytes(repository, entry.path)) : now.oid;
      after.set(entry.path, { mode: now.mode, oid: old?.oid === oid ? oid : now.oid });
    } else if (stat && stat.kind !== "directory") after.set(entry.path, { mode: modeOf(stat), oid: ZERO });
  }
  return pairsOf(before, after, wanted);
}

/** Files in conflict: against both sides at once. */
function conflictText(git: Git, path: string, color: boolean): string {
  const { repository } = git;
  const side = (stage: number) => {
    const entry = repository.index.get(path, stage);
    return entry && { mode: entry.mode, oid: entry.oid, data: repository.store.blob(entry.oid) };
  };
  const [ours, theirs] = [side(2), side(3)];
  const stat = statOf(repository, path);
  if (!ours || !theirs || !stat || stat.kind === "directory") return `* Unmerged path ${path}\n`;
  const result = { mode: modeOf(stat), oid: ZERO, data: workBytes(repository, path) };
  const text = combinedText(repository, path, [ours, theirs], result, { color, dense: true, context: 3 });
  if (text !== "") return text;
  const short = (oid: string) => repository.short(oid);
  return `diff --cc ${path}\nindex ${short(ours.oid)},${short(theirs.oid)}..0000000\n${color ? "" : ""}`;
}

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, withoutNot(argv));
  if (!git.repositoryOrNone)
    throw new Quit(
      "warning: Not a git repository. Use --no-index to compare two paths outside a working tree\nusage: git diff --no-index [<options>] <path> <path>\n\n",
      129,
    );
  const { repository } = git;
  const style = diffStyle(git, options, ["patch"]);
  const args = revisionArguments(git, options);
  const pathspec = pathspecOf(git, args.paths);
  const wanted = (path: string) => pathspec?.matches(path) ?? true;
  const cached = options.has("cached") || options.has("staged");
  const { revisions } = git;
  const treeOf = (oid: string): string => {
    const tree = revisions.toTree(oid);
    if (tree === undefined) throw new Fatal(`unable to read tree ${oid}`);
    return tree;
  };
  let pairs: Pair[];
  let conflicts: string[] = [];
  const isBlob = (oid: string) => repository.store.typeOf(oid) === "blob";
  const [first, second] = args.include;
  if (cached) {
    const base = first ? treeOf(options.has("merge-base") ? baseOf(git, first.oid) : first.oid) : repository.headTree;
    pairs = stagedPairs(repository, base, wanted);
    conflicts = repository.index.unmerged.filter(wanted);
    pairs.push(...conflicts.map((path): Pair => ({ status: "U", old: undefined, new: { path, mode: 0, oid: ZERO }, score: 0 })));
    conflicts = [];
  } else if (args.symmetric) {
    const { left, right } = args.symmetric;
    const [base] = mergeBases(repository.store, left, right);
    if (base === undefined) throw new Fatal(`${options.operands[0]}: no merge base`);
    pairs = treePairs(repository, treeOf(base), treeOf(right), wanted);
  } else if (args.exclude[0] !== undefined && first) pairs = treePairs(repository, treeOf(args.exclude[0]), treeOf(first.oid), wanted);
  else if (first && second && isBlob(first.oid) && isBlob(second.oid)) {
    const side = (each: { oid: string; text: string }) => {
      const found = revisions.find(each.text);
      return { path: found?.path ?? each.oid, mode: found?.mode ?? MODE.file, oid: each.oid };
    };
    pairs = first.oid === second.oid ? [] : [{ status: "M", old: side(first), new: side(second), score: 0 }];
  } else if (first && second) pairs = treePairs(repository, treeOf(first.oid), treeOf(second.oid), wanted);
  else if (first) {
    void git.withWorkTree;
    pairs = workPairs(repository, treeOf(options.has("merge-base") ? baseOf(git, first.oid) : first.oid), wanted);
  } else {
    void git.withWorkTree;
    pairs = unstagedPairs(repository, wanted);
    conflicts = repository.index.unmerged.filter(wanted);
  }
  pairs = refine(git, pairs, style);
  const quiet = options.has("quiet");
  const isConflict = new Set(conflicts);
  if (!quiet) {
    if (conflicts.length > 0 && style.formats.has("patch")) {
      for (const path of [...conflicts, ...pairs.map(pathOf)].sort(compareText)) {
        if (isConflict.has(path)) git.say(conflictText(git, path, style.patch.color));
        else
          git.say(
            diffText(
              git,
              pairs.filter((pair) => pathOf(pair) === path),
              { ...style, formats: new Set(["patch"]) },
            ),
          );
      }
    } else {
      const unmerged = conflicts.map((path): Pair => ({ status: "U", old: undefined, new: { path, mode: 0, oid: ZERO }, score: 0 }));
      git.say(
        diffText(
          git,
          [...unmerged, ...pairs].sort((a, b) => compareText(pathOf(a), pathOf(b))),
          style,
        ),
      );
    }
  }
  return (quiet || options.has("exit-code")) && pairs.length + conflicts.length > 0 ? 1 : 0;
}

function baseOf(git: Git, oid: string): string {
  const [base] = mergeBases(git.repository.store, git.revisions.commit("HEAD"), git.revisions.toCommit(oid) ?? oid);
  if (base === undefined) throw new Fatal("no merge base found");
  return base;
}

export const diff: Command = {
  name: "diff",
  summary: "Show changes between commits, commit and working tree, etc",
  pager: () => true,
  run,
};
