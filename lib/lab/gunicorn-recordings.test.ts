import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { projectRoot } from "../runtimes/python/build/folders.ts";
import { exchangesOf, normalize } from "../runtimes/python/recordings/normalize.mjs";
import { type PythonMachine, pythonMachine } from "./python-testing.ts";

interface Recording {
  readonly name: string;
  readonly output: string;
}

const folder = join(projectRoot, "lib/runtimes/python/recordings");
const recordings: Recording[] = JSON.parse(readFileSync(join(folder, "gunicorn.json"), "utf8"));
const scripts = new Map(exchangesOf(readFileSync(join(folder, "gunicorn.txt"), "utf8")).map(({ name, script }) => [name, script]));

let python: PythonMachine;

beforeAll(async () => {
  python = await pythonMachine();
  await python.sh("pip install -q gunicorn flask django");
});
afterAll(() => python.close());

it.each(recordings.map((recording) => [recording.name, recording] as const))("gunicorn: %s", async (name, { output }) => {
  const { machine } = python;
  const home = `/home/learner/${name.replaceAll(/\W+/g, "-").slice(0, 40)}`;
  machine.filesAs({ uid: 1000, gid: 1000, groups: [1000] }, "/").mkdir(home);
  machine.files.writeFile("/tmp/script", scripts.get(name) ?? "");
  // What an exchange that failed has left behind holds no pipe, and is gone before the next one.
  const found = await python.sh(
    `HOME=${home} timeout 60 bash /tmp/script > /tmp/output 2>&1; cat /tmp/output; pkill -9 gunicorn; pkill -9 python`,
    {
      cwd: home,
    },
  );
  expect(normalize(found.output.replaceAll("/tmp/script: ", "script: "), home)).toBe(output);
});
