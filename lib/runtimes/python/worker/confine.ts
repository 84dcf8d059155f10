/**
 * Takes everything from the worker's global that a process has no use for: network, storage, other workers, the host's own interfaces.
 *
 * Nothing that a learner writes is ever JavaScript, and the interpreter's WebAssembly can call nothing but its imports (`seal.ts`). This
 * is the second wall: if some way to JavaScript were found, it would lead into an empty room.
 */

/** What the language itself gives, and what our own system calls need. */
const ALLOWED: ReadonlySet<string> = new Set(
  `globalThis self undefined NaN Infinity Object Function Array Number Boolean String Symbol BigInt Math JSON Reflect Proxy Intl Atomics
  Promise Map Set WeakMap WeakSet WeakRef FinalizationRegistry Iterator RegExp Date
  Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError SuppressedError
  ArrayBuffer SharedArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array
  Float16Array Float32Array Float64Array BigInt64Array BigUint64Array
  parseFloat parseInt isNaN isFinite decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape
  WebAssembly TextDecoder TextEncoder performance crypto onmessage constructor`.split(/\s+/),
);

export function confine(): void {
  // Emscripten's support code writes to it when something goes very wrong.
  const silent = { log() {}, error() {}, warn() {}, info() {}, debug() {}, trace() {} };
  for (let scope: object | null = globalThis; scope !== null && scope !== Object.prototype; scope = Object.getPrototypeOf(scope)) {
    for (const name of Reflect.ownKeys(scope)) {
      if (typeof name === "string" && ALLOWED.has(name)) continue;
      if (typeof name === "symbol" && name === Symbol.toStringTag) continue;
      if (!Reflect.deleteProperty(scope, name)) Reflect.set(scope, name, undefined);
    }
  }
  Reflect.defineProperty(globalThis, "console", { value: silent });
}

/** What is left on the global that should not be there; for tests. */
export function leftovers(): string[] {
  const found: string[] = [];
  for (let scope: object | null = globalThis; scope !== null && scope !== Object.prototype; scope = Object.getPrototypeOf(scope)) {
    for (const name of Reflect.ownKeys(scope)) {
      if (typeof name !== "string" || ALLOWED.has(name) || name === "console") continue;
      if (Reflect.get(scope, name) !== undefined) found.push(name);
    }
  }
  return found;
}
