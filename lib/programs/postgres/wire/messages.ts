/** Messages of PostgreSQL's protocol 3.0 as bytes (PostgreSQL 18 documentation, 54.7 Message Formats): what a client sends, what it gets. */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The protocol's number: 3.0. */
const PROTOCOL = 196608;
const SSL_REQUEST = 80877103;
const CANCEL_REQUEST = 80877102;

type Part = number | string | Uint8Array | { readonly int16: number } | { readonly int32: number };

/** A string is null-terminated, a number is one byte. */
function bytesOf(parts: readonly Part[]): Uint8Array {
  const pieces = parts.map((part) => {
    if (typeof part === "number") return Uint8Array.of(part);
    if (typeof part === "string") return encoder.encode(`${part}\0`);
    if (part instanceof Uint8Array) return part;
    const view = new DataView(new ArrayBuffer("int16" in part ? 2 : 4));
    if ("int16" in part) view.setInt16(0, part.int16);
    else view.setInt32(0, part.int32);
    return new Uint8Array(view.buffer);
  });
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** A message with its type and length; without a type for those that begin a connection. */
export function message(type: string, ...parts: readonly Part[]): Uint8Array {
  const body = bytesOf(parts);
  const out = new Uint8Array(body.length + 4 + type.length);
  if (type !== "") out[0] = type.charCodeAt(0);
  new DataView(out.buffer).setInt32(type.length, body.length + 4);
  out.set(body, 4 + type.length);
  return out;
}

export const frontend = {
  sslRequest: () => message("", { int32: SSL_REQUEST }),
  cancelRequest: (pid: number, secret: Uint8Array) => message("", { int32: CANCEL_REQUEST }, { int32: pid }, secret),
  startup: (parameters: Readonly<Record<string, string>>) => message("", { int32: PROTOCOL }, ...Object.entries(parameters).flat(), 0),
  password: (text: string) => message("p", text),
  saslInitial: (mechanism: string, response: string) => {
    const bytes = encoder.encode(response);
    return message("p", mechanism, { int32: bytes.length }, bytes);
  },
  saslResponse: (response: string) => message("p", encoder.encode(response)),
  query: (sql: string) => message("Q", sql),
  parse: (name: string, sql: string) => message("P", name, sql, { int16: 0 }),
  /** All parameters and results as text. */
  bind: (portal: string, statement: string, values: readonly (string | null)[]) =>
    message(
      "B",
      portal,
      statement,
      { int16: 0 },
      { int16: values.length },
      ...values.flatMap((value): Part[] => {
        if (value === null) return [{ int32: -1 }];
        const bytes = encoder.encode(value);
        return [{ int32: bytes.length }, bytes];
      }),
      { int16: 0 },
    ),
  describe: (what: "S" | "P", name: string) => message("D", what.charCodeAt(0), name),
  execute: (portal: string, mostRows = 0) => message("E", portal, { int32: mostRows }),
  close: (what: "S" | "P", name: string) => message("C", what.charCodeAt(0), name),
  sync: () => message("S"),
  flush: () => message("H"),
  copyData: (data: Uint8Array) => message("d", data),
  copyDone: () => message("c"),
  copyFail: (reason: string) => message("f", reason),
  terminate: () => message("X"),
} as const;

/** A message from the server: its type and what follows the length. */
export interface Frame {
  readonly type: string;
  readonly body: Uint8Array;
}

/** Reads the parts of a message's body one after another. */
export class BodyReader {
  #at = 0;
  readonly #view: DataView;

  constructor(private readonly body: Uint8Array) {
    this.#view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  }

  get left(): number {
    return this.body.length - this.#at;
  }

  byte(): number {
    return this.#view.getUint8(this.#at++);
  }

  int16(): number {
    this.#at += 2;
    return this.#view.getInt16(this.#at - 2);
  }

  int32(): number {
    this.#at += 4;
    return this.#view.getInt32(this.#at - 4);
  }

  uint32(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4);
  }

  bytes(count: number): Uint8Array {
    this.#at += count;
    return this.body.subarray(this.#at - count, this.#at);
  }

  rest(): Uint8Array {
    return this.bytes(this.left);
  }

  /** Up to the null byte. */
  string(): string {
    const end = this.body.indexOf(0, this.#at);
    const text = decoder.decode(this.body.subarray(this.#at, end < 0 ? undefined : end));
    this.#at = end < 0 ? this.body.length : end + 1;
    return text;
  }
}

/** The fields of an ErrorResponse or NoticeResponse (54.8), by their letters: S severity, C code, M message, D detail, H hint, P position… */
export type Fields = Readonly<Record<string, string>>;

export function parseFields(body: Uint8Array): Fields {
  const reader = new BodyReader(body);
  const fields: Record<string, string> = {};
  while (reader.left > 0) {
    const letter = reader.byte();
    if (letter === 0) break;
    fields[String.fromCharCode(letter)] = reader.string();
  }
  return fields;
}

export interface Column {
  readonly name: string;
  readonly tableOid: number;
  readonly columnNumber: number;
  readonly typeOid: number;
  readonly typeSize: number;
  readonly typeModifier: number;
}

export function parseRowDescription(body: Uint8Array): Column[] {
  const reader = new BodyReader(body);
  const count = reader.int16();
  return Array.from({ length: count }, () => {
    const name = reader.string();
    const tableOid = reader.uint32();
    const columnNumber = reader.int16();
    const typeOid = reader.uint32();
    const typeSize = reader.int16();
    const typeModifier = reader.int32();
    reader.int16();
    return { name, tableOid, columnNumber, typeOid, typeSize, typeModifier };
  });
}

/** A row of values as text; null for SQL's NULL. */
export type Row = readonly (string | null)[];

export function parseDataRow(body: Uint8Array): Row {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const count = view.getInt16(0);
  const row: (string | null)[] = new Array(count);
  let at = 2;
  for (let index = 0; index < count; index++) {
    const length = view.getInt32(at);
    at += 4;
    if (length < 0) {
      row[index] = null;
      continue;
    }
    row[index] = textOf(body, at, at + length);
    at += length;
  }
  return row;
}

/** Short values that are ASCII are made without the decoder, which is slow to call. */
function textOf(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > 24) return decoder.decode(bytes.subarray(start, end));
  let text = "";
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x80) return decoder.decode(bytes.subarray(start, end));
    text += String.fromCharCode(byte);
  }
  return text;
}

/** An answer to the startup packet that claims another length is none of protocol 3.0 (PQconnectPoll of libpq). */
const LEAST_ERROR = 8;
const MOST_ERROR = 30_000;

/** Cuts a stream of bytes into messages. */
export class FrameReader {
  #buffer = new Uint8Array(0);
  #start = 0;

  push(bytes: Uint8Array): void {
    const left = this.#buffer.length - this.#start;
    if (left === 0) this.#buffer = bytes.slice();
    else {
      const joined = new Uint8Array(left + bytes.length);
      joined.set(this.#buffer.subarray(this.#start));
      joined.set(bytes, left);
      this.#buffer = joined;
    }
    this.#start = 0;
  }

  /** The next whole message, if there is one. */
  next(): Frame | undefined {
    const left = this.#buffer.length - this.#start;
    if (left < 5) return undefined;
    const view = new DataView(this.#buffer.buffer, this.#buffer.byteOffset + this.#start, left);
    const length = view.getInt32(1);
    if (left < length + 1) return undefined;
    const type = String.fromCharCode(view.getUint8(0));
    const body = this.#buffer.subarray(this.#start + 5, this.#start + 1 + length);
    this.#start += length + 1;
    return { type, body };
  }

  /** What a server says that could not even fork: an error of the protocol before 3.0, a text without a length (libpq takes both as an answer). */
  get errorOfOld(): string | undefined {
    const bytes = this.#buffer.subarray(this.#start);
    if (bytes[0] !== 69 || bytes.length < 5) return undefined;
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
    if (length >= LEAST_ERROR && length <= MOST_ERROR) return undefined;
    const end = bytes.indexOf(0);
    return decoder.decode(bytes.subarray(1, end < 0 ? undefined : end)).trimEnd();
  }
}
