/** curl's TLS: its options, what -v shows of a handshake, and what it says when that fails (lib/vtls/openssl.c). */
import { KernelError } from "../../kernel/errno.ts";
import type { Process } from "../../kernel/types.ts";
import { Failure } from "../core/errors.ts";
import type { Arguments } from "../core/options.ts";
import {
  type Certificate,
  connectTls,
  curlNameText,
  isFor,
  matchedName,
  readBundle,
  TlsFailure,
  type TlsStream,
  type TlsTrace,
  type TlsVersion,
  TRUST_FILE,
  type Transport,
  trustOf,
  VERSIONS,
} from "../tls/index.ts";
import { OPENSSL_NUMBER } from "../tls/version.ts";

/** Under the message of a certificate that is not trusted (src/tool_operate.c). */
const MORE_DETAILS = `
More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the web page mentioned above.`;

/** Names that OpenSSL's trace gives to messages (ssl_msg_type of curl). */
const MESSAGES: Readonly<Record<number, string>> = {
  1: "Client hello",
  2: "Server hello",
  8: "Encrypted Extensions",
  11: "Certificate",
  15: "CERT verify",
  20: "Finished",
};
/** SSL_alert_desc_string_long(3). */
const ALERTS: Readonly<Record<number, string>> = {
  0: "close notify",
  10: "unexpected message",
  40: "handshake failure",
  42: "bad certificate",
  45: "certificate expired",
  46: "certificate unknown",
  48: "unknown CA",
  70: "protocol version",
  80: "internal error",
  112: "unrecognized name",
  120: "no application protocol",
};

export interface CurlTlsContext {
  readonly self: Process;
  readonly args: Arguments;
  readonly host: string;
  readonly signal: AbortSignal;
  /** A line of -v. */
  readonly note: (text: string) => Promise<void>;
  /** "[5 bytes data]", where -v shows it. */
  readonly dataNote: (mark: string, length: number) => Promise<void>;
}

/** The line of -v for a message, without its mark. */
function traceLine(event: TlsTrace, version: TlsVersion): string {
  const way = `${version} (${event.direction === "out" ? "OUT" : "IN"})`;
  if (event.what === "change-cipher") return `${way}, TLS change cipher, Change cipher spec (1):`;
  if (event.what === "handshake") return `${way}, TLS handshake, ${MESSAGES[event.type] ?? "Unknown"} (${event.type}):`;
  return `${way}, TLS alert, ${ALERTS[event.type] ?? "unknown"} (${(event.fatal ? 512 : 256) + event.type}):`;
}

function versionsOf(args: Arguments): readonly TlsVersion[] {
  const least = args.has("tlsv1.3") ? "TLSv1.3" : args.has("tlsv1.1") ? "TLSv1.1" : args.has("tlsv1.0") ? "TLSv1" : "TLSv1.2";
  const most = args.get("tls-max");
  if (most !== undefined && !/^(1\.[0-3]|default)$/.test(most)) throw new Failure(`(2) unknown TLS version '${most}'`, 2);
  const highest: Readonly<Record<string, TlsVersion>> = { "1.0": "TLSv1", "1.1": "TLSv1.1", "1.2": "TLSv1.2" };
  const top = VERSIONS.indexOf(highest[most ?? ""] ?? "TLSv1.3");
  // With a maximum below the usual minimum, that maximum is all.
  return VERSIONS.slice(Math.min(VERSIONS.indexOf(least), top), top + 1);
}

/** The bundle that is trusted, and its name for -v. */
function trustFor(self: Process, args: Arguments): { readonly name: string; readonly certificates: readonly Certificate[] } {
  const name = args.get("cacert") ?? self.env.CURL_CA_BUNDLE ?? self.env.SSL_CERT_FILE ?? TRUST_FILE;
  const folder = args.get("capath");
  const inFolder = folder === undefined || !self.files.exists(folder) ? [] : self.files.readdir(folder);
  const more = inFolder.flatMap((entry) => readBundle(self.files.readText(`${folder}/${entry.name}`)));
  if (args.get("cacert") === undefined && !self.files.exists(name)) return { name, certificates: more };
  let text: string;
  try {
    text = self.files.readText(name);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    throw new Failure(`(77) error setting certificate file: ${name}`, 77);
  }
  const found = name === TRUST_FILE ? trustOf(self.files) : readBundle(text);
  if (args.has("cacert") && found.length === 0) throw new Failure(`(77) error setting certificate file: ${name}`, 77);
  return { name, certificates: [...found, ...more] };
}

const dateText = (ms: number) =>
  new Date(ms)
    .toUTCString()
    .replace(/^\w+, (\d+) (\w+) (\d+) ([\d:]+) GMT$/, "$2 $1 $4 $3 GMT")
    .replace(/^(\w+) 0/, "$1  ");

