/** Builds the assets of Python and PostgreSQL, and the engine. A process of its own, since Emscripten's support code leaves timers and streams behind. */
import { buildPostgres } from "../runtimes/postgres/build/main.ts";
import { buildPython } from "../runtimes/python/build/main.ts";
import { buildEngine } from "./engine.ts";
import { engineSources, hashOf, stamp } from "./stamp.mjs";

await buildPython();
await buildPostgres();
await buildEngine();
stamp("engine", hashOf(engineSources));
process.exit(0);
