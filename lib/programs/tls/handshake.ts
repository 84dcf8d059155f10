/**
 * TLS between programs of the world: the messages are those of TLS 1.3 (RFC 8446), in its order, without key exchange and encryption.
 * What they prove is real: the server signs the whole talk with the key of its certificate, and the client checks signature, chain,
 * dates and name.
 */
import { sha256 } from "../core/hash.ts";
import { concat, encode } from "../core/io.ts";
import { type Certificate, readCertificate } from "./certificate.ts";
import { sameBytes } from "./der.ts";
import { ALERT, TlsFailure } from "./failure.ts";
import { isFor } from "./host-name.ts";
import { type HashName, type PrivateKey, sign, verify } from "./keys.ts";
import {
  type ClientHello,
  MESSAGE,
  message,
  readCertificates,
  readCertificateVerify,
  readClientHello,
  readEncryptedExtensions,
  readServerHello,
  SUITES,
  type TlsVersion,
  VERSIONS,
  writeCertificates,
  writeCertificateVerify,
  writeClientHello,
  writeEncryptedExtensions,
  writeServerHello,
} from "./messages.ts";
import { RECORD, RecordChannel } from "./records.ts";
import { TlsStream, type Transport } from "./stream.ts";
import { VERIFY, type Verification, type VerifyCode, verifyChain, verifyText } from "./verify.ts";

const MODERN: readonly TlsVersion[] = ["TLSv1.2", "TLSv1.3"];

export interface ConnectOptions {
  /** The host that is meant: sent as SNI, unless it is an address, and looked for in the certificate. */
  readonly serverName?: string;
  /** Another name than `serverName` in SNI; "": none. */
  readonly sni?: string;
  /** Certificates to trust. */
  readonly trust: readonly Certificate[];
  /** Goes on whatever the certificate is; `session.verification` still tells. */
  readonly insecure?: boolean;
  /** In milliseconds since the epoch, on the world's clock: what certificates' dates are compared with. */
  readonly nowMs: number;
  /** Default: http/1.1. */
  readonly alpn?: readonly string[];
  /** Default: TLSv1.2 and TLSv1.3. */
  readonly versions?: readonly TlsVersion[];
  /** The certificate is not compared with `serverName`: the caller does that. */
  readonly ignoreName?: boolean;
  /** Hears of every message, for those who show them. */
  readonly trace?: (event: TlsTrace) => void;
  readonly signal?: AbortSignal;
}

/** A message on its way; `size` is of its contents, in bytes. */
export interface TlsTrace {
  readonly direction: "out" | "in";
  readonly what: "handshake" | "alert" | "change-cipher";
  /** The number of the message, or of the alert. */
  readonly type: number;
  readonly fatal: boolean;
  readonly size: number;
}

/** A certificate with the key that belongs to it: what a server shows. */
export interface ServerCertificate {
  readonly chain: readonly Certificate[];
  readonly key: PrivateKey;
}

export interface ServeOptions {
  /** Default: TLSv1.2 and TLSv1.3. */
  readonly versions?: readonly TlsVersion[];
  /** In order of preference; default: http/1.1. */
  readonly alpn?: readonly string[];
  readonly signal?: AbortSignal;
}

/** What a client asks for, before a certificate is chosen. */
export type ClientRequest = Pick<ClientHello, "serverName" | "alpn" | "versions">;

const random = () => crypto.getRandomValues(new Uint8Array(32));
const bytesOfHex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const digest = (transcript: readonly Uint8Array[]) => bytesOfHex(sha256(concat(transcript)));

/** What is signed (RFC 8446 4.4.3). */
function signedContent(transcript: readonly Uint8Array[]): Uint8Array {
  return concat([new Uint8Array(64).fill(0x20), encode("TLS 1.3, server CertificateVerify\0"), digest(transcript)]);
}

/** Signature schemes by kind of key (RFC 8446 4.2.3). */
const SCHEMES: readonly { readonly id: number; readonly hash: HashName; readonly curve?: string }[] = [
  { id: 0x0804, hash: "SHA-256" },
  { id: 0x0403, hash: "SHA-256", curve: "P-256" },
  { id: 0x0503, hash: "SHA-384", curve: "P-384" },
  { id: 0x0603, hash: "SHA-512", curve: "P-521" },
];

function schemeFor({ type }: PrivateKey["publicKey"]): (typeof SCHEMES)[number] {
  const found = SCHEMES.find((each) => each.curve === (type.kind === "ec" ? type.curve.name : undefined));
  if (found === undefined) throw new TlsFailure("no-shared-cipher");
  return found;
}

/** Messages of the handshake, each taken into the transcript that is signed. */
class Talk {
  readonly transcript: Uint8Array[] = [];
  readonly channel: RecordChannel;
  readonly #trace: NonNullable<ConnectOptions["trace"]>;
  #held: Uint8Array = new Uint8Array(0);

  constructor(socket: Transport, signal: AbortSignal | undefined, trace: ConnectOptions["trace"] = () => {}) {
    this.channel = new RecordChannel(socket, signal);
    this.#trace = trace;
  }

