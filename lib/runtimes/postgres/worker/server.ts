/** One instance of the server's WebAssembly, and its C library's ways of leaving functions (setjmp and longjmp as Emscripten has them). */

import { Memory } from "../../python/worker/memory.ts";
import { CHILD_KIND, VARIABLE } from "../native-calls.ts";
import type { Turn } from "./turn.ts";

/** Exports that we use. */
export interface ServerExports {
  readonly __indirect_function_table: WebAssembly.Table;
  __wasm_call_ctors(): void;
  __main_argc_argv(count: number, list: number): number;
  malloc(size: number): number;
  calloc(count: number, size: number): number;
  fflush(stream: number): number;
  raise(signal: number): number;
  setThrew(threw: number, value: number): void;
  emscripten_stack_get_current(): number;
  _emscripten_stack_restore(address: number): void;
  _emscripten_stack_alloc(size: number): number;
  emscripten_get_sbrk_ptr(): number;
  emscripten_builtin_memalign(alignment: number, size: number): number;
  _emscripten_tempret_set(value: number): void;
  _emscripten_tempret_get(): number;
  _emscripten_timeout(which: number, now: number): void;
  pgl_setPGliteActive(value: number): number;
  InitStandaloneProcess(name: number): void;
}

export type Import = (...args: never[]) => unknown;

/** The memory that the server is linked for: at least 128 MiB of addresses, of which it touches few. */
const PAGES = { initial: 2048, maximum: 16384 } as const;

/** Thrown by longjmp, caught where setjmp was called. */
const longJump = new Error("longjmp");

export class Server {
  readonly memory: Memory;
  readonly exports: ServerExports;
  readonly instance: WebAssembly.Instance;
  /** Set when the worker has become a process. */
  turn!: Turn;
  private readonly linear = new WebAssembly.Memory(PAGES);

  private constructor(module: WebAssembly.Module, imports: Readonly<Record<string, Import>>, grown: (bytes: number) => void) {
    this.memory = new Memory(this.linear, grown);
    const all: Record<string, unknown> = { ...imports, memory: this.linear };
    for (const { name, kind } of WebAssembly.Module.imports(module)) {
      if (kind !== "function" || all[name] !== undefined) continue;
      all[name] = name.startsWith("invoke_") ? this.invoker(name) : missing(name);
    }
    const known = all as WebAssembly.ModuleImports;
    this.instance = new WebAssembly.Instance(module, { env: known, wasi_snapshot_preview1: known });
    this.exports = this.instance.exports as unknown as ServerExports;
  }

  static create(module: WebAssembly.Module, imports: Readonly<Record<string, Import>>, grown: (bytes: number) => void): Server {
    return new Server(module, imports, grown);
  }

  static readonly longJump = (): never => {
    throw longJump;
  };

  get table(): WebAssembly.Table {
    return this.exports.__indirect_function_table;
  }

  /** Whether C has a handler for the signal: sigaction's table, 20 bytes a signal. */
  handles(signal: number): boolean {
    return this.memory.int(VARIABLE.signalActions + 20 * signal) > 1;
  }

  /** Forgets a handler that was the parent's. */
  resetHandler(signal: number): void {
    this.memory.setInt(VARIABLE.signalActions + 20 * signal, 0);
  }

  grow(pages: number): void {
    this.linear.grow(pages);
  }

  /** A text of C's in memory that is never freed. */
  text(value: string): number {
    const bytes = new TextEncoder().encode(`${value}\0`);
    const address = this.exports.malloc(bytes.length);
    this.memory.bytes.set(bytes, address);
    return address;
  }

  /** PostgreSQL's name for a kind of child process. */
  childName(kind: number): string {
    return this.memory.text(this.memory.int(VARIABLE.childKinds + kind * CHILD_KIND.bytes));
  }

  /** `main` with these arguments. */
  main(argv: readonly string[]): number {
    const list = this.exports.malloc(4 * (argv.length + 1));
    for (const [index, argument] of argv.entries()) this.memory.setInt(list + 4 * index, this.text(argument));
    this.memory.setInt(list + 4 * argv.length, 0);
    return this.exports.__main_argc_argv(argv.length, list);
  }

  /** Calls a function that may longjmp to where it is called from; named after its signature. */
  invoker(name: string): Import {
    const failed = name.startsWith("invoke_j") ? 0n : undefined;
    return (index: number, ...args: never[]) => {
      const { exports } = this;
      const stack = exports.emscripten_stack_get_current();
      try {
        return this.table.get(index)(...args) as unknown;
      } catch (error) {
        exports._emscripten_stack_restore(stack);
        if (error !== longJump) throw error;
        exports.setThrew(1, 0);
        return failed;
      }
    };
  }
}

function missing(name: string): Import {
  return () => {
    throw new WebAssembly.RuntimeError(`unreachable: the server calls ${name}, which does not exist here`);
  };
}
