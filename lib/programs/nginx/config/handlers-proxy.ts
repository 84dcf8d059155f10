/** proxy_pass and the directives around it (https://nginx.org/en/docs/http/ngx_http_proxy_module.html). */
import { parseAddressText } from "./address.ts";
import { type Cycle, type DirectiveHandler, locationOf } from "./cycle.ts";
import type { LocationConfig, ProxyTarget, Substitution } from "./model.ts";
import type { Pattern } from "./regex.ts";
import type { Template } from "./template.ts";
import { ConfigError } from "./tokens.ts";

/** What stands for an address that a `proxy_pass` or a `server` names; a block of that name is used as it is. */
function upstreamOf(cycle: Cycle, host: string, port: number, isDefaultPort: boolean, isUnix: boolean) {
  const known = cycle.upstreams.get(host);
  if (known?.isBlock && !isUnix) {
    if (!isDefaultPort) throw new ConfigError(`upstream "${host}" may not have port ${port}`);
    return known;
  }
  return cycle.upstreamFor(isUnix ? `unix:${host}` : `${host}:${port}`);
}

/** The parts of a `proxy_pass` address without variables. Throws ConfigError. */
export function proxyTarget(cycle: Cycle, url: string, location: LocationConfig): ProxyTarget {
  const isTls = /^https:\/\//i.test(url);
  if (!isTls && !/^http:\/\//i.test(url)) throw new ConfigError("invalid URL prefix");
  const rest = url.slice(isTls ? 8 : 7);
  const defaultPort = isTls ? 443 : 80;
  const address = parseAddressText(rest, { uri: true, defaultPort });
  if (typeof address === "string") throw new ConfigError(`${address} in upstream "${rest}"`);
  const isUnix = address.kind === "unix";
  const upstream = upstreamOf(cycle, address.host, address.port, address.isDefaultPort, isUnix);
  const hasNoName = location.kind !== "location" || location.match === "regex" || location.match === "named";
  if (hasNoName && address.uri !== "")
    throw new ConfigError(
      '"proxy_pass" cannot have URI part in location given by regular expression, or inside named location, or inside "if" statement, or inside "limit_except" block',
    );
  const port = address.isDefaultPort || address.port === defaultPort ? "" : `:${address.port}`;
  const uri = address.uri.startsWith("?") ? `/${address.uri}` : address.uri;
  return {
    place: cycle.place,
    url,
    template: undefined,
    isTls,
    hostHeader: isUnix ? "localhost" : `${address.host}${port}`,
    uri,
    upstream,
    location: hasNoName ? "" : location.name,
  };
}

function substitution(cycle: Cycle, pattern: string, replacement: string): Substitution {
  let match: Template | Pattern;
  if (pattern.startsWith("~")) {
    const ignoreCase = pattern[1] === "*";
    match = cycle.pattern(pattern.slice(ignoreCase ? 2 : 1), ignoreCase);
  } else match = cycle.template(pattern);
  return { pattern: match, replacement: cycle.template(replacement) };
}

const cookies =
  (field: "cookiePaths" | "cookieDomains"): DirectiveHandler =>
  ({ args }, block, cycle) => {
    const { own } = locationOf(block);
    if (own[field] === "off") return "is duplicate";
    if (args.length === 1) {
      if (args[0] !== "off") throw new ConfigError(`invalid parameter "${args[0]}"`);
      if (own[field] !== undefined) return "is duplicate";
      own[field] = "off";
      return undefined;
    }
    own[field] = [...(own[field] ?? []), substitution(cycle, args[0] ?? "", args[1] ?? "")];
    return undefined;
  };

export const proxyDirectives: Readonly<Record<string, DirectiveHandler>> = {
  proxy_pass: ({ args }, block, cycle) => {
    const location = locationOf(block);
    if (location.handler?.kind === "proxy") return "is duplicate";
    const url = args[0] ?? "";
    location.redirectsToSlash = location.name.endsWith("/") && location.kind === "location";
    const template = cycle.template(url);
    if (template.constant === undefined) {
      const target = { place: cycle.place, url, template, isTls: false, hostHeader: "", uri: "", upstream: undefined, location: "" };
      location.handler = { kind: "proxy", target };
    } else location.handler = { kind: "proxy", target: proxyTarget(cycle, url, location) };
    return undefined;
  },
  proxy_set_header: ({ args }, block, cycle) => {
    const { own } = locationOf(block);
    const [name = "", value = ""] = args;
    own.proxyHeaders = [...(own.proxyHeaders ?? []), { name, value: cycle.template(value) }];
    return undefined;
  },
  proxy_hide_header: ({ args }, block) => {
    const { own } = locationOf(block);
    own.hiddenHeaders = [...(own.hiddenHeaders ?? []), (args[0] ?? "").toLowerCase()];
    return undefined;
  },
  proxy_pass_header: ({ args }, block) => {
    const { own } = locationOf(block);
    own.passedHeaders = [...(own.passedHeaders ?? []), (args[0] ?? "").toLowerCase()];
    return undefined;
  },
  proxy_redirect: ({ args }, block, cycle) => {
    const location = locationOf(block);
    const { own } = location;
    if (own.proxyRedirects === "off") return "is duplicate";
    const before = own.proxyRedirects ?? [];
    const [pattern = "", replacement] = args;
    if (replacement !== undefined) {
      own.proxyRedirects = [...before, substitution(cycle, pattern, replacement)];
      return undefined;
    }
    if (pattern === "off") {
      if (own.proxyRedirects !== undefined) return "is duplicate";
      own.proxyRedirects = "off";
      return undefined;
    }
    if (pattern !== "default") throw new ConfigError(`invalid parameter "${pattern}"`);
    const { handler } = location;
    if (handler?.kind !== "proxy") throw new ConfigError('"proxy_redirect default" should be placed after the "proxy_pass" directive');
    if (handler.target.template !== undefined)
      throw new ConfigError('"proxy_redirect default" cannot be used with "proxy_pass" directive with variables');
    own.proxyRedirects = [...before, "default"];
    return undefined;
  },
  proxy_cookie_path: cookies("cookiePaths"),
  proxy_cookie_domain: cookies("cookieDomains"),
  proxy_cookie_flags: () => {
    throw new ConfigError('"proxy_cookie_flags" is real, but this world does not model it (see /reference/machine)');
  },
  proxy_set_body: ({ args }, block, cycle) => {
    const { own } = locationOf(block);
    if (own.templates.proxy_set_body !== undefined) return "is duplicate";
    own.templates.proxy_set_body = cycle.template(args[0] ?? "");
    return undefined;
  },
};
