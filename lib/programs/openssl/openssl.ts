/** openssl(1), OpenSSL 3.0, in the table of programs; what it does is loaded when it is first run. */
import { program } from "../core/program.ts";

export const openssl = program({
  name: "openssl",
  summary: "OpenSSL command line program",
  section: "system",
  origin: "OpenSSL 3.0",
  synopsis: ["command [options ...]"],
  description:
    "Commands: base64, dgst, ec, ecparam, genpkey, genrsa, help, md5, pkey, rand, req, rsa, s_client, sha1, sha256, sha384, sha512, verify, version, x509.",
  limits:
    "Keys are RSA and the curves P-256, P-384 and P-521, without passphrases. Connections of s_client are not encrypted inside this world, and there are no session tickets.",
  ownParsing: "all",
  run: async (self, args) => (await import("./main.ts")).runOpenssl(self, args.raw),
});
