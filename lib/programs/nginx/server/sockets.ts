/** Listening sockets: which ones a configuration asks for, opened, kept over a reload, closed. */
import type { Process, StreamSocket, UnixSocket } from "../../../kernel/types.ts";
import { codeOf } from "../../core/errors.ts";
import type { ServerCertificate } from "../../tls/index.ts";
import type { Cycle } from "../config/cycle.ts";
import type { LogLevel, ServerConfig } from "../config/model.ts";
import { readable, systemReason } from "../config/parser.ts";
import { loadCertificate } from "./certificates.ts";

/** The servers of one address; the default one first. */
export interface Listening {
  readonly text: string;
  readonly address: string;
  readonly servers: readonly ServerConfig[];
  readonly isTls: boolean;
}

/** One socket; addresses that share its port stand behind it. */
export interface Wanted {
  readonly key: string;
  /** What bind(2) gets. */
  readonly address: string;
  readonly port: number;
  readonly path: string | undefined;
  readonly backlog: number;
  readonly addresses: readonly Listening[];
}

export interface Opened {
  readonly wanted: Wanted;
  readonly socket: StreamSocket | UnixSocket;
}

function listenings(cycle: Cycle): (Listening & { port: number; backlog: number })[] {
  const found = new Map<
    string,
    { text: string; address: string; port: number; backlog: number; isTls: boolean; servers: ServerConfig[] }
  >();
  for (const server of cycle.servers) {
    for (const listen of server.listens) {
      const isTls = listen.isTls || server.root.settings.flags.ssl === true;
      const known = found.get(listen.text);
      if (known === undefined) {
        const { text, address, port, backlog } = listen;
        found.set(text, { text, address, port, backlog, isTls, servers: [server] });
        continue;
      }
      known.isTls ||= isTls;
      if (listen.isSet) known.backlog = listen.backlog;
      if (listen.isDefault) known.servers.unshift(server);
      else known.servers.push(server);
    }
  }
  return [...found.values()];
}

/**
 * The sockets of a configuration. An address with a port that is also listened on everywhere needs none of its own. Addresses of IPv6 are
 * accepted and get none: these machines have no IPv6.
 */
export function wantedSockets(cycle: Cycle): Wanted[] {
  const all = listenings(cycle).filter(({ address }) => !address.startsWith("["));
  const wanted: Wanted[] = [];
  for (const each of all) {
    if (each.address.startsWith("unix:")) {
      wanted.push({ key: each.text, address: "", port: 0, path: each.address.slice(5), backlog: each.backlog, addresses: [each] });
      continue;
    }
    const everywhere = all.some((other) => other.address === "0.0.0.0" && other.port === each.port);
    if (everywhere && each.address !== "0.0.0.0") continue;
    const addresses = everywhere ? all.filter((other) => other.port === each.port && !other.address.startsWith("unix:")) : [each];
    wanted.push({ key: each.text, address: each.address, port: each.port, path: undefined, backlog: each.backlog, addresses });
  }
  return wanted;
}

/** The address group of a connection that came to `local`. */
export function listeningFor(wanted: Wanted, local: string | undefined): Listening {
  const exact = wanted.addresses.find(({ address }) => address === local);
  const any = exact ?? wanted.addresses.find(({ address }) => address === "0.0.0.0") ?? wanted.addresses[0];
  if (any === undefined) throw new Error("a socket without addresses");
  return any;
}

const TRIES = 5;
const PAUSE_MS = 500;

type Say = (level: LogLevel, text: string) => void;

/** Binds one; a text says what is wrong. */
function bind(self: Process, wanted: Wanted, isTest: boolean): StreamSocket | UnixSocket {
  const { network } = self.machine;
  if (wanted.path !== undefined) {
    const socket = network.unixSocket();
    try {
      socket.bind(self, readable(wanted.path));
      self.files.chmod(readable(wanted.path), 0o666);
      if (isTest) self.files.unlink(readable(wanted.path));
      return socket;
    } catch (error) {
      socket.release();
      throw error;
    }
  }
  const socket = network.socket();
  try {
    socket.bind(wanted.address, wanted.port, self.credentials);
    return socket;
  } catch (error) {
    socket.release();
    throw error;
  }
}

/** Opens what `before` has not. Undefined, and told, when one can't be had. */
export async function openSockets(
  self: Process,
  cycle: Cycle,
  before: readonly Opened[],
  isTest: boolean,
  say: Say,
): Promise<Opened[] | undefined> {
  const opened: Opened[] = [];
  const fresh: Opened[] = [];
  const missing = new Set(wantedSockets(cycle));
  for (const wanted of [...missing]) {
    const known = before.find(({ wanted: { key } }) => key === wanted.key);
    if (known === undefined) continue;
    opened.push({ wanted, socket: known.socket });
    missing.delete(wanted);
  }
  for (let tries = TRIES; tries > 0; tries--) {
    for (const wanted of [...missing]) {
      try {
        const socket = bind(self, wanted, isTest);
        const each = { wanted, socket };
        fresh.push(each);
        opened.push(each);
        missing.delete(wanted);
      } catch (error) {
        const code = codeOf(error);
        if (code === undefined) throw error;
        if (code !== "EADDRINUSE" || !isTest) say("emerg", `bind() to ${wanted.key} failed ${systemReason(error)}`);
        if (code !== "EADDRINUSE") {
          for (const { socket } of fresh) socket.release();
          return undefined;
        }
        if (isTest) missing.delete(wanted);
      }
    }
    if (missing.size === 0) return opened;
    say("notice", `try again to bind() after ${PAUSE_MS}ms`);
    await self.sleep(PAUSE_MS);
  }
  say("emerg", "still could not bind()");
  for (const { socket } of fresh) socket.release();
  return undefined;
}

/** Certificates are read once, by the master, as root. */
export type Certificates = ReadonlyMap<ServerConfig, ServerCertificate>;

export function certificatesOf(self: Process, cycle: Cycle): Certificates {
  const found = new Map<ServerConfig, ServerCertificate>();
  for (const server of cycle.servers) {
    const own = loadCertificate(self.files, server);
    if (own !== undefined) found.set(server, own);
  }
  return found;
}
