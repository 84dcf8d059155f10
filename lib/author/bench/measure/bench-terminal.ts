import { LabSession } from "../../../lab/session/session.ts";
import type { Terminal } from "../../../lab/session/terminal.ts";
import type { LabWorld } from "../../../lab/world/create.ts";

export interface CommandTimes {
  /** Enter to the next prompt, in milliseconds. */
  readonly promptMs: number;
  /** Enter to the first byte of output; undefined when there was none. */
  readonly outputMs: number | undefined;
  readonly status: number | undefined;
  readonly output: string;
}

/** A terminal of a lab whose commands are timed as a learner would: from the Enter key. */
export class BenchTerminal {
  constructor(
    private readonly terminal: Terminal,
    private readonly session: LabSession,
  ) {}

  /** Opens a terminal and waits for its first prompt. */
  static async open(world: LabWorld): Promise<BenchTerminal> {
    const { terminal, session } = openTerminal(world);
    await terminal.atPrompt();
    return new BenchTerminal(terminal, session);
  }

  close(): void {
    this.session.dispose();
  }

  /** Types without Enter. */
  type(text: string): void {
    this.terminal.input(text);
  }

  /** Types a command and waits for the prompt after it. `onOutput` sees what has been shown so far. */
  async run(command: string, onOutput: (shown: string) => void = () => undefined): Promise<CommandTimes> {
    const { terminal } = this;
    const decoder = new TextDecoder();
    let output = "";
    let began = 0;
    let running = false;
    let outputMs: number | undefined;
    let prompted = (): void => undefined;
    const atPrompt = new Promise<void>((resolve) => {
      prompted = resolve;
    });
    const stopMarks = terminal.onMark((mark) => {
      if (mark === "ended") prompted();
      else if (mark.kind === "command-start") running = true;
      else if (mark.kind === "command-end") running = false;
      else if (mark.kind === "prompt-end") prompted();
    });
    let echoed = (): void => undefined;
    const echo = new Promise<void>((resolve) => {
      echoed = resolve;
    });
    let isOld = true;
    const stopOutput = terminal.onOutput((bytes, done) => {
      if (!isOld) {
        if (!running) echoed();
        else {
          outputMs ??= performance.now() - began;
          output += decoder.decode(bytes, { stream: true });
          onOutput(output);
        }
      }
      done();
    });
    isOld = false;
    terminal.input(command);
    await echo;
    began = performance.now();
    terminal.input("\r");
    await atPrompt;
    const promptMs = performance.now() - began;
    stopMarks();
    stopOutput();
    return { promptMs, outputMs, status: terminal.lastStatus, output };
  }
}

/** A terminal that may not have shown its prompt yet. */
export function openTerminal(world: LabWorld): { readonly terminal: Terminal; readonly session: LabSession } {
  const machine = world.definitions[0]?.name ?? "";
  const lab = { lesson: "", version: "", machines: world.definitions, tasks: [], files: [], browser: { machine, home: "" }, quizzes: [] };
  const session = new LabSession(world, lab, { setTimeout: () => () => undefined, monotonic: () => 0 });
  return { session, terminal: session.openTerminal({ columns: 80, rows: 24 }) };
}
