/** location and what stands in it (https://nginx.org/en/docs/http/ngx_http_core_module.html). */
import { child, type DirectiveHandler, locationOf } from "./cycle.ts";
import { LocationConfig } from "./model.ts";
import { constant, type Template } from "./template.ts";
import { ConfigError } from "./tokens.ts";
import { parseNumber } from "./values.ts";

const METHODS = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "DELETE",
  "MKCOL",
  "COPY",
  "MOVE",
  "OPTIONS",
  "PROPFIND",
  "PROPPATCH",
  "LOCK",
  "UNLOCK",
  "PATCH",
];

type Match = LocationConfig["match"];
const MODIFIERS: Readonly<Record<string, Match>> = { "=": "exact", "^~": "noregex", "~": "regex", "~*": "regex" };

function modifierOf(args: readonly string[]): { readonly modifier: string; readonly name: string } {
  const [first = "", second] = args;
  if (second !== undefined) {
    if (!(first in MODIFIERS)) throw new ConfigError(`invalid location modifier "${first}"`);
    return { modifier: first, name: second };
  }
  const modifier = /^(?:=|\^~|~\*|~)/.exec(first)?.[0] ?? "";
  return { modifier, name: first.slice(modifier.length) };
}

const setRoot: DirectiveHandler = ({ name, args }, block, cycle) => {
  const location = locationOf(block);
  const isAlias = name === "alias";
  if (location.own.root !== undefined) {
    if (location.own.root.isAlias === isAlias) return "is duplicate";
    throw new ConfigError(
      `"${name}" directive is duplicate, "${location.own.root.isAlias ? "alias" : "root"}" directive was specified earlier`,
    );
  }
  if (location.match === "named" && isAlias) throw new ConfigError('the "alias" directive cannot be used inside the named location');
  const text = args[0] ?? "";
  for (const variable of ["document_root", "realpath_root"]) {
    if (text.includes(`$${variable}`) || text.includes(`\${${variable}}`))
      throw new ConfigError(`the $${variable} variable cannot be used in the "${name}" directive`);
  }
  const trimmed = !isAlias && text.endsWith("/") ? text.slice(0, -1) : text;
  location.own.root = { path: cycle.template(trimmed.startsWith("$") ? trimmed : cycle.fullName(trimmed)), isAlias, of: location };
  return undefined;
};

