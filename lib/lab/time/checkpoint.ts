/**
 * The whole world at one instant, kept in memory: disks as kept trees of the world's own store of files, the rest as plain data.
 * What has not changed between two checkpoints is kept once.
 */
import type { TreeCapture } from "../../kernel/files/capture.ts";
import { differences, type KeptTree } from "../../kernel/files/kept-trees.ts";
import { activeUnits } from "../../programs/systemd/boot.ts";
import { captureRunning } from "../saving/capture.ts";
import type { SavedServer, SavedTerminal, SavedWorld } from "../saving/saved-lab.ts";
import type { ServicesState } from "../services/services.ts";
import type { LabSession, SessionMemory } from "../session/session.ts";
import type { KeptDisk, LabWorld, SavedDisk } from "../world/create.ts";

export interface Checkpoint {
  readonly disks: ReadonlyMap<string, SharedDisk>;
  readonly terminals: readonly SavedTerminal[];
  readonly servers: readonly SavedServer[];
  /** Without the list of actions: that only ever grows. */
  readonly memory: SessionMemory;
  readonly services: ServicesState | undefined;
  /** How far the time of day had been made to jump, in milliseconds. */
  readonly aheadMs: number;
  /** Pids that lived, by machine. */
  readonly alive: ReadonlyMap<string, ReadonlySet<number>>;
}

/** A machine's disk that several checkpoints may hold. */
export interface SharedDisk extends KeptDisk {
  /** `Machine.version.files` when it was taken, and of which machine: equal ones mean an unchanged disk. */
  readonly version: number;
  readonly of: number;
  holders: number;
}

/** A checkpoint as it is stored, with the bytes of files by their keys. */
interface Saved {
  readonly saved: SavedWorld;
  readonly bytes: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/** Makes checkpoints of one world, and gives their memory back. */
export class Checkpoints {
  private readonly latest = new Map<string, SharedDisk>();

  constructor(readonly world: LabWorld) {}

  take(session: LabSession): Checkpoint {
    const { kernel } = this.world;
    return kernel.worldFiles.frozen(() => ({
      disks: new Map([...kernel.machines.keys()].map((name) => [name, this.keep(name)])),
      ...captureRunning(session, { screens: false }),
      memory: { ...session.remember(), actions: [] },
      services: structuredClone(this.world.servicesState),
      aheadMs: kernel.clock.aheadMs,
      alive: alive(this.world),
    }));
  }

  /** The machines are others than those of which checkpoints were taken so far. */
  worldReplaced(): void {
    this.latest.clear();
  }

  /** The same checkpoint for one more holder. */
  hold(checkpoint: Checkpoint): Checkpoint {
    for (const disk of checkpoint.disks.values()) disk.holders++;
    return checkpoint;
  }

  /** To be called once for every checkpoint that nobody needs any more. */
  drop(checkpoint: Checkpoint): void {
    for (const disk of checkpoint.disks.values()) this.letGo(disk);
  }

  /** Nothing that `undo` would bring back has changed since: no file, no process, no name, no shell's folder or environment. */
  isUnchanged({ disks, terminals, servers, services, alive: before }: Checkpoint, session: LabSession): boolean {
    const running = captureRunning(session, { screens: false });
    const now = alive(this.world);
    return (
      [...disks].every(([name, disk]) => this.isSame(disk, name) && sameSet(before.get(name), now.get(name))) &&
      same(terminals.map(lasting), running.terminals.map(lasting)) &&
      same(servers, running.servers) &&
      same(services, this.world.servicesState)
    );
  }

  /** The disks in the form in which other worlds take them (`createWorld`). */
  disksOf(checkpoint: Checkpoint): readonly SavedDisk[] {
    const { worldFiles, lastPid } = this.world.kernel;
    return [...checkpoint.disks].map(([name, { tree, units }]) => {
      const root = worldFiles.kept.restore(tree);
      const { manifest, bytes } = worldFiles.capture(root);
      worldFiles.destroyTree(root);
      return { name, units, lastPid, files: manifest, bytes: (key: string) => bytes.get(key) };
    });
  }

  /** The checkpoint for storage; bytes only of keys that are not saved yet. */
  save(checkpoint: Checkpoint, isSaved: (key: string) => boolean): Saved {
    const bytes = new Map<string, Uint8Array<ArrayBuffer>>();
    const machines = [...checkpoint.disks].map(([name, disk]) => {
      const captured = this.saveDisk(disk, isSaved);
      for (const [key, content] of captured.bytes) bytes.set(key, content);
      return { name, units: disk.units, files: captured.manifest };
    });
    return { saved: { machines, ...besideDisks(checkpoint) }, bytes };
  }

