/** The network stack of one machine: its ports, its two addresses, names. */
import type { DnsAnswer, DnsQuestion } from "./dns.ts";
import { KernelError } from "./errno.ts";
import { type HttpExchange, HttpTap } from "./http-tap.ts";
import { GATEWAY, type WorldNetwork } from "./network.ts";
import { type Endpoint, TcpSocket } from "./tcp.ts";
import type { ConnectOptions, Credentials, Files, Firewall, NetworkStack, Reach, SocketUser } from "./types.ts";
import { UnixNames } from "./unix-names.ts";
import { UnixStream } from "./unix-socket.ts";

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

/** No answer to a first packet: 1 + 2 + 4 + … + 64 seconds of trying again (net.ipv4.tcp_syn_retries = 6). */
const GIVE_UP_MS = 127_000;
/** A neighbor that does not answer ARP is asked three times, a second apart (arp(7), mcast_solicit). */
const NO_NEIGHBOR_MS = 3_000;

/** What a first packet meets. */
export type Route =
  | { readonly kind: "listener"; readonly listener: TcpSocket; readonly from: string; readonly to: string; readonly waitMs: number }
  | { readonly kind: "refused"; readonly waitMs: number }
  | { readonly kind: "unreachable"; readonly waitMs: number }
  | { readonly kind: "dropped"; readonly waitMs: number };

export interface MachineNetworkOptions {
  readonly address: string;
  /** Undefined: a machine without a network but its own loopback. */
  readonly world: WorldNetwork | undefined;
  /** A throw-away copy reaches the ports of its original, and the sockets in its files. */
  readonly original?: MachineNetwork;
  readonly originalFiles?: Files;
  readonly hostname: string;
  /** The text of /etc/hosts; undefined when there is none. */
  readonly hostsFile: () => string | undefined;
  /** The text of /etc/resolv.conf; undefined when there is none. */
  readonly resolverFile?: () => string | undefined;
  readonly onFirewall?: () => void;
  /** A request came to one of the ports, and was answered or not. */
  readonly onExchange?: (exchange: HttpExchange, listener: TcpSocket, client: TcpSocket) => void;
  /** The same at a socket in the file system. */
  readonly onLocalExchange?: (exchange: HttpExchange, listener: UnixStream, clientPid: number) => void;
  readonly onPort: (kind: "listening" | "closed-port", endpoint: Endpoint, pid: number | undefined) => void;
}

export class MachineNetwork implements NetworkStack {
  readonly address: string;
  #firewall: Firewall | undefined;
  readonly #options: MachineNetworkOptions;
  /** Bound sockets by port; several may share one with different addresses. */
  readonly #bound = new Map<number, Set<TcpSocket>>();
  readonly #held = new Map<TcpSocket, number>();
  readonly #connected = new Set<TcpSocket>();
  readonly #unix: UnixNames;
  #nextEphemeral = FIRST_EPHEMERAL;

