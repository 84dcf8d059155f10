/** What a page of the fallback asks of the site. */
export interface FallbackRequest {
  readonly fallback: "go";
  readonly url: string;
  /** A form sent by POST, as application/x-www-form-urlencoded. */
  readonly form?: string;
}

/** Reads a message of unknown make; undefined if it is none of these. */
export function readFallbackRequest(data: unknown): FallbackRequest | undefined {
  if (typeof data !== "object" || data === null || !("fallback" in data) || data.fallback !== "go") return undefined;
  if (!("url" in data) || typeof data.url !== "string" || !URL.canParse(data.url)) return undefined;
  const form = "form" in data && typeof data.form === "string" ? data.form : undefined;
  return { fallback: "go", url: data.url, form };
}
