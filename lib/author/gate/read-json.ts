import { readFileSync } from "node:fs";

/** A file that we have written ourselves, for next time; undefined where it is missing or torn: then it is made again. */
export function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch {
    return undefined;
  }
}
