import type { QuizAnswer } from "../quiz/types.ts";
import type {
  BrowserDecision,
  LabClient,
  LabDefinition,
  LabState,
  OutdatedChoice,
  PaneRequest,
  PaneResponse,
  RequestDetails,
  ResetOptions,
  ScratchClient,
  TimeReport,
  TreeEntry,
  WorldUpdate,
} from "../types.ts";
import { type EarlyLab, earlyStart, pulseName } from "./early.ts";
import { ProcessWorkerStarter } from "./process-workers.ts";
import type { CallName, Calls, ToPage, ToWorker } from "./protocol.ts";
import { onPulseLost } from "./pulse.ts";

export interface BrowserLabOptions {
  readonly lab: LabDefinition;
  /** URL directory of kernel.js and python-worker.js, without a slash at its end. */
  readonly engineUrl: string;
  /** URL directory of the engines' assets. */
  readonly assetsUrl: string;
  /** A worker in which this lab has been started already. */
  readonly early?: EarlyLab;
}

/** A worker that dies again so soon is not started again by itself. */
const RESTART_MS = 60_000;

/** How long a lab may take to save itself when the page is done with it. */
const CLOSING_MS = 3000;

type Receiver = (bytes: Uint8Array, done: () => void) => void;

const idle: LabState = {
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

/** The page's end of a lab: the lab itself runs in a worker, which `start` makes and a crash of it lets `retry` make anew. */
export class BrowserLabClient implements LabClient {
  private state: LabState = idle;
  private worker: Worker | undefined;
  private nextId = earlyStart + 1;
  private lab: LabDefinition;
  private early: EarlyLab | undefined;
  /** Name of the lock that the worker holds while it lives. */
  private pulse = "";
  private stopPulse: () => void = () => undefined;
  private restartedAt = Number.NEGATIVE_INFINITY;
  /** Notices of the page's own end, with ids below zero; the worker's own come with its state. */
  private notices: LabState["notices"] = [];
  private readonly calls = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  private readonly listeners = new Set<() => void>();
  private readonly outputs = new Map<number, { terminal: string; receive: Receiver }>();
  private readonly worlds = new Map<number, (update: WorldUpdate) => void>();
  private readonly watches = new Map<number, { machine: string; path: string; changed: (paths: readonly string[]) => void }>();
  private readonly onHide = (): void => {
    if (document.visibilityState === "hidden") void this.saveNow().catch(() => undefined);
  };
  /** For the moment until the last change is saved, the browser asks before it leaves. */
  private readonly onLeave = (event: BeforeUnloadEvent): void => {
    if (this.state.saving.state === "saving") event.preventDefault();
  };

  readonly scratch: ScratchClient = {
    open: (task) => this.call("openScratch", { task }),
    step: (step) => this.call("scratchStep", { step }),
    compare: () => this.call("compareScratch", {}),
    close: () => this.call("closeScratch", {}),
  };

  /** Makes the process workers, for the kernel. */
  private readonly processes: ProcessWorkerStarter;

  constructor(private readonly options: BrowserLabOptions) {
    this.early = options.early;
    this.lab = options.lab;
    this.processes = new ProcessWorkerStarter(
      (engine) => `${options.engineUrl}/${engine}-worker.js`,
      (message) => this.send(message),
    );
  }

  getState = (): LabState => this.state;

  subscribe = (changed: () => void): (() => void) => {
    const own = (): void => changed();
    this.listeners.add(own);
    return () => this.listeners.delete(own);
  };

  async start(options?: { takeOver?: boolean; outdated?: OutdatedChoice }): Promise<void> {
    const { early } = this;
    this.early = undefined;
    // One that has failed since would never answer.
    if (early !== undefined && !early.failed && this.worker === undefined) {
      await this.adopt(early);
      return;
    }
    this.ensureWorker();
    await this.call("start", { takeOver: options?.takeOver ?? false, outdated: options?.outdated });
  }

  /** A lab that runs goes on, and only its download begins again; after a failure the worker is made anew, from the last save. */
  async retry(): Promise<void> {
    if (this.worker !== undefined && this.state.phase === "running") return this.call("retry", {});
    this.endWorker();
    await this.start();
  }

  async reset(options: ResetOptions = {}): Promise<void> {
    this.ensureWorker();
    await this.call("reset", options);
  }

  undo(step?: number): Promise<TimeReport> {
    return this.call("undo", { step });
  }

  redo(): Promise<TimeReport> {
    return this.call("redo", {});
  }

  backToTask(task: string): Promise<TimeReport> {
    return this.call("backToTask", { task });
  }

  async redefine(lab: LabDefinition, world: "goes-on" | "anew"): Promise<void> {
    this.lab = lab;
    // A worker that is made later begins with it.
    if (this.worker !== undefined) await this.call("redefine", { lab, world });
  }

  openTerminal(options: { machine?: string; columns: number; rows: number }): Promise<string> {
    return this.call("openTerminal", options);
  }

  closeTerminal(terminal: string): void {
    this.send({ kind: "closeTerminal", terminal });
  }

  input(terminal: string, data: string): void {
    this.send({ kind: "input", terminal, data });
  }

  resize(terminal: string, columns: number, rows: number): void {
    this.send({ kind: "resize", terminal, columns, rows });
  }

  onOutput(terminal: string, receive: Receiver): () => void {
    const subscription = this.nextId++;
    this.outputs.set(subscription, { terminal, receive });
    this.send({ kind: "listen", subscription, terminal });
    return () => {
      this.outputs.delete(subscription);
      this.send({ kind: "unsubscribe", subscription });
    };
  }

  runCommand(command: string, terminal?: string, machine?: string): void {
    this.send({ kind: "runCommand", command, terminal, machine });
  }

  listDirectory(machine: string, path: string): Promise<readonly TreeEntry[]> {
    return this.call("listDirectory", { machine, path });
  }

  readFile(machine: string, path: string): Promise<{ text: string | undefined; size: number; modifiedMs: number }> {
    return this.call("readFile", { machine, path });
  }

  async writeFile(machine: string, path: string, text: string): Promise<void> {
    await this.call("writeFile", { machine, path, text });
  }

  async createEntry(machine: string, path: string, kind: "file" | "directory"): Promise<void> {
    await this.call("createEntry", { machine, path, kind });
  }

  async renameEntry(machine: string, from: string, to: string): Promise<void> {
    await this.call("renameEntry", { machine, from, to });
  }

  async removeEntry(machine: string, path: string): Promise<void> {
    await this.call("removeEntry", { machine, path });
  }

  watch(machine: string, path: string, changed: (paths: readonly string[]) => void): () => void {
    const subscription = this.nextId++;
    this.watches.set(subscription, { machine, path, changed });
    this.send({ kind: "watch", subscription, machine, path });
    return () => {
      this.watches.delete(subscription);
      this.send({ kind: "unsubscribe", subscription });
    };
  }

  watchWorld(receive: (update: WorldUpdate) => void): () => void {
    const subscription = this.nextId++;
    this.worlds.set(subscription, receive);
    this.send({ kind: "watchWorld", subscription });
    return () => {
      this.worlds.delete(subscription);
      this.send({ kind: "unsubscribe", subscription });
    };
  }

  async setTraffic(name: string, running: boolean): Promise<void> {
    await this.call("setTraffic", { name, running });
  }

  connectPane(machine: string, port: MessagePort): void {
    this.send({ kind: "connectPane", machine, port }, [port]);
  }

  fetch(request: PaneRequest, machine: string): Promise<PaneResponse> {
    return this.call("fetch", { request, machine });
  }

  requestDetails(id: number): Promise<RequestDetails | undefined> {
    return this.call("requestDetails", { id });
  }

  async decide(machine: string, decision: BrowserDecision): Promise<void> {
    await this.call("decide", { machine, decision });
  }

  async checkNow(task?: string): Promise<void> {
    await this.call("checkNow", { task });
  }

  answerQuiz(quiz: string, answer: QuizAnswer): void {
    this.send({ kind: "answerQuiz", quiz, answer });
  }

  openHint(task: string): void {
    this.send({ kind: "openHint", task });
  }

  dismissNotice(notice: number): void {
    if (notice < 0) {
      this.notices = this.notices.filter(({ id }) => id !== notice);
      this.publish({ ...this.state, notices: this.state.notices.filter(({ id }) => id !== notice) });
    } else this.send({ kind: "dismissNotice", notice });
  }

  async saveNow(): Promise<void> {
    if (this.worker !== undefined) await this.call("saveNow", {});
  }

  dispose(): void {
    const { worker } = this;
    this.listeners.clear();
    this.outputs.clear();
    this.watches.clear();
    this.worlds.clear();
    if (worker === undefined) return;
    // The worker saves before it goes; one that hangs goes without.
    const giveUp = new Promise((resolve) => setTimeout(resolve, CLOSING_MS));
    const end = (): void => {
      if (this.worker === worker) this.endWorker();
    };
    void Promise.race([this.call("close", {}), giveUp]).then(end, end);
  }

  private ensureWorker(): void {
    if (this.worker !== undefined) return;
    const { engineUrl, assetsUrl } = this.options;
    const worker = new Worker(`${engineUrl}/kernel.js`, { type: "module", name: "kernel" });
    this.pulse = pulseName();
    this.attach(worker);
    this.send({ kind: "init", lab: this.lab, assets: assetsUrl, pulse: this.pulse });
    this.subscribeAgain();
  }

  /** Goes on with a worker in which the lab is starting, or runs. Resolves when it has started. */
  private adopt({ worker, pulse, heard }: EarlyLab): Promise<void> {
    this.pulse = pulse;
    this.attach(worker);
    const started = new Promise<void>((resolve, reject) => {
      this.calls.set(earlyStart, { resolve: () => resolve(), reject });
    });
    this.subscribeAgain();
    for (const message of heard.splice(0)) this.receive(message);
    return started;
  }

  private attach(worker: Worker): void {
    this.worker = worker;
    worker.onmessage = (event: MessageEvent<ToPage>) => {
      if (this.worker === worker) this.receive(event.data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      if (this.worker === worker) this.crashed(event.message);
    };
    document.addEventListener("visibilitychange", this.onHide);
    addEventListener("pagehide", this.onHide);
    addEventListener("beforeunload", this.onLeave);
  }

  private subscribeAgain(): void {
    for (const [subscription, { terminal }] of this.outputs) this.send({ kind: "listen", subscription, terminal });
    for (const [subscription, { machine, path }] of this.watches) this.send({ kind: "watch", subscription, machine, path });
    for (const subscription of this.worlds.keys()) this.send({ kind: "watchWorld", subscription });
  }

  private endWorker(): void {
    this.stopPulse();
    this.worker?.terminate();
    this.worker = undefined;
    this.processes.endAll();
    document.removeEventListener("visibilitychange", this.onHide);
    removeEventListener("pagehide", this.onHide);
    removeEventListener("beforeunload", this.onLeave);
    for (const call of this.calls.values()) call.reject(new Error("The lab was stopped."));
    this.calls.clear();
  }

  /** What was running goes on from the last save, once; what dies again and again is left to the learner. */
  private crashed(reason: string): void {
    const { phase, saving } = this.state;
    this.endWorker();
    if (phase === "running" && performance.now() - this.restartedAt > RESTART_MS) {
      this.restartedAt = performance.now();
      const back =
        saving.atMs === undefined
          ? "Nothing had been saved yet, so the machine is as at the beginning."
          : `Your work is back as it was saved at ${new Date(saving.atMs).toLocaleTimeString([], { timeZoneName: "short" })}; servers were started again.`;
      const text = `The lab’s own program was ended by the browser (${reason || "it gave no reason"}) and was started again. ${back}`;
      this.notices = [...this.notices, { id: -this.nextId++, text, level: "warning" }];
      this.publish({ ...idle, phase: "loading" });
      void this.start().catch(() => undefined);
      return;
    }
    this.publish({
      ...idle,
      phase: "failed",
      failure: {
        title: "The lab has stopped",
        text: `Something of ours broke: ${reason || "its program could not be loaded"}. Your work was saved up to a moment before; start the lab again to go on from there.`,
        retry: true,
      },
    });
  }

  private call<Name extends CallName>(name: Name, args: Calls[Name]["args"]): Promise<Calls[Name]["value"]> {
    if (this.worker === undefined) return Promise.reject(new Error("The lab is not running."));
    const id = this.nextId++;
    return new Promise<Calls[Name]["value"]>((resolve, reject) => {
      this.calls.set(id, { resolve: (value) => resolve(value as Calls[Name]["value"]), reject });
      this.send({ kind: "call", id, name, args });
    });
  }

  private send(message: ToWorker, transfer: Transferable[] = []): void {
    this.worker?.postMessage(message, transfer);
  }

  private receive(message: ToPage): void {
    switch (message.kind) {
      case "alive":
        this.stopPulse = onPulseLost(this.pulse, () => this.crashed("it may have needed too much memory"));
        return;
      case "startProcess":
      case "endProcess":
        this.processes.receive(message);
        return;
      case "state":
        this.publish({ ...message.state, notices: [...message.state.notices, ...this.notices] });
        return;
      case "answer":
        this.calls.get(message.id)?.resolve(message.value);
        this.calls.delete(message.id);
        return;
      case "rejected":
        this.calls.get(message.id)?.reject(new Error(message.message));
        this.calls.delete(message.id);
        return;
      case "output": {
        const { subscription, bytes } = message;
        const shown = (): void => this.send({ kind: "shown", subscription, count: 1 });
        const output = this.outputs.get(subscription);
        if (output === undefined) shown();
        else output.receive(bytes, shown);
        return;
      }
      case "world":
        this.worlds.get(message.subscription)?.(message.update);
        return;
      case "changed":
        this.watches.get(message.subscription)?.changed(message.paths);
        return;
    }
  }

  private publish(state: LabState): void {
    this.state = state;
    for (const listener of [...this.listeners]) listener();
  }
}
