/** What python/unix_sockets.py asks: calls on sockets of the family AF_UNIX, whose addresses the interpreter can't read or write. */

import { OP } from "../../../kernel/abi.ts";
import { KernelError } from "../../../kernel/errno.ts";
import { O } from "../../../kernel/types.ts";
import type { ProcessState } from "./process-state.ts";

const AF_UNIX = 1;

/** Requests by name (gate.ts). */
export function unixSocketRequests(state: () => ProcessState): Record<string, (argument: never) => unknown> {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();

  const handle = (fd: number): number => {
    const file = state().descriptors.get(fd);
    if (file.kind !== "kernel") throw new KernelError("ENOTSOCK");
    return file.handle;
  };
  const add = (given: number): number => {
    const current = state();
    const file = current.kernelFile(given, O.RDWR);
    file.isSocket = true;
    return current.descriptors.add(file, true);
  };
  const name = (fd: number, which: number): unknown => {
    state().client.must(OP.SOCKNAME, [handle(fd), which]);
    return JSON.parse(decoder.decode(state().client.answer()));
  };

  return {
    unixsocket: ({ type }: { type: number }) => add(state().client.must(OP.SOCKET, [type, AF_UNIX])),
    unixbind: ({ fd, path }: { fd: number; path: string }) => {
      const { client, umask } = state();
      // Files that this process makes get it here; this one the kernel makes.
      client.must(OP.UMASK, [umask]);
      return client.must(OP.BIND, [handle(fd), 0], encoder.encode(path));
    },
    unixconnect: ({ fd, path }: { fd: number; path: string }) => state().client.must(OP.CONNECT, [handle(fd), 0], encoder.encode(path)),
    sockname: ({ fd, which }: { fd: number; which: number }) => name(fd, which),
    isunix: ({ fd }: { fd: number }) => {
      const found = name(fd, 0);
      return typeof found === "object" && found !== null && "path" in found;
    },
    socketpair: () => {
      const { client } = state();
      client.must(OP.SOCKETPAIR);
      const answer = client.answer();
      return [...new Int32Array(answer.buffer, answer.byteOffset, 2)].map(add);
    },
  };
}
