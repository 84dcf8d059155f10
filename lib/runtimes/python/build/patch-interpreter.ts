/**
 * Gives the interpreter's WebAssembly the system calls of `native-calls.ts`, and Linux's numbers of errors to Python.
 *
 * The C library goes on with its own (WASI) numbers, which are compiled into it; they are translated where CPython makes an OSError of
 * errno: in PyErr_SetFromErrnoWithFilenameObjects, which all its likes end in.
 */

import { type NativeCall, nativeNumber, OBSERVED_CALLS, PLAIN_CALLS, SYSTEM_CALLS, TRAMPOLINE } from "../native-calls.ts";
import { concat, signed, unsigned, WasmBinary } from "./wasm-binary.ts";

const I32 = 0x7f;
const OPCODE = { IF: 0x04, END: 0x0b, CALL: 0x10, DROP: 0x1a, LOCAL_GET: 0x20, LOCAL_SET: 0x21, LOCAL_TEE: 0x22 } as const;
const I32_STORE = [0x36, 0x02, 0x00];
const I32_LT_S = 0x48;
const I32_SUB = 0x6b;
const NO_RESULT = 0x40;
const MAX_ARGUMENTS = 6;

const constant = (value: number) => [0x41, ...signed(value)];

export function patchInterpreter(original: Uint8Array): Uint8Array {
  const wasm = new WasmBinary(original);
  const trampoline = unsigned(wasm.importIndex(TRAMPOLINE));
  const errnoAddress = readErrnoAddress(wasm);

  const callOut = (name: NativeCall, values: readonly number[][]): number[] => {
    const padded = [...values, ...Array.from({ length: MAX_ARGUMENTS - values.length }, () => constant(0))];
    return [...constant(nativeNumber(name)), ...padded.flat(), OPCODE.CALL, ...trampoline];
  };
  const forward = (name: NativeCall): number[] => {
    const { params } = wasm.parametersOf(name);
    if (params.length > MAX_ARGUMENTS || params.some((type) => type !== I32))
      throw new Error(`${name} takes other arguments than expected`);
    return callOut(
      name,
      params.map((_, index) => [OPCODE.LOCAL_GET, ...unsigned(index)]),
    );
  };

  // Functions with the same body are one function in the file: forget nobody by replacing one twice.
  const taken = new Map<number, string>();
  const replace = (name: NativeCall, body: number[]) => {
    const index = wasm.exportIndex(name);
    const other = taken.get(index);
    if (other) throw new Error(`${name} and ${other} are one function in the interpreter; patch what calls them`);
    taken.set(index, name);
    wasm.replace(name, Uint8Array.from(body));
  };

  for (const name of SYSTEM_CALLS) {
    const result = unsigned(wasm.parametersOf(name).params.length);
    replace(name, [
      1, // one group of locals
      1, // with one local
      I32,
      ...forward(name),
      OPCODE.LOCAL_TEE,
      ...result,
      ...constant(0),
      I32_LT_S,
      OPCODE.IF,
      NO_RESULT,
      ...constant(errnoAddress),
      ...constant(0),
      OPCODE.LOCAL_GET,
      ...result,
      I32_SUB,
      ...I32_STORE,
      ...constant(-1),
      OPCODE.LOCAL_SET,
      ...result,
      OPCODE.END,
      OPCODE.LOCAL_GET,
      ...result,
      OPCODE.END,
    ]);
  }
  for (const name of PLAIN_CALLS) replace(name, [0, ...forward(name), OPCODE.END]);
  for (const name of OBSERVED_CALLS) {
    const body = wasm.bodyOf(name);
    const locals = localsLength(body);
    wasm.replace(name, concat([body.subarray(0, locals), Uint8Array.from([...forward(name), OPCODE.DROP]), body.subarray(locals)]));
  }

  translateErrno(wasm, callOut);
  endWithoutTearingDown(wasm, callOut);
  waitWithoutSpinning(wasm, callOut);
  return wasm.write();
}

