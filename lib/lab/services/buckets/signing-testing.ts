/** A client's side of Signature Version 4, for tests. */
import { sha256 } from "../../../programs/core/hash.ts";
import { encode } from "../../../programs/core/io.ts";
import { hexOf, hmac } from "./hmac.ts";
import { uriEncode } from "./signature.ts";

export interface ToSign {
  readonly method: string;
  /** Path and query, encoded. */
  readonly target: string;
  readonly body: Uint8Array;
  readonly atMs: number;
  readonly key: { readonly id: string; readonly secret: string };
  readonly headers?: Readonly<Record<string, string>>;
  readonly region?: string;
}

/** The headers that go with the request, signature included. */
export function signedHeaders({ method, target, body, atMs, key, headers = {}, region = "us-east-1" }: ToSign): [string, string][] {
  const date = `${new Date(atMs).toISOString().replace(/[-:]|\.\d+/g, "")}`;
  const all: Record<string, string> = { host: "buckets.test", "x-amz-content-sha256": sha256(body), "x-amz-date": date, ...headers };
  const names = Object.keys(all).sort();
  const [path = "", query = ""] = target.split("?");
  const canonicalQuery = query
    .split("&")
    .filter((part) => part !== "")
    .map((part) => (part.includes("=") ? part : `${part}=`))
    .sort()
    .join("&");
  const canonical = [
    method,
    uriEncode(decodeURIComponent(path), true),
    canonicalQuery,
    ...names.map((name) => `${name}:${all[name]}`),
    "",
    names.join(";"),
    all["x-amz-content-sha256"],
  ].join("\n");
  const scope = [date.slice(0, 8), region, "s3", "aws4_request"];
  const toSign = `AWS4-HMAC-SHA256\n${date}\n${scope.join("/")}\n${sha256(encode(canonical))}`;
  const signing = scope.reduce((last, part) => hmac(sha256, last, encode(part)), encode(`AWS4${key.secret}`));
  const signature = hexOf(hmac(sha256, signing, encode(toSign)));
  const authorization = `AWS4-HMAC-SHA256 Credential=${key.id}/${scope.join("/")}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return [...Object.entries(all).filter(([name]) => name !== "host"), ["authorization", authorization]];
}
