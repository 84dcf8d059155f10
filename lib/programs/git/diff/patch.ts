/** A pair as a patch: headers, hunks, function names (git-diff(1), GENERATING PATCH TEXT WITH -P). */
import { decode } from "../../core/io.ts";
import type { Repository } from "../repository/repository.ts";
import { readSide } from "./content.ts";
import { type Change, diffLines, type LineDiffOptions, splitLines } from "./line-diff.ts";
import type { Pair } from "./pairs.ts";
import { quotePath } from "./quote.ts";

export interface PatchStyle extends LineDiffOptions {
  readonly color: boolean;
  readonly context: number;
  readonly prefixes: { readonly old: string; readonly new: string };
  /** --full-index, --abbrev. */
  readonly fullIndex?: boolean;
  readonly binary?: boolean;
  readonly text?: boolean;
  /** --word-diff is not here. */
  readonly functionContext?: boolean;
}

export const PLAIN: PatchStyle = { color: false, context: 3, prefixes: { old: "a/", new: "b/" } };

export function isBinary(data: Uint8Array): boolean {
  return data.subarray(0, 8000).includes(0);
}

const octal = (mode: number) => mode.toString(8).padStart(6, "0");

export interface Hunk {
  readonly leftStart: number;
  readonly leftCount: number;
  readonly rightStart: number;
  readonly rightCount: number;
  readonly heading: string;
  /** With their first character: " ", "+", "-", "\\". */
  readonly lines: readonly string[];
}

/** The last line above that looks like the beginning of something: it starts with a letter, "_" or "$". */
function headingAbove(lines: readonly string[], from: number, until: number): string | undefined {
  for (let i = from; i >= until; i--) {
    const line = lines[i] ?? "";
    if (/^[A-Za-z_$]/.test(line)) return line.trimEnd().slice(0, 80).trimEnd();
  }
  return undefined;
}

export function hunksOf(left: readonly string[], right: readonly string[], changes: readonly Change[], context: number): Hunk[] {
  const hunks: Hunk[] = [];
  let heading = "";
  let looked = 0;
  for (let i = 0; i < changes.length; ) {
    const group = [changes[i]!];
    for (i++; i < changes.length && changes[i]!.leftStart - group.at(-1)!.leftEnd <= 2 * context; i++) group.push(changes[i]!);
    const first = group[0]!;
    const last = group.at(-1)!;
    const leftStart = Math.max(0, first.leftStart - context);
    const leftEnd = Math.min(left.length, last.leftEnd + context);
    const rightStart = Math.max(0, first.rightStart - context);
    const rightEnd = Math.min(right.length, last.rightEnd + context);
    const lines: string[] = [];
    const put = (mark: string, line: string) => {
      lines.push(mark + line.replace(/\n$/, ""));
      if (!line.endsWith("\n")) lines.push("\\ No newline at end of file");
    };
    let at = leftStart;
    for (const { leftStart: a0, leftEnd: a1, rightStart: b0, rightEnd: b1 } of group) {
      for (; at < a0; at++) put(" ", right[b0 - (a0 - at)] ?? "");
      for (; at < a1; at++) put("-", left[at] ?? "");
      for (let j = b0; j < b1; j++) put("+", right[j] ?? "");
    }
    for (let j = last.rightEnd; j < rightEnd; j++) put(" ", right[j] ?? "");
    heading = headingAbove(left, leftStart - 1, looked) ?? heading;
    looked = Math.max(0, leftStart - 1);
    hunks.push({ leftStart, leftCount: leftEnd - leftStart, rightStart, rightCount: rightEnd - rightStart, heading, lines });
  }
  return hunks;
}

function range(start: number, count: number): string {
  if (count === 0) return `${start},0`;
  return count === 1 ? String(start + 1) : `${start + 1},${count}`;
}

export function paint(color: boolean, code: string, text: string): string {
  return color ? `\x1b[${code}m${text}\x1b[m` : text;
}

