/** What a lab is, what its grades look like, and how the page (or the command line) talks to a running one. */
import type { CheckDefinition } from "./check-types.ts";
import type { BrowserDecision, BrowserRequest, PaneRequest, PaneResponse, RequestDetails } from "./pane/types.ts";
import type { QuizAnswer, QuizDefinition } from "./quiz/types.ts";
import type { ScratchClient, ScratchState } from "./scratch/types.ts";
import type { OutdatedChoice, OutdatedWork, OwnEnd, ResetOptions, TimeReport, TimeState } from "./time/types.ts";
import type { WorldUpdate } from "./world-view/types.ts";

export type * from "./check-types.ts";
export type { TrafficState } from "./history/traffic.ts";
export type * from "./pane/types.ts";
export type * from "./quiz/types.ts";
export type * from "./scratch/types.ts";
export type * from "./time/types.ts";
export type * from "./world-view/types.ts";

/** A check's result (design.md §6). */
export type CheckStatus = "pass" | "fail" | "blocked" | "error";

export interface CheckResult {
  readonly task: string;
  readonly id: string;
  readonly status: CheckStatus;
  /** What must be true, in words or as the literal value. */
  readonly expected: string;
  /** What was there instead. For `error`: what stopped us from looking. */
  readonly found: string;
  /** With "fail": what was seen until now is right, and there must be more of it. Nothing is left for the learner to do but to wait. */
  readonly counting?: boolean;
  /** The author's sentence, `{found}` and `{expected}` filled in. */
  readonly because: string;
  /** What to try. */
  readonly next: string;
  /** Where it was looked. */
  readonly where?: CheckPlace;
  /** Texts of which one should have been as the other is, where a line by line comparison says more than `expected` and `found`. */
  readonly texts?: ComparedTexts;
  /** What a command of the check printed, where `found` has only its last line. */
  readonly said?: string;
}

/** A place in the world. */
export interface CheckPlace {
  readonly machine: string;
  /** A path as the author wrote it, "~/shop/settings.py". */
  readonly path?: string;
  /** A line of that file or of that output, from 1: the one that comes nearest to what was wanted, or that must not be there. */
  readonly line?: number;
  readonly address?: string;
  readonly command?: string;
}

/** Both ends without blanks at the end; long ones are cut. `lib/lab/results/line-diff.ts` compares them. */
export interface ComparedTexts {
  readonly expected: string;
  readonly found: string;
  /** Number of the first line of `found` in the whole text. */
  readonly firstLine: number;
}

export interface TaskDefinition {
  readonly id: string;
  readonly title: string;
  /** Markdown, shown on the card. */
  readonly text?: string;
  readonly needs: readonly string[];
  readonly checks: readonly CheckDefinition[];
  readonly hints: readonly string[];
  /** Shown as the solution of this task: commands and files, as Markdown. */
  readonly solution?: string;
}

export interface MachineDefinition {
  readonly name: string;
  readonly image: string;
  readonly user: string;
  readonly cwd: string;
  /** Default: the next free one. */
  readonly address?: string;
  /** Default: the name. */
  readonly hostname?: string;
  /** Packages that the image has and this machine has not, until somebody installs them. */
  readonly without?: readonly string[];
  /** An ssh server runs from the start. */
  readonly ssh?: SshAccess;
}

/** Who is let in by the ssh server of a machine, besides whom the learner lets in. */
export interface SshAccess {
  /** Machines whose user has a key that is let in. */
  readonly from: readonly string[];
  /** Of the machine's user; undefined: passwords let nobody in. */
  readonly password?: string;
}

export interface LabDefinition {
  /** The lesson's id, "a-stateful-app/first-server" style. */
  readonly lesson: string;
  /** Hash of lab.yaml, files and attempts-independent content: saved work is tagged with it. */
  readonly version: string;
  /** The lesson from whose end state the lab starts, and the name of the asset that holds it (`time/start-world.ts`). */
  readonly continues?: { readonly lesson: string; readonly title: string; readonly tasks: readonly string[]; readonly world: string };
  readonly machines: readonly MachineDefinition[];
  readonly tasks: readonly TaskDefinition[];
  /** Files to copy onto machines before the start. */
  readonly files: readonly { readonly machine: string; readonly path: string; readonly mode: number; readonly base64: string }[];
  /** Further names of the lab's DNS, each with the machine or the address that it names. */
  readonly dns?: Readonly<Record<string, DnsTarget>>;
  /** Names below .test that the learner has at the registrar from the start; those of `dns` below them are their records. */
  readonly registrar?: { readonly domains: readonly string[] };
  /** What is on the hosting site, https://github.test/, from the start; the site itself is in every lab. */
  readonly hosting?: HostingDefinition;
  /** What is in the object storage, https://buckets.test/, from the start; the storage itself is in every lab. */
  readonly buckets?: BucketsDefinition;
  /** There and back between two machines, in milliseconds. */
  readonly latencyMs?: number;
  readonly traffic?: readonly TrafficDefinition[];
  /** Addresses offered in the browser pane: [{title, url}]. */
  readonly browser: { readonly machine: string; readonly home: string };
  readonly quizzes: readonly QuizDefinition[];
}