  async send(...messages: readonly Uint8Array[]): Promise<void> {
    this.transcript.push(...messages);
    for (const each of messages) this.#heard("out", each);
    await this.channel.write(RECORD.handshake, concat(messages));
  }

  #heard(direction: TlsTrace["direction"], whole: Uint8Array): void {
    this.#trace({ direction, what: "handshake", type: whole[0] ?? 0, fatal: false, size: whole.length });
  }

  /** What middleboxes of older days want to see (RFC 8446 D.4); it means nothing. */
  async changeCipherSpec(): Promise<void> {
    this.#trace({ direction: "out", what: "change-cipher", type: 1, fatal: false, size: 1 });
    await this.channel.write(RECORD.changeCipherSpec, Uint8Array.of(1));
  }

  async alert(description: number, fatal = true): Promise<void> {
    this.#trace({ direction: "out", what: "alert", type: description, fatal, size: 2 });
    await this.channel.alert(description, fatal);
  }

  /** The body of the next message, which must be of this type. */
  async expect(type: number): Promise<Uint8Array> {
    for (;;) {
      const size = 4 + (this.#held[1] ?? 0) * 65_536 + (this.#held[2] ?? 0) * 256 + (this.#held[3] ?? 0);
      if (this.#held.length >= 4 && this.#held.length >= size) {
        const whole = this.#held.slice(0, size);
        this.#held = this.#held.slice(size);
        if (whole[0] !== type) throw new TlsFailure("garbage");
        this.transcript.push(whole);
        this.#heard("in", whole);
        return whole.subarray(4);
      }
      const next = await this.channel.read();
      if (next.type === RECORD.changeCipherSpec) continue;
      if (next.type === RECORD.alert) {
        const [level, description = 0] = next.body;
        this.#trace({ direction: "in", what: "alert", type: description, fatal: level === 2, size: 2 });
        throw new TlsFailure(description === ALERT.closeNotify ? "closed" : "alert", { alert: description });
      }
      if (next.type !== RECORD.handshake) throw new TlsFailure("garbage");
      this.#held = concat([this.#held, next.body]);
    }
  }
}

/**
 * The client's side of a handshake over a connected socket; the stream takes the socket over. Rejects with TlsFailure ("certificate" with
 * the verification, unless `insecure`), KernelError of the socket, or the signal's reason; then the caller still has the socket.
 */
export async function connectTls(socket: Transport, options: ConnectOptions): Promise<TlsStream> {
  const talk = new Talk(socket, options.signal, options.trace);
  try {
    return await meetServer(socket, talk, options);
  } catch (error) {
    if (error instanceof TlsFailure && error.reason !== "alert" && error.reason !== "wrong-version-number" && error.reason !== "closed") {
      const isNameOnly = error.verification?.code === VERIFY.hostnameMismatch;
      // A name is compared when the handshake is done: then the connection is closed in an orderly way.
      await talk.alert(isNameOnly ? ALERT.closeNotify : alertFor(error), !isNameOnly);
    }
    throw error;
  }
}

async function meetServer(socket: Transport, talk: Talk, options: ConnectOptions): Promise<TlsStream> {
  const versions = options.versions ?? MODERN;
  const host = options.serverName;
  const isAddress = host !== undefined && /^[\d.]+$|:/.test(host);
  const sni = options.sni ?? (isAddress ? undefined : host);
  const serverName = sni === "" ? undefined : sni;
  const suites = SUITES.filter((each) => versions.some((version) => fits(each.version, version))).map(({ id }) => id);
  await talk.send(writeClientHello({ random: random(), suites, serverName, alpn: options.alpn ?? ["http/1.1"], versions }));
  const hello = readServerHello(await talk.expect(MESSAGE.serverHello));
  const suite = SUITES.find(({ id }) => id === hello.suite);
  if (!versions.includes(hello.version) || suite === undefined) throw new TlsFailure("unsupported-protocol");
  const alpn = readEncryptedExtensions(await talk.expect(MESSAGE.encryptedExtensions));
  const chain = readCertificates(await talk.expect(MESSAGE.certificate)).map(readCertificate);
  const [leaf] = chain;
  if (leaf === undefined) throw new TlsFailure("garbage");
  const chainOnly = await verifyChain(chain, options.trust, options.nowMs);
  if (chainOnly.code !== VERIFY.ok && options.insecure !== true) throw new TlsFailure("certificate", { verification: chainOnly });
  const content = signedContent(talk.transcript);
  const proof = readCertificateVerify(await talk.expect(MESSAGE.certificateVerify));
  const scheme = SCHEMES.find(({ id }) => id === proof.scheme);
  if (scheme === undefined || !(await verify(leaf.publicKey, scheme.hash, content, proof.signature, "pss")))
    throw new TlsFailure("bad-signature");
  const expected = digest(talk.transcript);
  if (!sameBytes(await talk.expect(MESSAGE.finished), expected)) throw new TlsFailure("garbage");
  await talk.changeCipherSpec();
  await talk.send(message(MESSAGE.finished, digest(talk.transcript)));
  const verification = options.ignoreName === true ? chainOnly : withName(chainOnly, leaf, host);
  if (verification.code !== VERIFY.ok && options.insecure !== true) throw new TlsFailure("certificate", { verification });
  const session = { version: hello.version, cipher: suite.name, serverName, alpn, chain, verification };
  return new TlsStream(socket, session, talk.channel.left);
}

