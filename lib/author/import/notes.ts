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
    if (!this.all.some((note) => note.file === file && note.line === line && note.text === text)) this.all.push({ file, line, text });
  }
}

export function formatNote({ file, line, text }: ImportNote): string {
  return `${file}:${line}: ${text}`;
}
