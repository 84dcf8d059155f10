import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Machine } from "../../kernel/types.ts";
import { freshMachine, runScript } from "../testing.ts";

interface Recording {
  readonly name: string;
  /** Why ours is known to answer otherwise. */
  readonly differs?: string;
  readonly script: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

const folder = join(dirname(fileURLToPath(import.meta.url)), "../recordings/git");

for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  const recordings: Recording[] = JSON.parse(readFileSync(join(folder, file), "utf8"));
  describe(`what git 2.39.5 says, ${file.replace(".json", "")}`, () => {
    let machine: Machine;
    beforeAll(async () => {
      machine = await freshMachine();
    });
    afterAll(() => machine.destroy());
    it.each(recordings.filter(({ differs }) => differs === undefined).map((recording) => [recording.name, recording] as const))(
      "%s",
      async (_name, { script, stdout, stderr, exitCode }) => {
        const found = await runScript(machine, script);
        expect({ ...found, stderr: found.stderr.replaceAll(/\/bin\/bash: line \d+: /g, "bash: ") }).toEqual({ stdout, stderr, exitCode });
      },
    );
    it("keeps few known differences, each with its reason", () => {
      const known = recordings.filter(({ differs }) => differs !== undefined);
      expect(known.length).toBeLessThanOrEqual(Math.ceil(recordings.length / 20));
    });
  });
}
