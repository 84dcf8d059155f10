import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { passTime, unhurriedHost } from "../kernel/testing.ts";
import type { Machine } from "../kernel/types.ts";
import { freshMachine, runScript, runScriptAsRoot } from "./testing.ts";

interface Recording {
  readonly name: string;
  readonly script: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

const folder = join(dirname(fileURLToPath(import.meta.url)), "recordings");

for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  const recordings: Recording[] = JSON.parse(readFileSync(join(folder, file), "utf8"));
  describe(`what Debian's programs say, ${file.replace(".json", "")}`, () => {
    let machine: Machine;
    beforeAll(async () => {
      machine = await freshMachine(unhurriedHost());
    });
    afterAll(() => machine.destroy());
    it.each(recordings.map((recording) => [recording.name, recording] as const))(
      "%s",
      async (_name, { script, stdout, stderr, exitCode }) => {
        const found = await passTime(machine.kernel.clock, runScript(machine, script));
        expect({ ...found, stderr: found.stderr.replaceAll(/\/bin\/bash: line \d+: /g, "bash: ") }).toEqual({ stdout, stderr, exitCode });
      },
    );
  });
}

const asRoot = join(folder, "as-root");

for (const file of readdirSync(asRoot).filter((name) => name.endsWith(".json"))) {
  const recordings: Recording[] = JSON.parse(readFileSync(join(asRoot, file), "utf8"));
  describe(`what Debian's programs say to root, ${file.replace(".json", "")}`, () => {
    let machine: Machine;
    beforeAll(async () => {
      machine = await freshMachine(unhurriedHost());
      // Recorded where systemd's packages were not installed: the number of their group was still free there.
      for (const file of ["/etc/group", "/etc/gshadow"].filter((each) => machine.files.exists(each))) {
        machine.files.writeFile(file, machine.files.readText(file).replace(/^systemd-journal:.*\n/m, ""));
      }
    });
    afterAll(() => machine.destroy());
    it.each(recordings.map((recording) => [recording.name, recording] as const))(
      "%s",
      async (_name, { script, stdout, stderr, exitCode }) => {
        const copy = machine.clone({ network: true });
        try {
          const found = await passTime(machine.kernel.clock, runScriptAsRoot(copy, script));
          expect({ ...found, stderr: found.stderr.replaceAll(/\/bin\/bash: line \d+: /g, "bash: ") }).toEqual({ stdout, stderr, exitCode });
        } finally {
          copy.destroy();
        }
      },
    );
  });
}
