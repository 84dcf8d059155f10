/** Sends an answer: the header filters in nginx's order, the head, the body (ngx_http_header_filter_module). */
import { concat } from "../../core/io.ts";
import { evaluate } from "../config/template.ts";
import { compress, weaken } from "./compress.ts";
import { checkConditions } from "./conditional.ts";
import { httpDate } from "./dates.ts";
import { shownStatus, statusLine, VERSION } from "./error-pages.ts";
import { addHeaders, setCharset } from "./header-fields.ts";
import { cutRanges } from "./ranges.ts";
import type { Field, HttpRequest, Outgoing } from "./request.ts";
import { isListed } from "./types.ts";

const CRLF = "\r\n";
const asBytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0) & 255);

function absolute(r: HttpRequest, location: string): string {
  const { flags } = r.settings;
  if (!location.startsWith("/") || flags.absolute_redirect === false) return location;
  const host = flags.server_name_in_redirect ? r.server.name : r.host === "" ? r.client.localAddress : r.host;
  const own = r.client.isTls ? 443 : 80;
  const port = flags.port_in_redirect === false || r.client.localPort === own || r.client.localPort === 0 ? "" : `:${r.client.localPort}`;
  return `${r.client.isTls ? "https" : "http"}://${host}${port}${location}`;
}

/** sub_filter: in bodies that are known whole. */
function substitute(r: HttpRequest, out: Outgoing): void {
  const { substitutions, flags, lists } = r.settings;
  if (substitutions === undefined || out.header("content-encoding") !== undefined) return;
  if (!isListed(out.contentType, lists.sub_filter_types ?? ["text/html"])) return;
  if (flags.sub_filter_last_modified !== true) {
    out.lastModifiedMs = undefined;
    out.remove("last-modified");
    out.remove("etag");
  } else weaken(out);
  out.length = undefined;
  out.allowRanges = false;
  const replace = (bytes: Uint8Array): Uint8Array => {
    let text = [...bytes].map((byte) => String.fromCharCode(byte)).join("");
    for (const { match, replacement } of substitutions) {
      const wanted = evaluate(match, r);
      const value = evaluate(replacement, r);
      const pattern = new RegExp(wanted.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), flags.sub_filter_once === false ? "gi" : "i");
      text = text.replace(pattern, () => value);
    }
    return asBytes(text);
  };
  const { body } = out;
  if (body instanceof Uint8Array) out.body = replace(body);
  else {
    out.body = (async function* () {
      const parts: Uint8Array[] = [];
      for await (const part of body) parts.push(part);
      yield replace(concat(parts));
    })();
  }
}

interface Framing {
  readonly isChunked: boolean;
  readonly hasBody: boolean;
}

function frame(r: HttpRequest, out: Outgoing): Framing {
  const hasBody = r.method !== "HEAD" && out.status !== 204 && out.status !== 304 && out.status >= 200;
  if (out.status === 304 || out.status === 204 || out.status < 200 || out.length !== undefined) return { isChunked: false, hasBody };
  if (!hasBody) return { isChunked: false, hasBody };
  if (r.version >= 1001 && r.settings.flags.chunked_transfer_encoding !== false) return { isChunked: true, hasBody };
  r.keepAlive = false;
  return { isChunked: false, hasBody };
}

/** Which of its own fields nginx adds: those that no upstream sent in its place. */
interface OwnFields {
  readonly server: boolean;
  readonly date: boolean;
}

