/**
 * Just enough of the WebAssembly binary format (https://webassembly.github.io/spec/core/binary/) to find a function by the name it is
 * exported under and to give it another body.
 */

const SECTION = { TYPE: 1, IMPORT: 2, FUNCTION: 3, EXPORT: 7, CODE: 10 } as const;
const EXTERNAL = { FUNCTION: 0, TABLE: 1, MEMORY: 2, GLOBAL: 3, TAG: 4 } as const;

class Reader {
  at = 0;
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }
  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new Error("WebAssembly file ends too early");
    return value;
  }
  u32(): number {
    let result = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      result += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return result;
    }
  }
  name(): string {
    const length = this.u32();
    const text = new TextDecoder().decode(this.bytes.subarray(this.at, this.at + length));
    this.at += length;
    return text;
  }
  limits(): void {
    const flags = this.byte();
    this.u32();
    if (flags & 1) this.u32();
  }
}

/** An unsigned number as LEB128. */
export function unsigned(value: number): number[] {
  const out: number[] = [];
  do {
    const byte = value % 128;
    value = Math.floor(value / 128);
    out.push(value > 0 ? byte | 0x80 : byte);
  } while (value > 0);
  return out;
}

/** A signed 32-bit number as LEB128. */
export function signed(value: number): number[] {
  const out: number[] = [];
  let rest = value | 0;
  for (;;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0)) {
      out.push(byte);
      return out;
    }
    out.push(byte | 0x80);
  }
}

interface Section {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

/** A module whose function bodies can be replaced. Throws when a name is not there: then it is another build of the interpreter. */
export class WasmBinary {
  private readonly bytes: Uint8Array;
  private readonly sections: Section[] = [];
  private readonly imports = new Map<string, number>();
  private readonly exports = new Map<string, number>();
  private readonly bodies: { start: number; end: number }[] = [];
  private readonly types: { params: number[]; results: number[] }[] = [];
  private readonly functionTypes: number[] = [];
  private readonly replaced = new Map<number, Uint8Array>();
  private readonly added: { readonly name: string; readonly index: number }[] = [];

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    const reader = new Reader(bytes, 8);
    while (reader.at < bytes.length) {
      const id = reader.byte();
      const size = reader.u32();
      this.sections.push({ id, start: reader.at, end: reader.at + size });
      reader.at += size;
    }
    this.readTypes();
    this.readImports();
    this.each(SECTION.FUNCTION, (r) => this.functionTypes.push(r.u32()));
    this.each(SECTION.EXPORT, (r) => {
      const name = r.name();
      const kind = r.byte();
      const index = r.u32();
      if (kind === EXTERNAL.FUNCTION) this.exports.set(name, index);
    });
    this.each(SECTION.CODE, (r) => {
      const size = r.u32();
      this.bodies.push({ start: r.at, end: r.at + size });
      r.at += size;
    });
  }

  /** Index of an imported function. */
  importIndex(name: string): number {
    const index = this.imports.get(name);
    if (index === undefined) throw new Error(`the interpreter imports no function called ${name}`);
    return index;
  }

  exportIndex(name: string): number {
    const index = this.exports.get(name);
    if (index === undefined) throw new Error(`the interpreter exports no function called ${name}`);
    return index;
  }

  parametersOf(name: string): { params: readonly number[]; results: readonly number[] } {
    const type = this.types[this.functionTypes[this.exportIndex(name) - this.imports.size] ?? -1];
    if (!type) throw new Error(`the function ${name} has no type`);
    return type;
  }

  /** Locals and instructions of an exported function, without its size. */
  bodyOf(name: string): Uint8Array {
    const position = this.exportIndex(name) - this.imports.size;
    const body = this.bodies[position];
    if (!body) throw new Error(`${name} is no function of the interpreter itself`);
    return this.replaced.get(position) ?? this.bytes.subarray(body.start, body.end);
  }

  replace(name: string, body: Uint8Array): void {
    this.replaced.set(this.exportIndex(name) - this.imports.size, body);
  }

  /** The same of a function by its number, imported ones counted. */
  bodyAt(index: number): Uint8Array {
    const position = index - this.imports.size;
    const body = this.bodies[position];
    if (!body) throw new Error(`there is no function ${index}`);
    return this.replaced.get(position) ?? this.bytes.subarray(body.start, body.end);
  }

  /** Adds a local of type i32 to a function's body; gives its number. */
  addLocal(index: number): number {
    const body = this.bodyAt(index);
    const r = new Reader(body);
    const groups = r.u32();
    const start = r.at;
    let number = this.types[this.functionTypes[index - this.imports.size] ?? -1]?.params.length ?? 0;
    for (let group = 0; group < groups; group++) {
      number += r.u32();
      r.byte();
    }
    const local = Uint8Array.from([1, 0x7f]);
    this.replaceAt(index, concat([Uint8Array.from(unsigned(groups + 1)), body.subarray(start, r.at), local, body.subarray(r.at)]));
    return number;
  }

