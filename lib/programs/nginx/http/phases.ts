/** The phases of a request: server rewrite, location, rewrite, limits, access, try_files, content; errors and their pages. */
import type { ErrorPage, LocationConfig } from "../config/model.ts";
import { evaluate } from "../config/template.ts";
import { checkAccess, checkLimits, findRealAddress } from "./access.ts";
import { readClientBody } from "./client-body.ts";
import { errorPage, hasPage, shownStatus } from "./error-pages.ts";
import { findLocation } from "./locations.ts";
import { proxy } from "./proxy.ts";
import { type HttpRequest, Outgoing } from "./request.ts";
import { respond } from "./respond.ts";
import { runCodes } from "./rewrite.ts";
import { emptyGif, stubStatus } from "./small-content.ts";
import { type Content, forbidDirectory, listDirectory, Redirect, serveFile, tryIndexes } from "./static.ts";
import { NamedLocation, tryFiles } from "./try-files.ts";
import { logError } from "./worker-state.ts";

type Start = "server" | "location";
type Result = Content | NamedLocation;

const MAY_NOT_KEEP = new Set([400, 413, 414, 494, 495, 496, 497, 500, 501]);

function checkBodySize(r: HttpRequest): number | undefined {
  const most = r.settings.numbers.client_max_body_size ?? 1024 * 1024;
  if (r.contentLength === undefined || r.body !== undefined || most === 0 || r.contentLength <= most) return undefined;
  logError(r, "error", `client intended to send too large body: ${r.contentLength} bytes`);
  return 413;
}

/** To the end of the rewrite phase: the location whose settings hold. */
function settle(r: HttpRequest, from: Start): Result {
  let start = from;
  for (;;) {
    if (start === "server") {
      r.location = r.server.root;
      findRealAddress(r);
      const early = runCodes(r, r.server.root.codes, false);
      if (early !== undefined) return early;
      for (;;) {
        r.uriChanged = false;
        const found = findLocation(r);
        applyExcept(r);
        if (!r.isInternal && r.location.isInternal) return 404;
        updateKeepAlive(r);
        const tooLarge = checkBodySize(r);
        if (tooLarge !== undefined) return tooLarge;
        if (found === "add-slash") {
          r.redirectTo = `${r.location.name}${r.args === "" ? "" : `?${r.args}`}`;
          return 301;
        }
        if (r.location === r.server.root) return undefined;
        const late = runCodes(r, r.location.codes, true);
        if (late !== undefined) return late;
        if (!r.uriChanged) return undefined;
        if (--r.uriChanges === 0) {
          logError(r, "error", `rewrite or internal redirection cycle while processing "${r.uri}"`);
          return 500;
        }
      }
    }
    const late = runCodes(r, r.location.codes, true);
    if (late !== undefined) return late;
    if (!r.uriChanged) return undefined;
    start = "server";
  }
}

function updateKeepAlive(r: HttpRequest): void {
  const { keepalive, numbers } = r.settings;
  if (keepalive?.timeoutMs === 0 || r.client.requests >= (numbers.keepalive_requests ?? 1000)) r.keepAlive = false;
}

/** limit_except: other methods meet other settings. */
function applyExcept(r: HttpRequest): void {
  const { except } = r.location;
  if (except !== undefined && !except.methods.has(r.method)) {
    const location: LocationConfig = except.config;
    r.location = location;
  }
}

async function content(r: HttpRequest): Promise<Result> {
  const { handler } = r.location;
  if (handler !== undefined) {
    if (handler.kind === "stub-status") return stubStatus(r);
    if (handler.kind === "empty-gif") return emptyGif(r);
    const refused = await readClientBody(r);
    return refused ?? proxy(r, handler.target);
  }
  const index = tryIndexes(r);
  if (index !== undefined) return index;
  const listing = listDirectory(r);
  if (listing !== undefined) return listing;
  const file = serveFile(r);
  return file === undefined ? forbidDirectory(r) : file;
}

async function phases(r: HttpRequest, from: Start): Promise<Result> {
  const early = settle(r, from);
  if (early !== undefined) return early;
  findRealAddress(r);
  const limited = await checkLimits(r);
  if (limited !== undefined) return limited;
  const refused = checkAccess(r);
  if (refused !== undefined) return refused;
  const tried = tryFiles(r);
  if (tried !== undefined) return tried;
  return content(r);
}

