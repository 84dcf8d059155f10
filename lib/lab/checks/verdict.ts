import type { CheckDefinition, CheckResult, CheckStatus } from "../types.ts";

/** What looking at the world gave, before the author's words are put to it. */
export interface Verdict {
  readonly status: Exclude<CheckStatus, "blocked">;
  readonly expected: string;
  readonly found: string;
}

/** A verdict with the author's `because` and `next`, `{found}` and `{expected}` filled in. */
export function toResult(task: string, check: CheckDefinition, verdict: Verdict): CheckResult {
  const { status, expected, found } = verdict;
  if (status === "error") {
    return {
      task,
      id: check.id,
      status,
      expected,
      found,
      because: `This could not be checked, which is no fault of yours: ${found}`,
      next: "It is tried again when something changes, or when you ask for it.",
    };
  }
  const fill = (text: string): string => text.replaceAll("{found}", found).replaceAll("{expected}", expected);
  return { task, id: check.id, status, expected, found, because: fill(check.because), next: fill(check.next) };
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
