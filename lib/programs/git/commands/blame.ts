/** git-blame(1). */
import { decode } from "../../core/io.ts";
import { displayWidth } from "../../core/paths.ts";
import type { Git } from "../context.ts";
import { readSide, workBytes } from "../diff/content.ts";
import { diffLines, splitLines } from "../diff/line-diff.ts";
import { treePairs } from "../diff/pairs.ts";
import { findRenames } from "../diff/renames.ts";
import { Fatal, Quit } from "../errors.ts";
import { type Commit, ZERO } from "../objects/object.ts";
import { type Grammar, parseOptions, usageText } from "../options.ts";
import { showDate } from "../repository/dates.ts";
import { repositoryPath } from "../repository/pathspec.ts";
import { statOf } from "../repository/work-tree.ts";
import type { Command } from "./command.ts";

const GRAMMAR: Grammar = {
  name: "blame",
  usage: ["git blame [<options>] [<rev-opts>] [<rev>] [--] <file>"],
  options: ["-s", "-e, --show-email", "-l", "-L=", "-w", "--date=", "-f, --show-name", "-n, --show-number", "--abbrev=", "--root"],
  unmodeled: [
    "-p",
    "--porcelain",
    "--line-porcelain",
    "--incremental",
    "-C",
    "-M",
    "--reverse",
    "--ignore-rev",
    "--color-lines",
    "--color-by-age",
    "-t",
    "-S",
    "--contents",
  ],
};

interface Origin {
  readonly commit: Commit | undefined;
  readonly path: string;
  /** Number of the line there. */
  readonly line: number;
  readonly boundary: boolean;
}

function blobText(git: Git, tree: string, path: string): string | undefined {
  const entry = git.repository.entryAt(tree, path);
  return entry && decode(git.repository.store.blob(entry.oid));
}

