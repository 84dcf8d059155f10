/** Functions of jq 1.6: those of values here, the others as definitions in jq itself. */
import { momentAt, strftime } from "../core/time.ts";
import type { Evaluator } from "./evaluate.ts";
import { Halt } from "./evaluate.ts";
import type { Json } from "./parser.ts";
import { arithmetic, compare, deletePaths, indexInto, isObject, JqError, setPath, shown, toJson, truthy, typeName } from "./values.ts";

type Builtin = (evaluator: Evaluator, input: Json, args: readonly Json[]) => Iterable<Json>;

interface JqDefinition {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: string;
}

function define(head: string, body: string): JqDefinition {
  const [name = "", list = ""] = head.split(/[()]/);
  return { name, parameters: list === "" ? [] : list.split(";").map((each) => each.trim()), body };
}

export const DEFINITIONS: readonly JqDefinition[] = [
  define("map(f)", "[.[] | f]"),
  define("select(f)", "if f then . else empty end"),
  define("values", "select(. != null)"),
  define("nulls", "select(. == null)"),
  define("booleans", 'select(type == "boolean")'),
  define("numbers", 'select(type == "number")'),
  define("strings", 'select(type == "string")'),
  define("arrays", 'select(type == "array")'),
  define("objects", 'select(type == "object")'),
  define("iterables", 'select(type | . == "array" or . == "object")'),
  define("scalars", 'select(type | . != "array" and . != "object")'),
  define("map_values(f)", ".[] |= f"),
  define("recurse", ".."),
  define("recurse(f)", "def r: ., (f | r); r"),
  define("recurse(f; c)", "def r: ., (f | select(c) | r); r"),
  define("to_entries", "[keys_unsorted[] as $k | {key: $k, value: .[$k]}]"),
  define(
    "from_entries",
    'reduce .[] as $x ({}; . + {($x | if type == "object" then (if has("key") then .key elif has("k") then .k elif has("name") then .name elif has("Name") then .Name elif has("Key") then .Key else .K end) else . end | if type == "string" then . elif type == "null" then "null" else tojson end): ($x | if has("value") then .value elif has("v") then .v elif has("Value") then .Value else .V end)})',
  ),
  define("with_entries(f)", "to_entries | map(f) | from_entries"),
  define("del(f)", "delpaths([path(f)])"),
  define("paths", "path(..) | select(length > 0)"),
  define("paths(f)", "path(.. | select(f)) | select(length > 0)"),
  define("leaf_paths", "paths(scalars)"),
  define("any", "any(.)"),
  define("all", "all(.)"),
  define("any(f)", "any(.[]; f)"),
  define("all(f)", "all(.[]; f)"),
  define("any(g; c)", "isempty(first(g | c | select(.))) | not"),
  define("all(g; c)", "isempty(first(g | c | select(. | not)))"),
  define("isempty(g)", "[first(g | true)] | length == 0"),
  define("in(xs)", ". as $x | xs | has($x)"),
  define("inside(xs)", ". as $x | xs | contains($x)"),
  define("sort_by(f)", "__sort_by(map([f]))"),
  define("group_by(f)", "__group_by(map([f]))"),
  define("unique_by(f)", "[group_by(f)[] | .[0]]"),
  define("min_by(f)", "__min_by(map([f]))"),
  define("max_by(f)", "__max_by(map([f]))"),
  define("range($n)", "range(0; $n)"),
  define("last(f)", "reduce f as $x (null; $x)"),
  define("first", ".[0]"),
  define("last", ".[-1]"),
  define("nth($n)", ".[$n]"),
  define("nth($n; f)", "last(limit($n + 1; f))"),
  define("until(c; u)", "def r: if c then . else (u | r) end; r"),
  define("while(c; u)", "def r: if c then ., (u | r) else empty end; r"),
  define("repeat(f)", "def r: ., (f | r); r"),
  define("add(f)", "reduce f as $x (null; . + $x)"),
  define("walk(f)", 'def w: if type == "object" then with_entries(.value |= w) | f elif type == "array" then map(w) | f else f end; w'),
  define("env", "$ENV"),
  define("todate", 'strftime("%Y-%m-%dT%H:%M:%SZ")'),
  define("fromdate", "fromdateiso8601"),
  define("todateiso8601", "todate"),
  define("test(re)", "test(re; null)"),
  define("match(re)", "match(re; null)"),
  define("capture(re)", "capture(re; null)"),
  define("capture(re; f)", "match(re; f) | [.captures | .[] | select(.name != null) | {key: .name, value: .string}] | from_entries"),
  define("scan(re)", 'match(re; "g") | if (.captures | length) > 0 then [.captures | .[] | .string] else .string end'),
  define("splits(re)", "split(re; null) | .[]"),
  define("sub(re; s)", 'sub(re; s; "")'),
  define("gsub(re; s)", 'sub(re; s; "g")'),
  define("gsub(re; s; f)", 'sub(re; s; f + "g")'),
  define(
    "sub(re; s; $f)",
    '. as $in | (reduce (match(re; $f) | . as $m | ($m.captures | map(select(.name != null) | {key: .name, value: .string}) | from_entries) as $c | {m: $m, t: ($c | s)}) as $e ({out: "", at: 0}; .out += $in[.at:$e.m.offset] + $e.t | .at = $e.m.offset + $e.m.length)) as $r | $r.out + $in[$r.at:]',
  ),
  define("ascii", "[.] | implode"),
  define("combinations", "if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end"),
  define("finites", "select(isinfinite or isnan | not)"),
  define("normals", "select(isnormal)"),
  define("tostream", "path(def r: (.[]?|r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p+$q])"),
  define("halt_error", "halt_error(5)"),
  define("index($i)", "indices($i) | .[0]"),
  define("rindex($i)", "indices($i) | .[-1]"),
  define("transpose", "(map(length) | max // 0) as $n | [range(0; $n) as $i | [.[][$i]]]"),
  define("ascii_only", "explode | map(select(. < 128)) | implode"),
];

