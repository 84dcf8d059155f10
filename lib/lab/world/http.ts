/** A request as a browser or a check makes it: HTTP or https, with what the connection tells. */
import { HttpFailure, httpRequest } from "../../kernel/http-client.ts";
import type { Files } from "../../kernel/types.ts";
import { sha256 } from "../../programs/core/hash.ts";
import {
  type Certificate,
  connectTls,
  nameText,
  TlsFailure,
  type TlsSession,
  trustOf,
  VERIFY,
  type Verification,
} from "../../programs/tls/index.ts";
import { labRoots } from "../../programs/tls/lab-authority.ts";
import type { TlsFacts, TlsProblem } from "../types.ts";
import type { Asker } from "./outsiders.ts";
import type { HttpAnswer, HttpRequest, HttpFailure as NoAnswer } from "./world.ts";

/** Asks as a client on that machine, with what it trusts where it has files; a failure is told, and not thrown. */
export async function askOverHttp(machine: Asker & { readonly files?: Files }, request: HttpRequest): Promise<HttpAnswer | NoAnswer> {
  let session: TlsSession | undefined;
  try {
    const answer = await httpRequest(machine, {
      ...request,
      by: request.grading ? "check" : (request.by ?? "browser"),
      secure: async (socket, host, signal) => {
        const stream = await connectTls(socket, {
          serverName: host,
          trust: [...labRoots(), ...(machine.files === undefined ? [] : trustOf(machine.files))],
          insecure: request.insecure,
          nowMs: machine.kernel.clock.now(),
          alpn: ["h2", "http/1.1"],
          signal,
        });
        ({ session } = stream);
        return stream;
      },
    });
    return session === undefined ? answer : { ...answer, tls: factsOf(session, session.verification) };
  } catch (error) {
    if (error instanceof TlsFailure) {
      if (error.verification === undefined) return { failure: "tls" };
      return { failure: "certificate", tls: factsOf(undefined, error.verification) };
    }
    if (!(error instanceof HttpFailure)) throw error;
    switch (error.reason) {
      case "refused":
      case "unknown-host":
      case "timeout":
      case "closed":
      case "reset":
      case "no-answer":
        return { failure: error.reason };
      case "unreachable":
        return { failure: "no-answer" };
      default:
        // It did answer, and not in HTTP.
        return { failure: error.reason === "protocol" ? "invalid" : "closed" };
    }
  }
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
