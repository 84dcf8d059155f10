/** The head of a request: its line and fields, with what nginx says of wrong ones (ngx_http_parse.c, ngx_http_request.c). */
import { binary } from "../config/parser.ts";
import type { Field, HttpRequest } from "./request.ts";
import { findServer } from "./servers.ts";
import { Abandoned, Late } from "./stream.ts";
import { plainUri } from "./uri.ts";
import { logError } from "./worker-state.ts";

/** The connection ended, or its time was over, before there was a request. */
export type NoRequest = "closed" | "late";

const LINE_LIMIT = 8192;

/** Bytes up to and with the next "\n"; undefined: not there yet. */
class Head {
  text = "";
  #at = 0;

  line(): string | undefined {
    const end = this.text.indexOf("\n", this.#at);
    if (end < 0) return undefined;
    const line = this.text.slice(this.#at, end);
    this.#at = end + 1;
    return line.endsWith("\r") ? line.slice(0, -1) : line;
  }

  get used(): number {
    return this.#at;
  }

  get waiting(): number {
    return this.text.length - this.#at;
  }
}

function parseRequestLine(r: HttpRequest, line: string): number | undefined {
  const method = /^[A-Z_-]+(?= )/.exec(line)?.[0];
  if (method === undefined) {
    r.requestLine = line;
    logError(r, "info", "client sent invalid method", "reading client request line");
    return 400;
  }
  const match = /^([A-Z_-]+) +(\S+?)(?: +HTTP\/(\d+)\.(\d+) *)?$/.exec(line);
  r.requestLine = line;
  if (!match) {
    logError(r, "info", "client sent invalid request", "reading client request line");
    return 400;
  }
  r.method = method;
  const [, , target = "", major, minor] = match;
  if (major === undefined) {
    if (method !== "GET" || !/^\/|^[a-z]+:\/\//i.test(target)) {
      logError(r, "info", "client sent invalid request", "reading client request line");
      return 400;
    }
    r.version = 9;
  } else {
    r.version = Number(major) * 1000 + Number(minor);
    if (Number(major) > 1) {
      logError(r, "info", "client sent invalid version", "reading client request line");
      return 505;
    }
    if (Number(major) < 1) {
      logError(r, "info", "client sent invalid request", "reading client request line");
      return 400;
    }
  }
  const absolute = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/([^/?]+)(.*)$/.exec(target);
  if (absolute) r.host = hostOf(absolute[2] ?? "") ?? "";
  const path = absolute ? (absolute[3] ?? "") : target;
  if (!absolute && !path.startsWith("/")) {
    logError(r, "info", "client sent invalid request", "reading client request line");
    return 400;
  }
  r.hostIsFromLine = absolute !== null;
  r.unparsedUri = path === "" ? "/" : path.startsWith("?") ? `/${path}` : path;
  const plain = plainUri(r.unparsedUri, r.server.root.settings.flags.merge_slashes !== false);
  if (plain === undefined) {
    logError(r, "info", "client sent invalid request", "reading client request line");
    return 400;
  }
  r.setUri(plain.uri);
  r.args = plain.args;
  r.hasArgs = plain.hasArgs;
  r.isQuoted = plain.isQuoted;
  r.validUnparsedUri = path !== "";
  return undefined;
}

/** A host without its port, in lower case; undefined: invalid. */
export function hostOf(text: string): string | undefined {
  if (/[\p{Cc} /]/u.test(text) || text.includes("..") || text === "") return undefined;
  const plain = text.startsWith("[") ? /^\[[^\]]*\]/.exec(text)?.[0] : /^[^:]*/.exec(text)?.[0];
  if (plain === undefined || plain === "") return undefined;
  return plain.toLowerCase().replace(/\.$/, "");
}

function addField(r: HttpRequest, fields: Field[], line: string): number | undefined {
  const colon = line.indexOf(":");
  const name = colon < 0 ? line : line.slice(0, colon);
  const action = "reading client request headers";
  if (colon <= 0 || /[\p{Cc} ]/u.test(name)) {
    logError(r, "info", "client sent invalid header line", action);
    return 400;
  }
  const allowed = r.server.root.settings.flags.underscores_in_headers ? /^[A-Za-z0-9_-]+$/ : /^[A-Za-z0-9-]+$/;
  if (!allowed.test(name) && r.server.root.settings.flags.ignore_invalid_headers !== false) {
    logError(r, "info", `client sent invalid header line: "${line}"`, action);
    return undefined;
  }
  const value = line.slice(colon + 1).trim();
  const lower = name.toLowerCase();
  if (
    ["host", "content-length", "authorization", "if-modified-since", "if-unmodified-since"].includes(lower) &&
    fields.some((field) => field.name.toLowerCase() === lower)
  ) {
    const before = fields.find((field) => field.name.toLowerCase() === lower);
    logError(
      r,
      "info",
      `client sent duplicate header line: "${name}: ${value}", previous value: "${before?.name}: ${before?.value}"`,
      action,
    );
    return 400;
  }
  fields.push({ name, value });
  return undefined;
}

function checkFields(r: HttpRequest): number | undefined {
  const action = "reading client request headers";
  const host = r.field("host");
  if (host !== undefined) {
    const plain = hostOf(host);
    if (plain === undefined) {
      logError(r, "info", "client sent invalid host header", action);
      return 400;
    }
    if (!r.hostIsFromLine) r.host = plain;
  }
  r.server = findServer(r, r.host);
  r.location = r.server.root;
  if (host === undefined && r.version > 1000) {
    logError(r, "info", 'client sent HTTP/1.1 request without "Host" header', action);
    return 400;
  }
  const length = r.field("content-length");
  if (length !== undefined) {
    if (!/^\d+$/.test(length)) {
      logError(r, "info", 'client sent invalid "Content-Length" header', action);
      return 400;
    }
    r.contentLength = Number(length);
  }
  const coding = r.field("transfer-encoding");
  if (coding !== undefined) {
    if (r.version < 1001) {
      logError(r, "info", 'client sent HTTP/1.0 request with "Transfer-Encoding" header', action);
      return 400;
    }
    if (coding.toLowerCase() !== "chunked") {
      logError(r, "info", `client sent unknown "Transfer-Encoding": "${coding}"`, action);
      return 501;
    }
    if (length !== undefined) {
      logError(r, "info", 'client sent "Content-Length" and "Transfer-Encoding" headers at the same time', action);
      return 400;
    }
    r.isChunked = true;
  }
  const connection = r.field("connection")?.toLowerCase() ?? "";
  r.keepAlive = connection.includes("close") ? false : r.version > 1000 || connection.includes("keep-alive");
  if (r.method === "TRACE" || r.method === "CONNECT") {
    logError(r, "info", `client sent ${r.method} method`, action);
    return 405;
  }
  return undefined;
}

/** Reads a head. A number: the status to answer; undefined: it is right. */
export async function readRequest(r: HttpRequest, firstLimitMs: number): Promise<number | NoRequest | undefined> {
  const { stream } = r.client;
  const head = new Head();
  const settings = r.server.root.settings;
  const headerLimit = settings.numbers.client_header_timeout ?? 60_000;
  const largest = settings.numbers["large_client_header_buffers.size"] ?? LINE_LIMIT;
  const count = settings.numbers["large_client_header_buffers.count"] ?? 4;
  const begin = r.worker.clock.monotonic();
  let started = false;
  const more = async (): Promise<NoRequest | undefined> => {
    try {
      const limit = started ? Math.max(1, headerLimit - (r.worker.clock.monotonic() - begin)) : firstLimitMs;
      const bytes = await stream.read(limit);
      if (bytes.length === 0) return "closed";
      started = true;
      head.text += binary(bytes);
      return undefined;
    } catch (error) {
      if (error instanceof Late) return started ? "late" : "closed";
      if (error instanceof Abandoned) return "closed";
      throw error;
    }
  };
  const ended = (why: NoRequest): number | NoRequest => {
    if (!started) return why;
    const action = r.requestLine === "" ? "reading client request line" : "reading client request headers";
    if (why === "closed") {
      logError(r, "info", "client prematurely closed connection", action);
      return "closed";
    }
    logError(r, "info", "client timed out (110: Connection timed out)", action);
    return 408;
  };
  let line = head.line();
  while (line === undefined || line === "") {
    if (line === undefined && head.waiting > largest) {
      r.requestLine = head.text.slice(head.used, head.used + largest);
      logError(r, "info", "client sent too long URI", "reading client request line");
      return 414;
    }
    if (line === undefined) {
      const why = await more();
      if (why !== undefined) return ended(why);
    }
    line = head.line();
  }
  r.restartClock();
  if (line.length > largest) {
    r.requestLine = line.slice(0, largest);
    logError(r, "info", "client sent too long URI", "reading client request line");
    return 414;
  }
  const wrong = parseRequestLine(r, line);
  if (wrong !== undefined) {
    r.length = head.used;
    return wrong;
  }
  if (r.version === 9) {
    r.length = head.used;
    r.server = findServer(r, r.host);
    r.location = r.server.root;
    return undefined;
  }
  const fields: Field[] = [];
  // Lines lie whole in buffers: the first is small, then come those of large_client_header_buffers.
  let room = (settings.numbers.client_header_buffer_size ?? 1024) - head.used;
  let buffers = room < 0 ? 1 : 0;
  if (room < 0) room = largest - head.used;
  for (;;) {
    const next = head.line();
    if (next === "") break;
    if (next === undefined) {
      const isTooLong = head.waiting > largest;
      if (isTooLong) {
        r.headers = fields;
        logError(
          r,
          "info",
          `client sent too long header line: "${head.text.slice(head.used, head.used + 60)}..."`,
          "reading client request headers",
        );
        return 494;
      }
      const why = await more();
      if (why !== undefined) return ended(why);
      continue;
    }
    room -= next.length + 2;
    if (room < 0) {
      buffers++;
      room = largest - next.length - 2;
    }
    if (next.length > largest || buffers > count) {
      r.headers = fields;
      logError(r, "info", `client sent too long header line: "${next.slice(0, 60)}..."`, "reading client request headers");
      return 494;
    }
    r.headers = fields;
    const status = addField(r, fields, next);
    if (status !== undefined) return status;
  }
  r.headers = fields;
  r.length = head.used;
  stream.unread(Uint8Array.from(head.text.slice(head.used), (char) => char.charCodeAt(0)));
  return checkFields(r);
}
