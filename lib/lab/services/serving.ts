/** What a site of the world does with a connection: TLS, the request, its answer. Loaded when somebody first connects. */
import type { Kernel } from "../../kernel/kernel.ts";
import type { OpenFile, StreamSocket } from "../../kernel/types.ts";
import { concat, decode, encode } from "../../programs/core/io.ts";
import { type ServerCertificate, serveTls } from "../../programs/tls/index.ts";
import { extension, issueCertificate, randomSerial } from "../../programs/tls/issue.ts";
import { generateKey } from "../../programs/tls/keys.ts";
import { labIssuer } from "../../programs/tls/lab-authority.ts";
import { writeName } from "../../programs/tls/names.ts";
import type { Site, SiteAnswer, SiteRequest } from "./http-service.ts";

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  204: "No Content",
  206: "Partial Content",
  301: "Moved Permanently",
  303: "See Other",
  304: "Not Modified",
  307: "Temporary Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  412: "Precondition Failed",
  413: "Content Too Large",
  416: "Range Not Satisfiable",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  501: "Not Implemented",
};

const DAY_MS = 86_400_000;
const LARGEST_HEAD = 64 * 1024;
const LARGEST_BODY = 1024 * 1024;
const TOO_LARGE: SiteAnswer = { status: 413, headers: { "Content-Type": "text/plain" }, body: "The request is too large.\n" };

export class Serving {
  private certificate: { readonly own: ServerCertificate; readonly fromMs: number; readonly untilMs: number } | undefined;

  constructor(
    private readonly kernel: Kernel,
    private readonly names: readonly string[],
    private readonly site: Site,
    /** In bytes, and what is answered to who sends more. */
    private readonly limit: { readonly largestBody: number; readonly tooLarge?: SiteAnswer } = { largestBody: LARGEST_BODY },
  ) {}

