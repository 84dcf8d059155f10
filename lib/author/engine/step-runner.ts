import { resolvePath } from "../../lab/checks/file-check.ts";
import { deferred } from "../../lab/deferred.ts";
import type { LabSession } from "../../lab/session/session.ts";
import type { Terminal } from "../../lab/session/terminal.ts";
import type { Step } from "../steps.ts";
import type { StepResult } from "./protocol.ts";
import { Recorder } from "./recorder.ts";
import { withoutEcho } from "./screen-text.ts";
import { visit } from "./visit.ts";

/** Real milliseconds that a step may take when it does not say (design.md §7). */
const DEFAULT_TIMEOUT_MS = 30_000;
/** A program that was typed to counts as waiting again when it has slept and shown nothing for so many looks in a row. */
const LOOKS_AT_REST = 3;
const LOOK_MS = 15;
/** How long a server may go on with a request that it has answered already. */
const MOST_LOOKS = 40;

const SIZE = { columns: 80, rows: 24 };

/** Real time, for timeouts and for `ms`. */
export interface StepClock {
  monotonic(): number;
  after(milliseconds: number, callback: () => void): () => void;
}

/** Does steps in a running lab, as a learner would: through terminals, editor, browser and quiz. */
export class StepRunner {
  private readonly recorders = new Map<string, Recorder>();

  constructor(
    private readonly session: LabSession,
    private readonly clock: StepClock,
  ) {
    for (const terminal of session.terminals.values()) this.recorders.set(terminal.id, new Recorder(terminal));
  }

  /** Does one step. What keeps it from being done stands in its result. */
  async perform(step: Step): Promise<StepResult> {
    const began = this.clock.monotonic();
    let result: StepResult;
    try {
      result = await this.attempt(step);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      result = { terminal: null, machine: null, ...shownFields(step), output: "", exitCode: null, ms: 0, error: message };
    }
    return { ...result, ms: Math.round(this.clock.monotonic() - began) };
  }

  private async attempt(step: Step): Promise<StepResult> {
    const base: StepResult = { terminal: null, machine: null, ...shownFields(step), output: "", exitCode: null, ms: 0 };
    if ("run" in step) return this.type(step);
    if ("interrupt" in step) return this.interrupt(step);
    if ("input" in step) return this.input(step);
    if ("answer" in step) {
      this.session.answerQuiz(step.quiz, step.answer);
      return base;
    }
    if ("write" in step) {
      const machine = step.machine ?? this.firstMachine();
      this.session.writeFile(machine, resolvePath(step.write, this.session.world.definition(machine)), step.text);
      return { ...base, machine };
    }
    if ("wait" in step) {
      await this.session.world.kernel.clock.advance(step.wait * 1000);
      return base;
    }
    const machine = step.machine ?? this.session.lab.browser.machine;
    const browser = this.session.browser(machine);
    const fetch: typeof browser.fetch = (request) => {
      this.session.noteRequest(request, machine);
      return browser.fetch(request);
    };
    const { text, ...rest } = await visit({ fetch }, step.visit, step.form);
    await this.servedOut();
    return { ...base, machine, output: text, ...rest };
  }

  /** Types a command, line by line as the shell asks for them, and waits for its end. */
  private async type(step: Extract<Step, { run: string }>): Promise<StepResult> {
    const recorder = this.recorderFor(step.terminal, step.machine);
    const { terminal } = recorder;
    const expired = this.expiry(step.timeout);
    // The key that a person would press for a new shell.
    if (terminal.activity === "ended") terminal.start();
    await recorder.until(() => terminal.activity !== "starting", expired.promise);
    // A program that is about to end gets the time to; one that waits (a server) gets what is typed.
    if (terminal.activity === "running") await this.settled(recorder, expired.promise);
    recorder.end();
    const until = step.until === undefined ? undefined : new RegExp(step.until);
    const matched = (): boolean => until?.test(recorder.output) ?? false;
    let done = true;
    // A command that shows a prompt of its own (a shell, ssh) goes on running behind it.
    let nested = false;
    for (const line of step.run.replace(/\n$/, "").split("\n")) {
      let asked = false;
      // Typed behind a running program, it is that program's end that makes the next prompt.
      let begun = terminal.activity !== "running";
      const stop = terminal.onMark((mark) => {
        begun ||= mark !== "ended" && mark.kind === "command-start";
        if (mark === "ended" || mark.kind === "command-end") nested = false;
        else if (mark.kind === "command-start") nested = true;
        asked ||= mark === "ended" || (begun && mark.kind === "prompt-end");
      });
      this.session.input(terminal.id, `${line}\r`);
      done = await recorder.until(() => asked || matched(), expired.promise);
      stop();
      if (!done || (matched() && !asked)) break;
    }
    expired.cancel();
    const running = nested || terminal.activity === "running";
    return this.result(recorder, step, { exitCode: running ? null : (terminal.lastStatus ?? 0), timedOut: !done });
  }

  private async interrupt(step: Extract<Step, { interrupt: true }>): Promise<StepResult> {
    const recorder = this.recorderFor(step.terminal);
    recorder.begin();
    return this.send(recorder, step, "\x03", false);
  }

  private async input(step: Extract<Step, { input: string }>): Promise<StepResult> {
    const recorder = this.recorderFor(step.terminal);
    recorder.begin();
    return this.send(recorder, step, step.input, true);
  }

