/** HTTP/1.1 (RFC 9112) over a stream: writing a request, reading the response as it arrives. */
import type { OpenFile, Process } from "../../kernel/types.ts";
import { concat } from "../core/io.ts";

export interface Header {
  readonly name: string;
  readonly value: string;
}

export interface ResponseHead {
  /** "HTTP/1.1" */
  readonly version: string;
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly Header[];
  /** As it came, with its line ends. */
  readonly text: string;
}

/** The peer closed before a whole head, or before the length that it had announced. */
export class IncompleteResponse extends Error {
  constructor(
    readonly received: number,
    readonly missing: number | undefined,
  ) {
    super("incomplete response");
  }
}

export class NotHttp extends Error {
  constructor(readonly bytes: Uint8Array) {
    super("not an HTTP response");
  }
}

export function headerOf(headers: readonly Header[], name: string): string | undefined {
  return headers.findLast((header) => header.name.toLowerCase() === name.toLowerCase())?.value;
}

/** Reads from a socket with what was read too far kept. */
export class ResponseReader {
  #rest: Uint8Array = new Uint8Array();
  received = 0;

  constructor(
    private readonly self: Process,
    private readonly socket: OpenFile,
    private readonly signal: AbortSignal,
  ) {}

  async #more(): Promise<boolean> {
    await this.self.tick();
    const chunk = await this.socket.read(65536, this.signal);
    if (chunk.length === 0) return false;
    this.received += chunk.length;
    this.#rest = this.#rest.length === 0 ? chunk : concat([this.#rest, chunk]);
    return true;
  }

  async head(): Promise<ResponseHead> {
    for (;;) {
      const text = new TextDecoder("latin1").decode(this.#rest);
      if (text.length >= 5 && !text.startsWith("HTTP/")) throw new NotHttp(this.#rest);
      const end = /\r?\n\r?\n/.exec(text);
      if (end) {
        const size = end.index + end[0].length;
        const [first = "", ...lines] = text.slice(0, end.index).split(/\r?\n/);
        const status = /^(HTTP\/\d\.\d) +(\d{3}) ?(.*)$/.exec(first);
        if (!status) throw new NotHttp(this.#rest);
        this.#rest = this.#rest.slice(size);
        return {
          version: status[1] ?? "",
          status: Number(status[2]),
          reason: status[3] ?? "",
          headers: lines.map((line) => {
            const colon = line.indexOf(":");
            return { name: line.slice(0, colon), value: line.slice(colon + 1).trim() };
          }),
          text: text.slice(0, size),
        };
      }
      if (!(await this.#more())) throw new IncompleteResponse(this.received, undefined);
    }
  }

  /** The body by pieces, as `head` says it is framed. */
  async *body(head: ResponseHead, method: string): AsyncGenerator<Uint8Array, void, void> {
    if (method === "HEAD" || head.status === 204 || head.status === 304 || head.status < 200) return;
    if (/chunked/i.test(headerOf(head.headers, "Transfer-Encoding") ?? "")) {
      yield* this.#chunks();
      return;
    }
    const length = headerOf(head.headers, "Content-Length");
    let left = length === undefined ? Number.POSITIVE_INFINITY : Number(length);
    let got = 0;
    while (left > 0) {
      if (this.#rest.length === 0 && !(await this.#more())) {
        if (length === undefined) return;
        throw new IncompleteResponse(got, left);
      }
      const piece = this.#rest.slice(0, Math.min(left, this.#rest.length));
      this.#rest = this.#rest.slice(piece.length);
      left -= piece.length;
      got += piece.length;
      yield piece;
    }
  }

  async #line(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf(10);
      if (end >= 0) {
        const line = new TextDecoder("latin1").decode(this.#rest.slice(0, end)).replace(/\r$/, "");
        this.#rest = this.#rest.slice(end + 1);
        return line;
      }
      if (!(await this.#more())) throw new IncompleteResponse(this.received, undefined);
    }
  }

  async *#chunks(): AsyncGenerator<Uint8Array, void, void> {
    for (;;) {
      let left = Number.parseInt(await this.#line(), 16);
      if (!(left > 0)) {
        while ((await this.#line()) !== "") await this.self.tick();
        return;
      }
      while (left > 0) {
        if (this.#rest.length === 0 && !(await this.#more())) throw new IncompleteResponse(this.received, left);
        const piece = this.#rest.slice(0, Math.min(left, this.#rest.length));
        this.#rest = this.#rest.slice(piece.length);
        left -= piece.length;
        yield piece;
      }
      await this.#line();
    }
  }
}
