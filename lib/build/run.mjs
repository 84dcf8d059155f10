// `npm run lab|fidelity|bench`: makes sure that packages and engine are there, then runs the TypeScript entry given first.
import { checkMachine, installPackages, runTypeScript } from "./requirements.mjs";

const [entry, ...args] = process.argv.slice(2);
installPackages();
const { engineIsBuilt } = await import("./stamp.mjs");
if (!engineIsBuilt()) {
  checkMachine();
  const status = runTypeScript("lib/build/engine-main.ts", []);
  if (status !== 0) process.exit(status);
}
process.exitCode = runTypeScript(entry, args);