/** `__errno_location` is nothing but the address. */
function readErrnoAddress(wasm: WasmBinary): number {
  const body = wasm.bodyOf("__errno_location");
  if (body[0] !== 0 || body[1] !== 0x41 || body[body.length - 1] !== OPCODE.END) throw new Error("errno lies elsewhere than expected");
  return body.subarray(2, -1).reduce((sum, byte, index) => sum + (byte & 0x7f) * 2 ** (7 * index), 0);
}

function localsLength(body: Uint8Array): number {
  let at = 1;
  for (let groups = body[0] ?? 0; groups > 0; groups--) {
    while (((body[at++] ?? 0) & 0x80) !== 0);
    at++;
  }
  return at;
}

/** Replaces every occurrence; throws unless there are as many as expected. */
function substitute(body: Uint8Array, pattern: readonly number[], replacement: readonly number[], expected: number): Uint8Array {
  const out: number[] = [];
  let found = 0;
  for (let at = 0; at < body.length; ) {
    if (pattern.every((byte, offset) => body[at + offset] === byte)) {
      out.push(...replacement);
      at += pattern.length;
      found++;
    } else out.push(body[at++] ?? 0);
  }
  if (found !== expected) throw new Error(`expected ${expected} places to patch, found ${found}: is this another interpreter?`);
  return Uint8Array.from(out);
}

type CallOut = (name: NativeCall, values: readonly number[][]) => number[];

/** errno is kept in local 3 and stored from there as the first argument of each `Py_BuildValue`. */
function translateErrno(wasm: WasmBinary, callOut: CallOut): void {
  const name = "PyErr_SetFromErrnoWithFilenameObjects";
  const number = [OPCODE.LOCAL_GET, 3];
  const store = [0x36, 0x02];
  const places = 3;
  wasm.replace(name, substitute(wasm.bodyOf(name), [...number, ...store], [...callOut("linuxErrno", [number]), ...store], places));
}

/**
 * Where nobody could wake whoever waits for a lock, Emscripten's pthread_cond_wait and pthread_cond_timedwait return at once, and CPython
 * asks again for ever. Both are inlined in _PySemaphore_Wait as the constant 0 ("not timed out, look for signals"): instead the kernel
 * is waited for, until the time in local 3 + 16 or a signal.
 */
function waitWithoutSpinning(wasm: WasmBinary, callOut: CallOut): void {
  const name = "_PySemaphore_Wait";
  const I32_CONST_0 = [0x41, 0x00];
  const I32_ADD = 0x6a;
  const BRANCH = [0x0c, 0x01];
  const toTimespec = [OPCODE.CALL, ...unsigned(wasm.exportIndex("_PyTime_AsTimespec_clamp"))];
  const deadline = [OPCODE.LOCAL_GET, 3, ...constant(16), I32_ADD];
  const timed = substitute(
    wasm.bodyOf(name),
    [...toTimespec, ...I32_CONST_0, ...BRANCH, OPCODE.END, ...I32_CONST_0, OPCODE.END],
    [...toTimespec, ...callOut("semaphoreWait", [deadline]), ...BRANCH, OPCODE.END, ...callOut("semaphoreWait", []), OPCODE.END],
    1,
  );
  wasm.replace(name, timed);
}

/**
 * A process that ends gives back its whole memory at once. So instead of Py_FinalizeEx, which frees it object by object, only what can be
 * seen from outside is done: threads joined, atexit functions run, streams flushed (`python/finish.py`).
 */
function endWithoutTearingDown(wasm: WasmBinary, callOut: CallOut): void {
  const name = "Py_RunMain";
  // Py_FinalizeEx is inlined there: a call without arguments whose result is compared with 0.
  const body = wasm.bodyOf(name);
  const compare = [0x41, 0x00, I32_LT_S];
  for (let at = 0; at < body.length - 6; at++) {
    if (body[at] !== OPCODE.CALL) continue;
    let end = at + 1;
    while (((body[end++] ?? 0) & 0x80) !== 0);
    if (!compare.every((byte, offset) => body[end + offset] === byte)) continue;
    wasm.replace(name, concat([body.subarray(0, at), Uint8Array.from(callOut("finalize", [])), body.subarray(end)]));
    return;
  }
  throw new Error("Py_RunMain does not finalize where expected");
}
