/**
 * Who asks: Signature Version 4, in a header or in the address (docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html:
 * "Authenticating Requests: Using the Authorization Header", "Using Query Parameters").
 */
import { sha256 } from "../../../programs/core/hash.ts";
import { encode } from "../../../programs/core/io.ts";
import type { SiteRequest } from "../http-service.ts";
import { StorageError } from "./errors.ts";
import { hexOf, hmac } from "./hmac.ts";
import { REGION } from "./names.ts";
import { byOldAddress } from "./signature-v2.ts";
import type { AccessKey } from "./state.ts";

const ALGORITHM = "AWS4-HMAC-SHA256";
/** A request is good for so long around its time. */
const MOST_SKEW_MS = 15 * 60_000;
const LONGEST_EXPIRY_SECONDS = 604_800;

/** Undefined: an anonymous request. Throws StorageError. */
export function signerOf(request: SiteRequest, keyOf: (id: string) => AccessKey | undefined, nowMs: number): AccessKey | undefined {
  const header = request.headers.get("authorization");
  const query = queryOf(request.target);
  if (header !== undefined) return byHeader(request, header, query, keyOf, nowMs);
  const named = (name: string) => query.find(([key]) => key === name)?.[1];
  if (named("X-Amz-Algorithm") !== undefined) return byAddress(request, query, named, keyOf, nowMs);
  if (named("AWSAccessKeyId") !== undefined) return byOldAddress(request, named, keyOf, nowMs);
  return undefined;
}

/** What a header is signed with besides. */
interface Signed {
  readonly request: SiteRequest;
  readonly query: readonly (readonly [string, string])[];
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly date: string;
  readonly payload: string;
}

function byHeader(
  request: SiteRequest,
  header: string,
  query: Signed["query"],
  keyOf: (id: string) => AccessKey | undefined,
  nowMs: number,
): AccessKey {
  if (header.startsWith("AWS ")) throw versionTwo();
  if (!header.startsWith(`${ALGORITHM} `)) throw new StorageError("InvalidArgument", {}, "Unsupported Authorization Type");
  const fields = new Map(
    header
      .slice(ALGORITHM.length)
      .split(",")
      .map((part): [string, string] => [part.slice(0, part.indexOf("=")).trim(), part.slice(part.indexOf("=") + 1).trim()]),
  );
  const field = (name: string) => {
    const value = fields.get(name);
    if (value === undefined || value === "")
      throw new StorageError("AuthorizationHeaderMalformed", {}, `The authorization header is malformed; the ${name} is missing.`);
    return value;
  };
  const payload = request.headers.get("x-amz-content-sha256");
  if (payload === undefined) throw new StorageError("InvalidRequest", {}, "Missing required header for this request: x-amz-content-sha256");
  const date = request.headers.get("x-amz-date") ?? "";
  const key = keyWith(field("Credential"), keyOf, "AuthorizationHeaderMalformed", "The authorization header is malformed");
  const atMs = timeOf(date);
  if (atMs === undefined) throw new StorageError("AccessDenied", {}, "AWS authentication requires a valid Date or x-amz-date header");
  if (Math.abs(atMs - nowMs) > MOST_SKEW_MS)
    throw new StorageError("RequestTimeTooSkewed", {
      RequestTime: date,
      ServerTime: iso(nowMs),
      MaxAllowedSkewMilliseconds: String(MOST_SKEW_MS),
    });
  const signed = { request, query, credential: field("Credential"), signedHeaders: field("SignedHeaders"), date, payload };
  compare({ ...signed, signature: field("Signature") }, key);
  return key;
}

function byAddress(
  request: SiteRequest,
  query: Signed["query"],
  named: (name: string) => string | undefined,
  keyOf: (id: string) => AccessKey | undefined,
  nowMs: number,
): AccessKey {
  const wanted = (name: string) => {
    const value = named(name);
    if (value === undefined)
      throw new StorageError(
        "AuthorizationQueryParametersError",
        {},
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
      );
    return value;
  };
  if (wanted("X-Amz-Algorithm") !== ALGORITHM)
    throw new StorageError("AuthorizationQueryParametersError", {}, `X-Amz-Algorithm only supports "${ALGORITHM}"`);
  const key = keyWith(
    wanted("X-Amz-Credential"),
    keyOf,
    "AuthorizationQueryParametersError",
    "Error parsing the X-Amz-Credential parameter",
  );
  const seconds = Number(wanted("X-Amz-Expires"));
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > LONGEST_EXPIRY_SECONDS)
    throw new StorageError("AuthorizationQueryParametersError", {}, "X-Amz-Expires must be less than a week (in seconds) that is 604800");
  const date = wanted("X-Amz-Date");
  const atMs = timeOf(date);
  if (atMs === undefined)
    throw new StorageError(
      "AuthorizationQueryParametersError",
      {},
      "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
    );
  if (atMs - nowMs > MOST_SKEW_MS) throw new StorageError("AccessDenied", {}, "Request is not yet valid");
  if (nowMs > atMs + seconds * 1000)
    throw new StorageError(
      "AccessDenied",
      { "X-Amz-Expires": String(seconds), Expires: iso(atMs + seconds * 1000), ServerTime: iso(nowMs) },
      "Request has expired",
    );
  compare(
    {
      request,
      query: query.filter(([name]) => name !== "X-Amz-Signature"),
      credential: wanted("X-Amz-Credential"),
      signedHeaders: wanted("X-Amz-SignedHeaders"),
      signature: wanted("X-Amz-Signature"),
      date,
      payload: request.headers.get("x-amz-content-sha256") ?? "UNSIGNED-PAYLOAD",
    },
    key,
  );
  return key;
}

