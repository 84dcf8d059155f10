/** github.test, a site that hosts repositories: only its address is there until somebody first comes, then a machine that nobody logs in to. */
import type { Kernel } from "../../../kernel/kernel.ts";
import type { KernelMachine } from "../../../kernel/machine.ts";
import { MachineNetwork } from "../../../kernel/machine-network.ts";
import type { StreamSocket } from "../../../kernel/types.ts";
import type { LabDefinition } from "../../types.ts";
import { HOSTING, HOSTING_ADDRESS, HOSTING_PORTS } from "./names.ts";

export class Hosting {
  /** Stands at the address while the machine is not there. */
  private readonly front: MachineNetwork;
  private readonly listeners: StreamSocket[] = [];
  private readonly stopping = new AbortController();
  private awake: Promise<KernelMachine> | undefined;

  constructor(
    private readonly kernel: Kernel,
    private readonly lab: Pick<LabDefinition, "hosting" | "machines" | "files">,
  ) {
    this.front = new MachineNetwork({
      address: HOSTING_ADDRESS,
      world: kernel.network,
      hostname: HOSTING,
      hostsFile: () => undefined,
      onPort: () => undefined,
    });
    kernel.network.attach(this.front);
    kernel.network.publish(HOSTING, HOSTING_ADDRESS);
    for (const port of HOSTING_PORTS) this.listen(port);
  }

  /** The machine, started when it does not run yet; with the files of `rootInode` where it was saved. */
  wake(rootInode?: number): Promise<KernelMachine> {
    this.awake ??= this.start(rootInode);
    return this.awake;
  }

  stop(): void {
    this.stopping.abort(new Error("the site is closed"));
    for (const listener of this.listeners.splice(0)) listener.release();
    this.kernel.network.detach(this.front);
  }

  private async start(rootInode: number | undefined): Promise<KernelMachine> {
    const { openHosting } = await import("./open.ts");
    this.stopping.signal.throwIfAborted();
    // The machine takes over the address in the same turn: nobody finds it without a listener.
    this.stop();
    return openHosting(this.kernel, this.lab, rootInode);
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
      const { serveEarly } = await import("./open.ts");
      serveEarly(machine, socket, port);
    } catch (error) {
      socket.release();
      if (!this.stopping.signal.aborted)
        this.kernel.host.log("error", `${HOSTING}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
