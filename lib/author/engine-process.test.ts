import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
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
