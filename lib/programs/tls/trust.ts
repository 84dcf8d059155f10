/** The authorities that a machine trusts: /etc/ssl/certs/ca-certificates.crt, as update-ca-certificates(8) makes it. */
import type { Files } from "../../kernel/types.ts";
import { type Certificate, readCertificate } from "./certificate.ts";
import { TRUST_FILE } from "./lab-root.ts";
import { readPem } from "./pem.ts";

/** By the file's text: it is read for every connection, and changes seldom. */
let last: { readonly text: string; readonly certificates: readonly Certificate[] } = { text: "", certificates: [] };

/** The certificates of a bundle; those that can't be read are passed over, as OpenSSL does. */
export function readBundle(text: string): readonly Certificate[] {
  if (last.text === text) return last.certificates;
  const certificates = readPem(text)
    .filter(({ label }) => label.endsWith("CERTIFICATE"))
    .flatMap(({ bytes }) => {
      try {
        return [readCertificate(bytes)];
      } catch {
        return [];
      }
    });
  last = { text, certificates };
  return certificates;
}

/** What the machine trusts; nothing where the file is missing. */
export function trustOf(files: Files, path = TRUST_FILE): readonly Certificate[] {
  return files.exists(path) ? readBundle(files.readText(path)) : [];
}
