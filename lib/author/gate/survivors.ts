import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { Problem } from "../../lab/definition/problem.ts";
import { YamlSource } from "../../lab/definition/yaml-source.ts";
import { fits } from "../engine/mutations/report.ts";

/**
 * attempts/survivors.yaml: differences between start and solution that no check need notice, each with the author's reason.
 *
 *     - pattern: file web-1:/var/www/shop/static/admin/*
 *       reason: collectstatic copies 130 files of the admin; the check looks at one of them.
 */
const survivorsSchema = z.array(
  z.strictObject({
    pattern: z.string().min(1).describe("As the full gate writes differences; * stands for anything."),
    reason: z.string().min(10, "say in a sentence why no check need notice").describe("Why no check need notice."),
  }),
);

/** Its name in a lesson's folder. */
export const SURVIVORS = "attempts/survivors.yaml";

export interface Survivor {
  readonly pattern: string;
  readonly reason: string;
}

/** `file`: its name in problems. */
export function readSurvivors(folder: string, file: string): { survivors: readonly Survivor[]; problems: readonly Problem[] } {
  const path = join(folder, SURVIVORS);
  if (!existsSync(path)) return { survivors: [], problems: [] };
  const source = new YamlSource(file, readFileSync(path, "utf8"));
  const survivors = source.read(survivorsSchema) ?? [];
  for (const [index, { pattern }] of survivors.entries()) {
    if (!/^(file|row|process|port|unit|setting|ref|record|\*) ?/.test(pattern)) {
      source.problem([index, "pattern"], `\`${pattern}\` can fit no difference.`, "Begin with its kind: `file laptop:/home/learner/…`.");
    }
    if (pattern === "*" || fits(pattern, "file x:/y")) {
      source.problem([index, "pattern"], `\`${pattern}\` fits everything.`, "Name what need not be noticed.");
    }
  }
  return { survivors: source.problems.length > 0 ? [] : survivors, problems: source.problems };
}
