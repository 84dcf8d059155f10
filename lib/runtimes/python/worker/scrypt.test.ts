import { pbkdf2Sync } from "node:crypto";
import { expect, test } from "vitest";
import { type Pbkdf2, scrypt } from "./scrypt.ts";

const pbkdf2: Pbkdf2 = (password, salt, length) => new Uint8Array(pbkdf2Sync(password, salt, 1, length, "sha256"));
const bytes = (text: string) => new TextEncoder().encode(text);
const hex = (data: Uint8Array) => Buffer.from(data).toString("hex");

test("scrypt gives what RFC 7914, section 12, lists", () => {
  expect(hex(scrypt(bytes(""), bytes(""), { n: 16, r: 1, p: 1 }, 64, pbkdf2))).toBe(
    "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906",
  );
  expect(hex(scrypt(bytes("password"), bytes("NaCl"), { n: 1024, r: 8, p: 16 }, 64, pbkdf2))).toBe(
    "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
  );
});
