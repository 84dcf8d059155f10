/** host(1), nslookup(1), dig(1): asking the name server, past /etc/hosts (BIND 9.18's programs). */
import type { DnsAnswer, DnsRecord, DnsType } from "../../kernel/dns.ts";
import type { Process } from "../../kernel/types.ts";
import { Failure } from "../core/errors.ts";
import { program } from "../core/program.ts";

const LIMITS = "Types are A, AAAA, CAA, CNAME, MX, NS, PTR, SOA and TXT; there are no DNSSEC and no zone transfers.";
const TYPES: readonly DnsType[] = ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "TXT"];
const isType = (word: string): boolean => word.toUpperCase() === "ANY" || TYPES.some((type) => type === word.toUpperCase());
const typeOf = (word: string | undefined): DnsType => TYPES.find((type) => type === word?.toUpperCase()) ?? "A";
/** A server that does not answer is asked three times, five seconds each (resolv.conf(5), attempts and timeout). */
const SILENCE_MS = 15_000;

/** 10.0.0.5 as the name that reverse lookups ask for. */
function reverseName(address: string): string {
  return `${address.split(".").reverse().join(".")}.in-addr.arpa`;
}

const isAddress = (text: string) => /^\d+\.\d+\.\d+\.\d+$/.test(text);

/** Undefined when no server answers there. */
async function ask(self: Process, server: string, name: string, type: DnsType): Promise<DnsAnswer | undefined> {
  const { network } = self.machine;
  const address = network.resolve(server)[0] ?? server;
  if (!network.answersQueries(address)) {
    await self.sleep(SILENCE_MS);
    return undefined;
  }
  if (type !== "PTR") return network.ask({ name, type }, address);
  const quad = name
    .replace(/\.in-addr\.arpa\.?$/, "")
    .split(".")
    .reverse()
    .join(".");
  const found = network.reverse(quad);
  const answers = found === undefined ? [] : [{ name, type, ttl: 300, value: found }];
  return { status: found === undefined ? "NXDOMAIN" : "NOERROR", authoritative: found !== undefined, answers, authority: [] };
}

/** A record's value as these programs show it: names with the full stop at their end, texts in quotes. */
function shown({ type, value }: DnsRecord): string {
  if (type === "CNAME" || type === "NS" || type === "PTR") return `${value.replace(/\.$/, "")}.`;
  if (type === "MX") return `${value.replace(/\.$/, "")}.`;
  if (type === "TXT") return (value.match(/[\s\S]{1,255}/g) ?? [""]).map((part) => `"${part.replace(/(["\\])/g, "\\$1")}"`).join(" ");
  return value;
}

const SENTENCES: Readonly<Record<DnsType, string>> = {
  A: "has address",
  AAAA: "has IPv6 address",
  CAA: "has CAA record",
  CNAME: "is an alias for",
  MX: "mail is handled by",
  NS: "name server",
  PTR: "domain name pointer",
  SOA: "has SOA record",
  TXT: "descriptive text",
};

export const host = program({
  name: "host",
  summary: "DNS lookup utility",
  section: "network",
  origin: "host 9.18",
  ownParsing: "options",
  synopsis: ["[-t type] name [server]"],
  limits: LIMITS,
  run: async (self, args) => {
    const words = [...args.raw];
    const [name, given] = words.filter((word, index) => !word.startsWith("-") && words[index - 1] !== "-t");
    if (name === undefined) throw new Failure("usage: host [-t type] name [server]", 1);
    const wanted = words.includes("-t") ? words[words.indexOf("-t") + 1] : undefined;
    const server = given ?? self.machine.network.nameserver;
    const reverse = isAddress(name) && wanted === undefined;
    const asked = reverse ? reverseName(name) : name.replace(/\.$/, "");
    // Without a type, addresses of both kinds and mail servers are asked for.
    const types: readonly DnsType[] = reverse ? ["PTR"] : wanted === undefined ? ["A", "AAAA", "MX"] : [typeOf(wanted)];
    for (const [index, type] of types.entries()) {
      const answer = await ask(self, server, asked, type);
      if (answer === undefined) {
        await self.print(";; communications error to ".concat(`${server}#53: timed out\n`).repeat(2));
        await self.print(";; no servers could be reached\n");
        return 1;
      }
      if (given !== undefined && index === 0)
        await self.print(`Using domain server:\nName: ${given}\nAddress: ${self.machine.network.resolve(given)[0]}#53\nAliases: \n\n`);
      if (answer.status !== "NOERROR") {
        const number = { NXDOMAIN: 3, SERVFAIL: 2, REFUSED: 5 }[answer.status];
        await self.print(`Host ${reverse ? `${asked}.` : name} not found: ${number}(${answer.status})\n`);
        return 1;
      }
      // Aliases were told with the first answer.
      const records = index === 0 ? answer.answers : answer.answers.filter((record) => record.type === type);
      for (const record of records) await self.print(`${record.name} ${SENTENCES[record.type]} ${shown(record)}\n`);
      if (records.length === 0 && wanted !== undefined) await self.print(`${name} has no ${type} record\n`);
    }
    return 0;
  },
});

