/** What the kernel's half of PostgreSQL gives its workers. */

/** `InitMessage.assets`. */
export interface PostgresAssets {
  readonly module: WebAssembly.Module;
}

/**
 * What the processes of one server share: a postmaster and its children are workers with a memory each, so that PostgreSQL's shared memory
 * is a part of each that is handed on with the turn (`worker/turn.ts`), and fork is a copy (`worker/fork.ts`).
 */
export interface ServerMemory {
  /** Int32 words: `WORD`. */
  readonly control: SharedArrayBuffer;
  /** The shared memory as it was when the last turn ended. */
  readonly shared: SharedArrayBuffer;
  /** The memory of a postmaster at the moment of its last fork. */
  readonly image: SharedArrayBuffer;
}

/** `ExecMessage.engine`. */
export interface PostgresExec {
  readonly server: ServerMemory;
  /** It was forked by a postmaster, and begins where the child does. */
  readonly isChild: boolean;
}

/** Words of `ServerMemory.control`. */
export const WORD = {
  /** Pid of the process whose turn it is, or was last; 0: nobody's. */
  OWNER: 0,
  /** Counts the turns that have ended. */
  TURNS: 1,
  /** The image holds a fork whose child has not copied it yet. */
  FORKING: 2,
  /** Pid of that child. */
  CHILD: 3,
  /** Bytes of memory in use when it was forked; the stack's end; the shared memory's place in it. */
  BREAK: 4,
  STACK: 5,
  SHARED: 6,
  SHARED_SIZE: 7,
  /** What postmaster_child_launch was called with: five words. */
  ARGUMENTS: 8,
  /** The owner waits in the kernel, and has not handed on what it changed. */
  PARKED: 16,
  /** How many wait for their turn. */
  WANTED: 17,
  /** A process died in its turn: what is shared is not whole, and nobody but the postmaster may go on. */
  CRASHED: 18,
  /** Nobody ever changes it: to wait on it is to sleep. */
  NEVER: 19,
} as const;

/** argv[1] of a child: as with PostgreSQL's own EXEC_BACKEND, no person types it. */
export const CHILD_MARK = "--forkchild";
