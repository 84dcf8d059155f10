/** Processes, signals and time: what the trampoline of native-calls.ts asks for. */

import { OP } from "../../../kernel/abi.ts";
import { errno, KernelError, strerror } from "../../../kernel/errno.ts";
import { POLL } from "../../../kernel/types.ts";
import { type NativeCall, nativeCall, TRAMPOLINE } from "../native-calls.ts";
import { answered, linuxErrno, wasiErrno, wasiResult } from "./error-numbers.ts";
import type { ProcessState } from "./process-state.ts";
import type { Clock } from "./time-calls.ts";

const WNOHANG = 1;
const WUNTRACED = 2;
const TIMER_ABSTIME = 1;
const SIG_DFL = 0;
const SIG_IGN = 1;
const UTSNAME_FIELD = 65;
const RUSAGE_BYTES = 136;
const RLIMIT_NOFILE = 7;
const NOFILE = 1024;

export interface ProcessParts {
  readonly state: () => ProcessState;
  readonly clock: Clock;
  readonly allocate: (size: number) => number;
  /** Runs what Py_FinalizeEx does that can be seen; false when output was lost. */
  readonly finish: () => boolean;
  /** The environment as the C library has it. */
  readonly environment: () => Record<string, string>;
  /** fork(2): the child's pid or -errno. */
  readonly fork: () => number;
  /** getnameinfo proper, and setsockopt. */
  readonly sockets: Record<string, (...args: never[]) => unknown>;
}

type Native = (a: number, b: number, c: number, d: number, e: number) => number;

