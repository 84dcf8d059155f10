/** Values of variables at a request (https://nginx.org/en/docs/varindex.html). Undefined: not found, "-" in logs. */

import type { DefinedVariable, VariableMap } from "../config/cycle.ts";
import { murmurHash2 } from "../config/murmur.ts";
import { readable } from "../config/parser.ts";
import { evaluate } from "../config/template.ts";
import { addressNumber } from "../config/values.ts";
import { httpDate, isoTime, localTime, longDate } from "./dates.ts";
import { VERSION } from "./error-pages.ts";
import { documentRoot, pathOf } from "./paths.ts";
import type { Attempt, Field, HttpRequest } from "./request.ts";

const optional = (text: string): string | undefined => (text === "" ? undefined : text);
const seconds = (ms: number): string => `${Math.floor(ms / 1000)}.${String(Math.floor(ms % 1000)).padStart(3, "0")}`;
const same = (name: string) => name.toLowerCase().replaceAll("-", "_");

/** All fields of this name (in variables' spelling), joined. */
function fields(all: readonly Field[], name: string, separator: string): string | undefined {
  const found = all.filter((field) => same(field.name) === name).map(({ value }) => value);
  return found.length === 0 ? undefined : found.join(separator);
}

function cookie(r: HttpRequest, name: string): string | undefined {
  for (const field of r.headers) {
    if (field.name.toLowerCase() !== "cookie") continue;
    for (const part of field.value.split(";")) {
      const [key = "", value] = part.trim().split(/=(.*)/s, 2);
      if (key.toLowerCase() === name.toLowerCase() && value !== undefined) return value;
    }
  }
  return undefined;
}

function argument(r: HttpRequest, name: string): string | undefined {
  for (const part of r.args.split("&")) {
    const at = part.indexOf("=");
    if (at >= 0 && part.slice(0, at).toLowerCase() === name.toLowerCase()) return part.slice(at + 1);
  }
  return undefined;
}

/** One value for each try, with ", " between and " : " after an internal redirect. */
function attempts(r: HttpRequest, show: (attempt: Attempt) => string): string | undefined {
  if (r.attempts.length === 0) return undefined;
  return r.attempts.map((attempt, at) => `${at === 0 ? "" : attempt.isAfterRedirect ? " : " : ", "}${show(attempt)}`).join("");
}

const time = (ms: number | undefined) => (ms === undefined ? "-" : seconds(ms));

function sent(r: HttpRequest, name: string): string | undefined {
  if (r.sentFields !== undefined) return fields(r.sentFields, name, ", ");
  const { outgoing } = r;
  if (outgoing === undefined) return undefined;
  if (name === "content_type") return optional(outgoing.contentType);
  if (name === "content_length") return outgoing.length === undefined ? undefined : String(outgoing.length);
  if (name === "location" && outgoing.location !== undefined) return outgoing.location;
  if (name === "last_modified" && outgoing.lastModifiedMs !== undefined) return httpDate(outgoing.lastModifiedMs);
  return fields(outgoing.headers, name, ", ");
}

function statusText(r: HttpRequest): string {
  const status = r.errorStatus || r.status;
  return status === 0 ? (r.version === 9 ? "009" : "000") : String(status).padStart(3, "0");
}

type Reader = (r: HttpRequest) => string | undefined;

