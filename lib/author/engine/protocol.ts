import type { Attempt } from "../../lab/attempt/attempt.ts";
import type { CheckResult, LabDefinition, QuizAnswer } from "../../lab/types.ts";
import type { Step } from "../steps.ts";
import type { RecordingInput, RecordingOutput } from "./live-recording.ts";
import type { MutationOptions } from "./mutations/report.ts";

/**
 * What the command line and the child process that holds the kernel say to each other: one JSON value a line, requests on the
 * child's standard input, answers on its standard output.
 */
export type EngineRequest =
  | {
      readonly id: number;
      readonly kind: "run";
      readonly lab: LabDefinition;
      readonly steps: readonly Step[];
      readonly options: RunOptions;
    }
  /** Does again what an attempt says, as far as it comes in so many milliseconds. */
  | { readonly id: number; readonly kind: "regrade"; readonly lab: LabDefinition; readonly attempt: Attempt; readonly withinMs?: number }
  /** The lab in the author's terminal: answers of the kind `recording`, until an input ends it. */
  | { readonly id: number; readonly kind: "record"; readonly lab: LabDefinition; readonly columns: number; readonly rows: number }
  /** For the recording that goes on; never answered. */
  | { readonly id: number; readonly kind: "recording"; readonly input: RecordingInput }
  | { readonly id: number; readonly kind: "retrace"; readonly lab: LabDefinition; readonly attempt: Attempt }
  | { readonly id: number; readonly kind: "script"; readonly image: string; readonly script: string }
  /** Takes each difference that the solution makes back, alone (`mutations/try-mutations.ts`). */
  | {
      readonly id: number;
      readonly kind: "mutate";
      readonly lab: LabDefinition;
      readonly steps: readonly Step[];
      readonly options: MutationOptions;
    }
  /** The end state of the steps, as a file in base64 (`end-world.ts`). */
  | { readonly id: number; readonly kind: "end"; readonly lab: LabDefinition; readonly steps: readonly Step[] }
  /** One measurement of the bench; a lesson and steps where it needs them. */
  | {
      readonly id: number;
      readonly kind: "measure";
      readonly name: string;
      readonly lab?: LabDefinition;
      readonly steps?: readonly Step[];
    };

export interface RunOptions {
  /** Compare the world before and after each round of checks; a difference is reported. */
  readonly watchChecks: boolean;
  /** Give the attempt that a learner would have made by these steps. */
  readonly record?: boolean;
  /** Keep every check's result after each step. */
  readonly trace?: boolean;
  /** After how many steps each of these tasks must have passed: the run ends there when one has not. */
  readonly passedBy?: Readonly<Record<string, number>>;
}

export type EngineAnswer =
  | { readonly id: number; readonly kind: "done"; readonly value: unknown }
  | { readonly id: number; readonly kind: "failed"; readonly message: string }
  | { readonly id: number; readonly kind: "recording"; readonly output: RecordingOutput }
  /** After each step, for whoever wants to follow. */
  | { readonly id: number; readonly kind: "step"; readonly value: StepResult }
  /** What is being done, in something that takes long. */
  | { readonly id: number; readonly kind: "note"; readonly text: string };

/** One entry a step, in `lab run --json`. */
export interface StepResult {
  readonly terminal: string | null;
  readonly machine: string | null;
  readonly run?: string;
  readonly visit?: string;
  readonly answer?: QuizAnswer;
  readonly interrupt?: true;
  readonly input?: string;
  readonly write?: string;
  readonly wait?: number;
  /** What the terminal showed during the step, without prompt, echo and escape codes; of a visit, the text of the page. */
  readonly output: string;
  /** Of the last command; null while it runs, and for steps that run none. */
  readonly exitCode: number | null;
  readonly ms: number;
  readonly timedOut?: true;
  /** Of a visit: where it ended, and how. */
  readonly url?: string;
  readonly status?: number;
  readonly title?: string;
  /** Why the step could not be done. */
  readonly error?: string;
}

export interface RunResult {
  readonly lesson: string;
  readonly version: string;
  readonly steps: readonly StepResult[];
  readonly checks: readonly CheckResult[];
  /** What checks have changed in the world, if they were watched: must be empty. */
  readonly changedByChecks: readonly string[];
  readonly attempt?: Attempt;
  /** With `trace`: every check at the start, and then after each step. */
  readonly trace?: readonly (readonly CheckResult[])[];
  /** With `passedBy`: the task that had not passed by then, so that nothing more was done. */
  readonly late?: string;
}

export interface ScriptResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}
