// `npm run lab|fidelity|bench`: makes sure that packages and engine are there, then runs the TypeScript entry given first.
import { doctor } from "./doctor.mjs";
import { ensureEngine } from "./ensure-engine.mjs";
import { installPackages, runTypeScript } from "./requirements.mjs";

const [entry, ...args] = process.argv.slice(2);
const isLab = entry === "lib/author/main.ts";

/** Commands that only read and write files. */
const withoutEngine = ["list", "new", "help", "--help", "-h"];

if (isLab && args[0] === "doctor") {
  process.exitCode = await doctor(args.slice(1));
} else {
  installPackages();
  if (!isLab || !withoutEngine.includes(args[0])) ensureEngine();
  process.exitCode = runTypeScript(entry, args);
}
