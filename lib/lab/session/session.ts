import type { WorldEvent } from "../../kernel/types.ts";
import { Checker } from "../checks/checker.ts";
import { Grades } from "../checks/grades.ts";
import { LabPast } from "../history/past.ts";
import type { RuleMemory } from "../history/rule-watch.ts";
import type { TrafficState } from "../history/traffic.ts";
import type { Cookie } from "../pane/cookie-jar.ts";
import type { PaneBrowser } from "../pane/pane-browser.ts";
import { answerProblem, judge } from "../quiz/judge.ts";
import type { QuizAnswer } from "../quiz/types.ts";
import type {
  BrowserDecision,
  CheckResult,
  LabDefinition,
  LabState,
  PaneRequest,
  PaneResponse,
  RequestDetails,
  TaskDefinition,
} from "../types.ts";
import type { ShellStart } from "../world/login-shell.ts";
import type { World } from "../world/world.ts";
import { ActionRecorder } from "./action-recorder.ts";
import { type Action, ActionLog } from "./actions.ts";
import { Browsing } from "./browsing.ts";
import { EditorFiles } from "./editor-files.ts";
import { type CommandsAre, Rounds, type Timers } from "./rounds.ts";
import { StateStore } from "./state-store.ts";
import { Terminal } from "./terminal.ts";

/** What of a session outlives it, besides the machines' files. */
export interface SessionMemory {
  readonly passed: readonly string[];
  readonly hints: Readonly<Record<string, number>>;
  readonly answers: Readonly<Record<string, QuizAnswer>>;
  readonly cookies: Readonly<Record<string, readonly Cookie[]>>;
  readonly actions: readonly Action[];
  /** How many actions were ever made, those that are kept no more included. */
  readonly actionCount?: number;
  /** The lab's clock when the world was new. */
  readonly startedAtMs?: number;
  /** What rules over the history remember. */
  readonly history?: Readonly<Record<string, RuleMemory>>;
}

/** The part of the page's state that a running session knows. */
export type SessionState = Pick<LabState, "tasks" | "checking" | "terminals" | "ports" | "notices" | "requests">;

export const emptySession: SessionState = { tasks: [], checking: false, terminals: [], ports: [], notices: [], requests: [] };

interface CommandOptions {
  readonly automatic?: boolean;
  readonly machine?: string;
}

export interface TerminalRequest {
  /** The lab's first machine when left out. */
  readonly machine?: string;
  readonly columns: number;
  readonly rows: number;
  /** The next free "t1", "t2", … when left out. */
  readonly id?: string;
  readonly shell?: Partial<ShellStart>;
  /** What is shown before the shell's first prompt: the screen of a terminal that comes back. */
  readonly before?: Uint8Array;
  /** Opened by the lab, not by the learner: no action of theirs. */
  readonly automatic?: boolean;
}

/** What a learner is about to do to the world. */
export type Change =
  /** Enter was pressed at a prompt; whether the line is a command shows later. */
  | { readonly kind: "enter"; readonly terminal: Terminal }
  | { readonly kind: "command"; readonly terminal: Terminal; readonly line: string | undefined }
  | {
      readonly kind: "files";
      readonly machine: string;
      readonly path: string;
      readonly did: "save" | "create" | "rename" | "remove";
      readonly to?: string;
    };

export interface ChangeListener {
  before(change: Change): void;
  /** A shell waits for a command (again). */
  settled(terminal: Terminal): void;
}

/** A running lab: its terminals, editor, browser, tasks. One a world; a new world gets a new session. */
export class LabSession {
  readonly state: StateStore<SessionState>;
  readonly terminals = new Map<string, Terminal>();
  private grades: Grades;
  private readonly checker: Checker;
  private readonly past: LabPast;
  private readonly rounds: Rounds;
  private readonly answers: Map<string, QuizAnswer>;
  private readonly browsing: Browsing;
  private readonly editors = new Map<string, EditorFiles>();
  private readonly actions: ActionLog;
  private readonly recorder: ActionRecorder;
  private readonly startedAtMs: number;
  private readonly stopEvents: () => void;
  private readonly touchListeners = new Set<() => void>();
  /** Terminals in which a command begins next that the lab has typed. */
  private readonly automatic = new Set<Terminal>();
  private readonly changeListeners = new Set<ChangeListener>();
  private readonly stopTerminals: (() => void)[] = [];
  private nextTerminal = 1;
  private nextNotice = 1;

