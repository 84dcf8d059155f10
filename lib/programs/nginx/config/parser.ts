/** Reads a configuration: files, includes, blocks; each directive is checked against the table and handed to its handler. */

import { errnos } from "../../../kernel/errno.ts";
import { codeOf, reason } from "../../core/errors.ts";
import { globRegex } from "../../core/glob.ts";
import { type Block, Cycle, type CycleOptions, type Directive } from "./cycle.ts";
import { type DirectiveRule, directiveRules } from "./directive-table.ts";
import { handlers } from "./handlers.ts";
import { slots } from "./slots.ts";
import { ConfigError, Tokens } from "./tokens.ts";

const latin1 = new TextDecoder("latin1");

/** "(2: No such file or directory)", as nginx ends what a system call said. */
export function systemReason(error: unknown): string {
  const code = codeOf(error);
  return code === undefined ? String(error) : `(${errnos[code].number}: ${reason(error)})`;
}

/** UTF-8 bytes as one character each, and back: configurations and requests are bytes to nginx. */
export const toBytes = (text: string): string => latin1.decode(new TextEncoder().encode(text)).replace(/[\u0100-\uffff]/g, windows1252);
const windows1252 = (char: string) => String.fromCharCode(CP1252.indexOf(char) + 128);

/** What the platform's "latin1" decoder (windows-1252) makes of the bytes 128 to 159. */
const CP1252 = latin1.decode(Uint8Array.from({ length: 32 }, (_, index) => 128 + index));

/** Bytes as a text of one character each. */
export function binary(bytes: Uint8Array): string {
  const text = latin1.decode(bytes);
  return /[\u0100-\uffff]/.test(text) ? text.replace(/[\u0100-\uffff]/g, windows1252) : text;
}

/** The bytes of such a text. */
export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** Such a text as people read it. */
export function readable(text: string): string {
  // Most are plain ASCII.
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) return new TextDecoder().decode(bytesOf(text));
  return text;
}

class Reader {
  #tokens: Tokens | undefined;

  constructor(readonly cycle: Cycle) {}

  /** `-g`: directives of the main context. */
  parameter(text: string, block: Block): void {
    this.cycle.place = { file: "", line: 0 };
    this.#tokens = new Tokens(toBytes(text), true);
    this.#statements(block, "parameter");
  }

  file(path: string, block: Block): void {
    const { cycle } = this;
    const before = this.#tokens;
    const place = cycle.place;
    let text: string;
    try {
      text = binary(cycle.options.files.readFile(readable(path)));
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      if (codeOf(error) === "EISDIR") throw new ConfigError(`pread() "${path}" failed ${systemReason(error)}`, "", "crit");
      throw new ConfigError(`open() "${path}" failed ${systemReason(error)}`, before === undefined ? "" : undefined);
    }
    if (!cycle.dump.some(({ name }) => name === path)) cycle.dump.push({ name: path, text });
    const tokens = new Tokens(text);
    this.#tokens = tokens;
    cycle.place = { file: path, line: 1 };
    this.#statements(block, "file");
    this.#tokens = before;
    cycle.place = place;
  }

