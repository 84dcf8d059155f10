/** server, listen, server_name (https://nginx.org/en/docs/http/ngx_http_core_module.html). */

import { parseAddressText } from "./address.ts";
import { type Cycle, child, type DirectiveHandler } from "./cycle.ts";
import { type ListenOptions, LocationConfig, ServerConfig } from "./model.ts";
import { ConfigError } from "./tokens.ts";
import { addressNumber, parseNumber, parseSeconds, parseSize } from "./values.ts";

interface Parameters {
  isDefault: boolean;
  isTls: boolean;
  isHttp2: boolean;
  isProxyProtocol: boolean;
  isSet: boolean;
  backlog: number;
}

function keepaliveIsRight(text: string): boolean {
  if (text === "on" || text === "off") return true;
  const parts = text.split(":");
  const [idle = "", interval = "", count = ""] = parts;
  if (parts.length > 3 || text.replaceAll(":", "") === "") return false;
  return (
    (idle === "" || parseSeconds(idle) !== undefined) &&
    (interval === "" || parseSeconds(interval) !== undefined) &&
    (count === "" || parseNumber(count) !== undefined)
  );
}

function parameter(text: string, found: Parameters): void {
  const [name = "", value] = text.split(/=(.*)/s, 2);
  const wants = (ok: boolean) => {
    if (!ok) throw new ConfigError(`invalid ${name} "${text}"`);
    found.isSet = true;
  };
  if (text === "default_server" || text === "default") found.isDefault = true;
  else if (text === "bind" || text === "deferred" || text === "reuseport") found.isSet = true;
  else if (text === "ssl") found.isTls = true;
  else if (text === "http2") found.isHttp2 = true;
  else if (text === "proxy_protocol") found.isProxyProtocol = true;
  else if (value !== undefined && (name === "backlog" || name === "fastopen")) {
    const number = parseNumber(value);
    wants(number !== undefined && !(name === "backlog" && number === 0));
    if (name === "backlog") found.backlog = number ?? found.backlog;
  } else if (value !== undefined && (name === "rcvbuf" || name === "sndbuf")) wants(parseSize(value) !== undefined);
  else if (value !== undefined && name === "ipv6only" && value.startsWith("o")) {
    if (value !== "on" && value !== "off") throw new ConfigError(`invalid ipv6only flags "${value}"`);
    found.isSet = true;
  } else if (value !== undefined && name === "so_keepalive") {
    if (!keepaliveIsRight(value)) throw new ConfigError(`invalid so_keepalive value: "${value}"`);
    found.isSet = true;
  } else throw new ConfigError(`invalid parameter "${text}"`);
}

/** The socket of every server that a `listen` names: options of the first that set them. */
export function addListen(cycle: Cycle, server: ServerConfig, options: ListenOptions): void {
  const same = cycle.servers
    .flatMap((each) => each.listens.map((listen) => ({ each, listen })))
    .filter(({ listen }) => listen.address === options.address && listen.port === options.port);
  if (same.some(({ each }) => each === server)) throw new ConfigError(`a duplicate listen ${options.text}`);
  if (options.isSet && same.some(({ listen }) => listen.isSet)) throw new ConfigError(`duplicate listen options for ${options.text}`);
  if (options.isDefault && same.some(({ listen }) => listen.isDefault))
    throw new ConfigError(`a duplicate default server for ${options.text}`);
  server.listens.push(options);
}

export const listenDirectives: Readonly<Record<string, DirectiveHandler>> = {
  server: (_directive, block, cycle) => {
    const root = new LocationConfig("server", "", "none", block.location, cycle.place);
    const server = new ServerConfig(root, cycle.place, cycle.servers.length);
    cycle.servers.push(server);
    return child(block, "s", { server, location: root });
  },
  listen: ({ args }, block, cycle) => {
    const { server } = block;
    if (server === undefined) return undefined;
    const [text = "", ...parameters] = args;
    const url = parseAddressText(text, { listen: true, defaultPort: 80 });
    if (typeof url === "string") throw new ConfigError(`${url} in "${text}" of the "listen" directive`);
    const found: Parameters = { isDefault: false, isTls: false, isHttp2: false, isProxyProtocol: false, isSet: false, backlog: 511 };
    let hosts = [url.host];
    if (url.kind === "inet" && addressNumber(url.host) === undefined) {
      hosts = [...cycle.options.resolve(url.host)];
      if (hosts.length === 0) throw new ConfigError(`host not found in "${text}" of the "listen" directive`);
    }
    for (const each of parameters) parameter(each, found);
    if (found.isProxyProtocol)
      throw new ConfigError('"listen … proxy_protocol" is real, but this world does not model it (see /reference/machine)');
    for (const host of hosts) {
      const shown = url.kind === "unix" ? `unix:${host}` : `${host}:${url.port}`;
      const address = url.kind === "unix" ? `unix:${host}` : host;
      addListen(cycle, server, { ...found, address, port: url.kind === "unix" ? 0 : url.port, text: shown });
    }
    return undefined;
  },
  server_name: ({ args }, block, cycle) => {
    for (const name of args) {
      if ((name.startsWith("*") && (name.length < 3 || name[1] !== ".")) || (name.startsWith(".") && name.length < 2))
        throw new ConfigError(`server name "${name}" is invalid`);
      if (name.includes("/")) cycle.warn(`server name "${name}" has suspicious symbols`);
      if (name === "~") throw new ConfigError(`empty regex in server name "${name}"`);
      const isPattern = name.startsWith("~");
      const source = name.slice(1);
      const plain = name.toLowerCase() === "$hostname" ? cycle.options.hostname : name;
      block.server?.names.push(
        isPattern
          ? { text: name, pattern: cycle.pattern(source, /[A-Z]/.test(source)) }
          : { text: plain.toLowerCase(), pattern: undefined },
      );
    }
    return undefined;
  },
};