export const nslookup = program({
  name: "nslookup",
  summary: "query Internet name servers interactively",
  section: "network",
  origin: "nslookup 9.18",
  ownParsing: "options",
  synopsis: ["[-type=TYPE] name [server]"],
  limits: `${LIMITS} There is no interactive mode.`,
  run: async (self, args) => {
    const [name, given] = args.raw.filter((word) => !word.startsWith("-"));
    if (name === undefined)
      throw new Failure("the interactive mode is real, but this machine does not model it; see /reference/machine", 1);
    const wanted = args.raw.flatMap((word) => /^-(?:type|query|q|querytype)=(.*)$/.exec(word)?.[1] ?? [])[0];
    const { network } = self.machine;
    const reverse = isAddress(name);
    const asked = reverse ? reverseName(name) : name.replace(/\.$/, "");
    const type: DnsType = reverse ? "PTR" : typeOf(wanted);
    const server = network.resolve(given ?? network.nameserver)[0] ?? network.nameserver;
    const answer = await ask(self, server, asked, type);
    if (answer === undefined) {
      await self.print(`${`;; communications error to ${server}#53: timed out\n`.repeat(3)};; no servers could be reached\n\n`);
      return 1;
    }
    const head = `Server:\t\t${given ?? server}\nAddress:\t${server}#53\n\n`;
    if (answer.status !== "NOERROR") {
      await self.print(`${head}** server can't find ${asked}: ${answer.status}\n\n`);
      return 1;
    }
    const note = answer.authoritative || reverse ? "" : "Non-authoritative answer:\n";
    const lines = answer.answers.map((record) => {
      if (record.type === "A" || record.type === "AAAA") return `Name:\t${record.name}\nAddress: ${record.value}\n`;
      if (record.type === "CNAME") return `${record.name}\tcanonical name = ${shown(record)}\n`;
      if (record.type === "MX") return `${record.name}\tmail exchanger = ${shown(record)}\n`;
      if (record.type === "NS") return `${record.name}\tnameserver = ${shown(record)}\n`;
      if (record.type === "TXT") return `${record.name}\ttext = ${shown(record)}\n`;
      return `${record.name}\tname = ${shown(record)}\n`;
    });
    if (reverse) await self.print(`${lines.join("")}\n`);
    else if (lines.length === 0) await self.print(`${head}${note}*** Can't find ${asked}: No answer\n\n`);
    else await self.print(`${head}${note}${lines.join("")}\n`);
    return 0;
  },
});

interface Query {
  readonly server: string;
  readonly name: string;
  readonly type: DnsType;
}

/** What the words of one command ask for; options with a plus are left aside. */
function queryOf(self: Process, words: readonly string[]): Query | undefined {
  const rest = words.filter((word, index) => !/^[-+]/.test(word) && !/^-[tbpqcfky]$/.test(words[index - 1] ?? ""));
  const server = rest.find((word) => word.startsWith("@"))?.slice(1) ?? self.machine.network.nameserver;
  const optionType = words[words.indexOf("-t") + 1];
  const type = words.includes("-t") ? optionType : rest.find(isType);
  const name = rest.find((word) => !word.startsWith("@") && !isType(word) && word !== "IN") ?? words[words.indexOf("-q") + 1];
  if (name === undefined) return undefined;
  if (words.includes("-x")) return { server, name: reverseName(name), type: "PTR" };
  return { server, name, type: typeOf(type) };
}

function line(record: DnsRecord): string {
  const name = record.name === "" ? "." : `${record.name}.`;
  // Columns of eight: name to 24, time to 32 (lib/dns/masterdump.c, dns_master_style_debug).
  const tabs = (text: string, width: number) => text + "\t".repeat(Math.max(1, Math.ceil((width - text.length) / 8)));
  return `${tabs(name, 24)}${record.ttl}\tIN\t${record.type}\t${shown(record)}\n`;
}

/** +trace: from the root down, as far as this world goes. */
async function trace(self: Process, { name, type }: Query): Promise<number> {
  const zones = name.replace(/\.$/, "").split(".");
  const top = zones.at(-1) ?? "";
  await self.print(line({ name: "", type: "NS", ttl: 518400, value: "a.root-servers.test" }));
  await self.print(`;; Received 239 bytes from ${self.machine.network.nameserver}#53(${self.machine.network.nameserver}) in 0 ms\n\n`);
  await self.print(line({ name: top, type: "NS", ttl: 172800, value: `a.nic.${top}` }));
  await self.print(";; Received 512 bytes from 198.51.100.1#53(a.root-servers.test) in 0 ms\n\n");
  const domain = zones.slice(-2).join(".");
  const servers =
    self.machine.network.ask({ name: domain, type: "NS" }, undefined, true)?.answers.filter((each) => each.type === "NS") ?? [];
  for (const each of servers) await self.print(line(each));
  const [first] = servers;
  if (first !== undefined) await self.print(`;; Received 128 bytes from 198.51.100.2#53(a.nic.${top}) in 0 ms\n\n`);
  const address = first && self.machine.network.resolve(first.value, true)[0];
  const answer = address === undefined ? undefined : self.machine.network.ask({ name, type }, address, true);
  for (const each of answer?.answers ?? []) await self.print(line(each));
  for (const each of answer?.authority ?? []) await self.print(line(each));
  if (first !== undefined) await self.print(`;; Received 64 bytes from ${address}#53(${first.value}) in 0 ms\n\n`);
  return 0;
}

const ON = new Set(["+all", "+answer"]);

export const dig = program({
  name: "dig",
  summary: "DNS lookup utility",
  section: "network",
  origin: "DiG 9.18",
  ownParsing: "options",
  synopsis: ["[@server] [-x] name [type] [+short] [+noall] [+answer] [+trace]"],
  limits: `${LIMITS} Servers above a zone are shown by +trace and cannot be asked.`,
  run: async (self, args) => {
    const query = queryOf(self, args.raw);
    if (query === undefined)
      throw new Failure(
        "a name is needed: asking for the root's name servers is real, but this machine does not model it; see /reference/machine",
        1,
      );
    const has = (option: string) => args.raw.includes(option);
    const { clock } = self.machine.kernel;
    const began = clock.monotonic();
    const header = `\n; <<>> DiG 9.18.41-1~deb12u1-Debian <<>> ${args.raw.join(" ")}\n`;
    const serverAddress = self.machine.network.resolve(query.server)[0];
    if (serverAddress === undefined) {
      await self.error(`dig: couldn't get address for '${query.server}': not found\n`);
      return 10;
    }
    if (has("+trace")) {
      await self.print(`${header};; global options: +cmd\n`);
      return trace(self, query);
    }
    const answer = await ask(self, query.server, query.name, query.type);
    if (answer === undefined) {
      const lost = `;; communications error to ${query.server}#53: timed out\n`.repeat(3);
      await self.print(
        has("+short")
          ? `${lost};; no servers could be reached\n\n`
          : `${lost}${header};; global options: +cmd\n;; no servers could be reached\n\n`,
      );
      return 9;
    }
    if (has("+short")) {
      for (const each of answer.answers) await self.print(`${shown(each)}\n`);
      return 0;
    }
    const answers = answer.answers.map(line).join("");
    if (has("+noall")) {
      if (args.raw.some((word) => ON.has(word))) await self.print(answers);
      if (has("+authority")) await self.print(answer.authority.map(line).join(""));
      return 0;
    }
    await self.print(page(self, query, answer, { header, answers, serverAddress, ms: clock.monotonic() - began }));
    return 0;
  },
});

interface Shown {
  readonly header: string;
  readonly answers: string;
  readonly serverAddress: string;
  readonly ms: number;
}

/** The whole answer, as dig shows it without options. */
function page(self: Process, query: Query, answer: DnsAnswer, { header, answers, serverAddress, ms }: Shown): string {
  const { kernel, network } = self.machine;
  const dotted = query.name.endsWith(".") ? query.name : `${query.name}.`;
  const isResolver = serverAddress === network.nameserver || !answer.authoritative;
  const flags = ["qr", ...(answer.authoritative ? ["aa"] : []), "rd", ...(isResolver ? ["ra"] : [])].join(" ");
  const warning = isResolver ? "" : ";; WARNING: recursion requested but not available\n";
  const when = new Date(kernel.clock.now()).toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/, "$1 $3 $2 $5 UTC $4");
  const authority = answer.authority.map(line).join("");
  const size =
    dotted.length + 28 + answer.answers.reduce((sum, { value }) => sum + 12 + Math.max(4, value.length), 0) + (authority === "" ? 0 : 60);
  return [
    `${header};; global options: +cmd\n;; Got answer:\n`,
    `;; ->>HEADER<<- opcode: QUERY, status: ${answer.status}, id: ${Math.floor(kernel.random() * 65536)}\n`,
    `;; flags: ${flags}; QUERY: 1, ANSWER: ${answer.answers.length}, AUTHORITY: ${answer.authority.length}, ADDITIONAL: 1\n${warning}\n`,
    `;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n;; QUESTION SECTION:\n;${dotted.padEnd(23).replace(/ +$/, (spaces) => "\t".repeat(Math.ceil(spaces.length / 8)))}\tIN\t${query.type}\n\n`,
    answers === "" ? "" : `;; ANSWER SECTION:\n${answers}\n`,
    authority === "" ? "" : `;; AUTHORITY SECTION:\n${authority}\n`,
    `;; Query time: ${Math.round(ms)} msec\n;; SERVER: ${serverAddress}#53(${query.server}) (UDP)\n;; WHEN: ${when}\n;; MSG SIZE  rcvd: ${size}\n\n`,
  ].join("");
}
