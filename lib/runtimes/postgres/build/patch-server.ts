/**
 * Makes PGlite's WebAssembly a server of several processes again. PGlite is the whole of PostgreSQL, postmaster included, linked against
 * a C library in which fork, kill, waitpid and poll do nothing; those places are given our calls (`native-calls.ts`). Functions have no
 * names in the file, so they are known by their number: this is for one file only, and any other is refused.
 */

import { createHash } from "node:crypto";
import { afterLocals, concat, signed, unsigned, WasmBinary } from "../../python/build/wasm-binary.ts";
import { CHECKS_BETWEEN, GATE, NATIVE, VARIABLE } from "../native-calls.ts";

/** dist/pglite.wasm of @electric-sql/pglite 0.5.16: PostgreSQL 18.6. */
const KNOWN = "5256d9ac379f631355f41ab30291e6a6d9f854242b5ee2a2d0940e28041d3fca";

/** Numbers of functions in that file. */
const FUNCTION = {
  main: 3687,
  /** postmaster_child_launch: what is left of it when fork can't succeed. */
  childLaunch: 4572,
  streamServerPort: 3629,
  postgresMain: 5828,
  initPostgres: 10118,
  setAuthenticated: 3567,
  checkUserMap: 3612,
  procExit: 5442,
  baseInit: 10117,
  /** ProcKill and AuxiliaryProcKill. */
  procKills: [5693, 5695],
  waitEventSetWait: 5573,
  createLockFile: 10109,
  initStandaloneProcess: 10086,
  signalWrapper: 10910,
  receive: 10950,
  send: 10951,
  kill: 13473,
  nanosleep: 13504,
  raise: 13524,
  processInterrupts: 5803,
  /** pgl_getMyProcPort, which nobody calls: gets another body. */
  unused: 5800,
} as const;

const VOID = 0x40;
const I32 = 0x7f;
/** CHECK_FOR_INTERRUPTS in the server's own code. */
const LEAST_CHECKS = 400;
const BR_IF = 0x0d;
const OP = {
  IF: 0x04,
  BR: 0x0c,
  LOCAL_SET: 0x21,
  END: 0x0b,
  CALL: 0x10,
  DROP: 0x1a,
  LOCAL_GET: 0x20,
  LOCAL_TEE: 0x22,
  I32_LOAD: 0x28,
  I32_EQ: 0x46,
  I32_EQZ: 0x45,
  I32_NE: 0x47,
  I32_ADD: 0x6a,
  I32_AND: 0x71,
};
const GATE_ARGUMENTS = 5;
/** What getpid() gives in Emscripten: compiled in where it was called. */
const EMSCRIPTEN_PID = [0x41, 42];
const STORE = [0x36, 0x02];
const STORE_BYTE = [0x3a, 0x00];

const constant = (value: number) => [0x41, ...signed(value)];
const local = (index: number) => [OP.LOCAL_GET, ...unsigned(index)];
const load = (offset: number) => [OP.I32_LOAD, 0x02, ...unsigned(offset)];

