/** diff(1), GNU diffutils 3.8. */
import type { Process, Stat } from "../../kernel/types.ts";
import { type Change, compareLines } from "../core/diff-lines.ts";
import { codeOf, Failure, quoteName, reason } from "../core/errors.ts";
import { globRegex } from "../core/glob.ts";
import { decode, Output } from "../core/io.ts";
import type { Arguments } from "../core/options.ts";
import { baseName, compareText, joinPath } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { momentAt, strftime } from "../core/time.ts";

interface Side {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly mtimeMs: number;
  /** It does not exist (with -N). */
  readonly absent: boolean;
}

interface Lines {
  readonly lines: readonly string[];
  /** The last one ends in a newline. */
  readonly complete: boolean;
}

function linesOf(bytes: Uint8Array): Lines {
  if (bytes.length === 0) return { lines: [], complete: true };
  const lines = decode(bytes).split("\n");
  const complete = lines.at(-1) === "";
  if (complete) lines.pop();
  return { lines, complete };
}

const NO_NEWLINE = "\\ No newline at end of file\n";

class Comparison {
  readonly out: Output;
  different = false;
  trouble = false;

  constructor(
    private readonly self: Process,
    private readonly args: Arguments,
  ) {
    this.out = new Output(self);
  }

  #key(line: string): string {
    const { args } = this;
    let key = line;
    if (args.has("ignore-all-space")) key = key.replace(/\s+/g, "");
    else if (args.has("ignore-space-change")) key = key.replace(/\s+/g, " ").replace(/ $/, "");
    else if (args.has("ignore-trailing-space")) key = key.replace(/\s+$/, "");
    if (args.has("strip-trailing-cr")) key = key.replace(/\r$/, "");
    return args.has("ignore-case") ? key.toLowerCase() : key;
  }

  async #read(name: string, allowAbsent: boolean): Promise<Side> {
    if (name === "-") return { name, bytes: await this.self.readAll(0), mtimeMs: this.self.machine.kernel.clock.now(), absent: false };
    try {
      const stat = this.self.files.stat(name);
      if (stat.kind === "file") return { name, bytes: this.self.files.readFile(name), mtimeMs: stat.mtimeMs, absent: false };
      const file = this.self.files.open(name, 0);
      const parts: number[] = [];
      for (let chunk = await file.read(65536, this.self.ended); chunk.length > 0; chunk = await file.read(65536, this.self.ended))
        parts.push(...chunk);
      file.release();
      return { name, bytes: new Uint8Array(parts), mtimeMs: stat.mtimeMs, absent: false };
    } catch (error) {
      if (allowAbsent && codeOf(error) === "ENOENT") return { name, bytes: new Uint8Array(), mtimeMs: 0, absent: true };
      throw error;
    }
  }

  #stat(name: string): Stat | undefined {
    try {
      return this.self.files.stat(name);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      return undefined;
    }
  }

  /** Two operands, or two entries of directories (`nested`). */
  async pair(left: string, right: string, nested: boolean): Promise<void> {
    const { self, args } = this;
    await self.tick();
    const a = left === "-" ? undefined : this.#stat(left);
    const b = right === "-" ? undefined : this.#stat(right);
    const aFolder = a?.kind === "directory";
    const bFolder = b?.kind === "directory";
    if (!nested && aFolder !== bFolder && (a || left === "-") && (b || right === "-")) {
      if (aFolder) return this.pair(joinPath(left, baseName(right)), right, false);
      return this.pair(left, joinPath(right, baseName(left)), false);
    }
    if (aFolder && bFolder) {
      if (nested && !args.has("recursive")) {
        await this.out.write(`Common subdirectories: ${left} and ${right}\n`);
        return;
      }
      return this.folders(left, right);
    }
    if (nested && aFolder !== bFolder) {
      const kind = (stat: Stat | undefined) =>
        stat?.kind === "directory" ? "directory" : stat?.size === 0 ? "regular empty file" : "regular file";
      await this.out.write(`File ${left} is a ${kind(a)} while file ${right} is a ${kind(b)}\n`);
      this.different = true;
      return;
    }
    const sides: Side[] = [];
    for (const name of [left, right]) {
      try {
        sides.push(await this.#read(name, args.has("new-file")));
      } catch (error) {
        await this.out.flush();
        await self.error(`diff: ${name}: ${reason(error)}\n`);
        this.trouble = true;
      }
    }
    const [x, y] = sides;
    if (x && y) await this.files(x, y, nested);
  }

  async folders(left: string, right: string): Promise<void> {
    const { args } = this;
    const excluded = args.all("exclude").map((pattern) => globRegex(pattern));
    const names = (path: string) =>
      this.self.files
        .readdir(path)
        .map((entry) => entry.name)
        .filter((name) => !excluded.some((regex) => regex.test(name)));
    const a = new Set(names(left));
    const b = new Set(names(right));
    for (const name of [...new Set([...a, ...b])].sort(compareText)) {
      if (a.has(name) && b.has(name)) await this.pair(joinPath(left, name), joinPath(right, name), true);
      else if (args.has("new-file")) {
        const present = a.has(name) ? joinPath(left, name) : joinPath(right, name);
        if (this.#stat(present)?.kind === "directory") {
          this.different = true;
          if (args.has("recursive")) await this.oneFolder(joinPath(left, name), joinPath(right, name), a.has(name));
        } else await this.pair(joinPath(left, name), joinPath(right, name), true);
      } else {
        await this.out.write(`Only in ${a.has(name) ? left : right}: ${name}\n`);
        this.different = true;
      }
    }
  }

  /** -N with a directory on one side only: everything in it is new. */
  async oneFolder(left: string, right: string, onLeft: boolean): Promise<void> {
    for (const { name, kind } of [...this.self.files.readdir(onLeft ? left : right)].sort((x, y) => compareText(x.name, y.name))) {
      if (kind === "directory") await this.oneFolder(joinPath(left, name), joinPath(right, name), onLeft);
      else await this.pair(joinPath(left, name), joinPath(right, name), true);
    }
  }

  #options(): string {
    const words = this.args.raw.filter((word) => !this.args.operands.includes(word));
    return words.length === 0 ? "" : `${words.join(" ")} `;
  }

  async files(a: Side, b: Side, nested: boolean): Promise<void> {
    const { args } = this;
    const same = a.bytes.length === b.bytes.length && a.bytes.every((byte, index) => byte === b.bytes[index]);
    const identical = async () => {
      if (args.has("report-identical-files")) await this.out.write(`Files ${a.name} and ${b.name} are identical\n`);
    };
    const showsAll = args.has("side-by-side") && !args.has("brief");
    if (same && a.absent === b.absent && !showsAll) return identical();
    const binary = !args.has("text") && (a.bytes.subarray(0, 32768).includes(0) || b.bytes.subarray(0, 32768).includes(0));
    if (binary) {
      this.different = true;
      await this.out.write(args.has("brief") ? `Files ${a.name} and ${b.name} differ\n` : `Binary files ${a.name} and ${b.name} differ\n`);
      return;
    }
    const left = linesOf(a.bytes);
    const right = linesOf(b.bytes);
    const mark = (side: Lines) =>
      side.lines.map((line, index) => this.#key(line) + (index === side.lines.length - 1 && !side.complete ? "\0" : ""));
    let list = compareLines(mark(left), mark(right));
    if (args.has("ignore-blank-lines"))
      list = list.filter((change) =>
        [...left.lines.slice(change.leftStart, change.leftEnd), ...right.lines.slice(change.rightStart, change.rightEnd)].some(
          (line) => line.trim() !== "",
        ),
      );
    if (list.length === 0) {
      if (args.has("side-by-side")) await this.#sideBySide(left, right, list);
      return identical();
    }
    this.different = true;
    if (args.has("brief")) {
      await this.out.write(`Files ${a.name} and ${b.name} differ\n`);
      return;
    }
    if (nested) await this.out.write(`diff ${this.#options()}${a.name} ${b.name}\n`);
    const unified = args.has("u") ? 3 : args.has("unified") ? Number(args.get("unified") || 3) : undefined;
    const context = args.has("c") ? 3 : args.has("context") ? Number(args.get("context") || 3) : undefined;
    if (args.has("side-by-side")) await this.#sideBySide(left, right, list);
    else if (unified !== undefined) await this.#unified(a, b, left, right, list, unified);
    else if (context !== undefined) await this.#context(a, b, left, right, list, context);
    else await this.#normal(left, right, list);
  }

  #paint(text: string, color: string): string {
    const when = this.args.get("color");
    const on = this.args.has("color") && (when === "always" || (when !== "never" && this.self.fds.get(1)?.tty !== undefined));
    return on ? `\x1b[${color}m${text}\x1b[0m` : text;
  }

  #line(side: Lines, index: number, mark: string, color: string): string {
    const text = `${mark}${side.lines[index]}`;
    return `${color === "" ? text : this.#paint(text, color)}\n${index === side.lines.length - 1 && !side.complete ? NO_NEWLINE : ""}`;
  }

  async #normal(left: Lines, right: Lines, list: readonly Change[]): Promise<void> {
    const range = (start: number, end: number) => (end - start <= 1 ? String(Math.max(start, end)) : `${start + 1},${end}`);
    for (const { leftStart, leftEnd, rightStart, rightEnd } of list) {
      const letter = leftStart === leftEnd ? "a" : rightStart === rightEnd ? "d" : "c";
      await this.out.write(`${this.#paint(range(leftStart, leftEnd) + letter + range(rightStart, rightEnd), "36")}\n`);
      for (let i = leftStart; i < leftEnd; i++) await this.out.write(this.#line(left, i, "< ", "31"));
      if (letter === "c") await this.out.write("---\n");
      for (let i = rightStart; i < rightEnd; i++) await this.out.write(this.#line(right, i, "> ", "32"));
    }
  }

  #heading(side: Side, index: number): string {
    const label = this.args.all("label")[index];
    if (label !== undefined) return label;
    const time = strftime("%Y-%m-%d %H:%M:%S.%N %z", momentAt(side.mtimeMs, this.self.env.TZ ?? "UTC"));
    return `${side.name}\t${time}`;
  }

  /** Changes nearer than twice the context are one hunk. */
  #hunks(list: readonly Change[], context: number): Change[][] {
    const hunks: Change[][] = [];
    for (const change of list) {
      const last = hunks.at(-1)?.at(-1);
      if (last && change.leftStart - last.leftEnd <= 2 * context) hunks.at(-1)?.push(change);
      else hunks.push([change]);
    }
    return hunks;
  }

  async #unified(a: Side, b: Side, left: Lines, right: Lines, list: readonly Change[], context: number): Promise<void> {
    await this.out.write(`${this.#paint(`--- ${this.#heading(a, 0)}`, "1")}\n${this.#paint(`+++ ${this.#heading(b, 1)}`, "1")}\n`);
    const range = (start: number, end: number) =>
      end - start === 1 ? String(end) : end === start ? `${start},0` : `${start + 1},${end - start}`;
    for (const hunk of this.#hunks(list, context)) {
      const [first] = hunk;
      const last = hunk.at(-1);
      if (!first || !last) continue;
      const l0 = Math.max(0, first.leftStart - context);
      const l1 = Math.min(left.lines.length, last.leftEnd + context);
      const r0 = Math.max(0, first.rightStart - context);
      const r1 = Math.min(right.lines.length, last.rightEnd + context);
      const title = this.args.has("show-c-function") ? this.#function(left, l0) : "";
      await this.out.write(`${this.#paint(`@@ -${range(l0, l1)} +${range(r0, r1)} @@`, "36")}${title}\n`);
      let at = l0;
      for (const { leftStart, leftEnd, rightStart, rightEnd } of hunk) {
        for (; at < leftStart; at++) await this.out.write(this.#line(left, at, " ", ""));
        for (; at < leftEnd; at++) await this.out.write(this.#line(left, at, "-", "31"));
        for (let i = rightStart; i < rightEnd; i++) await this.out.write(this.#line(right, i, "+", "32"));
      }
      for (; at < l1; at++) await this.out.write(this.#line(left, at, " ", ""));
    }
  }

  #function(side: Lines, before: number): string {
    for (let i = before - 1; i >= 0; i--)
      if (/^[A-Za-z_$]/.test(side.lines[i] ?? "")) return ` ${(side.lines[i] ?? "").slice(0, 40).trimEnd()}`;
    return "";
  }

  async #context(a: Side, b: Side, left: Lines, right: Lines, list: readonly Change[], context: number): Promise<void> {
    await this.out.write(`*** ${this.#heading(a, 0)}\n--- ${this.#heading(b, 1)}\n`);
    const range = (start: number, end: number) => (end - start <= 1 ? String(end) : `${start + 1},${end}`);
    for (const hunk of this.#hunks(list, context)) {
      const [first] = hunk;
      const last = hunk.at(-1);
      if (!first || !last) continue;
      const l0 = Math.max(0, first.leftStart - context);
      const l1 = Math.min(left.lines.length, last.leftEnd + context);
      const r0 = Math.max(0, first.rightStart - context);
      const r1 = Math.min(right.lines.length, last.rightEnd + context);
      await this.out.write(`***************\n*** ${range(l0, l1)} ****\n`);
      const markOf = (start: boolean) => (change: Change) =>
        (start ? change.rightEnd > change.rightStart : change.leftEnd > change.leftStart) ? "! " : start ? "- " : "+ ";
      if (hunk.some((change) => change.leftEnd > change.leftStart))
        for (let i = l0; i < l1; i++) {
          const change = hunk.find((each) => i >= each.leftStart && i < each.leftEnd);
          await this.out.write(this.#line(left, i, change ? markOf(true)(change) : "  ", ""));
        }
      await this.out.write(`--- ${range(r0, r1)} ----\n`);
      if (hunk.some((change) => change.rightEnd > change.rightStart))
        for (let i = r0; i < r1; i++) {
          const change = hunk.find((each) => i >= each.rightStart && i < each.rightEnd);
          await this.out.write(this.#line(right, i, change ? markOf(false)(change) : "  ", ""));
        }
    }
  }

  async #sideBySide(left: Lines, right: Lines, list: readonly Change[]): Promise<void> {
    const width = Number(this.args.get("width") ?? 130);
    // side.c of GNU diff: the right half begins at a tab stop, the mark two columns before it.
    const unbounded = Math.floor((width + 8 + 3) / 2);
    const offset = unbounded - (unbounded % 8);
    const half = Math.max(0, Math.min(offset - 3, width - offset));
    const second = half > 0 ? offset : width;
    /** Prints up to `limit` columns of text that begins at the column `from`; the column after it. */
    const put = (text: string, from: number, limit: number): { out: string; column: number } => {
      let column = 0;
      let out = "";
      for (const character of text) {
        const wide = character === "\t" ? 8 - (column % 8) : 1;
        if (column + wide > limit) break;
        out += character;
        column += wide;
      }
      return { out, column: from + column };
    };
    const tabTo = (from: number, to: number): string => {
      let out = "";
      let column = from;
      while (column - (column % 8) + 8 <= to) {
        out += "\t";
        column = column - (column % 8) + 8;
      }
      return out + " ".repeat(to - column);
    };
    const leftOnly = this.args.has("left-column");
    const row = async (a: string | undefined, mark: string, b: string | undefined) => {
      if (this.args.has("suppress-common-lines") && mark === " ") return;
      const first = put(a ?? "", 0, half);
      let text = first.out;
      let { column } = first;
      const shown = mark === " " && leftOnly ? "(" : mark;
      if (shown !== " ") {
        const place = Math.floor((half + second - 1) / 2);
        text += `${tabTo(column, place)}${shown}`;
        column = place + 1;
      }
      if (b !== undefined && shown !== "(" && b !== "") text += tabTo(column, second) + put(b, second, half).out;
      await this.out.write(`${text}\n`);
    };
    let at = 0;
    let other = 0;
    for (const change of list) {
      while (at < change.leftStart) await row(left.lines[at++], " ", right.lines[other++]);
      while (at < change.leftEnd || other < change.rightEnd) {
        const a = at < change.leftEnd ? left.lines[at++] : undefined;
        const b = other < change.rightEnd ? right.lines[other++] : undefined;
        await row(a, a === undefined ? ">" : b === undefined ? "<" : "|", b);
      }
    }
    while (at < left.lines.length) await row(left.lines[at++], " ", right.lines[other++]);
  }
}

export const diff = program({
  name: "diff",
  summary: "compare files line by line",
  section: "text",
  origin: "GNU diffutils 3.8",
  usageStatus: 2,
  usageHint: () => "diff: Try 'diff --help' for more information.\n",
  synopsis: ["[OPTION]... FILES"],
  options: [
    "--normal  output a normal diff (the default)",
    "-q, --brief  report only when files differ",
    "-s, --report-identical-files  report when two files are the same",
    "-c  output 3 lines of copied context",
    "-C, --context[=NUM]  output NUM lines of copied context",
    "-u  output 3 lines of unified context",
    "-U, --unified[=NUM]  output NUM lines of unified context",
    "-y, --side-by-side  output in two columns",
    "--left-column  with -y: output only the left column of common lines",
    "-W, --width=NUM  output at most NUM print columns",
    "--suppress-common-lines  do not output common lines",
    "-p, --show-c-function  show which C function each change is in",
    "--label=LABEL  use LABEL instead of file name and timestamp",
    "-r, --recursive  recursively compare any subdirectories found",
    "-N, --new-file  treat absent files as empty",
    "-x, --exclude=PAT  exclude files that match PAT",
    "-i, --ignore-case  ignore case differences in file contents",
    "-Z, --ignore-trailing-space  ignore white space at line end",
    "-b, --ignore-space-change  ignore changes in the amount of white space",
    "-w, --ignore-all-space  ignore all white space",
    "-B, --ignore-blank-lines  ignore changes where lines are all blank",
    "-a, --text  treat all files as text",
    "--strip-trailing-cr  strip trailing carriage return on input",
    "--color[=WHEN]  color output; WHEN is never, always, or auto",
    "-d, --minimal  try hard to find a smaller set of changes",
  ],
  unmodeled: [
    "-D",
    "--ifdef",
    "-e",
    "--ed",
    "-E",
    "--ignore-tab-expansion",
    "-F",
    "--show-function-line",
    "--from-file",
    "-H",
    "--speed-large-files",
    "--horizon-lines",
    "-I",
    "--ignore-matching-lines",
    "-l",
    "--paginate",
    "--line-format",
    "-n",
    "--rcs",
    "--no-dereference",
    "-P",
    "--unidirectional-new-file",
    "-S",
    "--starting-file",
    "-t",
    "--expand-tabs",
    "-T",
    "--initial-tab",
    "--tabsize",
    "--to-file",
    "-X",
    "--exclude-from",
    "--palette",
  ],
  limits: "Where several shortest edits exist, another one than GNU's may be chosen.",
  rewrite: (argv) =>
    argv.flatMap((word, index) =>
      (word === "-U" || word === "-C") && argv[index + 1] !== undefined
        ? []
        : argv[index - 1] === "-U"
          ? [`--unified=${word}`]
          : argv[index - 1] === "-C"
            ? [`--context=${word}`]
            : [word],
    ),
  run: async (self, args) => {
    const [left, right, extra] = args.operands;
    const hint = "diff: Try 'diff --help' for more information.";
    if (left === undefined) throw new Failure(`missing operand after 'diff'\n${hint}`, 2);
    if (right === undefined) throw new Failure(`missing operand after ${quoteName(args.raw.at(-1) ?? left)}\n${hint}`, 2);
    if (extra !== undefined) throw new Failure(`extra operand ${quoteName(extra)}\n${hint}`, 2);
    const comparison = new Comparison(self, args);
    await comparison.pair(left, right, false);
    await comparison.out.flush();
    return comparison.trouble ? 2 : comparison.different ? 1 : 0;
  },
});
