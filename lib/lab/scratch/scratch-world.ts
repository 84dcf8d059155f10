/** A second world beside the learner's, in which the author's solution is done step by step. Nothing of it reaches the learner's own. */
import { resolvePath } from "../checks/file-check.ts";
import type { LabPlace } from "../place.ts";
import { restartServer } from "../saving/restore.ts";
import { type OutputReceiver, OutputSubscriptions } from "../session/output-subscriptions.ts";
import type { Timers } from "../session/rounds.ts";
import { LabSession } from "../session/session.ts";
import type { LabTime } from "../time/lab-time.ts";
import type { LabDefinition } from "../types.ts";
import { LabWorld } from "../world/create.ts";
import { compareWorlds } from "./compare.ts";
import { SCRATCH, type ScratchComparison, type ScratchState, type SolutionStep } from "./types.ts";

export interface ScratchOptions {
  readonly lab: LabDefinition;
  readonly place: LabPlace;
  readonly time: LabTime;
  readonly task: string;
  readonly onState: (state: ScratchState) => void;
}

const SIZE = { columns: 80, rows: 24 };

/** Nothing is graded in a scratch copy, so nothing is looked at by itself. */
const still: Timers = { setTimeout: () => () => undefined, monotonic: () => 0 };

export class ScratchWorld {
  private readonly outputs = new OutputSubscriptions();
  private disposed = false;

  private constructor(
    private readonly options: ScratchOptions,
    private readonly world: LabWorld,
    private readonly session: LabSession,
    private readonly from: ScratchState["from"],
  ) {}

  /** Makes the world from the start of the task, with the servers that listened then without a terminal; where that start is not known, from the lab's. */
  static async begin(options: ScratchOptions): Promise<ScratchWorld> {
    const { lab, place, time, task } = options;
    const start = time.startOf(task);
    const disks = start && time.disksOf(start);
    const world = await place.createWorld(lab, () => undefined, disks, start?.services);
    if (!(world instanceof LabWorld)) throw new Error("This lab can't be copied.");
    const session = new LabSession(world, lab, still, start && { ...start.memory, actions: [] });
    const scratch = new ScratchWorld(options, world, session, start === undefined ? "lab" : "task");
    // What ran in front of a terminal is run by the solution's own steps; what ran behind them goes on.
    for (const server of start?.servers ?? []) if (server.terminal === undefined) void restartServer(session, server, "then");
    scratch.publish();
    return scratch;
  }

  /** Begins a step: what it types is at work when this resolves, and not yet over. */
  async perform(step: SolutionStep): Promise<void> {
    const { session } = this;
    switch (step.kind) {
      case "run": {
        const id = this.terminal(step.terminal, step.machine);
        await session.runCommand(step.command, id);
        return;
      }
      case "type":
        session.input(this.terminal(step.terminal), step.text.replaceAll("\n", "\r"));
        return;
      case "interrupt":
        session.input(this.terminal(step.terminal), "\x03");
        return;
      case "write": {
        const machine = step.machine ?? this.options.lab.machines[0]?.name ?? "";
        session.writeFile(machine, resolvePath(step.path, this.world.definition(machine)), step.text);
        return;
      }
      case "told":
        return;
    }
  }

  compare(mine: LabSession): Promise<ScratchComparison> {
    if (!(mine.world instanceof LabWorld)) throw new Error("This lab can't be compared.");
    return compareWorlds(this.world, mine.world, { scratch: shellsOf(this.session), mine: shellsOf(mine) });
  }

  input(id: string, data: string): void {
    this.session.input(id, data);
  }

  resize(id: string, columns: number, rows: number): void {
    this.session.terminals.get(id)?.resize(columns, rows);
  }

  onOutput(id: string, receive: OutputReceiver): () => void {
    return this.outputs.subscribe(id, receive, this.session.terminals.get(id));
  }

  dispose(): void {
    this.disposed = true;
    this.outputs.detachAll();
    this.session.dispose();
    this.world.dispose();
  }

  /** The scratch copy's terminal for one of the author's; opened when it is first needed. */
  private terminal(name: string, machine?: string): string {
    const id = `${SCRATCH}${name}`;
    if (!this.session.terminals.has(id)) {
      const terminal = this.session.openTerminal({ ...SIZE, id, machine });
      terminal.onMark(() => this.publish());
      this.outputs.attach(terminal);
      this.publish();
    }
    return id;
  }

  private publish(): void {
    if (this.disposed) return;
    const own = [...this.session.terminals.values()].filter(({ id }) => id.startsWith(SCRATCH));
    this.options.onState({
      task: this.options.task,
      from: this.from,
      phase: "ready",
      terminals: own.map(({ id, machine }) => ({
        id,
        machine: machine.name,
        title: id.slice(SCRATCH.length).replace(/^t(?=\d+$)/, "Terminal "),
      })),
      working: own.filter(({ activity, tty }) => activity === "running" && !tty.awaitsKeys).map(({ id }) => id),
    });
  }
}

function shellsOf(session: LabSession): ReadonlySet<number> {
  return new Set([...session.terminals.values()].flatMap(({ pid }) => pid ?? []));
}
