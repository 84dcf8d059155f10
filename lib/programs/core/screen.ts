/** A program that owns the whole terminal: keys one at a time, the alternate screen, and everything put back at the end. */
import { O, type OpenFile, type Process, type TermSettings, type Tty } from "../../kernel/types.ts";
import { codeOf } from "./errors.ts";
import { encode } from "./io.ts";

/** A key: a character, or a name such as "up", "page-down", "ctrl-x", "alt-a", "enter". */
export type Key = string;

const SEQUENCES: Readonly<Record<string, Key>> = {
  "[A": "up",
  "[B": "down",
  "[C": "right",
  "[D": "left",
  OA: "up",
  OB: "down",
  OC: "right",
  OD: "left",
  "[H": "home",
  "[F": "end",
  OH: "home",
  OF: "end",
  "[1~": "home",
  "[4~": "end",
  "[2~": "insert",
  "[3~": "delete",
  "[5~": "page-up",
  "[6~": "page-down",
  "[1;5C": "ctrl-right",
  "[1;5D": "ctrl-left",
};

function controlName(code: number): Key {
  if (code === 13 || code === 10) return "enter";
  if (code === 9) return "tab";
  if (code === 127 || code === 8) return "backspace";
  if (code === 0) return "ctrl-space";
  if (code === 27) return "escape";
  return code < 27 ? `ctrl-${String.fromCharCode(code + 96)}` : `ctrl-${String.fromCharCode(code + 64)}`;
}

/** The keys in a piece of input; what is no whole sequence yet stays in `rest`. */
export function decodeKeys(text: string): { keys: Key[]; rest: string } {
  const keys: Key[] = [];
  let at = 0;
  while (at < text.length) {
    const c = text[at] ?? "";
    if (c === "\x1b") {
      const after = text.slice(at + 1);
      const sequence = /^(?:\[[0-9;]*[A-Za-z~]|O[A-Z])/.exec(after)?.[0];
      if (sequence) {
        const name = SEQUENCES[sequence];
        if (name) keys.push(name);
        at += 1 + sequence.length;
        continue;
      }
      if (after === "") {
        keys.push("escape");
        at++;
        continue;
      }
      if (/^(\[[0-9;]*|O)$/.test(after)) return { keys, rest: text.slice(at) };
      keys.push(`alt-${after[0]}`);
      at += 2;
      continue;
    }
    const code = c.codePointAt(0) ?? 0;
    if (code < 32 || code === 127) {
      keys.push(controlName(code));
      at++;
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    keys.push(character);
    at += character.length;
  }
  return { keys, rest: "" };
}

/** The terminal that answers: standard output's, else the controlling one. */
export class Screen {
  readonly #saved: TermSettings;
  readonly #decoder = new TextDecoder();
  #rest = "";
  #queue: Key[] = [];

  private constructor(
    private readonly self: Process,
    private readonly file: OpenFile,
    readonly tty: Tty,
  ) {
    this.#saved = tty.settings;
  }

  /** Undefined when there is no terminal to talk to. */
  static open(self: Process): Screen | undefined {
    let file: OpenFile | undefined;
    try {
      file = self.files.open("/dev/tty", O.RDWR);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
    }
    if (!file) {
      file = [0, 1, 2].map((fd) => self.fds.get(fd)).find((each) => each?.tty);
      file?.retain();
    }
    if (!file?.tty) {
      file?.release();
      return undefined;
    }
    return new Screen(self, file, file.tty);
  }

  get columns(): number {
    return this.tty.columns;
  }

  get rows(): number {
    return this.tty.rows;
  }

  async write(text: string): Promise<void> {
    await this.file.write(encode(text), this.self.ended);
  }

  /** Raw keys and the alternate screen, around `work`. `resized` hears of new sizes. */
  async own<T>(work: () => Promise<T>, resized: () => void): Promise<T> {
    this.tty.settings = { canonical: false, echo: false, signals: false, outputProcessing: true, crToNl: false };
    const before = this.self.signals.get("SIGWINCH");
    this.self.signals.set("SIGWINCH", resized);
    await this.write("\x1b[?1049h\x1b[H\x1b[2J");
    try {
      return await work();
    } finally {
      this.tty.settings = this.#saved;
      this.self.signals.set("SIGWINCH", before);
      if (!this.self.ended.aborted) await this.write("\x1b[?1049l\x1b[?25h");
      this.file.release();
    }
  }

  /** The next key; undefined when the terminal is gone. */
  async key(): Promise<Key | undefined> {
    while (this.#queue.length === 0) {
      const bytes = await this.file.read(1024, this.self.ended);
      if (bytes.length === 0) return undefined;
      const { keys, rest } = decodeKeys(this.#rest + this.#decoder.decode(bytes, { stream: true }));
      this.#rest = rest;
      this.#queue = keys;
    }
    return this.#queue.shift();
  }
}
