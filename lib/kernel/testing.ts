/** A host and a small world for tests of the kernel and of what stands on it: real time, no workers. */

import { DEVICE } from "./devices.ts";
import { executableBytes } from "./executable.ts";
import { Kernel } from "./kernel.ts";
import type { KernelMachine } from "./machine.ts";
import type { Clock, Executable, Host, Program, Tty } from "./types.ts";
import type { Engine } from "./workers/engine.ts";

/** What the log of a test host has heard. */
export interface TestHost extends Host {
  readonly logged: string[];
}

export function testHost(workers?: Host["startWorker"]): TestHost {
  const logged: string[] = [];
  return {
    logged,
    startWorker:
      workers ??
      (() => {
        throw new Error("this test has no workers");
      }),
    asset: () => Promise.reject(new Error("this test has no assets")),
    now: () => Date.now(),
    monotonic: () => performance.now(),
    processors: 2,
    setTimeout: (callback, milliseconds) => {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
    yield: () =>
      new Promise((resolve) => {
        setTimeout(resolve, 0);
      }),
    log: (_level, text) => logged.push(text),
  };
}

/**
 * A host whose time stands still but for `passTime`: what programs do in between takes next to none of it, however busy the computer is.
 * For worlds without workers.
 */
export function unhurriedHost(): TestHost {
  const began = Date.now();
  let elapsedMs = 0;
  // A little at each look, so that the slice of a program that never waits comes to its end.
  const monotonic = (): number => {
    elapsedMs += 0.001;
    return elapsedMs;
  };
  return { ...testHost(), monotonic, now: () => began + monotonic(), setTimeout: () => () => {} };
}

/** Moves the world's clock on from timer to timer, each time when all its programs wait, until the work is done; gives what it gives. */
export async function passTime<Result>(clock: Clock, work: Promise<Result>): Promise<Result> {
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  work.then(over, over);
  while (!isOver) await clock.advance(100);
  return work;
}

export const ann = { uid: 1000, gid: 1000, groups: [1000] };

export interface TestWorld {
  readonly kernel: Kernel;
  readonly machine: KernelMachine;
  readonly host: TestHost;
}

/** A machine with the given programs in /bin, the usual devices, user ann (1000) whose shell is /bin/sh. */
export async function testWorld(
  programs: Readonly<Record<string, Program>> = {},
  options: {
    engines?: ReadonlyMap<string, Engine>;
    workers?: Host["startWorker"];
    executables?: readonly Executable[];
    mostWorkers?: number;
    patienceMs?: number;
  } = {},
): Promise<TestWorld> {
  const executables = new Map<string, Executable>();
  for (const [name, program] of Object.entries(programs)) executables.set(name, { kind: "typescript", name, load: () => program });
  for (const executable of options.executables ?? []) executables.set(executable.name, executable);
  const host = testHost(options.workers);
  const kernel = new Kernel({
    host,
    executables,
    engines: options.engines,
    workers: { mostWorkers: options.mostWorkers, patienceMs: options.patienceMs },
    seed: 1,
    fill: (machine) => {
      const files = (machine as KernelMachine).files;
      for (const path of ["/bin", "/dev/pts", "/etc", "/home/ann", "/tmp"]) files.mkdir(path, { recursive: true });
      files.chmod("/tmp", 0o1777);
      files.chown("/home/ann", 1000, 1000);
      for (const name of ["null", "zero", "full", "random", "urandom", "tty"] as const) {
        files.mknod(`/dev/${name}`, 0o020666, DEVICE[name]);
        files.chmod(`/dev/${name}`, 0o666);
      }
      files.writeFile("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n");
      files.writeFile("/etc/hosts", "127.0.0.1 localhost\n");
      for (const name of executables.keys()) files.writeFile(`/bin/${name}`, executableBytes(name), { mode: 0o755 });
    },
  });
  return { kernel, machine: await kernel.addMachine({ name: "laptop", image: "test" }), host };
}

/** Collects what a terminal shows; acknowledges at once. */
export function screenOf(tty: Tty): { readonly text: () => string; readonly until: (pattern: RegExp | string) => Promise<string> } {
  const decoder = new TextDecoder();
  let text = "";
  let waiting: (() => void)[] = [];
  tty.onOutput((bytes, done) => {
    text += decoder.decode(bytes, { stream: true });
    done();
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  });
  const matches = (pattern: RegExp | string) => (typeof pattern === "string" ? text.includes(pattern) : pattern.test(text));
  return {
    text: () => text,
    until: async (pattern) => {
      while (!matches(pattern)) await new Promise<void>((resolve) => waiting.push(resolve));
      return text;
    },
  };
}

/** Resolves when the condition holds; looks again in every macrotask. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}
