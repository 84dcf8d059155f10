import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { LessonSource } from "../../content/load.ts";
import type { Problem } from "../../lab/definition/problem.ts";
import { YamlSource } from "../../lab/definition/yaml-source.ts";

/** Something that the gate finds wrong: like any mistake of an author, with its place and a remedy. */
export type GateProblem = Problem;

/** Where things of a lesson stand, as problems name them: from the folder above content/. */
export class LessonPlaces {
  private lab: YamlSource | undefined;

  constructor(private readonly lesson: LessonSource) {}

  file(path: string): string {
    return relative(process.cwd(), join(this.lesson.folder, path));
  }

  /** A problem at a path of lab.yaml: `["tasks", 2, "checks", 0]`. */
  inLab(path: readonly (string | number)[], message: string, remedy: string): GateProblem {
    this.lab ??= new YamlSource(this.file("lab.yaml"), readFileSync(join(this.lesson.folder, "lab.yaml"), "utf8"));
    return { file: this.file("lab.yaml"), ...this.lab.position(path), message, remedy };
  }

  /** At a check's definition. */
  atCheck(task: string, check: string, message: string, remedy: string): GateProblem {
    const index = (this.lesson.lab?.tasks ?? []).findIndex(({ id }) => id === task);
    const at = this.lesson.lab?.tasks[index]?.checks.findIndex(({ id }) => id === check) ?? -1;
    return this.inLab(index < 0 ? ["tasks"] : at < 0 ? ["tasks", index] : ["tasks", index, "checks", at], message, remedy);
  }

  at(path: string, line: number, message: string, remedy: string): GateProblem {
    return { file: this.file(path), line, column: 1, message, remedy };
  }
}
