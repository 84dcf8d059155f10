/** openssl's commands, loaded when one is first run. */
import type { Process } from "../../kernel/types.ts";
import { Failure } from "../core/errors.ts";
import { UnusableKey } from "../tls/keys.ts";
import { Said, UsageFailure } from "./command.ts";
import { ec, ecparam, genpkey, genrsa, pkey, rsa } from "./keys.ts";
import { req } from "./req.ts";
import { sClient } from "./s-client.ts";
import { base64Command, dgst, isDigest, rand, version } from "./small.ts";
import { verify } from "./verify.ts";
import { x509 } from "./x509.ts";

type Command = (self: Process, words: readonly string[]) => Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = {
  base64: base64Command,
  dgst: (self, words) => dgst(self, words),
  ec,
  ecparam,
  genpkey,
  genrsa,
  pkey,
  rand,
  req,
  rsa,
  s_client: sClient,
  verify,
  version,
  x509,
};

const REAL =
  "asn1parse ca ciphers cmp cms crl crl2pkcs7 dhparam dsa dsaparam enc engine errstr fipsinstall gendsa info kdf list mac nseq ocsp passwd pkcs12 pkcs7 pkcs8 pkeyparam pkeyutl prime rehash rsautl s_server s_time sess_id smime speed spkac srp storeutl ts aes-256-cbc aes-128-cbc blake2b512 sha3-256".split(
    " ",
  );

export async function runOpenssl(self: Process, raw: readonly string[]): Promise<number> {
  const [name = "help", ...words] = raw;
  const command = COMMANDS[name];
  try {
    if (command !== undefined) return await command(self, words);
    if (isDigest(name)) return await dgst(self, words, name);
  } catch (error) {
    if (error instanceof Said) {
      await self.error(error.text);
      return error.status;
    }
    if (error instanceof UsageFailure) {
      await self.error(`${error.message === "" ? "" : `${name}: ${error.message}\n`}${name}: Use -help for summary.\n`);
      return 1;
    }
    if (error instanceof UnusableKey) throw new Failure(`${error.message}; see /reference/machine`);
    throw error;
  }
  if (name === "help") {
    await self.error(`help:\n\nCommands of this machine\n${Object.keys(COMMANDS).sort().join("\n")}\n`);
    return 0;
  }
  if (REAL.includes(name)) throw new Failure(`'openssl ${name}' is real, but this machine does not model it; see /reference/machine`);
  await self.error(`Invalid command '${name}'; type "help" for a list.\n`);
  return 1;
}
