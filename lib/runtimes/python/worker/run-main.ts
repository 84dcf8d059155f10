/**
 * CPython's main on a restored memory: its own parser reads the command line, its own path computation finds prefix and virtual
 * environment, then `Py_RunMain` does the rest. See https://docs.python.org/3/c-api/init_config.html.
 */

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
  message.argv.forEach((argument, index) => memory.setInt(argv + index * 4, python.stringToNewUTF8(argument)));

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
  if (python._PyObject_CallNoArgs(start) === 0) {
    python._PyErr_Print();
    return 1;
  }
  const result = python._Py_RunMain();
  python._fflush(0);
  return result;
}
