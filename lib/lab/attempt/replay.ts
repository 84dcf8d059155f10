import { captureLab } from "../saving/capture.ts";
import { restoreSession } from "../saving/restore.ts";
import { disksOf, type SavedLab } from "../saving/saved-lab.ts";
import type { ServicesState } from "../services/services.ts";
import { fingerprint, lastLine } from "../session/action-recorder.ts";
import type { Action } from "../session/actions.ts";
import { LabSession } from "../session/session.ts";
import { beginSession } from "../time/begin.ts";
import type { CheckResult, LabDefinition } from "../types.ts";
import type { LabWorld, SavedDisk } from "../world/create.ts";
import { Agreement, type Disagreement } from "./agreement.ts";
import { type Attempt, isDeed } from "./attempt.ts";
import { asRequest, PageTokens } from "./page-tokens.ts";
import { Patience, type PatienceOptions, type RealClock, usualPatience } from "./patience.ts";
import { Seen } from "./seen.ts";

export interface ReplayOptions {
  readonly lab: LabDefinition;
  readonly attempt: Attempt;
  readonly clock: RealClock;
  createWorld(disks?: readonly SavedDisk[], services?: ServicesState): Promise<LabWorld>;
  readonly patience?: PatienceOptions;
  /** Hears of every session, before anything is done in it: there is another one after the learner came back. */
  readonly onSession?: (session: LabSession) => void;
  /** Before each action (by its index), and with the attempt's length at the end. */
  readonly onAction?: (index: number) => void;
  /** When everything is there that an action waits for, before it is done. */
  readonly onReady?: (index: number) => void;
  /** Before the first action, and after the last one, in the world as it is then. */
  readonly onStarted?: (session: LabSession) => Promise<void>;
  readonly onEnding?: (session: LabSession) => Promise<void>;
  /** Given, keys are typed one after the other, each announced with the time at which the learner typed it (about). */
  readonly onTyping?: (atMs: number) => void;
  readonly stopped?: () => boolean;
}

/** Something of the recording that did not happen this time. */
export interface Missed {
  /** Index of the action that waited for it. */
  readonly action: number;
  readonly what: string;
}

export interface ReplayResult {
  /** Every check at the end, `lasting` ones looked at once more. */
  readonly checks: readonly CheckResult[];
  /** Checks whose last status differs from the recorded one, and since which action. The earliest first. */
  readonly disagreements: readonly Disagreement[];
  readonly missed: readonly Missed[];
  /** Index of the action before which it was stopped; the checks are those of the world as it was then. */
  readonly stoppedAt?: number;
}

/** So many terminals may be open at once. */
const MOST_TERMINALS = 40;
/** A program that is typed to counts as waiting for it when it has rested so long (real milliseconds). */
const WAITS_MS = 300;
const MOST_WAIT_MS = 10_000;
/** An answer of a server that takes longer is not waited for: it may be a stream. */
const MOST_ANSWER_MS = 10_000;
/** A part of a page that was asked for again and again is asked for so often at most. */
const MOST_AGAIN = 20;

/** Does again what an attempt says, in a world of its own, and compares what checks say. */
export class Replay {
  private readonly patience: Patience;
  private readonly seen = new Seen();
  private readonly agreement: Agreement;
  private readonly tokens = new PageTokens();
  private readonly missed: Missed[] = [];
  private readonly snapshots = new Map<number, { saved: SavedLab; bytes: ReadonlyMap<string, Uint8Array> }>();
  private session: LabSession | undefined;
  /** The world as it was when checks were looked at last. */
  private looked = "";
  private lastDeed = -1;
  private stoppedAt: number | undefined;

  constructor(private readonly options: ReplayOptions) {
    this.patience = new Patience(
      () => this.running,
      options.clock,
      options.patience ?? usualPatience,
      () => this.stopped(),
    );
    this.agreement = new Agreement();
  }

