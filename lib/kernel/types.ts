/**
 * What the parts of the kernel, and everything above it, agree on.
 *
 * The kernel runs in one worker (a Web Worker in the browser, a worker thread or child process in Node). Programs written in
 * TypeScript run inside it as async functions; programs that are WebAssembly (Python) run in workers of their own and make
 * system calls (`abi.ts`). Both kinds are processes, with the same descriptors, signals and parents.
 */

export type * from "./types/events.ts";
export * from "./types/files.ts";
export type * from "./types/host.ts";
export type * from "./types/machines.ts";
export type * from "./types/network.ts";
export type * from "./types/processes.ts";
export type * from "./types/terminals.ts";
