/** The network between the machines: which address belongs to whom, how long the way takes, and the world's DNS. */
import { NameService } from "./dns.ts";
import { KernelError } from "./errno.ts";
import type { MachineNetwork } from "./machine-network.ts";
import type { Clock } from "./types.ts";

/** The lab's private network (RFC 1918), a /24. */
const PREFIX = "10.0.0.";
const FIRST_ADDRESS = 10;
const LAST_ADDRESS = 254;
/** The gateway of the network, which is its name server too. */
export const GATEWAY = `${PREFIX}1`;
/** There and back between two machines of one data center, in milliseconds. */
const USUAL_ROUND_TRIP_MS = 0.4;
/** Below this, waiting would take longer than the way itself: timers of browsers are that coarse. */
const SHORTEST_WAIT_MS = 1;

export class WorldNetwork {
  readonly clock: Pick<Clock, "after" | "monotonic">;
  /** There and back between any two machines, in milliseconds. */
  roundTripMs = USUAL_ROUND_TRIP_MS;
  readonly #machines = new Map<string, MachineNetwork>();
  readonly names: NameService;
  #next = FIRST_ADDRESS;

  constructor(clock: Pick<Clock, "after" | "monotonic">) {
    this.clock = clock;
    this.names = new NameService(clock);
  }

  /** The next free address of the lab's network. Throws EADDRNOTAVAIL when all are taken. */
  freeAddress(): string {
    while (this.#next <= LAST_ADDRESS) {
      const address = `${PREFIX}${this.#next++}`;
      if (!this.#machines.has(address)) return address;
    }
    throw new KernelError("EADDRNOTAVAIL", "bind");
  }

  /** Whether the address would be a neighbor's: asked for directly (ARP), and not by way of the gateway. */
  isLocal(address: string): boolean {
    return address.startsWith(PREFIX);
  }

  /** How long a packet and its answer take, as a wait: 0 when too short to be waited for. */
  get waitMs(): number {
    return this.roundTripMs < SHORTEST_WAIT_MS ? 0 : this.roundTripMs;
  }

  attach(network: MachineNetwork): void {
    if (this.#machines.has(network.address)) throw new KernelError("EADDRINUSE", "bind", network.address);
    this.#machines.set(network.address, network);
  }

  detach(network: MachineNetwork): void {
    if (this.#machines.get(network.address) === network) this.#machines.delete(network.address);
  }

  machineAt(address: string): MachineNetwork | undefined {
    return this.#machines.get(address);
  }

  /** An A record of the lab's own names. */
  publish(name: string, address: string, ttl?: number): void {
    this.names.publish(name, address, ttl);
  }
}
