/** The world's DNS (RFC 1034): zones with their records, and a resolver that remembers answers for as long as they may be (RFC 2308). */
import type { Clock } from "./types.ts";

export type DnsType = "A" | "AAAA" | "CAA" | "CNAME" | "MX" | "NS" | "PTR" | "SOA" | "TXT";

export interface DnsQuestion {
  readonly name: string;
  readonly type: DnsType;
}

export interface DnsRecord {
  /** Lower case, without a full stop at its end. */
  readonly name: string;
  readonly type: DnsType;
  /** Seconds. */
  readonly ttl: number;
  /** As zone files write it: "10.0.0.5", "10 mail.shop.test". Names are without a full stop at their end. */
  readonly value: string;
}

export interface DnsAnswer {
  readonly status: "NOERROR" | "NXDOMAIN" | "SERVFAIL" | "REFUSED";
  /** From a server of the zone itself, and not from a cache. */
  readonly authoritative: boolean;
  readonly answers: readonly DnsRecord[];
  /** For negative answers: the zone's SOA record. */
  readonly authority: readonly DnsRecord[];
}

export interface Zone {
  readonly name: string;
  readonly records: readonly DnsRecord[];
  readonly nameservers: readonly string[];
  /** How long "there is none" may be remembered, in seconds (RFC 2308 4). */
  readonly negativeTtl: number;
  readonly serial: number;
  /** The name servers that it was delegated to do not serve it: nobody answers for it. */
  readonly lame?: boolean;
}

/** What one look for records of a name and type finds. */
interface Found {
  readonly kind: "records" | "alias" | "none" | "no-name" | "failed";
  readonly records: readonly DnsRecord[];
  readonly soa?: DnsRecord;
  readonly ttl: number;
}

/** Of names that the lab itself gives: they never change, so nobody waits for this. */
const USUAL_TTL = 300;
const LONGEST_ALIAS_CHAIN = 8;
/** A zone without an answering server is tried again after this, in seconds (RFC 2308 7). */
const FAILURE_TTL = 30;

export function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

export class NameService {
  readonly #clock: Pick<Clock, "monotonic">;
  /** A records of the lab's own names. */
  readonly #published = new Map<string, { readonly address: string; readonly ttl: number }>();
  readonly #zones = new Map<string, Zone>();
  readonly #cache = new Map<string, { readonly found: Found; readonly expiresMs: number }>();
  /** Addresses of servers that answer for the zones. */
  readonly #servers = new Set<string>();

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  /** A name of the lab itself. */
  publish(name: string, address: string, ttl = USUAL_TTL): void {
    this.#published.set(plainName(name), { address, ttl });
  }

  /** The name that was published first for an address. */
  nameOf(address: string): string | undefined {
    for (const [name, { address: other }] of this.#published) if (other === address) return name;
    return undefined;
  }

  setZone(zone: Zone): void {
    this.#zones.set(zone.name, zone);
  }

  removeZone(name: string): void {
    this.#zones.delete(name);
  }

  zone(name: string): Zone | undefined {
    return this.#zones.get(name);
  }

  /** A server at that address answers for every zone that is not lame. */
  /** Zones and what the resolver remembers are gone; the lab's own names stay. */
  forgetZones(): void {
    this.#zones.clear();
    this.#cache.clear();
  }

  addServer(address: string): void {
    this.#servers.add(address);
  }

  isServer(address: string): boolean {
    return this.#servers.has(address);
  }

  /** What a server of the zone says, now. */
  authoritative(question: DnsQuestion): DnsAnswer {
    if (this.#zoneOf(question.name) === undefined && !this.#published.has(plainName(question.name)))
      return { status: "REFUSED", authoritative: false, answers: [], authority: [] };
    return this.#answer(question, (name, type) => this.#look(name, type));
  }

  /** What the resolver says: what it remembers, with the time that is left of it. `peek`: nothing new is remembered. */
  resolve(question: DnsQuestion, peek = false): DnsAnswer {
    let isCached = false;
    const answer = this.#answer(question, (name, type) => {
      const known = this.#remembered(name, type) ?? (type === "CNAME" ? undefined : this.#remembered(name, "CNAME", "alias"));
      if (known !== undefined) {
        isCached = true;
        return known;
      }
      const found = this.#look(name, type);
      if (!peek && !this.#published.has(name)) {
        const key = `${name}/${found.kind === "alias" ? "CNAME" : type}`;
        this.#cache.set(key, { found, expiresMs: this.#clock.monotonic() + found.ttl * 1000 });
      }
      return found;
    });
    return { ...answer, authoritative: !isCached && this.#published.has(plainName(question.name)) };
  }

  #remembered(name: string, type: DnsType, as?: "alias"): Found | undefined {
    const entry = this.#cache.get(`${name}/${type}`);
    if (entry === undefined) return undefined;
    const leftMs = entry.expiresMs - this.#clock.monotonic();
    if (leftMs <= 0) {
      this.#cache.delete(`${name}/${type}`);
      return undefined;
    }
    const { found } = entry;
    if (as === "alias" && found.records.length === 0) return undefined;
    const ttl = Math.ceil(leftMs / 1000);
    const aged = (record: DnsRecord) => ({ ...record, ttl: Math.min(record.ttl, ttl) });
    const soa = found.soa && aged(found.soa);
    return { kind: as ?? found.kind, records: found.records.map(aged), soa, ttl };
  }

