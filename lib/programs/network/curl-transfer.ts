/** One URL of curl: requests, redirects, what is shown and where the body goes. */
import { KernelError } from "../../kernel/errno.ts";
import type { OpenFile, Process, StreamSocket, UnixSocket } from "../../kernel/types.ts";
import { gunzip } from "../archive/streams.ts";
import { Failure, reason } from "../core/errors.ts";
import { concat, encode } from "../core/io.ts";
import type { Arguments } from "../core/options.ts";
import type { TlsStream } from "../tls/index.ts";
import { connectAny, limitedBy, TimedOut } from "./connect.ts";
import type { CookieJar } from "./cookies.ts";
import type { Facts } from "./curl-facts.ts";
import { requestHead, userOf } from "./curl-head.ts";
import { CurlOutput } from "./curl-output.ts";
import type { CurlRequest } from "./curl-request.ts";
import { headerOf, IncompleteResponse, NotHttp, type ResponseHead, ResponseReader } from "./http-message.ts";
import { ProgressMeter } from "./progress.ts";

export class Transfer {
  readonly facts: Facts;
  readonly #output: CurlOutput;
  #connection = 0;

  constructor(
    private readonly self: Process,
    private readonly args: Arguments,
    private readonly request: CurlRequest,
    private readonly jar: CookieJar | undefined,
    private readonly cookieText: string | undefined,
    private url: URL,
    private readonly outputName: string | undefined,
  ) {
    this.#output = new CurlOutput(self, args, outputName);
    this.facts = {
      status: 0,
      downloaded: 0,
      uploaded: 0,
      headerBytes: 0,
      redirects: 0,
      seconds: 0,
      connectSeconds: 0,
      firstByteSeconds: 0,
      contentType: "",
      url: url.href,
      redirectUrl: "",
      remoteAddress: "",
      remotePort: 0,
      localAddress: "",
      localPort: 0,
      connects: 0,
      method: request.method,
      httpVersion: "0",
      fileName: outputName ?? "",
      error: 0,
      errorText: "",
      requestBytes: 0,
      headers: [],
      scheme: "HTTP",
      verifyResult: 0,
      appConnectSeconds: 0,
    };
  }

