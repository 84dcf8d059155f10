/** A machine with a PostgreSQL server for tests in Node. */

import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { fillMachine } from "../images/images.ts";
import { Kernel } from "../kernel/kernel.ts";
import type { KernelMachine } from "../kernel/machine.ts";
import { until } from "../kernel/testing.ts";
import { executables } from "../programs/executables.ts";
import { buildPostgres, postgresAssets } from "../runtimes/postgres/build/main.ts";
import { postgresRuntime } from "../runtimes/postgres/engine.ts";
import { installPackage, POSTGRES_USER, postgresExecutable } from "../runtimes/postgres/install.ts";
import { BIN, CLUSTER, CONFIG } from "../runtimes/postgres/places.ts";
import { projectRoot } from "../runtimes/python/build/folders.ts";
import { nodeHost } from "./hosts/node.ts";

let bundled: Promise<string> | undefined;

async function workerScript(): Promise<string> {
  const outfile = join(projectRoot, ".slipway/postgres/test", `worker-${process.pid}.mjs`);
  mkdirSync(join(outfile, ".."), { recursive: true });
  await build({
    entryPoints: [join(projectRoot, "lib/runtimes/postgres/worker/main.ts")],
    outfile,
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: "node",
    banner: { js: 'import { createRequire as slipwayRequire } from "node:module"; const require = slipwayRequire(import.meta.url);' },
    logLevel: "error",
  });
  return outfile;
}

export async function postgresMachine() {
  await buildPostgres();
  bundled ??= workerScript();
  const script = await bundled;
  const logged: string[] = [];
  const host = nodeHost({ workers: { postgres: script }, assets: "", log: (_level, text) => logged.push(text) });
  const runtime = postgresRuntime();
  const kernel = new Kernel({
    host: { ...host, asset: (name: string) => Promise.resolve(new Uint8Array(readFileSync(join(postgresAssets, name.replace(/^postgres\//, ""))))) },
    executables: new Map([...executables(), [postgresExecutable.name, postgresExecutable]]),
    engines: new Map([["postgres", runtime.engine]]),
    seed: 1,
    fill: async (machine) => {
      await fillMachine(machine, "ubuntu");
      installPackage(machine.files);
      runtime.installOn(machine);
    },
  });
  const machine: KernelMachine = await kernel.addMachine({ name: "db", image: "server" });
  await runtime.load(kernel.host);
  return { kernel, machine, logged, until, BIN, CLUSTER, CONFIG, POSTGRES_USER };
}
