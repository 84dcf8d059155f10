// Knowing whether something built is still what its sources say: a hash over the names and contents of the sources.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./requirements.mjs";

/** Built things and tests are no sources. */
function isSource(path) {
  return (
    !path.startsWith("public/engine") &&
    !path.startsWith("public/__pane") &&
    !/(^|\/)(node_modules|__pycache__)(\/|$)/.test(path) &&
    !/\.test\.tsx?$/.test(path)
  );
}

function* filesBelow(path) {
  const absolute = join(root, path);
  if (!isSource(path) || !existsSync(absolute)) return;
  if (statSync(absolute).isFile()) {
    yield path;
    return;
  }
  for (const name of readdirSync(absolute).sort()) yield* filesBelow(`${path}/${name}`);
}

export function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) {
    for (const file of filesBelow(path)) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest("hex").slice(0, 16);
}

/** What the engine (kernel, shell, programs, runtimes, lab) is made of. */
export const engineSources = [
  "lib/kernel",
  "lib/shell",
  "lib/programs",
  "lib/images",
  "lib/runtimes",
  "lib/lab",
  "lib/author/engine",
  "lib/author/bench/measure",
  "lib/pane",
  "lib/build/engine.ts",
  "lib/build/end-with-parent.mjs",
  "package-lock.json",
];

export const siteSources = ["app", "components", "content", "lib", "public", "next.config.ts", "postcss.config.mjs", "package-lock.json"];

function stampPath(name) {
  return join(root, ".slipway/stamps", name);
}

export function isFresh(name, hash) {
  const path = stampPath(name);
  return existsSync(path) && readFileSync(path, "utf8") === hash;
}

export function stamp(name, hash) {
  mkdirSync(dirname(stampPath(name)), { recursive: true });
  writeFileSync(stampPath(name), hash);
}

export function engineIsBuilt() {
  return isFresh("engine", hashOf(engineSources)) && existsSync(join(root, ".slipway/engine/manifest.json"));
}
