/** Rivals: the real programs of this computer, timed from outside as a person at a terminal would time them. */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

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

/** A folder that is gone when `work` is done. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
