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
  /** True while a command that is no server runs in a terminal: what it has half done is not looked at without need. */
  readonly busy: () => boolean;
  /** One round of checks. Resolves to whether it sent requests, which may themselves have changed the world. */
  readonly round: () => Promise<{ readonly sentRequests: boolean }>;
  readonly onChecking: (checking: boolean) => void;
}

/** The world counts as quiet after so long without a change. */
const QUIET_MS = 150;
/** A world that never rests is looked at all the same, this often. */
const PATIENCE_MS = 1000;
const POLL_MS = 100;
/** A world that moves by itself is looked at for at most this share of the time, so that looking never slows down typing. */
const SHARE_OF_TIME = 0.2;

/**
 * Decides when checks run: soon after something has happened that a learner did (a command ended, a file was saved, a server began to
 * listen), and after the world has changed by itself; once it is quiet, and never two rounds at a time.
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
    await this.running;
    await this.run();
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
    const quiet = now - this.changedAt >= QUIET_MS;
    const patient = now - this.dirtySince < PATIENCE_MS;
    if (!quiet && patient) return;
    if (!this.urgent && (this.options.busy() || now - this.endedAt < this.took / SHARE_OF_TIME)) return;
    void this.run();
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
