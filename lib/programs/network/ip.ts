/** ip(8): addresses, links and routes of this machine. */
import type { Process } from "../../kernel/types.ts";
import { Failure } from "../core/errors.ts";
import { program } from "../core/program.ts";

interface Link {
  readonly index: number;
  readonly name: string;
  readonly flags: string;
  readonly mtu: number;
  readonly queue: string;
  readonly state: string;
  readonly hardware: string;
  readonly address: string;
  readonly bits: number;
  readonly scope: string;
}

/** Locally administered, and made of the address (RFC 7042, 2.1). */
function hardwareAddress(address: string): string {
  return ["02", "00", ...address.split(".").map((part) => Number(part).toString(16).padStart(2, "0"))].join(":");
}

function links(self: Process): Link[] {
  const { address } = self.machine.network;
  return [
    {
      index: 1,
      name: "lo",
      flags: "LOOPBACK,UP,LOWER_UP",
      mtu: 65536,
      queue: "noqueue",
      state: "UNKNOWN",
      hardware: "link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00",
      address: "127.0.0.1",
      bits: 8,
      scope: "host lo",
    },
    {
      index: 2,
      name: "eth0",
      flags: "BROADCAST,MULTICAST,UP,LOWER_UP",
      mtu: 1500,
      queue: "fq_codel",
      state: "UP",
      hardware: `link/ether ${hardwareAddress(address)} brd ff:ff:ff:ff:ff:ff`,
      address,
      bits: 24,
      scope: "global eth0",
    },
  ];
}

function head({ index, name, flags, mtu, queue, state }: Link, mode: string): string {
  return `${index}: ${name}: <${flags}> mtu ${mtu} qdisc ${queue} state ${state} ${mode}group default qlen 1000\n`;
}

function addressText(link: Link, four: boolean): string {
  const broadcast = link.name === "lo" ? "" : ` brd ${link.address.replace(/\d+$/, "255")}`;
  const hardware = four ? "" : `    ${link.hardware}\n`;
  return `${head(link, "")}${hardware}    inet ${link.address}/${link.bits}${broadcast} scope ${link.scope}\n       valid_lft forever preferred_lft forever\n`;
}

const OBJECTS = ["address", "link", "route", "neighbour"];
const USAGE =
  "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\nwhere  OBJECT := { address | link | route }\n       OPTIONS := { -4[br] | -br[ief] }\n";

export const ip = program({
  name: "ip",
  summary: "show / manipulate routing, network devices, interfaces and tunnels",
  section: "network",
  origin: "ip utility, iproute2-6.1.0",
  ownParsing: "all",
  synopsis: ["[-4] [-br] address [show [dev NAME]]", "[-br] link [show [dev NAME]]", "route [show | get ADDRESS]"],
  limits: "Addresses and routes can be looked at, not changed: a lab gives them.",
  run: async (self, args) => {
    const words = args.raw.filter((word) => !word.startsWith("-"));
    const options = new Set(args.raw.filter((word) => word.startsWith("-")));
    if (options.has("-V") || options.has("-Version")) {
      await self.print("ip utility, iproute2-6.1.0, libbpf 1.1.0\n");
      return 0;
    }
    const [object, verb = "show", ...rest] = words;
    if (object === undefined || object === "help") {
      await self.error(USAGE);
      return 255;
    }
    const known = OBJECTS.find((each) => each.startsWith(object)) ?? (object === "neighbor" ? "neighbour" : undefined);
    if (known === undefined) {
      await self.error(`Object "${object}" is unknown, try "ip help".\n`);
      return 1;
    }
    if (known === "neighbour") throw new Failure("neighbour is real, but this machine does not model it; see /reference/machine", 1);
    if (known === "route") return routes(self, verb, rest);
    if (!["show", "list", "ls", "s", "sh"].includes(verb) && verb !== "dev" && !links(self).some(({ name }) => name === verb)) {
      if (self.credentials.uid !== 0) {
        await self.error("RTNETLINK answers: Operation not permitted\n");
        return 2;
      }
      throw new Failure(`'${verb}' is real, but this machine does not model it; see /reference/machine`, 1);
    }
    const wanted =
      verb === "dev"
        ? rest[0]
        : rest[0] === "dev"
          ? rest[1]
          : (rest[0] ?? (links(self).some(({ name }) => name === verb) ? verb : undefined));
    const chosen = links(self).filter(({ name }) => wanted === undefined || name === wanted);
    if (chosen.length === 0) {
      await self.error(`Device "${wanted}" does not exist.\n`);
      return 1;
    }
    const brief = options.has("-br") || options.has("-brief");
    for (const link of chosen) {
      if (brief) {
        const what = known === "link" ? `${link.hardware.split(" ")[1]} <${link.flags}>` : `${link.address}/${link.bits}`;
        await self.print(`${link.name.padEnd(16)} ${link.state.padEnd(14)} ${what} \n`);
      } else if (known === "link") await self.print(`${head(link, "mode DEFAULT ")}    ${link.hardware}\n`);
      else await self.print(addressText(link, options.has("-4")));
    }
    return 0;
  },
});

async function routes(self: Process, verb: string, rest: readonly string[]): Promise<number> {
  const { network } = self.machine;
  const net = network.address.replace(/\d+$/, "");
  if (verb === "get") {
    const [to] = rest;
    if (to === undefined) throw new Failure("need at least a destination address", 1);
    const uid = self.credentials.uid;
    const local = to.startsWith(net);
    await self.print(`${to} ${local ? "" : `via ${net}1 `}dev eth0 src ${network.address} uid ${uid} \n    cache \n`);
    return 0;
  }
  if (!["show", "list", "ls", "s", "sh"].includes(verb)) {
    if (self.credentials.uid !== 0) {
      await self.error("RTNETLINK answers: Operation not permitted\n");
      return 2;
    }
    throw new Failure(`'${verb}' is real, but this machine does not model it; see /reference/machine`, 1);
  }
  await self.print(`default via ${net}1 dev eth0 \n${net}0/24 dev eth0 proto kernel scope link src ${network.address} \n`);
  return 0;
}
