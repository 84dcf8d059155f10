import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { passTime, unhurriedHost } from "../../kernel/testing.ts";
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

/** Who comes next meets no unit that the case before had: a manager here remembers what has failed, though its file has gone. */
const MACHINES = 2;

/** A script sleeps where it waits for something: time passes for it when all that it has started has come to rest. */
async function answerAll(): Promise<Map<string, ScriptResult>> {
  const machines = await Promise.all(
    Array.from({ length: MACHINES }, async () => {
      const machine = await freshMachine(unhurriedHost());
      machine.files.symlink("/lib/systemd/system/graphical.target", "/etc/systemd/system/default.target");
      await passTime(machine.kernel.clock, bootServices(machine));
      return machine;
    }),
  );
  const answers = new Map<string, ScriptResult>();
  for (const [index, { name, script }] of recordings.entries()) {
    const machine = machines[index % MACHINES];
    if (machine === undefined) throw new Error("there is no machine");
    const run = (text: string) => passTime(machine.kernel.clock, runScriptAsRoot(machine, text));
    const { stdout, stderr, exitCode } = await run(script);
    answers.set(name, {
      stdout: normalize(stdout),
      stderr: normalize(stderr.replaceAll(/\/bin\/bash: line \d+: /g, "bash: ")),
      exitCode,
    });
    await run(cleanup);
  }
  for (const machine of machines) machine.destroy();
  return answers;
}

describe("what the real systemd 252 does", () => {
  let answers: Map<string, ScriptResult>;
  beforeAll(async () => {
    answers = await answerAll();
  });
  const same = recordings.filter(({ name }) => different[name] === undefined);
  it.each(same.map((recording) => [recording.name, recording] as const))("%s", (name, { stdout, stderr, exitCode }) => {
    expect(answers.get(name)).toEqual({ stdout, stderr, exitCode });
  });
  it("knows why the others differ, and which they are", () => {
    expect(Object.keys(different).filter((name) => !recordings.some((recording) => recording.name === name))).toEqual([]);
  });
});
