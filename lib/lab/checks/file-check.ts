import type { Files, Machine, Stat } from "../../kernel/types.ts";
import { homeOf } from "../definition/home.ts";
import type { FileCheck, MachineDefinition } from "../types.ts";
import { breaks, describe } from "./text-rule.ts";
import { userName } from "./user-name.ts";
import type { Verdict } from "./verdict.ts";

/** Text rules look at this much of a file. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Looks at a file as root sees it; changes nothing. */
export function checkFile(check: FileCheck, machine: Machine, definition: MachineDefinition): Verdict {
  const { files } = machine;
  const path = resolvePath(check.file, definition);
  const shown = check.file;
  const stat = find(files, path, check.type === "symlink");
  if (!check.exists) {
    return stat === undefined ? pass(`no ${shown}`, `no ${shown}`) : fail(`no ${shown}`, `${shown} is there`);
  }
  if (stat === undefined) return fail(describeFile(check), `no ${shown}`);
  if (check.type !== undefined && stat.kind !== check.type) return fail(`${shown} is a ${check.type}`, `a ${stat.kind}`);
  if (check.text !== undefined) {
    if (stat.kind !== "file") return fail(describeFile(check), `a ${stat.kind}`);
    const text = new TextDecoder().decode(files.readFile(path).slice(0, MOST_BYTES));
    const difference = breaks(check.text, text, shown);
    if (difference !== undefined) return { status: "fail", ...difference };
  }
  if (check.mode !== undefined) {
    const wanted = check.mode.padStart(4, "0");
    const found = (stat.mode & 0o7777).toString(8).padStart(4, "0");
    if (found !== wanted) return fail(`mode ${wanted} on ${shown}`, `mode ${found}`);
  }
  if (check.owner !== undefined) {
    const owner = userName(files, stat.uid);
    if (owner !== check.owner) return fail(`${shown} owned by ${check.owner}`, `owned by ${owner}`);
  }
  return pass(describeFile(check), describeFile(check));
}

/** Where a path of lab.yaml leads: ~ is the home of the machine's user, relative paths begin at its cwd. */
export function resolvePath(path: string, definition: MachineDefinition): string {
  if (path === "~" || path.startsWith("~/")) return homeOf(definition.user) + path.slice(1);
  return path.startsWith("/") ? path : `${definition.cwd}/${path}`;
}

function describeFile(check: FileCheck): string {
  const parts = [
    check.type === undefined ? "" : `a ${check.type}`,
    check.text === undefined ? "" : describe(check.text, check.file),
    check.mode === undefined ? "" : `mode ${check.mode}`,
    check.owner === undefined ? "" : `owned by ${check.owner}`,
  ].filter((part) => part !== "");
  return parts.length === 0
    ? check.file
    : check.text !== undefined && parts.length === 1
      ? parts[0]!
      : `${check.file}: ${parts.join(", ")}`;
}

function find(files: Files, path: string, itself: boolean): Stat | undefined {
  try {
    return itself ? files.lstat(path) : files.stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP";
}

function pass(expected: string, found: string): Verdict {
  return { status: "pass", expected, found };
}

function fail(expected: string, found: string): Verdict {
  return { status: "fail", expected, found };
}
