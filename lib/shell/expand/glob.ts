import type { Files } from "../../kernel/types.ts";
import { compilePattern, type Piece, patternText } from "./pattern.ts";

/** The shell options that steer pathname expansion. */
export interface GlobOptions {
  readonly dotglob: boolean;
  /** `.` and `..` are never matched. */
  readonly skipDots: boolean;
  readonly extglob: boolean;
  readonly globstar: boolean;
  readonly nocaseglob: boolean;
}

/** The existing paths that match, sorted; empty when there are none (bash(1), Pathname Expansion). */
export function expandGlob(pieces: readonly Piece[], files: Files, options: GlobOptions): string[] {
  const pattern = patternText(pieces);
  const absolute = pattern.startsWith("/");
  const lead = /^\/*/.exec(pattern)![0];
  const components = splitComponents(pattern.slice(lead.length));
  let found: string[] = [absolute ? lead : ""];
  components.forEach((component, at) => {
    const last = at === components.length - 1;
    found = found.flatMap((base) => matchComponent(base, component, last, files, options));
  });
  return [...new Set(found)].filter((path) => path !== "").sort(compare);
}

/** As the C.UTF-8 locale collates: by code point. */
export function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Splits at slashes that stand outside brackets and groups. A trailing slash leaves an empty last component. */
function splitComponents(pattern: string): string[] {
  const components: string[] = [];
  let start = 0;
  let depth = 0;
  for (let at = 0; at < pattern.length; at++) {
    if (pattern[at] === "\\") at++;
    else if (pattern[at] === "(") depth++;
    else if (pattern[at] === ")") depth--;
    else if (pattern[at] === "/" && depth <= 0) {
      components.push(pattern.slice(start, at));
      while (pattern[at + 1] === "/") at++;
      start = at + 1;
    }
  }
  components.push(pattern.slice(start));
  return components;
}

function isLiteral(component: string, extglob: boolean): boolean {
  const bare = component.replace(/\\./gs, "");
  return !/[*?]/.test(bare) && !/\[.*\]/s.test(bare) && !(extglob && /[@+!]\(/.test(bare));
}

function matchComponent(base: string, component: string, last: boolean, files: Files, options: GlobOptions): string[] {
  const directory = base === "" ? "." : base;
  if (component === "") return last && isDirectory(files, directory) ? [base] : last ? [] : [base];
  const end = last ? "" : "/";
  if (isLiteral(component, options.extglob)) {
    const path = base + component.replace(/\\(.)/gs, "$1");
    return exists(files, path) ? [path + end] : [];
  }
  if (component === "**" && options.globstar) {
    const below = tree(base, files, options, last);
    // `**` alone lists everything; `**/` lists this directory and all below it.
    return last ? below : [base, ...below.map((path) => `${path}/`)];
  }
  const matcher = compilePattern(component, { extglob: options.extglob, ignoreCase: options.nocaseglob, path: true });
  const showHidden = component.startsWith(".") || component.startsWith("\\.");
  const names = list(files, directory).filter((name) => {
    if (name.startsWith(".") && !showHidden && !options.dotglob) return false;
    return matcher.test(name);
  });
  if (showHidden && !options.skipDots) for (const name of [".", ".."]) if (matcher.test(name)) names.push(name);
  return names.map((name) => base + name + end).filter((path) => last || isDirectory(files, path));
}

/** Everything below a directory; only directories unless `all`. Symbolic links are not followed. */
function tree(base: string, files: Files, options: GlobOptions, all: boolean): string[] {
  const found: string[] = [];
  let entries: ReturnType<Files["readdir"]>;
  try {
    entries = files.readdir(base === "" ? "." : base);
  } catch {
    return found;
  }
  for (const entry of entries) {
    if (entry.name.startsWith(".") && !options.dotglob) continue;
    const path = base + entry.name;
    if (all || entry.kind === "directory") found.push(path);
    if (entry.kind === "directory") found.push(...tree(`${path}/`, files, options, all));
  }
  return found;
}

function list(files: Files, directory: string): string[] {
  try {
    return files.readdir(directory).map((entry) => entry.name);
  } catch {
    return [];
  }
}

function isDirectory(files: Files, path: string): boolean {
  try {
    return files.stat(path).kind === "directory";
  } catch {
    return false;
  }
}

function exists(files: Files, path: string): boolean {
  try {
    files.lstat(path);
    return true;
  } catch {
    return false;
  }
}
