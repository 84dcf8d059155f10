/** Stream sockets of the family AF_UNIX (unix(7)): two byte queues between two processes of one machine, and listeners with a backlog. */
import { ByteQueue } from "./byte-queue.ts";
import { Description } from "./description.ts";
import { KernelError } from "./errno.ts";
import type { HttpTap } from "./http-tap.ts";
import { O, type PeerCredentials, POLL, type SocketUser, type UnixSocket } from "./types.ts";
import type { UnixNames } from "./unix-names.ts";
import { nextWake } from "./wakeups.ts";

/** net.core.wmem_default. */
const BUFFER = 212_992;
/** net.core.somaxconn. */
const LONGEST_BACKLOG = 4096;
/** So many bytes must fit before a socket counts as writable. */
const WRITABLE = 4096;

type State = "new" | "bound" | "listening" | "connected" | "closed";

function credentialsOf({ pid, credentials }: SocketUser): PeerCredentials {
  return { pid, uid: credentials.uid, gid: credentials.gid };
}

export class UnixStream extends Description implements UnixSocket {
  override readonly kind = "socket";
  readonly family = "unix";
  readonly #names: UnixNames;
  #state: State = "new";
  #path = "";
  #peerPath = "";
  #other: UnixStream | undefined;
  #peer: PeerCredentials | undefined;
  /** Who called listen(2): what a client sees as its peer. */
  #listener: PeerCredentials | undefined;
  readonly #received = new ByteQueue(BUFFER);
  #peerDone = false;
  #readShut = false;
  #writeShut = false;
  /** The peer closed without having read everything. */
  #reset = false;
  #waiting: UnixStream[] = [];
  /** Hears what both ends say. */
  #tap: HttpTap | undefined;
  /** This end asked for the connection. */
  #isClient = false;
  #backlog = 0;

  constructor(names: UnixNames) {
    super(O.RDWR);
    this.#names = names;
    names.opened(this);
  }

  get path(): string {
    return this.#path;
  }

  get peerPath(): string {
    return this.#peerPath;
  }

  get peer(): PeerCredentials | undefined {
    return this.#peer;
  }

  get listenerPid(): number | undefined {
    return this.#listener?.pid;
  }

  get isListening(): boolean {
    return this.#state === "listening";
  }

  get isConnected(): boolean {
    return this.#state === "connected";
  }

