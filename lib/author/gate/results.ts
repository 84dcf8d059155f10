import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { engineSources, hashOf } from "../../build/stamp.mjs";
import { contentRoot } from "../../content/load.ts";
import type { LabLesson } from "../library.ts";

/** A full gate takes long, so its results are kept in the repository, by what they were found for. */
export interface FullResult {
  /** Hash of the lesson's folder. */
  readonly lesson: string;
  /** Hash of the engine's sources. */
  readonly engine: string;
  readonly trials: number;
}

const file = (): string => join(contentRoot(), "gate.json");

export function readResults(): Record<string, FullResult> {
  return existsSync(file()) ? (JSON.parse(readFileSync(file(), "utf8")) as Record<string, FullResult>) : {};
}

export function keepResult(lesson: LabLesson, trials: number): void {
  const results = { ...readResults(), [lesson.info.id]: { ...hashes(lesson), trials } };
  const sorted = Object.fromEntries(Object.entries(results).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file(), `${JSON.stringify(sorted, null, 2)}\n`);
}

/** What of a lesson's full result no longer holds. */
export function staleness(lesson: LabLesson): "fresh" | "missing" | "lesson" | "engine" {
  const result = readResults()[lesson.info.id];
  if (result === undefined) return "missing";
  const now = hashes(lesson);
  if (result.lesson !== now.lesson) return "lesson";
  return result.engine === now.engine ? "fresh" : "engine";
}

function hashes(lesson: LabLesson): { lesson: string; engine: string } {
  return { lesson: hashFolder(lesson.folder), engine: hashOf(engineSources) };
}

function hashFolder(folder: string): string {
  const hash = createHash("sha256");
  const visit = (path: string): void => {
    for (const entry of readdirSync(join(folder, path), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const inner = path === "" ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) visit(inner);
      else hash.update(`${inner}\0`).update(readFileSync(join(folder, inner)));
    }
  };
  visit("");
  return hash.digest("hex").slice(0, 16);
}
