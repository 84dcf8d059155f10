/** Whether a certificate is for a host (RFC 9525), as OpenSSL's X509_check_host(3) and X509_check_ip(3) decide. */
import type { Certificate } from "./certificate.ts";
import { commonName } from "./names.ts";

/** `*` stands for exactly one label, the first, and needs two labels after it (RFC 9525 6.3). */
export function matchesName(pattern: string, host: string): boolean {
  const wanted = host.toLowerCase().replace(/\.$/, "");
  const given = pattern.toLowerCase().replace(/\.$/, "");
  if (!given.startsWith("*.")) return given === wanted;
  const rest = given.slice(2);
  const dot = wanted.indexOf(".");
  return rest.includes(".") && !rest.includes("*") && dot > 0 && wanted.slice(dot + 1) === rest;
}

/** The name of the subject counts only where there are no alternative names of hosts. */
export function isFor(certificate: Certificate, host: string): boolean {
  const isAddress = /^\d+\.\d+\.\d+\.\d+$/.test(host);
  if (isAddress) return certificate.altNames.some(({ kind, value }) => kind === "ip" && value === host);
  const names = certificate.altNames.filter(({ kind }) => kind === "dns");
  if (names.length > 0) return names.some(({ value }) => matchesName(value, host));
  const common = commonName(certificate.subject);
  return common !== undefined && matchesName(common, host);
}

/** The alternative name (or the subject's) that a host matched. */
export function matchedName(
  certificate: Certificate,
  host: string,
): { readonly kind: "alt" | "common"; readonly name: string } | undefined {
  const alt = certificate.altNames.find(({ kind, value }) => (kind === "ip" ? value === host : kind === "dns" && matchesName(value, host)));
  if (alt !== undefined) return { kind: "alt", name: alt.value };
  const common = commonName(certificate.subject);
  return isFor(certificate, host) && common !== undefined ? { kind: "common", name: common } : undefined;
}