/** Where an internal redirect leads; a status where it can't. */
function redirect(r: HttpRequest, target: Redirect | NamedLocation): Start | number {
  r.uriChanges--;
  if (target instanceof NamedLocation) {
    if (r.uriChanges === 0) {
      logError(r, "error", `rewrite or internal redirection cycle while redirect to named location "${target.name}"`);
      return 500;
    }
    const location = r.server.root.named.get(target.name);
    if (location === undefined) {
      logError(r, "error", `could not find named location "${target.name}"`);
      return 500;
    }
    r.isInternal = true;
    r.uriChanged = false;
    r.location = location;
    applyExcept(r);
    return "location";
  }
  if (r.uriChanges === 0) {
    logError(r, "error", `rewrite or internal redirection cycle while internally redirecting to "${target.uri}"`);
    return 500;
  }
  r.setUri(target.uri);
  r.args = target.args;
  r.isInternal = true;
  r.validUnparsedUri = false;
  r.addUriToAlias = false;
  r.location = r.server.root;
  return "server";
}

function errorTarget(r: HttpRequest, page: ErrorPage): Redirect | NamedLocation | Outgoing {
  if (page.overwrite !== undefined) r.errorStatus = page.overwrite;
  const text = evaluate(page.target, r);
  if (text.startsWith("/")) {
    if (r.method !== "HEAD") r.method = "GET";
    const at = page.target.constant === undefined ? text.indexOf("?") : -1;
    return at < 0 ? new Redirect(text, page.args) : new Redirect(text.slice(0, at), text.slice(at + 1));
  }
  if (text.startsWith("@")) return new NamedLocation(text);
  if (![301, 302, 303, 307, 308].includes(page.overwrite ?? -1)) r.errorStatus = 302;
  const out = ownPage(r, r.errorStatus);
  out.location = undefined;
  out.headers.push({ name: "Location", value: text });
  return out;
}

/** A page of nginx's own. */
function ownPage(r: HttpRequest, status: number): Outgoing {
  const out = new Outgoing();
  out.status = status;
  const agent = r.field("user-agent") ?? "";
  const isOld = /MSIE |Chrome\//.test(agent) && r.settings.flags.msie_padding !== false && status >= 400 && r.version >= 1000;
  if (hasPage(status)) {
    out.contentType = "text/html";
    const page = errorPage(status, r.settings.words.server_tokens !== "off", isOld);
    out.body = Uint8Array.from(page, (char) => char.charCodeAt(0));
    out.length = page.length;
  } else out.length = 0;
  return out;
}

/** What is answered for a status: a page, or where its error_page leads. */
function special(r: HttpRequest, status: number): Redirect | NamedLocation | Outgoing {
  r.errorStatus = status;
  r.givenType = undefined;
  if (MAY_NOT_KEEP.has(status)) r.keepAlive = false;
  if (!r.isErrorPage && r.settings.errorPages !== undefined && r.uriChanges !== 0) {
    if (r.settings.flags.recursive_error_pages !== true) r.isErrorPage = true;
    const page = r.settings.errorPages.find((each) => each.status === status);
    if (page !== undefined) return errorTarget(r, page);
  }
  r.errorStatus = shownStatus(status);
  const out = ownPage(r, status);
  if (r.redirectTo !== undefined && status >= 300 && status < 400) out.location = r.redirectTo;
  return out;
}

/** Runs a request to its answer, which is sent. */
export async function handle(r: HttpRequest, first?: number): Promise<void> {
  let result: Result = first ?? (await phases(r, "server"));
  for (;;) {
    if (typeof result === "number") {
      // 444: the connection is closed without a word; 499: the client has gone.
      if (result === 444 || result === 499 || result === 408) {
        r.status = result;
        r.keepAlive = false;
        return;
      }
      result = special(r, result);
    }
    if (result instanceof Redirect || result instanceof NamedLocation) {
      const next = redirect(r, result);
      result = typeof next === "number" ? next : await phases(r, next);
      continue;
    }
    if (result === undefined) {
      result = 404;
      continue;
    }
    const out: Outgoing = result;
    // An error page keeps the status of the error, or the one that was asked for.
    if (r.errorStatus !== 0 && r.errorStatus !== out.status) {
      out.status = r.errorStatus;
      out.statusText = undefined;
    }
    out.headers.unshift(...r.early.splice(0));
    const other = await respond(r, out);
    if (other === undefined) return;
    result = other;
  }
}
