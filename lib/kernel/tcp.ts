/** Stream sockets (socket(7), tcp(7)): two byte queues between two ends, and listeners with a backlog. */
import { ByteQueue } from "./byte-queue.ts";
import { Description } from "./description.ts";
import { type ErrnoCode, KernelError } from "./errno.ts";
import type { HttpTap } from "./http-tap.ts";
import type { MachineNetwork, Route } from "./machine-network.ts";
import { type Credentials, O, POLL, type StreamSocket } from "./types.ts";
import { nextWake } from "./wakeups.ts";

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Bytes that one direction of a connection keeps. */
const BUFFER = 256 * 1024;
/** net.core.somaxconn. */
const LONGEST_BACKLOG = 4096;
/** So many bytes must fit before a socket counts as writable. */
const WRITABLE = 4096;

type State = "new" | "bound" | "listening" | "connecting" | "connected" | "closed";

export class TcpSocket extends Description implements StreamSocket {
  override readonly kind = "socket";
  readonly #network: MachineNetwork;
  #state: State = "new";
  #local: Endpoint | undefined;
  #remote: Endpoint | undefined;
  /** What the peer sent. */
  readonly #received = new ByteQueue(BUFFER);
  #peer: TcpSocket | undefined;
  /** The peer will send nothing more. */
  #peerDone = false;
  #readShut = false;
  #writeShut = false;
  /** The peer closed without having read everything, or is gone while we sent. */
  #reset = false;
  #waiting: TcpSocket[] = [];
  #backlog = 0;
  /** A connection that is under way: how to give it up. */
  #giveUp: (() => void) | undefined;
  /** What became of a connection that had to be waited for, until somebody has asked (SO_ERROR of socket(7)). */
  #outcome: ErrnoCode | "connected" | undefined;
  /** One way, in milliseconds; 0: what is sent is there at once. */
  #delayMs = 0;
  /** Bytes that were sent and have not arrived. */
  #inFlight = 0;
  /** Does not wait for what will not come (types.ts, ConnectOptions). */
  isImpatient = false;
  /** Who connects, where that is no process, and whether the history hears of it (types.ts, ConnectOptions). */
  by: string | undefined;
  isUnheard = false;
  /** Hears what both ends say. */
  #tap: HttpTap | undefined;
  /** This end asked for the connection. */
  #isClient = false;
  /** The process that called listen(2), for `ss` and the world view. */
  listenerPid: number | undefined;

  constructor(network: MachineNetwork) {
    super(O.RDWR);
    this.#network = network;
  }

  get local(): Endpoint | undefined {
    return this.#local;
  }

  get remote(): Endpoint | undefined {
    return this.#remote;
  }

  get isListening(): boolean {
    return this.#state === "listening";
  }

