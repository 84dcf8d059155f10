import { Checker } from "../../../lab/checks/checker.ts";
import type { LabSession } from "../../../lab/session/session.ts";
import { beginSession } from "../../../lab/time/begin.ts";
import type { LabDefinition } from "../../../lab/types.ts";
import type { LabWorld } from "../../../lab/world/create.ts";
import { worldDifference } from "../../../lab/world-difference/difference.ts";
import type { WorldPicture } from "../../../lab/world-difference/facts.ts";
import { takePicture } from "../../../lab/world-difference/picture.ts";
import type { Step } from "../../steps.ts";
import { type StepClock, StepRunner } from "../step-runner.ts";
import { withoutDifference } from "./edit-moment.ts";
import { type Planned, planOf, sampleOf } from "./plan.ts";
import { fits, type Mutation, type MutationOptions, type MutationReport } from "./report.ts";
import { CantRevert, revert, stopUnit, type Undo } from "./revert.ts";
import { type CheckIn, looksAtWorld, type MakeWorld, type Moment, momentOf, quiet, SideWorld, stillTimers } from "./side-world.ts";

export interface MutationRun {
  readonly lab: LabDefinition;
  /** The steps of the solution. */
  readonly steps: readonly Step[];
  readonly options: MutationOptions;
  readonly clock: StepClock;
  readonly makeWorld: MakeWorld;
  /** Hears what is being done, for whoever waits. */
  readonly onNote: (text: string) => void;
}

/** A moment at which tasks had passed, and how the world was. */
interface Checkpoint {
  readonly name: string;
  readonly moment: Moment;
  readonly picture: WorldPicture;
  /** Checks that passed at that moment. */
  readonly checks: readonly CheckIn[];
}

/** A world that has just come back may need seconds more: nginx leaves a server alone for a while that did not answer it. */
const BASELINE_TRIES = 8;
/** Of differences under one pattern of survivors.yaml so many are tried all the same: a pattern that is no longer needed shows. */
const TRIED_OF_EXCUSED = 1;

/**
 * Takes every difference between the start and the solved world back, alone, and looks whether a check fails. A lab passes task by
 * task, so this is done at each moment at which a task has passed: a difference is caught if it is at any of them. It is taken back in
 * a copy of the running world, and, where nobody notices, in a copy that starts without it: a server reads its files when it starts.
 */
export async function tryMutations(run: MutationRun): Promise<MutationReport> {
  const { lab, options, onNote } = run;
  const startWorld = await run.makeWorld(lab);
  // A lab that continues another has terminals and servers from its first moment on.
  const startSession = beginSession(startWorld, lab, stillTimers);
  try {
    // Services start by themselves, and are no part of the solution.
    await quiet(startWorld, run.clock);
    const start = await takePicture(startWorld, { terminals: shellsOf(startSession) });
    const checkpoints = await solve(run, start);
    const last = checkpoints.at(-1);
    const all = new Map<string, Planned>();
    const noise: Record<string, number> = {};
    let differences = 0;
    const present = checkpoints.map(({ picture }) => {
      const found = worldDifference(start, picture);
      const plan = planOf(found);
      if (picture === last?.picture) {
        differences = found.length;
        Object.assign(noise, plan.noise);
      }
      for (const each of plan.planned) all.set(each.id, each);
      return new Map(plan.planned.map((each) => [each.id, each]));
    });
    const { chosen, excused } = choose([...all.values()], options);
    onNote(`${all.size} differences to take back, ${chosen.length} of them are tried at ${checkpoints.length} moments`);
    const hunt = new Hunt(run, startWorld, chosen);
    for (const [index, checkpoint] of checkpoints.entries()) {
      await hunt.at(checkpoint, present[index] ?? new Map(), (id) => !present.slice(index + 1).some((later) => later.has(id)));
    }
    const unread = [...new Set(checkpoints.flatMap(({ picture }) => picture.unread))];
    return {
      differences,
      noise,
      candidates: all.size - excused.length,
      mutations: [...hunt.results(options.excused), ...excused],
      notes: [...unread, ...hunt.notes],
    };
  } finally {
    startSession.dispose();
    startWorld.dispose();
  }
}

