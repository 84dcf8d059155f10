/** The line editor: keys in, a line out (readline(3), Emacs editing mode). */
import type { Completion } from "./complete.ts";
import { Display, visible } from "./display.ts";
import { type Key, KeyReader } from "./keys.ts";
import { Line } from "./line.ts";
import { columnsOf, commonPrefix } from "./listing.ts";
import { Search } from "./search.ts";

/** What the editor needs of the terminal and the shell. */
export interface EditorHost {
  /** The next byte; undefined at the end of input. Rejects when the process must end. */
  readByte(): Promise<number | undefined>;
  /** The next byte, if it is there already; undefined otherwise. */
  readByteNow(): number | undefined;
  write(text: string): Promise<void>;
  columns(): number;
  history(): readonly string[];
  complete(text: string, cursor: number): Promise<Completion>;
}

export type Entered =
  | { readonly kind: "line"; readonly text: string }
  /** Ctrl-D on an empty line. */
  | { readonly kind: "end" }
  /** Ctrl-C. */
  | { readonly kind: "interrupt" };

const ASK_ABOVE = 100;
const BELL = "\x07";

export class Editor {
  private readonly line = new Line();
  private readonly keys = new KeyReader();
  private readonly display: Display;
  private output = "";
  private flushed: Promise<void> = Promise.resolve();
  private entries: readonly string[] = [];
  /** Where in the history we are; `entries.length` is the line being typed. */
  private at = 0;
  /** Lines as they were edited, by index, until one is entered. */
  private readonly edited = new Map<number, string>();
  private search: Search | undefined;
  private prompt = "";
  private lastKey = "";
  private lastArgument: { readonly start: number; readonly end: number; readonly back: number } | undefined;
  private literal = false;
  private active = false;

  constructor(private readonly host: EditorHost) {
    this.display = new Display((text) => {
      this.output += text;
    });
  }

  /** Reads one line. `before` and `after` go around the prompt unseen. */
  async readLine(prompt: string, before = "", after = ""): Promise<Entered> {
    this.line.clear();
    this.entries = this.host.history();
    this.at = this.entries.length;
    this.edited.clear();
    this.search = undefined;
    this.lastKey = "";
    this.prompt = prompt.split("\n").at(-1)!;
    this.active = true;
    this.display.start(prompt, this.host.columns(), before, `\x1b[?2004h${after}`);
    try {
      for (;;) {
        let byte = this.host.readByteNow();
        if (byte === undefined) {
          // Nothing more has been typed: now what there is can be shown.
          this.show();
          await this.flush();
          byte = await this.host.readByte();
        }
        if (byte === undefined) return { kind: "end" };
        const key = this.keys.push(byte);
        const entered = key === undefined ? undefined : await this.handle(key);
        if (entered !== undefined) return entered;
      }
    } finally {
      this.active = false;
      this.output += "\x1b[?2004l";
      await this.flush();
    }
  }

  /** The terminal's width has changed. */
  resized(): void {
    if (!this.active) return;
    this.display.resize(this.host.columns(), this.line.text, this.line.cursor);
    // A terminal that is gone is met by the next read.
    void this.flush().catch(() => undefined);
  }

  /** Writes go out one after the other: the shell may have to wait for its turn within one, and a new size comes at any time. */
  private flush(): Promise<void> {
    const flushed = this.flushed.then(async () => {
      const text = this.output;
      this.output = "";
      if (text !== "") await this.host.write(text);
    });
    this.flushed = flushed.catch(() => undefined);
    return flushed;
  }

  private show(): void {
    if (this.search !== undefined) {
      const found = this.search.found ?? this.line.text;
      this.display.update(found, this.search.found === undefined ? this.line.cursor : this.search.cursor);
    } else this.display.update(this.line.text, this.line.cursor);
  }

