import { fillMachine } from "../../images/images.ts";
import type { Host } from "../../kernel/types.ts";
import { executables } from "../../programs/executables.ts";
import { shellExecutables } from "../../shell/index.ts";
import type { Installed } from "./create.ts";

/** Everything that machines of labs can run and hold. */
export function installedOn(_host: Host): Installed {
  return { executables: new Map([...executables(), ...shellExecutables()]), engines: new Map(), fill: fillMachine };
}
