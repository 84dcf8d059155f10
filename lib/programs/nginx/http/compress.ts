/** gzip (ngx_http_gzip_filter_module). */
import { gzip } from "../../archive/streams.ts";
import { httpDate, parseHttpDate } from "./dates.ts";
import type { HttpRequest, Outgoing } from "./request.ts";
import { isListed } from "./types.ts";

/** Whether the client takes it: "gzip" with a quality above 0 in Accept-Encoding. */
export function acceptsGzip(r: HttpRequest): boolean {
  const header = r.field("accept-encoding");
  if (header === undefined) return false;
  for (const part of header.split(",")) {
    const [name = "", ...parameters] = part.split(";").map((each) => each.trim().toLowerCase());
    if (name !== "gzip" && name !== "*") continue;
    const quality = parameters.find((each) => each.startsWith("q="))?.slice(2);
    if (name === "gzip") return quality === undefined || Number(quality) > 0;
  }
  return false;
}

/** Answers to proxies (a Via header) are packed only where gzip_proxied says so. */
function mayForProxy(r: HttpRequest, out: Outgoing): boolean {
  if (r.field("via") === undefined) return true;
  const wanted = r.settings.lists.gzip_proxied ?? ["off"];
  const has = (word: string) => wanted.includes(word);
  if (has("off")) return false;
  if (has("any")) return true;
  if (r.field("authorization") !== undefined && has("auth")) return true;
  const expires = out.header("expires");
  if (expires !== undefined) {
    const at = parseHttpDate(expires);
    const date = parseHttpDate(out.header("date") ?? httpDate(r.worker.clock.now()));
    return has("expired") && at !== undefined && date !== undefined && at < date;
  }
  const cacheControl = out.header("cache-control");
  if (cacheControl !== undefined)
    return ["no-cache", "no-store", "private"].some((word) => has(word) && cacheControl.toLowerCase().includes(word));
  if (has("no_last_modified") && (out.lastModifiedMs !== undefined || out.header("last-modified") !== undefined)) return false;
  return !(has("no_etag") && out.header("etag") !== undefined);
}

function isDisabled(r: HttpRequest): boolean {
  const patterns = r.settings.lists.gzip_disable ?? [];
  const agent = r.field("user-agent");
  if (agent === undefined) return false;
  return patterns.some((each) =>
    each === "msie6" ? /MSIE [4-6]\./.test(agent) && !/SV1/.test(agent) : each !== "degradation" && new RegExp(each, "i").test(agent),
  );
}

/** Whether the answer would be packed for a client that takes it. */
function isFit(r: HttpRequest, out: Outgoing): boolean {
  const { settings } = r;
  if (!settings.flags.gzip || ![200, 403, 404].includes(out.status) || out.header("content-encoding") !== undefined) return false;
  if (out.length !== undefined && out.length < (settings.numbers.gzip_min_length ?? 20)) return false;
  return isListed(out.contentType, settings.lists.gzip_types ?? ["text/html"]);
}

/** Packs the body where it should be. True: Vary is to say that it depends. */
export async function compress(r: HttpRequest, out: Outgoing): Promise<boolean> {
  if (!isFit(r, out)) return false;
  const least = r.settings.words.gzip_http_version === "1.0" ? 1000 : 1001;
  if (r.version < least || !acceptsGzip(r) || isDisabled(r) || !mayForProxy(r, out)) return true;
  const { body } = out;
  const before = body instanceof Uint8Array ? body.length : undefined;
  out.body = body instanceof Uint8Array ? await gzip(body) : packed(body);
  if (before !== undefined && out.body instanceof Uint8Array && out.body.length > 0) r.gzipRatio = (before / out.body.length).toFixed(2);
  out.length = undefined;
  out.allowRanges = false;
  out.remove("accept-ranges");
  out.headers.push({ name: "Content-Encoding", value: "gzip" });
  weaken(out);
  return true;
}

/** The body is another than the one that the entity tag speaks of. */
export function weaken(out: Outgoing): void {
  const etag = out.header("etag");
  if (etag === undefined || etag.startsWith("W/")) return;
  const at = out.headers.findIndex(({ name }) => name.toLowerCase() === "etag");
  out.headers[at] = { name: "ETag", value: `W/${etag}` };
}

async function* packed(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  const transform: { readonly readable: ReadableStream; readonly writable: WritableStream } = new CompressionStream("gzip");
  const writer: WritableStreamDefaultWriter<Uint8Array> = transform.writable.getWriter();
  const reader: ReadableStreamDefaultReader<Uint8Array> = transform.readable.getReader();
  const writing = (async () => {
    for await (const chunk of body) await writer.write(chunk);
    await writer.close();
  })();
  writing.catch((error) => writer.abort(error).catch(() => {}));
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    yield value;
  }
  await writing;
}