  /** Throws Error when the world can't be made. */
  async run(): Promise<ReplayResult> {
    const { attempt, lab } = this.options;
    const kept = new Set(attempt.actions.flatMap((action) => (action.kind === "undo" ? [action.keep] : [])));
    try {
      const world = await this.options.createWorld();
      // A lab that continues another one begins with what ran there.
      this.begin(lab.continues === undefined ? new LabSession(world, lab, noTimers) : beginSession(world, lab, noTimers));
      await this.options.onStarted?.(this.running);
      for (const [index, action] of attempt.actions.entries()) {
        if (this.stopped()) {
          this.stoppedAt = index;
          break;
        }
        if (kept.has(index)) this.snapshots.set(index, this.capture());
        this.options.onAction?.(index);
        await this.step(action, index);
        if (isDeed(action)) this.lastDeed = index;
      }
      if (this.stoppedAt === undefined) await this.settle(attempt.actions.length);
      this.options.onAction?.(attempt.actions.length);
      await this.running.checkNow();
      this.agreement.compare(this.running.state.get().tasks, this.lastDeed);
      await this.options.onEnding?.(this.running);
      const checks = await this.running.finalGrades();
      const { missed, stoppedAt } = this;
      return { checks, disagreements: this.agreement.remaining(), missed, ...(stoppedAt === undefined ? {} : { stoppedAt }) };
    } finally {
      this.end();
    }
  }

  private get running(): LabSession {
    if (this.session === undefined) throw new Error("The attempt is not being run again.");
    return this.session;
  }

  private stopped(): boolean {
    return this.options.stopped?.() ?? false;
  }

  private async step(action: Action, index: number): Promise<void> {
    if (action.kind === "saw" || action.kind === "port") {
      this.seen.expect(action);
      return;
    }
    await this.settle(index);
    if (action.kind === "checked") {
      await this.look(action);
      return;
    }
    await this.patience.reach(action.atMs);
    if (action.kind === "keys") await this.asked(action);
    this.options.onReady?.(index);
    try {
      await this.perform(action);
    } catch (error) {
      this.missed.push({ action: index, what: error instanceof Error ? error.message : String(error) });
    }
    this.seen.forgetPorts();
  }

  /** Waits for what the recording had seen by then. */
  private async settle(index: number): Promise<void> {
    const byMs = this.options.attempt.actions[index]?.atMs ?? this.options.attempt.actions.at(-1)?.atMs ?? 0;
    if (this.seen.missing(this.running) === undefined) return;
    if ((await this.patience.until(() => this.seen.missing(this.running) === undefined, byMs)) || this.stopped()) return;
    this.missed.push({ action: index, what: `${this.seen.missing(this.running)} did not come` });
    this.seen.giveUp();
  }

  /** A round of checks, where the recording had one. What passed there is waited for. */
  private async look(action: Extract<Action, { kind: "checked" }>): Promise<void> {
    const digest = `${this.running.digest()} ${this.lastDeed}`;
    if (action.changes.length + action.passed.length === 0 && digest === this.looked) return;
    const passing = action.changes.filter(({ status }) => status === "pass");
    const round = async (): Promise<boolean> => {
      await this.running.checkNow();
      const { tasks } = this.running.state.get();
      const holds = (task: string, id: string): boolean => {
        const status = tasks.find((each) => each.id === task)?.checks.find((check) => check.id === id)?.status;
        return status === "pass" || this.agreement.isLost(task, id, status);
      };
      const hasPassed = (id: string): boolean => {
        const task = tasks.find((each) => each.id === id);
        return task?.status === "passed" || task?.checks.some((check) => this.agreement.isLost(id, check.id, check.status)) === true;
      };
      return passing.every(({ task, id }) => holds(task, id)) && action.passed.every(hasPassed);
    };
    if (!(await round())) await this.patience.until(round, action.atMs);
    this.looked = digest;
    this.agreement.recorded(action.changes);
    this.agreement.compare(this.running.state.get().tasks, this.lastDeed);
  }

  private async perform(action: Exclude<Action, { kind: "saw" | "port" | "checked" }>): Promise<void> {
    const session = this.running;
    switch (action.kind) {
      case "keys":
        await this.type(action);
        return;
      case "terminal": {
        if (session.terminals.has(action.terminal)) return;
        if (session.terminals.size >= MOST_TERMINALS) throw new Error(`More than ${MOST_TERMINALS} terminals are not opened at once.`);
        const { terminal: id, machine, columns, rows } = action;
        this.seen.watch(session.openTerminal({ id, machine, columns, rows }));
        this.options.onSession?.(session);
        return;
      }
      case "close":
        session.closeTerminal(action.terminal);
        this.seen.closed(action.terminal);
        return;
      case "resize":
        session.resize(action.terminal, action.columns, action.rows);
        return;
      case "write":
        session.writeFile(action.machine, action.path, action.text);
        return;
      case "create":
        session.createEntry(action.machine, action.path, action.what);
        return;
      case "rename":
        session.renameEntry(action.machine, action.from, action.to);
        return;
      case "remove":
        session.removeEntry(action.machine, action.path);
        return;
      case "answer":
        session.answerQuiz(action.quiz, action.option);
        return;
      case "request":
        await this.request(action);
        return;
      case "cookie":
        session.setCookie(action.machine, action.url, action.cookie);
        return;
      case "decide":
        session.decide(action.machine, action.decision);
        return;
      case "hint":
        session.openHint(action.task);
        return;
      case "traffic":
        session.setTraffic(action.name, action.running);
        return;
      case "restored":
        await this.comeBack(this.capture());
        return;
      case "undo": {
        const snapshot = this.snapshots.get(action.keep);
        if (snapshot === undefined) throw new Error("What was undone is not in the attempt.");
        await this.comeBack(snapshot);
      }
    }
  }

