/** The differences of a file to two parents at once: conflicts in git-diff(1), merges in git-show(1) (COMBINED DIFF FORMAT). */
import { decode } from "../../core/io.ts";
import type { Repository } from "../repository/repository.ts";
import { diffLines, splitLines } from "./line-diff.ts";
import { isBinary, paint } from "./patch.ts";
import { quotePath } from "./quote.ts";

interface Line {
  /** One mark a parent: " ", "+", "-". */
  readonly marks: string;
  readonly text: string;
  /** Lines of the result and of each parent that this one takes. */
  readonly result: 0 | 1;
  readonly parents: readonly (0 | 1)[];
}

export interface CombinedSide {
  readonly mode: number;
  readonly oid: string;
  readonly data: Uint8Array;
}

/** All lines: of the result, and those that parents have and it has not. */
function combine(parents: readonly (readonly string[])[], result: readonly string[]): Line[] {
  const lost: { text: string; from: boolean[] }[][] = Array.from({ length: result.length + 1 }, () => []);
  const kept = parents.map((parent, which) => {
    const same = new Array<boolean>(result.length).fill(true);
    for (const change of diffLines(parent, result)) {
      for (let j = change.rightStart; j < change.rightEnd; j++) same[j] = false;
      const here = lost[change.rightStart]!;
      let from = 0;
      for (let i = change.leftStart; i < change.leftEnd; i++) {
        const text = parent[i] ?? "";
        // A line that another parent has lost here as well is shown once.
        const known = here.findIndex((each, at) => at >= from && !each.from[which] && each.text === text);
        if (known >= 0) {
          here[known]!.from[which] = true;
          from = known + 1;
        } else {
          const mine = parents.map((_, p) => p === which);
          if (from > 0 && from < here.length) here.splice(from++, 0, { text, from: mine });
          else {
            here.push({ text, from: mine });
            from = here.length;
          }
        }
      }
    }
    return same;
  });
  const lines: Line[] = [];
  for (let j = 0; j <= result.length; j++) {
    for (const { text, from } of lost[j]!)
      lines.push({ marks: from.map((each) => (each ? "-" : " ")).join(""), text, result: 0, parents: from.map((each) => (each ? 1 : 0)) });
    if (j === result.length) break;
    const has = kept.map((same) => same[j]!);
    lines.push({
      marks: has.map((each) => (each ? " " : "+")).join(""),
      text: result[j]!,
      result: 1,
      parents: has.map((each) => (each ? 1 : 0)),
    });
  }
  return lines;
}

/** --cc: a hunk whose result is what one parent has is not shown. */
function isInteresting(lines: readonly Line[], parentCount: number): boolean {
  for (let p = 0; p < parentCount; p++) if (lines.every(({ marks }) => marks[p] === " ")) return false;
  return true;
}

function heading(lines: readonly Line[], from: number): string {
  for (let i = from - 1; i >= 0; i--) {
    const line = lines[i]!;
    if (line.result === 1 && /^[A-Za-z_$]/.test(line.text)) return ` ${line.text.trimEnd().slice(0, 40).trimEnd()}`;
  }
  return "";
}

export interface CombinedStyle {
  readonly color: boolean;
  /** --cc rather than -c. */
  readonly dense: boolean;
  readonly context: number;
}

/** Empty when nothing is of interest. `result` undefined: the file is gone. */
export function combinedText(
  repository: Repository,
  path: string,
  parents: readonly (CombinedSide | undefined)[],
  result: CombinedSide | undefined,
  style: CombinedStyle,
): string {
  const dash = style.dense ? "cc" : "combined";
  const short = (oid: string | undefined) => (oid === undefined || /^0+$/.test(oid) ? "0000000" : repository.short(oid));
  const head = [`diff --${dash} ${quotePath(path)}`, `index ${parents.map((side) => short(side?.oid)).join(",")}..${short(result?.oid)}`];
  const octal = (mode: number | undefined) => (mode ?? 0).toString(8).padStart(6, "0");
  const modes = new Set([...parents, result].map((side) => side?.mode));
  if (!result) head.push(`deleted file mode ${parents.map((side) => octal(side?.mode)).join(",")}`);
  else if (parents.every((side) => !side)) head.push(`new file mode ${octal(result.mode)}`);
  else if (modes.size > 1) head.push(`mode ${parents.map((side) => octal(side?.mode)).join(",")}..${octal(result.mode)}`);
  const sides = [...parents, result].map((side) => side?.data ?? new Uint8Array());
  const painted = (lines: readonly string[]) => lines.map((line) => `${paint(style.color, "1", line)}\n`).join("");
  if (sides.some(isBinary)) return `${painted(head)}Binary files differ\n`;
  const lines = combine(
    parents.map((side) => splitLines(decode(side?.data ?? new Uint8Array()))),
    splitLines(decode(result?.data ?? new Uint8Array())),
  );
  const hunks = groups(lines, style.context, (run) => !style.dense || isInteresting(run, parents.length));
  if (hunks.length === 0) return "";
  head.push(`--- ${parents.every((side) => !side) ? "/dev/null" : `a/${path}`}`, `+++ ${result ? `b/${path}` : "/dev/null"}`);
  let out = painted(head);
  const ats = "@".repeat(parents.length + 1);
  for (const { from, to } of hunks) {
    const count = (pick: (line: Line) => number) => {
      const before = lines.slice(0, from).reduce((sum, line) => sum + pick(line), 0);
      const inside = lines.slice(from, to).reduce((sum, line) => sum + pick(line), 0);
      return `${inside === 0 && before === 0 ? 0 : before + 1},${inside}`;
    };
    const ranges = [...parents.keys()].map((p) => `-${count((line) => line.parents[p] ?? 0)}`).join(" ");
    out += `${paint(style.color, "36", `${ats} ${ranges} +${count((line) => line.result)} ${ats}`)}${heading(lines, from)}\n`;
    for (const { marks, text } of lines.slice(from, to)) {
      const line = marks + text.replace(/\n$/, "");
      out += `${marks.includes("-") ? paint(style.color, "31", line) : marks.includes("+") ? paint(style.color, "32", line) : line}\n`;
      if (!text.endsWith("\n")) out += `${" ".repeat(parents.length)}\\ No newline at end of file\n`;
    }
  }
  return out;
}

interface Range {
  readonly from: number;
  to: number;
}

/** Runs of changed lines that are near to each other; those that say nothing new are dropped, then each gets lines around it. */
function groups(lines: readonly Line[], context: number, keep: (lines: readonly Line[]) => boolean): Range[] {
  const runs: Range[] = [];
  for (const [i, { marks }] of lines.entries()) {
    if (marks.trim() === "") continue;
    const last = runs.at(-1);
    if (last && i - last.to < context) last.to = i + 1;
    else runs.push({ from: i, to: i + 1 });
  }
  const hunks: Range[] = [];
  for (const { from, to } of runs.filter((run) => keep(lines.slice(run.from, run.to)))) {
    const last = hunks.at(-1);
    const end = Math.min(lines.length, to + context);
    if (last && from - context <= last.to) last.to = end;
    else hunks.push({ from: Math.max(0, from - context), to: end });
  }
  return hunks;
}
