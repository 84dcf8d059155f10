import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Machine } from "../../kernel/types.ts";
import { freshMachine, runScript, runScriptAtHome } from "../testing.ts";
import { startTestServer } from "./testing.ts";

interface Recording {
  readonly name: string;
  readonly script: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

const folder = join(dirname(fileURLToPath(import.meta.url)), "recordings");
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), "utf8"));

/** Cases that cannot match, and why. */
const differences = new Map(Object.entries(read("differences.json") as Record<string, string>));

const ENVIRONMENT = "export PGHOST=localhost PGUSER=postgres PGDATABASE=postgres TZ=UTC\n";

let fresh: Blob;
beforeAll(async () => {
  const db = await PGlite.create();
  fresh = await db.dumpDataDir("none");
  await db.close();
});

for (const file of readdirSync(folder).filter((name) => name.endsWith(".json") && name !== "differences.json")) {
  const recordings = read(file) as Recording[];
  describe(`what PostgreSQL's clients say, ${file.replace(".json", "")}`, () => {
    let machine: Machine;
    let db: PGlite;
    beforeAll(async () => {
      db = await PGlite.create({ loadDataDir: fresh });
      machine = await freshMachine();
      await startTestServer(machine, db);
      await runScript(machine, "true");
    });
    afterAll(async () => {
      machine.destroy();
      await db.close();
    });
    it.each(recordings.map((recording) => [recording.name, recording] as const))(
      "%s",
      async (name, { script, stdout, stderr, exitCode }) => {
        const found = await runScriptAtHome(machine, ENVIRONMENT + script);
        const said = { ...found, stderr: found.stderr.replaceAll(/\/bin\/bash: line \d+: /g, "bash: ") };
        if (differences.has(name)) expect(said).not.toEqual({ stdout, stderr, exitCode });
        else expect(said).toEqual({ stdout, stderr, exitCode });
      },
    );
  });
}
