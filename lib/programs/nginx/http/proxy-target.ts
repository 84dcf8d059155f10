/** The target of a proxy_pass with variables, computed at the request. */
import { parseAddressText } from "../config/address.ts";
import { type ProxyTarget, UpstreamConfig } from "../config/model.ts";
import { evaluate } from "../config/template.ts";
import { addressNumber } from "../config/values.ts";
import type { HttpRequest } from "./request.ts";
import { logError } from "./worker-state.ts";

/** The target, or the status to answer. */
export function resolveTarget(r: HttpRequest, configured: ProxyTarget): ProxyTarget | number {
  if (configured.template === undefined) return configured;
  const url = evaluate(configured.template, r);
  const isTls = /^https:\/\//i.test(url);
  if (!isTls && !/^http:\/\//i.test(url)) {
    logError(r, "error", `invalid URL prefix in "${url}"`);
    return 500;
  }
  const rest = url.slice(isTls ? 8 : 7);
  const defaultPort = isTls ? 443 : 80;
  const address = parseAddressText(rest, { uri: true, defaultPort });
  if (typeof address === "string") {
    logError(r, "error", `${address} in upstream "${rest}"`);
    return 500;
  }
  const port = address.isDefaultPort || address.port === defaultPort ? "" : `:${address.port}`;
  const shown = address.kind === "unix" ? "localhost" : `${address.host}${port}`;
  const uri = address.uri.startsWith("?") ? `/${address.uri}` : address.uri;
  const base = { ...configured, url, isTls, hostHeader: shown, uri, location: "" };
  const known = r.worker.cycle.upstreams.get(address.host);
  if (known?.isBlock) return { ...base, upstream: known };
  if (address.kind === "inet" && addressNumber(address.host) === undefined) {
    // nginx asks the resolver for names that it only learns at the request.
    const written = r.worker.cycle.upstreams.get(`${address.host}:${address.port}`);
    if (written !== undefined) return { ...base, upstream: written };
    logError(r, "error", `no resolver defined to resolve ${address.host}`);
    return 502;
  }
  const upstream = new UpstreamConfig(`${address.host}:${address.port}`, configured.place, false);
  const text = address.kind === "unix" ? `unix:${address.host}` : `${address.host}:${address.port}`;
  const at = address.kind === "unix" ? { address: text, port: 0, text } : { address: address.host, port: address.port, text };
  upstream.servers.push({
    name: text,
    addresses: [at],
    weight: 1,
    maxConns: 0,
    maxFails: 1,
    failTimeoutMs: 10_000,
    isBackup: false,
    isDown: false,
  });
  return { ...base, upstream };
}
