/** git-grep(1). */
import { decode } from "../../core/io.ts";
import { posixRegex } from "../../core/regex.ts";
import type { Git } from "../context.ts";
import { workBytes } from "../diff/content.ts";
import { isBinary, paint } from "../diff/patch.ts";
import { Fatal } from "../errors.ts";
import { type Grammar, parseOptions } from "../options.ts";
import { Pathspec } from "../repository/pathspec.ts";
import { statOf } from "../repository/work-tree.ts";
import type { Command } from "./command.ts";
import { relativePath } from "./status-text.ts";

const GRAMMAR: Grammar = {
  name: "grep",
  usage: ["git grep [<options>] [-e] <pattern> [<rev>...] [[--] <path>...]"],
  options: [
    "--cached",
    "-v, --invert-match",
    "-i, --ignore-case",
    "-w, --word-regexp",
    "-I",
    "-E, --extended-regexp",
    "-G, --basic-regexp",
    "-F, --fixed-strings",
    "-P, --perl-regexp",
    "-n, --line-number",
    "-h",
    "-H",
    "-l, --files-with-matches",
    "--name-only",
    "-L, --files-without-match",
    "-c, --count",
    "-o, --only-matching",
    "-q, --quiet",
    "-e=",
    "--color[=]",
    "--full-name",
    "--untracked",
  ],
  unmodeled: [
    "--no-index",
    "-C",
    "-A",
    "-B",
    "-p",
    "-W",
    "--heading",
    "--break",
    "--and",
    "--or",
    "--not",
    "-O",
    "--all-match",
    "-r",
    "-f",
    "-m",
  ],
};

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  const { repository, revisions } = git;
  const operands = [...options.operands];
  const patterns = options.all("e");
  if (patterns.length === 0) {
    const first = operands.shift();
    if (first === undefined) throw new Fatal("no pattern given");
    patterns.push(first);
  }
  const trees: { name: string; tree: string }[] = [];
  while (operands[0] !== undefined) {
    const found = revisions.find(operands[0]);
    const tree = found && revisions.toTree(found.oid);
    if (tree === undefined) break;
    trees.push({ name: operands.shift() ?? "", tree });
  }
  const pathspec = new Pathspec(repository, [...operands, ...(options.paths ?? [])]);
  const regexes = patterns.map((pattern) => {
    const escaped = options.has("fixed-strings") ? pattern.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") : pattern;
    const source = options.has("word-regexp") ? `\\b(?:${escaped})\\b` : escaped;
    if (options.has("fixed-strings", "perl-regexp") || options.has("word-regexp"))
      return new RegExp(source, options.has("ignore-case") ? "gui" : "gu");
    return posixRegex(pattern, { extended: options.has("extended-regexp"), ignoreCase: options.has("ignore-case"), global: true });
  });
  const color = git.color("grep", options.has("color") ? (options.get("color") ?? "always") : undefined);
  let any = false;
  const search = (path: string, data: Uint8Array, prefix: string) => {
    const shown = `${prefix}${options.has("full-name") ? path : relativePath(repository, path)}`;
    const text = decode(data);
    const lines = (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
    const hits = lines.flatMap((line, i) => {
      const matched = regexes.some((regex) => {
        regex.lastIndex = 0;
        return regex.test(line);
      });
      return matched !== options.has("invert-match") ? [{ line, number: i + 1 }] : [];
    });
    if (text === "") hits.length = 0;
    const head = paint(color, "35", shown);
    const separator = paint(color, "36", ":");
    if (options.has("files-without-match")) {
      if (hits.length === 0) git.say(`${head}\n`);
      any ||= hits.length === 0;
      return;
    }
    if (hits.length === 0) return;
    any = true;
    if (options.has("quiet")) return;
    if (options.has("files-with-matches", "name-only")) git.say(`${head}\n`);
    else if (options.has("count")) git.say(`${head}${separator}${hits.length}\n`);
    else if (isBinary(data)) git.say(`Binary file ${shown} matches\n`);
    else
      for (const { line, number } of hits) {
        const start = `${options.has("h") ? "" : `${head}${separator}`}${options.has("line-number") ? `${paint(color, "32", String(number))}${separator}` : ""}`;
        if (options.has("only-matching"))
          for (const regex of regexes) for (const match of line.matchAll(regex)) git.say(`${start}${paint(color, "1;31", match[0])}\n`);
        else
          git.say(
            `${start}${color && !options.has("invert-match") ? regexes.reduce((out, regex) => out.replace(regex, (match) => paint(true, "1;31", match)), line) : line}\n`,
          );
      }
  };
  if (trees.length > 0) {
    for (const { name, tree } of trees)
      for (const [path, file] of repository.flatten(tree)) {
        if (path.startsWith(repository.prefix) && pathspec.matches(path)) search(path, repository.store.blob(file.oid), `${name}:`);
        await git.breathe();
      }
  } else
    for (const entry of repository.index.entries) {
      if (!entry.path.startsWith(repository.prefix) || !pathspec.matches(entry.path) || entry.stage > 0) continue;
      if (options.has("cached")) search(entry.path, repository.store.blob(entry.oid), "");
      else if (statOf(repository, entry.path)?.kind === "file") search(entry.path, workBytes(repository, entry.path), "");
      await git.breathe();
    }
  return any ? 0 : 1;
}

export const grep: Command = { name: "grep", summary: "Print lines matching a pattern", pager: () => true, run };