/** Which differences are tried: of those that are excused, one for each pattern. */
function choose(all: readonly Planned[], { excused, sample, seed }: MutationOptions): { chosen: Planned[]; excused: Mutation[] } {
  const left: Mutation[] = [];
  const probes: Planned[] = [];
  const counted = new Map<string, number>();
  const open = all.filter((planned) => {
    const pattern = excused.find((each) => fits(each, planned.id));
    if (pattern === undefined) return true;
    const count = counted.get(pattern) ?? 0;
    counted.set(pattern, count + 1);
    if (count < TRIED_OF_EXCUSED) probes.push(planned);
    else left.push({ id: planned.id, what: planned.what, outcome: "excused", by: pattern });
    return false;
  });
  return { chosen: [...sampleOf(open, sample, seed), ...probes], excused: left };
}

/** Does the solution, and keeps the world whenever tasks have passed. */
async function solve({ lab, steps, clock, makeWorld, onNote }: MutationRun, start: WorldPicture): Promise<Checkpoint[]> {
  const world = await makeWorld(lab);
  const session = beginSession(world, lab, stillTimers);
  const checker = new Checker(world, () => undefined);
  const checkpoints: Checkpoint[] = [];
  const passed = new Set<string>();
  const keep = async (name: string): Promise<void> => {
    const all = lab.tasks
      .filter(({ id }) => passed.has(id))
      .flatMap((task) => task.checks.filter(looksAtWorld).map((check) => ({ task, check })));
    const checks: CheckIn[] = [];
    for (const each of all) {
      const verdict = (await checker.look(each.task, [each.check])).get(each.check.id);
      if (verdict?.status === "pass") checks.push(each);
    }
    const picture = await takePicture(world, { terminals: shellsOf(session) });
    const before = checkpoints.at(-1);
    if (worldDifference(before?.picture ?? start, picture).length === 0 && before?.checks.length === checks.length) return;
    checkpoints.push({ name, moment: momentOf(session, world), picture, checks });
  };
  try {
    await quiet(world, clock);
    const runner = new StepRunner(session, clock);
    await session.checkNow();
    for (const [index, step] of steps.entries()) {
      await runner.perform(step);
      await session.checkNow();
      const now = session.state.get().tasks.filter(({ status }) => status === "passed");
      const fresh = now.filter(({ id }) => !passed.has(id));
      for (const { id } of fresh) passed.add(id);
      if (fresh.some(({ id }) => lab.tasks.find((task) => task.id === id)?.checks.some(looksAtWorld))) {
        await keep(`after step ${index + 1} (${fresh.map(({ id }) => id).join(", ")})`);
      }
    }
    await keep("at the end");
    onNote(`the solution passed through ${checkpoints.length} moments`);
    return checkpoints;
  } finally {
    session.dispose();
    world.dispose();
  }
}

function shellsOf(session: LabSession): Set<number> {
  return new Set([...session.terminals.values()].flatMap(({ pid }) => (pid === undefined ? [] : [pid])));
}

/** Goes from moment to moment with the differences that nobody has caught yet. */
class Hunt {
  readonly notes: string[] = [];
  private readonly caught = new Map<string, string>();
  private readonly seen = new Set<string>();
  private readonly untried = new Map<string, string>();

  constructor(
    private readonly run: MutationRun,
    private readonly startWorld: LabWorld,
    private readonly chosen: readonly Planned[],
  ) {}

  results(excused: readonly string[]): Mutation[] {
    return this.chosen.map(({ id, what }): Mutation => {
      const by = this.caught.get(id);
      if (by !== undefined) return { id, what, outcome: "caught", by };
      const pattern = excused.find((each) => fits(each, id));
      if (pattern !== undefined) return { id, what, outcome: "excused", by: pattern };
      const why = this.untried.get(id);
      return why === undefined ? { id, what, outcome: "survived" } : { id, what, outcome: "untried", by: why };
    });
  }

