import type { Action } from "../session/actions.ts";
import type { TaskStatus } from "../types.ts";

/** Something that a film shows. Times are milliseconds since the attempt's start, on the lab's clock as it was recorded. */
export type FilmEvent = { readonly atMs: number } & (
  | { readonly kind: "terminal"; readonly terminal: string; readonly machine: string; readonly columns: number; readonly rows: number }
  | { readonly kind: "closed"; readonly terminal: string }
  | { readonly kind: "resized"; readonly terminal: string; readonly columns: number; readonly rows: number }
  /** `ofCommand`: shown by a command, not by the shell's prompt and the echo of typing. */
  | { readonly kind: "output"; readonly terminal: string; readonly bytes: Uint8Array; readonly ofCommand: boolean }
  /** The learner did something. */
  | { readonly kind: "deed"; readonly action: Action["kind"]; readonly terminal?: string; readonly text: string }
  /** Every task, whenever a check says something else. */
  | { readonly kind: "tasks"; readonly tasks: readonly FilmTask[] }
);

export interface FilmTask {
  readonly id: string;
  readonly title: string;
  readonly status: TaskStatus;
  readonly checks: readonly { readonly id: string; readonly status: string; readonly because: string }[];
}

/** What the worker that runs an attempt again says about it. */
export type FilmReport =
  | { readonly kind: "events"; readonly events: readonly FilmEvent[]; readonly done: number; readonly of: number }
  | { readonly kind: "download"; readonly loaded: number; readonly total: number }
  | { readonly kind: "ended"; readonly missed: readonly string[]; readonly differing: readonly string[] }
  | { readonly kind: "failed"; readonly message: string };
