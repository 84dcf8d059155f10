/** System calls by name, for process workers: what POSIX calls them, on handles. All throw KernelError. */
import { DATA_BYTES, OP, type WorkerExec, type WorkerSpawn } from "./abi.ts";
import { kernelError } from "./errno.ts";
import type { SyscallClient } from "./syscall-client.ts";
import type { Stat, TermSettings } from "./types.ts";

export interface Address {
  readonly address: string;
  readonly port: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class Syscalls {
  readonly client: SyscallClient;

  constructor(client: SyscallClient) {
    this.client = client;
  }

  // Handles.

  /** A handle for an inode: devices, fifos, and files that a child shall share. */
  open(ino: number, flags: number): number {
    return this.client.must(OP.OPEN, [ino, flags]);
  }

  /** At least one byte; none at the end. */
  read(handle: number, max: number): Uint8Array {
    this.client.must(OP.READ, [handle, Math.min(max, DATA_BYTES)]);
    return this.client.answer();
  }

  /** Writes everything, unless the handle does not block. Returns the count. */
  write(handle: number, bytes: Uint8Array): number {
    let done = 0;
    do {
      const part = bytes.subarray(done, done + DATA_BYTES);
      const count = this.client.must(OP.WRITE, [handle], part);
      done += count;
      if (count < part.length) break;
    } while (done < bytes.length);
    return done;
  }

  close(handle: number): void {
    this.client.must(OP.CLOSE, [handle]);
  }

  dup(handle: number): number {
    return this.client.must(OP.DUP, [handle]);
  }

  stat(handle: number): Stat {
    this.client.must(OP.STAT, [handle]);
    return this.#json<Stat>();
  }

  seek(handle: number, offset: number, whence: 0 | 1 | 2): number {
    return this.client.must(OP.SEEK, [handle, offset, whence]);
  }

  truncate(handle: number, size: number): void {
    this.client.must(OP.FTRUNCATE, [handle, size]);
  }

  flags(handle: number): number {
    return this.client.must(OP.SETFLAGS, [handle, -1]);
  }

  setFlags(handle: number, flags: number): void {
    this.client.must(OP.SETFLAGS, [handle, flags]);
  }

  /** Ready events of each handle; all zero when the time is over. Throws EINTR. */
  poll(handles: readonly { readonly handle: number; readonly events: number }[], timeoutMs: number): number[] {
    const pairs = Int32Array.from(handles.flatMap(({ handle, events }) => [handle, events]));
    const result = this.client.call(OP.POLL, [timeoutMs], new Uint8Array(pairs.buffer));
    if (result < 0) this.#fail(result);
    return [...this.#int32()];
  }

  pipe(flags = 0): { readonly reader: number; readonly writer: number } {
    this.client.must(OP.PIPE, [flags]);
    const [reader = -1, writer = -1] = this.#int32();
    return { reader, writer };
  }

  // Terminals.

  terminalSettings(handle: number): TermSettings {
    this.client.must(OP.TCGETATTR, [handle]);
    return this.#json<TermSettings>();
  }

  setTerminalSettings(handle: number, settings: Partial<TermSettings>): void {
    this.client.must(OP.TCSETATTR, [handle], encoder.encode(JSON.stringify(settings)));
  }

  windowSize(handle: number): { readonly columns: number; readonly rows: number } {
    this.client.must(OP.WINSIZE, [handle]);
    const [columns = 80, rows = 24] = this.#int32();
    return { columns, rows };
  }

  foregroundGroup(handle: number): number {
    return this.client.must(OP.TCGETPGRP, [handle]);
  }

  setForegroundGroup(handle: number, pgid: number): void {
    this.client.must(OP.TCSETPGRP, [handle, pgid]);
  }

  terminalName(handle: number): string {
    this.client.must(OP.TTYNAME, [handle]);
    return this.#text();
  }

  // Sockets.

  socket(): number {
    return this.client.must(OP.SOCKET, [1]);
  }

  bind(handle: number, address: string, port: number): void {
    this.client.must(OP.BIND, [handle, port], encoder.encode(address));
  }

  listen(handle: number, backlog: number): void {
    this.client.must(OP.LISTEN, [handle, backlog]);
  }

  accept(handle: number): { readonly handle: number; readonly peer: Address } {
    const accepted = this.client.must(OP.ACCEPT, [handle]);
    return { handle: accepted, peer: this.#json<Address>() };
  }

  connect(handle: number, address: string, port: number): void {
    this.client.must(OP.CONNECT, [handle, port], encoder.encode(address));
  }

  shutdown(handle: number, how: "read" | "write" | "both"): void {
    this.client.must(OP.SHUTDOWN, [handle, ["read", "write", "both"].indexOf(how)]);
  }

  socketName(handle: number, whose: "own" | "peer"): Address {
    this.client.must(OP.SOCKNAME, [handle, whose === "peer" ? 1 : 0]);
    return this.#json<Address>();
  }

  resolve(name: string): string[] {
    this.client.must(OP.RESOLVE, [], encoder.encode(name));
    return this.#json<string[]>();
  }

  // Processes.

  spawn(request: WorkerSpawn): number {
    return this.client.must(OP.SPAWN, [], encoder.encode(JSON.stringify(request)));
  }

  /** Pid 0 when nothing has changed (noHang). `status` is encoded as wait(2) does. */
  wait(pid: number, options: { noHang?: boolean; untraced?: boolean } = {}): { readonly pid: number; readonly status: number } {
    const found = this.client.must(OP.WAIT, [pid, (options.noHang ? 1 : 0) | (options.untraced ? 2 : 0)]);
    return { pid: found, status: this.#int32()[0] ?? 0 };
  }

  kill(pid: number, signal: number): void {
    this.client.must(OP.KILL, [pid, signal]);
  }

  signalAction(signal: number, action: "default" | "ignore" | "handled"): void {
    this.client.must(OP.SIGACTION, [signal, ["default", "ignore", "handled"].indexOf(action)]);
  }

  /** The next pending signal's number, or 0. */
  takeSignal(): number {
    return this.client.must(OP.TAKE_SIGNAL);
  }

  /** Milliseconds that were left of the former alarm. */
  alarm(milliseconds: number): number {
    return this.client.must(OP.ALARM, [milliseconds]);
  }

  /** Returns early, with false, when a signal was handled. */
  sleep(milliseconds: number): boolean {
    return this.client.call(OP.POLL, [milliseconds]) >= 0;
  }

  clock(): { readonly now: number; readonly monotonic: number } {
    this.client.must(OP.CLOCK);
    const [now = 0, monotonic = 0] = new Float64Array(this.client.answer().buffer);
    return { now, monotonic };
  }

  chdir(path: string): void {
    this.client.must(OP.CHDIR, [], encoder.encode(path));
  }

  umask(mask: number): number {
    return this.client.must(OP.UMASK, [mask]);
  }

  /** Replaces this process's program; comes back only with an error. */
  exec(request: WorkerExec): never {
    return this.client.callForEver(OP.EXEC, [0], encoder.encode(JSON.stringify(request)));
  }

  exit(status: number): never {
    return this.client.callForEver(OP.EXIT, [status]);
  }

  #fail(result: number): never {
    throw kernelError(result);
  }

  #text(): string {
    return decoder.decode(this.client.answer());
  }

  /** What the kernel's own handlers wrote. */
  #json<Value>(): Value {
    return JSON.parse(this.#text()) as Value;
  }

  #int32(): Int32Array {
    return new Int32Array(this.client.answer().buffer);
  }
}
