import { Checker } from "../../../lab/checks/checker.ts";
import { captureLab } from "../../../lab/saving/capture.ts";
import { restoreSession } from "../../../lab/saving/restore.ts";
import { disksOf, type SavedLab } from "../../../lab/saving/saved-lab.ts";
import type { ServicesState } from "../../../lab/services/services.ts";
import type { LabSession } from "../../../lab/session/session.ts";
import type { CheckDefinition, LabDefinition, TaskDefinition } from "../../../lab/types.ts";
import type { LabWorld, SavedDisk } from "../../../lab/world/create.ts";
import type { StepClock } from "../step-runner.ts";

export interface CheckIn {
  readonly task: TaskDefinition;
  readonly check: CheckDefinition;
}

/** A world at one moment, ready to be brought back as often as one likes. */
export interface Moment {
  readonly saved: SavedLab;
  readonly bytes: ReadonlyMap<string, Uint8Array>;
  /** Ports that were listened on, as "machine:port". */
  readonly ports: readonly string[];
}

export type MakeWorld = (lab: LabDefinition, disks?: readonly SavedDisk[], services?: ServicesState) => Promise<LabWorld>;

/** Checks look when they are told to, not by themselves. */
export const stillTimers = { setTimeout: () => () => undefined, monotonic: () => 0 };

/** Kinds that look at what is, and not at what was. */
export function looksAtWorld({ kind }: CheckDefinition): boolean {
  return kind !== "quiz" && kind !== "never" && kind !== "always" && kind !== "traffic";
}

export function momentOf(session: LabSession, world: LabWorld): Moment {
  const { saved, bytes } = captureLab(session, world, () => false, 0);
  return { saved, bytes, ports: portsOf(world) };
}

function portsOf(world: LabWorld): string[] {
  return world.definitions.flatMap(({ name }) =>
    world
      .machine(name)
      .network.listening()
      .map(({ port }) => `${name}:${port}`),
  );
}

const LOOK_MS = 100;
/** So many looks in a row at which nothing runs: whatever was started waits for something. */
const QUIET_LOOKS = 10;
/** … and so many while a port is missing: a server that loads its code looks as if it waited. */
const PATIENT_LOOKS = 30;
/** A world that is not quiet by then is looked at as it is. */
const PATIENCE_MS = 40_000;

/** Waits until nothing in the world moves any more; shorter where all of these ports are listened on, longer where one is missing. */
export async function quiet(world: LabWorld, clock: StepClock, ports: readonly string[] = [], patienceMs = PATIENCE_MS): Promise<void> {
  const began = clock.monotonic();
  for (let still = 0, enough = QUIET_LOOKS; still < enough && clock.monotonic() - began < patienceMs; ) {
    const now = new Set(portsOf(world));
    const moving = world.definitions.some(({ name }) =>
      world
        .machine(name)
        .processes()
        .some(({ state }) => state === "running"),
    );
    const complete = ports.length > 0 && ports.every((port) => now.has(port));
    enough = ports.length === 0 || complete ? QUIET_LOOKS : PATIENT_LOOKS;
    still = moving ? 0 : still + (complete ? 3 : 1);
    await new Promise<void>((resolve) => void clock.after(LOOK_MS, () => resolve()));
  }
}

/** A world brought back beside the learner's, to be changed and thrown away. */
export class SideWorld {
  private readonly checker: Checker;

  private constructor(
    readonly world: LabWorld,
    readonly session: LabSession,
    private readonly clock: StepClock,
  ) {
    this.checker = new Checker(world, () => undefined);
  }

  static async at({ saved, bytes, ports }: Moment, lab: LabDefinition, makeWorld: MakeWorld, clock: StepClock): Promise<SideWorld> {
    const disks = disksOf(saved.machines, bytes);
    // What simulated users do is the lab's history, and nothing of it is judged here.
    const world = await makeWorld({ ...lab, traffic: undefined }, disks, saved.services);
    const side = new SideWorld(world, restoreSession(saved, { ...lab, tasks: [], traffic: undefined }, world, stillTimers), clock);
    await quiet(world, clock, ports);
    return side;
  }

  /** The first of these checks that does not pass, and how it is then; each has three tries, a second apart. */
  async firstFailing(checks: readonly CheckIn[]): Promise<{ name: string; status: string } | undefined> {
    for (const { task, check } of checks) {
      for (let tries = 0; ; tries++) {
        const verdict = (await this.checker.look(task, [check])).get(check.id);
        if (verdict?.status === "pass") break;
        if (tries === 2) return { name: `${task.id}/${check.id}`, status: verdict?.status ?? "error" };
        await this.pause(tries === 0 ? 300 : 1000);
      }
    }
    return undefined;
  }

  /** One look at one check. */
  async passes({ task, check }: CheckIn): Promise<boolean> {
    return (await this.checker.look(task, [check])).get(check.id)?.status === "pass";
  }

  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => void this.clock.after(milliseconds, () => resolve()));
  }

  moment(ports: readonly string[]): Moment {
    return { ...momentOf(this.session, this.world), ports };
  }

  dispose(): void {
    this.session.dispose();
    this.world.dispose();
  }
}
