/** Names that hold unusual characters, in C's quotes (git-config(1), core.quotePath). */
import { encode } from "../../core/io.ts";

const NAMED: Readonly<Record<number, string>> = {
  7: "\\a",
  8: "\\b",
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
  34: '\\"',
  92: "\\\\",
};

export function quotePath(path: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is being looked for
  if (!/[\x00-\x1f\x7f"\\]|[^\x00-\x7f]/.test(path)) return path;
  let out = "";
  for (const byte of encode(path)) {
    if (NAMED[byte] !== undefined) out += NAMED[byte];
    else if (byte < 32 || byte > 126) out += `\\${byte.toString(8).padStart(3, "0")}`;
    else out += String.fromCharCode(byte);
  }
  return `"${out}"`;
}
