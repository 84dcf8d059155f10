/** Real time: when to look is a matter of the learner's patience, not of the lab's clock. */
export interface Timers {
  setTimeout(callback: () => void, milliseconds: number): () => void;
  /** Milliseconds that never go back. */
  monotonic(): number;
}

export interface RoundsOptions {
  readonly timers: Timers;
  /** Changes whenever files, processes or ports have. */
  readonly digest: () => string;
  /** What commands in terminals do that are no servers: what one has half done is not looked at. */
  readonly commands: () => CommandsAre;
  /** One round of checks. Resolves to whether it sent requests, which may themselves have changed the world. */
  readonly round: () => Promise<{ readonly sentRequests: boolean }>;
  readonly onChecking: (checking: boolean) => void;
}

/** `asking`: each that runs waits for the learner's keys, as an editor or a database's prompt does. */
export type CommandsAre = "none" | "asking" | "working";

/** The world counts as quiet after so long without a change. */
const QUIET_MS = 150;
/** A world that never rests is looked at all the same, this often. */
const PATIENCE_MS = 1000;
const POLL_MS = 100;
/** A command that waits for keys has come to rest when nothing has changed for so long. */
const REST_MS = 1000;
/** So long the rest of the lab waits for a command that goes on and on, while the learner does something else. */
const ELSEWHERE_MS = 10_000;
/** And so long when the learner asks for a check meanwhile. */
const ASKED_MS = 3000;
/** A world that moves by itself is looked at for at most this share of the time, so that looking never slows down typing. */
const SHARE_OF_TIME = 0.2;

/**
 * Decides when checks run: soon after something has happened that a learner did (a command ended, a file was saved, a server began to
 * listen), and after the world has changed by itself; once it is quiet, and never two rounds at a time. While a command works in a
 * terminal, its end is waited for, so that nothing half done is graded.
 */
export class Rounds {
  private dirtySince: number | undefined;
  private changedAt = 0;
  private urgent = false;
  private endedAt = 0;
  private took = 0;
  private seen: string;
  private running: Promise<void> | undefined;
  private stopPoll: () => void = () => undefined;
  private stopped = false;

  constructor(private readonly options: RoundsOptions) {
    this.seen = options.digest();
    this.poll();
  }

  /** The learner did something that may matter. */
  touch(): void {
    this.urgent = true;
    this.markDirty();
  }

  /** A round at once, after the one that may be under way. */
  async now(): Promise<void> {
    // Others may wait for the same end: only one of them begins.
    while (this.running !== undefined) await this.running.catch(() => undefined);
    await this.run();
  }

  /** The learner asks for a round: once the command is over that may be at work, or soon. */
  async asked(): Promise<void> {
    const { timers, commands } = this.options;
    const began = timers.monotonic();
    while (!this.stopped && commands() === "working" && timers.monotonic() - began < ASKED_MS) {
      await new Promise<void>((resolve) => timers.setTimeout(resolve, POLL_MS));
    }
    await this.now();
  }

  stop(): void {
    this.stopped = true;
    this.stopPoll();
  }

  private markDirty(): void {
    const now = this.options.timers.monotonic();
    this.dirtySince ??= now;
    this.changedAt = now;
  }

  private poll(): void {
    if (this.stopped) return;
    this.stopPoll = this.options.timers.setTimeout(() => {
      this.look();
      this.poll();
    }, POLL_MS);
  }

  private look(): void {
    const digest = this.options.digest();
    if (digest !== this.seen) {
      this.seen = digest;
      this.markDirty();
    }
    if (this.dirtySince === undefined || this.running !== undefined) return;
    const now = this.options.timers.monotonic();
    if (!this.isTime(now - this.changedAt, now - this.dirtySince)) return;
    if (!this.urgent && now - this.endedAt < this.took / SHARE_OF_TIME) return;
    void this.run();
  }

  /** Whether to look at a world that has changed `dirtyMs` ago for the first time, and `quietMs` ago for the last. */
  private isTime(quietMs: number, dirtyMs: number): boolean {
    switch (this.options.commands()) {
      case "none":
        return quietMs >= QUIET_MS || dirtyMs >= PATIENCE_MS;
      case "asking":
        return quietMs >= REST_MS || (this.urgent && dirtyMs >= ELSEWHERE_MS);
      case "working":
        return this.urgent && dirtyMs >= ELSEWHERE_MS;
    }
  }

  private async run(): Promise<void> {
    this.dirtySince = undefined;
    this.urgent = false;
    this.seen = this.options.digest();
    this.options.onChecking(true);
    const began = this.options.timers.monotonic();
    const running = this.options.round().then(({ sentRequests }) => {
      // A server that was asked by a check may have written something: that starts no new round. What the learner does
      // meanwhile is told by `touch`.
      if (sentRequests) this.seen = this.options.digest();
    });
    this.running = running.finally(() => {
      this.running = undefined;
      this.endedAt = this.options.timers.monotonic();
      this.took = this.endedAt - began;
      if (!this.stopped) this.options.onChecking(false);
    });
    await this.running;
  }
}