const fits = (suite: TlsVersion, version: TlsVersion) => suite === version || (suite === "TLSv1" && version === "TLSv1.1");

function withName(verification: Verification, leaf: Certificate, host: string | undefined): Verification {
  if (host === undefined || isFor(leaf, host)) return verification;
  const code: VerifyCode = VERIFY.hostnameMismatch;
  const errors = [...verification.errors, { code, depth: 0, certificate: leaf }];
  // Where the chain fails too, that is what is told: names are looked at when the rest is right.
  if (verification.code !== VERIFY.ok) return { ...verification, errors };
  return { ...verification, code, depth: 0, text: verifyText(code), errors };
}

/** The alert that tells the other side why its handshake is given up (RFC 8446 6.2). */
function alertFor(failure: TlsFailure): number {
  const code = failure.verification?.code;
  if (failure.reason === "certificate") {
    if (code === VERIFY.expired || code === VERIFY.notYetValid) return ALERT.certificateExpired;
    if (code === VERIFY.hostnameMismatch) return ALERT.badCertificate;
    return ALERT.unknownCa;
  }
  if (failure.reason === "unsupported-protocol" || failure.reason === "wrong-version-number") return ALERT.protocolVersion;
  if (failure.reason === "no-shared-cipher") return ALERT.handshakeFailure;
  return failure.reason === "no-certificate" ? ALERT.internalError : ALERT.unexpectedMessage;
}

/**
 * The server's side. `pick` gives the certificate for what the client asked; undefined refuses it (alert handshake_failure), and a throw
 * too (internal_error). Rejects with TlsFailure: "http-request" with what was read when no TLS came (nothing was sent then), else after the
 * client was told; and with KernelError when the connection breaks. The stream takes the socket over; after a rejection the caller still has it.
 */
export async function serveTls(
  socket: Transport,
  pick: (request: ClientRequest) => ServerCertificate | undefined | Promise<ServerCertificate | undefined>,
  options: ServeOptions = {},
): Promise<TlsStream> {
  const talk = new Talk(socket, options.signal);
  const first = await talk.channel.peek(3);
  if (first.length === 0) throw new TlsFailure("closed");
  if (first[0] !== RECORD.handshake || first[1] !== 3) {
    const isHttp = /^[A-Z]{3}/.test(String.fromCharCode(...first.subarray(0, 3)));
    throw new TlsFailure(isHttp ? "http-request" : "wrong-version-number", { received: first });
  }
  try {
    return await meetClient(socket, talk, pick, options);
  } catch (error) {
    if (error instanceof TlsFailure && error.reason !== "alert" && error.reason !== "closed") await talk.alert(alertFor(error));
    throw error;
  }
}

async function meetClient(
  socket: Transport,
  talk: Talk,
  pick: (request: ClientRequest) => ServerCertificate | undefined | Promise<ServerCertificate | undefined>,
  options: ServeOptions,
): Promise<TlsStream> {
  const hello = readClientHello(await talk.expect(MESSAGE.clientHello));
  const allowed = options.versions ?? MODERN;
  const version = [...VERSIONS].reverse().find((each) => allowed.includes(each) && hello.versions.includes(each));
  if (version === undefined) throw new TlsFailure("unsupported-protocol");
  const own = await pick(hello);
  if (own === undefined) throw new TlsFailure("no-shared-cipher");
  const { kind } = own.key.publicKey.type;
  const suite = SUITES.find(
    (each) => fits(each.version, version) && hello.suites.includes(each.id) && (each.key === undefined || each.key === kind),
  );
  if (suite === undefined) throw new TlsFailure("no-shared-cipher");
  const offered = options.alpn ?? ["http/1.1"];
  const alpn = offered.find((each) => hello.alpn.includes(each));
  const opening = [
    writeServerHello({ random: random(), suite: suite.id, version }),
    writeEncryptedExtensions(alpn),
    writeCertificates(own.chain.map(({ raw }) => raw)),
  ];
  const scheme = schemeFor(own.key.publicKey);
  const signature = await sign(own.key, scheme.hash, signedContent([...talk.transcript, ...opening]), "pss");
  const proof = writeCertificateVerify(scheme.id, signature);
  const finished = message(MESSAGE.finished, digest([...talk.transcript, ...opening, proof]));
  await talk.send(...opening, proof, finished);
  const expected = digest(talk.transcript);
  if (!sameBytes(await talk.expect(MESSAGE.finished), expected)) throw new TlsFailure("garbage");
  const session = { version, cipher: suite.name, serverName: hello.serverName, alpn, chain: own.chain, verification: undefined };
  return new TlsStream(socket, session, talk.channel.left);
}
