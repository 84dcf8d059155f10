/** What an upstream answers: the head is read, hidden and rewritten; the body goes on in pieces (ngx_http_proxy_module.c). */

import { concat } from "../../core/io.ts";
import type { ProxyTarget, Substitution } from "../config/model.ts";
import { binary } from "../config/parser.ts";
import type { Pattern } from "../config/regex.ts";
import { evaluate, type Template, type Values } from "../config/template.ts";
import { type Field, type HttpRequest, Outgoing } from "./request.ts";
import type { Stream } from "./stream.ts";

export interface UpstreamHead {
  readonly status: number;
  /** "200 OK". */
  readonly text: string;
  readonly fields: readonly Field[];
  readonly isHttp11: boolean;
  /** No head came: what was sent is the body, and goes on without one. */
  readonly isBare?: boolean;
}

/** An answer that is no HTTP, or whose head does not end. */
export class BadHead extends Error {
  constructor(
    message: string,
    readonly level: "error" = "error",
  ) {
    super(message);
  }
}

export class ClosedEarly extends Error {}

function parseHead(text: string): UpstreamHead {
  const [first = "", ...lines] = text.split(/\r?\n/);
  const match = /^HTTP\/\d\.(\d+) (\d{3})(?: ?(.*))?$/.exec(first);
  if (!match) throw new BadHead("upstream sent no valid HTTP/1.0 header");
  const fields: Field[] = [];
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon <= 0 || /[\p{Cc} ]/u.test(line.slice(0, colon))) throw new BadHead(`upstream sent invalid header: "${line.slice(0, 60)}"`);
    fields.push({ name: line.slice(0, colon), value: line.slice(colon + 1).trim() });
  }
  return { status: Number(match[2]), text: `${match[2]} ${match[3] ?? ""}`, fields, isHttp11: match[1] !== "0" };
}

/** Reads up to the empty line. Interim answers (100) are passed over. */
export async function readHead(stream: Stream, limitMs: number, largest: number, received: (count: number) => void): Promise<UpstreamHead> {
  let bytes: Uint8Array = new Uint8Array();
  for (;;) {
    const more = await stream.read(limitMs);
    if (more.length === 0) throw new ClosedEarly();
    received(more.length);
    const all = new Uint8Array(bytes.length + more.length);
    all.set(bytes);
    all.set(more, bytes.length);
    bytes = all;
    for (;;) {
      const text = binary(bytes);
      if (text.length >= 5 && !text.startsWith("HTTP/")) {
        stream.unread(bytes);
        return { status: 200, text: "200 OK", fields: [], isHttp11: false, isBare: true };
      }
      const end = /\r?\n\r?\n/.exec(text);
      if (end === null) {
        if (bytes.length >= largest) throw new BadHead("upstream sent too big header");
        break;
      }
      const size = end.index + end[0].length;
      if (size > largest) throw new BadHead("upstream sent too big header");
      const head = parseHead(text.slice(0, end.index));
      bytes = bytes.slice(size);
      if (head.status >= 200 || head.status === 101) {
        stream.unread(bytes);
        return head;
      }
    }
  }
}

const IGNORED = new Set(["connection", "keep-alive", "transfer-encoding", "content-length", "content-type", "status"]);
const HIDDEN = [
  "date",
  "server",
  "x-pad",
  "x-accel-expires",
  "x-accel-redirect",
  "x-accel-limit-rate",
  "x-accel-buffering",
  "x-accel-charset",
];

const isPattern = (pattern: Template | Pattern): pattern is Pattern => "regex" in pattern;

/** A value with the first substitution that fits. */
function substituted(r: HttpRequest, value: string, rules: readonly Substitution[]): string {
  for (const { pattern, replacement } of rules) {
    if (isPattern(pattern)) {
      const found = pattern.regex.exec(value);
      if (found === null) continue;
      const captured: Values = {
        variable: (name) => found.groups?.[name] ?? r.variable(name),
        capture: (number) => found[number] ?? "",
      };
      const text = evaluate(replacement, captured);
      return value.slice(0, found.index) + text + value.slice(found.index + found[0].length);
    }
    const text = evaluate(pattern, r);
    if (!value.startsWith(text)) continue;
    return evaluate(replacement, r) + value.slice(text.length);
  }
  return value;
}

function redirects(r: HttpRequest, target: ProxyTarget): readonly Substitution[] {
  const { proxyRedirects } = r.settings;
  if (proxyRedirects === "off") return [];
  const fixed = (text: string): Template => ({ source: text, parts: [{ kind: "text", text }], constant: text });
  const normal: Substitution =
    target.uri === ""
      ? { pattern: fixed(`${target.url}/`), replacement: fixed("/") }
      : { pattern: fixed(target.url), replacement: fixed(target.location) };
  return (proxyRedirects ?? (target.template === undefined ? ["default" as const] : [])).map((each) =>
    each === "default" ? normal : each,
  );
}

function cookie(r: HttpRequest, value: string): string {
  const { cookiePaths, cookieDomains } = r.settings;
  return value
    .split(";")
    .map((part) => {
      const [, lead = "", key = "", text = ""] = /^(\s*)(path|domain)=(.*)$/is.exec(part) ?? [];
      const rules = key.toLowerCase() === "path" ? cookiePaths : key === "" ? undefined : cookieDomains;
      if (rules === undefined || rules === "off") return part;
      return `${lead}${key}=${substituted(r, text, rules)}`;
    })
    .join(";");
}

