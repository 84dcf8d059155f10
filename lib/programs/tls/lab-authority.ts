/**
 * The authority that every machine of a lab trusts: a root, and an intermediate that signs. Its key stands here for everybody to read: it is
 * trusted inside labs only, where a certificate is worth what the lab's authority (`lib/lab/services/acme`) checks before it signs.
 */
import { type Certificate, certificatesOf } from "./certificate.ts";
import { type PrivateKey, readPrivateKey } from "./keys.ts";
import { ROOT_PEM } from "./lab-root.ts";

export const INTERMEDIATE_PEM = `-----BEGIN CERTIFICATE-----
MIIBxzCCAW2gAwIBAgIBAjAKBggqhkjOPQQDAjAsMRQwEgYDVQQKDAtMYWIgRW5j
cnlwdDEUMBIGA1UEAwwLTGFiIFJvb3QgWDEwIBcNMjQwMTAxMDAwMDAwWhgPMjA2
MDAxMDEwMDAwMDBaMCMxFDASBgNVBAoMC0xhYiBFbmNyeXB0MQswCQYDVQQDDAJF
MTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKkH7hpl8Fi2+A1Lyc3gLl++1PP6
0LgFDR5M8SrkMPh7T47ER+Kz5QgkF/sHiShDQ2/ItEHoeYCY8Q3tOvZHrOWjgYYw
gYMwEgYDVR0TAQH/BAgwBgEB/wIBADAOBgNVHQ8BAf8EBAMCAYYwHQYDVR0lBBYw
FAYIKwYBBQUHAwIGCCsGAQUFBwMBMB0GA1UdDgQWBBRvnhfZp3fqVaIAYLVZFsb7
p1LPLTAfBgNVHSMEGDAWgBTmEX+PVIrwyfGdRMpcdKeF7hiBKDAKBggqhkjOPQQD
AgNIADBFAiEAoe/T+SJPIvEJ8yTyeNeevTEwbc4eQP0/+/Xaj50wvCICICV95lPQ
fZYVGioFdd6pwJzKTKXoYneJ0YqrsML0K6rm
-----END CERTIFICATE-----
`;

const INTERMEDIATE_KEY =
  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgaromSFh++6FMfFEd9uRKeHswr8A6Gyw6+g6EQTNF7t+hRANCAASpB+4aZfBYtvgNS8nN4C5fvtTz+tC4BQ0eTPEq5DD4e0+OxEfis+UIJBf7B4koQ0NvyLRB6HmAmPEN7Tr2R6zl";

/** Who signs certificates of servers, with its key. */
export function labIssuer(): { readonly certificate: Certificate; readonly key: PrivateKey } {
  const [certificate] = certificatesOf(INTERMEDIATE_PEM);
  if (certificate === undefined) throw new Error("the lab's authority has no certificate");
  return {
    certificate,
    key: readPrivateKey(
      "PRIVATE KEY",
      Uint8Array.from(atob(INTERMEDIATE_KEY), (character) => character.charCodeAt(0)),
    ),
  };
}

/** The root, for what is no machine: the browser. */
export function labRoots(): readonly Certificate[] {
  return certificatesOf(ROOT_PEM);
}
