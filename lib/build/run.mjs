// `npm run lab|fidelity|bench`: makes sure that packages and engine are there, then runs the TypeScript entry given first.
import { ensureEngine } from "./ensure-engine.mjs";
import { installPackages, runTypeScript } from "./requirements.mjs";

const [entry, ...args] = process.argv.slice(2);
installPackages();
ensureEngine();
process.exitCode = runTypeScript(entry, args);
