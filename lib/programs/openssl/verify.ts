/** openssl verify: chains of certificates (openssl-verify(1)). */
import { KernelError } from "../../kernel/errno.ts";
import type { Process } from "../../kernel/types.ts";
import { isFor } from "../tls/host-name.ts";
import { nameText } from "../tls/names.ts";
import { readBundle, trustOf } from "../tls/trust.ts";
import { VERIFY, verifyChain, verifyText } from "../tls/verify.ts";
import { errorLine, loadCertificate, Options, Said } from "./command.ts";

function bundle(self: Process, file: string) {
  try {
    return readBundle(self.files.readText(file));
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    throw new Said(
      `Error loading file ${file}\n${errorLine(`80000002:system library:BIO_new_file:${error.text}:../crypto/bio/bss_file.c:67:calling fopen(${file}, r)`)}${errorLine("10000080:BIO routines:BIO_new_file:no such file:../crypto/bio/bss_file.c:75:")}${errorLine("05880002:x509 certificate routines:X509_load_cert_crl_file_ex:system lib:../crypto/x509/by_file.c:229:")}`,
    );
  }
}

export async function verify(self: Process, words: readonly string[]): Promise<number> {
  const options = new Options("verify", words, {
    flags: "show_chain verbose partial_chain no-CAfile no-CApath x509_strict",
    valued: "CAfile untrusted trusted CApath purpose verify_hostname attime",
    real: "crl_check CRLfile policy crl_download",
  });
  const file = options.get("CAfile") ?? options.get("trusted");
  const trusted = [...(file === undefined ? [] : bundle(self, file)), ...(options.has("no-CAfile", "trusted") ? [] : trustOf(self.files))];
  const untrusted = options.all("untrusted").flatMap((each) => bundle(self, each));
  const nowMs = options.has("attime") ? options.number("attime", 0) * 1000 : self.machine.kernel.clock.now();
  let status = 0;
  for (const name of options.operands.length === 0 ? [undefined] : options.operands) {
    const certificate = await loadCertificate(self, name, {
      what: "certificate file",
      after: "Unable to load certificate file\n",
      status: 2,
    });
    const found = await verifyChain([certificate, ...untrusted], trusted, nowMs);
    const host = options.get("verify_hostname");
    const errors = found.errors.filter((each) => each.code !== VERIFY.unableToVerifyLeaf);
    if (host !== undefined && !isFor(certificate, host)) errors.push({ code: VERIFY.hostnameMismatch, depth: 0, certificate });
    const shown = name ?? "stdin";
    const [first] = errors;
    if (first === undefined) {
      await self.print(`${shown}: OK\n`);
      if (options.has("show_chain")) {
        await self.print("Chain:\n");
        for (const [depth, each] of found.chain.entries())
          await self.print(`depth=${depth}: ${nameText(each.subject)}${depth > 0 ? "" : " (untrusted)"}\n`);
      }
      continue;
    }
    status = 2;
    await self.error(
      `${nameText(first.certificate.subject)}\nerror ${first.code} at ${first.depth} depth lookup: ${verifyText(first.code)}\nerror ${shown}: verification failed\n`,
    );
  }
  return status;
}
