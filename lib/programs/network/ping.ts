/** ping(8): whether a host answers, and how long that takes. */
import type { Process } from "../../kernel/types.ts";
import { program } from "../core/program.ts";

/** The way through a machine's own loopback, in milliseconds. */
const LOOPBACK_MS = 0.04;
/** A round trip varies by so much of itself. */
const JITTER = 0.2;
const NO_NEIGHBOR_MS = 3_000;

interface Times {
  readonly sent: number;
  readonly received: number;
  readonly errors: number;
  readonly tookMs: number;
  readonly trips: readonly number[];
}

/** The last lines; "mdev" is the standard deviation. */
function statistics(name: string, { sent, received, errors, tookMs, trips }: Times): string {
  const loss = sent === 0 ? 0 : Math.round(((sent - received) * 100) / sent);
  const failed = errors > 0 ? ` +${errors} errors,` : "";
  const head = `\n--- ${name} ping statistics ---\n${sent} packets transmitted, ${received} received,${failed} ${loss}% packet loss, time ${Math.round(tookMs)}ms\n`;
  if (trips.length === 0) return `${head}\n`;
  const mean = trips.reduce((sum, trip) => sum + trip, 0) / trips.length;
  const deviation = Math.sqrt(Math.max(trips.reduce((sum, trip) => sum + trip * trip, 0) / trips.length - mean * mean, 0));
  return `${head}rtt min/avg/max/mdev = ${[Math.min(...trips), mean, Math.max(...trips), deviation].map((value) => value.toFixed(3)).join("/")} ms\n`;
}

/** As ping shows a time: three digits that count. */
function shownTime(milliseconds: number): string {
  if (milliseconds >= 100) return milliseconds.toFixed(0);
  return milliseconds >= 10 ? milliseconds.toFixed(1) : milliseconds >= 1 ? milliseconds.toFixed(2) : milliseconds.toFixed(3);
}

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
  unmodeled: [..."6aAbBDfIlLmMOpQRrSTUvV"].map((letter) => `-${letter}`).concat("-t"),
  limits: "The time of the way there and back is the lab's latency, give or take.",
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
    const reach = network.reach(address);
    if (reach.kind === "no-network") {
      await self.error("ping: connect: Network is unreachable\n");
      return 2;
    }
    const size = Number(args.get("s") ?? 56);
    await self.print(`PING ${name} (${address}) ${size}(${size + 28}) bytes of data.\n`);
    const host = name === address || args.has("n") ? address : `${network.reverse(address) ?? name} (${address})`;
    const began = kernel.clock.monotonic();
    const pause = new Pause(self);
    const trips: number[] = [];
    const deadline = args.has("w") ? began + Number(args.get("w")) * 1000 : Number.POSITIVE_INFINITY;
    let sent = 0;
    let errors = 0;
    while (sent < count && !pause.interrupted && kernel.clock.monotonic() < deadline) {
      sent++;
      if (reach.kind === "answers") {
        const trip = (reach.roundTripMs || LOOPBACK_MS) * (1 + JITTER * (kernel.random() - 0.3));
        if (trip >= 1) await pause.wait(trip);
        if (pause.interrupted) break;
        trips.push(trip);
        if (!args.has("q")) await self.print(`${size + 8} bytes from ${host}: icmp_seq=${sent} ttl=64 time=${shownTime(trip)} ms\n`);
      } else {
        if (reach.kind === "no-neighbor") await pause.wait(NO_NEIGHBOR_MS);
        if (pause.interrupted) break;
        errors++;
        const from = reach.kind === "no-neighbor" ? network.address : "10.0.0.1";
        const what = reach.kind === "no-neighbor" ? "Destination Host Unreachable" : "Destination Net Unreachable";
        if (!args.has("q")) await self.print(`From ${from} icmp_seq=${sent} ${what}\n`);
      }
      if (sent < count) await pause.wait(Number(args.get("i") ?? 1) * 1000);
    }
    const tookMs = kernel.clock.monotonic() - began;
    await self.print(statistics(name, { sent, received: trips.length, errors, tookMs, trips }));
    return trips.length > 0 ? 0 : 1;
  },
});

/** Waits that Ctrl-C ends: then the statistics are shown. */
class Pause {
  interrupted = false;
  #wake = () => {};

  constructor(private readonly self: Process) {
    self.signals.set("SIGINT", () => {
      this.interrupted = true;
      this.#wake();
    });
  }

  async wait(milliseconds: number): Promise<void> {
    if (this.interrupted) return;
    await Promise.race([
      this.self.sleep(milliseconds),
      new Promise<void>((resolve) => {
        this.#wake = resolve;
      }),
    ]);
  }
}