/** For each line, the commit that it came with. */
async function origins(
  git: Git,
  start: string,
  path: string,
  wanted: readonly string[],
  firstMap: readonly (number | undefined)[],
  ignoreSpace: boolean,
): Promise<(Origin | undefined)[]> {
  const { repository } = git;
  const found: (Origin | undefined)[] = wanted.map(() => undefined);
  type Work = { oid: string; path: string; lines: Map<number, number> };
  const first: Work = { oid: start, path, lines: new Map() };
  for (const [i, line] of firstMap.entries()) if (line !== undefined) first.lines.set(line, i);
  const queue: Work[] = [first];
  for (let work = queue.shift(); work; work = queue.shift()) {
    await git.self.tick();
    const commit = repository.store.commit(work.oid);
    const text = blobText(git, commit.tree, work.path);
    if (text === undefined || work.lines.size === 0) continue;
    const lines = splitLines(text);
    const rest = new Map(work.lines);
    for (const parentOid of commit.parents) {
      const parent = repository.store.commit(parentOid);
      let parentPath = work.path;
      let before = blobText(git, parent.tree, parentPath);
      if (before === undefined) {
        const pairs = findRenames(
          treePairs(repository, parent.tree, commit.tree, () => true),
          { read: (side) => readSide(repository, side).data },
        );
        const renamed = pairs.find((pair) => pair.status === "R" && pair.new?.path === work.path);
        if (!renamed?.old) continue;
        parentPath = renamed.old.path;
        before = blobText(git, parent.tree, parentPath);
      }
      if (before === undefined) continue;
      const changes = diffLines(splitLines(before), lines, { ignoreAllSpace: ignoreSpace });
      const passed = new Map<number, number>();
      let shift = 0;
      let at = 0;
      for (const [line, index] of [...rest].sort(([a], [b]) => a - b)) {
        while (at < changes.length && changes[at]!.rightEnd <= line) {
          const change = changes[at++]!;
          shift = change.leftEnd - change.rightEnd;
        }
        const change = changes[at];
        if (change && line >= change.rightStart && line < change.rightEnd) continue;
        passed.set(line + shift, index);
        rest.delete(line);
      }
      if (passed.size > 0) queue.push({ oid: parentOid, path: parentPath, lines: passed });
      queue.sort((a, b) => repository.store.commit(b.oid).committer.time - repository.store.commit(a.oid).committer.time);
    }
    for (const [line, index] of rest) found[index] = { commit, path: work.path, line: line + 1, boundary: commit.parents.length === 0 };
  }
  return found;
}

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  const { repository } = git;
  const args = options.everything;
  const given = args.at(-1);
  if (given === undefined) throw new Quit(`${usageText(GRAMMAR)}\n`, 129);
  const path = repositoryPath(repository, given);
  const revision = args.length > 1 ? args[0] : undefined;
  const head = revision === undefined ? repository.headOid : git.revisions.commit(revision);
  if (head === undefined) throw new Fatal("no such ref: HEAD");
  const committed = blobText(git, repository.store.commit(head).tree, path);
  if (committed === undefined) throw new Fatal(`no such path '${path}' in ${revision ?? "HEAD"}`);
  const work = revision === undefined && statOf(repository, path) ? decode(workBytes(repository, path)) : committed;
  const lines = splitLines(work);
  const map: (number | undefined)[] = lines.map((_, i) => i);
  if (work !== committed) {
    let shift = 0;
    let last = 0;
    for (const change of diffLines(splitLines(committed), lines)) {
      for (let i = last; i < change.rightStart; i++) map[i] = i + shift;
      for (let i = change.rightStart; i < change.rightEnd; i++) map[i] = undefined;
      shift = change.leftEnd - change.rightEnd;
      last = change.rightEnd;
    }
    for (let i = last; i < lines.length; i++) map[i] = i + shift;
  }
  const found = await origins(git, head, path, lines, map, options.has("w"));
  let [from, to] = [1, lines.length];
  const range = /^(\d*),?([+-]?\d*)$/.exec(options.get("L") ?? "");
  if (options.has("L") && range) {
    from = Number(range[1] || 1);
    to = range[2] === "" ? lines.length : range[2]?.startsWith("+") ? from + Number(range[2].slice(1)) - 1 : Number(range[2]);
    if (from > lines.length) throw new Fatal(`file ${given} has only ${lines.length} line${lines.length === 1 ? "" : "s"}`);
  }
  to = Math.min(to, lines.length);
  const rows = lines.slice(from - 1, to).map((text, i) => ({ text, number: from + i, origin: found[from - 1 + i] }));
  const mode = options.get("date") ?? repository.config.get("blame.date") ?? "iso";
  const name = (origin: Origin | undefined) =>
    origin?.commit
      ? options.has("show-email")
        ? `<${origin.commit.author.email}>`
        : origin.commit.author.name
      : options.has("show-email")
        ? "<not.committed.yet>"
        : "Not Committed Yet";
  const date = (origin: Origin | undefined) => showDate(origin?.commit?.author ?? { time: git.now, zone: "+0000" }, git.dateStyle(mode));
  const nameWidth = Math.max(0, ...rows.map(({ origin }) => displayWidth(name(origin))));
  const dateWidth = Math.max(0, ...rows.map(({ origin }) => date(origin).length));
  const numberWidth = String(to).length;
  const moved = options.has("show-name") || rows.some(({ origin }) => origin !== undefined && origin.path !== path);
  const pathWidth = Math.max(0, ...rows.map(({ origin }) => (origin?.path ?? path).length));
  const length = options.has("l")
    ? 40
    : Math.max(
        8,
        Number(options.get("abbrev") ?? 7) + 1,
        ...rows.map(({ origin }) => (origin?.commit ? repository.short(origin.commit.oid).length + 1 : 0)),
      );
  for (const { text, number, origin } of rows) {
    const oid = origin?.commit?.oid ?? ZERO;
    const id = origin?.boundary && !options.has("root") ? `^${oid.slice(0, length - 1)}` : oid.slice(0, length);
    const who = options.has("s")
      ? ""
      : `(${name(origin)}${" ".repeat(nameWidth - displayWidth(name(origin)))} ${date(origin).padEnd(dateWidth)} `;
    const file = moved ? ` ${(origin?.path ?? path).padEnd(pathWidth)}` : "";
    const old = options.has("show-number") ? ` ${String(origin?.line ?? number).padStart(numberWidth)}` : "";
    git.say(`${id}${file}${old} ${who}${String(number).padStart(numberWidth)}) ${text.replace(/\n$/, "")}\n`);
  }
  return 0;
}

export const blame: Command = {
  name: "blame",
  summary: "Show what revision and author last modified each line of a file",
  pager: () => true,
  run,
};
export const annotate: Command = { ...blame, name: "annotate" };