export function processCalls(parts: ProcessParts): Record<string, (...args: never[]) => unknown> {
  const { state, clock } = parts;
  const encoder = new TextEncoder();

  /** nanosleep(2) until the clock has moved on by that many milliseconds; 0 or the C library's EINTR. */
  const sleep = (milliseconds: number): number => {
    if (milliseconds <= 0) return 0;
    const result = state().client.call(OP.POLL, [Math.ceil(Math.min(milliseconds, 0x7fffffff))]);
    return result < 0 ? wasiErrno(-result) : 0;
  };
  const timespec = (address: number): number => {
    const { memory } = state();
    return memory.long(address) * 1000 + memory.int(address + 8) / 1e6;
  };

  const wait = (pid: number, statusAddress: number, options: number): number => {
    const { client, memory } = state();
    const found = client.call(OP.WAIT, [pid, options & (WNOHANG | WUNTRACED)]);
    if (found < 0) return wasiResult(found);
    if (found > 0 && statusAddress !== 0) {
      const answer = client.answer();
      memory.setInt(statusAddress, new Int32Array(answer.buffer, answer.byteOffset, 1)[0] ?? 0);
    }
    return found;
  };

  const link = (existing: number, path: number): number =>
    answered(() => {
      const { files, memory } = state();
      files.link(memory.text(existing), memory.text(path));
      return 0;
    });

  const execve = (path: number, argv: number, envp: number): number =>
    answered(() => {
      const { client, memory, files } = state();
      const env: Record<string, string> = {};
      for (const entry of memory.texts(envp)) env[entry.slice(0, entry.indexOf("="))] = entry.slice(entry.indexOf("=") + 1);
      const request = { path: files.absolute(memory.text(path)), argv: memory.texts(argv), env, fds: state().keptByExec() };
      return wasiResult(client.call(OP.EXEC, [0], encoder.encode(JSON.stringify(request))));
    });

  const select = (count: number, reading: number, writing: number, failing: number, timeout: number): number =>
    answered(() => {
      const { client, memory, descriptors } = state();
      const sets = [reading, writing, failing];
      const events = [POLL.IN, POLL.OUT, 0];
      const bit = (set: number, fd: number) => set !== 0 && (memory.int(set + (fd >> 5) * 4) & (1 << (fd & 31))) !== 0;
      const asked: { fd: number; events: number; revents: number; handle: number | undefined }[] = [];
      for (let fd = 0; fd < count; fd++) {
        const wanted = sets.reduce((sum, set, index) => (bit(set, fd) ? sum | (events[index] ?? 0) | (index === 2 ? 256 : 0) : sum), 0);
        if (wanted === 0) continue;
        const file = descriptors.get(fd);
        const handle = file.kind === "kernel" ? file.handle : undefined;
        asked.push({ fd, events: wanted & 5, revents: handle === undefined ? wanted & 5 : 0, handle });
      }
      const milliseconds = timeout === 0 ? -1 : Math.ceil(memory.long(timeout) * 1000 + memory.int(timeout + 8) / 1000);
      const inKernel = asked.filter((entry) => entry.handle !== undefined);
      const isReady = asked.some((entry) => entry.revents !== 0);
      const pairs = Int32Array.from(inKernel.flatMap((entry) => [entry.handle ?? 0, entry.events]));
      const result = client.call(OP.POLL, [isReady ? 0 : milliseconds], new Uint8Array(pairs.buffer));
      if (result < 0) return wasiResult(result);
      const answer = client.answer();
      const revents = new Int32Array(answer.buffer, answer.byteOffset, answer.length >> 2);
      inKernel.forEach((entry, index) => {
        entry.revents = revents[index] ?? 0;
      });
      const ready = [POLL.IN | POLL.HUP | POLL.ERR, POLL.OUT | POLL.ERR, 0];
      let found = 0;
      sets.forEach((set, index) => {
        if (set === 0) return;
        for (const { fd, revents: now } of asked) {
          const word = set + (fd >> 5) * 4;
          if (!bit(set, fd)) continue;
          if ((now & (ready[index] ?? 0)) !== 0) found++;
          else memory.setInt(word, memory.int(word) & ~(1 << (fd & 31)));
        }
      });
      return found;
    });

  const texts = new Map<number, number>();
  /** strerror(3) with glibc's texts, which are what people search for. */
  const errorText = (wasi: number): number => {
    const known = texts.get(wasi);
    if (known !== undefined) return known;
    const text = strerror(linuxErrno(wasi));
    const address = parts.allocate(text.length + 1);
    state().memory.setText(address, text, text.length + 1);
    texts.set(wasi, address);
    return address;
  };

  const uname = (address: number): number => {
    const { memory, message } = state();
    const fields = ["Linux", message.hostname, "6.12.0-slipway", "#1 SMP", "wasm32", "(none)"];
    for (const [index, field] of fields.entries()) memory.setText(address + index * UTSNAME_FIELD, field, UTSNAME_FIELD);
    return 0;
  };

  const getgroups = (size: number, address: number): number => {
    const { groups } = state().message.credentials;
    if (size === 0) return groups.length;
    if (size < groups.length) return -wasiErrno(errno("EINVAL"));
    for (const [index, gid] of groups.entries()) state().memory.setInt(address + index * 4, gid);
    return groups.length;
  };

  const simple = (op: number, ...args: number[]) => wasiResult(state().client.call(op, args));

  const natives: Record<NativeCall, Native> = {
    kill: (pid, signal) => simple(OP.KILL, pid, signal),
    getpid: () => state().message.pid,
    waitpid: wait,
    wait: (status) => wait(-1, status, 0),
    wait3: (status, options) => wait(-1, status, options),
    wait4: wait,
    fork: () => wasiResult(parts.fork()),
    execve,
    link,
    linkat: (_from, existing, _to, path) => link(existing, path),
    nanosleep: (request) => -sleep(timespec(request)),
    usleep: (microseconds) => -sleep(microseconds / 1000),
    clock_nanosleep: (which, flags, request) => {
      const wanted = timespec(request);
      return sleep((flags & TIMER_ABSTIME) === 0 ? wanted : wanted - clock.milliseconds(which));
    },
    select,
    setsockopt: (fd, level, which, value, length) =>
      Number((parts.sockets.setsockopt as (...args: number[]) => number)(fd, level, which, value, length)),
    setsid: () => simple(OP.SETSID),
    getpgid: (pid) => simple(OP.GETPGID, pid),
    getpgrp: () => simple(OP.GETPGID, 0),
    setpgid: (pid, group) => simple(OP.SETPGID, pid, group),
    pause: () => wasiResult(state().client.call(OP.POLL, [-1])),
    uname,
    getrusage: (_who, address) => {
      const { memory } = state();
      memory.slice(address, RUSAGE_BYTES).fill(0);
      memory.setLong(address, clock.processMilliseconds() / 1000);
      memory.setLong(address + 8, (clock.processMilliseconds() % 1000) * 1000);
      return 0;
    },
    getrlimit: (resource, address) => {
      const limit = resource === RLIMIT_NOFILE ? NOFILE : -1;
      state().memory.setLong(address, limit);
      state().memory.setLong(address + 8, limit);
      return 0;
    },
    setrlimit: () => -wasiErrno(errno("EPERM")),
    getgroups,
    alarm: (seconds) => Math.ceil(simple(OP.ALARM, seconds * 1000) / 1000),
    ttyname_r: (fd, address, room) => {
      const result = answered(() => {
        const file = state().descriptors.get(fd);
        if (file.kind !== "kernel") throw new KernelError("ENOTTY");
        state().client.must(OP.TTYNAME, [file.handle]);
        const name = new TextDecoder().decode(state().client.answer());
        if (name.length + 6 > room) throw new KernelError("ERANGE");
        state().memory.setText(address, `/dev/${name}`, room);
        return 0;
      });
      return -result;
    },
    strerror: errorText,
    // biome-ignore lint/correctness/noComponentHookFactories: the name is CPython's, there is no component.
    Py_FinalizeEx: () => (parts.finish() ? 0 : -1),
    finalize: () => (parts.finish() ? 0 : -1),
    sigaction: (signal, action) => {
      if (action === 0) return 0;
      const handler = state().memory.int(action);
      return state().client.call(OP.SIGACTION, [signal, handler === SIG_DFL ? 0 : handler === SIG_IGN ? 1 : 2]);
    },
    linuxErrno,
    // Until a timespec of CLOCK_REALTIME, or for ever: 1 when it has come, 0 when a signal has.
    semaphoreWait: (until) => {
      if (until !== 0) return sleep(timespec(until) - clock.milliseconds(0)) === 0 ? 1 : 0;
      simple(OP.POLL, -1);
      return 0;
    },
  };

  return {
    [TRAMPOLINE]: (first: number, a: number, b: number, c: number, d: number, e: number, f: number) => {
      const name = nativeCall(first);
      if (name !== undefined) return natives[name](a, b, c, d, e);
      return (parts.sockets.getnameinfo as (...args: number[]) => number)(first, a, b, c, d, e, f);
    },
    __syscall_getuid32_js: () => state().message.credentials.uid,
    _emscripten_system: (command: number) => system(state(), command, parts.environment()),
    /** setitimer(2) of ITIMER_REAL; the timer is the kernel's. */
    _setitimer_js: (_which: number, milliseconds: number) => simple(OP.ALARM, Math.ceil(milliseconds)),
    _Py_CheckEmscriptenSignals_Helper: () => {
      const current = state();
      if (current.client.hasSignals) current.client.takeSignals();
      if (!current.signalsPending) return 0;
      // Before the question: a signal that comes behind the answer sets it again.
      current.signalsPending = false;
      const signal = current.client.call(OP.TAKE_SIGNAL);
      if (signal > 0) current.signalsPending = true;
      return Math.max(0, signal);
    },
  };
}

