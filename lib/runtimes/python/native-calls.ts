/**
 * Functions of the interpreter's C library that Emscripten leaves empty (kill, waitpid, link, …), or that it implements in a way that does
 * not suit a process (select loses EINTR, nanosleep spins). The build gives each a body that calls out, with its own number and its
 * arguments; `worker/native.ts` answers.
 *
 * All go through one import that takes seven numbers and gives one back: `getnameinfo`, whose first argument is otherwise an address. The
 * highest page of memory is never used, so numbers there can't be mistaken for one.
 */

export const TRAMPOLINE = "getnameinfo";

/** Numbers that stand in the trampoline's first argument, as 32-bit values. */
export const NATIVE_BASE = -4096;

/** Answers of these are -errno (the libc's own numbers) or a result ≥ 0; the body sets errno and returns -1. */
export const SYSTEM_CALLS = [
  "kill",
  "getpid",
  "waitpid",
  "wait",
  "wait3",
  "wait4",
  "fork",
  "execve",
  "link",
  "linkat",
  "nanosleep",
  "usleep",
  "select",
  "setsockopt",
  "setsid",
  "getpgid",
  "getpgrp",
  "setpgid",
  "pause",
  "uname",
  "getrusage",
  "getrlimit",
  "setrlimit",
  "getgroups",
  "alarm",
] as const;

/** Answers of these are given back as they are. */
export const PLAIN_CALLS = ["clock_nanosleep", "ttyname_r", "strerror", "Py_FinalizeEx"] as const;

/** These keep their body; the call comes first and its answer is dropped. */
export const OBSERVED_CALLS = ["sigaction"] as const;

/** Made inside other functions of the interpreter, not in place of a function. */
export const INNER_CALLS = ["linuxErrno", "finalize", "semaphoreWait"] as const;

export type NativeCall =
  | (typeof SYSTEM_CALLS)[number]
  | (typeof PLAIN_CALLS)[number]
  | (typeof OBSERVED_CALLS)[number]
  | (typeof INNER_CALLS)[number];

const NAMES: readonly NativeCall[] = [...SYSTEM_CALLS, ...PLAIN_CALLS, ...OBSERVED_CALLS, ...INNER_CALLS];

/** The number of a call in the trampoline's first argument. */
export function nativeNumber(name: NativeCall): number {
  return NATIVE_BASE + NAMES.indexOf(name);
}

/** The call that a trampoline's first argument names; undefined when it is an address. */
export function nativeCall(first: number): NativeCall | undefined {
  return NAMES[(first | 0) - NATIVE_BASE];
}
