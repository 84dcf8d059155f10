/** Reading patches: unified, context and normal differences, as diff(1) and git write them (POSIX, diff, "STDOUT"). */

/** One change: `before` are the lines it expects from line `start` on, `after` those it puts there. Lines keep their newline. */
export interface Hunk {
  readonly start: number;
  readonly afterStart: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Lines of context at the beginning and at the end. */
  readonly prefix: number;
  readonly suffix: number;
}

export interface FilePatch {
  readonly oldName: string | undefined;
  readonly newName: string | undefined;
  /** The patch says that there is no such file before, or after: /dev/null, or a time at the epoch. */
  readonly creates: boolean;
  readonly removes: boolean;
  readonly hunks: readonly Hunk[];
  /** Number of the line where the hunks begin, and the header's lines before it. */
  readonly line: number;
  readonly leading: readonly string[];
  readonly style: "unified" | "context" | "normal";
}

/** A hunk breaks off or has a line that can't be one. */
export class MalformedPatch extends Error {}

interface Name {
  readonly name: string;
  readonly isNothing: boolean;
}

function parseName(text: string): Name {
  const [path = "", ...rest] = text.split("\t");
  const stamp = rest.join(" ");
  const atEpoch = /^(1970-01-01 0\d:00:00|1969-12-31 \d\d:00:00|Thu Jan {1,2}1 00:00:00 1970)/.test(stamp);
  return { name: path.replace(/^"(.*)"$/, "$1").trimEnd(), isNothing: path === "/dev/null" || atEpoch };
}

class Reader {
  at = 0;
  constructor(readonly lines: readonly string[]) {}

  get line(): string {
    return this.lines[this.at] ?? "";
  }

  get ended(): boolean {
    return this.at >= this.lines.length;
  }

  malformed(): MalformedPatch {
    return new MalformedPatch(`malformed patch at line ${this.at + (this.ended ? 0 : 1)}: ${this.line || " "}`);
  }

  /** The line's text with its newline, unless "\ No newline at end of file" follows it. */
  content(from: number): string {
    const text = this.line.slice(from);
    this.at++;
    if (!this.line.startsWith("\\ ")) return `${text}\n`;
    this.at++;
    return text;
  }
}

interface Line {
  readonly mark: " " | "-" | "+";
  readonly text: string;
}

function hunkOf(start: number, afterStart: number, lines: readonly Line[]): Hunk {
  const firstChange = lines.findIndex(({ mark }) => mark !== " ");
  const lastChange = lines.findLastIndex(({ mark }) => mark !== " ");
  return {
    start,
    afterStart,
    before: lines.filter(({ mark }) => mark !== "+").map(({ text }) => text),
    after: lines.filter(({ mark }) => mark !== "-").map(({ text }) => text),
    prefix: firstChange < 0 ? lines.length : firstChange,
    suffix: lastChange < 0 ? 0 : lines.length - 1 - lastChange,
  };
}

const UNIFIED = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

function unifiedHunks(reader: Reader): Hunk[] {
  const hunks: Hunk[] = [];
  for (;;) {
    const header = UNIFIED.exec(reader.line);
    if (!header || reader.ended) return hunks;
    reader.at++;
    let olds = Number(header[2] ?? 1);
    let news = Number(header[4] ?? 1);
    const lines: Line[] = [];
    while (olds > 0 || news > 0) {
      const mark = reader.line === "" && !reader.ended ? " " : reader.line.charAt(0);
      if (reader.ended || (mark !== " " && mark !== "-" && mark !== "+")) throw reader.malformed();
      if (mark !== "+") olds--;
      if (mark !== "-") news--;
      lines.push({ mark, text: reader.content(1) });
    }
    hunks.push(hunkOf(Number(header[1]), Number(header[3]), lines));
  }
}

const CONTEXT_OLD = /^\*\*\* (\d+)(?:,(\d+))? \*\*\*\*/;
const CONTEXT_NEW = /^--- (\d+)(?:,(\d+))? ----/;

function contextSide(reader: Reader): { mark: string; text: string }[] {
  const lines: { mark: string; text: string }[] = [];
  while (!reader.ended && /^[-+! ] /.test(reader.line)) lines.push({ mark: reader.line.charAt(0), text: reader.content(2) });
  return lines;
}