/** system(3): the status as waitpid(2) gives it, or -errno. A NULL command asks whether there is a shell. */
function system(state: ProcessState, command: number, env: Readonly<Record<string, string>>): number {
  if (command === 0) return 1;
  const { client, memory } = state;
  const fds = standardHandles(state);
  const request = {
    argv: ["sh", "-c", memory.text(command)],
    path: "/bin/sh",
    env,
    cwd: state.files.cwd,
    fds: fds.handles,
  };
  const pid = client.call(OP.SPAWN, [], new TextEncoder().encode(JSON.stringify(request)));
  fds.close();
  if (pid < 0) return wasiResult(pid);
  for (;;) {
    const found = client.call(OP.WAIT, [pid, 0]);
    if (found === pid) break;
    if (found < 0 && found !== -errno("EINTR")) return wasiResult(found);
  }
  const answer = client.answer();
  return new Int32Array(answer.buffer, answer.byteOffset, 1)[0] ?? 0;
}

/** Handles of descriptors 0 to 2 for a child. */
export function standardHandles(state: ProcessState, wanted: Readonly<Record<number, number>> = { 0: 0, 1: 1, 2: 2 }) {
  const handles: Record<number, number> = {};
  const temporary: number[] = [];
  for (const [child, fd] of Object.entries(wanted)) {
    const file = state.descriptors.find(fd);
    if (!file) continue;
    const given = state.handleFor(file);
    handles[Number(child)] = given.handle;
    if (given.temporary) temporary.push(given.handle);
  }
  return {
    handles,
    close: () => {
      for (const handle of temporary) state.client.call(OP.CLOSE, [handle]);
    },
  };
}
