/**
 * Addresses signed with version 2, which boto3 still makes for the first region ("Signing and authenticating REST requests", query string request
 * authentication alternative: docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html).
 */
import { sha1 } from "../../../programs/core/hash.ts";
import { encode } from "../../../programs/core/io.ts";
import type { SiteRequest } from "../http-service.ts";
import { StorageError } from "./errors.ts";
import { hmac } from "./hmac.ts";
import { iso } from "./signature.ts";
import type { AccessKey } from "./state.ts";

/** What of the query belongs to the resource. */
const SIGNED = /^response-(cache-control|content-disposition|content-encoding|content-language|content-type|expires)$/;

export function byOldAddress(
  { method, target, headers }: SiteRequest,
  named: (name: string) => string | undefined,
  keyOf: (id: string) => AccessKey | undefined,
  nowMs: number,
): AccessKey {
  const [id = "", signature, expires] = ["AWSAccessKeyId", "Signature", "Expires"].map(named);
  const seconds = Number(expires);
  if (signature === undefined || !Number.isInteger(seconds))
    throw new StorageError("AccessDenied", {}, "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters");
  if (nowMs > seconds * 1000)
    throw new StorageError("AccessDenied", { Expires: iso(seconds * 1000), ServerTime: iso(nowMs) }, "Request has expired");
  const key = keyOf(id);
  if (key === undefined) throw new StorageError("InvalidAccessKeyId", { AWSAccessKeyId: id });
  const [path = "", query = ""] = target.split("?");
  const own = [...headers]
    .filter(([name]) => name.startsWith("x-amz-"))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`);
  const about = query
    .split("&")
    .map((part) => part.slice(0, part.includes("=") ? part.indexOf("=") : undefined))
    .filter((name) => SIGNED.test(name))
    .sort()
    .map((name) => `${name}=${named(name)}`);
  const resource = about.length === 0 ? path : `${path}?${about.join("&")}`;
  const toSign = [method, headers.get("content-md5") ?? "", headers.get("content-type") ?? "", expires, own.join("") + resource].join("\n");
  if (btoa(String.fromCharCode(...hmac(sha1, encode(key.secret), encode(toSign)))) === signature) return key;
  throw new StorageError("SignatureDoesNotMatch", { AWSAccessKeyId: id, StringToSign: toSign, SignatureProvided: signature });
}
