/** Who may, and how often: allow, deny, auth_basic, limit_req, limit_conn, real_ip, certificates. */
import { type Cycle, type DirectiveHandler, locationOf } from "./cycle.ts";
import type { RequestZone } from "./model.ts";
import { ConfigError } from "./tokens.ts";
import { type Cidr, isIpv6, parseCidr, parseNumber, parseSize } from "./values.ts";

const PAGE = 4096;

const accessRule: DirectiveHandler = ({ name, args }, block, cycle) => {
  const { own } = locationOf(block);
  const text = args[0] ?? "";
  const special = text === "all" ? "all" : text === "unix:" ? "unix" : isIpv6(text) ? "ipv6" : undefined;
  let match: Cidr | "all" | "unix" | "ipv6" | undefined = special;
  if (match === undefined) {
    const cidr = parseCidr(text);
    if (cidr === undefined) throw new ConfigError(`invalid parameter "${text}"`);
    if (cidr.hadLowBits) cycle.warn(`low address bits of ${text} are meaningless`);
    match = cidr;
  }
  own.access = [...(own.access ?? []), { allow: name === "allow", match }];
  return undefined;
};

function zoneOf(cycle: Cycle, kind: RequestZone["kind"], directive: string, args: readonly string[]): void {
  const [key = "", ...parameters] = args;
  const template = cycle.template(key);
  let name = "";
  let size = 0;
  let rate = 1000;
  for (const parameter of parameters) {
    if (parameter.startsWith("zone=")) {
      const [zone = "", text] = parameter.slice(5).split(/:(.*)/s, 2);
      const bytes = text === undefined ? undefined : parseSize(text);
      if (bytes === undefined) throw new ConfigError(`invalid zone size "${parameter}"`);
      if (bytes < 8 * PAGE) throw new ConfigError(`zone "${parameter}" is too small`);
      name = zone;
      size = bytes;
    } else if (kind === "requests" && parameter.startsWith("rate=")) {
      const [, digits = "", unit = "r/s"] = /^rate=(.*?)(r\/s|r\/m)?$/.exec(parameter) ?? [];
      const number = parseNumber(digits);
      if (number === undefined || number === 0) throw new ConfigError(`invalid rate "${parameter}"`);
      rate = Math.floor((number * 1000) / (unit === "r/m" ? 60 : 1));
    } else throw new ConfigError(`invalid parameter "${parameter}"`);
  }
  if (name === "") throw new ConfigError(`"${directive}" must have "zone" parameter`);
  const known = cycle.zones.get(name);
  if (known !== undefined) throw new ConfigError(`${directive} "${name}" is already bound to key "${known.key.source}"`);
  cycle.zones.set(name, { kind, name, size, key: template, rate });
}

const certificate =
  (field: "certificates" | "certificateKeys"): DirectiveHandler =>
  ({ args }, block, cycle) => {
    const { own } = locationOf(block);
    const path = args[0] ?? "";
    own[field] = [...(own[field] ?? []), { path: path.startsWith("$") ? path : cycle.fullName(path, true), written: path }];
    return undefined;
  };

