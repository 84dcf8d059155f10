/** Which server of an upstream is asked next, and what is remembered of those that failed (ngx_http_upstream_round_robin.c and its kin). */

import type { Clock } from "../../../kernel/types.ts";
import { crc32 } from "../../archive/zip-format.ts";
import type { UpstreamConfig } from "../config/model.ts";
import { bytesOf } from "../config/parser.ts";
import { evaluate } from "../config/template.ts";
import { addressNumber } from "../config/values.ts";
import type { HttpRequest } from "./request.ts";
import type { Stream } from "./stream.ts";

export interface Peer {
  readonly address: string;
  readonly port: number;
  /** As logs and $upstream_addr show it. */
  readonly text: string;
  /** The server as written. */
  readonly server: string;
  readonly weight: number;
  readonly maxFails: number;
  readonly failTimeout: number;
  readonly maxConns: number;
  readonly isDown: boolean;
  current: number;
  effective: number;
  fails: number;
  accessed: number;
  checked: number;
  connections: number;
}

interface Group {
  readonly config: UpstreamConfig;
  readonly peers: readonly Peer[];
  readonly backups: readonly Peer[];
  readonly points: readonly { readonly hash: number; readonly server: string }[];
  /** Connections that are kept for the next request. */
  readonly idle: { readonly peer: Peer; readonly stream: Stream; readonly stop: () => void; requests: number }[];
}

/** What one request has tried. */
export interface Choice {
  readonly group: Group;
  readonly tried: Set<Peer>;
  tries: number;
  usesBackups: boolean;
  hash: number;
  rehash: number;
  hashTries: number;
}

function pointsOf(config: UpstreamConfig, peers: readonly Peer[]): Group["points"] {
  if (config.method !== "consistent-hash") return [];
  const points: { hash: number; server: string }[] = [];
  for (const peer of peers) {
    const [, host = peer.server, port = ""] = /^(.*):(\d+)$/.exec(peer.server) ?? [];
    const base = bytesOf(`${host}\0${port}`);
    let before = 0;
    for (let count = 0; count < peer.weight * 160; count++) {
      const tail = Uint8Array.of(before & 255, (before >>> 8) & 255, (before >>> 16) & 255, before >>> 24);
      const all = new Uint8Array(base.length + 4);
      all.set(base);
      all.set(tail, base.length);
      before = crc32(all) >>> 0;
      points.push({ hash: before, server: peer.server });
    }
  }
  points.sort((left, right) => left.hash - right.hash);
  return points.filter((point, at) => at === 0 || point.hash !== points[at - 1]?.hash);
}

export class UpstreamPeers {
  readonly #groups = new Map<UpstreamConfig, Group>();

  constructor(private readonly clock: Clock) {}

