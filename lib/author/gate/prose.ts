import type { ConsoleBlock } from "../../content/types.ts";
import type { StepResult } from "../engine/protocol.ts";
import type { Step } from "../steps.ts";

/**
 * The commands of the prose, tried: every ```console block of a lesson, from top to bottom, in one fresh lab, the way a learner does
 * them who reads from top to bottom. The options behind the word `console` say what a reader understands by themselves:
 *
 *   terminal=t2             in another terminal than the first
 *   machine=web-1           on which machine that terminal opens
 *   until="Quit the server" the last command goes on running once its output matches
 *   exit=1                  the last command ends with this status (0 if left out)
 *   input="ann\nsecret\n"   what is typed while the last command runs, a line each time that it waits
 *   shown="reason"          not tried, and why
 *
 * A program that an earlier block left running is stopped with Ctrl-C before the same terminal gets another command.
 */
export interface ProseStep {
  readonly step: Step;
  /** What must come of it. */
  readonly expect: { readonly block: ConsoleBlock; readonly command: string; readonly kind: "ends" | "matches" | "goes-on" };
}

/** Matches nothing: the step waits for the prompt. */
const UNTIL_PROMPT = "(?!)";

export function proseSteps(blocks: readonly ConsoleBlock[]): ProseStep[] {
  const steps: ProseStep[] = [];
  const running = new Set<string>();
  for (const block of blocks) {
    if (block.shown !== undefined) continue;
    const terminal = block.terminal ?? "t1";
    for (const [index, command] of block.commands.entries()) {
      const add = (step: Step, kind: ProseStep["expect"]["kind"]): void => void steps.push({ step, expect: { block, command, kind } });
      if (running.delete(terminal)) add({ interrupt: true, terminal }, "goes-on");
      const run = { run: command, terminal, machine: block.machine, timeout: 120_000 };
      const last = index === block.commands.length - 1;
      if (last && block.input !== undefined) {
        const lines = block.input.split(/(?<=\n)/).filter((line) => line !== "");
        add({ ...run, until: "[\\s\\S]" }, "goes-on");
        add({ input: "", terminal }, "goes-on");
        for (const line of lines.slice(0, -1)) add({ input: line, terminal }, "goes-on");
        add({ input: lines.at(-1) ?? "", terminal, until: block.until ?? UNTIL_PROMPT }, block.until === undefined ? "ends" : "matches");
      } else if (last && block.until !== undefined) add({ ...run, until: block.until }, "matches");
      else add(run, "ends");
      if (last && block.until !== undefined) running.add(terminal);
    }
  }
  return steps;
}

/** What went otherwise than the prose says, each with its line. */
export function proseProblems(
  steps: readonly ProseStep[],
  results: readonly StepResult[],
): { readonly line: number; readonly message: string }[] {
  return steps.flatMap((step, index) => problemsOf(step, results[index]).map((message) => ({ line: step.expect.block.line, message })));
}

function problemsOf({ expect: { block, command, kind } }: ProseStep, result: StepResult | undefined): string[] {
  const place = `\`${command.split("\n")[0]}\``;
  const said = result?.output.trim() === "" ? "" : `\n${result?.output.trim().split("\n").slice(-6).join("\n")}`;
  if (result === undefined) return [`${place} was not tried.`];
  if (result.error !== undefined) return [`${place}: ${result.error}`];
  if (kind === "goes-on") return [];
  if (kind === "matches") {
    if (result.timedOut) return [`${place} did not show ${block.until} in time.${said}`];
    return result.exitCode === null ? [] : [`${place} ended with status ${result.exitCode} before it showed ${block.until}.${said}`];
  }
  const wanted = command === block.commands.at(-1) ? block.exit : 0;
  if (result.timedOut) return [`${place} did not end in time.${said}`];
  // No status, and not late: it has a prompt of its own, as ssh has.
  if (result.exitCode === null && wanted === 0) return [];
  return result.exitCode === wanted ? [] : [`${place} ended with status ${result.exitCode}, not ${wanted}.${said}`];
}
