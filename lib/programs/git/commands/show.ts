/** git-show(1). */
import type { Git } from "../context.ts";
import { type CombinedSide, combinedText } from "../diff/combined.ts";
import { DIFF_OPTIONS, DIFF_UNMODELED, type DiffStyle, diffStyle } from "../diff/output.ts";
import { pathOf, treePairs } from "../diff/pairs.ts";
import { paint } from "../diff/patch.ts";
import { quotePath } from "../diff/quote.ts";
import { isSeparated, type PrettyStyle, prettyCommit } from "../history/pretty.ts";
import { walk } from "../history/walk.ts";
import { type Commit, MODE, parseTag } from "../objects/object.ts";
import { type Grammar, parseOptions } from "../options.ts";
import { showDate } from "../repository/dates.ts";
import type { Pathspec } from "../repository/pathspec.ts";
import type { Command } from "./command.ts";
import { commitDiff, joined, LOG_OPTIONS, logStyle } from "./log.ts";
import { pathspecOf, revisionArguments, withoutNot } from "./revision-args.ts";

const GRAMMAR: Grammar = {
  name: "show",
  usage: ["git log [<options>] [<revision-range>] [[--] <path>...]", "git show [<options>] <object>..."],
  options: [...DIFF_OPTIONS, ...LOG_OPTIONS, "--cc"],
  unmodeled: [...DIFF_UNMODELED, "-c", "--show-signature"],
  number: "max-count",
};

/** A merge, against all its parents at once: files that differ from each of them. */
export function mergeDiff(git: Git, commit: Commit, style: DiffStyle, paths: Pathspec | undefined): string {
  const { repository } = git;
  if (!style.formats.has("patch") && style.formats.size > 0) return commitDiff(git, commit, style, paths, { merges: true });
  const trees = commit.parents.map((oid) => repository.store.commit(oid).tree);
  const changed = trees.map(
    (tree) => new Set(treePairs(repository, tree, commit.tree, (path) => paths?.matches(path) ?? true).map(pathOf)),
  );
  const [first, ...others] = changed;
  const side = (tree: string, path: string): CombinedSide | undefined => {
    const entry = repository.entryAt(tree, path);
    return entry && { ...entry, data: repository.store.blob(entry.oid) };
  };
  let out = "";
  for (const path of [...(first ?? [])].sort()) {
    if (!others.every((set) => set.has(path))) continue;
    out += combinedText(
      repository,
      path,
      trees.map((tree) => side(tree, path)),
      side(commit.tree, path),
      {
        color: style.patch.color,
        dense: true,
        context: style.patch.context,
      },
    );
  }
  return out;
}

export function showCommit(git: Git, commit: Commit, pretty: PrettyStyle, style: DiffStyle, paths: Pathspec | undefined): string {
  const text = prettyCommit(git.repository, commit, pretty);
  const changes =
    commit.parents.length > 1
      ? style.formats.size === 0
        ? ""
        : mergeDiff(git, commit, style, paths)
      : commitDiff(git, commit, style, paths, { merges: true });
  const block = joined(text, changes, pretty.format, style);
  // The place of a merge's differences is kept even when there are none of interest.
  if (changes === "" && commit.parents.length > 1 && style.formats.has("patch") && isSeparated(pretty.format)) return `${block}\n\n`;
  if (block === "" && pretty.format.startsWith("format:")) return "";
  return block.endsWith("\n") && changes !== "" ? block : `${block}\n`;
}

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, withoutNot(argv));
  const { repository } = git;
  const args = revisionArguments(git, options);
  const pretty = logStyle(git, options);
  const style = diffStyle(git, options, ["patch"]);
  const paths = pathspecOf(git, args.paths);
  const objects = args.named ? args.include : [{ oid: git.revisions.commit("HEAD"), text: "HEAD" }];
  let first = true;
  const showObject = async (oid: string, text: string): Promise<void> => {
    const { type, data } = repository.store.read(oid);
    if (type === "blob") {
      await git.sayBytes(data);
      first = false;
    } else if (type === "tree") {
      if (!first) git.say("\n");
      git.say(`${paint(pretty.color, "33", `tree ${text}`)}\n\n`);
      for (const entry of repository.store.tree(oid)) git.say(`${quotePath(entry.name)}${entry.mode === MODE.tree ? "/" : ""}\n`);
      first = false;
    } else if (type === "tag") {
      const tag = parseTag(data);
      if (!first) git.say("\n");
      git.say(`${paint(pretty.color, "33", `tag ${tag.name}`)}\n`);
      if (tag.tagger) git.say(`Tagger: ${tag.tagger.name} <${tag.tagger.email}>\nDate:   ${showDate(tag.tagger, pretty.date)}\n`);
      git.say(`\n${tag.message}`);
      first = false;
      await showObject(tag.object, tag.object);
    } else {
      if (!first && (isSeparated(pretty.format) || pretty.format === "medium")) git.say("\n");
      git.say(showCommit(git, repository.store.commit(oid), pretty, style, paths));
      first = false;
    }
    await git.breathe();
  };
  if (args.exclude.length > 0) {
    const include = args.include.flatMap(({ oid }) => git.revisions.toCommit(oid) ?? []);
    for (const { commit } of walk(repository, { include, exclude: args.exclude, paths })) await showObject(commit.oid, commit.oid);
  } else for (const { oid, text } of objects) await showObject(oid, text);
  return 0;
}

export const show: Command = { name: "show", summary: "Show various types of objects", pager: () => true, run };
