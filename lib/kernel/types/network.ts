/** Sockets, names and the packet filter of a machine. */
import type { DnsAnswer, DnsQuestion } from "../dns.ts";
import type { Credentials, Files, OpenFile } from "./files.ts";

/** The first packet of a connection, as a packet filter sees it. Answers to it pass (conntrack, ESTABLISHED). */
export interface Packet {
  readonly direction: "in" | "out";
  readonly protocol: "tcp" | "udp";
  readonly from: string;
  readonly to: string;
  readonly port: number;
  /** Nothing is sent: somebody only asks what would become of it, and rules that count do not count it. */
  readonly unsent?: boolean;
}

/** A packet filter (nft(8)): `drop` lets the sender wait in vain, `reject` answers that the connection is refused. */
export interface Firewall {
  verdict(packet: Packet): "accept" | "drop" | "reject";
}

/** What an echo request to an address meets (icmp(7)). */
export type Reach =
  | { readonly kind: "answers"; readonly roundTripMs: number }
  | { readonly kind: "no-neighbor" }
  | { readonly kind: "no-route" }
  | { readonly kind: "no-network" };

export interface ConnectOptions {
  /** What nobody will answer is known at once (ETIMEDOUT, EHOSTUNREACH): a check need not wait for what can't come. */
  readonly impatient?: boolean;
  /** Who asks, where that is no process: the browser, simulated users. The world's history says so. */
  readonly by?: string;
  /** What is said on this connection stays out of the history: a check asks. */
  readonly unheard?: boolean;
}

/** Sockets of one machine (socket(7), tcp(7)). Addresses are IPv4 dotted quads. */
export interface NetworkStack {
  /** The machine's own address on the lab's network. */
  readonly address: string;
  /** The rules that are in force; undefined: everything passes. Packets to oneself are never filtered. */
  firewall: Firewall | undefined;
  /** The name server of /etc/resolv.conf. */
  readonly nameserver: string;
  /** An A record, as the name server gives it: without /etc/hosts. */
  query(name: string, server?: string): string | undefined;
  /** What a name server says; undefined: none answers there. `peek`: it does not come to remember the answer, for who only checks. */
  ask(question: DnsQuestion, server?: string, peek?: boolean): DnsAnswer | undefined;
  /** A PTR record. */
  reverse(address: string): string | undefined;
  /** Whether a name server answers at this address. */
  answersQueries(server: string): boolean;
  reach(address: string): Reach;
  /** What the first packet of a connection would meet; nothing is sent. */
  trace(address: string, port: number): "listener" | "refused" | "unreachable" | "dropped";
  /** Every connection that stands, by this machine's end. */
  established(): readonly {
    readonly local: { readonly address: string; readonly port: number };
    readonly remote: { readonly address: string; readonly port: number };
  }[];
  /** Resolves as getaddrinfo(3) does: literals, /etc/hosts, then the world's DNS. Empty when unknown. `peek` as for `ask`. */
  resolve(name: string, peek?: boolean): readonly string[];
  socket(): StreamSocket;
  /** Every listening socket. */
  listening(): readonly { readonly address: string; readonly port: number; readonly pid: number | undefined }[];
  /** connect(2) from a process or, for the kernel's own client, from nobody. Rejects with ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH. */
  connect(address: string, port: number, signal?: AbortSignal, options?: ConnectOptions): Promise<StreamSocket>;
  /**
   * A new stream socket of the family AF_UNIX. A server: `const socket = network.unixSocket(); socket.bind(self, "/run/app.sock");
   * socket.listen(self, 64)`, then `accept`; it unlinks the file when it ends, and before it binds when one was left over.
   */
  unixSocket(): UnixSocket;
  /** connect(2) to the server at this path. Rejects with ENOENT, EACCES (no write permission on the file), ECONNREFUSED (nobody listens). */
  connectUnix(user: SocketUser, path: string, signal?: AbortSignal): Promise<UnixSocket>;
  /** socketpair(2): two connected sockets without a name, each with one reference held by the caller. */
  unixPair(user: SocketUser): readonly [UnixSocket, UnixSocket];
  /** Every open stream socket of the family AF_UNIX, in the order in which they were made. */
  unixSockets(): readonly UnixSocket[];
}

/** Who makes a call on an AF_UNIX socket: paths are resolved and permissions asked as theirs. A `Process` is one. */
export interface SocketUser {
  readonly pid: number;
  readonly credentials: Credentials;
  readonly files: Files;
}

/** SO_PEERCRED of unix(7): who connected, or who listens, as they were then. */
export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/** A stream socket of the family AF_UNIX (unix(7)); `read` and `write` are those of every open file. */
export interface UnixSocket extends OpenFile {
  readonly kind: "socket";
  readonly family: "unix";
  /** The process that called listen(2). */
  readonly listenerPid: number | undefined;
  readonly isListening: boolean;
  readonly isConnected: boolean;
  /** Connections that wait to be accepted, and how many may. */
  readonly queue: { readonly waiting: number; readonly backlog: number };
  /** What it was bound to, as it was given; "" for one without a name. Abstract names begin with "\0". */
  readonly path: string;
  readonly peerPath: string;
  /** Undefined until it is connected. What `peer` authentication asks. */
  readonly peer: PeerCredentials | undefined;
  /** Makes the file with the user's umask. Throws EADDRINUSE when the path exists, whatever it is; ENOENT, EACCES; EINVAL beyond 107 bytes. */
  bind(user: SocketUser, path: string): void;
  listen(user: SocketUser, backlog: number): void;
  /** Undefined when none is waiting. */
  acceptNow(): UnixSocket | undefined;
  accept(signal?: AbortSignal): Promise<UnixSocket>;
  connect(user: SocketUser, path: string, signal?: AbortSignal): Promise<void>;
  shutdown(how: "read" | "write" | "both"): void;
}

export interface StreamSocket extends OpenFile {
  readonly kind: "socket";
  /** The process that called listen(2), for `ss` and the world view. */
  listenerPid: number | undefined;
  /** Throws EADDRINUSE, EACCES (below 1024 without root), EADDRNOTAVAIL. Port 0 takes a free one. */
  bind(address: string, port: number, credentials: Credentials): void;
  listen(backlog: number): void;
  /** Undefined when none is waiting. */
  acceptNow(): StreamSocket | undefined;
  accept(signal?: AbortSignal): Promise<StreamSocket>;
  connect(address: string, port: number, signal?: AbortSignal): Promise<void>;
  shutdown(how: "read" | "write" | "both"): void;
  readonly local: { address: string; port: number } | undefined;
  readonly remote: { address: string; port: number } | undefined;
}