export const accessDirectives: Readonly<Record<string, DirectiveHandler>> = {
  allow: accessRule,
  deny: accessRule,
  auth_basic_user_file: ({ args }, block, cycle) => {
    const { own } = locationOf(block);
    if (own.authFile !== undefined) return "is duplicate";
    const path = args[0] ?? "";
    own.authFile = cycle.template(path.startsWith("$") ? path : cycle.fullName(path, true));
    return undefined;
  },
  limit_req_zone: ({ name, args }, _block, cycle) => {
    zoneOf(cycle, "requests", name, args);
    return undefined;
  },
  limit_conn_zone: ({ name, args }, _block, cycle) => {
    zoneOf(cycle, "connections", name, args);
    return undefined;
  },
  limit_req: ({ name, args }, block, cycle) => {
    const { own } = locationOf(block);
    let zone: string | undefined;
    let burst = 0;
    let delay = 0;
    for (const arg of args) {
      const [, key = "", value = ""] = /^(zone|burst|delay)=(.*)$/s.exec(arg) ?? [];
      if (key === "zone") zone = value;
      else if (key === "burst" || key === "delay") {
        const number = parseNumber(value);
        if (number === undefined || number === 0) throw new ConfigError(`invalid ${key} value "${arg}"`);
        if (key === "burst") burst = number;
        else delay = number;
      } else if (arg === "nodelay") delay = Number.POSITIVE_INFINITY;
      else throw new ConfigError(`invalid parameter "${arg}"`);
    }
    if (zone === undefined) throw new ConfigError(`"${name}" must have "zone" parameter`);
    cycle.wantedZones.push({ kind: "requests", name: zone });
    if (own.limitRequests?.some((each) => each.zone === zone)) return "is duplicate";
    own.limitRequests = [...(own.limitRequests ?? []), { zone, burst, delay }];
    return undefined;
  },
  limit_conn: ({ args }, block, cycle) => {
    const { own } = locationOf(block);
    const [zone = "", text = ""] = args;
    cycle.wantedZones.push({ kind: "connections", name: zone });
    if (own.limitConnections?.some((each) => each.zone === zone)) return "is duplicate";
    const most = parseNumber(text);
    if (most === undefined || most === 0) throw new ConfigError(`invalid number of connections "${text}"`);
    if (most > 65535) throw new ConfigError("connection limit must be less 65536");
    own.limitConnections = [...(own.limitConnections ?? []), { zone, most }];
    return undefined;
  },
  set_real_ip_from: ({ args }, block, cycle) => {
    const { own } = locationOf(block);
    const text = args[0] ?? "";
    const cidr = text === "unix:" ? "unix" : parseCidr(text);
    if (cidr === undefined && isIpv6(text)) return undefined;
    if (cidr === undefined) {
      const found = cycle.options.resolve(text);
      if (found.length === 0) throw new ConfigError(`host not found in set_real_ip_from "${text}"`);
      own.realIpFrom = [...(own.realIpFrom ?? []), ...found.flatMap((each) => parseCidr(each) ?? [])];
      return undefined;
    }
    if (cidr !== "unix" && cidr.hadLowBits) cycle.warn(`low address bits of ${text} are meaningless`);
    own.realIpFrom = [...(own.realIpFrom ?? []), cidr];
    return undefined;
  },
  real_ip_header: ({ args }, block) => {
    const { own } = locationOf(block);
    if (own.words.real_ip_header !== undefined) return "is duplicate";
    own.words.real_ip_header = args[0];
    return undefined;
  },
  ssl_certificate: certificate("certificates"),
  ssl_certificate_key: certificate("certificateKeys"),
  ssl: ({ args }, block, cycle) => {
    const { own } = locationOf(block);
    if (own.flags.ssl !== undefined) return "is duplicate";
    if (args[0] !== "on" && args[0] !== "off")
      throw new ConfigError(`invalid value "${args[0]}" in "ssl" directive, it must be "on" or "off"`);
    own.flags.ssl = args[0] === "on";
    cycle.warn('the "ssl" directive is deprecated, use the "listen ... ssl" directive instead');
    return undefined;
  },
  ssl_session_cache: ({ args }) => {
    for (const arg of args) {
      if (arg === "off" || arg === "none" || arg === "builtin" || /^builtin:\d+$/.test(arg)) continue;
      const [, name = "", text = ""] = /^shared:([^:]*):(.*)$/.exec(arg) ?? [];
      const size = parseSize(text);
      if (name === "" || size === undefined) throw new ConfigError(`invalid session cache "${arg}"`);
      if (size < 8 * PAGE) throw new ConfigError(`session cache "${arg}" is too small`);
    }
    return undefined;
  },
  ssl_password_file: () => {
    throw new ConfigError('"ssl_password_file" is real, but this world does not model it (see /reference/machine)');
  },
};
