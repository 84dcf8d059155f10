/** The world's history. */
import type { ProcessInfo } from "./processes.ts";

/** What happened in the world, in order; checks of kind `never`/`always`, the world view and the request log read it. */
export type WorldEvent =
  | { readonly kind: "process-started"; readonly atMs: number; readonly machine: string; readonly process: ProcessInfo }
  | { readonly kind: "process-ended"; readonly atMs: number; readonly machine: string; readonly pid: number; readonly status: number }
  | {
      readonly kind: "listening";
      readonly atMs: number;
      readonly machine: string;
      readonly address: string;
      readonly port: number;
      readonly pid: number | undefined;
    }
  | { readonly kind: "closed-port"; readonly atMs: number; readonly machine: string; readonly address: string; readonly port: number }
  /** The rules of the machine's packet filter are others. */
  | { readonly kind: "firewall"; readonly atMs: number; readonly machine: string }
  /** A request that came to a port of the machine, and its answer. */
  | {
      readonly kind: "request";
      readonly atMs: number;
      readonly machine: string;
      /** 0 where it came to a socket in the file system. */
      readonly port: number;
      /** That socket. */
      readonly path?: string;
      /** The process that listens. */
      readonly pid: number | undefined;
      /** Where it came from: a machine's name, or the address of somebody outside. */
      readonly from: string;
      /** The process that asked, where it is known. */
      readonly fromPid: number | undefined;
      /** Who asked, where that is no process (`ConnectOptions`). */
      readonly by: string | undefined;
      readonly method: string;
      readonly host: string;
      readonly target: string;
      /** 0: no answer came. */
      readonly status: number;
      /** Until the answer began. */
      readonly ms: number;
    }
  /** A request of the browser, of a simulated user or of a check, as they saw it. */
  | {
      readonly kind: "http";
      readonly atMs: number;
      readonly machine: string;
      readonly by: string;
      readonly method: string;
      readonly url: string;
      readonly status: number;
      readonly ms: number;
      readonly grading: boolean;
    };

export interface EventLog {
  /** How many there have been. */
  readonly length: number;
  /** The latest, oldest first. */
  all(): readonly WorldEvent[];
  record(event: WorldEvent): void;
  subscribe(callback: (event: WorldEvent) => void): () => void;
}
