/** From URI to file (ngx_http_map_uri_to_path). */
import { evaluate } from "../config/template.ts";
import type { HttpRequest } from "./request.ts";

const full = (r: HttpRequest, path: string) => (path.startsWith("/") ? path : r.worker.cycle.fullName(path));

/** The value of root or alias. */
export function documentRoot(r: HttpRequest): string {
  const { root } = r.settings;
  return full(r, root === undefined ? "html" : evaluate(root.path, r));
}

/** Whether the alias stands for the whole path: in a location that is a regular expression. */
export const isWholeAlias = (r: HttpRequest): boolean => r.settings.root?.isAlias === true && r.settings.root.of.match === "regex";

/** What of the URI comes after the alias. */
export const aliasLength = (r: HttpRequest): number => (r.settings.root?.isAlias && !isWholeAlias(r) ? r.settings.root.of.name.length : 0);

/** The path of the request's file, or of another URI in its location. */
export function pathOf(r: HttpRequest, uri = r.uri): string {
  const root = documentRoot(r);
  if (isWholeAlias(r)) return r.addUriToAlias ? `${root}${uri}` : root;
  return `${root}${uri.slice(aliasLength(r))}`;
}
