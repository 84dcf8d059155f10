/** The network stack of one machine: its ports, its two addresses, names. */
import { KernelError } from "./errno.ts";
import type { WorldNetwork } from "./network.ts";
import { type Endpoint, TcpSocket } from "./tcp.ts";
import type { Credentials, NetworkStack } from "./types.ts";

/** net.ipv4.ip_local_port_range. */
const FIRST_EPHEMERAL = 32768;
const LAST_EPHEMERAL = 60999;
/** net.ipv4.ip_unprivileged_port_start. */
const FIRST_UNPRIVILEGED = 1024;

const LOOPBACK = "127.0.0.1";
const ANY = "0.0.0.0";

const isLoopback = (address: string) => address.startsWith("127.");

/**
 * The dotted quad that a literal names, with inet_aton(3)'s short forms: of fewer than four numbers, the last fills the bytes that are
 * left ("0" is 0.0.0.0, "127.1" is 127.0.0.1). Undefined for a name.
 */
export function parseAddress(text: string): string | undefined {
  const parts = text.split(".");
  if (parts.length > 4 || !parts.every((part) => /^\d{1,10}$/.test(part))) return undefined;
  const numbers = parts.map(Number);
  const last = numbers.pop() ?? 0;
  const left = 4 - numbers.length;
  if (numbers.some((number) => number > 255) || last >= 256 ** left) return undefined;
  const rest = Array.from({ length: left }, (_, index) => Math.floor(last / 256 ** (left - 1 - index)) % 256);
  return [...numbers, ...rest].join(".");
}

export interface MachineNetworkOptions {
  readonly address: string;
  /** Undefined: a machine without a network but its own loopback. */
  readonly world: WorldNetwork | undefined;
  /** A throw-away copy reaches the ports of its original. */
  readonly original?: MachineNetwork;
  readonly hostname: string;
  /** The text of /etc/hosts; undefined when there is none. */
  readonly hostsFile: () => string | undefined;
  readonly onPort: (kind: "listening" | "closed-port", endpoint: Endpoint, pid: number | undefined) => void;
}

export class MachineNetwork implements NetworkStack {
  readonly address: string;
  readonly #options: MachineNetworkOptions;
  /** Bound sockets by port; several may share one with different addresses. */
  readonly #bound = new Map<number, Set<TcpSocket>>();
  readonly #held = new Map<TcpSocket, number>();
  #nextEphemeral = FIRST_EPHEMERAL;

  constructor(options: MachineNetworkOptions) {
    this.address = options.address;
    this.#options = options;
  }

  resolve(name: string): readonly string[] {
    const literal = parseAddress(name);
    if (literal !== undefined) return [literal];
    const wanted = name.toLowerCase();
    const found: string[] = [];
    for (const line of (this.#options.hostsFile() ?? "").split("\n")) {
      const [address, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
      const quad = parseAddress(address ?? "");
      if (quad !== undefined && names.some((candidate) => candidate.toLowerCase() === wanted)) found.push(quad);
    }
    if (found.length > 0) return found;
    // RFC 6761 6.3: localhost and the names below it are the loopback address, whatever DNS says.
    if (wanted === "localhost" || wanted.endsWith(".localhost")) return [LOOPBACK];
    if (wanted === this.#options.hostname.toLowerCase()) return [this.address];
    const published = this.#options.world?.lookup(name);
    return published === undefined ? [] : [published];
  }

  socket(): TcpSocket {
    return new TcpSocket(this);
  }

  listening(): readonly { readonly address: string; readonly port: number; readonly pid: number | undefined }[] {
    const all: { address: string; port: number; pid: number | undefined }[] = [];
    for (const sockets of this.#bound.values()) {
      for (const socket of sockets) {
        if (socket.isListening && socket.local !== undefined) all.push({ ...socket.local, pid: socket.listenerPid });
      }
    }
    return all.sort((left, right) => left.port - right.port);
  }

  async connect(address: string, port: number, signal?: AbortSignal): Promise<TcpSocket> {
    const socket = this.socket();
    try {
      await socket.connect(address, port, signal);
      return socket;
    } catch (error) {
      socket.release();
      throw error;
    }
  }

  /** bind(2) for a socket of this machine. */
  claim(socket: TcpSocket, address: string, port: number, credentials: Credentials): Endpoint {
    if (address !== ANY && !isLoopback(address) && address !== this.address) throw new KernelError("EADDRNOTAVAIL", "bind");
    if (port < 0 || port > 65535) throw new KernelError("EINVAL", "bind");
    if (port > 0 && port < FIRST_UNPRIVILEGED && credentials.uid !== 0) throw new KernelError("EACCES", "bind");
    const chosen = port === 0 ? this.#freePort() : port;
    for (const other of this.#bound.get(chosen) ?? []) {
      const taken = other.local?.address;
      if (taken === ANY || address === ANY || taken === address) throw new KernelError("EADDRINUSE", "bind");
    }
    this.#hold(socket, chosen);
    return { address, port: chosen };
  }

  /** The local end of an outgoing connection. */
  ephemeral(socket: TcpSocket, address: string, bound: Endpoint | undefined): Endpoint {
    if (bound !== undefined) return { address, port: bound.port };
    const port = this.#freePort();
    this.#hold(socket, port);
    return { address, port };
  }

  unclaim(socket: TcpSocket): void {
    const port = this.#held.get(socket);
    if (port === undefined) return;
    this.#held.delete(socket);
    const sockets = this.#bound.get(port);
    sockets?.delete(socket);
    if (sockets?.size === 0) this.#bound.delete(port);
  }

  listenersChanged(kind: "listening" | "closed-port", socket: TcpSocket): void {
    if (socket.local !== undefined) this.#options.onPort(kind, socket.local, socket.listenerPid);
  }

  /** Where a connection to this address goes, and from which address it comes. */
  route(address: string, port: number): { listener: TcpSocket | undefined; from: string; to: string } {
    const target = address === ANY ? LOOPBACK : address;
    if (isLoopback(target)) return { listener: this.listenerFor(target, port), from: LOOPBACK, to: target };
    if (target === this.address) return { listener: this.listenerFor(target, port), from: this.address, to: target };
    const machine = this.#options.world?.machineAt(target);
    // Without a route to the network at all, connect(2) says so at once.
    if (this.#options.world === undefined) throw new KernelError("ENETUNREACH", "connect");
    if (machine === undefined) throw new KernelError("EHOSTUNREACH", "connect");
    return { listener: machine.listenerFor(target, port), from: this.address, to: target };
  }

  listenerFor(address: string, port: number): TcpSocket | undefined {
    for (const socket of this.#bound.get(port) ?? []) {
      const own = socket.local?.address;
      if (socket.isListening && (own === ANY || own === address)) return socket;
    }
    return this.#options.original?.listenerFor(address, port);
  }

  #hold(socket: TcpSocket, port: number): void {
    this.#held.set(socket, port);
    const sockets = this.#bound.get(port) ?? new Set();
    sockets.add(socket);
    this.#bound.set(port, sockets);
  }

  #freePort(): number {
    for (let tries = 0; tries <= LAST_EPHEMERAL - FIRST_EPHEMERAL; tries++) {
      const port = this.#nextEphemeral;
      this.#nextEphemeral = port === LAST_EPHEMERAL ? FIRST_EPHEMERAL : port + 1;
      if (!this.#bound.has(port)) return port;
    }
    throw new KernelError("EADDRINUSE", "bind");
  }
}
