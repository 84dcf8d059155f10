import type { RecordedCheck } from "../session/actions.ts";
import type { CheckResult, TaskState } from "../types.ts";
import type { RecordedStatus } from "./attempt.ts";

/** A check that says something else than it did in the recording. */
export interface Disagreement {
  readonly task: string;
  readonly id: string;
  /** Index of the last action before they differed; -1: from the start on. */
  readonly after: number;
  readonly recorded: RecordedStatus;
  readonly now: Pick<CheckResult, "status" | "expected" | "found">;
}

/** Compares what checks say with what they said, round by round. */
export class Agreement {
  private readonly said = new Map<string, RecordedCheck>();
  private readonly differing = new Map<string, Disagreement>();

  recorded(changes: readonly RecordedCheck[]): void {
    for (const change of changes) this.said.set(`${change.task}/${change.id}`, change);
  }

  /** A check that agrees again never differed: a round may have come a little earlier or later. */
  compare(tasks: readonly TaskState[], after: number): void {
    const now = new Map(tasks.flatMap(({ checks }) => checks).map((check): [string, CheckResult] => [`${check.task}/${check.id}`, check]));
    for (const [key, recorded] of this.said) {
      const check = now.get(key);
      const status = check?.status ?? "error";
      if (status === recorded.status) {
        this.differing.delete(key);
        continue;
      }
      const found = { status, expected: check?.expected ?? "a check of this name", found: check?.found ?? "none" };
      const before = this.differing.get(key);
      this.differing.set(key, { task: recorded.task, id: recorded.id, after: before?.after ?? after, recorded, now: found });
    }
  }

  /** Whether a check says something else already, or can't be looked at because of one that does: it is not waited for any more. */
  isLost(task: string, id: string, status: string | undefined): boolean {
    return this.differing.has(`${task}/${id}`) || (status === "blocked" && this.differing.size > 0);
  }

  remaining(): readonly Disagreement[] {
    return [...this.differing.values()].sort((a, b) => a.after - b.after);
  }
}
