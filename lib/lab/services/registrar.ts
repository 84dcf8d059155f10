/** A registrar of the world: names below .test that the learner has, with their records and name servers (lab.yaml `registrar`). */
import type { DnsRecord, DnsType, NameService } from "../../kernel/dns.ts";
import { parseAddress } from "../../kernel/machine-network.ts";

export interface RegistrarRecord {
  readonly id: number;
  readonly type: DnsType;
  /** "@" for the name itself, "www" for a name below it. */
  readonly name: string;
  readonly value: string;
  /** Seconds. */
  readonly ttl: number;
}

export interface Domain {
  readonly name: string;
  readonly records: readonly RegistrarRecord[];
  readonly nameservers: readonly string[];
  readonly serial: number;
}

export interface RegistrarState {
  readonly token: string;
  readonly domains: readonly Domain[];
  readonly nextId: number;
}

/** Said to who asks for what can't be. */
export class RegistrarError extends Error {
  constructor(
    message: string,
    readonly status: 400 | 404 | 409 = 400,
  ) {
    super(message);
  }
}

export const NAMESERVERS = ["ns1.registrar.test", "ns2.registrar.test"] as const;
export const RECORD_TYPES: readonly DnsType[] = ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "TXT"];
const SHORTEST_TTL = 30;
const LONGEST_TTL = 86_400;
/** How long "there is no such name" is remembered, in seconds. */
const NEGATIVE_TTL = 300;
const MOST_RECORDS = 100;
const LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?";
const HOST = new RegExp(`^${LABEL}(\\.${LABEL})*\\.?$`);

/** What the API knows its user by. */
export function newToken(): string {
  return `rt_${Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

export class Registrar {
  readonly token: string;
  readonly #domains = new Map<string, Domain>();
  #nextId: number;

  /** `isTaken`: a name that somebody else has. */
  constructor(
    private readonly names: NameService,
    private readonly isTaken: (name: string) => boolean,
    state?: RegistrarState,
  ) {
    this.token = state?.token ?? newToken();
    this.#nextId = state?.nextId ?? 1;
    for (const domain of state?.domains ?? []) this.#keep(domain);
  }

  get state(): RegistrarState {
    return { token: this.token, domains: this.domains, nextId: this.#nextId };
  }

  get domains(): readonly Domain[] {
    return [...this.#domains.values()];
  }

  /** Throws RegistrarError. */
  domain(name: string): Domain {
    const found = this.#domains.get(name.toLowerCase());
    if (found === undefined) throw new RegistrarError(`You do not have the domain ${name}.`, 404);
    return found;
  }

  /** Whether a name can be bought; undefined: yes. */
  whyNot(name: string): string | undefined {
    if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.test$/.test(name))
      return `${name || "That"} can't be registered: names are letters, digits and dashes, and end in .test.`;
    if (this.#domains.has(name)) return `You have ${name} already.`;
    return this.isTaken(name) ? `${name} is taken.` : undefined;
  }

  buy(text: string): Domain {
    const name = text.trim().toLowerCase();
    const reason = this.whyNot(name);
    if (reason !== undefined) throw new RegistrarError(reason, reason.endsWith("taken.") || reason.endsWith("already.") ? 409 : 400);
    return this.#keep({ name, records: [], nameservers: NAMESERVERS, serial: 1 });
  }

  addRecord(domainName: string, given: Readonly<Record<"type" | "name" | "value" | "ttl", string>>): RegistrarRecord {
    const domain = this.domain(domainName);
    const record = { id: this.#nextId++, ...this.#checked(domain, given) };
    this.#change(domain, [...domain.records, record]);
    return record;
  }

  removeRecord(domainName: string, id: number): void {
    const domain = this.domain(domainName);
    if (!domain.records.some((each) => each.id === id)) throw new RegistrarError(`${domainName} has no record ${id}.`, 404);
    this.#change(
      domain,
      domain.records.filter((each) => each.id !== id),
    );
  }

  setNameservers(domainName: string, given: readonly string[]): Domain {
    const domain = this.domain(domainName);
    const nameservers = given.map((each) => each.trim().toLowerCase().replace(/\.$/, "")).filter((each) => each !== "");
    if (nameservers.length === 0) throw new RegistrarError("A domain needs at least one name server.");
    const bad = nameservers.find((each) => !HOST.test(each) || !each.includes("."));
    if (bad !== undefined) throw new RegistrarError(`${bad} is no name of a server.`);
    return this.#keep({ ...domain, nameservers, serial: domain.serial + 1 });
  }

  #checked(domain: Domain, given: Readonly<Record<"type" | "name" | "value" | "ttl", string>>): Omit<RegistrarRecord, "id"> {
    const type = RECORD_TYPES.find((each) => each === given.type.trim().toUpperCase());
    if (type === undefined)
      throw new RegistrarError(`There are no records of type ${given.type || '""'} here: types are ${RECORD_TYPES.join(", ")}.`);
    const name = relative(given.name.trim().toLowerCase(), domain.name);
    if (name !== "@" && !HOST.test(name.replace(/^\*\./, "a.").replace(/^\*$/, "a")))
      throw new RegistrarError(`${given.name} is no name below ${domain.name}.`);
    const ttl = Number(given.ttl === "" ? "300" : given.ttl);
    if (!Number.isInteger(ttl) || ttl < SHORTEST_TTL || ttl > LONGEST_TTL)
      throw new RegistrarError(`A TTL is ${SHORTEST_TTL} to ${LONGEST_TTL} seconds.`);
    const value = checkedValue(type, given.value.trim());
    const beside = domain.records.filter((each) => each.name === name);
    if (beside.some((each) => each.type === type && each.value === value)) throw new RegistrarError("That record is there already.", 409);
    // RFC 1034 3.6.2: an alias has no other data, and the name of the zone has some.
    if (type === "CNAME" && name === "@") throw new RegistrarError(`${domain.name} itself can't be an alias (CNAME): give it A records.`);
    if (type === "CNAME" ? beside.length > 0 : beside.some((each) => each.type === "CNAME"))
      throw new RegistrarError(`${fullName(name, domain.name)} can't be an alias (CNAME) and have other records.`, 409);
    if (domain.records.length >= MOST_RECORDS) throw new RegistrarError(`A domain has at most ${MOST_RECORDS} records.`);
    return { type, name, value, ttl };
  }

  #change(domain: Domain, records: readonly RegistrarRecord[]): void {
    this.#keep({ ...domain, records, serial: domain.serial + 1 });
  }

  #keep(domain: Domain): Domain {
    this.#domains.set(domain.name, domain);
    const records = domain.records.map(
      ({ name, type, ttl, value }): DnsRecord => ({ name: fullName(name, domain.name), type, ttl, value }),
    );
    const own: readonly string[] = NAMESERVERS;
    const lame = !domain.nameservers.some((each) => own.includes(each));
    this.names.setZone({
      name: domain.name,
      records,
      nameservers: domain.nameservers,
      negativeTtl: NEGATIVE_TTL,
      serial: domain.serial,
      lame,
    });
    return domain;
  }
}

