/** What proxy_pass sends (ngx_http_proxy_create_request). */
import { concat } from "../../core/io.ts";
import type { ProxyTarget } from "../config/model.ts";
import { bytesOf } from "../config/parser.ts";
import { evaluate } from "../config/template.ts";
import type { HttpRequest } from "./request.ts";
import { escapeUri } from "./uri.ts";

/** The URI that is asked for: the request's own, or with the location's part replaced. */
export function proxyUri(r: HttpRequest, target: ProxyTarget, isComputed: boolean): string {
  if (isComputed && target.uri !== "") return target.uri;
  if (target.uri === "" && r.validUnparsedUri) return r.unparsedUri;
  const skip = r.validLocation && target.uri !== "" ? target.location.length : 0;
  const rest = r.uri.slice(skip);
  const escaped = r.isQuoted || r.isInternal ? escapeUri(rest) : rest;
  return `${r.validLocation ? target.uri : ""}${escaped}${r.args === "" ? "" : `?${r.args}`}`;
}

/** Sent unless proxy_set_header says otherwise, in this order. */
const DEFAULTS: readonly { readonly name: string; readonly value: (r: HttpRequest) => string }[] = [
  { name: "Host", value: (r) => r.proxyHost ?? "" },
  { name: "Connection", value: () => "close" },
  { name: "Content-Length", value: (r) => bodyLength(r) },
  { name: "Transfer-Encoding", value: () => "" },
  { name: "TE", value: () => "" },
  { name: "Keep-Alive", value: () => "" },
  { name: "Expect", value: () => "" },
  { name: "Upgrade", value: () => "" },
];

function bodyLength(r: HttpRequest): string {
  if (r.settings.flags.proxy_pass_request_body === false) return "";
  if (r.settings.templates.proxy_set_body !== undefined) return String(evaluate(r.settings.templates.proxy_set_body, r).length);
  if (r.contentLength === undefined && !r.isChunked) return "";
  return String(r.body?.length ?? 0);
}

export function proxyRequest(r: HttpRequest, uri: string): Uint8Array {
  const { settings } = r;
  const method = settings.templates.proxy_method ? evaluate(settings.templates.proxy_method, r) : r.method;
  const version = settings.words.proxy_http_version === "1.1" ? "1.1" : "1.0";
  let head = `${method} ${uri} HTTP/${version}\r\n`;
  const own = settings.proxyHeaders ?? [];
  const set = new Set(own.map(({ name }) => name.toLowerCase()));
  const add = (name: string, value: string) => {
    if (value !== "") head += `${name}: ${value}\r\n`;
  };
  for (const { name, value } of own) add(name, evaluate(value, r));
  for (const { name, value } of DEFAULTS) if (!set.has(name.toLowerCase())) add(name, value(r));
  if (settings.flags.proxy_pass_request_headers !== false) {
    const known = new Set([...set, ...DEFAULTS.map(({ name }) => name.toLowerCase())]);
    for (const { name, value } of r.headers) if (!known.has(name.toLowerCase())) head += `${name}: ${value}\r\n`;
  }
  const body = settings.templates.proxy_set_body
    ? bytesOf(evaluate(settings.templates.proxy_set_body, r))
    : settings.flags.proxy_pass_request_body === false
      ? new Uint8Array()
      : (r.body ?? new Uint8Array());
  return concat([bytesOf(`${head}\r\n`), body]);
}
