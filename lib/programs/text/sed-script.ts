/** Reading a sed script (sed(1), GNU sed 4.9). */
import { Failure } from "../core/errors.ts";
import { posixRegex, RegexError } from "../core/regex.ts";

export type Address =
  | { readonly kind: "line"; readonly line: number }
  | { readonly kind: "last" }
  /** Undefined: the last regular expression used. */
  | { readonly kind: "regex"; readonly regex: RegExp | undefined }
  | { readonly kind: "step"; readonly first: number; readonly step: number }
  /** addr1,+N */
  | { readonly kind: "plus"; readonly count: number }
  /** addr1,~N */
  | { readonly kind: "multiple"; readonly of: number };

export type ReplacementPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "group"; readonly group: number }
  | { readonly kind: "case"; readonly change: "U" | "L" | "u" | "l" | "E" };

export interface Command {
  readonly from: Address | undefined;
  readonly to: Address | undefined;
  readonly negated: boolean;
  readonly name: string;
  /** Text of a, i, c; label of b, t, T, :; file of r, R, w, W; number of q, Q, l. */
  readonly text: string;
  readonly regex?: RegExp;
  readonly replacement?: readonly ReplacementPart[];
  readonly print?: boolean;
  readonly global?: boolean;
  /** s///N */
  readonly occurrence?: number;
  readonly execute?: boolean;
  readonly map?: ReadonlyMap<string, string>;
  /** Index of the command after the block's end (for "{") or of a branch's target. */
  target?: number;
  /** State of a range: -1 outside, else the line at which it ends (or Infinity). */
  active: boolean;
  end: number;
}

export interface SedScript {
  readonly commands: readonly Command[];
  readonly files: ReadonlySet<string>;
}

export class ScriptParser {
  #at = 0;
  #text = "";
  #label = "";
  readonly #commands: Command[] = [];
  readonly #blocks: number[] = [];
  readonly #labels = new Map<string, number>();
  readonly #files = new Set<string>();

  constructor(private readonly extended: boolean) {}

