/** Answers what the server asks through the gate (`native-calls.ts`), and brings it signals and timers. */

import { DATA_BYTES, OP } from "../../../kernel/abi.ts";
import { errno, KernelError, kernelError } from "../../../kernel/errno.ts";
import { O } from "../../../kernel/types.ts";
import type { KernelFile } from "../../python/worker/descriptors.ts";
import { wasiErrno } from "../../python/worker/error-numbers.ts";
import type { ProcessState } from "../../python/worker/process-state.ts";
import type { ServerMemory } from "../assets.ts";
import { NATIVE, VARIABLE } from "../native-calls.ts";
import { forkChild } from "./fork.ts";
import { readFile } from "./read-file.ts";
import type { Server } from "./server.ts";

/** Signals a server handles. The kernel knows no SIGURG (23), by which one process sets another's latch: SIGWINCH stands for it. */
const SIGNALS = { HUP: 1, INT: 2, QUIT: 3, USR1: 10, USR2: 12, PIPE: 13, ALRM: 14, TERM: 15, CHLD: 17, URG: 23, WINCH: 28 } as const;
/** Sent by a process that wants its turn to the one that has it (`Turn.poke`). */
export const POKE = 5;
const HANDLED = [POKE, SIGNALS.HUP, SIGNALS.INT, SIGNALS.QUIT, SIGNALS.USR1, SIGNALS.USR2, SIGNALS.TERM, SIGNALS.CHLD, SIGNALS.WINCH];
const WNOHANG = 1;
/** What a child of the postmaster exits with after SIGQUIT. */
export const CRASH_EXIT = 2;
const POLLFD_BYTES = 8;
const SOCK_STREAM = 1;
const PEER_CREDENTIALS = 3;

export class Native {
  /** ITIMER_REAL: when it rings, on the monotonic clock. */
  private alarm: number | undefined;
  private readonly willing = new WeakSet<KernelFile>();

  constructor(
    private readonly state: ProcessState,
    private readonly server: Server,
    private readonly shared: ServerMemory,
    /** socket(2) of this family and kind. */
    private readonly openSocket: (family: number, type: number) => number,
    private readonly isChild: boolean,
    private readonly leave: (status: number) => never,
  ) {
    for (const signal of HANDLED) state.client.call(OP.SIGACTION, [signal, 2]);
    state.client.call(OP.SIGACTION, [SIGNALS.PIPE, 1]);
  }

  /** setitimer(2) of ITIMER_REAL. */
  readonly timer = (_which: number, milliseconds: number): number => {
    this.alarm = milliseconds > 0 ? performance.now() + milliseconds : undefined;
    return 0;
  };

  readonly gate = (call: number, ...args: number[]): number => {
    try {
      const result = this.answer(call, args);
      if (result >= 0) return result;
      this.server.memory.setInt(VARIABLE.errno, wasiErrno(-result));
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      this.server.memory.setInt(VARIABLE.errno, wasiErrno(error.errno));
    }
    return -1;
  };

  private answer(call: number, [a = 0, b = 0, c = 0, d = 0, e = 0]: readonly number[]): number {
    const { state } = this;
    switch (call) {
      case NATIVE.GETPID:
        return state.message.pid;
      case NATIVE.KILL:
        return state.client.call(OP.KILL, [a, b === SIGNALS.URG ? SIGNALS.WINCH : b]);
      case NATIVE.WAIT:
        return this.wait(a);
      case NATIVE.FORK:
        return forkChild(state, this.server, this.shared, [a, b, c, d, e]);
      case NATIVE.POLL:
        return this.poll(a, b, c);
      case NATIVE.RECV:
        return this.receive(a, b, c);
      case NATIVE.SEND:
        return this.send(a, b, c);
      case NATIVE.NANOSLEEP:
        return this.sleep(a);
      case NATIVE.PEER:
        return this.peer(this.server.memory.int(a));
      case NATIVE.CHECK:
        return this.check();
      case NATIVE.SOCKET: {
        const result = this.openSocket(a, SOCK_STREAM);
        // The C library's number already.
        if (result < 0) throw new KernelError("EAFNOSUPPORT");
        return result;
      }
      default:
        throw new KernelError("ENOSYS");
    }
  }

  private wait(status: number): number {
    const { client } = this.state;
    const found = client.call(OP.WAIT, [-1, WNOHANG]);
    if (found <= 0) return found === 0 ? 0 : found;
    const answer = client.answer();
    this.server.memory.setInt(status, new Int32Array(answer.buffer, answer.byteOffset, 1)[0] ?? 0);
    return found;
  }

  /** Signals that have come. Asking for them needs no turn. */
  private collect(): void {
    if (!this.state.signalsPending) return;
    this.state.signalsPending = false;
    for (let signal = this.state.client.call(OP.TAKE_SIGNAL); signal > 0; signal = this.state.client.call(OP.TAKE_SIGNAL)) {
      if (signal === POKE) this.server.turn.yield();
      else this.come.push(signal);
    }
  }

