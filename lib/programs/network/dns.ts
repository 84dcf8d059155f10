/** host(1), nslookup(1), dig(1): asking the name server, past /etc/hosts. */
import type { Process } from "../../kernel/types.ts";
import { Failure } from "../core/errors.ts";
import { program } from "../core/program.ts";

const LIMITS = "Only addresses (A) and names of addresses (PTR) are known; other types have no records.";
const TYPES = /^(A|AAAA|CNAME|MX|NS|TXT|ANY|SOA|PTR)$/i;
/** A server that does not answer is asked three times, five seconds each (resolv.conf(5), attempts and timeout). */
const SILENCE_MS = 15_000;

interface Answer {
  readonly status: "NOERROR" | "NXDOMAIN";
  readonly records: readonly { readonly name: string; readonly type: string; readonly value: string }[];
}

/** 10.0.0.5 as the name that reverse lookups ask for. */
function reverseName(address: string): string {
  return `${address.split(".").reverse().join(".")}.in-addr.arpa`;
}

/** Undefined when no server answers there. */
async function ask(self: Process, server: string, name: string, type: string): Promise<Answer | undefined> {
  const { network } = self.machine;
  const address = network.resolve(server)[0] ?? server;
  if (!network.answersQueries(address)) {
    await self.sleep(SILENCE_MS);
    return undefined;
  }
  if (type === "PTR") {
    const quad = name
      .replace(/\.in-addr\.arpa\.?$/, "")
      .split(".")
      .reverse()
      .join(".");
    const found = network.reverse(quad);
    return found === undefined ? { status: "NXDOMAIN", records: [] } : { status: "NOERROR", records: [{ name, type, value: `${found}.` }] };
  }
  const value = network.query(name, address);
  if (value === undefined) return { status: "NXDOMAIN", records: [] };
  return { status: "NOERROR", records: type === "A" || type === "ANY" ? [{ name, type: "A", value }] : [] };
}

interface Question {
  readonly server: string;
  readonly name: string | undefined;
  readonly type: string;
}

function question(self: Process, words: readonly string[]): Question {
  const rest = words.filter((word) => !word.startsWith("-") && !word.startsWith("+"));
  const server = rest.find((word) => word.startsWith("@"))?.slice(1) ?? self.machine.network.nameserver;
  const type = rest.find((word) => TYPES.test(word))?.toUpperCase();
  const name = rest.find((word) => !word.startsWith("@") && !TYPES.test(word));
  const isAddress = name !== undefined && /^\d+\.\d+\.\d+\.\d+$/.test(name);
  const reverse = isAddress && (type === undefined || words.includes("-x"));
  return { server, name: reverse ? reverseName(name) : name, type: reverse ? "PTR" : (type ?? "A") };
}

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
    const asked = question(self, [name, ...(words.includes("-t") ? [words[words.indexOf("-t") + 1] ?? "A"] : [])]);
    const server = given ?? asked.server;
    const answer = await ask(self, server, asked.name ?? name, asked.type);
    if (answer === undefined) {
      await self.print(";; communications error to ".concat(`${server}#53: timed out\n`).repeat(2));
      await self.print(";; no servers could be reached\n");
      return 1;
    }
    if (given !== undefined)
      await self.print(`Using domain server:\nName: ${given}\nAddress: ${self.machine.network.resolve(given)[0]}#53\nAliases: \n\n`);
    if (answer.status === "NXDOMAIN") {
      await self.print(`Host ${asked.type === "PTR" ? `${asked.name}.` : name} not found: 3(NXDOMAIN)\n`);
      return 1;
    }
    for (const { type, value } of answer.records)
      await self.print(
        type === "PTR" ? `${asked.name} domain name pointer ${value}\n` : `${name.replace(/\.$/, "")} has address ${value}\n`,
      );
    if (answer.records.length === 0) await self.print(`${name} has no ${asked.type} record\n`);
    return 0;
  },
});

