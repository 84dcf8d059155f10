/** The interpreter's memory, whose buffer changes when it grows. All numbers are little-endian; addresses are unsigned. */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class Memory {
  private readonly memory: WebAssembly.Memory;
  private view: DataView;
  private all: Uint8Array<ArrayBuffer>;

  /** `grown` is told the size, at first and whenever it is another. */
  constructor(
    memory: WebAssembly.Memory,
    private readonly grown: (bytes: number) => void = () => {},
  ) {
    grown(memory.buffer.byteLength);
    this.memory = memory;
    this.all = new Uint8Array(memory.buffer as ArrayBuffer);
    this.view = new DataView(memory.buffer);
  }

  /** What libraries are linked with. */
  get whole(): WebAssembly.Memory {
    return this.memory;
  }

  private refresh(): void {
    if (this.all.buffer === this.memory.buffer) return;
    this.all = new Uint8Array(this.memory.buffer as ArrayBuffer);
    this.view = new DataView(this.memory.buffer);
    this.grown(this.memory.buffer.byteLength);
  }

  /** Everything; not to be kept over a call into the interpreter. */
  get bytes(): Uint8Array<ArrayBuffer> {
    this.refresh();
    return this.all;
  }

  get data(): DataView {
    this.refresh();
    return this.view;
  }

  slice(address: number, length: number): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(address >>> 0, (address >>> 0) + length);
  }

  int(address: number): number {
    return this.data.getInt32(address >>> 0, true);
  }

  setInt(address: number, value: number): void {
    this.data.setInt32(address >>> 0, value, true);
  }

  short(address: number): number {
    return this.data.getInt16(address >>> 0, true);
  }

  setShort(address: number, value: number): void {
    this.data.setInt16(address >>> 0, value, true);
  }

  long(address: number): number {
    return Number(this.data.getBigInt64(address >>> 0, true));
  }

  setLong(address: number, value: number): void {
    this.data.setBigInt64(address >>> 0, BigInt(Math.trunc(value)), true);
  }

  /** A text that ends in NUL. Names that are no UTF-8 can't be told apart here. */
  text(address: number): string {
    const { bytes } = this;
    const start = address >>> 0;
    return decoder.decode(bytes.subarray(start, bytes.indexOf(0, start)));
  }

  /** Texts of an array of addresses that ends in NULL. */
  texts(address: number): string[] {
    const found: string[] = [];
    for (let at = address; this.int(at) !== 0; at += 4) found.push(this.text(this.int(at)));
    return found;
  }

  /** Writes a text with its NUL, cut to `room` bytes. */
  setText(address: number, text: string, room: number): void {
    const bytes = encoder.encode(text).subarray(0, room - 1);
    this.bytes.set(bytes, address >>> 0);
    this.bytes[(address >>> 0) + bytes.length] = 0;
  }
}
