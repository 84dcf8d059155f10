/** Settings from all files that count, later ones winning, with includes (git-config(1), FILES and INCLUDES). */
import type { Files } from "../../../kernel/types.ts";
import { codeOf } from "../../core/errors.ts";
import { globRegex } from "../../core/glob.ts";
import { Fatal } from "../errors.ts";
import { ConfigFile, canonicalName } from "./config-file.ts";

export type Scope = "system" | "global" | "local" | "worktree" | "command";

export interface Setting {
  readonly name: string;
  readonly value: string;
  readonly bare: boolean;
  readonly scope: Scope;
  /** `file:/path`, or `command line:`. */
  readonly origin: string;
}

export interface ConfigPlaces {
  readonly files: Files;
  readonly env: Readonly<Record<string, string>>;
  /** Settings of -c, as they were given. */
  readonly given: readonly string[];
  readonly gitDir?: string;
  readonly commonDir?: string;
  /** How messages name the repository's own file. */
  readonly localLabel?: string;
  /** The branch, for includeIf "onbranch:". */
  readonly branch?: string;
}

export function globalPath(env: Readonly<Record<string, string>>, files: Files): string {
  if (env.GIT_CONFIG_GLOBAL !== undefined) return env.GIT_CONFIG_GLOBAL;
  const home = env.HOME ?? "/";
  const xdg = `${env.XDG_CONFIG_HOME || `${home}/.config`}/git/config`;
  return !files.exists(`${home}/.gitconfig`) && files.exists(xdg) ? xdg : `${home}/.gitconfig`;
}

const SYSTEM = "/etc/gitconfig";

export class Config {
  #settings: Setting[] = [];

  constructor(private readonly places: ConfigPlaces) {
    this.reload();
  }

  reload(): void {
    this.#settings = [];
    const { env, files, gitDir, commonDir, given } = this.places;
    if (env.GIT_CONFIG_NOSYSTEM === undefined) this.#file(SYSTEM, "system");
    const home = env.HOME ?? "/";
    if (env.GIT_CONFIG_GLOBAL !== undefined) this.#file(env.GIT_CONFIG_GLOBAL, "global");
    else {
      this.#file(`${env.XDG_CONFIG_HOME || `${home}/.config`}/git/config`, "global");
      this.#file(`${home}/.gitconfig`, "global");
    }
    if (commonDir !== undefined) this.#file(`${commonDir}/config`, "local", this.places.localLabel);
    if (gitDir !== undefined && this.bool("extensions.worktreeConfig") && files.exists(`${gitDir}/config.worktree`))
      this.#file(`${gitDir}/config.worktree`, "worktree");
    const count = Number(env.GIT_CONFIG_COUNT ?? 0);
    for (let i = 0; i < count; i++) this.#command(env[`GIT_CONFIG_KEY_${i}`] ?? "", env[`GIT_CONFIG_VALUE_${i}`] ?? "");
    for (const text of given) {
      const equals = text.indexOf("=");
      this.#command(equals < 0 ? text : text.slice(0, equals), equals < 0 ? "true" : text.slice(equals + 1));
    }
  }

