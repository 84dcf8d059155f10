import type { LabSession } from "../session/session.ts";

/** Real time. */
export interface RealClock {
  monotonic(): number;
  after(milliseconds: number, callback: () => void): () => void;
}

/** How long what was seen is waited for. */
export interface PatienceOptions {
  /** Real milliseconds without any movement in the world after which nothing more is expected. */
  readonly restMs: number;
  /** Real milliseconds at most, for a world that never rests. */
  readonly mostMs: number;
  /** However little has come of what was waited for, a world that never rests is given so many for the next thing. */
  readonly leastMs: number;
}

export const usualPatience: PatienceOptions = { restMs: 5000, mostMs: 120_000, leastMs: 5000 };

const LOOK_MS = 15;
/** After so much rest the lab's clock is moved on: what is waited for may wait for time itself. */
const REST_BEFORE_JUMP_MS = 60;
/** So far beyond the time of the recording, in milliseconds: a slow machine is behind. */
const MOST_LAG_MS = 60_000;
/** A jump waits until every process waits; one that computes without end is not waited for. */
const MOST_JUMP_MS = 3000;

/** Waits in a running world for conditions, never for time: the lab's clock is moved on while everything rests. */
export class Patience {
  private jumping = false;
  /** More of what was waited for did not come than did: where the world is another one, most of what was seen then never comes. */
  private failures = 0;

  constructor(
    private readonly session: () => LabSession,
    private readonly clock: RealClock,
    private readonly options: PatienceOptions,
    private readonly stopped: () => boolean,
  ) {}

  /** True once `condition` holds; false when it is not going to. `byMs`: when it held in the recording, on the lab's clock. */
  async until(condition: () => boolean | Promise<boolean>, byMs: number): Promise<boolean> {
    const began = this.clock.monotonic();
    const { mostMs, restMs, leastMs } = this.options;
    const longestMs = Math.max(mostMs / 2 ** this.failures, leastMs);
    let restedSince: number | undefined;
    let jumpedAt = began;
    let lag = 0;
    let step = 50;
    let mark = "";
    const failed = (): false => {
      this.failures++;
      return false;
    };
    for (;;) {
      if (await condition()) {
        if (mark !== "") this.failures = Math.max(0, this.failures - 1);
        return true;
      }
      const now = this.clock.monotonic();
      const next = this.mark();
      if (next !== mark || this.busy()) restedSince = undefined;
      else restedSince ??= now;
      mark = next;
      if (this.stopped()) return false;
      if (now - began > longestMs) return failed();
      if (restedSince !== undefined && now - Math.max(restedSince, jumpedAt) >= REST_BEFORE_JUMP_MS) {
        const behind = byMs - this.session().world.kernel.clock.now();
        if (behind > 0) await this.jump(behind);
        else if (lag < MOST_LAG_MS) {
          await this.jump(step);
          lag += step;
          step *= 2;
        } else if (now - restedSince >= restMs) return failed();
        jumpedAt = this.clock.monotonic();
      }
      await this.pause();
    }
  }

  /** Resolves once nothing moves for so many real milliseconds, or it takes too long. */
  async rest(restMs: number, mostMs: number): Promise<void> {
    const began = this.clock.monotonic();
    let since = began;
    let mark = this.mark();
    while (this.clock.monotonic() - since < restMs && this.clock.monotonic() - began < mostMs && !this.stopped()) {
      await this.pause();
      const next = this.mark();
      if (next !== mark || this.busy()) since = this.clock.monotonic();
      mark = next;
    }
  }

  /** Moves the lab's clock on to the time of the recording. */
  async reach(atMs: number): Promise<void> {
    const behind = atMs - this.session().world.kernel.clock.now();
    if (behind > 0) await this.jump(behind);
  }

  pause(): Promise<void> {
    return new Promise((resolve) => this.clock.after(LOOK_MS, resolve));
  }

  private async jump(milliseconds: number): Promise<void> {
    if (this.jumping) return;
    this.jumping = true;
    let cancel = (): void => undefined;
    const late = new Promise<void>((resolve) => {
      cancel = this.clock.after(MOST_JUMP_MS, resolve);
    });
    const jumped = this.session()
      .world.kernel.clock.advance(milliseconds)
      .finally(() => {
        this.jumping = false;
      });
    await Promise.race([jumped, late]);
    cancel();
  }

  /** Changes with files, processes, ports and what terminals have shown. */
  private mark(): string {
    const session = this.session();
    return `${session.digest()} ${[...session.terminals.values()].map((terminal) => terminal.shownBytes).join(" ")}`;
  }

  private busy(): boolean {
    const { lab, world } = this.session();
    return lab.machines.some(({ name }) =>
      world
        .machine(name)
        .processes()
        .some((process) => process.state === "running"),
    );
  }
}
