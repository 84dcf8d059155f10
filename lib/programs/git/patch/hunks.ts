/** Hunks that can be chosen one by one: split, edited, and put together again (git-add(1), INTERACTIVE MODE, patch). */
import { type Change, diffLines } from "../diff/line-diff.ts";
import { type Hunk, hunksOf } from "../diff/patch.ts";

/** Lines of the left side, and what comes in their place. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

export interface Choice {
  use: "undecided" | "yes" | "no";
  readonly hunk: Hunk;
  readonly edits: readonly Edit[];
  /** Of which it is made; none once it was edited. */
  readonly changes: readonly Change[];
}

const CONTEXT = 3;

export function choicesOf(left: readonly string[], right: readonly string[]): Choice[] {
  const changes = diffLines(left, right);
  return hunksOf(left, right, changes, CONTEXT).map((hunk) => {
    const end = hunk.leftStart + hunk.leftCount;
    return choice(
      hunk,
      changes.filter(({ leftStart, leftEnd }) => leftStart >= hunk.leftStart && leftEnd <= end),
      right,
    );
  });
}

function choice(hunk: Hunk, changes: readonly Change[], right: readonly string[]): Choice {
  const edits = changes.map(({ leftStart, leftEnd, rightStart, rightEnd }) => ({
    start: leftStart,
    end: leftEnd,
    lines: right.slice(rightStart, rightEnd),
  }));
  return { use: "undecided", hunk, edits, changes };
}

/** One for each change, with the unchanged lines around it: those between two belong to both. */
export function split({ hunk, changes }: Choice, left: readonly string[], right: readonly string[]): Choice[] {
  return changes.map((change, index) => {
    const before = changes[index - 1]?.leftEnd ?? hunk.leftStart;
    const after = changes[index + 1]?.leftStart ?? hunk.leftStart + hunk.leftCount;
    const lead = change.leftStart - before;
    const tail = after - change.leftEnd;
    const lines = [
      ...left.slice(before, change.leftStart).flatMap((line) => marked(" ", line)),
      ...left.slice(change.leftStart, change.leftEnd).flatMap((line) => marked("-", line)),
      ...right.slice(change.rightStart, change.rightEnd).flatMap((line) => marked("+", line)),
      ...left.slice(change.leftEnd, after).flatMap((line) => marked(" ", line)),
    ];
    const piece: Hunk = {
      leftStart: before,
      leftCount: after - before,
      rightStart: change.rightStart - lead,
      rightCount: change.rightEnd - change.rightStart + lead + tail,
      heading: index === 0 ? hunk.heading : "",
      lines,
    };
    return choice(piece, [change], right);
  });
}

function marked(mark: string, line: string): string[] {
  return line.endsWith("\n") ? [mark + line.slice(0, -1)] : [mark + line, "\\ No newline at end of file"];
}

/** The hunk as somebody has rewritten it; undefined when it does not fit what is there. */
export function edited(original: Choice, text: readonly string[], left: readonly string[]): Choice | undefined {
  const { hunk } = original;
  const before: string[] = [];
  const after: string[] = [];
  const lines = text.filter((line) => !line.startsWith("@@"));
  for (const [index, line] of lines.entries()) {
    const ending = lines[index + 1]?.startsWith("\\") ? "" : "\n";
    const mark = line[0] ?? " ";
    if (mark === "\\") continue;
    if (mark !== " " && mark !== "+" && mark !== "-") return undefined;
    if (mark !== "+") before.push(line.slice(1) + ending);
    if (mark !== "-") after.push(line.slice(1) + ending);
  }
  const region = left.slice(hunk.leftStart, hunk.leftStart + hunk.leftCount);
  if (before.length !== region.length || before.some((line, index) => line !== region[index])) return undefined;
  const edits = diffLines(before, after).map(({ leftStart, leftEnd, rightStart, rightEnd }) => ({
    start: hunk.leftStart + leftStart,
    end: hunk.leftStart + leftEnd,
    lines: after.slice(rightStart, rightEnd),
  }));
  return { use: "yes", hunk: { ...hunk, rightCount: after.length, lines }, edits, changes: [] };
}

/** The left side with these hunks. */
export function assembled(left: readonly string[], choices: readonly Choice[]): string {
  const edits = choices.flatMap((each) => each.edits).sort((a, b) => a.start - b.start || a.end - b.end);
  let text = "";
  let at = 0;
  for (const { start, end, lines } of edits) {
    text += left.slice(at, start).join("") + lines.join("");
    at = end;
  }
  return text + left.slice(at).join("");
}
