import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { KernelMachine } from "../../kernel/machine.ts";
import { createPipe } from "../../kernel/pipe.ts";
import type { KernelProcess } from "../../kernel/program-process.ts";
import { ann, screenOf, type TestWorld, testWorld, until } from "../../kernel/testing.ts";
import type { Program, SignalName, WorkerHandle } from "../../kernel/types.ts";
import { nodeHost } from "./node.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-toy-"));
const script = join(folder, "toy.mjs");
let world: TestWorld | undefined;

beforeAll(async () => {
  const entry = join(import.meta.dirname, "toy-worker.node.ts");
  await build({ entryPoints: [entry], outfile: script, bundle: true, format: "esm", platform: "node", logLevel: "error" });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  world?.kernel.shutdown();
  world = undefined;
});

interface StartOptions {
  readonly spares?: number;
  readonly mostWorkers?: number;
  readonly programs?: Record<string, Program>;
  readonly patienceMs?: number;
  /** Stands between the kernel and each worker. */
  readonly through?: (handle: WorkerHandle, number: number) => WorkerHandle;
}

async function start(options: StartOptions = {}): Promise<TestWorld> {
  const host = nodeHost({ workers: { toy: script }, assets: folder });
  let started = 0;
  world = await testWorld(options.programs, {
    workers: (engine) => {
      const handle = host.startWorker(engine);
      return options.through?.(handle, ++started) ?? handle;
    },
    patienceMs: options.patienceMs,
    executables: [{ kind: "worker", name: "toy", engine: "toy" }],
    engines: new Map([["toy", { spares: options.spares ?? 0, assets: async () => undefined, prepare: () => "prepared" }]]),
    mostWorkers: options.mostWorkers,
  });
  return world;
}

interface Started {
  readonly process: KernelProcess;
  /** What it wrote so far. */
  readonly output: () => string;
  /** Resolves when it has written this. */
  readonly said: (text: string) => Promise<void>;
  readonly status: Promise<number>;
}

function toy(machine: KernelMachine, ...args: string[]): Started {
  const { reader, writer } = createPipe();
  const process = machine.spawn({
    argv: ["toy", ...args],
    env: { PATH: "/bin", X: "y" },
    cwd: "/home/ann",
    credentials: ann,
    fds: new Map([
      [1, writer],
      [2, writer],
    ]),
  });
  writer.release();
  let text = "";
  const drained = (async () => {
    for (;;) {
      const bytes = await reader.read(65536);
      if (bytes.length === 0) return;
      text += new TextDecoder().decode(bytes);
    }
  })();
  return {
    process,
    output: () => text,
    said: (wanted) => until(() => text.includes(wanted)),
    status: (async () => {
      await drained;
      await until(() => process.end !== undefined);
      return process.end?.status ?? -1;
    })(),
  };
}

test("a worker process gets its arguments, environment, engine's word, and ends with its status", async () => {
  const { machine, kernel } = await start();
  const { process, output, status } = toy(machine, "env");
  expect(await status).toBe(0);
  expect(JSON.parse(output())).toEqual([process.pid, 1, "/home/ann", "y", "laptop", "prepared"]);
  expect(kernel.workers.counts).toEqual({ live: 0, spare: 0, waiting: 0 });
});

test("it reads and writes the machine's files in shared memory", async () => {
  const { machine } = await start();
  machine.files.writeFile("/home/ann/a", "contents");
  expect(await toy(machine, "copy", "a", "b").status).toBe(0);
  expect(machine.files.readText("/home/ann/b")).toBe("contents");
  expect(machine.files.stat("/home/ann/b").uid).toBe(1000);
  const refused = toy(machine, "copy", "a", "/etc/passwd");
  expect(await refused.status).toBe(1);
  expect(refused.output()).toBe("EACCES\n");
  const unlinked = toy(machine, "unlinked");
  await unlinked.status;
  expect(unlinked.output()).toBe("still here");
});

test("two workers talk over a socket, and a third is refused afterwards", async () => {
  const { machine } = await start();
  const server = toy(machine, "serve", "8000");
  await server.said("listening");
  expect(machine.network.listening()).toEqual([{ address: "0.0.0.0", port: 8000, pid: server.process.pid }]);
  const client = toy(machine, "ask", "localhost", "8000", "hello");
  expect(await client.status).toBe(0);
  expect(client.output()).toBe("HELLO from here\n");
  expect(await server.status).toBe(0);
  const late = toy(machine, "ask", "localhost", "8000", "hello");
  await late.status;
  expect(late.output()).toBe("ECONNREFUSED\n");
  expect(machine.network.listening()).toEqual([]);
});

test("machines reach each other by name", async () => {
  const { machine, kernel } = await start();
  const other = await kernel.addMachine({ name: "web-1", image: "test" });
  const server = toy(other, "serve", "8000");
  await server.said("listening");
  const client = toy(machine, "ask", "web-1", "8000", "hello");
  await client.status;
  expect(client.output()).toBe(`HELLO from ${machine.network.address}\n`);
});

