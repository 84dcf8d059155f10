/** Reads one HTTP/1.x response from pieces of bytes (RFC 9112). */

export interface HttpMessage {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

/** What came is no HTTP response, or only part of one. */
export class HttpProtocolError extends Error {
  override readonly name = "HttpProtocolError";
  readonly isCutShort: boolean;

  constructor(message: string, isCutShort: boolean) {
    super(message);
    this.isCutShort = isCutShort;
  }
}

export interface HttpParserOptions {
  /** The answer to HEAD has no body, whatever its headers say. */
  readonly isHead: boolean;
  readonly largestBody: number;
}

interface Head {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
}

const LARGEST_HEAD = 256 * 1024;
/** Header values are bytes; browsers and Python read them as Latin-1. */
const latin1 = new TextDecoder("latin1");

export class HttpParser {
  readonly #options: HttpParserOptions;
  #buffer = new Uint8Array(4096);
  #length = 0;
  /** Bytes of the buffer that were used. */
  #at = 0;
  #head: Head | undefined;
  readonly #chunks: Uint8Array[] = [];
  #bodyLength = 0;

  constructor(options: HttpParserOptions) {
    this.#options = options;
  }

  /** Takes bytes; the message once it is complete. Throws HttpProtocolError. */
  push(bytes: Uint8Array): HttpMessage | undefined {
    this.#append(bytes);
    return this.#advance(false);
  }

  /** The connection was closed. Throws HttpProtocolError when the message was not complete. */
  end(): HttpMessage {
    const message = this.#advance(true);
    if (message !== undefined) return message;
    const begun = latin1.decode(this.#buffer.subarray(this.#at, Math.min(this.#length, this.#at + 80)));
    if (this.#head === undefined && begun !== "" && !begun.startsWith("HTTP/")) {
      throw new HttpProtocolError(`this is no HTTP answer: ${begun}`, false);
    }
    const what = this.#head === undefined ? "closed the connection without an answer" : "closed the connection in the middle of its answer";
    throw new HttpProtocolError(`the server ${what}`, true);
  }

  #append(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#buffer.length) {
      const rest = this.#buffer.subarray(this.#at, this.#length);
      const grown = new Uint8Array(Math.max(4096, (rest.length + bytes.length) * 2));
      grown.set(rest);
      this.#buffer = grown;
      this.#length = rest.length;
      this.#at = 0;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #advance(isEnd: boolean): HttpMessage | undefined {
    while (this.#head === undefined) {
      const head = this.#readHead();
      if (head === undefined) return undefined;
      // RFC 9110 15.2: interim responses come before the final one.
      if (head.status >= 200) this.#head = head;
    }
    const head = this.#head;
    if (this.#options.isHead || head.status === 204 || head.status === 304) return this.#message(head);
    if (header(head, "transfer-encoding")?.toLowerCase().includes("chunked")) return this.#readChunks() ? this.#message(head) : undefined;
    const declared = header(head, "content-length");
    if (declared === undefined) {
      this.#takeBody(this.#length - this.#at);
      return isEnd ? this.#message(head) : undefined;
    }
    const length = Number(declared);
    if (!Number.isInteger(length) || length < 0) throw new HttpProtocolError(`Content-Length is ${declared}`, false);
    this.#takeBody(Math.min(length - this.#bodyLength, this.#length - this.#at));
    return this.#bodyLength === length ? this.#message(head) : undefined;
  }

  /** A line without its end; undefined when it is not there yet. */
  #readLine(): string | undefined {
    const end = this.#buffer.subarray(0, this.#length).indexOf(0x0a, this.#at);
    if (end < 0) return undefined;
    const line = latin1.decode(this.#buffer.subarray(this.#at, end));
    this.#at = end + 1;
    return line.endsWith("\r") ? line.slice(0, -1) : line;
  }

  #readHead(): Head | undefined {
    const start = this.#at;
    const status = this.#readLine();
    const headers: [string, string][] = [];
    for (;;) {
      const line = status === undefined ? undefined : this.#readLine();
      if (status === undefined || line === undefined) {
        this.#at = start;
        if (this.#length - start > LARGEST_HEAD) throw new HttpProtocolError("the headers are too long", false);
        return undefined;
      }
      if (line === "") break;
      const colon = line.indexOf(":");
      if (colon <= 0) throw new HttpProtocolError(`this is no header: ${line.slice(0, 80)}`, false);
      headers.push([line.slice(0, colon), line.slice(colon + 1).trim()]);
    }
    const match = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(status);
    if (match === null) throw new HttpProtocolError(`this is no HTTP answer: ${status.slice(0, 80)}`, false);
    return { status: Number(match[1]), statusText: match[2] ?? "", headers };
  }

  /** RFC 9112 7.1; true when the last chunk has come. Trailers are dropped. */
  #readChunks(): boolean {
    for (;;) {
      const start = this.#at;
      const line = this.#readLine();
      if (line === undefined) return false;
      const size = Number.parseInt(line, 16);
      if (!Number.isInteger(size) || size < 0) throw new HttpProtocolError(`this is no chunk size: ${line.slice(0, 80)}`, false);
      if (size === 0) {
        for (let trailer = this.#readLine(); trailer !== ""; trailer = this.#readLine()) {
          if (trailer !== undefined) continue;
          this.#at = start;
          return false;
        }
        return true;
      }
      if (this.#length - this.#at < size + 2) {
        this.#at = start;
        return false;
      }
      this.#takeBody(size);
      this.#readLine();
    }
  }

  #takeBody(count: number): void {
    if (count <= 0) return;
    this.#chunks.push(this.#buffer.slice(this.#at, this.#at + count));
    this.#at += count;
    this.#bodyLength += count;
    if (this.#bodyLength > this.#options.largestBody) throw new HttpProtocolError("the answer is too long", false);
  }

  #message(head: Head): HttpMessage {
    const body = new Uint8Array(this.#bodyLength);
    let at = 0;
    for (const chunk of this.#chunks) {
      body.set(chunk, at);
      at += chunk.length;
    }
    return { ...head, body };
  }
}

function header(head: Head, name: string): string | undefined {
  return head.headers.find(([key]) => key.toLowerCase() === name)?.[1];
}
