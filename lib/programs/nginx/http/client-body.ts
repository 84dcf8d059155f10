/** Reads the body of a request whole, as proxy_pass wants it with buffering (ngx_http_request_body.c). */
import { codeOf } from "../../core/errors.ts";
import { concat } from "../../core/io.ts";
import { BadHead, ChunkReader } from "./proxy-response.ts";
import type { HttpRequest } from "./request.ts";
import { Abandoned, Late } from "./stream.ts";
import { logError } from "./worker-state.ts";

class TooLarge extends Error {}

const CONTINUE = new TextEncoder().encode("HTTP/1.1 100 Continue\r\n\r\n");

/** A status where the body can't be had; else it is in `r.body`. */
export async function readClientBody(r: HttpRequest): Promise<number | undefined> {
  if (r.body !== undefined || (r.contentLength === undefined && !r.isChunked)) return undefined;
  const { stream } = r.client;
  if (r.version >= 1001 && r.field("expect")?.toLowerCase() === "100-continue") await stream.write(CONTINUE);
  const limitMs = r.settings.numbers.client_body_timeout ?? 60_000;
  const most = r.settings.numbers.client_max_body_size ?? 1024 * 1024;
  const parts: Uint8Array[] = [];
  let size = 0;
  let before = 0;
  const announced = (next: number) => {
    if (most > 0 && before + next > most) throw new TooLarge(`client intended to send too large chunked body: ${before}+${next} bytes`);
    before += next;
  };
  const chunks = r.isChunked ? new ChunkReader(announced) : undefined;
  try {
    while (chunks !== undefined || size < (r.contentLength ?? 0)) {
      const bytes = await stream.read(limitMs);
      if (bytes.length === 0) {
        logError(r, "info", "client prematurely closed connection");
        return 400;
      }
      r.length += bytes.length;
      if (chunks === undefined) {
        const part = bytes.subarray(0, (r.contentLength ?? 0) - size);
        stream.unread(bytes.subarray(part.length));
        r.length -= bytes.length - part.length;
        parts.push(part);
        size += part.length;
        continue;
      }
      const read = chunks.push(bytes);
      parts.push(...read.parts);
      size += read.parts.reduce((sum, part) => sum + part.length, 0);
      if (!read.isDone) continue;
      stream.unread(read.rest);
      r.length -= read.rest.length;
      break;
    }
  } catch (error) {
    if (error instanceof Late) return 408;
    if (error instanceof TooLarge) {
      logError(r, "error", error.message);
      return 413;
    }
    if (error instanceof BadHead) {
      logError(r, "error", "client sent invalid chunked body");
      return 400;
    }
    if (error instanceof Abandoned || codeOf(error) !== undefined) return 499;
    throw error;
  }
  r.body = concat(parts);
  return undefined;
}

/** A body that nobody asked for is read and forgotten, so that the next request can be found. False: the connection is to be closed. */
export async function discardBody(r: HttpRequest): Promise<boolean> {
  if (r.body !== undefined || (r.contentLength === undefined && !r.isChunked)) return true;
  const { stream } = r.client;
  let left = r.contentLength ?? Number.POSITIVE_INFINITY;
  const chunks = r.isChunked ? new ChunkReader() : undefined;
  const until = r.settings.numbers.lingering_timeout ?? 5000;
  try {
    while (left > 0) {
      const bytes = await stream.read(until);
      if (bytes.length === 0) return false;
      if (chunks !== undefined) {
        const read = chunks.push(bytes);
        if (!read.isDone) continue;
        stream.unread(read.rest);
        return true;
      }
      const part = bytes.subarray(0, left);
      stream.unread(bytes.subarray(part.length));
      left -= part.length;
    }
    return true;
  } catch (error) {
    if (error instanceof Late || error instanceof BadHead || error instanceof Abandoned || codeOf(error) !== undefined) return false;
    throw error;
  }
}
