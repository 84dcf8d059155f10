/** Loading the certificate and key of a server from PEM, with what can be wrong about them (OpenSSL's words, as nginx shows them). */
import { type Certificate, certificatesOf } from "./certificate.ts";
import { DerError } from "./der.ts";
import type { ServerCertificate } from "./handshake.ts";
import { type PrivateKey, privateKeyOf, sameKey, UnusableKey } from "./keys.ts";

export type LoadFailureReason = "no-certificate" | "bad-certificate" | "no-key" | "bad-key" | "mismatch";

/** The message is OpenSSL's error line. */
export class LoadFailure extends Error {
  override readonly name = "LoadFailure";

  constructor(
    readonly reason: LoadFailureReason,
    message: string,
  ) {
    super(message);
  }
}

const NO_START = "error:0480006C:PEM routines::no start line";

/** Throws LoadFailure. */
export function loadServerCertificate(certificatePem: string, keyPem: string): ServerCertificate {
  let chain: Certificate[];
  try {
    chain = certificatesOf(certificatePem);
  } catch (error) {
    throw new LoadFailure("bad-certificate", wordsFor(error));
  }
  const [leaf] = chain;
  if (leaf === undefined) throw new LoadFailure("no-certificate", `${NO_START}:Expecting: TRUSTED CERTIFICATE`);
  let key: PrivateKey | undefined;
  try {
    key = privateKeyOf(keyPem);
  } catch (error) {
    throw new LoadFailure("bad-key", wordsFor(error));
  }
  if (key === undefined) throw new LoadFailure("no-key", `${NO_START}:Expecting: ANY PRIVATE KEY`);
  if (!sameKey(leaf.publicKey, key.publicKey))
    throw new LoadFailure("mismatch", "error:05800074:x509 certificate routines::key values mismatch");
  return { chain, key };
}

function wordsFor(error: unknown): string {
  if (error instanceof UnusableKey) return `${error.message}; see /reference/machine`;
  if (error instanceof DerError) return `error:0680007B:asn1 encoding routines::header too long`;
  throw error;
}
