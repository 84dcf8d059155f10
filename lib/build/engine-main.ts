/** Builds the Python assets and the engine. A process of its own, since Emscripten's support code leaves timers and streams behind. */
import { buildPython } from "../runtimes/python/build/main.ts";
import { buildEngine } from "./engine.ts";
import { engineSources, hashOf, stamp } from "./stamp.mjs";

await buildPython();
await buildEngine();
stamp("engine", hashOf(engineSources));
process.exit(0);
