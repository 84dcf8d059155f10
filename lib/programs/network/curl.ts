/** curl(1), curl 7.88.1. */
import type { Process } from "../../kernel/types.ts";
import { codeOf, Failure } from "../core/errors.ts";
import type { Arguments } from "../core/options.ts";
import { baseName, joinPath } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { CookieJar } from "./cookies.ts";
import type { Facts } from "./curl-facts.ts";
import { VERSION } from "./curl-head.ts";
import { remoteName } from "./curl-output.ts";
import { buildRequest } from "./curl-request.ts";
import { Transfer } from "./curl-transfer.ts";

const HINT = "curl: try 'curl --help' or 'curl --manual' for more information\n";

/** %{header_json}: each header with all its values. */
function headerJson(headers: Facts["headers"]): string {
  const byName = new Map<string, string[]>();
  for (const { name, value } of headers) byName.set(name.toLowerCase(), [...(byName.get(name.toLowerCase()) ?? []), value]);
  return `{${[...byName].map(([name, values]) => `${JSON.stringify(name)}:${JSON.stringify(values)}`).join(",\n")}\n}`;
}

/** The variables of -w; what it says on standard output and on standard error. */
function writeOut(format: string, facts: Facts): { out: string; error: string } {
  const seconds = (value: number) => value.toFixed(6);
  const values: Readonly<Record<string, string>> = {
    content_type: facts.contentType,
    errormsg: facts.errorText,
    exitcode: String(facts.error),
    filename_effective: facts.fileName,
    header_json: headerJson(facts.headers),
    http_code: String(facts.status).padStart(3, "0"),
    http_version: facts.httpVersion,
    local_ip: facts.localAddress,
    local_port: String(facts.localPort),
    method: facts.method,
    num_connects: String(facts.connects),
    num_headers: String(facts.headers.length),
    num_redirects: String(facts.redirects),
    redirect_url: facts.redirectUrl,
    remote_ip: facts.remoteAddress,
    remote_port: String(facts.remotePort),
    response_code: String(facts.status).padStart(3, "0"),
    scheme: facts.scheme,
    size_download: String(facts.downloaded),
    size_header: String(facts.headerBytes),
    size_request: String(facts.requestBytes),
    size_upload: String(facts.uploaded),
    speed_download: String(facts.seconds > 0 ? Math.floor(facts.downloaded / facts.seconds) : 0),
    speed_upload: String(facts.seconds > 0 ? Math.floor(facts.uploaded / facts.seconds) : 0),
    ssl_verify_result: String(facts.verifyResult),
    time_appconnect: seconds(facts.appConnectSeconds),
    time_connect: seconds(facts.connectSeconds),
    time_namelookup: seconds(facts.connectSeconds / 2),
    time_pretransfer: seconds(Math.max(facts.connectSeconds, facts.appConnectSeconds)),
    time_redirect: seconds(0),
    time_starttransfer: seconds(facts.firstByteSeconds),
    time_total: seconds(facts.seconds),
    url_effective: facts.url,
    url: facts.url,
  };
  const said = { out: "", error: "" };
  let to: keyof typeof said = "out";
  for (const [whole, name, escaped] of format.matchAll(/%\{([a-zA-Z_]+)\}|%%|\\([nrt])|[\s\S]/g)) {
    if (name === "stdout") to = "out";
    else if (name === "stderr") to = "error";
    else if (name !== undefined) {
      const value = values[name];
      if (value === undefined) said.error += `curl: unknown --write-out variable: '${name}'\n`;
      else said[to] += value;
    } else if (whole === "%%") said[to] += "%";
    else said[to] += escaped === undefined ? whole : ({ n: "\n", r: "\r", t: "\t" }[escaped] ?? "");
  }
  return said;
}