/** A hunk with its header. */
export function hunkText(hunk: Hunk, color: boolean): string {
  const head = paint(color, "36", `@@ -${range(hunk.leftStart, hunk.leftCount)} +${range(hunk.rightStart, hunk.rightCount)} @@`);
  const lines = hunk.lines.map((line) => {
    if (!color) return line;
    if (line.startsWith("-")) return paint(true, "31", line);
    if (!line.startsWith("+")) return `${line}\x1b[m`;
    const text = line.slice(1).trimEnd();
    const space = line.slice(1 + text.length);
    return `${paint(true, "32", "+")}${text === "" ? "" : paint(true, "32", text)}${space === "" ? "" : paint(true, "41", space)}`;
  });
  return `${[`${head}${hunk.heading === "" ? "" : color ? ` \x1b[m${hunk.heading}\x1b[m` : ` ${hunk.heading}`}`, ...lines].join("\n")}\n`;
}

/** The names as they stand behind "diff --git", "---" and "+++". */
function names(pair: Pair, style: PatchStyle): { old: string; new: string } {
  const old = pair.old?.path ?? pair.new?.path ?? "";
  const now = pair.new?.path ?? pair.old?.path ?? "";
  return { old: quotePath(style.prefixes.old + old), new: quotePath(style.prefixes.new + now) };
}

export function patchText(repository: Repository, pair: Pair, style: PatchStyle): string {
  const name = names(pair, style);
  if (pair.status === "U") return `* Unmerged path ${pair.new?.path ?? pair.old?.path}\n`;
  // A change of kind is shown as a file that goes and one that comes.
  if (pair.status === "T" && pair.old && pair.new)
    return (
      patchText(repository, { ...pair, status: "D", new: undefined }, style) +
      patchText(repository, { ...pair, status: "A", old: undefined }, style)
    );
  const before = pair.old ? readSide(repository, pair.old) : undefined;
  const after = pair.new ? readSide(repository, pair.new) : undefined;
  const oldOid = before?.oid ?? "0".repeat(40);
  const newOid = after?.oid ?? "0".repeat(40);
  const short = (oid: string) => (style.fullIndex ? oid : /^0+$/.test(oid) ? oid.slice(0, 7) : repository.short(oid));
  const head = [`diff --git ${name.old} ${name.new}`];
  const sameMode = pair.old?.mode === pair.new?.mode;
  if (pair.status === "A") head.push(`new file mode ${octal(pair.new?.mode ?? 0)}`);
  else if (pair.status === "D") head.push(`deleted file mode ${octal(pair.old?.mode ?? 0)}`);
  else if (!sameMode) head.push(`old mode ${octal(pair.old?.mode ?? 0)}`, `new mode ${octal(pair.new?.mode ?? 0)}`);
  if (pair.status === "R" || pair.status === "C") {
    const word = pair.status === "R" ? "rename" : "copy";
    head.push(
      `similarity index ${pair.score}%`,
      `${word} from ${quotePath(pair.old?.path ?? "")}`,
      `${word} to ${quotePath(pair.new?.path ?? "")}`,
    );
  }
  const same = oldOid === newOid;
  if (same && sameMode && pair.status === "M") return "";
  if (!same) head.push(`index ${short(oldOid)}..${short(newOid)}${pair.old && pair.new && sameMode ? ` ${octal(pair.new.mode)}` : ""}`);
  const painted = (lines: readonly string[]) => lines.map((line) => `${paint(style.color, "1", line)}\n`).join("");
  if (same) return painted(head);
  const oldData = before?.data ?? new Uint8Array();
  const newData = after?.data ?? new Uint8Array();
  const from = pair.old ? name.old : "/dev/null";
  const to = pair.new ? name.new : "/dev/null";
  if (!style.text && (isBinary(oldData) || isBinary(newData))) return `${painted(head)}Binary files ${from} and ${to} differ\n`;
  const left = splitLines(decode(oldData));
  const right = splitLines(decode(newData));
  const hunks = hunksOf(left, right, diffLines(left, right, style), style.context);
  if (hunks.length === 0) return style.ignoreAllSpace || style.ignoreSpaceChange ? "" : painted(head);
  const space = (text: string) => (text.includes(" ") && !text.startsWith('"') ? `${text}\t` : text);
  head.push(`--- ${space(from)}`, `+++ ${space(to)}`);
  return painted(head) + hunks.map((hunk) => hunkText(hunk, style.color)).join("");
}