  #statements(block: Block, kind: "file" | "block" | "parameter"): void {
    const tokens = this.#tokens;
    if (tokens === undefined) return;
    for (;;) {
      const { file } = this.cycle.place;
      let statement: ReturnType<Tokens["next"]>;
      try {
        statement = tokens.next();
      } finally {
        this.cycle.place = { file, line: tokens.line };
      }
      if (statement.kind === "close") {
        if (kind !== "block") throw new ConfigError('unexpected "}"');
        return;
      }
      if (statement.kind === "end") {
        if (kind === "block") throw new ConfigError('unexpected end of file, expecting "}"');
        return;
      }
      const isBlock = statement.kind === "block";
      if (isBlock && file === "") throw new ConfigError("block directives are not supported in -g option");
      const [name = "", ...args] = statement.words;
      if (block.words !== undefined) {
        if (isBlock) throw new ConfigError('unexpected "{"');
        if (name === "include" && args.length === 1) this.#include(args[0] ?? "", block);
        else block.words(statement.words);
      } else this.#directive({ name, args }, isBlock, block);
    }
  }

  #directive(directive: Directive, isBlock: boolean, block: Block): void {
    const { name, args } = directive;
    const rules = directiveRules.get(name);
    const rule = rules?.find(({ contexts }) => contexts === "*" || contexts.includes(block.letter));
    if (rule === undefined) {
      throw new ConfigError(rules === undefined ? `unknown directive "${name}"` : `"${name}" directive is not allowed here`);
    }
    if (!rule.isBlock && isBlock) throw new ConfigError(`directive "${name}" is not terminated by ";"`);
    if (rule.isBlock && !isBlock) throw new ConfigError(`directive "${name}" has no opening "{"`);
    if (!rule.takes(args.length)) throw new ConfigError(`invalid number of arguments in "${name}" directive`);
    if (!rule.isModeled) throw new ConfigError(`"${name}" is real, but this world does not model it (see /reference/machine)`);
    if (name === "include") {
      this.#include(args[0] ?? "", block);
      return;
    }
    const said = this.#apply(directive, rule, block);
    if (typeof said === "string") throw new ConfigError(`"${name}" directive ${said}`);
    block.seen.add(name);
    if (said === undefined) return;
    this.#statements(said, "block");
    handlers.after[name]?.(directive, said, this.cycle);
  }

  #apply(directive: Directive, rule: DirectiveRule, block: Block): string | Block | undefined {
    const special = rule.contexts === "u" ? handlers.directives[`${directive.name}@upstream`] : undefined;
    const own = special ?? handlers.directives[directive.name];
    if (own !== undefined) return own(directive, block, this.cycle);
    const slot = slots[rule.kind];
    const settings = block.location?.own ?? this.cycle.settings;
    if (slot !== undefined) return slot(directive, settings, this.cycle);
    if (block.seen.has(directive.name)) return "is duplicate";
    settings.lists[directive.name] = directive.args;
    return undefined;
  }

  #include(argument: string, block: Block): void {
    const path = this.cycle.fullName(argument, true);
    if (!/[*?[]/.test(path)) {
      this.file(path, block);
      return;
    }
    for (const found of glob(this.cycle, path)) this.file(found, block);
  }
}

/** glob(3): sorted; names that begin with a dot only where the pattern does. */
function glob(cycle: Cycle, pattern: string): string[] {
  const { files } = cycle.options;
  let found = [""];
  for (const part of pattern.split("/").slice(1)) {
    if (!/[*?[]/.test(part)) {
      found = found.map((path) => `${path}/${part}`).filter((path) => files.exists(readable(path)));
      continue;
    }
    const regex = globRegex(readable(part), { pathname: true });
    found = found.flatMap((path) => {
      if (!files.access(readable(path === "" ? "/" : path), 4) || files.stat(readable(path === "" ? "/" : path)).kind !== "directory")
        return [];
      return files
        .readdir(readable(path === "" ? "/" : path))
        .map(({ name }) => name)
        .filter((name) => regex.test(name) && (part.startsWith(".") || !name.startsWith(".")))
        .sort()
        .map((name) => `${path}/${toBytes(name)}`);
    });
  }
  return found;
}

/** Reads and checks. Throws ConfigError whose message bears its place. */
export function readConfiguration(options: CycleOptions, global: string | undefined): Cycle {
  const cycle = new Cycle(options);
  const reader = new Reader(cycle);
  const main: Block = { letter: "m", parent: undefined, seen: new Set() };
  try {
    if (global !== undefined) reader.parameter(global, main);
    cycle.place = { file: options.confPath, line: 0 };
    reader.file(options.confPath, main);
    return cycle;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(`${error.message}${error.place ?? cycle.where}`, "", error.level);
  }
}
