/** System calls on open descriptors: reading, writing, seeking, duplicating, locking, polling. */

import { DATA_BYTES, OP } from "../../../kernel/abi.ts";
import { KernelError, kernelError } from "../../../kernel/errno.ts";
import { O, POLL } from "../../../kernel/types.ts";
import type { Description, KernelFile } from "./descriptors.ts";
import { answered, wasiErrno, wasiResult } from "./error-numbers.ts";
import type { ProcessState } from "./process-state.ts";

const F = { DUPFD: 0, GETFD: 1, SETFD: 2, GETFL: 3, SETFL: 4, SETOWN: 8, GETOWN: 9, GETLK: 12, SETLK: 13, SETLKW: 14, DUPFD_CLOEXEC: 1030 };
const FD_CLOEXEC = 1;
const SEEK_SET = 0;
const CHANGEABLE = O.APPEND | O.NONBLOCK;
const FILE_TYPE = { file: 4, directory: 3, symlink: 7, device: 1, fifo: 6, socket: 6 } as const;
const CHARACTER_DEVICE = 2;

/** WASI's calls answer with a positive number of an error. */
function wasi(call: () => number): number {
  return -Math.min(0, answered(call));
}

/** Reads at the description's position, or at `position`. */
function readInto(state: ProcessState, file: Description, address: number, length: number, position?: number): number {
  if (file.kind !== "kernel") {
    const { bytes } = state.memory;
    return position === undefined ? file.read(bytes, address, length) : file.pread(bytes, address, length, position);
  }
  if (position !== undefined) throw new KernelError("ESPIPE");
  const count = state.client.call(OP.READ, [file.handle, Math.min(length, DATA_BYTES)]);
  if (count < 0) throw kernelError(count);
  const answer = state.client.answer();
  state.memory.bytes.set(answer.subarray(0, count), address);
  return count;
}

function writeFrom(state: ProcessState, file: Description, address: number, length: number, position?: number): number {
  if (file.kind !== "kernel") {
    const { bytes } = state.memory;
    return position === undefined ? file.write(bytes, address, length) : file.pwrite(bytes, address, length, position);
  }
  if (position !== undefined) throw new KernelError("ESPIPE");
  let sent = 0;
  do {
    const part = state.memory.bytes.subarray(address + sent, address + Math.min(length, sent + DATA_BYTES));
    const count = state.client.call(OP.WRITE, [file.handle], part);
    if (count < 0) {
      if (sent > 0) break;
      throw kernelError(count);
    }
    sent += count;
    if (count < part.length) break;
  } while (sent < length);
  return sent;
}

