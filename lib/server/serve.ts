import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { readSettings } from "./settings.ts";
import { siteHandler } from "./site.ts";

/** Serves the prepared export in `out` until the process ends; resolves when the port is open. */
export async function serve(out: string): Promise<void> {
  const settings = readSettings(process.env);
  const handler = siteHandler(out, settings);
  const server = settings.tls ? createSecureServer(settings.tls, handler) : createServer(handler);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(error.code === "EADDRINUSE" ? portInUse(settings.port) : error));
    server.listen(settings.port, settings.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  console.log(`Slipway is at ${settings.tls ? "https" : "http"}://localhost:${port}/ (Ctrl-C stops it)`);
}

export function portInUse(port: number): Error {
  return new Error(`Port ${port} is in use. Stop what uses it, or choose another: PORT=${port + 1} npm start`);
}
