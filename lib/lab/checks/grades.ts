import type { CheckDefinition, CheckResult, LabDefinition, TaskDefinition, TaskState } from "../types.ts";
import { blockedResult, toResult, type Verdict } from "./verdict.ts";

/** What has been passed: kept when the lab is saved. */
export interface SavedGrades {
  readonly passed: readonly string[];
  readonly hints: Readonly<Record<string, number>>;
}

/**
 * The state of every task (design.md §5): a task passes at the first moment when all its checks hold together and everything it
 * needs has passed; it stays passed. Checks marked `lasting` must hold at the end too (`final`).
 */
export class Grades {
  private readonly passed = new Set<string>();
  private readonly hints = new Map<string, number>();
  private readonly results = new Map<string, CheckResult>();

  constructor(
    private readonly lab: LabDefinition,
    saved?: SavedGrades,
  ) {
    const ids = new Set(lab.tasks.map((task) => task.id));
    for (const id of saved?.passed ?? []) if (ids.has(id)) this.passed.add(id);
    for (const [id, count] of Object.entries(saved?.hints ?? {})) if (ids.has(id)) this.hints.set(id, count);
  }

  /** Tasks to look at now: not passed, and nothing they need is missing. */
  open(): readonly TaskDefinition[] {
    return this.lab.tasks.filter((task) => !this.passed.has(task.id) && this.missing(task).length === 0);
  }

  hasPassed(task: string): boolean {
    return this.passed.has(task);
  }

  /** Takes in what all checks of one open task gave at one moment. True when the task has passed by it. */
  record(task: TaskDefinition, verdicts: ReadonlyMap<string, Verdict>): boolean {
    for (const check of task.checks) {
      const verdict = verdicts.get(check.id);
      if (verdict !== undefined) this.results.set(key(task, check), toResult(task.id, check, verdict));
    }
    const all = task.checks.every((check) => verdicts.get(check.id)?.status === "pass");
    if (!all || this.passed.has(task.id) || this.missing(task).length > 0) return false;
    this.passed.add(task.id);
    return true;
  }

  /** Every check of the lab. */
  checks(): readonly CheckResult[] {
    return this.lab.tasks.flatMap((task) => this.checksOf(task));
  }

  /** Replaces the result of a check of a passed task: what `lasting` found at the end. */
  recordLasting(task: TaskDefinition, check: CheckDefinition, verdict: Verdict): void {
    this.results.set(key(task, check), toResult(task.id, check, verdict));
  }

  tasks(): readonly TaskState[] {
    return this.lab.tasks.map((task) => ({
      id: task.id,
      status: this.passed.has(task.id) ? "passed" : this.missing(task).length > 0 ? "waiting" : "open",
      checks: this.checksOf(task),
      hintsOpen: this.hints.get(task.id) ?? 0,
    }));
  }

  /** Opens one more hint; false when all are open. */
  openHint(id: string): boolean {
    const task = this.lab.tasks.find((each) => each.id === id);
    const open = this.hints.get(id) ?? 0;
    if (task === undefined || open >= task.hints.length) return false;
    this.hints.set(id, open + 1);
    return true;
  }

  save(): SavedGrades {
    return { passed: [...this.passed], hints: Object.fromEntries(this.hints) };
  }

  private missing(task: TaskDefinition): readonly TaskDefinition[] {
    return this.lab.tasks.filter((other) => task.needs.includes(other.id) && !this.passed.has(other.id));
  }

  private checksOf(task: TaskDefinition): readonly CheckResult[] {
    const missing = this.passed.has(task.id) ? [] : this.missing(task);
    return task.checks.flatMap((check) => {
      if (missing.length > 0)
        return [
          blockedResult(
            task.id,
            check,
            missing.map((other) => other.title),
          ),
        ];
      const result = this.results.get(key(task, check));
      if (result !== undefined) return [result];
      // Passed before the lab was saved: the moment is gone, the grade stays.
      return this.passed.has(task.id) ? [toResult(task.id, check, { status: "pass", expected: "done", found: "done" })] : [];
    });
  }
}

function key(task: TaskDefinition, check: CheckDefinition): string {
  return `${task.id}/${check.id}`;
}
