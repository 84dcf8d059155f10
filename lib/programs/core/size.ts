/** Sizes with units, as GNU's human_readable and the size arguments of head, tail, split, truncate. */

const UNITS = "KMGTPEZY";

/** "1.2K", rounded up, as `ls -h` and `du -h`; `base` 1000 gives `--si`. */
export function humanSize(bytes: number, base = 1024): string {
  if (bytes < base) return String(bytes);
  let value = bytes;
  let unit = -1;
  while (value >= base && unit < UNITS.length - 1) {
    value /= base;
    unit++;
  }
  let text = value < 10 ? (Math.ceil(value * 10) / 10).toFixed(1) : String(Math.ceil(value));
  if (text === "10.0") text = "10";
  if (Number(text) >= base && unit < UNITS.length - 1) {
    text = "1.0";
    unit++;
  }
  const letter = UNITS[unit] ?? "";
  return text + (base === 1000 && letter === "K" ? "k" : letter);
}

/** "10", "2K", "1MB", "3b" → bytes; undefined when it is no size. */
export function parseSize(text: string): number | undefined {
  const found = /^(\d+)(?:(b)|([kKMGTPEZY])(iB|B)?)?$/.exec(text);
  if (!found) return undefined;
  const count = Number(found[1]);
  if (found[2]) return count * 512;
  if (!found[3]) return count;
  return count * (found[4] === "B" ? 1000 : 1024) ** (UNITS.indexOf(found[3].toUpperCase()) + 1);
}
