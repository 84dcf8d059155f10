/** openssl s_client: a connection to a TLS server, and what it shows (openssl-s_client(1)). */
import { KernelError } from "../../kernel/errno.ts";
import type { Process } from "../../kernel/types.ts";
import { type Certificate, certificatePem } from "../tls/certificate.ts";
import { TlsFailure } from "../tls/failure.ts";
import { connectTls } from "../tls/handshake.ts";
import { type TlsVersion, VERSIONS } from "../tls/messages.ts";
import { nameText } from "../tls/names.ts";
import type { TlsStream } from "../tls/stream.ts";
import { readBundle, trustOf } from "../tls/trust.ts";
import { VERIFY, type Verification, type VerifyCode, verifyText } from "../tls/verify.ts";
import { errorLine, Options, Said } from "./command.ts";
import { dateText } from "./text.ts";

/** Where OpenSSL's source notices each failure: its error lines name the place. */
const PLACES: Readonly<Record<string, string>> = {
  "wrong version number": "ssl3_get_record:wrong version number:../ssl/record/ssl3_record.c:350",
  "certificate verify failed": "tls_post_process_server_certificate:certificate verify failed:../ssl/statem/statem_clnt.c:1889",
};

function failureLine(failure: TlsFailure): string {
  const code = failure.message.split(":")[1] ?? "";
  const place = PLACES[failure.text] ?? `ssl3_read_bytes:${failure.text}:../ssl/record/rec_layer_s3.c:1605`;
  const number = failure.reason === "alert" ? `SSL alert number ${failure.alert ?? 0}` : "";
  return errorLine(`${code}:SSL routines:${place}:${number}`);
}

/** What the verifying callback says of each certificate, from the root down (apps/lib/s_cb.c). */
function verifyLines({ chain, errors }: Verification): string {
  const out: string[] = [];
  for (const [depth, each] of [...chain.entries()].reverse()) {
    const head = `depth=${depth} ${nameText(each.subject)}\n`;
    const own = errors.filter((error) => error.depth === depth);
    const late = (code: VerifyCode) =>
      code === VERIFY.expired
        ? `notAfter=${dateText(each.notAfterMs)}\n`
        : code === VERIFY.notYetValid
          ? `notBefore=${dateText(each.notBeforeMs)}\n`
          : "";
    for (const { code } of own) out.push(`${head}verify error:num=${code}:${verifyText(code)}\n${late(code)}verify return:1\n`);
    out.push(`${head}${own.map(({ code }) => late(code)).join("")}verify return:1\n`);
  }
  return out.join("");
}

const kindOf = ({ publicKey: { type } }: Certificate) =>
  type.kind === "rsa" ? `rsaEncryption, ${type.bits} (bit)` : `id-ecPublicKey, ${type.curve.bits} (bit)`;
const digestOf = ({ algorithm }: Certificate) =>
  `${algorithm.name.includes("RSA") ? "RSA" : "ecdsa-with"}-${(algorithm.hash ?? "").replace("-", "")}`;

function chainText(chain: readonly Certificate[], all: boolean): string {
  const lines = chain.map(
    (each, index) =>
      ` ${index} s:${nameText(each.subject)}\n   i:${nameText(each.issuer)}\n   a:PKEY: ${kindOf(each)}; sigalg: ${digestOf(each)}\n   v:NotBefore: ${dateText(each.notBeforeMs)}; NotAfter: ${dateText(each.notAfterMs)}\n${all ? certificatePem(each) : ""}`,
  );
  return `Certificate chain\n${lines.join("")}---\n`;
}

function keyLines(leaf: Certificate, brief: boolean): string {
  const { type } = leaf.publicKey;
  const digest = type.kind === "ec" && type.curve.name !== "P-256" ? (type.curve.name === "P-384" ? "SHA384" : "SHA512") : "SHA256";
  const signature = type.kind === "rsa" ? "RSA-PSS" : "ECDSA";
  return brief
    ? `Hash used: ${digest}\nSignature type: ${signature}\n`
    : `Peer signing digest: ${digest}\nPeer signature type: ${signature}\n`;
}