export const locationDirectives: Readonly<Record<string, DirectiveHandler>> = {
  root: setRoot,
  alias: setRoot,
  location: ({ args }, block, cycle) => {
    const outer = locationOf(block);
    const { modifier, name } = modifierOf(args);
    const match: Match = MODIFIERS[modifier] ?? (name.startsWith("@") ? "named" : "prefix");
    const pattern = match === "regex" ? cycle.pattern(name, modifier === "~*") : undefined;
    const location = new LocationConfig("location", name, match, outer, cycle.place, pattern);
    if (block.letter === "l") {
      if (outer.match === "exact") throw new ConfigError(`location "${name}" cannot be inside the exact location "${outer.name}"`);
      if (outer.match === "named") throw new ConfigError(`location "${name}" cannot be inside the named location "${outer.name}"`);
      if (match === "named") throw new ConfigError(`named location "${name}" can be on the server level only`);
      if (match !== "regex" && !name.startsWith(outer.name))
        throw new ConfigError(`location "${name}" is outside location "${outer.name}"`);
    }
    outer.locations.push(location);
    return child(block, "l", { location });
  },
  limit_except: ({ args }, block, cycle) => {
    const outer = locationOf(block);
    if (outer.except !== undefined) return "is duplicate";
    const methods = args.map((arg) => {
      if (!METHODS.includes(arg.toUpperCase())) throw new ConfigError(`invalid method "${arg}"`);
      return arg.toUpperCase();
    });
    if (methods.includes("GET")) methods.push("HEAD");
    const config = new LocationConfig("except", outer.name, "none", outer, cycle.place);
    outer.except = { methods: new Set(methods), config };
    return child(block, "x", { location: config });
  },
  internal: (_directive, block) => {
    locationOf(block).isInternal = true;
    return undefined;
  },
  types: (_directive, block, cycle) => {
    const { own } = locationOf(block);
    own.types ??= new Map();
    const types = own.types;
    return child(block, "l", {
      words: ([type = "", ...extensions]) => {
        for (const word of extensions) {
          const extension = word.toLowerCase();
          const before = types.get(extension);
          if (before !== undefined)
            cycle.warn(`duplicate extension "${word}", content type: "${type}", previous content type: "${before}"`);
          types.set(extension, type);
        }
      },
    });
  },
  index: ({ args }, block, cycle) => {
    const { own } = locationOf(block);
    const found: Template[] = [...(own.index ?? [])];
    args.forEach((arg, at) => {
      if (arg.startsWith("/") && at < args.length - 1) cycle.warn('only the last index in "index" directive should be absolute');
      if (arg === "") throw new ConfigError(`index "${args[0]}" in "index" directive is invalid`);
      found.push(cycle.template(arg));
    });
    own.index = found;
    return undefined;
  },
  try_files: ({ args }, block, cycle) => {
    const location = locationOf(block);
    if (location.tryFiles !== undefined) return "is duplicate";
    const last = args.at(-1) ?? "";
    let code: number | undefined;
    if (last.startsWith("=")) {
      code = parseNumber(last.slice(1));
      if (code === undefined || code > 999) throw new ConfigError(`invalid code "${last}"`);
    }
    location.tryFiles = {
      files: args.slice(0, -1).map((arg) => cycle.template(arg)),
      last: code === undefined ? cycle.template(last) : constant(last),
      code,
    };
    return undefined;
  },
  error_page: ({ args }, block, cycle) => {
    const { own } = locationOf(block);
    const before = args.length >= 2 ? (args.at(-2) ?? "") : "";
    let overwrite: number | undefined;
    let count = args.length - 1;
    if (before.startsWith("=")) {
      if (args.length === 2) throw new ConfigError(`invalid value "${before}"`);
      overwrite = before.length > 1 ? parseNumber(before.slice(1)) : 0;
      if (overwrite === undefined) throw new ConfigError(`invalid value "${before}"`);
      count--;
    }
    const text = args.at(-1) ?? "";
    const question = text.startsWith("/") && !text.includes("$") ? text.indexOf("?") : -1;
    const target = cycle.template(question < 0 ? text : text.slice(0, question));
    for (const arg of args.slice(0, count)) {
      const status = parseNumber(arg);
      if (status === undefined || status === 499) throw new ConfigError(`invalid value "${arg}"`);
      if (status < 300 || status > 599) throw new ConfigError(`value "${arg}" must be between 300 and 599`);
      const implied = overwrite === undefined && [494, 495, 496, 497].includes(status) ? 400 : overwrite;
      own.errorPages = [
        ...(own.errorPages ?? []),
        { status, overwrite: implied, target, args: question < 0 ? "" : text.slice(question + 1) },
      ];
    }
    return undefined;
  },
  stub_status: (_directive, block) => {
    locationOf(block).handler = { kind: "stub-status" };
    return undefined;
  },
  empty_gif: (_directive, block) => {
    locationOf(block).handler = { kind: "empty-gif" };
    return undefined;
  },
  open_file_cache: ({ args }, block) => {
    if (block.seen.has("open_file_cache")) return "is duplicate";
    const isRight = (arg: string) => /^(off|max=[1-9]\d*|inactive=\w+)$/.test(arg);
    const wrong = args.find((arg) => !isRight(arg));
    if (wrong !== undefined) throw new ConfigError(`invalid "open_file_cache" parameter "${wrong}"`);
    if (!args.some((arg) => arg === "off" || arg.startsWith("max=")))
      throw new ConfigError('"open_file_cache" must have the "max" parameter');
    return undefined;
  },
};
