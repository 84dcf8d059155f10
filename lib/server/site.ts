import { existsSync, readFileSync, statSync } from "node:fs";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { join } from "node:path";
import sirv from "sirv";
import { pageOf, readPageHashes } from "./page-hashes.ts";
import { bootstrapPolicy, filePolicy, kernelPolicy, pagePolicy, processPolicy, shellPolicy } from "./policy.ts";
import { isPaneHost, type Settings } from "./settings.ts";

/** What the pane's own origin serves; everything else there is 404, so that a learner's page can load nothing real. */
const paneFiles = /^\/__pane\/(boot\.html|[a-z-]+\.(js|css))$/;
const immutable = /^\/(_next\/static|engine)\//;

/** Answers for the site and, told apart by the Host header, for the browser panes. `out` is the prepared export. */
export function siteHandler(out: string, settings: Settings): RequestListener {
  const hashes = readPageHashes(out);
  const notFound = readFileSync(join(out, "404.html"));
  const scheme = settings.tls ? "https" : "http";

  const setHeaders = (res: ServerResponse, pathname: string) => {
    res.setHeader("Cache-Control", immutable.test(pathname) ? "public, max-age=31536000, immutable" : "no-cache");
    const page = pageOf(pathname, hashes);
    if (page !== undefined && pathname !== "/__pane/shell.html") {
      res.setHeader("Content-Security-Policy", pagePolicy(hashes[page] ?? [], settings.previewOrigin));
    } else engineHeaders(res, pathname, out, scheme);
  };
  const files = sirv(out, {
    etag: true,
    gzip: true,
    brotli: true,
    setHeaders,
    onNoMatch: (_req, res) => {
      res.statusCode = 404;
      res.setHeader("Content-Type", "text/html; charset=utf-8");
      res.setHeader("Cache-Control", "no-cache");
      res.setHeader("Content-Security-Policy", pagePolicy(hashes["404.html"] ?? [], settings.previewOrigin));
      res.end(notFound);
    },
  });
  const panes = paneAnswers(out, settings);

  return (req, res) => {
    commonHeaders(res);
    const pathname = pathOf(req);
    if (req.method !== "GET" && req.method !== "HEAD") return refuse(res, 405, "Only GET and HEAD are answered here.");
    if (panes(req, res, pathname)) return;
    return files(req, res);
  };
}

/**
 * What the preview of lessons serves itself, before Next's development server is asked: the panes, and the engine's files in `folder`.
 * The returned function says whether it has answered, and gives every answer the headers that a lab needs.
 */
export function engineAndPanes(folder: string, settings: Settings): (req: IncomingMessage, res: ServerResponse) => boolean {
  const panes = paneAnswers(folder, settings);
  const scheme = settings.tls ? "https" : "http";
  const files = sirv(folder, { dev: true, setHeaders: (res, pathname) => engineHeaders(res, pathname, folder, scheme) });
  return (req, res) => {
    commonHeaders(res);
    const pathname = pathOf(req);
    if (panes(req, res, pathname)) return true;
    if (!pathname?.startsWith("/engine/") && pathname !== "/__pane/shell.html" && pathname !== "/__pane/fallback.js") return false;
    files(req, res, () => refuse(res, 404, ""));
    return true;
  };
}

/** Policies of the workers' scripts, and what the progress bar needs. */
function engineHeaders(res: ServerResponse, pathname: string, out: string, scheme: string): void {
  if (pathname === "/__pane/shell.html") res.setHeader("Content-Security-Policy", shellPolicy);
  else if (/^\/engine\/[^/]+\/kernel\.js$/.test(pathname)) res.setHeader("Content-Security-Policy", kernelPolicy);
  else if (/^\/engine\/[^/]+\/(python|postgres)-worker\.js$/.test(pathname)) {
    res.setHeader("Content-Security-Policy", processPolicy([`${scheme}://${res.req.headers.host ?? "localhost"}${pathname}`]));
  } else res.setHeader("Content-Security-Policy", filePolicy);
  // Content-Length counts what travels compressed; the progress bar counts what arrives (lib/lab/hosts/browser.ts).
  if (pathname.startsWith("/engine/assets-") && existsSync(join(out, pathname))) {
    res.setHeader("X-Uncompressed-Length", statSync(join(out, pathname)).size);
  }
}

/** The panes' own origin, and what every host refuses; the returned function says whether it has answered. */
function paneAnswers(
  out: string,
  settings: Settings,
): (req: IncomingMessage, res: ServerResponse, pathname: string | undefined) => boolean {
  const paneHeaders = (res: ServerResponse, pathname: string) => {
    res.setHeader("Cache-Control", "no-cache");
    res.setHeader("Content-Security-Policy", bootstrapPolicy(settings.siteOrigins));
    res.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
    // Matters only where panes and site share a registrable domain.
    res.setHeader("Origin-Agent-Cluster", "?1");
    if (pathname === "/__pane/service-worker.js") res.setHeader("Service-Worker-Allowed", "/");
  };
  const pane = sirv(out, { etag: true, gzip: true, brotli: true, setHeaders: paneHeaders });

  return (req, res, pathname) => {
    if (isPaneHost(req.headers.host, settings.previewOrigin)) {
      if (pathname !== undefined && paneFiles.test(pathname)) pane(req, res, () => refuse(res, 404, ""));
      else refuse(res, 404, "");
      return true;
    }
    if (!/^[a-z0-9.:[\]-]+$/i.test(req.headers.host ?? "")) {
      refuse(res, 400, "The Host header is missing or malformed.");
      return true;
    }
    if (pathname === "/__pane/config.json") {
      res.setHeader("Content-Type", "application/json");
      res.setHeader("Cache-Control", "no-cache");
      res.end(JSON.stringify({ preview: settings.previewOrigin }));
      return true;
    }
    // The pane's scripts belong to the panes' origin alone: as the site's service worker they would own the site.
    if (pathname?.startsWith("/__pane/") && pathname !== "/__pane/shell.html" && pathname !== "/__pane/fallback.js") {
      refuse(res, 404, "");
      return true;
    }
    return false;
  };
}

function commonHeaders(res: ServerResponse): void {
  res.setHeader("Cross-Origin-Opener-Policy", "same-origin");
  res.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
  res.setHeader("Cross-Origin-Resource-Policy", "same-origin");
  res.setHeader("X-Content-Type-Options", "nosniff");
  res.setHeader("Referrer-Policy", "no-referrer");
  res.setHeader(
    "Permissions-Policy",
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), midi=(), display-capture=(), browsing-topics=()",
  );
}

function pathOf(req: IncomingMessage): string | undefined {
  try {
    return decodeURIComponent(new URL(req.url ?? "/", "http://host").pathname);
  } catch {
    return undefined;
  }
}

function refuse(res: ServerResponse, status: number, text: string): void {
  res.statusCode = status;
  res.setHeader("Content-Type", "text/plain; charset=utf-8");
  res.setHeader("Content-Security-Policy", filePolicy);
  res.end(text);
}
