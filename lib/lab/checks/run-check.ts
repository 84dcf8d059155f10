import type { Clock, Machine } from "../../kernel/types.ts";
import type { MachineDefinition, RunCheck } from "../types.ts";
import { runCommand } from "../world/command.ts";
import { resolvePath } from "./file-check.ts";
import { breaks, describe, quote } from "./text-rule.ts";
import type { Verdict } from "./verdict.ts";

/** Of what a command printed, so many characters are shown: the last. */
const MOST_SAID = 4000;
/** A longer command is not named in what is expected, in characters. */
const LONGEST_COMMAND = 60;

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
        found: said === "" ? `exit status ${status}` : `${quote(lastLine(said))} (exit status ${status})`,
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

function describeRun({ run, exit, stdout }: RunCheck): string {
  const command = run.trim();
  // A script would hide what is said of it; the whole of it stands where the check looks.
  const name = command.includes("\n") || command.length > LONGEST_COMMAND ? "the check's command" : `\`${command}\``;
  return [
    ...(exit === undefined ? [] : [`exit status ${exit} of ${name}`]),
    ...(stdout === undefined ? [] : [describe(stdout, `the output of ${name}`)]),
  ].join(", ");
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf("\n") + 1);
}
