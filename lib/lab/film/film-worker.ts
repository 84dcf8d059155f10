/** The worker's part of a film: the attempt runs again in a world that nobody keeps. */
import type { Host } from "../../kernel/types.ts";
import type { Attempt } from "../attempt/attempt.ts";
import type { LabDefinition } from "../types.ts";
import { createWorld } from "../world/create.ts";
import { installedOn } from "../world/installed.ts";
import { shoot } from "./shoot.ts";
import type { FilmReport } from "./types.ts";

/** So long before the recording's first moment its world began to be made, in milliseconds. */
const START_MS = 1500;

export function shootInWorker(host: Host, lab: LabDefinition, attempt: Attempt, report: (report: FilmReport) => void): Promise<void> {
  const shift = attempt.startedAtMs - START_MS - host.now();
  const then: Host = { ...host, now: () => host.now() + shift };
  return shoot({
    lab,
    attempt,
    clock: { monotonic: () => host.monotonic(), after: (milliseconds, callback) => host.setTimeout(callback, milliseconds) },
    createWorld: (disks, services) =>
      createWorld(lab, {
        host: then,
        installed: installedOn(then),
        onDownload: ({ loaded, total }) => report({ kind: "download", loaded, total }),
        disks,
        services,
        warm: true,
      }),
    report,
  });
}
