/** gzip by the platform's own streams (RFC 1952). */
import { concat } from "../core/io.ts";

/** The data is no gzip stream, or is cut short. */
export class BadGzip extends Error {}

async function through(data: Uint8Array, transform: GenericTransformStream): Promise<Uint8Array> {
  const writer: WritableStreamDefaultWriter<Uint8Array> = transform.writable.getWriter();
  const reader: ReadableStreamDefaultReader<Uint8Array> = transform.readable.getReader();
  const written = (async () => {
    await writer.write(data);
    await writer.close();
  })();
  // A broken stream fails on both sides; the reader's error is the one to report.
  written.catch(() => {});
  const parts: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
  }
  await written;
  return concat(parts);
}

interface GenericTransformStream {
  readonly readable: ReadableStream;
  readonly writable: WritableStream;
}

export function isGzip(data: Uint8Array): boolean {
  return data[0] === 0x1f && data[1] === 0x8b;
}

/** Compresses; the header carries the name and time when given. */
export async function gzip(data: Uint8Array, name?: string, mtimeMs?: number): Promise<Uint8Array> {
  const packed = await through(data, new CompressionStream("gzip"));
  const time = Math.floor((mtimeMs ?? 0) / 1000);
  const header = new Uint8Array([
    0x1f,
    0x8b,
    8,
    name === undefined ? 0 : 8,
    time & 255,
    (time >> 8) & 255,
    (time >> 16) & 255,
    (time >>> 24) & 255,
    0,
    3,
  ]);
  const label = name === undefined ? new Uint8Array() : new Uint8Array([...new TextEncoder().encode(name), 0]);
  return concat([header, label, packed.subarray(10)]);
}

/** Throws BadGzip. */
export async function gunzip(data: Uint8Array): Promise<Uint8Array> {
  if (!isGzip(data)) throw new BadGzip("not in gzip format");
  try {
    return await through(data, new DecompressionStream("gzip"));
  } catch (error) {
    throw new BadGzip(/trailing|extra/i.test(String(error)) ? "decompression OK, trailing garbage ignored" : "unexpected end of file");
  }
}

export async function deflateRaw(data: Uint8Array): Promise<Uint8Array> {
  return through(data, new CompressionStream("deflate-raw"));
}

export async function inflateRaw(data: Uint8Array): Promise<Uint8Array> {
  return through(data, new DecompressionStream("deflate-raw"));
}
