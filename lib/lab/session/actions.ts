import type { QuizAnswer } from "../quiz/types.ts";

/** What a learner did, in order: enough to do it again (design.md §3). Times are milliseconds of the lab's clock. */
export type Action =
  | { readonly kind: "keys"; readonly atMs: number; readonly terminal: string; readonly data: string }
  | { readonly kind: "write"; readonly atMs: number; readonly machine: string; readonly path: string; readonly text: string }
  | { readonly kind: "create"; readonly atMs: number; readonly machine: string; readonly path: string; readonly what: "file" | "directory" }
  | { readonly kind: "rename"; readonly atMs: number; readonly machine: string; readonly from: string; readonly to: string }
  | { readonly kind: "remove"; readonly atMs: number; readonly machine: string; readonly path: string }
  | { readonly kind: "answer"; readonly atMs: number; readonly quiz: string; readonly option: QuizAnswer }
  | { readonly kind: "visit"; readonly atMs: number; readonly machine: string; readonly method: string; readonly url: string };

type WithoutTime<T> = T extends unknown ? Omit<T, "atMs"> : never;

/** So many are kept; the oldest go first. */
const MOST = 5000;
/** Keys that follow each other in one terminal make one action, up to this length. */
const LONGEST_KEYS = 2000;

export class ActionLog {
  private readonly actions: Action[];

  constructor(
    private readonly now: () => number,
    saved: readonly Action[] = [],
  ) {
    this.actions = [...saved];
  }

  add(action: WithoutTime<Action>): void {
    const last = this.actions.at(-1);
    if (action.kind === "keys" && last?.kind === "keys" && last.terminal === action.terminal && last.data.length < LONGEST_KEYS) {
      this.actions[this.actions.length - 1] = { ...last, data: last.data + action.data };
    } else {
      this.actions.push({ ...action, atMs: this.now() });
    }
    if (this.actions.length > MOST) this.actions.shift();
  }

  all(): readonly Action[] {
    return [...this.actions];
  }
}