const readers: Readonly<Record<string, Reader | undefined>> = {
  args: (r) => (r.hasArgs ? r.args : undefined),
  query_string: (r) => (r.hasArgs ? r.args : undefined),
  is_args: (r) => (r.args === "" ? "" : "?"),
  binary_remote_addr: (r) => {
    const number = addressNumber(r.address) ?? 0;
    return String.fromCharCode(number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255);
  },
  body_bytes_sent: (r) => String(Math.max(0, r.bodyBytes)),
  bytes_sent: (r) => String(r.headerBytes + r.bodyBytes),
  connection: (r) => String(r.client.number),
  connection_requests: (r) => String(r.client.requests),
  connection_time: (r) => seconds(r.worker.clock.now() - r.client.startMs),
  connections_active: (r) => String(r.worker.shared.active),
  connections_reading: (r) => String(r.worker.shared.reading),
  connections_writing: (r) => String(r.worker.shared.writing),
  connections_waiting: (r) => String(Math.max(0, r.worker.shared.active - r.worker.shared.reading - r.worker.shared.writing)),
  content_length: (r) => r.field("content-length"),
  content_type: (r) => r.field("content-type"),
  date_gmt: (r) => longDate(r.worker.clock.now(), "GMT"),
  date_local: (r) => longDate(r.worker.clock.now(), "UTC"),
  document_root: (r) => documentRoot(r),
  document_uri: (r) => optional(r.uri),
  uri: (r) => optional(r.uri),
  gzip_ratio: (r) => r.gzipRatio,
  host: (r) => optional(r.host) ?? (r.server.name === "" ? "" : r.server.name),
  hostname: (r) => r.worker.cycle.options.hostname,
  http2: () => "",
  https: (r) => (r.client.isTls ? "on" : ""),
  limit_req_status: (r) => r.limitRequestStatus,
  limit_conn_status: (r) => r.limitConnectionStatus,
  limit_rate: () => "0",
  msec: (r) => seconds(r.worker.clock.now()),
  nginx_version: () => VERSION,
  pid: (r) => String(r.worker.self.pid),
  pipe: (r) => (r.isPipelined ? "p" : "."),
  proxy_add_x_forwarded_for: (r) => {
    const before = fields(r.headers, "x_forwarded_for", ", ");
    return before === undefined ? r.address : `${before}, ${r.address}`;
  },
  proxy_host: (r) => r.proxyHost,
  proxy_port: (r) => r.proxyPort,
  realip_remote_addr: (r) => r.client.address,
  realip_remote_port: (r) => String(r.client.port),
  realpath_root: (r) => {
    try {
      return r.worker.self.files.realpath(readable(documentRoot(r)));
    } catch {
      return undefined;
    }
  },
  remote_addr: (r) => r.address,
  remote_port: (r) => String(r.port),
  remote_user: (r) => r.user,
  request: (r) => optional(r.requestLine),
  request_body: (r) => (r.body === undefined ? undefined : [...r.body].map((byte) => String.fromCharCode(byte)).join("")),
  request_completion: (r) => (r.isComplete ? "OK" : ""),
  request_filename: (r) => pathOf(r),
  request_id: (r) => {
    const random = () => Math.floor(r.worker.self.machine.kernel.random() * 2 ** 32);
    r.id ??= Array.from({ length: 4 }, () => random().toString(16).padStart(8, "0")).join("");
    return r.id;
  },
  request_length: (r) => String(r.length),
  request_method: (r) => optional(r.method),
  request_time: (r) => seconds(Math.max(0, r.worker.clock.now() - r.startMs)),
  request_uri: (r) => optional(r.unparsedUri),
  scheme: (r) => (r.client.isTls ? "https" : "http"),
  server_addr: (r) => r.client.localAddress,
  server_name: (r) => r.server.name,
  server_port: (r) => String(r.client.localPort),
  server_protocol: (r) => (r.version === 9 ? "HTTP/0.9" : r.version === 1000 ? "HTTP/1.0" : "HTTP/1.1"),
  ssl_protocol: (r) => r.client.tls?.protocol,
  ssl_cipher: (r) => r.client.tls?.cipher,
  ssl_server_name: (r) => r.client.tls?.serverName,
  status: statusText,
  time_iso8601: (r) => isoTime(r.worker.clock.now()),
  time_local: (r) => localTime(r.worker.clock.now()),
  upstream_addr: (r) => attempts(r, ({ address }) => address),
  upstream_status: (r) => attempts(r, ({ status }) => (status === 0 ? "-" : String(status))),
  upstream_connect_time: (r) => attempts(r, ({ connectMs }) => time(connectMs)),
  upstream_header_time: (r) => attempts(r, ({ headerMs }) => time(headerMs)),
  upstream_response_time: (r) => attempts(r, ({ responseMs }) => time(responseMs)),
  upstream_response_length: (r) => attempts(r, ({ length }) => String(length)),
  upstream_bytes_received: (r) => attempts(r, ({ received }) => String(received)),
  upstream_bytes_sent: (r) => attempts(r, ({ sent: bytes }) => String(bytes)),
};

