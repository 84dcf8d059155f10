/**
 * What PostgreSQL asks of its operating system and Emscripten has no answer to (processes, signals, sockets, waiting). The build gives the
 * functions that ask a body, or a place in one, that calls out through one import of six numbers: a call's number and five arguments.
 */

/** The import that carries the calls: nothing else in the server uses it. */
export const GATE = "__syscall_recvfrom";

/** Numbers of calls. Answers are results, or -1 with errno set. */
export const NATIVE = {
  GETPID: 1,
  /** (pid, signal) */
  KILL: 2,
  /** (status address) waitpid(-1, …, WNOHANG) */
  WAIT: 3,
  /** (kind of child, slot, startup data, its length, client socket): starts a child of the postmaster → its pid */
  FORK: 4,
  /** (pollfd array, count, milliseconds) */
  POLL: 5,
  /** (socket, buffer, length, flags) */
  RECV: 6,
  SEND: 7,
  /** (timespec, remaining) */
  NANOSLEEP: 8,
  /** (family) */
  SOCKET: 9,
  /** (struct Port) → address of the name of the user at the other end of its socket, or 0 */
  PEER: 10,
  /** (): every so many CHECK_FOR_INTERRUPTS of a process that computes: its signals, its timer, and the turn of others */
  CHECK: 11,
} as const;

/** Addresses of variables of this very build of the server (PGlite's, whose file the build knows by its hash). */
export const VARIABLE = {
  errno: 2968596,
  interruptPending: 2875472,
  interruptHoldoffCount: 2875516,
  critSectionCount: 2875524,
  isUnderPostmaster: 2875557,
  myProcPid: 2875608,
  myBackendType: 2878772,
  myClientSocket: 2875632,
  myPMChildSlot: 2875680,
  myProc: 2804284,
  sendReadyForQuery: 2964949,
  currentMemoryContext: 2880864,
  topMemoryContext: 2880868,
  /** Counts CHECK_FOR_INTERRUPTS: an address below those that the server uses. */
  checks: 1008,
  /** Main shared memory: address and size. */
  sharedMemory: 2788552,
  sharedMemorySize: 2788556,
  /** The list of dynamic shared memory segments, which lie in the main one (dsm_control): address and size. */
  segments: 2796880,
  segmentsSize: 2796876,
  /** Lists of functions to run at exit: how many each has (ipc.c, on_exit_reset). */
  exitLists: [2796912, 2797088, 2797264],
  /** Emscripten's table of signal handlers. */
  signalActions: 2970128,
  /** child_process_kinds: what to run in a child of each kind. */
  childKinds: 2592096,
} as const;

/** One of so many CHECK_FOR_INTERRUPTS calls out: a power of 2. */
export const CHECKS_BETWEEN = 64;

/** Size of an entry of child_process_kinds, and where the function's number is in it. */
export const CHILD_KIND = { bytes: 12, main: 4 } as const;
