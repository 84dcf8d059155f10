import type { Clock, Machine } from "../../kernel/types.ts";
import type { MachineDefinition, RunCheck } from "../types.ts";
import { runCommand } from "../world/command.ts";
import { resolvePath } from "./file-check.ts";
import { breaks, describe, quote } from "./text-rule.ts";
import type { Verdict } from "./verdict.ts";

/** Of what a command printed, so many characters are shown: the last. */
const MOST_SAID = 4000;

/**
 * Runs a command in `copy`, a throw-away copy of the machine, which this destroys: the world stays as it is. The command is run by
 * a login shell, so it finds what the learner's own terminal finds.
 */
export async function checkRun(check: RunCheck, copy: Machine, definition: MachineDefinition, clock: Clock): Promise<Verdict> {
  const expected = describeRun(check);
  try {
    const folder = check.cwd ?? definition.cwd;
    const cwd = resolvePath(folder, definition);
    if (!copy.files.exists(cwd)) return { status: "fail", expected, found: `no folder ${folder}` };
    const ended = await runCommand(copy, {
      argv: ["bash", "-lc", check.run],
      user: check.user ?? definition.user,
      cwd,
      timeoutMs: check.timeoutSeconds * 1000,
      clock,
    });
    if (ended === undefined)
      return { status: "error", expected, found: `\`${check.run}\` did not end within ${check.timeoutSeconds} seconds` };
    const { status, stdout, stderr } = ended;
    if (check.exit !== undefined && status !== check.exit) {
      const said = (stderr.trim() === "" ? stdout : stderr).trim();
      return {
        status: "fail",
        expected,
        found: `exit status ${status}${said === "" ? "" : `: ${quote(lastLine(said))}`}`,
        ...(said.includes("\n") && { said: said.slice(-MOST_SAID) }),
      };
    }
    const difference = check.stdout && breaks(check.stdout, stdout, "the output");
    if (difference !== undefined) return { status: "fail", ...difference };
    return { status: "pass", expected, found: expected };
  } finally {
    copy.destroy();
  }
}

function describeRun(check: RunCheck): string {
  return [
    ...(check.exit === undefined ? [] : [`exit status ${check.exit} of \`${check.run}\``]),
    ...(check.stdout === undefined ? [] : [describe(check.stdout, `the output of \`${check.run}\``)]),
  ].join(", ");
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf("\n") + 1);
}
