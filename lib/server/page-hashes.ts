import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/** Inline scripts' hashes by the path of the HTML file within the site ("courses/a/b/index.html"). */
export type PageHashes = Readonly<Record<string, readonly string[]>>;

/** A dot file, so that it is never served. */
export const hashesFile = ".page-hashes.json";

const schema = z.record(z.string(), z.array(z.string()));

/** Reads what `preparePages` left. Throws an Error that says what to do when it is missing. */
export function readPageHashes(out: string): PageHashes {
  const file = join(out, hashesFile);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new Error(`${file} is missing: the site in ${out} was not built by npm start. Delete the folder and run npm start.`);
  }
  return schema.parse(JSON.parse(text));
}

/** The HTML file that a path of the site is answered with. */
export function pageOf(pathname: string, hashes: PageHashes): string | undefined {
  const path = pathname.replace(/^\/+/, "");
  const bare = path.replace(/\/+$/, "");
  const candidates = [path, bare === "" ? "index.html" : `${bare}/index.html`, `${bare}.html`];
  return candidates.find((candidate) => Object.hasOwn(hashes, candidate));
}