function head(r: HttpRequest, out: Outgoing, framing: Framing, varies: boolean, own: OwnFields): string {
  const tokens = r.settings.words.server_tokens !== "off";
  const sent: Field[] = [];
  const add = (name: string, value: string) => sent.push({ name, value });
  if (own.server) add("Server", tokens ? `nginx/${VERSION}` : "nginx");
  if (own.date) add("Date", httpDate(r.worker.clock.now()));
  if (out.contentType !== "") add("Content-Type", `${out.contentType}${out.charset === "" ? "" : `; charset=${out.charset}`}`);
  if (out.length !== undefined && out.status !== 304 && out.status !== 204 && out.status >= 200) add("Content-Length", String(out.length));
  if (out.lastModifiedMs !== undefined && [200, 206, 304].includes(out.status)) add("Last-Modified", httpDate(out.lastModifiedMs));
  if (out.location?.startsWith("/") && r.settings.flags.absolute_redirect !== false) add("Location", absolute(r, out.location));
  if (framing.isChunked) add("Transfer-Encoding", "chunked");
  if (out.status === 101) add("Connection", "upgrade");
  else if (r.keepAlive) {
    add("Connection", "keep-alive");
    const seconds = r.settings.keepalive?.headerSeconds ?? 0;
    if (seconds > 0) add("Keep-Alive", `timeout=${seconds}`);
  } else add("Connection", "close");
  if ((varies || r.variesByGzip) && r.settings.flags.gzip_vary) add("Vary", "Accept-Encoding");
  if (out.location !== undefined && !(out.location.startsWith("/") && r.settings.flags.absolute_redirect !== false))
    add("Location", out.location);
  for (const field of out.headers) sent.push(field);
  r.sentFields = sent;
  const status = shownStatus(out.status);
  const line = out.statusText === undefined ? statusLine(status) : `HTTP/1.1 ${out.statusText}`;
  return `${line}${CRLF}${sent.map(({ name, value }) => `${name}: ${value}${CRLF}`).join("")}${CRLF}`;
}

/** What a filter made of the answer: another status that is to be answered instead. */
export async function respond(r: HttpRequest, out: Outgoing): Promise<number | undefined> {
  const condition = checkConditions(r, out);
  if (condition === 412) return 412;
  if (condition === 304) {
    out.status = 304;
    out.statusText = undefined;
    out.contentType = "";
    out.charset = "";
    out.length = undefined;
    out.allowRanges = false;
    out.body = new Uint8Array();
    out.remove("content-encoding");
    out.remove("accept-ranges");
  }
  r.outgoing = out;
  r.status = shownStatus(out.status);
  const own: OwnFields = { server: out.header("server") === undefined, date: out.header("date") === undefined };
  addHeaders(r, out);
  substitute(r, out);
  setCharset(r, out);
  if (out.status === 204) {
    out.contentType = "";
    out.length = undefined;
    out.lastModifiedMs = undefined;
  }
  const varies = await compress(r, out);
  if (out.status === 200 && cutRanges(r, out) === 416) {
    const range = out.headers.findLast(({ name }) => name === "Content-Range");
    if (range !== undefined) r.early.push(range);
    return 416;
  }
  r.status = r.version === 9 && out.isProxied ? 0 : shownStatus(out.status);
  const framing = frame(r, out);
  const top = r.version === 9 ? new Uint8Array() : asBytes(head(r, out, framing, varies, own));
  r.headerBytes = top.length;
  await sendBody(r, out, framing, top);
  return undefined;
}

/** Writes pieces; what was sent is counted. */
async function sendBody(r: HttpRequest, out: Outgoing, framing: Framing, top: Uint8Array): Promise<void> {
  const { stream } = r.client;
  const limit = r.settings.numbers.send_timeout ?? 60_000;
  const { body } = out;
  if (!framing.hasBody) {
    await stream.write(top, limit);
    return;
  }
  const chunk = (bytes: Uint8Array) => concat([asBytes(`${bytes.length.toString(16)}${CRLF}`), bytes, asBytes(CRLF)]);
  if (body instanceof Uint8Array) {
    const framed = framing.isChunked ? concat([...(body.length > 0 ? [chunk(body)] : []), asBytes(`0${CRLF}${CRLF}`)]) : body;
    await stream.write(framed.length === 0 ? top : concat([top, framed]), limit);
    r.bodyBytes += framed.length;
    return;
  }
  let before: Uint8Array | undefined = top;
  for await (const bytes of body) {
    if (bytes.length === 0) continue;
    const framed = framing.isChunked ? chunk(bytes) : bytes;
    await stream.write(before === undefined ? framed : concat([before, framed]), limit);
    before = undefined;
    r.bodyBytes += framed.length;
  }
  const end = framing.isChunked ? asBytes(`0${CRLF}${CRLF}`) : new Uint8Array();
  const last = before === undefined ? end : concat([before, end]);
  if (last.length > 0) await stream.write(last, limit);
  r.bodyBytes += end.length;
}
