/** If-Modified-Since, If-None-Match and the like (ngx_http_not_modified_filter_module). */
import { parseHttpDate } from "./dates.ts";
import type { HttpRequest, Outgoing } from "./request.ts";

function etagMatches(header: string, etag: string | undefined, weak: boolean): boolean {
  if (header.trim() === "*") return true;
  if (etag === undefined) return false;
  const plain = (text: string) => (weak ? text.replace(/^W\//, "") : text);
  return (header.match(/(?:W\/)?"[^"]*"/g) ?? []).some((each) => plain(each) === plain(etag));
}

function wasModified(r: HttpRequest, out: Outgoing, since: string): boolean {
  const mode = r.settings.words.if_modified_since ?? "exact";
  if (out.lastModifiedMs === undefined || mode === "off") return true;
  const asked = parseHttpDate(since);
  const own = Math.floor(out.lastModifiedMs / 1000);
  if (asked === own) return false;
  return mode === "exact" || asked === undefined || asked < own;
}

/** 412 or 304 where the request's conditions ask for it. */
export function checkConditions(r: HttpRequest, out: Outgoing): 304 | 412 | undefined {
  if (out.status !== 200 || out.isProxied) return undefined;
  const etag = out.header("etag");
  const unmodifiedSince = r.field("if-unmodified-since");
  const ifMatch = r.field("if-match");
  const modifiedSince = r.field("if-modified-since");
  const noneMatch = r.field("if-none-match");
  if (unmodifiedSince !== undefined && out.lastModifiedMs !== undefined) {
    const asked = parseHttpDate(unmodifiedSince);
    if (asked !== undefined && asked < Math.floor(out.lastModifiedMs / 1000)) return 412;
  }
  if (ifMatch !== undefined && !etagMatches(ifMatch, etag, false)) return 412;
  if (modifiedSince === undefined && noneMatch === undefined) return undefined;
  if (modifiedSince !== undefined && wasModified(r, out, modifiedSince)) return undefined;
  if (noneMatch !== undefined && !etagMatches(noneMatch, etag, true)) return undefined;
  return 304;
}