  constructor(
    readonly world: World,
    public lab: LabDefinition,
    timers: Timers,
    private readonly memory?: SessionMemory,
  ) {
    this.grades = new Grades(lab, memory);
    this.answers = new Map(Object.entries(memory?.answers ?? {}));
    const now = (): number => world.kernel.clock.now();
    // Work that was saved before its beginning was kept counts as work whose beginning was dropped.
    const unknown = memory !== undefined && memory.startedAtMs === undefined ? memory.actions.length + 1 : undefined;
    this.actions = new ActionLog(now, memory?.actions, memory?.actionCount ?? unknown);
    this.startedAtMs = memory?.startedAtMs ?? now();
    if (memory !== undefined && memory.actions.at(-1)?.kind !== "undo") this.actions.add({ kind: "restored" });
    this.recorder = new ActionRecorder(this.actions, this.grades.tasks());
    this.state = new StateStore<SessionState>({ ...emptySession, tasks: this.grades.tasks(), ports: this.ports() });
    this.browsing = new Browsing(world, {
      cookies: memory?.cookies ?? {},
      onRequests: (requests) => this.state.update({ requests }),
      onNotice: (text, level) => this.notice(text, level),
    });
    this.rounds = new Rounds({
      timers,
      digest: () => this.digest(),
      commands: () => this.commands(),
      round: () => this.round(),
      onChecking: (checking) => this.state.update({ checking }),
    });
    this.past = new LabPast({
      world,
      lab,
      hasPassed: (task) => this.grades.hasPassed(task),
      onBroken: () => this.rounds.touch(),
      saved: memory?.history,
    });
    this.checker = new Checker(world, (quiz) => this.answerTo(quiz), this.past);
    this.stopEvents = world.kernel.events.subscribe((event) => this.happened(event));
    this.past.tasksChanged(this.grades.open());
  }

  /** Calls `listener` at each thing that a learner would not want to lose: a command has ended, a file was saved, a server listens. */
  onTouched(listener: () => void): () => void {
    this.touchListeners.add(listener);
    return () => this.touchListeners.delete(listener);
  }

  /** Opens a terminal with a login shell of the machine's user. */
  openTerminal(options: TerminalRequest): Terminal {
    const machine = this.world.machine(options.machine ?? this.lab.machines[0]?.name ?? "");
    const id = options.id ?? this.freeTerminalId();
    const title = `Terminal ${id.replace(/^t(?=\d+$)/, "")}`;
    const { user, cwd } = this.world.definition(machine.name);
    const terminal = new Terminal(id, title, machine, { user, cwd, ...options.shell }, options);
    const { columns, rows } = options;
    if (!options.automatic) this.actions.add({ kind: "terminal", terminal: id, machine: machine.name, columns, rows });
    this.take(terminal);
    if (options.before !== undefined) terminal.showBytes(options.before);
    terminal.start();
    this.publishTerminals();
    return terminal;
  }

  /** Goes on with a terminal of a session that was disposed with `keep`, and starts a shell in it. */
  adoptTerminal(terminal: Terminal, shell: Partial<ShellStart>): void {
    const { user, cwd } = this.world.definition(terminal.machine.name);
    this.take(terminal);
    terminal.moveTo(this.world.machine(terminal.machine.name), { user, cwd, ...shell });
    this.publishTerminals();
  }

  private take(terminal: Terminal): void {
    this.terminals.set(terminal.id, terminal);
    const stop = terminal.onMark((event) => {
      const isCommand = event !== "ended" && event.kind === "command-start";
      const isAutomatic = isCommand && this.automatic.delete(terminal);
      if (event === "ended" || event.kind === "command-end") this.touch();
      if (isCommand && !isAutomatic) this.changing({ kind: "command", terminal, line: event.line });
      if (event !== "ended" && event.kind === "prompt-end") for (const { settled } of this.changeListeners) settled(terminal);
      this.recorder.saw(terminal, event, isAutomatic);
    });
    this.stopTerminals.push(stop);
  }

