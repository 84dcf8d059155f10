/** Running a sed script over its input. */
import type { Process } from "../../kernel/types.ts";
import { codeOf, Failure, reason } from "../core/errors.ts";
import { decode, type Input, LineReader, Output, openInput } from "../core/io.ts";
import type { Address, Command, ReplacementPart, SedScript } from "./sed-script.ts";

export interface SedOptions {
  readonly quiet: boolean;
  readonly separate: boolean;
  readonly inPlace: boolean;
  /** Suffix (or pattern with *) of the backup that -i makes; "" makes none. */
  readonly suffix: string;
  readonly nullData: boolean;
  readonly unbuffered: boolean;
  readonly lineWrap: number;
}

type Sink = (text: string) => Promise<void>;

/** Lines of all files one after another, with one of look-ahead so that "$" is known. */
class Source {
  #reader: LineReader | undefined;
  #input: Input | undefined;
  #names: string[];
  /** The file whose line was read last. */
  name = "-";
  failed = false;

  constructor(
    private readonly self: Process,
    names: readonly string[],
    private readonly delimiter: string,
    private readonly beforeWaiting: () => Promise<void>,
  ) {
    this.#names = [...names];
  }

  /** Opens files until one has a line; false when none is left. */
  async more(): Promise<boolean> {
    for (;;) {
      if (this.#reader) {
        if (await this.#readerHasMore()) return true;
        this.#input?.close();
        this.#reader = undefined;
      }
      const name = this.#names.shift();
      if (name === undefined) return false;
      try {
        this.#input = openInput(this.self, name);
        if (name !== "-" && this.self.files.stat(name).kind === "directory") throw new Failure(`couldn't read ${name}: Is a directory`);
        this.#reader = new LineReader(this.#input, { delimiter: this.delimiter, beforeWaiting: this.beforeWaiting });
        this.name = name;
      } catch (error) {
        this.failed = true;
        if (error instanceof Failure) await this.self.error(`sed: read error on ${name}: Is a directory\n`);
        else await this.self.error(`sed: can't read ${name}: ${reason(error)}\n`);
      }
    }
  }

  async #readerHasMore(): Promise<boolean> {
    return (await this.#reader?.more()) ?? false;
  }

  /** The script has ended before its input has. */
  giveBack(): void {
    this.#reader?.giveBack();
  }

  async next(): Promise<{ text: string; terminated: boolean } | undefined> {
    if (!(await this.more())) return undefined;
    const text = await this.#reader?.next();
    return text === undefined ? undefined : { text, terminated: this.#reader?.terminated ?? true };
  }
}

class Runner {
  #pattern = "";
  #hold = "";
  #line = 0;
  #terminated = true;
  #substituted = false;
  #lastRegex: RegExp | undefined;
  #appended: (() => Promise<void>)[] = [];
  #quit: number | undefined;
  readonly #writers = new Map<string, string[]>();
  readonly #readers = new Map<string, LineReader>();
  #missingNewline = false;

  constructor(
    private readonly self: Process,
    private readonly script: SedScript,
    private readonly options: SedOptions,
    private readonly out: Output,
  ) {
    for (const file of script.files) if (!file.startsWith("/dev/std")) self.files.writeFile(file, "");
  }

  get quit(): number | undefined {
    return this.#quit;
  }

  /** Starts counting lines anew (-s, -i). */
  restart(): void {
    this.#line = 0;
    for (const command of this.script.commands) command.active = false;
  }

  async #emit(sink: Sink, text: string, terminated = true): Promise<void> {
    const end = this.options.nullData ? "\0" : "\n";
    await sink((this.#missingNewline ? end : "") + text + (terminated ? end : ""));
    this.#missingNewline = !terminated;
  }

  async #matchesAddress(address: Address, source: Source): Promise<boolean> {
    switch (address.kind) {
      case "line":
        return this.#line === address.line;
      case "last":
        return !(await source.more());
      case "regex":
        return this.#test(address.regex);
      case "step":
        return address.step <= 0
          ? this.#line === address.first
          : this.#line >= address.first && (this.#line - address.first) % address.step === 0;
      default:
        return false;
    }
  }

  #use(regex: RegExp | undefined): RegExp {
    const used = regex ?? this.#lastRegex;
    if (!used) throw new Failure("no previous regular expression");
    this.#lastRegex = used;
    return used;
  }

  #test(regex: RegExp | undefined): boolean {
    const used = this.#use(regex);
    used.lastIndex = 0;
    return used.test(this.#pattern);
  }

  async #selected(command: Command, source: Source): Promise<boolean> {
    const { from, to } = command;
    if (!from) return true;
    if (!to) return this.#matchesAddress(from, source);
    if (command.active) {
      if (command.end >= 0) {
        if (this.#line >= command.end) command.active = false;
        return this.#line <= command.end;
      }
      if (await this.#matchesAddress(to, source)) command.active = false;
      return true;
    }
    const zero = from.kind === "line" && from.line === 0 && this.#line === 1;
    if (!zero && !(await this.#matchesAddress(from, source))) return false;
    command.end = -1;
    if (zero) {
      command.active = !(await this.#matchesAddress(to, source));
      return true;
    }
    if (to.kind === "line") command.end = to.line;
    else if (to.kind === "plus") command.end = this.#line + to.count;
    else if (to.kind === "multiple") command.end = to.of <= 0 ? this.#line : Math.ceil(this.#line / to.of) * to.of;
    command.active = command.end < 0 ? true : command.end > this.#line;
    // A second address that is the last line is looked at on the next line only.
    if (to.kind === "last" && !(await source.more())) command.active = false;
    return true;
  }

  async #flushAppended(): Promise<void> {
    const queue = this.#appended;
    this.#appended = [];
    for (const action of queue) await action();
  }

  async #writeFile(name: string, text: string, terminated: boolean): Promise<void> {
    const data = text + (terminated ? "\n" : "\n");
    if (name === "/dev/stdout") return this.#emit((line) => this.out.write(line), text);
    if (name === "/dev/stderr") return this.self.error(data);
    const list = this.#writers.get(name) ?? [];
    list.push(data);
    this.#writers.set(name, list);
    this.self.files.writeFile(name, data, { append: true });
  }

  async cycle(source: Source, sink: Sink): Promise<void> {
    let keep = false;
    for (;;) {
      if (!keep) {
        const next = await source.next();
        if (!next) return;
        this.#pattern = next.text;
        this.#terminated = next.terminated;
        this.#line++;
      }
      keep = false;
      this.#substituted = false;
      await this.self.tick();
      const outcome = await this.#commands(source, sink);
      if (outcome === "restart") {
        keep = true;
        await this.#flushAppended();
        continue;
      }
      if (outcome !== "deleted" && outcome !== "silent" && !this.options.quiet) await this.#emit(sink, this.#pattern, this.#terminated);
      await this.#flushAppended();
      if (this.options.unbuffered) await this.out.flush();
      if (this.#quit !== undefined) return;
    }
  }

  async #commands(source: Source, sink: Sink): Promise<"end" | "deleted" | "restart" | "silent"> {
    const { commands } = this.script;
    const print = (text: string, terminated = true) => this.#emit(sink, text, terminated);
    let steps = 0;
    for (let at = 0; at < commands.length; at++) {
      const command = commands[at];
      if (!command) break;
      if (++steps % 1000 === 0) await this.self.tick();
      if ((await this.#selected(command, source)) === command.negated) {
        if (command.name === "{") at = (command.target ?? at + 1) - 1;
        continue;
      }
      switch (command.name) {
        case "{":
          break;
        case "=":
          await print(String(this.#line));
          break;
        case "a":
          this.#appended.push(() => print(command.text));
          break;
        case "i":
          await print(command.text);
          break;
        case "c":
          if (!command.to || command.negated || !command.active) await print(command.text);
          return "deleted";
        case "b":
          at = (command.target ?? commands.length) - 1;
          break;
        case "t":
          if (this.#substituted) {
            this.#substituted = false;
            at = (command.target ?? commands.length) - 1;
          }
          break;
        case "T":
          if (!this.#substituted) at = (command.target ?? commands.length) - 1;
          this.#substituted = false;
          break;
        case "d":
          return "deleted";
        case "D": {
          const newline = this.#pattern.indexOf("\n");
          if (newline < 0) return "deleted";
          this.#pattern = this.#pattern.slice(newline + 1);
          return "restart";
        }
        case "g":
          this.#pattern = this.#hold;
          break;
        case "G":
          this.#pattern += `\n${this.#hold}`;
          break;
        case "h":
          this.#hold = this.#pattern;
          break;
        case "H":
          this.#hold += `\n${this.#pattern}`;
          break;
        case "x":
          [this.#pattern, this.#hold] = [this.#hold, this.#pattern];
          break;
        case "l":
          await print(unambiguous(this.#pattern, command.text === "" ? this.options.lineWrap : Number(command.text)));
          break;
        case "n":
        case "N": {
          if (!(await source.more())) {
            // POSIX: without a next line N quits; GNU prints the pattern space first.
            this.#quit = this.#quit ?? -1;
            return "end";
          }
          if (command.name === "n" && !this.options.quiet) await print(this.#pattern, this.#terminated);
          await this.#flushAppended();
          const next = await source.next();
          this.#pattern = command.name === "n" ? (next?.text ?? "") : `${this.#pattern}\n${next?.text ?? ""}`;
          this.#terminated = next?.terminated ?? true;
          this.#line++;
          break;
        }
        case "p":
          await print(this.#pattern, this.#terminated);
          break;
        case "P":
          await print(this.#pattern.split("\n", 1)[0] ?? "");
          break;
        case "q":
          this.#quit = Number(command.text || 0);
          return "end";
        case "Q":
          this.#quit = Number(command.text || 0);
          return "silent";
        case "r":
          this.#appended.push(async () => {
            try {
              const text = command.text === "/dev/stdin" ? decode(await this.self.readAll(0)) : this.self.files.readText(command.text);
              if (text === "") return;
              await sink((this.#missingNewline ? "\n" : "") + text);
              this.#missingNewline = false;
            } catch (error) {
              if (codeOf(error) === undefined) throw error;
            }
          });
          break;
        case "R": {
          let reader = this.#readers.get(command.text);
          try {
            reader ??= new LineReader(openInput(this.self, command.text === "/dev/stdin" ? "-" : command.text));
            this.#readers.set(command.text, reader);
            const line = await reader.next();
            if (line !== undefined) this.#appended.push(() => print(line));
          } catch (error) {
            if (codeOf(error) === undefined) throw error;
          }
          break;
        }
        case "s":
          await this.#substitute(command, print);
          break;
        case "w":
          await this.#writeFile(command.text, this.#pattern, this.#terminated);
          break;
        case "W":
          await this.#writeFile(command.text, this.#pattern.split("\n", 1)[0] ?? "", true);
          break;
        case "y":
          this.#pattern = [...this.#pattern].map((c) => command.map?.get(c) ?? c).join("");
          break;
        case "z":
          this.#pattern = "";
          break;
        case "F":
          await print(source.name);
          break;
      }
    }
    return "end";
  }

  async #substitute(command: Command, print: (text: string, terminated?: boolean) => Promise<void>): Promise<void> {
    const regex = this.#use(command.regex);
    regex.lastIndex = 0;
    let count = 0;
    let out = "";
    let at = 0;
    let lastEnd = -1;
    const text = this.#pattern;
    for (let found = regex.exec(text); found; found = regex.exec(text)) {
      const end = found.index + found[0].length;
      // An empty match right behind the one before does not count.
      if (found[0] === "" && found.index === lastEnd) {
        regex.lastIndex = end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1);
        if (regex.lastIndex > text.length) break;
        continue;
      }
      count++;
      lastEnd = end;
      if (count >= (command.occurrence ?? 1)) {
        out += text.slice(at, found.index) + expand(command.replacement ?? [], found);
        at = end;
        if (!command.global) break;
      }
      if (found[0] === "") regex.lastIndex = end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1);
      if (regex.lastIndex > text.length) break;
    }
    if (count < (command.occurrence ?? 1)) return;
    this.#pattern = out + text.slice(at);
    this.#substituted = true;
    if (command.execute) throw new Failure("the e flag of `s' is real, but this machine does not model it; see /reference/machine");
    if (command.print) await print(this.#pattern, this.#terminated);
    if (command.text !== "") await this.#writeFile(command.text, this.#pattern, true);
  }
}

function expand(parts: readonly ReplacementPart[], found: RegExpExecArray): string {
  let out = "";
  let mode: "U" | "L" | "E" = "E";
  let once: "u" | "l" | undefined;
  for (const part of parts) {
    if (part.kind === "case") {
      if (part.change === "u" || part.change === "l") once = part.change;
      else mode = part.change;
      continue;
    }
    let text = part.kind === "text" ? part.text : (found[part.group] ?? "");
    if (text === "") continue;
    if (mode === "U") text = text.toUpperCase();
    else if (mode === "L") text = text.toLowerCase();
    if (once) {
      const [first = "", ...rest] = text;
      text = (once === "u" ? first.toUpperCase() : first.toLowerCase()) + rest.join("");
      once = undefined;
    }
    out += text;
  }
  return out;
}

/** The l command: escapes, lines broken at `width` with a backslash, "$" at the end. */
function unambiguous(text: string, width: number): string {
  const names: Readonly<Record<string, string>> = {
    "\\": "\\\\",
    "\x07": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
  };
  const out: string[] = [];
  let line = "";
  for (const c of text) {
    const pieces =
      names[c] ??
      (c >= " " && c <= "~" ? c : [...new TextEncoder().encode(c)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join(""));
    for (const piece of pieces.length > 4 ? (pieces.match(/\\\d{3}/g) ?? []) : [pieces]) {
      if (width > 1 && line.length + piece.length > width - 1) {
        out.push(`${line}\\`);
        line = "";
      }
      line += piece;
    }
  }
  out.push(`${line}$`);
  return out.join("\n");
}

/** Runs the script; the exit status. */
export async function runSed(self: Process, script: SedScript, names: readonly string[], options: SedOptions): Promise<number> {
  const out = new Output(self);
  const delimiter = options.nullData ? "\0" : "\n";
  const runner = new Runner(self, script, options, out);
  let status = 0;
  const groups = options.separate || options.inPlace ? names.map((name) => [name]) : [names];
  for (const group of groups) {
    runner.restart();
    const source = new Source(self, group, delimiter, () => out.flush());
    if (options.inPlace) {
      const [name = ""] = group;
      let stat: ReturnType<typeof self.files.stat>;
      try {
        stat = self.files.stat(name);
      } catch (error) {
        await self.error(`sed: can't read ${name}: ${reason(error)}\n`);
        status = 2;
        continue;
      }
      if (stat.kind !== "file") {
        await self.error(`sed: couldn't edit ${name}: not a regular file\n`);
        status = 4;
        continue;
      }
      const parts: string[] = [];
      await runner.cycle(source, async (text) => {
        parts.push(text);
      });
      // A quit leaves the rest of the file as it was.
      for (let rest = await source.next(); rest; rest = await source.next()) parts.push(rest.text + (rest.terminated ? delimiter : ""));
      try {
        if (options.suffix !== "")
          self.files.writeFile(backupName(name, options.suffix), self.files.readFile(name), { mode: stat.mode & 0o7777 });
        // GNU writes a new file and renames it over the old one: the directory must be writable, links are broken.
        const temporary = `${name.slice(0, name.lastIndexOf("/") + 1)}sed${Math.floor(self.machine.kernel.random() * 1e9).toString(36)}`;
        self.files.writeFile(temporary, parts.join(""), { mode: stat.mode & 0o7777, exclusive: true });
        self.files.chmod(temporary, stat.mode & 0o7777);
        self.files.rename(temporary, name);
      } catch (error) {
        await self.error(`sed: couldn't open temporary file ./sedXXXXXX: ${reason(error)}\n`);
        return 4;
      }
    } else await runner.cycle(source, (text) => out.write(text));
    if (source.failed) status = 2;
    if (runner.quit !== undefined && runner.quit >= 0) {
      source.giveBack();
      status = runner.quit;
      break;
    }
  }
  await out.flush();
  return status;
}

function backupName(name: string, suffix: string): string {
  const slash = name.lastIndexOf("/") + 1;
  const base = name.slice(slash);
  const made = suffix.includes("*") ? suffix.replaceAll("*", base) : base + suffix;
  return made.includes("/") ? made : name.slice(0, slash) + made;
}
