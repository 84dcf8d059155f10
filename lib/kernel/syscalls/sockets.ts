/** Calls on sockets (abi.ts: SOCKET … RESOLVE). */
import { OP } from "../abi.ts";
import { errno, KernelError } from "../errno.ts";
import { isSecurable, type SecurableSocket } from "../secure-socket.ts";
import { TcpSocket } from "../tcp.ts";
import { O } from "../types.ts";
import { UnixStream } from "../unix-socket.ts";
import { type Answer, type Blocked, type Call, done, type Handler, int32, json, orWait, text } from "./call.ts";
import { FIRST_HANDLE, fileOf } from "./handles.ts";

const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const AF_UNIX = 1;

function socketOf(call: Call): TcpSocket | UnixStream {
  const file = fileOf(call, "socket");
  if (!(file instanceof TcpSocket || file instanceof UnixStream)) throw new KernelError("ENOTSOCK", "socket");
  return file;
}

/**
 * A handshake of TLS, and the stream of plain bytes in place of the socket. With a patience the handshake waits although the socket does not:
 * a program that sets a timeout has made it non-blocking.
 */
async function secure(call: Call): Promise<Answer> {
  const { process } = call;
  const patienceMs = call.args[1] ?? 0;
  const socket = fileOf(call, "socket");
  if (!isSecurable(socket)) throw new KernelError("ENOTSOCK", "secure");
  const { kernel } = process.machine;
  if (kernel.secure === undefined) throw new KernelError("EOPNOTSUPP", "secure");
  socket.retain();
  const nonBlocking = patienceMs > 0 ? socket.flags & O.NONBLOCK : 0;
  socket.flags &= ~nonBlocking;
  const patience = new AbortController();
  const tire = () => patience.abort(new KernelError("ETIMEDOUT", "secure"));
  const cancel = patienceMs > 0 ? kernel.clock.after(patienceMs, tire) : undefined;
  let stream: SecurableSocket | undefined;
  try {
    const signal = AbortSignal.any([call.interrupted(), patience.signal]);
    const made = await kernel.secure(process.machine, socket, JSON.parse(text(call.data)), signal);
    stream = made.stream;
    if (stream !== undefined) stream.flags |= nonBlocking;
    return json(made.answer, stream === undefined ? 0 : process.fds.adopt(stream, FIRST_HANDLE));
  } finally {
    cancel?.();
    socket.flags |= nonBlocking;
    if (stream === undefined) socket.release();
  }
}

/** Its own address or its peer's, as it travels. */
function nameOf(socket: TcpSocket | UnixStream, which: "own" | "peer"): unknown {
  if (socket instanceof UnixStream) return { path: which === "own" ? socket.path : socket.peerPath };
  return which === "own" ? (socket.local ?? { address: "0.0.0.0", port: 0 }) : socket.remote;
}

function accept(call: Call): Answer | Blocked {
  const socket = socketOf(call);
  const attempt = () => {
    const accepted = socket.acceptNow();
    if (accepted !== undefined) {
      return json(nameOf(accepted, "peer"), call.process.fds.adopt(accepted, FIRST_HANDLE));
    }
    if ((socket.flags & O.NONBLOCK) !== 0) throw new KernelError("EAGAIN", "accept");
    return undefined;
  };
  return orWait(attempt, (wake) => socket.onReady(wake));
}

/** What takes time is waited for, or EINPROGRESS on a socket that does not block (connect(2)). */
function connect(call: Call): Answer | Blocked {
  const socket = socketOf(call);
  const address = text(call.data);
  const port = call.args[1] ?? 0;
  let waits: TcpSocket | UnixStream | undefined;
  const attempt = () => {
    if (socket instanceof UnixStream) {
      waits = socket.connectNow(call.process, address);
      if (waits !== undefined && (socket.flags & O.NONBLOCK) !== 0) throw new KernelError("EAGAIN", "connect");
      return waits === undefined ? done : undefined;
    }
    if (socket.isConnecting && (socket.flags & O.NONBLOCK) !== 0) throw new KernelError("EALREADY", "connect");
    waits = socket.connectNow(address, port);
    if (waits === undefined) return done;
    if ((socket.flags & O.NONBLOCK) !== 0) throw new KernelError(waits === socket ? "EINPROGRESS" : "EAGAIN", "connect");
    return undefined;
  };
  return orWait(attempt, (wake) => waits?.onReady(wake) ?? (() => {}));
}

