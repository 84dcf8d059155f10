/** What a configuration means: servers, locations, upstreams, and the settings that blocks inherit. */
import type { Pattern } from "./regex.ts";
import type { Template } from "./template.ts";
import type { Cidr } from "./values.ts";

/** Where a directive stood. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

export interface ErrorPage {
  readonly status: number;
  /** The status that is answered; 0: that of the page; undefined: the original one. */
  readonly overwrite: number | undefined;
  readonly target: Template;
  readonly args: string;
}

export interface AddedHeader {
  readonly name: string;
  readonly value: Template;
  readonly always: boolean;
}

export interface Expires {
  readonly kind: "off" | "epoch" | "max" | "access" | "modified" | "daily";
  readonly seconds: number;
  /** Computed at each request: the word is parsed then. */
  readonly template?: Template;
}

export interface AccessLog {
  readonly path: Template;
  readonly format: string;
  readonly condition: Template | undefined;
}

export type LogLevel = "stderr" | "emerg" | "alert" | "crit" | "error" | "warn" | "notice" | "info" | "debug";
export const LOG_LEVELS: readonly LogLevel[] = ["stderr", "emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"];

export interface ErrorLog {
  /** "stderr" or a path. */
  readonly path: string;
  readonly level: LogLevel;
}

export interface AccessRule {
  readonly allow: boolean;
  readonly match: Cidr | "all" | "unix" | "ipv6";
}

export interface LimitRequests {
  readonly zone: string;
  readonly burst: number;
  /** Requests that are let through at once; Infinity: nodelay. */
  readonly delay: number;
}

export interface LimitConnections {
  readonly zone: string;
  readonly most: number;
}

export interface RequestZone {
  readonly kind: "requests" | "connections";
  readonly name: string;
  readonly size: number;
  readonly key: Template;
  /** Thousandths of a request a second. */
  readonly rate: number;
}

export interface HeaderField {
  readonly name: string;
  readonly value: Template;
}

export interface Substitution {
  readonly pattern: Template | Pattern;
  readonly replacement: Template;
}

/** Settings that a block inherits from the one around it, where it does not set them itself. */
export interface Settings {
  flags: Record<string, boolean | undefined>;
  numbers: Record<string, number | undefined>;
  words: Record<string, string | undefined>;
  lists: Record<string, readonly string[] | undefined>;
  templates: Record<string, Template | undefined>;
  root?: { readonly path: Template; readonly isAlias: boolean; readonly of: LocationConfig };
  index?: readonly Template[];
  errorPages?: ErrorPage[];
  addedHeaders?: AddedHeader[];
  expires?: Expires;
  accessLogs?: "off" | AccessLog[];
  errorLogs?: ErrorLog[];
  types?: Map<string, string>;
  access?: AccessRule[];
  authFile?: Template;
  limitRequests?: LimitRequests[];
  limitConnections?: LimitConnections[];
  proxyHeaders?: HeaderField[];
  hiddenHeaders?: string[];
  passedHeaders?: string[];
  proxyRedirects?: "off" | (Substitution | "default")[];
  cookiePaths?: "off" | Substitution[];
  cookieDomains?: "off" | Substitution[];
  realIpFrom?: (Cidr | "unix")[];
  keepalive?: { readonly timeoutMs: number; readonly headerSeconds: number };
  charset?: Template;
  substitutions?: { readonly match: Template; readonly replacement: Template }[];
  certificates?: { readonly path: string; readonly written: string }[];
  certificateKeys?: { readonly path: string; readonly written: string }[];
}

export const newSettings = (): Settings => ({ flags: {}, numbers: {}, words: {}, lists: {}, templates: {} });

/** What `own` sets, and the rest as `outer` has it. */
export function inherit(outer: Settings, own: Settings): Settings {
  const set = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return {
    ...outer,
    ...set,
    flags: { ...outer.flags, ...own.flags },
    numbers: { ...outer.numbers, ...own.numbers },
    words: { ...outer.words, ...own.words },
    lists: { ...outer.lists, ...own.lists },
    templates: { ...outer.templates, ...own.templates },
  };
}

export type FileTest = "f" | "d" | "e" | "x";

export type Condition =
  | { readonly kind: "set"; readonly variable: Template }
  | { readonly kind: "equal"; readonly variable: Template; readonly value: Template; readonly negative: boolean }
  | { readonly kind: "match"; readonly variable: Template; readonly pattern: Pattern; readonly negative: boolean }
  | { readonly kind: "file"; readonly path: Template; readonly test: FileTest; readonly negative: boolean };

