import type { Piece } from "./pattern.ts";

export type Field = Piece[];

/**
 * Collects the fields that one word expands to, splitting what came from unquoted expansions at the characters of IFS
 * (POSIX 2.6.5).
 */
export class FieldBuilder {
  readonly fields: Field[] = [];
  private current: Field | undefined;
  /** The last field was ended by white space only, so one following separator that is not white space belongs to it. */
  private endedBySpace = false;

  constructor(
    private readonly ifs: string,
    /** False: everything goes into one field (assignments, patterns, redirections…). */
    readonly splits: boolean,
  ) {}

  /** Text that is part of the word itself, or quoted: never split. An empty quoted text still makes a field. */
  append(text: string, quoted: boolean): void {
    if (text === "" && !quoted) return;
    this.endedBySpace = false;
    if (this.current === undefined) {
      this.current = [];
      this.fields.push(this.current);
    }
    this.current.push({ text, quoted });
  }

  /** The result of an unquoted expansion. */
  appendSplit(text: string): void {
    if (!this.splits || this.ifs === "") {
      this.append(text, false);
      return;
    }
    let start = 0;
    for (let at = 0; at < text.length; at++) {
      const character = text[at]!;
      if (!this.ifs.includes(character)) continue;
      if (at > start) this.append(text.slice(start, at), false);
      start = at + 1;
      this.separate(character);
    }
    if (start < text.length) this.append(start === 0 ? text : text.slice(start), false);
  }

  private separate(character: string): void {
    const space = character === " " || character === "\t" || character === "\n";
    if (this.current !== undefined) {
      this.current = undefined;
      this.endedBySpace = space;
    } else if (!space) {
      if (this.endedBySpace) this.endedBySpace = false;
      else this.fields.push([{ text: "", quoted: true }]);
    }
  }

  /** Ends the field: what comes next belongs to another one ("$@"). */
  cut(): void {
    this.current = undefined;
    this.endedBySpace = false;
  }
}

export function fieldText(field: Field): string {
  if (field.length === 1) return field[0]!.text;
  let text = "";
  for (const piece of field) text += piece.text;
  return text;
}
