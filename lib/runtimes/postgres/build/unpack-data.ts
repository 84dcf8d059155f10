/** The files that PGlite carries for the server (time zones, dictionaries, libraries), out of its one data file. */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const ENTRY = /filename:"\/pglite\/([^"]+)",start:([\de]+),end:([\de]+)/g;

/** Writes them below `target`, which it returns. */
export function unpackData(pglite: string, target: string): string {
  const data = readFileSync(join(pglite, "pglite.data"));
  const list = readFileSync(join(pglite, "pglite.js"), "utf8");
  let count = 0;
  for (const [, path = "", start, end] of list.matchAll(ENTRY)) {
    const file = join(target, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, data.subarray(Number(start), Number(end)));
    count++;
  }
  if (count === 0) throw new Error("PGlite's list of files looks different than expected");
  return target;
}
