/** `npm start`, once the packages are there: builds what is missing and serves the site on PORT (3000). */
import { join } from "node:path";
import { isFree } from "../server/ports.ts";
import { portInUse, serve } from "../server/serve.ts";
import { readSettings } from "../server/settings.ts";
import { fail, root } from "./requirements.mjs";
import { ensureSite } from "./site.ts";

try {
  const { port, host } = readSettings(process.env);
  // A build takes minutes: what keeps the site from being served is told before it.
  if (!(await isFree(port, host))) throw portInUse(port);
  await ensureSite();
  await serve(join(root, "out"));
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