  /** One of its disks; bytes only of keys that are not saved yet. */
  saveDisk({ tree }: SharedDisk, isSaved: (key: string) => boolean): TreeCapture {
    const { worldFiles } = this.world.kernel;
    const root = worldFiles.kept.restore(tree);
    const captured = worldFiles.capture(root, isSaved);
    worldFiles.destroyTree(root);
    return captured;
  }

  /** A checkpoint that was saved. Rejects with DiskError when its files can't be had. */
  async load(saved: SavedWorld, bytes: (key: string) => Uint8Array | undefined): Promise<Checkpoint> {
    const { worldFiles, clock } = this.world.kernel;
    const disks = new Map<string, SharedDisk>();
    for (const { name, root, units } of await this.world.restoreTrees(saved.machines.map((machine) => ({ ...machine, bytes })))) {
      disks.set(name, { tree: worldFiles.kept.keep(root), units, of: -1, version: -1, holders: 1 });
      worldFiles.destroyTree(root);
    }
    const { terminals, servers, memory, services, aheadMs = clock.aheadMs } = saved;
    return { disks, terminals, servers, memory, services, aheadMs, alive: new Map() };
  }

  private keep(name: string): SharedDisk {
    const machine = this.world.kernel.machines.get(name);
    if (machine === undefined) throw new Error(`The lab has no machine ${name}.`);
    const latest = this.latest.get(name);
    const units = activeUnits(machine);
    if (latest !== undefined && this.isCurrent(latest, name) && same(units, latest.units)) {
      latest.holders++;
      return latest;
    }
    const { worldFiles } = this.world.kernel;
    const { rootInode: of } = machine;
    const tree = worldFiles.kept.keep(of, latest?.of === of ? latest.tree : undefined);
    const disk: SharedDisk = { tree, units, of, version: worldFiles.version(of), holders: 1 };
    this.latest.set(name, disk);
    return disk;
  }

  private letGo(disk: SharedDisk): void {
    if (--disk.holders > 0) return;
    for (const [name, latest] of this.latest) if (latest === disk) this.latest.delete(name);
    this.world.kernel.worldFiles.kept.forget(disk.tree);
  }

  /** Nothing on the machine's disk is otherwise, but for what its shells remember of lines that were typed. */
  private isSame(disk: SharedDisk, name: string): boolean {
    if (this.isCurrent(disk, name)) return true;
    const { kernel } = this.world;
    const machine = kernel.machines.get(name);
    if (machine?.rootInode !== disk.of) return false;
    const now = kernel.worldFiles.kept.keep(disk.of, disk.tree);
    const changed = differences(disk.tree, now);
    kernel.worldFiles.kept.forget(now);
    return changed.every((ino) => isHistory(disk.tree, ino));
  }

  private isCurrent({ of, version }: SharedDisk, name: string): boolean {
    const { worldFiles, machines } = this.world.kernel;
    return machines.get(name)?.rootInode === of && worldFiles.version(of) === version;
  }
}

/** Of a checkpoint, what is saved beside its disks. */
export function besideDisks({ terminals, servers, memory, services, aheadMs }: Checkpoint): Omit<SavedWorld, "machines"> {
  return { terminals, servers, memory, services, aheadMs };
}

function alive({ kernel }: LabWorld): ReadonlyMap<string, ReadonlySet<number>> {
  return new Map(
    [...kernel.machines].map(([name, machine]) => {
      const processes = machine.processes().filter(({ state }) => state !== "zombie");
      return [name, new Set(processes.map(({ pid }) => pid))];
    }),
  );
}

/** A file that is called as bash's HISTFILE is. */
function isHistory({ inodes }: KeptTree, ino: number): boolean {
  for (const { entries } of inodes.values()) if (entries?.get(".bash_history") === ino) return true;
  return false;
}

/** Of a terminal, what is brought back besides its screen. */
const lasting = ({ id, machine, cwd, env, state }: SavedTerminal): unknown => ({ id, machine, cwd, env, state });

/** Plain data, made the same way both times. */
function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function sameSet(one: ReadonlySet<number> = new Set(), other: ReadonlySet<number> = new Set()): boolean {
  return one.size === other.size && [...one].every((each) => other.has(each));
}
