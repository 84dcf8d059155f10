import type { LabPlace } from "./place.ts";
import type { QuizAnswer } from "./quiz/types.ts";
import { Scratches } from "./scratch/scratches.ts";
import { SCRATCH } from "./scratch/types.ts";
import { type OutputReceiver, OutputSubscriptions } from "./session/output-subscriptions.ts";
import { emptySession, type LabSession, type SessionState } from "./session/session.ts";
import { StateStore } from "./session/state-store.ts";
import { beginSession } from "./time/begin.ts";
import { LabTime, type StoredPast } from "./time/lab-time.ts";
import type { StartWorld } from "./time/start-world.ts";
import type {
  BrowserDecision,
  LabClient,
  LabDefinition,
  LabState,
  OutdatedChoice,
  PaneMessage,
  PaneRequest,
  PaneResponse,
  RequestDetails,
  ResetOptions,
  TimeReport,
  TreeEntry,
  WorldUpdate,
} from "./types.ts";
import { WorldObserver } from "./world-view/observer.ts";

const initialState: LabState = {
  phase: "idle",
  download: { loaded: 0, total: 0, done: false },
  saving: { state: "off" },
  ...emptySession,
};

/** Of work whose past can't be read. */
const noPast: StoredPast = { starts: [], readBytes: async () => new Map() };

/** A lab that runs in this very thread. The page reaches it through a worker (`browser/`), the command line directly. */
export class LocalLabClient implements LabClient {
  private readonly store = new StateStore<LabState>(initialState);
  private readonly outputs = new OutputSubscriptions();
  private readonly trafficListeners = new Set<() => void>();
  private running: LabSession | undefined;
  private saver: { saveNow(): Promise<void>; stop(): void } | undefined;
  private starting: Promise<void> | undefined;
  private labTime: LabTime | undefined;
  /** How often whatever ran, or was about to, was ended: what began before and is ready now comes too late. */
  private ends = 0;
  readonly scratch = new Scratches(
    () => ({ lab: this.lab, place: this.place, time: this.time, session: this.session }),
    (scratch) => this.store.update({ scratch }),
  );

  constructor(
    private lab: LabDefinition,
    private readonly place: LabPlace,
  ) {}

  getState = (): LabState => this.store.get();

  subscribe = (changed: () => void): (() => void) => this.store.subscribe(changed);

  /** The session that runs. Throws Error before `start` and after a failure. */
  get session(): LabSession {
    if (this.running === undefined) throw new Error("The lab is not running. Start it first.");
    return this.running;
  }

  /** The same, or undefined. */
  get runningSession(): LabSession | undefined {
    return this.running;
  }

  start(options: { takeOver?: boolean; outdated?: OutdatedChoice } = {}): Promise<void> {
    this.starting ??= this.begin(options).finally(() => {
      this.starting = undefined;
    });
    return this.starting;
  }

  async retry(): Promise<void> {
    if (this.store.get().download.failed === undefined || !this.running) return this.start();
    this.store.update({ download: { loaded: 0, total: 0, done: false } });
    this.running.world.warm();
  }

  async reset({ from }: ResetOptions = {}): Promise<void> {
    await this.starting;
    const { keeper } = this.place;
    const own = from === undefined ? undefined : await keeper?.ownEnd(this.lab);
    if (from !== undefined && own === undefined) throw new Error("Your own end of the lesson before is not in this browser any more.");
    this.end();
    this.store.update({ ...emptySession, phase: "loading", failure: undefined });
    await this.guard(async (isOver) => {
      await keeper?.forget(this.lab.lesson);
      await this.fresh(isOver, await own?.load());
    });
  }

  /** What was, of the world that runs. Throws Error where nothing is kept. */
  get time(): LabTime {
    if (this.labTime === undefined) throw new Error("The lab is not running. Start it first.");
    return this.labTime;
  }

  undo(step?: number): Promise<TimeReport> {
    return this.time.undo(step);
  }

  redo(): Promise<TimeReport> {
    return this.time.redo();
  }

  backToTask(task: string): Promise<TimeReport> {
    return this.time.backTo(task);
  }

  async redefine(lab: LabDefinition, world: "goes-on" | "anew"): Promise<void> {
    this.lab = lab;
    if (world === "anew") await this.reset();
    else this.running?.redefine(lab);
  }

