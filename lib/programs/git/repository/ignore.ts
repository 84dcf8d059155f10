/** gitignore(5): which untracked files are left alone, and which pattern says so. */
import type { Files } from "../../../kernel/types.ts";
import { codeOf } from "../../core/errors.ts";
import { wildRegex } from "./config.ts";
import type { Repository } from "./repository.ts";

export interface IgnorePattern {
  /** As it stands in the file. */
  readonly text: string;
  /** How check-ignore -v names the file. */
  readonly source: string;
  readonly line: number;
  readonly negated: boolean;
  readonly onlyFolders: boolean;
  readonly matches: (path: string) => boolean;
}

function parseLine(line: string, source: string, number: number, base: string): IgnorePattern | undefined {
  let text = line.replace(/\r$/, "");
  // Spaces at the end count only behind a backslash.
  text = text.replace(/(?<!\\)[ \t]+$/, "");
  if (text === "" || text.startsWith("#")) return undefined;
  const whole = text;
  const negated = text.startsWith("!");
  if (negated) text = text.slice(1);
  if (text.startsWith("\\#") || text.startsWith("\\!")) text = text.slice(1);
  const onlyFolders = text.endsWith("/");
  if (onlyFolders) text = text.slice(0, -1);
  const anchored = text.includes("/");
  if (text.startsWith("/")) text = text.slice(1);
  if (text === "") return undefined;
  const regex = wildRegex(text);
  const matches = (path: string) => {
    if (!path.startsWith(base)) return false;
    const inside = path.slice(base.length);
    return anchored ? regex.test(inside) : regex.test(inside.slice(inside.lastIndexOf("/") + 1));
  };
  return { text: whole, source, line: number, negated, onlyFolders, matches };
}

export function parseIgnore(text: string, source: string, base: string): IgnorePattern[] {
  return text.split("\n").flatMap((line, i) => parseLine(line, source, i + 1, base) ?? []);
}

function read(files: Files, path: string): string | undefined {
  try {
    return files.readText(path);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}

export class Ignore {
  readonly #below = new Map<string, readonly IgnorePattern[]>();
  readonly #general: readonly IgnorePattern[];

  constructor(
    private readonly repository: Repository,
    env: Readonly<Record<string, string>>,
    extra: readonly string[] = [],
  ) {
    const { files, config } = repository;
    const home = env.HOME ?? "/";
    const set = config.get("core.excludesFile")?.replace(/^~(?=\/)/, home);
    const everywhere = set ?? `${env.XDG_CONFIG_HOME || `${home}/.config`}/git/ignore`;
    this.#general = [
      ...parseIgnore(read(files, everywhere) ?? "", everywhere, ""),
      ...parseIgnore(read(files, `${repository.commonDir}/info/exclude`) ?? "", ".git/info/exclude", ""),
    ];
    this.#extra = extra.flatMap((pattern) => parseIgnore(pattern, "command line", ""));
  }

  readonly #extra: readonly IgnorePattern[];

  #of(folder: string): readonly IgnorePattern[] {
    let found = this.#below.get(folder);
    if (!found) {
      found = parseIgnore(
        read(this.repository.files, this.repository.workPath(`${folder}.gitignore`)) ?? "",
        `${folder}.gitignore`,
        folder,
      );
      this.#below.set(folder, found);
    }
    return found;
  }

  /** The last pattern that fits the path itself; the deepest file wins. */
  #direct(path: string, isFolder: boolean): IgnorePattern | undefined {
    const fits = (pattern: IgnorePattern) => (isFolder || !pattern.onlyFolders) && pattern.matches(path);
    const extra = this.#extra.findLast(fits);
    if (extra) return extra;
    for (let at = path.lastIndexOf("/"); ; at = path.lastIndexOf("/", at - 1)) {
      const found = this.#of(at < 0 ? "" : path.slice(0, at + 1)).findLast(fits);
      if (found) return found;
      if (at <= 0) break;
    }
    return this.#general.findLast(fits);
  }

  /** The pattern that decides, of the path or of the first ignored folder above it; a negated one says that it is not ignored. */
  pattern(path: string, isFolder: boolean): IgnorePattern | undefined {
    for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
      const above = this.#direct(path.slice(0, at), true);
      if (above && !above.negated) return above;
    }
    return this.#direct(path, isFolder);
  }

  isIgnored(path: string, isFolder: boolean): boolean {
    const pattern = this.pattern(path, isFolder);
    return pattern !== undefined && !pattern.negated;
  }
}
