/** What an authority issues, how often, and what its certificates hold: as Let's Encrypt (https://letsencrypt.org/docs/rate-limits/). */
import type { Certificate } from "../../../programs/tls/certificate.ts";
import { extension, issueCertificate, randomSerial } from "../../../programs/tls/issue.ts";
import type { PrivateKey, PublicKey } from "../../../programs/tls/keys.ts";
import { writeName } from "../../../programs/tls/names.ts";
import type { Problem } from "./validation.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
const LIFETIME_MS = 90 * DAY_MS;
/** Failed validations of a name by one account, an hour. */
const MOST_FAILURES = 5;
/** Certificates for the same names, a week. */
const MOST_DUPLICATES = 5;

/** Who signs. */
export interface Issuer {
  readonly certificate: Certificate;
  readonly key: PrivateKey;
}

/** A validation that failed; the key is "account/name". */
export interface Failure {
  readonly key: string;
  readonly atMs: number;
}

/** A certificate that was issued; its names are sorted, with commas. */
export interface Issued {
  readonly names: string;
  readonly atMs: number;
}

const utc = (ms: number) => `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;

/** policy/pa.go of Boulder; undefined: it is. */
export function whyNotIssuable(name: string): Problem | undefined {
  const cannot = (why: string, type = "rejectedIdentifier") => ({
    type,
    detail: `Error creating new order :: Cannot issue for ${JSON.stringify(name)}: ${why}`,
    status: 400,
  });
  if (/^\d+(\.\d+){3}$/.test(name)) return cannot("The ACME server can not issue a certificate for an IP address", "malformed");
  if (!/^(\*\.)?[a-z0-9.-]+$/.test(name)) return cannot("Domain name contains an invalid character");
  if (!name.includes(".")) return cannot("Domain name needs at least one dot");
  return name.endsWith(".test") ? undefined : cannot("Domain name does not end with a valid public suffix (TLD)");
}

export function tooManyFailures(failures: readonly Failure[], account: string, name: string, nowMs: number): Problem | undefined {
  const recent = failures.filter(({ key, atMs }) => key === `${account}/${name}` && atMs > nowMs - HOUR_MS);
  const [first] = recent;
  if (recent.length < MOST_FAILURES || first === undefined) return undefined;
  const detail = `too many failed authorizations (${MOST_FAILURES}) for ${JSON.stringify(name)} in the last 1h0m0s, retry after ${utc(first.atMs + HOUR_MS)}: see https://letsencrypt.org/docs/rate-limits/#authorization-failures-per-hostname-per-account`;
  return { type: "rateLimited", detail, status: 429 };
}

export function tooManyDuplicates(issued: readonly Issued[], names: readonly string[], nowMs: number): Problem | undefined {
  const key = [...names].sort().join(",");
  const recent = issued.filter((each) => each.names === key && each.atMs > nowMs - WEEK_MS);
  const [first] = recent;
  if (recent.length < MOST_DUPLICATES || first === undefined) return undefined;
  const detail = `too many certificates (${MOST_DUPLICATES}) already issued for this exact set of domains in the last 168h0m0s: ${names.join(",")}, retry after ${utc(first.atMs + WEEK_MS)}: see https://letsencrypt.org/docs/rate-limits/#new-certificates-per-exact-set-of-hostnames`;
  return { type: "rateLimited", detail, status: 429 };
}

/** A certificate of 90 days; it begins an hour ago, for clocks that are late. */
export function issueFor(names: readonly string[], publicKey: PublicKey, issuer: Issuer, nowMs: number): Promise<Certificate> {
  const fromMs = Math.floor((nowMs - HOUR_MS) / 1000) * 1000;
  return issueCertificate(
    {
      serial: randomSerial(),
      subject: writeName([{ type: "CN", value: names[0] ?? "" }]),
      issuer: issuer.certificate.subject,
      notBeforeMs: fromMs,
      notAfterMs: fromMs + LIFETIME_MS - 1000,
      publicKey,
      extensions: [
        extension.keyUsage(publicKey.type.kind === "rsa" ? ["digitalSignature", "keyEncipherment"] : ["digitalSignature"]),
        extension.extendedKeyUsage(["serverAuth", "clientAuth"]),
        extension.basicConstraints(false),
        extension.subjectKeyIdentifier(publicKey),
        extension.authorityKeyIdentifier(issuer.certificate.publicKey),
        extension.altNames(names.map((value) => ({ kind: "dns", value }))),
      ],
    },
    issuer.key,
  );
}
