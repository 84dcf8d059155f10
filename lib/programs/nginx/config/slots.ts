/** Directives that only set a value: switches, numbers, sizes, times, words (ngx_conf_set_*_slot). */
import type { Cycle, Directive } from "./cycle.ts";
import type { Settings } from "./model.ts";
import { ConfigError } from "./tokens.ts";
import { parseMilliseconds, parseNumber, parseSeconds, parseSize } from "./values.ts";

const ENUMS: Readonly<Record<string, readonly string[]>> = {
  autoindex_format: ["html", "json"],
  client_body_in_file_only: ["off", "on", "clean"],
  debug_points: ["stop", "abort"],
  gzip_http_version: ["1.0", "1.1"],
  gzip_static: ["off", "on", "always"],
  if_modified_since: ["off", "exact", "before"],
  limit_conn_log_level: ["info", "notice", "warn", "error"],
  limit_req_log_level: ["info", "notice", "warn", "error"],
  lingering_close: ["off", "on", "always"],
  proxy_http_version: ["1.0", "1.1"],
  satisfy: ["all", "any"],
  server_tokens: ["off", "on", "build"],
};

const PROTOCOLS = ["SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
const MASKS: Readonly<Record<string, readonly string[]>> = {
  gzip_proxied: ["off", "expired", "no-cache", "no-store", "private", "no_last_modified", "no_etag", "auth", "any"],
  keepalive_disable: ["none", "msie6", "safari"],
  proxy_ignore_headers: [
    "X-Accel-Redirect",
    "X-Accel-Expires",
    "X-Accel-Limit-Rate",
    "X-Accel-Buffering",
    "X-Accel-Charset",
    "Expires",
    "Cache-Control",
    "Set-Cookie",
    "Vary",
  ],
  proxy_next_upstream: [
    "error",
    "timeout",
    "invalid_header",
    "non_idempotent",
    "http_500",
    "http_502",
    "http_503",
    "http_504",
    "http_403",
    "http_404",
    "http_429",
    "updating",
    "off",
  ],
  proxy_ssl_protocols: PROTOCOLS,
  ssl_protocols: PROTOCOLS,
};

/** Numbers that the directive checks besides (ngx_conf_check_num_bounds). */
const BOUNDS: Readonly<Record<string, readonly [number, number]>> = {
  gzip_comp_level: [1, 9],
  limit_req_status: [400, 599],
  limit_conn_status: [400, 599],
};

const duplicate = "is duplicate";

type Setter = (directive: Directive, settings: Settings, cycle: Cycle) => string | undefined;

function number(parse: (text: string) => number | undefined, wrong: string): Setter {
  return ({ name, args }, { numbers }) => {
    if (numbers[name] !== undefined) return duplicate;
    const value = parse(args[0] ?? "");
    if (value === undefined) return wrong;
    const bounds = BOUNDS[name];
    if (bounds && (value < bounds[0] || value > bounds[1])) throw new ConfigError(`value must be between ${bounds[0]} and ${bounds[1]}`);
    numbers[name] = value;
    return undefined;
  };
}

/** By the kind of the table. */
export const slots: Readonly<Record<string, Setter>> = {
  flag: ({ name, args }, { flags }) => {
    if (flags[name] !== undefined) return duplicate;
    const value = (args[0] ?? "").toLowerCase();
    if (value !== "on" && value !== "off")
      throw new ConfigError(`invalid value "${args[0]}" in "${name}" directive, it must be "on" or "off"`);
    flags[name] = value === "on";
    return undefined;
  },
  num: number(parseNumber, "invalid number"),
  size: number((text) => parseSize(text), "invalid value"),
  off: number((text) => parseSize(text, true), "invalid value"),
  msec: number(parseMilliseconds, "invalid value"),
  sec: number(parseSeconds, "invalid value"),
  str: ({ name, args }, { words }) => {
    if (words[name] !== undefined) return duplicate;
    words[name] = args[0] ?? "";
    return undefined;
  },
  enum: ({ name, args }, { words }) => {
    if (words[name] !== undefined) return duplicate;
    const value = ENUMS[name]?.find((each) => each === args[0]?.toLowerCase());
    if (value === undefined) throw new ConfigError(`invalid value "${args[0]}"`);
    words[name] = value;
    return undefined;
  },
  mask: ({ name, args }, { lists }, cycle) => {
    const values: string[] = [...(lists[name] ?? [])];
    for (const arg of args) {
      const value = MASKS[name]?.find((each) => each.toLowerCase() === arg.toLowerCase());
      if (value === undefined) throw new ConfigError(`invalid value "${arg}"`);
      if (values.includes(value)) cycle.warn(`duplicate value "${arg}"`);
      else values.push(value);
    }
    lists[name] = values;
    return undefined;
  },
  bufs: ({ name, args }, { lists, numbers }) => {
    if (lists[name] !== undefined) return duplicate;
    const count = parseNumber(args[0] ?? "");
    const size = parseSize(args[1] ?? "");
    if (count === undefined || count === 0 || size === undefined || size === 0) return "invalid value";
    lists[name] = args;
    numbers[`${name}.count`] = count;
    numbers[`${name}.size`] = size;
    return undefined;
  },
  path: ({ name, args }, { lists }, cycle) => {
    if (lists[name] !== undefined) return duplicate;
    lists[name] = [cycle.fullName(args[0] ?? "").replace(/(?<=.)\/$/, ""), ...args.slice(1)];
    for (const level of args.slice(1)) if (!/^[1-3]$/.test(level)) throw new ConfigError(`invalid value "${level}"`);
    return undefined;
  },
  complex: ({ name, args }, { templates }, cycle) => {
    if (templates[name] !== undefined) return duplicate;
    templates[name] = cycle.template(args[0] ?? "");
    return undefined;
  },
  types: ({ name, args }, { lists }, cycle) => {
    const values = [...(lists[name] ?? ["text/html"])];
    for (const arg of args) {
      const value = arg.toLowerCase();
      if (value === "*") values.push("*");
      else if (values.includes(value)) cycle.warn(`duplicate MIME type "${value}"`);
      else values.push(value);
    }
    lists[name] = values;
    return undefined;
  },
  many: ({ name, args }, { lists }) => {
    lists[name] = [...(lists[name] ?? []), ...args];
    return undefined;
  },
};
