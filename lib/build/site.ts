/** Builds the static site into out/: Next's export, the Content-Security-Policy of each page, and precompressed files. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { readManifest } from "./engine.ts";
import { ensureEngine } from "./ensure-engine.mjs";
import { root, say } from "./requirements.mjs";
import { hashOf, isFresh, siteSources, stamp } from "./stamp.mjs";

export async function ensureSite(): Promise<void> {
  ensureEngine();
  // Files of the site too, so they come before its hash.
  const { ensureStartWorlds } = await import("../author/start-worlds.ts");
  await ensureStartWorlds();
  const hash = hashOf(siteSources);
  if (isFresh("site", hash)) return;
  say("building the site …");
  const manifest = readManifest();
  rmSync(join(root, "out"), { recursive: true, force: true });
  const ran = spawnSync(process.execPath, [join(root, "node_modules/next/dist/bin/next"), "build"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    env: {
      ...process.env,
      NEXT_TELEMETRY_DISABLED: "1",
      NEXT_PUBLIC_ENGINE_URL: manifest.engineUrl,
      NEXT_PUBLIC_ASSETS_URL: manifest.assetsUrl,
    },
  });
  if (ran.status !== 0) throw new Error("the site could not be built; what is wrong stands above.");
  const { preparePages } = await import("../server/prepare.ts");
  await preparePages(join(root, "out"));
  stamp("site", hash);
}
