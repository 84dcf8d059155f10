import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../build/requirements.mjs";
import { engineSources, hashOf } from "../../build/stamp.mjs";
import type { LabLesson } from "../library.ts";

/** What has passed the short gate on this machine, by hashes of lesson, gate and engine: `--changed` tries the rest. */
export class PassedBefore {
  private readonly file = join(root, ".slipway/gate-passed.json");
  private readonly known: Record<string, string>;
  private readonly engine = hashOf([...engineSources, "lib/author/gate", "lib/content"]);

  constructor(private readonly glossary: string) {
    this.known = existsSync(this.file) ? readJson(this.file) : {};
  }

  has(lesson: LabLesson): boolean {
    return this.known[lesson.info.id] === this.keyOf(lesson);
  }

  keep(lesson: LabLesson, passed: boolean): void {
    if (passed) this.known[lesson.info.id] = this.keyOf(lesson);
    else delete this.known[lesson.info.id];
  }

  save(): void {
    mkdirSync(join(root, ".slipway"), { recursive: true });
    writeFileSync(this.file, JSON.stringify(this.known));
  }

  private keyOf(lesson: LabLesson): string {
    const hash = createHash("sha256").update(this.engine).update(this.glossary);
    for (const entry of readdirSync(lesson.folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name === "full-gate.json") continue;
      const path = join(entry.parentPath, entry.name);
      hash.update(`${path}\0`).update(readFileSync(path));
    }
    return hash.digest("hex");
  }
}

function readJson(file: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
  } catch {
    // A cache: without it, everything is tried.
    return {};
  }
}