/** The plain stream over a connected socket, which it takes over. Throws Failure with curl's number; `verified` hears OpenSSL's result. */
export async function startTls(context: CurlTlsContext, socket: Transport, verified: (code: number) => void): Promise<TlsStream> {
  const { self, args, host, note } = context;
  const certificate = args.get("cert");
  if (certificate !== undefined) {
    const file = certificate.replace(/:[^:/]*$/, "");
    if (!self.files.exists(file))
      throw new Failure(
        `(58) could not load PEM client certificate from ${file}, OpenSSL error error:80000002:system library::No such file or directory, (no key found, wrong pass phrase, or wrong file format?)`,
        58,
      );
    throw new Failure("(58) certificates of clients are real, but this machine does not model them; see /reference/machine", 58);
  }
  const insecure = args.has("insecure");
  const trust = insecure ? { name: "", certificates: [] } : trustFor(self, args);
  const versions = versionsOf(args);
  const shown = versions.at(-1) ?? "TLSv1.3";
  await note("ALPN: offers h2,http/1.1");
  const events: TlsTrace[] = [];
  const flush = async () => {
    for (const event of events.splice(0)) {
      await note(traceLine(event, shown));
      await context.dataNote(event.direction === "out" ? "}" : "{", event.size);
      if (event.type === 1 && event.what === "handshake" && !insecure) {
        await note(` CAfile: ${trust.name}`);
        await note(` CApath: ${args.get("capath") ?? "/etc/ssl/certs"}`);
      }
    }
  };
  let stream: TlsStream;
  try {
    stream = await connectTls(socket, {
      serverName: host,
      ignoreName: true,
      trust: insecure ? trustOf(self.files) : trust.certificates,
      insecure,
      nowMs: self.machine.kernel.clock.now(),
      alpn: ["h2", "http/1.1"],
      versions,
      trace: (event) => events.push(event),
      signal: context.signal,
    });
  } catch (error) {
    await flush();
    verified(error instanceof TlsFailure ? (error.verification?.code ?? 0) : 0);
    throw handshakeFailure(error, host, socket);
  }
  await flush();
  verified(stream.session.verification?.code ?? 0);
  const refused = await describeSession(stream, host, insecure, note);
  if (refused === undefined) return stream;
  stream.release();
  throw refused;
}

/** What -v says of the certificate; a failure where it is not this host's. */
async function describeSession(
  stream: TlsStream,
  host: string,
  insecure: boolean,
  note: CurlTlsContext["note"],
): Promise<Failure | undefined> {
  const { session } = stream;
  const [leaf] = session.chain;
  await note(`SSL connection using ${session.version} / ${session.cipher}`);
  await note(
    session.alpn === undefined ? "ALPN: server did not agree on a protocol. Uses default." : `ALPN: server accepted ${session.alpn}`,
  );
  if (leaf === undefined) return undefined;
  await note("Server certificate:");
  await note(` subject: ${curlNameText(leaf.subject)}`);
  await note(` start date: ${dateText(leaf.notBeforeMs)}`);
  await note(` expire date: ${dateText(leaf.notAfterMs)}`);
  const alternatives = leaf.altNames.some(({ kind }) => kind === "dns" || kind === "ip");
  if (!insecure && !isFor(leaf, host)) {
    const common = leaf.subject.parts.findLast(({ type }) => type === "CN")?.value ?? "";
    if (alternatives) await note(` subjectAltName does not match ${host}`);
    const text = alternatives
      ? `SSL: no alternative certificate subject name matches target host name '${host}'`
      : `SSL: certificate subject name '${common}' does not match target host name '${host}'`;
    await note(text);
    return new Failure(`(60) ${text}${MORE_DETAILS}`, 60);
  }
  const matched = insecure ? undefined : matchedName(leaf, host);
  if (matched?.kind === "alt") await note(` subjectAltName: host "${host}" matched cert's "${matched.name}"`);
  if (matched?.kind === "common") await note(` common name: ${matched.name} (matched)`);
  await note(` issuer: ${curlNameText(leaf.issuer)}`);
  const { verification } = session;
  await note(
    verification === undefined || verification.code === 0
      ? " SSL certificate verify ok."
      : ` SSL certificate verify result: ${verification.text} (${verification.code}), continuing anyway.`,
  );
  await note(session.alpn === undefined ? "using HTTP/1.x" : "using HTTP/1.1");
  return undefined;
}

function handshakeFailure(error: unknown, host: string, socket: Transport): unknown {
  if (error instanceof TlsFailure) {
    if (error.verification !== undefined) return new Failure(`(60) SSL certificate problem: ${error.verification.text}${MORE_DETAILS}`, 60);
    return new Failure(`(35) OpenSSL/${OPENSSL_NUMBER}: ${error.message}`, 35);
  }
  if (!(error instanceof KernelError)) return error;
  return new Failure(`(35) OpenSSL SSL_connect: ${error.text} in connection to ${host}:${socket.remote?.port ?? 443} `, 35);
}
