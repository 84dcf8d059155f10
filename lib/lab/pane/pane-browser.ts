import type { PaneRequest, PaneResponse } from "../types.ts";
import type { HttpAsk } from "../world/world.ts";
import { type Cookie, CookieJar } from "./cookie-jar.ts";
import { headerOf } from "./header.ts";
import { StrictTransport } from "./strict-transport.ts";

/** A server may take this long, on the lab's clock. */
const PATIENCE_MS = 60_000;

/** Headers that a page can't set, or that belong to one connection: ours are put in their place. */
const OWN_HEADERS = new Set([
  "host",
  "origin",
  "referer",
  "cookie",
  "connection",
  "content-length",
  "accept-encoding",
  "user-agent",
  "transfer-encoding",
]);

/**
 * The part of a browser that a service worker can't play: cookies, and the headers that it never gets to see
 * (https://fetch.spec.whatwg.org/#forbidden-request-header). Redirects are left to the browser.
 */
export class PaneBrowser {
  readonly jar: CookieJar;
  private readonly strict: StrictTransport;
  /** Hosts, with their ports, whose certificates the learner has taken as they are. */
  private readonly exceptions = new Set<string>();
  /** By origin: what was signed in with (RFC 7617). */
  private readonly credentials = new Map<string, string>();

  constructor(
    private readonly ask: HttpAsk,
    now: () => number,
    saved: readonly Cookie[] = [],
  ) {
    this.jar = new CookieJar(now, saved);
    this.strict = new StrictTransport(now);
  }

  /** Goes on with this host whatever its certificate is, unless the host itself has ruled that out. */
  proceed(address: string): void {
    const url = new URL(address);
    if (!this.strict.holds(url.hostname)) this.exceptions.add(url.host);
  }

  signIn(address: string, user: string, password: string): void {
    const bytes = new TextEncoder().encode(`${user}:${password}`);
    this.credentials.set(new URL(address).origin, `Basic ${btoa(String.fromCharCode(...bytes))}`);
  }

  /** `onSent` hears of the headers as they go out. */
  async fetch(request: PaneRequest, onSent: (headers: Headers) => void = () => undefined): Promise<PaneResponse> {
    const url = new URL(request.url);
    url.hash = "";
    if (url.username !== "") {
      this.signIn(url.href, decodeURIComponent(url.username), decodeURIComponent(url.password));
      url.username = "";
      url.password = "";
    }
    if (url.protocol === "http:" && this.strict.holds(url.hostname)) return upgraded(url);
    const initiator = usable(request.referrer);
    const navigation = request.mode === "navigate";
    const method = request.method.toUpperCase();
    const cookies = this.jar.header(url.href, { initiator: initiator?.href, navigation, method });
    const headers: (readonly [string, string])[] = [
      ["Host", url.host],
      ["User-Agent", "Mozilla/5.0 (Slipway) Browser"],
      ...request.headers.filter(([name]) => !OWN_HEADERS.has(name.toLowerCase())),
      ["Accept-Encoding", "identity"],
    ];
    // https://fetch.spec.whatwg.org/#append-a-request-origin-header
    if (initiator !== undefined && method !== "GET" && method !== "HEAD") headers.push(["Origin", initiator.origin]);
    else if (initiator !== undefined && request.mode === "cors" && initiator.origin !== url.origin)
      headers.push(["Origin", initiator.origin]);
    if (initiator !== undefined) headers.push(["Referer", referer(initiator, url)]);
    if (cookies !== "") headers.push(["Cookie", cookies]);
    const authorization = this.credentials.get(url.origin);
    if (authorization !== undefined) headers.push(["Authorization", authorization]);
    onSent(headers);
    const insecure = this.exceptions.has(url.host);
    const answer = await this.ask({ url: url.href, method, headers, body: request.body, grading: false, timeoutMs: PATIENCE_MS, insecure });
    if ("failure" in answer) {
      const failure = answer.failure === "no-answer" ? "timeout" : answer.failure;
      return { status: 0, statusText: "", headers: [], body: new Uint8Array(0), failure, tls: answer.tls, cookies: "" };
    }
    const policy = headerOf(answer.headers, "strict-transport-security");
    if (policy !== undefined && answer.tls !== undefined && answer.tls.problem === undefined) this.strict.heard(url, policy);
    for (const [name, value] of answer.headers) if (name.toLowerCase() === "set-cookie") this.jar.set(url.href, value);
    return {
      status: answer.status,
      statusText: answer.statusText,
      headers: answer.headers.filter(([name]) => name.toLowerCase() !== "set-cookie"),
      body: answer.body,
      tls: answer.tls,
      cookies: this.jar.readable(url.href),
    };
  }

  /** A page at that address assigned to document.cookie. */
  setCookie(url: string, cookie: string): void {
    this.jar.set(url, cookie, true);
  }
}

type Headers = readonly (readonly [string, string])[];

/** What Chromium shows in place of a request that must not leave unencrypted: a redirect of its own. */
function upgraded(url: URL): PaneResponse {
  const secure = new URL(url);
  secure.protocol = "https:";
  const headers: Headers = [
    ["Location", secure.href],
    ["Non-Authoritative-Reason", "HSTS"],
  ];
  return { status: 307, statusText: "Internal Redirect", headers, body: new Uint8Array(0) };
}

function usable(address: string | undefined): URL | undefined {
  if (address === undefined || !/^https?:/.test(address)) return undefined;
  return URL.canParse(address) ? new URL(address) : undefined;
}

/** strict-origin-when-cross-origin, the default of browsers (https://www.w3.org/TR/referrer-policy/). */
function referer(from: URL, to: URL): string {
  return from.origin === to.origin ? `${from.origin}${from.pathname}${from.search}` : `${from.origin}/`;
}
