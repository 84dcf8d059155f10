/** Rivals: the real programs of this computer, timed from outside as a person at a terminal would time them. */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPython, root } from "../../build/requirements.mjs";

/** Nothing of this terminal's language or start-up files gets in. */
const environment: NodeJS.ProcessEnv = {
  NODE_ENV: "production",
  PATH: process.env.PATH ?? "/usr/bin:/bin",
  HOME: tmpdir(),
  LANG: "C.UTF-8",
  LC_ALL: "C.UTF-8",
};

export function native(command: string, args: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}) {
  return spawnSync(command, args, { cwd: options.cwd, env: { ...environment, ...options.env }, encoding: "utf8" });
}

/** Whether this computer has the program. */
export function hasNative(command: string, args: readonly string[] = ["--version"]): boolean {
  return native(command, args).status === 0;
}

/** Milliseconds of each run, or undefined when the program is missing or a run fails; one run before them does not count. */
export function timeNative(
  times: number,
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string>; before?: () => void } = {},
): number[] | undefined {
  const samples: number[] = [];
  for (let index = -1; index < times; index++) {
    options.before?.();
    const began = performance.now();
    const ran: SpawnSyncReturns<string> = native(command, args, options);
    if (ran.status !== 0) return undefined;
    if (index >= 0) samples.push(performance.now() - began);
  }
  return samples;
}

/** A TCP port that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** A folder that is gone when `work` is done. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Native CPython in a virtual environment, with the very Django that our machines install, its bytecode compiled. */
export interface NativeDjango {
  readonly python: string;
  /** A fresh project, `startproject shop`. */
  readonly project: string;
}

/** Makes one in `folder`, from the wheels that our machines install from; a sentence that says why not where that can't be had. */
export function makeNativeDjango(folder: string): NativeDjango | string {
  const host = findPython();
  if (host === undefined) return "there is no Python with pip on this computer";
  const environment = join(folder, "venv");
  const python = join(environment, process.platform === "win32" ? "Scripts/python.exe" : "bin/python");
  const downloads = join(root, ".slipway/python/downloads");
  const commands: [string, string[]][] = [
    [host, ["-m", "venv", environment]],
    [python, ["-m", "pip", "install", "--quiet", "--no-index", "--find-links", downloads, "django"]],
    [python, ["-m", "compileall", "-q", environment]],
    [python, ["-m", "django", "startproject", "shop"]],
  ];
  for (const [command, args] of commands) {
    const ran = native(command, args, { cwd: folder });
    if (ran.status !== 0) return `\`${[command, ...args].join(" ")}\` failed: ${ran.stderr.trim().split("\n").at(-1) ?? ""}`;
  }
  return { python, project: join(folder, "shop") };
}
