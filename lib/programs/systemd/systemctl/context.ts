/** What the commands of systemctl share: options, colors, ways to fail. */
import type { Process } from "../../../kernel/types.ts";
import type { Arguments } from "../../core/options.ts";
import { type Manager, managerOf } from "../manager.ts";
import type { Unit } from "../unit.ts";
import { mangle, parseUnitName } from "../unit-name.ts";

export class Context {
  readonly self: Process;
  readonly args: Arguments;
  readonly colors: boolean;

  constructor(self: Process, args: Arguments) {
    this.self = self;
    this.args = args;
    this.colors = self.fds.get(1)?.tty !== undefined && self.env.TERM !== "dumb" && self.env.NO_COLOR === undefined;
  }

  get manager(): Manager {
    return managerOf(this.self.machine);
  }

  /** The words after the command. */
  get operands(): readonly string[] {
    return this.args.operands.slice(1);
  }

  get quiet(): boolean {
    return this.args.has("quiet");
  }

  get isRoot(): boolean {
    return this.self.credentials.uid === 0;
  }

  /** SGR codes around the text, on terminals. */
  paint(code: string, text: string): string {
    return this.colors && text !== "" ? `\x1b[${code}m${text}\x1b[0m` : text;
  }

  async fail(text: string, status = 1): Promise<number> {
    await this.self.error(`${text}\n`);
    return status;
  }

  /** Names as typed, with their types; patterns stand for units in memory. */
  names(typed: readonly string[]): string[] {
    return typed.flatMap((word) => {
      const name = mangle(word);
      return isPattern(name) ? this.matching(name).map((unit) => unit.id) : [name];
    });
  }

  matching(pattern: string): Unit[] {
    const expression = globExpression(pattern);
    return this.manager.units.filter((unit) => expression.test(unit.id));
  }

  /** --type=service,target and types in the plural are all the same. */
  get types(): ReadonlySet<string> | undefined {
    const given = this.args.all("type").flatMap((text) => text.split(","));
    return given.length === 0 ? undefined : new Set(given);
  }
}

export const isPattern = (name: string) => /[*?[]/.test(name) && parseUnitName(name) === undefined;

/** fnmatch(3). */
export function globExpression(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`);
}

export const BOLD = "0;1;39";
export const GREEN = "0;1;32";
export const RED = "0;1;31";
export const YELLOW = "0;1;38;5;185";
export const GREY = "0;38;5;245";
