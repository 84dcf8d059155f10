/** A Python process: waits as a spare with its memory restored, becomes a process, runs CPython's own main, ends. */

import { CONTROL, type ExecMessage, type InitMessage, OP } from "../../../kernel/abi.ts";
import { SyscallClient } from "../../../kernel/syscall-client.ts";
import type { PythonAssets } from "../assets.ts";
import { createInterpreter, type Imports, type InterpreterModule } from "../interpreter.ts";
import { utcCalls } from "../utc.ts";
import { confine } from "./confine.ts";
import { fileCalls } from "./file-calls.ts";
import { becomeCopy, type ForkParts, fork, goOn } from "./fork.ts";
import { createGate } from "./gate.ts";
import { Memory } from "./memory.ts";
import { memoryCalls } from "./memory-calls.ts";
import { connectToKernel, type KernelPort } from "./port.ts";
import { processCalls } from "./process-calls.ts";
import { ProcessState } from "./process-state.ts";
import { runMain } from "./run-main.ts";
import { Seal } from "./seal.ts";
import { socketCalls } from "./socket-calls.ts";
import { streamCalls } from "./stream-calls.ts";
import { terminalCalls } from "./terminal-calls.ts";
import { timeCalls, worldClock } from "./time-calls.ts";

/** A process whose memory has grown by more takes its worker along: so much is not overwritten for the next one, in bytes. */
const MOST_GROWN = 64 * 1024 * 1024;

/** Thrown through the interpreter when the process is over. */
class Ended extends Error {}

class PythonWorker {
  private state: ProcessState | undefined;
  private memory: Memory | undefined;
  private module: InterpreterModule | undefined;
  private stackPointer: WebAssembly.Global | undefined;
  private table: WebAssembly.Table | undefined;
  /** As the instance is made: the stack pointer, and the number of functions in its table. */
  private fresh = { stackPointer: 0, functions: 0 };
  /** What the interpreter imports of ours, anew for each process. */
  private calls: Imports = {};
  private renewCalls: () => void = () => {};
  private resizeHeap: (bytes: number) => unknown = () => {};
  private readonly client: SyscallClient;
  readonly seal = new Seal();

  private readonly forkParts: ForkParts;
  private readonly post: KernelPort["post"];

  constructor(
    private readonly init: InitMessage,
    port: KernelPort,
  ) {
    this.post = port.post;
    this.forkParts = {
      python: () => this.interpreter,
      state: this.process,
      stackPointer: () => {
        if (!this.stackPointer) throw new Error("the interpreter has no stack");
        return this.stackPointer;
      },
      remaining: [],
      post: port.post,
    };
    this.client = new SyscallClient({
      control: init.control,
      bell: init.bell,
      post: port.post,
      onSignals: () => {
        if (this.state) this.state.signalsPending = true;
      },
    });
  }

  private get assets(): PythonAssets {
    return this.init.assets as PythonAssets;
  }

  private readonly process = (): ProcessState => {
    if (!this.state) throw new Error("a system call before the worker became a process");
    return this.state;
  };

  async restore(): Promise<void> {
    const snapshot = new Uint8Array(this.assets.snapshot);
    this.module = await createInterpreter({
      module: this.assets.module,
      replace: (imports) => this.imports(imports),
      instantiated: (instance) => {
        const memory = instance.exports.memory;
        if (!(memory instanceof WebAssembly.Memory)) throw new Error("the interpreter has no memory");
        const stackPointer = instance.exports.__stack_pointer;
        if (stackPointer instanceof WebAssembly.Global) this.stackPointer = stackPointer;
        const table = instance.exports.__indirect_function_table;
        if (table instanceof WebAssembly.Table) this.table = table;
        const missing = Math.ceil((snapshot.length - memory.buffer.byteLength) / 65536);
        if (missing > 0) memory.grow(missing);
        const words = new Int32Array(this.init.control);
        this.memory = new Memory(memory, (bytes) => Atomics.store(words, CONTROL.MEMORY, bytes >>> 10));
      },
    });
    this.fresh = { stackPointer: Number(this.stackPointer?.value), functions: this.table?.length ?? 0 };
    this.fillMemory();
  }

  private fillMemory(): void {
    const snapshot = new Uint8Array(this.assets.snapshot);
    const { bytes } = this.restored;
    bytes.set(snapshot);
    bytes.fill(0, snapshot.length);
  }

