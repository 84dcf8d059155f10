import type { SavedWorld } from "../saving/saved-lab.ts";
import type { Checkpoint, Checkpoints } from "./checkpoint.ts";

/** A moment as it lies in storage. */
export interface StoredMoment {
  readonly saved: SavedWorld;
  readonly bytes: ReadonlyMap<string, Uint8Array>;
}

/** Where a step leads: the world at one instant, in memory, or in storage until it is needed. */
export class Moment {
  /** `id`: under which it is stored, in one lesson. One of `world` and `read` is given. */
  constructor(
    readonly id: string,
    private readonly checkpoints: Checkpoints,
    private kept: Checkpoint | undefined,
    private readonly read?: () => Promise<StoredMoment>,
  ) {}

  /** Undefined: it is in storage only. Stays the moment's own. */
  get world(): Checkpoint | undefined {
    return this.kept;
  }

  /** The same, read from storage first where it must be. Rejects when that can't be done. */
  async load(): Promise<void> {
    if (this.kept !== undefined || this.read === undefined) return;
    const { saved, bytes } = await this.read();
    const world = await this.checkpoints.load(saved, (key) => bytes.get(key));
    if (this.kept === undefined) this.kept = world;
    else this.checkpoints.drop(world);
  }

  /** The world becomes the caller's; undefined: it was not loaded. */
  take(): Checkpoint | undefined {
    const world = this.kept;
    this.kept = undefined;
    return world;
  }

  drop(): void {
    const world = this.take();
    if (world !== undefined) this.checkpoints.drop(world);
  }
}
