/** Starts the hosting site's machine: its disk, its ssh server and its web server. Loaded when somebody first comes. */

import { KernelError } from "../../../kernel/errno.ts";
import { ROOT } from "../../../kernel/files/world-files.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { KernelMachine } from "../../../kernel/machine.ts";
import type { Machine, Program, StreamSocket } from "../../../kernel/types.ts";
import { parsePrivateKey } from "../../../programs/ssh/keys.ts";
import { readServerSettings, SSHD_CONFIG } from "../../../programs/ssh/server-settings.ts";
import { listenerProgram, serveConnection } from "../../../programs/ssh/sshd.ts";
import type { LabDefinition } from "../../types.ts";
import { Serving } from "../serving.ts";
import { HOST_KEY, layOut } from "./layout.ts";
import { HOSTING, HOSTING_ADDRESS, HOSTING_PORTS } from "./names.ts";
import { seed } from "./seed.ts";
import { hostingSite } from "./site.ts";

/** A push brings everything in one request. */
const LARGEST_BODY = 64 * 1024 * 1024;
const BACKLOG = 128;

/** `rootInode`: the disk that was saved. Listens before it returns. */
export async function openHosting(
  kernel: Kernel,
  lab: Pick<LabDefinition, "hosting" | "machines" | "files">,
  rootInode?: number,
): Promise<KernelMachine> {
  const added = kernel.addMachine({
    name: HOSTING,
    address: HOSTING_ADDRESS,
    image: HOSTING,
    rootInode: rootInode ?? kernel.worldFiles.createTree(),
  });
  const machine = kernel.machines.get(HOSTING);
  if (machine === undefined) throw new Error("the hosting site's machine is not there");
  const [ssh, ...web] = HOSTING_PORTS.map((port) => listen(machine, port));
  if (rootInode === undefined) {
    layOut(machine);
    seed(kernel, machine, lab);
  }
  if (ssh !== undefined) startSsh(machine, ssh);
  start(machine, "github-web", webProgram(machine, web));
  await added;
  return machine;
}

/** A connection that was made before the machine was there. */
export function serveEarly(machine: KernelMachine, socket: StreamSocket, port: number): void {
  if (port !== 22) {
    void serveWeb(machine, socket, port === 443);
    return;
  }
  start(machine, "sshd: [accepted]", async (self) => {
    self.fds.add(socket, 3);
    socket.release();
    return serveConnection(self, socket, sshSettings(machine), hostKey(machine));
  });
}

function listen(machine: KernelMachine, port: number): StreamSocket {
  const listener = machine.network.socket();
  listener.bind("0.0.0.0", port, ROOT);
  listener.listen(BACKLOG);
  return listener;
}

function start(machine: Machine, name: string, run: Program): void {
  machine.spawn({ argv: [name], env: {}, cwd: "/", credentials: ROOT, fds: new Map(), cgroup: "/system.slice/hosting.service", run });
}

function hostKey(machine: Machine) {
  const key = parsePrivateKey(machine.files.readText(HOST_KEY));
  if (key === undefined || key === "encrypted") throw new Error("the hosting site has no host key");
  return key;
}

const sshSettings = (machine: Machine) => readServerSettings(machine.files, SSHD_CONFIG);

function startSsh(machine: Machine, listener: StreamSocket): void {
  const settings = sshSettings(machine);
  start(machine, "sshd", listenerProgram({ config: SSHD_CONFIG, port: undefined, key: hostKey(machine), settings, listener }));
}

const servings = new WeakMap<Machine, Serving>();

async function serveWeb(machine: KernelMachine, socket: StreamSocket, isSecure: boolean): Promise<void> {
  const serving =
    servings.get(machine) ??
    new Serving(machine.kernel, [HOSTING], (request) => hostingSite(machine, request), { largestBody: LARGEST_BODY });
  servings.set(machine, serving);
  try {
    await serving.serve(socket, isSecure);
  } catch (error) {
    // A client that breaks off, or does not take the certificate, is no mistake of the site's.
    const isUsual = error instanceof KernelError || (error instanceof Error && error.name === "TlsFailure");
    if (!isUsual) machine.kernel.host.log("error", `${HOSTING}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function webProgram(machine: KernelMachine, listeners: readonly StreamSocket[]): Program {
  return async (self) => {
    for (const listener of listeners) {
      self.fds.add(listener, 3);
      listener.release();
      listener.listenerPid = self.pid;
    }
    const take = async (listener: StreamSocket) => {
      for (;;) void serveWeb(machine, await listener.accept(self.ended), listener.local?.port === 443);
    };
    await Promise.all(listeners.map(take));
    return 0;
  };
}