  async openTerminal(options: { machine?: string; columns: number; rows: number }): Promise<string> {
    const terminal = this.session.openTerminal(options);
    this.outputs.attach(terminal);
    return terminal.id;
  }

  closeTerminal(id: string): void {
    this.session.closeTerminal(id);
  }

  input(terminal: string, data: string): void {
    if (terminal.startsWith(SCRATCH)) this.scratch.input(terminal, data);
    else this.running?.input(terminal, data);
  }

  resize(terminal: string, columns: number, rows: number): void {
    if (terminal.startsWith(SCRATCH)) this.scratch.resize(terminal, columns, rows);
    else this.running?.resize(terminal, columns, rows);
  }

  onOutput(terminal: string, receive: OutputReceiver): () => void {
    if (terminal.startsWith(SCRATCH)) return this.scratch.onOutput(terminal, receive);
    return this.outputs.subscribe(terminal, receive, this.running?.terminals.get(terminal));
  }

  runCommand(command: string, terminal?: string, machine?: string): void {
    void this.session.runCommand(command, terminal, { machine }).then(() => this.attachAll());
    this.attachAll();
  }

  async listDirectory(machine: string, path: string): Promise<readonly TreeEntry[]> {
    return this.session.editor(machine).list(path);
  }

  async readFile(machine: string, path: string): Promise<{ text: string | undefined; size: number; modifiedMs: number }> {
    return this.session.editor(machine).read(path);
  }

  async writeFile(machine: string, path: string, text: string): Promise<void> {
    this.session.writeFile(machine, path, text);
  }

  async createEntry(machine: string, path: string, kind: "file" | "directory"): Promise<void> {
    this.session.createEntry(machine, path, kind);
  }

  async renameEntry(machine: string, from: string, to: string): Promise<void> {
    this.session.renameEntry(machine, from, to);
  }

  async removeEntry(machine: string, path: string): Promise<void> {
    this.session.removeEntry(machine, path);
  }

  watch(machine: string, path: string, changed: (paths: readonly string[]) => void): () => void {
    return this.session.editor(machine).watch(path, changed);
  }

  /** Outlives the session that it began in: after a reset it tells of the new world. */
  watchWorld(receive: (update: WorldUpdate) => void): () => void {
    let observer: WorldObserver | undefined;
    let session: LabSession | undefined;
    const connect = (): void => {
      if (session === this.running) return;
      observer?.dispose();
      session = this.running;
      observer = session && new WorldObserver(session, this.place.timers, receive);
    };
    const refresh = (): void => observer?.refresh();
    this.trafficListeners.add(refresh);
    const unsubscribe = this.store.subscribe(connect);
    connect();
    return () => {
      unsubscribe();
      this.trafficListeners.delete(refresh);
      observer?.dispose();
    };
  }

  async setTraffic(name: string, running: boolean): Promise<void> {
    this.session.setTraffic(name, running);
    for (const refresh of this.trafficListeners) refresh();
  }

  connectPane(machine: string, port: MessagePort): void {
    port.onmessage = (event: MessageEvent<PaneMessage>) => {
      const message = event.data;
      if (message.kind === "cookie") {
        this.running?.setCookie(machine, message.url, message.cookie);
        return;
      }
      const [reply] = event.ports;
      void this.fetch(message.request, machine)
        .catch((): PaneResponse => ({ status: 0, statusText: "", headers: [], body: new Uint8Array(0), failure: "closed" }))
        .then((answer) => reply?.postMessage(answer));
    };
  }

  fetch(request: PaneRequest, machine: string): Promise<PaneResponse> {
    return this.session.fetch(request, machine);
  }

  async requestDetails(id: number): Promise<RequestDetails | undefined> {
    return this.session.requestDetails(id);
  }

  async decide(machine: string, decision: BrowserDecision): Promise<void> {
    this.session.decide(machine, decision);
  }

  async checkNow(_task?: string): Promise<void> {
    await this.session.checkAsked();
  }

  answerQuiz(quiz: string, answer: QuizAnswer): void {
    this.session.answerQuiz(quiz, answer);
  }

  openHint(task: string): void {
    this.session.openHint(task);
  }

  dismissNotice(id: number): void {
    this.running?.dismissNotice(id);
  }

  async saveNow(): Promise<void> {
    await this.saver?.saveNow();
  }

  dispose(): void {
    void this.close();
  }

