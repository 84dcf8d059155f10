import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Machine } from "../../kernel/types.ts";
import { freshMachine, runScriptAtHome } from "../testing.ts";

interface Answer {
  readonly script: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** What the real openssl said (record-openssl.mjs), and where this one differs, with the reason. */
const folder = join(dirname(fileURLToPath(import.meta.url)), "../recordings/openssl");
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), "utf8"));
const answers = read("answers.json") as readonly Answer[];
const files = read("files.json") as Readonly<Record<string, string>>;
const differences = read("differences.json") as Readonly<Record<string, string>>;

const plain = (text: string) =>
  text
    .replaceAll(/^[0-9A-F]{12,16}:error:/gm, "THREAD:error:")
    .replaceAll(/^[.+*]+\n/gm, "")
    .replaceAll(/\/bin\/bash: line \d+: /g, "bash: ");

let machine: Machine;
beforeAll(async () => {
  machine = await freshMachine();
});
afterAll(() => machine.destroy());

async function answer(script: string) {
  for (const { name } of machine.files.readdir("/home/learner")) machine.files.removeTree(`/home/learner/${name}`);
  for (const [name, base64] of Object.entries(files)) {
    const path = `/home/learner/${name}`;
    machine.files.writeFile(
      path,
      Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)),
    );
    machine.files.chown(path, 1000, 1000);
  }
  const { stdout, stderr, exitCode } = await runScriptAtHome(machine, script);
  return { stdout, stderr: plain(stderr), exitCode };
}

test.each(answers.map(({ script, ...wanted }) => [script, wanted] as const))("%s", async (script, { stdout, stderr, exitCode }) => {
  const found = await answer(script);
  if (differences[script] === undefined) expect(found).toEqual({ stdout, stderr: plain(stderr), exitCode });
  // A difference that is none any more has to be taken off the list.
  else expect(found).not.toEqual({ stdout, stderr: plain(stderr), exitCode });
});

test("every difference is of a case that was recorded", () => {
  expect(Object.keys(differences).filter((script) => !answers.some((each) => each.script === script))).toEqual([]);
});
