/** BSD sockets (socket(7), tcp(7), unix(7)): CPython's own _socket module stands on these. Streams of IPv4 and of AF_UNIX exist here. */

import { DATA_BYTES, OP } from "../../../kernel/abi.ts";
import { KernelError } from "../../../kernel/errno.ts";
import { O } from "../../../kernel/types.ts";
import type { KernelFile } from "./descriptors.ts";
import { answered, wasiErrno, wasiResult } from "./error-numbers.ts";
import type { ProcessState } from "./process-state.ts";

const AF_UNIX = 1;
const AF_INET = 2;
const SOCK = { STREAM: 1, TYPE: 0xf, NONBLOCK: O.NONBLOCK, CLOEXEC: O.CLOEXEC } as const;
const SOCKADDR_BYTES = 16;
const MSG_DONTWAIT = 0x40;
const MSG_PEEK = 2;
const SOL_SOCKET = 1;
const SO = { TYPE: 3, ERROR: 4, SNDBUF: 7, RCVBUF: 8, PEERCRED: 17, ACCEPTCONN: 30, DOMAIN: 39 } as const;
const EAI = { NONAME: -2, FAMILY: -6, SERVICE: -8 } as const;
const AI_PASSIVE = 1;
const AI_NUMERICHOST = 4;
const NI_NUMERICHOST = 1;
const ADDRINFO_BYTES = 32;

interface Address {
  readonly address: string;
  readonly port: number;
}

const UNNAMED: Address = { address: "0.0.0.0", port: 0 };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export interface SocketParts {
  readonly state: () => ProcessState;
  readonly allocate: (size: number) => number;
}

