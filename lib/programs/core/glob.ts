/** fnmatch(3): shell patterns as JavaScript's regular expressions. */

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
      while (end < chars.length && chars[end] !== "]") end++;
      if (end >= chars.length) {
        out += "\\[";
        continue;
      }
      let body = chars.slice(i + 1, end).join("");
      const negated = /^[!^]/.test(body);
      if (negated) body = body.slice(1);
      out += `[${negated ? "^" : ""}${body.replace(/[\\\][^]/g, "\\$&").replace(/\\\[:(\w+):\\\]/g, (_whole, name: string) => ({ alpha: "A-Za-z", digit: "0-9", alnum: "A-Za-z0-9", upper: "A-Z", lower: "a-z", space: "\\s" })[name] ?? "")}]`;
      i = end;
    } else if (c === "\\" && i + 1 < chars.length) out += (chars[++i] ?? "").replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
    else out += c.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  }
  return new RegExp(`^${out}$`, options.ignoreCase ? "iu" : "u");
}
