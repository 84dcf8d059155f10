import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { Reporter, TestModule } from "vitest/node";
import { root } from "./requirements.mjs";

/** Of what one failure says, so many characters are repeated. */
const LONGEST = 2000;

/** What `npm test` reads of the unit tests. */
export interface UnitReport {
  readonly passed: number;
  readonly failed: number;
  /** Each failure: where, what, and the difference. */
  readonly failures: readonly string[];
}

/** vitest's own JSON has no difference between what was expected and found, which is what one wants to read of a failure. */
export default class UnitReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const file = process.env.UNIT_REPORT;
    if (file !== undefined) writeFileSync(file, JSON.stringify(unitReport(modules)));
  }
}

function unitReport(modules: readonly TestModule[]): UnitReport {
  const failures: string[] = [];
  let passed = 0;
  for (const module of modules) {
    const name = relative(root, module.moduleId);
    for (const error of module.errors()) failures.push(`${name}: ${error.message}`.slice(0, LONGEST));
    for (const test of module.children.allTests()) {
      const { state, errors = [] } = test.result();
      if (state === "passed") passed++;
      else failures.push(`${name} › ${test.fullName}\n${errors.map(told).join("\n") || `It is ${state}.`}`);
    }
  }
  return { passed, failed: failures.length, failures };
}

function told({ message, diff, stack = "" }: { message: string; diff?: string; stack?: string }): string {
  const place = /at .*\((.*\/lib\/.*)\)|at (\/.*\/lib\/\S+)/.exec(stack);
  const lines = [message, diff ?? "", place === null ? "" : `at ${relative(root, place[1] ?? place[2] ?? "")}`];
  return lines
    .filter((line) => line !== "")
    .join("\n")
    .slice(0, LONGEST);
}
