/** What the page knows of the lab's past. */

/** One thing that can be undone, or done again. */
export interface TimeStep {
  readonly id: number;
  /** "rm -rf shop", "Saved ~/shop/urls.py". */
  readonly text: string;
  /** Where the command was typed. */
  readonly terminal?: string;
}

export interface TimeState {
  /** What can be undone, the latest first. */
  readonly undo: readonly TimeStep[];
  readonly redo: readonly TimeStep[];
  /** Tasks to whose beginning the world can go back. */
  readonly starts: readonly string[];
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
