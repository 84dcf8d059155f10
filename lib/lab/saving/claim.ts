import { deferred } from "../deferred.ts";

/** What of navigator.locks is used (https://w3c.github.io/web-locks/). */
export interface Locks {
  request(
    name: string,
    options: { ifAvailable?: boolean; steal?: boolean; signal?: AbortSignal },
    held: (lock: unknown) => Promise<void>,
  ): Promise<unknown>;
}

type ChannelMessage = { readonly kind: "release"; readonly lesson: string };

/** A page that was just left may still be saving: so long it is waited for before a lab counts as open elsewhere. */
const PATIENCE_MS = 700;
/** So long the tab that has the lab may take to save it and let go. */
const POLITE_MS = 3000;

/** The right to write a lab: of all tabs, one has it. Another asks for it; if nobody answers, it takes it. */
export class Claim {
  private let: (() => void) | undefined;
  private readonly channel: BroadcastChannel;
  private lesson = "";
  private lost: () => void | Promise<void> = () => undefined;

  constructor(
    private readonly locks: Locks,
    channelName = "slipway-labs",
  ) {
    this.channel = new BroadcastChannel(channelName);
    this.channel.onmessage = (event: MessageEvent) => void this.asked(event.data as ChannelMessage);
  }

  /** False when another tab has the lab. `onLost` is called when another takes it over, before it gets it if it asks politely. */
  async take(lesson: string, takeOver: boolean, onLost: () => void | Promise<void>): Promise<boolean> {
    if (this.let !== undefined) return true;
    this.lesson = lesson;
    this.lost = onLost;
    if (!takeOver) return this.request({ signal: AbortSignal.timeout(PATIENCE_MS) });
    if (await this.request({ ifAvailable: true })) return true;
    this.channel.postMessage({ kind: "release", lesson } satisfies ChannelMessage);
    if (await this.request({ signal: AbortSignal.timeout(POLITE_MS) })) return true;
    return this.request({ steal: true });
  }

  release(): void {
    this.let?.();
    this.let = undefined;
  }

  close(): void {
    this.release();
    this.channel.close();
  }

  private async request(options: { ifAvailable?: boolean; steal?: boolean; signal?: AbortSignal }): Promise<boolean> {
    const answer = deferred<boolean>();
    const name = lockOf(this.lesson);
    this.locks
      .request(name, options, (lock) => {
        if (lock === null) {
          answer.resolve(false);
          return Promise.resolve();
        }
        const held = deferred<void>();
        this.let = () => held.resolve();
        answer.resolve(true);
        return held.promise;
      })
      .catch(() => {
        // Given up waiting; or, after it was held, stolen by another tab.
        answer.resolve(false);
        if (this.let === undefined) return;
        this.let = undefined;
        void this.lost();
      });
    return answer.promise;
  }

  private async asked(message: ChannelMessage): Promise<void> {
    if (message.kind !== "release" || message.lesson !== this.lesson || this.let === undefined) return;
    const release = this.let;
    this.let = undefined;
    try {
      await this.lost();
    } finally {
      release();
    }
  }
}

/** Does something with a lab's storage that no tab has now; nothing where one has it. */
export async function ifFree(locks: Locks, lesson: string, work: () => Promise<void>): Promise<void> {
  await locks.request(lockOf(lesson), { ifAvailable: true }, async (lock) => {
    if (lock !== null) await work();
  });
}

function lockOf(lesson: string): string {
  return `slipway-lab:${lesson}`;
}
