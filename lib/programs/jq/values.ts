/** JSON values as jq orders, prints and combines them (jq 1.6 manual). */
import { compareText } from "../core/paths.ts";
import type { Json } from "./parser.ts";

/** What `error` raises and `try` catches. */
export class JqError extends Error {
  constructor(readonly value: Json) {
    super(typeof value === "string" ? value : JSON.stringify(value));
  }
}

export type JsonObject = { [key: string]: Json };

export function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function typeName(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "object" ? "object" : typeof value;
}

/** As it stands in messages: cut to eleven characters. */
export function shown(value: Json): string {
  const text = toJson(value);
  return `${typeName(value)} (${[...text].length > 14 ? `${[...text].slice(0, 11).join("")}...` : text})`;
}

function numberJson(value: number): string {
  if (Number.isNaN(value)) return "null";
  if (!Number.isFinite(value)) return value > 0 ? "1.7976931348623157e+308" : "-1.7976931348623157e+308";
  if (Object.is(value, -0)) return "-0";
  if (Number.isInteger(value) && Math.abs(value) < 1e17) return String(value);
  const size = Math.abs(value);
  // As printf's %.17g: exponents from 1e17 on and below 1e-4, of two digits at least.
  const text = size >= 1e17 || size < 1e-4 ? value.toExponential() : String(value);
  return text.replace(/e([-+])(\d)$/, "e$10$2");
}

export function toJson(value: Json): string {
  return format(value, { indent: "", sort: false, ascii: false, paint: (text) => text });
}

export interface JsonStyle {
  readonly indent: string;
  readonly sort: boolean;
  readonly ascii: boolean;
  /** Colors a piece of this kind. */
  readonly paint: (text: string, kind: string) => string;
}

