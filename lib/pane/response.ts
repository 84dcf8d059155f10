import { headerOf } from "../lab/pane/header.ts";
import type { PaneResponse } from "../lab/types.ts";
import type { ServedResponse } from "./messages.ts";

/**
 * Headers that describe the connection to the world's server, or that would act on the frame instead of on the page. A page in a tab
 * of its own would not be refused by X-Frame-Options; the pane stands for such a tab.
 */
const dropped = new Set([
  "set-cookie",
  "content-length",
  "content-encoding",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "x-frame-options",
  "strict-transport-security",
  "clear-site-data",
  "origin-agent-cluster",
  "service-worker-allowed",
  "cross-origin-embedder-policy",
  "cross-origin-opener-policy",
  "cross-origin-resource-policy",
]);

/** Statuses whose answers have no body (Fetch, "null body status"). */
const bodiless = new Set([101, 103, 204, 205, 304]);

export interface Surroundings {
  readonly navigation: boolean;
  /** Rewrites a Location. */
  readonly location: (value: string) => string;
  /** HTML put at the beginning of a page's head. */
  readonly inject: string;
}

/** An answer of the world as the service worker may give it to the browser. */
export function serve(response: PaneResponse, around: Surroundings): ServedResponse {
  const headers: [string, string][] = [];
  for (const [name, value] of response.headers) {
    const lower = name.toLowerCase();
    if (lower === "location") headers.push(["Location", around.location(value)]);
    else if (lower.startsWith("content-security-policy")) {
      const kept = withoutFrameAncestors(value);
      if (kept !== "") headers.push([name, kept]);
    } else if (!dropped.has(lower)) headers.push([name, value]);
  }
  // What the bootstrap's own policy asks of everything within it.
  headers.push(["Cross-Origin-Embedder-Policy", "require-corp"], ["Cross-Origin-Resource-Policy", "same-origin"]);
  const empty = bodiless.has(response.status);
  const bytes = around.navigation && isPage(response) && !empty ? injectIntoHead(response.body, around.inject) : response.body.slice();
  return { status: response.status, statusText: response.statusText, headers, body: empty ? undefined : bufferOf(bytes) };
}

/** HTML, into which a script of ours can be put. */
export function isPage({ headers }: Pick<PaneResponse, "headers">): boolean {
  return /^text\/html\b|^application\/xhtml\+xml\b/i.test(headerOf(headers, "content-type") ?? "");
}

export function isRedirect({ status, headers }: Pick<PaneResponse, "status" | "headers">): boolean {
  return [301, 302, 303, 307, 308].includes(status) && headerOf(headers, "location") !== undefined;
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  const buffer = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

/** frame-ancestors speaks of the pane's frame; a rule to upgrade requests would leave a world that has no https. */
function withoutFrameAncestors(policy: string): string {
  return policy
    .split(";")
    .map((directive) => directive.trim())
    .filter((directive) => directive !== "" && !/^(frame-ancestors|upgrade-insecure-requests|sandbox)\b/i.test(directive))
    .join("; ");
}

/** Puts HTML first into the head of a page, byte for byte, whatever encoding that extends ASCII the page has. */
export function injectIntoHead(page: Uint8Array, html: string): Uint8Array {
  const start = new TextDecoder("latin1").decode(page.subarray(0, 65536));
  const at = headStart(start);
  const added = new TextEncoder().encode(html);
  const result = new Uint8Array(page.length + added.length);
  result.set(page.subarray(0, at));
  result.set(added, at);
  result.set(page.subarray(at), at + added.length);
  return result;
}

function headStart(text: string): number {
  // Comments may hold tags; spaces of the same length keep every position.
  const plain = text.replace(/<!--[\s\S]*?-->/g, (comment) => " ".repeat(comment.length));
  for (const pattern of [/<head(\s[^>]*)?>/i, /<html(\s[^>]*)?>/i, /<!doctype[^>]*>/i]) {
    const found = pattern.exec(plain);
    if (found) return found.index + found[0].length;
  }
  return 0;
}
