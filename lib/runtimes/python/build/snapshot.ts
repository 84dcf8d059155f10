/** Makes the snapshot: the memory of an interpreter that has imported what most processes need. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorTable } from "../worker/error-numbers.ts";
import { folders, sources } from "./folders.ts";
import { rootMounts, startPython } from "./interpreter.ts";

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
  execute("python/adapt.py", "vars(process)");
  execute("build/preload.py", "globals()");
  python.run('packages = types.ModuleType("packages")');
  execute("python/packages.py", "vars(packages)");
  execute("build/freeze.py", "dict(needs=needs, process=process)");
  const { HEAPU8 } = python.module;
  let end = HEAPU8.length;
  while (end > 0 && HEAPU8[end - 1] === 0) end--;
  end = Math.ceil(end / 65536) * 65536;
  writeFileSync(join(folders.assets, "snapshot.bin"), HEAPU8.subarray(0, end));
}
