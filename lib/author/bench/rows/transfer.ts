/** What the first visit to a Python lab transfers, computed from the built files. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { readManifest } from "../../../build/engine.ts";
import { root } from "../../../build/requirements.mjs";
import { figure, type Row } from "../figures.ts";
import type { RowGroup } from "../row-maker.ts";

/** Kept beside a file by the server's preparation; what travels is one of them instead of the file. */
const COMPRESSED = /\.(?:gz|br)$/;

function filesBelow(path: string): string[] {
  if (statSync(path).isFile()) return COMPRESSED.test(path) ? [] : [path];
  return readdirSync(path).flatMap((name) => filesBelow(join(path, name)));
}

/** Bytes of a file as it travels: what the server has prepared, else compressed now as it would. */
async function travels(file: string, ending: ".gz" | ".br"): Promise<number> {
  if (existsSync(file + ending)) return statSync(file + ending).size;
  const bytes = readFileSync(file);
  if (ending === ".gz") return (await promisify(gzip)(bytes, { level: 9 })).length;
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return (await promisify(brotliCompress)(bytes, { params })).length;
}

async function sum(files: readonly string[], ending: ".gz" | ".br"): Promise<number> {
  let bytes = 0;
  for (const file of files) bytes += await travels(file, ending);
  return bytes;
}

export const transferRows: RowGroup = async () => {
  const { engineUrl, assetsUrl } = readManifest();
  const files = [engineUrl, assetsUrl].flatMap((url) => filesBelow(join(root, "public", url)));
  const row = (how: string, bytes: number, most: number): Row => ({
    what: `first visit to a Python lab: engine and Python, ${how}`,
    unit: "MB",
    ours: figure([bytes / 1e6]),
    rival: { name: "no rival" },
    target: { bound: "at most", value: most, of: "median" },
    note: `${files.length} files; the page itself (some 200 kB) is not in it`,
  });
  return [row("gzip", await sum(files, ".gz"), 24), row("brotli", await sum(files, ".br"), 20)];
};
