import type { TerminalState } from "../types.ts";

/** One step of an author's solution, as it is done in a scratch copy. Terminals have the author's names, "t1". */
export type SolutionStep =
  | { readonly kind: "run"; readonly command: string; readonly terminal: string; readonly machine?: string }
  | { readonly kind: "type"; readonly text: string; readonly terminal: string }
  | { readonly kind: "interrupt"; readonly terminal: string }
  | { readonly kind: "write"; readonly path: string; readonly text: string; readonly machine?: string }
  /** What is done outside of terminals and files: told, and left to the learner. */
  | { readonly kind: "told"; readonly text: string };

/** How a task is solved. */
export interface SolutionSteps {
  readonly task: string;
  /** What brings the terminals to where the author stood: changes of folder and machine from earlier tasks. */
  readonly before: readonly SolutionStep[];
  readonly steps: readonly SolutionStep[];
}

/** What the page shows of a scratch copy. */
export interface ScratchState {
  readonly task: string;
  /** The world that it began from: as the task's start, or, where that is not known any more, as the lab began. */
  readonly from: "task" | "lab";
  readonly phase: "starting" | "ready";
  /** Names begin with `scratch:`. */
  readonly terminals: readonly TerminalState[];
  /** Terminals in which a command is at work. */
  readonly working: readonly string[];
}

/** A file in which the scratch copy and the learner's world differ. */
export interface ComparedFile {
  readonly machine: string;
  readonly path: string;
  /** The text in the scratch copy, and in the learner's world; undefined: no file there, or `opaque`. */
  readonly solution?: string;
  readonly mine?: string;
  /** It is no text, or too long, or only its mode or owner differ: what differs is said in words. */
  readonly opaque?: string;
}

export interface ScratchComparison {
  readonly files: readonly ComparedFile[];
  /** Whatever else differs: processes, services, rows, in a line each. */
  readonly others: readonly string[];
  /** How many differences are not listed. */
  readonly more: number;
}

/** Names of terminals of a scratch copy begin with this. */
export const SCRATCH = "scratch:";

/** A copy of the world in which a solution is stepped through. Its terminals are those of `LabState.scratch`. */
export interface ScratchClient {
  /** Makes the copy, of the world as it was when the task began; one that is there is thrown away. */
  open(task: string): Promise<void>;
  /** Begins a step: what it types is at work when this resolves. */
  step(step: SolutionStep): Promise<void>;
  /** What differs between the copy and the learner's own world. */
  compare(): Promise<ScratchComparison>;
  close(): Promise<void>;
}
