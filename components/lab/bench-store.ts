import type { QuizAnswer } from "../../lib/lab/quiz/types.ts";
import type { LabClient, LabDefinition, LabState } from "../../lib/lab/types.ts";
import { shareStructure } from "./share-structure.ts";
import { WorldStore } from "./world/world-store.ts";

/** The parts of the bench. On a phone each is a tab, beside the text. */
export type Panel = "read" | "terminal" | "files" | "browser" | "world" | "tasks";
/** On a wide screen one of these stands above the terminal. */
export type UpperPanel = "files" | "browser" | "world" | "tasks";

/** How far the bench has come in getting hold of a lab. */
export type Connection = "none" | "connecting" | "connected" | "failed";

/** A wish from outside a panel. `nonce` tells a repeated wish from an old one. */
export interface Wish<T> {
  readonly nonce: number;
  readonly value: T;
}

export interface BenchView {
  readonly connection: Connection;
  /** Why the lab's program could not be loaded. */
  readonly problem?: string;
  readonly panel: Panel;
  readonly upper: UpperPanel;
  /** The terminal in front; the first when undefined. */
  readonly terminal?: string;
  readonly file?: Wish<{ readonly machine: string; readonly path: string }>;
  readonly address?: Wish<{ readonly machine: string; readonly url: string }>;
  /** Tasks whose check the learner has asked for, and those whose answer is awaited now. */
  readonly asked?: ReadonlySet<string>;
  readonly asking?: ReadonlySet<string>;
  /** Asks the terminal to take the keyboard. */
  readonly focus?: Wish<UpperPanel | "terminal">;
}

export const idleLab: LabState = {
  phase: "idle",
  download: { loaded: 0, total: 0, done: false },
  tasks: [],
  checking: false,
  terminals: [],
  ports: [],
  saving: { state: "off" },
  notices: [],
  requests: [],
};

/** What a lesson's page knows about its lab before any of it runs. */
export interface BenchInfo {
  readonly lesson: string;
  /** Where the lab's definition is: a path of this site. */
  readonly definition: string;
  readonly machines: readonly { readonly name: string; readonly user: string; readonly cwd: string }[];
  readonly browser: { readonly machine: string; readonly home: string };
}

/** State of the bench, and the verbs by which prose and panels talk to it. React only reads it. */
export class BenchStore {
  private view: BenchView = { connection: "none", panel: "read", upper: "files" };
  private readonly listeners = new Set<() => void>();
  private nonce = 0;
  private lab: LabState = idleLab;
  private drawing: ReturnType<typeof setTimeout> | undefined;
  private waitingToRun: ((client: LabClient) => void)[] = [];
  client: LabClient | undefined;
  /** What was seen in the lab's world: there as long as the client. */
  world: WorldStore | undefined;

  constructor(
    public info: BenchInfo,
    private readonly connectClient: (definition: string) => Promise<LabClient>,
  ) {}

  getView = (): BenchView => this.view;
  getLab = (): LabState => this.lab;

  subscribe = (changed: () => void): (() => void) => {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  };

  /** Loads the lab's program and starts the lab. Again after a failure; otherwise the first call counts. */
  async connect(): Promise<void> {
    if (this.view.connection === "connecting" || this.view.connection === "connected") return;
    this.set({ connection: "connecting", problem: undefined });
    try {
      const client = await this.connectClient(this.info.definition);
      this.client = client;
      this.world = new WorldStore(client);
      client.subscribe(() => this.heard(client));
      this.heard(client);
      this.set({ connection: "connected" });
      await client.start();
    } catch (error) {
      if (this.client) return; // The client's own state says what went wrong.
      this.set({ connection: "failed", problem: error instanceof Error ? error.message : String(error) });
    }
  }

  /** An author has changed the lab (`LabClient.redefine`). */
  async redefine(lab: LabDefinition, world: "goes-on" | "anew"): Promise<void> {
    this.info = { ...this.info, machines: lab.machines, browser: lab.browser };
    await this.client?.redefine(lab, world);
    this.tell();
  }

  dispose(): void {
    this.world?.dispose();
    this.world = undefined;
    this.client?.dispose();
    this.client = undefined;
    this.lab = idleLab;
    this.set({ connection: "none" });
  }

  show(panel: Panel): void {
    this.set(panel === "read" || panel === "terminal" ? { panel } : { panel, upper: panel });
  }

  showTerminal(terminal?: string, machine?: string): void {
    const wanted = machine === undefined ? terminal : this.terminalOn(machine, terminal);
    this.set({ panel: "terminal", terminal: wanted ?? this.view.terminal, focus: this.wish("terminal" as const) });
  }

