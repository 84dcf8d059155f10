/**
 * The early start: a small script in the page's head starts the lab's worker while the page's own code is still on its way, so that
 * the machine runs by the time there is a terminal to show it. The page then takes the worker over, with what it has said so far.
 */
import type { LabDefinition } from "../types.ts";
import type { ToPage, ToWorker } from "./protocol.ts";

export interface EarlyLab {
  readonly definition: string;
  readonly worker: Worker;
  /** Rejects when the definition could not be loaded; nothing was sent to the worker then. */
  readonly lab: Promise<LabDefinition>;
  /** Name of the lock that the worker holds while it lives. */
  readonly pulse: string;
  /** What the worker has said, oldest first. */
  readonly heard: ToPage[];
  /** The worker or the definition could not be loaded; the worker was ended. */
  failed: boolean;
}

declare global {
  interface Window {
    /** "taken": the page has its worker, so that a script that comes late starts none. */
    slipwayEarly?: EarlyLab | "taken";
  }
}

/** Id of the call that starts the lab; the page's own ids come after it. */
export const earlyStart = 1;

/** The address of a lab's definition, and URL directories of the engine and its assets. */
export interface EarlyAddresses {
  readonly definition: string;
  readonly engine: string;
  readonly assets: string;
}

export function pulseName(): string {
  return `slipway-worker:${crypto.randomUUID()}`;
}

/** Starts the worker, and the lab in it as soon as its definition is there. */
export function startEarly({ definition, engine, assets }: EarlyAddresses): void {
  if (window.slipwayEarly !== undefined) return;
  const worker = new Worker(`${engine}/kernel.js`, { type: "module", name: "kernel" });
  const send = (message: ToWorker): void => worker.postMessage(message);
  const heard: ToPage[] = [];
  worker.onmessage = (event: MessageEvent<ToPage>) => heard.push(event.data);
  const pulse = pulseName();
  const lab = fetch(definition).then(async (response) => {
    if (!response.ok) throw new Error(`${definition}: ${response.status}`);
    const loaded: LabDefinition = await response.json();
    send({ kind: "init", lab: loaded, assets, pulse });
    send({ kind: "call", id: earlyStart, name: "start", args: { takeOver: false } });
    return loaded;
  });
  // The page then begins anew, and says what is wrong if it stays wrong.
  const giveUp = (): void => {
    early.failed = true;
    worker.terminate();
  };
  const early: EarlyLab = { definition, worker, lab, pulse, heard, failed: false };
  window.slipwayEarly = early;
  worker.onerror = giveUp;
  lab.catch(giveUp);
}

/** For the page: the worker of that lab, if one was started early. From then on no other is. */
export function takeEarly(definition: string): EarlyLab | undefined {
  const early = window.slipwayEarly;
  window.slipwayEarly = "taken";
  if (early === undefined || early === "taken") return undefined;
  if (early.definition === definition && !early.failed) return early;
  early.worker.terminate();
  return undefined;
}
