/**
 * The worlds that labs start from which continue another lesson: made once, by doing that lesson's solution, and kept as files beside the
 * engine's other assets, named by a hash of all they are made of.
 */
import { copyFileSync, existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readManifest } from "../build/engine.ts";
import { LessonFolders } from "../content/lesson-folders.ts";
import { contentRoot, type LessonSource, readLibrary, readPart } from "../content/load.ts";
import type { LabDefinition } from "../lab/types.ts";
import { EngineProcess } from "./engine-process.ts";
import { readAttempts } from "./gate/attempts.ts";
import { note } from "./output.ts";

/** Outlives a new build of the engine's assets. */
const KEPT = join(process.cwd(), ".slipway");

/** Makes the world that the lab starts from, if it is not there yet. Throws Error when the other lesson's solution does not hold. */
export async function ensureStartWorld(lab: LabDefinition, lessons?: ReadonlyMap<string, LessonSource>): Promise<void> {
  const { continues } = lab;
  if (continues === undefined) return;
  const asset = join(readManifest().node.assets, continues.world);
  const kept = join(KEPT, continues.world);
  if (existsSync(asset)) return;
  if (!existsSync(kept)) {
    const other = (lessons ?? lessonsFor(continues.lesson)).get(continues.lesson);
    if (other?.lab === undefined) throw new Error(`The lab continues ${continues.lesson}, and there is no such lab.`);
    const solution = readAttempts(other.folder).find(({ kind }) => kind === "solution");
    if (solution === undefined) throw new Error(`${continues.lesson} has no solution, so no lesson can continue it.`);
    note(`making the end state of ${continues.lesson}, from which ${lab.lesson} starts …`);
    const engine = new EngineProcess();
    try {
      put(
        kept,
        await engine.end(
          other.lab,
          solution.steps.map(({ step }) => step),
        ),
      );
    } finally {
      engine.stop();
    }
  }
  mkdirSync(dirname(asset), { recursive: true });
  copyFileSync(kept, `${asset}.${process.pid}`);
  renameSync(`${asset}.${process.pid}`, asset);
}

function lessonsFor(id: string): ReadonlyMap<string, LessonSource> {
  const folder = new LessonFolders(contentRoot()).ofId(id);
  return folder === undefined ? new Map() : readPart([folder]).lessons;
}

/** Those of all lessons, one after the other. */
export async function ensureStartWorlds(): Promise<void> {
  const { lessons } = readLibrary();
  for (const { lab } of lessons.values()) if (lab !== undefined) await ensureStartWorld(lab, lessons);
}

/** Several processes may make the same one at a time: whole, or not there. */
function put(file: string, content: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, content);
  renameSync(`${file}.${process.pid}`, file);
}
