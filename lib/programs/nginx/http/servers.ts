/** The server of a name: exact, wildcard at the front, wildcard at the end, regular expression, default (https://nginx.org/en/docs/http/server_names.html). */
import type { ServerConfig } from "../config/model.ts";
import type { HttpRequest } from "./request.ts";

interface Names {
  readonly exact: ReadonlyMap<string, ServerConfig>;
  readonly front: readonly { readonly suffix: string; readonly server: ServerConfig }[];
  readonly end: readonly { readonly prefix: string; readonly server: ServerConfig }[];
  /** In the order of the configuration. */
  readonly all: readonly ServerConfig[];
}

const known = new WeakMap<readonly ServerConfig[], Names>();

function namesOf(servers: readonly ServerConfig[]): Names {
  const before = known.get(servers);
  if (before !== undefined) return before;
  const exact = new Map<string, ServerConfig>();
  const front: { suffix: string; server: ServerConfig }[] = [];
  const end: { prefix: string; server: ServerConfig }[] = [];
  const all = [...servers].sort((left, right) => left.order - right.order);
  for (const server of all) {
    for (const { text, pattern } of server.names.length > 0 ? server.names : [{ text: "", pattern: undefined }]) {
      if (pattern !== undefined) continue;
      if (text.startsWith("*.")) front.push({ suffix: text.slice(1), server });
      else if (text.startsWith(".")) {
        if (!exact.has(text.slice(1))) exact.set(text.slice(1), server);
        front.push({ suffix: text, server });
      } else if (text.endsWith(".*")) end.push({ prefix: text.slice(0, -1), server });
      else if (!exact.has(text)) exact.set(text, server);
    }
  }
  front.sort((left, right) => right.suffix.length - left.suffix.length);
  end.sort((left, right) => right.prefix.length - left.prefix.length);
  const names = { exact, front, end, all };
  known.set(servers, names);
  return names;
}

/** By name alone: what a TLS client asked for, before there is a request. */
export function serverNamed(servers: readonly ServerConfig[], host: string): ServerConfig | undefined {
  const names = namesOf(servers);
  return (
    names.exact.get(host) ??
    names.front.find(({ suffix }) => host.endsWith(suffix) && host.length > suffix.length)?.server ??
    names.end.find(({ prefix }) => host.startsWith(prefix))?.server ??
    names.all.find((server) => server.names.some(({ pattern }) => pattern?.regex.test(host)))
  );
}

/** The server of a request; captures of a regular expression become variables. */
export function findServer(r: HttpRequest, host: string): ServerConfig {
  const { servers, chosen } = r.client;
  const first = chosen ?? servers[0];
  if (first === undefined) throw new Error("a socket without servers");
  if (servers.length === 1 && first.names.every(({ pattern }) => pattern === undefined)) return first;
  const names = namesOf(servers);
  const plain =
    names.exact.get(host) ??
    names.front.find(({ suffix }) => host.endsWith(suffix) && host.length > suffix.length)?.server ??
    names.end.find(({ prefix }) => host.startsWith(prefix))?.server;
  if (plain !== undefined) return plain;
  if (host !== "") {
    for (const server of names.all)
      for (const { pattern } of server.names) if (pattern !== undefined && r.matches(pattern, host)) return server;
  }
  return first;
}