function relative(name: string, domain: string): string {
  const plain = name.replace(/\.$/, "");
  if (plain === "" || plain === "@" || plain === domain) return "@";
  return plain.endsWith(`.${domain}`) ? plain.slice(0, -domain.length - 1) : plain;
}

export function fullName(name: string, domain: string): string {
  return name === "@" ? domain : `${name}.${domain}`;
}

function checkedValue(type: DnsType, value: string): string {
  if (value === "") throw new RegistrarError("A record needs a value.");
  switch (type) {
    case "A":
      if (!/^\d+\.\d+\.\d+\.\d+$/.test(value) || parseAddress(value) === undefined)
        throw new RegistrarError(`${value} is no IPv4 address.`);
      return value;
    case "AAAA":
      if (!/^[0-9a-f:]*:[0-9a-f:]*$/i.test(value)) throw new RegistrarError(`${value} is no IPv6 address.`);
      return value.toLowerCase();
    case "CNAME":
    case "NS":
      if (!HOST.test(value.toLowerCase())) throw new RegistrarError(`${value} is no name of a host.`);
      return value.toLowerCase().replace(/\.$/, "");
    case "MX": {
      const parts = /^(\d{1,5})\s+(\S+)$/.exec(value.toLowerCase());
      if (!parts || !HOST.test(parts[2] ?? ""))
        throw new RegistrarError("The value of an MX record is a number and a host: 10 mail.shop.test");
      return `${parts[1]} ${(parts[2] ?? "").replace(/\.$/, "")}`;
    }
    case "TXT":
      return value.replace(/^"(.*)"$/, "$1");
    default:
      return value;
  }
}
