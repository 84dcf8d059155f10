/** A site of the world with a disk: only its address is there until somebody first comes, then a machine that nobody logs in to. */
import type { Kernel } from "../../kernel/kernel.ts";
import type { KernelMachine } from "../../kernel/machine.ts";
import { MachineNetwork } from "../../kernel/machine-network.ts";
import type { StreamSocket } from "../../kernel/types.ts";
import type { LabDefinition, MachineDefinition } from "../types.ts";

/** What a lab says of its sites and machines. */
export type SiteLab = Pick<LabDefinition, "hosting" | "buckets" | "machines" | "files">;

export interface SiteDefinition {
  /** Its host name; its machine is called so, too. */
  readonly name: string;
  readonly address: string;
  /** Further names of its address. */
  readonly aliases: readonly string[];
  readonly ports: readonly number[];
  /** How checks see its machine. */
  readonly machine: MachineDefinition;
  /** Whether the lab puts something there, so that it must run from the start. */
  readonly isWanted: (lab: SiteLab) => boolean;
  readonly load: () => Promise<SiteProgram>;
}

export interface SiteProgram {
  /** Starts the machine, with the disk of `rootInode` where one was saved; listens before it returns. */
  readonly open: (kernel: Kernel, lab: SiteLab, rootInode?: number) => Promise<KernelMachine>;
  /** Serves a connection that was made before the machine was there. */
  readonly serveEarly: (machine: KernelMachine, socket: StreamSocket, port: number) => void;
}

export class SleepingSite {
  /** Stands at the address while the machine is not there. */
  private readonly front: MachineNetwork;
  private readonly listeners: StreamSocket[] = [];
  private readonly stopping = new AbortController();
  private awake: Promise<KernelMachine> | undefined;

  constructor(
    private readonly kernel: Kernel,
    private readonly lab: SiteLab,
    readonly definition: SiteDefinition,
  ) {
    const { name, address, aliases, ports } = definition;
    this.front = new MachineNetwork({
      address,
      world: kernel.network,
      hostname: name,
      hostsFile: () => undefined,
      onPort: () => undefined,
    });
    kernel.network.attach(this.front);
    for (const each of [name, ...aliases]) kernel.network.publish(each, address);
    for (const port of ports) this.listen(port);
  }

  /** The machine, started when it does not run yet; with the files of `rootInode` where it was saved. */
  wake(rootInode?: number): Promise<KernelMachine> {
    this.awake ??= this.start(rootInode).catch((error: unknown) => {
      // Its program could not be loaded: the next one who comes tries again.
      if (!this.stopping.signal.aborted) this.awake = undefined;
      throw error;
    });
    return this.awake;
  }

  stop(): void {
    this.stopping.abort(new Error("the site is closed"));
    for (const listener of this.listeners.splice(0)) listener.release();
    this.kernel.network.detach(this.front);
  }

  private async start(rootInode: number | undefined): Promise<KernelMachine> {
    const { open } = await this.definition.load();
    this.stopping.signal.throwIfAborted();
    // The machine takes over the address in the same turn: nobody finds it without a listener.
    this.stop();
    return open(this.kernel, this.lab, rootInode);
  }

  private listen(port: number): void {
    const listener = this.front.socket();
    listener.bind("0.0.0.0", port, { uid: 0, gid: 0, groups: [] });
    listener.listen(64);
    this.listeners.push(listener);
    void (async () => {
      for (;;) {
        const socket = await listener.accept(this.stopping.signal);
        void this.handOver(socket, port);
      }
    })().catch(() => undefined);
  }

  /** Who came while nobody was there is served by the machine all the same. */
  private async handOver(socket: StreamSocket, port: number): Promise<void> {
    try {
      const machine = await this.wake();
      const { serveEarly } = await this.definition.load();
      serveEarly(machine, socket, port);
    } catch (error) {
      socket.release();
      if (!this.stopping.signal.aborted)
        this.kernel.host.log("error", `${this.definition.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
