/**
 * CPython's main on a restored memory: its own parser reads the command line, its own path computation (in python/process.py) finds
 * prefix and virtual environment, then `Py_RunMain` does the rest. See https://docs.python.org/3/c-api/init_config.html.
 */

import { OP } from "../../../kernel/abi.ts";
import { KernelError } from "../../../kernel/errno.ts";
import { O } from "../../../kernel/types.ts";
import type { InterpreterModule } from "../interpreter.ts";
import type { ProcessState } from "./process-state.ts";

/** More than sizeof(PyConfig). */
const CONFIG_BYTES = 8192;
const STATUS = { OK: 0, ERROR: 1, EXIT: 2 } as const;

/** Returns the exit status. */
export function runMain(python: InterpreterModule, state: ProcessState, start: number): number {
  const { memory, message } = state;
  python._clearenv();
  for (const [name, value] of Object.entries(message.env)) {
    python._setenv(python.stringToNewUTF8(name), python.stringToNewUTF8(value), 1);
  }
  memory.setInt(python._Py_EMSCRIPTEN_SIGNAL_HANDLING, 1);
  const config = python._malloc(CONFIG_BYTES);
  const status = python._malloc(16);
  const argv = python._malloc(4 * message.argv.length);
  for (const [index, argument] of message.argv.entries()) memory.setInt(argv + index * 4, python.stringToNewUTF8(argument));

  const steps = [
    () => python._PyConfig_InitPythonConfig(config),
    () => python._PyConfig_SetBytesArgv(status, config, message.argv.length, argv),
    () => python._PyConfig_Read(status, config),
    () => python._Py_InitializeFromConfig(status, config),
  ];
  memory.setInt(status, STATUS.OK);
  for (const step of steps) {
    step();
    const result = memory.int(status);
    if (result === STATUS.OK) continue;
    python._fflush(0);
    // -h, -V and wrong options end here; they have been written.
    if (result === STATUS.EXIT) return memory.int(status + 12);
    python._Py_ExitStatusException(status);
  }
  const settings = python.__PyConfig_AsDict(python.__Py_GetConfig());
  if (settings === 0 || python._PyObject_CallOneArg(start, settings) === 0) {
    python._PyErr_Print();
    return 1;
  }
  const refusal = refusedScript(python, state);
  if (refusal !== undefined) return refusal;
  const result = python._Py_RunMain();
  python._fflush(0);
  return result;
}

function sysExecutable(python: InterpreterModule, state: ProcessState): string {
  const object = python._PySys_GetObject(python.stringToNewUTF8("executable"));
  return object === 0 ? "" : state.memory.text(python._PyUnicode_AsUTF8(object));
}

/** CPython would write the C library's number of the error: this says it as it does elsewhere. Undefined: the script can be opened. */
function refusedScript(python: InterpreterModule, state: ProcessState): number | undefined {
  const text = (name: string) => {
    const object = python._PyConfig_Get(python.stringToNewUTF8(name));
    const address = object === 0 ? 0 : python._PyUnicode_AsUTF8(object);
    if (address !== 0) return state.memory.text(address);
    python._PyErr_Clear();
    return undefined;
  };
  const script = text("run_filename");
  if (script === undefined) return undefined;
  try {
    state.descriptors.close(state.open(script, O.RDONLY, 0));
    return undefined;
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    const line = `${sysExecutable(python, state)}: can't open file '${state.files.absolute(script)}': [Errno ${error.errno}] ${error.text}\n`;
    const stderr = state.descriptors.find(2);
    const bytes = new TextEncoder().encode(line);
    if (stderr?.kind === "kernel") state.client.call(OP.WRITE, [stderr.handle], bytes);
    else stderr?.write(bytes);
    return 2;
  }
}
