/** Content types by extension (`types`, `default_type`). */
import type { HttpRequest } from "./request.ts";

const BUILT_IN: ReadonlyMap<string, string> = new Map([
  ["html", "text/html"],
  ["gif", "image/gif"],
  ["jpg", "image/jpeg"],
]);

export function contentTypeOf(r: HttpRequest): string {
  if (r.givenType !== undefined) return r.givenType;
  const found = r.extension === "" ? undefined : (r.settings.types ?? BUILT_IN).get(r.extension.toLowerCase());
  return found ?? r.settings.words.default_type ?? "text/plain";
}

/** Whether a type is in the list of a directive; "*" stands for all. */
export function isListed(contentType: string, list: readonly string[]): boolean {
  if (list.includes("*")) return contentType !== "";
  return list.includes((contentType.split(";")[0] ?? "").trim().toLowerCase());
}
