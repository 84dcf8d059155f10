/** A bounded queue of bytes: what pipes, sockets and terminals keep between writer and reader. */
export class ByteQueue {
  readonly capacity: number;
  #chunks: Uint8Array[] = [];
  #head = 0;
  #length = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get length(): number {
    return this.#length;
  }

  get free(): number {
    return Math.max(0, this.capacity - this.#length);
  }

  /** Takes as many bytes as fit (a copy) and returns their number. */
  push(bytes: Uint8Array): number {
    const count = Math.min(bytes.length, this.free);
    if (count === 0) return 0;
    this.#append(bytes.slice(0, count));
    return count;
  }

  /** Takes all bytes whatever the capacity. */
  pushAll(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#append(bytes.slice());
  }

  #append(chunk: Uint8Array): void {
    const last = this.#chunks.length - 1;
    const previous = this.#chunks[last];
    // Small pieces are joined, so that a program that writes byte by byte does not make its reader do the same.
    if (previous !== undefined && last > this.#head && previous.length + chunk.length <= 4096) {
      const joined = new Uint8Array(previous.length + chunk.length);
      joined.set(previous);
      joined.set(chunk, previous.length);
      this.#chunks[last] = joined;
    } else this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** Up to `max` bytes, fewer when there are fewer. */
  take(max: number): Uint8Array {
    const size = Math.min(max, this.#length);
    const first = this.#chunks[this.#head];
    if (size === 0 || first === undefined) return new Uint8Array(0);
    if (first.length === size) {
      this.#drop();
      this.#length -= size;
      return first;
    }
    const result = new Uint8Array(size);
    let at = 0;
    while (at < size) {
      const chunk = this.#chunks[this.#head];
      if (chunk === undefined) break;
      const part = chunk.subarray(0, size - at);
      result.set(part, at);
      at += part.length;
      if (part.length === chunk.length) this.#drop();
      else this.#chunks[this.#head] = chunk.subarray(part.length);
    }
    this.#length -= size;
    return result;
  }

  #drop(): void {
    this.#head++;
    if (this.#head > 64 && this.#head * 2 > this.#chunks.length) {
      this.#chunks = this.#chunks.slice(this.#head);
      this.#head = 0;
    }
  }

  clear(): void {
    this.#chunks = [];
    this.#head = 0;
    this.#length = 0;
  }
}
