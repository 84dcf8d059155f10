/** wget's TLS, as Debian's wget says it: that one is built with GnuTLS (src/gnutls.c). */
import { KernelError } from "../../kernel/errno.ts";
import type { Process, StreamSocket } from "../../kernel/types.ts";
import type { Arguments } from "../core/options.ts";
import { connectTls, readBundle, TlsFailure, type TlsStream, trustOf, VERIFY, type Verification, verifyText } from "../tls/index.ts";
import { Refused } from "./wget-refused.ts";

/** What is wrong about a certificate, in wget's lines; `mark` is ERROR or WARNING. */
function complaints({ errors }: Verification, host: string, mark: string): string[] {
  const codes = new Set(errors.map(({ code }) => code));
  const of = `${mark}: The certificate of ‘${host}’`;
  const chain = errors.filter(({ code }) => code !== VERIFY.hostnameMismatch);
  const lines = chain.length === 0 ? [] : [`${of} is not trusted.`];
  const unknown = [VERIFY.unableToGetLocalIssuer, VERIFY.selfSigned, VERIFY.selfSignedInChain, VERIFY.unableToGetIssuer];
  if (unknown.some((code) => codes.has(code))) lines.push(`${of} doesn't have a known issuer.`);
  if (codes.has(VERIFY.expired)) lines.push(`${of} has expired.`, "The certificate has expired");
  if (codes.has(VERIFY.notYetValid)) lines.push(`${of} is not yet activated.`, "The certificate has not yet been activated");
  for (const code of [VERIFY.invalidAuthority, VERIFY.signatureFailure]) if (codes.has(code)) lines.push(`${of}: ${verifyText(code)}.`);
  if (codes.has(VERIFY.hostnameMismatch)) lines.push(`The certificate's owner does not match hostname ‘${host}’`);
  return lines;
}

/** The plain stream over a connected socket. Throws Refused when it has said why not. */
export async function startTls(
  self: Process,
  args: Arguments,
  host: string,
  socket: StreamSocket,
  signal: AbortSignal,
  log: (line: string) => Promise<void>,
): Promise<TlsStream> {
  const insecure = args.has("no-check-certificate");
  const file = args.get("ca-certificate");
  const bundle = file !== undefined && self.files.exists(file) ? readBundle(self.files.readText(file)) : [];
  if (file !== undefined && bundle.length === 0) await log(`ERROR: Failed to open cert ${file}: (-64).\n`);
  try {
    const nowMs = self.machine.kernel.clock.now();
    const trust = [...bundle, ...trustOf(self.files)];
    const stream = await connectTls(socket, { serverName: host, trust, insecure: true, nowMs, signal });
    const { verification } = stream.session;
    const lines = verification === undefined ? [] : complaints(verification, host, insecure ? "WARNING" : "ERROR");
    for (const line of lines) await log(`${line}\n`);
    if (insecure || lines.length === 0) return stream;
    stream.release();
    throw new Refused(5);
  } catch (error) {
    if (error instanceof TlsFailure) {
      const alert = error.reason === "alert" ? `A TLS fatal alert has been received.` : "An unexpected TLS packet was received.";
      await log(`GnuTLS: ${alert}\nUnable to establish SSL connection.\n`);
      throw new Refused(4);
    }
    if (!(error instanceof KernelError)) throw error;
    await log(`GnuTLS: ${error.text}\nUnable to establish SSL connection.\n`);
    throw new Refused(4);
  }
}
