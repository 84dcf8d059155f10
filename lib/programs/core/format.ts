/** printf(1)-style formatting: escapes, integers, numbers; shared by printf, echo and awk. */

const SIMPLE: Readonly<Record<string, string>> = {
  "\\": "\\",
  a: "\x07",
  b: "\b",
  e: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  '"': '"',
  "'": "'",
};

/**
 * Backslash escapes. `octalZero`: `\0NNN` as echo -e and %b take it, otherwise `\NNN`. `stopped`: a `\c` was met; nothing that
 * follows is to be printed.
 */
export function expandEscapes(text: string, octalZero: boolean): { text: string; stopped: boolean } {
  let stopped = false;
  let out = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? "";
    if (c !== "\\") {
      out += c;
      continue;
    }
    const e = text[++i];
    if (e === undefined) {
      out += "\\";
      break;
    }
    if (e === "c") {
      stopped = true;
      break;
    }
    if (SIMPLE[e] !== undefined && !(octalZero && (e === '"' || e === "'"))) {
      out += SIMPLE[e];
      continue;
    }
    const rest = text.slice(i);
    const octal = (octalZero ? /^0[0-7]{0,3}|^[1-7][0-7]{0,2}/ : /^[0-7]{1,3}/).exec(rest);
    if (octal) {
      out += String.fromCharCode(Number.parseInt(octal[0], 8) & 255);
      i += octal[0].length - 1;
      continue;
    }
    const hex = /^x([0-9A-Fa-f]{1,2})|^u([0-9A-Fa-f]{1,4})|^U([0-9A-Fa-f]{1,8})/.exec(rest);
    if (hex) {
      out += String.fromCodePoint(Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? "0", 16));
      i += hex[0].length - 1;
      continue;
    }
    out += `\\${e}`;
  }
  return { text: out, stopped };
}

export interface Directive {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
}

function padded(body: string, prefix: string, directive: Directive, zeros: boolean): string {
  const room = directive.width - [...prefix, ...body].length;
  if (room <= 0) return prefix + body;
  if (directive.flags.includes("-")) return prefix + body + " ".repeat(room);
  return zeros && directive.flags.includes("0") ? prefix + "0".repeat(room) + body : " ".repeat(room) + prefix + body;
}

/** %s and %c. */
export function formatText(text: string, directive: Directive): string {
  const cut = directive.precision === undefined ? text : [...text].slice(0, directive.precision).join("");
  return padded(cut, "", { ...directive, flags: directive.flags.replace("0", "") }, false);
}

/** %d %i %o %u %x %X. */
export function formatInteger(value: bigint, conversion: string, directive: Directive): string {
  const signed = conversion === "d" || conversion === "i";
  const size = signed ? (value < 0n ? -value : value) : BigInt.asUintN(64, value);
  let digits = size.toString(conversion === "o" ? 8 : /[xX]/.test(conversion) ? 16 : 10);
  if (directive.precision !== undefined) digits = directive.precision === 0 && size === 0n ? "" : digits.padStart(directive.precision, "0");
  let prefix = "";
  if (signed) prefix = value < 0n ? "-" : directive.flags.includes("+") ? "+" : directive.flags.includes(" ") ? " " : "";
  if (directive.flags.includes("#") && size !== 0n) {
    if (conversion === "o" && !digits.startsWith("0")) digits = `0${digits}`;
    if (/[xX]/.test(conversion)) prefix = "0x";
  }
  const out = padded(digits, prefix, directive, directive.precision === undefined);
  return conversion === "X" ? out.toUpperCase() : out;
}

function exponent(value: number, digits: number): string {
  return value.toExponential(digits).replace(/e([-+])(\d)$/, "e$10$2");
}

/** %e %f %g and their capitals. */
export function formatNumber(value: number, conversion: string, directive: Directive): string {
  const size = Math.abs(value);
  const precision = directive.precision ?? 6;
  let digits: string;
  let finite = true;
  if (Number.isNaN(value)) {
    digits = "nan";
    finite = false;
  } else if (size === Number.POSITIVE_INFINITY) {
    digits = "inf";
    finite = false;
  } else if (/f/i.test(conversion))
    digits =
      size < 1e21 ? size.toFixed(Math.min(100, precision)) : BigInt(size).toString() + (precision > 0 ? `.${"0".repeat(precision)}` : "");
  else if (/e/i.test(conversion)) digits = exponent(size, Math.min(100, precision));
  else {
    const significant = precision === 0 ? 1 : precision;
    const power = size === 0 ? 0 : Number(size.toExponential(Math.min(100, significant - 1)).split("e")[1]);
    if (power < -4 || power >= significant) {
      digits = exponent(size, Math.min(100, significant - 1));
      if (!directive.flags.includes("#")) digits = digits.replace(/\.?0+e/, "e");
    } else {
      digits = size.toFixed(Math.max(0, Math.min(100, significant - 1 - power)));
      if (!directive.flags.includes("#") && digits.includes(".")) digits = digits.replace(/\.?0+$/, "");
    }
  }
  const negative = value < 0 || Object.is(value, -0);
  const prefix = negative ? "-" : directive.flags.includes("+") ? "+" : directive.flags.includes(" ") ? " " : "";
  const out = padded(digits, prefix, finite ? directive : { ...directive, flags: directive.flags.replace("0", "") }, true);
  return /[EFG]/.test(conversion) ? out.toUpperCase() : out;
}
