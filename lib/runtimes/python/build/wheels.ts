/** Fetches the wheels of requirements.txt with the host's pip. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findPython, say } from "../../../build/requirements.mjs";
import { folders, sources } from "./folders.ts";

/** The same platform everywhere. Compiled parts are taken out afterwards (`repack.py`): each of these packages runs without them. */
const PLATFORM = [
  "--no-deps",
  "--only-binary=:all:",
  "--platform=manylinux2014_x86_64",
  "--platform=manylinux_2_28_x86_64",
  "--python-version=3.11",
  "--implementation=cp",
  "--disable-pip-version-check",
  "--quiet",
  `--dest=${folders.downloads}`,
];

export const requirementsFile = join(sources, "requirements.txt");
export const optionalFile = join(sources, "requirements-optional.txt");

/** How many wheels requirements.txt names. */
function pinned(): number {
  return readFileSync(requirementsFile, "utf8")
    .split("\n")
    .filter((line) => /^[a-z0-9]/i.test(line)).length;
}

function download(python: string, args: readonly string[], retries: number): { ok: boolean; message: string } {
  const ran = spawnSync(python, ["-m", "pip", "download", ...PLATFORM, `--retries=${retries}`, ...args], { encoding: "utf8" });
  return { ok: ran.status === 0, message: ran.stderr };
}

/** Leaves all wheels in the downloads folder. Throws, with pip's own words, when a required one can't be had. */
export function fetchWheels(): void {
  const python = findPython();
  if (!python) throw new Error("Python 3.9 or newer with pip is needed to fetch the Python packages of the labs");
  rmSync(folders.downloads, { recursive: true, force: true });
  mkdirSync(folders.downloads, { recursive: true });
  say(`fetching ${pinned()} Python packages (pip download) …`);
  const required = ["--require-hashes", "--requirement", requirementsFile];
  // Where pip looks in several places and one can't be reached, every package waits for its retries; so first without any.
  let result = download(python, required, 0);
  if (!result.ok) result = download(python, required, 5);
  if (!result.ok) {
    throw new Error(
      `pip could not fetch the Python packages:\n${result.message}\nCheck the network connection, then run the same command again.`,
    );
  }
  for (const line of readFileSync(optionalFile, "utf8").split("\n")) {
    const name = line.trim();
    if (name === "" || name.startsWith("#")) continue;
    if (!download(python, [name], 0).ok) say(`${name} is not to be had here; labs do without it`);
  }
}

export function downloadedWheels(): string[] {
  return existsSync(folders.downloads)
    ? readdirSync(folders.downloads)
        .filter((name) => name.endsWith(".whl"))
        .sort()
    : [];
}
