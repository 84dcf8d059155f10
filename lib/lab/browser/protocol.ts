import type { Attempt } from "../attempt/attempt.ts";
import type { FilmReport } from "../film/types.ts";
import type { QuizAnswer } from "../quiz/types.ts";
import type {
  BrowserDecision,
  LabDefinition,
  LabState,
  OutdatedChoice,
  PaneRequest,
  PaneResponse,
  RequestDetails,
  ResetOptions,
  ScratchComparison,
  SolutionStep,
  TimeReport,
  TreeEntry,
  WorldUpdate,
} from "../types.ts";

/** What can be asked of the lab in the kernel worker; each is answered once, with the value named here. */
export interface Calls {
  start: { args: { takeOver: boolean; outdated?: OutdatedChoice }; value: undefined };
  retry: { args: Record<string, never>; value: undefined };
  reset: { args: ResetOptions; value: undefined };
  undo: { args: { step?: number }; value: TimeReport };
  redo: { args: Record<string, never>; value: TimeReport };
  backToTask: { args: { task: string }; value: TimeReport };
  openTerminal: { args: { machine?: string; columns: number; rows: number }; value: string };
  listDirectory: { args: { machine: string; path: string }; value: readonly TreeEntry[] };
  readFile: { args: { machine: string; path: string }; value: { text: string | undefined; size: number; modifiedMs: number } };
  writeFile: { args: { machine: string; path: string; text: string }; value: undefined };
  createEntry: { args: { machine: string; path: string; kind: "file" | "directory" }; value: undefined };
  renameEntry: { args: { machine: string; from: string; to: string }; value: undefined };
  removeEntry: { args: { machine: string; path: string }; value: undefined };
  fetch: { args: { request: PaneRequest; machine: string }; value: PaneResponse };
  requestDetails: { args: { id: number }; value: RequestDetails | undefined };
  decide: { args: { machine: string; decision: BrowserDecision }; value: undefined };
  setTraffic: { args: { name: string; running: boolean }; value: undefined };
  checkNow: { args: { task?: string }; value: undefined };
  redefine: { args: { lab: LabDefinition; world: "goes-on" | "anew" }; value: undefined };
  openScratch: { args: { task: string }; value: undefined };
  scratchStep: { args: { step: SolutionStep }; value: undefined };
  compareScratch: { args: Record<string, never>; value: ScratchComparison };
  closeScratch: { args: Record<string, never>; value: undefined };
  /** Saves and ends the lab. */
  close: { args: Record<string, never>; value: undefined };
  saveNow: { args: Record<string, never>; value: undefined };
}

/** The same as a union, for the wire. */
export type CallName = keyof Calls;

/** Page → worker. */
export type ToWorker =
  /** The first message. `assets` is a URL directory. `pulse` names a lock (`pulse.ts`). */
  | { readonly kind: "init"; readonly lab: LabDefinition; readonly assets: string; readonly pulse: string }
  /** In place of `init`: runs an attempt again, for a film (`film/`). */
  | { readonly kind: "film"; readonly lab: LabDefinition; readonly attempt: Attempt; readonly assets: string }
  /** A process worker (`process-workers.ts`) died, or could not be made. */
  | { readonly kind: "processFailed"; readonly worker: number; readonly reason: string }
  /** It has been told to stop. */
  | { readonly kind: "processEnded"; readonly worker: number }
  | { readonly kind: "call"; readonly id: number; readonly name: CallName; readonly args: Calls[CallName]["args"] }
  | { readonly kind: "input"; readonly terminal: string; readonly data: string }
  | { readonly kind: "resize"; readonly terminal: string; readonly columns: number; readonly rows: number }
  | { readonly kind: "closeTerminal"; readonly terminal: string }
  | { readonly kind: "listen"; readonly subscription: number; readonly terminal: string }
  | { readonly kind: "shown"; readonly subscription: number; readonly count: number }
  | { readonly kind: "runCommand"; readonly command: string; readonly terminal?: string; readonly machine?: string }
  | { readonly kind: "watch"; readonly subscription: number; readonly machine: string; readonly path: string }
  | { readonly kind: "watchWorld"; readonly subscription: number }
  | { readonly kind: "unsubscribe"; readonly subscription: number }
  | { readonly kind: "connectPane"; readonly machine: string; readonly port: MessagePort }
  | { readonly kind: "answerQuiz"; readonly quiz: string; readonly answer: QuizAnswer }
  | { readonly kind: "openHint"; readonly task: string }
  | { readonly kind: "dismissNotice"; readonly notice: number };

/** Worker → page. */
export type ToPage =
  /** The worker holds the lock that it was given. */
  | { readonly kind: "alive" }
  /** A worker is to be made for the engine, and given the port. */
  | { readonly kind: "startProcess"; readonly worker: number; readonly engine: string; readonly port: MessagePort }
  | { readonly kind: "endProcess"; readonly worker: number }
  | { readonly kind: "film"; readonly report: FilmReport }
  | { readonly kind: "state"; readonly state: LabState }
  | { readonly kind: "answer"; readonly id: number; readonly value: unknown }
  | { readonly kind: "rejected"; readonly id: number; readonly message: string }
  | { readonly kind: "output"; readonly subscription: number; readonly bytes: Uint8Array }
  | { readonly kind: "world"; readonly subscription: number; readonly update: WorldUpdate }
  | { readonly kind: "changed"; readonly subscription: number; readonly paths: readonly string[] };