  private async handle(key: Key): Promise<Entered | undefined> {
    this.line.begin();
    if (this.search !== undefined) {
      const passedOn = this.searchKey(key, this.search);
      if (!passedOn) return undefined;
    }
    if (this.literal) {
      this.literal = false;
      this.line.insert(key.kind === "key" ? (LITERAL[key.name] ?? "") : key.text);
      return undefined;
    }
    if (key.kind !== "key") {
      this.line.insert(key.text);
      this.lastKey = "";
      return undefined;
    }
    const entered = await this.command(key.name);
    this.lastKey = key.name;
    return entered;
  }

  private async command(name: string): Promise<Entered | undefined> {
    const { line } = this;
    switch (name) {
      case "enter":
      case "ctrl-j":
        return await this.accept();
      case "ctrl-c":
        this.line.cursor = line.text.length;
        this.show();
        this.output += "^C";
        this.display.finish();
        return { kind: "interrupt" };
      case "ctrl-d":
        if (line.text === "") return { kind: "end" };
        if (!line.deleteRight()) this.output += BELL;
        return undefined;
      case "tab":
        await this.complete();
        return undefined;
      case "ctrl-l":
        this.display.clearScreen(line.text, line.cursor);
        return undefined;
      case "up":
      case "ctrl-p":
        this.browse(this.at - 1);
        return undefined;
      case "down":
      case "ctrl-n":
        this.browse(this.at + 1);
        return undefined;
      case "alt-<":
        this.browse(0);
        return undefined;
      case "alt->":
        this.browse(this.entries.length);
        return undefined;
      case "ctrl-s":
        // A habit that would freeze a terminal elsewhere: nothing happens here.
        return undefined;
      case "ctrl-r":
        this.search = new Search(this.entries, true);
        this.display.setPrompt(this.search.prompt);
        return undefined;
      case "ctrl-v":
        this.literal = true;
        return undefined;
      case "alt-.":
      case "alt-_":
        this.insertLastArgument();
        return undefined;
      case "alt-#":
        line.set(`#${line.text}`);
        return await this.accept();
      default:
        if (!edit(line, name)) this.output += name === "unknown" || name === "insert" ? "" : BELL;
        return undefined;
    }
  }

  private async accept(): Promise<Entered> {
    this.line.cursor = this.line.text.length;
    this.show();
    this.display.finish();
    await this.flush();
    return { kind: "line", text: this.line.text };
  }

  private browse(to: number): void {
    if (to < 0 || to > this.entries.length) {
      this.output += BELL;
      return;
    }
    this.edited.set(this.at, this.line.text);
    this.at = to;
    this.line.set(this.edited.get(to) ?? this.entries[to] ?? "");
  }

  /** Alt-.: the last word of the command before, again for the one before that. */
  private insertLastArgument(): void {
    const again = (this.lastKey === "alt-." || this.lastKey === "alt-_") && this.lastArgument !== undefined;
    const back = again ? this.lastArgument!.back + 1 : 1;
    const entry = this.entries[this.entries.length - back];
    const word = entry === undefined ? undefined : /(?:[^\s\\]|\\.|"[^"]*"|'[^']*')+$/.exec(entry.trimEnd())?.[0];
    if (word === undefined) {
      this.output += BELL;
      return;
    }
    const start = again ? this.lastArgument!.start : this.line.cursor;
    this.line.replace(start, again ? this.lastArgument!.end : this.line.cursor, word);
    this.lastArgument = { start, end: this.line.cursor, back };
  }

  /** True when the key ends the search and means something of its own. */
  private searchKey(key: Key, search: Search): boolean {
    if (key.kind === "text") search.type(key.text);
    else if (key.kind === "key" && key.name === "backspace") search.erase();
    else if (key.kind === "key" && (key.name === "ctrl-r" || key.name === "ctrl-s")) search.next(key.name === "ctrl-r");
    else {
      this.search = undefined;
      const canceled = key.kind === "key" && (key.name === "ctrl-g" || key.name === "ctrl-c");
      if (!canceled && search.found !== undefined) {
        this.at = this.entries.indexOf(search.found);
        this.line.set(search.found, search.cursor);
      }
      this.display.setPrompt(this.prompt);
      return !(key.kind === "key" && key.name === "ctrl-g");
    }
    this.display.setPrompt(search.prompt);
    return false;
  }