export interface BucketsDefinition {
  /** Machines whose user has an access key in ~/.aws/credentials. */
  readonly keys: readonly string[];
  /** The learner's. */
  readonly own: readonly { readonly name: string; readonly isPublic: boolean }[];
  /** Names that somebody else has, besides the usual ones. */
  readonly taken: readonly string[];
}

export interface HostingDefinition {
  /** Machines whose user's ssh key is in the learner's account. */
  readonly keys: readonly string[];
  readonly repositories: readonly SeedRepository[];
}

/** A repository that the hosting site has from the start. */
export interface SeedRepository {
  /** "learner/shop"; those of other owners can be read. */
  readonly name: string;
  readonly description: string;
  readonly isPrivate: boolean;
  /** The default branch. */
  readonly branch: string;
  /** Oldest first. */
  readonly commits: readonly SeedCommit[];
}

export interface SeedCommit {
  readonly message: string;
  /** `Ann Jones <ann@example.com>`. */
  readonly author: string;
  /** ISO 8601; undefined: shortly before the lab's start. */
  readonly date?: string;
  /** Undefined: the default one. */
  readonly branch?: string;
  readonly tag?: string;
  /** The folder below files/github.test/ that holds everything of this commit, with a slash in front. */
  readonly folder: string;
}

/** Simulated users, who make requests at a steady rate. */
export interface TrafficDefinition {
  readonly name: string;
  /** A machine; undefined: addresses outside of the lab. */
  readonly from?: string;
  readonly to: readonly string[];
  readonly perSecond: number;
  /** The task during which it runs by itself. */
  readonly during?: string;
}

/** A machine or an address; with its time to live in seconds, where that is not the usual one. */
export type DnsTarget = string | { readonly to: string; readonly ttl: number };

export type TaskStatus = "waiting" | "open" | "passed";

export interface TaskState {
  readonly id: string;
  readonly status: TaskStatus;
  readonly checks: readonly CheckResult[];
  /** Number of hints opened. */
  readonly hintsOpen: number;
}

export interface TerminalState {
  readonly id: string;
  readonly machine: string;
  readonly title: string;
}

export interface OpenPort {
  readonly machine: string;
  readonly port: number;
  /** It is bound to a loopback address: no other machine reaches it. */
  readonly ownMachineOnly?: true;
}

/** What the page shows of a lab. Replaced as a whole on every change (useSyncExternalStore). */
export interface LabState {
  readonly phase: "idle" | "loading" | "running" | "elsewhere" | "outdated" | "failed";
  /** Set when phase is "outdated": saved work of another version of the lesson; the learner says what becomes of it. */
  readonly outdated?: OutdatedWork;
  /** Set when phase is "failed": what, and what to do. */
  readonly failure?: { readonly title: string; readonly text: string; readonly retry: boolean };
  /** Downloads of the engines, in bytes; `done` once Python can run. */
  readonly download: {
    readonly loaded: number;
    readonly total: number;
    readonly done: boolean;
    /** Why the download ended early; `retry` begins it again, and nothing of the lab is lost. */
    readonly failed?: string;
  };
  readonly tasks: readonly TaskState[];
  readonly checking: boolean;
  readonly terminals: readonly TerminalState[];
  /** Listening ports, for the browser pane. */
  readonly ports: readonly OpenPort[];
  readonly saving: { readonly state: "saved" | "saving" | "off"; readonly reason?: string; readonly atMs?: number };
  /** Messages for the learner: "The server in terminal 1 was started again." Newest last. */
  readonly notices: readonly { readonly id: number; readonly text: string; readonly level: "info" | "warning" | "error" }[];
  /** The browser's, newest last. */
  readonly requests: readonly BrowserRequest[];
  /** The lab continues a lesson that the learner has finished here: it can start from their own end of it, too. */
  readonly ownEnd?: OwnEnd;
  /** What can be undone; undefined before the lab runs. */
  readonly time?: TimeState;
  /** The scratch copy in which a solution is stepped through, while there is one. */
  readonly scratch?: ScratchState;
}

