/** HTTP/1.1 requests from inside the kernel (RFC 9112): for checks and the browser pane. */
import { KernelError } from "./errno.ts";
import { type HttpMessage, HttpParser, HttpProtocolError } from "./http-parser.ts";
import type { Machine, OpenFile, StreamSocket } from "./types.ts";

export type Headers = readonly (readonly [string, string])[];

export interface HttpRequest {
  readonly method?: string;
  /** http://, and https:// where `secure` is given. */
  readonly url: string;
  /** Host, Connection and Content-Length are added when they are missing. */
  readonly headers?: Headers;
  readonly body?: Uint8Array;
  /** For the whole exchange, in milliseconds of the world's time. Default 30 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Connect to this address, whatever the name resolves to. */
  readonly address?: string;
  /** What nobody will answer is known at once (`ConnectOptions`). A grader's request is impatient in any case. */
  readonly impatient?: boolean;
  /** For https: TLS over a connected socket, which the stream takes over. What it throws comes through as it is. */
  readonly secure?: (socket: StreamSocket, host: string, signal: AbortSignal) => Promise<OpenFile>;
  /** Who asks, for the history: "browser pane", "check". */
  readonly by: string;
  /** A grader's request: marked as such in the history. */
  readonly grading?: boolean;
}

export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

export type HttpFailureReason =
  | "refused"
  | "unknown-host"
  | "timeout"
  /** The connection ended without an answer, or in the middle of one. */
  | "closed"
  | "reset"
  | "protocol"
  | "aborted"
  | "unreachable"
  | "no-answer";

/** No answer came; `reason` says why. */
export class HttpFailure extends Error {
  override readonly name = "HttpFailure";
  readonly reason: HttpFailureReason;

  constructor(reason: HttpFailureReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

const DEFAULT_TIMEOUT_MS = 30_000;
/** More than this is no page: the learner's application is out of hand. */
const LARGEST_BODY = 64 * 1024 * 1024;

/** What is needed of a machine to make requests from it. */
type Asker = Pick<Machine, "name" | "kernel" | "network">;

/** Makes one request from the machine. Rejects with HttpFailure. */
export async function httpRequest(machine: Asker, request: HttpRequest): Promise<HttpResponse> {
  const { clock } = machine.kernel;
  const startedMs = clock.monotonic();
  const abort = new AbortController();
  const cancelTimer = clock.after(request.timeoutMs ?? DEFAULT_TIMEOUT_MS, () =>
    abort.abort(new HttpFailure("timeout", `${request.url} did not answer in time`)),
  );
  const aborted = () => abort.abort(new HttpFailure("aborted", "the request was given up"));
  if (request.signal?.aborted) aborted();
  request.signal?.addEventListener("abort", aborted, { once: true });
  let status = 0;
  try {
    const response = await exchange(machine, request, abort.signal);
    status = response.status;
    return response;
  } catch (error) {
    throw failureOf(error, request.url);
  } finally {
    cancelTimer();
    request.signal?.removeEventListener("abort", aborted);
    machine.kernel.events.record({
      kind: "http",
      atMs: clock.now(),
      machine: machine.name,
      by: request.by,
      method: request.method ?? "GET",
      url: request.url,
      status,
      ms: clock.monotonic() - startedMs,
      grading: request.grading ?? false,
    });
  }
}

async function exchange(machine: Asker, request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
  const url = new URL(request.url);
  const { secure } = request;
  const isSecure = url.protocol === "https:" && secure !== undefined;
  if (url.protocol !== "http:" && !isSecure) throw new HttpFailure("protocol", `${url.protocol}// can't be requested here, only http://`);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const addresses =
    request.address !== undefined ? [request.address] : host === "::1" ? ["127.0.0.1"] : machine.network.resolve(host, request.grading);
  const [address] = addresses;
  if (address === undefined) throw new HttpFailure("unknown-host", `the name ${host} is not known`);
  signal.throwIfAborted();
  const socket = await machine.network.connect(address, url.port === "" ? (isSecure ? 443 : 80) : Number(url.port), signal, {
    impatient: request.impatient ?? request.grading,
    unheard: request.grading,
    by: request.by,
  });
  let stream: OpenFile = socket;
  try {
    if (isSecure) stream = await secure(socket, host, signal);
    // The answer may come before the whole request was taken: both go on at once.
    const sending = send(stream, requestBytes(request, url), signal);
    const parser = new HttpParser({ isHead: request.method === "HEAD", largestBody: LARGEST_BODY });
    const message = await receive(stream, parser, signal);
    void sending.catch(() => {});
    return message;
  } finally {
    stream.release();
  }
}

async function send(socket: OpenFile, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  try {
    await socket.write(bytes, signal);
  } catch {
    // A server may answer and close without reading everything: what it said counts.
  }
}

async function receive(socket: OpenFile, parser: HttpParser, signal: AbortSignal): Promise<HttpMessage> {
  for (;;) {
    const bytes = await socket.read(256 * 1024, signal);
    const message = bytes.length === 0 ? parser.end() : parser.push(bytes);
    if (message !== undefined) return message;
  }
}

function requestBytes(request: HttpRequest, url: URL): Uint8Array {
  const { body } = request;
  const headers = [...(request.headers ?? [])];
  const has = (name: string) => headers.some(([key]) => key.toLowerCase() === name);
  if (!has("host")) headers.unshift(["Host", url.host]);
  if (!has("connection")) headers.push(["Connection", "close"]);
  if (body !== undefined && !has("content-length")) headers.push(["Content-Length", String(body.length)]);
  const lines = headers.map(([name, value]) => `${name}: ${value.replace(/[\r\n]+/g, " ")}\r\n`).join("");
  const head = new TextEncoder().encode(`${request.method ?? "GET"} ${url.pathname}${url.search} HTTP/1.1\r\n${lines}\r\n`);
  if (body === undefined) return head;
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

function failureOf(error: unknown, url: string): unknown {
  if (error instanceof HttpProtocolError) {
    return new HttpFailure(error.isCutShort ? "closed" : "protocol", `${url}: ${error.message}`);
  }
  if (!(error instanceof KernelError)) return error;
  switch (error.code) {
    case "ECONNREFUSED":
      return new HttpFailure("refused", `${url} refused the connection: nothing listens there`);
    case "ECONNRESET":
      return new HttpFailure("reset", `${url} reset the connection`);
    case "EPIPE":
      return new HttpFailure("closed", `${url} closed the connection`);
    case "ETIMEDOUT":
      return new HttpFailure("no-answer", `${url} did not answer: packets to it are lost`);
    default:
      return new HttpFailure("unreachable", `${url}: ${error.text}`);
  }
}