  private async complete(): Promise<void> {
    const { line } = this;
    const completion = await this.host.complete(line.text, line.cursor);
    const { start, candidates } = completion;
    if (candidates.length === 0) {
      this.output += BELL;
      return;
    }
    const [only] = candidates;
    if (candidates.length === 1 && only !== undefined) {
      line.replace(start, line.cursor, completion.quote(only.text, only.final));
      return;
    }
    const common = commonPrefix(candidates.map((candidate) => candidate.text));
    const quoted = completion.quote(common, false);
    if (common.length > completion.word.length && quoted !== line.text.slice(start, line.cursor)) {
      line.replace(start, line.cursor, quoted);
      return;
    }
    if (this.lastKey === "tab")
      await this.list(candidates.map((candidate) => visible(candidate.shown ?? candidate.text).replaceAll("\n", "^J")));
    else this.output += BELL;
  }

  private async list(names: readonly string[]): Promise<void> {
    const { cursor } = this.line;
    this.line.cursor = this.line.text.length;
    this.show();
    this.display.finish();
    if (names.length > ASK_ABOVE && !(await this.ask(`Display all ${names.length} possibilities? (y or n)`))) this.output += "\n";
    else this.output += `${names.length > ASK_ABOVE ? "\n" : ""}${columnsOf(names, this.host.columns())}`;
    this.line.cursor = cursor;
    this.display.redraw(this.line.text, cursor);
  }

  private async ask(question: string): Promise<boolean> {
    this.output += question;
    await this.flush();
    for (;;) {
      const byte = await this.host.readByte();
      const answer = byte === undefined ? "n" : String.fromCharCode(byte).toLowerCase();
      if (answer === "y" || answer === " ") return true;
      if (answer === "n" || answer === "\x7f" || answer === "\x03" || answer === "\x07") return false;
      this.output += BELL;
      await this.flush();
    }
  }
}

/** What Ctrl-V makes of keys that have a character. */
const LITERAL: Readonly<Record<string, string>> = { tab: "\t", enter: "\r", "ctrl-c": "\x03", "ctrl-d": "\x04", "ctrl-v": "\x16" };

/** Keys that change only the line. False for a key that means nothing. */
function edit(line: Line, name: string): boolean {
  switch (name) {
    case "left":
    case "ctrl-b":
      line.left();
      return true;
    case "right":
    case "ctrl-f":
      line.right();
      return true;
    case "home":
    case "ctrl-a":
      line.cursor = 0;
      return true;
    case "end":
    case "ctrl-e":
      line.cursor = line.text.length;
      return true;
    case "alt-b":
    case "ctrl-left":
    case "alt-left":
      line.cursor = line.wordLeft();
      return true;
    case "alt-f":
    case "ctrl-right":
    case "alt-right":
      line.cursor = line.wordRight();
      return true;
    case "backspace":
    case "ctrl-h":
      return line.deleteLeft();
    case "delete":
      return line.deleteRight();
    case "ctrl-k":
      line.kill(line.cursor, line.text.length);
      return true;
    case "ctrl-u":
      line.kill(0, line.cursor);
      return true;
    case "ctrl-w":
      line.kill(line.blankLeft(), line.cursor);
      return true;
    case "alt-backspace":
    case "alt-ctrl-h":
    case "ctrl-backspace":
      line.kill(line.wordLeft(), line.cursor);
      return true;
    case "alt-d":
    case "ctrl-delete":
      line.kill(line.cursor, line.wordRight());
      return true;
    case "ctrl-y":
      line.yank();
      return true;
    case "alt-y":
      line.yankPop();
      return true;
    case "ctrl-t":
      line.transpose();
      return true;
    case "ctrl-_":
      line.undoLast();
      return true;
    case "alt-u":
      line.changeCase("upper");
      return true;
    case "alt-l":
      line.changeCase("lower");
      return true;
    case "alt-c":
      line.changeCase("capital");
      return true;
    case "alt-r":
      line.set("");
      return true;
    default:
      return false;
  }
}
