/**
 * dlopen and dlsym for the server's own libraries (plpgsql.so and the like): side modules of WebAssembly
 * (https://github.com/WebAssembly/tool-conventions/blob/main/DynamicLinking.md), read from the machine's disk.
 */

import type { ProcessState } from "../../python/worker/process-state.ts";
import { readFile } from "./read-file.ts";
import type { Import, Server } from "./server.ts";

/** struct dso of Emscripten's dynlink.c. */
const DSO = { allocated: 8, memory: 12, memorySize: 16, table: 20, tableSize: 24, name: 36 } as const;
const MEMORY_INFO = 1;

type Export = WebAssembly.ExportValue;

interface Layout {
  readonly memorySize: number;
  readonly alignment: number;
  readonly tableSize: number;
}

/** PostgreSQL's libraries lie here on a machine; no other file is ever run. */
export const LIBRARIES = /^\/usr\/lib\/postgresql\/\d+\/lib\/[\w.-]+\.so$/;

export class Linker {
  private readonly libraries = new Map<number, Readonly<Record<string, Export>>>();
  /** Functions that have been given a place in the table. */
  private places: Map<unknown, number> | undefined;
  /** Variables and functions as libraries see them, by name. */
  private readonly symbols = new Map<string, WebAssembly.Global>();

  constructor(
    private readonly state: () => ProcessState,
    private readonly server: () => Server,
    private readonly imports: () => Readonly<Record<string, Import>>,
  ) {}

  /** The handle, or 0 when the file is no library of the server's. */
  open(handle: number): number {
    const path = this.server().memory.text(handle + DSO.name);
    try {
      this.libraries.set(handle, this.load(this.read(path), handle));
      return handle;
    } catch {
      return 0;
    }
  }

  symbol(handle: number, name: number): number {
    const found = this.libraries.get(handle)?.[this.server().memory.text(name)];
    if (typeof found === "function") return this.place(found);
    return found instanceof WebAssembly.Global ? (found.value as number) : 0;
  }

  private read(path: string): Uint8Array<ArrayBuffer> {
    const state = this.state();
    const real = state.files.realpath(path);
    if (!LIBRARIES.test(real)) throw new Error(`${real} is no library of the server's`);
    return readFile(state, real);
  }

  private load(bytes: Uint8Array<ArrayBuffer>, handle: number): Record<string, Export> {
    const { exports, memory, table, instance } = this.server();
    const module = new WebAssembly.Module(bytes);
    const layout = layoutOf(module);
    const align = 2 ** layout.alignment;
    const base = layout.memorySize === 0 ? 0 : Math.ceil(exports.calloc(1, layout.memorySize + align) / align) * align;
    const first = layout.tableSize === 0 ? 0 : table.grow(layout.tableSize);
    memory.bytes[handle + DSO.allocated] = 1;
    memory.setInt(handle + DSO.memory, base);
    memory.setInt(handle + DSO.memorySize, layout.memorySize);
    memory.setInt(handle + DSO.table, first);
    memory.setInt(handle + DSO.tableSize, layout.tableSize);
    let own: Record<string, Export> = {};
    const environment: Record<string, WebAssembly.ImportValue> = {};
    const variables: Record<string, WebAssembly.ImportValue> = {};
    const functions: Record<string, WebAssembly.ImportValue> = {};
    for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
      if (from === "GOT.mem" || from === "GOT.func") {
        (from === "GOT.mem" ? variables : functions)[name] = this.slot(name);
        continue;
      }
      const main = instance.exports[name];
      if (name === "__memory_base") environment[name] = new WebAssembly.Global({ value: "i32" }, base);
      else if (name === "__table_base") environment[name] = new WebAssembly.Global({ value: "i32" }, first);
      else if (name === "memory") environment[name] = memory.whole;
      else if (main !== undefined) environment[name] = main as WebAssembly.ImportValue;
      else if (kind === "function") {
        const ours = this.imports()[name] ?? (name.startsWith("invoke_") ? this.server().invoker(name) : undefined);
        environment[name] = (ours ?? ((...args: never[]) => (own[name] as Import)(...args))) as WebAssembly.ImportValue;
      }
    }
    const library = new WebAssembly.Instance(module, {
      env: environment,
      wasi_snapshot_preview1: environment,
      "GOT.mem": variables,
      "GOT.func": functions,
    });
    own = Object.fromEntries(
      Object.entries(library.exports).map(([name, value]) => [
        name,
        value instanceof WebAssembly.Global ? new WebAssembly.Global({ value: "i32" }, (value.value as number) + base) : value,
      ]),
    );
    this.places = undefined;
    for (const [name, slot] of this.symbols) if (slot.value === 0) slot.value = this.resolve(name, own);
    for (const start of ["__wasm_apply_data_relocs", "__wasm_call_ctors"]) {
      const begin = own[start];
      if (typeof begin === "function") begin();
    }
    return own;
  }

  /** What a library's reference to a variable or to a function's address is bound to: the server's own if it has one. */
  private slot(name: string): WebAssembly.Global {
    const slot = this.symbols.get(name) ?? new WebAssembly.Global({ value: "i32", mutable: true }, 0);
    this.symbols.set(name, slot);
    return slot;
  }

  /** A variable that is always set: libraries ask ProcessInterrupts each time, which counts (`build/patch-server.ts`). */
  private get always(): number {
    if (this.alwaysAt === 0) {
      this.alwaysAt = this.server().exports.malloc(4);
      this.server().memory.setInt(this.alwaysAt, 1);
    }
    return this.alwaysAt;
  }
  private alwaysAt = 0;

  private resolve(name: string, own: Record<string, Export>): number {
    if (name === "InterruptPending") return this.always;
    const found = this.server().instance.exports[name] ?? own[name];
    if (typeof found === "function") return this.place(found);
    return found instanceof WebAssembly.Global ? (found.value as number) : 0;
  }

  /** A function's number in the table. */
  private place(code: unknown): number {
    const { table } = this.server();
    if (this.places === undefined) {
      this.places = new Map();
      for (let index = 1; index < table.length; index++) {
        const entry: unknown = table.get(index);
        if (entry !== null) this.places.set(entry, index);
      }
    }
    const before = this.places.get(code);
    if (before !== undefined) return before;
    const index = table.grow(1, code);
    this.places.set(code, index);
    return index;
  }
}

function layoutOf(module: WebAssembly.Module): Layout {
  const [section] = WebAssembly.Module.customSections(module, "dylink.0");
  if (section === undefined) throw new Error("it is no side module");
  const bytes = new Uint8Array(section);
  let at = 0;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const kind = number();
    const size = number();
    const end = at + size;
    if (kind === MEMORY_INFO) {
      const memorySize = number();
      const alignment = number();
      return { memorySize, alignment, tableSize: number() };
    }
    at = end;
  }
  return { memorySize: 0, alignment: 0, tableSize: 0 };
}
