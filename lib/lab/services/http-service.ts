/** A site of the world that is no machine of the lab: an address on the network, a name, and what it answers over HTTP and https. */
import { KernelError } from "../../kernel/errno.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { MachineNetwork } from "../../kernel/machine-network.ts";
import type { StreamSocket } from "../../kernel/types.ts";
import type { Serving } from "./serving.ts";

export interface SiteRequest {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly target: string;
  /** With scheme and host. */
  readonly url: URL;
  readonly isSecure: boolean;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

export interface SiteAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export type Site = (request: SiteRequest) => Promise<SiteAnswer> | SiteAnswer;

/** Runs until the kernel ends. `names` are published in the world's DNS; the certificate is for all of them. */
export class HttpService {
  readonly network: MachineNetwork;
  private readonly listeners: StreamSocket[] = [];
  private readonly stopping = new AbortController();
  private serving: Promise<Serving> | undefined;

  constructor(
    private readonly kernel: Kernel,
    address: string,
    private readonly names: readonly string[],
    private readonly site: Site,
  ) {
    this.network = new MachineNetwork({
      address,
      world: kernel.network,
      hostname: names[0] ?? address,
      hostsFile: () => undefined,
      onPort: () => undefined,
    });
    kernel.network.attach(this.network);
    for (const name of names)
      if (kernel.network.names.authoritative({ name, type: "A" }).answers.length === 0) kernel.network.publish(name, address);
    this.listen(80);
    this.listen(443);
  }

  stop(): void {
    this.stopping.abort(new Error("the site is closed"));
    for (const listener of this.listeners) listener.release();
    this.kernel.network.detach(this.network);
  }

  private listen(port: number): void {
    const listener = this.network.socket();
    listener.bind("0.0.0.0", port, { uid: 0, gid: 0, groups: [] });
    listener.listen(64);
    this.listeners.push(listener);
    void (async () => {
      for (;;) void this.serve(await listener.accept(this.stopping.signal), port === 443);
    })().catch(() => undefined);
  }

  private async serve(socket: StreamSocket, isSecure: boolean): Promise<void> {
    try {
      this.serving ??= import("./serving.ts").then(({ Serving }) => new Serving(this.kernel, this.names, this.site));
      const serving = await this.serving.catch((error: unknown) => {
        // Its program could not be loaded: nobody waits for it, and the next one who comes tries again.
        this.serving = undefined;
        socket.release();
        throw error;
      });
      await serving.serve(socket, isSecure);
    } catch (error) {
      // A client that breaks off, or does not take the certificate, is no mistake of the site's.
      const isUsual = error instanceof KernelError || (error instanceof Error && error.name === "TlsFailure");
      if (!isUsual) this.kernel.host.log("error", `${this.names[0]}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
