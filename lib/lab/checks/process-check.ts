import type { Machine, ProcessInfo } from "../../kernel/types.ts";
import type { ProcessCheck } from "../types.ts";
import { runs } from "./program-names.ts";
import { breaks, describe, quote } from "./text-rule.ts";
import { userName } from "./user-name.ts";
import type { Verdict } from "./verdict.ts";

/** Looks at the processes of a machine. */
export function checkProcess(check: ProcessCheck, machine: Machine): Verdict {
  const expected = describeProcess(check);
  const named = machine.processes().filter((process) => runs(process, check.process));
  const user = (process: ProcessInfo): string => userName(machine.files, process.uid);
  const owned = named.filter((process) => check.user === undefined || user(process) === check.user);
  const { command } = check;
  const matching = owned.filter((process) => command === undefined || breaks(command, process.argv.join(" "), "") === undefined);
  const { min, max } = check.count;
  if (matching.length >= min && (max === undefined || matching.length <= max)) return { status: "pass", expected, found: expected };

  // What comes nearest says most.
  const none = max === 0;
  if (none || matching.length > 0) return fail(expected, `${quote(commandLine(matching[0]))} running${times(matching.length)}`);
  if (owned.length > 0) return fail(expected, `${quote(commandLine(owned[0]))} running${times(owned.length)}`);
  if (named.length > 0) return fail(expected, `${check.process} running as ${[...new Set(named.map(user))].join(", ")}`);
  return fail(expected, `no ${check.process} running on ${machine.name}`);
}

function describeProcess({ process, on, user, command, count: { min, max } }: ProcessCheck): string {
  const how = [
    ...(user === undefined ? [] : [`as ${user}`]),
    ...(command === undefined ? [] : [`with ${describe(command, "its command line")}`]),
    `on ${on}`,
  ].join(" ");
  if (max === 0) return `no ${process} running ${how}`;
  if (min === max) return `${min} ${min === 1 ? "process" : "processes"} of ${process} running ${how}`;
  if (max !== undefined) return `${min} to ${max} processes of ${process} running ${how}`;
  return min <= 1 ? `${process} running ${how}` : `at least ${min} processes of ${process} running ${how}`;
}

function commandLine(process: ProcessInfo | undefined): string {
  return process?.argv.join(" ") ?? "";
}

function times(count: number): string {
  return count === 1 ? "" : ` (${count} processes)`;
}

function fail(expected: string, found: string): Verdict {
  return { status: "fail", expected, found };
}
