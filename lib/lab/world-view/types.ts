/** What the world view shows; plain data that crosses from the lab's worker to the page. */
import type { TrafficState } from "../history/traffic.ts";

export interface WorldSnapshot {
  readonly machines: readonly WorldMachine[];
  readonly traffic: readonly TrafficState[];
}

export interface WorldMachine {
  readonly name: string;
  readonly address: string;
  readonly services: readonly WorldService[];
  /** Other programs that run there: their names, and how many of each. */
  readonly programs: readonly { readonly name: string; readonly count: number }[];
}

/** A program that listens, with the processes that belong to it. */
export interface WorldService {
  readonly name: string;
  readonly user: string;
  readonly pids: readonly number[];
  readonly ports: readonly WorldPort[];
  /** Sockets in the file system on which it listens. */
  readonly sockets: readonly string[];
}

export interface WorldPort {
  readonly address: string;
  readonly port: number;
  /** "machine": only programs of the machine itself; "closed": other machines are kept out by its firewall. */
  readonly open: "everyone" | "machine" | "closed";
}

/** A request that reached a port, or that a user sent in vain. */
export interface WorldRequest {
  readonly id: number;
  /** Milliseconds since the epoch, on the lab's clock. */
  readonly atMs: number;
  readonly from: WorldAsker;
  /** The machine that was asked; "" when its name led nowhere. */
  readonly machine: string;
  /** The program that listens there. */
  readonly service: string | undefined;
  /** 0 where it came to a socket in the file system. */
  readonly port: number;
  readonly path?: string;
  readonly method: string;
  readonly host: string;
  readonly target: string;
  /** 0: no answer. */
  readonly status: number;
  readonly ms: number;
}

/** Who asked: the internet, the browser on a machine, or a program of a machine. */
export type WorldAsker =
  | { readonly kind: "internet" }
  | { readonly kind: "browser"; readonly machine: string }
  | { readonly kind: "program"; readonly machine: string; readonly program: string | undefined };

export interface WorldUpdate {
  /** Undefined: as before. */
  readonly snapshot?: WorldSnapshot;
  readonly requests: readonly WorldRequest[];
  /** So many more there were than are told. */
  readonly omitted: number;
}