export const nslookup = program({
  name: "nslookup",
  summary: "query Internet name servers interactively",
  section: "network",
  origin: "nslookup 9.18",
  ownParsing: "options",
  synopsis: ["name [server]"],
  limits: `${LIMITS} There is no interactive mode.`,
  run: async (self, args) => {
    const [name, given] = args.raw.filter((word) => !word.startsWith("-"));
    if (name === undefined)
      throw new Failure("the interactive mode is real, but this machine does not model it; see /reference/machine", 1);
    const asked = question(self, [name]);
    const server = self.machine.network.resolve(given ?? asked.server)[0] ?? asked.server;
    const answer = await ask(self, server, asked.name ?? name, asked.type);
    if (answer === undefined) {
      await self.print(`${`;; communications error to ${server}#53: timed out\n`.repeat(3)};; no servers could be reached\n\n`);
      return 1;
    }
    if (answer.status === "NXDOMAIN") {
      const shown = asked.type === "PTR" ? asked.name : name;
      await self.print(`Server:\t\t${given ?? server}\nAddress:\t${server}#53\n\n** server can't find ${shown}: NXDOMAIN\n\n`);
      return 1;
    }
    if (asked.type === "PTR") {
      for (const { value } of answer.records) await self.print(`${asked.name}\tname = ${value}\n`);
      await self.print("\n");
      return 0;
    }
    const lines = answer.records.map(({ value }) => `Name:\t${name}\nAddress: ${value}\n`).join("");
    await self.print(`Server:\t\t${given ?? server}\nAddress:\t${server}#53\n\n${lines}\n`);
    return 0;
  },
});

export const dig = program({
  name: "dig",
  summary: "DNS lookup utility",
  section: "network",
  origin: "DiG 9.18",
  ownParsing: "options",
  synopsis: ["[@server] [-x] name [type] [+short] [+noall] [+answer]"],
  limits: LIMITS,
  run: async (self, args) => {
    const asked = question(self, args.raw);
    if (asked.name === undefined)
      throw new Failure(
        "a name is needed: asking for the root's name servers is real, but this machine does not model it; see /reference/machine",
        1,
      );
    const began = self.machine.kernel.clock.monotonic();
    const header = `\n; <<>> DiG 9.18 <<>> ${args.raw.join(" ")}\n`;
    const answer = await ask(self, asked.server, asked.name, asked.type);
    if (answer === undefined) {
      await self.print(
        `${`;; communications error to ${asked.server}#53: timed out\n`.repeat(3)}${header};; global options: +cmd\n;; no servers could be reached\n\n`,
      );
      return 9;
    }
    const { records, status } = answer;
    if (args.raw.includes("+short")) {
      for (const { value } of records) await self.print(`${value}\n`);
      return 0;
    }
    const dotted = asked.name.endsWith(".") ? asked.name : `${asked.name}.`;
    const lines = records.map(({ type, value }) => `${`${dotted}`.padEnd(23)}\t300\tIN\t${type}\t${value}\n`).join("");
    if (args.raw.includes("+noall")) {
      if (args.raw.includes("+answer")) await self.print(lines);
      return 0;
    }
    const { clock, random } = { clock: self.machine.kernel.clock, random: () => self.machine.kernel.random() };
    const id = Math.floor(random() * 65536);
    const when = new Date(clock.now()).toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/, "$1 $3 $2 $5 UTC $4");
    await self.print(
      `${header};; global options: +cmd\n;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: ${id}\n;; flags: qr aa rd ra; QUERY: 1, ANSWER: ${records.length}, AUTHORITY: 0, ADDITIONAL: 1\n\n;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n;; QUESTION SECTION:\n;${dotted.padEnd(23)}\tIN\t${asked.type}\n\n${lines === "" ? "" : `;; ANSWER SECTION:\n${lines}\n`};; Query time: ${Math.round(clock.monotonic() - began)} msec\n;; SERVER: ${asked.server}#53(${asked.server}) (UDP)\n;; WHEN: ${when}\n;; MSG SIZE  rcvd: ${dotted.length + 28 + records.length * 16}\n\n`,
    );
    return 0;
  },
});
