/** openssl genrsa, genpkey, ecparam, rsa, ec, pkey. */
import type { Process } from "../../kernel/types.ts";
import { hex, oid } from "../tls/der.ts";
import { CURVES, generateKey, type NewKey, type PrivateKey, privateKeyPem } from "../tls/keys.ts";
import { writePem } from "../tls/pem.ts";
import { errorLine, loadKey, Options, Said, UsageFailure, writeOutput } from "./command.ts";
import { privateKeyText } from "./text.ts";

/** Below this Web Crypto makes none, and OpenSSL's own servers take none. */
const SMALLEST_RSA = 1024;

/** What OpenSSL shows while it looks for primes: how many candidates it needed is chance there too. */
export async function showSearch(self: Process, kind: NewKey["kind"]): Promise<void> {
  if (kind === "ec") return;
  const dots = () => Array.from({ length: 3 + Math.floor(Math.random() * 40) }, () => (Math.random() < 0.3 ? "+" : ".")).join("");
  for (let prime = 0; prime < 2; prime++) await self.error(`${dots()}${"+".repeat(65)}*${dots()}${"+".repeat(65)}\n`);
}

export function rsaOf(text: string): NewKey {
  const bits = Number(text);
  if (!Number.isInteger(bits) || bits < SMALLEST_RSA || bits > 8192 || bits % 8 !== 0)
    throw new Said(`Error: RSA keys have ${SMALLEST_RSA} to 8192 bits on this machine, and ${text} is none of them.\n`);
  return { kind: "rsa", bits };
}

export function curveOf(name: string): NewKey {
  const curve = CURVES.find((each) => each.opensslName === name || each.name === name || (name === "secp256r1" && each.name === "P-256"));
  if (curve === undefined)
    throw new Said(
      `unable to generate key\n${errorLine("0800008D:elliptic curve routines:group_new_from_name:invalid curve:../crypto/ec/ec_lib.c:1490:")}`,
    );
  return { kind: "ec", curve: curve.name };
}

/** What -algorithm, -newkey and -pkeyopt ask for. */
export function newKeyOf(algorithm: string, settings: readonly string[]): NewKey {
  const setting = (name: string) => settings.findLast((each) => each.startsWith(`${name}:`))?.slice(name.length + 1);
  if (/^rsa$/i.test(algorithm)) return rsaOf(setting("rsa_keygen_bits") ?? "2048");
  if (/^ec$/i.test(algorithm)) {
    const curve = setting("ec_paramgen_curve");
    if (curve === undefined)
      throw new Said(
        `Error generating key\n${errorLine("1C8000B4:Provider routines:ec_gen:no parameters set:../providers/implementations/keymgmt/ec_kmgmt.c:1203:")}`,
      );
    return curveOf(curve);
  }
  if (/^(ed25519|ed448|x25519|x448|dsa|dh)$/i.test(algorithm))
    throw new Said(`openssl: keys of the kind ${algorithm} are real, but this machine does not model them; see /reference/machine\n`);
  throw new Said(
    `Error initializing ${algorithm} context\n${errorLine(`0308010C:digital envelope routines:inner_evp_generic_fetch:unsupported:../crypto/evp/evp_fetch.c:386:Global default library context, Algorithm (${algorithm} : 0), Properties (<null>)`)}`,
  );
}

export async function genrsa(self: Process, words: readonly string[]): Promise<number> {
  const options = new Options("genrsa", words, { flags: "verbose traditional F4 f4 3", valued: "out", real: "aes256 aes128 des3 passout" });
  const key = await generateKey(rsaOf(options.operands[0] ?? "2048"));
  if (options.has("verbose")) await showSearch(self, "rsa");
  const pem = options.has("traditional") ? writePem("RSA PRIVATE KEY", key.traditional) : privateKeyPem(key);
  await writeOutput(self, options.get("out"), pem, true);
  return 0;
}

export async function genpkey(self: Process, words: readonly string[]): Promise<number> {
  const options = new Options("genpkey", words, {
    flags: "text quiet",
    valued: "out algorithm pkeyopt outform",
    real: "aes256 pass paramfile",
  });
  const algorithm = options.get("algorithm");
  if (algorithm === undefined) throw new UsageFailure("genpkey", "");
  const wanted = newKeyOf(algorithm, options.all("pkeyopt"));
  const key = await generateKey(wanted);
  if (!options.has("quiet")) await showSearch(self, wanted.kind);
  const out =
    options.get("outform")?.toUpperCase() === "DER" ? key.pkcs8 : privateKeyPem(key) + (options.has("text") ? privateKeyText(key) : "");
  await writeOutput(self, options.get("out"), out, true);
  return 0;
}

