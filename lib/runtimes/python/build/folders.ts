/** Where the build of Python puts things; all below .slipway, which is not in the repository. */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const sources = join(dirname(fileURLToPath(import.meta.url)), "..");
export const projectRoot = join(sources, "../../..");
const output = join(projectRoot, ".slipway/python");

export const folders = {
  /** Wheels as `pip download` leaves them. */
  downloads: join(output, "downloads"),
  /** The same, without what can't run here and with bytecode. */
  wheels: join(output, "wheels"),
  /** The tree in which the snapshot is made: / of a machine on which everything is installed. */
  root: join(output, "root"),
  /** What the engine loads. */
  assets: join(output, "assets"),
} as const;

/** Where things lie on a machine: as in a build from python.org's sources with its default prefix. */
export const machine = {
  prefix: "/usr/local",
  library: "/usr/local/lib/python3.14",
  site: "/usr/local/lib/python3.14/site-packages",
  wheels: "/usr/local/share/slipway/wheels",
} as const;

/** Hash of the contents of files, and of folders below which everything counts. */
export function hashOf(paths: readonly string[]): string {
  const hash = createHash("sha256");
  const visit = (path: string) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) if (name !== "__pycache__" && !name.endsWith(".test.ts")) visit(join(path, name));
    } else hash.update(`${path.slice(projectRoot.length)}\0`).update(readFileSync(path));
  };
  for (const path of paths) visit(path);
  return hash.digest("hex").slice(0, 16);
}

/** Runs `make` unless the step ran already with the same key. */
export async function step(name: string, key: string, make: () => Promise<void> | void): Promise<boolean> {
  const stamp = join(output, "stamps", name);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === key) return false;
  await make();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, key);
  return true;
}
