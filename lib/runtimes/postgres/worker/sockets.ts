/** Sockets of both families as the server makes, binds and accepts them: in C's sockaddr_in and sockaddr_un. */

import { OP } from "../../../kernel/abi.ts";
import { O } from "../../../kernel/types.ts";
import { answered, wasiResult } from "../../python/worker/error-numbers.ts";
import type { ProcessState } from "../../python/worker/process-state.ts";
import { socketCalls } from "../../python/worker/socket-calls.ts";
import type { Import } from "./server.ts";

export const AF_UNIX = 1;
const SOCK_STREAM = 1;
/** sockaddr_un: the family, then the path. */
const PATH = 2;
const UNNAMED_BYTES = 2;
const AF_INET6 = 10;
const SOCKADDR_IN6_BYTES = 28;
const ADDRINFO_BYTES = 32;
const NOT_FOUND = -2;

export function serverSockets(state: () => ProcessState, allocate: (size: number) => number): Record<string, Import> {
  const inet = socketCalls({ state, allocate }) as Record<string, (...args: number[]) => number>;
  const unixSockets = new Set<number>();
  const handle = (fd: number): number => {
    const file = state().descriptors.get(fd);
    return file.kind === "kernel" ? file.handle : -1;
  };
  const add = (number: number): number => state().descriptors.add(state().kernelFile(number, O.RDWR));
  return {
    ...inet,
    __syscall_socket: (family: number, type: number) => {
      if (family !== AF_UNIX) return inet.__syscall_socket?.(family, type) ?? -1;
      return answered(() => {
        const fd = add(state().client.must(OP.SOCKET, [SOCK_STREAM, AF_UNIX]));
        unixSockets.add(fd);
        return fd;
      });
    },
    __syscall_bind: (fd: number, address: number, length: number) => {
      const { memory, client } = state();
      if (memory.short(address) !== AF_UNIX) return inet.__syscall_bind?.(fd, address, length) ?? -1;
      const path = new TextEncoder().encode(memory.text(address + PATH));
      return answered(() => wasiResult(client.call(OP.BIND, [handle(fd), 0], path)));
    },
    // No machine has an IPv6 address, but pg_hba.conf names some.
    getaddrinfo: (node: number, service: number, hints: number, out: number) => {
      const { memory } = state();
      const host = node === 0 ? "" : memory.text(node);
      if (!host.includes(":")) return inet.getaddrinfo?.(node, service, hints, out) ?? NOT_FOUND;
      const groups = groupsOf(host);
      if (groups === undefined) return NOT_FOUND;
      const info = allocate(ADDRINFO_BYTES);
      const place = allocate(SOCKADDR_IN6_BYTES);
      memory.slice(info, ADDRINFO_BYTES).fill(0);
      memory.slice(place, SOCKADDR_IN6_BYTES).fill(0);
      memory.setShort(place, AF_INET6);
      for (const [index, group] of groups.entries()) memory.slice(place + 8 + 2 * index, 2).set([group >> 8, group & 0xff]);
      for (const [index, value] of [0, AF_INET6, SOCK_STREAM, 6, SOCKADDR_IN6_BYTES, place].entries())
        memory.setInt(info + 4 * index, value);
      memory.setInt(out, info);
      return 0;
    },
    __syscall_accept4: (fd: number, address: number, length: number, flags: number) => {
      if (!unixSockets.has(fd)) return inet.__syscall_accept4?.(fd, address, length, flags) ?? -1;
      return answered(() => {
        const { client, memory } = state();
        const accepted = client.call(OP.ACCEPT, [handle(fd)]);
        if (accepted < 0) return wasiResult(accepted);
        memory.setShort(address, AF_UNIX);
        memory.setInt(length, UNNAMED_BYTES);
        return add(accepted);
      });
    },
  };
}

/** The eight groups of an IPv6 address (RFC 4291, 2.2); undefined when it is none. */
function groupsOf(text: string): number[] | undefined {
  const halves = text.split("::");
  const parts = halves.map((half) => (half === "" ? [] : half.split(":")));
  const [before = [], after = []] = parts;
  const missing = 8 - before.length - after.length;
  if (halves.length > 2 || (halves.length === 2 ? missing < 1 : missing !== 0)) return undefined;
  const all = [...before, ...Array.from({ length: missing }, () => "0"), ...after];
  return all.every((group) => /^[0-9a-f]{1,4}$/i.test(group)) ? all.map((group) => Number.parseInt(group, 16)) : undefined;
}
