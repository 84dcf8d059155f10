/** proxy_pass: asks an upstream, goes to the next one where that helps, and hands on the answer (ngx_http_upstream.c). */
import { KernelError } from "../../../kernel/errno.ts";
import { codeOf } from "../../core/errors.ts";
import type { ProxyTarget } from "../config/model.ts";
import { systemReason } from "../config/parser.ts";
import { proxyRequest, proxyUri } from "./proxy-request.ts";
import { BadHead, ClosedEarly, frameOf, outgoingOf, readBody, readHead, type UpstreamHead } from "./proxy-response.ts";
import { resolveTarget } from "./proxy-target.ts";
import type { Attempt, HttpRequest } from "./request.ts";
import { type Content, Redirect } from "./static.ts";
import { Abandoned, Late, type Stream } from "./stream.ts";
import { NamedLocation } from "./try-files.ts";
import { connectPeer, TlsBroken } from "./upstream-connect.ts";
import type { Choice, Peer } from "./upstream-peers.ts";
import { logError } from "./worker-state.ts";

type Failure = "error" | "timeout" | "invalid_header" | `http_${number}`;

/** The client has gone: 499. */
const CLIENT_GONE = 499;

const STATUS: Readonly<Record<string, number>> = {
  timeout: 504,
  http_504: 504,
  http_500: 500,
  http_503: 503,
  http_403: 403,
  http_404: 404,
  http_429: 429,
};
const WITH_BODY = new Set(["POST", "LOCK", "PATCH"]);

const numberOf = (r: HttpRequest, name: string, otherwise: number) => r.settings.numbers[name] ?? otherwise;

/** One request to one upstream, with all its tries. */
class Proxying {
  readonly #startMs: number;
  #sent = false;

  constructor(
    private readonly r: HttpRequest,
    private readonly target: ProxyTarget,
    private readonly uri: string,
    private readonly isAfterRedirect: boolean,
  ) {
    this.#startMs = r.worker.clock.now();
  }

  async run(): Promise<Content | NamedLocation> {
    const { r, target } = this;
    const { upstream } = target;
    if (upstream === undefined) return 500;
    const choice = r.worker.peers.begin(upstream, r);
    const scheme = target.isTls ? "https://" : "http://";
    let isFirst = true;
    for (;;) {
      const peer = r.worker.peers.next(choice, r);
      if (peer === undefined) {
        r.upstreamUrl = `${scheme}${upstream.name.replace(/:(80|443)$/, "")}${this.uri}`;
        logError(r, "error", "no live upstreams", "connecting to upstream");
        this.#attempt(upstream.name.replace(/:(80|443)$/, ""), isFirst).status = 502;
        return 502;
      }
      r.upstreamUrl = `${scheme}${peer.text}${peer.text.startsWith("unix:") ? ":" : ""}${this.uri}`;
      const attempt = this.#attempt(peer.text, isFirst);
      isFirst = false;
      const result = await this.#try(choice, peer, attempt);
      if (typeof result !== "object" || !("failure" in result)) return result;
      const status = STATUS[result.failure] ?? 502;
      attempt.status = status;
      attempt.responseMs ??= this.#since(attempt);
      if (!this.#mayGoOn(choice, result.failure)) return status;
    }
  }

  #began = new Map<Attempt, number>();

  #attempt(address: string, isFirst: boolean): Attempt {
    const attempt: Attempt = {
      address,
      status: 0,
      connectMs: undefined,
      headerMs: undefined,
      responseMs: undefined,
      length: 0,
      received: 0,
      sent: 0,
      isAfterRedirect: isFirst && this.isAfterRedirect,
    };
    this.#began.set(attempt, this.r.worker.clock.now());
    this.r.attempts.push(attempt);
    return attempt;
  }

  #since(attempt: Attempt): number {
    return this.r.worker.clock.now() - (this.#began.get(attempt) ?? 0);
  }

  /** proxy_next_upstream (https://nginx.org/en/docs/http/ngx_http_proxy_module.html). */
  #mayGoOn(choice: Choice, failure: Failure): boolean {
    const { r } = this;
    const wanted: readonly string[] = r.settings.lists.proxy_next_upstream ?? ["error", "timeout"];
    if (wanted.includes("off") || !wanted.includes(failure)) return false;
    if (this.#sent && WITH_BODY.has(r.method) && !wanted.includes("non_idempotent")) return false;
    const limitMs = numberOf(r, "proxy_next_upstream_timeout", 0);
    if (limitMs > 0 && r.worker.clock.now() - this.#startMs >= limitMs) return false;
    const tries = numberOf(r, "proxy_next_upstream_tries", 0);
    if (tries > 0 && r.attempts.length >= tries) return false;
    return choice.tries > 0;
  }

  #failed(choice: Choice, peer: Peer, failure: Failure): { readonly failure: Failure } {
    const { r } = this;
    const isFault = failure !== "http_403" && failure !== "http_404";
    r.worker.peers.release(choice, peer, isFault, () =>
      logError(
        r,
        "warn",
        "upstream server temporarily disabled",
        this.#sent ? "reading response header from upstream" : "connecting to upstream",
      ),
    );
    return { failure };
  }

