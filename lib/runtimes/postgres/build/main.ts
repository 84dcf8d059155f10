/**
 * Builds what PostgreSQL needs, into .slipway/postgres: the server with our system calls, a cluster as initdb leaves it, the files that
 * belong to the server. Each step is keyed by a hash of what it is made from.
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { say } from "../../../build/requirements.mjs";
import { hashOf, projectRoot } from "../../python/build/folders.ts";
import { CLUSTER, LIBRARY, SHARE } from "../places.ts";
import { packTree } from "./pack.ts";
import { patchServer } from "./patch-server.ts";
import { unpackData } from "./unpack-data.ts";

const output = join(projectRoot, ".slipway/postgres");
export const postgresAssets = join(output, "assets");
const sources = dirname(fileURLToPath(import.meta.url));
const pglite = dirname(createRequire(import.meta.url).resolve("@electric-sql/pglite"));

export async function buildPostgres(): Promise<void> {
  const patching = [join(sources, "patch-server.ts"), join(sources, "../native-calls.ts"), join(pglite, "../package.json")];
  await step("server", hashOf(patching), () => {
    mkdirSync(postgresAssets, { recursive: true });
    writeFileSync(join(postgresAssets, "server.wasm"), patchServer(new Uint8Array(readFileSync(join(pglite, "pglite.wasm")))));
  });
  const made = ["initdb.mjs", "pack.ts", "unpack-data.ts", "main.ts"].map((name) => join(sources, name));
  await step("cluster", hashOf([...made, join(sources, "../places.ts"), join(pglite, "../package.json")]), () => {
    say("making a PostgreSQL cluster …");
    const cluster = join(output, "cluster");
    rmSync(cluster, { recursive: true, force: true });
    const ran = spawnSync(process.execPath, [join(sources, "initdb.mjs"), cluster], { encoding: "utf8", timeout: 120_000 });
    if (ran.status !== 0) throw new Error(`initdb failed:\n${ran.stderr.slice(-2000)}`);
    const data = unpackData(pglite, join(output, "installed"));
    packTree(postgresAssets, "cluster", CLUSTER, cluster, (path) => !/^(postgresql|pg_hba|pg_ident)\.conf$|^postmaster/.test(path));
    packTree(postgresAssets, "share", SHARE, join(data, "share/postgresql"));
    packTree(postgresAssets, "lib", LIBRARY, join(data, "lib/postgresql"), (path) => path.endsWith(".so"));
  });
}

async function step(name: string, key: string, make: () => void | Promise<void>): Promise<void> {
  const stamp = join(output, "stamps", name);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === key) return;
  await make();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, key);
}

if (import.meta.url === `file://${process.argv[1]}`) {
  await buildPostgres();
  process.exit(0);
}
