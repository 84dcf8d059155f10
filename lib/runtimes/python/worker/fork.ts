/**
 * fork(2) of a Python process. WebAssembly's own stack can't be copied, but since 3.11 a call from Python to Python uses none of it: its
 * frames lie in memory, each with the instruction it is at. So the child gets the memory, and its worker goes on with the frames, from
 * the caller of fork() outwards, as the evaluation loop would have: the value of a call is put on the caller's stack behind the call
 * (CPython 3.14: Include/internal/pycore_interpframe_structs.h, _PUSH_FRAME and RETURN_VALUE in Python/bytecodes.c).
 *
 * It can't go on with a function written in C that has called Python: there the child's way ends.
 */

import { type ForkedMemory, OP } from "../../../kernel/abi.ts";
import { errno } from "../../../kernel/errno.ts";
import { O } from "../../../kernel/types.ts";
import type { InterpreterModule } from "../interpreter.ts";
import type { Description } from "./descriptors.ts";
import type { Memory } from "./memory.ts";
import type { ProcessState } from "./process-state.ts";

/** Offsets in _PyInterpreterFrame. */
const FRAME = { EXECUTABLE: 0, PREVIOUS: 4, GLOBALS: 12, LOCALS: 20, INSTRUCTION: 28, STACK: 32, RETURN_OFFSET: 36, OWNER: 38 } as const;
/** _frameowner: a frame of a function; one of a generator; from 3 on, one that stands for the C code around. */
const OWNER = { THREAD: 0, INTERPRETER: 3 } as const;
const TAG_BITS = 3;
/** What the reference counts of immortal objects are beyond (refcount.h, 32 bits). */
const IMMORTAL = 1 << 30;
/** So many words of PyThreadState are looked through for the current frame. */
const THREAD_WORDS = 48;
const SIGINT = 2;
const DEAD_END =
  "python: the child of a fork() came back to a function written in C, and can't go on there on this machine; see /reference/machine\n";

export interface ForkParts {
  readonly python: () => InterpreterModule;
  readonly state: () => ProcessState;
  /** The WebAssembly's __stack_pointer. */
  readonly stackPointer: () => WebAssembly.Global;
  /** In a child: the frames that come after the one which runs, outwards. */
  remaining: readonly number[];
  readonly post: (message: { readonly kind: "fork" } & ForkedMemory, transfer: Transferable[]) => void;
}

interface FileCopy {
  readonly handle: number;
  readonly flags: number;
  /** Of a file that the worker itself reads and writes. */
  readonly local?: { readonly ino: number; readonly position: number };
}

interface ForkState {
  readonly thread: number;
  /** Where PyThreadState has its current frame. */
  readonly current: number;
  /** What the child goes on with, outwards. */
  readonly frames: readonly number[];
  readonly stackPointer: number;
  readonly umask: number;
  readonly files: readonly FileCopy[];
  readonly descriptors: readonly { readonly fd: number; readonly file: number; readonly closeOnExec: boolean }[];
}

/** The address in `thread` that holds the frame which runs now; undefined when this is not the interpreter we know. */
function currentFrame(python: InterpreterModule, memory: Memory, thread: number): number | undefined {
  const size = memory.bytes.length;
  const inside = (address: number) => address > 0 && address % 4 === 0 && address + 64 < size;
  for (let word = 0; word < THREAD_WORDS; word++) {
    const frame = memory.int(thread + word * 4);
    if (!inside(frame)) continue;
    const code = memory.int(frame + FRAME.EXECUTABLE) & ~TAG_BITS;
    if (inside(code) && memory.int(code + 4) === python._PyCode_Type) return thread + word * 4;
  }
  return undefined;
}

/**
 * Frames from the caller of `frame` on, as far as Python called Python; in a child also those that `goOn` will come to. Undefined: one is
 * a generator's, or there is none.
 */
function callers(memory: Memory, frame: number, remaining: readonly number[]): number[] | undefined {
  const found: number[] = [];
  for (let at = memory.int(frame + FRAME.PREVIOUS); at !== 0; at = memory.int(at + FRAME.PREVIOUS)) {
    const owner = memory.bytes[at + FRAME.OWNER] ?? OWNER.INTERPRETER;
    if (owner >= OWNER.INTERPRETER) {
      // The loop that `goOn` has begun, not one that a function of C has.
      if (remaining.length > 0 && memory.int(at + FRAME.PREVIOUS) === remaining[0]) found.push(...remaining);
      break;
    }
    if (owner !== OWNER.THREAD) return undefined;
    found.push(at);
  }
  return found.length === 0 ? undefined : found;
}

