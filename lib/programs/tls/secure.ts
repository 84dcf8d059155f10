/**
 * TLS for worker processes: what a program would do with OpenSSL, the kernel does for it, on a socket that is connected already. The program
 * reads and writes plain bytes from then on.
 */
import type { SecureSocket } from "../../kernel/secure-socket.ts";
import { type AltName, type Certificate, serialText } from "./certificate.ts";
import { TlsFailure } from "./failure.ts";
import { connectTls, serveTls } from "./handshake.ts";
import type { TlsVersion } from "./messages.ts";
import type { NamePart } from "./names.ts";
import { LoadFailure, loadServerCertificate } from "./server-certificate.ts";
import type { TlsSession } from "./stream.ts";
import { readBundle } from "./trust.ts";
import { VERIFY } from "./verify.ts";

/** What python/tls.py sends. */
export interface SecureRequest {
  readonly side: "client" | "server";
  readonly versions: readonly TlsVersion[];
  readonly alpn: readonly string[];
  /** Of a client: the host that is meant, whether its name is looked for, whether the certificate must be good, and PEM of whom it trusts. */
  readonly serverName?: string;
  readonly checkName?: boolean;
  readonly verify?: boolean;
  readonly trust?: string;
  /** Of a server: PEM. */
  readonly certificate?: string;
  readonly key?: string;
}

interface ToldCertificate {
  readonly der: string;
  readonly version: number;
  readonly serial: string;
  readonly subject: readonly NamePart[];
  readonly issuer: readonly NamePart[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly altNames: readonly AltName[];
}

/** What it is answered: the session, or why there is none. `reason` has OpenSSL's words. */
export type SecureAnswer =
  | { readonly version: string; readonly cipher: string; readonly alpn: string | null; readonly chain: readonly ToldCertificate[] }
  | { readonly failure: TlsFailure["reason"] | LoadFailure["reason"]; readonly text: string; readonly code?: number };

export const secure: SecureSocket = async (machine, socket, request, signal) => {
  const wanted = request as SecureRequest;
  try {
    const stream =
      wanted.side === "client"
        ? await connectTls(socket, {
            trust: readBundle(wanted.trust ?? ""),
            insecure: wanted.verify !== true,
            ignoreName: wanted.checkName !== true,
            nowMs: machine.kernel.clock.now(),
            alpn: wanted.alpn,
            versions: wanted.versions,
            signal,
            ...(wanted.serverName === undefined ? {} : { serverName: wanted.serverName }),
          })
        : await serve(socket, wanted, signal);
    return { stream, answer: told(stream.session) };
  } catch (error) {
    if (error instanceof TlsFailure) return { answer: failed(error, wanted) };
    if (error instanceof LoadFailure) return { answer: { failure: error.reason, text: error.message } };
    throw error;
  }
};

function serve(socket: Parameters<SecureSocket>[1], { certificate = "", key = "", versions, alpn }: SecureRequest, signal: AbortSignal) {
  const own = loadServerCertificate(certificate, key);
  return serveTls(socket, () => own, { versions, alpn, signal });
}

function told({ version, cipher, alpn, chain }: TlsSession): SecureAnswer {
  return { version, cipher, alpn: alpn ?? null, chain: chain.map(toldCertificate) };
}

function toldCertificate(each: Certificate): ToldCertificate {
  return {
    der: btoa(String.fromCharCode(...each.raw)),
    version: each.version,
    serial: serialText(each),
    subject: each.subject.parts,
    issuer: each.issuer.parts,
    notBeforeMs: each.notBeforeMs,
    notAfterMs: each.notAfterMs,
    altNames: each.altNames,
  };
}

function failed(error: TlsFailure, { serverName = "" }: SecureRequest): SecureAnswer {
  const found = error.verification;
  if (error.reason !== "certificate" || found === undefined) return { failure: error.reason, text: error.text };
  // As _ssl.c words it (fill_and_set_sslerror).
  const what = /^[\d.]+$|:/.test(serverName) ? "IP address" : "Hostname";
  const isName = found.code === VERIFY.hostnameMismatch;
  const text = isName ? `${what} mismatch, certificate is not valid for '${serverName}'.` : found.text;
  return { failure: error.reason, text, code: found.code };
}
