/** Configuration files of ssh (ssh_config(5), sshd_config(5)): keyword and arguments a line, the first value that is found counts. */
import type { Files } from "../../kernel/types.ts";
import { globMatch } from "./host-pattern.ts";

export interface ConfigLine {
  readonly key: string;
  readonly values: readonly string[];
  readonly number: number;
}

/** The lines of a configuration text: keys in lower case, quotes taken off, comments left out. */
export function configLines(text: string): ConfigLine[] {
  return text.split("\n").flatMap((line, index) => {
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) return [];
    const [, key = "", rest = ""] = /^([A-Za-z]\w*)(?:\s*=\s*|\s+)?(.*)$/.exec(trimmed) ?? [];
    const values = [...rest.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
    return [{ key: key.toLowerCase(), values, number: index + 1 }];
  });
}

/** The files that an Include names: relative to `base`, with * and ? in the last part. */
export function includedFiles(files: Files, base: string, pattern: string): string[] {
  const path = pattern.startsWith("/") ? pattern : `${base}/${pattern}`;
  const folder = path.slice(0, path.lastIndexOf("/"));
  const name = path.slice(folder.length + 1);
  if (!files.exists(folder)) return [];
  return files
    .readdir(folder)
    .map((entry) => entry.name)
    .filter((entry) => globMatch(name, entry))
    .sort()
    .map((entry) => `${folder}/${entry}`);
}
