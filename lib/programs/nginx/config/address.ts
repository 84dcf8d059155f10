/** Addresses of `listen`, `server` and `proxy_pass` (ngx_parse_url). */
import { addressNumber, isIpv6, parseNumber } from "./values.ts";

export interface Address {
  readonly kind: "inet" | "inet6" | "unix";
  /** A name, a dotted quad, "[…]", or the path of a socket. */
  readonly host: string;
  readonly port: number;
  /** No port was written. */
  readonly isDefaultPort: boolean;
  /** What follows the address: "/path". */
  readonly uri: string;
  /** For `listen` without an address. */
  readonly isWildcard: boolean;
  /** The port as written. */
  readonly portText: string;
}

/** An address, or what is wrong with it. */
export function parseAddressText(text: string, options: { listen?: boolean; uri?: boolean; defaultPort: number }): Address | string {
  const { listen = false, uri: takesUri = false, defaultPort } = options;
  const base = { isWildcard: false, isDefaultPort: true, port: defaultPort, portText: "" };
  if (/^unix:/i.test(text)) {
    const rest = text.slice(5);
    const colon = takesUri ? rest.indexOf(":") : -1;
    const path = colon < 0 ? rest : rest.slice(0, colon);
    if (path === "") return "no path in the unix domain socket";
    if (path.length >= 108) return "too long path in the unix domain socket";
    return { ...base, kind: "unix", host: path, uri: colon < 0 ? "" : rest.slice(colon + 1) };
  }
  if (text.startsWith("[")) {
    const close = text.indexOf("]");
    if (close < 0) return "invalid host";
    const host = text.slice(0, close + 1);
    const rest = text.slice(close + 1);
    const slash = takesUri ? rest.search(/[/?]/) : -1;
    const portPart = slash < 0 ? rest : rest.slice(0, slash);
    if (portPart !== "" && !portPart.startsWith(":")) return "invalid host";
    if (!isIpv6(host.slice(1, -1))) return "invalid IPv6 address";
    const port = portPart === "" ? defaultPort : parseNumber(portPart.slice(1));
    if (port === undefined || port < 1 || port > 65535) return "invalid port";
    return {
      kind: "inet6",
      host,
      port,
      isDefaultPort: portPart === "",
      uri: slash < 0 ? "" : rest.slice(slash),
      isWildcard: host === "[::]",
      portText: portPart.slice(1),
    };
  }
  const slash = text.search(/[/?]/);
  if (slash >= 0 && (listen || !takesUri)) return "invalid host";
  const authority = slash < 0 ? text : text.slice(0, slash);
  const uri = slash < 0 ? "" : text.slice(slash);
  const colon = authority.indexOf(":");
  if (colon < 0 && listen && /^\d+$/.test(authority)) {
    const port = Number(authority);
    if (port < 1 || port > 65535) return "invalid port";
    return { kind: "inet", host: "0.0.0.0", port, isDefaultPort: false, uri, isWildcard: true, portText: authority };
  }
  const host = colon < 0 ? authority : authority.slice(0, colon);
  const portText = colon < 0 ? "" : authority.slice(colon + 1);
  const port = colon < 0 ? defaultPort : parseNumber(portText);
  if (port === undefined || port < 1 || port > 65535) return "invalid port";
  if (host === "") return "no host";
  if (listen && host === "*") return { kind: "inet", host: "0.0.0.0", port, isDefaultPort: colon < 0, uri, isWildcard: true, portText };
  return { kind: "inet", host, port, isDefaultPort: colon < 0, uri, isWildcard: addressNumber(host) === 0, portText };
}
