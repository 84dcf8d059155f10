/** Builds the Python assets and the engine unless they are there and up to date. */
import { buildPython } from "../runtimes/python/build/main.ts";
import { buildEngine } from "./engine.ts";
import { engineIsBuilt, engineSources, hashOf, stamp } from "./stamp.mjs";

export async function ensureEngine(): Promise<void> {
  if (engineIsBuilt()) return;
  await buildPython();
  await buildEngine();
  stamp("engine", hashOf(engineSources));
}

if (import.meta.url === `file://${process.argv[1]}`) await ensureEngine();