test("a signal interrupts a blocked call; several are delivered one by one", async () => {
  const { machine } = await start();
  const nap = toy(machine, "nap", "2", "15", "10");
  await nap.said("napping");
  await until(() => nap.process.state === "sleeping");
  for (const signal of ["SIGINT", "SIGTERM", "SIGUSR1"] satisfies SignalName[]) nap.process.deliver(signal);
  expect(await nap.status).toBe(3);
  expect(nap.output()).toBe("napping\nwoken by 2 15 10\n");
});

test("alarm(2) sends SIGALRM", async () => {
  const { machine } = await start();
  const alarm = toy(machine, "alarm");
  await alarm.status;
  expect(alarm.output()).toBe("alarm 14\n");
});

test("poll(2) tells of data, of the end, and of a handle that is not open", async () => {
  const { machine } = await start();
  const poll = toy(machine, "poll");
  await poll.status;
  expect(poll.output()).toBe("0 1 16 32\n");
});

test("a worker spawns a child with a pipe and waits for it", async () => {
  const { machine } = await start();
  const parent = toy(machine, "parent");
  await parent.status;
  expect(parent.output()).toBe("from the child, true, status 0\n");
});

test("exec turns a worker into a TypeScript program, or into another worker", async () => {
  const hello: Program = async (self) => {
    await self.print(`hello ${self.pid}\n`);
    return 5;
  };
  const { machine, kernel } = await start({ programs: { hello } });
  const other = toy(machine, "exec", "hello");
  expect(await other.status).toBe(5);
  expect(other.output()).toBe(`hello ${other.process.pid}\n`);
  const same = toy(machine, "exec", "toy", "echo", "again");
  expect(await same.status).toBe(0);
  expect(same.output()).toBe("again\n");
  const swapped = toy(machine, "redirected");
  expect(await swapped.status).toBe(0);
  expect(swapped.output()).toBe("swapped\nin the pipe: ");
  expect(kernel.workers.counts.live).toBe(0);
});

test("kill -9 of a spinning worker takes less than 50 ms, if this computer has the time", async () => {
  const { machine } = await start();
  const took: number[] = [];
  while (took.length < 10 && Math.min(...took) >= 50) {
    const spin = toy(machine, "spin");
    await spin.said("spinning");
    const before = performance.now();
    spin.process.deliver("SIGKILL");
    expect(await spin.status).toBe(137);
    took.push(performance.now() - before);
  }
  expect(Math.min(...took)).toBeLessThan(50);
});

test("a stopped worker's call is answered when it goes on", async () => {
  const { machine } = await start();
  const flood = toy(machine, "flood");
  await flood.said("jack");
  flood.process.deliver("SIGSTOP");
  await until(() => flood.process.state === "stopped");
  let before = -1;
  await until(() => {
    const settled = flood.output().length === before;
    before = flood.output().length;
    return settled;
  });
  flood.process.deliver("SIGCONT");
  await until(() => flood.output().length > before);
  flood.process.deliver("SIGTERM");
  expect(await flood.status).toBe(143);
});

test("a flood of output ends at once at Ctrl-C, and the terminal's receiver is never overrun", async () => {
  const { machine } = await start();
  const tty = machine.openTty();
  let shown = 0;
  // A screen that never acknowledges anything.
  tty.onOutput((bytes) => {
    shown += bytes.length;
  });
  const file = tty.open(2);
  const process = machine.spawn({
    argv: ["toy", "flood"],
    env: { PATH: "/bin" },
    cwd: "/",
    credentials: ann,
    fds: new Map([[1, file]]),
    session: { tty },
  });
  file.release();
  await until(() => shown === 256 * 1024 && process.state === "sleeping");
  tty.input(new Uint8Array([3]));
  expect(process.end).toMatchObject({ signal: "SIGINT" });
  expect(shown).toBe(256 * 1024);
});

test("a worker knows its terminal", async () => {
  const { machine } = await start();
  const tty = machine.openTty({ columns: 100, rows: 30 });
  const screen = screenOf(tty);
  const file = tty.open(2);
  const fds = new Map([0, 1, 2].map((fd) => [fd, file]));
  machine.spawn({ argv: ["toy", "terminal"], env: { PATH: "/bin" }, cwd: "/", credentials: ann, fds, session: { tty } });
  file.release();
  await screen.until("pts/0 100x30 echo false fg true\r\n");
});

test("a worker that dies by itself is a crashed process, and the kernel says why", async () => {
  const { machine, host } = await start();
  const crash = toy(machine, "crash");
  expect(await crash.status).toBe(134);
  expect(crash.output()).toBe("toy: the process crashed\n");
  expect(host.logged.join()).toContain("on purpose");
});

