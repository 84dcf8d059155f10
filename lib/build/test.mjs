// `npm test`: everything that must be true of this repository, from a fresh clone.
import { checkMachine, installPackages, runTypeScript } from "./requirements.mjs";

checkMachine();
installPackages();
process.exitCode = runTypeScript("lib/build/test.ts", process.argv.slice(2));
