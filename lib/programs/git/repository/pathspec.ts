/** Which paths are meant: gitglossary(7), pathspec. Files, folders, patterns, `:/`, `:!`. */

import { globRegex } from "../../core/glob.ts";
import { Fatal } from "../errors.ts";
import { wildRegex } from "./config.ts";
import type { Repository } from "./repository.ts";

interface Item {
  readonly given: string;
  readonly exclude: boolean;
  /** From the working tree's root; "" means everything. */
  readonly path: string;
  readonly regex: RegExp | undefined;
}

/** `a/./b/../c` → `a/c`; undefined when it leads out. */
export function normalize(path: string): string | undefined {
  const out: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") out.push(part);
    else if (out.pop() === undefined) return undefined;
  }
  return out.join("/");
}

/** A path as typed, from the working tree's root. Throws Fatal when it lies outside. */
export function repositoryPath(repository: Repository, given: string): string {
  const root = repository.workTree ?? "/";
  let path: string | undefined;
  if (given.startsWith("/")) {
    const { files } = repository;
    const real = files.exists(given) ? files.realpath(given) : files.absolute(given);
    const base = files.exists(root) ? files.realpath(root) : root;
    path = real === base ? "" : real.startsWith(`${base}/`) ? real.slice(base.length + 1) : undefined;
  } else path = normalize(repository.prefix + given);
  if (path === undefined) throw new Fatal(`${given}: '${given}' is outside repository at '${root}'`);
  return path;
}

export class Pathspec {
  readonly #items: readonly Item[];
  readonly #used = new Set<Item>();

  constructor(
    repository: Repository,
    readonly given: readonly string[],
  ) {
    const items = given.map((text): Item => {
      let rest = text;
      let exclude = false;
      let top = false;
      let literal = false;
      let glob = false;
      let icase = false;
      const long = /^:\(([^)]*)\)/.exec(text);
      if (long) {
        rest = text.slice(long[0].length);
        for (const word of (long[1] ?? "").split(",")) {
          if (word === "exclude") exclude = true;
          else if (word === "top") top = true;
          else if (word === "literal") literal = true;
          else if (word === "glob") glob = true;
          else if (word === "icase") icase = true;
          else if (word !== "") throw new Fatal(`Invalid pathspec magic '${word}' in '${text}'`);
        }
      } else {
        const short = /^:([/!^]*):?/.exec(text);
        if (short?.[1]) {
          rest = text.slice(short[0].length);
          exclude = /[!^]/.test(short[1]);
          top = short[1].includes("/");
        }
      }
      if (text === "") throw new Fatal("empty string is not a valid pathspec. please use . instead if you meant to match all paths");
      const path = top ? (normalize(rest) ?? "") : repositoryPath(repository, rest);
      const wild = !literal && (/[*?[\\]/.test(rest) || icase);
      const regex = wild ? (glob ? wildRegex(path, icase) : globRegex(path, { ignoreCase: icase })) : undefined;
      return { given: text, exclude, path, regex };
    });
    this.#items =
      items.length > 0 && items.every(({ exclude }) => exclude)
        ? [{ given: ".", exclude: false, path: "", regex: undefined }, ...items]
        : items;
  }

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  #fits(item: Item, path: string): boolean {
    return item.path === "" || path === item.path || path.startsWith(`${item.path}/`) || (item.regex?.test(path) ?? false);
  }

  matches(path: string): boolean {
    if (this.#items.length === 0) return true;
    let found = false;
    for (const item of this.#items) {
      if (item.exclude || !this.#fits(item, path)) continue;
      this.#used.add(item);
      found = true;
    }
    return found && !this.#items.some((item) => item.exclude && this.#fits(item, path));
  }

  /** Whether anything below this folder (without a slash at its end) may match. */
  mayMatchBelow(folder: string): boolean {
    if (this.#items.length === 0) return true;
    return this.#items.some(
      (item) => !item.exclude && (item.regex !== undefined || this.#fits(item, folder) || item.path.startsWith(`${folder}/`)),
    );
  }

  /** The folder itself is meant, or one above it. */
  names(path: string): boolean {
    return this.#items.some((item) => !item.exclude && (item.path === "" || item.path === path || path.startsWith(`${item.path}/`)));
  }

  /** Literal paths that were given. */
  get paths(): readonly string[] {
    return this.#items.filter(({ exclude, regex }) => !exclude && regex === undefined).map(({ path }) => path);
  }

  /** What was given and has matched nothing. */
  get unused(): readonly string[] {
    return this.#items.filter((item) => !item.exclude && !this.#used.has(item)).map(({ given }) => given);
  }
}
