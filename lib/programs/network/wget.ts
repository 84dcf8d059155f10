/** wget(1), GNU Wget 1.21.3. */
import { KernelError } from "../../kernel/errno.ts";
import type { OpenFile, Process } from "../../kernel/types.ts";
import { concat, encode } from "../core/io.ts";
import type { Arguments } from "../core/options.ts";
import { baseName, joinPath } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { humanSize } from "../core/size.ts";
import { momentAt, strftime } from "../core/time.ts";
import { connectAny, limitedBy, TimedOut } from "./connect.ts";
import { headerOf, IncompleteResponse, NotHttp, type ResponseHead, ResponseReader } from "./http-message.ts";
import { Refused } from "./wget-refused.ts";

class Fetch {
  constructor(
    private readonly self: Process,
    private readonly args: Arguments,
  ) {}

  async #log(text: string): Promise<void> {
    if (!this.args.has("quiet") && !(this.args.has("no-verbose") && !text.startsWith("wget:"))) await this.self.error(text);
  }

  #now(): string {
    return strftime("%Y-%m-%d %H:%M:%S", momentAt(this.self.machine.kernel.clock.now(), this.self.env.TZ ?? "UTC"));
  }

  /** The name to save under: what is there already is not overwritten. */
  #target(url: URL): string {
    const given = this.args.get("output-document");
    if (given !== undefined) return given;
    const base = url.pathname.endsWith("/") ? "index.html" : baseName(url.pathname);
    const name = `${base}${url.search}`;
    const path = this.args.has("directory-prefix") ? joinPath(this.args.get("directory-prefix") ?? ".", name) : name;
    if (!this.self.files.exists(path) || this.args.has("continue", "timestamping")) return path;
    for (let count = 1; ; count++) if (!this.self.files.exists(`${path}.${count}`)) return `${path}.${count}`;
  }

  /** The file that -nc leaves as it is. */
  #kept(url: URL): string | undefined {
    const { args, self } = this;
    if (!args.has("no-clobber")) return undefined;
    const base = `${url.pathname.endsWith("/") ? "index.html" : baseName(url.pathname)}${url.search}`;
    const prefix = args.get("directory-prefix");
    const name = args.get("output-document") ?? (prefix === undefined ? base : joinPath(prefix, base));
    return self.files.exists(name) ? name : undefined;
  }

  /** Fetches one URL; the exit status that it asks for. */
  async get(text: string): Promise<number> {
    const { self, args } = this;
    let url = new URL(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
    const first = url;
    const kept = this.#kept(url);
    if (kept !== undefined) {
      await this.#log(`File ‘${kept}’ already there; not retrieving.\n\n`);
      return 0;
    }
    for (let redirects = 0; ; redirects++) {
      await this.#log(`--${this.#now()}--  ${url.href}\n`);
      if (url.protocol !== "http:" && url.protocol !== "https:") {
        await self.error(`${url.href}: Unsupported scheme ‘${url.protocol.slice(0, -1)}’.\n`);
        return 1;
      }
      const host = url.hostname;
      const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
      const literal = /^\d+\.\d+\.\d+\.\d+$/.test(host);
      const addresses = self.machine.network.resolve(host);
      if (!literal)
        await this.#log(
          `Resolving ${host} (${host})... ${addresses.length === 0 ? "failed: Name or service not known.\n" : `${addresses.join(", ")}\n`}`,
        );
      if (addresses.length === 0) {
        if (!args.has("quiet")) await self.error(`wget: unable to resolve host address ‘${host}’\n`);
        return 4;
      }
      const limit = limitedBy(self, args.has("timeout") ? Number(args.get("timeout")) : undefined);
      const place = literal ? `${host}:${port}` : `${host} (${host})|${addresses[0]}|:${port}`;
      try {
        await this.#log(`Connecting to ${place}... `);
        const { socket } = await connectAny(self, addresses, port, limit.signal);
        let stream: OpenFile = socket;
        try {
          await this.#log("connected.\n");
          if (url.protocol === "https:")
            stream = await (await import("./wget-tls.ts")).startTls(self, args, host, socket, limit.signal, (line) => this.#log(line));
          await this.#log("HTTP request sent, awaiting response... ");
          const extra = args
            .all("header")
            .map((line) => `${line}\r\n`)
            .join("");
          const body = args.has("post-data") ? encode(args.get("post-data") ?? "") : undefined;
          const method = args.get("method") ?? (body === undefined ? (args.has("spider") ? "HEAD" : "GET") : "POST");
          const user = args.get("user") ?? args.get("http-user");
          const password = args.get("password") ?? args.get("http-password") ?? "";
          const login = user === undefined ? "" : `Authorization: Basic ${btoa(String.fromCharCode(...encode(`${user}:${password}`)))}\r\n`;
          const content = body === undefined ? "" : `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n`;
          const head = `${method} ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nUser-Agent: ${args.get("user-agent") ?? "Wget/1.21.3"}\r\nAccept: */*\r\nAccept-Encoding: identity\r\nConnection: Keep-Alive\r\n${login}${extra}${content}\r\n`;
          await stream.write(body === undefined ? encode(head) : concat([encode(head), body]), limit.signal);
          const reader = new ResponseReader(self, stream, limit.signal);
          const response = await reader.head();
          if (args.has("server-response"))
            await self.error(`${args.has("quiet") ? "" : "\n"}${response.text.trimEnd().replaceAll("\r", "").replace(/^/gm, "  ")}\n`);
          else await this.#log(`${response.status} ${response.reason}\n`);
          const location = headerOf(response.headers, "Location");
          if (response.status >= 300 && response.status < 400 && location !== undefined) {
            if (redirects >= 20) {
              await this.#log("20 redirections exceeded.\n");
              return 8;
            }
            url = new URL(location, url);
            await this.#log(`Location: ${location} [following]\n`);
            continue;
          }
          if (response.status >= 400) {
            await this.#log(`${this.#now()} ERROR ${response.status}: ${response.reason}.\n\n`);
            return 8;
          }
          if (args.has("spider")) {
            await this.#log("Remote file exists.\n\n");
            return 0;
          }
          return await this.#save(first, response, reader, method);
        } finally {
          stream.release();
        }
      } catch (error) {
        if (error instanceof Refused) return error.status;
        if (error instanceof TimedOut) {
          await this.#log("failed: Connection timed out.\n");
          return 4;
        }
        if (error instanceof IncompleteResponse || error instanceof NotHttp) {
          await this.#log("No data received.\n");
          return 4;
        }
        if (!(error instanceof KernelError)) throw error;
        await this.#log(`failed: ${error.text}.\n`);
        return 4;
      } finally {
        limit.cancel();
      }
    }
  }

  async #save(url: URL, response: ResponseHead, reader: ResponseReader, method: string): Promise<number> {
    const { self } = this;
    const type = headerOf(response.headers, "Content-Type")?.split(";")[0];
    const length = headerOf(response.headers, "Content-Length");
    const target = this.#target(url);
    await this.#log(
      `Length: ${length === undefined ? "unspecified" : `${length}${Number(length) >= 1024 ? ` (${humanSize(Number(length))})` : ""}`}${type === undefined ? "" : ` [${type}]`}\nSaving to: ‘${target === "-" ? "STDOUT" : target}’\n\n`,
    );
    const began = self.machine.kernel.clock.monotonic();
    const parts: Uint8Array[] = [];
    let isWhole = true;
    try {
      for await (const piece of reader.body(response, method)) parts.push(piece);
    } catch (error) {
      if (!(error instanceof IncompleteResponse)) throw error;
      isWhole = false;
    }
    const data = concat(parts);
    if (target === "-") await self.print(data);
    else {
      const prefix = this.args.get("directory-prefix");
      if (prefix !== undefined) self.files.mkdir(prefix, { recursive: true });
      self.files.writeFile(target, data);
    }
    const seconds = Math.max(0.001, (self.machine.kernel.clock.monotonic() - began) / 1000);
    const speed = data.length / seconds;
    const rate =
      speed >= 1024 ** 2
        ? `${(speed / 1024 ** 2).toFixed(2)} MB/s`
        : speed >= 1024
          ? `${(speed / 1024).toFixed(1)} KB/s`
          : `${speed.toFixed(1)} B/s`;
    if (!isWhole) {
      await this.#log(`${this.#now()} (${rate}) - Connection closed at byte ${data.length}. Giving up.\n\n`);
      return 4;
    }
    const size = length === undefined ? String(data.length) : `${data.length}/${length}`;
    if (this.args.has("no-verbose") && !this.args.has("quiet"))
      await self.error(`${this.#now()} URL:${url.href} [${size}] -> "${target}" [1]\n`);
    await this.#log(
      target === "-"
        ? `${this.#now()} (${rate}) - written to stdout [${size}]\n\n`
        : `${this.#now()} (${rate}) - ‘${target}’ saved [${size}]\n\n`,
    );
    return 0;
  }
}

