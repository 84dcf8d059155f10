/** ss(8), netstat(8), ping(8), getent(1), host(1), nslookup(1), dig(1): looking at the network. */
import type { Process } from "../../kernel/types.ts";
import { Failure } from "../core/errors.ts";
import { type ProgramEntry, program } from "../core/program.ts";
import { findGroup, findUser } from "../core/users.ts";
import { commandName } from "../system/processes.ts";

interface Listener {
  readonly address: string;
  readonly port: number;
  readonly process: { readonly pid: number; readonly name: string } | undefined;
}

/** Listening sockets by port; whose they are is shown to root and to the owner only. */
function listeners(self: Process): Listener[] {
  return [...self.machine.network.listening()]
    .sort((a, b) => a.port - b.port || (a.address < b.address ? -1 : 1))
    .map(({ address, port, pid }) => {
      const owner = pid === undefined ? undefined : self.machine.processes().find((info) => info.pid === pid);
      const visible = owner && (self.credentials.uid === 0 || owner.uid === self.credentials.uid);
      return { address, port, process: visible ? { pid: owner.pid, name: commandName(owner) } : undefined };
    });
}

/** Names of ports from /etc/services. */
function serviceName(self: Process, port: number): string {
  const text = self.machine.files.exists("/etc/services") ? self.machine.files.readText("/etc/services") : "";
  return new RegExp(`^(\\S+)\\s+${port}/tcp`, "m").exec(text)?.[1] ?? String(port);
}

const UNMEASURED = "Only listening TCP sockets are shown: established connections and UDP are not modeled.";