export function patchServer(original: Uint8Array): Uint8Array {
  const hash = createHash("sha256").update(original).digest("hex");
  if (hash !== KNOWN)
    throw new Error(`PGlite's WebAssembly is another one (${hash}) than lib/runtimes/postgres/build/patch-server.ts knows`);
  const wasm = new WasmBinary(original);
  const gate = unsigned(wasm.importIndex(GATE));
  const call = (number: number, ...values: number[][]): number[] => {
    const padded = [...values, ...Array.from({ length: GATE_ARGUMENTS - values.length }, () => constant(0))];
    return [...constant(number), ...padded.flat(), OP.CALL, ...gate];
  };
  const forward = (index: number, number: number, parameters: number) => {
    const values = Array.from({ length: parameters }, (_, each) => local(each));
    wasm.replaceAt(index, Uint8Array.from([0, ...call(number, ...values), OP.END]));
  };
  const substitute = (index: number, pattern: readonly number[], replacement: readonly number[], expected = 1) =>
    wasm.replaceAt(index, substituted(wasm.bodyAt(index), pattern, replacement, expected));

  forward(FUNCTION.childLaunch, NATIVE.FORK, 5);
  forward(FUNCTION.kill, NATIVE.KILL, 2);
  forward(FUNCTION.nanosleep, NATIVE.NANOSLEEP, 2);
  forward(FUNCTION.receive, NATIVE.RECV, 4);
  forward(FUNCTION.send, NATIVE.SEND, 4);

  // socket() of StreamServerPort is always descriptor 10 in PGlite.
  const fd = local(wasm.addLocal(FUNCTION.streamServerPort));
  const TEN = [0x41, 10];
  const address = local(3);
  substitute(
    FUNCTION.streamServerPort,
    [...TEN, ...address, ...load(20)],
    [...call(NATIVE.SOCKET, [...address, ...load(4)]), OP.LOCAL_TEE, ...fd.slice(1), ...address, ...load(20)],
  );
  const CLOSE = [OP.CALL, ...unsigned(13338)];
  substitute(FUNCTION.streamServerPort, [...TEN, ...CLOSE], [...fd, ...CLOSE], 4);
  const BACKLOG = constant(2623804);
  substitute(FUNCTION.streamServerPort, [...TEN, ...BACKLOG], [...fd, ...BACKLOG]);
  substitute(FUNCTION.streamServerPort, [...TEN, ...STORE, 0], [...fd, ...STORE, 0]);

  // Of poll(set->pollfds, set->nevents, timeout) only its result is left: that all are ready.
  const isReady = [...local(0), ...load(4), OP.LOCAL_TEE, 4];
  const dropped = [...local(0), ...load(28), OP.DROP, 0x02, 0x40];
  const poll = [...call(NATIVE.POLL, [...local(0), ...load(28)], [...local(0), ...load(4)], local(1)), OP.LOCAL_TEE, 4];
  substitute(FUNCTION.waitEventSetWait, [...dropped, ...isReady], [0x02, 0x40, ...poll]);

  // waitpid(-1, &status, WNOHANG) of process_pm_child_exit has become -1, given to what makes a result of a system call.
  const STATUS = 264;
  const noChild = [...constant(-1), OP.CALL, ...unsigned(13603)];
  substitute(FUNCTION.main, noChild, call(NATIVE.WAIT, [...local(2), ...constant(STATUS), OP.I32_ADD]), 2);

  // PostgresMain's own send_ready_for_query hides the one that its loop, a function of PGlite's, looks at.
  const one = constant(1);
  substitute(
    FUNCTION.postgresMain,
    [...local(5), ...one, ...STORE_BYTE, 31],
    [...constant(VARIABLE.sendReadyForQuery), ...one, ...STORE_BYTE, 0],
    2,
  );

  peerAuthentication(substitute, call);
  checkForInterrupts(wasm, call);

  // In PGlite whoever asks for a checkpoint makes it (RequestCheckpoint); so each process has the table of files to sync, not the checkpointer alone.
  const CHECKPOINTER = [...constant(VARIABLE.myBackendType), ...load(0), ...constant(11), OP.I32_NE];
  const skips = [BR_IF, 1, OP.END, ...constant(2804336)];
  substitute(FUNCTION.baseInit, [...CHECKPOINTER, ...skips], [...constant(0), ...skips]);

  const pid = call(NATIVE.GETPID);
  const MY_PROC_PID = constant(VARIABLE.myProcPid);
  substitute(FUNCTION.main, [...MY_PROC_PID, ...EMSCRIPTEN_PID, ...STORE], [...MY_PROC_PID, ...pid, ...STORE]);
  // RecheckDataDirLockFile, and its message.
  substitute(FUNCTION.main, [OP.LOCAL_TEE, 3, ...EMSCRIPTEN_PID, OP.I32_EQ], [OP.LOCAL_TEE, 3, ...pid, OP.I32_EQ]);
  substitute(FUNCTION.main, [...local(1), ...EMSCRIPTEN_PID, ...STORE, 56], [...local(1), ...pid, ...STORE, 56]);
  substitute(FUNCTION.createLockFile, [...local(6), ...EMSCRIPTEN_PID, OP.I32_EQ], [...local(6), ...pid, OP.I32_EQ]);
  substitute(FUNCTION.createLockFile, [...local(5), ...EMSCRIPTEN_PID], [...local(5), ...pid]);
  // "Is this still the process that …": it always is, since nothing is ever forked behind its back.
  const isOwn = [...MY_PROC_PID, ...load(0), ...EMSCRIPTEN_PID];
  substitute(FUNCTION.procExit, [...isOwn, OP.I32_EQ], constant(1));
  for (const index of FUNCTION.procKills) {
    const owner = [...constant(VARIABLE.myProc), ...load(0), ...load(44)];
    substitute(index, [...owner, ...EMSCRIPTEN_PID, OP.I32_EQ], constant(1));
  }
  substitute(FUNCTION.signalWrapper, [...isOwn, OP.I32_NE], constant(0));

  wasm.addExport("raise", FUNCTION.raise);
  wasm.addExport("InitStandaloneProcess", FUNCTION.initStandaloneProcess);
  return wasm.write();
}

