/** Does who asks command the name? The challenges of RFC 8555 8, with the words of Let's Encrypt's Boulder when it fails (va/http.go, va/dns.go). */

import type { DnsType } from "../../../kernel/dns.ts";
import { HttpFailure, type HttpResponse, httpRequest } from "../../../kernel/http-client.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { MachineNetwork } from "../../../kernel/machine-network.ts";
import { sha256 } from "../../../programs/core/hash.ts";
import { decode, encode } from "../../../programs/core/io.ts";
import { connectTls, TlsFailure } from "../../../programs/tls/index.ts";
import { base64Url } from "../../../programs/tls/pem.ts";

export interface Problem {
  /** Without its prefix, "urn:ietf:params:acme:error:". */
  readonly type: string;
  readonly detail: string;
  readonly status: number;
}

export interface Attempt {
  readonly name: string;
  readonly token: string;
  readonly keyAuthorization: string;
}

export interface Validator {
  readonly kernel: Kernel;
  readonly network: MachineNetwork;
}

const AGENT = "Mozilla/5.0 (compatible; Let's Encrypt validation server; +https://www.letsencrypt.org)";
const MOST_REDIRECTS = 10;
const PATIENCE_MS = 10_000;
/** Of a wrong answer, so much is told. */
const SHOWN_CHARACTERS = 128;

const problem = (type: string, detail: string): Problem => ({ type, detail, status: type === "unauthorized" ? 403 : 400 });

/** A question to the name's own servers: an authority does not trust what others remember. */
function lookUp({ kernel }: Validator, name: string, type: DnsType) {
  const answer = kernel.network.names.authoritative({ name, type });
  if (answer.status === "NOERROR") return { records: answer.answers.filter((each) => each.type === type).map(({ value }) => value) };
  if (answer.status === "SERVFAIL")
    return { failure: `DNS problem: SERVFAIL looking up ${type} for ${name} - the domain's nameservers may be malfunctioning` };
  return { failure: `DNS problem: NXDOMAIN looking up ${type} for ${name} - check that a DNS record exists for this domain` };
}

/** The first address of a name, or what is wrong with its DNS. */
function addressOf(validator: Validator, name: string): string | Problem {
  const four = lookUp(validator, name, "A");
  const six = lookUp(validator, name, "AAAA");
  const [address] = four.records ?? [];
  if (address !== undefined) return address;
  if (four.failure !== undefined) return problem("dns", [four.failure, six.failure].filter((each) => each !== undefined).join("; "));
  return problem("dns", `no valid A records found for ${name}; no valid AAAA records found for ${name}`);
}

/** Undefined: it holds. */
export async function validateHttp(validator: Validator, { name, token, keyAuthorization }: Attempt): Promise<Problem | undefined> {
  let url = `http://${name}/.well-known/acme-challenge/${token}`;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const { hostname, port, protocol } = new URL(url);
    const address = addressOf(validator, hostname);
    if (typeof address !== "string") return address;
    if (port !== "")
      return problem(
        "connection",
        `${address}: Fetching ${url}: Invalid port in redirect target. Only ports 80 and 443 are supported, not ${port}`,
      );
    const answer = await fetchFrom(validator, url, address);
    if (typeof answer === "string") return problem("connection", `${address}: Fetching ${url}: ${answer}`);
    const location = answer.headers.find(([header]) => header.toLowerCase() === "location")?.[1];
    if (answer.status >= 300 && answer.status < 400 && location !== undefined && URL.canParse(location, url)) {
      url = new URL(location, url).href;
      if (!/^https?:$/.test(protocol))
        return problem("connection", `${address}: Fetching ${url}: Invalid protocol scheme in redirect target.`);
      continue;
    }
    if (answer.status !== 200) return problem("unauthorized", `${address}: Invalid response from ${url}: ${answer.status}`);
    const text = decode(answer.body).trimEnd();
    if (text === keyAuthorization) return undefined;
    return problem(
      "unauthorized",
      `${address}: The key authorization file from the server did not match this challenge. Expected ${JSON.stringify(keyAuthorization)} (got ${JSON.stringify(text.slice(0, SHOWN_CHARACTERS))})`,
    );
  }
  return problem("connection", `Fetching ${url}: Too many redirects`);
}

/** The answer, or why there is none. */
async function fetchFrom({ kernel, network }: Validator, url: string, address: string): Promise<HttpResponse | string> {
  const asker = { name: "acme.test", kernel, network };
  try {
    return await httpRequest(asker, {
      url,
      address,
      headers: [
        ["User-Agent", AGENT],
        ["Accept", "*/*"],
      ],
      timeoutMs: PATIENCE_MS,
      by: "Lab Encrypt",
      impatient: true,
      // Redirects to https are followed whatever the certificate is.
      secure: (socket, host, signal) =>
        connectTls(socket, { serverName: host, trust: [], insecure: true, nowMs: kernel.clock.now(), signal }),
    });
  } catch (error) {
    if (error instanceof TlsFailure) return `remote error: tls: ${error.text}`;
    if (!(error instanceof HttpFailure)) throw error;
    if (error.reason === "refused") return "Connection refused";
    if (error.reason === "no-answer" || error.reason === "unreachable") return "Timeout during connect (likely firewall problem)";
    if (error.reason === "timeout") return "Timeout after connect (your server may be slow or overloaded)";
    if (error.reason === "closed") return "Error getting validation data: EOF";
    return "Error getting validation data";
  }
}

/** Undefined: it holds. */
export function validateDns(validator: Validator, { name, keyAuthorization }: Attempt): Problem | undefined {
  const place = `_acme-challenge.${name}`;
  const found = lookUp(validator, place, "TXT");
  if (found.records === undefined) return problem("dns", found.failure ?? "");
  const hex = sha256(encode(keyAuthorization));
  const expected = base64Url(Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
  if (found.records.includes(expected)) return undefined;
  const [first] = found.records;
  if (first === undefined) return problem("unauthorized", `No TXT record found at ${place}`);
  const more = found.records.length > 1 ? ` (and ${found.records.length - 1} more)` : "";
  return problem("unauthorized", `Incorrect TXT record ${JSON.stringify(first)}${more} found at ${place}`);
}