  #answer(question: DnsQuestion, look: (name: string, type: DnsType) => Found): DnsAnswer {
    const answers: DnsRecord[] = [];
    let name = plainName(question.name);
    for (let links = 0; links < LONGEST_ALIAS_CHAIN; links++) {
      const found = look(name, question.type);
      answers.push(...found.records);
      const target = found.kind === "alias" ? found.records[0]?.value : undefined;
      if (target !== undefined) {
        name = plainName(target);
        continue;
      }
      const status = found.kind === "no-name" ? "NXDOMAIN" : found.kind === "failed" ? "SERVFAIL" : "NOERROR";
      const authority = found.kind !== "records" && found.soa !== undefined ? [found.soa] : [];
      return { status, authoritative: true, answers, authority };
    }
    return { status: "SERVFAIL", authoritative: false, answers: [], authority: [] };
  }

  #look(name: string, type: DnsType): Found {
    const own = this.#published.get(name);
    if (own !== undefined) {
      const records = type === "A" ? [{ name, type, ttl: own.ttl, value: own.address }] : [];
      return { kind: records.length > 0 ? "records" : "none", records, ttl: own.ttl };
    }
    const zone = this.#zoneOf(name);
    if (zone === undefined) return { kind: "no-name", records: [], ttl: USUAL_TTL };
    if (zone.lame === true) return { kind: "failed", records: [], ttl: FAILURE_TTL };
    const all = [...zone.records, ...ownRecords(zone)];
    const exact = all.filter((each) => each.name === name);
    const below = all.some((each) => each.name.endsWith(`.${name}`));
    const star = `*.${name.slice(name.indexOf(".") + 1)}`;
    const wild = exact.length > 0 || below ? [] : all.filter((each) => each.name === star).map((each) => ({ ...each, name }));
    const here = [...exact, ...wild];
    const wanted = here.filter((each) => each.type === type);
    const ttlOf = (records: readonly DnsRecord[]) => Math.min(...records.map(({ ttl }) => ttl));
    if (wanted.length > 0) return { kind: "records", records: wanted, ttl: ttlOf(wanted) };
    const alias = here.filter((each) => each.type === "CNAME");
    if (alias.length > 0) return { kind: "alias", records: alias, ttl: ttlOf(alias) };
    const soa = { ...soaOf(zone), ttl: zone.negativeTtl };
    return { kind: here.length > 0 || below ? "none" : "no-name", records: [], soa, ttl: zone.negativeTtl };
  }

  /** The zone that a name lies in: the one with the longest name. */
  #zoneOf(name: string): Zone | undefined {
    const labels = plainName(name).split(".");
    for (let at = 0; at < labels.length; at++) {
      const zone = this.#zones.get(labels.slice(at).join("."));
      if (zone !== undefined) return zone;
    }
    return undefined;
  }
}

function soaOf(zone: Zone): DnsRecord {
  const [first = "ns.invalid"] = zone.nameservers;
  const value = `${first}. hostmaster.${zone.name}. ${zone.serial} 3600 600 604800 ${zone.negativeTtl}`;
  return { name: zone.name, type: "SOA", ttl: 3600, value };
}

function ownRecords(zone: Zone): DnsRecord[] {
  const servers = zone.nameservers.map((value): DnsRecord => ({ name: zone.name, type: "NS", ttl: 3600, value }));
  return [soaOf(zone), ...servers];
}