test("processes beyond the limit of workers wait for one; a worker's own children are refused", async () => {
  const { machine, kernel } = await start({ mostWorkers: 3 });
  const all = Array.from({ length: 10 }, (_, index) => toy(machine, "echo", String(index)));
  expect((await Promise.all(all.map((one) => one.status))).every((status) => status === 0)).toBe(true);
  const bomb = toy(machine, "bomb");
  await bomb.said("EAGAIN");
  expect(machine.processes().length).toBeLessThanOrEqual(4);
  for (const { pid } of machine.processes()) machine.find(pid)?.deliver("SIGKILL");
  await until(() => machine.processes().length === 1);
  expect(kernel.workers.counts).toEqual({ live: 0, spare: 0, waiting: 0 });
});

test("a worker that can't be started is said to be so", async () => {
  world = await testWorld(
    {},
    {
      executables: [{ kind: "worker", name: "toy", engine: "toy" }],
      engines: new Map([["toy", { spares: 0, assets: () => Promise.reject(new Error("the download failed")) }]]),
    },
  );
  const one = toy(world.machine, "echo");
  expect(await one.status).toBe(134);
  expect(one.output()).toBe("toy: could not be started: the download failed\n");
});

test("a spare worker is ready for the next process, and is replaced", async () => {
  const { machine, kernel } = await start({ spares: 1 });
  await kernel.workers.warm("toy");
  expect(kernel.workers.counts.spare).toBe(1);
  expect(await toy(machine, "echo").status).toBe(0);
  await until(() => kernel.workers.counts.spare === 1);
});

/** As in a browser: told to stop only when the page finds the time, and no message announces a call. */
function far(handle: WorkerHandle): WorkerHandle {
  return {
    ...handle,
    isFar: true,
    onMessage: (callback) =>
      handle.onMessage((message) => {
        expect(message).not.toBe(0);
        callback(message);
      }),
    terminate: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      await handle.terminate();
    },
  };
}

test("a far worker's calls are heard, one that calls without end leaves others their turn, and its end is waited for", async () => {
  const { machine, kernel } = await start({ through: far });
  expect(await toy(machine, "poll").status).toBe(0);
  const flood = toy(machine, "flood");
  await flood.said("jack");
  const parent = toy(machine, "parent");
  expect(await parent.status).toBe(0);
  flood.process.deliver("SIGTERM");
  expect(await flood.status).toBe(143);
  const spin = toy(machine, "spin");
  await spin.said("spinning");
  const { body } = spin.process;
  spin.process.deliver("SIGKILL");
  await new Promise<void>((resolve) => body?.whenDead(resolve));
  expect(kernel.workers.counts).toEqual({ live: 0, spare: 0, waiting: 0 });
});

/** Says nothing, as one that was never woken. */
function mute(handle: WorkerHandle): WorkerHandle {
  return { ...handle, onMessage: () => {} };
}

/** Longer than a worker takes here. */
const ENOUGH_MS = 5000;

test("a worker that does not begin is replaced by another", async () => {
  const { machine, kernel, host } = await start({
    patienceMs: ENOUGH_MS,
    through: (handle, number) => (number === 1 ? mute(handle) : handle),
  });
  const one = toy(machine, "echo", "at last");
  expect(await one.status).toBe(0);
  expect(one.output()).toBe("at last\n");
  expect(host.logged.filter((text) => text.includes("did not begin within"))).toHaveLength(1);
  expect(kernel.workers.counts).toEqual({ live: 0, spare: 0, waiting: 0 });
});

test("when none begins, the process ends and says why", async () => {
  const { machine, kernel } = await start({ patienceMs: 50, through: mute });
  const one = toy(machine, "echo");
  expect(await one.status).toBe(134);
  expect(one.output()).toMatch(/^toy: could not be started: its worker did not begin within/);
  expect(kernel.workers.counts).toEqual({ live: 0, spare: 0, waiting: 0 });
});

test("a spare that does not begin is not kept", async () => {
  const { machine, kernel } = await start({
    spares: 1,
    patienceMs: ENOUGH_MS,
    through: (handle, number) => (number === 1 ? mute(handle) : handle),
  });
  await expect(kernel.workers.warm("toy")).rejects.toThrow("did not begin");
  expect(await toy(machine, "echo").status).toBe(0);
  await until(() => kernel.workers.counts.spare === 1);
});

test("300 worker processes one after another leave nothing behind", async () => {
  const { machine, kernel } = await start({ spares: 1 });
  await kernel.workers.warm("toy");
  const store = kernel.worldFiles.store;
  await toy(machine, "unlinked").status;
  const before = { inodes: store.count, bytes: store.extents.used };
  for (let round = 0; round < 300; round++) {
    const one = toy(machine, round % 3 === 0 ? "unlinked" : "poll");
    expect(await one.status).toBe(0);
  }
  expect(machine.processes().length).toBe(1);
  expect({ inodes: store.count, bytes: store.extents.used }).toEqual(before);
  expect(kernel.workers.counts.live).toBe(0);
});
