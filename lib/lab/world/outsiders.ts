import type { Kernel } from "../../kernel/kernel.ts";
import { MachineNetwork } from "../../kernel/machine-network.ts";
import type { Machine } from "../../kernel/types.ts";

/** Where requests of simulated users come from that are made on no machine of the lab. */
export const INTERNET = "internet";

/** Addresses for documentation (RFC 5737, TEST-NET-3), which belong to nobody. */
const PREFIX = "203.0.113.";
const FIRST = 20;
const HOW_MANY = 16;

/** Somebody who can ask, and has neither files nor processes in this world. */
export type Asker = Pick<Machine, "name" | "kernel" | "network">;

/** Users outside of the lab, who take turns. */
export class Outsiders {
  private readonly askers: Asker[] = [];
  private asked = 0;

  constructor(private readonly kernel: Kernel) {}

  next(): Asker {
    const index = this.asked++ % HOW_MANY;
    const known = this.askers[index];
    if (known !== undefined) return known;
    const network = new MachineNetwork({
      address: `${PREFIX}${FIRST + index}`,
      world: this.kernel.network,
      hostname: INTERNET,
      hostsFile: () => undefined,
      onPort: () => undefined,
    });
    const asker = { name: INTERNET, kernel: this.kernel, network };
    this.askers[index] = asker;
    return asker;
  }
}