  /** Runs handlers of signals that have come and of a timer that has rung; whether there were any. */
  private deliver(): boolean {
    const { exports, turn } = this.server;
    this.collect();
    const rang = this.alarm !== undefined && performance.now() >= this.alarm;
    if (!rang && this.come.length === 0) return false;
    turn.take();
    if (rang) {
      this.alarm = undefined;
      exports._emscripten_timeout(0, performance.now());
    }
    for (const signal of this.come.splice(0)) {
      // SignalHandlerForCrashExit, which InitPostmasterChild would have set.
      if (signal === SIGNALS.QUIT && this.isChild && !this.server.handles(signal)) this.leave(CRASH_EXIT);
      exports.raise(signal === SIGNALS.WINCH ? SIGNALS.URG : signal);
    }
    return true;
  }

  /**
   * What a process that computes does now and then. Where interrupts are not held off it holds no light-weight lock (lwlock.c), so that
   * others may have their turn in between.
   */
  private check(): number {
    const { memory, turn } = this.server;
    if (this.state.client.hasSignals) this.state.client.takeSignals();
    if (this.state.signalsPending || this.alarm !== undefined) this.deliver();
    if (memory.int(VARIABLE.interruptHoldoffCount) === 0 && memory.int(VARIABLE.critSectionCount) === 0) turn.breathe();
    return 0;
  }

  /** A wait in the kernel, in which others have their turn. -EINTR only for what this process itself has to handle. */
  private waiting(timeout: number, pairs: Int32Array): number {
    const { turn } = this.server;
    const { client } = this.state;
    const end = timeout < 0 ? Number.POSITIVE_INFINITY : performance.now() + timeout;
    for (;;) {
      const until = Math.min(end, this.alarm ?? Number.POSITIVE_INFINITY);
      const limit = until === Number.POSITIVE_INFINITY ? -1 : Math.max(0, Math.ceil(until - performance.now()));
      turn.park();
      const result = client.call(OP.POLL, [limit], new Uint8Array(pairs.buffer, pairs.byteOffset, pairs.byteLength));
      const answer = client.answer();
      this.answered = new Int32Array(answer.buffer, answer.byteOffset, answer.length >> 2);
      this.collect();
      if (result === -errno("EINTR") && this.come.length === 0 && performance.now() < until) continue;
      turn.take();
      return result;
    }
  }
  private answered: Int32Array = new Int32Array(0);
  private readonly come: number[] = [];

  private poll(list: number, count: number, timeout: number): number {
    const { memory } = this.server;
    const asked: { readonly place: number; readonly handle: number; readonly events: number }[] = [];
    for (let index = 0; index < count; index++) {
      const place = list + index * POLLFD_BYTES;
      memory.setShort(place + 6, 0);
      const file = this.state.descriptors.find(memory.int(place));
      if (file?.kind === "kernel") asked.push({ place, handle: file.handle, events: memory.short(place + 4) });
    }
    if (this.deliver()) return -errno("EINTR");
    const result = this.waiting(timeout, Int32Array.from(asked.flatMap(({ handle, events }) => [handle, events])));
    if (result <= 0) {
      const rang = this.deliver();
      return rang ? -errno("EINTR") : result;
    }
    for (const [index, { place }] of asked.entries()) memory.setShort(place + 6, this.answered[index] ?? 0);
    return result;
  }

  private socket(fd: number): KernelFile {
    const file = this.state.descriptors.get(fd);
    if (file.kind !== "kernel") throw new KernelError("ENOTSOCK");
    // The server never waits in recv or send: it waits for its latch too.
    if (!this.willing.has(file)) {
      this.state.client.must(OP.SETFLAGS, [file.handle, O.NONBLOCK]);
      this.willing.add(file);
    }
    return file;
  }

  private receive(fd: number, address: number, length: number): number {
    const { client } = this.state;
    const count = client.call(OP.READ, [this.socket(fd).handle, Math.min(length, DATA_BYTES)]);
    if (count > 0) this.server.memory.bytes.set(client.answer().subarray(0, count), address >>> 0);
    return count;
  }

  private send(fd: number, address: number, length: number): number {
    const part = this.server.memory.slice(address, Math.min(length, DATA_BYTES));
    const count = this.state.client.call(OP.WRITE, [this.socket(fd).handle], part);
    if (count < 0 && count !== -errno("EAGAIN")) throw kernelError(count);
    return count;
  }

  /** The account of the process at a socket's other end (SO_PEERCRED). */
  private peer(fd: number): number {
    const { client } = this.state;
    client.must(OP.SOCKNAME, [this.socket(fd).handle, PEER_CREDENTIALS]);
    const found = JSON.parse(new TextDecoder().decode(client.answer())) as { readonly uid: number } | null;
    const lines = new TextDecoder().decode(readFile(this.state, "/etc/passwd")).split("\n");
    const name = lines.map((line) => line.split(":")).find(([, , uid]) => found !== null && uid === String(found.uid))?.[0];
    return name === undefined ? 0 : this.server.text(name);
  }

  private sleep(timespec: number): number {
    const { memory } = this.server;
    if (this.deliver()) return -errno("EINTR");
    const result = this.waiting(Math.ceil(memory.long(timespec) * 1000 + memory.int(timespec + 8) / 1e6), new Int32Array(0));
    return this.deliver() ? -errno("EINTR") : Math.min(0, result);
  }
}