  get #verbose(): boolean {
    return this.args.has("verbose");
  }

  async #note(text: string): Promise<void> {
    if (this.#verbose) await this.self.error(`* ${text}\n`);
  }

  #seconds(option: string): number | undefined {
    const text = this.args.get(option);
    return text === undefined ? undefined : Number(text);
  }

  /** Runs it to the end, following redirects where -L asks. Throws Failure with curl's number and message. */
  async run(): Promise<void> {
    if (this.url.protocol === "file:") return this.#copyFile();
    const { clock } = this.self.machine.kernel;
    const began = clock.monotonic();
    const total = this.#seconds("max-time");
    const limit = limitedBy(this.self, total);
    const meter = new ProgressMeter(this.self, this.#showsProgress());
    try {
      let method = this.request.method;
      let { body } = this.request;
      const mostText = this.args.get("max-redirs");
      const most = mostText === undefined ? 50 : Number(mostText);
      for (;;) {
        const next = await this.#once(method, body, limit.signal, began, meter);
        if (next === undefined) break;
        if (most >= 0 && this.facts.redirects >= most) throw new Failure(`(47) Maximum (${most}) redirects followed`, 47);
        this.facts.redirects++;
        const { status } = this.facts;
        if (
          !this.args.has("upload-file") &&
          body !== undefined &&
          (status === 303 || (status === 301 && !this.args.has("post301")) || (status === 302 && !this.args.has("post302")))
        ) {
          body = undefined;
          // -X is said again; what was to be sent is not.
          if (!this.args.has("request")) {
            method = "GET";
            await this.#note("Switch from POST to GET");
          }
        }
        await this.#note(`Issue another request to this URL: '${next.href}'`);
        this.url = next;
      }
    } catch (error) {
      if (error instanceof TimedOut) {
        const ms = Math.round((total ?? 0) * 1000) + 1;
        throw new Failure(
          this.facts.connects === 0
            ? `(28) Connection timed out after ${ms} milliseconds`
            : `(28) Operation timed out after ${ms} milliseconds with ${this.facts.downloaded}${this.#expected === undefined ? "" : ` out of ${this.#expected}`} bytes received`,
          28,
        );
      }
      throw error;
    } finally {
      limit.cancel();
      this.facts.seconds = (clock.monotonic() - began) / 1000;
      await meter.finish(this.facts.downloaded, this.#expected, this.facts.uploaded, this.facts.seconds);
    }
  }

  /** file:// URLs: a file of this machine; -I tells its size and time (lib/file.c). */
  async #copyFile(): Promise<void> {
    const { self, args, facts } = this;
    const path = decodeURIComponent(this.url.pathname);
    let bytes: Uint8Array;
    try {
      bytes = self.files.readFile(path);
    } catch (error) {
      reason(error);
      throw new Failure(`(37) Couldn't open file ${path}`, 37);
    }
    const sink = this.#output.open();
    try {
      if (args.has("include", "head")) {
        const changed = new Date(self.files.stat(path).mtimeMs).toUTCString();
        await sink.write(encode(`Content-Length: ${bytes.length}\r\nAccept-ranges: bytes\r\nLast-Modified: ${changed}\r\n`));
      }
      if (args.has("head")) return;
      facts.downloaded = bytes.length;
      await sink.write(bytes);
    } finally {
      sink.close();
    }
  }

  #expected: number | undefined;

  #showsProgress(): boolean {
    if (this.args.has("silent", "no-progress-meter")) return false;
    return this.outputName !== undefined || this.self.fds.get(1)?.tty === undefined;
  }

  #addresses(port: number): readonly string[] {
    const host = this.url.hostname.replace(/^\[|\]$/g, "");
    for (const rule of this.args.all("resolve")) {
      const found = /^\+?([^:]+|\*):(\d+):(.+)$/.exec(rule);
      if (found && (found[1] === host || found[1] === "*") && Number(found[2]) === port) return (found[3] ?? "").split(",");
    }
    return this.self.machine.network.resolve(host);
  }

  async #once(
    method: string,
    body: Uint8Array | undefined,
    signal: AbortSignal,
    began: number,
    meter: ProgressMeter,
  ): Promise<URL | undefined> {
    const { self, url, facts, args } = this;
    const { clock } = self.machine.kernel;
    const host = url.hostname;
    const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
    const unixPath = args.get("unix-socket");
    const addresses = unixPath === undefined ? this.#addresses(port) : [];
    if (addresses.length === 0 && unixPath === undefined) {
      await this.#note(`Could not resolve host: ${host}`);
      await this.#note(`Closing connection ${this.#connection}`);
      throw new Failure(`(6) Could not resolve host: ${host}`, 6);
    }
    const limitConnect = this.#seconds("connect-timeout");
    const limit = limitConnect === undefined ? { signal, cancel: () => {} } : limitedBy(self, limitConnect);
    let socket: StreamSocket | UnixSocket;
    const started = clock.monotonic();
    try {
      if (unixPath !== undefined) {
        await this.#note(`  Trying ${unixPath}:0...`);
        socket = await self.machine.network.connectUnix(self, unixPath, limit.signal);
        facts.remoteAddress = unixPath;
      } else {
        const made = await connectAny(self, addresses, port, limit.signal, async (address) => {
          if (this.#verbose) await self.error(`*   Trying ${address}:${port}...\n`);
        });
        socket = made.socket;
        facts.remoteAddress = made.address;
        facts.localAddress = made.socket.local?.address ?? "";
        facts.localPort = made.socket.local?.port ?? 0;
      }
    } catch (error) {
      if (error instanceof TimedOut && limitConnect !== undefined)
        throw new Failure(`(28) Connection timed out after ${Math.round(limitConnect * 1000) + 1} milliseconds`, 28);
      if (!(error instanceof KernelError)) throw error;
      const last = addresses.at(-1) ?? "";
      if (unixPath !== undefined) await this.#note(`Immediate connect fail for ${unixPath}: ${error.text}`);
      else await this.#note(`connect to ${last} port ${port} failed: ${error.text}`);
      const ms = Math.round(clock.monotonic() - started);
      await this.#note(`Failed to connect to ${host} port ${port} after ${ms} ms: Couldn't connect to server`);
      await this.#note(`Closing connection ${this.#connection}`);
      throw new Failure(`(7) Failed to connect to ${host} port ${port} after ${ms} ms: Couldn't connect to server`, 7);
    } finally {
      limit.cancel();
    }
    facts.connects++;
    facts.connectSeconds = (clock.monotonic() - began) / 1000;
    facts.remotePort = port;
    await this.#note(`Connected to ${host} (${facts.remoteAddress}) port ${port} (#${this.#connection})`);
    let stream: OpenFile = socket;
    try {
      this.#secured = undefined;
      if (url.protocol === "https:") stream = await this.#secure(socket, signal, began);
      return await this.#exchange(stream, method, body, signal, began, meter);
    } finally {
      stream.release();
      this.#connection++;
    }
  }

  /** The connection that is open, where it is one over TLS. */
  #secured: TlsStream | undefined;

  async #secure(socket: StreamSocket | UnixSocket, signal: AbortSignal, began: number): Promise<TlsStream> {
    const { self, args, facts } = this;
    facts.scheme = "HTTPS";
    const note = (text: string) => this.#note(text);
    const dataNote = async (mark: string, length: number) => (this.#verbose ? self.error(this.#dataNote(mark, length)) : undefined);
    const context = { self, args, host: this.url.hostname, signal, note, dataNote };
    try {
      const { startTls } = await import("./curl-tls.ts");
      const stream = await startTls(context, socket, (code) => {
        facts.verifyResult = code;
      });
      this.#secured = stream;
      facts.appConnectSeconds = (self.machine.kernel.clock.monotonic() - began) / 1000;
      return stream;
    } catch (error) {
      const [first = ""] = error instanceof Failure ? error.message.replace(/^\(\d+\) /, "").split("\n") : [];
      if (!first.includes("subject name")) await this.#note(first);
      await this.#note(`Closing connection ${this.#connection}`);
      throw error;
    }
  }

  async #exchange(
    socket: OpenFile,
    method: string,
    body: Uint8Array | undefined,
    signal: AbortSignal,
    began: number,
    meter: ProgressMeter,
  ): Promise<URL | undefined> {
    const { self, args, facts } = this;
    const { clock } = self.machine.kernel;
    const cookies = [this.cookieText, this.jar?.send(this.url, clock.now() / 1000)].flatMap((text) => (text ? [text] : []));
    const head = requestHead(method, body, { args, url: this.url, request: this.request, cookies });
    const user = userOf(args, this.url);
    if (user !== undefined) await this.#note(`Server auth using Basic with user '${user.split(":")[0]}'`);
    facts.requestBytes += head.length;
    if (this.#verbose)
      await self.error(
        head
          .slice(0, -2)
          .split("\r\n")
          .map((line) => `> ${line}\r\n`)
          .join("") + (body === undefined || body.length === 0 ? "" : this.#dataNote("}", body.length)),
      );
    const reader = new ResponseReader(self, socket, signal);
    let response: ResponseHead;
    try {
      await socket.write(body === undefined ? encode(head) : concat([encode(head), body]), signal);
      facts.uploaded += body?.length ?? 0;
      do response = await reader.head();
      while (response.status === 100);
    } catch (error) {
      if (error instanceof IncompleteResponse) {
        await this.#note("Empty reply from server");
        await this.#note(`Closing connection ${this.#connection}`);
        throw new Failure("(52) Empty reply from server", 52);
      }
      if (error instanceof NotHttp) throw new Failure("(1) Received HTTP/0.9 when not allowed", 1);
      if (error instanceof KernelError && error.code !== "EPIPE") throw new Failure(`(56) Recv failure: ${reason(error)}`, 56);
      if (error instanceof KernelError) throw new Failure("(52) Empty reply from server", 52);
      throw error;
    }
    facts.firstByteSeconds = (clock.monotonic() - began) / 1000;
    facts.status = response.status;
    facts.headers = response.headers;
    facts.headerBytes += response.text.length;
    facts.httpVersion = response.version.slice(5);
    facts.contentType = headerOf(response.headers, "Content-Type") ?? "";
    facts.url = this.url.href;
    facts.method = method;
    for (const header of response.headers)
      if (header.name.toLowerCase() === "set-cookie") this.jar?.receive(header.value, this.url, clock.now() / 1000);
    if (this.#verbose)
      await self.error(
        response.text
          .replace(/\r?\n$/, "")
          .split(/\r?\n/)
          .map((line) => `< ${line}\r\n`)
          .map((line, index) => (index === 0 && response.version === "HTTP/1.0" ? `* HTTP 1.0, assume close after body\n${line}` : line))
          .join(""),
      );
    const location = headerOf(response.headers, "Location");
    const target = location !== undefined && response.status >= 300 && response.status < 400 ? new URL(location, this.url) : undefined;
    facts.redirectUrl = target?.href ?? "";
    const following = target !== undefined && args.has("location");
    const failing = response.status >= 400 && args.has("fail", "fail-with-body");
    const length = headerOf(response.headers, "Content-Length");
    this.#expected = length === undefined ? undefined : Number(length);
    const resumes = args.has("continue-at") && args.get("continue-at") !== "0" && method === "GET";
    if (resumes && response.status === 200) throw new Failure("(33) HTTP server doesn't seem to support byte ranges. Cannot resume.", 33);
    const sink = this.#output.open();
    const packed = args.has("compressed") && /^(x-)?gzip$/i.test(headerOf(response.headers, "Content-Encoding") ?? "");
    const pieces: Uint8Array[] = [];
    try {
      if (args.has("include", "head")) await sink.write(encode(response.text));
      await this.#dump(response.text);
      if (failing && !args.has("fail-with-body")) {
        await this.#note(`The requested URL returned error: ${response.status}`);
        await this.#note(`Closing connection ${this.#connection}`);
        throw new Failure(`(22) The requested URL returned error: ${response.status}`, 22);
      }
      if (following) facts.downloaded = 0;
      for await (const piece of reader.body(response, args.has("head") ? "HEAD" : method)) {
        if (facts.downloaded === 0 && this.#verbose) await self.error(this.#dataNote("{", piece.length));
        facts.downloaded += piece.length;
        meter.update(facts.downloaded, this.#expected, facts.uploaded, (clock.monotonic() - began) / 1000);
        if (packed) pieces.push(piece);
        else if (!following) await sink.write(piece);
      }
      if (packed && !following) await sink.write(await gunzip(concat(pieces)));
      if (following) {
        if (facts.downloaded > 0) await this.#note("Ignoring the response-body");
        facts.downloaded = 0;
      }
    } catch (error) {
      if (error instanceof IncompleteResponse)
        throw new Failure(
          error.missing === undefined
            ? "(56) Recv failure: Connection reset by peer"
            : `(18) transfer closed with ${error.missing} bytes remaining to read`,
          error.missing === undefined ? 56 : 18,
        );
      if (error instanceof KernelError && error.syscall !== "write") throw new Failure(`(56) Recv failure: ${reason(error)}`, 56);
      throw error;
    } finally {
      sink.close();
    }
    const modified = Date.parse(headerOf(response.headers, "Last-Modified") ?? "");
    const saved = this.outputName;
    if (args.has("remote-time") && saved !== undefined && saved !== "-" && !Number.isNaN(modified) && self.files.exists(saved))
      self.files.utimes(saved, modified, modified);
    const closes =
      response.version === "HTTP/1.0" ||
      /close/i.test(headerOf(response.headers, "Connection") ?? "") ||
      (length === undefined && !headerOf(response.headers, "Transfer-Encoding") && method !== "HEAD");
    const secured = this.#secured;
    await this.#note(
      closes ? `Closing connection ${this.#connection}` : `Connection #${this.#connection} to host ${this.url.hostname} left intact`,
    );
    if (closes && secured !== undefined) {
      await this.#note(`${secured.session.version} (OUT), TLS alert, close notify (256):`);
      if (this.#verbose) await self.error(this.#dataNote("}", 2));
    }
    if (response.status >= 400 && args.has("fail-with-body"))
      throw new Failure(`(22) The requested URL returned error: ${response.status}`, 22);
    return following ? target : undefined;
  }

  /** Of a body, -v says only how much there is, and nothing where it is shown on the terminal. */
  #dataNote(mark: string, length: number): string {
    return this.self.fds.get(1)?.tty === undefined ? `${mark} [${length} bytes data]\n` : "";
  }

  async #dump(text: string): Promise<void> {
    const name = this.args.get("dump-header");
    if (name === undefined) return;
    if (name === "-") await this.self.print(text);
    else this.self.files.writeFile(name, text, { append: this.facts.redirects > 0 });
  }
}