  #group(config: UpstreamConfig): Group {
    const known = this.#groups.get(config);
    if (known) return known;
    const make = (isBackup: boolean): Peer[] =>
      config.servers
        .filter((server) => server.isBackup === isBackup)
        .flatMap((server) =>
          server.addresses.map((at) => ({
            ...at,
            server: server.name,
            weight: server.weight,
            maxFails: server.maxFails,
            failTimeout: Math.floor(server.failTimeoutMs / 1000),
            maxConns: server.maxConns,
            isDown: server.isDown,
            current: 0,
            effective: server.weight,
            fails: 0,
            accessed: 0,
            checked: 0,
            connections: 0,
          })),
        );
    const peers = make(false);
    const group = { config, peers, backups: make(true), points: pointsOf(config, peers), idle: [] };
    this.#groups.set(config, group);
    return group;
  }

  begin(config: UpstreamConfig, r: HttpRequest): Choice {
    const group = this.#group(config);
    const usable = group.peers.filter(({ isDown }) => !isDown).length + group.backups.filter(({ isDown }) => !isDown).length;
    const choice: Choice = { group, tried: new Set(), tries: Math.max(1, usable), usesBackups: false, hash: 0, rehash: 0, hashTries: 0 };
    if (config.method === "ip-hash") choice.hash = 89;
    if (config.method === "consistent-hash") {
      const hash = crc32(bytesOf(config.hashKey ? evaluate(config.hashKey, r) : "")) >>> 0;
      const at = group.points.findIndex((point) => point.hash >= hash);
      choice.hash = Math.max(0, at);
    }
    return choice;
  }

  get #now(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  #isUsable(peer: Peer, tried: ReadonlySet<Peer>): boolean {
    if (tried.has(peer) || peer.isDown) return false;
    if (peer.maxFails > 0 && peer.fails >= peer.maxFails && this.#now - peer.checked <= peer.failTimeout) return false;
    return peer.maxConns === 0 || peer.connections < peer.maxConns;
  }

  /** Smooth weighted round robin over some of them. */
  #roundRobin(peers: readonly Peer[]): Peer | undefined {
    let best: Peer | undefined;
    let total = 0;
    for (const peer of peers) {
      peer.current += peer.effective;
      total += peer.effective;
      if (peer.effective < peer.weight) peer.effective++;
      if (best === undefined || peer.current > best.current) best = peer;
    }
    if (best !== undefined) best.current -= total;
    return best;
  }

  #byWeight(peers: readonly Peer[], hash: number): Peer | undefined {
    let left = hash % peers.reduce((sum, { weight }) => sum + weight, 0);
    for (const peer of peers) {
      if (left < peer.weight) return peer;
      left -= peer.weight;
    }
    return undefined;
  }

  #hashed(choice: Choice, r: HttpRequest): Peer | undefined {
    const { group } = choice;
    const { config, peers } = group;
    const key = config.hashKey ? evaluate(config.hashKey, r) : "";
    if (peers.length === 1 || (config.method !== "ip-hash" && key === "")) return undefined;
    for (; choice.hashTries <= 20; choice.hashTries++) {
      let peer: Peer | undefined;
      if (config.method === "ip-hash") {
        const address = addressNumber(r.address) ?? 0;
        for (const shift of [24, 16, 8]) choice.hash = (choice.hash * 113 + ((address >>> shift) & 255)) % 6271;
        peer = this.#byWeight(peers, choice.hash);
      } else if (config.method === "hash") {
        const text = choice.rehash > 0 ? `${choice.rehash}${key}` : key;
        choice.hash += (crc32(bytesOf(text)) >>> 16) & 0x7fff;
        choice.rehash++;
        peer = this.#byWeight(peers, choice.hash);
      } else {
        const server = group.points[choice.hash % group.points.length]?.server;
        peer = this.#roundRobin(peers.filter((each) => each.server === server && this.#isUsable(each, choice.tried)));
        if (peer === undefined) choice.hash++;
      }
      if (peer !== undefined && this.#isUsable(peer, choice.tried)) return peer;
    }
    return undefined;
  }

  #leastBusy(peers: readonly Peer[]): Peer | undefined {
    const load = (peer: Peer) => peer.connections / peer.weight;
    const least = Math.min(...peers.map(load));
    const ties = peers.filter((peer) => load(peer) === least);
    return ties.length === 1 ? ties[0] : this.#roundRobin(ties);
  }

  /** The next to ask; undefined: none is alive. */
  next(choice: Choice, r: HttpRequest): Peer | undefined {
    const { group } = choice;
    const { method } = group.config;
    let peer: Peer | undefined;
    if (!choice.usesBackups) {
      const single = group.peers.length === 1 && group.backups.length === 0 ? group.peers[0] : undefined;
      const usable = group.peers.filter((each) => this.#isUsable(each, choice.tried));
      if (single !== undefined) peer = single.isDown || (single.maxConns > 0 && single.connections >= single.maxConns) ? undefined : single;
      else if (method === "ip-hash" || method === "hash" || method === "consistent-hash")
        peer = this.#hashed(choice, r) ?? this.#roundRobin(usable);
      else if (method === "least-conn" && usable.length > 0) peer = this.#leastBusy(usable);
      else if (method === "random" && usable.length > 0)
        peer = this.#byWeight(usable, Math.floor(r.worker.self.machine.kernel.random() * 2 ** 31));
      else peer = this.#roundRobin(usable);
    }
    if (peer === undefined && group.backups.length > 0) {
      choice.usesBackups = true;
      peer = this.#roundRobin(group.backups.filter((each) => this.#isUsable(each, choice.tried)));
    }
    if (peer === undefined) return undefined;
    choice.tried.add(peer);
    peer.connections++;
    if (this.#now - peer.checked > peer.failTimeout) peer.checked = this.#now;
    return peer;
  }

  /** The try is over. `failed`: calls back when the server is out of use for a while. */
  release(choice: Choice, peer: Peer, failed: boolean, disabled: () => void): void {
    peer.connections = Math.max(0, peer.connections - 1);
    const { group } = choice;
    if (group.peers.length === 1 && group.backups.length === 0) {
      choice.tries = 0;
      return;
    }
    if (failed) {
      peer.fails++;
      peer.accessed = this.#now;
      peer.checked = this.#now;
      if (peer.maxFails > 0) {
        peer.effective -= Math.floor(peer.weight / peer.maxFails);
        if (peer.fails >= peer.maxFails) disabled();
      }
      if (peer.effective < 0) peer.effective = 0;
    } else if (peer.accessed < peer.checked) peer.fails = 0;
    if (choice.tries > 0) choice.tries--;
  }

  /** A connection that was kept. */
  takeIdle(choice: Choice, peer: Peer): { readonly stream: Stream; readonly requests: number } | undefined {
    const { idle } = choice.group;
    const at = idle.findIndex((each) => each.peer === peer);
    const [found] = at < 0 ? [] : idle.splice(at, 1);
    if (found === undefined) return undefined;
    found.stop();
    return found.stream.isClosed ? undefined : { stream: found.stream, requests: found.requests };
  }

  keep(choice: Choice, peer: Peer, stream: Stream, requests: number): boolean {
    const { idle, config } = choice.group;
    if (config.keepalive === 0 || requests >= config.keepaliveRequests) return false;
    const drop = () => {
      const at = idle.findIndex((each) => each.stream === stream);
      if (at >= 0) idle.splice(at, 1);
      stop();
      stream.close();
    };
    const cancel = this.clock.after(config.keepaliveTimeoutMs, drop);
    let unwatch = () => {};
    const stop = () => {
      cancel();
      unwatch();
    };
    if (idle.length >= config.keepalive) {
      const oldest = idle.shift();
      oldest?.stop();
      oldest?.stream.close();
    }
    idle.push({ peer, stream, stop, requests });
    unwatch = stream.watch(drop);
    return true;
  }

  /** The worker ends. */
  closeIdle(): void {
    for (const { idle } of this.#groups.values()) {
      for (const { stream, stop } of idle.splice(0)) {
        stop();
        stream.close();
      }
    }
  }
}
