/**
 * Of Emscripten's and Pyodide's imports, those that would let WebAssembly reach JavaScript fail once the interpreter's own constructors
 * have run: Pyodide's proxies, code from strings, libraries from the network. So even machine code of a learner's making (ctypes) finds
 * no way out.
 */

import type { Imports } from "../interpreter.ts";

/** What the interpreter needs of Emscripten itself while Python runs; everything else of Emscripten's that is not ours is refused. */
const NEEDED =
  /^(invoke_|emscripten_resize_heap$|emscripten_get_heap_max$|_tzset_js$|_timegm_js$|_mktime_js$|_localtime_js$|_gmtime_js$|environ_|random_get$|ffi_|_PyEM_TrampolineCall_JS$|emscripten_runtime_keepalive|_emscripten_runtime_keepalive|__call_sighandler$|_emscripten_get_progname$|getprotobyname$|__assert_fail$|Jsv_GetError_import$|JsvError_Check$|emscripten_promise|_emscripten_lookup_name$|emscripten_log_impl_js$|_Py_emscripten_runtime$|_emscripten_throw_longjmp$|__cxa_|llvm_)/;

export class Seal {
  private isClosed = false;

  /** From now on the interpreter reaches nothing but its kernel. */
  close(): void {
    this.isClosed = true;
  }

  imports(emscripten: Imports): Imports {
    const sealed: Imports = {};
    for (const [name, original] of Object.entries(emscripten)) {
      sealed[name] =
        typeof original !== "function" || NEEDED.test(name)
          ? original
          : (...args: never[]) => {
              if (this.isClosed) throw new WebAssembly.RuntimeError(`unreachable: ${name} does not exist in this process`);
              return original(...args);
            };
    }
    return sealed;
  }
}
