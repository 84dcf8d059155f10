import type { StepResult } from "./engine/protocol.ts";

/** Longer ones are cut. */
const LENGTH = 70;

/** What a step did, in a line: the command, the address, what was answered. */
export function textOf(step: StepResult): string {
  const text =
    step.run ?? step.visit ?? (step.answer === undefined ? undefined : `answer ${JSON.stringify(step.answer)}`) ?? step.write ?? step.input;
  const line = (text ?? (step.interrupt ? "Ctrl-C" : `wait ${step.wait ?? 0} s`)).trim().split("\n")[0] ?? "";
  return line.length > LENGTH ? `${line.slice(0, LENGTH - 1)}…` : line;
}
