/** Starts the storage's machine: its disk and its web server. Loaded when somebody first comes. */
import { KernelError } from "../../../kernel/errno.ts";
import { ROOT } from "../../../kernel/files/world-files.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { KernelMachine } from "../../../kernel/machine.ts";
import type { Machine, StreamSocket } from "../../../kernel/types.ts";
import type { SiteAnswer } from "../http-service.ts";
import { Serving } from "../serving.ts";
import type { SiteLab } from "../sleeping-site.ts";
import { storageApi } from "./api.ts";
import { consoleSite } from "./console.ts";
import { errorXml, StorageError } from "./errors.ts";
import { BUCKETS, BUCKETS_SITE, CONSOLE } from "./names.ts";
import { seed } from "./seed.ts";
import { LIMITS } from "./state.ts";

const BACKLOG = 128;
/** So much more than an object may have is read, so that its refusal can be told. */
const LARGEST_BODY = 4 * LIMITS.objectBytes;

/** `rootInode`: the disk that was saved. Listens before it returns. */
export async function openBuckets(kernel: Kernel, lab: SiteLab, rootInode?: number): Promise<KernelMachine> {
  const added = kernel.addMachine({
    name: BUCKETS,
    address: BUCKETS_SITE.address,
    image: BUCKETS,
    rootInode: rootInode ?? kernel.worldFiles.createTree(),
  });
  const machine = kernel.machines.get(BUCKETS);
  if (machine === undefined) throw new Error("the object storage's machine is not there");
  const listeners = BUCKETS_SITE.ports.map((port) => listen(machine, port));
  if (rootInode === undefined) seed(kernel, machine, lab);
  machine.spawn({
    argv: ["object-storage"],
    env: {},
    cwd: "/",
    credentials: ROOT,
    fds: new Map(),
    cgroup: "/system.slice/object-storage.service",
    run: async (self) => {
      for (const listener of listeners) {
        self.fds.add(listener, 3);
        listener.release();
        listener.listenerPid = self.pid;
      }
      const take = async (listener: StreamSocket) => {
        for (;;) void serve(machine, await listener.accept(self.ended), listener.local?.port === 443);
      };
      await Promise.all(listeners.map(take));
      return 0;
    },
  });
  await added;
  return machine;
}

/** A connection that was made before the machine was there. */
export function serveEarly(machine: KernelMachine, socket: StreamSocket, port: number): void {
  void serve(machine, socket, port === 443);
}

function listen(machine: KernelMachine, port: number): StreamSocket {
  const listener = machine.network.socket();
  listener.bind("0.0.0.0", port, ROOT);
  listener.listen(BACKLOG);
  return listener;
}

const servings = new WeakMap<Machine, Serving>();

function servingOf(machine: KernelMachine): Serving {
  const known = servings.get(machine);
  if (known !== undefined) return known;
  const made = new Serving(
    machine.kernel,
    [BUCKETS, CONSOLE],
    (request) => (request.url.hostname === CONSOLE ? consoleSite(machine, request) : storageApi(machine, request)),
    { largestBody: LARGEST_BODY, tooLarge: tooLarge() },
  );
  servings.set(machine, made);
  return made;
}

function tooLarge(): SiteAnswer {
  const error = new StorageError("EntityTooLarge", { MaxSizeAllowed: String(LIMITS.objectBytes) });
  return { status: error.status, headers: { "Content-Type": "application/xml" }, body: errorXml(error, "0000000000000000", "") };
}

async function serve(machine: KernelMachine, socket: StreamSocket, isSecure: boolean): Promise<void> {
  try {
    await servingOf(machine).serve(socket, isSecure);
  } catch (error) {
    // A client that breaks off, or does not take the certificate, is no mistake of the storage's.
    const isUsual = error instanceof KernelError || (error instanceof Error && error.name === "TlsFailure");
    if (!isUsual) machine.kernel.host.log("error", `${BUCKETS}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
