/** fnmatch(3): shell patterns as JavaScript's regular expressions. */

const CLASSES: Readonly<Record<string, string>> = {
  alpha: "A-Za-z",
  digit: "0-9",
  alnum: "A-Za-z0-9",
  upper: "A-Z",
  lower: "a-z",
  space: "\\s",
};

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** `*` and `?` match slashes too (no FNM_PATHNAME), unless `pathname`. */
export function globRegex(pattern: string, options: { ignoreCase?: boolean; pathname?: boolean } = {}): RegExp {
  const chars = [...pattern];
  let out = "";
  const any = options.pathname ? "[^/]" : "[\\s\\S]";
  for (let i = 0; i < chars.length; i++) {
    const c = chars[i] ?? "";
    if (c === "*") out += `${any}*`;
    else if (c === "?") out += any;
    else if (c === "[") {
      let end = i + 1;
      if (chars[end] === "!" || chars[end] === "^") end++;
      if (chars[end] === "]") end++;
      while (end < chars.length && chars[end] !== "]")
        end += chars[end] === "[" && chars[end + 1] === ":" ? Math.max(1, chars.indexOf("]", end) - end + 1) : 1;
      if (end >= chars.length) {
        out += "\\[";
        continue;
      }
      const whole = chars.slice(i + 1, end).join("");
      const negated = /^[!^]/.test(whole);
      const body = (negated ? whole.slice(1) : whole)
        .split(/(\[:\w+:\])/)
        .map((part) => (part.startsWith("[:") ? (CLASSES[part.slice(2, -2)] ?? "") : part.replace(/[\\\][^]/g, "\\$&")))
        .join("");
      out += `[${negated ? "^" : ""}${body}]`;
      i = end;
    } else if (c === "\\" && i + 1 < chars.length) out += literal(chars[++i] ?? "");
    else out += literal(c);
  }
  return new RegExp(`^${out}$`, options.ignoreCase ? "iu" : "u");
}
