/** What could not be carried over, with the place in the source. */
export interface ImportNote {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** Gathers notes; the same one of the same place once. */
export class ImportNotes {
  readonly all: ImportNote[] = [];

  add(file: string, line: number, text: string): void {
    const note = { file: harmless(file), line, text: harmless(text) };
    if (!this.all.some((each) => each.file === note.file && each.line === line && each.text === note.text)) this.all.push(note);
  }
}

/** A stranger's words for a terminal: on one line, and without what commands it. */
export function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are shown in another way
  return text.replace(/[\x00-\x1f\x7f-\x9f]+/g, " ");
}

export function formatNote({ file, line, text }: ImportNote): string {
  return `${file}:${line}: ${text}`;
}
