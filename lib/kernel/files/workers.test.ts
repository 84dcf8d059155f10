import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CONTROL, CONTROL_BYTES, DATA_BYTES, OPEN_SLOTS } from "../abi.ts";
import { fileCall } from "./file-calls.ts";
import type { TestWorkerData } from "./test-worker.ts";
import { ROOT, WorldFiles } from "./world-files.ts";

let folder: string;
let script: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "slipway-files-"));
  script = join(folder, "worker.mjs");
  const contents = `
    import { parentPort, workerData } from "node:worker_threads";
    import { run } from "./test-worker.ts";
    run(workerData, (message) => parentPort.postMessage(message));
  `;
  const resolveDir = fileURLToPath(new URL(".", import.meta.url));
  await build({ stdin: { contents, resolveDir }, outfile: script, bundle: true, format: "esm", platform: "node" });
});

afterAll(() => rmSync(folder, { recursive: true }));

/** A real worker thread, its file calls answered here. Resolves when it says that it is done. */
function start(
  world: WorldFiles,
  rootInode: number,
  pid: number,
  task: TestWorkerData["task"],
): { done: Promise<void>; kill: () => Promise<number> } {
  const control = new SharedArrayBuffer(CONTROL_BYTES + DATA_BYTES);
  const words = new Int32Array(control, 0, CONTROL_BYTES / 4);
  const area = new Uint8Array(control, CONTROL_BYTES);
  const opened = words.subarray(CONTROL.OPEN_INODES, CONTROL.OPEN_INODES + OPEN_SLOTS);
  const others = world.store.heldByWorker;
  world.store.heldByWorker = (ino) => opened.includes(ino) || others(ino);
  const workerData: TestWorkerData = { shared: world.shared, control, pid, rootInode, task };
  const worker = new Worker(script, { workerData });
  const done = new Promise<void>((resolve, reject) => {
    worker.on("error", reject);
    worker.on("message", (message) => {
      if (message === "done") {
        resolve();
        return;
      }
      const args = words.subarray(CONTROL.ARGS, CONTROL.ARGS + 6);
      const answer = fileCall(world, { pid, credentials: ROOT }, words[CONTROL.OP] ?? 0, args, area.subarray(0, words[CONTROL.LENGTH]));
      if (answer === undefined || answer instanceof Promise) throw new Error("must be answered at once");
      area.set(answer.data ?? []);
      words[CONTROL.LENGTH] = answer.data?.length ?? 0;
      words[CONTROL.RESULT] = answer.result;
      Atomics.store(words, CONTROL.STATE, 2);
      Atomics.notify(words, CONTROL.STATE);
    });
  });
  return { done, kill: () => worker.terminate() };
}

test("three workers that append to one file lose nothing", async () => {
  const world = new WorldFiles();
  const root = world.createTree();
  const workers = [11, 12, 13].map((pid) => start(world, root, pid, "append"));
  await Promise.all(workers.map((worker) => worker.done));
  const lines = world.files({ root, credentials: ROOT }).readText("/log").trimEnd().split("\n");
  expect(lines.length).toBe(6000);
  for (const pid of [11, 12, 13]) {
    const own = lines.filter((line) => line.startsWith(`${pid} `));
    expect(own).toEqual(Array.from({ length: 2000 }, (_, line) => `${pid} ${line} ${"x".repeat(line % 50)}`));
  }
  await Promise.all(workers.map((worker) => worker.kill()));
});

test("a capture sees all files at one instant, and copies stand still while the original is written", async () => {
  const world = new WorldFiles();
  const root = world.createTree();
  const worker = start(world, root, 11, "rewrite");
  let finished = false;
  void worker.done.then(() => {
    finished = true;
  });
  let seen = 0;
  while (!finished) {
    const copy = world.cloneTree(root);
    const files = world.files({ root: copy, credentials: ROOT });
    if (files.exists("/second") && files.stat("/second").size > 0) {
      const [first, second] = [Number(files.readText("/first")), Number(files.readText("/second"))];
      expect(first === second || first === second + 1).toBe(true);
      seen++;
    }
    world.destroyTree(copy);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  expect(seen).toBeGreaterThan(0);
  await worker.kill();
});

test("the write lock of a killed process is cleared", async () => {
  const world = new WorldFiles();
  const root = world.createTree();
  const files = world.files({ root, credentials: ROOT });
  files.writeFile("/log", "before ");
  const worker = start(world, root, 11, "spin");
  await worker.done;
  await worker.kill();
  world.processEnded(11);
  files.writeFile("/log", "after", { append: true });
  expect(files.readText("/log")).toBe("before after");
});
