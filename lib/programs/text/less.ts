/** less(1) and more(1): a pager on a terminal, cat elsewhere. */
import type { Process } from "../../kernel/types.ts";
import { codeOf, reason } from "../core/errors.ts";
import { eachInput, type Input, openInput } from "../core/io.ts";
import { Arguments } from "../core/options.ts";
import { displayWidth } from "../core/paths.ts";
import { type ProgramEntry, program } from "../core/program.ts";
import { Screen } from "../core/screen.ts";

/** Text of a file or pipe, read as far as is needed. */
class Pages {
  readonly lines: string[] = [];
  #rest = "";
  #ended = false;
  readonly #decoder = new TextDecoder();

  constructor(private readonly input: Input) {}

  get ended(): boolean {
    return this.#ended;
  }

  async need(count: number): Promise<void> {
    while (!this.#ended && this.lines.length < count) {
      const chunk = await this.input.read();
      const parts = (this.#rest + this.#decoder.decode(chunk, { stream: chunk.length > 0 })).split("\n");
      this.#rest = parts.pop() ?? "";
      for (const part of parts) this.lines.push(part);
      if (chunk.length === 0) {
        this.#ended = true;
        if (this.#rest !== "") this.lines.push(this.#rest);
      }
    }
  }
}

/** Cut into rows of the screen; escape sequences of color take no room. */
function fold(line: string, width: number, chop: boolean): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is being looked for
  const pieces = line.replace(/\t/g, "        ").match(/\x1b\[[0-9;]*[mK]|[\s\S]/gu) ?? [];
  const rows: string[] = [];
  let row = "";
  let used = 0;
  for (const piece of pieces) {
    if (piece.startsWith("\x1b[")) {
      row += piece;
      continue;
    }
    const text = piece < " " || piece === "\x7f" ? `^${String.fromCharCode((piece.charCodeAt(0) + 64) & 127)}` : piece;
    const size = displayWidth(text);
    if (used + size > width) {
      rows.push(row);
      if (chop) return rows;
      row = "";
      used = 0;
    }
    row += text;
    used += size;
  }
  rows.push(row);
  return rows;
}

const HELP = `                   SUMMARY OF LESS COMMANDS

  q  Q  :q        Exit.
  e  j  Down  Enter   Forward one line.        y  k  Up      Backward one line.
  f  Space  PgDn  Forward one window.          b  PgUp       Backward one window.
  d               Forward half a window.       u             Backward half a window.
  g  <  Home      Go to the first line.        G  >  End     Go to the last line.
  /pattern        Search forward.              ?pattern      Search backward.
  n               Repeat the search.           N             Repeat it in the other direction.
  h               Show this help.

  HELP -- Press q when done
`;

class Pager {
  #top = 0;
  /** The first prompt names the file (less(1), -P: the short prompt). */
  #isFirst = true;
  #message = "";
  #pattern: RegExp | undefined;
  #backward = false;

  constructor(
    private readonly screen: Screen,
    private readonly pages: Pages,
    private readonly title: string,
    private readonly args: Arguments,
  ) {}

  get #height(): number {
    return Math.max(1, this.screen.rows - 1);
  }

  async draw(): Promise<void> {
    const { lines } = this.pages;
    await this.pages.need(this.#top + this.#height + 1);
    let out = "\x1b[H";
    let used = 0;
    let at = this.#top;
    const numbers = this.args.has("LINE-NUMBERS");
    for (; at < lines.length && used < this.#height; at++) {
      const lead = numbers ? `${String(at + 1).padStart(7)} ` : "";
      for (const row of fold(lines[at] ?? "", this.screen.columns - lead.length, this.args.has("chop-long-lines"))) {
        if (used++ >= this.#height) break;
        out += `${lead}${this.#highlight(row)}\x1b[K\r\n`;
      }
    }
    const done = this.pages.ended && at >= lines.length;
    for (; used < this.#height; used++) out += "~\x1b[K\r\n";
    const status =
      this.#message !== ""
        ? `\x1b[7m${this.#message}\x1b[27m`
        : this.#isFirst && this.title !== ""
          ? `\x1b[7m${this.title}${done ? " (END)" : ""}\x1b[27m`
          : done
            ? "\x1b[7m(END)\x1b[27m"
            : ":";
    this.#isFirst = false;
    this.#message = "";
    await this.screen.write(`${out}${status}\x1b[K`);
  }

  #highlight(row: string): string {
    if (!this.#pattern) return row;
    return row.replace(new RegExp(this.#pattern.source, `g${this.#pattern.flags}`), (found) =>
      found === "" ? "" : `\x1b[7m${found}\x1b[27m`,
    );
  }

  /** The last line that may stand at the top. */
  async #bottom(): Promise<number> {
    await this.pages.need(Number.POSITIVE_INFINITY);
    let used = 0;
    let at = this.pages.lines.length;
    while (at > 0) {
      used += fold(this.pages.lines[at - 1] ?? "", this.screen.columns, this.args.has("chop-long-lines")).length;
      if (used > this.#height) break;
      at--;
    }
    return at;
  }

  async #move(by: number): Promise<void> {
    const wanted = this.#top + by;
    await this.pages.need(wanted + this.#height + 1);
    const limit = this.pages.ended ? await this.#bottom() : Number.POSITIVE_INFINITY;
    this.#top = Math.max(0, Math.min(wanted, limit));
  }

  async #prompt(lead: string): Promise<string | undefined> {
    let text = "";
    for (;;) {
      await this.screen.write(`\r\x1b[K${lead}${text}`);
      const key = await this.screen.key();
      if (key === undefined || key === "escape" || key === "ctrl-c") return undefined;
      if (key === "enter") return text;
      if (key === "backspace") {
        if (text === "") return undefined;
        text = [...text].slice(0, -1).join("");
      } else if ([...key].length === 1) text += key;
    }
  }

  async #search(backward: boolean): Promise<void> {
    if (!this.#pattern) {
      this.#message = "No previous regular expression";
      return;
    }
    const step = backward ? -1 : 1;
    let at = this.#top;
    while (at + step >= 0) {
      at += step;
      await this.pages.need(at + 1);
      const line = this.pages.lines[at];
      if (line === undefined) break;
      if (this.#pattern.test(line)) {
        this.#top = at;
        return;
      }
    }
    this.#message = "Pattern not found  (press RETURN)";
  }

  async run(): Promise<void> {
    let count = "";
    for (;;) {
      await this.draw();
      const key = await this.screen.key();
      const number = count === "" ? undefined : Number(count);
      if (key !== undefined && /^\d$/.test(key)) {
        count += key;
        this.#message = `:${count}`;
        continue;
      }
      count = "";
      switch (key) {
        case undefined:
        case "q":
        case "Q":
        case "ctrl-c":
          return;
        case "j":
        case "e":
        case "down":
        case "enter":
        case "ctrl-n":
          await this.#move(number ?? 1);
          break;
        case "k":
        case "y":
        case "up":
        case "ctrl-p":
          await this.#move(-(number ?? 1));
          break;
        case " ":
        case "f":
        case "page-down":
        case "ctrl-f":
        case "ctrl-v":
          await this.#move(number ?? this.#height);
          break;
        case "b":
        case "page-up":
        case "ctrl-b":
        case "alt-v":
          await this.#move(-(number ?? this.#height));
          break;
        case "d":
        case "ctrl-d":
          await this.#move(Math.ceil(this.#height / 2));
          break;
        case "u":
        case "ctrl-u":
          await this.#move(-Math.ceil(this.#height / 2));
          break;
        case "g":
        case "<":
        case "home":
          this.#top = Math.max(0, (number ?? 1) - 1);
          break;
        case "G":
        case ">":
        case "end":
          this.#top = number === undefined ? await this.#bottom() : Math.max(0, number - 1);
          break;
        case "/":
        case "?": {
          const text = await this.#prompt(key);
          if (text === undefined) break;
          this.#backward = key === "?";
          if (text !== "") {
            try {
              this.#pattern = new RegExp(text, this.args.has("ignore-case", "IGNORE-CASE") ? "iu" : "u");
            } catch {
              this.#message = "Invalid pattern";
              break;
            }
          }
          await this.#search(this.#backward);
          break;
        }
        case "n":
          await this.#search(this.#backward);
          break;
        case "N":
          await this.#search(!this.#backward);
          break;
        case ":": {
          const text = await this.#prompt(":");
          if (text === "q") return;
          break;
        }
        case "h":
        case "H":
          await this.screen.write(`\x1b[H\x1b[2J${HELP.replaceAll("\n", "\r\n")}`);
          await this.screen.key();
          break;
        case "=":
        case "ctrl-g":
          this.#message = `${this.title} lines ${this.#top + 1}-${this.#top + this.#height}`;
          break;
      }
    }
  }
}

async function copy(self: Process, name: "less" | "more", names: readonly string[]): Promise<number> {
  const ok = await eachInput(
    self,
    names,
    async (input) => {
      for (let chunk = await input.read(); chunk.length > 0; chunk = await input.read()) await self.write(1, chunk);
    },
    (file, why) => (name === "less" ? `${file}: ${why}\n` : `more: cannot open ${file}: ${why}\n`),
  );
  return ok ? 0 : 1;
}

/** Shows text in a pager of this process's terminal, or prints it where there is none. */
export async function page(self: Process, inputs: readonly { name: string; input: Input }[], args: Arguments): Promise<void> {
  for (const { name: title, input } of inputs) {
    const screen = Screen.open(self);
    if (!screen) return;
    const pages = new Pages(input);
    if (args.has("quit-if-one-screen")) {
      await pages.need(screen.rows);
      const rows = pages.lines.flatMap((line) => fold(line, screen.columns, false)).length;
      if (pages.ended && rows < screen.rows) {
        await self.print(`${pages.lines.join("\n")}\n`);
        continue;
      }
    }
    const pager = new Pager(screen, pages, title === "-" ? "" : title, args);
    await screen.own(
      () => pager.run(),
      () => void pager.draw().catch(() => {}),
    );
    input.close();
  }
}

const OF_LETTER: Readonly<Record<string, string>> = {
  F: "quit-if-one-screen",
  i: "ignore-case",
  I: "IGNORE-CASE",
  N: "LINE-NUMBERS",
  S: "chop-long-lines",
};

/** Options of the variable LESS, with or without a dash, come before those of the command (less(1), OPTIONS). */
function withEnvironment(self: Process, args: Arguments): Arguments {
  const letters = (self.env.LESS ?? "").replace(/[^A-Za-z]/g, "");
  const given = [...letters].flatMap((letter) => (OF_LETTER[letter] === undefined ? [] : [{ key: OF_LETTER[letter], value: "" }]));
  return new Arguments([...given, ...args.given], args.operands, args.raw);
}

function define(name: "less" | "more"): ProgramEntry {
  return program({
    name,
    summary: name === "less" ? "opposite of more" : "file perusal filter for viewing",
    section: "text",
    origin: name === "less" ? "less 590" : "util-linux 2.38.1",
    synopsis: ["[options] [file...]"],
    description:
      "Space and b move by windows, arrows by lines, g and G to the ends, /pattern searches, n repeats, q leaves, h helps. When standard output is no terminal the text is copied as it is.",
    options: [
      "-E, --QUIT-AT-EOF  quit at end of file (accepted)",
      "-F, --quit-if-one-screen  quit if entire file fits on first screen",
      "-i, --ignore-case  ignore case in searches",
      "-I, --IGNORE-CASE  ignore case in searches, always",
      "-n, --line-numbers  do not show line numbers",
      "-N, --LINE-NUMBERS  show line numbers",
      "-R, --RAW-CONTROL-CHARS  output colors (always)",
      "-r, --raw-control-chars  as -R",
      "-S, --chop-long-lines  chop (truncate) long lines rather than wrapping",
      "-X, --no-init  don't use the terminal's alternate screen (accepted)",
      "-e, --quit-at-eof  as -E",
      "-s, --squeeze-blank-lines  (accepted)",
    ],
    unmodeled: ["-p", "-o", "-t", "-T", "-x", "-z", "-b", "-j", "-k", "-P"],
    run: async (self, given) => {
      const args = name === "less" ? withEnvironment(self, given) : given;
      if (!self.fds.get(1)?.tty) return copy(self, name, args.operands);
      if (args.operands.length === 0 && self.fds.get(0)?.tty) {
        await self.error(
          name === "less" ? 'Missing filename ("less --help" for help)\n' : "more: bad usage\nTry 'more --help' for more information.\n",
        );
        return 1;
      }
      const inputs: { name: string; input: Input }[] = [];
      let status = 0;
      for (const file of args.operands.length === 0 ? ["-"] : args.operands) {
        try {
          if (file !== "-" && self.files.stat(file).kind === "directory") {
            await self.error(name === "less" ? `${file} is a directory\n` : `\n*** ${file}: directory ***\n\n`);
            status = 1;
          } else inputs.push({ name: file, input: openInput(self, file) });
        } catch (error) {
          if (codeOf(error) === undefined) throw error;
          await self.error(name === "less" ? `${file}: ${reason(error)}\n` : `more: cannot open ${file}: ${reason(error)}\n`);
          status = 1;
        }
      }
      await page(self, inputs, args);
      return status;
    },
  });
}

export const less = define("less");
export const more = define("more");
