/** openssl req: requests for certificates, and self-signed ones (openssl-req(1)). */
import type { Process } from "../../kernel/types.ts";
import { certificatePem } from "../tls/certificate.ts";
import { hex } from "../tls/der.ts";
import { extension, isGenuine, issueCertificate, makeRequest, randomSerial } from "../tls/issue.ts";
import { generateKey, type HashName, type NewKey, type PrivateKey, privateKeyPem } from "../tls/keys.ts";
import { type DistinguishedName, NameError, type NamePart, nameText, parseSubject, writeName } from "../tls/names.ts";
import { writePem } from "../tls/pem.ts";
import { errorLine, loadKey, loadRequest, Options, Said, writeOutput } from "./command.ts";
import { extensionsOf, readSettings, type Settings } from "./extensions.ts";
import { curveOf, newKeyOf, rsaOf, showSearch } from "./keys.ts";
import { certificateText, requestText } from "./text.ts";

const DAY_MS = 86_400_000;

const QUESTIONS = [
  { type: "C", text: "Country Name (2 letter code)", standard: "AU" },
  { type: "ST", text: "State or Province Name (full name)", standard: "Some-State" },
  { type: "L", text: "Locality Name (eg, city)", standard: "" },
  { type: "O", text: "Organization Name (eg, company)", standard: "Internet Widgits Pty Ltd" },
  { type: "OU", text: "Organizational Unit Name (eg, section)", standard: "" },
  { type: "CN", text: "Common Name (e.g. server FQDN or YOUR name)", standard: "" },
  { type: "emailAddress", text: "Email Address", standard: "" },
] as const;

export function hashOf(options: Options): HashName {
  return options.has("sha512") ? "SHA-512" : options.has("sha384") ? "SHA-384" : options.has("sha1") ? "SHA-1" : "SHA-256";
}

export const HASHES = "sha1 sha256 sha384 sha512";

function newKey(text: string, options: Options): NewKey {
  const [algorithm = "", parameter] = text.split(":");
  if (parameter !== undefined && !/^\d+$/.test(parameter))
    throw new Said(
      `Cannot open parameter file ${parameter}\n${errorLine(`80000002:system library:BIO_new_file:No such file or directory:../crypto/bio/bss_file.c:67:calling fopen(${parameter}, r)`)}${errorLine("10000080:BIO routines:BIO_new_file:no such file:../crypto/bio/bss_file.c:75:")}`,
    );
  if (/^rsa$/i.test(algorithm) && parameter !== undefined) return rsaOf(parameter);
  const curve = options.all("pkeyopt").findLast((each) => each.startsWith("ec_paramgen_curve:"));
  if (/^ec$/i.test(algorithm) && curve !== undefined) return curveOf(curve.slice("ec_paramgen_curve:".length));
  return newKeyOf(algorithm, options.all("pkeyopt"));
}

/** Asks for the parts of a name, as a terminal's user is asked. */
async function askSubject(self: Process, extras: "asked" | "none"): Promise<NamePart[]> {
  await self.error(
    "You are about to be asked to enter information that will be incorporated\ninto your certificate request.\nWhat you are about to enter is what is called a Distinguished Name or a DN.\nThere are quite a few fields but you can leave some blank\nFor some fields there will be a default value,\nIf you enter '.', the field will be left blank.\n-----\n",
  );
  const parts: NamePart[] = [];
  const lines = self.lines(0);
  for (const { type, text, standard } of QUESTIONS) {
    await self.error(`${text} [${standard}]:`);
    const { value: line, done } = await lines.next();
    if (done) throw new Said("Error making certificate request\n");
    const value = line.trim() === "" ? standard : line.trim() === "." ? "" : line.trim();
    if (value !== "") parts.push({ type, value });
  }
  if (extras === "none") return parts;
  await self.error("\nPlease enter the following 'extra' attributes\nto be sent with your certificate request\n");
  for (const text of ["A challenge password", "An optional company name"]) {
    await self.error(`${text} []:`);
    // Authorities have no use for either; they are asked for and left out.
    if ((await lines.next()).done) throw new Said("Error making certificate request\n");
  }
  return parts;
}

async function subjectOf(self: Process, options: Options, settings: Settings | undefined): Promise<DistinguishedName> {
  const text = options.get("subj");
  if (text !== undefined) {
    if (!text.startsWith("/"))
      throw new Said(
        `req: subject name is expected to be in the format /type0=value0/type1=value1/type2=... where characters may be escaped by \\. This name is not in that format: '${text}'\n`,
      );
    const known: NamePart[] = [];
    for (const piece of text.split(/(?<!\\)(?=\/)/)) {
      try {
        known.push(...parseSubject(piece));
      } catch (error) {
        if (!(error instanceof NameError)) throw error;
        if (!error.message.startsWith("skip:")) throw new Said(`req: ${error.message}\n`);
        await self.error(`req warning: Skipping unknown subject name attribute "${error.message.slice(5)}"\n`);
      }
    }
    return writeName(known);
  }
  const section = settings?.get("req");
  if (section?.get("prompt") === "no") {
    const names = settings?.get(section.get("distinguished_name") ?? "") ?? new Map<string, string>();
    const joined = [...names].map(([type, value]) => `/${type.replace(/^\d+\./, "")}=${value.replaceAll("/", "\\/")}`).join("");
    return writeName(parseSubject(joined));
  }
  return writeName(await askSubject(self, options.has("x509") ? "none" : "asked"));
}

