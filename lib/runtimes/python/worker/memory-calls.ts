/** mmap(2) of files: a copy of the part that is mapped; what a shared mapping changed is written back by msync and munmap. */

import { KernelError } from "../../../kernel/errno.ts";
import type { LocalFile } from "../../../kernel/files/client-files.ts";
import { answered } from "./error-numbers.ts";
import type { ProcessState } from "./process-state.ts";

const PAGE = 65536;
const MAP_SHARED = 1;
const PROT_WRITE = 2;

export function memoryCalls(state: () => ProcessState, allocateAligned: (alignment: number, size: number) => number) {
  const file = (fd: number): LocalFile => {
    const found = state().descriptors.get(fd);
    if (found.kind !== "file") throw new KernelError("ENODEV");
    return found;
  };
  const writeBack = (address: number, length: number, flags: number, fd: number, offset: number) => {
    if ((flags & MAP_SHARED) === 0) return;
    const target = file(fd);
    const inside = Math.min(length, target.size - offset);
    if (inside > 0) target.pwrite(state().memory.bytes, address >>> 0, inside, offset);
  };
  return {
    // No library can be loaded, and no symbol of the interpreter looked up by name: that would be a way past its own checks.
    _dlopen_js: () => 0,
    _emscripten_dlopen_js: () => 0,
    _dlsym_js: () => 0,
    _mmap_js: (length: number, _protection: number, _flags: number, fd: number, offset: bigint, allocated: number, out: number) =>
      answered(() => {
        const source = file(fd);
        const size = Math.ceil((length >>> 0) / PAGE) * PAGE;
        const address = allocateAligned(PAGE, size);
        if (address === 0) throw new KernelError("ENOMEM");
        const { memory } = state();
        memory.slice(address, size).fill(0);
        source.pread(memory.bytes, address, length >>> 0, Number(offset));
        memory.setInt(allocated, 1);
        memory.setInt(out, address);
        return 0;
      }),
    _msync_js: (address: number, length: number, _protection: number, flags: number, fd: number, offset: bigint) =>
      answered(() => {
        writeBack(address, length >>> 0, flags, fd, Number(offset));
        return 0;
      }),
    _munmap_js: (address: number, length: number, protection: number, flags: number, fd: number, offset: bigint) =>
      answered(() => {
        if ((protection & PROT_WRITE) !== 0) writeBack(address, length >>> 0, flags, fd, Number(offset));
        return 0;
      }),
  };
}
