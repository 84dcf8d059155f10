/**
 * Starts Pyodide's build of CPython as a bare interpreter: the WebAssembly with Emscripten's support code, and nothing of Pyodide's own
 * layer. Neither the modules `js` and `pyodide` nor any object of JavaScript ever gets into Python.
 */

import createModule from "pyodide/pyodide.asm.mjs";

/** What we use of Emscripten's module object (https://emscripten.org/docs/api_reference/module.html) and of its exports. */
export interface InterpreterModule {
  HEAP8: Int8Array<ArrayBuffer>;
  HEAPU8: Uint8Array<ArrayBuffer>;
  HEAP32: Int32Array<ArrayBuffer>;
  readonly FS: {
    mkdirTree(path: string): void;
    mount(type: unknown, options: unknown, path: string): unknown;
    writeFile(path: string, data: Uint8Array | string): void;
    readFile(path: string): Uint8Array;
    readonly filesystems: { readonly NODEFS: unknown };
  };
  readonly ENV: Record<string, string>;
  UTF8ToString(address: number): string;
  stringToNewUTF8(text: string): number;
  stringToUTF8(text: string, address: number, room: number): void;
  _Py_GetPlatform(): number;
  _emscripten_get_sbrk_ptr(): number;
  _sqlite3_file_control(database: number, name: number, operation: number, argument: number): number;
  _malloc(size: number): number;
  _free(address: number): void;
  _PyConfig_InitPythonConfig(config: number): void;
  _PyConfig_SetBytesArgv(status: number, config: number, count: number, argv: number): void;
  _PyConfig_SetBytesString(status: number, config: number, field: number, text: number): void;
  __PyConfig_AsDict(config: number): number;
  __Py_GetConfig(): number;
  __Py_Get_Getpath_CodeObject(): number;
  _PyObject_CallOneArg(callable: number, argument: number): number;
  _PyObject_SetAttrString(object: number, name: number, value: number): number;
  _PySys_GetObject(name: number): number;
  _PyImport_AddModule(name: number): number;
  _PyConfig_Get(name: number): number;
  _PyUnicode_AsUTF8(object: number): number;
  _PyErr_Clear(): void;
  _PyConfig_Read(status: number, config: number): void;
  _Py_InitializeFromConfig(status: number, config: number): void;
  _Py_RunMain(): number;
  _PyRun_SimpleString(code: number): number;
  _PyObject_CallNoArgs(callable: number): number;
  _PyObject_IsTrue(object: number): number;
  _PyErr_Print(): void;
  _Py_ExitStatusException(status: number): never;
  _fflush(stream: number): number;
  _emscripten_builtin_memalign(alignment: number, size: number): number;
  _PyThreadState_Get(): number;
  __PyThreadState_PopFrame(thread: number, frame: number): void;
  __PyEval_EvalFrameDefault(thread: number, frame: number, throwing: number): number;
  _PyOS_AfterFork_Child(): void;
  _PyLong_FromLong(value: number): number;
  _PyErr_ExceptionMatches(type: number): number;
  _Py_Exit(status: number): never;
  /** Addresses of variables. */
  readonly _PyCode_Type: number;
  readonly _PyExc_KeyboardInterrupt: number;
  readonly ___environ: number;
  readonly _Py_EMSCRIPTEN_SIGNAL_HANDLING: number;
  _setenv(name: number, value: number, overwrite: number): number;
  _unsetenv(name: number): number;
  _clearenv(): number;
}

/** Functions that the WebAssembly imports, by name; both of its modules share one object. */
export type Imports = Record<string, (...args: never[]) => unknown>;

export interface InterpreterOptions {
  readonly module: WebAssembly.Module;
  readonly environment?: Readonly<Record<string, string>>;
  /** Before anything runs: mounts and files. */
  readonly prepare?: (module: InterpreterModule) => void;
  /** Imports to put in place of Emscripten's; `instance` gives the memory once there is one. */
  readonly replace?: (imports: Imports) => Imports;
  /** Receives the instance before anything runs in it. */
  readonly instantiated?: (instance: WebAssembly.Instance) => void;
}

type CreateModule = (settings: Record<string, unknown>) => Promise<InterpreterModule>;

/** An interpreter whose memory is fresh: `Py_Initialize…` has not run, or its memory is to be overwritten by a snapshot. */
export async function createInterpreter(options: InterpreterOptions): Promise<InterpreterModule> {
  // Pyodide's own start fills this in; its support code looks at these few.
  const API = { config: { jsglobals: {}, env: {}, args: [], packages: [] }, runtimeEnv: {} };
  const errorMark = Symbol("error");
  const create: CreateModule = createModule;
  // Emscripten's own promise never settles when the instance can't be made, for want of memory for instance.
  let failed: (error: unknown) => void = () => {};
  const failure = new Promise<never>((_resolve, reject) => {
    failed = reject;
  });
  const created = create({
    API,
    noInitialRun: true,
    thisProgram: "python3",
    print: (text: string) => console.error(text),
    printErr: (text: string) => console.error(text),
    preRun: [
      (created: InterpreterModule) => {
        Object.assign(created.ENV, options.environment);
        options.prepare?.(created);
      },
    ],
    instantiateWasm(
      imports: { env: Imports; wasi_snapshot_preview1: Imports },
      done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
    ) {
      imports.env.Jsv_GetError_import = () => errorMark;
      imports.env.JsvError_Check = (value: unknown) => value === errorMark;
      const replaced = options.replace?.({ ...imports.env, ...imports.wasi_snapshot_preview1 });
      const all = replaced ? { ...imports, env: replaced, wasi_snapshot_preview1: replaced } : imports;
      WebAssembly.instantiate(options.module, all as unknown as WebAssembly.Imports)
        .then((instance) => {
          options.instantiated?.(instance);
          done(instance, options.module);
        })
        .catch(failed);
      return {};
    },
  });
  return Promise.race([created, failure]);
}
