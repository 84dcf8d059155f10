/**
 * The cookies of the browser pane (RFC 6265, with SameSite of its successor draft, section 5.6). A jar of our own: the known
 * libraries carry the public suffix list, which means nothing for the hosts of a lab.
 */
export interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  /** Only for the very host that set it. */
  readonly hostOnly: boolean;
  readonly path: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: "strict" | "lax" | "none";
  /** Milliseconds since the epoch; undefined: until the pane is closed. */
  readonly expiresMs: number | undefined;
  readonly createdMs: number;
}

/** How a request came about: what SameSite asks. */
export interface RequestContext {
  /** The address of the page that makes the request; undefined: the address bar. */
  readonly initiator: string | undefined;
  readonly navigation: boolean;
  readonly method: string;
}

export class CookieJar {
  private cookies: Cookie[];

  /** `now`: milliseconds since the epoch on the lab's clock. */
  constructor(
    private readonly now: () => number,
    saved: readonly Cookie[] = [],
  ) {
    this.cookies = [...saved];
  }

  /** Takes in a Set-Cookie header of an answer, or (`fromScript`) an assignment to document.cookie. */
  set(address: string, header: string, fromScript = false): void {
    const url = new URL(address);
    const cookie = parseSetCookie(header, url, this.now());
    if (cookie === undefined) return;
    if (fromScript && cookie.httpOnly) return;
    if (cookie.secure && !isTrustworthy(url)) return;
    const same = (other: Cookie): boolean => other.name === cookie.name && other.domain === cookie.domain && other.path === cookie.path;
    const before = this.cookies.find(same);
    if (fromScript && before?.httpOnly) return;
    this.cookies = this.cookies.filter((other) => !same(other));
    if (cookie.expiresMs === undefined || cookie.expiresMs > this.now()) {
      this.cookies.push(before === undefined ? cookie : { ...cookie, createdMs: before.createdMs });
    }
  }

  /** The value of the Cookie header for a request, "" for none. */
  header(address: string, context: RequestContext): string {
    return this.matching(new URL(address))
      .filter((cookie) => allowedBySite(cookie, new URL(address), context))
      .map((cookie) => `${cookie.name}=${cookie.value}`)
      .join("; ");
  }

  /** What document.cookie reads there. */
  readable(address: string): string {
    return this.matching(new URL(address))
      .filter((cookie) => !cookie.httpOnly)
      .map((cookie) => `${cookie.name}=${cookie.value}`)
      .join("; ");
  }

  /** All that have not expired, for saving. */
  all(): readonly Cookie[] {
    this.cookies = this.cookies.filter((cookie) => cookie.expiresMs === undefined || cookie.expiresMs > this.now());
    return this.cookies;
  }

  /** RFC 6265 5.4: longer paths first, then earlier ones. */
  private matching(url: URL): Cookie[] {
    return this.all()
      .filter((cookie) => {
        const host = url.hostname;
        const domain = host === cookie.domain || (!cookie.hostOnly && host.endsWith(`.${cookie.domain}`));
        return domain && pathMatches(url.pathname, cookie.path) && (!cookie.secure || isTrustworthy(url));
      })
      .sort((a, b) => b.path.length - a.path.length || a.createdMs - b.createdMs);
  }
}

function parseSetCookie(header: string, url: URL, now: number): Cookie | undefined {
  const [pair = "", ...attributes] = header.split(";");
  const equals = pair.indexOf("=");
  const name = equals < 0 ? "" : pair.slice(0, equals).trim();
  const value = (equals < 0 ? pair : pair.slice(equals + 1)).trim();
  if (name === "" && value === "") return undefined;
  let domain = url.hostname;
  let hostOnly = true;
  let path = defaultPath(url.pathname);
  let secure = false;
  let httpOnly = false;
  let sameSite: Cookie["sameSite"] = "lax";
  let expires: number | undefined;
  let maxAge: number | undefined;
  for (const attribute of attributes) {
    const at = attribute.indexOf("=");
    const key = (at < 0 ? attribute : attribute.slice(0, at)).trim().toLowerCase();
    const text = at < 0 ? "" : attribute.slice(at + 1).trim();
    if (key === "domain" && text !== "") {
      const wanted = text.replace(/^\./, "").toLowerCase();
      // A cookie for a host that this one is not part of is dropped; one for a bare top level too.
      if (url.hostname !== wanted && (!url.hostname.endsWith(`.${wanted}`) || !wanted.includes("."))) return undefined;
      domain = wanted;
      hostOnly = false;
    } else if (key === "path" && text.startsWith("/")) path = text;
    else if (key === "secure") secure = true;
    else if (key === "httponly") httpOnly = true;
    else if (key === "samesite") sameSite = text.toLowerCase() === "strict" ? "strict" : text.toLowerCase() === "none" ? "none" : "lax";
    else if (key === "expires") {
      const time = Date.parse(text.replace(/-/g, " "));
      if (!Number.isNaN(time)) expires = time;
    } else if (key === "max-age" && /^-?\d+$/.test(text)) maxAge = Number(text);
  }
  if (sameSite === "none" && !secure) return undefined;
  const expiresMs = maxAge === undefined ? expires : maxAge <= 0 ? 0 : now + maxAge * 1000;
  return { name, value, domain, hostOnly, path, secure, httpOnly, sameSite, expiresMs, createdMs: now };
}

/** RFC 6265 5.1.4. */
function defaultPath(pathname: string): string {
  const last = pathname.lastIndexOf("/");
  return last <= 0 ? "/" : pathname.slice(0, last);
}

function pathMatches(request: string, cookie: string): boolean {
  return request === cookie || (request.startsWith(cookie) && (cookie.endsWith("/") || request[cookie.length] === "/"));
}

/** Browsers treat localhost as secure: https://w3c.github.io/webappsec-secure-contexts/#potentially-trustworthy-origin */
function isTrustworthy(url: URL): boolean {
  return (
    url.protocol === "https:" || url.hostname === "localhost" || url.hostname.endsWith(".localhost") || url.hostname.startsWith("127.")
  );
}

function allowedBySite(cookie: Cookie, url: URL, context: RequestContext): boolean {
  if (cookie.sameSite === "none" || context.initiator === undefined) return true;
  if (site(new URL(context.initiator)) === site(url)) return true;
  const safe = ["GET", "HEAD", "OPTIONS", "TRACE"].includes(context.method.toUpperCase());
  return cookie.sameSite === "lax" && context.navigation && safe;
}

/** Scheme and registrable domain; in a lab that is the last two labels of the name, or the address. */
function site(url: URL): string {
  const host = /^[\d.]+$/.test(url.hostname) ? url.hostname : url.hostname.split(".").slice(-2).join(".");
  return `${url.protocol}//${host}`;
}