export async function ecparam(self: Process, words: readonly string[]): Promise<number> {
  const options = new Options("ecparam", words, { flags: "genkey noout list_curves", valued: "name out", real: "in text check conv_form" });
  if (options.has("list_curves")) {
    const texts = {
      "P-256": "X9.62/SECG curve over a 256 bit prime field",
      "P-384": "NIST/SECG curve over a 384 bit prime field",
      "P-521": "NIST/SECG curve over a 521 bit prime field",
    };
    for (const { name, opensslName } of CURVES) await self.print(`  ${opensslName.padEnd(10)}: ${texts[name]}\n`);
    return 0;
  }
  const name = options.get("name");
  if (name === undefined) throw new UsageFailure("ecparam", "");
  const wanted = curveOf(name);
  const curve = CURVES.find((each) => wanted.kind === "ec" && each.name === wanted.curve);
  const parameters = options.has("noout") || curve === undefined ? "" : writePem("EC PARAMETERS", oid(curve.oid));
  const made = options.has("genkey") ? writePem("EC PRIVATE KEY", (await generateKey(wanted)).traditional) : "";
  await writeOutput(self, options.get("out"), parameters + made, made !== "");
  return 0;
}

const KEY_OPTIONS = {
  flags: "noout text pubout check modulus traditional pubin",
  valued: "in out outform inform",
  real: "passin passout aes256 des3",
};

export async function rsa(self: Process, words: readonly string[]): Promise<number> {
  const options = new Options("rsa", words, KEY_OPTIONS);
  const key = await loadKey(self, options.get("in"));
  const { type } = key.publicKey;
  if (type.kind !== "rsa") throw new Said("Not an RSA key\n");
  const parts: string[] = [];
  if (options.has("text")) parts.push(privateKeyText(key));
  if (options.has("modulus")) parts.push(`Modulus=${hex(type.modulus).toUpperCase()}\n`);
  if (options.has("check")) parts.push("RSA key ok\n");
  if (!options.has("noout")) await self.error("writing RSA key\n");
  await writeKey(self, options, key, parts.join(""), "RSA PRIVATE KEY");
  return 0;
}

export async function ec(self: Process, words: readonly string[]): Promise<number> {
  const options = new Options("ec", words, KEY_OPTIONS);
  const key = await loadKey(self, options.get("in"));
  if (key.publicKey.type.kind !== "ec") throw new Said("read EC key\nNot an EC key\n");
  await self.error("read EC key\n");
  const text = options.has("text") ? privateKeyText(key) : "";
  if (options.has("check")) await self.error("EC Key valid.\n");
  if (!options.has("noout")) await self.error("writing EC key\n");
  const old = writePem("EC PRIVATE KEY", key.traditional);
  const pem = options.has("pubout") ? publicPem(key) : old;
  await writeOutput(self, options.get("out"), text + (options.has("noout") ? "" : pem), true);
  return 0;
}

export async function pkey(self: Process, words: readonly string[]): Promise<number> {
  const options = new Options("pkey", words, { ...KEY_OPTIONS, flags: `${KEY_OPTIONS.flags} text_pub` });
  const key = await loadKey(self, options.get("in"), "key");
  const parts = [options.has("check") ? "Key is valid\n" : ""];
  const text = options.has("text") ? privateKeyText(key) : "";
  const pem = options.has("noout")
    ? ""
    : options.has("pubout")
      ? publicPem(key)
      : keyPem(options, key, key.publicKey.type.kind === "rsa" ? "RSA PRIVATE KEY" : "EC PRIVATE KEY");
  await writeOutput(self, options.get("out"), parts.join("") + pem + text, !options.has("pubout"));
  return 0;
}

const publicPem = (key: PrivateKey) => writePem("PUBLIC KEY", key.publicKey.spki);
const keyPem = (options: Options, key: PrivateKey, label: string) =>
  options.has("traditional") ? writePem(label, key.traditional) : privateKeyPem(key);

async function writeKey(self: Process, options: Options, key: PrivateKey, before: string, label: string): Promise<void> {
  const pem = options.has("noout") ? "" : options.has("pubout") ? publicPem(key) : keyPem(options, key, label);
  await writeOutput(self, options.get("out"), before + pem, !options.has("pubout"));
}
