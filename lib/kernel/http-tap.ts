/** Listens in on a connection and says which HTTP/1 requests pass and what is answered (RFC 9112); other protocols are let be. */

import { PlainBytes } from "./tls-records.ts";

/** One request and its answer. */
export interface HttpExchange {
  readonly method: string;
  /** The Host header; "" when there is none. */
  readonly host: string;
  readonly target: string;
  /** 0: the connection was closed before an answer came. */
  readonly status: number;
  /** From the head of the request to the head of the answer. */
  readonly ms: number;
}

interface Asked {
  readonly method: string;
  readonly host: string;
  readonly target: string;
  readonly sinceMs: number;
}

export interface HttpTapOptions {
  /** Milliseconds that never go back. */
  readonly now: () => number;
  readonly onExchange: (exchange: HttpExchange) => void;
}

/** Takes the bytes of both directions as they are sent, and keeps no more of them than an unfinished head. */
export class HttpTap {
  readonly #options: HttpTapOptions;
  readonly #asked: Asked[] = [];
  readonly #requests = new Follower(/^[A-Z]{3,16} $/, (head) => this.#requestHead(head));
  readonly #answers = new Follower(/^HTTP\/1\.$/, (head) => this.#answerHead(head));
  readonly #toServer = new PlainBytes((bytes) => {
    if (!this.#isOver) this.#isOver = !this.#requests.push(bytes);
  });
  readonly #toClient = new PlainBytes((bytes) => {
    if (!this.#isOver) this.#isOver = !this.#answers.push(bytes);
  });
  #isOver = false;

  constructor(options: HttpTapOptions) {
    this.#options = options;
  }

  clientSent(bytes: Uint8Array): void {
    if (!this.#isOver) this.#toServer.push(bytes);
  }

  serverSent(bytes: Uint8Array): void {
    if (!this.#isOver) this.#toClient.push(bytes);
  }

  /** The connection is gone: what was asked gets no answer any more. */
  closed(): void {
    this.#isOver = true;
    for (const asked of this.#asked.splice(0)) this.#tell(asked, 0);
  }

  #requestHead(head: Head): Body | undefined {
    const [method, target, version] = head.line.split(" ");
    if (method === undefined || target === undefined || !version?.startsWith("HTTP/1.")) return undefined;
    this.#asked.push({ method, target, host: head.field("host") ?? "", sinceMs: this.#options.now() });
    return declaredBody(head) ?? { kind: "bytes", left: 0 };
  }

  #answerHead(head: Head): Body | undefined {
    const status = Number(head.line.slice("HTTP/1.1 ".length, "HTTP/1.1 200".length));
    // RFC 9110 15.2: interim answers come before the final one; after 101 another protocol is spoken.
    if (status === 101) return undefined;
    if (status < 200) return { kind: "bytes", left: 0 };
    const asked = this.#asked.shift();
    if (asked !== undefined) this.#tell(asked, status);
    if (asked?.method === "HEAD" || status === 204 || status === 304) return { kind: "bytes", left: 0 };
    return declaredBody(head) ?? { kind: "rest" };
  }

  #tell({ sinceMs, ...asked }: Asked, status: number): void {
    this.#options.onExchange({ ...asked, status, ms: this.#options.now() - sinceMs });
  }
}

/** What follows a head: so many bytes, chunks, or everything until the connection ends. */
type Body = { readonly kind: "bytes"; readonly left: number } | { readonly kind: "chunks" } | { readonly kind: "rest" };

/** RFC 9112 6.3. */
function declaredBody(head: Head): Body | undefined {
  if (head.field("transfer-encoding")?.toLowerCase().includes("chunked")) return { kind: "chunks" };
  const length = Number(head.field("content-length") ?? Number.NaN);
  return Number.isInteger(length) && length >= 0 ? { kind: "bytes", left: length } : undefined;
}

class Head {
  readonly line: string;
  readonly #text: string;

  constructor(text: string) {
    const end = text.indexOf("\n");
    this.line = text.slice(0, end).trimEnd();
    this.#text = text;
  }

  field(name: string): string | undefined {
    return new RegExp(`\\n${name}:[ \\t]*([^\\r\\n]*)`, "i").exec(this.#text)?.[1]?.trim();
  }
}

const LONGEST_HEAD = 64 * 1024;
const latin1 = new TextDecoder("latin1");

/** Where the last line end of a head is that lies in these bytes as a whole, as nearly every one does; else of its first line. */
function endOfHead(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0x0a, from); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at + 1] === 0x0a) return at + 1;
    if (bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a) return at + 2;
  }
  return bytes.indexOf(0x0a, from);
}

/** Follows one direction from message to message. */
class Follower {
  readonly #begins: RegExp;
  readonly #onHead: (head: Head) => Body | undefined;
  /** Of the head, or of a chunk's size, that has not come to its end. */
  #text = "";
  #state: "head" | "body" | "chunk-size" | "chunk" | "trailer" | "rest" = "head";
  #left = 0;

  /** `begins` matches a message's text up to the first space or full stop. */
  constructor(begins: RegExp, onHead: (head: Head) => Body | undefined) {
    this.#begins = begins;
    this.#onHead = onHead;
  }

  /** False when this is no HTTP, or nothing more can be told. */
  push(bytes: Uint8Array): boolean {
    let at = 0;
    while (at < bytes.length) {
      if (this.#state === "rest") return true;
      if (this.#state === "body" || this.#state === "chunk") {
        const count = Math.min(this.#left, bytes.length - at);
        at += count;
        this.#left -= count;
        if (this.#left === 0) this.#state = this.#state === "body" ? "head" : "chunk-size";
        continue;
      }
      const end = this.#state === "head" && this.#text === "" ? endOfHead(bytes, at) : bytes.indexOf(0x0a, at);
      this.#text += latin1.decode(bytes.subarray(at, end < 0 ? bytes.length : end + 1));
      at = end < 0 ? bytes.length : end + 1;
      if (this.#text.length > LONGEST_HEAD || !this.#isLikely()) return false;
      if (end >= 0 && !this.#line()) return false;
    }
    return true;
  }

  #isLikely(): boolean {
    if (this.#state !== "head") return true;
    const end = /[ .]/.exec(this.#text)?.index;
    return end === undefined ? this.#text.length <= 17 : this.#begins.test(this.#text.slice(0, end + 1));
  }

  /** A line is complete. */
  #line(): boolean {
    if (this.#state === "head") {
      if (!/\n\r?\n$/.test(this.#text)) return true;
      const body = this.#onHead(new Head(this.#text));
      this.#text = "";
      if (body === undefined) return false;
      if (body.kind === "rest") this.#state = "rest";
      else if (body.kind === "chunks") this.#state = "chunk-size";
      else if (body.left > 0) {
        this.#state = "body";
        this.#left = body.left;
      }
      return true;
    }
    const line = this.#text.trim();
    this.#text = "";
    if (this.#state === "trailer") {
      if (line === "") this.#state = "head";
      return true;
    }
    // The line end after a chunk's bytes is counted with them.
    const size = Number.parseInt(line, 16);
    if (!Number.isInteger(size) || size < 0) return false;
    this.#state = size === 0 ? "trailer" : "chunk";
    this.#left = size + 2;
    return true;
  }
}