  /** Replaces these bytes in all functions; returns how often. */
  substituteEverywhere(pattern: readonly number[], replacement: readonly number[]): number {
    let count = 0;
    for (let position = 0; position < this.bodies.length; position++) {
      const index = position + this.imports.size;
      const body = this.bodyAt(index);
      const parts: Uint8Array[] = [];
      let from = 0;
      const [first = 0] = pattern;
      for (let at = body.indexOf(first); at >= 0; at = body.indexOf(first, at + 1)) {
        if (at < from || !pattern.every((byte, offset) => body[at + offset] === byte)) continue;
        parts.push(body.subarray(from, at), Uint8Array.from(replacement));
        from = at + pattern.length;
        count++;
      }
      if (from > 0) this.replaceAt(index, concat([...parts, body.subarray(from)]));
    }
    return count;
  }

  replaceAt(index: number, body: Uint8Array): void {
    this.replaced.set(index - this.imports.size, body);
  }

  /** Makes a function reachable by a name that no export has yet. */
  addExport(name: string, index: number): void {
    this.added.push({ name, index });
  }

  /** The export section with those that were added. */
  private writeExports(section: Section): Uint8Array {
    const r = new Reader(this.bytes, section.start);
    const count = r.u32();
    const parts = this.added.map(({ name, index }) => {
      const text = new TextEncoder().encode(name);
      return Uint8Array.from([...unsigned(text.length), ...text, EXTERNAL.FUNCTION, ...unsigned(index)]);
    });
    return concat([Uint8Array.from(unsigned(count + parts.length)), this.bytes.subarray(r.at, section.end), ...parts]);
  }

  /** The module with the replaced bodies. */
  write(): Uint8Array {
    const exported = this.sections.find((section) => section.id === SECTION.EXPORT);
    const code = this.sections.find((section) => section.id === SECTION.CODE);
    if (!code) throw new Error("the interpreter has no code");
    if (exported !== undefined && this.added.length > 0) {
      const bytes = this.writeExports(exported);
      const start = exported.start - unsignedLengthBefore(this.bytes, exported.start);
      const before = concat([this.bytes.subarray(0, start), Uint8Array.from(unsigned(bytes.length)), bytes]);
      const other = new WasmBinary(concat([before, this.bytes.subarray(exported.end)]));
      for (const [position, body] of this.replaced) other.replaced.set(position, body);
      return other.write();
    }
    const parts: Uint8Array[] = [Uint8Array.from(unsigned(this.bodies.length))];
    this.bodies.forEach((body, index) => {
      const bytes = this.replaced.get(index) ?? this.bytes.subarray(body.start, body.end);
      parts.push(Uint8Array.from(unsigned(bytes.length)), bytes);
    });
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const sizeStart = code.start - unsignedLengthBefore(this.bytes, code.start);
    return concat([this.bytes.subarray(0, sizeStart), Uint8Array.from(unsigned(length)), ...parts, this.bytes.subarray(code.end)]);
  }

  private readTypes(): void {
    const section = this.sections.find((candidate) => candidate.id === SECTION.TYPE);
    if (!section) return;
    const r = new Reader(this.bytes, section.start);
    const count = r.u32();
    for (let i = 0; i < count; i++) {
      const form = r.byte();
      // Only plain function types are understood; the interpreter has no others before its last one.
      if (form !== 0x60) throw new Error(`type ${i} of the interpreter is no function type (0x${form.toString(16)})`);
      const list = () => Array.from({ length: r.u32() }, () => r.byte());
      this.types.push({ params: list(), results: list() });
    }
  }

  private readImports(): void {
    this.each(SECTION.IMPORT, (r) => {
      r.name();
      const name = r.name();
      const kind = r.byte();
      if (kind === EXTERNAL.FUNCTION) {
        r.u32();
        this.imports.set(name, this.imports.size);
      } else if (kind === EXTERNAL.TABLE) {
        r.byte();
        r.limits();
      } else if (kind === EXTERNAL.MEMORY) r.limits();
      else if (kind === EXTERNAL.GLOBAL) r.at += 2;
      else {
        r.byte();
        r.u32();
      }
    });
  }

  private each(id: number, visit: (reader: Reader) => void): void {
    const section = this.sections.find((candidate) => candidate.id === id);
    if (!section) return;
    const reader = new Reader(this.bytes, section.start);
    for (let left = reader.u32(); left > 0; left--) visit(reader);
  }
}

/** Where the instructions of a function's body begin. */
export function afterLocals(body: Uint8Array): number {
  const r = new Reader(body);
  for (let groups = r.u32(); groups > 0; groups--) {
    r.u32();
    r.byte();
  }
  return r.at;
}

/** How many bytes the size of a section takes that stands right before `at`. */
function unsignedLengthBefore(bytes: Uint8Array, at: number): number {
  let length = 1;
  while (length < 5 && ((bytes[at - length - 1] ?? 0) & 0x80) !== 0) length++;
  return length;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
