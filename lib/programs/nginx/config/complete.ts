/** What nginx does when the http block ends: settings are inherited, locations sorted, names looked up, and what doesn't fit is refused. */

import { errnos } from "../../../kernel/errno.ts";
import { codeOf, reason } from "../../core/errors.ts";
import type { Cycle } from "./cycle.ts";
import { addListen } from "./handlers-listen.ts";
import { resolveServer } from "./handlers-upstream.ts";
import { inherit, type LocationConfig, type ServerConfig } from "./model.ts";
import { ConfigError } from "./tokens.ts";
import { isKnownVariable } from "./variable-names.ts";

const PAGE = 4096;

/** The buffers of proxy_pass have to fit together (ngx_http_proxy_merge_loc_conf). */
function checkBuffers({ settings: { numbers } }: LocationConfig): void {
  const count = numbers["proxy_buffers.count"] ?? 8;
  const size = numbers["proxy_buffers.size"] ?? PAGE;
  if (count < 2) throw new ConfigError('there must be at least 2 "proxy_buffers"');
  const largest = Math.max(numbers.proxy_buffer_size ?? PAGE, size);
  const busy = numbers.proxy_busy_buffers_size ?? 2 * largest;
  if (busy < largest)
    throw new ConfigError(
      '"proxy_busy_buffers_size" must be equal to or greater than the maximum of the value of "proxy_buffer_size" and one of the "proxy_buffers"',
    );
  if (busy > (count - 1) * size)
    throw new ConfigError('"proxy_busy_buffers_size" must be less than the size of all "proxy_buffers" minus one buffer');
}

/** Every location below, `if` and limit_except blocks too. */
function inner(location: LocationConfig): LocationConfig[] {
  const branches = location.codes.flatMap((code) => (code.kind === "if" ? [code.then] : []));
  return [...branches, ...(location.except ? [location.except.config] : []), ...location.locations];
}

function merge(location: LocationConfig): void {
  const { parent } = location;
  location.settings = parent === undefined ? location.own : inherit(parent.settings, location.own);
  if (location.own.root === undefined && location.own.words.root === undefined && parent?.settings.root)
    location.settings.root = parent.settings.root;
  if (parent !== undefined && (location.kind === "if" || location.kind === "except")) {
    location.handler ??= parent.handler;
    location.isInternal ||= parent.isInternal;
  }
  checkBuffers(location);
  for (const each of inner(location)) merge(each);
}

function duplicate({ name, place }: LocationConfig): never {
  throw new ConfigError(`duplicate location "${name}" in ${place.file}:${place.line}`, "");
}

/** Sorted for looking up (ngx_http_init_locations). */
function arrange(location: LocationConfig): void {
  const exact = new Map<string, LocationConfig>();
  const prefixes = new Map<string, LocationConfig>();
  const named = new Map<string, LocationConfig>();
  for (const each of location.locations) {
    const table = each.match === "exact" ? exact : each.match === "named" ? named : prefixes;
    if (each.match !== "regex") {
      if (table.has(each.name)) duplicate(each);
      table.set(each.name, each);
    }
    arrange(each);
  }
  location.exact = exact;
  location.named = named;
  location.prefixes = [...prefixes.values()].sort((left, right) => right.name.length - left.name.length);
  location.patterns = location.locations.filter(({ match }) => match === "regex");
}

function resolveUpstreams(cycle: Cycle): void {
  for (const upstream of cycle.upstreams.values()) {
    if (upstream.isBlock) continue;
    try {
      const server = { name: upstream.name, addresses: resolveServer(cycle, upstream.name, 80) };
      upstream.servers.push({ ...server, weight: 1, maxConns: 0, maxFails: 1, failTimeoutMs: 10_000, isBackup: false, isDown: false });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const host = upstream.name.replace(/:\d+$/, "");
      throw new ConfigError(`host not found in upstream "${host}" in ${upstream.place.file}:${upstream.place.line}`, "");
    }
  }
}

/** A certificate or key that can't be read, as OpenSSL puts it. */
function mustOpen(cycle: Cycle, path: string, what: "certificate" | "certificate key"): void {
  if (path.includes("$")) return;
  try {
    cycle.options.files.readFile(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    const number = errnos[code].number.toString(16).padStart(8, "0").replace(/^0/, "8");
    const after = code === "ENOENT" ? "error:10000080:BIO routines::no such file" : "error:10080002:BIO routines::system lib";
    throw new ConfigError(
      `cannot load ${what} "${path}": BIO_new_file() failed (SSL: error:${number}:system library::${reason(error)}:calling fopen(${path}, r) ${after})`,
      "",
    );
  }
}

function checkCertificates(cycle: Cycle, server: ServerConfig): void {
  const { settings } = server.root;
  const listensTls = server.listens.some(({ isTls }) => isTls);
  const { certificates = [], certificateKeys = [] } = settings;
  const where = ` in ${server.place.file}:${server.place.line}`;
  if (certificates.length === 0) {
    if (settings.flags.ssl) throw new ConfigError(`no "ssl_certificate" is defined for the "ssl" directive${where}`, "");
    if (listensTls && !settings.flags.ssl_reject_handshake)
      throw new ConfigError(`no "ssl_certificate" is defined for the "listen ... ssl" directive${where}`, "");
    return;
  }
  if (certificateKeys.length < certificates.length)
    throw new ConfigError(`no "ssl_certificate_key" is defined for certificate "${certificates.at(-1)?.written}"`, "");
  certificates.forEach(({ path }, at) => {
    mustOpen(cycle, path, "certificate");
    mustOpen(cycle, certificateKeys[at]?.path ?? "", "certificate key");
  });
}

function warnOfNames(cycle: Cycle): void {
  const known = new Map<string, Set<string>>();
  for (const server of cycle.servers) {
    for (const { text: address } of server.listens) {
      const names = known.get(address) ?? new Set();
      known.set(address, names);
      for (const { text, pattern } of server.names.length > 0 ? server.names : [{ text: "", pattern: undefined }]) {
        if (pattern !== undefined) continue;
        if (names.has(text)) cycle.options.warn(`conflicting server name "${text}" on ${address}, ignored`);
        names.add(text);
      }
    }
  }
}

/** At the end of the http block. Throws ConfigError. */
export function completeHttp(cycle: Cycle): void {
  resolveUpstreams(cycle);
  merge(cycle.http);
  for (const server of cycle.servers) {
    merge(server.root);
    const port = cycle.options.isRoot ? 80 : 8000;
    if (server.listens.length === 0) {
      const plain = { isDefault: false, isTls: false, isHttp2: false, isProxyProtocol: false, isSet: false, backlog: 511 };
      addListen(cycle, server, { ...plain, address: "0.0.0.0", port, text: `0.0.0.0:${port}` });
    }
    checkCertificates(cycle, server);
  }
  for (const server of cycle.servers) arrange(server.root);
  for (const name of cycle.used) {
    if (!cycle.variables.has(name) && !isKnownVariable(name)) throw new ConfigError(`unknown "${name}" variable`, "");
  }
  warnOfNames(cycle);
}

/** At the end of everything. Throws ConfigError. */
export function complete(cycle: Cycle): void {
  if (!cycle.hasEvents) throw new ConfigError('no "events" section in configuration', "");
  for (const { kind, name } of cycle.wantedZones) {
    if (cycle.zones.get(name)?.kind !== kind) throw new ConfigError(`zero size shared memory zone "${name}"`, "");
  }
}