  /** Tries what is there at this moment. `isLast`: the difference is at no later one. */
  async at(checkpoint: Checkpoint, present: ReadonlyMap<string, Planned>, isLast: (id: string) => boolean): Promise<void> {
    const open = this.chosen.flatMap(({ id }) => present.get(id) ?? []).filter(({ id }) => !this.caught.has(id));
    if (open.length === 0) return;
    const { lab, makeWorld, clock, onNote } = this.run;
    onNote(`${checkpoint.name}: ${open.length} to try`);
    let side = await SideWorld.at(checkpoint.moment, lab, makeWorld, clock);
    try {
      const checks = await this.baseline(side, checkpoint);
      if (checks.length === 0) return;
      for (const planned of open) {
        const fresh = !this.seen.has(planned.id);
        this.seen.add(planned.id);
        const inRunning = await this.inRunning(side, planned, checks);
        if (inRunning === "spoiled") {
          side.dispose();
          side = await SideWorld.at(checkpoint.moment, lab, makeWorld, clock);
        }
        if (this.caught.has(planned.id) || (!fresh && !isLast(planned.id))) continue;
        await this.fromStart(side, planned, checks, checkpoint);
      }
    } finally {
      side.dispose();
    }
  }

  /** Checks that a world brought back passes, of those that passed at the moment itself. */
  private async baseline(side: SideWorld, { checks, name }: Checkpoint): Promise<CheckIn[]> {
    const passing: CheckIn[] = [];
    let patience = BASELINE_TRIES;
    for (const each of checks) {
      let failing = await side.firstFailing([each]);
      for (; failing !== undefined && patience > 0; patience--) failing = await side.firstFailing([each]);
      if (failing === undefined) passing.push(each);
    }
    const lost = checks.filter((each) => !passing.includes(each)).map(({ task, check }) => `${task.id}/${check.id}`);
    if (lost.length > 0) this.notes.push(`${name}: a copy of the world does not pass ${lost.join(", ")}; these could catch nothing there`);
    return passing;
  }

  private async inRunning(side: SideWorld, planned: Planned, checks: readonly CheckIn[]): Promise<"tried" | "not possible" | "spoiled"> {
    let undo: Undo | undefined;
    try {
      undo = await this.take(side, planned);
      await this.judge(side, planned, checks);
      this.untried.delete(planned.id);
      await undo();
      return "tried";
    } catch (error) {
      // What starts with the world is tried in one that starts without it.
      if (error instanceof CantRevert && undo === undefined) {
        const { kind } = planned.difference;
        if ((kind === "row" || kind === "ref") && !this.caught.has(planned.id)) this.untried.set(planned.id, error.message);
        return "not possible";
      }
      if (!this.caught.has(planned.id)) this.untried.set(planned.id, messageOf(error));
      return "spoiled";
    }
  }

  /** The same in a world that starts without it. */
  private async fromStart(side: SideWorld, planned: Planned, checks: readonly CheckIn[], { moment }: Checkpoint): Promise<void> {
    const { kind } = planned.difference;
    if (kind === "row" || kind === "ref") return;
    const { lab, makeWorld, clock } = this.run;
    let without = planned.aspect === "enabled" ? undefined : withoutDifference(moment, planned.difference);
    if (without === undefined && kind === "file") {
      try {
        const undo = await this.take(side, planned);
        without = side.moment(moment.ports);
        await undo();
      } catch (error) {
        this.untried.set(planned.id, messageOf(error));
        return;
      }
    }
    if (without === undefined) {
      if (kind !== "unit") this.untried.set(planned.id, "a copy of the world does not bring it back");
      return;
    }
    const other = await SideWorld.at(without, lab, makeWorld, clock);
    try {
      this.untried.delete(planned.id);
      // One that is enabled has been started by its target all the same.
      if (kind === "unit" && planned.aspect === "active" && planned.difference.before?.aspects.active !== "active") {
        await stopUnit(planned.difference.place, {
          machine: other.world.machine(planned.difference.machine),
          clock: other.world.kernel.clock,
        });
      }
      await this.judge(other, planned, checks);
    } catch (error) {
      if (!(error instanceof CantRevert)) throw error;
      this.untried.set(planned.id, error.message);
    } finally {
      other.dispose();
    }
  }

  private async take(side: SideWorld, planned: Planned): Promise<Undo> {
    const { machine } = planned.difference;
    const startBytes = (path: string): Uint8Array => this.startWorld.machine(machine).files.readFile(path);
    if (machine === "") throw new CantRevert("it belongs to no machine");
    return revert(planned, { machine: side.world.machine(machine), clock: side.world.kernel.clock, startBytes });
  }

  private async judge(side: SideWorld, planned: Planned, checks: readonly CheckIn[]): Promise<void> {
    const failing = await side.firstFailing(checks);
    if (failing !== undefined && failing.status === "fail") this.caught.set(planned.id, failing.name);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
