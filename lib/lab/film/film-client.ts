import type { Attempt } from "../attempt/attempt.ts";
import { ProcessWorkerStarter } from "../browser/process-workers.ts";
import type { ToPage, ToWorker } from "../browser/protocol.ts";
import type { LabDefinition } from "../types.ts";
import type { FilmReport } from "./types.ts";

export interface FilmOptions {
  readonly lab: LabDefinition;
  readonly attempt: Attempt;
  /** URL directories, as of `BrowserLabOptions`. */
  readonly engineUrl: string;
  readonly assetsUrl: string;
  readonly report: (report: FilmReport) => void;
}

/** Runs an attempt again in a worker of its own; nothing of it is saved. Returns what ends it. */
export function shootFilm({ lab, attempt, engineUrl, assetsUrl, report }: FilmOptions): () => void {
  const worker = new Worker(`${engineUrl}/kernel.js`, { type: "module", name: "film" });
  const send = (message: ToWorker): void => worker.postMessage(message);
  const processes = new ProcessWorkerStarter((engine) => `${engineUrl}/${engine}-worker.js`, send);
  const end = (): void => {
    worker.terminate();
    processes.endAll();
  };
  worker.onmessage = (event: MessageEvent<ToPage>) => {
    const message = event.data;
    if (message.kind === "startProcess" || message.kind === "endProcess") processes.receive(message);
    if (message.kind !== "film") return;
    report(message.report);
    if (message.report.kind === "ended" || message.report.kind === "failed") end();
  };
  worker.onerror = (event) => {
    event.preventDefault();
    end();
    report({ kind: "failed", message: event.message || "the program that runs labs could not be loaded" });
  };
  send({ kind: "film", lab, attempt, assets: assetsUrl });
  return end;
}
