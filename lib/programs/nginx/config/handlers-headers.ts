/** Headers and logs: add_header, expires, charset, log_format, access_log. */
import { type Cycle, type DirectiveHandler, locationOf } from "./cycle.ts";
import type { Expires } from "./model.ts";
import { ConfigError } from "./tokens.ts";
import { parseMilliseconds, parseNumber, parseSeconds, parseSize } from "./values.ts";

/** The word of `expires`; a text says what is wrong with it (ngx_http_parse_expires). */
export function parseExpires(text: string, isModified: boolean): Expires | string {
  if (!isModified && (text === "epoch" || text === "max" || text === "off")) return { kind: text, seconds: 0 };
  if (text.startsWith("@")) {
    if (isModified) return 'daily time cannot be used with "modified" parameter';
    const seconds = parseSeconds(text.slice(1));
    if (seconds === undefined) return "invalid value";
    if (seconds > 86_400) return "daily time value must be less than 24 hours";
    return { kind: "daily", seconds };
  }
  const sign = /^[-+]/.exec(text)?.[0] ?? "";
  const seconds = parseSeconds(text.slice(sign.length));
  if (seconds === undefined) return "invalid value";
  return { kind: isModified ? "modified" : "access", seconds: sign === "-" ? -seconds : seconds };
}

export const COMBINED = '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';

function formatOf(cycle: Cycle, name: string): string {
  if (name.toLowerCase() === "combined") return "combined";
  const found = [...cycle.logFormats.keys()].find((each) => each.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw new ConfigError(`unknown log format "${name}"`);
  return found;
}

export const headerDirectives: Readonly<Record<string, DirectiveHandler>> = {
  add_header: ({ args }, block, cycle) => {
    const { own } = locationOf(block);
    const [name = "", value = "", always] = args;
    if (always !== undefined && always !== "always") throw new ConfigError(`invalid parameter "${always}"`);
    own.addedHeaders = [...(own.addedHeaders ?? []), { name, value: cycle.template(value), always: always !== undefined }];
    return undefined;
  },
  expires: ({ args }, block, cycle) => {
    const { own } = locationOf(block);
    if (own.expires !== undefined) return "is duplicate";
    const isModified = args.length === 2;
    if (isModified && args[0] !== "modified") return "invalid value";
    const text = args.at(-1) ?? "";
    const template = cycle.template(text);
    if (template.constant === undefined) {
      own.expires = { kind: isModified ? "modified" : "access", seconds: 0, template };
      return undefined;
    }
    const expires = parseExpires(text, isModified);
    if (typeof expires === "string") return expires;
    own.expires = expires;
    return undefined;
  },
  charset: ({ args }, block, cycle) => {
    const { own } = locationOf(block);
    if (own.charset !== undefined) return "is duplicate";
    own.charset = cycle.template(args[0] ?? "");
    return undefined;
  },
  log_format: ({ args }, _block, cycle) => {
    const [name = "", ...rest] = args;
    if (cycle.logFormats.has(name) || name === "combined") throw new ConfigError(`duplicate "log_format" name "${name}"`);
    const escaping = /^escape=(.*)$/s.exec(rest[0] ?? "")?.[1];
    if (escaping !== undefined && escaping !== "default" && escaping !== "json" && escaping !== "none")
      throw new ConfigError(`unknown log format escaping "${escaping}"`);
    const text = (escaping === undefined ? rest : rest.slice(1)).join("");
    cycle.logFormats.set(name, { template: cycle.template(text), escape: escaping ?? "default" });
    return undefined;
  },
  access_log: ({ args }, block, cycle) => {
    const { own } = locationOf(block);
    const [path = "", format = "combined", ...parameters] = args;
    if (path === "off") {
      if (args[1] !== undefined) throw new ConfigError(`invalid parameter "${args[1]}"`);
      own.accessLogs = "off";
      return undefined;
    }
    if (path.startsWith("syslog:"))
      throw new ConfigError('"access_log syslog:" is real, but this world does not model it (see /reference/machine)');
    const template = cycle.template(cycle.fullName(path));
    const name = formatOf(cycle, format);
    let condition: ReturnType<Cycle["template"]> | undefined;
    let size = 0;
    let flush = false;
    for (const parameter of parameters) {
      const [, key = "", value = ""] = /^(buffer=|flush=|gzip=?|if=)(.*)$/s.exec(parameter) ?? [];
      if (key === "buffer=") {
        size = parseSize(value) ?? 0;
        if (size === 0) throw new ConfigError(`invalid buffer size "${value}"`);
      } else if (key === "flush=") {
        if (!(parseMilliseconds(value) ?? 0)) throw new ConfigError(`invalid flush time "${value}"`);
        flush = true;
      } else if (key === "gzip" || key === "gzip=") {
        size = size || 65_536;
        const level = key === "gzip" ? 1 : parseNumber(value);
        if (level === undefined || level < 1 || level > 9) throw new ConfigError(`invalid compression level "${value}"`);
        throw new ConfigError('"access_log … gzip" is real, but this world does not model it (see /reference/machine)');
      } else if (key === "if=") condition = cycle.template(value);
      else throw new ConfigError(`invalid parameter "${parameter}"`);
    }
    if (flush && size === 0) throw new ConfigError(`no buffer is defined for access_log "${path}"`);
    if (size > 0 && template.constant === undefined) throw new ConfigError("buffered logs cannot have variables in name");
    const logs = own.accessLogs === undefined || own.accessLogs === "off" ? [] : own.accessLogs;
    const wasOff = own.accessLogs === "off";
    own.accessLogs = wasOff ? "off" : [...logs, { path: template, format: name, condition }];
    return undefined;
  },
  open_log_file_cache: ({ args }, block) => {
    if (block.seen.has("open_log_file_cache")) return "is duplicate";
    const wrong = args.find((arg) => !/^(off|max=[1-9]\d*|inactive=\w+|valid=\w+|min_uses=[1-9]\d*)$/.test(arg));
    if (wrong !== undefined) throw new ConfigError(`invalid "open_log_file_cache" parameter "${wrong}"`);
    if (!args.some((arg) => arg === "off" || arg.startsWith("max=")))
      throw new ConfigError('"open_log_file_cache" must have "max" parameter');
    return undefined;
  },
  gzip_disable: ({ args }, block, cycle) => {
    const { own } = locationOf(block);
    for (const arg of args) if (arg !== "msie6" && arg !== "degradation") cycle.pattern(arg, true);
    own.lists.gzip_disable = [...(own.lists.gzip_disable ?? []), ...args];
    return undefined;
  },
  directio: ({ args }, block) => {
    if (block.seen.has("directio")) return "is duplicate";
    return args[0] === "off" || parseSize(args[0] ?? "", true) !== undefined ? undefined : "invalid value";
  },
  sub_filter: ({ args }, block, cycle) => {
    const { own } = locationOf(block);
    const [match = "", replacement = ""] = args;
    if (match === "") throw new ConfigError("empty search pattern");
    own.substitutions = [...(own.substitutions ?? []), { match: cycle.template(match), replacement: cycle.template(replacement) }];
    return undefined;
  },
};
