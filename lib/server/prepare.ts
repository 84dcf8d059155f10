import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { hashesFile } from "./page-hashes.ts";
import { inlineScriptHashes } from "./policy.ts";

const worthwhile = new Set([
  ".html",
  ".js",
  ".mjs",
  ".css",
  ".json",
  ".svg",
  ".txt",
  ".xml",
  ".wasm",
  ".data",
  ".bin",
  ".tar",
  ".snapshot",
  ".ico",
]);
const smallest = 1024;

/**
 * After the export: writes down the hashes of each page's inline scripts, and puts compressed copies beside the files. Compressed
 * copies are kept in `cache`, by content, so that a second build compresses only what changed.
 */
export async function preparePages(out: string, cache = join(out, "../.slipway/compressed")): Promise<void> {
  const files = listFiles(out).filter((file) => ![".br", ".gz"].includes(extname(file)));
  const hashes: Record<string, string[]> = {};
  for (const file of files) {
    if (extname(file) === ".html") hashes[relative(out, file).split(sep).join("/")] = inlineScriptHashes(readFileSync(file, "utf8"));
  }
  writeFileSync(join(out, hashesFile), JSON.stringify(hashes));

  mkdirSync(cache, { recursive: true });
  const queue = files.filter((file) => worthwhile.has(extname(file)) && statSync(file).size >= smallest);
  const work = async () => {
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) await compress(file, cache);
  };
  await Promise.all([work(), work()]);
}

async function compress(file: string, cache: string): Promise<void> {
  const bytes = readFileSync(file);
  const key = join(cache, createHash("sha256").update(bytes).digest("hex"));
  if (!existsSync(`${file}.gz`)) {
    if (!existsSync(`${key}.gz`)) writeFileSync(`${key}.gz`, await promisify(gzip)(bytes, { level: bytes.length > 2_000_000 ? 6 : 9 }));
    copyFileSync(`${key}.gz`, `${file}.gz`);
  }
  if (!existsSync(`${file}.br`)) {
    if (!existsSync(`${key}.br`)) {
      const params = {
        // The highest quality takes two seconds a megabyte: for what is small only, and not for 150 packages that pip may never be asked for.
        [constants.BROTLI_PARAM_QUALITY]: bytes.length > 2_000_000 || file.includes("/wheels/") ? 9 : 11,
        [constants.BROTLI_PARAM_LGWIN]: 24,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      };
      writeFileSync(`${key}.br`, await promisify(brotliCompress)(bytes, { params }));
    }
    copyFileSync(`${key}.br`, `${file}.br`);
  }
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? listFiles(path) : [path];
  });
}