/** The answer as the client gets it, without its body. */
export function outgoingOf(r: HttpRequest, head: UpstreamHead, target: ProxyTarget): Outgoing {
  const out = new Outgoing();
  const { hiddenHeaders = [], passedHeaders = [] } = r.settings;
  const hidden = new Set([...HIDDEN.filter((name) => !passedHeaders.includes(name)), ...hiddenHeaders]);
  out.status = head.status;
  out.statusText = head.text;
  out.isProxied = true;
  const rules = redirects(r, target);
  for (const field of head.fields) {
    const name = field.name.toLowerCase();
    if (name === "content-type" && !hidden.has(name)) out.contentType = field.value;
    if (hidden.has(name) || IGNORED.has(name)) continue;
    if (name === "location") {
      const value = substituted(r, field.value, rules);
      // What was rewritten to a path is made absolute, as nginx's own redirects are.
      if (value !== field.value && value.startsWith("/")) out.location = value;
      else out.headers.push({ name: field.name, value });
    } else if (name === "refresh") {
      const at = field.value.toLowerCase().indexOf("url=");
      const value = at < 0 ? field.value : field.value.slice(0, at + 4) + substituted(r, field.value.slice(at + 4), rules);
      out.headers.push({ name: field.name, value });
    } else if (name === "set-cookie") out.headers.push({ name: field.name, value: cookie(r, field.value) });
    else out.headers.push(field);
  }
  return out;
}

/** How the body is framed. */
export interface BodyFrame {
  readonly isChunked: boolean;
  /** Undefined: to the end of the connection. */
  readonly length: number | undefined;
}

export function frameOf(r: HttpRequest, head: UpstreamHead): BodyFrame {
  const value = (name: string) => head.fields.find((field) => field.name.toLowerCase() === name)?.value;
  if (r.method === "HEAD" || head.status === 204 || head.status === 304) return { isChunked: false, length: 0 };
  if (value("transfer-encoding")?.toLowerCase() === "chunked") return { isChunked: true, length: undefined };
  const length = value("content-length");
  return { isChunked: false, length: length === undefined || !/^\d+$/.test(length) ? undefined : Number(length) };
}

/** The pieces of a body. Throws ClosedEarly where the upstream stops before the end. `whole`: it came to its end as it should. */
export async function* readBody(
  stream: Stream,
  frame: BodyFrame,
  limitMs: number,
  received: (count: number) => void,
  whole: () => void,
): AsyncGenerator<Uint8Array, void, void> {
  const next = async () => {
    const bytes = await stream.read(limitMs);
    received(bytes.length);
    return bytes;
  };
  if (!frame.isChunked) {
    let left = frame.length ?? Number.POSITIVE_INFINITY;
    while (left > 0) {
      const bytes = await next();
      if (bytes.length === 0) {
        if (frame.length !== undefined) throw new ClosedEarly();
        return;
      }
      const part = bytes.subarray(0, Math.min(left, bytes.length));
      stream.unread(bytes.subarray(part.length));
      left -= part.length;
      yield part;
    }
    whole();
    return;
  }
  const chunks = new ChunkReader();
  for (;;) {
    const bytes = await next();
    if (bytes.length === 0) throw new ClosedEarly();
    const { parts, rest, isDone } = chunks.push(bytes);
    if (parts.length > 0) yield concat(parts);
    if (!isDone) continue;
    stream.unread(rest);
    whole();
    return;
  }
}

/** Takes the chunked coding apart (RFC 9112 7.1). */
export class ChunkReader {
  /** Hears of the size of each chunk, as it is announced. */
  constructor(private readonly announced: (size: number) => void = () => {}) {}

  #line = "";
  #left = 0;
  #state: "size" | "data" | "after" | "trailer" = "size";

  /** Throws BadHead for what is no chunk. */
  push(bytes: Uint8Array): { readonly parts: Uint8Array[]; readonly rest: Uint8Array; readonly isDone: boolean } {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; ) {
      if (this.#state === "data") {
        const part = bytes.subarray(at, at + this.#left);
        parts.push(part);
        at += part.length;
        this.#left -= part.length;
        if (this.#left === 0) this.#state = "after";
        continue;
      }
      const char = String.fromCharCode(bytes[at++] ?? 0);
      if (char !== "\n") {
        this.#line += char;
        if (this.#line.length > 4096) throw new BadHead("upstream sent invalid chunked response");
        continue;
      }
      const line = this.#line.replace(/\r$/, "");
      this.#line = "";
      if (this.#state === "after") this.#state = "size";
      else if (this.#state === "size") {
        const size = /^([0-9a-fA-F]+)\s*(;.*)?$/.exec(line)?.[1];
        if (size === undefined) throw new BadHead("upstream sent invalid chunked response");
        this.#left = Number.parseInt(size, 16);
        this.announced(this.#left);
        this.#state = this.#left === 0 ? "trailer" : "data";
      } else if (line === "") return { parts, rest: bytes.subarray(at), isDone: true };
    }
    return { parts, rest: new Uint8Array(), isDone: false };
  }
}
