/** TLS as the browser and the checks speak it, and what they tell of it. */
import type { Files, StreamSocket } from "../../kernel/types.ts";
import { sha256 } from "../../programs/core/hash.ts";
import {
  type Certificate,
  connectTls,
  nameText,
  TlsFailure,
  type TlsSession,
  type TlsStream,
  trustOf,
  VERIFY,
  type Verification,
} from "../../programs/tls/index.ts";
import { labRoots } from "../../programs/tls/lab-authority.ts";
import type { TlsFacts, TlsProblem } from "../types.ts";
import type { Asker } from "./outsiders.ts";

export interface SecureOptions {
  readonly host: string;
  readonly insecure: boolean | undefined;
  readonly signal: AbortSignal;
}

/** Trusted are the lab's authority and, where the asker has files, what its machine trusts. Rejects as `connectTls` does. */
export async function openSecure(
  machine: Asker & { readonly files?: Files },
  socket: StreamSocket,
  { host, insecure, signal }: SecureOptions,
): Promise<{ readonly stream: TlsStream; readonly facts: TlsFacts | undefined }> {
  const stream = await connectTls(socket, {
    serverName: host,
    trust: [...labRoots(), ...(machine.files === undefined ? [] : trustOf(machine.files))],
    insecure,
    nowMs: machine.kernel.clock.now(),
    alpn: ["h2", "http/1.1"],
    signal,
  });
  return { stream, facts: factsOf(stream.session, stream.session.verification) };
}

/** Undefined: it was no certificate's fault. */
export function factsOfFailure(error: Error): TlsFacts | undefined {
  return error instanceof TlsFailure && error.verification !== undefined ? factsOf(undefined, error.verification) : undefined;
}

function factsOf(session: TlsSession | undefined, verification: Verification | undefined): TlsFacts | undefined {
  const leaf: Certificate | undefined = session?.chain[0] ?? verification?.chain[0];
  if (leaf === undefined) return undefined;
  const { subject, issuer, altNames, notBeforeMs, notAfterMs } = leaf;
  return {
    version: session?.version ?? "",
    cipher: session?.cipher ?? "",
    subject: nameText(subject),
    issuer: nameText(issuer),
    names: altNames.filter(({ kind }) => kind === "dns" || kind === "ip").map(({ value }) => value),
    notBeforeMs,
    notAfterMs,
    fingerprint: sha256(leaf.raw),
    problem: problemOf(verification),
  };
}

/** Chrome's names (net/base/net_error_list.h). */
function problemOf(verification: Verification | undefined): TlsProblem | undefined {
  if (verification === undefined || verification.code === VERIFY.ok) return undefined;
  const { code, text } = verification;
  if (code === VERIFY.expired || code === VERIFY.notYetValid) return { name: "ERR_CERT_DATE_INVALID", text };
  if (code === VERIFY.hostnameMismatch) return { name: "ERR_CERT_COMMON_NAME_INVALID", text };
  if (code === VERIFY.signatureFailure) return { name: "ERR_CERT_INVALID", text };
  return { name: "ERR_CERT_AUTHORITY_INVALID", text };
}
