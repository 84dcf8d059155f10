/** add_header, expires, charset (ngx_http_headers_filter_module, ngx_http_charset_filter_module). */
import { parseExpires } from "../config/handlers-headers.ts";
import type { Expires } from "../config/model.ts";
import { evaluate } from "../config/template.ts";
import { httpDate, parseHttpDate } from "./dates.ts";
import type { HttpRequest, Outgoing } from "./request.ts";
import { isListed } from "./types.ts";

/** The statuses that add_header without "always" and expires speak of. */
const PLAIN = new Set([200, 201, 204, 206, 301, 302, 303, 304, 307, 308]);

const CHARSET_TYPES = ["text/html", "text/xml", "text/plain", "text/vnd.wap.wml", "application/javascript", "application/rss+xml"];

function setExpires(r: HttpRequest, out: Outgoing, given: Expires): void {
  let expires = given;
  if (given.template !== undefined) {
    const parsed = parseExpires(evaluate(given.template, r), given.kind === "modified");
    if (typeof parsed === "string") return;
    expires = parsed;
  }
  if (expires.kind === "off") return;
  const set = (date: string, control: string) => {
    out.remove("expires");
    out.remove("cache-control");
    out.headers.push({ name: "Expires", value: date }, { name: "Cache-Control", value: control });
  };
  if (expires.kind === "epoch") set("Thu, 01 Jan 1970 00:00:01 GMT", "no-cache");
  else if (expires.kind === "max") set("Thu, 31 Dec 2037 23:55:55 GMT", "max-age=315360000");
  else {
    const now = Math.floor(r.worker.clock.now() / 1000);
    let at = now + expires.seconds;
    if (expires.kind === "modified" && out.lastModifiedMs !== undefined) at = out.lastModifiedMs / 1000 + expires.seconds;
    if (expires.kind === "daily") {
      at = now - (now % 86_400) + expires.seconds;
      if (at <= now) at += 86_400;
    }
    const age = at - now;
    set(httpDate(at * 1000), age < 0 || expires.seconds < 0 ? "no-cache" : `max-age=${age}`);
  }
}

export function addHeaders(r: HttpRequest, out: Outgoing): void {
  const { expires, addedHeaders } = r.settings;
  const isPlain = PLAIN.has(out.status);
  if (expires !== undefined && isPlain) setExpires(r, out, expires);
  for (const { name, value, always } of addedHeaders ?? []) {
    if (!isPlain && !always) continue;
    const text = evaluate(value, r);
    const lower = name.toLowerCase();
    if (lower === "last-modified") {
      out.lastModifiedMs = undefined;
      out.remove(lower);
      const date = parseHttpDate(text);
      if (text !== "" && date !== undefined) out.lastModifiedMs = date * 1000;
      continue;
    }
    if (lower === "etag") out.remove(lower);
    if (text !== "") out.headers.push({ name, value: text });
  }
}

export function setCharset(r: HttpRequest, out: Outgoing): void {
  const { charset } = r.settings;
  if (
    charset === undefined ||
    out.contentType === "" ||
    out.charset !== "" ||
    /;\s*charset=/i.test(out.contentType) ||
    out.status === 301 ||
    out.status === 302
  )
    return;
  if (out.header("content-encoding") !== undefined) return;
  const value = evaluate(charset, r);
  if (value === "off" || value === "" || !isListed(out.contentType, r.settings.lists.charset_types ?? CHARSET_TYPES)) return;
  out.charset = value;
}
