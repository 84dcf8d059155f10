/** A process of a PostgreSQL server: the postmaster, or one of its children. */

import { CONTROL, type ExecMessage, type InitMessage, OP } from "../../../kernel/abi.ts";
import { SyscallClient } from "../../../kernel/syscall-client.ts";
import { confine } from "../../python/worker/confine.ts";
import { connectToKernel, type KernelPort } from "../../python/worker/port.ts";
import { ProcessState } from "../../python/worker/process-state.ts";
import type { PostgresAssets, PostgresExec } from "../assets.ts";
import { runChild } from "./fork.ts";
import { serverImports } from "./imports.ts";
import { Linker } from "./linker.ts";
import { CRASH_EXIT, Native, POKE } from "./native.ts";
import { type Import, Server } from "./server.ts";
import { Turn } from "./turn.ts";

/** Thrown through the server when the process is over. */
class Ended extends Error {}

const SIGABRT = 6;
const SIGSEGV = 11;

class PostgresWorker {
  private state: ProcessState | undefined;
  private server: Server | undefined;
  private native: Native | undefined;
  private readonly client: SyscallClient;
  private readonly linker: Linker;
  private readonly imports: Readonly<Record<string, Import>>;

  constructor(
    private readonly init: InitMessage,
    port: KernelPort,
  ) {
    this.client = new SyscallClient({
      control: init.control,
      bell: init.bell,
      post: port.post,
      onSignals: () => {
        if (this.state) this.state.signalsPending = true;
      },
    });
    const words = new Int32Array(init.control);
    const imports = serverImports({
      state: () => must(this.state),
      server: () => must(this.server),
      linker: () => this.linker,
      gate: (call: number, ...args: number[]) => must(this.native).gate(call, ...args),
      timer: (which, milliseconds) => must(this.native).timer(which, milliseconds),
      environment: () => this.environment(),
      exit: (status) => this.exit(status),
      abort: () => this.abort(),
    });
    this.imports = imports;
    this.linker = new Linker(
      () => must(this.state),
      () => must(this.server),
      () => imports,
    );
    const { module } = init.assets as PostgresAssets;
    this.server = Server.create(module, imports, (bytes) => Atomics.store(words, CONTROL.MEMORY, bytes >>> 10));
  }

  private environment(): readonly string[] {
    return Object.entries(must(this.state).message.env).map(([name, value]) => `${name}=${value}`);
  }

  private exit(status: number): never {
    must(this.server).exports.fflush(0);
    return this.leave(status);
  }

  /** abort(3), as at a PANIC: what is shared may not be whole, so that the turn is not handed on; whoever hears of the end does that. */
  private abort(): never {
    crash(must(this.state), "");
    throw new Ended();
  }

  /** check_root of main.c: the server takes itself to be another user than it is. */
  private refuseRoot(): never {
    const stderr = must(this.state).descriptors.find(2);
    if (stderr?.kind === "kernel") this.client.call(OP.WRITE, [stderr.handle], new TextEncoder().encode(ROOT_REFUSED));
    return this.leave(1);
  }

  /** The end, without what C does at it. */
  private leave(status: number): never {
    must(this.server).turn.leave();
    must(this.state).exit(status);
    throw new Ended();
  }

  run(message: ExecMessage): void {
    const { server: shared, isChild } = message.engine as PostgresExec;
    const server = must(this.server);
    const state = new ProcessState(message, this.client, server.memory, this.init.memory);
    this.state = state;
    server.turn = new Turn(
      server.memory,
      shared,
      message.pid,
      (owner) => this.client.call(OP.KILL, [owner, POKE]),
      () => (isChild ? this.leave(CRASH_EXIT) : nothing()),
    );
    const openSocket = this.imports.__syscall_socket as (family: number, type: number) => number;
    this.native = new Native(state, server, shared, openSocket, isChild, (status) => this.leave(status));
    try {
      if (isChild) runChild(state, server, shared);
      else if (
        message.credentials.uid === 0 &&
        !message.argv.slice(1).some((word) => /^(--help|-\?|--version|-V|-C|--describe-config)$/.test(word))
      ) {
        this.refuseRoot();
      } else {
        server.turn.take();
        server.exports.__wasm_call_ctors();
        this.exit(server.main([message.path, ...message.argv.slice(1)]));
      }
    } catch (error) {
      if (error instanceof Ended) return;
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) throw error;
      crash(state, reason);
    }
  }
}

/** As on Linux when a program runs into a wall: SIGSEGV for a stack that overflowed or a call that does not exist, SIGABRT for the rest. */
function crash(state: ProcessState, reason: string): void {
  const signal = /unreachable|stack|null function|signature|bounds/i.test(reason) ? SIGSEGV : SIGABRT;
  const stderr = state.descriptors.find(2);
  if (reason !== "" && stderr?.kind === "kernel") state.client.call(OP.WRITE, [stderr.handle], new TextEncoder().encode(`${reason}\n`));
  state.client.call(OP.SIGACTION, [signal, 0]);
  state.client.call(OP.KILL, [state.message.pid, signal]);
}

const ROOT_REFUSED = `"root" execution of the PostgreSQL server is not permitted.
The server must be started under an unprivileged user ID to prevent
possible system security compromise.  See the documentation for
more information on how to properly start the server.
`;

/** A postmaster goes on when a child has crashed: it begins anew. */
const nothing = () => undefined as never;

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a system call before the worker became a process");
  return value;
}

const port = connectToKernel();
let worker: PostgresWorker | undefined;
port.receive((message) => {
  if (message.kind === "init") {
    try {
      worker = new PostgresWorker(message, port);
      confine();
      port.post({ kind: "ready" });
    } catch (error) {
      port.post({ kind: "failed", reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  } else worker?.run(message);
});
