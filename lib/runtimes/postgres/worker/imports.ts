/** The system calls that the server's WebAssembly imports. Files, streams and sockets are those of every process worker (Python's). */

import { OP } from "../../../kernel/abi.ts";
import { O } from "../../../kernel/types.ts";
import { answered } from "../../python/worker/error-numbers.ts";
import { fileCalls } from "../../python/worker/file-calls.ts";
import { memoryCalls } from "../../python/worker/memory-calls.ts";
import type { ProcessState } from "../../python/worker/process-state.ts";
import { streamCalls } from "../../python/worker/stream-calls.ts";
import { timeCalls, worldClock } from "../../python/worker/time-calls.ts";
import type { Linker } from "./linker.ts";
import { type Import, Server } from "./server.ts";
import { serverSockets } from "./sockets.ts";

/** The user that the server takes itself to be (PGlite's geteuid, compiled in): its own files are shown as that one's. */
const OWN_UID = 123;
const STAT_UID = 12;
const ENOTTY = 59;
const PAGE = 65536;
const MOST_BYTES = 1 << 30;
const encoder = new TextEncoder();

export interface ImportParts {
  readonly state: () => ProcessState;
  readonly server: () => Server;
  readonly linker: () => Linker;
  readonly gate: Import;
  readonly timer: (which: number, milliseconds: number) => number;
  readonly environment: () => readonly string[];
  readonly exit: (status: number) => never;
  readonly abort: () => never;
}

export function serverImports(parts: ImportParts): Record<string, Import> {
  const { state, server } = parts;
  const files = fileCalls(state);
  const memory = () => server().memory;
  const own = (name: string, place: number): Import => {
    const call = files[name] as (...args: number[]) => number;
    return (...args: number[]) => {
      const result = call(...args);
      const at = (args[place] ?? 0) + STAT_UID;
      if (result === 0 && memory().int(at) === state().message.credentials.uid) memory().setInt(at, OWN_UID);
      return result;
    };
  };
  const clock = worldClock(() => state().files.fileMemory);
  return {
    ...files,
    __syscall_stat64: own("__syscall_stat64", 1),
    __syscall_lstat64: own("__syscall_lstat64", 1),
    __syscall_fstat64: own("__syscall_fstat64", 1),
    __syscall_newfstatat: own("__syscall_newfstatat", 2),
    ...streamCalls(state),
    ...serverSockets(state, (size) => server().exports.malloc(size)),
    ...memoryCalls(state, (alignment, size) => server().exports.emscripten_builtin_memalign(alignment, size)),
    ...timeCalls(memory, clock),
    ...calendarCalls(memory),
    __syscall_umask: files.__syscall_umask_js as Import,
    __syscall_getuid32: () => OWN_UID,
    __syscall_geteuid32: () => OWN_UID,
    __syscall_getgid32: () => OWN_UID,
    __syscall_getegid32: () => OWN_UID,
    __syscall_ioctl: () => -ENOTTY,
    __syscall_linkat: (_from: number, existing: number, _to: number, path: number) =>
      answered(() => {
        state().files.link(memory().text(existing), memory().text(path));
        return 0;
      }),
    __syscall_pipe2: (address: number) =>
      answered(() => {
        const current = state();
        // The server makes all its pipes non-blocking, by an fcntl that PGlite has left out.
        current.client.must(OP.PIPE, [O.NONBLOCK]);
        const answer = current.client.answer();
        const [reader = -1, writer = -1] = new Int32Array(answer.buffer, answer.byteOffset, 2);
        memory().setInt(address, current.descriptors.add(current.kernelFile(reader, O.RDONLY)));
        memory().setInt(address + 4, current.descriptors.add(current.kernelFile(writer, O.WRONLY)));
        return 0;
      }),
    __syscall_recvfrom: parts.gate,
    _setitimer_js: parts.timer,
    __call_sighandler: (handler: number, signal: number) => server().table.get(handler)(signal) as unknown,
    _emscripten_throw_longjmp: Server.longJump,
    _emscripten_runtime_keepalive_clear: () => {},
    setTempRet0: (value: number) => server().exports._emscripten_tempret_set(value),
    getTempRet0: () => server().exports._emscripten_tempret_get(),
    _dlopen_js: (handle: number) => parts.linker().open(handle),
    _dlsym_js: (handle: number, name: number, _place: number) => parts.linker().symbol(handle, name),
    emscripten_get_heap_max: () => MOST_BYTES,
    emscripten_resize_heap: (wanted: number) => {
      const missing = Math.ceil(((wanted >>> 0) - memory().bytes.length) / PAGE);
      try {
        if (missing > 0) server().grow(missing);
        return 1;
      } catch {
        return 0;
      }
    },
    random_get: (address: number, length: number) => {
      crypto.getRandomValues(memory().slice(address, length));
      return 0;
    },
    environ_sizes_get: (count: number, bytes: number) => {
      const entries = parts.environment().map((entry) => encoder.encode(entry).length + 1);
      memory().setInt(count, entries.length);
      memory().setInt(
        bytes,
        entries.reduce((sum, each) => sum + each, 0),
      );
      return 0;
    },
    environ_get: (list: number, place: number) => {
      let at = place;
      for (const [index, entry] of parts.environment().entries()) {
        memory().setInt(list + 4 * index, at);
        memory().setText(at, entry, Number.MAX_SAFE_INTEGER);
        at += encoder.encode(entry).length + 1;
      }
      return 0;
    },
    __assert_fail: parts.abort,
    _abort_js: parts.abort,
    exit: parts.exit,
    proc_exit: parts.exit,
  };
}

/** struct tm of a time; machines are in UTC. */
function calendarCalls(memory: () => Server["memory"]): Record<string, Import> {
  const fill = (time: bigint, address: number) => {
    const date = new Date(Number(time) * 1000);
    const year = date.getUTCFullYear();
    const day = Math.floor((date.getTime() - Date.UTC(year, 0, 1)) / 86_400_000);
    const parts = [date.getUTCSeconds(), date.getUTCMinutes(), date.getUTCHours(), date.getUTCDate(), date.getUTCMonth(), year - 1900];
    for (const [index, value] of [...parts, date.getUTCDay(), day, 0, 0].entries()) memory().setInt(address + 4 * index, value);
    return 0;
  };
  return {
    _gmtime_js: fill,
    _localtime_js: fill,
    _tzset_js: (zone: number, daylight: number, standard: number, summer: number) => {
      memory().setInt(zone, 0);
      memory().setInt(daylight, 0);
      memory().setText(standard, "UTC", 17);
      memory().setText(summer, "UTC", 17);
    },
  };
}