function textJson(text: string, ascii: boolean): string {
  const quoted = JSON.stringify(text).replace(/\x7f/g, "\\u007f");
  return ascii ? quoted.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`) : quoted;
}

/** JSON text; `indent` "" is compact. */
export function format(value: Json, style: JsonStyle, lead = ""): string {
  const { indent, paint } = style;
  if (typeof value === "string") return paint(textJson(value, style.ascii), "string");
  if (typeof value === "number") return paint(numberJson(value), "number");
  if (value === null || typeof value === "boolean") return paint(String(value), typeName(value));
  const inner = lead + indent;
  const line = indent === "" ? "" : "\n";
  if (Array.isArray(value)) {
    if (value.length === 0) return paint("[]", "array");
    const items = value.map((item) => (indent === "" ? "" : inner) + format(item, style, inner));
    return `${paint("[", "array")}${line}${items.join(`${paint(",", "array")}${line}`)}${line}${indent === "" ? "" : lead}${paint("]", "array")}`;
  }
  const keys = style.sort ? Object.keys(value).sort(compareText) : Object.keys(value);
  if (keys.length === 0) return paint("{}", "object");
  const items = keys.map(
    (key) =>
      `${indent === "" ? "" : inner}${paint(textJson(key, style.ascii), "key")}${paint(":", "object")}${indent === "" ? "" : " "}${format(value[key] ?? null, style, inner)}`,
  );
  return `${paint("{", "object")}${line}${items.join(`${paint(",", "object")}${line}`)}${line}${indent === "" ? "" : lead}${paint("}", "object")}`;
}

const RANK: Readonly<Record<string, number>> = { null: 0, false: 1, true: 2, number: 3, string: 4, array: 5, object: 6 };

function rank(value: Json): number {
  return RANK[typeof value === "boolean" ? String(value) : typeName(value)] ?? 0;
}

/** null, false, true, numbers, strings, arrays, objects. */
export function compare(a: Json, b: Json): number {
  const difference = rank(a) - rank(b);
  if (difference !== 0) return difference;
  if (typeof a === "number" && typeof b === "number") return a < b || Number.isNaN(a) ? -1 : a > b ? 1 : 0;
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const order = compare(a[i] ?? null, b[i] ?? null);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }
  if (isObject(a) && isObject(b)) {
    const keysA = Object.keys(a).sort(compareText);
    const keysB = Object.keys(b).sort(compareText);
    const order = compare(keysA, keysB);
    if (order !== 0) return order;
    for (const key of keysA) {
      const each = compare(a[key] ?? null, b[key] ?? null);
      if (each !== 0) return each;
    }
  }
  return 0;
}

export function truthy(value: Json): boolean {
  return value !== null && value !== false;
}

function merge(a: JsonObject, b: JsonObject): JsonObject {
  const out: JsonObject = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const old = out[key];
    out[key] = old !== undefined && isObject(old) && isObject(value) ? merge(old, value) : value;
  }
  return out;
}

export function arithmetic(operator: string, a: Json, b: Json): Json {
  if (typeof a === "number" && typeof b === "number") {
    if ((operator === "/" || operator === "%") && b === 0)
      throw new JqError(`${shown(a)} and ${shown(b)} cannot be divided because the divisor is zero`);
    if (operator === "+") return a + b;
    if (operator === "-") return a - b;
    if (operator === "*") return a * b;
    if (operator === "/") return a / b;
    return Math.trunc(a) % Math.abs(Math.trunc(b));
  }
  if (operator === "+") {
    if (a === null) return b;
    if (b === null) return a;
    if (typeof a === "string" && typeof b === "string") return a + b;
    if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
    if (isObject(a) && isObject(b)) return { ...a, ...b };
  }
  if (operator === "-" && Array.isArray(a) && Array.isArray(b)) return a.filter((item) => !b.some((other) => compare(item, other) === 0));
  if (operator === "*") {
    if (isObject(a) && isObject(b)) return merge(a, b);
    const [text, count] = typeof a === "string" ? [a, b] : [b, a];
    if (typeof text === "string" && typeof count === "number") return count > 0 ? text.repeat(Math.max(1, Math.ceil(count))) : null;
  }
  if (operator === "/" && typeof a === "string" && typeof b === "string") return a === "" ? [] : a.split(b);
  const verb = { "+": "added", "-": "subtracted", "*": "multiplied", "/": "divided", "%": "divided" }[operator];
  throw new JqError(`${shown(a)} and ${shown(b)} cannot be ${verb}`);
}

/** .[key]; null where there is nothing. */
export function indexInto(value: Json, key: Json): Json {
  if (value === null && (typeof key === "string" || typeof key === "number" || key === null)) return null;
  if (isObject(value) && typeof key === "string") return Object.hasOwn(value, key) ? (value[key] ?? null) : null;
  if (Array.isArray(value) && typeof key === "number") {
    const at = Math.floor(key);
    return value[at < 0 ? value.length + at : at] ?? null;
  }
  if (Array.isArray(value) && Array.isArray(key)) {
    const found: number[] = [];
    if (key.length > 0)
      for (let i = 0; i + key.length <= value.length; i++)
        if (key.every((each, j) => compare(each, value[i + j] ?? null) === 0)) found.push(i);
    return found;
  }
  if (typeof key === "string") throw new JqError(`Cannot index ${typeName(value)} with ${isObject(value) ? "" : "string "}"${key}"`);
  throw new JqError(`Cannot index ${typeName(value)} with ${typeName(key)}`);
}

export function sliceOf(value: Json, from: Json, to: Json): Json {
  if (value === null) return null;
  if (!Array.isArray(value) && typeof value !== "string") throw new JqError(`Cannot index ${typeName(value)} with object`);
  const list = typeof value === "string" ? [...value] : value;
  const place = (bound: Json, otherwise: number, round: (n: number) => number) => {
    if (bound === null) return otherwise;
    if (typeof bound !== "number") throw new JqError("Start and end indices of an array slice must be numbers");
    const at = round(bound);
    return Math.max(0, Math.min(list.length, at < 0 ? list.length + at : at));
  };
  const start = place(from, 0, Math.floor);
  const end = place(to, list.length, Math.ceil);
  return typeof value === "string" ? [...value].slice(start, end).join("") : value.slice(start, end);
}

/** The keys of a path: names, numbers, and slices as {start, end}. */
export type Path = readonly Json[];

export function getPath(value: Json, path: Path): Json {
  let at = value;
  for (const key of path) {
    if (at === null) return null;
    at = isObject(key) ? sliceOf(at, key.start ?? null, key.end ?? null) : indexInto(at, key);
  }
  return at;
}

export function setPath(value: Json, path: Path, to: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return to;
  if (typeof key === "string") {
    if (value !== null && !isObject(value)) throw new JqError(`Cannot index ${typeName(value)} with "${key}"`);
    return { ...(value ?? {}), [key]: setPath(value && Object.hasOwn(value, key) ? (value[key] ?? null) : null, rest, to) };
  }
  if (typeof key === "number") {
    if (value !== null && !Array.isArray(value)) throw new JqError(`Cannot index ${typeName(value)} with number`);
    const list = [...(value ?? [])];
    const at = key < 0 ? list.length + key : key;
    if (at < 0) throw new JqError("Out of bounds negative array index");
    while (list.length < at) list.push(null);
    list[at] = setPath(list[at] ?? null, rest, to);
    return list;
  }
  if (isObject(key)) {
    if (value !== null && !Array.isArray(value)) throw new JqError(`Cannot update field at object index of ${typeName(value)}`);
    const list = value ?? [];
    const part = sliceOf(list, key.start ?? null, key.end ?? null);
    const made = setPath(part, rest, to);
    if (!Array.isArray(made)) throw new JqError("A slice of an array can only be assigned another array");
    const start =
      typeof key.start === "number" ? (key.start < 0 ? Math.max(0, list.length + key.start) : Math.min(key.start, list.length)) : 0;
    return [...list.slice(0, start), ...made, ...list.slice(start + (Array.isArray(part) ? part.length : 0))];
  }
  throw new JqError(`Invalid path component: ${shown(key)}`);
}

export function deletePaths(value: Json, paths: readonly Path[]): Json {
  // Later elements first, so that the numbers of earlier ones stay right.
  const ordered = [...paths].sort((a, b) => -compare([...a], [...b]));
  let out = value;
  for (const path of ordered) out = deletePath(out, path);
  return out;
}

function deletePath(value: Json, path: Path): Json {
  const [key, ...rest] = path;
  if (key === undefined || value === null) return null;
  if (rest.length > 0) {
    const inner = getPath(value, [key]);
    return inner === null ? value : setPath(value, [key], deletePath(inner, rest));
  }
  if (isObject(value) && typeof key === "string") {
    const { [key]: _gone, ...kept } = value;
    return kept;
  }
  if (Array.isArray(value) && typeof key === "number") {
    const at = key < 0 ? value.length + key : key;
    return value.filter((_item, index) => index !== at);
  }
  if (Array.isArray(value) && isObject(key)) return setPath(value, [key], []);
  throw new JqError(`Cannot delete field at ${typeof key === "string" ? "object" : "array"} index of ${typeName(value)}`);
}