  /** Waits until the program that is typed to shows what it showed then, or rests. */
  private async asked({ terminal: id, shown }: Extract<Action, { kind: "keys" }>): Promise<void> {
    const terminal = this.running.terminals.get(id);
    if (terminal === undefined || shown === undefined) return;
    const line = lastLine(terminal.tail(600));
    if (fingerprint(line) !== shown && line !== shown) await this.patience.rest(WAITS_MS, MOST_WAIT_MS);
  }

  private async type({ terminal: id, data, atMs, forMs = 0 }: Extract<Action, { kind: "keys" }>): Promise<void> {
    const terminal = this.running.terminals.get(id);
    if (terminal === undefined) throw new Error(`There is no terminal ${id}.`);
    const { onTyping } = this.options;
    if (onTyping === undefined) {
      this.running.input(id, data);
      return;
    }
    const parts = keysOf(data);
    for (const [index, part] of parts.entries()) {
      onTyping(atMs + (forMs * index) / parts.length);
      this.running.input(id, part);
      if (index < parts.length - 1) await this.patience.pause();
    }
  }

  private async request(action: Extract<Action, { kind: "request" }>): Promise<void> {
    if (action.omitted) throw new Error(`What was sent to ${action.url} was too long to be kept.`);
    const request = this.tokens.renewed(asRequest(action));
    for (let time = 0; time <= Math.min(action.again ?? 0, MOST_AGAIN); time++) {
      const answer = this.running.fetch(request, action.machine);
      answer.then(
        (response) => this.tokens.heard(request, response),
        () => undefined,
      );
      let answered = false;
      const over = (): void => {
        answered = true;
      };
      answer.then(over, over);
      const began = this.options.clock.monotonic();
      while (!answered && !this.stopped() && this.options.clock.monotonic() - began < MOST_ANSWER_MS) await this.patience.pause();
    }
  }

  private capture(): { saved: SavedLab; bytes: ReadonlyMap<string, Uint8Array> } {
    const session = this.running;
    // `createWorld` gives no other kind of world.
    return captureLab(session, session.world as LabWorld, () => false, session.world.kernel.clock.now());
  }

  /** The world as it is when the learner comes back to it (`saving/`): disks as they were, servers started again. */
  private async comeBack({ saved, bytes }: { saved: SavedLab; bytes: ReadonlyMap<string, Uint8Array> }): Promise<void> {
    this.end();
    const disks = disksOf(saved.machines, bytes);
    const world = await this.options.createWorld(disks, saved.services);
    this.begin(restoreSession(saved, this.options.lab, world, noTimers));
  }

  private begin(session: LabSession): void {
    this.session = session;
    this.seen.reset();
    this.seen.watchPorts(session);
    for (const terminal of session.terminals.values()) this.seen.watch(terminal);
    this.options.onSession?.(session);
  }

  private end(): void {
    const session = this.session;
    this.session = undefined;
    this.seen.reset();
    session?.dispose();
    session?.world.dispose();
  }
}

/** More keys than this are typed by several at once. */
const MOST_PARTS = 60;

/** Keys one by one; a key that sends an escape sequence stays whole. */
function keysOf(data: string): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what keys send begins with Escape.
  const keys = data.match(/\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|.)?|[^\x1b]/gsu) ?? [];
  const together = Math.ceil(keys.length / MOST_PARTS);
  return Array.from({ length: Math.ceil(keys.length / together) || 0 }, (_, part) =>
    keys.slice(part * together, (part + 1) * together).join(""),
  );
}

/** Checks are looked at where the recording had a round of them, not by themselves. */
const noTimers = { setTimeout: () => () => undefined, monotonic: () => 0 };
