import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { afterAll, expect, it } from "vitest";
import { until } from "../kernel/testing.ts";
import { confinement } from "./engine-process.ts";

const folder = mkdtempSync(join(tmpdir(), "confined-"));

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a module as the engine is run, and gives what it prints. */
function confined(code: string): string {
  const file = join(folder, "engine.mjs");
  writeFileSync(file, code);
  const { stdout, stderr } = spawnSync(process.execPath, [...confinement([folder]), file], {
    env: { TZ: "UTC", NODE_ENV: "test" },
    encoding: "utf8",
  });
  return stdout + stderr;
}

/** What a process prints first. */
function numberFrom({ stdout }: ChildProcessByStdio<null, Readable, null>): Promise<number> {
  return new Promise((resolve, reject) => {
    stdout.once("data", (bytes: Buffer) => resolve(Number(bytes.toString().split("\n")[0])));
    stdout.once("end", () => reject(new Error("it ended and has printed nothing")));
  });
}

/** Whether a process of that number runs. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const attempt = (work: string): string => `
  import fs from "node:fs"; import child from "node:child_process";
  try { ${work}; console.log("it worked") } catch (error) { console.log(error.code ?? error.name) }`;

it.each([
  ["read a file of this computer", 'fs.readFileSync("/etc/hostname")', "ERR_ACCESS_DENIED"],
  ["list a folder above its own", 'fs.readdirSync("/")', "ERR_ACCESS_DENIED"],
  ["write a file, even into its own folder", `fs.writeFileSync(${JSON.stringify(join(folder, "x"))}, "")`, "ERR_ACCESS_DENIED"],
  ["start a program", 'child.spawnSync("ls").error && (() => { throw child.spawnSync("ls").error })()', "ERR_ACCESS_DENIED"],
  ["make code from text", 'new Function("return 1")()', "EvalError"],
  ["make code from text by the way of a constructor", '(async () => {}).constructor("return 1")', "EvalError"],
])("can't %s", (_what, work, error) => {
  expect(confined(attempt(work)).trim()).toBe(error);
});

it("has no environment, and runs WebAssembly all the same", () => {
  const bytes = "[0, 97, 115, 109, 1, 0, 0, 0]";
  expect(
    confined(
      `console.log(Object.keys(process.env).sort().join(), new WebAssembly.Module(new Uint8Array(${bytes})) instanceof WebAssembly.Module)`,
    ),
  ).toBe("NODE_ENV,TZ true\n");
});

it("ends when the process that started it is killed, also in the middle of a computation", async () => {
  const parent = join(folder, "parent.mts");
  writeFileSync(
    parent,
    `import { EngineProcess } from ${JSON.stringify(join(import.meta.dirname, "engine-process.ts"))};
    import { findLabLesson } from ${JSON.stringify(join(import.meta.dirname, "library.ts"))};
    const engine = new EngineProcess();
    const { lab } = findLabLesson("foundations/what-deploying-means");
    // A thread computes, and then a shell that never waits for anything.
    const steps = [{ run: "python3 -c 'while True: pass' &" }, { run: "while :; do :; done" }];
    await engine.run(lab, steps, { watchChecks: false, onStep: () => console.log(engine.pid) });`,
  );
  const started = spawn(process.execPath, ["--import", "tsx", parent], { stdio: ["ignore", "pipe", "inherit"] });
  const engine = await numberFrom(started);
  expect(isThere(engine)).toBe(true);
  started.kill("SIGKILL");
  await until(() => !isThere(engine));
}, 60_000);

it("ends its process with its parent where the main thread never takes a turn", async () => {
  const watch = new URL("../build/end-with-parent.mjs", import.meta.url);
  copyFileSync(watch, join(folder, "end-with-parent.mjs"));
  const busy = join(folder, "busy.mjs");
  writeFileSync(
    busy,
    `import { Worker } from "node:worker_threads";
    const watch = { env: {}, execArgv: [], workerData: { parent: process.ppid, others: [] } };
    new Worker(new URL("end-with-parent.mjs", import.meta.url), watch).once("online", () => { console.log(process.pid); for (;;); });`,
  );
  const parent = join(folder, "parent.mjs");
  const command = JSON.stringify([...confinement([folder]), busy]);
  writeFileSync(parent, `import { spawn } from "node:child_process"; spawn(process.execPath, ${command}, { stdio: "inherit" });`);
  const started = spawn(process.execPath, [parent], { stdio: ["ignore", "pipe", "inherit"] });
  const child = await numberFrom(started);
  expect(isThere(child)).toBe(true);
  started.kill("SIGKILL");
  await until(() => !isThere(child));
}, 60_000);
