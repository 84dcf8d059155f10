/**
 * Every program of a machine: parsing, `--help`, manual pages, completion, and the page /reference/machine all come from here.
 */

import type { ProgramEntry } from "./core/program.ts";
import * as bytes from "./coreutils/bytes.ts";
import { ls } from "./coreutils/ls.ts";
import * as small from "./coreutils/small.ts";
import * as treeFiles from "./coreutils/tree-files.ts";

function entries(...modules: readonly object[]): ProgramEntry[] {
  return modules.flatMap((module) => Object.values(module)).filter(isEntry);
}

function isEntry(value: unknown): value is ProgramEntry {
  return typeof value === "object" && value !== null && "main" in value && "synopsis" in value;
}

/** By name, sorted. */
export const programs: ReadonlyMap<string, ProgramEntry> = new Map(
  [ls, ...entries(bytes, small, treeFiles)].sort((a, b) => (a.name < b.name ? -1 : 1)).map((entry) => [entry.name, entry]),
);