function prefixed(r: HttpRequest, name: string): string | undefined {
  if (name.startsWith("http_")) {
    const key = name.slice(5);
    return fields(r.headers, key, key === "cookie" ? "; " : ", ");
  }
  if (name.startsWith("arg_")) return argument(r, name.slice(4));
  if (name.startsWith("cookie_")) return cookie(r, name.slice(7));
  if (name.startsWith("sent_http_")) return sent(r, name.slice(10));
  if (name.startsWith("upstream_http_")) return fields(r.upstreamHeaders, name.slice(14), ", ");
  if (name.startsWith("upstream_cookie_")) {
    const wanted = `${name.slice(16)}=`;
    const found = r.upstreamHeaders.find((field) => field.name.toLowerCase() === "set-cookie" && field.value.startsWith(wanted));
    return found?.value.slice(wanted.length).split(";")[0];
  }
  return undefined;
}

function hostMatches(pattern: string, host: string): boolean {
  if (pattern.startsWith("*.")) return host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1;
  if (pattern.startsWith(".")) return host === pattern.slice(1) || host.endsWith(pattern);
  return host.startsWith(pattern.slice(0, -1));
}

function mapped(r: HttpRequest, source: string, map: VariableMap): string {
  const key = map.hostnames ? source.toLowerCase().replace(/\.$/, "") : source.toLowerCase();
  const exact = map.exact.get(key);
  if (exact !== undefined) return evaluate(exact, r);
  // The longest wildcard at the front, then at the end.
  const wild = map.wildcards.filter(({ pattern }) => hostMatches(pattern, key)).sort((a, b) => b.pattern.length - a.pattern.length);
  const best = wild.find(({ pattern }) => !pattern.endsWith(".*")) ?? wild[0];
  if (best !== undefined) return evaluate(best.value, r);
  for (const { pattern, value } of map.patterns) if (r.matches(pattern, source)) return evaluate(value, r);
  return map.default === undefined ? "" : evaluate(map.default, r);
}

function computed(r: HttpRequest, variable: DefinedVariable): string {
  switch (variable.kind) {
    case "map":
      return mapped(r, evaluate(variable.source, r), variable.map);
    case "geo": {
      const address = addressNumber(evaluate(variable.address, r));
      if (address === undefined) return variable.geo.default;
      const fitting = variable.geo.networks.filter((each) => (address & each.mask) >>> 0 === each.address);
      const best = fitting.sort((a, b) => b.mask - a.mask)[0];
      return best?.value ?? variable.geo.default;
    }
    case "split": {
      const hash = murmurHash2(evaluate(variable.source, r));
      return variable.parts.find(({ below }) => below === undefined || hash < below)?.value ?? "";
    }
    case "set":
      return "";
  }
}

/** The value now. Computed ones are computed once a request. */
export function lookUp(r: HttpRequest, name: string): string | undefined {
  if (r.values.has(name)) return r.values.get(name);
  const variable = r.worker.cycle.variables.get(name);
  if (variable !== undefined) {
    if (variable.kind === "set") {
      if (readers[name] !== undefined) return readers[name](r);
      const other = prefixed(r, name);
      if (other !== undefined) return other;
      r.warnUninitialized(name);
      r.values.set(name, "");
      return "";
    }
    const value = computed(r, variable);
    if (!(variable.kind === "map" && variable.map.volatile)) r.values.set(name, value);
    return value;
  }
  const reader = readers[name];
  return reader === undefined ? prefixed(r, name) : reader(r);
}

/** `set $args …`: some variables are parts of the request. */
export function assign(r: HttpRequest, name: string, value: string): void {
  if (name === "args" || name === "query_string") {
    r.args = value;
    r.hasArgs = true;
    r.validUnparsedUri = false;
  } else r.values.set(name, value);
}
