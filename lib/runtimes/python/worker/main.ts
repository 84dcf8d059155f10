/** A Python process: waits as a spare with its memory restored, becomes a process, runs CPython's own main, ends. */

import type { ExecMessage, InitMessage } from "../../../kernel/abi.ts";
import { SyscallClient } from "../../../kernel/syscall-client.ts";
import type { PythonAssets } from "../assets.ts";
import { createInterpreter, type Imports, type InterpreterModule } from "../interpreter.ts";
import { confine } from "./confine.ts";
import { fileCalls } from "./file-calls.ts";
import { createGate, type StartInfo } from "./gate.ts";
import { Memory } from "./memory.ts";
import { memoryCalls } from "./memory-calls.ts";
import { connectToKernel, type KernelPort } from "./port.ts";
import { processCalls } from "./process-calls.ts";
import { ProcessState } from "./process-state.ts";
import { runMain } from "./run-main.ts";
import { socketCalls } from "./socket-calls.ts";
import { streamCalls } from "./stream-calls.ts";
import { terminalCalls } from "./terminal-calls.ts";
import { timeCalls, worldClock } from "./time-calls.ts";
import { usableModules } from "./usable-modules.ts";

/** Thrown through the interpreter when the process is over. */
class Ended extends Error {}

class PythonWorker {
  private state: ProcessState | undefined;
  private memory: Memory | undefined;
  private module: InterpreterModule | undefined;
  private readonly client: SyscallClient;

  constructor(
    private readonly init: InitMessage,
    port: KernelPort,
  ) {
    this.client = new SyscallClient({
      control: init.control,
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
        const missing = Math.ceil((snapshot.length - memory.buffer.byteLength) / 65536);
        if (missing > 0) memory.grow(missing);
        this.memory = new Memory(memory);
      },
    });
    if (!this.memory) throw new Error("the interpreter has no memory");
    const { bytes } = this.memory;
    bytes.set(snapshot);
    bytes.fill(0, snapshot.length);
  }

  private startInfo = (): StartInfo => {
    const { message } = this.process();
    const name = this.interpreter.stringToNewUTF8("buffered_stdio");
    const place = this.interpreter._malloc(4);
    const isKnown = this.interpreter._PyConfig_GetInt(name, place) === 0;
    const unbuffered = isKnown && this.process().memory.int(place) === 0;
    return {
      drop: usableModules(this.process(), this.interpreter, this.assets.manifest),
      env: message.env,
      ignored: message.ignored,
      unbuffered,
    };
  };

  private get interpreter(): InterpreterModule {
    if (!this.module) throw new Error("the interpreter is not there yet");
    return this.module;
  }

  private imports(emscripten: Imports): Imports {
    const state = this.process;
    const allocate = (size: number) => this.interpreter._malloc(size);
    const clock = worldClock(() => this.state?.files.fileMemory);
    const sockets = socketCalls({ state, allocate });
    const gate = createGate(state, this.startInfo);
    const exit = (status: number) => {
      this.state?.exit(status);
      throw new Ended();
    };
    return {
      ...withoutJavaScript(emscripten),
      ...fileCalls(state),
      ...streamCalls(state),
      ...terminalCalls(state, gate),
      ...sockets,
      ...memoryCalls(state, (alignment, size) => this.interpreter._emscripten_builtin_memalign(alignment, size)),
      ...timeCalls(state, clock),
      ...processCalls({
        state,
        clock,
        allocate,
        sockets,
        environment: () => this.environment(),
        finish: () => this.interpreter._PyObject_IsTrue(this.callPython(this.assets.manifest.finish)) === 1,
      }),
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
    if (!this.memory) throw new Error("the worker is not ready");
    const state = new ProcessState(message, this.client, this.memory, this.init.memory);
    this.state = state;
    let status = 134;
    try {
      status = runMain(this.interpreter, state, this.assets.manifest.start);
    } catch (error) {
      if (error instanceof Ended) return;
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (!/unreachable|stack|memory/i.test(reason)) throw error;
      // Memory or stack ran out, or the interpreter gave up (it has said why): as if killed by SIGABRT.
      crash(state, reason);
    }
    state.exit(status);
  }
}

function crash(state: ProcessState, reason: string): void {
  const text = /stack/i.test(reason) ? "Segmentation fault (the C stack overflowed)\n" : "Aborted\n";
  state.memory.setText(16, text, 64);
}

/**
 * Of Emscripten's and Pyodide's imports, those that would let WebAssembly reach JavaScript do nothing but fail: Pyodide's proxies, code
 * from strings, libraries from the network. So even machine code of a learner's making (ctypes) finds no way out.
 */
function withoutJavaScript(imports: Imports): Imports {
  const refused = /^(Js|js|hiwire|__hiwire|pyproxy|_pyproxy|python2js|_python2js|_?Js|proxy_|raw_call|emscripten_asm_const|emscripten_run_script|_dlopen_js|_emscripten_dlopen|_dlsym|emscripten_debugger|create_promise|destroy_|handle_next|_agen|array_to_js|wrap_|set_pyodide|pyodide_js|syncify|capture_stderr|restore_stderr|new_error|get_async|throw_no_gil)/;
  const fail = () => {
    throw new WebAssembly.RuntimeError("unreachable: there is no JavaScript behind this interpreter");
  };
  return Object.fromEntries(
    Object.entries(imports).map(([name, value]) => [name, refused.test(name) && !/^Jsv_GetError_import$|^JsvError_Check$/.test(name) ? fail : value]),
  );
}

const port = connectToKernel();
let worker: PythonWorker | undefined;
port.receive((message) => {
  if (message.kind === "init") {
    worker = new PythonWorker(message, port);
    worker.restore().then(
      () => {
        confine();
        port.post({ kind: "ready" });
      },
      (error: unknown) => port.post({ kind: "failed", reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  } else worker?.run(message);
});
