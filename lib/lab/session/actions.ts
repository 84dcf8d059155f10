import type { QuizAnswer } from "../quiz/types.ts";
import type { BrowserDecision, CheckStatus } from "../types.ts";

/**
 * What a learner did, and what there was to be seen when they did it, in order: enough to do it again (design.md §3). Times are
 * milliseconds of the lab's clock. What was seen (`saw`, `port`, `checked`) is what doing it again waits for: not for time.
 */
export type Action = { readonly atMs: number } & (
  | {
      readonly kind: "keys";
      readonly terminal: string;
      readonly data: string;
      /** How long the typing took. */
      readonly forMs?: number;
      /** Typed to a program that was running: a fingerprint of the last line that the terminal showed (in older attempts, the line itself). */
      readonly shown?: string;
    }
  | {
      readonly kind: "terminal";
      readonly terminal: string;
      readonly machine: string;
      readonly columns: number;
      readonly rows: number;
    }
  | { readonly kind: "close"; readonly terminal: string }
  | { readonly kind: "resize"; readonly terminal: string; readonly columns: number; readonly rows: number }
  | { readonly kind: "write"; readonly machine: string; readonly path: string; readonly text: string }
  | { readonly kind: "create"; readonly machine: string; readonly path: string; readonly what: "file" | "directory" }
  | { readonly kind: "rename"; readonly machine: string; readonly from: string; readonly to: string }
  | { readonly kind: "remove"; readonly machine: string; readonly path: string }
  | { readonly kind: "answer"; readonly quiz: string; readonly option: QuizAnswer }
  | RequestAction
  | { readonly kind: "cookie"; readonly machine: string; readonly url: string; readonly cookie: string }
  | { readonly kind: "decide"; readonly machine: string; readonly decision: BrowserDecision }
  | { readonly kind: "hint"; readonly task: string }
  | { readonly kind: "traffic"; readonly name: string; readonly running: boolean }
  /** The learner came back: the world is the saved one from here on. */
  | { readonly kind: "restored" }
  /** The world is again what it was when so many actions had been made. */
  | { readonly kind: "undo"; readonly keep: number }
  /** Of a command, with the line that the shell took. */
  | { readonly kind: "saw"; readonly terminal: string; readonly what: "command" | "prompt" | "end"; readonly line?: string }
  | { readonly kind: "port"; readonly machine: string; readonly port: number; readonly open: boolean }
  /** A round of checks has ended; with what it found otherwise than the one before. */
  | { readonly kind: "checked"; readonly changes: readonly RecordedCheck[]; readonly passed: readonly string[] }
);

/** A request of the browser pane. */
export interface RequestAction {
  readonly kind: "request";
  readonly machine: string;
  readonly method: string;
  readonly url: string;
  readonly mode: string;
  readonly headers?: readonly (readonly [string, string])[];
  /** Base64. */
  readonly body?: string;
  /** There was a body, too long to be kept. */
  readonly omitted?: true;
  readonly referrer?: string;
  /** A part of a page that was asked for so many times more. */
  readonly again?: number;
}

/** A check whose status has changed. */
export interface RecordedCheck {
  readonly task: string;
  readonly id: string;
  readonly status: CheckStatus;
  readonly expected: string;
  readonly found: string;
}

type WithoutTime<T> = T extends unknown ? Omit<T, "atMs"> : never;
export type NewAction = WithoutTime<Action>;

/** So many are kept, and so many characters of them; the oldest go first. */
const MOST = 20_000;
const MOST_CHARACTERS = 2_000_000;
/** Keys that follow each other in one terminal, with no more than this between them, make one action, up to this length. */
const PAUSE_MS = 1000;
const LONGEST_KEYS = 2000;

export class ActionLog {
  private readonly actions: Action[];
  private readonly lengths: number[];
  private characters: number;
  private dropped: number;
  private isSealed = false;

  /** `count`: how many actions were ever made, those that are kept no more included. */
  constructor(
    private readonly now: () => number,
    saved: readonly Action[] = [],
    count: number = saved.length,
  ) {
    this.actions = [...saved];
    this.lengths = saved.map(lengthOf);
    this.characters = this.lengths.reduce((sum, length) => sum + length, 0);
    this.dropped = count - saved.length;
  }

  /** How many actions were ever made. */
  get count(): number {
    return this.dropped + this.actions.length;
  }

  /** What comes next is an action of its own: a checkpoint of the world lies between. */
  seal(): void {
    this.isSealed = true;
  }

  add(action: NewAction): void {
    const atMs = this.now();
    const merged = this.merged(action, atMs);
    if (merged !== undefined) {
      this.replace(this.actions.length - 1, merged);
      return;
    }
    const added: Action = { atMs, ...action };
    const length = lengthOf(added);
    this.actions.push(added);
    this.lengths.push(length);
    this.characters += length;
    while (this.actions.length > MOST || this.characters > MOST_CHARACTERS) {
      this.actions.shift();
      this.characters -= this.lengths.shift() ?? 0;
      this.dropped++;
    }
  }

  /** A part of a page: one that comes again while the learner does nothing is counted, not repeated. */
  addRequest(request: RequestAction, isPart: boolean): void {
    for (let at = this.actions.length - 1; isPart && at >= 0; at--) {
      const before = this.actions[at];
      if (before === undefined || !["request", "saw", "port", "checked"].includes(before.kind)) break;
      if (before.kind !== "request" || before.url !== request.url || before.machine !== request.machine || before.mode !== request.mode)
        continue;
      this.replace(at, { ...before, again: (before.again ?? 0) + 1 });
      return;
    }
    this.add(request);
  }

  all(): readonly Action[] {
    return [...this.actions];
  }

  private merged(action: NewAction, atMs: number): Action | undefined {
    const last = this.actions.at(-1);
    const { isSealed } = this;
    this.isSealed = false;
    if (isSealed || last === undefined || last.kind !== action.kind) return undefined;
    if (action.kind === "keys" && last.kind === "keys" && last.terminal === action.terminal) {
      const { forMs = 0 } = last;
      if (last.data.length + action.data.length > LONGEST_KEYS || atMs - last.atMs - forMs > PAUSE_MS) return undefined;
      return { ...last, data: last.data + action.data, forMs: Math.max(0, Math.round(atMs - last.atMs)) };
    }
    if (action.kind === "resize" && last.kind === "resize" && last.terminal === action.terminal) return { atMs, ...action };
    if (action.kind === "checked" && last.kind === "checked" && isEmpty(action) && isEmpty(last)) return { atMs, ...action };
    return undefined;
  }

  private replace(at: number, action: Action): void {
    const length = lengthOf(action);
    this.characters += length - (this.lengths[at] ?? 0);
    this.lengths[at] = length;
    this.actions[at] = action;
  }
}

/** The list after an undo: nothing is taken out of it, so that it shows that something was undone. */
export function undoneActions(all: readonly Action[], keep: number, atMs: number): readonly Action[] {
  return [...all, { kind: "undo", keep, atMs }];
}

function isEmpty({ changes, passed }: { readonly changes: readonly unknown[]; readonly passed: readonly unknown[] }): boolean {
  return changes.length + passed.length === 0;
}

/** About how many characters an action is as JSON, without making it. */
function lengthOf(action: Action): number {
  let length = 60;
  for (const value of Object.values(action)) {
    if (typeof value === "string") length += value.length;
    else if (typeof value === "object") length += JSON.stringify(value).length;
  }
  return length;
}