async function show(self: Process, options: Options): Promise<number> {
  const request = await loadRequest(self, options.get("in"), "X509 request");
  if (options.has("verify"))
    await self.error(`Certificate request self-signature verify ${(await isGenuine(request)) ? "OK" : "failure"}\n`);
  const out: string[] = [];
  if (options.has("text")) out.push(requestText(request));
  if (options.has("pubkey")) out.push(writePem("PUBLIC KEY", request.publicKey.spki));
  if (options.has("subject")) out.push(`subject=${nameText(request.subject)}\n`);
  if (options.has("modulus") && request.publicKey.type.kind === "rsa")
    out.push(`Modulus=${hex(request.publicKey.type.modulus).toUpperCase()}\n`);
  if (!options.has("noout")) out.push(writePem("CERTIFICATE REQUEST", request.raw));
  await writeOutput(self, options.get("out"), out.join(""));
  return 0;
}

export async function req(self: Process, words: readonly string[]): Promise<number> {
  const options = new Options("req", words, {
    flags: `new x509 nodes noenc noout text subject verify batch pubkey modulus utf8 ${HASHES}`,
    valued: "newkey keyout out subj days addext key in config extensions reqexts pkeyopt set_serial",
    real: "passin passout CA CAkey multivalue-rdn section copy_extensions outform inform",
  });
  const isMaking = options.has("new", "newkey", "x509");
  if (!isMaking) return show(self, options);
  const config = options.get("config");
  const settings = config === undefined ? undefined : readSettings(self.files.readText(config));
  const key = await keyFor(self, options, settings);
  const subject = await subjectOf(self, options, settings);
  const keys = { subject: key.publicKey, issuer: key.publicKey };
  const named = options.get(options.has("x509") ? "extensions" : "reqexts") ?? options.get("extensions");
  const fromFile = named ?? settings?.get("req")?.get(options.has("x509") ? "x509_extensions" : "req_extensions");
  const section = (fromFile === undefined ? undefined : settings?.get(fromFile)) ?? new Map<string, string>();
  if (!options.has("x509")) {
    const request = await makeRequest(
      subject,
      key,
      extensionsOf(section, options.all("addext"), settings ?? new Map(), keys),
      hashOf(options),
    );
    const text = options.has("text") ? requestText(request) : "";
    await writeOutput(self, options.get("out"), text + (options.has("noout") ? "" : writePem("CERTIFICATE REQUEST", request.raw)));
    return 0;
  }
  // openssl.cnf's v3_ca, which -x509 uses where nothing else is said.
  const standard =
    settings === undefined
      ? new Map([
          ["subjectKeyIdentifier", "hash"],
          ["authorityKeyIdentifier", "keyid:always,issuer"],
          ["basicConstraints", "critical,CA:true"],
        ])
      : section;
  const extensions = extensionsOf(standard, options.all("addext"), settings ?? new Map(), keys);
  const nowMs = Math.floor(self.machine.kernel.clock.now() / 1000) * 1000;
  const certificate = await issueCertificate(
    {
      serial: options.has("set_serial") ? serialOf(options.get("set_serial") ?? "") : randomSerial(),
      subject,
      issuer: subject,
      notBeforeMs: nowMs,
      notAfterMs: nowMs + options.number("days", 30) * DAY_MS,
      publicKey: key.publicKey,
      extensions: extensions.length > 0 ? extensions : [extension.subjectKeyIdentifier(key.publicKey)],
    },
    key,
    hashOf(options),
  );
  const text = options.has("text") ? certificateText(certificate) : "";
  await writeOutput(self, options.get("out"), text + (options.has("noout") ? "" : certificatePem(certificate)));
  return 0;
}

export function serialOf(text: string): Uint8Array {
  const digits = BigInt(text).toString(16);
  return Uint8Array.from((digits.length % 2 === 1 ? `0${digits}` : digits).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

async function keyFor(self: Process, options: Options, settings: Settings | undefined): Promise<PrivateKey> {
  const given = options.get("key");
  if (given !== undefined && !options.has("newkey")) return loadKey(self, given);
  const wanted = newKey(options.get("newkey") ?? `rsa:${settings?.get("req")?.get("default_bits") ?? "2048"}`, options);
  if (!options.has("nodes", "noenc") && settings?.get("req")?.get("encrypt_key") !== "no")
    throw new Said("req: keys with a passphrase are real, but this machine does not model them: add -nodes; see /reference/machine\n");
  const key = await generateKey(wanted);
  await showSearch(self, wanted.kind);
  await self.error("-----\n");
  await writeOutput(self, options.get("keyout") ?? settings?.get("req")?.get("default_keyfile") ?? "privkey.pem", privateKeyPem(key), true);
  return key;
}
