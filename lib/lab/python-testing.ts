/** A machine with Python for tests in Node: the assets of the build, the worker bundled afresh, our shell and programs. */

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { fillMachine } from "../images/images.ts";
import { installBesidePython, installEverything } from "../images/ubuntu.ts";
import { Kernel } from "../kernel/kernel.ts";
import type { KernelMachine } from "../kernel/machine.ts";
import { createPipe } from "../kernel/pipe.ts";
import { until } from "../kernel/testing.ts";
import { executables } from "../programs/executables.ts";
import { secure } from "../programs/tls/secure.ts";
import { buildPostgres } from "../runtimes/postgres/build/main.ts";
import { postgresRuntime } from "../runtimes/postgres/engine.ts";
import { postgresExecutable } from "../runtimes/postgres/install.ts";
import { projectRoot } from "../runtimes/python/build/folders.ts";
import { buildPython } from "../runtimes/python/build/main.ts";
import { pythonRuntime } from "../runtimes/python/engine.ts";
import { pythonExecutable } from "../runtimes/python/install.ts";
import { shellExecutables } from "../shell/index.ts";
import { nodeHost } from "./hosts/node.ts";
import { postgresAsset, postgresWorker } from "./postgres-testing.ts";

let bundled: Promise<string> | undefined;

/** Bundles the worker as `lib/build/engine.ts` does; once for all tests of a file. */
async function workerScript(): Promise<string> {
  const outfile = join(projectRoot, ".slipway/python/test", `worker-${process.pid}.mjs`);
  mkdirSync(join(outfile, ".."), { recursive: true });
  await build({
    entryPoints: [join(projectRoot, "lib/runtimes/python/worker/main.ts")],
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

export interface PythonMachine {
  readonly kernel: Kernel;
  readonly machine: KernelMachine;
  readonly logged: string[];
  /** Types a command in a login shell of its own; resolves when it ends. */
  sh(command: string, options?: { input?: string; cwd?: string }): Promise<{ output: string; status: number; ms: number }>;
  /** What the command that runs has written so far. */
  partial(): string;
  close(): void;
}

const learner = { uid: 1000, gid: 1000, groups: [1000, 4, 27, 50] };

/** With `postgres`, the machine is of the image `server`: PostgreSQL is installed, and not started. */
export async function pythonMachine({ postgres = false } = {}): Promise<PythonMachine> {
  if (!existsSync(join(projectRoot, ".slipway/python/assets/manifest.json"))) await buildPython();
  bundled ??= workerScript();
  const script = await bundled;
  const logged: string[] = [];
  const host = nodeHost({
    workers: { python: script, ...(postgres ? { postgres: await postgresWorker() } : {}) },
    assets: join(projectRoot, ".slipway/python"),
    log: (_level, text) => logged.push(text),
  });
  const assets = {
    ...host,
    asset: async (name: string) =>
      name.startsWith("postgres/")
        ? postgresAsset(name)
        : new Uint8Array(readFileSync(join(projectRoot, ".slipway", name.replace(/^python\//, "python/assets/")))),
  };
  const runtime = pythonRuntime();
  const server = postgresRuntime();
  if (postgres) {
    await buildPostgres();
    await server.load(assets);
  }
  const kernel = new Kernel({
    host: assets,
    executables: new Map([
      ...executables(),
      ...shellExecutables(),
      [pythonExecutable.name, pythonExecutable],
      [postgresExecutable.name, postgresExecutable],
    ]),
    engines: new Map([
      ["python", runtime.engine],
      ["postgres", server.engine],
    ]),
    seed: 1,
    secure,
    fill: async (machine) => {
      await fillMachine(machine, "ubuntu");
      if (postgres) installEverything(machine.files);
      runtime.installOn(machine);
      installBesidePython(machine.files);
      if (postgres) server.installOn(machine);
    },
  });
  const machine = await kernel.addMachine({ name: "laptop", image: "python" });
  await kernel.workers.warm("python");
  const env = { HOME: "/home/learner", USER: "learner", PATH: "/usr/local/bin:/usr/bin:/bin", LANG: "C.UTF-8", TERM: "xterm-256color" };
  let chunks: string[] = [];
  return {
    kernel,
    machine,
    partial: () => chunks.join(""),
    logged,
    async sh(command, options = {}) {
      chunks = [];
      const decoder = new TextDecoder();
      const start = performance.now();
      const reader = machine.spawn({
        argv: ["capture"],
        env,
        cwd: options.cwd ?? "/home/learner",
        credentials: learner,
        run: async (self) => {
          const { reader: read, writer: write } = createPipe();
          const { reader: inputEnd, writer: inputFrom } = createPipe();
          const child = self.spawn({
            argv: ["bash", "-c", command],
            path: "/bin/bash",
            fds: new Map([
              [0, inputEnd],
              [1, write],
              [2, write],
            ]),
          });
          write.release();
          inputEnd.release();
          if (options.input) await inputFrom.write(new TextEncoder().encode(options.input));
          inputFrom.release();
          for (;;) {
            const bytes = await read.read(65536);
            if (bytes.length === 0) break;
            chunks.push(decoder.decode(bytes, { stream: true }));
          }
          const ended = await self.wait(child.pid);
          return ended?.status ?? 255;
        },
      });
      const status = await ended(reader.pid);
      return { output: chunks.join(""), status, ms: performance.now() - start };
    },
    close: () => kernel.shutdown(),
  };

  async function ended(pid: number): Promise<number> {
    const find = () => kernel.events.all().find((event) => event.kind === "process-ended" && event.pid === pid);
    await until(() => find() !== undefined);
    const event = find();
    return event?.kind === "process-ended" ? event.status : 255;
  }
}
