// `npm start`: everything from a fresh clone to a served site.
import { checkMachine, installPackages, runTypeScript } from "./requirements.mjs";

checkMachine();
installPackages();
process.exitCode = runTypeScript("lib/build/serve.ts", process.argv.slice(2));
