/** openssl dgst, rand, base64, version. */
import type { Process } from "../../kernel/types.ts";
import { md5, sha1, sha224, sha256, sha384, sha512 } from "../core/hash.ts";
import { concat, decode, encode } from "../core/io.ts";
import { readDer } from "../tls/der.ts";
import { type HashName, readPublicKey, sign, verify } from "../tls/keys.ts";
import { base64, readPem } from "../tls/pem.ts";
import { OPENSSL_VERSION } from "../tls/version.ts";
import { errorLine, loadKey, Options, readInput, Said, UsageFailure, writeOutput } from "./command.ts";

const DIGESTS = { md5, sha1, sha224, sha256, sha384, sha512 } as const;
type DigestName = keyof typeof DIGESTS;
const SHOWN: Readonly<Record<DigestName, string>> = {
  md5: "MD5",
  sha1: "SHA1",
  sha224: "SHA2-224",
  sha256: "SHA2-256",
  sha384: "SHA2-384",
  sha512: "SHA2-512",
};
const SIGNABLE: Readonly<Partial<Record<DigestName, HashName>>> = {
  sha1: "SHA-1",
  sha256: "SHA-256",
  sha384: "SHA-384",
  sha512: "SHA-512",
};
const NAMES: readonly DigestName[] = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"];

export function isDigest(name: string): boolean {
  return NAMES.some((each) => each === name);
}

const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** RFC 2104. */
function hmac(name: DigestName, key: Uint8Array, data: Uint8Array): string {
  const size = name === "sha384" || name === "sha512" ? 128 : 64;
  const digest = DIGESTS[name];
  const block = new Uint8Array(size);
  block.set(key.length > size ? bytesOf(digest(key)) : key);
  const inner = digest(concat([block.map((byte) => byte ^ 0x36), data]));
  return digest(concat([block.map((byte) => byte ^ 0x5c), bytesOf(inner)]));
}

export async function dgst(self: Process, words: readonly string[], given?: string): Promise<number> {
  const options = new Options("dgst", words, {
    flags: `hex binary r c ${NAMES.join(" ")}`,
    valued: "hmac out sign verify signature",
    real: "sha3-256 sha3-512 blake2b512 mac macopt prverify list",
  });
  const name = NAMES.find((each) => each === given || options.has(each)) ?? "sha256";
  const shown = given === undefined && !NAMES.some((each) => options.has(each)) ? "SHA256" : SHOWN[name];
  const hash = SIGNABLE[name];
  const [file] = options.operands;
  const signer = options.get("sign");
  if (signer !== undefined) {
    if (hash === undefined) throw new Said(`dgst: signatures with ${name} are not modeled on this machine; see /reference/machine\n`);
    await writeOutput(self, options.get("out"), await sign(await loadKey(self, signer), hash, await readInput(self, file)));
    return 0;
  }
  const verifier = options.get("verify");
  if (verifier !== undefined) {
    const block = readPem(self.files.readText(verifier)).find(({ label }) => label === "PUBLIC KEY");
    if (block === undefined || hash === undefined) throw new Said(`Could not read public key from ${verifier}\n`);
    const signature = self.files.readFile(options.get("signature") ?? "");
    const right = await verify(readPublicKey(readDer(block.bytes)), hash, await readInput(self, file), signature);
    await self.print(right ? "Verified OK\n" : "Verification failure\n");
    return right ? 0 : 1;
  }
  const secret = options.get("hmac");
  for (const each of options.operands.length === 0 ? [undefined] : options.operands) {
    if (each !== undefined && !self.files.exists(each))
      throw new Said(
        `${each}: No such file or directory\n${errorLine(`80000002:system library:file_ctrl:No such file or directory:../crypto/bio/bss_file.c:297:calling fopen(${each}, r)`)}${errorLine("10080002:BIO routines:file_ctrl:system lib:../crypto/bio/bss_file.c:300:")}`,
      );
    const data = await readInput(self, each);
    const digest = secret === undefined ? DIGESTS[name](data) : hmac(name, encode(secret), data);
    const text = options.has("c") ? (digest.match(/../g) ?? []).join(":") : digest;
    const label = `${secret === undefined ? "" : "HMAC-"}${shown}(${each ?? "stdin"})= `;
    if (options.has("binary")) await writeOutput(self, options.get("out"), bytesOf(digest));
    else await writeOutput(self, options.get("out"), options.has("r") ? `${text} *${each ?? "stdin"}\n` : `${label}${text}\n`);
  }
  return 0;
}

export async function rand(self: Process, words: readonly string[]): Promise<number> {
  const options = new Options("rand", words, { flags: "hex base64", valued: "out", real: "engine" });
  const count = Number(options.operands[0]);
  if (!(count > 0)) throw new UsageFailure("rand", "");
  const source = self.files.open("/dev/urandom", 0);
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count; ) {
    const chunk = await source.read(count - at, self.ended);
    bytes.set(chunk, at);
    at += chunk.length;
  }
  source.release();
  const lines = (base64(bytes).match(/.{1,64}/g) ?? []).join("\n");
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  await writeOutput(self, options.get("out"), options.has("hex") ? `${hex}\n` : options.has("base64") ? `${lines}\n` : bytes);
  return 0;
}

export async function base64Command(self: Process, words: readonly string[]): Promise<number> {
  const options = new Options("base64", words, { flags: "d e A a base64", valued: "in out" });
  const data = await readInput(self, options.get("in"));
  if (options.has("d")) {
    const text = decode(data).replace(/\s+/g, "");
    const isRight = /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0;
    await writeOutput(
      self,
      options.get("out"),
      Uint8Array.from(isRight ? atob(text) : "", (character) => character.charCodeAt(0)),
    );
    return 0;
  }
  const text = base64(data);
  await writeOutput(self, options.get("out"), options.has("A") ? text : `${(text.match(/.{1,64}/g) ?? []).join("\n")}\n`);
  return 0;
}

export async function version(self: Process): Promise<number> {
  await self.print(`${OPENSSL_VERSION} (Library: ${OPENSSL_VERSION})\n`);
  return 0;
}