  /** Hears of each thing that a learner is about to change. */
  onChanges(listener: ChangeListener): () => void {
    this.changeListeners.add(listener);
    return () => this.changeListeners.delete(listener);
  }

  private changing(change: Change): void {
    for (const { before } of [...this.changeListeners]) before(change);
  }

  /** Keys typed in a terminal. */
  input(id: string, data: string): void {
    const terminal = this.terminals.get(id);
    if (terminal === undefined) return;
    if (terminal.activity === "prompt" && /[\r\n]/.test(data)) {
      this.actions.seal();
      this.changing({ kind: "enter", terminal });
    }
    this.recorder.keys(terminal, data);
    terminal.input(data);
  }

  resize(id: string, columns: number, rows: number): void {
    const terminal = this.terminals.get(id);
    if (terminal === undefined || (terminal.tty.columns === columns && terminal.tty.rows === rows)) return;
    this.actions.add({ kind: "resize", terminal: id, columns, rows });
    terminal.resize(columns, rows);
  }

  closeTerminal(id: string): void {
    if (this.terminals.has(id)) this.actions.add({ kind: "close", terminal: id });
    this.terminals.get(id)?.close();
    this.terminals.delete(id);
    this.publishTerminals();
  }

  /**
   * Types a command: in the given terminal, else in the first one that waits for one, else in a new one. `machine`: where a terminal is
   * opened. `automatic`: the lab does, by itself.
   */
  async runCommand(command: string, id?: string, { automatic = false, machine }: CommandOptions = {}): Promise<void> {
    const wanted = id === undefined ? undefined : (this.terminals.get(id) ?? this.openTerminal({ id, machine, columns: 80, rows: 24 }));
    const idle = [...this.terminals.values()].find((terminal) => terminal.activity === "prompt" || terminal.activity === "starting");
    const terminal = wanted ?? idle ?? this.openTerminal({ columns: 80, rows: 24 });
    // The first key only starts another shell.
    if (terminal.activity === "ended") this.input(terminal.id, "\r");
    if (terminal.activity === "starting") await terminal.atPrompt();
    const keys = `${command.replaceAll("\n", "\r")}\r`;
    if (automatic) {
      this.automatic.add(terminal);
      terminal.input(keys);
    } else this.input(terminal.id, keys);
  }

  editor(machine: string): EditorFiles {
    let editor = this.editors.get(machine);
    if (editor === undefined) {
      editor = new EditorFiles(this.world.machine(machine), this.world.definition(machine));
      this.editors.set(machine, editor);
    }
    return editor;
  }

  /** Saves a file as the editor does. */
  writeFile(machine: string, path: string, text: string): void {
    this.changing({ kind: "files", machine, path, did: "save" });
    this.editor(machine).write(path, text);
    this.did({ kind: "write", machine, path, text });
  }

  createEntry(machine: string, path: string, what: "file" | "directory"): void {
    this.changing({ kind: "files", machine, path, did: "create" });
    this.editor(machine).create(path, what);
    this.did({ kind: "create", machine, path, what });
  }

  renameEntry(machine: string, from: string, to: string): void {
    this.changing({ kind: "files", machine, path: from, did: "rename", to });
    this.editor(machine).rename(from, to);
    this.did({ kind: "rename", machine, from, to });
  }

  removeEntry(machine: string, path: string): void {
    this.changing({ kind: "files", machine, path, did: "remove" });
    this.editor(machine).remove(path);
    this.did({ kind: "remove", machine, path });
  }

  /** The browser whose requests start on that machine, with its cookies. */
  browser(machine: string): PaneBrowser {
    return this.browsing.browser(machine);
  }

  /** A page at that address assigned to document.cookie. */
  setCookie(machine: string, url: string, cookie: string): void {
    this.actions.add({ kind: "cookie", machine, url, cookie });
    this.browser(machine).setCookie(url, cookie);
  }

