/** openssl x509: showing certificates, and signing requests (openssl-x509(1)). */
import type { Process } from "../../kernel/types.ts";
import { md5, sha1, sha256, sha384, sha512 } from "../core/hash.ts";
import { type Certificate, certificatePem, EXTENSION, type Extension } from "../tls/certificate.ts";
import { hex } from "../tls/der.ts";
import { isFor } from "../tls/host-name.ts";
import { isGenuine, issueCertificate, randomSerial } from "../tls/issue.ts";
import { sameKey } from "../tls/keys.ts";
import { type DistinguishedName, nameText } from "../tls/names.ts";
import { writePem } from "../tls/pem.ts";
import { errorLine, loadCertificate, loadKey, loadRequest, Options, Said, writeOutput } from "./command.ts";
import { extensionsOf, readSettings, withIdentifiers } from "./extensions.ts";
import { HASHES, hashOf, serialOf } from "./req.ts";
import { certificateText, dateText, extensionText } from "./text.ts";

const DAY_MS = 86_400_000;

const DIGESTS = { md5, sha1, sha256, sha384, sha512 } as const;

export async function x509(self: Process, words: readonly string[]): Promise<number> {
  const options = new Options("x509", words, {
    flags: `noout text subject issuer dates startdate enddate serial fingerprint pubkey modulus hash subject_hash issuer_hash email req CAcreateserial new md5 clrext alias purpose ${HASHES}`,
    valued:
      "in out inform outform checkend checkhost checkip ext CA CAkey CAserial days signkey key extfile extensions copy_extensions set_serial nameopt dateopt",
    real: "passin trustout ocspid ocsp_uri addtrust preserve_dates subj force_pubkey",
  });
  const certificate = options.has("req") ? await signRequest(self, options) : await loadCertificate(self, options.get("in"));
  const { out, status } = await shown(self, options, certificate);
  const pem = options.get("outform")?.toUpperCase() === "DER" ? certificate.raw : certificatePem(certificate);
  if (typeof pem === "string") await writeOutput(self, options.get("out"), out + (options.has("noout") ? "" : pem));
  else await writeOutput(self, options.get("out"), pem);
  return status;
}

function oneLine(name: DistinguishedName, options: Options): string {
  const style = options.get("nameopt")?.toLowerCase() ?? "";
  if (style.includes("rfc2253"))
    return [...name.parts]
      .reverse()
      .map(({ type, value }) => `${type}=${value}`)
      .join(",");
  if (style.includes("compat")) return name.parts.map(({ type, value }) => `/${type}=${value}`).join("");
  if (style.includes("multiline")) return `\n${name.parts.map(({ type, value }) => `    ${type.padEnd(25)} = ${value}`).join("\n")}`;
  return nameText(name);
}

const isoDate = (ms: number) =>
  new Date(ms)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z/, "Z");

/** What is asked for, in the order in which it was asked. */
async function shown(self: Process, options: Options, certificate: Certificate): Promise<{ out: string; status: number }> {
  const date = options.get("dateopt") === "iso_8601" ? isoDate : dateText;
  const out: string[] = [];
  const done = new Set<string>();
  for (const name of options.order) {
    if (done.has(name)) continue;
    done.add(name);
    if (name === "text") out.push(certificateText(certificate));
    else if (name === "subject") out.push(`subject=${oneLine(certificate.subject, options)}\n`);
    else if (name === "issuer") out.push(`issuer=${oneLine(certificate.issuer, options)}\n`);
    else if (name === "serial") out.push(`serial=${hex(certificate.serial).toUpperCase()}\n`);
    else if (name === "startdate" || name === "dates") out.push(`notBefore=${date(certificate.notBeforeMs)}\n`);
    if (name === "enddate" || name === "dates") out.push(`notAfter=${date(certificate.notAfterMs)}\n`);
    else if (name === "fingerprint") out.push(fingerprint(options, certificate));
    else if (name === "pubkey") out.push(writePem("PUBLIC KEY", certificate.publicKey.spki));
    else if (name === "modulus") out.push(modulusLine(certificate));
    else if (name === "ext") {
      const found = extensions(options.get("ext") ?? "", certificate);
      if (found === "") await self.error("No extensions in certificate\n");
      out.push(found);
    } else if (name === "email") for (const each of certificate.altNames) if (each.kind === "email") out.push(`${each.value}\n`);
    if (/^(hash|subject_hash|issuer_hash|purpose|alias)$/.test(name))
      throw new Said(`x509: -${name} is real, but this machine does not model it; see /reference/machine\n`);
    if (name === "checkhost" || name === "checkip") {
      const host = options.get(name) ?? "";
      const what = name === "checkhost" ? "Hostname" : "IP";
      out.push(`${what} ${host} does ${isFor(certificate, host) ? "match" : "NOT match"} certificate\n`);
    }
  }
  // Whether it ends soon is told at the end.
  if (!options.has("checkend")) return { out: out.join(""), status: 0 };
  const ends = certificate.notAfterMs < self.machine.kernel.clock.now() + options.number("checkend", 0) * 1000;
  out.push(ends ? "Certificate will expire\n" : "Certificate will not expire\n");
  return { out: out.join(""), status: ends ? 1 : 0 };
}

