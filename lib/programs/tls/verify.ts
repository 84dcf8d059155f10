/** Is a chain of certificates to be trusted? In the steps, and with the numbers and words, of OpenSSL's x509_vfy.h. */
import type { Certificate } from "./certificate.ts";
import { sameBytes } from "./der.ts";
import { verify } from "./keys.ts";
import { sameName } from "./names.ts";

/** Numbers of X509_V_… (x509_vfy.h), which curl and openssl show. */
export const VERIFY = {
  ok: 0,
  unableToGetIssuer: 2,
  signatureFailure: 7,
  notYetValid: 9,
  expired: 10,
  selfSigned: 18,
  selfSignedInChain: 19,
  unableToGetLocalIssuer: 20,
  unableToVerifyLeaf: 21,
  invalidAuthority: 79,
  hostnameMismatch: 62,
} as const;

export type VerifyCode = (typeof VERIFY)[keyof typeof VERIFY];

/** X509_verify_cert_error_string(3). */
const TEXTS: Readonly<Record<VerifyCode, string>> = {
  0: "ok",
  2: "unable to get issuer certificate",
  7: "certificate signature failure",
  9: "certificate is not yet valid",
  10: "certificate has expired",
  18: "self-signed certificate",
  19: "self-signed certificate in certificate chain",
  20: "unable to get local issuer certificate",
  21: "unable to verify the first certificate",
  79: "invalid CA certificate",
  62: "hostname mismatch",
};

export function verifyText(code: VerifyCode): string {
  return TEXTS[code];
}

export interface VerifyError {
  readonly code: VerifyCode;
  /** Of the certificate it is about: 0 is the server's own. */
  readonly depth: number;
  readonly certificate: Certificate;
}

export interface Verification {
  /** 0, or the first error. */
  readonly code: VerifyCode;
  readonly depth: number;
  readonly text: string;
  /** From the server's certificate to the root, as far as it could be built. */
  readonly chain: readonly Certificate[];
  readonly errors: readonly VerifyError[];
}

/** Longer chains are not looked at. */
const LONGEST_CHAIN = 10;

export function isSelfIssued(certificate: Certificate): boolean {
  return sameName(certificate.issuer, certificate.subject);
}

export async function isSignedBy(certificate: Certificate, issuer: Certificate): Promise<boolean> {
  const { hash } = certificate.algorithm;
  return hash !== undefined && verify(issuer.publicKey, hash, certificate.tbs, certificate.signature);
}

/** Builds the chain from the first of `presented` over the others to one of `trusted`, and judges it at `nowMs`. */
export async function verifyChain(
  presented: readonly Certificate[],
  trusted: readonly Certificate[],
  nowMs: number,
): Promise<Verification> {
  const [leaf, ...others] = presented;
  if (leaf === undefined) throw new Error("no certificate to verify");
  const errors: VerifyError[] = [];
  const chain = [leaf];
  const isTrusted = (each: Certificate) => trusted.some((root) => sameBytes(root.raw, each.raw));
  let anchored = isTrusted(leaf) && isSelfIssued(leaf);
  while (!anchored && chain.length < LONGEST_CHAIN) {
    const last = chain.at(-1) ?? leaf;
    if (isSelfIssued(last)) break;
    const root = await issuerOf(last, trusted);
    const issuer =
      root ??
      (await issuerOf(
        last,
        others.filter((each) => !chain.includes(each)),
      ));
    if (issuer === undefined) break;
    chain.push(issuer);
    anchored = root !== undefined && (isSelfIssued(root) || (await issuerOf(root, trusted)) === undefined);
  }
  const last = chain.at(-1) ?? leaf;
  const depth = chain.length - 1;
  if (!anchored) {
    if (isSelfIssued(last)) errors.push({ code: depth === 0 ? VERIFY.selfSigned : VERIFY.selfSignedInChain, depth, certificate: last });
    else {
      errors.push({ code: VERIFY.unableToGetLocalIssuer, depth, certificate: last });
      if (depth === 0) errors.push({ code: VERIFY.unableToVerifyLeaf, depth, certificate: last });
    }
  }
  for (const [index, each] of chain.entries()) {
    if (index > 0 && !each.isAuthority) errors.push({ code: VERIFY.invalidAuthority, depth: index, certificate: each });
  }
  for (const [index, each] of [...chain.entries()].reverse()) {
    const issuer = chain[index + 1];
    if (issuer !== undefined && !(await isSignedBy(each, issuer)))
      errors.push({ code: VERIFY.signatureFailure, depth: index, certificate: each });
    if (nowMs < each.notBeforeMs) errors.push({ code: VERIFY.notYetValid, depth: index, certificate: each });
    if (nowMs > each.notAfterMs) errors.push({ code: VERIFY.expired, depth: index, certificate: each });
  }
  const [first] = errors;
  const code = first?.code ?? VERIFY.ok;
  return { code, depth: first?.depth ?? 0, text: verifyText(code), chain, errors };
}

/** Of several with the name, the one whose signature it is; of none, the first, whose signature then fails. */
async function issuerOf(certificate: Certificate, candidates: readonly Certificate[]): Promise<Certificate | undefined> {
  const named = candidates.filter((each) => sameName(each.subject, certificate.issuer));
  for (const each of named) if (await isSignedBy(certificate, each)) return each;
  return named[0];
}
