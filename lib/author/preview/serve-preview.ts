import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
// biome-ignore lint/style/noRestrictedImports: it starts the development server; nothing of the page is imported
import next from "next";
import { readManifest } from "../../build/engine.ts";
import { root } from "../../build/requirements.mjs";
import { contentRoot } from "../../content/load.ts";
import { developmentPolicy } from "../../server/policy.ts";
import type { Settings } from "../../server/settings.ts";
import { engineAndPanes } from "../../server/site.ts";
import { PreviewEvents } from "./events.ts";
import { ABOUT } from "./where.ts";

/**
 * The site in development, for authors: Next's development server behind our own headers, and a stream of events for each open lesson.
 * Its policy lets Next's own tools run; production's stays as strict as it is. Resolves to its address when the port is open.
 */
export async function servePreview(settings: Settings): Promise<{ address: string; close(): Promise<void> }> {
  const { engineUrl, assetsUrl } = readManifest();
  Object.assign(process.env, {
    NEXT_PUBLIC_ENGINE_URL: engineUrl,
    NEXT_PUBLIC_ASSETS_URL: assetsUrl,
    SLIPWAY_PREVIEW: "1",
    NEXT_TELEMETRY_DISABLED: "1",
  });
  const server = createServer();
  const app = next({ dev: true, dir: root, hostname: "localhost", port: settings.port, httpServer: server });
  await app.prepare();
  const page = app.getRequestHandler();
  const upgrade = app.getUpgradeHandler();
  const files = engineAndPanes(join(root, "public"), settings);
  const events = new PreviewEvents(contentRoot());

  server.on("request", (req: IncomingMessage, res: ServerResponse) => {
    if (files(req, res)) return;
    if (req.url === ABOUT) {
      res.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-store" });
      return res.end(JSON.stringify({ content: contentRoot() }));
    }
    const own = /^\/__preview\/([a-z0-9-]+)\/([a-z0-9-]+)\/(events|lab\.json)$/.exec(req.url ?? "");
    if (own !== null) {
      const [, course = "", lesson = "", what] = own;
      if (what === "events") return events.open(course, lesson, res);
      const lab = events.lab(course, lesson);
      res.writeHead(lab === undefined ? 404 : 200, { "Content-Type": "application/json", "Cache-Control": "no-store" });
      return res.end(JSON.stringify(lab ?? null));
    }
    res.setHeader("Content-Security-Policy", developmentPolicy(settings.previewOrigin));
    void page(req, res);
  });
  server.on("upgrade", (req, socket, head) => void upgrade(req, socket, head));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(settings.port, settings.host ?? "localhost", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://localhost:${port}`,
    close: async () => {
      events.close();
      server.closeAllConnections();
      server.close();
      await app.close();
    },
  };
}
