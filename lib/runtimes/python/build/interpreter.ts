/** The interpreter as the build runs it: CPython without Pyodide's layer above it, on folders of the host. */

import { mkdirSync } from "node:fs";
import { strerror } from "../../../kernel/errno.ts";
import { createInterpreter, type InterpreterModule } from "../interpreter.ts";
import { nativeCall, TRAMPOLINE } from "../native-calls.ts";
import { utcCalls } from "../utc.ts";
import { linuxErrno } from "../worker/error-numbers.ts";
import { folders, machine } from "./folders.ts";

/** Starts Python with the machine's paths; `mounts` are folders of the host at the same place as on a machine. */
export async function startPython(
  wasm: Uint8Array<ArrayBuffer>,
  mounts: Readonly<Record<string, string>>,
  before: (module: InterpreterModule) => void = () => {},
): Promise<BuildPython> {
  const compiled = await WebAssembly.compile(wasm);
  let module: InterpreterModule | undefined;
  // The build has no processes and no signals; nothing it runs asks for more than this.
  const native = (first: number, argument: number): number => {
    const call = nativeCall(first);
    if (call === "linuxErrno") return linuxErrno(argument);
    if (call === "getpid") return 1;
    if (call === "strerror") return module?.stringToNewUTF8(strerror(linuxErrno(argument))) ?? 0;
    return call === undefined ? -ENOSYS : 0;
  };
  module = await createInterpreter({
    module: compiled,
    replace: (imports) => ({
      ...imports,
      ...utcCalls(imports, () => {
        if (!module) throw new Error("time was asked for before there was an interpreter");
        return new DataView(module.HEAPU8.buffer);
      }),
      [TRAMPOLINE]: native,
    }),
    environment: { PYTHONHOME: machine.prefix, LANG: "C.UTF-8", HOME: "/root", PATH: "/usr/local/bin:/usr/bin:/bin", PYTHONHASHSEED: "0" },
    prepare(created) {
      for (const [path, host] of Object.entries(mounts)) {
        mkdirSync(host, { recursive: true });
        created.FS.mkdirTree(path);
        created.FS.mount(created.FS.filesystems.NODEFS, { root: host }, path);
      }
      before(created);
    },
  });
  initialize(module);
  return new BuildPython(module);
}

/** As WASI numbers it. */
const ENOSYS = 52;

export const rootMounts = { "/usr/local": `${folders.root}/usr/local` };

function initialize(module: InterpreterModule): void {
  const config = module._malloc(8192);
  const status = module._malloc(16);
  module._PyConfig_InitPythonConfig(config);
  module._Py_InitializeFromConfig(status, config);
  if (module.HEAP32[status >> 2] !== 0)
    throw new Error(`Python did not start: ${module.UTF8ToString(module.HEAP32[(status >> 2) + 2] ?? 0)}`);
}

export class BuildPython {
  constructor(readonly module: InterpreterModule) {}

  /** Runs statements in __main__; throws when they raise (Python has printed the traceback). */
  run(code: string): void {
    const text = this.module.stringToNewUTF8(code);
    const failed = this.module._PyRun_SimpleString(text);
    this.module._free(text);
    if (failed !== 0) throw new Error("Python code of the build failed; its traceback is above");
  }
}
