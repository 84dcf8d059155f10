/** Sizes, times and numbers as nginx writes them (https://nginx.org/en/docs/syntax.html). Undefined: no such value. */

/** ngx_atoi: digits only. */
export function parseNumber(text: string): number | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

/** Bytes: "8k", "1m"; with `big` also "1g" (ngx_parse_offset). */
export function parseSize(text: string, big = false): number | undefined {
  const match = (big ? /^(\d+)([kKmMgG]?)$/ : /^(\d+)([kKmM]?)$/).exec(text);
  if (!match) return undefined;
  const scale: Readonly<Record<string, number>> = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
  return Number(match[1]) * (scale[(match[2] ?? "").toLowerCase()] ?? 1);
}

const UNITS = [
  { unit: "y", seconds: 31_536_000 },
  { unit: "M", seconds: 2_592_000 },
  { unit: "w", seconds: 604_800 },
  { unit: "d", seconds: 86_400 },
  { unit: "h", seconds: 3600 },
  { unit: "m", seconds: 60 },
  { unit: "s", seconds: 1 },
] as const;

function parseTime(text: string, inSeconds: boolean): number | undefined {
  let rest = text;
  let total = 0;
  let step = inSeconds ? -1 : 1;
  let valid = false;
  while (rest !== "") {
    const match = /^(\d*)(ms|[yMwdhms ])? */.exec(rest);
    if (!match || match[0] === "") return undefined;
    const digits = match[1] ?? "";
    if (digits !== "") valid = true;
    rest = rest.slice(match[0].length);
    const unit = match[2];
    const value = Number(digits || 0);
    if (unit === undefined) {
      if (rest !== "") return undefined;
      total += value * (inSeconds ? 1 : 1000);
      break;
    }
    if (unit === "ms") {
      if (inSeconds || step >= 7) return undefined;
      step = 7;
      total += value;
      continue;
    }
    const order = unit === " " ? 6 : UNITS.findIndex((each) => each.unit === unit);
    if (order <= step && !(unit === "y" && step < 0)) return undefined;
    step = order;
    total += value * (UNITS[order]?.seconds ?? 1) * (inSeconds ? 1 : 1000);
  }
  return valid ? total : undefined;
}

export const parseSeconds = (text: string) => parseTime(text, true);
export const parseMilliseconds = (text: string) => parseTime(text, false);

export interface Cidr {
  readonly address: number;
  readonly mask: number;
  /** Bits beyond the mask were set. */
  readonly hadLowBits: boolean;
}

/** A dotted quad as a number. */
export function addressNumber(text: string): number | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return undefined;
  return parts.reduce((all, part) => all * 256 + Number(part), 0) >>> 0;
}

/** "10.0.0.0/8" or one address. */
export function parseCidr(text: string): Cidr | undefined {
  const [host = "", bits] = text.split("/", 2);
  const address = addressNumber(host);
  if (address === undefined) return undefined;
  if (bits === undefined) return { address, mask: 0xffffffff, hadLowBits: false };
  const length = parseNumber(bits);
  if (length === undefined || length > 32) return undefined;
  const mask = length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
  return { address: (address & mask) >>> 0, mask, hadLowBits: (address & mask) >>> 0 !== address };
}

/** Whether it reads as an address or network of IPv6. */
export const isIpv6 = (text: string) => /^[0-9a-fA-F:]*:[0-9a-fA-F:.]*(\/\d{1,3})?$/.test(text);
