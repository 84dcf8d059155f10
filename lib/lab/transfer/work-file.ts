import type { ProgressRecord } from "../../progress/record.ts";
import type { SavedLab } from "../saving/saved-lab.ts";
import { WorkFileError, workSchema } from "./schema.ts";

/** Everything that a browser keeps of a learner's work, to be taken to another one. */
export interface Work {
  readonly exportedAtMs: number;
  readonly progress: ProgressRecord;
  readonly labs: readonly StoredLab[];
}

/** A lab as it was saved, with the bytes of its files by their keys. */
export interface StoredLab {
  readonly saved: SavedLab;
  readonly bytes: ReadonlyMap<string, Uint8Array>;
}

/** So long may a file be, and so long what it unfolds to: more than the labs of all courses together need. */
export const LONGEST_FILE = 200_000_000;
const LONGEST_TEXT = 400_000_000;

/** The file: JSON of format "slipway-work", compressed with gzip (RFC 1952). */
export async function packWork({ exportedAtMs, progress, labs }: Work): Promise<Blob> {
  const head = JSON.stringify({ format: "slipway-work", formatVersion: 1, exportedAtMs, progress }).slice(0, -1);
  const parts: string[] = [`${head},"labs":[`];
  for (const [index, { saved, bytes }] of labs.entries()) {
    parts.push(index === 0 ? "" : ",", '{"saved":', JSON.stringify(saved, withBytes), ',"bytes":{');
    let first = true;
    for (const [key, content] of bytes) {
      parts.push(`${first ? "" : ","}${JSON.stringify(key)}:"${toBase64(content)}"`);
      first = false;
    }
    parts.push("}}");
  }
  parts.push("]}\n");
  const packed = new Blob(parts).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(packed).blob();
}

/** Reads such a file, or the JSON inside of one; `most`: characters that it may unfold to. Throws WorkFileError. */
export async function unpackWork(file: Blob, most = LONGEST_TEXT): Promise<Work> {
  if (file.size > LONGEST_FILE)
    throw new WorkFileError(`This file is too long (${Math.round(file.size / 1e6)} MB) to be an export of Slipway.`);
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isPacked = start[0] === 0x1f && start[1] === 0x8b;
  return readWork(isPacked ? await unfolded(file, most) : await file.text());
}

/** Reads the JSON of an export. Throws WorkFileError. */
export function readWork(text: string): Work {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new WorkFileError("This is no export of Slipway, or a part of it is missing: it holds no JSON.");
  }
  if (typeof value !== "object" || value === null || !("format" in value) || value.format !== "slipway-work") {
    throw new WorkFileError("This is no export of Slipway's progress and labs.");
  }
  if ("formatVersion" in value && value.formatVersion !== 1) {
    throw new WorkFileError(
      `This export was written by another version of Slipway (format ${String(value.formatVersion).slice(0, 20)}; this one reads format 1).`,
    );
  }
  const read = workSchema.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new WorkFileError(`This export is damaged: ${issue?.path.slice(0, 6).join(".") ?? ""}: ${issue?.message ?? "not understood"}.`);
  }
  const { exportedAtMs, progress, labs } = read.data;
  return {
    exportedAtMs,
    progress,
    labs: labs.map(({ saved, bytes }) => ({ saved, bytes: new Map(Object.entries(bytes).map(([key, text]) => [key, fromBase64(text)])) })),
  };
}

/** A small file may unfold to one without end: it is read as far as an export can be long. */
async function unfolded(file: Blob, most: number): Promise<string> {
  const reader = file.stream().pipeThrough(new DecompressionStream("gzip")).pipeThrough(new TextDecoderStream()).getReader();
  const parts: string[] = [];
  let length = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length;
      if (length > most) {
        await reader.cancel();
        throw new WorkFileError("This file unfolds to more than an export of Slipway can hold.");
      }
      parts.push(next.value);
    }
  } catch (error) {
    if (error instanceof WorkFileError) throw error;
    throw new WorkFileError("This file is damaged: it can't be unfolded (gzip).");
  }
  return parts.join("");
}

/** Bytes stand in JSON as base64, under a name that no field has. */
function withBytes(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { $base64: toBase64(value) } : value;
}

function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  // A multiple of three, so that the parts can be put together.
  for (let at = 0; at < bytes.length; at += 24_576) parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + 24_576))));
  return parts.join("");
}

export function fromBase64(text: string): Uint8Array {
  const plain = atob(text);
  const bytes = new Uint8Array(plain.length);
  for (let at = 0; at < plain.length; at++) bytes[at] = plain.charCodeAt(at);
  return bytes;
}
