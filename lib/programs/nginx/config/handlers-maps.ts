/** map, geo and split_clients: variables that are computed from others. */
import {
  type Block,
  type Cycle,
  child,
  type Directive,
  type DirectiveHandler,
  type GeoMap,
  type SplitPart,
  type VariableMap,
} from "./cycle.ts";
import { ConfigError } from "./tokens.ts";
import { isIpv6, parseCidr } from "./values.ts";

function variableName(text: string): string {
  if (!text.startsWith("$")) throw new ConfigError(`invalid variable name "${text}"`);
  return text.slice(1);
}

function mapLine(cycle: Cycle, map: VariableMap, words: readonly string[]): void {
  const [key = "", value = ""] = words;
  if (words.length === 1 && key === "hostnames") {
    map.hostnames = true;
    return;
  }
  if (words.length === 1 && key === "volatile") {
    map.volatile = true;
    return;
  }
  if (words.length !== 2) throw new ConfigError("invalid number of the map parameters");
  const template = cycle.template(value);
  if (key === "default") {
    if (map.default !== undefined) throw new ConfigError("duplicate default map parameter");
    map.default = template;
    return;
  }
  if (key.startsWith("~")) {
    const ignoreCase = key[1] === "*";
    map.patterns.push({ pattern: cycle.pattern(key.slice(ignoreCase ? 2 : 1), ignoreCase), value: template });
    return;
  }
  const plain = (key.startsWith("\\") ? key.slice(1) : key).toLowerCase();
  if (map.hostnames && (plain.startsWith("*.") || plain.startsWith(".") || plain.endsWith(".*"))) {
    if (map.wildcards.some(({ pattern }) => pattern === plain)) throw new ConfigError(`conflicting parameter "${plain}"`);
    map.wildcards.push({ pattern: plain, value: template });
    return;
  }
  if (map.exact.has(plain)) throw new ConfigError(`conflicting parameter "${key}"`);
  map.exact.set(plain, template);
}

function geoLine(
  cycle: Cycle,
  geo: GeoMap & { networks: { address: number; mask: number; value: string }[] },
  words: readonly string[],
): void {
  const [key = "", value = ""] = words;
  if (words.length === 1 && (key === "ranges" || key === "proxy_recursive"))
    throw new ConfigError(`"geo … ${key}" is real, but this world does not model it (see /reference/machine)`);
  if (words.length !== 2) throw new ConfigError("invalid number of the geo parameters");
  if (key === "default") {
    geo.default = value;
    return;
  }
  if (key === "proxy" || key === "delete")
    throw new ConfigError(`"geo … ${key}" is real, but this world does not model it (see /reference/machine)`);
  if (isIpv6(key)) return;
  const cidr = parseCidr(key);
  if (cidr === undefined) throw new ConfigError(`invalid network "${key}"`);
  if (cidr.hadLowBits) cycle.warn(`low address bits of ${key} are meaningless`);
  const known = geo.networks.findIndex(({ address, mask }) => address === cidr.address && mask === cidr.mask);
  if (known >= 0) {
    cycle.warn(`duplicate network "${key}", value: "${value}", old value: "${geo.networks[known]?.value}"`);
    geo.networks.splice(known, 1);
  }
  geo.networks.push({ address: cidr.address, mask: cidr.mask, value });
}

/** Hundredths of a percent. */
function percentOf(text: string): number {
  const match = /^(\d*)(?:\.(\d{0,2}))?%$/.exec(text);
  const value = match ? Number(match[1] || 0) * 100 + Number((match[2] ?? "").padEnd(2, "0")) : 0;
  if (value === 0) throw new ConfigError(`invalid percent value "${text}"`);
  return value;
}

export const mapDirectives: Readonly<Record<string, DirectiveHandler>> = {
  map: ({ args }, block, cycle) => {
    const source = cycle.template(args[0] ?? "");
    const name = variableName(args[1] ?? "");
    const map: VariableMap = { exact: new Map(), wildcards: [], patterns: [], default: undefined, hostnames: false, volatile: false };
    cycle.define(name, { kind: "map", source, map }, true);
    return child(block, block.letter, { words: (words) => mapLine(cycle, map, words) });
  },
  geo: ({ args }, block, cycle) => {
    const name = variableName(args.at(-1) ?? "");
    const source = args.length === 2 ? `$${variableName(args[0] ?? "")}` : "$remote_addr";
    const geo = { networks: [], default: "" };
    cycle.define(name, { kind: "geo", address: cycle.template(source), geo }, true);
    return child(block, block.letter, { words: (words) => geoLine(cycle, geo, words) });
  },
  split_clients: ({ args }, block, cycle) => {
    const source = cycle.template(args[0] ?? "");
    const name = variableName(args[1] ?? "");
    const parts: SplitPart[] = [];
    cycle.define(name, { kind: "split", source, parts }, true);
    const lines: { percent: number; value: string }[] = [];
    const inner = child(block, block.letter, {
      words: ([percent = "", value = ""]) => lines.push({ percent: percent === "*" ? 0 : percentOf(percent), value }),
    });
    ends.set(inner, () => {
      let sum = 0;
      let last = 0;
      for (const { percent, value } of lines) {
        sum = percent > 0 ? sum + percent : 10_000;
        if (sum > 10_000) throw new ConfigError("percent total is greater than 100%");
        last += Math.floor((percent * 0xffffffff) / 10_000);
        parts.push({ below: percent === 0 ? undefined : last, value });
      }
    });
    return inner;
  },
};

const ends = new WeakMap<Block, () => void>();

export const afterMap: Readonly<Record<string, (directive: Directive, block: Block, cycle: Cycle) => void>> = {
  split_clients: (_directive, block) => ends.get(block)?.(),
};
