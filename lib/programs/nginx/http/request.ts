/** A request on its way through the phases. */
import type { LocationConfig, ServerConfig, Settings } from "../config/model.ts";
import type { Values } from "../config/template.ts";
import type { Stream, TlsFacts } from "./stream.ts";
import { lookUp } from "./variables.ts";
import { logError, type Worker } from "./worker-state.ts";

export interface Field {
  readonly name: string;
  readonly value: string;
}

/** One client. */
export interface Client {
  readonly stream: Stream;
  /** As the log counts them. */
  readonly number: number;
  readonly address: string;
  readonly port: number;
  readonly localAddress: string;
  readonly localPort: number;
  /** The servers of the socket; the first is the default one. */
  readonly servers: readonly ServerConfig[];
  /** The server that TLS has chosen by name: the one for a Host that nobody has. */
  readonly chosen?: ServerConfig;
  /** What the log shows while no request is known. */
  readonly listenText: string;
  readonly isTls: boolean;
  readonly tls: TlsFacts | undefined;
  readonly startMs: number;
  requests: number;
}

/** One try at an upstream. */
export interface Attempt {
  readonly address: string;
  status: number;
  connectMs: number | undefined;
  headerMs: number | undefined;
  responseMs: number | undefined;
  length: number;
  received: number;
  sent: number;
  /** The first one after an internal redirect. */
  readonly isAfterRedirect: boolean;
}

/** What is to be sent. */
export class Outgoing {
  status = 200;
  /** Of an upstream: as it was said. */
  statusText: string | undefined;
  contentType = "";
  charset = "";
  /** The body's length, where it is known. */
  length: number | undefined;
  lastModifiedMs: number | undefined;
  /** nginx's own redirects: made absolute. */
  location: string | undefined;
  readonly headers: Field[] = [];
  body: Uint8Array | AsyncIterable<Uint8Array> = new Uint8Array();
  allowRanges = false;
  /** Conditions of the request were the upstream's to look at. */
  isProxied = false;

  header(name: string): string | undefined {
    return this.headers.find((field) => field.name.toLowerCase() === name)?.value;
  }

  remove(name: string): void {
    for (let at = this.headers.length - 1; at >= 0; at--) if (this.headers[at]?.name.toLowerCase() === name) this.headers.splice(at, 1);
  }
}

/** One more than an URI may change. */
const MOST_URI_CHANGES = 11;

export class HttpRequest implements Values {
  requestLine = "";
  method = "";
  /** 9, 1000, 1001. */
  version = 1001;
  /** As sent. */
  unparsedUri = "";
  uri = "";
  args = "";
  extension = "";
  headers: readonly Field[] = [];
  /** The Host header or the host of the request line, made lower case, without port. */
  host = "";
  contentLength: number | undefined;
  isChunked = false;
  body: Uint8Array | undefined;
  /** Bytes of the request. */
  length = 0;
  keepAlive = false;
  server: ServerConfig;
  location: LocationConfig;
  readonly values = new Map<string, string | undefined>();
  captures: readonly (string | undefined)[] = [];
  uriChanges = MOST_URI_CHANGES;
  uriChanged = false;
  isInternal = false;
  validUnparsedUri = true;
  validLocation = true;
  /** The URI had escapes, or a plus. */
  isQuoted = false;
  addUriToAlias = false;
  isErrorPage = false;
  errorStatus = 0;
  /** A field set for the answer before it is known: Location, WWW-Authenticate. */
  redirectTo: string | undefined;
  readonly early: Field[] = [];
  hasArgs = false;
  /** What an upstream said before X-Accel-Redirect. */
  givenType: string | undefined;
  /** The answer depends on Accept-Encoding. */
  variesByGzip = false;
  hasRealAddress = false;
  hostIsFromLine = false;
  /** After 101 Switching Protocols. */
  tunnel: Stream | undefined;
  tunnelEnded: (() => void) | undefined;
  /** What is about to be sent. */
  outgoing: Outgoing | undefined;
  isPipelined = false;
  /** What was sent, for $sent_http_…. */
  sentFields: readonly Field[] | undefined;
  status = 0;
  headerBytes = 0;
  bodyBytes = 0;
  attempts: Attempt[] = [];
  /** The upstream that is being asked, for the log: "http://127.0.0.1:8000/". */
  upstreamUrl: string | undefined;
  upstreamHeaders: readonly Field[] = [];
  proxyHost: string | undefined;
  proxyPort: string | undefined;
  user: string | undefined;
  password: string | undefined;
  address: string;
  port: number;
  limitRequestStatus: string | undefined;
  limitConnectionStatus: string | undefined;
  isComplete = false;
  readonly endings: (() => void)[] = [];
  gzipRatio: string | undefined;
  startMs: number;
  id: string | undefined;

  constructor(
    readonly client: Client,
    readonly worker: Worker,
  ) {
    const server = client.chosen ?? client.servers[0];
    if (server === undefined) throw new Error("a socket without servers");
    this.server = server;
    this.location = server.root;
    this.address = client.address;
    this.port = client.port;
    this.startMs = worker.clock.now();
  }

  /** $request_time counts from the first line. */
  restartClock(): void {
    this.startMs = this.worker.clock.now();
  }

  get settings(): Settings {
    return this.location.settings;
  }

  field(name: string): string | undefined {
    return this.headers.find((field) => field.name.toLowerCase() === name)?.value;
  }

  setUri(uri: string): void {
    this.uri = uri;
    const file = uri.slice(uri.lastIndexOf("/") + 1);
    const dot = file.lastIndexOf(".");
    this.extension = dot < 0 ? "" : file.slice(dot + 1);
  }

  variable(name: string): string {
    return lookUp(this, name) ?? "";
  }

  capture(number: number): string {
    return this.captures[number] ?? "";
  }

  warnUninitialized(name: string): void {
    if (this.settings.flags.uninitialized_variable_warn === false) return;
    logError(this, "warn", `using uninitialized "${name}" variable`);
  }

  /** Matches, and sets captures and named groups. */
  matches(pattern: { readonly regex: RegExp }, text: string): boolean {
    const found = pattern.regex.exec(text);
    if (found === null) return false;
    this.captures = found;
    for (const [name, value] of Object.entries(found.groups ?? {})) this.values.set(name, value ?? "");
    return true;
  }
}