  async serve(socket: StreamSocket, isSecure: boolean): Promise<void> {
    let stream: OpenFile = socket;
    try {
      if (isSecure) stream = await serveTls(socket, () => this.ownCertificate());
      const request = await readRequest(stream, { isSecure, name: this.names[0] ?? "", largestBody: this.limit.largestBody });
      if (request === undefined) return;
      if (request === "malformed") {
        await stream.write(encode("HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        return;
      }
      const answer = request === "too-large" ? (this.limit.tooLarge ?? TOO_LARGE) : await this.answerTo(request);
      const body = typeof answer.body === "string" ? encode(answer.body) : (answer.body ?? new Uint8Array(0));
      const headers = { Server: "nginx", Date: new Date(this.kernel.clock.now()).toUTCString(), ...answer.headers };
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      const head = `HTTP/1.1 ${answer.status} ${REASONS[answer.status] ?? ""}\r\n${lines.join("")}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
      const isHead = request !== "too-large" && request.method === "HEAD";
      await stream.write(isHead ? encode(head) : concat([encode(head), body]));
    } finally {
      stream.release();
    }
  }

  private async answerTo(request: SiteRequest): Promise<SiteAnswer> {
    try {
      return await this.site(request);
    } catch (error) {
      this.kernel.host.log("error", `${request.url.href}: ${error instanceof Error ? error.message : String(error)}`);
      return { status: 500, headers: { "Content-Type": "text/plain" }, body: "The site has made a mistake.\n" };
    }
  }

  /** Renewed in time on the world's clock, as its owner would. */
  private async ownCertificate(): Promise<ServerCertificate> {
    const nowMs = this.kernel.clock.now();
    const known = this.certificate;
    if (known !== undefined && nowMs > known.fromMs && nowMs < known.untilMs - DAY_MS) return known.own;
    const issuer = labIssuer();
    const key = await generateKey({ kind: "ec", curve: "P-256" });
    const [fromMs, untilMs] = [nowMs - 10 * DAY_MS, nowMs + 60 * DAY_MS];
    const leaf = await issueCertificate(
      {
        serial: randomSerial(),
        subject: writeName([{ type: "CN", value: this.names[0] ?? "" }]),
        issuer: issuer.certificate.subject,
        notBeforeMs: fromMs,
        notAfterMs: untilMs,
        publicKey: key.publicKey,
        extensions: [
          extension.basicConstraints(false),
          extension.altNames(this.names.map((value) => ({ kind: "dns", value }))),
          extension.authorityKeyIdentifier(issuer.certificate.publicKey),
        ],
      },
      issuer.key,
    );
    const own = { chain: [leaf, issuer.certificate], key };
    this.certificate = { own, fromMs, untilMs };
    return own;
  }
}

/** Undefined when the client leaves before it has said all; "malformed" when what it says is no HTTP. */
async function readRequest(
  stream: OpenFile,
  { isSecure, name, largestBody }: { isSecure: boolean; name: string; largestBody: number },
): Promise<SiteRequest | "malformed" | "too-large" | undefined> {
  let bytes: Uint8Array = new Uint8Array(0);
  const more = async () => {
    const next = await stream.read(65_536);
    bytes = concat([bytes, next]);
    return next.length > 0;
  };
  for (;;) {
    const text = decode(bytes);
    const end = text.indexOf("\r\n\r\n");
    // A request begins with its method; TLS on the port for HTTP does not.
    if (bytes.length > 0 && !/^[A-Z]/.test(text)) return "malformed";
    if (end < 0) {
      if (bytes.length > LARGEST_HEAD || !(await more())) return undefined;
      continue;
    }
    const [first = "", ...lines] = text.slice(0, end).split("\r\n");
    const [method, target, version] = first.split(" ");
    if (method === undefined || target === undefined || !version?.startsWith("HTTP/1")) return "malformed";
    const headers = new Map(
      lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
    );
    const start = encode(text.slice(0, end + 4)).length;
    const base = `${isSecure ? "https" : "http"}://${headers.get("host") ?? name}`;
    if (!URL.canParse(target, base)) return "malformed";
    const asked = { method, target, url: new URL(target, base), isSecure, headers };
    if (headers.get("transfer-encoding")?.toLowerCase() === "chunked") {
      await sayContinue(stream, headers);
      const body = await readChunks(stream, bytes.subarray(start), largestBody);
      return body instanceof Uint8Array ? { ...asked, body } : body;
    }
    const length = Number(headers.get("content-length") ?? 0) || 0;
    if (length > largestBody) return "too-large";
    await sayContinue(stream, headers);
    const parts = [bytes];
    for (let have = bytes.length; have < start + length; ) {
      const next = await stream.read(65_536);
      if (next.length === 0) return undefined;
      parts.push(next);
      have += next.length;
    }
    bytes = concat(parts);
    return { ...asked, body: bytes.slice(start, start + length) };
  }
}

async function sayContinue(stream: OpenFile, headers: ReadonlyMap<string, string>): Promise<void> {
  if (headers.get("expect")?.toLowerCase() === "100-continue") await stream.write(encode("HTTP/1.1 100 Continue\r\n\r\n"));
}

/** The chunked coding (RFC 9112 7.1); `bytes` is what has come already. */
async function readChunks(
  stream: OpenFile,
  bytes: Uint8Array,
  largest: number,
): Promise<Uint8Array | "malformed" | "too-large" | undefined> {
  let rest = bytes;
  const parts: Uint8Array[] = [];
  let length = 0;
  /** Whether so many bytes are there. */
  const have = async (wanted: number) => {
    for (const pieces = [rest]; ; ) {
      const count = pieces.reduce((sum, piece) => sum + piece.length, 0);
      if (count >= wanted) {
        rest = concat(pieces);
        return true;
      }
      const next = await stream.read(65_536);
      if (next.length === 0) return false;
      pieces.push(next);
    }
  };
  const line = async () => {
    for (;;) {
      const end = rest.indexOf(0x0a);
      if (end >= 0) {
        const text = decode(rest.subarray(0, end)).trim();
        rest = rest.subarray(end + 1);
        return text;
      }
      if (rest.length > LARGEST_HEAD || !(await have(rest.length + 1))) return undefined;
    }
  };
  for (;;) {
    const head = await line();
    if (head === undefined) return undefined;
    if (!/^[0-9a-f]+(;.*)?$/i.test(head)) return "malformed";
    const size = Number.parseInt(head, 16);
    length += size;
    if (length > largest) return "too-large";
    if (size === 0) break;
    if (!(await have(size + 2))) return undefined;
    parts.push(rest.subarray(0, size));
    rest = rest.subarray(size + 2);
  }
  // Trailers, and an empty line.
  for (let trailer = await line(); trailer !== ""; trailer = await line()) if (trailer === undefined) return undefined;
  return concat(parts);
}
