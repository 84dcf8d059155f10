/** `printf` (bash(1), and printf(1) of POSIX): the format is used again as long as there are arguments. */

import { decodeBytes, encodeText } from "../bytes.ts";
import { CommandError } from "../control.ts";
import { expandSubscriptText } from "../expand/parameter.ts";
import { backslashQuote, decodeEscapes } from "../expand/quote.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { formatDate } from "./date-format.ts";

const SPECIFIER = /%(?:(%)|([-+ #0']*)(\*|\d+)?(?:\.(\*|-?\d+)?)?(?:hh|h|ll|l|j|z|t|L|q)?(\(([^)]*)\)T|[a-zA-Z]))/y;

export function* printf(shell: Shell, args: readonly string[]): Run<number> {
  let list = args;
  let variable: string | undefined;
  if (list[0] === "-v") {
    variable = list[1];
    list = list.slice(2);
  }
  if (list[0] === "--") list = list.slice(1);
  const [format, ...values] = list;
  if (format === undefined) {
    yield* shell.write(2, "printf: usage: printf [-v var] format [arguments]\n");
    return 2;
  }
  if (variable !== undefined && !/^[A-Za-z_]\w*(?:\[.+\])?$/s.test(variable)) {
    yield* shell.report(`printf: \`${variable}': not a valid identifier`);
    return 2;
  }
  const output = new Formatter(shell, values);
  output.run(format);
  // What is printed is kept back until the end, so complaints come first.
  for (const warning of output.warnings) yield* shell.report(`printf: warning: ${warning}`);
  for (const message of output.messages) yield* shell.report(`printf: ${message}`);
  if (variable === undefined) yield* shell.write(1, output.text);
  else {
    const element = /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(variable);
    if (element === null) shell.variables.set(variable, output.text);
    else shell.variables.setElement(element[1]!, yield* expandSubscriptText(shell, element[1]!, element[2]!), output.text);
  }
  return output.messages.length > 0 ? 1 : 0;
}

class Formatter {
  text = "";
  readonly messages: string[] = [];
  readonly warnings: string[] = [];
  private next = 0;
  private stopped = false;

  constructor(
    private readonly shell: Shell,
    private readonly values: readonly string[],
  ) {}

  run(format: string): void {
    do {
      const before = this.next;
      this.once(format);
      if (this.next === before) return;
    } while (this.next < this.values.length && !this.stopped);
  }

  private once(format: string): void {
    let at = 0;
    while (at < format.length && !this.stopped) {
      const percent = format.indexOf("%", at);
      const end = percent < 0 ? format.length : percent;
      if (end > at) this.text += decodeEscapes(format.slice(at, end), "format").text;
      if (percent < 0) return;
      SPECIFIER.lastIndex = percent;
      const match = SPECIFIER.exec(format);
      if (match === null) {
        const skipped = /^%[-+ #0']*(?:\*|\d+)?(?:\.(?:\*|-?\d+)?)?[hjlLtz]*/.exec(format.slice(percent))![0].length;
        const wrong = format[percent + skipped];
        this.messages.push(
          wrong === undefined ? `\`${format.slice(percent)}': missing format character` : `\`${wrong}': invalid format character`,
        );
        this.stopped = true;
        return;
      }
      at = percent + match[0].length;
      if (match[1] === "%") this.text += "%";
      else this.convert(match);
    }
  }

  private take(): string | undefined {
    return this.values[this.next++];
  }

  private convert(match: RegExpExecArray): void {
    let flags = match[2] ?? "";
    let width = match[3] === "*" ? Number(this.integer(this.take())) : Number(match[3] ?? 0);
    if (width < 0) {
      flags += "-";
      width = -width;
    }
    const hasPrecision = /\.(?:\*|-?\d+)?/.test(match[0].replace(/\(.*\)/, ""));
    let precision = hasPrecision ? (match[4] === "*" ? Number(this.integer(this.take())) : Number(match[4] ?? 0)) : undefined;
    if (precision !== undefined && precision < 0) precision = undefined;
    const kind = match[5]!.endsWith("T") && match[6] !== undefined ? "T" : match[5]!;
    this.text += this.one(kind, flags, width, precision, match[6]);
  }

  private one(kind: string, flags: string, width: number, precision: number | undefined, date: string | undefined): string {
    const pad = (text: string): string => padBytes(text, width, flags.includes("-"));
    switch (kind) {
      case "s": {
        const text = this.take() ?? "";
        return pad(precision === undefined ? text : firstBytes(text, precision));
      }
      case "b": {
        const { text, stop } = decodeEscapes(this.take() ?? "", "printf");
        if (stop) this.stopped = true;
        return pad(precision === undefined ? text : firstBytes(text, precision));
      }
      case "q":
        return pad(backslashQuote(this.take() ?? ""));
      case "c":
        return pad(firstBytes(this.take() ?? "", 1));
      case "d":
      case "i":
      case "u":
      case "o":
      case "x":
      case "X":
        return formatInteger(this.integer(this.take(), kind !== "d" && kind !== "i"), kind, flags, width, precision);
      case "e":
      case "E":
      case "f":
      case "F":
      case "g":
      case "G":
      case "a":
      case "A":
        return formatFloat(this.float(this.take()), kind, flags, width, precision ?? 6);
      case "T": {
        const argument = this.take();
        const { clock } = this.shell.self.machine.kernel;
        const seconds =
          argument === undefined || argument === "-1"
            ? clock.now() / 1000
            : argument === "-2"
              ? this.shell.startedMs / 1000
              : Number(this.integer(argument));
        return pad(formatDate(date === "" || date === undefined ? "%X" : date, seconds * 1000, this.shell.variables.get("TZ")));
      }
      case "n":
        return "";
      default:
        this.messages.push(`\`${kind}': invalid format character`);
        this.stopped = true;
        return "";
    }
  }

  /** Numbers as C has them; `'x` is the code of a character. */
  private integer(text: string | undefined, unsigned = false): bigint {
    if (text === undefined || text === "") return 0n;
    if (text.startsWith("'") || text.startsWith('"')) return BigInt(text.codePointAt(1) ?? 0);
    const match = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(text);
    if (match === null || match[0].length !== text.length) {
      this.messages.push(/^\s*[+-]?0[89]/.test(text) ? `${text}: invalid octal number` : `${text}: invalid number`);
      if (match === null) return 0n;
    }
    const digits = match[2]!;
    const value = /^0[0-7]+$/.test(digits) ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits);
    const signed = match[1] === "-" ? -value : value;
    const most = unsigned ? 2n ** 64n - 1n : LARGEST;
    const least = unsigned ? -most : -LARGEST - 1n;
    const clamped = signed > most ? most : signed < least ? (unsigned ? most : least) : signed;
    if (clamped !== signed) this.warnings.push(`${text}: Numerical result out of range`);
    return clamped;
  }

  private float(text: string | undefined): number {
    if (text === undefined || text === "") return 0;
    if (text.startsWith("'") || text.startsWith('"')) return text.codePointAt(1) ?? 0;
    const trimmed = text.trim();
    if (/^[+-]?(?:inf|nan)/i.test(trimmed)) return /nan/i.test(trimmed) ? Number.NaN : trimmed.startsWith("-") ? -Infinity : Infinity;
    if (/^[+-]?0x[0-9a-f]+$/i.test(trimmed)) return Number(trimmed);
    const value = Number.parseFloat(trimmed);
    if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(trimmed)) this.messages.push(`${text}: invalid number`);
    return Number.isNaN(value) ? 0 : value;
  }
}

const LARGEST = 2n ** 63n - 1n;

/** As C rounds: to the nearest, and to the even digit from exactly the middle, where JavaScript goes up. */
function fixed(value: number, places: number): string {
  const text = value.toFixed(places);
  const exact = value.toFixed(Math.min(100, places + 60));
  const rest = exact.slice(exact.indexOf(".") + 1 + places);
  if (!/^50*$/.test(rest)) return text;
  const down = exact.slice(0, exact.length - rest.length).replace(/\.$/, "");
  return /[02468]$/.test(down) ? down : text;
}

/** Widths and precisions count bytes, not characters, in bash. */
function padBytes(text: string, width: number, left: boolean): string {
  const missing = " ".repeat(Math.max(0, width - encodeText(text).length));
  return left ? text + missing : missing + text;
}

function firstBytes(text: string, count: number): string {
  return decodeBytes(encodeText(text).subarray(0, count));
}

function formatInteger(value: bigint, kind: string, flags: string, width: number, precision: number | undefined): string {
  const signed = kind === "d" || kind === "i";
  const unsigned = BigInt.asUintN(64, value);
  const magnitude = signed ? (value < 0n ? -value : value) : unsigned;
  const base = kind === "o" ? 8 : kind === "x" || kind === "X" ? 16 : 10;
  let digits = magnitude.toString(base);
  if (kind === "X") digits = digits.toUpperCase();
  if (precision !== undefined) digits = digits.padStart(precision, "0");
  let sign = "";
  if (signed) sign = value < 0n ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  if (flags.includes("#") && magnitude !== 0n) sign += kind === "o" ? "0" : kind === "x" ? "0x" : kind === "X" ? "0X" : "";
  if (flags.includes("0") && !flags.includes("-") && precision === undefined) digits = digits.padStart(width - sign.length, "0");
  const text = sign + digits;
  return flags.includes("-") ? text.padEnd(width) : text.padStart(width);
}

function formatFloat(value: number, kind: string, flags: string, width: number, precision: number): string {
  const lower = kind.toLowerCase();
  let digits: string;
  if (!Number.isFinite(value)) digits = Number.isNaN(value) ? "nan" : "inf";
  else if (lower === "f") digits = fixed(Math.abs(value), Math.min(precision, 40)) + (flags.includes("#") && precision === 0 ? "." : "");
  else if (lower === "e") digits = exponent(Math.abs(value).toExponential(Math.min(precision, 100)));
  else digits = general(Math.abs(value), precision, flags.includes("#"));
  if (kind !== lower) digits = digits.toUpperCase();
  const negative = value < 0 || Object.is(value, -0);
  const sign = negative ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  if (flags.includes("0") && !flags.includes("-") && Number.isFinite(value)) digits = digits.padStart(width - sign.length, "0");
  const text = sign + digits;
  return flags.includes("-") ? text.padEnd(width) : text.padStart(width);
}

/** At least two digits, as C writes them. */
function exponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, "e$10$2");
}

function general(value: number, precision: number, keepZeros: boolean): string {
  const digits = precision === 0 ? 1 : precision;
  const power = value === 0 ? 0 : Number(value.toExponential(digits - 1).split("e")[1]);
  const text = power < -4 || power >= digits ? exponent(value.toExponential(digits - 1)) : value.toFixed(Math.max(0, digits - 1 - power));
  if (keepZeros || !text.includes(".")) return text;
  return text.replace(/\.?0+(?=e|$)/, "");
}

/** A name that a value can be stored under. */
export function checkName(name: string): void {
  if (!/^[A-Za-z_]\w*(?:\[.*\])?$/s.test(name)) throw new CommandError(`\`${name}': not a valid identifier`, 2);
}