  /** What is left of a process in the instance is its memory, which is small enough to be overwritten, and no function of its making. */
  private get isReusable(): boolean {
    const { bytes } = this.restored;
    return bytes.length <= this.assets.snapshot.byteLength + MOST_GROWN && this.table?.length === this.fresh.functions;
  }

  /** After a process's end: as `restore` has left it. */
  private renew(): void {
    this.state = undefined;
    this.forkParts.remaining = [];
    this.renewCalls();
    if (this.stackPointer !== undefined) this.stackPointer.value = this.fresh.stackPointer;
    this.fillMemory();
    this.post({ kind: "ready" });
  }

  private get restored(): Memory {
    if (!this.memory) throw new Error("the interpreter has no memory");
    return this.memory;
  }

  private get interpreter(): InterpreterModule {
    if (!this.module) throw new Error("the interpreter is not there yet");
    return this.module;
  }

  private imports(emscripten: Imports): Imports {
    this.resizeHeap = emscripten.emscripten_resize_heap as (bytes: number) => unknown;
    this.renewCalls = () => {
      this.calls = this.ownCalls(emscripten);
    };
    this.renewCalls();
    const own: Imports = {};
    for (const name of Object.keys(this.calls)) own[name] = (...args: never[]) => this.calls[name]?.(...args);
    return { ...this.seal.imports(emscripten), ...own };
  }

  private ownCalls(emscripten: Imports): Imports {
    const state = this.process;
    const allocate = (size: number) => this.interpreter._malloc(size);
    const clock = worldClock(() => this.state?.files.fileMemory);
    const sockets = socketCalls({ state, allocate });
    const gate = createGate(state, this.assets.manifest);
    const exit = (status: number) => {
      this.state?.exit(status, this.isReusable);
      throw new Ended();
    };
    return {
      ...fileCalls(state),
      ...streamCalls(state),
      ...terminalCalls(state, gate),
      ...sockets,
      ...memoryCalls(state, (alignment, size) => this.interpreter._emscripten_builtin_memalign(alignment, size)),
      ...timeCalls(() => this.restored, clock),
      ...processCalls({
        state,
        clock,
        allocate,
        sockets,
        fork: () => fork(this.forkParts),
        environment: () => this.environment(),
        finish: () => this.interpreter._PyObject_IsTrue(this.callPython(this.assets.manifest.finish)) === 1,
      }),
      ...utcCalls(emscripten, () => this.restored.data),
      proc_exit: exit,
      exit,
      _abort_js: () => exit(134),
    };
  }

  private environment(): Record<string, string> {
    const { memory } = this.process();
    const found: Record<string, string> = {};
    for (const entry of memory.texts(memory.int(this.interpreter.___environ))) {
      const equals = entry.indexOf("=");
      found[entry.slice(0, equals)] = entry.slice(equals + 1);
    }
    return found;
  }

  /** Calls a function of the snapshot without arguments; 0 when it raised. */
  private callPython(address: number): number {
    return this.interpreter._PyObject_CallNoArgs(address);
  }

  run(message: ExecMessage): void {
    const state = new ProcessState(message, this.client, this.restored, this.init.memory);
    this.state = state;
    let status = 134;
    try {
      if (message.fork) {
        becomeCopy(this.forkParts, message.fork, (bytes) => this.resizeHeap(bytes));
        status = goOn(this.forkParts, message.fork);
      } else status = runMain(this.interpreter, state, this.assets.manifest.start);
    } catch (error) {
      if (error instanceof Ended) {
        this.renew();
        return;
      }
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      // A fault of ours is told as ours; what WebAssembly traps on is the program's.
      if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) throw error;
      crash(state, reason);
    }
    state.exit(status, this.isReusable);
    this.renew();
  }
}

/** As on Linux when a program runs into a wall: SIGSEGV for a stack that overflowed or a call that does not exist, SIGABRT for the rest. */
function crash(state: ProcessState, reason: string): void {
  const signal = /unreachable|stack|null function|signature|bounds/i.test(reason) ? SIGSEGV : SIGABRT;
  state.client.call(OP.SIGACTION, [signal, 0]);
  state.client.call(OP.KILL, [state.message.pid, signal]);
}

const SIGABRT = 6;
const SIGSEGV = 11;

const port = connectToKernel();
let worker: PythonWorker | undefined;
port.receive((message) => {
  if (message.kind === "init") {
    worker = new PythonWorker(message, port);
    worker.restore().then(
      () => {
        worker?.seal.close();
        confine();
        port.post({ kind: "ready" });
      },
      (error: unknown) => port.post({ kind: "failed", reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  } else worker?.run(message);
});
