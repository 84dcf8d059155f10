/** What one more lesson costs an author: the same commands in libraries of 10, 100 and 1,000 lessons, made in a folder of their own. */
import { spawnSync } from "node:child_process";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../build/requirements.mjs";
import { readLibrary } from "../../../content/load.ts";
import { PassedBefore } from "../../gate/passed-before.ts";
import { consolesOf } from "../../gate/quality.ts";
import { lessonHash } from "../../gate/results.ts";
import { note } from "../../output.ts";
import { PreviewEvents } from "../../preview/events.ts";
import { figure, type Row } from "../figures.ts";
import { makeLessons } from "../many-lessons.ts";
import { inTemporaryFolder } from "../native.ts";
import type { RowGroup } from "../row-maker.ts";

const COUNTS = [10, 100, 1000];
const TIMES = 3;
/** The cost of one more lesson must not grow with their number; a ratio below this is the unrest of a computer. */
const UNREST = 1.5;

/** What is timed; each gives milliseconds. */
const commands: Readonly<Record<string, (content: string) => number>> = {
  "lab run of one lesson, to its grades": (content) =>
    lab(content, ["run", "course-1/lesson-7", "--steps", join(content, "../no-steps.json")]),
  "lab test --changed, nothing changed": (content) => lab(content, ["test", "--changed"]),
  "lab test --changed, one lesson changed": (content) => {
    appendFileSync(join(content, "course-1/lesson-3/lesson.mdx"), "\nOne sentence more.\n");
    return lab(content, ["test", "--changed"]);
  },
  "preview: a lesson read, and its files watched": (content) => {
    const began = performance.now();
    const events = new PreviewEvents(content);
    events.lab("course-1", "lesson-7");
    events.close();
    return performance.now() - began;
  },
};

export const lessonRows: RowGroup = async () => {
  const samples = new Map<string, Map<number, number[]>>();
  for (const count of COUNTS) {
    note(`bench: ${count} lessons …`);
    await inTemporaryFolder(async (folder) => {
      const content = join(folder, "content");
      makeLessons(count, folder);
      writeFileSync(join(folder, "no-steps.json"), "[]");
      const began = performance.now();
      havePassed(content);
      add(samples, "every lesson read and checked (what a build does)", count, performance.now() - began);
      for (let times = 0; times < TIMES; times++)
        for (const [what, time] of Object.entries(commands)) add(samples, what, count, time(content));
    });
  }
  return [...samples].flatMap(([what, byCount]) => rowsOf(what, byCount));
};

function rowsOf(what: string, byCount: ReadonlyMap<number, readonly number[]>): Row[] {
  const [fewest = 0] = COUNTS;
  const few = figure(byCount.get(fewest) ?? []);
  return [...byCount].map(([count, times]): Row => {
    const row = { what: `${what}, ${count} lessons`, unit: "ms", ours: figure(times) } as const;
    if (count === fewest) return { ...row, rival: { name: "no rival" } };
    const rival = { name: `with ${fewest} lessons`, figure: few };
    // Whoever reads all of them takes longer for more.
    if (what.startsWith("every lesson")) return { ...row, rival };
    return { ...row, rival, target: { bound: "at most", value: UNREST, of: "ratio to the rival" } };
  });
}

function add(samples: Map<string, Map<number, number[]>>, what: string, count: number, time: number): void {
  const byCount = samples.get(what) ?? new Map<number, number[]>();
  samples.set(what, byCount);
  byCount.set(count, [...(byCount.get(count) ?? []), time]);
}

/** A machine on which every lesson has passed: nobody waits for the gate over a thousand. */
function havePassed(content: string): void {
  const before = new PassedBefore(content);
  const { lessons, problems } = readLibrary(content);
  if (problems.length > 0) throw new Error(`The lessons made are not sound: ${problems[0]?.message}`);
  for (const lesson of lessons.values()) before.keep(lesson, lessons, lessonHash(lesson.folder, consolesOf(lesson.facts)));
  before.save();
}

function lab(content: string, args: readonly string[]): number {
  const began = performance.now();
  const ran = spawnSync(process.execPath, ["--import", "tsx", join(root, "lib/author/main.ts"), ...args], {
    cwd: root,
    env: { ...process.env, SLIPWAY_CONTENT: content },
    encoding: "utf8",
  });
  if (ran.status !== 0) throw new Error(`lab ${args.join(" ")} ended with ${ran.status}: ${(ran.stdout + ran.stderr).slice(-600)}`);
  return performance.now() - began;
}