  /** A request that somebody else sends for the learner is one of their actions too. */
  noteRequest(request: PaneRequest, machine: string): void {
    this.recorder.request(request, machine);
  }

  async fetch(request: PaneRequest, machine: string): Promise<PaneResponse> {
    this.noteRequest(request, machine);
    const answer = await this.browsing.fetch(request, machine);
    this.touch();
    return answer;
  }

  requestDetails(id: number): RequestDetails | undefined {
    return this.browsing.log.detailsOf(id);
  }

  /** The learner has answered the browser. */
  decide(machine: string, decision: BrowserDecision): void {
    this.actions.add({ kind: "decide", machine, decision });
    this.browsing.decide(machine, decision);
  }

  answerQuiz(quiz: string, answer: QuizAnswer): void {
    const known = this.lab.quizzes.find((each) => each.id === quiz);
    if (known === undefined) throw new Error(`The lab has no quiz ${quiz}.`);
    const problem = answerProblem(known, answer);
    if (problem !== undefined) throw new Error(problem);
    this.answers.set(quiz, answer);
    this.did({ kind: "answer", quiz, option: answer });
  }

  /** Goes on under changed tasks and questions; machines, traffic and rules over the history are as they were. Changed tasks are open again. */
  redefine(lab: LabDefinition): void {
    const before = new Map(this.lab.tasks.map((task) => [task.id, JSON.stringify(task.checks)]));
    const saved = this.grades.save();
    const same = (id: string): boolean => before.get(id) === JSON.stringify(lab.tasks.find((task) => task.id === id)?.checks);
    this.lab = lab;
    this.grades = new Grades(lab, { ...saved, passed: saved.passed.filter(same) });
    for (const [id, answer] of this.answers) {
      const quiz = lab.quizzes.find((each) => each.id === id);
      if (quiz === undefined || answerProblem(quiz, answer) !== undefined) this.answers.delete(id);
    }
    this.publishTasks();
    this.touch();
  }

  /** Simulated users that come when the learner calls them. */
  setTraffic(name: string, running: boolean): void {
    this.actions.add({ kind: "traffic", name, running });
    this.past.setTraffic(name, running);
  }

  trafficStates(): readonly TrafficState[] {
    return this.past.trafficStates();
  }

  openHint(task: string): void {
    if (!this.grades.openHint(task)) return;
    this.actions.add({ kind: "hint", task });
    this.publishTasks();
    // It is remembered; no check looks at it.
    for (const listener of this.touchListeners) listener();
  }

  /** Looks at every open task, and at those that this opens. */
  checkNow(): Promise<void> {
    return this.rounds.now();
  }

  /** The same, when a learner asks for it: a command that is at work now may end first. */
  checkAsked(): Promise<void> {
    return this.rounds.asked();
  }

  /** Every check at the end of an attempt: what is marked `lasting` is looked at once more. */
  async finalGrades(): Promise<readonly CheckResult[]> {
    await this.rounds.now();
    for (const task of this.lab.tasks) {
      const lasting = task.checks.filter((check) => check.lasting || check.kind === "never" || check.kind === "always");
      if (!this.grades.hasPassed(task.id) || lasting.length === 0) continue;
      const verdicts = await this.checker.look(task, lasting);
      for (const check of lasting) {
        const verdict = verdicts.get(check.id);
        if (verdict !== undefined) this.grades.recordLasting(task, check, verdict);
      }
    }
    this.publishTasks();
    return this.grades.checks();
  }

  notice(text: string, level: "info" | "warning" | "error" = "info"): void {
    const notice = { id: this.nextNotice++, text, level };
    this.state.update({ notices: [...this.state.get().notices, notice] });
  }

  dismissNotice(id: number): void {
    this.state.update({ notices: this.state.get().notices.filter((notice) => notice.id !== id) });
  }

  /** What is to be remembered. */
  remember(): SessionMemory {
    return {
      ...this.grades.save(),
      answers: Object.fromEntries(this.answers),
      cookies: { ...this.memory?.cookies, ...this.browsing.cookies() },
      actions: this.actions.all(),
      actionCount: this.actions.count,
      startedAtMs: this.startedAtMs,
      history: this.past.save(),
    };
  }

