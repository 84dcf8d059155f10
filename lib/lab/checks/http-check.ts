import type { Machine } from "../../kernel/types.ts";
import type { HttpCheck, TlsFacts } from "../types.ts";
import { type HttpAnswer, type HttpAsk, type HttpFailure as NoAnswer, probe } from "../world/world.ts";
import { breaks, describe, quote } from "./text-rule.ts";
import type { Verdict } from "./verdict.ts";

/** The longest that a server may take, in milliseconds of the lab's clock. */
const PATIENCE_MS = 15_000;

/** Asks a server of the lab and looks at what comes back. The request is marked, so that it leaves no trace in the history. */
export async function checkHttp(check: HttpCheck, machine: Machine, ask: HttpAsk): Promise<Verdict> {
  const expected = describeHttp(check);
  if (check.refused) {
    const reached = await probe(machine, check.http);
    if (reached === "refused") return { status: "pass", expected, found: expected };
    if (reached === "no-answer") return { status: "fail", expected, found: failureText(reached, check.http) };
    if (reached === "listening") return { status: "fail", expected, found: `something still listens at ${hostOf(check.http)}` };
    return { status: "error", expected, found: failureText(reached, check.http) };
  }
  const answer = await ask({
    url: check.http,
    method: check.method,
    headers: Object.entries(check.headers),
    body: undefined,
    grading: true,
    timeoutMs: PATIENCE_MS,
  });
  if ("failure" in answer) {
    // A slow computer is no mistake of the learner's: an answer that does not come in time decides nothing.
    const status = answer.failure === "timeout" ? "error" : "fail";
    return { status, expected, found: failureText(answer.failure, check.http, answer.tls) };
  }
  const about = judgeCertificate(check, answer.tls, machine.kernel.clock.now());
  return { expected, ...(about ?? judge(check, answer)) };
}

const DAY_MS = 86_400_000;

/** Undefined: there is nothing to say against it. */
function judgeCertificate({ certificate }: HttpCheck, tls: TlsFacts | undefined, nowMs: number): Omit<Verdict, "expected"> | undefined {
  if (certificate === undefined) return undefined;
  const { daysLeft, issuer } = certificate;
  if (tls === undefined) return { status: "fail", found: "an answer without TLS" };
  if (issuer !== undefined && !tls.issuer.includes(issuer)) return { status: "fail", found: `a certificate issued by ${tls.issuer}` };
  const left = Math.floor((tls.notAfterMs - nowMs) / DAY_MS);
  if (daysLeft === undefined || left >= daysLeft) return undefined;
  return { status: "fail", found: `a certificate that ends in ${left} ${left === 1 ? "day" : "days"}` };
}

function describeCertificate({ daysLeft, issuer }: NonNullable<HttpCheck["certificate"]>): string {
  const from = issuer === undefined ? "" : ` of ${issuer}`;
  return `a trusted certificate${from}${daysLeft === undefined ? "" : ` for at least ${daysLeft} more days`}`;
}

function judge(check: HttpCheck, answer: HttpAnswer): Omit<Verdict, "expected"> & { readonly expected?: string } {
  if (check.status !== undefined && answer.status !== check.status) {
    return { status: "fail", expected: String(check.status), found: String(answer.status) };
  }
  for (const [name, rule] of Object.entries(check.responseHeaders ?? {})) {
    const values = answer.headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
    if (values.length === 0) return { status: "fail", expected: describe(rule, `the header ${name}`), found: `no header ${name}` };
    const difference = breaks(rule, values.join(", "), `the header ${name}`);
    if (difference !== undefined) return { status: "fail", expected: difference.expected, found: difference.found };
  }
  if (check.body !== undefined) {
    const difference = breaks(check.body, new TextDecoder().decode(answer.body), "the page");
    if (difference !== undefined) {
      // A page can be long: its title says more than its end.
      const title = /<title[^>]*>([^<]*)/i.exec(new TextDecoder().decode(answer.body))?.[1]?.trim();
      const found = title === undefined || title === "" ? difference.found : `a page called ${quote(title)} without it`;
      return { status: "fail", ...difference, found: difference.expected.startsWith("no ") ? difference.found : found };
    }
  }
  return { status: "pass", found: describeHttp(check) };
}

function describeHttp(check: HttpCheck): string {
  if (check.refused) return `nothing listens at ${hostOf(check.http)}`;
  return [
    ...(check.status === undefined ? [] : [String(check.status)]),
    ...Object.entries(check.responseHeaders ?? {}).map(([name, rule]) => describe(rule, `the header ${name}`)),
    ...(check.body === undefined ? [] : [describe(check.body, "the page")]),
    ...(check.certificate === undefined ? [] : [describeCertificate(check.certificate)]),
  ].join(", ");
}

function failureText(failure: NoAnswer["failure"], url: string, tls?: TlsFacts): string {
  const host = hostOf(url);
  const texts = {
    refused: `nothing: the connection to ${host} was refused`,
    "unknown-host": `nothing: there is no host ${new URL(url).hostname}`,
    "no-answer": `nothing: ${host} does not answer at all`,
    timeout: `no answer from ${host} within ${PATIENCE_MS / 1000} seconds`,
    closed: `nothing: ${host} closed the connection without an answer`,
    reset: `nothing: ${host} reset the connection`,
    invalid: `something that is no HTTP from ${host}`,
    certificate: `a certificate that is not to be trusted: ${tls?.problem?.text ?? "its check failed"}`,
    tls: `no TLS at ${host}: the server there does not speak https`,
  };
  return texts[failure];
}

function hostOf(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port === "" ? (protocol === "https:" ? "443" : "80") : port}`;
}
