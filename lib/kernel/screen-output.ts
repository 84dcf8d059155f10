/** Bytes on their way to the screen, with flow control: so much may be under way, then writers wait. */
import { ByteQueue } from "./byte-queue.ts";

/** How much may be unacknowledged by the screen, and how much may wait behind it. */
const UNACKNOWLEDGED = 256 * 1024;
const WAITING = 64 * 1024;
/** So much is sent at once; less waits for the end of the turn, so that many small writes make one message. */
const EAGER = 16 * 1024;

export type ScreenReceiver = (bytes: Uint8Array, done: () => void) => void;

export class ScreenOutput {
  readonly #queue = new ByteQueue(WAITING);
  readonly #turn: () => Promise<void>;
  readonly #roomAgain: () => void;
  #receiver: ScreenReceiver | undefined;
  readonly #waiters: (() => void)[] = [];
  #underWay = 0;
  #flushing = false;

  /** `turn` resolves in a later macrotask; `roomAgain` is called when writers may go on. */
  constructor(turn: () => Promise<void>, roomAgain: () => void) {
    this.#turn = turn;
    this.#roomAgain = roomAgain;
  }

  /** Bytes that may be added now. */
  get room(): number {
    return this.#queue.free;
  }

  /** Whatever waits is sent to the new receiver; a former one gets nothing more. */
  connect(receiver: ScreenReceiver): void {
    this.#receiver = receiver;
    this.#underWay = 0;
    this.#schedule();
  }

  /** Resolves when nothing waits any more, or nobody looks. */
  drained(): Promise<void> {
    if (this.#queue.length === 0 || this.#receiver === undefined) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Adds bytes even when there is no room: for echo, which cannot wait. */
  add(bytes: Uint8Array): void {
    this.#queue.pushAll(bytes);
    if (this.#queue.length >= EAGER) this.#send();
    else this.#schedule();
  }

  /** Drops what was not sent yet, as the terminal does at Ctrl-C (termios(3), NOFLSH unset). */
  flush(): void {
    this.#queue.clear();
    this.#tellWaiters();
    this.#roomAgain();
  }

  #schedule(): void {
    if (this.#flushing || this.#receiver === undefined) return;
    this.#flushing = true;
    void this.#turn().then(() => {
      this.#flushing = false;
      this.#send();
    });
  }

  #send(): void {
    const receiver = this.#receiver;
    if (receiver === undefined) return;
    if (this.#queue.length === 0) return;
    const before = this.#queue.length;
    while (this.#queue.length > 0 && this.#underWay < UNACKNOWLEDGED) {
      const bytes = this.#queue.take(UNACKNOWLEDGED - this.#underWay);
      this.#underWay += bytes.length;
      let acknowledged = false;
      receiver(bytes, () => {
        if (acknowledged || this.#receiver !== receiver) return;
        acknowledged = true;
        this.#underWay -= bytes.length;
        if (this.#queue.length > 0) this.#schedule();
      });
    }
    if (this.#queue.length < before) this.#roomAgain();
    if (this.#queue.length === 0) this.#tellWaiters();
  }

  #tellWaiters(): void {
    for (const resolve of this.#waiters.splice(0)) resolve();
  }
}
