import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { LabDefinition } from "../lab/types.ts";

type LabFile = LabDefinition["files"][number];

/**
 * What files/<machine>/… holds. The folder mirrors the machine's root: files/laptop/home/learner/shop/app.py becomes
 * /home/learner/shop/app.py. An executable file stays executable.
 */
export function readLabFiles(folder: string): LabFile[] {
  const root = join(folder, "files");
  if (!existsSync(root)) return [];
  return readdirSync(root).flatMap((machine) => filesBelow(join(root, machine), "", machine));
}

function filesBelow(folder: string, path: string, machine: string): LabFile[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry): LabFile[] => {
      const from = join(folder, entry.name);
      const to = `${path}/${entry.name}`;
      if (entry.isDirectory()) return filesBelow(from, to, machine);
      if (!entry.isFile()) return [];
      const mode = (statSync(from).mode & 0o111) === 0 ? 0o644 : 0o755;
      return [{ machine, path: to, mode, base64: readFileSync(from).toString("base64") }];
    });
}

/** Changes when anything the lab is made of changes: its definition, files and quizzes. */
export function labVersion(labText: string, quizText: string, files: readonly LabFile[]): string {
  const hash = createHash("sha256");
  for (const part of [labText, quizText, JSON.stringify(files)]) hash.update(`${part.length}\n${part}`);
  return hash.digest("hex").slice(0, 16);
}
