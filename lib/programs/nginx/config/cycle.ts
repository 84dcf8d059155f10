/** One reading of a configuration: what was found, whom it needs, what is to be said of it. */
import type { Files } from "../../../kernel/types.ts";
import type { ContextLetter } from "./directive-table.ts";
import { LocationConfig, newSettings, type Place, type RequestZone, type ServerConfig, UpstreamConfig } from "./model.ts";
import { compilePattern, type Pattern } from "./regex.ts";
import { compileTemplate, constant, type Template } from "./template.ts";
import { ConfigError, type Statement } from "./tokens.ts";

/** A variable that the configuration defines. */
export type DefinedVariable =
  | { readonly kind: "map"; readonly source: Template; readonly map: VariableMap }
  | { readonly kind: "geo"; readonly address: Template; readonly geo: GeoMap }
  | { readonly kind: "split"; readonly source: Template; readonly parts: readonly SplitPart[] }
  | { readonly kind: "set" };

export interface VariableMap {
  readonly exact: Map<string, Template>;
  readonly wildcards: { readonly pattern: string; readonly value: Template }[];
  readonly patterns: { readonly pattern: Pattern; readonly value: Template }[];
  default: Template | undefined;
  hostnames: boolean;
  volatile: boolean;
}

export interface GeoMap {
  readonly networks: { readonly address: number; readonly mask: number; readonly value: string }[];
  default: string;
}

export interface SplitPart {
  /** Hashes below it, of 2^32; undefined: the rest. */
  readonly below: number | undefined;
  readonly value: string;
}

export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
}

/** What is being filled while a block is read. */
export interface Block {
  readonly letter: ContextLetter;
  readonly parent: Block | undefined;
  readonly location?: LocationConfig;
  readonly server?: ServerConfig;
  readonly upstream?: UpstreamConfig;
  /** Directives that were there. */
  readonly seen: Set<string>;
  /** A block whose lines are no directives (types, map, geo…): takes the words of one. */
  readonly words?: (words: readonly string[]) => void;
}

export interface CycleOptions {
  readonly files: Files;
  readonly prefix: string;
  readonly confPath: string;
  readonly hostname: string;
  readonly isRoot: boolean;
  readonly resolve: (name: string) => readonly string[];
  readonly warn: (text: string) => void;
  /** Default of error_log: of -e, or that of the build. */
  readonly errorLog: string;
}

export interface MainSettings {
  user: string | undefined;
  group: string | undefined;
  /** Undefined: as many as there are processors. */
  workers: number | undefined;
  workerConnections: number;
  readonly environment: string[];
}

export class Cycle {
  readonly main: MainSettings = { user: undefined, group: undefined, workers: 1, workerConnections: 512, environment: [] };
  readonly settings = newSettings();
  readonly http = new LocationConfig("http", "", "none", undefined, { file: "", line: 0 });
  readonly servers: ServerConfig[] = [];
  readonly upstreams = new Map<string, UpstreamConfig>();
  readonly variables = new Map<string, DefinedVariable>();
  readonly used = new Set<string>();
  readonly zones = new Map<string, RequestZone>();
  /** Zones that limit_req and limit_conn speak of, by kind and name. */
  readonly wantedZones: { readonly kind: RequestZone["kind"]; readonly name: string }[] = [];
  readonly logFormats = new Map<string, { readonly template: Template; readonly escape: "default" | "json" | "none" }>();
  /** Every file that was read, for -T. */
  readonly dump: { readonly name: string; readonly text: string }[] = [];
  hasEvents = false;
  hasHttp = false;
  /** Where the reader stands. */
  place: Place;
  /** Directives that are real and not modeled say so by name. */
  readonly options: CycleOptions;

  /** Where requests are logged that no access_log speaks of. */
  readonly defaultAccessLog = constant("/var/log/nginx/access.log");

  constructor(options: CycleOptions) {
    this.options = options;
    this.place = { file: options.confPath, line: 0 };
  }

  /** A path of the configuration: relative ones begin at the prefix, or (`conf`) beside the configuration file. */
  fullName(path: string, conf = false): string {
    if (path.startsWith("/")) return path;
    const base = conf ? this.options.confPath.slice(0, this.options.confPath.lastIndexOf("/") + 1) : this.options.prefix;
    return `${base}${path}`;
  }

  template(text: string): Template {
    return compileTemplate(text, (name) => this.used.add(name));
  }

  /** Named groups become variables. */
  pattern(source: string, ignoreCase = false): Pattern {
    const pattern = compilePattern(source, ignoreCase);
    for (const name of pattern.names) if (!this.variables.has(name)) this.variables.set(name, { kind: "set" });
    return pattern;
  }

  define(name: string, variable: DefinedVariable, isChangeable = false): void {
    const known = this.variables.get(name);
    if (known !== undefined && known.kind !== "set" && !isChangeable) throw new ConfigError(`the duplicate "${name}" variable`);
    if (known === undefined || variable.kind !== "set") this.variables.set(name, variable);
  }

  warn(text: string): void {
    this.options.warn(`${text}${this.where}`);
  }

  get where(): string {
    return this.place.file === "" ? " in command line" : ` in ${this.place.file}:${this.place.line}`;
  }

  /** The upstream of this name, or a new one that stands for an address. */
  upstreamFor(name: string): UpstreamConfig {
    const known = this.upstreams.get(name);
    if (known !== undefined) return known;
    const made = new UpstreamConfig(name, this.place, false);
    this.upstreams.set(name, made);
    return made;
  }
}

/**
 * Takes a directive. What it returns as text is said after the directive's name; a block directive returns what is filled next. Throws
 * ConfigError with a text of its own.
 */
export type DirectiveHandler = (directive: Directive, block: Block, cycle: Cycle) => string | Block | undefined;

/** The location, server or http block that a directive stands in. */
export function locationOf(block: Block): LocationConfig {
  if (block.location === undefined) throw new Error("a directive of http outside of it");
  return block.location;
}

export const child = (parent: Block, letter: ContextLetter, rest: Partial<Block> = {}): Block => ({
  letter,
  parent,
  server: parent.server,
  location: parent.location,
  ...rest,
  seen: new Set(),
});

export type { Statement };
