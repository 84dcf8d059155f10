/** Finds the location of an URI: exact, the longest prefix, then regular expressions in order (ngx_http_core_find_location). */
import type { LocationConfig } from "../config/model.ts";
import type { HttpRequest } from "./request.ts";

type Found = "exact" | "prefix" | "regex" | "none" | "add-slash";

function find(r: HttpRequest, level: LocationConfig): Found {
  const exact = level.exact.get(r.uri);
  if (exact !== undefined) {
    r.location = exact;
    return "exact";
  }
  let skipsPatterns = false;
  let result: Found = "none";
  const prefix = level.prefixes.find(({ name }) => r.uri.startsWith(name));
  const slash = level.prefixes.find((each) => each.redirectsToSlash && each.name === `${r.uri}/`);
  if (slash !== undefined && prefix?.name !== r.uri) {
    r.location = slash;
    return "add-slash";
  }
  if (prefix !== undefined) {
    r.location = prefix;
    skipsPatterns = prefix.match === "noregex";
    const inner = find(r, prefix);
    if (inner === "exact" || inner === "regex" || inner === "add-slash") return inner;
    result = "prefix";
  }
  if (skipsPatterns) return result;
  for (const each of level.patterns) {
    if (each.pattern === undefined || !r.matches(each.pattern, r.uri)) continue;
    r.location = each;
    find(r, each);
    return "regex";
  }
  return result;
}

/** Sets the request's location. */
export function findLocation(r: HttpRequest): Found {
  r.location = r.server.root;
  return find(r, r.server.root);
}
