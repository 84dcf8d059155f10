/** What the page knows of the lab's past. */

/** One thing that can be undone, or done again. */
export interface TimeStep {
  readonly id: number;
  /** "rm -rf shop", "Saved ~/shop/urls.py". */
  readonly text: string;
  /** Where the command was typed. */
  readonly terminal?: string;
}

/** The moment at which a task became open. */
export interface TaskStart {
  readonly task: string;
  /** Steps with this id, or a later one, came after it. */
  readonly firstStep: number;
  /** Tasks that had passed by then. */
  readonly passed: readonly string[];
}

export interface TimeState {
  /** What can be undone, the latest first. */
  readonly undo: readonly TimeStep[];
  readonly redo: readonly TimeStep[];
  /** Tasks to whose beginning the world can go back. */
  readonly starts: readonly TaskStart[];
  /** The world is going back now. */
  readonly busy: boolean;
  /** What of it stays known when the page is loaded again; undefined where nothing is saved. */
  readonly lasting?: Lasting;
}

/** Steps that are saved with the lab. */
export interface Lasting {
  /** Not all of `undo`, but so many, the latest. */
  readonly onlyLatest?: number;
  /** There is no room for more in this browser's storage. */
  readonly isFull: boolean;
}

/** What was done to the world, for the learner. */
export interface TimeReport {
  /** "Undone: rm -rf shop" */
  readonly title: string;
  /** What was stopped, and what could not be brought back: sentences. */
  readonly notes: readonly string[];
}

/** A file of the lesson that its author has changed. */
export interface FileChange {
  readonly machine: string;
  readonly path: string;
  readonly change: "added" | "removed" | "changed";
  /** The learner's file is not what the earlier version brought. */
  readonly touched: boolean;
  /** The learner's text, and that of the lesson now; undefined: there is no such file, or it is no text. */
  readonly yours?: string;
  readonly theirs?: string;
}

/** Saved work that was begun in another version of the lesson. */
export interface OutdatedWork {
  readonly savedAtMs: number;
  /** False: what the lesson was then was not kept, so nothing can be compared. */
  readonly isKnown: boolean;
  readonly tasks: readonly { readonly title: string; readonly change: "added" | "removed" | "changed" }[];
  readonly files: readonly FileChange[];
  readonly machines: readonly { readonly name: string; readonly change: "added" | "removed" }[];
}

/** How the learner has left the lesson that a lab continues. */
export interface OwnEnd {
  readonly title: string;
  readonly savedAtMs: number;
}

export interface ResetOptions {
  /** "own end": from how the learner has left the lesson that the lab continues, not from the end of its solution. */
  readonly from?: "own end";
}

/** What is to become of it: it goes on, or it is put aside, where it can be taken along or deleted, and the lab begins anew. */
export type OutdatedChoice = "keep" | "afresh";
