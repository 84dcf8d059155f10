/** The rules of /etc/sudoers (sudoers(5)): who may run what as whom, and whether a password is asked for. */
import type { Files } from "../../kernel/types.ts";
import { globRegex } from "../core/glob.ts";

export interface SudoRule {
  /** A user's name, "%group" or "ALL". */
  readonly who: string;
  /** Users and groups that may be taken on; `runAs` as it was written, without brackets. */
  readonly runAs: string;
  readonly users: readonly string[];
  readonly noPassword: boolean;
  /** "ALL", or a command with its arguments; "!" in front forbids it. */
  readonly command: string;
}

export interface Sudoers {
  readonly rules: readonly SudoRule[];
  readonly defaults: readonly string[];
  /** Lines that are no rule: where and what. */
  readonly mistakes: readonly { readonly path: string; readonly line: number; readonly text: string }[];
}

const split = (text: string) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

/** Reads /etc/sudoers and what it includes. */
export function readSudoers(files: Files): Sudoers {
  const rules: SudoRule[] = [];
  const defaults: string[] = [];
  const mistakes: { path: string; line: number; text: string }[] = [];
  const aliases = new Map<string, string[]>();
  const read = (path: string) => {
    if (!files.exists(path)) return;
    const lines = files.readText(path).replace(/\\\n/g, "").split("\n");
    for (const [index, whole] of lines.entries()) {
      const include = /^[@#](include|includedir)\s+(\S+)/.exec(whole);
      if (include) {
        const [, kind, target = ""] = include;
        if (kind === "include") read(target);
        else if (files.exists(target))
          for (const entry of files.readdir(target).sort((a, b) => (a.name < b.name ? -1 : 1)))
            if (!/[.~]/.test(entry.name) && entry.kind === "file") read(`${target}/${entry.name}`);
        continue;
      }
      const line = whole.replace(/(^|\s)#.*/, "").trim();
      if (line === "") continue;
      const found = line.startsWith("Defaults") ? undefined : /^(\S+)\s+(\S+?)\s*=\s*(.+)$/.exec(line);
      if (line.startsWith("Defaults")) defaults.push(...split(line.replace(/^Defaults\S*\s*/, "")));
      else if (/^(Cmnd|User|Runas|Host)_Alias\s/.test(line)) {
        const [, name = "", list = ""] = /^\w+\s+(\w+)\s*=\s*(.*)$/.exec(line) ?? [];
        aliases.set(name, split(list));
      } else if (found) rules.push(...rulesOf(found[1] ?? "", found[3] ?? "", aliases));
      else mistakes.push({ path, line: index + 1, text: whole });
    }
  };
  read("/etc/sudoers");
  return { rules, defaults, mistakes };
}

function rulesOf(who: string, text: string, aliases: ReadonlyMap<string, readonly string[]>): SudoRule[] {
  let runAs = "root";
  let noPassword = false;
  const rules: SudoRule[] = [];
  for (const part of split(text.replace(/\(([^)]*)\)/g, (_all, inside: string) => `(${inside.replaceAll(",", "\0")})`))) {
    let rest = part;
    const as = /^\(([^)]*)\)\s*/.exec(rest);
    if (as) {
      runAs = (as[1] ?? "").replaceAll("\0", ",").replace(/\s*:\s*/, " : ");
      rest = rest.slice(as[0].length);
    }
    for (let tag = /^([A-Z]+):\s*/.exec(rest); tag; tag = /^([A-Z]+):\s*/.exec(rest)) {
      if (tag[1] === "NOPASSWD") noPassword = true;
      if (tag[1] === "PASSWD") noPassword = false;
      rest = rest.slice(tag[0].length);
    }
    const users = split(runAs.split(":")[0] ?? "");
    for (const name of who.split(",").flatMap((each) => aliases.get(each) ?? [each]))
      for (const command of aliases.get(rest) ?? [rest]) rules.push({ who: name, runAs, users, noPassword, command });
  }
  return rules;
}

/** The rules that name this user or one of the groups. */
export function rulesFor(sudoers: Sudoers, user: string, groups: ReadonlySet<string>): SudoRule[] {
  return sudoers.rules.filter(({ who }) => who === "ALL" || (who.startsWith("%") ? groups.has(who.slice(1)) : who === user));
}

/** The last rule that fits decides; undefined when none allows it. `command` is the absolute path of the program. */
export function allows(rules: readonly SudoRule[], target: string, command: string, args: readonly string[]): SudoRule | undefined {
  const rule = rules.findLast((each) => {
    if (!each.users.includes("ALL") && !each.users.includes(target)) return false;
    if (each.command === "ALL") return true;
    const [path = "", ...wanted] = each.command.replace(/^!/, "").split(/\s+/);
    if (!(path.endsWith("/") ? command.startsWith(path) && !command.slice(path.length).includes("/") : globRegex(path).test(command)))
      return false;
    if (wanted.length === 0) return true;
    if (wanted.length === 1 && wanted[0] === '""') return args.length === 0;
    return globRegex(wanted.join(" ")).test(args.join(" "));
  });
  return rule?.command.startsWith("!") ? undefined : rule;
}
