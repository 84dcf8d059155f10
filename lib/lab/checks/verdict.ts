import type { CheckDefinition, CheckResult, CheckStatus, ComparedTexts } from "../types.ts";
import { placeOf } from "./place.ts";

/** What looking at the world gave, before the author's words are put to it. */
export interface Verdict {
  readonly status: Exclude<CheckStatus, "blocked">;
  readonly expected: string;
  readonly found: string;
  /** With "fail": what was seen until now is right, and there must be more of it. */
  readonly counting?: boolean;
  /** A line of the text that was looked at. */
  readonly line?: number;
  readonly texts?: ComparedTexts;
  /** All that a command printed. */
  readonly said?: string;
}

/** A verdict with the author's `because` and `next`, `{found}` and `{expected}` filled in. */
export function toResult(task: string, check: CheckDefinition, verdict: Verdict): CheckResult {
  const { status, expected, found, counting, line, texts, said } = verdict;
  const where = placeOf(check, line);
  if (status === "error") {
    return {
      task,
      id: check.id,
      status,
      expected,
      found,
      because: `This could not be checked, which is no fault of yours: ${found}`,
      next: "It is tried again when something changes, or when you ask for it.",
      ...(where && { where }),
    };
  }
  const fill = (text: string): string => text.replaceAll("{found}", found).replaceAll("{expected}", expected);
  const result: CheckResult = { task, id: check.id, status, expected, found, because: fill(check.because), next: fill(check.next) };
  if (status === "pass") return result;
  return { ...result, ...(counting && { counting }), ...(where && { where }), ...(texts && { texts }), ...(said && { said }) };
}

/** The result of a check that is not looked at yet. `needs`: titles of the tasks that come first. */
export function blockedResult(task: string, check: CheckDefinition, needs: readonly string[]): CheckResult {
  const list = needs.map((title) => `“${title}”`).join(", ");
  return {
    task,
    id: check.id,
    status: "blocked",
    expected: `${list} done first`,
    found: "not done yet",
    because: `This is looked at once ${list} has passed.`,
    next: `Do ${list} first.`,
  };
}
