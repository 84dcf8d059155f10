import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPython, root } from "../../build/requirements.mjs";

/** This machine's own programs: what ours are measured against. */

/** Milliseconds of a command, or undefined where it can't be run. */
export function timeNative(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): number | undefined {
  const began = performance.now();
  const env = { ...process.env, ...options.env };
  const ran = spawnSync(command, args, { cwd: options.cwd, env, stdio: ["ignore", "ignore", "pipe"] });
  return ran.status === 0 ? performance.now() - began : undefined;
}

/** Native CPython with the very Django that our machines install, bytecode compiled; undefined where that can't be had. */
export class NativeDjango {
  private constructor(
    private readonly python: string,
    private readonly folder: string,
  ) {}

  static make(): NativeDjango | undefined {
    const python = findPython();
    const downloads = join(root, ".slipway/python/downloads");
    if (python === undefined) return undefined;
    const folder = mkdtempSync(join(tmpdir(), "bench-"));
    const packages = join(folder, "packages");
    const install = ["-m", "pip", "install", "--quiet", "--no-index", "--find-links", downloads, "--target", packages, "django"];
    const native = new NativeDjango(python, folder);
    const made =
      readdirSync(folder).length === 0 &&
      native.run(install, folder) !== undefined &&
      native.run(["-m", "compileall", "-q", packages], folder) !== undefined &&
      native.run(["-m", "django", "startproject", "shop"], folder) !== undefined;
    if (made) return native;
    native.remove();
    return undefined;
  }

  /** `manage.py migrate` on a fresh database, in milliseconds. */
  migrate(): number | undefined {
    const shop = join(this.folder, "shop");
    rmSync(join(shop, "db.sqlite3"), { force: true });
    return this.run(["manage.py", "migrate"], shop);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private run(args: readonly string[], cwd: string): number | undefined {
    return timeNative(this.python, args, { cwd, env: { PYTHONPATH: join(this.folder, "packages") } });
  }
}
