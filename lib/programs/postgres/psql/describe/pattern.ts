/** Patterns of \d commands as conditions of SQL (psql: Patterns). */

export interface PatternColumns {
  readonly schema?: string;
  readonly name: string;
  /** A second name that may match instead (a function's other name). */
  readonly alternative?: string;
  /** A condition for names without a schema: what can be seen. */
  readonly visible?: string;
  /** Two dots are allowed: database.schema.name. */
  readonly database?: boolean;
}

/** The parts of a pattern as regular expressions; lower-cased outside of quotes. */
export function patternParts(pattern: string): { readonly parts: string[]; readonly dots: number } {
  const parts: string[] = [""];
  let quoted = false;
  const add = (text: string) => {
    parts[parts.length - 1] += text;
  };
  for (let at = 0; at < pattern.length; at++) {
    const c = pattern[at] ?? "";
    if (c === '"') {
      if (quoted && pattern[at + 1] === '"') {
        add('"');
        at++;
      } else quoted = !quoted;
    } else if (!quoted && c === ".") parts.push("");
    else if (!quoted && c === "*") add(".*");
    else if (!quoted && c === "?") add(".");
    else if (c === "$") add("\\$");
    else if (quoted && /[|*+?()[\]{}.^\\]/.test(c)) add(`\\${c}`);
    // "[]" would begin a class that does not end: it is the array's sign.
    else if (c === "[" && pattern[at + 1] === "]") add("\\[");
    else add(quoted ? c : c.toLowerCase());
  }
  return { parts, dots: parts.length - 1 };
}

const literal = (text: string) =>
  text.includes("\\") ? `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'` : `'${text.replaceAll("'", "''")}'`;

const matches = (column: string, part: string) => `${column} OPERATOR(pg_catalog.~) ${literal(`^(${part})$`)} COLLATE pg_catalog.default`;

/** Conditions to be joined by AND, or the complaint about the pattern. */
export function patternConditions(
  pattern: string | undefined,
  columns: PatternColumns,
  database: string,
): string[] | { readonly complaint: string } {
  if (pattern === undefined) return columns.visible === undefined ? [] : [columns.visible];
  const { parts } = patternParts(pattern);
  const most = columns.schema === undefined ? 1 : 2;
  const allowed = columns.schema === undefined && columns.database !== true ? 1 : most + 1;
  if (parts.length > allowed) return { complaint: `improper qualified name (too many dotted names): ${pattern}` };
  if (parts.length === most + 1 && parts[0] !== database.replaceAll("$", "\\$"))
    return { complaint: `cross-database references are not implemented: ${pattern}` };
  const name = parts.at(-1) ?? "";
  const schema = parts.length > 1 && columns.schema !== undefined ? parts.at(-2) : undefined;
  const found: string[] = [];
  if (name !== "" && name !== ".*") {
    const one = matches(columns.name, name);
    found.push(columns.alternative === undefined ? one : `(${one}\n        OR ${matches(columns.alternative, name)})`);
  }
  if (schema !== undefined) {
    if (schema !== ".*" && columns.schema !== undefined) found.push(matches(columns.schema, schema));
  } else if (columns.visible !== undefined) found.push(columns.visible);
  return found;
}
