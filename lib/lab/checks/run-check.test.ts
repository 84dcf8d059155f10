import { expect, test } from "vitest";
import { toyLab, toyWorld } from "../testing.ts";
import type { RunCheck } from "../types.ts";
import { checkRun } from "./run-check.ts";
import type { Verdict } from "./verdict.ts";

async function verdictOf(check: Pick<RunCheck, "run"> & Partial<RunCheck>): Promise<Verdict> {
  const lab = toyLab([]);
  const world = await toyWorld(lab);
  const [laptop] = lab.machines;
  if (laptop === undefined) throw new Error("The toy lab has no machine.");
  const whole: RunCheck = {
    kind: "run",
    on: "laptop",
    exit: 0,
    network: false,
    timeoutSeconds: 20,
    ...check,
  };
  try {
    return await checkRun(whole, world.machine("laptop").clone({ network: false }), laptop, world.kernel.clock);
  } finally {
    world.dispose();
  }
}

test("what a failing command said comes before its exit status", async () => {
  expect(await verdictOf({ run: "cat nothing" })).toEqual({
    status: "fail",
    expected: "exit status 0 of `cat nothing`",
    found: "“cat: nothing: No such file or directory” (exit status 1)",
  });
  expect(await verdictOf({ run: "exit 3" })).toMatchObject({ status: "fail", found: "exit status 3" });
});

test("a command that ends as it should passes, and its output is looked at", async () => {
  expect(await verdictOf({ run: "exit 3", exit: 3 })).toMatchObject({ status: "pass" });
  const output = { run: "write note four loaves;cat note", stdout: { matches: "^five", wanted: "five" } };
  expect(await verdictOf(output)).toMatchObject({ status: "fail", expected: "five in the output", found: "“four loaves”" });
});
