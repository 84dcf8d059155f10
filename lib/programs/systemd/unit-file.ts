/** The syntax of unit files (systemd.syntax(7)). */

export interface Assignment {
  readonly section: string;
  readonly key: string;
  readonly value: string;
  readonly path: string;
  readonly line: number;
}

export interface Remark {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

export interface ParsedFile {
  readonly assignments: readonly Assignment[];
  readonly remarks: readonly Remark[];
  /** It could not be read to its end: an error that stops the unit from loading. */
  readonly broken: boolean;
}

const ALWAYS = new Set(["Unit", "Install"]);

/**
 * Reads a file; `section` is the type's own one ("Service"), undefined for types that have none. What is odd is remarked on as systemd 252
 * does (conf-parser.c).
 */
export function parseUnitFile(text: string, path: string, own: string | undefined): ParsedFile {
  const assignments: Assignment[] = [];
  const remarks: Remark[] = [];
  let section: string | undefined;
  let ignoring = false;
  for (const { text: line, number } of logicalLines(text)) {
    const remark = (words: string) => remarks.push({ path, line: number, text: words });
    if (line.startsWith("[")) {
      if (!line.endsWith("]")) {
        remark(`Invalid section header '${line}'`);
        return { assignments, remarks, broken: true };
      }
      section = line.slice(1, -1);
      ignoring = !(ALWAYS.has(section) || section === own);
      if (ignoring && !section.startsWith("X-")) remark(`Unknown section '${section}'. Ignoring.`);
      continue;
    }
    if (section === undefined) {
      remark("Assignment outside of section. Ignoring.");
      continue;
    }
    if (ignoring) continue;
    const equals = line.indexOf("=");
    if (equals < 0) remark("Missing '=', ignoring line.");
    else if (equals === 0) remark("Missing key name before '=', ignoring line.");
    else {
      const key = line.slice(0, equals).trimEnd();
      assignments.push({ section, key, value: line.slice(equals + 1).trim(), path, line: number });
    }
  }
  return { assignments, remarks, broken: false };
}

/** Lines without comments; one that ends in a backslash goes on with the next, the two joined by a blank. */
function* logicalLines(text: string): Generator<{ text: string; number: number }> {
  let pending: string | undefined;
  let number = 0;
  for (const raw of text.split("\n")) {
    number++;
    const line = raw.replace(/\r$/, "");
    const start = line.trimStart();
    // Comments may stand between the parts of a continued line.
    if (start.startsWith("#") || start.startsWith(";")) continue;
    const joined: string = (pending ?? "") + (pending === undefined ? start : line);
    if (/(^|[^\\])(\\\\)*\\$/.test(joined)) {
      pending = `${joined.slice(0, -1)} `;
      continue;
    }
    pending = undefined;
    const trimmed = joined.trim();
    if (trimmed !== "") yield { text: trimmed, number };
  }
  if (pending !== undefined && pending.trim() !== "") yield { text: pending.trim(), number };
}
