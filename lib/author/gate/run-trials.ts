import { availableParallelism, freemem } from "node:os";
import { setTimeout } from "node:timers/promises";
import { EngineProcess } from "../engine-process.ts";
import type { Trial } from "./gate.ts";
import type { GateProblem } from "./problem.ts";

/** An engine with a few Python processes takes about so much. */
const ENGINE_BYTES = 900 * 1024 * 1024;
/** A lab that stands still must not hold up the rest. */
const TRIAL_MINUTES = 10;

export interface TrialResult {
  readonly trial: Trial;
  readonly problems: readonly GateProblem[];
  readonly seconds: number;
}

export interface TrialRunner {
  /** How many side by side: as many as there are processors, where there is memory for them. */
  readonly sideBySide?: number;
  readonly onResult: (result: TrialResult) => void;
  readonly onNote: (trial: Trial, text: string) => void;
}

export function usualSideBySide(): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(freemem() / ENGINE_BYTES)));
}

/** Tries everything, side by side, each in an engine of its own: what one leaves behind, or breaks, is not held against the next. */
export async function runTrials(
  trials: readonly Trial[],
  { sideBySide = usualSideBySide(), onResult, onNote }: TrialRunner,
): Promise<TrialResult[]> {
  const waiting = [...trials];
  const results: TrialResult[] = [];
  const work = async (): Promise<void> => {
    for (let trial = waiting.shift(); trial !== undefined; trial = waiting.shift()) {
      const own = trial;
      const began = performance.now();
      const problems = await tryAlone(own, (text) => onNote(own, text));
      const result = { trial: own, problems, seconds: own.before ?? (performance.now() - began) / 1000 };
      results.push(result);
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: Math.min(sideBySide, trials.length) }, work));
  return results;
}

async function tryAlone(trial: Trial, note: (text: string) => void): Promise<readonly GateProblem[]> {
  const minutes = trial.minutes ?? TRIAL_MINUTES;
  const problem = (message: string, remedy: string): GateProblem[] => [{ file: trial.lesson, line: 1, column: 1, message, remedy }];
  const late = `${trial.name} did not end within ${minutes} minutes.`;
  // An engine is started when a trial first asks for one.
  let engine: EngineProcess | undefined;
  const lazy = new Proxy({} as EngineProcess, {
    get: (_, name: keyof EngineProcess) => {
      engine ??= new EngineProcess();
      const member = engine[name];
      return typeof member === "function" ? member.bind(engine) : member;
    },
  });
  const patience = new AbortController();
  try {
    const ended = setTimeout(minutes * 60_000, undefined, { signal: patience.signal }).then(
      () =>
        problem(
          late,
          "`npm run -s lab -- run` with its steps shows where it stands still. Give the step `until`, or shorten what it waits for.",
        ),
      () => [],
    );
    return await Promise.race([trial.try(lazy, note), ended]);
  } catch (error) {
    return problem(
      `${trial.name}: ${error instanceof Error ? error.message : String(error)}`,
      "This is the engine's fault, or the lab is larger than this machine. Try the lesson alone: `npm run -s lab -- test <lesson>`.",
    );
  } finally {
    patience.abort();
    engine?.stop();
  }
}
