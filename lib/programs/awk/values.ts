/** Values of awk: numbers, strings, and input text that may be either (POSIX awk, "Expressions in awk"). */
import { Failure } from "../core/errors.ts";
import { formatInteger, formatNumber, formatText } from "../core/format.ts";

/** Text from the input that looks like a number is compared as one. */
export class InputText {
  constructor(
    readonly text: string,
    readonly number: number,
  ) {}
}

export type Value = number | string | InputText | undefined;

const LOOKS_NUMERIC = /^\s*[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|inf|nan)\s*$/i;

/** A field or the like: numeric where it looks so. */
export function fromInput(text: string): Value {
  if (text === "" || !LOOKS_NUMERIC.test(text)) return text;
  const found = Number(text);
  return new InputText(
    text,
    Number.isNaN(found) ? (/nan/i.test(text) ? Number.NaN : /-/.test(text) ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY) : found,
  );
}

export function toNumber(value: Value): number {
  if (typeof value === "number") return value;
  if (value === undefined) return 0;
  if (typeof value !== "string") return value.number;
  const found = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(value);
  return found ? Number(found[0]) : 0;
}

export function numberText(value: number, format: string): string {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 63)
    return Math.abs(value) < 1e16 ? String(value === 0 ? 0 : value) : BigInt(value).toString();
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return sprintf(format, [value], format);
}

export function toText(value: Value, format: string): string {
  if (typeof value === "string") return value;
  if (value === undefined) return "";
  if (typeof value === "number") return numberText(value, format);
  return value.text;
}

export function isTrue(value: Value): boolean {
  if (typeof value === "number") return value !== 0;
  if (typeof value === "string") return value !== "";
  return value !== undefined && value.number !== 0;
}

/** Numbers are compared as numbers, everything else as text. */
export function compare(a: Value, b: Value, format: string): number {
  if (typeof a !== "string" && typeof b !== "string") {
    const x = toNumber(a);
    const y = toNumber(b);
    return x < y ? -1 : x > y ? 1 : x === y ? 0 : Number.NaN;
  }
  const x = toText(a, format);
  const y = toText(b, format);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** printf's formats. Throws Failure when there are fewer arguments than the format asks for. */
export function sprintf(format: string, values: readonly Value[], convfmt: string): string {
  let next = 0;
  return format.replace(
    /%([-+ 0#']*)(\*|\d+)?(?:\.(\*|\d*))?(?:hh|h|ll|l|q|L|j|z|t)*([a-zA-Z%])?/g,
    (whole, flags: string, width: string | undefined, precision: string | undefined, conversion: string | undefined) => {
      if (conversion === "%") return "%";
      if (conversion === undefined || !/[diouxXeEfFgGcsaA]/.test(conversion)) return whole;
      let given = flags;
      let size = width === "*" ? Math.trunc(toNumber(values[next++])) : Number(width ?? 0);
      if (size < 0) {
        given += "-";
        size = -size;
      }
      const digits = precision === undefined ? undefined : precision === "*" ? Math.trunc(toNumber(values[next++])) : Number(precision);
      const directive = { flags: given, width: size, precision: digits !== undefined && digits < 0 ? undefined : digits };
      if (next >= values.length) throw new Failure(`run time error: not enough arguments passed to printf("${format}")`, 2);
      const value = values[next++];
      if (conversion === "s") return formatText(toText(value, convfmt), directive);
      if (conversion === "c")
        return formatText(
          typeof value === "number"
            ? String.fromCodePoint(Math.max(0, Math.trunc(value)) % 0x110000)
            : [...toText(value, convfmt)].slice(0, 1).join(""),
          directive,
        );
      const number = toNumber(value);
      if (!/[diouxX]/.test(conversion)) return formatNumber(number, conversion, directive);
      if (!Number.isFinite(number)) return formatNumber(number, "f", directive);
      return formatInteger(BigInt(Math.trunc(number)), conversion, directive);
    },
  );
}
