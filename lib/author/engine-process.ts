import { type ChildProcess, spawn } from "node:child_process";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { readManifest } from "../build/engine.ts";
import type { Attempt } from "../lab/attempt/attempt.ts";
import type { ReplayResult } from "../lab/attempt/replay.ts";
import type { LabDefinition } from "../lab/types.ts";
import type { Measured } from "./bench/measure/index.ts";
import type { RecordingOutput } from "./engine/live-recording.ts";
import type { MutationOptions, MutationReport } from "./engine/mutations/report.ts";
import type { EngineAnswer, EngineRequest, RunOptions, RunResult, ScriptResult, StepResult } from "./engine/protocol.ts";
import type { Retraced } from "./engine/retrace.ts";
import type { AuthorTerminal } from "./record/author-terminal.ts";
import { ensureStartWorld } from "./start-worlds.ts";
import type { Step } from "./steps.ts";

/**
 * A child process that holds a kernel. A teacher regrades strangers' work in it (design.md §3): it has no environment, can make no
 * code from text, reads nothing but the engine's own files, writes nothing and starts nothing but worker threads.
 */
export class EngineProcess {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<
    number,
    {
      resolve: (value: unknown) => void;
      reject: (error: Error) => void;
      onStep?: (step: StepResult) => void;
      onNote?: (text: string) => void;
    }
  >();
  private nextId = 1;
  private complaints = "";
  private recording: (output: RecordingOutput) => void = () => undefined;

  constructor() {
    const { kernel, pythonWorker, postgresWorker, assets } = readManifest().node;
    const readable = [dirname(kernel), dirname(pythonWorker), dirname(postgresWorker), assets];
    const own = [pythonWorker, postgresWorker, assets, String(process.pid)];
    this.child = spawn(process.execPath, [...confinement(readable), kernel, ...own], {
      // Dates in the lab are UTC; nothing of this machine's time zone or language gets in.
      env: { TZ: "UTC", NODE_ENV: "production", ...(process.platform === "win32" ? { SystemRoot: process.env.SystemRoot ?? "" } : {}) },
      stdio: ["pipe", "pipe", "pipe"],
      cwd: assets,
    });
    const { stdin, stdout, stderr } = this.child;
    stdin?.on("error", () => undefined);
    stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.complaints = (this.complaints + text).slice(-8000);
    });
    if (stdout) createInterface({ input: stdout }).on("line", (line) => this.receive(JSON.parse(line) as EngineAnswer));
    this.child.on("error", (error) => this.ended(error.message));
    this.child.on("exit", (code, signal) => this.ended(`it ended with ${signal ?? `status ${code}`}`));
  }

  /** Its number among this computer's processes; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Runs a lab from its start: does the steps, grades. */
  run(lab: LabDefinition, steps: readonly Step[], options: RunOptions & { onStep?: (step: StepResult) => void }): Promise<RunResult> {
    const { onStep, ...rest } = options;
    return this.ask<RunResult>({ kind: "run", lab, steps, options: rest }, onStep);
  }

  /** The world at the end of the steps, as a file that another lab starts from. */
  async end(lab: LabDefinition, steps: readonly Step[]): Promise<Uint8Array> {
    return Buffer.from(await this.ask<string>({ kind: "end", lab, steps }), "base64");
  }

  /** Does again what an attempt says, as far as it comes in so many milliseconds, and grades that. */
  regrade(lab: LabDefinition, attempt: Attempt, withinMs?: number): Promise<ReplayResult> {
    return this.ask<ReplayResult>({ kind: "regrade", lab, attempt, withinMs });
  }

  /** The lab in the author's terminal; resolves with what was done when they end it. */
  record(lab: LabDefinition, terminal: AuthorTerminal): Promise<Attempt> {
    const id = this.nextId;
    this.recording = (output) => terminal.receive(output);
    const attempt = this.ask<Attempt>({ kind: "record", lab, ...terminal.size });
    terminal.begin((input) => this.child.stdin?.write(`${JSON.stringify({ id, kind: "recording", input })}\n`));
    return attempt;
  }

  /** Runs a recorded attempt again, to see what it shows and what it changes. */
  retrace(lab: LabDefinition, attempt: Attempt): Promise<Retraced> {
    return this.ask<Retraced>({ kind: "retrace", lab, attempt });
  }

  /** Runs a script with bash on a fresh machine, in an empty home. */
  script(image: string, script: string): Promise<ScriptResult> {
    return this.ask<ScriptResult>({ kind: "script", image, script });
  }

  /** Takes each difference that the solution makes back, alone; `onNote` hears how far it is. */
  mutate(lab: LabDefinition, steps: readonly Step[], options: MutationOptions, onNote?: (text: string) => void): Promise<MutationReport> {
    return this.ask<MutationReport>({ kind: "mutate", lab, steps, options }, undefined, onNote);
  }

  /** One measurement of the bench, inside the engine. */
  measure(name: string, lesson?: { readonly lab: LabDefinition; readonly steps: readonly Step[] }): Promise<Measured> {
    return this.ask<Measured>({ kind: "measure", name, ...lesson });
  }

  stop(): void {
    this.child.kill("SIGKILL");
  }

  private async ask<T>(
    request: DistributiveOmit<EngineRequest, "id">,
    onStep?: (step: StepResult) => void,
    onNote?: (text: string) => void,
  ): Promise<T> {
    if ("lab" in request && request.lab?.continues !== undefined) await ensureStartWorld(request.lab);
    const id = this.nextId++;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve: (value) => resolve(value as T), reject, onStep, onNote });
      this.child.stdin?.write(`${JSON.stringify({ ...request, id })}\n`);
    });
  }

  private receive(answer: EngineAnswer): void {
    if (answer.kind === "recording") {
      this.recording(answer.output);
      return;
    }
    const waiting = this.waiting.get(answer.id);
    if (waiting === undefined) return;
    if (answer.kind === "note") {
      waiting.onNote?.(answer.text);
      return;
    }
    if (answer.kind === "step") {
      waiting.onStep?.(answer.value);
      return;
    }
    this.waiting.delete(answer.id);
    if (answer.kind === "done") waiting.resolve(answer.value);
    else waiting.reject(new Error(answer.message));
  }

  private ended(how: string): void {
    for (const { reject } of this.waiting.values()) reject(new Error(`The engine has stopped: ${how}.\n${this.complaints}`));
    this.waiting.clear();
  }
}

type DistributiveOmit<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never;

/** What this version of Node offers to hold a process in (https://nodejs.org/docs/latest-v20.x/api/permissions.html). */
export function confinement(readable: readonly string[]): string[] {
  const permission = process.allowedNodeEnvironmentFlags.has("--permission") ? "--permission" : "--experimental-permission";
  return [
    "--no-warnings",
    "--disallow-code-generation-from-strings",
    "--disable-proto=delete",
    permission,
    "--allow-worker",
    ...[...new Set(readable)].map((folder) => `--allow-fs-read=${folder}/*`),
  ];
}
