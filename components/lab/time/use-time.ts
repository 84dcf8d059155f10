import { useCallback, useState } from "react";
import type { LabClient, TimeReport, TimeState } from "../../../lib/lab/types.ts";
import { announce } from "../../ui/announcer.tsx";
import { useBench, useLab } from "../context.tsx";

const nothing: TimeState = { undo: [], redo: [], starts: [], busy: false };

/** What can be undone, and how: each way back is announced, with what could not be brought back. */
export function useTime(): {
  readonly time: TimeState;
  readonly busy: boolean;
  readonly problem: string | undefined;
  readonly go: (back: (client: LabClient) => Promise<TimeReport>) => Promise<boolean>;
} {
  const bench = useBench();
  const time = useLab((lab) => lab.time) ?? nothing;
  const running = useLab((lab) => lab.phase === "running");
  const [problem, setProblem] = useState<string>();
  const go = useCallback(
    async (back: (client: LabClient) => Promise<TimeReport>) => {
      if (!bench.client) return false;
      setProblem(undefined);
      try {
        const { title, notes } = await back(bench.client);
        announce([title, ...notes].join(". "));
        return true;
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        setProblem(text);
        announce(text);
        return false;
      }
    },
    [bench],
  );
  return { time, busy: time.busy || !running, problem, go };
}
