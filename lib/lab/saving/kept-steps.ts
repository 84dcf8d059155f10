/** Which of the steps that can be undone are saved with a lab, and what must be written for that. */
import type { TreeManifest } from "../../kernel/files/capture.ts";
import { besideDisks, type Checkpoint, type SharedDisk } from "../time/checkpoint.ts";
import type { LabTime } from "../time/lab-time.ts";
import type { StepTo } from "../time/timeline.ts";
import type { StepsChange, StoredMoments } from "./database.ts";
import { type DiskNeeds, needsOf, type SavedMoment, type SavedPast } from "./saved-lab.ts";

/** So many moments are saved with a lab… */
export const MOST_MOMENTS = 20;
/** …as long as they fit: so many bytes that the lab does not need itself, an inode of a disk counted as so many. */
const MOST_BYTES = 64 * 1024 * 1024;
const INODE_BYTES = 160;

/** What is written with a lab. */
export interface StepsPlan extends StepsChange {
  readonly past: SavedPast;
  /** Bytes of files, by key, that are not stored yet. */
  readonly bytes: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  /** Keys of all bytes that the moments need. */
  readonly needed: ReadonlySet<string>;
  /** What is stored once it is written. */
  readonly after: StoredMoments;
  /** Steps that can be undone now, and of those that are saved. */
  readonly undoable: number;
  readonly saved: number;
}

export interface PlanOptions {
  /** So many moments at most. */
  readonly most: number;
  /** Keys that the lab needs anyhow. */
  readonly free: ReadonlySet<string>;
  readonly isStored: (key: string) => boolean;
  readonly mostBytes?: number;
}

interface KnownDisk {
  /** Under which it is stored, once it is. */
  readonly id: string;
  readonly needs: DiskNeeds;
}

/** To look through a disk takes a while, and it never changes. */
const known = new WeakMap<SharedDisk, KnownDisk>();

/** Decides from the latest step backwards, since nobody gets past a step that is missing; then for what can be done again. */
export function planSteps(time: LabTime, stored: StoredMoments, options: PlanOptions): StepsPlan {
  const { done, undone, nextStep } = time.steps;
  const plan = new Plan(time, stored, options);
  const savedDone = plan.take(done);
  const savedUndone = savedDone.length === done.length ? plan.take(undone) : [];
  return plan.result({ nextStep, done: savedDone, undone: savedUndone }, done.length);
}

class Plan {
  private readonly moments: SavedMoment[] = [];
  private readonly kept = new Set<string>();
  private readonly newDisks = new Map<string, { readonly files: TreeManifest; readonly needs: DiskNeeds }>();
  private readonly keptDisks = new Set<string>();
  private readonly bytes = new Map<string, Uint8Array<ArrayBuffer>>();
  private readonly needed = new Set<string>();
  private room: number;

  constructor(
    private readonly time: LabTime,
    private readonly stored: StoredMoments,
    private readonly options: PlanOptions,
  ) {
    this.room = options.mostBytes ?? MOST_BYTES;
  }

  /** The latest of the steps that fit. */
  take(steps: readonly StepTo[]): SavedPast["done"] {
    const taken: SavedPast["done"][number][] = [];
    for (const { step, to } of steps.toReversed()) {
      const fits = this.kept.size < this.options.most && (this.takeStored(to.id) || this.takeNew(to.id, to.world));
      if (!fits) break;
      this.kept.add(to.id);
      taken.unshift({ step, moment: to.id });
    }
    return taken;
  }

  result(past: SavedPast, undoable: number): StepsPlan {
    const moments = new Map(this.moments.map(({ id, machines }) => [id, machines.map(({ disk }) => disk)]));
    const disks = new Map([...this.newDisks].map(([id, { needs }]) => [id, needs]));
    const isKept = ([id]: readonly [string, unknown]): boolean => this.kept.has(id) || this.keptDisks.has(id);
    return {
      after: {
        moments: new Map([...this.stored.moments, ...moments].filter(isKept)),
        disks: new Map([...this.stored.disks, ...disks].filter(isKept)),
      },
      past,
      moments: this.moments,
      disks: this.newDisks,
      goneMoments: [...this.stored.moments.keys()].filter((id) => !this.kept.has(id)),
      goneDisks: [...this.stored.disks.keys()].filter((id) => !this.keptDisks.has(id)),
      bytes: this.bytes,
      needed: this.needed,
      undoable,
      saved: past.done.length,
    };
  }

  private takeStored(moment: string): boolean {
    const disks = this.stored.moments.get(moment)?.map((id) => ({ id, needs: this.stored.disks.get(id) }));
    return disks?.every(({ needs }) => needs !== undefined) === true && this.fit(disks);
  }

  private takeNew(id: string, world: Checkpoint | undefined): boolean {
    if (world === undefined) return false;
    const disks = [...world.disks].map(([name, disk]) => ({ name, disk, units: disk.units, ...this.know(disk) }));
    if (!this.fit(disks)) return false;
    for (const each of disks) {
      if (this.stored.disks.has(each.id) || this.newDisks.has(each.id)) continue;
      const captured = this.time.checkpoints.saveDisk(each.disk, (key) => this.options.isStored(key) || this.bytes.has(key));
      for (const [key, content] of captured.bytes) this.bytes.set(key, content);
      this.newDisks.set(each.id, { files: captured.manifest, needs: each.needs });
    }
    this.moments.push({ id, machines: disks.map(({ name, units, id: disk }) => ({ name, units, disk })), ...besideDisks(world) });
    return true;
  }

  private know(disk: SharedDisk): KnownDisk {
    let found = known.get(disk);
    if (found === undefined) {
      const { manifest } = this.time.checkpoints.saveDisk(disk, () => true);
      found = { id: crypto.randomUUID(), needs: needsOf(manifest) };
      known.set(disk, found);
    }
    return found;
  }

  /** Counts what the disks need besides what is kept already; false when that is too much. */
  private fit(disks: readonly { readonly id: string; readonly needs: DiskNeeds | undefined }[]): boolean {
    const contents = new Map<string, number>();
    let size = 0;
    for (const { id, needs } of disks) {
      if (this.keptDisks.has(id)) continue;
      size += (needs?.inodes ?? 0) * INODE_BYTES;
      for (const [key, length] of needs?.contents ?? []) if (!this.needed.has(key)) contents.set(key, length);
    }
    for (const [key, length] of contents) if (!this.options.free.has(key)) size += length;
    if (size > this.room) return false;
    this.room -= size;
    for (const { id } of disks) this.keptDisks.add(id);
    for (const key of contents.keys()) this.needed.add(key);
    return true;
  }
}
