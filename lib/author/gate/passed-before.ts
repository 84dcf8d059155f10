import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { engineSources, hashOf } from "../../build/stamp.mjs";
import type { LessonFolders } from "../../content/lesson-folders.ts";
import type { LessonSource } from "../../content/load.ts";
import { readJson } from "./read-json.ts";

/** A lesson as it was when it passed. */
export interface Passed {
  readonly id: string;
  /** Hash of all its files, and of those that its lab continues. */
  readonly key: string;
  /** Folders of the lessons that its lab continues, as "course/slug". */
  readonly continues: readonly string[];
  /** Hash of what grades hang on (`lessonHash`); undefined without a lab. */
  readonly graded?: string;
}

/**
 * What has passed the short gate on this machine, by the lessons' folders and by hashes of their files, of the gate and of the engine:
 * `--changed` tries the rest, and reads nothing else. Kept beside the content, so that every library has its own.
 */
export class PassedBefore {
  private readonly file: string;
  private readonly known: Map<string, Passed>;
  /** What all lessons hang on. */
  private readonly shared: string;
  private readonly hashes = new Map<string, string>();

  /** `makers`: a hash of what tries lessons. */
  constructor(
    private readonly root: string,
    makers = hashOf([...engineSources, "lib/author/gate", "lib/content"]),
  ) {
    this.file = join(dirname(root), ".slipway/gate-passed.json");
    this.known = new Map(Object.entries(readJson<Record<string, Passed>>(this.file) ?? {}));
    const hash = createHash("sha256").update(makers);
    for (const name of ["glossary.yaml", "syllabus.yaml"].map((each) => join(root, each))) {
      if (existsSync(name)) hash.update(`${basename(name)}\0`).update(readFileSync(name));
    }
    this.shared = hash.digest("hex");
  }

  /** How the lesson in that folder passed, where it is as it was then. */
  get(folder: string): Passed | undefined {
    const passed = this.known.get(folder);
    return passed !== undefined && passed.key === this.keyOf([folder, ...(passed.continues ?? [])]) ? passed : undefined;
  }

  /** Whether a lesson has gone, or has another id now: others may lead to it. */
  hasLost(places: LessonFolders): boolean {
    return [...this.known].some(([folder, { id }]) => places.idOf(folder) !== id);
  }

  /** `lessons`: those that were read, what this one continues among them. `graded`: where it has a lab. */
  keep(
    lesson: Pick<LessonSource, "info" | "lab">,
    lessons: ReadonlyMap<string, Pick<LessonSource, "info" | "lab">>,
    graded?: string,
  ): void {
    const continues: string[] = [];
    for (let at = lesson.lab?.continues?.lesson; at !== undefined; at = lessons.get(at)?.lab?.continues?.lesson) {
      const other = lessons.get(at);
      if (other === undefined) return;
      continues.push(folderOf(other));
    }
    const folder = folderOf(lesson);
    this.known.set(folder, {
      id: lesson.info.id,
      key: this.keyOf([folder, ...continues]),
      continues,
      ...(graded !== undefined && { graded }),
    });
  }

  forget(folder: string): void {
    this.known.delete(folder);
  }

  save(): void {
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(this.file, JSON.stringify(Object.fromEntries(this.known)));
  }

  private keyOf(folders: readonly string[]): string {
    const hash = createHash("sha256").update(this.shared);
    for (const folder of folders) hash.update(this.hashOfFolder(folder));
    return hash.digest("hex").slice(0, 32);
  }

  private hashOfFolder(folder: string): string {
    const known = this.hashes.get(folder);
    if (known !== undefined) return known;
    const hash = createHash("sha256");
    const visit = (path: string): void => {
      const entries = readdirSync(join(this.root, path), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const entry of entries) {
        const inner = `${path}/${entry.name}`;
        if (entry.isDirectory()) visit(inner);
        else if (entry.isFile() && entry.name !== "full-gate.json") hash.update(`${inner}\0`).update(readFileSync(join(this.root, inner)));
      }
    };
    if (existsSync(join(this.root, folder))) visit(folder);
    const value = hash.digest("hex");
    this.hashes.set(folder, value);
    return value;
  }
}

export function folderOf({ info }: Pick<LessonSource, "info">): string {
  return `${info.course}/${info.slug}`;
}