  async #try(choice: Choice, peer: Peer, attempt: Attempt): Promise<Content | NamedLocation | { readonly failure: Failure }> {
    const { r } = this;
    let action = "connecting to upstream";
    let stream: Stream | undefined;
    let unwatch = () => {};
    let isGone = false;
    try {
      const idle = r.worker.peers.takeIdle(choice, peer);
      const opened = idle?.stream ?? (await connectPeer(r, this.target, peer, numberOf(r, "proxy_connect_timeout", 60_000)));
      stream = opened;
      attempt.connectMs = this.#since(attempt);
      if (!r.settings.flags.proxy_ignore_client_abort) {
        unwatch = r.client.stream.watch(() => {
          isGone = true;
          opened.abandon();
        });
        r.endings.push(unwatch);
      }
      action = "sending request to upstream";
      const bytes = proxyRequest(r, this.uri);
      attempt.sent = bytes.length;
      this.#sent = true;
      await opened.write(bytes, numberOf(r, "proxy_send_timeout", 60_000));
      action = "reading response header from upstream";
      const largest = numberOf(r, "proxy_buffer_size", 4096);
      const received = (count: number) => {
        attempt.received += count;
      };
      const head = await readHead(opened, numberOf(r, "proxy_read_timeout", 60_000), largest, received);
      attempt.headerMs = this.#since(attempt);
      attempt.status = head.status;
      const failure: Failure = `http_${head.status}`;
      if (choice.tries > 1 && this.#isListed(failure) && this.#mayGoOn(choice, failure)) {
        opened.close();
        unwatch();
        return this.#failed(choice, peer, failure);
      }
      r.upstreamHeaders = head.fields;
      if (head.isBare) {
        logError(r, "error", "upstream sent no valid HTTP/1.0 header", action);
        r.version = 9;
      }
      return this.#answer(choice, peer, attempt, opened, head, idle?.requests ?? 0);
    } catch (error) {
      unwatch();
      stream?.close();
      if (isGone || (error instanceof Abandoned && !r.worker.self.ended.aborted)) {
        r.worker.peers.release(choice, peer, false, () => {});
        logError(r, "info", "client prematurely closed connection, so upstream connection is closed too", action);
        attempt.responseMs = this.#since(attempt);
        return CLIENT_GONE;
      }
      return this.#failed(choice, peer, this.#explain(error, action));
    }
  }

  #isListed(failure: string): boolean {
    return (this.r.settings.lists.proxy_next_upstream ?? []).includes(failure);
  }

  /** What went wrong, for the log. */
  #explain(error: unknown, action: string): Failure {
    const { r } = this;
    if (error instanceof Late) {
      logError(r, "error", "upstream timed out (110: Connection timed out)", action);
      return "timeout";
    }
    if (error instanceof ClosedEarly) {
      logError(r, "error", "upstream prematurely closed connection", action);
      return "error";
    }
    if (error instanceof TlsBroken) {
      logError(r, "error", error.message, "SSL handshaking to upstream");
      return "error";
    }
    if (error instanceof BadHead) {
      logError(r, "error", error.message, action);
      return "invalid_header";
    }
    if (codeOf(error) === undefined) throw error;
    if (codeOf(error) === "ETIMEDOUT" && action === "connecting to upstream") {
      logError(r, "error", "upstream timed out (110: Connection timed out)", action);
      return "timeout";
    }
    const call =
      action === "connecting to upstream"
        ? r.attempts.at(-1)?.address.startsWith("unix:")
          ? `connect() to ${r.attempts.at(-1)?.address}`
          : "connect()"
        : error instanceof KernelError && error.syscall === "write"
          ? "send()"
          : "recv()";
    const level = action === "connecting to upstream" && ["ENOENT", "EACCES"].includes(codeOf(error) ?? "") ? "crit" : "error";
    logError(r, level, `${call} failed ${systemReason(error)}`, action);
    return "error";
  }

  #answer(choice: Choice, peer: Peer, attempt: Attempt, stream: Stream, head: UpstreamHead, requests: number): Content | NamedLocation {
    const { r, target } = this;
    const value = (name: string) => head.fields.find((field) => field.name.toLowerCase() === name)?.value;
    const end = (isWhole: boolean) => {
      attempt.responseMs = this.#since(attempt);
      r.worker.peers.release(choice, peer, false, () => {});
      const persists = head.isHttp11 && value("connection")?.toLowerCase() !== "close" && r.settings.words.proxy_http_version === "1.1";
      const kept =
        isWhole && persists && !r.worker.isExiting && this.#asksToKeep() && r.worker.peers.keep(choice, peer, stream, requests + 1);
      if (!kept) stream.close();
    };
    const accel = value("x-accel-redirect");
    const ignored = r.settings.lists.proxy_ignore_headers ?? [];
    if (accel !== undefined && !ignored.includes("X-Accel-Redirect")) {
      end(false);
      for (const field of head.fields) {
        const name = field.name.toLowerCase();
        if (["set-cookie", "content-disposition", "cache-control", "expires"].includes(name)) r.early.push(field);
      }
      r.givenType = value("content-type");
      if (accel.startsWith("@")) return new NamedLocation(accel);
      if (r.method !== "HEAD") r.method = "GET";
      const at = accel.indexOf("?");
      return at < 0 ? new Redirect(accel, "") : new Redirect(accel.slice(0, at), accel.slice(at + 1));
    }
    if (
      r.settings.flags.proxy_intercept_errors &&
      head.status >= 300 &&
      r.settings.errorPages?.some(({ status }) => status === head.status)
    ) {
      end(false);
      const asks = head.fields.find(({ name }) => name.toLowerCase() === "www-authenticate");
      if (asks !== undefined && head.status === 401) r.early.push(asks);
      return head.status;
    }
    const out = outgoingOf(r, head, target);
    if (head.status === 101) {
      r.tunnel = stream;
      r.tunnelEnded = () => end(false);
      return out;
    }
    const frame = frameOf(r, head);
    const declared = value("content-length");
    if (!frame.isChunked && declared !== undefined && /^\d+$/.test(declared)) out.length = Number(declared);
    out.body = frame.length === 0 ? this.#empty(end) : this.#body(stream, frame, attempt, end);
    r.endings.push(() => {
      if (attempt.responseMs === undefined) end(false);
    });
    return out;
  }

  #empty(end: (isWhole: boolean) => void): Uint8Array {
    end(true);
    return new Uint8Array();
  }

  /** With proxy_set_header Connection "" (or "keep-alive") the upstream may keep the connection. */
  #asksToKeep(): boolean {
    const header = this.r.settings.proxyHeaders?.find(({ name }) => name.toLowerCase() === "connection");
    return header !== undefined && header.value.constant?.toLowerCase() !== "close";
  }

  async *#body(
    stream: Stream,
    frame: ReturnType<typeof frameOf>,
    attempt: Attempt,
    end: (isWhole: boolean) => void,
  ): AsyncGenerator<Uint8Array, void, void> {
    const { r } = this;
    let isWhole = false;
    const received = (count: number) => {
      attempt.received += count;
    };
    try {
      const limitMs = numberOf(r, "proxy_read_timeout", 60_000);
      const pieces = readBody(stream, frame, limitMs, received, () => {
        isWhole = true;
      });
      for await (const bytes of pieces) {
        attempt.length += bytes.length;
        // What is there already goes out together.
        const more = frame.isChunked || (frame.length !== undefined && attempt.length >= frame.length) ? undefined : stream.now();
        if (more !== undefined && more.length > 0) stream.unread(more);
        else if (more !== undefined) stream.unread(new Uint8Array());
        yield bytes;
      }
    } catch (error) {
      if (error instanceof Late) logError(r, "error", "upstream timed out (110: Connection timed out)", "reading upstream");
      else if (error instanceof ClosedEarly) logError(r, "error", "upstream prematurely closed connection", "reading upstream");
      else if (error instanceof BadHead) logError(r, "error", error.message, "reading upstream");
      else if (codeOf(error) !== undefined) logError(r, "error", `recv() failed ${systemReason(error)}`, "reading upstream");
      else throw error;
      throw new BodyBroken();
    } finally {
      end(isWhole);
    }
  }
}

/** The answer had begun, and can't be ended as it should: the client's connection is closed. */
export class BodyBroken extends Error {}

/** The content handler of proxy_pass. */
export async function proxy(r: HttpRequest, configured: ProxyTarget): Promise<Content | NamedLocation> {
  const target = resolveTarget(r, configured);
  if (typeof target === "number") return target;
  const port = target.isTls ? "443" : "80";
  r.proxyHost = target.hostHeader;
  r.proxyPort = /:(\d+)$/.exec(target.hostHeader)?.[1] ?? port;
  const uri = proxyUri(r, target, configured.template !== undefined);
  return new Proxying(r, target, uri, r.attempts.length > 0).run();
}
