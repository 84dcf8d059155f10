/** nano(1): a small editor in the terminal, with GNU nano's keys; and where other editors' names lead. */
import type { Process } from "../../kernel/types.ts";
import { codeOf, Failure, reason } from "../core/errors.ts";
import { displayWidth } from "../core/paths.ts";
import { type ProgramEntry, program } from "../core/program.ts";
import { Screen } from "../core/screen.ts";
import { Buffer } from "./buffer.ts";

const HINTS = [
  ["^G", "Help", "^O", "Write Out", "^W", "Where Is", "^K", "Cut", "^C", "Location"],
  ["^X", "Exit", "^S", "Save", "^\\", "(none)", "^U", "Paste", "^_", "Go To Line"],
];

const HELP =
  "Arrows, Home, End, Page Up and Down move. ^O writes the file, ^S saves it, ^X leaves, ^W searches, ^K cuts a line, ^U pastes, ^_ goes to a line, ^C says where you are.";

class Editor {
  #top = 0;
  #left = 0;
  #message = "";
  #searched = "";

  constructor(
    private readonly self: Process,
    private readonly screen: Screen,
    private name: string,
    private readonly buffer: Buffer,
    message: string,
    private readonly readOnly: boolean,
  ) {
    this.#message = message;
  }

  get #height(): number {
    return Math.max(1, this.screen.rows - 4);
  }

  #shown(line: string): string {
    let out = "";
    for (const c of line) out += c === "\t" ? " ".repeat(8 - (displayWidth(out) % 8)) : c < " " ? "?" : c;
    return out;
  }

  async draw(prompt?: string): Promise<void> {
    const { buffer, screen } = this;
    const { columns } = screen;
    if (buffer.row < this.#top) this.#top = buffer.row;
    if (buffer.row >= this.#top + this.#height) this.#top = buffer.row - this.#height + 1;
    const cursor = displayWidth(this.#shown(buffer.line.slice(0, buffer.column)));
    this.#left = cursor < columns - 1 ? 0 : cursor - columns + 10;
    const title = this.name === "" ? "New Buffer" : this.name;
    const middle = Math.max(0, Math.floor((columns - title.length) / 2) - 16);
    const bar = `  GNU nano 7.2${" ".repeat(Math.max(1, middle))}${title}`;
    const state = buffer.modified ? "Modified  " : this.readOnly ? "View  " : "";
    let out = `\x1b[?25l\x1b[H\x1b[7m${bar.padEnd(columns - state.length).slice(0, columns - state.length)}${state}\x1b[27m\r\n`;
    for (let i = 0; i < this.#height; i++) {
      const line = buffer.lines[this.#top + i];
      out += `${line === undefined ? "" : this.#shown(line).slice(this.#left, this.#left + columns)}\x1b[K\r\n`;
    }
    const message = prompt ?? (this.#message === "" ? "" : `[ ${this.#message} ]`);
    const lead = prompt === undefined ? " ".repeat(Math.max(0, Math.floor((columns - message.length) / 2))) : "";
    out += `${lead}${message === "" ? "" : `\x1b[7m${prompt === undefined ? message : message.padEnd(columns)}\x1b[27m`}\x1b[K\r\n`;
    const cell = Math.max(12, Math.floor(columns / 5));
    out += HINTS.map((row) => {
      let text = "";
      for (let i = 0; i < row.length && (i / 2 + 1) * cell <= columns; i += 2)
        text += `\x1b[7m${row[i]}\x1b[27m ${row[i + 1]?.padEnd(cell - 3)}`;
      return `${text}\x1b[K`;
    }).join("\r\n");
    out +=
      prompt === undefined
        ? `\x1b[${buffer.row - this.#top + 2};${cursor - this.#left + 1}H\x1b[?25h`
        : `\x1b[${screen.rows - 2};${Math.min(columns, prompt.length + 1)}H\x1b[?25h`;
    this.#message = "";
    await screen.write(out);
  }

  /** A line of text from the bar at the bottom; undefined when canceled. */
  async #ask(question: string, start = ""): Promise<string | undefined> {
    let text = start;
    for (;;) {
      await this.draw(`${question}: ${text}`);
      const key = await this.screen.key();
      if (key === undefined || key === "ctrl-c" || key === "escape") {
        this.#message = "Cancelled";
        return undefined;
      }
      if (key === "enter") return text;
      if (key === "backspace") text = [...text].slice(0, -1).join("");
      else if ([...key].length === 1) text += key;
    }
  }

  async #write(name: string): Promise<boolean> {
    try {
      this.self.files.writeFile(name, this.buffer.text());
    } catch (error) {
      this.#message = `Error writing ${name}: ${reason(error)}`;
      return false;
    }
    const count = this.buffer.text() === "" ? 0 : this.buffer.lines.length;
    this.name = name;
    this.buffer.modified = false;
    this.#message = `Wrote ${count} line${count === 1 ? "" : "s"}`;
    return true;
  }

  async #writeOut(): Promise<boolean> {
    const name = await this.#ask("File Name to Write", this.name);
    return name === undefined || name === "" ? false : this.#write(name);
  }

  /** True when the editor may end. */
  async #leave(): Promise<boolean> {
    if (!this.buffer.modified) return true;
    for (;;) {
      await this.draw("Save modified buffer?  Y Yes  N No  ^C Cancel ");
      const key = await this.screen.key();
      if (key === "y" || key === "Y") return this.#writeOut();
      if (key === undefined || key === "n" || key === "N") return true;
      if (key === "ctrl-c" || key === "escape") {
        this.#message = "Cancelled";
        return false;
      }
    }
  }

  async run(): Promise<void> {
    const { buffer } = this;
    for (;;) {
      await this.draw();
      const key = await this.screen.key();
      switch (key) {
        case undefined:
          return;
        case "ctrl-x":
          if (await this.#leave()) return;
          break;
        case "ctrl-o":
          await this.#writeOut();
          break;
        case "ctrl-s":
          if (this.name === "") await this.#writeOut();
          else await this.#write(this.name);
          break;
        case "ctrl-g":
          this.#message = HELP.slice(0, this.screen.columns - 4);
          break;
        case "ctrl-w": {
          const text = await this.#ask(this.#searched === "" ? "Search" : `Search [${this.#searched}]`);
          if (text === undefined) break;
          if (text !== "") this.#searched = text;
          if (this.#searched !== "" && !buffer.find(this.#searched)) this.#message = `"${this.#searched}" not found`;
          break;
        }
        case "ctrl-_": {
          const found = /^\s*(\d+)(?:\s*,\s*(\d+))?\s*$/.exec((await this.#ask("Enter line number, column number")) ?? "");
          if (found) buffer.moveTo(Number(found[1]) - 1, Number(found[2] ?? 1) - 1);
          break;
        }
        case "ctrl-c":
          this.#message = `line ${buffer.row + 1}/${buffer.lines.length}, col ${buffer.column + 1}/${buffer.line.length + 1}`;
          break;
        case "up":
        case "ctrl-p":
          buffer.moveTo(buffer.row - 1, buffer.column);
          break;
        case "down":
        case "ctrl-n":
          buffer.moveTo(buffer.row + 1, buffer.column);
          break;
        case "left":
        case "ctrl-b":
          buffer.left();
          break;
        case "right":
        case "ctrl-f":
          buffer.right();
          break;
        case "home":
        case "ctrl-a":
          buffer.moveTo(buffer.row, 0);
          break;
        case "end":
        case "ctrl-e":
          buffer.moveTo(buffer.row, Number.MAX_SAFE_INTEGER);
          break;
        case "page-up":
        case "ctrl-y":
          buffer.moveTo(buffer.row - this.#height, buffer.column);
          break;
        case "page-down":
        case "ctrl-v":
          buffer.moveTo(buffer.row + this.#height, buffer.column);
          break;
        default:
          if (!this.readOnly) this.#edit(key);
      }
    }
  }

  #edit(key: string): void {
    const { buffer } = this;
    if (key === "enter") buffer.newline();
    else if (key === "backspace") buffer.backspace();
    else if (key === "delete" || key === "ctrl-d") buffer.delete();
    else if (key === "tab") buffer.insert("\t");
    else if (key === "ctrl-k") buffer.cutLine();
    else if (key === "ctrl-u") buffer.paste();
    else if ([...key].length === 1) buffer.insert(key);
  }
}

export const nano = program({
  name: "nano",
  summary: "a small editor",
  section: "files",
  origin: "GNU nano 7.2",
  synopsis: ["[options] [[+line[,column]] file]"],
  options: ["-l, --linenumbers  (accepted)", "-v, --view  view mode (read-only)", "-w, --breaklonglines  (accepted)"],
  unmodeled: [
    "-A",
    "-B",
    "--backup",
    "-c",
    "--constantshow",
    "-E",
    "--tabstospaces",
    "-i",
    "--autoindent",
    "-m",
    "--mouse",
    "-S",
    "--softwrap",
    "-T",
    "--tabsize",
    "-Y",
    "--syntax",
  ],
  limits: "One file at a time; no syntax colors, replace, marking or undo. The editor pane edits the same files.",
  run: async (self, args) => {
    const place = args.operands.find((word) => /^\+\d*(,\d+)?$/.test(word));
    const name = args.operands.find((word) => word !== place) ?? "";
    const screen = Screen.open(self);
    if (!screen || !self.fds.get(1)?.tty) throw new Failure("standard output is not a terminal");
    let text = "";
    let message = name === "" ? "Welcome to nano.  For help, type Ctrl+G." : "New File";
    if (name !== "") {
      try {
        if (self.files.stat(name).kind === "directory") throw new Failure(`"${name}" is a directory`);
        text = self.files.readText(name);
        const count = text === "" ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
        message = `Read ${count} line${count === 1 ? "" : "s"}`;
        if (!self.files.access(name, 2)) message = `File '${name}' is unwritable`;
      } catch (error) {
        if (error instanceof Failure) throw error;
        if (codeOf(error) !== "ENOENT") message = `Error reading ${name}: ${reason(error)}`;
      }
    }
    const buffer = new Buffer(text);
    if (place) {
      const [row = "1", column = "1"] = place.slice(1).split(",");
      buffer.moveTo(Number(row || 1) - 1, Number(column) - 1);
    }
    const editor = new Editor(self, screen, name, buffer, message, args.has("view"));
    await screen.own(
      () => editor.run(),
      () => void editor.draw().catch(() => {}),
    );
    return 0;
  },
});

/** Editors that people name and this machine has not. */
function elsewhere(name: "vi" | "vim" | "emacs"): ProgramEntry {
  return program({
    name,
    summary: `points to nano: ${name} is real, but not on this machine`,
    section: "files",
    origin: "Slipway",
    synopsis: ["[file ...]"],
    ownParsing: "all",
    run: async (self, args) => {
      const file = args.raw.find((word) => !/^[-+]/.test(word)) ?? "FILE";
      await self.error(
        `${name} is real, but this machine does not model it; see /reference/machine.\nUse nano ${file}, or open the file in the editor pane.\n`,
      );
      return 1;
    },
  });
}

export const vi = elsewhere("vi");
export const vim = elsewhere("vim");
export const emacs = elsewhere("emacs");