  #command(name: string, value: string): void {
    if (!name.includes(".")) throw new Fatal(`error: key does not contain a section: ${name}\nfatal: unable to parse command-line config`);
    this.#settings.push({ name: canonicalName(name), value, bare: false, scope: "command", origin: "command line:" });
  }

  #file(path: string, scope: Scope, label?: string, depth = 0): void {
    let text: string;
    try {
      text = this.places.files.readText(path);
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined) throw error;
      if (code === "EACCES" && scope !== "local") return;
      if (code === "EACCES") throw new Fatal(`unable to access '${label ?? path}': Permission denied`);
      return;
    }
    if (depth > 10) throw new Fatal(`exceeded maximum include depth (10) while including\n\t${path}`);
    const shown = label ?? path;
    for (const { name, value, bare } of new ConfigFile(text, `file ${shown}`).entries) {
      this.#settings.push({ name, value, bare, scope, origin: `file:${shown}` });
      const condition = /^includeif\.(.*)\.path$/s.exec(name)?.[1];
      if (name === "include.path" || (condition !== undefined && this.#holds(condition, path)))
        this.#file(this.#included(value, path), scope, undefined, depth + 1);
    }
  }

  #included(value: string, from: string): string {
    const expanded = value.startsWith("~/") ? `${this.places.env.HOME ?? ""}${value.slice(1)}` : value;
    return expanded.startsWith("/") ? expanded : `${from.slice(0, from.lastIndexOf("/"))}/${expanded}`;
  }

  /** includeIf: `gitdir:`, `gitdir/i:`, `onbranch:`. */
  #holds(condition: string, from: string): boolean {
    const found = /^(gitdir|gitdir\/i|onbranch):(.*)$/s.exec(condition);
    if (!found) return false;
    let pattern = found[2] ?? "";
    if (found[1] === "onbranch") {
      if (pattern.endsWith("/")) pattern += "**";
      return this.places.branch !== undefined && matchesPath(pattern, this.places.branch, false);
    }
    if (this.places.gitDir === undefined) return false;
    if (pattern.startsWith("~/")) pattern = `${this.places.env.HOME ?? ""}${pattern.slice(1)}`;
    else if (pattern.startsWith("./")) pattern = `${from.slice(0, from.lastIndexOf("/"))}${pattern.slice(1)}`;
    else if (!pattern.startsWith("/")) pattern = `**/${pattern}`;
    if (pattern.endsWith("/")) pattern += "**";
    return matchesPath(pattern, this.places.gitDir, found[1] === "gitdir/i");
  }

  get settings(): readonly Setting[] {
    return this.#settings;
  }

  get(name: string): string | undefined {
    const key = canonicalName(name);
    return this.#settings.findLast((setting) => setting.name === key)?.value;
  }

  all(name: string): string[] {
    const key = canonicalName(name);
    return this.#settings.filter((setting) => setting.name === key).map(({ value }) => value);
  }

  /** Throws Fatal for a word that is neither true nor false. */
  bool(name: string): boolean | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    const meant = parseBool(value);
    if (meant === undefined) throw new Fatal(`bad boolean config value '${value}' for '${canonicalName(name)}'`);
    return meant;
  }

  number(name: string): number | undefined {
    const value = this.get(name);
    return value === undefined || !/^-?\d+/.test(value) ? undefined : Number.parseInt(value, 10);
  }

  /** The subsections of a section: names of remotes, branches, aliases with a dot. */
  subsections(section: string): string[] {
    const names = this.#settings.flatMap(({ name }) => {
      const first = name.indexOf(".");
      const last = name.lastIndexOf(".");
      return name.slice(0, first) === section && last > first ? [name.slice(first + 1, last)] : [];
    });
    return [...new Set(names)];
  }
}

export function parseBool(value: string): boolean | undefined {
  if (/^(true|yes|on)$/i.test(value)) return true;
  if (/^(false|no|off)$/i.test(value) || value === "") return false;
  if (/^-?\d+$/.test(value)) return Number(value) !== 0;
  return undefined;
}

/** wildmatch with WM_PATHNAME: `**` crosses slashes. */
export function matchesPath(pattern: string, path: string, ignoreCase: boolean): boolean {
  return wildRegex(pattern, ignoreCase).test(path);
}

const compiled = new Map<string, RegExp>();

/** The pattern of gitignore(5) as a regular expression over whole paths. */
export function wildRegex(pattern: string, ignoreCase = false): RegExp {
  const key = `${ignoreCase ? "i" : "c"}${pattern}`;
  let regex = compiled.get(key);
  if (!regex) {
    const parts = pattern.split(/(\*\*\/|\/\*\*$)/);
    const source = parts
      .map((part, i) => {
        const before = parts.slice(0, i).join("");
        if (part === "**/" && (before === "" || before.endsWith("/"))) return "(?:.*/)?";
        if (part === "/**" && i === parts.length - 2) return "/.*";
        return globRegex(part, { pathname: true }).source.slice(1, -1).replaceAll("[^/]*[^/]*", "[^/]*");
      })
      .join("");
    regex = new RegExp(`^${source}$`, ignoreCase ? "isu" : "su");
    compiled.set(key, regex);
  }
  return regex;
}