const END = "Secure Renegotiation IS NOT supported\nCompression: NONE\nExpansion: NONE\n";

/** The part that openssl prints once it is connected. */
function sessionText(stream: TlsStream, options: Options, counts: { read: number; written: number }): string {
  const { session } = stream;
  const [leaf] = session.chain;
  if (leaf === undefined) return "";
  const verification = session.verification;
  const last = verification?.errors.filter(({ depth }) => depth === 0).at(-1) ?? verification?.errors.at(-1);
  const code = last?.code ?? VERIFY.ok;
  const { type } = leaf.publicKey;
  return [
    "---\n",
    chainText(session.chain, options.has("showcerts")),
    `Server certificate\n${options.has("showcerts") ? "" : certificatePem(leaf)}subject=${nameText(leaf.subject)}\nissuer=${nameText(leaf.issuer)}\n---\n`,
    `No client certificate CA names sent\n${keyLines(leaf, false)}---\n`,
    `SSL handshake has read ${counts.read} bytes and written ${counts.written} bytes\n`,
    code === VERIFY.ok ? "Verification: OK\n---\n" : `Verification error: ${verifyText(code)}\n---\n`,
    `New, ${session.version}, Cipher is ${session.cipher}\nServer public key is ${type.kind === "rsa" ? type.bits : type.curve.bits} bit\n${END}`,
    session.alpn === undefined ? "No ALPN negotiated\n" : `ALPN protocol: ${session.alpn}\n`,
    `Early data was not sent\nVerify return code: ${code} (${verifyText(code)})\n---\n`,
  ].join("");
}

const NOTHING = `---\nno peer certificate available\n---\nNo client certificate CA names sent\n---\n`;

function emptySession(counts: { read: number; written: number }): string {
  return `${NOTHING}SSL handshake has read ${counts.read} bytes and written ${counts.written} bytes\nVerification: OK\n---\nNew, (NONE), Cipher is (NONE)\n${END}No ALPN negotiated\nEarly data was not sent\nVerify return code: 0 (ok)\n---\n`;
}

function versionsOf(options: Options): readonly TlsVersion[] {
  const only: Readonly<Record<string, TlsVersion>> = { tls1: "TLSv1", tls1_1: "TLSv1.1", tls1_2: "TLSv1.2", tls1_3: "TLSv1.3" };
  const asked = Object.entries(only).find(([name]) => options.has(name));
  if (asked) return [asked[1]];
  return VERSIONS.filter((version) => ["TLSv1.2", "TLSv1.3"].includes(version) && !(options.has("no_tls1_3") && version === "TLSv1.3"));
}

/** Nothing listens, or the host is not known. */
async function connect(self: Process, target: string) {
  const colon = target.lastIndexOf(":");
  const host = colon < 0 ? target : target.slice(0, colon);
  const port = colon < 0 ? 4433 : Number(target.slice(colon + 1)) || { https: 443, http: 80 }[target.slice(colon + 1)] || 0;
  const [address] = self.machine.network.resolve(host === "" ? "localhost" : host);
  if (address === undefined)
    throw new Said(
      `${errorLine("10080002:BIO routines:BIO_lookup_ex:system lib:../crypto/bio/bio_addr.c:758:Name or service not known")}connect:errno=0\n`,
    );
  try {
    return { host, socket: await self.machine.network.connect(address, port, self.ended) };
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    throw new Said(
      `${errorLine(`${(0x80000000 + error.errno).toString(16).toUpperCase()}:system library:BIO_connect:${error.text}:../crypto/bio/bio_sock2.c:117:calling connect()`)}${errorLine("10000067:BIO routines:BIO_connect:connect error:../crypto/bio/bio_sock2.c:119:")}connect:errno=${error.errno}\n`,
    );
  }
}

