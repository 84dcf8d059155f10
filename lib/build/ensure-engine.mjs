// Builds the engine unless it is there and up to date.
import { checkMachine, fail, runTypeScript } from "./requirements.mjs";
import { engineIsBuilt } from "./stamp.mjs";

export function ensureEngine() {
  if (engineIsBuilt()) return;
  checkMachine();
  if (runTypeScript("lib/build/engine-main.ts", []) !== 0) fail("the engine could not be built; what is wrong stands above.");
}