export function socketCalls({ state, allocate }: SocketParts): Record<string, (...args: never[]) => unknown> {
  const options = new WeakMap<KernelFile, Map<number, number>>();

  const socket = (fd: number): KernelFile => {
    const file = state().descriptors.get(fd);
    if (file.kind !== "kernel" || !file.isSocket) {
      if (file.kind === "kernel" && file.stat().kind === "socket") file.isSocket = true;
      else throw new KernelError("ENOTSOCK");
    }
    return file;
  };

  const addSocket = (handle: number, type: number): number => {
    const current = state();
    const file = current.kernelFile(handle, O.RDWR | (type & SOCK.NONBLOCK));
    file.isSocket = true;
    if ((type & SOCK.NONBLOCK) !== 0) current.client.must(OP.SETFLAGS, [handle, O.NONBLOCK]);
    return current.descriptors.add(file, (type & SOCK.CLOEXEC) !== 0);
  };

  const readAddress = (address: number): Address => {
    const { memory } = state();
    if ((memory.short(address) & 0xffff) !== AF_INET) throw new KernelError("EAFNOSUPPORT");
    const bytes = memory.slice(address, 8);
    return { port: ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0), address: [...bytes.subarray(4, 8)].join(".") };
  };

  const writeAddress = (address: number, lengthAddress: number, name: Address) => {
    if (address === 0) return;
    const { memory } = state();
    const bytes = memory.slice(address, SOCKADDR_BYTES);
    bytes.fill(0);
    memory.setShort(address, AF_INET);
    bytes[2] = name.port >> 8;
    bytes[3] = name.port & 0xff;
    bytes.set(name.address.split(".").map(Number), 4);
    if (lengthAddress !== 0) memory.setInt(lengthAddress, SOCKADDR_BYTES);
  };

  /** What has no address of IPv4 (unix_sockets.py knows what it has) is shown without one. */
  const answeredAddress = (): Address => ({ ...UNNAMED, ...(JSON.parse(decoder.decode(state().client.answer())) as Partial<Address>) });

  const send = (fd: number, address: number, length: number): number => {
    const file = socket(fd);
    const part = state().memory.slice(address, Math.min(length, DATA_BYTES));
    return wasiResult(state().client.call(OP.WRITE, [file.handle], part));
  };

  /** Bytes that were looked at (MSG_PEEK) and not taken yet. */
  const peeked = new WeakMap<KernelFile, Uint8Array>();

  const receive = (fd: number, address: number, length: number, flags: number): number => {
    const file = socket(fd);
    const { client, memory } = state();
    let bytes = peeked.get(file);
    if (!bytes) {
      const unwilling = (flags & MSG_DONTWAIT) !== 0 && (file.flags & O.NONBLOCK) === 0;
      if (unwilling) client.must(OP.SETFLAGS, [file.handle, O.NONBLOCK]);
      const count = client.call(OP.READ, [file.handle, Math.min(length, DATA_BYTES)]);
      if (count >= 0) bytes = client.answer().slice(0, count);
      if (unwilling) client.must(OP.SETFLAGS, [file.handle, 0]);
      if (!bytes) return wasiResult(count);
    }
    const taken = bytes.subarray(0, length);
    memory.bytes.set(taken, address >>> 0);
    if ((flags & MSG_PEEK) !== 0) peeked.set(file, bytes);
    else if (taken.length < bytes.length) peeked.set(file, bytes.slice(taken.length));
    else peeked.delete(file);
    return taken.length;
  };

  const name = (fd: number, address: number, lengthAddress: number, peer: boolean) =>
    answered(() => {
      state().client.must(OP.SOCKNAME, [socket(fd).handle, peer ? 1 : 0]);
      writeAddress(address, lengthAddress, answeredAddress());
      return 0;
    });

  const option = (fd: number, level: number, which: number): number => {
    const file = socket(fd);
    if (level === SOL_SOCKET) {
      if (which === SO.TYPE) return SOCK.STREAM;
      if (which === SO.DOMAIN) {
        state().client.must(OP.SOCKNAME, [file.handle, 0]);
        return decoder.decode(state().client.answer()).includes('"path"') ? AF_UNIX : AF_INET;
      }
      if (which === SO.SNDBUF || which === SO.RCVBUF) return 262144;
      // Asked after a connect that did not wait.
      if (which === SO.ERROR) {
        const error = state().client.must(OP.SOCKNAME, [file.handle, 2]);
        return error === 0 ? 0 : wasiErrno(error);
      }
    }
    return options.get(file)?.get(level * 1000 + which) ?? 0;
  };

  const resolve = (host: string, flags: number): string | undefined => {
    if (host === "") return (flags & AI_PASSIVE) === 0 ? "127.0.0.1" : "0.0.0.0";
    if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return host;
    if ((flags & AI_NUMERICHOST) !== 0) return undefined;
    const { client } = state();
    if (client.call(OP.RESOLVE, [], encoder.encode(host)) < 0) return undefined;
    return (JSON.parse(decoder.decode(client.answer())) as string[])[0];
  };

  return {
    __syscall_socket: (domain: number, type: number) =>
      answered(() => {
        if (domain !== AF_INET) throw new KernelError("EAFNOSUPPORT");
        if ((type & SOCK.TYPE) !== SOCK.STREAM) throw new KernelError("EPROTONOSUPPORT");
        return addSocket(state().client.must(OP.SOCKET, [SOCK.STREAM, domain]), type);
      }),
    __syscall_bind: (fd: number, address: number) =>
      answered(() => {
        const target = readAddress(address);
        return wasiResult(state().client.call(OP.BIND, [socket(fd).handle, target.port], encoder.encode(target.address)));
      }),
    __syscall_listen: (fd: number, backlog: number) =>
      answered(() => wasiResult(state().client.call(OP.LISTEN, [socket(fd).handle, backlog]))),
    __syscall_accept4: (fd: number, address: number, lengthAddress: number, flags: number) =>
      answered(() => {
        const { client } = state();
        const handle = client.call(OP.ACCEPT, [socket(fd).handle]);
        if (handle < 0) return wasiResult(handle);
        writeAddress(address, lengthAddress, answeredAddress());
        return addSocket(handle, flags | SOCK.CLOEXEC);
      }),
    __syscall_connect: (fd: number, address: number) =>
      answered(() => {
        const target = readAddress(address);
        return wasiResult(state().client.call(OP.CONNECT, [socket(fd).handle, target.port], encoder.encode(target.address)));
      }),
    __syscall_sendto: (fd: number, address: number, length: number) => answered(() => send(fd, address, length)),
    __syscall_recvfrom: (fd: number, address: number, length: number, flags: number, from: number, fromLength: number) =>
      answered(() => {
        if (from !== 0 && fromLength !== 0) state().memory.setInt(fromLength, 0);
        return receive(fd, address, length, flags);
      }),
    __syscall_sendmsg: (fd: number, message: number) =>
      answered(() => {
        const { memory } = state();
        let sent = 0;
        for (let index = 0; index < memory.int(message + 12); index++) {
          const vector = memory.int(message + 8) + index * 8;
          const length = memory.int(vector + 4);
          if (length === 0) continue;
          const count = send(fd, memory.int(vector), length);
          if (count < 0) return sent > 0 ? sent : count;
          sent += count;
          if (count < length) break;
        }
        return sent;
      }),
    __syscall_recvmsg: (fd: number, message: number, flags: number) =>
      answered(() => {
        const { memory } = state();
        for (let index = 0; index < memory.int(message + 12); index++) {
          const vector = memory.int(message + 8) + index * 8;
          if (memory.int(vector + 4) === 0) continue;
          memory.setInt(message + 4, 0);
          memory.setInt(message + 20, 0);
          memory.setInt(message + 24, 0);
          return receive(fd, memory.int(vector), memory.int(vector + 4), flags);
        }
        return 0;
      }),
    __syscall_getsockname: (fd: number, address: number, lengthAddress: number) => name(fd, address, lengthAddress, false),
    __syscall_getpeername: (fd: number, address: number, lengthAddress: number) => name(fd, address, lengthAddress, true),
    __syscall_getsockopt: (fd: number, level: number, which: number, value: number, length: number) =>
      answered(() => {
        const { memory, client } = state();
        if (level === SOL_SOCKET && which === SO.PEERCRED) {
          client.must(OP.SOCKNAME, [socket(fd).handle, 3]);
          const peer = JSON.parse(decoder.decode(client.answer())) as { pid: number; uid: number; gid: number } | null;
          // As Linux answers for what is not connected, or of another family.
          for (const [index, number] of [peer?.pid ?? 0, peer?.uid ?? -1, peer?.gid ?? -1].entries())
            memory.setInt(value + index * 4, number);
          memory.setInt(length, 12);
          return 0;
        }
        memory.setInt(value, option(fd, level, which));
        memory.setInt(length, 4);
        return 0;
      }),
    /** Called through the trampoline: kept, and given back by getsockopt. None of them changes what a local network does. */
    setsockopt: (fd: number, level: number, which: number, value: number, length: number) =>
      answered(() => {
        const file = socket(fd);
        const kept = options.get(file) ?? new Map<number, number>();
        kept.set(level * 1000 + which, length >= 4 ? state().memory.int(value) : 1);
        options.set(file, kept);
        return 0;
      }),
    // Pyodide's own detours for sockets that live in JavaScript.
    _maybe_connect_async: () => null,
    _maybe_recvfrom_async: () => null,
    _maybe_sendto_async: () => null,
    _maybe_poll_async: () => null,
    _try_fcntl64: () => 0,
    _try_shutdown: (fd: number, how: number, result: number) => {
      const { client, memory } = state();
      memory.setInt(
        result,
        answered(() => wasiResult(client.call(OP.SHUTDOWN, [socket(fd).handle, how]))),
      );
      return 1;
    },
    getaddrinfo: (node: number, service: number, hints: number, out: number) => {
      const { memory } = state();
      const [flags, family, type, protocol] = hints === 0 ? [0, 0, 0, 0] : [0, 4, 8, 12].map((offset) => memory.int(hints + offset));
      if (family !== 0 && family !== AF_INET) return EAI.FAMILY;
      const portText = service === 0 ? "0" : memory.text(service);
      const port = /^\d+$/.test(portText) ? Number(portText) : SERVICES[portText];
      if (port === undefined || port > 65535) return EAI.SERVICE;
      const address = resolve(node === 0 ? "" : memory.text(node), flags ?? 0);
      if (address === undefined) return EAI.NONAME;
      const info = allocate(ADDRINFO_BYTES);
      const place = allocate(SOCKADDR_BYTES);
      writeAddress(place, 0, { address, port });
      memory.slice(info, ADDRINFO_BYTES).fill(0);
      memory.setInt(info + 4, AF_INET);
      memory.setInt(info + 8, type || SOCK.STREAM);
      memory.setInt(info + 12, protocol || 6);
      memory.setInt(info + 16, SOCKADDR_BYTES);
      memory.setInt(info + 20, place);
      memory.setInt(out, info);
      return 0;
    },
    getnameinfo: (
      address: number,
      _length: number,
      host: number,
      hostRoom: number,
      service: number,
      serviceRoom: number,
      flags: number,
    ) => {
      const { memory } = state();
      const found = readAddress(address);
      if (host !== 0) {
        const named = (flags & NI_NUMERICHOST) === 0 && found.address.startsWith("127.");
        memory.setText(host, named ? "localhost" : found.address, hostRoom);
      }
      if (service !== 0) memory.setText(service, String(found.port), serviceRoom);
      return 0;
    },
  };
}

/** What /etc/services has of use here. */
const SERVICES: Readonly<Record<string, number>> = { ssh: 22, smtp: 25, domain: 53, http: 80, https: 443, postgresql: 5432 };
