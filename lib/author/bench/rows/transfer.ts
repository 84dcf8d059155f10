/** What the first visit to a Python lab transfers, computed from the built files. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
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

/** Bytes of a file as it travels: as the server has prepared it, else compressed now as it would be. */
async function travels(file: string, ending: ".gz" | ".br"): Promise<number> {
  const prepared = join(root, "out", relative(join(root, "public"), file)) + ending;
  if (existsSync(prepared)) return statSync(prepared).size;
  const bytes = readFileSync(file);
  if (ending === ".gz") return (await promisify(gzip)(bytes, { level: 9 })).length;
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return (await promisify(brotliCompress)(bytes, { params })).length;
}

/** What pip offers; it comes when pip is first run. */
const isPackages = (file: string): boolean => /\bwheels(?:\.json$|[/\\])/.test(file);

async function sum(files: readonly string[], ending: ".gz" | ".br"): Promise<{ bytes: number; note: string }> {
  let bytes = 0;
  const largest: { name: string; size: number }[] = [];
  for (const file of files) {
    const size = await travels(file, ending);
    bytes += size;
    largest.push({ name: basename(file), size });
  }
  largest.sort((a, b) => b.size - a.size);
  return {
    bytes,
    note: largest
      .slice(0, 4)
      .map(({ name, size }) => `${name} ${(size / 1e6).toFixed(1)}`)
      .join(", "),
  };
}

export const transferRows: RowGroup = async () => {
  const { engineUrl, assetsUrl } = readManifest();
  const files = [engineUrl, assetsUrl].flatMap((url) => filesBelow(join(root, "public", url)));
  const rows: Row[] = [];
  for (const { how, ending, most } of [
    { how: "gzip", ending: ".gz", most: 24 },
    { how: "brotli", ending: ".br", most: 20 },
  ] as const) {
    const before = await sum(
      files.filter((file) => !isPackages(file)),
      ending,
    );
    const packages = await sum(files.filter(isPackages), ending);
    const row = { unit: "MB", rival: { name: "no rival" } } as const;
    rows.push({
      ...row,
      what: `first visit to a Python lab, until Python runs, ${how}`,
      ours: figure([before.bytes / 1e6]),
      target: { bound: "at most", value: most, of: "median" },
      note: `without the page itself; MB: ${before.note}`,
    });
    rows.push({
      ...row,
      what: `packages, when pip is first run, ${how}`,
      ours: figure([packages.bytes / 1e6]),
      note: `MB: ${packages.note}`,
    });
  }
  return rows;
};