/** The child's pid, or -errno: EAGAIN, ENOSYS where the child could not go on. Called by python/adapt.py's fork(), whose frame is on top. */
export function fork(parts: ForkParts): number {
  const python = parts.python();
  const state = parts.state();
  const { memory, client } = state;
  const thread = python._PyThreadState_Get();
  const current = currentFrame(python, memory, thread);
  const frames = current === undefined ? undefined : callers(memory, memory.int(current), parts.remaining);
  if (current === undefined || frames === undefined) return -errno("ENOSYS");
  const files: FileCopy[] = [];
  const known = new Map<Description, number>();
  const held: number[] = [];
  const descriptors = state.descriptors.entries().map(([fd, file]) => {
    let index = known.get(file);
    if (index === undefined) {
      index = files.length;
      known.set(file, index);
      if (file.kind === "kernel") files.push({ handle: file.handle, flags: file.flags });
      else {
        // Until the child has marked it as open, the kernel keeps it for this handle.
        const handle = client.must(OP.OPEN, [file.ino, O.RDONLY]);
        held.push(handle);
        files.push({ handle, flags: file.flags, local: { ino: file.ino, position: file.position } });
      }
    }
    return { fd, file: index, closeOnExec: state.descriptors.closeOnExec(fd) };
  });
  const used = python.HEAP32[python._emscripten_get_sbrk_ptr() >> 2] ?? 0;
  const copy = memory.bytes.slice(0, used);
  const forked: ForkState = {
    thread,
    current,
    frames,
    stackPointer: Number(parts.stackPointer().value),
    umask: state.umask,
    files,
    descriptors,
  };
  parts.post({ kind: "fork", memory: copy.buffer, state: forked }, [copy.buffer]);
  const pid = client.call(OP.FORK);
  for (const handle of held) client.call(OP.CLOSE, [handle]);
  return pid;
}

/** Makes `state` the copy that `forked` says: memory and descriptors. `grow` makes room. */
export function becomeCopy(parts: ForkParts, forked: ForkedMemory, grow: (bytes: number) => void): void {
  const state = parts.state();
  const { memory, client } = state;
  const copy = new Uint8Array(forked.memory);
  const { stackPointer, files, descriptors, umask } = forked.state as ForkState;
  if (memory.bytes.length < copy.length) grow(copy.length);
  memory.bytes.set(copy);
  memory.bytes.fill(0, copy.length);
  parts.stackPointer().value = stackPointer;
  state.umask = umask;
  const made = files.map(({ handle, flags, local }): Description => {
    if (local === undefined) return state.kernelFile(handle, flags);
    const file = state.files.openInode(local.ino, flags, local.position);
    client.call(OP.CLOSE, [handle]);
    return file;
  });
  for (const [fd] of state.descriptors.entries()) state.descriptors.forget(fd);
  for (const { fd, file, closeOnExec } of descriptors) {
    const description = made[file];
    if (description !== undefined) state.descriptors.set(fd, description.retain(), closeOnExec);
  }
  for (const description of made) description.release();
}

/** Goes on in the child, where fork() has given 0; returns the exit status of a child that comes to the end of its way. */
export function goOn(parts: ForkParts, forked: ForkedMemory): number {
  const python = parts.python();
  const state = parts.state();
  const { memory, client } = state;
  const { thread, current, frames } = forked.state as ForkState;
  const inner = memory.int(current);
  const last = frames.at(-1) ?? inner;
  const isModule = memory.int(last + FRAME.LOCALS) === memory.int(last + FRAME.GLOBALS);
  python._PyOS_AfterFork_Child();
  python.__PyThreadState_PopFrame(thread, inner);
  let result = python._PyLong_FromLong(0);
  for (const [index, frame] of frames.entries()) {
    parts.remaining = frames.slice(index + 1);
    memory.setInt(current, memory.int(frame + FRAME.PREVIOUS));
    if (result !== 0) {
      const stack = memory.int(frame + FRAME.STACK);
      memory.setInt(stack, result | (memory.int(result) >= IMMORTAL ? 1 : 0));
      memory.setInt(frame + FRAME.STACK, stack + 4);
      // Instructions have two bytes each.
      memory.setInt(frame + FRAME.INSTRUCTION, memory.int(frame + FRAME.INSTRUCTION) + 2 * memory.short(frame + FRAME.RETURN_OFFSET));
    }
    result = python.__PyEval_EvalFrameDefault(thread, frame, result === 0 ? 1 : 0);
  }
  if (result !== 0 && isModule) python._Py_Exit(0);
  if (result !== 0) {
    const stderr = state.descriptors.find(2);
    if (stderr?.kind === "kernel") client.call(OP.WRITE, [stderr.handle], new TextEncoder().encode(DEAD_END));
    python._Py_Exit(1);
  }
  const interrupted = python._PyErr_ExceptionMatches(memory.int(python._PyExc_KeyboardInterrupt)) !== 0;
  // SystemExit ends the process here.
  python._PyErr_Print();
  if (interrupted) {
    client.call(OP.SIGACTION, [SIGINT, 0]);
    client.call(OP.KILL, [state.message.pid, SIGINT]);
  }
  return 1;
}