  /** Sends keys; waits for the prompt, for `until`, or (`orRest`) until the program waits for more. */
  private async send(
    recorder: Recorder,
    step: Extract<Step, { input: string } | { interrupt: true }>,
    keys: string,
    orRest: boolean,
  ): Promise<StepResult> {
    const { terminal } = recorder;
    const expired = this.expiry(step.timeout);
    const echoes = terminal.tty.settings.echo;
    const until = step.until === undefined ? undefined : new RegExp(step.until);
    let asked = false;
    const stop = terminal.onMark((mark) => {
      asked ||= mark === "ended" || mark.kind === "prompt-end";
    });
    this.session.input(terminal.id, keys.replaceAll("\n", "\r"));
    const clean = (output: string): string => (echoes ? withoutEcho(output, keys) : output);
    const rest = orRest && until === undefined ? this.atRest(recorder, () => asked) : undefined;
    const done = await recorder.until(
      () => asked || (until?.test(clean(recorder.unseen)) ?? false) || (rest?.reached() ?? false),
      expired.promise,
    );
    rest?.stop();
    stop();
    expired.cancel();
    const running = terminal.activity === "running";
    const output = clean(recorder.output);
    const ended = { exitCode: running ? null : (terminal.lastStatus ?? null), timedOut: !done };
    return { ...this.result(recorder, step, ended), output };
  }

  /** A page takes a person longer to look at than it takes the server to be done with its request (its log line, its connection). */
  private async servedOut(): Promise<void> {
    const busy = (): boolean =>
      this.session.lab.machines.some(({ name }) =>
        this.session.world
          .machine(name)
          .processes()
          .some((process) => process.state === "running"),
      );
    for (let look = 0, quiet = 0; look < MOST_LOOKS && quiet < LOOKS_AT_REST; look++) {
      quiet = busy() ? 0 : quiet + 1;
      await new Promise<void>((resolve) => this.clock.after(LOOK_MS, resolve));
    }
  }

  /** Resolves when the terminal is at its prompt, or whatever runs in front waits for something. */
  private async settled(recorder: Recorder, expired: Promise<unknown>): Promise<void> {
    const { terminal } = recorder;
    const rest = this.atRest(recorder, () => terminal.activity !== "running");
    await recorder.until(() => terminal.activity !== "running" || rest.reached(), expired);
    rest.stop();
  }

  /** Watches for the moment when every process in the foreground sleeps and nothing more is shown. */
  private atRest(recorder: Recorder, over: () => boolean): { reached: () => boolean; stop: () => void } {
    const { machine, tty } = recorder.terminal;
    let quiet = 0;
    let seen = -1;
    let stopped = false;
    let cancel = (): void => undefined;
    const look = (): void => {
      if (stopped || over()) return;
      const awake = machine.processes().some((process) => process.pgid === tty.foregroundGroup && process.state === "running");
      quiet = awake || recorder.events !== seen ? 0 : quiet + 1;
      if (quiet >= LOOKS_AT_REST) recorder.poke();
      seen = recorder.events;
      cancel = this.clock.after(LOOK_MS, look);
    };
    cancel = this.clock.after(LOOK_MS, look);
    return {
      reached: () => quiet >= LOOKS_AT_REST,
      stop: () => {
        stopped = true;
        cancel();
      },
    };
  }

  private result(recorder: Recorder, step: Step, end: { exitCode: number | null; timedOut: boolean }): StepResult {
    const { terminal } = recorder;
    const { output } = recorder;
    recorder.end();
    const base = { terminal: terminal.id, machine: terminal.machine.name, ...shownFields(step), output, exitCode: end.exitCode, ms: 0 };
    return end.timedOut ? { ...base, timedOut: true } : base;
  }

  /** The terminal of that name, opened when it is new; without a name the lab's first, or one on that machine. */
  private recorderFor(id: string | undefined, machine?: string): Recorder {
    const wanted =
      id === undefined
        ? [...this.session.terminals.values()].find((each) => machine === undefined || each.machine.name === machine)
        : this.session.terminals.get(id);
    const terminal: Terminal = wanted ?? this.session.openTerminal({ ...SIZE, id, machine });
    if (wanted !== undefined && machine !== undefined && wanted.machine.name !== machine) {
      throw new Error(`Terminal ${wanted.id} is on ${wanted.machine.name}, not on ${machine}.`);
    }
    let recorder = this.recorders.get(terminal.id);
    if (recorder === undefined) {
      recorder = new Recorder(terminal);
      this.recorders.set(terminal.id, recorder);
    }
    return recorder;
  }

  private firstMachine(): string {
    return this.session.lab.machines[0]?.name ?? "";
  }

  private expiry(timeout: number | undefined): { promise: Promise<void>; cancel: () => void } {
    const { promise, resolve } = deferred<void>();
    return { promise, cancel: this.clock.after(timeout ?? DEFAULT_TIMEOUT_MS, () => resolve()) };
  }
}

/** What of the step its result repeats. */
function shownFields(step: Step): Partial<StepResult> {
  if ("run" in step) return { run: step.run };
  if ("answer" in step) return { answer: step.answer };
  if ("visit" in step) return { visit: step.visit };
  if ("interrupt" in step) return { interrupt: true };
  if ("input" in step) return { input: step.input };
  if ("write" in step) return { write: step.write };
  return { wait: step.wait };
}