  /** `label` names the piece in messages: "-e expression #1". */
  add(text: string, label: string): void {
    this.#text = text;
    this.#at = 0;
    this.#label = label;
    while (this.#skip()) this.#command();
  }

  finish(): SedScript {
    if (this.#blocks.length > 0) this.#fail("unmatched `{'", 0);
    for (const command of this.#commands) {
      if (!/^[btT]$/.test(command.name)) continue;
      if (command.text === "") command.target = this.#commands.length;
      else {
        const target = this.#labels.get(command.text);
        if (target === undefined) throw new Failure(`can't find label for jump to \`${command.text}'`, 4);
        command.target = target;
      }
    }
    return { commands: this.#commands, files: this.#files };
  }

  #fail(message: string, at = this.#at): never {
    throw new Failure(`${this.#label}, char ${at}: ${message}`, 1);
  }

  /** Over blanks, newlines and ";"; false at the end. */
  #skip(): boolean {
    while (/[\s;]/.test(this.#text[this.#at] ?? "x")) this.#at++;
    return this.#at < this.#text.length;
  }

  #blanks(): void {
    while (/[ \t]/.test(this.#text[this.#at] ?? "x")) this.#at++;
  }

  #number(): number | undefined {
    const found = /^\d+/.exec(this.#text.slice(this.#at));
    if (!found) return undefined;
    this.#at += found[0].length;
    return Number(found[0]);
  }

  /** Text up to an unescaped delimiter; `\n` and `\delimiter` as sed has them. */
  #delimited(delimiter: string, regex: boolean, unterminated: string): string {
    let out = "";
    let bracket = false;
    for (; this.#at < this.#text.length; this.#at++) {
      const c = this.#text[this.#at] ?? "";
      if (c === "\\") {
        const next = this.#text[this.#at + 1];
        if (next === undefined) break;
        this.#at++;
        // An escaped delimiter is the plain character, which in a regular expression may need its backslash to be plain.
        if (next === delimiter && !(bracket && regex))
          out += regex && (this.extended ? /[.*[\]^$+?(){}|]/ : /[.*[\]^$]/).test(next) ? `\\${next}` : next;
        else if (next === "\n" && !regex) out += "\\\n";
        else out += `\\${next}`;
        continue;
      }
      if (regex && bracket) {
        if (c === "]") bracket = false;
      } else if (regex && c === "[") {
        bracket = true;
        out += c;
        if (this.#text[this.#at + 1] === "^") out += this.#text[++this.#at];
        if (this.#text[this.#at + 1] === "]") out += this.#text[++this.#at];
        const rest = /^\[([:.=])[^\]]*\1\]/.exec(this.#text.slice(this.#at + 1));
        if (rest) {
          out += rest[0];
          this.#at += rest[0].length;
        }
        continue;
      } else if (c === delimiter) {
        this.#at++;
        return out;
      }
      if (regex && bracket && c === "[") {
        const rest = /^\[([:.=])[^\]]*\1\]/.exec(this.#text.slice(this.#at));
        if (rest) {
          out += rest[0];
          this.#at += rest[0].length - 1;
          continue;
        }
      }
      out += c;
    }
    return this.#fail(unterminated);
  }

  #regex(source: string, flags: { ignoreCase?: boolean; multiline?: boolean; global?: boolean }): RegExp | undefined {
    if (source === "") return undefined;
    try {
      return posixRegex(source, { extended: this.extended, escapes: true, ...flags, global: true });
    } catch (error) {
      if (error instanceof RegexError) return this.#fail(error.message);
      throw error;
    }
  }

  #address(): Address | undefined {
    const c = this.#text[this.#at];
    if (c === "$") {
      this.#at++;
      return { kind: "last" };
    }
    if (c === "/" || c === "\\") {
      this.#at += c === "/" ? 1 : 2;
      const source = this.#delimited(c === "/" ? "/" : (this.#text[this.#at - 1] ?? ""), true, "unterminated address regex");
      const flags = /^[IM]*/.exec(this.#text.slice(this.#at))?.[0] ?? "";
      this.#at += flags.length;
      return { kind: "regex", regex: this.#regex(source, { ignoreCase: flags.includes("I"), multiline: flags.includes("M") }) };
    }
    const line = this.#number();
    if (line === undefined) return undefined;
    if (this.#text[this.#at] === "~") {
      this.#at++;
      return { kind: "step", first: line, step: this.#number() ?? 0 };
    }
    return { kind: "line", line };
  }

  #command(): undefined {
    const from = this.#address();
    let to: Address | undefined;
    this.#blanks();
    if (from && this.#text[this.#at] === ",") {
      this.#at++;
      this.#blanks();
      const c = this.#text[this.#at];
      if (c === "+" || c === "~") {
        this.#at++;
        const count = this.#number();
        if (count === undefined) this.#fail("expected number");
        to = c === "+" ? { kind: "plus", count: count ?? 0 } : { kind: "multiple", of: count ?? 0 };
      } else to = this.#address();
      if (!to) this.#fail("unexpected `,'");
    }
    if (from?.kind === "line" && from.line === 0 && to?.kind !== "regex") this.#fail("invalid usage of line address 0");
    this.#blanks();
    let negated = false;
    while (this.#text[this.#at] === "!") {
      negated = true;
      this.#at++;
      this.#blanks();
    }
    const name = this.#text[this.#at];
    if (name === undefined) return this.#fail("missing command");
    this.#at++;
    const base = { from, to, negated, name, text: "", active: false, end: -1 };
    switch (name) {
      case "#":
        if (from) this.#fail("comments don't accept any addresses");
        this.#at = this.#text.indexOf("\n", this.#at);
        if (this.#at < 0) this.#at = this.#text.length;
        return;
      case "{":
        this.#blocks.push(this.#commands.length);
        this.#commands.push(base);
        return;
      case "}": {
        if (from) this.#fail("} doesn't want any addresses");
        const open = this.#blocks.pop();
        if (open === undefined) return this.#fail("unexpected `}'");
        const block = this.#commands[open];
        if (block) block.target = this.#commands.length;
        return this.#end();
      }
      case ":": {
        if (from) this.#fail(": doesn't want any addresses");
        this.#blanks();
        const label = /^[^\s;]*/.exec(this.#text.slice(this.#at))?.[0] ?? "";
        if (label === "") this.#fail('":" lacks a label');
        this.#at += label.length;
        this.#labels.set(label, this.#commands.length);
        return;
      }
      case "b":
      case "t":
      case "T": {
        this.#blanks();
        const label = /^[^\n;}]*/.exec(this.#text.slice(this.#at))?.[0] ?? "";
        this.#at += label.length;
        this.#commands.push({ ...base, text: label.trim() });
        return;
      }
      case "a":
      case "i":
      case "c":
        this.#commands.push({ ...base, text: this.#insertion() });
        return;
      case "r":
      case "R":
      case "w":
      case "W": {
        this.#commands.push({ ...base, text: this.#fileName(name) });
        return;
      }
      case "q":
      case "Q":
      case "l":
      case "L": {
        this.#blanks();
        const number = this.#number();
        this.#commands.push({ ...base, text: number === undefined ? "" : String(number) });
        return this.#end();
      }
      case "s":
        this.#substitute(base);
        return;
      case "y":
        this.#transliterate(base);
        return;
      case "=":
      case "d":
      case "D":
      case "g":
      case "G":
      case "h":
      case "H":
      case "n":
      case "N":
      case "p":
      case "P":
      case "x":
      case "z":
      case "F":
        this.#commands.push(base);
        return this.#end();
      default:
        this.#fail(`unknown command: \`${name}'`);
    }
  }

  #end(): undefined {
    this.#blanks();
    const c = this.#text[this.#at];
    if (c === undefined || c === ";" || c === "\n" || c === "}" || c === "#") return;
    this.#at++;
    this.#fail("extra characters after command");
  }

  #fileName(command: string): string {
    this.#blanks();
    const end = this.#text.indexOf("\n", this.#at);
    const file = this.#text.slice(this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#text.length : end + 1;
    if (file === "") this.#fail("missing filename in r/R/w/W commands");
    if (/w/i.test(command)) this.#files.add(file);
    return file;
  }

  /** Text of a, i, c: one line, or more where lines end in a backslash. */
  #insertion(): string {
    this.#blanks();
    if (this.#at >= this.#text.length) this.#fail("expected \\ after `a', `c' or `i'");
    if (this.#text[this.#at] === "\\") {
      this.#at++;
      const blanks = /^[ \t]*\n/.exec(this.#text.slice(this.#at));
      if (blanks) this.#at += blanks[0].length;
      else {
        // GNU: `a\text` on one line; a backslash keeps leading blanks.
        const skipped = /^[ \t]*/.exec(this.#text.slice(this.#at))?.[0] ?? "";
        const after = this.#text[this.#at + skipped.length];
        if (after === "\\") this.#at += skipped.length + 1;
        else if (skipped !== "" && after === undefined) this.#at += skipped.length;
      }
      if (this.#at >= this.#text.length) this.#fail("incomplete command");
    }
    let out = "";
    for (; this.#at < this.#text.length; this.#at++) {
      const c = this.#text[this.#at] ?? "";
      if (c === "\n") break;
      if (c === "\\") {
        this.#at++;
        const next = this.#text[this.#at];
        if (next === undefined) break;
        out += { n: "\n", t: "\t", r: "\r", f: "\f", v: "\v", a: "\x07" }[next] ?? next;
      } else out += c;
    }
    this.#at++;
    return out;
  }

  #replacement(source: string): ReplacementPart[] {
    const parts: ReplacementPart[] = [];
    let text = "";
    const push = (part: ReplacementPart) => {
      if (text !== "") parts.push({ kind: "text", text });
      text = "";
      parts.push(part);
    };
    for (let i = 0; i < source.length; i++) {
      const c = source[i] ?? "";
      if (c === "&") push({ kind: "group", group: 0 });
      else if (c !== "\\") text += c;
      else {
        const e = source[++i] ?? "";
        const characters: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", f: "\f", v: "\v", a: "\x07" };
        if (/\d/.test(e)) push({ kind: "group", group: Number(e) });
        else if (e === "U" || e === "L" || e === "u" || e === "l" || e === "E") push({ kind: "case", change: e });
        else if (characters[e] !== undefined) text += characters[e];
        else if (e === "x" && /^[0-9A-Fa-f]{2}/.test(source.slice(i + 1))) {
          text += String.fromCharCode(Number.parseInt(source.slice(i + 1, i + 3), 16));
          i += 2;
        } else text += e;
      }
    }
    if (text !== "") parts.push({ kind: "text", text });
    return parts;
  }

  #substitute(base: Command): void {
    const delimiter = this.#text[this.#at++] ?? "";
    if (delimiter === "" || delimiter === "\n" || delimiter === "\\") this.#fail("unterminated `s' command");
    const pattern = this.#delimited(delimiter, true, "unterminated `s' command");
    const replacement = this.#delimited(delimiter, false, "unterminated `s' command");
    let global = false;
    let print = false;
    let execute = false;
    let occurrence = 1;
    let ignoreCase = false;
    let multiline = false;
    let text = "";
    for (;;) {
      const c = this.#text[this.#at];
      if (c === undefined || c === ";" || c === "\n" || c === "}" || c === "#") break;
      if (/\d/.test(c)) {
        occurrence = this.#number() ?? 1;
        if (occurrence === 0) this.#fail("number option to `s' command may not be zero");
        continue;
      }
      this.#at++;
      if (c === "g") global = true;
      else if (c === "p") print = true;
      else if (c === "i" || c === "I") ignoreCase = true;
      else if (c === "m" || c === "M") multiline = true;
      else if (c === "e") execute = true;
      else if (c === "w") {
        text = this.#fileName("w");
        break;
      } else if (!/[ \t]/.test(c)) this.#fail("unknown option to `s'");
    }
    const regex = this.#regex(pattern, { ignoreCase, multiline });
    const parts = this.#replacement(replacement);
    const groups = regex ? (new RegExp(`${regex.source}|`, regex.flags).exec("")?.length ?? 1) : 10;
    for (const part of parts)
      if (part.kind === "group" && part.group >= groups) this.#fail(`invalid reference \\${part.group} on \`s' command's RHS`);
    this.#commands.push({ ...base, text, regex, replacement: parts, global, print, occurrence, execute });
  }

  #transliterate(base: Command): void {
    const delimiter = this.#text[this.#at++] ?? "";
    const read = () => {
      const source = this.#delimited(delimiter, false, "unterminated `y' command");
      return [...source.replace(/\\(.)/gs, (_whole, c: string) => ({ n: "\n", t: "\t", "\\": "\\" })[c] ?? `\\${c}`)];
    };
    const from = read();
    const to = read();
    if (from.length !== to.length) this.#fail("strings for `y' command are different lengths");
    this.#commands.push({ ...base, map: new Map(from.map((c, i) => [c, to[i] ?? c])) });
    this.#end();
  }
}
