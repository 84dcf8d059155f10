import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { root } from "../build/requirements.mjs";
import type { Attempt } from "../lab/attempt/attempt.ts";
import { parseAttempt } from "../lab/attempt/schema.ts";
import { regrade } from "./commands/regrade.ts";
import { EngineProcess } from "./engine-process.ts";
import { readAttempts } from "./gate/attempts.ts";
import { findLabLesson } from "./library.ts";
import { CommandError } from "./output.ts";

const lesson = "foundations/what-deploying-means";
const folder = mkdtempSync(join(tmpdir(), "regrade-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function withEngine<T>(work: (engine: EngineProcess) => Promise<T>): Promise<T> {
  const engine = new EngineProcess();
  try {
    return await work(engine);
  } finally {
    engine.stop();
  }
}

it.each(["solution", "wrong-folder", "wrong-answer"])("a recorded attempt gives the same results again: %s", async (name) => {
  const { lab } = findLabLesson(lesson);
  const steps = readAttempts(join(root, "content", lesson)).find((each) => each.name === name)?.steps ?? [];
  const doing = steps.map(({ step }) => step);
  const first = await withEngine((engine) => engine.run(lab, doing, { watchChecks: false, record: true }));
  const attempt = parseAttempt(JSON.stringify(first.attempt));
  const again = await withEngine((engine) => engine.regrade(lab, attempt));
  expect(again.missed).toEqual([]);
  expect(again.disagreements).toEqual([]);
  const grades = (checks: typeof first.checks) => checks.map(({ task, id, status }) => `${task}/${id} ${status}`);
  expect(grades(again.checks)).toEqual(grades(first.checks));
});

/** What `lab regrade` says to a file that it can't take, and its exit status. */
async function refusal(text: string, ...options: string[]): Promise<string> {
  const file = join(folder, "attempt.json");
  writeFileSync(file, text);
  return regrade([file, ...options]).then(
    (status) => `${status}`,
    (error: unknown) => (error instanceof CommandError ? `${error.status}: ${error.message.replace(`${file}: `, "")}` : String(error)),
  );
}

it("says what is wrong with a file, and ends with 2, or 3 where the lesson is another", async () => {
  const { lab } = findLabLesson(lesson);
  const attempt: Attempt = {
    format: "slipway-attempt",
    formatVersion: 1,
    lesson,
    version: lab.version,
    seed: 1,
    startedAtMs: 0,
    dropped: 0,
    actions: [],
  };
  const changed = (change: Record<string, unknown>): string => JSON.stringify({ ...attempt, ...change });
  expect(await refusal(readFileSync(join(root, "package.json"), "utf8"))).toMatch(/^2: This is JSON, and no attempt/);
  expect(await refusal(changed({}).slice(0, 60))).toMatch(/^2: This is no attempt, or a part of one is missing/);
  expect(await refusal(changed({ lesson: "foundations/what-deploying-mean" }))).toMatch(/^2: There is no lesson .*what-deploying-means/s);
  expect(await refusal(changed({ version: "0" }))).toMatch(/^3: this attempt was made with another version/);
  expect(await refusal(changed({ dropped: 7 }))).toMatch(/^2: the beginning of this attempt is missing \(7 actions/);
  expect(await refusal(changed({ seed: 2 }))).toMatch(/^2: this attempt was made with the seed 2/);
  const elsewhere = { kind: "write", atMs: 0, machine: "../../etc", path: "/x", text: "" };
  expect(await refusal(changed({ actions: [elsewhere] }))).toMatch(/^2: this attempt is damaged: the lab of .* has no machine/);
  const huge = join(folder, "huge.json");
  writeFileSync(huge, "");
  truncateSync(huge, 100_000_000);
  await expect(regrade([huge])).rejects.toThrow("too long to be an attempt (100000000 bytes)");
  await expect(regrade([join(folder, "none.json")])).rejects.toThrow("can't be read");
  await expect(regrade([])).rejects.toThrow("Usage: npm run -s lab -- regrade FILE");
});