/** A directive of the rewrite module, run in the order of the file (https://nginx.org/en/docs/http/ngx_http_rewrite_module.html). */
export type Code =
  | { readonly kind: "break" }
  | { readonly kind: "return"; readonly status: number; readonly text: Template | undefined }
  | { readonly kind: "set"; readonly name: string; readonly value: Template }
  | { readonly kind: "if"; readonly condition: Condition; readonly then: LocationConfig }
  | {
      readonly kind: "rewrite";
      readonly pattern: Pattern;
      readonly replacement: Template;
      readonly keepArgs: boolean;
      readonly redirect: number | undefined;
      readonly isBreak: boolean;
      readonly isLast: boolean;
    };

export interface ProxyTarget {
  readonly place: Place;
  /** As it was written. */
  readonly url: string;
  /** With variables: the whole address is computed at each request. */
  readonly template: Template | undefined;
  readonly isTls: boolean;
  /** Of the address without variables: "host[:port]" as shown in $proxy_host, the URI part, its upstream. */
  readonly hostHeader: string;
  readonly uri: string;
  readonly upstream: UpstreamConfig | undefined;
  /** What part of the request's URI the URI part stands for. */
  readonly location: string;
}

export type Handler =
  | { readonly kind: "proxy"; readonly target: ProxyTarget }
  | { readonly kind: "stub-status" }
  | { readonly kind: "empty-gif" };

export class LocationConfig {
  readonly own = newSettings();
  settings = this.own;
  readonly codes: Code[] = [];
  readonly locations: LocationConfig[] = [];
  /** Longest first; made when the configuration is complete. */
  prefixes: readonly LocationConfig[] = [];
  exact: ReadonlyMap<string, LocationConfig> = new Map();
  patterns: readonly LocationConfig[] = [];
  named: ReadonlyMap<string, LocationConfig> = new Map();
  tryFiles: { readonly files: readonly Template[]; readonly last: Template; readonly code: number | undefined } | undefined;
  handler: Handler | undefined;
  isInternal = false;
  except: { readonly methods: ReadonlySet<string>; readonly config: LocationConfig } | undefined;
  /** A location that is an address of its own: "/docs" leads to "/docs/". */
  redirectsToSlash = false;

  constructor(
    readonly kind: "http" | "server" | "location" | "if" | "except",
    readonly name: string,
    readonly match: "prefix" | "exact" | "noregex" | "regex" | "named" | "none",
    readonly parent: LocationConfig | undefined,
    readonly place: Place,
    readonly pattern?: Pattern,
  ) {}
}

export interface ServerName {
  readonly text: string;
  readonly pattern: Pattern | undefined;
}

export interface ListenOptions {
  /** "0.0.0.0", "[::]", a dotted quad, or "unix:PATH". */
  readonly address: string;
  readonly port: number;
  /** As nginx shows it. */
  readonly text: string;
  readonly isDefault: boolean;
  readonly isTls: boolean;
  readonly isHttp2: boolean;
  readonly isProxyProtocol: boolean;
  /** Parameters of the socket itself were given. */
  readonly isSet: boolean;
  readonly backlog: number;
}

export class ServerConfig {
  readonly names: ServerName[] = [];
  readonly listens: ListenOptions[] = [];

  constructor(
    readonly root: LocationConfig,
    readonly place: Place,
    /** Its place among the servers of the configuration. */
    readonly order: number,
  ) {}

  /** What $server_name and the error log show. */
  get name(): string {
    return this.names[0]?.text ?? "";
  }
}

export interface UpstreamServer {
  /** As written. */
  readonly name: string;
  /** "10.0.0.2:80", or "unix:PATH". */
  readonly addresses: readonly { readonly address: string; readonly port: number; readonly text: string }[];
  readonly weight: number;
  readonly maxConns: number;
  readonly maxFails: number;
  readonly failTimeoutMs: number;
  readonly isBackup: boolean;
  readonly isDown: boolean;
}

export class UpstreamConfig {
  readonly servers: UpstreamServer[] = [];
  method: "round-robin" | "least-conn" | "ip-hash" | "hash" | "consistent-hash" | "random" = "round-robin";
  hashKey: Template | undefined;
  keepalive = 0;
  keepaliveRequests = 1000;
  keepaliveTimeoutMs = 60_000;
  zone: string | undefined;

  constructor(
    readonly name: string,
    readonly place: Place,
    /** Written as a block, not made from an address. */
    readonly isBlock: boolean,
  ) {}
}
