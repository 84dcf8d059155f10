/** Makes the snapshot: the memory of an interpreter that has imported what most processes need. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { InterpreterModule } from "../interpreter.ts";
import { errorTable } from "../worker/error-numbers.ts";
import { folders, sources } from "./folders.ts";
import { type BuildPython, rootMounts, startPython } from "./interpreter.ts";

export async function makeSnapshot(wasm: Uint8Array<ArrayBuffer>): Promise<void> {
  const python = await startPython(wasm, { ...rootMounts, "/slipway/out": folders.assets });
  const source = (path: string) => JSON.stringify(readFileSync(join(sources, path), "utf8"));
  const execute = (path: string, names: string) => python.run(`exec(compile(${source(path)}, ${JSON.stringify(path)}, "exec"), ${names})`);
  python.run(`import types; process = types.ModuleType("process"); process.errors = ${JSON.stringify(errorTable())}`);
  const { module } = python;
  const main = module._PyImport_AddModule(module.stringToNewUTF8("__main__"));
  module._PyObject_SetAttrString(main, module.stringToNewUTF8("getpath"), module.__Py_Get_Getpath_CodeObject());
  python.run("process.getpath = getpath; del getpath");
  execute("python/process.py", "vars(process)");
  python.run('unix_sockets = types.ModuleType("unix_sockets"); unix_sockets.call = process.call');
  execute("python/adapt.py", "vars(process)");
  execute("python/unix_sockets.py", "vars(unix_sockets)");
  execute("python/background.py", "vars(types.ModuleType('background'))");
  execute("python/threads.py", "vars(types.ModuleType('threads'))");
  execute("build/preload.py", "globals()");
  python.run('packages = types.ModuleType("packages"); packages.call = process.call');
  execute("python/servers.py", "vars(packages)");
  execute("python/tls.py", "vars(packages)");
  execute("python/packages.py", "vars(packages)");
  execute("build/freeze.py", "dict(needs=needs, process=process)");
  withoutWriteAheadLog(python);
  // What the banner of the prompt says; there is room for it.
  module.stringToUTF8("linux", module._Py_GetPlatform(), 10);
  clearFreeMemory(module);
  const { HEAPU8 } = python.module;
  let end = HEAPU8.length;
  while (end > 0 && HEAPU8[end - 1] === 0) end--;
  end = Math.ceil(end / 65536) * 65536;
  writeFileSync(join(folders.assets, "snapshot.bin"), HEAPU8.subarray(0, end));
}

/** Freed memory still holds what was in it, which compresses badly: takes all of it without growing the heap, clears it, gives it back. */
function clearFreeMemory(module: InterpreterModule): void {
  const taken: number[] = [];
  const end = () => module.HEAP32[module._emscripten_get_sbrk_ptr() >> 2];
  for (let size = 1 << 19; size >= 16; size = size > 64 ? Math.floor(size * 0.75) : size - 16) {
    for (;;) {
      const before = end();
      const address = module._malloc(size);
      if (address === 0) break;
      module.HEAPU8.fill(0, address, address + size);
      if (end() !== before) {
        module._free(address);
        break;
      }
      taken.push(address);
    }
  }
  for (const address of taken) module._free(address);
}

/** SQLITE_FCNTL_FILE_POINTER. */
const FILE_POINTER = 7;
/** Where pysqlite_Connection keeps its sqlite3*. */
const DATABASE_OFFSET = 8;

/**
 * SQLite's write-ahead log needs memory that processes share, which they do not have here. Methods of version 1 say so, and
 * `PRAGMA journal_mode=wal` answers "delete" (https://www.sqlite.org/c3ref/io_methods.html).
 */
function withoutWriteAheadLog(python: BuildPython): void {
  const { module } = python;
  python.run("import sqlite3, sys; sys.slipway = sqlite3.connect('/tmp/methods.db'); sys.slipway.execute('create table t (x)')");
  const connection = module._PySys_GetObject(module.stringToNewUTF8("slipway"));
  const place = module._malloc(4);
  const database = module.HEAP32[(connection + DATABASE_OFFSET) >> 2] ?? 0;
  if (module._sqlite3_file_control(database, 0, FILE_POINTER, place) !== 0) throw new Error("SQLite tells nothing of its file");
  const file = module.HEAP32[place >> 2] ?? 0;
  const methods = module.HEAP32[file >> 2] ?? 0;
  if (module.HEAP32[methods >> 2] !== 3) throw new Error("SQLite's methods of files are of another version than expected");
  module.HEAP32[methods >> 2] = 1;
  python.run("import sys; sys.slipway.close(); del sys.slipway");
}
