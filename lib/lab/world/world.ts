import type { KernelApi, Machine } from "../../kernel/types.ts";
import type { MachineDefinition, TlsFacts } from "../types.ts";

/** The world of a lab as the session sees it: its machines, running. */
export interface World {
  readonly kernel: KernelApi;
  readonly definitions: readonly MachineDefinition[];
  /** Throws Error when the lab has no such machine. */
  machine(name: string): Machine;
  definition(name: string): MachineDefinition;
  /** Loads the engines, if they are not there yet, and gets their spare workers ready. */
  warm(): void;
  /** Asks a server, as a client on that machine, or as somebody of the "internet": each request from another address. */
  http(machine: string, request: HttpRequest): Promise<HttpAnswer | HttpFailure>;
  dispose(): void;
}

export interface HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | undefined;
  /** Marked in the event log, and kept out of the learner's request log. */
  readonly grading: boolean;
  /** Who asks, for the history; a browser if left out. */
  readonly by?: "traffic" | "webhook";
  /** On the lab's clock. */
  readonly timeoutMs: number;
  /** https goes on with a certificate that is not trusted; `tls.problem` tells. */
  readonly insecure?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
  /** Of an https address. */
  readonly tls?: TlsFacts;
}

/** No HTTP answer came, and why. */
export interface HttpFailure {
  readonly failure: "refused" | "unknown-host" | "timeout" | "closed" | "reset" | "invalid" | "no-answer" | "certificate" | "tls";
  /** With "certificate". */
  readonly tls?: TlsFacts;
}

export type HttpAsk = (request: HttpRequest) => Promise<HttpAnswer | HttpFailure>;

/** Whether anything takes connections at the host and port of an address; nothing is sent. */
export async function probe(machine: Machine, url: string): Promise<"listening" | HttpFailure["failure"]> {
  const { hostname, port, protocol } = new URL(url);
  const [address] = machine.network.resolve(hostname, true);
  if (address === undefined) return "unknown-host";
  try {
    const socket = await machine.network.connect(address, port === "" ? (protocol === "https:" ? 443 : 80) : Number(port), undefined, {
      impatient: true,
    });
    socket.release();
    return "listening";
  } catch (error) {
    const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
    if (code === "ECONNREFUSED") return "refused";
    if (code === "ETIMEDOUT" || code === "EHOSTUNREACH" || code === "ENETUNREACH") return "no-answer";
    throw error;
  }
}
