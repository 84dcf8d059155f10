/** The head of curl's request: its own headers, then the user's, in curl's order. */
import { encode } from "../core/io.ts";
import type { Arguments } from "../core/options.ts";
import type { CurlRequest } from "./curl-request.ts";
import type { Header } from "./http-message.ts";

export const VERSION = "7.88.1";

export interface HeadParts {
  readonly args: Arguments;
  readonly url: URL;
  readonly request: CurlRequest;
  /** Values of the Cookie header. */
  readonly cookies: readonly string[];
}

/** USER:PASSWORD of -u or of the URL. */
export function userOf(args: Arguments, url: URL): string | undefined {
  return args.get("user") ?? (url.username === "" ? undefined : `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`);
}

export function requestHead(method: string, body: Uint8Array | undefined, { args, url, request, cookies }: HeadParts): string {
  const given = (name: string) => request.headers.findLast((header) => header.name.toLowerCase() === name.toLowerCase());
  const own: Header[] = [{ name: "Host", value: url.port === "" ? url.hostname : `${url.hostname}:${url.port}` }];
  const user = userOf(args, url);
  if (user !== undefined) own.push({ name: "Authorization", value: `Basic ${btoa(String.fromCharCode(...encode(user)))}` });
  if (args.has("oauth2-bearer")) own.push({ name: "Authorization", value: `Bearer ${args.get("oauth2-bearer")}` });
  const range = args.get("range") ?? (args.has("continue-at") ? `${args.get("continue-at")}-` : undefined);
  if (range !== undefined) own.push({ name: "Range", value: `bytes=${range}` });
  own.push(
    { name: "User-Agent", value: args.get("user-agent") ?? `curl/${VERSION}` },
    { name: "Accept", value: args.has("json") ? "" : "*/*" },
  );
  if (args.has("compressed")) own.push({ name: "Accept-Encoding", value: "deflate, gzip, br, zstd" });
  if (args.has("referer")) own.push({ name: "Referer", value: args.get("referer") ?? "" });
  if (cookies.length > 0) own.push({ name: "Cookie", value: cookies.join("; ") });
  const late: Header[] = [];
  // --json is two headers of the user's.
  if (args.has("json")) late.push({ name: "Content-Type", value: "application/json" }, { name: "Accept", value: "application/json" });
  if (body !== undefined) late.push({ name: "Content-Length", value: String(body.length) });
  if (body !== undefined && request.contentType !== undefined && !args.has("json"))
    late.push({ name: "Content-Type", value: request.contentType });
  // Uploads ask first, as do posts of more than a mebibyte (EXPECT_100_THRESHOLD).
  if (body !== undefined && (args.has("upload-file") || body.length > 1024 * 1024)) late.push({ name: "Expect", value: "100-continue" });
  const lines = own
    .filter((header) => header.value !== "")
    .flatMap((header) => {
      const mine = given(header.name);
      if (!mine) return [`${header.name}: ${header.value}`];
      // A Host of the user's stands where ours would; other headers come later.
      return header.name === "Host" && mine.value !== "" ? [`${mine.name}: ${mine.value}`] : [];
    });
  lines.push(
    ...request.headers
      .filter((header) => header.value !== "" && header.name.toLowerCase() !== "host")
      .map((header) => (header.value === "\0" ? `${header.name}:` : `${header.name}: ${header.value}`)),
  );
  lines.push(...late.filter((header) => !given(header.name)).map((header) => `${header.name}: ${header.value}`));
  let path = url.pathname;
  let search = url.search;
  if (request.query !== "") search = search === "" ? `?${request.query}` : `${search}&${request.query}`;
  if (args.has("request-target")) {
    path = args.get("request-target") ?? path;
    search = "";
  }
  return `${method} ${path}${search} HTTP/${args.has("http1.0") ? "1.0" : "1.1"}\r\n${lines.join("\r\n")}\r\n\r\n`;
}
