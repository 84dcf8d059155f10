/** Signed requests of ACME (RFC 8555 6.2, RFC 7515) and thumbprints of keys (RFC 7638). */
import { sha256 } from "../core/hash.ts";
import { decode, encode } from "../core/io.ts";
import { base64Url, fromBase64Url } from "./pem.ts";

export interface Jwk {
  readonly kty: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly n?: string;
  readonly e?: string;
}

export interface SignedRequest {
  readonly url: string;
  readonly nonce: string;
  /** Of a new account. */
  readonly jwk: Jwk | undefined;
  /** The URL of an account. */
  readonly kid: string | undefined;
  readonly alg: string;
  /** "": a POST that only reads (6.3). */
  readonly payload: string;
  readonly signed: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;
const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

export function readJwk(value: unknown): Jwk | undefined {
  if (!isRecord(value) || typeof value.kty !== "string") return undefined;
  return { kty: value.kty, crv: text(value.crv), x: text(value.x), y: text(value.y), n: text(value.n), e: text(value.e) };
}

/** Parses JSON of which nothing is known. */
export function readJson(source: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(source);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined for what is no flattened JWS. */
export function readSigned(body: Uint8Array): SignedRequest | undefined {
  const whole = readJson(decode(body));
  const head = text(whole?.protected);
  const payload = text(whole?.payload);
  const signature = text(whole?.signature);
  if (head === undefined || payload === undefined || signature === undefined) return undefined;
  try {
    const header = readJson(decode(fromBase64Url(head)));
    return {
      url: text(header?.url) ?? "",
      nonce: text(header?.nonce) ?? "",
      alg: text(header?.alg) ?? "",
      jwk: readJwk(header?.jwk),
      kid: text(header?.kid),
      payload: decode(fromBase64Url(payload)),
      signed: Uint8Array.from(encode(`${head}.${payload}`)),
      signature: fromBase64Url(signature),
    };
  } catch {
    return undefined;
  }
}

const ALGORITHMS: Readonly<
  Record<string, { readonly key: RsaHashedImportParams | EcKeyImportParams; readonly use: AlgorithmIdentifier | EcdsaParams }>
> = {
  RS256: { key: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, use: { name: "RSASSA-PKCS1-v1_5" } },
  ES256: { key: { name: "ECDSA", namedCurve: "P-256" }, use: { name: "ECDSA", hash: "SHA-256" } },
};

/** Undefined: the algorithm is none of the known. */
export async function isSignedWith(request: SignedRequest, jwk: Jwk): Promise<boolean | undefined> {
  const algorithm = ALGORITHMS[request.alg];
  if (algorithm === undefined) return undefined;
  try {
    const key = await crypto.subtle.importKey("jwk", { ...jwk }, algorithm.key, false, ["verify"]);
    return await crypto.subtle.verify(algorithm.use, key, request.signature, request.signed);
  } catch {
    return false;
  }
}

export function thumbprint(jwk: Jwk): string {
  const parts = jwk.kty === "RSA" ? { e: jwk.e, kty: jwk.kty, n: jwk.n } : { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y };
  const hex = sha256(encode(JSON.stringify(parts)));
  return base64Url(Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
}
