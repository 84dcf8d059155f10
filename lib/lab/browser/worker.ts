/** Entry of the kernel worker: a lab that the page talks to by messages (`protocol.ts`). */
import { loadProgram } from "../../programs/groups/groups.ts";
import { browserHost } from "../hosts/browser.ts";
import { LocalLabClient } from "../local-client.ts";
import { StorageKeeper } from "../saving/keeper.ts";
import { createWorld } from "../world/create.ts";
import { installedOn } from "../world/installed.ts";
import { ProcessWorkers } from "./process-workers.ts";
import type { ToPage, ToWorker } from "./protocol.ts";
import { holdPulse } from "./pulse.ts";
import { LabServer } from "./server.ts";

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;

const post = (message: ToPage, transfer: Transferable[] = []): void => scope.postMessage(message, transfer);
const processes = new ProcessWorkers(post);
let server: LabServer | undefined;

scope.onmessage = (event: MessageEvent<ToWorker>) => {
  const message = event.data;
  if (message.kind === "init") server ??= begin(message);
  else if (message.kind === "film") void film(message);
  else if (message.kind === "processFailed" || message.kind === "processEnded") processes.receive(message);
  else server?.receive(message);
};

// A promise that nobody waited for is a mistake of ours, and no reason to stop the lab.
scope.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  console.error("lab:", event.reason);
});

async function film({ lab, attempt, assets }: Extract<ToWorker, { kind: "film" }>): Promise<void> {
  const { shootInWorker } = await import("../film/film-worker.ts");
  const host = browserHost({ startWorker: (engine) => processes.start(engine), assetsUrl: assets });
  await shootInWorker(host, lab, attempt, (report) => post({ kind: "film", report }));
}

function begin({ lab, assets, pulse }: Extract<ToWorker, { kind: "init" }>): LabServer {
  const host = browserHost({ startWorker: (engine) => processes.start(engine), assetsUrl: assets });
  const client = new LocalLabClient(lab, {
    timers: host,
    createWorld: (definition, onDownload, disks, services, start) =>
      createWorld(definition, { host, installed: installedOn(host), onDownload, disks, services, start, warm: false }),
    keeper: new StorageKeeper({ timers: host, locks: navigator.locks, now: host.now }),
  });
  // What is typed first comes while the world is made; the other programs come behind the first prompt.
  void Promise.resolve(loadProgram("ls")).catch(() => undefined);
  void holdPulse(pulse).then(() => post({ kind: "alive" }));
  return new LabServer(client, post);
}
