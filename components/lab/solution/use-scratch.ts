import { useEffect, useMemo, useState } from "react";
import type { ScratchComparison, SolutionStep, SolutionSteps } from "../../../lib/lab/types.ts";
import { announce } from "../../ui/announcer.tsx";
import { useBench, useLab } from "../context.tsx";

/** A step, and whether it only leads to where the task begins. */
export interface ShownStep {
  readonly step: SolutionStep;
  readonly onTheWay: boolean;
}

/** A scratch copy for stepping through the solution of a task, from when it is asked for until it is left. */
export function useScratch(task: string) {
  const bench = useBench();
  const scratch = useLab((lab) => lab.scratch);
  const [all, setAll] = useState<readonly SolutionSteps[]>();
  const [done, setDone] = useState(0);
  const [busy, setBusy] = useState(true);
  const [problem, setProblem] = useState<string>();
  const [comparison, setComparison] = useState<ScratchComparison>();
  const { client } = bench;
  const address = bench.info.definition.replace(/lab\.json$/, "solution.json");

  useEffect(() => {
    let left = false;
    const begin = async () => {
      if (client === undefined) throw new Error("The lab is not running.");
      const [answer] = await Promise.all([fetch(address), client.scratch.open(task)]);
      if (!answer.ok) throw new Error(`The steps of the solution could not be loaded (status ${answer.status}).`);
      const steps: unknown = await answer.json();
      if (!left) setAll(steps as readonly SolutionSteps[]);
    };
    begin().then(
      () => {
        if (left) return;
        setBusy(false);
        announce("The scratch copy is ready.");
      },
      (error: unknown) => {
        if (left) return;
        setBusy(false);
        setProblem(messageOf(error));
      },
    );
    return () => {
      left = true;
      void client?.scratch.close().catch(() => undefined);
    };
  }, [client, task, address]);

  const from = scratch?.from;
  const steps = useMemo((): readonly ShownStep[] => {
    const at = all?.findIndex((each) => each.task === task) ?? -1;
    const own = all?.[at];
    if (all === undefined || own === undefined) return [];
    // Where the task's start is not known, what earlier tasks did must be done in the copy first.
    const before = from === "lab" ? all.slice(0, at).flatMap((each) => each.steps) : own.before;
    return [...before.map((step) => ({ step, onTheWay: true })), ...own.steps.map((step) => ({ step, onTheWay: false }))];
  }, [all, task, from]);

  const guarded = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  const next = () =>
    guarded(async () => {
      const shown = steps[done];
      if (shown === undefined || client === undefined) return;
      await client.scratch.step(shown.step);
      setDone(done + 1);
      setComparison(undefined);
      announce(`Step ${done + 1} of ${steps.length} is under way.`);
    });
  const compare = () =>
    guarded(async () => {
      if (client === undefined) return;
      const found = await client.scratch.compare();
      setComparison(found);
      const count = found.files.length + found.others.length + found.more;
      announce(count === 0 ? "No difference." : `${count} ${count === 1 ? "difference" : "differences"}, listed below the steps.`);
    });
  return { client, scratch, steps, loaded: all !== undefined, done, busy, problem, comparison, next, compare };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
