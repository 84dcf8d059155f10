/** Stream sockets (socket(7), tcp(7)): two byte queues between two ends, and listeners with a backlog. */
import { ByteQueue } from "./byte-queue.ts";
import { Description } from "./description.ts";
import { KernelError } from "./errno.ts";
import type { MachineNetwork } from "./machine-network.ts";
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

type State = "new" | "bound" | "listening" | "connected" | "closed";

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

  /** Nobody is far away here: a connection is made, or refused, at once. A full backlog is waited for. */
  async connect(address: string, port: number, signal?: AbortSignal): Promise<void> {
    for (;;) {
      const full = this.connectNow(address, port);
      if (full === undefined) return;
      await nextWake((callback) => full.onReady(callback), signal);
    }
  }

  /** Connects; the listener whose backlog is full, when that has to be waited for. Throws ECONNREFUSED, EHOSTUNREACH, EISCONN. */
  connectNow(address: string, port: number): TcpSocket | undefined {
    if (this.#state === "connected") throw new KernelError("EISCONN", "connect");
    if (this.#state === "listening" || this.#state === "closed") throw new KernelError("EINVAL", "connect");
    const { listener, from, to } = this.#network.route(address, port);
    if (listener === undefined) throw new KernelError("ECONNREFUSED", "connect");
    if (listener.#waiting.length >= listener.#backlog) return listener;
    const bound = this.#local;
    const local = bound === undefined || bound.address === "0.0.0.0" ? this.#network.ephemeral(this, from, bound) : bound;
    const other = new TcpSocket(listener.#network);
    this.#meet(other, local, { address: to, port });
    other.#meet(this, { address: to, port }, local);
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
    const count = peer.#received.push(bytes);
    if (count > 0) peer.changed();
    return count;
  }

  shutdown(how: "read" | "write" | "both"): void {
    if (this.#state !== "connected") throw new KernelError("ENOTCONN", "shutdown");
    if (how !== "write") this.#readShut = true;
    if (how !== "read" && !this.#writeShut) {
      this.#writeShut = true;
      this.#peer?.peerFinished();
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
    if (this.#state !== "connected") return POLL.OUT | POLL.HUP;
    let ready = 0;
    if (this.#received.length > 0 || this.#peerDone || this.#readShut || this.#reset) ready |= POLL.IN;
    const room = this.#peer === undefined || this.#peer.isClosed ? WRITABLE : this.#peer.#received.free;
    if (room >= WRITABLE || this.#writeShut) ready |= POLL.OUT;
    if (this.#peerDone && this.#writeShut) ready |= POLL.HUP;
    if (this.#reset) ready |= POLL.ERR | POLL.HUP;
    return ready;
  }

  protected closed(): void {
    const before = this.#state;
    this.#state = "closed";
    this.#network.unclaim(this);
    if (before === "listening") {
      this.#network.listenersChanged("closed-port", this);
      for (const socket of this.#waiting.splice(0)) socket.release();
      return;
    }
    const peer = this.#peer;
    if (before !== "connected" || peer === undefined || peer.isClosed) return;
    // Closing with unread bytes resets the connection (RFC 2525 2.17, as Linux does).
    if (this.#received.length > 0) peer.#reset = true;
    this.#received.clear();
    peer.peerFinished();
  }
}