export function streamCalls(state: () => ProcessState): Record<string, (...args: never[]) => number> {
  const vectors = (
    fd: number,
    list: number,
    count: number,
    total: number,
    transfer: (state: ProcessState, file: Description, address: number, length: number, position?: number) => number,
    from?: number,
  ): number => {
    const current = state();
    try {
      const file = current.descriptors.get(fd);
      let moved = 0;
      for (let index = 0; index < count; index++) {
        const address = current.memory.int(list + index * 8) >>> 0;
        const length = current.memory.int(list + index * 8 + 4) >>> 0;
        if (length === 0) continue;
        const part = transfer(current, file, address, length, from === undefined ? undefined : from + moved);
        moved += part;
        if (part < length) break;
      }
      current.memory.setInt(total, moved);
      return 0;
    } catch (error) {
      if (error instanceof KernelError) return wasiErrno(error.errno);
      throw error;
    }
  };

  /** Nothing has to be written anywhere: bytes are where others see them at once. */
  const exists = (fd: number): number => {
    state().descriptors.get(fd);
    return 0;
  };

  const duplicate = (fd: number, from: number, closeOnExec: boolean) => {
    const { descriptors } = state();
    return descriptors.add(descriptors.get(fd).retain(), closeOnExec, from);
  };

  const fcntl = (fd: number, command: number, varargs: number): number => {
    const current = state();
    const { memory, descriptors } = current;
    const file = descriptors.get(fd);
    const argument = () => memory.int(varargs);
    switch (command) {
      case F.DUPFD:
        return duplicate(fd, argument(), false);
      case F.DUPFD_CLOEXEC:
        return duplicate(fd, argument(), true);
      case F.GETFD:
        return descriptors.closeOnExec(fd) ? FD_CLOEXEC : 0;
      case F.SETFD:
        descriptors.setCloseOnExec(fd, (argument() & FD_CLOEXEC) !== 0);
        return 0;
      case F.GETFL:
        return file.flags & ~(O.CREAT | O.EXCL | O.TRUNC | O.CLOEXEC);
      case F.SETFL: {
        file.flags = (file.flags & ~CHANGEABLE) | (argument() & CHANGEABLE);
        return file.kind === "kernel" ? wasiResult(current.client.call(OP.SETFLAGS, [file.handle, file.flags & CHANGEABLE])) : 0;
      }
      case F.GETLK:
      case F.SETLK:
      case F.SETLKW:
        return lock(current, file, command, argument());
      case F.SETOWN:
      case F.GETOWN:
        return 0;
      default:
        throw new KernelError("EINVAL");
    }
  };

  const poll = (list: number, count: number, timeout: number): number => {
    const current = state();
    const { memory, descriptors } = current;
    const asked: { readonly place: number; readonly file: KernelFile; readonly events: number }[] = [];
    let ready = 0;
    for (let index = 0; index < count; index++) {
      const place = list + index * 8;
      const fd = memory.int(place);
      const events = memory.short(place + 4);
      memory.setShort(place + 6, 0);
      if (fd < 0) continue;
      const file = descriptors.find(fd);
      const now = !file ? POLL.NVAL : file.kind === "kernel" ? 0 : events & (POLL.IN | POLL.OUT);
      memory.setShort(place + 6, now);
      if (now !== 0) ready++;
      if (file?.kind === "kernel") asked.push({ place, file, events });
    }
    if (asked.length === 0 && ready > 0) return ready;
    const pairs = Int32Array.from(asked.flatMap(({ file, events }) => [file.handle, events]));
    const result = current.client.call(OP.POLL, [ready > 0 ? 0 : timeout], new Uint8Array(pairs.buffer));
    if (result < 0) return wasiResult(result);
    const answer = current.client.answer();
    const revents = new Int32Array(answer.buffer, answer.byteOffset, answer.length >> 2);
    for (const [index, { place }] of asked.entries()) memory.setShort(place + 6, revents[index] ?? 0);
    return ready + asked.filter((_, index) => (revents[index] ?? 0) !== 0).length;
  };

  return {
    fd_read: (fd: number, list: number, count: number, total: number) => vectors(fd, list, count, total, readInto),
    fd_write: (fd: number, list: number, count: number, total: number) => vectors(fd, list, count, total, writeFrom),
    fd_pread: (fd: number, list: number, count: number, offset: bigint, total: number) =>
      vectors(fd, list, count, total, readInto, Number(offset)),
    fd_pwrite: (fd: number, list: number, count: number, offset: bigint, total: number) =>
      vectors(fd, list, count, total, writeFrom, Number(offset)),
    fd_close: (fd: number) =>
      wasi(() => {
        state().descriptors.close(fd);
        return 0;
      }),
    fd_seek: (fd: number, offset: bigint, whence: number, result: number) =>
      wasi(() => {
        const current = state();
        const file = current.descriptors.get(fd);
        const position =
          file.kind === "kernel" ? current.client.must(OP.SEEK, [file.handle, Number(offset), whence]) : file.seek(Number(offset), whence);
        current.memory.setLong(result, position);
        return 0;
      }),
    fd_sync: (fd: number) => wasi(() => exists(fd)),
    __syscall_fdatasync: (fd: number) => answered(() => exists(fd)),
    fd_fdstat_get: (fd: number, address: number) =>
      wasi(() => {
        const current = state();
        const file = current.descriptors.get(fd);
        const { kind } = file.stat();
        const isTerminal = file.kind === "kernel" && kind === "device" && current.client.call(OP.TTYNAME, [file.handle]) >= 0;
        current.memory.slice(address, 24).fill(0);
        current.memory.bytes[address] = isTerminal ? CHARACTER_DEVICE : kind === "device" ? 0 : FILE_TYPE[kind];
        return 0;
      }),
    __syscall_ftruncate64: (fd: number, size: bigint) =>
      answered(() => {
        const current = state();
        const file = current.descriptors.get(fd);
        if (file.kind === "kernel") return current.client.must(OP.FTRUNCATE, [file.handle, Number(size)]);
        file.truncate(Number(size));
        return 0;
      }),
    __syscall_fallocate: (fd: number, _mode: number, offset: bigint, length: bigint) =>
      answered(() => {
        const file = state().descriptors.get(fd);
        if (file.kind === "kernel") throw new KernelError("ENODEV");
        if (file.size < Number(offset + length)) file.truncate(Number(offset + length));
        return 0;
      }),
    __syscall_fadvise64: () => 0,
    __syscall_dup: (fd: number) => answered(() => duplicate(fd, 0, true)),
    __syscall_dup3: (from: number, to: number, flags: number) =>
      answered(() => {
        if (from === to) throw new KernelError("EINVAL");
        const { descriptors } = state();
        descriptors.set(to, descriptors.get(from).retain(), (flags & O.CLOEXEC) !== 0);
        return to;
      }),
    // Python's descriptors are not inherited (PEP 446); this build of it leaves that to the system.
    __syscall_pipe: (address: number) =>
      answered(() => {
        const current = state();
        current.client.must(OP.PIPE, [0]);
        const answer = current.client.answer();
        const [reader = -1, writer = -1] = new Int32Array(answer.buffer, answer.byteOffset, 2);
        current.memory.setInt(address, current.descriptors.add(current.kernelFile(reader, O.RDONLY), true));
        current.memory.setInt(address + 4, current.descriptors.add(current.kernelFile(writer, O.WRONLY), true));
        return 0;
      }),
    __syscall_fcntl64: (fd: number, command: number, varargs: number) => answered(() => fcntl(fd, command, varargs)),
    __syscall_poll: (list: number, count: number, timeout: number) => answered(() => poll(list, count, timeout)),
  };
}

/** fcntl(2) record locks; only files have them here. */
function lock(state: ProcessState, file: Description, command: number, address: number): number {
  if (file.kind === "kernel") throw new KernelError("EINVAL");
  const { memory } = state;
  const type = memory.short(address);
  const whence = memory.short(address + 2);
  const base = whence === SEEK_SET ? 0 : whence === 1 ? file.position : file.size;
  const request = { type, start: base + memory.long(address + 8), length: memory.long(address + 16) };
  if (command !== F.GETLK) {
    file.setLock(request, command === F.SETLKW);
    return 0;
  }
  const found = file.getLock(request);
  memory.setShort(address, found.type);
  if (found.type !== 2) {
    memory.setShort(address + 2, SEEK_SET);
    memory.setLong(address + 8, found.start);
    memory.setLong(address + 16, found.length);
    memory.setInt(address + 24, found.pid);
  }
  return 0;
}
