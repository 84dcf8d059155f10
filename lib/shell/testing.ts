/** A small world with a shell in it, for tests. */

import { KernelError } from "../kernel/errno.ts";
import { createPipe } from "../kernel/pipe.ts";
import { type TestWorld, testWorld, until } from "../kernel/testing.ts";
import type { Machine, OpenFile, Program } from "../kernel/types.ts";
import { bash } from "./main.ts";

export interface ScriptResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

export interface ScriptOptions {
  /** argv; default: `bash -c SCRIPT`. */
  readonly argv?: readonly string[];
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Copies a file to standard output: enough of cat(1) for tests of the shell. */
export const cat: Program = async (self) => {
  const names = self.argv.slice(1);
  if (names.length === 0) {
    for (let bytes = await self.read(0); bytes.length > 0; bytes = await self.read(0)) await self.print(bytes);
    return 0;
  }
  for (const name of names) {
    const file = self.files.open(name, 0);
    for (let bytes = await file.read(65536, self.ended); bytes.length > 0; bytes = await file.read(65536, self.ended))
      await self.print(bytes);
    file.release();
  }
  return 0;
};

/** Sleeps so many seconds on the kernel's clock. */
export const sleep: Program = async (self) => {
  await self.sleep(Number(self.argv[1]) * 1000);
  return 0;
};

/** Prints the environment, sorted. */
export const env: Program = async (self) => {
  const lines = Object.entries(self.env).map(([name, value]) => `${name}=${value}\n`);
  await self.print(lines.sort().join(""));
  return 0;
};

const programs: Readonly<Record<string, Program>> = { bash, sh: bash, cat, sleep, env };

/** A machine on which user ann has bash, and cat, sleep and env. */
export async function shellWorld(more: Readonly<Record<string, Program>> = {}) {
  const world = await testWorld({ ...programs, ...more });
  const { files } = world.machine;
  files.writeFile("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/bash\n");
  return world;
}

/** Kills every process that is not in `spared`, as init would. */
export function killAll(world: TestWorld, spared: ReadonlySet<number>): void {
  for (const { pid } of world.machine.processes()) {
    if (pid === 1 || spared.has(pid)) continue;
    try {
      world.machine.find(1)?.kill(pid, "SIGKILL");
    } catch (error) {
      // It went with one that was killed before it.
      if (!(error instanceof KernelError)) throw error;
    }
  }
}

/** Collects what is written into a pipe. */
function collect(): { writer: OpenFile; text: Promise<string> } {
  const { reader, writer } = createPipe();
  const text = (async () => {
    const decoder = new TextDecoder();
    let all = "";
    for (let bytes = await reader.read(65536); bytes.length > 0; bytes = await reader.read(65536))
      all += decoder.decode(bytes, { stream: true });
    reader.release();
    return all + decoder.decode();
  })();
  return { writer, text };
}

/** Runs a script as user 1000 in /home/ann, and waits for it and for all who write to its output. */
export async function runScript(machine: Machine, script: string, options: ScriptOptions = {}): Promise<ScriptResult> {
  const out = collect();
  const err = collect();
  const input = createPipe();
  if (options.stdin !== undefined) input.writer.writeNow(new TextEncoder().encode(options.stdin));
  input.writer.release();
  const ended = new Map<number, number>();
  const stop = machine.kernel.events.subscribe((event) => {
    if (event.kind === "process-ended") ended.set(event.pid, event.status);
  });
  const shell = machine.spawn({
    argv: options.argv ?? ["bash", "-c", script],
    path: "/bin/bash",
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: "/home/ann", USER: "ann", ...options.env },
    cwd: "/home/ann",
    credentials: { uid: 1000, gid: 1000, groups: [1000] },
    fds: new Map([
      [0, input.reader],
      [1, out.writer],
      [2, err.writer],
    ]),
  });
  for (const file of [input.reader, out.writer, err.writer]) file.release();
  const [stdout, stderr] = await Promise.all([out.text, err.text]);
  await until(() => ended.has(shell.pid));
  stop();
  const status = ended.get(shell.pid)!;
  return { stdout, stderr, status };
}