export interface TreeEntry {
  readonly name: string;
  readonly path: string;
  readonly kind: "file" | "directory" | "symlink" | "other";
  readonly size: number;
  readonly writable: boolean;
}

/** How the page talks to a running lab; the browser's implementation crosses to the kernel worker, the Node one calls directly. */
export interface LabClient {
  getState(): LabState;
  subscribe(changed: () => void): () => void;
  /** Loads the saved world, or starts afresh. `takeOver`: from another tab that holds this lab; `outdated`: what becomes of work of another version. */
  start(options?: { takeOver?: boolean; outdated?: OutdatedChoice }): Promise<void>;
  retry(): Promise<void>;
  /** Back to the lesson's start: files, processes, tasks. */
  reset(options?: ResetOptions): Promise<void>;
  /** Undoes the learner's latest step; with `step`, that one and all after it. Rejects with a message for the learner when there is none. */
  undo(step?: number): Promise<TimeReport>;
  /** Does again what was undone last. */
  redo(): Promise<TimeReport>;
  /** The world as it was when the task became open; later tasks are open again. */
  backToTask(task: string): Promise<TimeReport>;
  /** An author has changed the lab: the world goes on under its new tasks and questions, or begins anew. */
  redefine(lab: LabDefinition, world: "goes-on" | "anew"): Promise<void>;
  openTerminal(options: { machine?: string; columns: number; rows: number }): Promise<string>;
  closeTerminal(id: string): void;
  input(terminal: string, data: string): void;
  resize(terminal: string, columns: number, rows: number): void;
  /** Screen output; `done` must be called when it has been shown. What was there before (scrollback) comes first. */
  onOutput(terminal: string, receive: (bytes: Uint8Array, done: () => void) => void): () => void;
  /** Types a command into the terminal, as "copy and run" does; one that is not open yet is opened, on that machine. */
  runCommand(command: string, terminal?: string, machine?: string): void;
  listDirectory(machine: string, path: string): Promise<readonly TreeEntry[]>;
  /** Undefined text: binary. Rejects with an Error whose message a learner can read. */
  readFile(machine: string, path: string): Promise<{ text: string | undefined; size: number; modifiedMs: number }>;
  writeFile(machine: string, path: string, text: string): Promise<void>;
  /** Makes an empty file or a folder, and the folders above it. Rejects when something has that name already. */
  createEntry(machine: string, path: string, kind: "file" | "directory"): Promise<void>;
  /** Rejects when something has the new name already. */
  renameEntry(machine: string, from: string, to: string): Promise<void>;
  /** A folder goes with all that is in it. */
  removeEntry(machine: string, path: string): Promise<void>;
  /** Calls back with the paths that changed below `path`. */
  watch(machine: string, path: string, changed: (paths: readonly string[]) => void): () => void;
  /** Calls back with what is in the world now, and then with what happens in it, until the returned function is called. */
  watchWorld(receive: (update: WorldUpdate) => void): () => void;
  /** Lets simulated users come or go that wait for the learner. */
  setTraffic(name: string, running: boolean): Promise<void>;
  /** A port on which the pane's bootstrap sends requests for that host of the world; bound to it in the kernel. */
  connectPane(machine: string, port: MessagePort): void;
  /** The pane went to an address by itself (address bar): checks and the request log may care. */
  fetch(request: PaneRequest, machine: string): Promise<PaneResponse>;
  /** What was said in a request of the browser; undefined when it is no longer known. */
  requestDetails(id: number): Promise<RequestDetails | undefined>;
  /** Something that the browser has asked the learner. */
  decide(machine: string, decision: BrowserDecision): Promise<void>;
  checkNow(task?: string): Promise<void>;
  readonly scratch: ScratchClient;
  answerQuiz(quiz: string, answer: QuizAnswer): void;
  openHint(task: string): void;
  dismissNotice(id: number): void;
  saveNow(): Promise<void>;
  dispose(): void;
}
