/** What a request carries: unwrapped from its chunks, and held against the checksums that came with it. */
import { crc32 } from "../../../programs/archive/zip-format.ts";
import { md5, sha1, sha256 } from "../../../programs/core/hash.ts";
import { concat, decode } from "../../../programs/core/io.ts";
import type { SiteRequest } from "../http-service.ts";
import { notModeled, StorageError } from "./errors.ts";

/** "x-amz-checksum-crc32" and its value: kept with the object, and told with it. */
export interface Checksum {
  readonly header: string;
  readonly value: string;
}

export interface Payload {
  readonly bytes: Uint8Array;
  readonly checksum?: Checksum;
}

const hexBytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));

/** Checksums that are computed here; base64 of the bytes, "Checking object integrity" of the user guide. */
const CHECKSUMS: Readonly<Record<string, (bytes: Uint8Array) => string>> = {
  "x-amz-checksum-crc32": (bytes) => base64(hexBytes((crc32(bytes) >>> 0).toString(16).padStart(8, "0"))),
  "x-amz-checksum-sha1": (bytes) => base64(hexBytes(sha1(bytes))),
  "x-amz-checksum-sha256": (bytes) => base64(hexBytes(sha256(bytes))),
};

/** Throws StorageError when what came is not what was sent. */
export function payloadOf(request: SiteRequest): Payload {
  const { headers } = request;
  const declared = headers.get("x-amz-content-sha256") ?? "UNSIGNED-PAYLOAD";
  const isChunked = declared.startsWith("STREAMING-");
  if (isChunked && declared !== "STREAMING-UNSIGNED-PAYLOAD-TRAILER") throw notModeled(`A payload signed chunk by chunk (${declared})`);
  const { bytes, trailers } = isChunked ? unwrap(request.body) : { bytes: request.body, trailers: new Map<string, string>() };
  if (isChunked && bytes.length !== Number(headers.get("x-amz-decoded-content-length"))) throw new StorageError("IncompleteBody");
  if (/^[0-9a-f]{64}$/.test(declared) && sha256(bytes) !== declared)
    throw new StorageError("XAmzContentSHA256Mismatch", { ClientComputedContentSHA256: declared, S3ComputedContentSHA256: sha256(bytes) });
  const digest = headers.get("content-md5");
  if (digest !== undefined && digest !== base64(hexBytes(md5(bytes)))) throw badDigest("Content-MD5");
  const given = [...headers, ...trailers].find(([name]) => /^x-amz-checksum-(?!algorithm|mode|type)/.test(name));
  if (given === undefined) return { bytes };
  const [header, value] = given;
  const compute = CHECKSUMS[header];
  if (compute === undefined) throw notModeled(`The checksum ${header}`);
  if (compute(bytes) !== value) throw badDigest(header.slice("x-amz-checksum-".length).toUpperCase());
  return { bytes, checksum: { header, value } };
}

function badDigest(name: string): StorageError {
  return new StorageError("BadDigest", {}, `The ${name} you specified did not match the calculated checksum.`);
}

/** aws-chunked with trailers ("Signature calculations … with trailing headers"): SIZE CRLF BYTES CRLF … 0 CRLF NAME:VALUE CRLF CRLF. */
function unwrap(body: Uint8Array): { readonly bytes: Uint8Array; readonly trailers: ReadonlyMap<string, string> } {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (;;) {
    const end = body.indexOf(0x0a, at);
    const size = end < 0 ? Number.NaN : Number.parseInt(decode(body.subarray(at, end)), 16);
    if (!Number.isInteger(size) || end + 1 + size > body.length) throw new StorageError("IncompleteBody");
    at = end + 1;
    if (size === 0) break;
    parts.push(body.subarray(at, at + size));
    at += size + 2;
  }
  const trailers = new Map(
    decode(body.subarray(at))
      .split("\r\n")
      .filter((line) => line.includes(":"))
      .map((line): [string, string] => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  return { bytes: concat(parts), trailers };
}