  /** `keep`: the terminals go to another session, which takes them. */
  dispose(keep: "terminals" | "nothing" = "nothing"): void {
    this.rounds.stop();
    this.stopEvents();
    this.past.dispose();
    for (const stop of this.stopTerminals) stop();
    for (const terminal of this.terminals.values()) {
      if (keep === "terminals") terminal.leave();
      else terminal.close();
    }
    this.terminals.clear();
  }

  /** Changes whenever files, processes or ports of a machine have. */
  digest(): string {
    return [...this.world.kernel.machines.values()]
      .map(({ version: { files, processes, ports } }) => `${files}.${processes}.${ports}`)
      .join(" ");
  }

  private async round(): Promise<{ sentRequests: boolean }> {
    let sentRequests = false;
    const looked = new Set<string>();
    // A task that passes may open others, which may hold already.
    for (let again = true; again; ) {
      again = false;
      for (const task of this.grades.open().filter((each) => !looked.has(each.id))) {
        looked.add(task.id);
        sentRequests ||= task.checks.some(
          (check) => check.kind === "http" || check.kind === "sql" || (check.kind === "run" && check.network),
        );
        again = (await this.lookAt(task)) || again;
      }
    }
    this.recorder.checked(this.grades.tasks());
    return { sentRequests };
  }

  private async lookAt(task: TaskDefinition): Promise<boolean> {
    const { grades } = this;
    const verdicts = await this.checker.look(task);
    // Tasks have changed meanwhile: these verdicts are of others.
    if (grades !== this.grades) return false;
    const passed = grades.record(task, verdicts);
    this.publishTasks();
    return passed;
  }

  /** What commands do that run in terminals, and of which nothing listens. */
  private commands(): CommandsAre {
    let are: CommandsAre = "none";
    for (const { activity, machine, tty } of this.terminals.values()) {
      if (activity !== "running") continue;
      const group = machine.processes().filter((each) => each.pgid === tty.foregroundGroup);
      if (machine.network.listening().some(({ pid }) => group.some((each) => each.pid === pid))) continue;
      if (!tty.awaitsKeys || group.some((each) => each.state === "running")) return "working";
      are = "asking";
    }
    return are;
  }

  private touch(): void {
    this.rounds.touch();
    for (const listener of this.touchListeners) listener();
  }

  private happened(event: WorldEvent): void {
    this.recorder.happened(event);
    if (event.kind === "listening" || event.kind === "closed-port") {
      this.state.update({ ports: this.ports() });
      this.touch();
    }
    if (event.kind === "process-ended") {
      for (const terminal of this.terminals.values()) {
        if (terminal.machine.name === event.machine && terminal.pid === event.pid) terminal.shellEnded();
      }
    }
  }

  /** Something that a check may look at. */
  private did(action: Parameters<ActionLog["add"]>[0]): void {
    this.actions.add(action);
    this.touch();
  }

  private answerTo(id: string): { text: string; right: boolean } | undefined {
    const given = this.answers.get(id);
    const quiz = this.lab.quizzes.find((each) => each.id === id);
    return given === undefined || quiz === undefined ? undefined : judge(quiz, given);
  }

  private ports(): SessionState["ports"] {
    return this.lab.machines.flatMap(({ name }) => {
      const listening = this.world.machine(name).network.listening();
      return [...new Set(listening.map(({ port }) => port))].map((port) => {
        const isReachable = listening.some((each) => each.port === port && !each.address.startsWith("127."));
        return { machine: name, port, ...(isReachable ? {} : { ownMachineOnly: true as const }) };
      });
    });
  }

  private freeTerminalId(): string {
    let id = `t${this.nextTerminal++}`;
    while (this.terminals.has(id)) id = `t${this.nextTerminal++}`;
    return id;
  }

  private publishTerminals(): void {
    const terminals = [...this.terminals.values()].map(({ id, machine, title }) => ({ id, machine: machine.name, title }));
    this.state.update({ terminals });
  }

  private publishTasks(): void {
    this.past.tasksChanged(this.grades.open());
    this.state.update({ tasks: this.grades.tasks() });
  }
}