type Substitute = (index: number, pattern: readonly number[], replacement: readonly number[]) => void;
type Call = (number: number, ...values: number[][]) => number[];

/**
 * Of auth_peer (auth.c) is left that nobody has an account: the C library knows none. The kernel knows who is at the socket's other end;
 * what follows is what ident_inet does with a name.
 */
function peerAuthentication(substitute: Substitute, call: Call): void {
  const PORT = local(8);
  const NAME = 7;
  const STATUS = 15;
  const UNKNOWN = [...local(6), ...load(1168), OP.DROP, ...constant(VARIABLE.errno), ...constant(44), ...STORE, 0];
  const usermap = [...PORT, ...load(380), ...load(300)];
  const user = [...PORT, ...load(364)];
  const found = [
    ...[...PORT, ...local(NAME), OP.CALL, ...unsigned(FUNCTION.setAuthenticated)],
    ...[...usermap, ...user, ...local(NAME), OP.CALL, ...unsigned(FUNCTION.checkUserMap), OP.LOCAL_SET, STATUS],
    ...[OP.BR, 9],
  ];
  substitute(FUNCTION.initPostgres, UNKNOWN, [...call(NATIVE.PEER, PORT), OP.LOCAL_TEE, NAME, OP.IF, VOID, ...found, OP.END, ...UNKNOWN]);
}

/**
 * CHECK_FOR_INTERRUPTS (miscadmin.h) reads a variable that signal handlers set. No handler can run while WebAssembly computes, so each such
 * place counts, and now and then calls out. Libraries reach it by ProcessInterrupts itself (`worker/linker.ts`).
 */
function checkForInterrupts(wasm: WasmBinary, call: Call): void {
  const pending = [...constant(VARIABLE.interruptPending), ...load(0)];
  const check = [OP.CALL, ...unsigned(FUNCTION.unused)];
  const places = wasm.substituteEverywhere(pending, check);
  if (places < LEAST_CHECKS) throw new Error(`expected at least ${LEAST_CHECKS} CHECK_FOR_INTERRUPTS in the server, found ${places}`);
  const counter = constant(VARIABLE.checks);
  const counted = [...counter, ...counter, ...load(0), ...constant(1), OP.I32_ADD, OP.LOCAL_TEE, 0, ...STORE, 0];
  const isDue = [...local(0), ...constant(CHECKS_BETWEEN - 1), OP.I32_AND, OP.I32_EQZ];
  const body = [...counted, ...isDue, OP.IF, VOID, ...call(NATIVE.CHECK), OP.DROP, OP.END, ...pending, OP.END];
  wasm.replaceAt(FUNCTION.unused, Uint8Array.from([1, 1, I32, ...body]));
  const first = afterLocals(wasm.bodyAt(FUNCTION.processInterrupts));
  const whole = wasm.bodyAt(FUNCTION.processInterrupts);
  wasm.replaceAt(
    FUNCTION.processInterrupts,
    concat([whole.subarray(0, first), Uint8Array.from([...check, OP.DROP]), whole.subarray(first)]),
  );
}

function substituted(body: Uint8Array, pattern: readonly number[], replacement: readonly number[], expected: number): Uint8Array {
  const places: number[] = [];
  for (let at = 0; at + pattern.length <= body.length; at++)
    if (pattern.every((byte, offset) => body[at + offset] === byte)) places.push(at);
  if (places.length !== expected) throw new Error(`expected ${expected} places to patch in the server, found ${places.length}`);
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const place of places) {
    parts.push(body.subarray(from, place), Uint8Array.from(replacement));
    from = place + pattern.length;
  }
  return concat([...parts, body.subarray(from)]);
}
