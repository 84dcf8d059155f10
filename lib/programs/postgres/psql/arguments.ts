/** Arguments of backslash commands (psql: "Meta-Commands"): blanks between them, quotes, `backticks`, variables. */
import type { Substitute } from "./scanner.ts";

/** How an argument is read: as a name of SQL (quotes kept or folded), or to the end of the line. */
export type ArgumentKind = "normal" | "sql-identifier" | "sql-identifier-keep-case" | "whole-line" | "file-or-pipe";

export interface ArgumentHost {
  readonly substitute: Substitute;
  /** Output of a shell command; undefined when it failed. */
  readonly shell: (command: string) => Promise<string | undefined>;
  readonly complain: (message: string) => Promise<void>;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", b: "\b", r: "\r", f: "\f" };
const NAME = /[A-Za-z_\u0080-\uffff0-9]+/y;

/** Reads the arguments of one command from a line. */
export class ArgumentReader {
  /** A part in backticks or quotes could not be read to its end: the command must not run. */
  failed = false;

  constructor(
    private readonly host: ArgumentHost,
    readonly line: string,
    public at: number,
    /** In a branch of \if that is not taken nothing is run or replaced. */
    private readonly inactive = false,
  ) {}

  /** The command's name: up to a blank or another backslash. */
  command(): string {
    const found = /[^\s\\]*/y;
    found.lastIndex = this.at;
    let name = found.exec(this.line)?.[0] ?? "";
    // `\!` and `\?` are names of one character only where the rest is no name.
    if (name.startsWith("!")) name = "!";
    this.at += name.length;
    return name;
  }

  #blanks(): void {
    while (/\s/.test(this.line[this.at] ?? "")) this.at++;
  }

  /** The next argument; undefined when there is none. `quoted` tells whether quotes were used. */
  async next(kind: ArgumentKind = "normal"): Promise<string | undefined> {
    return (await this.read(kind))?.text;
  }

  async read(kind: ArgumentKind = "normal"): Promise<{ readonly text: string; readonly quoted: boolean } | undefined> {
    this.#blanks();
    if (this.at >= this.line.length) return undefined;
    if (kind === "whole-line" || (kind === "file-or-pipe" && this.line[this.at] === "|")) {
      const text = this.line.slice(this.at);
      this.at = this.line.length;
      return { text, quoted: false };
    }
    if (this.line[this.at] === "\\") return undefined;
    let text = "";
    let quoted = false;
    for (;;) {
      const c = this.line[this.at];
      if (c === undefined || /\s/.test(c) || c === "\\") break;
      if (c === "'") {
        text += await this.#single();
        quoted = true;
      } else if (c === "`") {
        text += await this.#backticks();
        quoted = true;
      } else if (c === '"') {
        const end = this.line.indexOf('"', this.at + 1);
        if (end < 0) {
          await this.#unterminated();
          break;
        }
        text += this.line.slice(this.at, end + 1);
        this.at = end + 1;
        quoted = true;
      } else if (c === ":") text += await this.#variable();
      else {
        text += c;
        this.at++;
      }
    }
    if (kind === "sql-identifier" || kind === "sql-identifier-keep-case") text = foldIdentifier(text, kind === "sql-identifier");
    return { text, quoted };
  }

  async #unterminated(): Promise<void> {
    this.failed = true;
    this.at = this.line.length;
    await this.host.complain("unterminated quoted string");
  }

  async #single(): Promise<string> {
    let text = "";
    for (this.at++; ; this.at++) {
      const c = this.line[this.at];
      if (c === undefined) {
        await this.#unterminated();
        return text;
      }
      if (c === "'") {
        if (this.line[this.at + 1] !== "'") break;
        text += "'";
        this.at++;
      } else if (c === "\\") {
        const rest = this.line.slice(this.at + 1);
        const number = /^(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2}))/.exec(rest);
        if (number) {
          text += String.fromCharCode(number[1] === undefined ? Number.parseInt(number[2] ?? "0", 16) : Number.parseInt(number[1], 8));
          this.at += number[0].length;
        } else {
          text += ESCAPES[rest[0] ?? ""] ?? rest[0] ?? "";
          this.at++;
        }
      } else text += c;
    }
    this.at++;
    return text;
  }

  async #backticks(): Promise<string> {
    const end = this.line.indexOf("`", this.at + 1);
    if (end < 0) {
      await this.#unterminated();
      return "";
    }
    let command = this.line.slice(this.at + 1, end);
    this.at = end + 1;
    if (this.inactive) return "";
    command = command.replace(/:(?:'([A-Za-z_0-9]+)'|([A-Za-z_0-9]+))/g, (all, quoted: string | undefined, plain: string | undefined) => {
      const value = this.host.substitute(quoted ?? plain ?? "", "plain");
      return value === undefined ? all : quoted === undefined ? value : `'${value.replaceAll("'", `'"'"'`)}'`;
    });
    const output = await this.host.shell(command);
    if (output === undefined) this.failed = true;
    return (output ?? "").replace(/\n$/, "");
  }

  async #variable(): Promise<string> {
    const rest = this.line.slice(this.at);
    const found = /^:(?:'([A-Za-z_\u0080-\uffff0-9]+)'|"([A-Za-z_\u0080-\uffff0-9]+)"|\{\?([A-Za-z_\u0080-\uffff0-9]+)\})/.exec(rest);
    if (found) {
      this.at += found[0].length;
      if (this.inactive) return found[0];
      const [all, literal, identifier, test] = found;
      const how = literal !== undefined ? "literal" : identifier !== undefined ? "identifier" : "test";
      return this.host.substitute(literal ?? identifier ?? test ?? "", how) ?? all;
    }
    NAME.lastIndex = this.at + 1;
    const name = rest.startsWith("::") ? undefined : NAME.exec(this.line)?.[0];
    if (name === undefined) {
      this.at += rest.startsWith("::") ? 2 : 1;
      return rest.startsWith("::") ? "::" : ":";
    }
    this.at += name.length + 1;
    return this.inactive ? `:${name}` : (this.host.substitute(name, "plain") ?? `:${name}`);
  }

  /** All that are left. */
  async all(kind: ArgumentKind = "normal"): Promise<string[]> {
    const found: string[] = [];
    for (let each = await this.next(kind); each !== undefined; each = await this.next(kind)) found.push(each);
    return found;
  }

  /** To the end of the line, as it stands, without blanks at the ends. */
  async wholeLine(): Promise<string | undefined> {
    return (await this.next("whole-line"))?.trim();
  }

  /** Steps over `\\`, which ends a command's arguments. */
  finish(): void {
    this.#blanks();
    if (this.line.startsWith("\\\\", this.at)) this.at += 2;
  }
}

/** Double quotes are taken off; what is outside of them is lower-cased (dequote_downcase_identifier). */
export function foldIdentifier(text: string, fold = true): string {
  let out = "";
  let inside = false;
  for (let at = 0; at < text.length; at++) {
    const c = text[at] ?? "";
    if (c === '"') {
      if (inside && text[at + 1] === '"') {
        out += '"';
        at++;
      } else inside = !inside;
    } else out += inside || !fold ? c : c.toLowerCase();
  }
  return out;
}

export const quoteLiteral = (text: string): string => {
  const quoted = `'${text.replaceAll("'", "''").replaceAll("\\", "\\\\")}'`;
  return text.includes("\\") ? ` E${quoted}` : quoted;
};

export const quoteIdentifier = (text: string): string => `"${text.replaceAll('"', '""')}"`;
