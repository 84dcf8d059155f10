/** The network between the machines: which address belongs to whom, and the world's DNS. */
import { KernelError } from "./errno.ts";
import type { MachineNetwork } from "./machine-network.ts";

export class WorldNetwork {
  readonly #machines = new Map<string, MachineNetwork>();
  readonly #names = new Map<string, string>();
  #next = 10;

  /** The next free address of the lab's network. */
  freeAddress(): string {
    for (;;) {
      const address = `10.0.0.${this.#next++}`;
      if (!this.#machines.has(address)) return address;
    }
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

  /** An A record of the world's DNS. Names are compared without case (RFC 4343). */
  publish(name: string, address: string): void {
    this.#names.set(name.toLowerCase(), address);
  }

  lookup(name: string): string | undefined {
    return this.#names.get(name.toLowerCase().replace(/\.$/, ""));
  }
}
