/** openssl(1): the random numbers that deployment guides ask it for. */
import { Failure } from "../core/errors.ts";
import { program } from "../core/program.ts";

export const openssl = program({
  name: "openssl",
  summary: "OpenSSL command line program",
  section: "system",
  origin: "OpenSSL 3.0",
  synopsis: ["rand [-hex | -base64] [-out FILE] NUM"],
  limits: "Of openssl's commands only rand is modeled.",
  ownParsing: "all",
  run: async (self, args) => {
    const [command, ...rest] = args.raw;
    if (command === "version") {
      await self.print("OpenSSL 3.0.16 11 Feb 2025 (Library: OpenSSL 3.0.16 11 Feb 2025)\n");
      return 0;
    }
    if (command !== "rand")
      throw new Failure(`'openssl ${command ?? ""}' is real, but this machine does not model it; see /reference/machine`);
    const count = Number(rest.find((word) => /^\d+$/.test(word)));
    if (!(count > 0)) {
      await self.error("rand: Use -help for summary.\n");
      return 1;
    }
    const source = self.files.open("/dev/urandom", 0);
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count; ) {
      const chunk = await source.read(count - at, self.ended);
      bytes.set(chunk, at);
      at += chunk.length;
    }
    source.release();
    const text = String.fromCharCode(...bytes);
    let out: string | Uint8Array = bytes;
    if (rest.includes("-hex")) out = `${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}\n`;
    else if (rest.includes("-base64")) out = `${(btoa(text).match(/.{1,64}/g) ?? []).join("\n")}\n`;
    const target = rest.indexOf("-out");
    if (target >= 0) self.files.writeFile(rest[target + 1] ?? "", out);
    else await self.print(out);
    return 0;
  },
});
