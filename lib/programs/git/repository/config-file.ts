/** One file of git-config(1): read with its lines kept, so that what is changed leaves the rest as it was. */
import { Fatal } from "../errors.ts";

interface Entry {
  /** `section.sub.key`; section and key in lower case. */
  readonly name: string;
  readonly value: string;
  /** The key stands without "=": true. */
  readonly bare: boolean;
  /** Lines of the file, the last not included. */
  readonly from: number;
  readonly to: number;
}

interface SectionLine {
  /** `section` or `section.sub`. */
  readonly name: string;
  readonly line: number;
}

/** `a.b.c` → section `a.b`, key `c`. */
export function splitName(name: string): { section: string; key: string } {
  const dot = name.lastIndexOf(".");
  return { section: name.slice(0, Math.max(0, dot)), key: name.slice(dot + 1) };
}

/** Section and key without case, subsection with it. Throws Fatal for what is no name of a variable. */
export function canonicalName(name: string): string {
  const first = name.indexOf(".");
  const last = name.lastIndexOf(".");
  return name.slice(0, first).toLowerCase() + name.slice(first, last + 1) + name.slice(last + 1).toLowerCase();
}

export class ConfigFile {
  #lines: string[];
  #entries: Entry[] = [];
  #sections: SectionLine[] = [];

  /** `label` is how messages name the file. Throws Fatal for a bad line. */
  constructor(
    text: string,
    private readonly label: string,
  ) {
    this.#lines = text === "" ? [] : text.replace(/\n$/, "").split("\n");
    this.#parse();
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get text(): string {
    return this.#lines.length === 0 ? "" : `${this.#lines.join("\n")}\n`;
  }

  #bad(line: number): Fatal {
    return new Fatal(`bad config line ${line + 1} in ${this.label}`);
  }

  #parse(): void {
    this.#entries = [];
    this.#sections = [];
    let section = "";
    for (let i = 0; i < this.#lines.length; i++) {
      let line = (this.#lines[i] ?? "").replace(/\r$/, "").trimStart();
      while (line.startsWith("[")) {
        const found = /^\[\s*([A-Za-z0-9.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]\s*/.exec(line);
        if (!found) throw this.#bad(i);
        const sub = found[2]?.replace(/\\(.)/g, "$1");
        section = (found[1] ?? "").toLowerCase() + (sub === undefined ? "" : `.${sub}`);
        this.#sections.push({ name: section, line: i });
        line = line.slice(found[0].length);
      }
      if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
      const found = /^([A-Za-z][A-Za-z0-9-]*)[ \t]*(=?)/.exec(line);
      if (!found || section === "") throw this.#bad(i);
      const rest = line.slice(found[0].length);
      if (!found[2] && rest !== "" && !/^[#;]/.test(rest)) throw this.#bad(i);
      const from = i;
      const read = found[2] ? this.#value(i, rest) : { value: "true", line: i };
      i = read.line;
      this.#entries.push({
        name: `${section}.${(found[1] ?? "").toLowerCase()}`,
        value: read.value,
        bare: !found[2],
        from,
        to: i + 1,
      });
    }
  }

  #value(start: number, text: string): { value: string; line: number } {
    let line = start;
    let value = "";
    let kept = 0;
    let quoted = false;
    let rest = text.trimStart();
    for (let at = 0; ; at++) {
      const c = rest[at];
      if (c === undefined) {
        if (quoted) throw this.#bad(line);
        return { value: value.slice(0, kept), line };
      }
      if (c === "\\") {
        const next = rest[++at];
        if (next === undefined) {
          line++;
          rest = this.#lines[line] ?? "";
          at = -1;
          continue;
        }
        const known: Readonly<Record<string, string>> = { n: "\n", t: "\t", b: "\b", '"': '"', "\\": "\\" };
        const meant = known[next];
        if (meant === undefined) throw this.#bad(line);
        value += meant;
        kept = value.length;
      } else if (c === '"') quoted = !quoted;
      else if (!quoted && (c === "#" || c === ";")) return { value: value.slice(0, kept), line };
      else {
        value += c;
        if (quoted || !/\s/.test(c)) kept = value.length;
      }
    }
  }

  /** The values, in the order of the file. */
  all(name: string): string[] {
    return this.#entries.filter((entry) => entry.name === name).map(({ value }) => value);
  }

  hasSection(section: string): boolean {
    return this.#sections.some(({ name }) => name === section);
  }

  #replace(from: number, to: number, lines: readonly string[]): void {
    this.#lines.splice(from, to - from, ...lines);
    this.#parse();
  }

  /** Sets the last value of this name, or adds it behind its section's last line. `spelled`: the name as typed. */
  set(name: string, value: string, options: { add?: boolean; spelled?: string } = {}): void {
    const { section } = splitName(name);
    const line = `\t${splitName(options.spelled ?? name).key} = ${quoteValue(value)}`;
    const present = this.#entries.findLast((entry) => entry.name === name);
    if (present && !options.add) {
      this.#replace(present.from, present.to, [line]);
      return;
    }
    const inSection = this.#entries.findLast((entry) => splitName(entry.name).section === section);
    const opened = this.#sections.findLast((each) => each.name === section);
    if (opened) {
      const at = inSection && inSection.to > opened.line ? inSection.to : opened.line + 1;
      this.#replace(at, at, [line]);
      return;
    }
    this.#replace(this.#lines.length, this.#lines.length, [sectionLine(section), line]);
  }

  /** Takes out every value that fits; a section that is left empty goes as well. Returns how many. */
  unset(name: string, fits: (value: string) => boolean = () => true): number {
    const gone = this.#entries.filter((entry) => entry.name === name && fits(entry.value)).reverse();
    for (const entry of gone) this.#lines.splice(entry.from, entry.to - entry.from);
    this.#parse();
    if (gone.length > 0) this.#dropEmpty(splitName(name).section);
    return gone.length;
  }

  #dropEmpty(section: string): void {
    for (const { line } of this.#sections.filter(({ name }) => name === section).reverse()) {
      const next = this.#lines.slice(line + 1).findIndex((text) => text.trimStart().startsWith("["));
      const end = next < 0 ? this.#lines.length : line + 1 + next;
      if (this.#lines.slice(line + 1, end).every((text) => text.trim() === "")) this.#lines.splice(line, end - line);
    }
    this.#parse();
  }

  removeSection(section: string): boolean {
    const found = this.#sections.filter(({ name }) => name === section).reverse();
    for (const { line } of found) {
      const next = this.#sections.find((each) => each.line > line)?.line ?? this.#lines.length;
      this.#lines.splice(line, next - line);
    }
    this.#parse();
    return found.length > 0;
  }

  renameSection(from: string, to: string): boolean {
    const found = this.#sections.filter(({ name }) => name === from);
    for (const { line } of found) this.#lines[line] = sectionLine(to);
    this.#parse();
    return found.length > 0;
  }
}

function sectionLine(section: string): string {
  const dot = section.indexOf(".");
  return dot < 0 ? `[${section}]` : `[${section.slice(0, dot)} "${section.slice(dot + 1).replace(/["\\]/g, "\\$&")}"]`;
}

function quoteValue(value: string): string {
  const escaped = value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("\t", "\\t");
  return /^\s|\s$|[#;]/.test(value) ? `"${escaped}"` : escaped;
}