export const ss = program({
  name: "ss",
  summary: "another utility to investigate sockets",
  section: "network",
  origin: "iproute2 6.1.0",
  usageStatus: 255,
  synopsis: ["[ OPTIONS ] [ FILTER ]"],
  options: [
    "-a, --all  display all sockets",
    "-l, --listening  display only listening sockets",
    "-n, --numeric  don't resolve service names",
    "-p, --processes  show process using socket",
    "-t, --tcp  display only TCP sockets",
    "-u, --udp  display only UDP sockets",
    "-4, --ipv4  display only IP version 4 sockets",
    "-6, --ipv6  display only IP version 6 sockets",
    "-x, --unix  display only Unix domain sockets",
    "-H, --no-header  suppress header line",
    "-e, --extended  (accepted)",
    "-r, --resolve  (accepted)",
  ],
  unmodeled: [
    "-m",
    "--memory",
    "-o",
    "--options",
    "-i",
    "--info",
    "-s",
    "--summary",
    "-K",
    "--kill",
    "-w",
    "--raw",
    "-f",
    "--family",
    "-A",
    "--query",
    "-Z",
    "-N",
    "--net",
  ],
  limits: UNMEASURED,
  run: async (self, args) => {
    const tcp = args.has("tcp") || !args.has("udp", "unix");
    const listening = args.has("listening", "all");
    const rows = tcp && listening && !args.has("ipv6") ? listeners(self) : [];
    // A filter by source port is what people use.
    const filter = /^(?:sport|src)\s*=?\s*:(\w+)$/.exec(args.operands.join(" ").replace(/[()']/g, "").trim());
    const chosen = filter ? rows.filter((row) => String(row.port) === filter[1] || serviceName(self, row.port) === filter[1]) : rows;
    const port = (row: Listener) => (args.has("numeric") ? String(row.port) : serviceName(self, row.port));
    const netid = !args.has("tcp") && !args.has("udp");
    const local = Math.max(13, ...chosen.map((row) => row.address.length));
    const lines: string[] = [];
    if (!args.has("no-header"))
      lines.push(
        `${netid ? "Netid " : ""}${"State".padEnd(6)} Recv-Q Send-Q ${"Local Address".padStart(local)}:${"Port".padEnd(5)} ${"Peer Address".padStart(12)}:Port${args.has("processes") ? "Process" : ""}`,
      );
    for (const row of chosen) {
      const owner = args.has("processes") && row.process ? `users:(("${row.process.name}",pid=${row.process.pid},fd=3))` : "";
      lines.push(
        `${netid ? "tcp   " : ""}${"LISTEN".padEnd(6)} ${"0".padEnd(6)} ${"128".padEnd(6)} ${row.address.padStart(local)}:${port(row).padEnd(5)} ${"0.0.0.0".padStart(12)}:*   ${owner}`.trimEnd(),
      );
    }
    if (lines.length > 0) await self.print(`${lines.join("\n")}\n`);
    return 0;
  },
});

export const netstat = program({
  name: "netstat",
  summary: "print network connections",
  section: "network",
  origin: "net-tools 2.10",
  synopsis: ["[-vWeenNcCF] [<Af>] -r", "[-vWnNcaeol] [<Socket> ...]"],
  options: [
    "-a, --all  display all sockets (default: connected)",
    "-l, --listening  display listening server sockets",
    "-n, --numeric  don't resolve names",
    "-p, --programs  display PID/Program name for sockets",
    "-t, --tcp  TCP sockets",
    "-u, --udp  UDP sockets",
    "-e, --extend  (accepted)",
    "-W, --wide  (accepted)",
    "-4, --inet  IPv4 only",
  ],
  unmodeled: [
    "-c",
    "--continuous",
    "-g",
    "--groups",
    "-i",
    "--interfaces",
    "-M",
    "--masquerade",
    "-o",
    "--timers",
    "-r",
    "--route",
    "-s",
    "--statistics",
    "-x",
    "--unix",
    "-6",
    "--inet6",
  ],
  limits: UNMEASURED,
  run: async (self, args) => {
    const shown = args.has("listening", "all") && (args.has("tcp") || !args.has("udp"));
    const rows = shown ? listeners(self) : [];
    if (args.has("programs") && self.credentials.uid !== 0)
      await self.error(
        "(Not all processes could be identified, non-owned process info\n will not be shown, you would have to be root to see it all.)\n",
      );
    await self.print(
      `Active Internet connections (${args.has("all") ? "servers and established" : args.has("listening") ? "only servers" : "w/o servers"})\n`,
    );
    await self.print(
      `Proto Recv-Q Send-Q Local Address           Foreign Address         State      ${args.has("programs") ? " PID/Program name    " : ""}\n`,
    );
    for (const row of rows) {
      const port = args.has("numeric") ? String(row.port) : serviceName(self, row.port);
      const owner = args.has("programs") ? ` ${row.process ? `${row.process.pid}/${row.process.name}` : "-"}`.padEnd(21) : "";
      await self.print(
        `tcp        0      0 ${`${row.address}:${port}`.padEnd(23)} ${"0.0.0.0:*".padEnd(23)} ${"LISTEN".padEnd(11)}${owner}\n`,
      );
    }
    return 0;
  },
});

export const ping = program({
  name: "ping",
  summary: "send ICMP ECHO_REQUEST to network hosts",
  section: "network",
  origin: "iputils 20221126",
  usageStatus: 2,
  synopsis: ["[options] <destination>"],
  options: [
    "-c COUNT  stop after <count> replies",
    "-i INTERVAL  seconds between sending each packet",
    "-W TIMEOUT  time to wait for response",
    "-w DEADLINE  reply wait <deadline> in seconds",
    "-q  quiet output",
    "-n  no reverse DNS name resolution",
    "-s SIZE  use <size> as number of data bytes to be sent",
    "-4  use IPv4",
  ],
  unmodeled: [
    "-6",
    "-a",
    "-A",
    "-b",
    "-B",
    "-D",
    "-f",
    "-I",
    "-l",
    "-L",
    "-m",
    "-M",
    "-O",
    "-p",
    "-Q",
    "-R",
    "-r",
    "-S",
    "-t",
    "-T",
    "-U",
    "-v",
    "-V",
  ],
  limits: "A host answers when it is a machine of this world that runs; the time of the way there and back is not measured.",
  run: async (self, args) => {
    const [name] = args.operands;
    if (name === undefined) {
      await self.error("ping: usage error: Destination address required\n");
      return 1;
    }
    const { network, kernel } = self.machine;
    const [address] = network.resolve(name);
    if (address === undefined) {
      await self.error(`ping: ${name}: Name or service not known\n`);
      return 2;
    }
    const count = args.has("c") ? Number(args.get("c")) : Number.POSITIVE_INFINITY;
    if (args.has("c") && !(count > 0)) {
      await self.error(`ping: invalid argument: '${args.get("c")}': out of range: 1 <= value <= 9223372036854775807\n`);
      return 1;
    }
    const interval = Number(args.get("i") ?? 1);
    const size = Number(args.get("s") ?? 56);
    const answers =
      address.startsWith("127.") ||
      address === network.address ||
      [...kernel.machines.values()].some((machine) => machine.network.address === address);
    await self.print(`PING ${name} (${address}) ${size}(${size + 28}) bytes of data.\n`);
    let sent = 0;
    let received = 0;
    const began = kernel.clock.monotonic();
    const summary = async () => {
      const loss = sent === 0 ? 0 : Math.round(((sent - received) * 100) / sent);
      await self.print(
        `\n--- ${name} ping statistics ---\n${sent} packets transmitted, ${received} received, ${loss}% packet loss, time ${Math.round(kernel.clock.monotonic() - began)}ms\n`,
      );
      if (received > 0) await self.print("rtt min/avg/max/mdev = 0.000/0.000/0.000/0.000 ms\n");
    };
    let interrupted = false;
    let wake = () => {};
    self.signals.set("SIGINT", () => {
      interrupted = true;
      wake();
    });
    while (sent < count && !interrupted) {
      sent++;
      if (answers) {
        received++;
        if (!args.has("q"))
          await self.print(
            `${size + 8} bytes from ${name === address || args.has("n") ? address : `${name} (${address})`}: icmp_seq=${sent} ttl=64 time=0.000 ms\n`,
          );
      }
      if (sent >= count && answers) break;
      const pause = sent >= count ? Number(args.get("W") ?? 10) : interval;
      await Promise.race([
        self.sleep(pause * 1000),
        new Promise<void>((resolve) => {
          wake = resolve;
        }),
      ]);
    }
    await summary();
    return received > 0 ? 0 : 1;
  },
});

export const getent = program({
  name: "getent",
  summary: "get entries from Name Service Switch libraries",
  section: "system",
  origin: "GNU libc 2.36",
  synopsis: ["[OPTION...] database [key ...]"],
  limits: "Databases: passwd, group, hosts, ahosts, services, protocols, shadow.",
  run: async (self, args) => {
    const [database, ...keys] = args.operands;
    if (database === undefined) {
      await self.error("getent: wrong number of arguments\nTry `getent --help' or `getent --usage' for more information.\n");
      return 1;
    }
    const { files } = self;
    const lines = (path: string) =>
      files.access(path, 4)
        ? files
            .readText(path)
            .split("\n")
            .filter((line) => line !== "" && !line.startsWith("#"))
        : [];
    const root = self.machine.files;
    let status = 0;
    if (database === "hosts" || database === "ahosts" || database === "ahostsv4") {
      if (keys.length === 0)
        for (const line of lines("/etc/hosts"))
          await self.print(`${line.split(/\s+/)[0]?.padEnd(15)} ${line.split(/\s+/).slice(1).join(" ")}\n`);
      for (const key of keys) {
        const found = self.machine.network.resolve(key);
        if (found.length === 0) status = 2;
        for (const address of found)
          await self.print(
            database === "hosts"
              ? `${address.padEnd(15)} ${key}\n`
              : `${address.padEnd(15)} STREAM ${key}\n${address.padEnd(15)} DGRAM  \n${address.padEnd(15)} RAW    \n`,
          );
      }
      return status;
    }
    const paths: Readonly<Record<string, string>> = {
      passwd: "/etc/passwd",
      group: "/etc/group",
      services: "/etc/services",
      protocols: "/etc/protocols",
      shadow: "/etc/shadow",
    };
    const path = paths[database];
    if (!path) {
      await self.error(`Unknown database: ${database}\nTry \`getent --help' or \`getent --usage' for more information.\n`);
      return 1;
    }
    if (keys.length === 0) for (const line of lines(path)) await self.print(`${line}\n`);
    for (const key of keys) {
      const known =
        database === "passwd" ? (findUser(root, key)?.name ?? key) : database === "group" ? (findGroup(root, key)?.name ?? key) : key;
      const line = lines(path).find((each) => {
        if (database === "services") {
          const [name, port = "", ...more] = each.split(/\s+/);
          return name === key || port.split("/")[0] === key || more.includes(key);
        }
        return each.split(/[:\s]/)[0] === known;
      });
      if (line === undefined) status = 2;
      else if (database === "services") {
        const [name = "", port = "", ...more] = line.split(/\s+/);
        await self.print(`${`${name} `.padEnd(22)}${port}${more.length > 0 ? ` ${more.join(" ")}` : ""}\n`);
      } else await self.print(`${line}\n`);
    }
    return status;
  },
});

function lookup(name: "host" | "nslookup" | "dig"): ProgramEntry {
  return program({
    name,
    summary:
      name === "nslookup" ? "query Internet name servers interactively" : name === "dig" ? "DNS lookup utility" : "DNS lookup utility",
    section: "network",
    origin: "BIND 9.18",
    synopsis: name === "dig" ? ["[@server] name [type] [+short]"] : ["name"],
    limits: "Only addresses (A records) of this world's names are known; the name server is the world's own.",
    ownParsing: "options",
    run: async (self, args) => {
      const server = "10.0.0.1";
      const short = args.raw.includes("+short");
      const word = args.raw.find((each) => !/^[-+@]/.test(each) && !/^(A|AAAA|CNAME|MX|NS|TXT|ANY|SOA)$/i.test(each));
      if (word === undefined)
        throw new Failure(
          name === "dig"
            ? "a name is needed: asking for the root's name servers is real, but this machine does not model it; see /reference/machine"
            : `usage: ${name} name`,
          1,
        );
      const type = args.raw.find((each) => /^(AAAA|CNAME|MX|NS|TXT|ANY|SOA)$/i.test(each))?.toUpperCase() ?? "A";
      const found = type === "A" || type === "ANY" ? self.machine.network.resolve(word) : [];
      const known = self.machine.network.resolve(word).length > 0;
      if (name === "host") {
        if (!known) {
          await self.print(`Host ${word} not found: 3(NXDOMAIN)\n`);
          return 1;
        }
        for (const address of found) await self.print(`${word} has address ${address}\n`);
        return 0;
      }
      if (name === "nslookup") {
        await self.print(`Server:\t\t${server}\nAddress:\t${server}#53\n\n`);
        if (!known) {
          await self.print(`** server can't find ${word}: NXDOMAIN\n\n`);
          return 1;
        }
        for (const address of found) await self.print(`Name:\t${word}\nAddress: ${address}\n`);
        await self.print("\n");
        return 0;
      }
      if (short) {
        for (const address of found) await self.print(`${address}\n`);
        return 0;
      }
      const dotted = word.endsWith(".") ? word : `${word}.`;
      const answer = found.map((address) => `${dotted.padEnd(24)}300\tIN\tA\t${address}\n`).join("");
      await self.print(
        `\n; <<>> DiG 9.18 <<>> ${args.raw.join(" ")}\n;; global options: +cmd\n;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${known ? "NOERROR" : "NXDOMAIN"}, id: ${Math.floor(self.machine.kernel.random() * 65536)}\n;; flags: qr rd ra; QUERY: 1, ANSWER: ${found.length}, AUTHORITY: 0, ADDITIONAL: 0\n\n;; QUESTION SECTION:\n;${dotted.padEnd(23)}IN\t${type}\n\n${answer === "" ? "" : `;; ANSWER SECTION:\n${answer}\n`};; SERVER: ${server}#53(${server})\n\n`,
      );
      return 0;
    },
  });
}

export const host = lookup("host");
export const nslookup = lookup("nslookup");
export const dig = lookup("dig");
