/** Labs of several machines for tests: everything that is installed in a real lab, and terminals to type in. */
import { testHost, until } from "../kernel/testing.ts";
import type { Machine } from "../kernel/types.ts";
import { LabSession } from "./session/session.ts";
import type { Terminal } from "./session/terminal.ts";
import type { LabDefinition, MachineDefinition } from "./types.ts";
import { createWorld, type LabWorld } from "./world/create.ts";
import { installedOn } from "./world/installed.ts";

export interface TestLab {
  readonly world: LabWorld;
  readonly session: LabSession;
  readonly machine: (name: string) => Machine;
  readonly open: (machine: string) => Typist;
  readonly close: () => void;
}

export function machineOf(name: string, more: Partial<MachineDefinition> = {}): MachineDefinition {
  return { name, image: "ubuntu", user: "learner", cwd: "/home/learner", ...more };
}

export async function testLab(machines: readonly MachineDefinition[], more: Partial<LabDefinition> = {}): Promise<TestLab> {
  const lab: LabDefinition = {
    lesson: "tests/network",
    version: "1",
    machines,
    tasks: [],
    files: [],
    browser: { machine: machines[0]?.name ?? "", home: "http://localhost:8000/" },
    quizzes: [],
    ...more,
  };
  const host = testHost();
  const world = await createWorld(lab, { host, installed: installedOn(host), warm: false });
  // A loaded computer may start the services of a machine later than the lab is ready to wait for them.
  for (const { name } of machines.filter(({ ssh }) => ssh !== undefined)) {
    await until(() =>
      world
        .machine(name)
        .network.listening()
        .some(({ port }) => port === 22),
    );
  }
  const session = new LabSession(world, lab, {
    setTimeout: host.setTimeout,
    monotonic: () => host.monotonic(),
  });
  return {
    world,
    session,
    machine: (name) => world.machine(name),
    open: (machine) => new Typist(session.openTerminal({ machine, columns: 80, rows: 24 })),
    close: () => {
      session.dispose();
      world.dispose();
    },
  };
}

/** Types in a terminal and reads what is shown. */
export class Typist {
  #text = "";
  /** Where the last wait ended: what was shown before does not count again. */
  #seen = 0;

  constructor(readonly terminal: Terminal) {
    const decoder = new TextDecoder();
    terminal.onOutput((bytes, done) => {
      this.#text += decoder.decode(bytes, { stream: true });
      done();
    });
  }

  /** Everything shown so far, without escape sequences, lines ended by "\n". */
  get text(): string {
    return plain(this.#text);
  }

  /** Waits for a pattern in what is shown from now on; what was shown up to it. */
  async sees(pattern: RegExp | string): Promise<string> {
    const find = () => {
      const rest = this.text.slice(this.#seen);
      const at = typeof pattern === "string" ? rest.indexOf(pattern) : rest.search(pattern);
      return at < 0
        ? undefined
        : rest.slice(0, at + (typeof pattern === "string" ? pattern.length : (pattern.exec(rest)?.[0].length ?? 0)));
    };
    await until(() => find() !== undefined);
    const found = find() ?? "";
    this.#seen += found.length;
    return found;
  }

  type(text: string): void {
    this.terminal.input(text);
  }

  /** Runs a command at the prompt; its output. */
  async run(command: string): Promise<string> {
    await this.terminal.atPrompt();
    this.#seen = this.text.length;
    const ended = new Promise<void>((resolve) => {
      let begun = false;
      const stop = this.terminal.onMark((mark) => {
        begun ||= mark !== "ended" && mark.kind === "command-start";
        if (mark !== "ended" && !(begun && mark.kind === "prompt-end")) return;
        stop();
        resolve();
      });
    });
    const begins = new Promise<number>((resolve) => {
      const stop = this.terminal.onMark((mark) => {
        if (mark === "ended" || mark.kind !== "command-start") return;
        stop();
        resolve(this.text.length);
      });
    });
    this.type(`${command}\r`);
    const start = await begins;
    await ended;
    const shown = this.text.slice(start);
    this.#seen = this.text.length;
    // The next prompt is no output.
    return shown.slice(0, shown.lastIndexOf("\n") + 1);
  }

  get status(): number | undefined {
    return this.terminal.lastStatus;
  }
}

function plain(output: string): string {
  return (
    output
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of control characters.
      .replace(/\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]P_^X][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]/g, "")
      .replace(/\r+\n/g, "\n")
      .replace(/\r/g, "")
  );
}