export const wget = program({
  name: "wget",
  summary: "the non-interactive network downloader",
  section: "network",
  origin: "GNU Wget 1.21.3",
  usageStatus: 2,
  synopsis: ["[OPTION]... [URL]..."],
  usageHint: () => "Usage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n",
  options: [
    "-c, --continue  overwrite rather than number the file (the whole is fetched again)",
    "--header=STRING  insert STRING among the headers",
    "--method=METHOD  use METHOD in the request",
    "-N, --timestamping  overwrite rather than number the file",
    "--ca-certificate=FILE  file with the bundle of CAs",
    "--no-check-certificate  don't validate the server's certificate",
    "-O, --output-document=FILE  write documents to FILE",
    "-P, --directory-prefix=PREFIX  save files to PREFIX/..",
    "--post-data=STRING  use the POST method; send STRING as the data",
    "-q, --quiet  quiet (no output)",
    "--no-verbose  turn off verboseness, without being quiet",
    "--no-clobber  skip downloads to existing files (also -nc)",
    "--user=USER  set the user name",
    "--password=PASS  set the password",
    "--http-user=USER  set the user name for HTTP",
    "--http-password=PASS  set the password for HTTP",
    "-S, --server-response  print the server's response",
    "--show-progress  (accepted)",
    "--spider  don't download anything",
    "-T, --timeout=SECONDS  set all timeout values to SECONDS",
    "-t, --tries=NUMBER  (accepted; each URL is tried once)",
    "-U, --user-agent=AGENT  identify as AGENT instead of Wget/VERSION",
  ],
  unmodeled: [
    "-A",
    "--accept",
    "-b",
    "--background",
    "-i",
    "--input-file",
    "-k",
    "--convert-links",
    "-l",
    "--level",
    "--limit-rate",
    "-m",
    "--mirror",
    "-np",
    "-o",
    "--output-file",
    "-p",
    "--page-requisites",
    "-r",
    "--recursive",
    "-R",
    "--reject",
    "-w",
    "--wait",
    "-x",
    "--force-directories",
    "--content-disposition",
  ],
  limits: "Nothing is encrypted inside this world, though certificates are checked. The progress bar is not drawn.",
  rewrite: (argv) =>
    argv.flatMap((word) =>
      word === "-nv" ? ["--no-verbose"] : word === "-nc" ? ["--no-clobber"] : word === "-qO-" ? ["-q", "-O", "-"] : [word],
    ),
  run: async (self, args) => {
    if (args.operands.length === 0) {
      await self.error("wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n");
      return 1;
    }
    const fetch = new Fetch(self, args);
    let status = 0;
    for (const text of args.operands) {
      let parsed = true;
      try {
        void new URL(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
      } catch {
        parsed = false;
      }
      if (parsed) status = Math.max(status, await fetch.get(text));
      else {
        await self.error(`${text}: Invalid URL.\n`);
        status = Math.max(status, 1);
      }
    }
    return status;
  },
});
