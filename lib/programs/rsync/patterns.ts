/** Filter rules of rsync(1), FILTER RULES: the first pattern that matches decides. */

export interface FilterRule {
  readonly include: boolean;
  readonly pattern: string;
}

function source(pattern: string): string {
  let out = "";
  for (let at = 0; at < pattern.length; at++) {
    const c = pattern[at] ?? "";
    if (c === "*") {
      const double = pattern[at + 1] === "*";
      out += double ? ".*" : "[^/]*";
      if (double) at++;
    } else if (c === "?") out += "[^/]";
    else if (c === "[") {
      const end = pattern.indexOf("]", at + 2);
      if (end < 0) out += "\\[";
      else {
        out += `[${pattern
          .slice(at + 1, end)
          .replace(/^!/, "^")
          .replaceAll("\\", "\\\\")}]`;
        at = end;
      }
    } else out += c.replace(/[.+^${}()|\]\\]/, "\\$&");
  }
  return out;
}

function matches({ pattern }: FilterRule, path: string, isFolder: boolean): boolean {
  if (pattern.endsWith("/") && !isFolder) return false;
  const bare = pattern.replace(/\/$/, "");
  const anchored = bare.startsWith("/");
  const text = anchored ? bare.slice(1) : bare;
  // "dir/***" means the folder and everything in it.
  const whole = text.endsWith("/***") ? `${source(text.slice(0, -4))}(?:/.*)?` : source(text);
  if (anchored) return new RegExp(`^${whole}$`).test(path);
  return text.includes("/") || text.includes("**")
    ? new RegExp(`(?:^|/)${whole}$`).test(path)
    : new RegExp(`^${whole}$`).test(path.slice(path.lastIndexOf("/") + 1));
}

/** Whether a path, relative to the transfer's root, is left out. */
export function isExcluded(rules: readonly FilterRule[], path: string, isFolder: boolean): boolean {
  const rule = rules.find((each) => matches(each, path, isFolder));
  return rule !== undefined && !rule.include;
}

/** `--filter`, `--exclude-from`: "- PATTERN", "+ PATTERN", or a bare pattern. */
export function parseFilter(text: string, include = false): FilterRule | undefined {
  const line = text.trimEnd();
  if (line === "" || line.startsWith("#") || line.startsWith(";")) return undefined;
  if (line.startsWith("- ")) return { include: false, pattern: line.slice(2) };
  if (line.startsWith("+ ")) return { include: true, pattern: line.slice(2) };
  return { include, pattern: line };
}
