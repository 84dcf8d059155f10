/** upstream blocks (https://nginx.org/en/docs/http/ngx_http_upstream_module.html). */
import { parseAddressText } from "./address.ts";
import { type Block, type Cycle, child, type Directive, type DirectiveHandler } from "./cycle.ts";
import { UpstreamConfig } from "./model.ts";
import { ConfigError } from "./tokens.ts";
import { addressNumber, parseMilliseconds, parseNumber, parseSeconds, parseSize } from "./values.ts";

function upstreamOf(block: Block): UpstreamConfig {
  if (block.upstream === undefined) throw new Error("a directive of upstream outside of it");
  return block.upstream;
}

/** Addresses behind a name or literal; `said` is how the error ends. Throws ConfigError. */
export function resolveServer(cycle: Cycle, text: string, defaultPort: number) {
  const url = parseAddressText(text, { defaultPort });
  if (typeof url === "string") throw new ConfigError(`${url} in upstream "${text}"`);
  if (url.kind === "unix") return [{ address: `unix:${url.host}`, port: 0, text: `unix:${url.host}` }];
  const isLiteral = url.kind === "inet6" || addressNumber(url.host) !== undefined;
  const hosts = isLiteral ? [url.host] : cycle.options.resolve(url.host);
  if (hosts.length === 0) throw new ConfigError(`host not found in upstream "${text}"`);
  return hosts.map((host) => ({ address: host, port: url.port, text: `${host}:${url.port}` }));
}

const method =
  (name: UpstreamConfig["method"]): DirectiveHandler =>
  (_directive, block, cycle) => {
    const upstream = upstreamOf(block);
    if (upstream.method !== "round-robin") cycle.warn("load balancing method redefined");
    upstream.method = name;
    return undefined;
  };

export const upstreamDirectives: Readonly<Record<string, DirectiveHandler>> = {
  upstream: ({ args }, block, cycle) => {
    const name = args[0] ?? "";
    const known = cycle.upstreams.get(name);
    if (known?.isBlock) throw new ConfigError(`duplicate upstream "${name}"`);
    const upstream = new UpstreamConfig(name, cycle.place, true);
    cycle.upstreams.set(name, upstream);
    return child(block, "u", { upstream });
  },
  "server@upstream": ({ args }, block, cycle) => {
    const upstream = upstreamOf(block);
    const [text = "", ...parameters] = args;
    const found = { weight: 1, maxConns: 0, maxFails: 1, failTimeoutMs: 10_000, isBackup: false, isDown: false };
    for (const parameter of parameters) {
      const [, key = "", value = ""] = /^(weight|max_conns|max_fails|fail_timeout)=(.*)$/.exec(parameter) ?? [];
      const number = key === "fail_timeout" ? parseSeconds(value) : parseNumber(value);
      const isHash = upstream.method === "ip-hash" || upstream.method === "hash" || upstream.method === "consistent-hash";
      if (parameter === "backup") {
        if (isHash || upstream.method === "random") throw new ConfigError('balancing method does not support parameter "backup"');
        found.isBackup = true;
      } else if (parameter === "down") found.isDown = true;
      else if (key === "" || number === undefined || (key === "weight" && number === 0))
        throw new ConfigError(`invalid parameter "${parameter}"`);
      else if (key === "weight") found.weight = number;
      else if (key === "max_conns") found.maxConns = number;
      else if (key === "max_fails") found.maxFails = number;
      else found.failTimeoutMs = number * 1000;
    }
    upstream.servers.push({ name: text, addresses: resolveServer(cycle, text, 80), ...found });
    return undefined;
  },
  least_conn: method("least-conn"),
  ip_hash: method("ip-hash"),
  random: (directive, block, cycle) => {
    if (directive.args.length > 0)
      throw new ConfigError('"random" with parameters is real, but this world does not model it (see /reference/machine)');
    return method("random")(directive, block, cycle);
  },
  hash: (directive, block, cycle) => {
    const [key = "", parameter] = directive.args;
    if (parameter !== undefined && parameter !== "consistent") throw new ConfigError(`invalid parameter "${parameter}"`);
    method(parameter === undefined ? "hash" : "consistent-hash")(directive, block, cycle);
    upstreamOf(block).hashKey = cycle.template(key);
    return undefined;
  },
  keepalive: ({ name, args }, block) => {
    if (block.seen.has(name)) return "is duplicate";
    const value = parseNumber(args[0] ?? "");
    if (value === undefined || value === 0) throw new ConfigError(`invalid value "${args[0]}" in "${name}" directive`);
    upstreamOf(block).keepalive = value;
    return undefined;
  },
  "keepalive_requests@upstream": ({ name, args }, block) => {
    if (block.seen.has(name)) return "is duplicate";
    const value = parseNumber(args[0] ?? "");
    if (value === undefined) return "invalid number";
    upstreamOf(block).keepaliveRequests = value;
    return undefined;
  },
  "keepalive_timeout@upstream": ({ name, args }, block) => {
    if (block.seen.has(name)) return "is duplicate";
    const value = parseMilliseconds(args[0] ?? "");
    if (value === undefined) return "invalid value";
    upstreamOf(block).keepaliveTimeoutMs = value;
    return undefined;
  },
  "keepalive_time@upstream": ({ name, args }, block) => {
    if (block.seen.has(name)) return "is duplicate";
    return parseMilliseconds(args[0] ?? "") === undefined ? "invalid value" : undefined;
  },
  zone: ({ args }, block) => {
    const [name = "", size] = args;
    if (name === "") throw new ConfigError('invalid zone name ""');
    const bytes = size === undefined ? 0 : parseSize(size);
    if (bytes === undefined) throw new ConfigError(`invalid zone size "${size}"`);
    if (size !== undefined && bytes < 8 * 4096) throw new ConfigError(`zone "${name}" is too small`);
    upstreamOf(block).zone = name;
    return undefined;
  },
};

export function afterUpstream(_directive: Directive, block: Block): void {
  if (upstreamOf(block).servers.length === 0) throw new ConfigError("no servers are inside upstream");
}