  openFile(path: string, machine?: string): void {
    const on = this.machine(machine);
    this.set({ panel: "files", upper: "files", file: this.wish({ machine: on.name, path: absolutePath(path, on) }) });
    void this.connect();
  }

  openAddress(url: string, machine?: string): void {
    const on = this.machine(machine ?? this.info.browser.machine);
    this.set({ panel: "browser", upper: "browser", address: this.wish({ machine: on.name, url }) });
    void this.connect();
  }

  /** Types a command into a terminal, of that machine if one is named, and brings it to the front; waits for the lab if that is still loading. */
  run(command: string, terminal?: string, machine?: string): void {
    this.showTerminal(terminal);
    this.whenRunning((client) => {
      const where = machine === undefined ? terminal : this.terminalOn(machine, terminal);
      this.showTerminal(where);
      client.runCommand(command, where, machine);
    });
  }

  /** The wanted terminal if it is that machine's or not open yet, else one of that machine, else one that is to be opened. */
  private terminalOn(machine: string, wanted?: string): string {
    const { terminals } = this.lab;
    const open = terminals.find(({ id }) => id === wanted);
    if (wanted !== undefined && (open === undefined || open.machine === machine)) return wanted;
    const there = terminals.find((terminal) => terminal.machine === machine);
    if (there !== undefined) return there.id;
    let number = terminals.length + 1;
    while (terminals.some(({ id }) => id === `t${number}`)) number++;
    return `t${number}`;
  }

  /** Looks at a task's checks at once. Both of its cards tell of it. */
  checkTask(task: string): Promise<void> {
    this.set({ asking: new Set([...(this.view.asking ?? []), task]) });
    return new Promise((resolve) => {
      this.whenRunning(async (client) => {
        try {
          await client.checkNow(task);
        } finally {
          const asking = new Set(this.view.asking);
          asking.delete(task);
          this.set({ asking, asked: new Set([...(this.view.asked ?? []), task]) });
          resolve();
        }
      });
    });
  }

  /** Tells the lab an answer; one that is not running is told when it runs, by whoever remembers the answers (`LabProvider`). */
  answerQuiz(quiz: string, answer: QuizAnswer): void {
    if (this.lab.phase === "running") this.client?.answerQuiz(quiz, answer);
  }

  /** Opens one more hint of a task. */
  openHint(task: string): void {
    this.whenRunning((client) => client.openHint(task));
  }

  /** At once, or when the lab has started. */
  private whenRunning(go: (client: LabClient) => void): void {
    if (this.client && this.lab.phase === "running") go(this.client);
    else {
      this.waitingToRun.push(go);
      void this.connect();
    }
  }

  machine(name?: string): BenchInfo["machines"][number] {
    const found = this.info.machines.find((machine) => machine.name === name) ?? this.info.machines[0];
    if (!found) throw new Error(`The lab of ${this.info.lesson} has no machine.`);
    return found;
  }

  set(change: Partial<BenchView>): void {
    this.view = { ...this.view, ...change };
    this.tell();
  }

  /** Progress of a download comes hundreds of times a second; everything else is shown at once. */
  private heard(client: LabClient): void {
    const before = this.lab;
    const after = shareStructure(before, client.getState());
    this.lab = after;
    // Started over, or brought back after an end that nobody wanted.
    if (before.phase === "running" && after.phase !== "running") this.world?.forget();
    if (after.phase === "running") for (const go of this.waitingToRun.splice(0)) go(client);
    const { download: _was, ...restBefore } = before;
    const { download: _is, ...restAfter } = after;
    if (shareStructure(restBefore, restAfter) !== restBefore || after.download.done) this.tell();
    else
      this.drawing ??= setTimeout(() => {
        this.drawing = undefined;
        this.tell();
      }, 100);
  }

  private wish<T>(value: T): Wish<T> {
    this.nonce += 1;
    return { nonce: this.nonce, value };
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

/** The path as the prose or an author writes it ("~/shop", "shop/urls.py"), made absolute for that machine's user. */
export function absolutePath(path: string, machine: { readonly user: string; readonly cwd: string }): string {
  const home = machine.user === "root" ? "/root" : `/home/${machine.user}`;
  const expand = (text: string): string => (text === "~" || text.startsWith("~/") ? home + text.slice(1) : text);
  const whole = expand(path);
  const joined = whole.startsWith("/") ? whole : `${expand(machine.cwd)}/${whole}`;
  const parts: string[] = [];
  for (const part of joined.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** The home directory that the file tree shows. */
export function homeOf(machine: { readonly user: string }): string {
  return machine.user === "root" ? "/root" : `/home/${machine.user}`;
}
