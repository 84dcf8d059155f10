/** `npm start`, once the packages are there: builds what is missing and serves the site on PORT (3000). */
import { join } from "node:path";
import { root } from "./requirements.mjs";
import { ensureSite } from "./site.ts";

await ensureSite();
const { serve } = await import("../server/serve.ts");
await serve(join(root, "out"));