/** SO_ERROR of socket(7): the number of the error that a connection under way has met, told once; 0 without one. */
function socketError(socket: TcpSocket | UnixStream): Answer {
  if (socket instanceof UnixStream) return done;
  const outcome = socket.takeOutcome();
  return { result: outcome === undefined || outcome === "connected" ? 0 : errno(outcome) };
}

const hows = ["read", "write", "both"] as const;

export const socketCalls: readonly (readonly [number, Handler])[] = [
  [
    OP.SOCKET,
    ({ process, args }) => {
      // A datagram socket of this family is a stream here: enough for who sends one message to one server (sd_notify(3)).
      const isNotice = args[0] === SOCK_DGRAM && args[1] === AF_UNIX;
      if (args[0] !== SOCK_STREAM && !isNotice) throw new KernelError("EPROTONOSUPPORT", "socket");
      const { network } = process.machine;
      return { result: process.fds.adopt(args[1] === AF_UNIX ? network.unixSocket() : network.socket(), FIRST_HANDLE) };
    },
  ],
  [
    OP.BIND,
    (call) => {
      const socket = socketOf(call);
      if (socket instanceof UnixStream) socket.bind(call.process, text(call.data));
      else socket.bind(text(call.data), call.args[1] ?? 0, call.process.credentials);
      return done;
    },
  ],
  [
    OP.LISTEN,
    (call) => {
      const socket = socketOf(call);
      if (socket instanceof UnixStream) {
        socket.listen(call.process, call.args[1] ?? 0);
        return done;
      }
      socket.listenerPid ??= call.process.pid;
      socket.listen(call.args[1] ?? 0);
      return done;
    },
  ],
  [OP.ACCEPT, accept],
  [OP.CONNECT, connect],
  [
    OP.SHUTDOWN,
    (call) => {
      const how = hows[call.args[1] ?? -1];
      if (how === undefined) throw new KernelError("EINVAL", "shutdown");
      const file = fileOf(call, "shutdown");
      if (!isSecurable(file)) throw new KernelError("ENOTSOCK", "shutdown");
      file.shutdown(how);
      return done;
    },
  ],
  [
    OP.SOCKNAME,
    (call) => {
      const file = fileOf(call, "socket");
      // What TLS was put over.
      if (isSecurable(file) && !(file instanceof TcpSocket || file instanceof UnixStream)) {
        if (call.args[1] === 2) return done;
        return json((call.args[1] === 1 ? file.remote : file.local) ?? { path: "" });
      }
      const socket = socketOf(call);
      if (call.args[1] === 2) return socketError(socket);
      if (call.args[1] === 4) return json({ address: call.process.machine.network.address });
      if (call.args[1] === 3) return json(socket instanceof UnixStream ? (socket.peer ?? null) : null);
      if (call.args[1] !== 1) return json(nameOf(socket, "own"));
      const isConnected = socket instanceof UnixStream ? socket.isConnected : socket.remote !== undefined;
      if (!isConnected) throw new KernelError("ENOTCONN", "getpeername");
      return json(nameOf(socket, "peer"));
    },
  ],
  [
    OP.SOCKETPAIR,
    ({ process }) => {
      const [one, other] = process.machine.network.unixPair(process);
      const first = process.fds.adopt(one, FIRST_HANDLE);
      return { result: 0, data: int32(first, process.fds.adopt(other, FIRST_HANDLE)) };
    },
  ],
  [OP.SECURE, secure],
  [OP.RESOLVE, ({ process, data }) => json(process.machine.network.resolve(text(data)))],
];