function fingerprint(options: Options, certificate: Certificate): string {
  const name = (["md5", "sha256", "sha384", "sha512", "sha1"] as const).find((each) => options.has(each));
  const digest = DIGESTS[name ?? "sha1"](certificate.raw).toUpperCase();
  return `${name ?? "SHA1"} Fingerprint=${(digest.match(/../g) ?? []).join(":")}\n`;
}

function modulusLine({ publicKey }: Certificate): string {
  return publicKey.type.kind === "rsa"
    ? `Modulus=${hex(publicKey.type.modulus).toUpperCase()}\n`
    : "Modulus=No modulus for this public key type\n";
}

function extensions(names: string, certificate: Certificate): string {
  const known: Readonly<Record<string, string>> = EXTENSION;
  const wanted = names.split(",").map((name) => known[name] ?? name);
  const found = certificate.extensions.filter((each) => wanted.includes(each.oid));
  return found.map((each) => extensionText(each, "")).join("");
}

/** -req: a certificate for a request, signed by -CA or by the request's own key. */
async function signRequest(self: Process, options: Options): Promise<Certificate> {
  const request = await loadRequest(self, options.get("in"), "certificate request input");
  if (!(await isGenuine(request))) throw new Said("Certificate request self-signature did not match the contents\n");
  await self.error(`Certificate request self-signature ok\nsubject=${nameText(request.subject)}\n`);
  const own = options.get("signkey") ?? options.get("key");
  const authority = options.get("CA");
  if (own === undefined && authority === undefined)
    throw new Said("We need a private key to sign with, use -key or -CA or -CAkey with private key\n");
  const issuer = authority === undefined ? undefined : await loadCertificate(self, authority, { what: "CA certificate", after: "" });
  const key = await loadKey(self, own ?? options.get("CAkey") ?? authority, authority === undefined ? "private key" : "CA private key");
  if (issuer !== undefined && !sameKey(issuer.publicKey, key.publicKey))
    throw new Said(
      `CA certificate and CA private key do not match\n${errorLine("05800074:x509 certificate routines:X509_check_private_key:key values mismatch:../crypto/x509/x509_cmp.c:403:")}`,
    );
  const keys = { subject: request.publicKey, issuer: key.publicKey };
  const asked: readonly Extension[] = /^copy(all)?$/.test(options.get("copy_extensions") ?? "") ? request.extensions : [];
  const file = options.get("extfile");
  const settings = readSettings(file === undefined ? "" : self.files.readText(file));
  const section =
    settings.get(options.get("extensions") ?? settings.get("default")?.get("extensions") ?? "default") ?? new Map<string, string>();
  const given = extensionsOf(section, [], settings, keys);
  const all = [...given, ...asked.filter((each) => !given.some(({ oid }) => oid === each.oid))];
  const nowMs = Math.floor(self.machine.kernel.clock.now() / 1000) * 1000;
  return issueCertificate(
    {
      serial: nextSerial(self, options, authority),
      subject: request.subject,
      issuer: issuer?.subject ?? request.subject,
      notBeforeMs: nowMs,
      notAfterMs: nowMs + options.number("days", 30) * DAY_MS,
      publicKey: request.publicKey,
      extensions: all.length === 0 ? [] : issuer === undefined ? all : withIdentifiers(all, keys),
    },
    key,
    hashOf(options),
  );
}

/** The number that the authority's .srl file has next; -CAcreateserial makes one. */
function nextSerial(self: Process, options: Options, authority: string | undefined): Uint8Array {
  const given = options.get("set_serial");
  if (given !== undefined) return serialOf(given);
  const file = options.get("CAserial") ?? (authority === undefined ? undefined : authority.replace(/(\.[^./]*)?$/, ".srl"));
  if (file === undefined || (!options.has("CAserial") && !options.has("CAcreateserial") && !self.files.exists(file))) return randomSerial();
  const last = self.files.exists(file) ? self.files.readText(file).trim() : undefined;
  const serial = last === undefined ? randomSerial() : serialOf(String(BigInt(`0x${last}`) + 1n));
  self.files.writeFile(file, `${hex(serial).toUpperCase()}\n`);
  return serial;
}