  /** Connections that wait to be accepted, and how many may: what `ss` shows of a listener. */
  get queue(): { readonly waiting: number; readonly backlog: number } {
    return { waiting: this.#waiting.length, backlog: this.#backlog };
  }

  bind(user: SocketUser, path: string): void {
    if (this.#state !== "new") throw new KernelError("EINVAL", "bind");
    this.#names.claim(this, user, path);
    this.#path = path;
    this.#state = "bound";
  }

  listen(user: SocketUser, backlog: number): void {
    if (this.#state !== "bound" && this.#state !== "listening") throw new KernelError("EINVAL", "listen");
    this.#backlog = Math.min(Math.max(0, backlog), LONGEST_BACKLOG);
    this.#listener ??= credentialsOf(user);
    this.#state = "listening";
  }

  acceptNow(): UnixStream | undefined {
    if (this.#state !== "listening") throw new KernelError("EINVAL", "accept");
    const socket = this.#waiting.shift();
    // Whoever found the backlog full tries again.
    if (socket !== undefined) this.changed();
    return socket;
  }

  async accept(signal?: AbortSignal): Promise<UnixStream> {
    for (;;) {
      const socket = this.acceptNow();
      if (socket !== undefined) return socket;
      if ((this.flags & O.NONBLOCK) !== 0) throw new KernelError("EAGAIN", "accept");
      await nextWake((callback) => this.onReady(callback), signal);
    }
  }

  async connect(user: SocketUser, path: string, signal?: AbortSignal): Promise<void> {
    for (;;) {
      const full = this.connectNow(user, path);
      if (full === undefined) return;
      if ((this.flags & O.NONBLOCK) !== 0) throw new KernelError("EAGAIN", "connect");
      await nextWake((callback) => full.onReady(callback), signal);
    }
  }

  /** Connects; gives the listener when its backlog is full, to be waited for. Throws as `connect`. */
  connectNow(user: SocketUser, path: string): UnixStream | undefined {
    if (this.#state === "connected") throw new KernelError("EISCONN", "connect");
    if (this.#state === "listening" || this.#state === "closed") throw new KernelError("EINVAL", "connect");
    const listener = this.#names.find(user, path);
    if (!(listener instanceof UnixStream)) throw new KernelError(listener === undefined ? "ECONNREFUSED" : "EPROTOTYPE", "connect");
    if (!listener.isListening) throw new KernelError("ECONNREFUSED", "connect");
    // unix_stream_connect() of Linux: one more than the backlog may wait.
    if (listener.#waiting.length > listener.#backlog) return listener;
    const server = new UnixStream(listener.#names);
    server.#path = listener.#path;
    server.meet(this, credentialsOf(user));
    this.meet(server, listener.#listener);
    this.#isClient = true;
    this.#tap = server.#tap = this.#names.tap(listener, user.pid);
    listener.#waiting.push(server);
    listener.changed();
    return undefined;
  }

  /** Makes this one end of a connection. */
  meet(other: UnixStream, peer: PeerCredentials | undefined): void {
    this.#other = other;
    this.#peer = peer;
    this.#peerPath = other.#path;
    this.#state = "connected";
    this.changed();
  }

  readNow(max: number): Uint8Array | undefined {
    if (this.isClosed) throw new KernelError("EBADF", "read");
    if (this.#state !== "connected") throw new KernelError("EINVAL", "read");
    if (this.#received.length > 0) {
      const bytes = this.#received.take(max);
      this.#other?.changed();
      return bytes;
    }
    if (this.#reset) {
      this.#reset = false;
      throw new KernelError("ECONNRESET", "read");
    }
    return this.#peerDone || this.#readShut ? new Uint8Array(0) : undefined;
  }

  writeNow(bytes: Uint8Array): number {
    if (this.isClosed) throw new KernelError("EBADF", "write");
    if (this.#state !== "connected") throw new KernelError("ENOTCONN", "write");
    const other = this.#other;
    if (this.#writeShut || other === undefined || other.isClosed || other.#readShut) throw new KernelError("EPIPE", "write");
    const count = other.#received.push(bytes);
    if (count > 0 && this.#tap !== undefined) {
      const sent = count < bytes.length ? bytes.subarray(0, count) : bytes;
      if (this.#isClient) this.#tap.clientSent(sent);
      else this.#tap.serverSent(sent);
    }
    if (count > 0) other.changed();
    return count;
  }

  shutdown(how: "read" | "write" | "both"): void {
    if (this.#state !== "connected") throw new KernelError("ENOTCONN", "shutdown");
    if (how !== "write") this.#readShut = true;
    if (how !== "read" && !this.#writeShut) {
      this.#writeShut = true;
      this.#other?.peerFinished();
    }
    this.changed();
  }

  private peerFinished(): void {
    this.#peerDone = true;
    this.changed();
  }

  poll(): number {
    if (this.#state === "listening") return this.#waiting.length > 0 ? POLL.IN : 0;
    if (this.#state !== "connected") return POLL.OUT | POLL.HUP;
    const other = this.#other;
    const isGone = other === undefined || other.isClosed;
    let ready = 0;
    if (this.#received.length > 0 || this.#peerDone || this.#readShut) ready |= POLL.IN;
    if (isGone || other.#received.free >= WRITABLE || this.#writeShut) ready |= POLL.OUT;
    if (isGone || (this.#peerDone && this.#writeShut)) ready |= POLL.HUP;
    if (this.#reset) ready |= POLL.ERR;
    return ready;
  }

  protected closed(): void {
    this.#state = "closed";
    this.#tap?.closed();
    this.#names.closed(this);
    for (const socket of this.#waiting.splice(0)) {
      // Whoever had connected is told as by a reset.
      if (socket.#other !== undefined) socket.#other.#reset = true;
      socket.release();
    }
    const other = this.#other;
    if (other === undefined || other.isClosed) return;
    if (this.#received.length > 0) other.#reset = true;
    other.peerFinished();
  }
}