function contextHunks(reader: Reader): Hunk[] {
  const hunks: Hunk[] = [];
  while (reader.line.startsWith("***************")) {
    reader.at++;
    const header = CONTEXT_OLD.exec(reader.line);
    if (!header) throw reader.malformed();
    reader.at++;
    const olds = contextSide(reader);
    const other = CONTEXT_NEW.exec(reader.line);
    if (!other) throw reader.malformed();
    reader.at++;
    const news = contextSide(reader);
    // A side without changes is left out: it is the context of the other one.
    const before = olds.length > 0 ? olds : news.filter(({ mark }) => mark !== "+").map((line) => ({ ...line, mark: " " }));
    const after = news.length > 0 ? news : olds.filter(({ mark }) => mark !== "-").map((line) => ({ ...line, mark: " " }));
    const lines: Line[] = [];
    let i = 0;
    let j = 0;
    while (i < before.length || j < after.length) {
      const old = before[i];
      const fresh = after[j];
      if (old && old.mark !== " ") {
        lines.push({ mark: "-", text: old.text });
        i++;
      } else if (fresh && fresh.mark !== " ") {
        lines.push({ mark: "+", text: fresh.text });
        j++;
      } else {
        lines.push({ mark: " ", text: (old ?? fresh)?.text ?? "" });
        i++;
        j++;
      }
    }
    hunks.push(hunkOf(Number(header[1]), Number(other[1]), lines));
  }
  return hunks;
}

const NORMAL = /^(\d+)(?:,(\d+))?([acd])(\d+)(?:,(\d+))?$/;

function normalHunks(reader: Reader): Hunk[] {
  const hunks: Hunk[] = [];
  for (;;) {
    const header = NORMAL.exec(reader.line);
    if (!header || reader.ended) return hunks;
    const [, first = "", , letter, afterFirst = ""] = header;
    reader.at++;
    const lines: Line[] = [];
    while (!reader.ended && reader.line.startsWith("< ")) lines.push({ mark: "-", text: reader.content(2) });
    if (letter === "c") {
      if (reader.line !== "---") throw reader.malformed();
      reader.at++;
    }
    while (!reader.ended && reader.line.startsWith("> ")) lines.push({ mark: "+", text: reader.content(2) });
    hunks.push(hunkOf(Number(first), Number(afterFirst), lines));
  }
}

/** All changes of a patch, file by file; text between them is passed over. Throws MalformedPatch. */
export function parsePatch(text: string): FilePatch[] {
  const lines = text.split("\n");
  if (lines[lines.length - 1] === "") lines.pop();
  const reader = new Reader(lines);
  const found: FilePatch[] = [];
  let leading: string[] = [];
  let index: string | undefined;
  const add = (style: FilePatch["style"], old: Name | undefined, fresh: Name | undefined, hunks: readonly Hunk[], line: number) => {
    const [only] = hunks;
    found.push({
      oldName: old?.name ?? index,
      newName: fresh?.name ?? index,
      creates: old?.isNothing === true && only?.before.length === 0,
      removes: fresh?.isNothing === true && only?.after.length === 0,
      hunks,
      line,
      leading,
      style,
    });
    leading = [];
    index = undefined;
  };
  while (!reader.ended) {
    const next = lines[reader.at + 1] ?? "";
    if (reader.line.startsWith("--- ") && next.startsWith("+++ ") && UNIFIED.test(lines[reader.at + 2] ?? "")) {
      leading.push(reader.line, next);
      const old = parseName(reader.line.slice(4));
      const fresh = parseName(next.slice(4));
      reader.at += 2;
      const line = reader.at + 1;
      add("unified", old, fresh, unifiedHunks(reader), line);
    } else if (reader.line.startsWith("*** ") && next.startsWith("--- ") && (lines[reader.at + 2] ?? "").startsWith("***************")) {
      leading.push(reader.line, next);
      const old = parseName(reader.line.slice(4));
      const fresh = parseName(next.slice(4));
      reader.at += 2;
      const line = reader.at + 1;
      add("context", old, fresh, contextHunks(reader), line);
    } else if (NORMAL.test(reader.line) && /^[<>] /.test(next)) {
      const line = reader.at + 1;
      add("normal", undefined, undefined, normalHunks(reader), line);
    } else {
      if (reader.line.startsWith("Index: ")) index = reader.line.slice("Index: ".length).trim();
      leading.push(reader.line);
      reader.at++;
    }
  }
  return found;
}

/** The patch the other way round. */
export function reversed(hunk: Hunk): Hunk {
  return { ...hunk, start: hunk.afterStart, afterStart: hunk.start, before: hunk.after, after: hunk.before };
}