export async function sClient(self: Process, words: readonly string[]): Promise<number> {
  const options = new Options("s_client", words, {
    flags: "showcerts quiet brief noservername tls1 tls1_1 tls1_2 tls1_3 no_tls1_3 verify_return_error ign_eof no_ign_eof crlf prexit",
    valued: "connect servername CAfile alpn verify verify_hostname host port",
    real: "starttls cert key msg debug state status CApath proxy reconnect",
  });
  const { host, socket } = await connect(
    self,
    options.get("connect") ?? options.operands[0] ?? `${options.get("host") ?? ""}:${options.get("port") ?? "4433"}`,
  );
  const named = options.get("servername");
  const file = options.get("CAfile");
  const counts = { read: 0, written: 0 };
  let stream: TlsStream;
  try {
    stream = await connectTls(socket, {
      serverName: options.get("verify_hostname"),
      sni: options.has("noservername") ? "" : (named ?? (/^[\d.]+$/.test(host) ? "" : host)),
      trust: [...(file === undefined ? [] : readBundle(self.files.readText(file))), ...trustOf(self.files)],
      insecure: !options.has("verify_return_error"),
      nowMs: self.machine.kernel.clock.now(),
      alpn: options.get("alpn")?.split(",") ?? [],
      versions: versionsOf(options),
      trace: ({ direction, size }) => {
        if (direction === "in") counts.read += size + 5;
        else counts.written += size + 5;
      },
      signal: self.ended,
    });
  } catch (error) {
    socket.release();
    if (!(error instanceof TlsFailure)) throw error;
    if (error.reason === "wrong-version-number") counts.read += 5;
    if (error.verification !== undefined) await self.error(verifyLines(error.verification));
    await self.error(failureLine(error));
    await self.print(`CONNECTED(00000003)\n${emptySession(counts)}`);
    return 1;
  }
  if (!options.has("brief", "quiet") && stream.session.serverName === undefined) await self.error("Can't use SSL_get_servername\n");
  const { verification, chain } = stream.session;
  if (verification !== undefined && !options.has("brief")) await self.error(verifyLines(verification));
  if (options.has("brief")) await self.error(briefText(stream));
  else if (!options.has("quiet")) await self.print(`CONNECTED(00000003)\n${sessionText(stream, options, counts)}`);
  if (chain.length === 0) return 1;
  return talk(self, stream, options);
}

function briefText({ session }: TlsStream): string {
  const [leaf] = session.chain;
  if (leaf === undefined) return "";
  const { verification } = session;
  const verdict = verification === undefined || verification.code === 0 ? "OK" : `error: ${verification.text}`;
  return `CONNECTION ESTABLISHED\nProtocol version: ${session.version}\nCiphersuite: ${session.cipher}\nPeer certificate: ${nameText(leaf.subject)}\n${keyLines(leaf, true)}Verification${verdict === "OK" ? ": " : " "}${verdict}\n`;
}

/** What is typed goes to the server, what it says is shown; "Q" at the start of a line ends it, as the end of the input does. */
async function talk(self: Process, stream: TlsStream, options: Options): Promise<number> {
  const staying = options.has("ign_eof", "quiet") && !options.has("no_ign_eof");
  const reading = (async () => {
    for (let bytes = await stream.read(65_536, self.ended); bytes.length > 0; bytes = await stream.read(65_536, self.ended))
      await self.print(bytes);
    return "closed" as const;
  })().catch(() => "closed" as const);
  const typing = (async () => {
    for (let bytes = await self.read(0); bytes.length > 0; bytes = await self.read(0)) {
      if (!staying && bytes[0] === 0x51) return "done" as const;
      const crlf = options.has("crlf") ? new TextEncoder().encode(new TextDecoder().decode(bytes).replace(/\r?\n/g, "\r\n")) : bytes;
      await stream.write(crlf, self.ended);
    }
    return staying ? reading : ("done" as const);
  })().catch(() => "closed" as const);
  const how = await Promise.race([reading, typing]);
  stream.release();
  if (how === "done") await self.error("DONE\n");
  else if (!options.has("quiet")) await self.print("closed\n");
  return 0;
}
