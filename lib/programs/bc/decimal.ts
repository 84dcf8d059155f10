/** Decimal numbers of any length with a scale, as bc(1) computes with them (POSIX, bc, "Operations"). */

/** `digits` / 10 ** `scale`. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

export class MathError extends Error {}

const power10 = (scale: number) => 10n ** BigInt(scale);

export const ZERO: Decimal = { digits: 0n, scale: 0 };
export const ONE: Decimal = { digits: 1n, scale: 0 };

/** The same value with that many digits after the point; others are cut off. */
export function rescale(value: Decimal, scale: number): Decimal {
  if (scale >= value.scale) return { digits: value.digits * power10(scale - value.scale), scale };
  return { digits: value.digits / power10(value.scale - scale), scale };
}

export function fromInteger(value: number | bigint): Decimal {
  return { digits: BigInt(value), scale: 0 };
}

export function toInteger(value: Decimal): bigint {
  return value.digits / power10(value.scale);
}

function both(a: Decimal, b: Decimal): { a: bigint; b: bigint; scale: number } {
  const scale = Math.max(a.scale, b.scale);
  return { a: rescale(a, scale).digits, b: rescale(b, scale).digits, scale };
}

export function add(a: Decimal, b: Decimal): Decimal {
  const same = both(a, b);
  return { digits: same.a + same.b, scale: same.scale };
}

export function negate(a: Decimal): Decimal {
  return { digits: -a.digits, scale: a.scale };
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  return add(a, negate(b));
}

export function compare(a: Decimal, b: Decimal): number {
  const same = both(a, b);
  return same.a < same.b ? -1 : same.a > same.b ? 1 : 0;
}

/** The scale is min(a + b, max(scale, a, b)). */
export function multiply(a: Decimal, b: Decimal, scale: number): Decimal {
  const exact = { digits: a.digits * b.digits, scale: a.scale + b.scale };
  return rescale(exact, Math.min(exact.scale, Math.max(scale, a.scale, b.scale)));
}

export function divide(a: Decimal, b: Decimal, scale: number): Decimal {
  if (b.digits === 0n) throw new MathError("Divide by zero");
  return { digits: (a.digits * power10(scale + b.scale)) / (b.digits * power10(a.scale)), scale };
}

/** a - (a / b) * b, the quotient taken with this scale. */
export function modulo(a: Decimal, b: Decimal, scale: number): Decimal {
  if (b.digits === 0n) throw new MathError("Modulo by zero");
  const quotient = divide(a, b, scale);
  const wide = Math.max(scale + b.scale, a.scale);
  const product = { digits: quotient.digits * b.digits, scale: quotient.scale + b.scale };
  return rescale(subtract(a, product), wide);
}

export function power(a: Decimal, b: Decimal, scale: number): Decimal {
  const exponent = toInteger(b);
  if (exponent > 100_000n || exponent < -100_000n) throw new MathError("exponent too large in raise");
  if (exponent < 0n) return divide(ONE, { digits: a.digits ** -exponent, scale: a.scale * Number(-exponent) }, scale);
  const exact = { digits: a.digits ** exponent, scale: a.scale * Number(exponent) };
  return rescale(exact, Math.min(exact.scale, Math.max(scale, a.scale)));
}

export function squareRoot(a: Decimal, scale: number): Decimal {
  if (a.digits < 0n) throw new MathError("Square root of a negative number");
  const wide = Math.max(scale, a.scale);
  const value = rescale(a, wide * 2).digits;
  if (value === 0n) return { digits: 0n, scale: wide };
  let guess = 10n ** BigInt(Math.ceil(value.toString().length / 2));
  for (;;) {
    const next = (guess + value / guess) / 2n;
    if (next >= guess) return { digits: guess, scale: wide };
    guess = next;
  }
}

/** Decimal digits in all. */
export function lengthOf(value: Decimal): number {
  const text = (value.digits < 0n ? -value.digits : value.digits).toString();
  return Math.max(text.length, value.scale);
}

/** A number as written, in this base. */
export function parse(text: string, base: number): Decimal {
  const [whole = "", fraction = ""] = text.split(".");
  const digit = (character: string) => Number.parseInt(character, 16);
  // A single digit is itself, whatever the base; in longer numbers it is at most the base's largest.
  const value = (character: string) => BigInt(text.length === 1 ? digit(character) : Math.min(digit(character), base - 1));
  if (base === 10 && !/[A-F]/.test(text)) return { digits: BigInt(`${whole}${fraction}` || "0"), scale: fraction.length };
  let digits = 0n;
  for (const character of whole + fraction) digits = digits * BigInt(base) + value(character);
  return divide(fromInteger(digits), fromInteger(BigInt(base) ** BigInt(fraction.length)), fraction.length);
}

/** As bc prints it: no zero before the point; in bases above sixteen, digits as decimal numbers. */
export function format(value: Decimal, base: number): string {
  const sign = value.digits < 0n ? "-" : "";
  const size = value.digits < 0n ? -value.digits : value.digits;
  if (size === 0n) return "0";
  const unit = power10(value.scale);
  if (base === 10) {
    const text = size.toString().padStart(value.scale + 1, "0");
    const whole = text.slice(0, text.length - value.scale).replace(/^0+/, "");
    return sign + whole + (value.scale > 0 ? `.${text.slice(text.length - value.scale)}` : "");
  }
  const show = (digit: bigint) =>
    base <= 16 ? digit.toString(16).toUpperCase() : ` ${digit.toString().padStart(String(base - 1).length, "0")}`;
  let whole = "";
  for (let rest = size / unit; rest > 0n; rest /= BigInt(base)) whole = show(rest % BigInt(base)) + whole;
  let fraction = "";
  let rest = size % unit;
  for (let reached = 1n; reached < unit && value.scale > 0; reached *= BigInt(base)) {
    rest *= BigInt(base);
    fraction += show(rest / unit);
    rest %= unit;
  }
  return sign + whole + (fraction === "" ? "" : `.${fraction}`);
}
