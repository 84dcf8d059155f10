/** A process as its TypeScript program sees it: types.ts `Process`. */
import { KernelError } from "./errno.ts";
import { startImage } from "./exec.ts";
import { ProcessCore } from "./process.ts";
import { spawnProcess } from "./spawn.ts";
import { mayReadTerminal } from "./terminal-access.ts";
import { O, type OpenFile, type Process, type SignalName, type SpawnRequest, type WaitResult } from "./types.ts";
import { findChange, type WaitOptions } from "./wait.ts";
import { nextWake } from "./wakeups.ts";

const READ_SIZE = 64 * 1024;
const now = Promise.resolve();
const encoder = new TextEncoder();

export class KernelProcess extends ProcessCore implements Process {
  readonly share = this.machine.share.begin();
  /** Awaits of its program that wait for something to happen. */
  #blocked = 0;
  /** Awaits of its program that wait for its turn. */
  #queued = 0;
  /** The turn in which it last did something. */
  #activeTurn = 0;

  /** It waits for the kernel, or for a promise of its own: a program that runs makes calls, or calls `tick`. */
  get isBlocked(): boolean {
    return this.#blocked > 0 || (this.#queued === 0 && this.machine.kernel.turns.count - this.#activeTurn > 1);
  }

  #isActive(): void {
    const { turns } = this.machine.kernel;
    turns.activity++;
    turns.charge(this);
    this.#activeTurn = turns.count;
  }

  async read(fd: number, max = READ_SIZE): Promise<Uint8Array> {
    const file = this.file(fd, "read");
    for (;;) {
      await this.goOn();
      if (mayReadTerminal(this, file)) {
        const bytes = file.readNow(max);
        if (bytes !== undefined) return bytes;
        if ((file.flags & O.NONBLOCK) !== 0) throw new KernelError("EAGAIN", "read");
        await this.#ready(file);
      }
    }
  }

  async readAll(fd: number): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const chunk = await this.read(fd);
      if (chunk.length === 0) break;
      chunks.push(chunk);
      length += chunk.length;
    }
    const all = new Uint8Array(length);
    let at = 0;
    for (const chunk of chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }

  async *lines(fd: number): AsyncIterableIterator<string> {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    let rest = "";
    for (;;) {
      const chunk = await this.read(fd);
      const text = rest + decoder.decode(chunk, { stream: chunk.length > 0 });
      const lines = text.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield line;
      if (chunk.length === 0) break;
    }
    if (rest !== "") yield rest;
  }

  async write(fd: number, data: Uint8Array | string): Promise<void> {
    const bytes = typeof data === "string" ? encoder.encode(data) : data;
    const file = this.file(fd, "write");
    let done = 0;
    await this.goOn();
    while (done < bytes.length) {
      const count = this.writeSome(file, done === 0 ? bytes : bytes.subarray(done));
      done += count;
      if (done >= bytes.length) return;
      if (count > 0) await this.goOn();
      else if ((file.flags & O.NONBLOCK) !== 0) throw new KernelError("EAGAIN", "write");
      else {
        await this.#ready(file);
        await this.goOn();
      }
    }
  }

  /** writeNow, with SIGPIPE for the process when nobody reads (pipe(7)). */
  writeSome(file: OpenFile, bytes: Uint8Array): number {
    try {
      return file.writeNow(bytes);
    } catch (error) {
      if (error instanceof KernelError && error.code === "EPIPE") {
        this.deliver("SIGPIPE");
        this.mustLive();
      }
      throw error;
    }
  }

  print(data: Uint8Array | string): Promise<void> {
    return this.write(1, data);
  }

  error(text: string): Promise<void> {
    return this.write(2, text);
  }

  tick(): Promise<void> {
    this.mustLive();
    this.#isActive();
    if (this.isStopped) return this.goOn();
    return this.machine.kernel.turns.due ? this.#queue() : now;
  }

  /** Others have their turn first. */
  async #queue(): Promise<void> {
    const { turns } = this.machine.kernel;
    this.#queued++;
    try {
      await turns.queue(this);
    } finally {
      this.#queued--;
      this.#activeTurn = turns.count;
    }
  }

  /** Waits while stopped, gives others their turn when due, throws when the process is over. */
  async goOn(): Promise<void> {
    this.mustLive();
    this.#isActive();
    while (this.isStopped) {
      await this.#block(nextWake((callback) => this.runStateChanged.add(callback), this.ended));
      this.mustLive();
    }
    const { turns } = this.machine.kernel;
    if (turns.due) {
      await this.#queue();
      this.mustLive();
    }
  }

  async sleep(milliseconds: number): Promise<void> {
    await this.goOn();
    const { clock } = this.machine.kernel;
    let cancel = () => {};
    const due = nextWake((callback) => {
      cancel = clock.after(milliseconds, callback);
      return cancel;
    }, this.ended);
    await this.#block(due);
    await this.goOn();
  }

  spawn(request: SpawnRequest): KernelProcess {
    this.mustLive();
    return spawnProcess(this.machine, this, request);
  }

  async wait(pid: number, options: WaitOptions & { noHang?: boolean } = {}): Promise<WaitResult | undefined> {
    for (;;) {
      await this.goOn();
      const found = findChange(this, pid, options);
      if (found !== undefined || options.noHang) return found;
      await this.#block(nextWake((callback) => this.childChanged.add(callback), this.ended));
    }
  }

  kill(pid: number, signal: SignalName | 0): void {
    this.mustLive();
    this.machine.table.kill(this, pid, signal);
    this.mustLive();
  }

  setProcessGroup(pid: number, pgid: number): void {
    this.mustLive();
    this.machine.table.setGroup(this, pid, pgid);
  }

  setTitle(title: string): void {
    this.argv = [title];
  }

  async exec(request: { path?: string; argv: readonly string[]; env?: Readonly<Record<string, string>> }): Promise<never> {
    await this.goOn();
    const env = request.env ?? this.env;
    const image = this.machine.load(this.files, { ...request, env });
    this.signals.forgetHandlers();
    this.env = { ...env };
    startImage(this, image);
    // The program that called is no more.
    return new Promise<never>(() => {});
  }

  async #ready(file: OpenFile): Promise<void> {
    await this.#block(nextWake((callback) => file.onReady(callback), this.ended));
  }

  async #block(wait: Promise<void>): Promise<void> {
    this.#blocked++;
    this.machine.kernel.turns.charge(undefined);
    try {
      await wait;
    } finally {
      this.#blocked--;
    }
  }
}