  /** Saves, ends the lab and lets another tab have it. */
  async close(): Promise<void> {
    await this.saver?.saveNow().catch(() => undefined);
    this.end();
    await this.place.keeper?.release();
    this.store.update({ ...emptySession, phase: "idle" });
  }

  private async begin({ takeOver = false, outdated }: { takeOver?: boolean; outdated?: OutdatedChoice }): Promise<void> {
    if (this.running !== undefined) return;
    this.store.update({ phase: "loading", failure: undefined });
    await this.guard(async (isOver) => {
      const { keeper } = this.place;
      if (keeper !== undefined && !(await keeper.claim(this.lab.lesson, takeOver, () => this.lost()))) {
        this.store.update({ phase: "elsewhere" });
        return;
      }
      if (outdated === "afresh") await keeper?.setAside(this.lab.lesson);
      const earlier = outdated === undefined ? await keeper?.outdated(this.lab) : undefined;
      if (isOver()) return;
      if (earlier !== undefined) {
        this.store.update({ phase: "outdated", outdated: earlier });
        return;
      }
      this.store.update({ outdated: undefined });
      const reading = keeper?.past(this.lab).catch(() => undefined);
      const restored = await keeper?.restore(this.lab, this.place, (download) => this.store.update({ download }));
      const past = await reading;
      if (isOver()) {
        restored?.dispose();
        restored?.world.dispose();
      } else if (restored === undefined) await this.fresh(isOver);
      else {
        this.adopt(restored);
        this.keepTime(restored, past ?? noPast);
      }
    });
  }

  private async fresh(isOver: () => boolean, start?: StartWorld): Promise<void> {
    const onDownload = (download: LabState["download"]): void => this.store.update({ download });
    const world = await this.place.createWorld(this.lab, onDownload, undefined, undefined, start);
    if (isOver()) {
      world.dispose();
      return;
    }
    const session = beginSession(world, this.lab, this.place.timers);
    this.adopt(session);
    this.keepTime(session);
  }

  private adopt(session: LabSession): void {
    this.running = session;
    const publish = (): void => {
      if (this.running === session) this.store.update(session.state.get() satisfies SessionState);
    };
    session.state.subscribe(publish);
    this.attachAll();
    this.saver?.stop();
    this.saver = this.place.keeper?.watch(
      session,
      (saving) => this.store.update({ saving }),
      () => this.labTime,
    );
    publish();
    this.store.update({ phase: "running" });
    void session.checkNow();
  }

  private keepTime(session: LabSession, past?: StoredPast): void {
    this.labTime?.dispose();
    const { ends } = this;
    const options = {
      timers: this.place.timers,
      onState: (time: LabState["time"]) => this.store.update({ time }),
      // A lab that was ended while it went back stays ended.
      replace: (next: LabSession) => (this.ends === ends ? this.adopt(next) : next.dispose()),
    };
    this.labTime = LabTime.of(session, options, past);
    void this.place.keeper?.ownEnd(this.lab).then(
      (own) => this.running !== undefined && this.store.update({ ownEnd: own?.end }),
      () => undefined,
    );
  }

  /** Whoever listens to a terminal's id hears the terminal that has it now. */
  private attachAll(): void {
    for (const terminal of this.running?.terminals.values() ?? []) this.outputs.attach(terminal);
  }

  /** Another tab has taken the lab over: this one stops, and writes nothing any more. */
  private lost(): void {
    this.end();
    this.store.update({ ...emptySession, phase: "elsewhere" });
  }

  private end(): void {
    this.ends++;
    this.saver?.stop();
    this.saver = undefined;
    this.scratch.end();
    const session = this.running;
    this.running = undefined;
    this.labTime?.dispose();
    this.labTime = undefined;
    this.outputs.detachAll();
    session?.dispose();
    session?.world.dispose();
  }

  /** `isOver` tells `work` that the lab was ended meanwhile, or begun anew. */
  private async guard(work: (isOver: () => boolean) => Promise<void>): Promise<void> {
    const { ends } = this;
    const isOver = (): boolean => this.ends !== ends;
    try {
      await work(isOver);
    } catch (error) {
      if (isOver()) return;
      this.end();
      const text = error instanceof Error ? error.message : String(error);
      this.store.update({ phase: "failed", failure: { title: "The lab could not be started", text, retry: true } });
    }
  }
}