/** The key that a credential names: ID/DATE/REGION/SERVICE/aws4_request. */
function keyWith(
  credential: string,
  keyOf: (id: string) => AccessKey | undefined,
  code: "AuthorizationHeaderMalformed" | "AuthorizationQueryParametersError",
  begin: string,
): AccessKey {
  const [id = "", day = "", region = "", service = "", end = ""] = credential.split("/");
  if (end !== "aws4_request" || !/^\d{8}$/.test(day))
    throw new StorageError(
      code,
      {},
      `${begin}; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".`,
    );
  if (region !== REGION)
    throw new StorageError(code, { Region: REGION }, `${begin}; the region '${region}' is wrong; expecting '${REGION}'`);
  if (service !== "s3") throw new StorageError(code, {}, `${begin}; incorrect service "${service}". This endpoint belongs to "s3".`);
  const key = keyOf(id);
  if (key === undefined) throw new StorageError("InvalidAccessKeyId", { AWSAccessKeyId: id });
  return key;
}

function compare(signed: Signed, key: AccessKey): void {
  const { request, query, credential, signedHeaders, signature, date, payload } = signed;
  const names = signedHeaders.split(";");
  // Whoever signs nothing but the host leaves the rest open to change: S3 wants its own headers signed.
  const unsigned = [...request.headers.keys()].filter((name) => name.startsWith("x-amz-") && !names.includes(name));
  if (unsigned.length > 0)
    throw new StorageError(
      "AccessDenied",
      { HeadersNotSigned: unsigned.join(", ") },
      "There were headers present in the request which were not signed",
    );
  const [path = ""] = request.target.split("?");
  const canonical = [
    request.method,
    uriEncode(decoded(path), true),
    query
      .map(([name, value]) => ({ name: uriEncode(name), value: uriEncode(value) }))
      .sort((a, b) => order(a.name, b.name) || order(a.value, b.value))
      .map(({ name, value }) => `${name}=${value}`)
      .join("&"),
    ...names.map((name) => `${name}:${(request.headers.get(name) ?? "").trim().replace(/ +/g, " ")}`),
    "",
    signedHeaders,
    payload,
  ].join("\n");
  const [, ...scope] = credential.split("/");
  const toSign = `${ALGORITHM}\n${date}\n${scope.join("/")}\n${sha256(encode(canonical))}`;
  let signing = encode(`AWS4${key.secret}`);
  for (const part of scope) signing = hmac(sha256, signing, encode(part));
  if (hexOf(hmac(sha256, signing, encode(toSign))) === signature) return;
  throw new StorageError("SignatureDoesNotMatch", {
    AWSAccessKeyId: key.id,
    StringToSign: toSign,
    SignatureProvided: signature,
    StringToSignBytes: spaced(encode(toSign)),
    CanonicalRequest: canonical,
    CanonicalRequestBytes: spaced(encode(canonical)),
  });
}

function versionTwo(): StorageError {
  const message = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
  return new StorageError("InvalidRequest", {}, message);
}

/** The parts of the query as they are meant: percent signs decoded, in the order of the address. */
export function queryOf(target: string): readonly (readonly [string, string])[] {
  const at = target.indexOf("?");
  if (at < 0) return [];
  return target
    .slice(at + 1)
    .split("&")
    .filter((part) => part !== "")
    .map((part): [string, string] => {
      const equals = part.indexOf("=");
      return equals < 0 ? [decoded(part), ""] : [decoded(part.slice(0, equals)), decoded(part.slice(equals + 1))];
    });
}

/** Throws StorageError where the address is not encoded as addresses are. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", "%20"));
  } catch {
    throw new StorageError("InvalidArgument", {}, "The address is not encoded in UTF-8.");
  }
}

/** UriEncode() of the page "Signature Calculations": everything but A-Z a-z 0-9 - . _ ~ is encoded. */
export function uriEncode(text: string, keepSlash = false): string {
  const all = encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return keepSlash ? all.replaceAll("%2F", "/") : all;
}

/** "20261121T162300Z" in milliseconds. */
function timeOf(date: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** By code point, as the names are encoded. */
const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
export const iso = (ms: number) => new Date(ms).toISOString().replace(/\.\d+/, "");
const spaced = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
