import type { Action } from "../session/actions.ts";
import type { SessionMemory } from "../session/session.ts";
import type { CheckResult } from "../types.ts";

/** What a learner did in a lab, from its start: enough to do it again and to grade it again (design.md §3). */
export interface Attempt {
  readonly format: "slipway-attempt";
  readonly formatVersion: 1;
  readonly lesson: string;
  /** `LabDefinition.version` of the lab in which it was made. */
  readonly version: string;
  readonly seed: number;
  /** The lab's clock when the world was new: milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** So many of the oldest actions were not kept. More than 0: it can't be run again. */
  readonly dropped: number;
  readonly actions: readonly Action[];
}

/** What a session remembers, as an attempt. */
export function attemptOf(lab: { readonly lesson: string; readonly version: string }, memory: SessionMemory, seed: number): Attempt {
  const { actions, actionCount } = memory;
  return {
    format: "slipway-attempt",
    formatVersion: 1,
    lesson: lab.lesson,
    version: lab.version,
    seed,
    startedAtMs: memory.startedAtMs ?? 0,
    // Work from before its beginning was kept has none.
    dropped: memory.startedAtMs === undefined ? Math.max(1, (actionCount ?? 0) - actions.length) : (actionCount ?? 0) - actions.length,
    actions,
  };
}

export type RecordedStatus = Pick<CheckResult, "task" | "id" | "status" | "expected" | "found">;

/** What each check said last, by "task/check", as the attempt recorded it. */
export function recordedStatuses(actions: readonly Action[]): ReadonlyMap<string, RecordedStatus> {
  const last = new Map<string, RecordedStatus>();
  for (const action of actions) {
    if (action.kind !== "checked") continue;
    for (const change of action.changes) last.set(`${change.task}/${change.id}`, change);
  }
  return last;
}

/** Something that the learner did, not something that they saw. */
export function isDeed(action: Action): boolean {
  return !["saw", "port", "checked", "restored"].includes(action.kind);
}

/** On which machine the terminal of an action is, as far as the learner has opened it; undefined where the action has none. */
export function machineOf(actions: readonly Action[], index: number): string | undefined {
  const action = actions[index];
  if (action === undefined || !("terminal" in action)) return undefined;
  const opened = actions.slice(0, index + 1).findLast((each) => each.kind === "terminal" && each.terminal === action.terminal);
  return opened?.kind === "terminal" ? opened.machine : undefined;
}

/** An action in a few words, for people. `machine`: the one that its terminal is on, where a lab has several. */
export function describeAction(action: Action, machine?: string): string {
  const on = machine === undefined ? "" : ` on ${machine}`;
  switch (action.kind) {
    case "keys":
      return `typed ${visibleKeys(action.data)} in ${action.terminal}${on}`;
    case "terminal":
      return `opened ${action.terminal} on ${action.machine}`;
    case "close":
      return `closed ${action.terminal}${on}`;
    case "resize":
      return `made ${action.terminal} ${action.columns} × ${action.rows}`;
    case "write":
      return `saved ${action.path} on ${action.machine}`;
    case "create":
      return `made the ${action.what === "file" ? "file" : "folder"} ${action.path} on ${action.machine}`;
    case "rename":
      return `renamed ${action.from} to ${action.to} on ${action.machine}`;
    case "remove":
      return `deleted ${action.path} on ${action.machine}`;
    case "answer":
      return `answered ${action.quiz} with ${typeof action.option === "string" ? action.option : JSON.stringify(action.option)}`;
    case "request":
      return `the browser asked ${action.method} ${action.url}`;
    case "cookie":
      return `a page of ${action.url} set a cookie`;
    case "decide":
      return `told the browser to ${action.decision.kind === "proceed" ? "go on to" : "sign in to"} ${action.decision.url}`;
    case "hint":
      return `opened a hint of ${action.task}`;
    case "traffic":
      return `${action.running ? "started" : "stopped"} the traffic ${action.name}`;
    case "restored":
      return "came back to the lab";
    case "undo":
      return "undid what came last";
    case "saw":
      return action.what === "prompt"
        ? `${action.terminal} was at its prompt`
        : action.what === "command"
          ? `a command began in ${action.terminal}`
          : `the shell of ${action.terminal} ended`;
    case "port":
      return `port ${action.port} of ${action.machine} was ${action.open ? "open" : "closed"}`;
    case "checked":
      return "checks were looked at";
  }
}

/** Keys as a person reads them: "ls⏎", "^C". */
export function visibleKeys(data: string): string {
  const shown = [...data]
    .map((character) => {
      const code = character.charCodeAt(0);
      if (character === "\r" || character === "\n") return "⏎";
      if (character === "\t") return "⇥";
      if (code === 0x7f) return "⌫";
      return code < 0x20 ? `^${String.fromCharCode(code + 0x40)}` : character;
    })
    .join("");
  return `“${shown.length > 100 ? `${shown.slice(0, 100)}…` : shown}”`;
}
