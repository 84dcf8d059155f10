import { KernelError } from "../errno.ts";
import type { Answer } from "./call.ts";

const hashes = new Map([
  [1, "SHA-1"],
  [256, "SHA-256"],
  [384, "SHA-384"],
  [512, "SHA-512"],
]);

/**
 * PBKDF2 (RFC 8018 5.2) by WebCrypto: Python without OpenSSL has none, and in WebAssembly it would take seconds. `args`: iterations,
 * key length in bytes, hash, length of the password; `data`: password, then salt. Throws EINVAL.
 */
export async function derive(args: readonly number[], data: Uint8Array): Promise<Answer> {
  const [iterations = 0, length = 0, hash = 0, passwordLength = 0] = args;
  const name = hashes.get(hash);
  if (name === undefined || iterations < 1 || length < 1) throw new KernelError("EINVAL", "pbkdf2");
  const key = await crypto.subtle.importKey("raw", data.slice(0, passwordLength), "PBKDF2", false, ["deriveBits"]);
  const parameters = { name: "PBKDF2", hash: name, salt: data.slice(passwordLength), iterations };
  return { result: length, data: new Uint8Array(await crypto.subtle.deriveBits(parameters, key, length * 8)) };
}
