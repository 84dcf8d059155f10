/** Reading and writing the bytes of regular files in shared memory; used by the kernel and by process workers alike. */

import { type FileMemory, INODE } from "./shared-memory.ts";

/** Position that means "at the end, whatever it is by then" (O_APPEND). */
export const AT_END = -1;

/** Asks for room for a file of `size` bytes, private to it; throws KernelError (ENOSPC, EFBIG). */
export type Grow = (ino: number, size: number) => void;

/**
 * Copies up to `length` bytes from `position` on into `target` at `offset`; returns how many there were. What is copied was the file's
 * contents at one moment as far as moves go; a writer at work meanwhile may be seen in part, as with read(2).
 */
export function readAt(memory: FileMemory, ino: number, target: Uint8Array, offset: number, length: number, position: number): number {
  const base = memory.base(ino);
  for (;;) {
    const words = memory.words;
    const before = Atomics.load(words, base + INODE.SEQ);
    if ((before & 1) === 1) continue;
    const count = Math.max(0, Math.min(length, Atomics.load(words, base + INODE.SIZE) - position));
    const start = Atomics.load(words, base + INODE.OFFSET) + position;
    if (count > 0) {
      const data = memory.data(start + count);
      // The bytes were moved and the size read belongs to another place: look again.
      if (start + count > data.length) continue;
      target.set(data.subarray(start, start + count), offset);
    }
    if (Atomics.load(words, base + INODE.SEQ) === before) return count;
  }
}

/** A private copy of the whole file. */
export function readAll(memory: FileMemory, ino: number): Uint8Array<ArrayBuffer> {
  for (;;) {
    const size = memory.get(ino, INODE.SIZE);
    const bytes = new Uint8Array(size);
    const count = readAt(memory, ino, bytes, 0, size, 0);
    if (count === size && memory.get(ino, INODE.SIZE) === size) return bytes;
  }
}

/** Writes and returns the position after the last byte. A hole before `position` reads as zeros. */
export function writeAt(
  memory: FileMemory,
  ino: number,
  source: Uint8Array,
  offset: number,
  length: number,
  position: number,
  holder: number,
  grow: Grow,
): number {
  const base = memory.base(ino);
  if (length === 0) return position === AT_END ? memory.get(ino, INODE.SIZE) : position;
  for (;;) {
    memory.lock(ino, holder);
    const words = memory.words;
    const size = Atomics.load(words, base + INODE.SIZE);
    const start = position === AT_END ? size : position;
    const end = start + length;
    if (end > Atomics.load(words, base + INODE.CAPACITY)) {
      memory.unlock(ino);
      grow(ino, end);
      continue;
    }
    const place = Atomics.load(words, base + INODE.OFFSET);
    const data = memory.data(place + end);
    if (start > size) data.fill(0, place + size, place + start);
    data.set(length === source.length ? source : source.subarray(offset, offset + length), place + start);
    if (end > size) Atomics.store(words, base + INODE.SIZE, end);
    const now = memory.now();
    memory.setTime(ino, INODE.MTIME, now);
    memory.setTime(ino, INODE.CTIME, now);
    memory.changed(ino, true);
    memory.unlock(ino);
    return end;
  }
}

/** Bytes of capacity that a file may keep when it is cut short; more goes back to the kernel. */
const KEPT = 64 * 1024;

/** Sets the size where that needs no call: inside the file's own capacity. False: the kernel must do it. */
export function truncateInPlace(memory: FileMemory, ino: number, size: number, holder: number): boolean {
  const base = memory.base(ino);
  memory.lock(ino, holder);
  const words = memory.words;
  const before = Atomics.load(words, base + INODE.SIZE);
  const capacity = Atomics.load(words, base + INODE.CAPACITY);
  const inPlace = size <= capacity && (capacity <= KEPT || size * 4 >= capacity);
  if (inPlace) {
    const place = Atomics.load(words, base + INODE.OFFSET);
    if (size > before) memory.data(place + size).fill(0, place + before, place + size);
    Atomics.store(words, base + INODE.SIZE, size);
    const now = memory.now();
    memory.setTime(ino, INODE.MTIME, now);
    memory.setTime(ino, INODE.CTIME, now);
    memory.changed(ino, true);
  }
  memory.unlock(ino);
  return inPlace;
}