  constructor(options: MachineNetworkOptions) {
    this.address = options.address;
    this.#firewall = options.original?.firewall;
    this.#options = options;
    const { original, originalFiles: files } = options;
    this.#unix = new UnixNames(
      original && files
        ? { original: { names: original.#unix, files } }
        : { tap: (listener, pid) => this.#tap((exchange) => options.onLocalExchange?.(exchange, listener, pid)) },
    );
  }

  unixSocket(): UnixStream {
    return new UnixStream(this.#unix);
  }

  async connectUnix(user: SocketUser, path: string, signal?: AbortSignal): Promise<UnixStream> {
    const socket = this.unixSocket();
    try {
      await socket.connect(user, path, signal);
      return socket;
    } catch (error) {
      socket.release();
      throw error;
    }
  }

  unixPair({ pid, credentials: { uid, gid } }: SocketUser): readonly [UnixStream, UnixStream] {
    const [one, other] = [this.unixSocket(), this.unixSocket()];
    one.meet(other, { pid, uid, gid });
    other.meet(one, { pid, uid, gid });
    return [one, other];
  }

  unixSockets(): readonly UnixStream[] {
    return [...this.#unix.open];
  }

  get firewall(): Firewall | undefined {
    return this.#firewall;
  }

  set firewall(firewall: Firewall | undefined) {
    this.#firewall = firewall;
    this.#options.onFirewall?.();
  }

  /** Of a throw-away copy: what it does is no part of the world's history. */
  get isCopy(): boolean {
    return this.#options.original !== undefined;
  }

  resolve(name: string, peek = false): readonly string[] {
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
    const published = this.query(name, this.nameserver, peek);
    return published === undefined ? [] : [published];
  }

  get nameserver(): string {
    return /^\s*nameserver\s+(\S+)/m.exec(this.#options.resolverFile?.() ?? "")?.[1] ?? GATEWAY;
  }

  query(name: string, server = this.nameserver, peek = false): string | undefined {
    return this.ask({ name, type: "A" }, server, peek)?.answers.find(({ type }) => type === "A")?.value;
  }

  ask(question: DnsQuestion, server = this.nameserver, peek = false): DnsAnswer | undefined {
    const names = this.#options.world?.names;
    if (names === undefined || !this.answersQueries(server)) return undefined;
    return server === GATEWAY ? names.resolve(question, peek || this.isCopy) : names.authoritative(question);
  }

  reverse(address: string): string | undefined {
    return this.#options.world?.names.nameOf(address);
  }

  answersQueries(server: string): boolean {
    const { world } = this.#options;
    if (world === undefined || (server !== GATEWAY && !world.names.isServer(server))) return false;
    const packet = { direction: "out", protocol: "udp", from: this.address, to: server, port: 53 } as const;
    return (this.firewall?.verdict(packet) ?? "accept") === "accept";
  }

  reach(address: string): Reach {
    const { world } = this.#options;
    if (isLoopback(address) || address === this.address || address === ANY) return { kind: "answers", roundTripMs: 0 };
    if (world === undefined) return { kind: "no-network" };
    if (address === GATEWAY || world.machineAt(address) !== undefined) return { kind: "answers", roundTripMs: world.roundTripMs };
    return { kind: world.isLocal(address) ? "no-neighbor" : "no-route" };
  }

  trace(address: string, port: number): Route["kind"] {
    return this.#options.world === undefined && !isLoopback(address) && address !== this.address
      ? "unreachable"
      : this.route(address, port, true).kind;
  }

  /** Calls back after that many milliseconds of the world's time; a machine without a network has nobody to wait for. */
  after(milliseconds: number, callback: () => void): () => void {
    return this.#options.world?.clock.after(milliseconds, callback) ?? (() => {});
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

  async connect(address: string, port: number, signal?: AbortSignal, options: ConnectOptions = {}): Promise<TcpSocket> {
    const socket = this.socket();
    socket.isImpatient = options.impatient ?? false;
    socket.isUnheard = options.unheard ?? false;
    socket.by = options.by;
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

  /** Both ends of every connection are known to their machines, for `ss`. */
  connected(socket: TcpSocket): void {
    this.#connected.add(socket);
  }

  /** What listens in on a connection to one of this machine's ports. */
  tap(listener: TcpSocket, client: TcpSocket): HttpTap | undefined {
    return this.#tap((exchange) => this.#options.onExchange?.(exchange, listener, client));
  }

  #tap(onExchange: (exchange: HttpExchange) => void): HttpTap | undefined {
    const { world } = this.#options;
    return world && new HttpTap({ now: () => world.clock.monotonic(), onExchange });
  }

  established(): readonly { readonly local: Endpoint; readonly remote: Endpoint }[] {
    return [...this.#connected].flatMap(({ local, remote }) => (local && remote ? [{ local, remote }] : []));
  }

  unclaim(socket: TcpSocket): void {
    this.#connected.delete(socket);
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

  /** What becomes of a connection to this address, or would (`unsent`). Throws ENETUNREACH where there is no network. */
  route(address: string, port: number, unsent = false): Route {
    const target = address === ANY ? LOOPBACK : address;
    const own = isLoopback(target) ? LOOPBACK : target === this.address ? target : undefined;
    if (own !== undefined) return this.#arrival(this, own, target, port, 0);
    const { world } = this.#options;
    // Without a route to the network at all, connect(2) says so at once.
    if (world === undefined) throw new KernelError("ENETUNREACH", "connect");
    const waitMs = world.waitMs;
    const packet = { protocol: "tcp", from: this.address, to: target, port, unsent } as const;
    const leaving = this.firewall?.verdict({ ...packet, direction: "out" }) ?? "accept";
    if (leaving === "drop") return { kind: "dropped", waitMs: GIVE_UP_MS };
    if (leaving === "reject") return { kind: "refused", waitMs: 0 };
    // The gateway has no services; what lies beyond it is no part of this world.
    if (target === GATEWAY) return { kind: "refused", waitMs };
    const machine = world.machineAt(target);
    if (machine === undefined) return { kind: "unreachable", waitMs: world.isLocal(target) ? NO_NEIGHBOR_MS : waitMs };
    const entering = machine.firewall?.verdict({ ...packet, direction: "in" }) ?? "accept";
    if (entering === "drop") return { kind: "dropped", waitMs: GIVE_UP_MS };
    if (entering === "reject") return { kind: "refused", waitMs };
    return this.#arrival(machine, this.address, target, port, waitMs);
  }

  #arrival(machine: MachineNetwork, from: string, to: string, port: number, waitMs: number): Route {
    const listener = machine.listenerFor(to, port);
    return listener === undefined ? { kind: "refused", waitMs } : { kind: "listener", listener, from, to, waitMs };
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
