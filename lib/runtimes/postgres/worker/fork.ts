/** fork(2) of a postmaster: its memory is copied, and the child begins where `postmaster_child_launch` goes on in it. */

import { OP } from "../../../kernel/abi.ts";
import type { ProcessState } from "../../python/worker/process-state.ts";
import { CHILD_MARK, type ServerMemory, WORD } from "../assets.ts";
import { CHILD_KIND, VARIABLE } from "../native-calls.ts";
import type { Server } from "./server.ts";

/** A child that has not taken its copy by then is not waited for, in milliseconds. */
const PATIENCE_MS = 20_000;
const PAGE = 65536;
const SIGQUIT = 3;
/** B_STARTUP: the first child of a server that begins, or begins anew. */
const STARTUP = 13;

/** The parent's half: keeps the memory, and spawns the process. Returns its pid. */
export function forkChild(state: ProcessState, server: Server, shared: ServerMemory, args: readonly number[]): number {
  const words = new Int32Array(shared.control);
  if (args[0] === STARTUP) server.turn.restart();
  if (Atomics.load(words, WORD.FORKING) === 1) Atomics.wait(words, WORD.FORKING, 1, PATIENCE_MS);
  const { memory } = server;
  const end = memory.int(server.exports.emscripten_get_sbrk_ptr());
  const from = memory.int(VARIABLE.sharedMemory);
  const size = memory.int(VARIABLE.sharedMemorySize);
  const image = new Uint8Array(shared.image);
  if (end > image.length) throw new Error(`a memory of ${end} bytes can't be forked`);
  image.set(memory.slice(0, from));
  image.set(memory.slice(from + size, end - from - size), from + size);
  words[WORD.BREAK] = end;
  words[WORD.STACK] = server.exports.emscripten_stack_get_current();
  words[WORD.SHARED] = from;
  words[WORD.SHARED_SIZE] = size;
  for (const [index, value] of args.entries()) words[WORD.ARGUMENTS + index] = value;
  // The end of the child before this one must not be taken for this one's.
  Atomics.store(words, WORD.CHILD, 0);
  Atomics.store(words, WORD.FORKING, 1);
  const { message, descriptors, client } = state;
  const fds: Record<number, number> = {};
  for (const [fd, file] of descriptors.entries()) if (file.kind === "kernel") fds[fd] = file.handle;
  const request = {
    argv: [`postgres: ${server.childName(args[0] ?? 0)}`, CHILD_MARK],
    path: message.path,
    env: message.env,
    cwd: state.files.cwd,
    fds,
    // setsid of InitPostmasterChild: signals from a terminal are the postmaster's alone, and a backend's group can be signaled.
    newSession: true,
  };
  const pid = client.call(OP.SPAWN, [], new TextEncoder().encode(JSON.stringify(request)));
  if (pid < 0) Atomics.store(words, WORD.FORKING, 0);
  else words[WORD.CHILD] = pid;
  return pid;
}

/** The child's half: takes the copy, and runs what the postmaster wants of it. */
export function runChild(state: ProcessState, server: Server, shared: ServerMemory): never {
  const words = new Int32Array(shared.control);
  const { memory, exports } = server;
  const [end = 0, stack = 0, from = 0, size = 0] = words.subarray(WORD.BREAK, WORD.ARGUMENTS);
  const [kind = 0, slot = 0, data = 0, length = 0, socket = 0] = words.subarray(WORD.ARGUMENTS, WORD.ARGUMENTS + 5);
  const missing = Math.ceil((end - memory.bytes.length) / PAGE);
  if (missing > 0) server.grow(missing);
  const image = new Uint8Array(shared.image);
  memory.bytes.set(image.subarray(0, from));
  memory.bytes.set(image.subarray(from + size, end), from + size);
  Atomics.store(words, WORD.FORKING, 0);
  Atomics.notify(words, WORD.FORKING);
  exports._emscripten_stack_restore(stack - 1024);
  // What InitPostmasterChild does (miscinit.c).
  const name = server.text(state.message.path);
  memory.bytes[VARIABLE.isUnderPostmaster] = 1;
  memory.setInt(VARIABLE.myProcPid, state.message.pid);
  for (const list of VARIABLE.exitLists) memory.setInt(list, 0);
  server.resetHandler(SIGQUIT);
  server.turn.take();
  exports.InitStandaloneProcess(name);
  memory.setInt(VARIABLE.myBackendType, kind);
  memory.setInt(VARIABLE.myPMChildSlot, slot);
  memory.setInt(VARIABLE.currentMemoryContext, memory.int(VARIABLE.topMemoryContext));
  memory.setInt(VARIABLE.myClientSocket, socket);
  server.table.get(memory.int(VARIABLE.childKinds + kind * CHILD_KIND.bytes + CHILD_KIND.main))(data, length);
  throw new Error("a child of the postmaster has returned");
}
