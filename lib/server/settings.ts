import { readFileSync } from "node:fs";

/** How the site is served; everything comes from environment variables, so that nothing else needs to know where it runs. */
export interface Settings {
  readonly port: number;
  /** The address to listen on; all of them when undefined. */
  readonly host?: string;
  /** PEM texts; https when given. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** The site's own origins: the only pages that may hold the browser pane in a frame. */
  readonly siteOrigins: readonly string[];
  /** Origin of the browser panes, with `*` for each pane's own label: "http://*.preview.localhost:3000". */
  readonly previewOrigin: string;
}

/**
 * PORT (3000), HOST, CERT and KEY (paths of PEM files), SITE_ORIGIN (where the public reaches the site, if not localhost) and
 * PREVIEW_ORIGIN ("https://*.preview-domain.example"). A public site's panes need another registrable domain than the site's: under the
 * same one, Firefox runs both in one process, and an endless loop in a learner's page freezes the lesson.
 * Throws an Error that says which variable is wrong.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const port = Number(env.PORT ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`PORT is "${env.PORT}"; it must be a number from 0 to 65535.`);
  if ((env.CERT === undefined) !== (env.KEY === undefined)) {
    throw new Error("To serve https, set both CERT and KEY to the paths of PEM files; only one of them is set.");
  }
  const tls = env.CERT && env.KEY ? { cert: read("CERT", env.CERT), key: read("KEY", env.KEY) } : undefined;
  const scheme = tls ? "https" : "http";
  const previewOrigin = env.PREVIEW_ORIGIN ?? `${scheme}://*.preview.localhost:${port}`;
  if (!/^https?:\/\/\*\.[a-z0-9.-]+(:\d+)?$/i.test(previewOrigin)) {
    throw new Error(`PREVIEW_ORIGIN is "${previewOrigin}"; it must look like https://*.preview.example.`);
  }
  const local = [`${scheme}://localhost:${port}`, `${scheme}://127.0.0.1:${port}`];
  return {
    port,
    host: env.HOST,
    tls,
    siteOrigins: env.SITE_ORIGIN ? [env.SITE_ORIGIN.replace(/\/$/, ""), ...local] : local,
    previewOrigin,
  };
}

function read(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`${name} names ${path}, which can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Whether a request's Host header names a browser pane: one label before PREVIEW_ORIGIN's host. */
export function isPaneHost(host: string | undefined, previewOrigin: string): boolean {
  const suffix = previewOrigin.replace(/^https?:\/\/\*/, "").toLowerCase();
  const name = (host ?? "").toLowerCase();
  return name.endsWith(suffix) && /^[a-z0-9-]+$/.test(name.slice(0, -suffix.length));
}
