/**
 * Builds everything that Python needs, into .slipway/python: wheels, patched interpreter, snapshot of its memory, files of a machine.
 * Each step is keyed by a hash of what it is made from and is skipped when that has not changed.
 */

import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { say } from "../../../build/requirements.mjs";
import { folders, hashOf, machine, sources, step } from "./folders.ts";
import { rootMounts, startPython } from "./interpreter.ts";
import { packFiles } from "./pack.ts";
import { patchInterpreter } from "./patch-interpreter.ts";
import { makeSnapshot } from "./snapshot.ts";
import { fetchWheels, optionalFile, requirementsFile } from "./wheels.ts";

const pyodide = dirname(createRequire(import.meta.url).resolve("pyodide/package.json"));
const build = (name: string) => join(sources, "build", name);

export async function buildPython(): Promise<void> {
  const wheelsKey = hashOf([requirementsFile, optionalFile, build("wheels.ts")]);
  await step("wheels", wheelsKey, fetchWheels);

  const interpreterKey = hashOf([
    join(pyodide, "package.json"),
    build("patch-interpreter.ts"),
    build("wasm-binary.ts"),
    join(sources, "native-calls.ts"),
  ]);
  const wasmFile = join(folders.assets, "interpreter.wasm");
  await step("interpreter", interpreterKey, () => {
    say("giving the Python interpreter our system calls …");
    mkdirSync(folders.assets, { recursive: true });
    writeFileSync(wasmFile, patchInterpreter(readFileSync(join(pyodide, "pyodide.asm.wasm"))));
  });
  const wasm = () => new Uint8Array(readFileSync(wasmFile));

  const libraryKey = wheelsKey + interpreterKey + hashOf([build("unpack.py"), join(sources, "library")]);
  const library = join(folders.root, machine.library);
  const repackKey = wheelsKey + interpreterKey + hashOf([build("repack.py"), join(sources, "own"), join(sources, "additions")]);
  await step("library", libraryKey, async () => {
    say("unpacking and compiling Python's standard library …");
    rmSync(library, { recursive: true, force: true });
    mkdirSync(library, { recursive: true });
    const archive = join(folders.root, "usr/local/lib/python314.zip");
    cpSync(join(pyodide, "python_stdlib.zip"), archive);
    const python = await startPython(wasm(), {
      ...rootMounts,
      "/slipway/library": join(sources, "library"),
      "/slipway/downloads": folders.downloads,
    });
    python.run(readFileSync(build("unpack.py"), "utf8"));
    rmSync(archive);
  });

  await step("repack", repackKey, async () => {
    say("adding bytecode to the Python packages …");
    rmSync(folders.wheels, { recursive: true, force: true });
    const python = await startPython(wasm(), {
      ...rootMounts,
      "/slipway/downloads": folders.downloads,
      "/slipway/wheels": folders.wheels,
      "/slipway/own": join(sources, "own"),
      "/slipway/additions": join(sources, "additions"),
    });
    python.run(readFileSync(build("repack.py"), "utf8"));
  });

  const siteKey = libraryKey + repackKey + hashOf([build("site.py")]);
  await step("site", siteKey, async () => {
    const python = await startPython(wasm(), { ...rootMounts, "/slipway/wheels": folders.wheels });
    python.run(readFileSync(build("site.py"), "utf8"));
  });

  const snapshotKey = siteKey + hashOf([build("snapshot.ts"), build("preload.py"), join(sources, "python")]);
  const remade = await step("snapshot", snapshotKey, async () => {
    say("starting Python once and keeping its memory …");
    await makeSnapshot(wasm());
  });
  const packed = await step("pack", snapshotKey + hashOf([build("pack.ts")]), () => packFiles());
  if (remade || packed || !existsSync(join(folders.assets, "manifest.json"))) say("Python is built");
}

if (import.meta.url === `file://${process.argv[1]}`) {
  await buildPython();
  // Emscripten's support code leaves timers and streams behind.
  process.exit(0);
}