const HTML: Readonly<Record<string, string>> = { "<": "&lt;", ">": "&gt;", "&": "&amp;", "'": "&#39;", '"': "&quot;" };

/** @text, @json, @csv and the other formats. */
export function formatText(name: string, value: Json): string {
  const text = typeof value === "string" ? value : toJson(value);
  const row = (): readonly Json[] => {
    if (!Array.isArray(value)) throw new JqError(`${shown(value)} cannot be ${name.slice(1)}-formatted, only an array can be`);
    return value;
  };
  switch (name) {
    case "@text":
      return text;
    case "@json":
      return toJson(value);
    case "@html":
      return text.replace(/[<>&'"]/g, (c) => HTML[c] ?? c);
    case "@uri":
      return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
    case "@csv":
    case "@tsv":
      return row()
        .map((cell) => {
          if (typeof cell === "object" && cell !== null) throw new JqError(`${shown(cell)} is not valid in a csv row`);
          if (cell === null) return "";
          if (typeof cell !== "string") return toJson(cell);
          return name === "@csv"
            ? `"${cell.replaceAll('"', '""')}"`
            : cell.replace(/[\\\t\n\r]/g, (c) => ({ "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" })[c] ?? c);
        })
        .join(name === "@csv" ? "," : "\t");
    case "@sh":
      return (Array.isArray(value) ? value : [value])
        .map((cell) => {
          if (typeof cell === "object" && cell !== null) throw new JqError(`${shown(cell)} can not be escaped for shell`);
          return typeof cell === "string" ? `'${cell.replaceAll("'", "'\\''")}'` : toJson(cell);
        })
        .join(" ");
    case "@base64":
      return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
    case "@base64d":
      try {
        return new TextDecoder().decode(Uint8Array.from(atob(text.replace(/=+$/, "")), (c) => c.charCodeAt(0)));
      } catch {
        throw new JqError(`${shown(value)} is not valid base64 data`);
      }
    default:
      throw new JqError(`${name.slice(1)} is not a valid format`);
  }
}

function array(value: Json, what: string): Json[] {
  if (!Array.isArray(value)) throw new JqError(what);
  return value;
}

function text(value: Json, what: (value: Json) => string): string {
  if (typeof value !== "string") throw new JqError(what(value));
  return value;
}

function number(value: Json): number {
  if (typeof value !== "number") throw new JqError(`${shown(value)} number required`);
  return value;
}

function length(value: Json): Json {
  if (value === null) return 0;
  if (typeof value === "string") return [...value].length;
  if (typeof value === "number") return Math.abs(value);
  if (Array.isArray(value)) return value.length;
  if (isObject(value)) return Object.keys(value).length;
  throw new JqError(`${shown(value)} has no length`);
}

function keys(value: Json, sorted: boolean): Json {
  if (Array.isArray(value)) return value.map((_item, index) => index);
  if (!isObject(value)) throw new JqError(`${shown(value)} has no keys`);
  const names = Object.keys(value);
  return sorted ? names.sort((a, b) => compare(a, b)) : names;
}

function contains(a: Json, b: Json): boolean {
  if (isObject(a) && isObject(b))
    return Object.entries(b).every(([key, value]) => Object.hasOwn(a, key) && contains(a[key] ?? null, value));
  if (Array.isArray(a) && Array.isArray(b)) return b.every((item) => a.some((other) => contains(other, item)));
  if (typeof a === "string" && typeof b === "string") return a.includes(b);
  if (typeName(a) === typeName(b)) return compare(a, b) === 0;
  throw new JqError(`${shown(a)} and ${shown(b)} cannot have their containment checked`);
}

function flatten(list: readonly Json[], depth: number): Json[] {
  return list.flatMap((item) => (Array.isArray(item) && depth > 0 ? flatten(item, depth - 1) : [item]));
}

function matches(input: Json, source: Json, flags: Json): Json[] {
  const subject = text(input, (value) => `${shown(value)} cannot be matched, as it is not a string`);
  const pattern = Array.isArray(source) ? source[0] : source;
  const given = Array.isArray(source) ? (source[1] ?? null) : flags;
  const letters = typeof given === "string" ? given : "";
  let regex: RegExp;
  try {
    const prepared = String(pattern)
      .replace(/\(\?<([^>=!]+)>/g, "(?<$1>")
      .replace(
        /\[\[:(\w+):\]\]/g,
        (whole, name: string) =>
          ({ alpha: "\\p{L}", digit: "\\d", alnum: "[\\p{L}\\p{N}]", space: "\\s", upper: "\\p{Lu}", lower: "\\p{Ll}" })[name] ?? whole,
      );
    regex = new RegExp(prepared, `gd${letters.includes("i") ? "i" : ""}${letters.includes("s") ? "s" : ""}u`);
  } catch {
    throw new JqError(`${String(pattern)} (at offset 0) is not a valid regex`);
  }
  const out: Json[] = [];
  for (const found of subject.matchAll(regex)) {
    const place = (at: number) => [...subject.slice(0, at)].length;
    const names = new Map<string | undefined, string>(
      Object.entries(found.indices?.groups ?? {}).map(([name, range]) => [range?.join(), name]),
    );
    const groupNames = Object.keys(found.groups ?? {});
    const captures: Json[] = found.slice(1).map((group, index) => {
      const range = found.indices?.[index + 1];
      return {
        offset: range ? place(range[0]) : -1,
        length: group === undefined ? 0 : [...group].length,
        string: group ?? null,
        name: names.get(range?.join()) ?? groupNames[index] ?? null,
      };
    });
    out.push({ offset: place(found.index), length: [...found[0]].length, string: found[0], captures });
    if (!letters.includes("g")) break;
  }
  return out;
}

const math =
  (f: (value: number) => number): Builtin =>
  (_evaluator, input) => [f(number(input))];

export const builtin: Readonly<Record<string, Builtin | undefined>> = {
  length: (_e, input) => [length(input)],
  utf8bytelength: (_e, input) => [
    new TextEncoder().encode(text(input, (value) => `${shown(value)} only strings have UTF-8 byte length`)).length,
  ],
  not: (_e, input) => [!truthy(input)],
  keys: (_e, input) => [keys(input, true)],
  keys_unsorted: (_e, input) => [keys(input, false)],
  has: (_e, input, [key = null]) => {
    if (isObject(input) && typeof key === "string") return [Object.hasOwn(input, key)];
    if (Array.isArray(input) && typeof key === "number") return [key >= 0 && key < input.length];
    throw new JqError(`Cannot check whether ${typeName(input)} has a ${typeof key === "string" ? "string" : typeName(key)} key`);
  },
  type: (_e, input) => [typeName(input)],
  add: (_e, input) => [
    (Array.isArray(input)
      ? input
      : isObject(input)
        ? Object.values(input)
        : array(input, `Cannot iterate over ${shown(input)}`)
    ).reduce<Json>((sum, item) => arithmetic("+", sum, item), null),
  ],
  range: function* (_e, _input, [from = 0, to = 0, by = 1]) {
    const step = number(by);
    for (let value = number(from); step > 0 ? value < number(to) : step < 0 && value > number(to); value += step) yield value;
  },
  floor: math(Math.floor),
  ceil: math(Math.ceil),
  round: math((value) => Math.sign(value) * Math.round(Math.abs(value))),
  sqrt: math(Math.sqrt),
  fabs: math(Math.abs),
  abs: math(Math.abs),
  log: math(Math.log),
  log2: math(Math.log2),
  log10: math(Math.log10),
  exp: math(Math.exp),
  exp10: math((value) => 10 ** value),
  pow: (_e, _input, [a = 0, b = 0]) => [number(a) ** number(b)],
  isnan: (_e, input) => [Number.isNaN(number(input))],
  isinfinite: (_e, input) => [Math.abs(number(input)) === Number.POSITIVE_INFINITY],
  isnormal: (_e, input) => [Number.isFinite(number(input)) && input !== 0],
  infinite: () => [Number.POSITIVE_INFINITY],
  nan: () => [Number.NaN],
  tostring: (_e, input) => [typeof input === "string" ? input : toJson(input)],
  tonumber: (_e, input) => {
    if (typeof input === "number") return [input];
    const value = Number(text(input, (each) => `${shown(each)} cannot be parsed as a number`));
    if (Number.isNaN(value) || String(input).trim() === "")
      throw new JqError(
        `Cannot use ${shown(input)} as number`.replace(
          /^.*$/,
          `Invalid numeric literal at EOF at line 1, column ${String(input).length} (while parsing '${String(input)}')`,
        ),
      );
    return [value];
  },
  tojson: (_e, input) => [toJson(input)],
  fromjson: (_e, input) => {
    try {
      return [JSON.parse(text(input, (value) => `${shown(value)} cannot be parsed as JSON`))];
    } catch (error) {
      if (error instanceof JqError) throw error;
      throw new JqError(`${String(input)} (while parsing '${String(input)}')`);
    }
  },
  sort: (_e, input) => [[...array(input, `${shown(input)} cannot be sorted, as it is not an array`)].sort(compare)],
  __sort_by: (_e, input, [by]) => [ordered(input, by).map((each) => each.item)],
  __group_by: (_e, input, [by]) => {
    const groups: { key: Json; items: Json[] }[] = [];
    for (const { key, item } of ordered(input, by)) {
      const last = groups.at(-1);
      if (last && compare(last.key, key) === 0) last.items.push(item);
      else groups.push({ key, items: [item] });
    }
    return [groups.map((group) => group.items)];
  },
  __min_by: (_e, input, [by]) => [ordered(input, by)[0]?.item ?? null],
  __max_by: (_e, input, [by]) => [ordered(input, by).at(-1)?.item ?? null],
  min: (_e, input) => [[...array(input, "")].sort(compare)[0] ?? null],
  max: (_e, input) => [[...array(input, "")].sort(compare).at(-1) ?? null],
  unique: (_e, input) => [
    [...array(input, `${shown(input)} cannot be sorted, as it is not an array`)]
      .sort(compare)
      .filter((item, i, all) => i === 0 || compare(all[i - 1] ?? null, item) !== 0),
  ],
  reverse: (_e, input) => [
    typeof input === "string"
      ? [...input].reverse().join("")
      : input === null
        ? []
        : [...array(input, `Cannot reverse ${shown(input)}`)].reverse(),
  ],
  contains: (_e, input, [other = null]) => [contains(input, other)],
  startswith: (_e, input, [other = null]) => [
    text(input, () => "startswith() requires string inputs").startsWith(text(other, () => "startswith() requires string inputs")),
  ],
  endswith: (_e, input, [other = null]) => [
    text(input, () => "endswith() requires string inputs").endsWith(text(other, () => "endswith() requires string inputs")),
  ],
  ltrimstr: (_e, input, [other = null]) => [
    typeof input === "string" && typeof other === "string" && input.startsWith(other) ? input.slice(other.length) : input,
  ],
  rtrimstr: (_e, input, [other = null]) => [
    typeof input === "string" && typeof other === "string" && other !== "" && input.endsWith(other) ? input.slice(0, -other.length) : input,
  ],
  explode: (_e, input) => [[...text(input, (value) => `${shown(value)} cannot be exploded`)].map((c) => c.codePointAt(0) ?? 0)],
  implode: (_e, input) => [
    array(input, "implode input must be an array")
      .map((code) => String.fromCodePoint(number(code)))
      .join(""),
  ],
  split: (_e, input, [separator = null, flags]) => {
    const subject = text(input, () => "split input and separator must be strings");
    if (flags === undefined)
      return [subject === "" ? [] : subject.split(text(separator, () => "split input and separator must be strings"))];
    const parts: Json[] = [];
    let at = 0;
    for (const found of matches(input, separator, `g${typeof flags === "string" ? flags : ""}`)) {
      if (!isObject(found)) continue;
      parts.push([...subject].slice(at, Number(found.offset)).join(""));
      at = Number(found.offset) + Number(found.length);
    }
    return [[...parts, [...subject].slice(at).join("")]];
  },
  join: (_e, input, [separator = null]) => [
    array(input, `Cannot iterate over ${shown(input)}`)
      .map((item) => {
        if (typeof item === "object" && item !== null) throw new JqError(`${shown(separator)} and ${shown(item)} cannot be added`);
        return item === null ? "" : typeof item === "string" ? item : toJson(item);
      })
      .join(text(separator, (value) => `${shown(value)} cannot be used as separator`)),
  ],
  ascii_downcase: (_e, input) => [text(input, () => "ascii_downcase input must be a string").replace(/[A-Z]/g, (c) => c.toLowerCase())],
  ascii_upcase: (_e, input) => [text(input, () => "ascii_upcase input must be a string").replace(/[a-z]/g, (c) => c.toUpperCase())],
  flatten: (_e, input, [depth]) => [
    flatten(array(input, `Cannot iterate over ${shown(input)}`), depth === undefined ? Number.POSITIVE_INFINITY : number(depth)),
  ],
  indices: (_e, input, [other = null]) => {
    if (typeof input === "string" && typeof other === "string") {
      const found: number[] = [];
      if (other !== "")
        for (let at = input.indexOf(other); at >= 0; at = input.indexOf(other, at + 1)) found.push([...input.slice(0, at)].length);
      return [found];
    }
    if (Array.isArray(input) && !Array.isArray(other)) return [input.flatMap((item, i) => (compare(item, other) === 0 ? [i] : []))];
    return [indexInto(input, other)];
  },
  setpath: (_e, input, [path = null, value = null]) => [setPath(input, array(path, "Path must be specified as an array"), value)],
  delpaths: (_e, input, [paths = null]) => [
    deletePaths(
      input,
      array(paths, "Paths must be specified as an array").map((path) => array(path, "Path must be specified as an array")),
    ),
  ],
  test: (_e, input, [source = null, flags = null]) => [matches(input, source, flags).length > 0],
  match: (_e, input, [source = null, flags = null]) => matches(input, source, flags),
  now: (evaluator) => [evaluator.world.now() / 1000],
  strftime: (_e, input, [style = null]) => [
    strftime(
      text(style, () => "strftime/1 requires a string format"),
      momentAt(
        number(
          Array.isArray(input)
            ? Date.UTC(Number(input[0]), Number(input[1]), Number(input[2]), Number(input[3]), Number(input[4]), Number(input[5])) / 1000
            : input,
        ) * 1000,
      ),
    ),
  ],
  gmtime: (_e, input) => {
    const moment = momentAt(number(input) * 1000);
    return [[moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second, moment.weekday, moment.yearDay]];
  },
  mktime: (_e, input) => [
    Math.floor(
      Date.UTC(...(array(input, "mktime requires array of 6 numbers").map(Number) as [number, number, number, number, number, number])) /
        1000,
    ),
  ],
  fromdateiso8601: (_e, input) => {
    const time = Date.parse(text(input, (value) => `${shown(value)} requires a string`));
    if (Number.isNaN(time)) throw new JqError(`date "${String(input)}" does not match format "%Y-%m-%dT%H:%M:%SZ"`);
    return [time / 1000];
  },
  debug: (evaluator, input) => {
    evaluator.world.debug(`["DEBUG:",${toJson(input)}]\n`);
    return [input];
  },
  stderr: (evaluator, input) => {
    evaluator.world.debug(toJson(input));
    return [input];
  },
  input_filename: () => [null],
  input_line_number: () => [0],
  halt: () => {
    throw new Halt(undefined, 0);
  },
  halt_error: (_e, input, [status = 5]) => {
    throw new Halt(input, number(status));
  },
  builtins: () => [[...Object.keys(builtin), ...DEFINITIONS.map((each) => `${each.name}/${each.parameters.length}`)]],
};

function ordered(input: Json, by: Json | undefined): { item: Json; key: Json }[] {
  const items = array(input, `Cannot index ${typeName(input)} with number`);
  const list = array(by ?? null, "keys are needed");
  return items.map((item, index) => ({ item, key: list[index] ?? null })).sort((a, b) => compare(a.key, b.key));
}