  bind(address: string, port: number, credentials: Credentials): void {
    if (this.#state !== "new") throw new KernelError("EINVAL", "bind");
    this.#local = this.#network.claim(this, address, port, credentials);
    this.#state = "bound";
  }

  listen(backlog: number): void {
    if (this.#state === "new") this.bind("0.0.0.0", 0, { uid: 0, gid: 0, groups: [] });
    if (this.#state !== "bound" && this.#state !== "listening") throw new KernelError("EINVAL", "listen");
    this.#backlog = Math.min(Math.max(1, backlog), LONGEST_BACKLOG);
    // Again on an inherited socket: only the backlog changes, whoever waits keeps waiting.
    if (this.#state === "listening") return;
    this.#state = "listening";
    this.#network.listenersChanged("listening", this);
  }

  acceptNow(): TcpSocket | undefined {
    if (this.#state !== "listening") throw new KernelError("EINVAL", "accept");
    const socket = this.#waiting.shift();
    // Whoever found the backlog full tries again.
    if (socket !== undefined && this.#waiting.length === this.#backlog - 1) this.changed();
    return socket;
  }

  async accept(signal?: AbortSignal): Promise<TcpSocket> {
    for (;;) {
      const socket = this.acceptNow();
      if (socket !== undefined) return socket;
      if ((this.flags & O.NONBLOCK) !== 0) throw new KernelError("EAGAIN", "accept");
      await nextWake((callback) => this.onReady(callback), signal);
    }
  }

  /** Waits as long as the way is; for a full backlog too. */
  async connect(address: string, port: number, signal?: AbortSignal): Promise<void> {
    for (;;) {
      const waits = this.connectNow(address, port);
      if (waits === undefined) return;
      await nextWake((callback) => waits.onReady(callback), signal);
    }
  }

  /**
   * Connects, or begins to. What is to be waited for before it is called again: this socket, or a listener whose backlog is full.
   * Throws ECONNREFUSED, EHOSTUNREACH, ETIMEDOUT, EISCONN.
   */
  connectNow(address: string, port: number): TcpSocket | undefined {
    const outcome = this.takeOutcome();
    if (outcome === "connected") return undefined;
    if (outcome !== undefined) throw new KernelError(outcome, "connect");
    if (this.#state === "connected") throw new KernelError("EISCONN", "connect");
    if (this.#state === "connecting") return this;
    if (this.#state === "listening" || this.#state === "closed") throw new KernelError("EINVAL", "connect");
    const route = this.#network.route(address, port);
    const hopeless = route.kind === "dropped" || route.kind === "unreachable";
    if (route.waitMs === 0 || (this.isImpatient && hopeless)) return this.#arrive(route, port);
    const before = this.#state;
    this.#state = "connecting";
    this.#giveUp = this.#network.after(route.waitMs, () => {
      this.#state = before;
      this.#giveUp = undefined;
      this.#finishLater(route, port);
    });
    return this;
  }

  /** Whether a connection is under way. */
  get isConnecting(): boolean {
    return this.#state === "connecting";
  }

  /** What became of a connection that was waited for; told once. */
  takeOutcome(): ErrnoCode | "connected" | undefined {
    const outcome = this.#outcome;
    this.#outcome = undefined;
    return outcome;
  }

  #finishLater(route: Route, port: number): void {
    try {
      const full = this.#arrive(route, port);
      if (full === undefined) this.#outcome = "connected";
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      this.#outcome = error.code;
    }
    this.changed();
  }

  /** The first packet has reached whoever it meets. */
  #arrive(route: Route, port: number): TcpSocket | undefined {
    if (route.kind === "refused") throw new KernelError("ECONNREFUSED", "connect");
    if (route.kind === "unreachable") throw new KernelError("EHOSTUNREACH", "connect");
    if (route.kind === "dropped") throw new KernelError("ETIMEDOUT", "connect");
    const { listener, from, to } = route;
    if (!listener.isListening) throw new KernelError("ECONNREFUSED", "connect");
    if (listener.#waiting.length >= listener.#backlog) return listener;
    const bound = this.#local;
    const local = bound === undefined || bound.address === "0.0.0.0" ? this.#network.ephemeral(this, from, bound) : bound;
    const other = new TcpSocket(listener.#network);
    this.#delayMs = route.waitMs / 2;
    other.#delayMs = this.#delayMs;
    this.#meet(other, local, { address: to, port });
    other.#meet(this, { address: to, port }, local);
    if (!this.isUnheard && !this.#network.isCopy) this.#tap = other.#tap = listener.#network.tap(listener, this);
    this.#isClient = true;
    listener.#waiting.push(other);
    listener.changed();
    this.changed();
    return undefined;
  }

  #meet(peer: TcpSocket, local: Endpoint, remote: Endpoint): void {
    this.#state = "connected";
    this.#peer = peer;
    this.#local = local;
    this.#remote = remote;
    this.#network.connected(this);
  }

  /** Runs when it has come to the other end. */
  #onTheWay(arrives: () => void): void {
    if (this.#delayMs === 0) arrives();
    else this.#network.after(this.#delayMs, arrives);
  }

  readNow(max: number): Uint8Array | undefined {
    if (this.isClosed) throw new KernelError("EBADF", "read");
    if (this.#state !== "connected") throw new KernelError("ENOTCONN", "read");
    if (this.#received.length > 0) {
      const bytes = this.#received.take(max);
      this.#peer?.changed();
      return bytes;
    }
    if (this.#reset) {
      this.#reset = false;
      this.#peerDone = true;
      throw new KernelError("ECONNRESET", "read");
    }
    return this.#peerDone || this.#readShut ? new Uint8Array(0) : undefined;
  }

  writeNow(bytes: Uint8Array): number {
    if (this.isClosed) throw new KernelError("EBADF", "write");
    if (this.#state !== "connected") throw new KernelError("ENOTCONN", "write");
    const peer = this.#peer;
    if (this.#reset) {
      this.#reset = false;
      this.#peerDone = true;
      throw new KernelError("ECONNRESET", "write");
    }
    if (this.#writeShut || peer === undefined) throw new KernelError("EPIPE", "write");
    if (peer.isClosed) {
      // TCP takes the first bytes after the peer has closed; its answer is a reset, then comes EPIPE (tcp(7), RFC 9293 3.10.7.1).
      this.#peer = undefined;
      return bytes.length;
    }
    const count = this.#delayMs > 0 ? this.#send(peer, bytes) : peer.#received.push(bytes);
    if (count > 0 && this.#tap !== undefined) {
      const sent = count < bytes.length ? bytes.subarray(0, count) : bytes;
      if (this.#isClient) this.#tap.clientSent(sent);
      else this.#tap.serverSent(sent);
    }
    if (count > 0 && this.#delayMs === 0) peer.changed();
    return count;
  }

  #send(peer: TcpSocket, bytes: Uint8Array): number {
    const count = Math.min(bytes.length, peer.#received.free - this.#inFlight);
    if (count <= 0) return 0;
    const sent = bytes.slice(0, count);
    this.#inFlight += count;
    this.#onTheWay(() => {
      this.#inFlight -= count;
      if (peer.isClosed) this.#reset = true;
      else peer.#received.push(sent);
      peer.changed();
    });
    return count;
  }

  shutdown(how: "read" | "write" | "both"): void {
    if (this.#state !== "connected") throw new KernelError("ENOTCONN", "shutdown");
    if (how !== "write") this.#readShut = true;
    if (how !== "read" && !this.#writeShut) {
      this.#writeShut = true;
      const peer = this.#peer;
      this.#onTheWay(() => peer?.peerFinished());
    }
    this.changed();
  }

  /** The other side will send nothing more. */
  private peerFinished(): void {
    this.#peerDone = true;
    this.changed();
  }

  poll(): number {
    if (this.#state === "listening") return this.#waiting.length > 0 ? POLL.IN : 0;
    if (this.#state === "connecting") return 0;
    if (this.#state !== "connected") return POLL.OUT | POLL.HUP | (this.#outcome === undefined ? 0 : POLL.ERR);
    let ready = 0;
    if (this.#received.length > 0 || this.#peerDone || this.#readShut || this.#reset) ready |= POLL.IN;
    const room = this.#peer === undefined || this.#peer.isClosed ? WRITABLE : this.#peer.#received.free - this.#inFlight;
    if (room >= WRITABLE || this.#writeShut) ready |= POLL.OUT;
    if (this.#peerDone && this.#writeShut) ready |= POLL.HUP;
    if (this.#reset) ready |= POLL.ERR | POLL.HUP;
    return ready;
  }

  protected closed(): void {
    const before = this.#state;
    this.#state = "closed";
    this.#tap?.closed();
    this.#network.unclaim(this);
    this.#giveUp?.();
    if (before === "listening") {
      this.#network.listenersChanged("closed-port", this);
      for (const socket of this.#waiting.splice(0)) socket.release();
      return;
    }
    const peer = this.#peer;
    if (before !== "connected" || peer === undefined || peer.isClosed) return;
    // Closing with unread bytes resets the connection (RFC 2525 2.17, as Linux does).
    const unread = this.#received.length > 0;
    this.#received.clear();
    this.#onTheWay(() => {
      if (peer.isClosed) return;
      if (unread) peer.#reset = true;
      peer.peerFinished();
    });
  }
}