/** A URL as curl guesses it: http:// where no scheme is given. */
function parseUrl(text: string): URL {
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\//.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "http" && scheme !== "https" && scheme !== "file")
    throw new Failure(`(1) Protocol "${scheme}" not supported or disabled in libcurl`, 1);
  if (/[\s]/.test(text) || text === "") throw new Failure("(3) URL using bad/illegal format or missing URL", 3);
  try {
    return new URL(scheme === undefined ? `http://${text}` : text);
  } catch {
    throw new Failure(
      /:\d{6,}|:\d*[^\d/][^/]*(\/|$)/.test(text.replace(/^https?:\/\//, ""))
        ? "(3) URL using bad/illegal format or missing URL"
        : "(3) URL using bad/illegal format or missing URL",
      3,
    );
  }
}

/** A URL, and what stands in each of its braces and ranges: #1, #2 in names of files. */
interface Expanded {
  readonly url: string;
  readonly items: readonly string[];
}

/** Braces and ranges in URLs ({a,b}, [1-3]), unless -g. */
function expandGlob(text: string): Expanded[] {
  const found = /\{([^{}]*)\}|\[(\d+)-(\d+)\]|\[([a-z])-([a-z])\]/.exec(text);
  if (!found) return [{ url: text, items: [] }];
  const before = text.slice(0, found.index);
  const after = text.slice(found.index + found[0].length);
  const items: string[] = [];
  if (found[1] !== undefined) items.push(...found[1].split(","));
  else if (found[2] !== undefined)
    for (let i = Number(found[2]); i <= Number(found[3]); i++)
      items.push(String(i).padStart(/^0/.test(found[2]) ? found[2].length : 0, "0"));
  else for (let i = (found[4] ?? "a").charCodeAt(0); i <= (found[5] ?? "a").charCodeAt(0); i++) items.push(String.fromCharCode(i));
  return items.flatMap((item) => expandGlob(after).map((rest) => ({ url: before + item + rest.url, items: [item, ...rest.items] })));
}

async function cookieSetup(self: Process, args: Arguments): Promise<{ jar: CookieJar | undefined; text: string | undefined }> {
  const given = args.all("cookie");
  const jarName = args.get("cookie-jar");
  if (given.length === 0 && jarName === undefined) return { jar: undefined, text: undefined };
  const jar = new CookieJar();
  const texts: string[] = [];
  for (const value of given) {
    if (value.includes("=")) texts.push(value);
    else
      try {
        jar.load(self.files.readText(value));
      } catch (error) {
        // A missing file only switches the cookie engine on.
        if (codeOf(error) === undefined) throw error;
      }
  }
  return { jar, text: texts.length === 0 ? undefined : texts.join("; ") };
}

/** Options whose argument is a number. */
const NUMERIC: ReadonlySet<string> = new Set(["max-time", "connect-timeout", "retry", "retry-delay", "max-redirs"]);

export const curl = program({
  name: "curl",
  summary: "transfer a URL",
  section: "network",
  origin: `curl ${VERSION}`,
  synopsis: ["[options...] <url>"],
  usageStatus: 2,
  usageHint: () => HINT,
  usageMessage: (message) =>
    message
      .replace(/^unrecognized option '(.*)'$/, "option $1: is unknown")
      .replace(/^invalid option -- '(.)'$/, "option -$1: is unknown")
      .replace(/^option '(--[^']*)' requires an argument$/, "option $1: requires parameter")
      .replace(/^option requires an argument -- '(.)'$/, "option -$1: requires parameter")
      .replace(/^option '(--[^']*)' is ambiguous.*$/, "option $1: is ambiguous"),
  description: "Speaks HTTP/1.1 to the machines of this world, over TLS too: certificates are checked for real.",
  options: [
    "-b, --cookie=DATA|FILENAME  send cookies from string/file",
    "--cacert=FILE  CA certificate to verify peer against",
    "--capath=DIR  CA directory to verify peer against",
    "-E, --cert=CERTIFICATE[:PASSWORD]  client certificate file and password (certificates of clients are not modeled: an error)",
    "-c, --cookie-jar=FILENAME  write cookies to FILENAME after operation",
    "--compressed  request compressed response",
    "--connect-timeout=SECONDS  maximum time allowed for connection",
    "-C, --continue-at=OFFSET  resumed transfer offset",
    "--create-dirs  create necessary local directory hierarchy",
    "-d, --data=DATA  HTTP POST data",
    "--data-ascii=DATA  as --data",
    "--data-binary=DATA  HTTP POST binary data",
    "--data-raw=DATA  HTTP POST data, '@' allowed",
    "--data-urlencode=DATA  HTTP POST data URL encoded",
    "-D, --dump-header=FILENAME  write the received headers to FILENAME",
    "-f, --fail  fail fast with no output on HTTP errors",
    "--fail-with-body  fail on HTTP errors but save the body",
    "-F, --form=NAME=CONTENT  specify multipart MIME data",
    "--form-string=NAME=STRING  specify multipart MIME data, literally",
    "-G, --get  put the post data in the URL and use GET",
    "-g, --globoff  disable URL sequences and ranges using {} and []",
    "-I, --head  show document info only",
    "-H, --header=HEADER  pass custom header(s) to server",
    "-0, --http1.0  use HTTP 1.0",
    "--http1.1  use HTTP 1.1",
    "-i, --include  include protocol response headers in the output",
    "-k, --insecure  allow insecure server connections",
    "-4, --ipv4  resolve names to IPv4 addresses (there are no others)",
    "--json=DATA  HTTP POST JSON",
    "-L, --location  follow redirects",
    "-m, --max-time=SECONDS  maximum time allowed for transfer",
    "--max-redirs=NUM  maximum number of redirects allowed",
    "--no-progress-meter  do not show the progress meter",
    "-N, --no-buffer  disable buffering of the output stream",
    "--oauth2-bearer=TOKEN  OAuth 2 bearer token",
    "-o, --output=FILE  write to file instead of stdout",
    "--output-dir=DIR  directory to save files in",
    "--post301  do not switch to GET after following a 301",
    "--post302  do not switch to GET after following a 302",
    "-r, --range=RANGE  retrieve only the bytes within RANGE",
    "-e, --referer=URL  referer URL",
    "-O, --remote-name  write output to a file named as the remote file",
    "-R, --remote-time  set the remote file's time on the local output",
    "--url-query=DATA  add a URL query part",
    "-X, --request=METHOD  specify request method to use",
    "--request-target=PATH  specify the target for this request",
    "--resolve=HOST:PORT:ADDR  resolve the host+port to this address",
    "--retry=NUM  retry request if transient problems occur",
    "--retry-connrefused  retry on connection refused (use with --retry)",
    "--retry-delay=SECONDS  wait time between retries",
    "--retry-all-errors  retry all errors (use with --retry)",
    "-S, --show-error  show error even when -s is used",
    "-s, --silent  silent mode",
    "--tls-max=VERSION  set maximum allowed TLS version",
    "--tlsv1.0  use TLSv1.0 or greater",
    "--tlsv1.1  use TLSv1.1 or greater",
    "--tlsv1.2  use TLSv1.2 or greater",
    "--tlsv1.3  use TLSv1.3 or greater",
    "-T, --upload-file=FILE  transfer local FILE to destination",
    "--unix-socket=PATH  connect through this Unix domain socket",
    "--url=URL  URL to work with",
    "-u, --user=USER:PASSWORD  server user and password",
    "-A, --user-agent=NAME  send User-Agent NAME to server",
    "-v, --verbose  make the operation more talkative",
    "-V, --version  show version number and quit",
    "-h, --help  get help for commands",
    "-w, --write-out=FORMAT  output FORMAT after completion",
    "-q, --disable  disable .curlrc",
  ],
  unmodeled: [
    "--abstract-unix-socket",
    "--aws-sigv4",
    "--ciphers",
    "-K",
    "--config",
    "--connect-to",
    "--digest",
    "--interface",
    "-6",
    "--ipv6",
    "-j",
    "--junk-session-cookies",
    "--keepalive-time",
    "--key",
    "--limit-rate",
    "-M",
    "--manual",
    "-n",
    "--netrc",
    "--next",
    "-:",
    "--path-as-is",
    "-p",
    "--proxytunnel",
    "-x",
    "--proxy",
    "-#",
    "--progress-bar",
    "-J",
    "--remote-header-name",
    "--remote-name-all",
    "--socks5",
    "-y",
    "--speed-time",
    "-Y",
    "--speed-limit",
    "--trace",
    "--trace-ascii",
    "--http2",
    "--raw",
    "-Z",
    "--parallel",
    "-z",
    "--time-cond",
  ],
  limits:
    "Nothing is encrypted inside this world, though certificates, names and signatures are checked. Connections are not kept between URLs.",
  run: async (self, args) => {
    const texts = [...args.all("url"), ...args.operands];
    if (texts.length === 0) {
      await self.error(HINT);
      return 2;
    }
    for (const { key, value } of args.given)
      if (NUMERIC.has(key) && !/^\d+(\.\d*)?$/.test(value)) {
        const typed = args.raw.find((word) => word.startsWith(`--${key}`)) ? `--${key}` : key === "max-time" ? "-m" : `--${key}`;
        await self.error(`curl: option ${typed}: expected a proper numerical parameter\n${HINT}`);
        return 2;
      }
    const names = args.given.filter((option) => option.key === "output" || option.key === "remote-name");
    const { jar, text: cookieText } = await cookieSetup(self, args);
    let status = 0;
    const complain = async (failure: Failure) => {
      status = failure.status;
      if (!args.has("silent") || args.has("show-error")) await self.error(`curl: ${failure.message}\n`);
    };
    for (const [index, text] of texts.entries()) {
      for (const { url: each, items } of args.has("globoff") ? [{ url: text, items: [] }] : expandGlob(text)) {
        let transfer: Transfer | undefined;
        try {
          const url = parseUrl(each);
          const upload = args.get("upload-file");
          if (upload !== undefined && upload !== "-" && url.pathname.endsWith("/")) url.pathname += baseName(upload);
          const request = await buildRequest(self, args);
          const naming = names[index];
          let name = naming?.key === "output" ? naming.value : naming ? remoteName(url) : undefined;
          if (naming?.key === "output") name = name?.replace(/#(\d)/g, (whole, number: string) => items[Number(number) - 1] ?? whole);
          if (name === "" && naming) throw new Failure("(23) Failed writing received data to disk/application", 23);
          if (name !== undefined && name !== "-" && args.has("output-dir")) name = joinPath(args.get("output-dir") ?? ".", name);
          const retries = Number(args.get("retry") ?? 0);
          for (let attempt = 0; ; attempt++) {
            transfer = new Transfer(self, args, request, jar, cookieText, url, name);
            try {
              await transfer.run();
              const { status: code } = transfer.facts;
              if (attempt < retries && [408, 429, 500, 502, 503, 504].includes(code))
                throw new Failure(`(22) The requested URL returned error: ${code}`, 22);
              status = 0;
              break;
            } catch (error) {
              if (!(error instanceof Failure)) throw error;
              const again =
                error.status === 28 ||
                (error.status === 7 && args.has("retry-connrefused")) ||
                [408, 429, 500, 502, 503, 504].includes(transfer.facts.status) ||
                args.has("retry-all-errors");
              if (attempt >= retries || !again) throw error;
              const delay = args.has("retry-delay") ? Number(args.get("retry-delay")) : 2 ** attempt;
              const left = retries - attempt;
              if (!args.has("silent"))
                await self.error(
                  `Warning: Problem: ${error.status === 7 ? "connection refused" : error.status === 28 ? "timeout" : "HTTP error"}. Will retry in ${delay} second${delay === 1 ? "" : "s"}. ${left} ${left === 1 ? "retry" : "retries"} left.\n`,
                );
              await self.sleep(delay * 1000);
            }
          }
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
          if (transfer) {
            transfer.facts.error = error.status;
            transfer.facts.errorText = error.message.replace(/^\(\d+\) /, "");
          }
          await complain(error);
        }
        const format = args.get("write-out");
        if (format !== undefined && transfer) {
          const said = writeOut(format.startsWith("@") ? self.files.readText(format.slice(1)) : format, transfer.facts);
          if (said.error !== "") await self.error(said.error);
          if (said.out !== "") await self.print(said.out);
        }
      }
    }
    const jarName = args.get("cookie-jar");
    if (jar && jarName !== undefined) {
      if (jarName === "-") await self.print(jar.text());
      else self.files.writeFile(jarName, jar.text());
    }
    return status;
  },
});
