import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { freshMachine, runScriptAsRoot, type ScriptResult } from "../testing.ts";
import { bootServices } from "./boot.ts";
import { normalize } from "./recordings/normalize.mjs";

interface Recording extends ScriptResult {
  readonly name: string;
  readonly script: string;
}

const folder = join(dirname(fileURLToPath(import.meta.url)), "recordings");
const recordings: readonly Recording[] = JSON.parse(readFileSync(join(folder, "cases.json"), "utf8"));
/** Cases that are answered otherwise here, each with the reason. */
const different: Readonly<Record<string, string>> = JSON.parse(readFileSync(join(folder, "different.json"), "utf8"));
const cleanup = readFileSync(join(folder, "cleanup.sh"), "utf8");

/** Most cases wait for something: several machines wait side by side. */
const MACHINES = 6;

async function answerAll(): Promise<Map<string, ScriptResult>> {
  const answers = new Map<string, ScriptResult>();
  const waiting = [...recordings];
  const work = async () => {
    const machine = await freshMachine();
    machine.files.symlink("/lib/systemd/system/graphical.target", "/etc/systemd/system/default.target");
    void bootServices(machine);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { stdout, stderr, exitCode } = await runScriptAsRoot(machine, next.script);
      answers.set(next.name, {
        stdout: normalize(stdout),
        stderr: normalize(stderr.replaceAll(/\/bin\/bash: line \d+: /g, "bash: ")),
        exitCode,
      });
      await runScriptAsRoot(machine, cleanup);
    }
    machine.destroy();
  };
  await Promise.all(Array.from({ length: MACHINES }, work));
  return answers;
}

describe("what the real systemd 252 does", () => {
  let answers: Map<string, ScriptResult>;
  beforeAll(async () => {
    answers = await answerAll();
  }, 120_000);
  const same = recordings.filter(({ name }) => different[name] === undefined);
  it.each(same.map((recording) => [recording.name, recording] as const))("%s", (name, { stdout, stderr, exitCode }) => {
    expect(answers.get(name)).toEqual({ stdout, stderr, exitCode });
  });
  it("knows why the others differ, and which they are", () => {
    expect(Object.keys(different).filter((name) => !recordings.some((recording) => recording.name === name))).toEqual([]);
  });
});
