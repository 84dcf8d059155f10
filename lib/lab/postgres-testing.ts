/** A machine with a PostgreSQL server for tests in Node. */

import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { fillMachine } from "../images/images.ts";
import { installEverything } from "../images/ubuntu.ts";
import { Kernel } from "../kernel/kernel.ts";
import type { KernelMachine } from "../kernel/machine.ts";
import { createPipe } from "../kernel/pipe.ts";
import { testHost, until } from "../kernel/testing.ts";
import { type Credentials, type Host, O } from "../kernel/types.ts";
import { executables } from "../programs/executables.ts";
import { POSTGRES_USER } from "../runtimes/postgres/account.ts";
import { buildPostgres, postgresAssets } from "../runtimes/postgres/build/main.ts";
import { postgresRuntime } from "../runtimes/postgres/engine.ts";
import { postgresExecutable } from "../runtimes/postgres/install.ts";
import { BIN, CLUSTER, CONFIG, LOG } from "../runtimes/postgres/places.ts";
import { projectRoot } from "../runtimes/python/build/folders.ts";
import { shellExecutables } from "../shell/index.ts";
import { nodeHost } from "./hosts/node.ts";

let bundled: Promise<string> | undefined;

/** The worker's script as `lib/build/engine.ts` bundles it; once for all tests of a file. */
export function postgresWorker(): Promise<string> {
  bundled ??= bundleWorker();
  return bundled;
}

/** An asset of PostgreSQL's by its name. */
export function postgresAsset(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(postgresAssets, name.replace(/^postgres\//, ""))));
}

/** A host of labs with PostgreSQL, and without Python. */
export async function postgresHost(): Promise<Host> {
  await buildPostgres();
  const asset = async (name: string) =>
    name.startsWith("postgres/") ? postgresAsset(name) : Promise.reject(new Error("this test runs no Python"));
  return { ...nodeHost({ workers: { postgres: await postgresWorker() }, assets: "", log: testHost().log }), asset };
}

async function bundleWorker(): Promise<string> {
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

const POSTGRES: Credentials = { uid: POSTGRES_USER.uid, gid: POSTGRES_USER.gid, groups: [POSTGRES_USER.gid] };
const environment = { HOME: "/root", USER: "root", PATH: "/usr/bin:/bin:/usr/sbin:/sbin", LANG: "C.UTF-8" };

export interface PostgresMachine {
  readonly kernel: Kernel;
  readonly machine: KernelMachine;
  /** What the host's log heard. */
  readonly logged: string[];
  /** Runs a line in bash as this user (root); resolves with what it wrote and its status. */
  sh(command: string, user?: "root" | "postgres"): Promise<{ readonly output: string; readonly status: number }>;
  /** Starts the server of the cluster 18/main, with these arguments more; resolves when it takes connections. Gives the postmaster's pid. */
  start(...settings: string[]): Promise<number>;
  /** What the server has written to its log. */
  log(): string;
  close(): void;
}

export async function postgresMachine(): Promise<PostgresMachine> {
  await buildPostgres();
  const script = await postgresWorker();
  const logged: string[] = [];
  const host = nodeHost({ workers: { postgres: script }, assets: "", log: (_level, text) => logged.push(text) });
  const runtime = postgresRuntime();
  const asset = (name: string) => Promise.resolve(postgresAsset(name));
  const kernel = new Kernel({
    host: { ...host, asset },
    executables: new Map([...executables(), ...shellExecutables(), [postgresExecutable.name, postgresExecutable]]),
    engines: new Map([["postgres", runtime.engine]]),
    seed: 1,
    fill: async (machine) => {
      await fillMachine(machine, "ubuntu");
      installEverything(machine.files);
      runtime.installOn(machine);
    },
  });
  const machine = await kernel.addMachine({ name: "db", image: "server" });
  await runtime.load(kernel.host);
  const log = () => (machine.files.exists(LOG) ? machine.files.readText(LOG) : "");
  const ended = (pid: number) => kernel.events.all().find((event) => event.kind === "process-ended" && event.pid === pid);

  async function run(argv: readonly string[], credentials: Credentials): Promise<{ output: string; status: number }> {
    const { reader, writer } = createPipe();
    const fds = new Map([1, 2].map((fd) => [fd, writer] as const));
    const child = machine.spawn({ argv, path: argv[0], env: environment, cwd: "/tmp", credentials, fds });
    writer.release();
    const chunks: string[] = [];
    const decoder = new TextDecoder();
    for (;;) {
      const bytes = await reader.read(65536);
      if (bytes.length === 0) break;
      chunks.push(decoder.decode(bytes, { stream: true }));
    }
    await until(() => ended(child.pid) !== undefined);
    const event = ended(child.pid);
    return { output: chunks.join(""), status: event?.kind === "process-ended" ? event.status : 255 };
  }

  return {
    kernel,
    machine,
    logged,
    log,
    sh: (command, user = "root") => run(["/bin/bash", "-c", command], user === "root" ? { uid: 0, gid: 0, groups: [0] } : POSTGRES),
    async start(...settings) {
      const before = log().length;
      const words = [`${BIN}/postgres`, "-D", CLUSTER, "-c", `config_file=${CONFIG}/postgresql.conf`, ...settings];
      const file = machine.filesAs(POSTGRES, "/").open(LOG, O.WRONLY | O.CREAT | O.APPEND, 0o640);
      const fds = new Map([1, 2].map((fd) => [fd, file] as const));
      const server = machine.spawn({ argv: words, path: words[0], env: environment, cwd: "/", credentials: POSTGRES, fds });
      file.release();
      await until(() => log().slice(before).includes("ready to accept connections") || ended(server.pid) !== undefined);
      return server.pid;
    },
    close: () => kernel.shutdown(),
  };
}
