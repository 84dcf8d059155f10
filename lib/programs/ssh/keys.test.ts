import { expect, test } from "vitest";
import { ed25519PublicKey, ed25519Sign, ed25519Verify } from "./ed25519.ts";
import {
  bitsOf,
  ed25519Key,
  fingerprint,
  parsePrivateKey,
  parsePublicKey,
  privateKeyFile,
  publicLine,
  randomArt,
  rsaKey,
  sign,
  verify,
} from "./keys.ts";

const hex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

test("Ed25519 gives the keys and signatures of RFC 8032, 7.1", () => {
  const cases = [
    {
      secret: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      open: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      message: "",
      signature:
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    },
    {
      secret: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      open: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
      message: "af82",
      signature:
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    },
  ];
  for (const { secret, open, message, signature } of cases) {
    expect(ed25519PublicKey(hex(secret))).toEqual(hex(open));
    expect(ed25519Sign(hex(secret), hex(message))).toEqual(hex(signature));
    expect(ed25519Verify(hex(open), hex(message), hex(signature))).toBe(true);
    expect(ed25519Verify(hex(open), hex(`${message}00`), hex(signature))).toBe(false);
  }
});

// Made and described by OpenSSH 9.2.
const file = `-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACCag8zLcQ7+0+brgFglBskecVvMGYEqa7C76ogcUFQI3wAAAIglRWpGJUVq
RgAAAAtzc2gtZWQyNTUxOQAAACCag8zLcQ7+0+brgFglBskecVvMGYEqa7C76ogcUFQI3w
AAAECgrWKL4GcUHb1PAOnH185tcjlxAsmYtlby5ZVeryHGApqDzMtxDv7T5uuAWCUGyR5x
W8wZgSprsLvqiBxQVAjfAAAABXUxQHZt
-----END OPENSSH PRIVATE KEY-----
`;
const line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJqDzMtxDv7T5uuAWCUGyR5xW8wZgSprsLvqiBxQVAjf u1@vm";
const art = `+--[ED25519 256]--+
|.o+ .            |
|++E+   . .       |
|.O+ . . =        |
|B+*. . + o       |
|+*o=. * S .      |
|. = o+ X .       |
|   =  * B        |
|  . o  *         |
|   ..o. .        |
+----[SHA256]-----+`;

test("a key file of OpenSSH is read, and written byte for byte; fingerprint and picture are OpenSSH's", () => {
  const key = parsePrivateKey(file);
  if (key === undefined || key === "encrypted") throw new Error("the key was not read");
  expect(publicLine(key.public)).toBe(line);
  expect(privateKeyFile(key, 0x25456a46)).toBe(file);
  expect(fingerprint(key.public)).toBe("SHA256:ZLl6LBT9ikPDz/AOQEDujNBcwo6yIc3e2O4vsBFygHM");
  expect(randomArt(key.public)).toBe(art);
  expect(parsePublicKey(line)).toEqual(key.public);
  expect(parsePublicKey(line.replace("AAAAC3", "AAAAC4"))).toBeUndefined();
});

test("a signature is good for its key and its message only; RSA keys survive their file", async () => {
  const message = new TextEncoder().encode("session");
  const mine = ed25519Key(new Uint8Array(32).fill(7), "me");
  const other = ed25519Key(new Uint8Array(32).fill(8), "other");
  const rsa = await rsaKey(2048, "me@laptop");
  const read = parsePrivateKey(privateKeyFile(rsa, 1));
  if (read === undefined || read === "encrypted") throw new Error("the key was not read");
  expect(bitsOf(read.public)).toBe(2048);
  for (const key of [mine, read]) {
    const signature = await sign(key, message);
    expect(await verify(key.public, message, signature)).toBe(true);
    expect(await verify(key.public, new TextEncoder().encode("sessions"), signature)).toBe(false);
    expect(await verify(other.public, message, signature)).toBe(false);
  }
  expect(parsePrivateKey("no key")).toBeUndefined();
});
