/**
 * Entry of the child process that holds a kernel for the command line. It is told what to do on standard input and answers on standard
 * output, one JSON value a line (`protocol.ts`). Arguments: the scripts of the workers for Python and PostgreSQL, the directory of assets,
 * and the number of the process that starts it.
 */
import { createInterface } from "node:readline";
import { Worker } from "node:worker_threads";
import type { Host } from "../../kernel/types.ts";
import type { Attempt } from "../../lab/attempt/attempt.ts";
import { Replay, type ReplayOptions } from "../../lab/attempt/replay.ts";
import { nodeHost } from "../../lab/hosts/node.ts";
import type { ServicesState } from "../../lab/services/services.ts";
import type { LabDefinition } from "../../lab/types.ts";
import { createWorld, type LabWorld, type SavedDisk } from "../../lab/world/create.ts";
import { installedOn } from "../../lab/world/installed.ts";
import { measure } from "../bench/measure/index.ts";
import { LiveRecording } from "./live-recording.ts";
import type { EngineAnswer, EngineRequest } from "./protocol.ts";
import { retrace } from "./retrace.ts";
import { runLab } from "./run-lab.ts";
import { runScript } from "./run-script.ts";

const [, , pythonWorker = "", postgresWorker = "", assets = "", parent = ""] = process.argv;

const host = nodeHost({
  workers: { python: pythonWorker, postgres: postgresWorker },
  assets,
  log: (level, text) => process.stderr.write(`${level}: ${text}\n`),
});
const clock = {
  monotonic: () => performance.now(),
  after: (milliseconds: number, callback: () => void) => host.setTimeout(callback, milliseconds),
};

function freshWorld(lab: LabDefinition, disks?: readonly SavedDisk[], services?: ServicesState): Promise<LabWorld> {
  return createWorld(lab, { host, installed: installedOn(host, { complete: true }), warm: false, disks, services });
}

/** So long before the recording's first moment its world began to be made, in milliseconds: about what a lab's start takes. */
const START_MS = 1500;

let recording: LiveRecording | undefined;

/** The lab in the author's terminal, until they end it. */
async function record({ id, lab, columns, rows }: Extract<EngineRequest, { kind: "record" }>): Promise<Attempt> {
  const timers = { setTimeout: host.setTimeout, monotonic: host.monotonic };
  recording = new LiveRecording(await freshWorld(lab), lab, timers, { columns, rows }, (output) =>
    answer({ id, kind: "recording", output }),
  );
  try {
    return await recording.done;
  } finally {
    recording = undefined;
  }
}

/** A world whose clock begins when the recorded one did. */
function worldOf(lab: LabDefinition, attempt: Attempt): Pick<ReplayOptions, "clock" | "createWorld"> {
  const shift = attempt.startedAtMs - START_MS - host.now();
  const then: Host = { ...host, now: () => host.now() + shift };
  const installed = installedOn(then, { complete: true });
  return { clock, createWorld: (disks, services) => createWorld(lab, { host: then, installed, warm: false, disks, services }) };
}

function answer(value: EngineAnswer): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

async function perform(request: EngineRequest): Promise<unknown> {
  switch (request.kind) {
    case "run":
      return runLab({
        lab: request.lab,
        steps: request.steps,
        options: request.options,
        clock,
        createWorld: freshWorld,
        onStep: (value) => answer({ id: request.id, kind: "step", value }),
      });
    case "end": {
      const { endWorld } = await import("./end-world.ts");
      return endWorld({ lab: request.lab, steps: request.steps, clock, createWorld: freshWorld });
    }
    case "regrade": {
      const { lab, attempt, withinMs = Number.POSITIVE_INFINITY } = request;
      const began = performance.now();
      const stopped = (): boolean => performance.now() - began > withinMs;
      return new Replay({ lab, attempt, stopped, ...worldOf(lab, attempt) }).run();
    }
    case "retrace":
      return retrace(request.lab, request.attempt, worldOf(request.lab, request.attempt));
    case "record":
      return record(request);
    case "recording":
      return undefined;
    case "mutate": {
      const { tryMutations } = await import("./mutations/try-mutations.ts");
      const { lab, steps, options } = request;
      const onNote = (text: string): void => answer({ id: request.id, kind: "note", text });
      return tryMutations({ lab, steps, options, clock, makeWorld: freshWorld, onNote });
    }
    case "script": {
      const machines = [{ name: "machine", image: request.image, user: "learner", cwd: "/home/learner" }];
      const browser = { machine: "machine", home: "" };
      const lab = { lesson: "", version: "", machines, tasks: [], files: [], browser, quizzes: [] };
      const world = await freshWorld(lab);
      try {
        return await runScript(world, request.script);
      } finally {
        world.dispose();
      }
    }
    case "measure":
      return measure(request.name, { host, installed: installedOn(host), lab: request.lab, steps: request.steps });
  }
}

let queue: Promise<void> = Promise.resolve();

const requests = createInterface({ input: process.stdin });
// Whoever asked is gone, and nobody else ends what runs here: at once, or, in the middle of a long computation, by another thread.
requests.on("close", () => process.exit());
const watch = { env: {}, execArgv: [], workerData: { parent: Number(parent), others: [] } };
new Worker(new URL("end-with-parent.mjs", import.meta.url), watch).unref();

requests.on("line", (line) => {
  const request = JSON.parse(line) as EngineRequest;
  if (request.kind === "recording") {
    recording?.receive(request.input);
    return;
  }
  // One after the other: two labs at once would share the processor and the spare workers.
  queue = queue.then(async () => {
    try {
      answer({ id: request.id, kind: "done", value: await perform(request) });
    } catch (error) {
      answer({ id: request.id, kind: "failed", message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
});
