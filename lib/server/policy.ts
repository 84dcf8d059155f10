import { createHash } from "node:crypto";

/** The sources by which `script-src` lets a page's inline scripts run: their SHA-256 (CSP Level 3, hash-source). */
export function inlineScriptHashes(html: string): string[] {
  const hashes = new Set<string>();
  for (const [, attributes = "", body = ""] of html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/gi)) {
    if (/\ssrc\s*=/i.test(attributes) || body === "") continue;
    if (/\stype\s*=\s*"?(application\/(ld\+)?json|speculationrules)/i.test(attributes)) continue;
    hashes.add(`'sha256-${createHash("sha256").update(body, "utf8").digest("base64")}'`);
  }
  return [...hashes];
}

function policy(directives: Readonly<Record<string, string>>): string {
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join("; ");
}

/** For the site's pages. Styles may be inline, since terminal and editor set them; scripts may not. */
export function pagePolicy(hashes: readonly string[], previewOrigin: string): string {
  return policy({
    "default-src": "'none'",
    "script-src": ["'self'", ...hashes].join(" "),
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "media-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    // 'self' is the pane's fallback, a page that gives itself an opaque origin.
    "frame-src": `'self' ${previewOrigin}`,
    "frame-ancestors": "'none'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
  });
}

/** For pages in development: Next's tools evaluate code and talk over a WebSocket. Nothing else is looser than in production. */
export function developmentPolicy(previewOrigin: string): string {
  return policy({
    "default-src": "'none'",
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "media-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self' ws:",
    "worker-src": "'self' blob:",
    "manifest-src": "'self'",
    "frame-src": `'self' ${previewOrigin}`,
    "frame-ancestors": "'none'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
  });
}

/** For the kernel's worker: it compiles WebAssembly and loads assets. The page starts its processes. */
export const kernelPolicy = policy({
  "default-src": "'none'",
  "script-src": "'self' 'wasm-unsafe-eval'",
  "connect-src": "'self'",
  "worker-src": "'self'",
});

/**
 * For a process worker, which runs a learner's code: no connections, no eval, and no script but the named ones. `worker-src` falls back
 * to `script-src`, so these exact paths are also all that could be started as a nested worker; 'none' would break static imports in Firefox.
 */
export function processPolicy(scripts: readonly string[]): string {
  return policy({
    "default-src": "'none'",
    "script-src": [...scripts, "'wasm-unsafe-eval'"].join(" "),
    "connect-src": "'none'",
  });
}

/** For every other file. */
export const filePolicy = policy({ "default-src": "'none'", "frame-ancestors": "'none'" });

/** For the pane's bootstrap, on the pane's own origin. */
export function bootstrapPolicy(siteOrigins: readonly string[]): string {
  return policy({
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "frame-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": siteOrigins.join(" "),
  });
}

/** For the fallback of the pane: an opaque origin of its own, no connections, nothing but what it is given. */
export const shellPolicy = policy({
  sandbox: "allow-scripts allow-forms allow-modals",
  "default-src": "'none'",
  "script-src": "'unsafe-inline' data: blob:",
  "style-src": "'unsafe-inline' data:",
  "img-src": "data: blob:",
  "media-src": "data: blob:",
  "font-src": "data:",
  "form-action": "'none'",
  "connect-src": "'none'",
  "frame-src": "'none'",
  "frame-ancestors": "'self'",
});
