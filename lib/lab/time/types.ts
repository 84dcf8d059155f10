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
}

/** What was done to the world, for the learner. */
export interface TimeReport {
  /** "Undone: rm -rf shop" */
  readonly title: string;
  /** What was stopped, and what could not be brought back: sentences. */
  readonly notes: readonly string[];
}
