/** The text that nano edits: lines, a cursor, and what has been cut. */

export class Buffer {
  lines: string[];
  row = 0;
  column = 0;
  modified = false;
  #cut: string[] = [];
  #cutting = false;

  constructor(text: string) {
    this.lines = text.split("\n");
    if (this.lines.length > 1 && this.lines.at(-1) === "") this.lines.pop();
  }

  get line(): string {
    return this.lines[this.row] ?? "";
  }

  /** As it is saved: with a newline at the end, as nano adds one. */
  text(): string {
    return this.lines.length === 1 && this.lines[0] === "" ? "" : `${this.lines.join("\n")}\n`;
  }

  #touch(): void {
    this.modified = true;
    this.#cutting = false;
  }

  moveTo(row: number, column: number): void {
    this.row = Math.max(0, Math.min(this.lines.length - 1, row));
    this.column = Math.max(0, Math.min(this.line.length, column));
    this.#cutting = false;
  }

  left(): void {
    if (this.column > 0) this.moveTo(this.row, this.column - 1);
    else if (this.row > 0) this.moveTo(this.row - 1, Number.MAX_SAFE_INTEGER);
  }

  right(): void {
    if (this.column < this.line.length) this.moveTo(this.row, this.column + 1);
    else if (this.row < this.lines.length - 1) this.moveTo(this.row + 1, 0);
  }

  insert(text: string): void {
    this.lines[this.row] = this.line.slice(0, this.column) + text + this.line.slice(this.column);
    this.column += text.length;
    this.#touch();
  }

  newline(): void {
    const rest = this.line.slice(this.column);
    this.lines[this.row] = this.line.slice(0, this.column);
    this.lines.splice(this.row + 1, 0, rest);
    this.row++;
    this.column = 0;
    this.#touch();
  }

  backspace(): void {
    if (this.column > 0) {
      this.lines[this.row] = this.line.slice(0, this.column - 1) + this.line.slice(this.column);
      this.column--;
    } else if (this.row > 0) {
      const before = this.lines[this.row - 1] ?? "";
      this.column = before.length;
      this.lines.splice(this.row - 1, 2, before + this.line);
      this.row--;
    } else return;
    this.#touch();
  }

  delete(): void {
    if (this.column < this.line.length) this.lines[this.row] = this.line.slice(0, this.column) + this.line.slice(this.column + 1);
    else if (this.row < this.lines.length - 1) this.lines.splice(this.row, 2, this.line + (this.lines[this.row + 1] ?? ""));
    else return;
    this.#touch();
  }

  /** Ctrl-K: cuts the line; lines cut one after another are pasted together. */
  cutLine(): void {
    if (!this.#cutting) this.#cut = [];
    this.#cut.push(this.line);
    this.lines.splice(this.row, 1);
    if (this.lines.length === 0) this.lines.push("");
    this.row = Math.min(this.row, this.lines.length - 1);
    this.column = 0;
    this.modified = true;
    this.#cutting = true;
  }

  /** Ctrl-U. */
  paste(): void {
    if (this.#cut.length === 0) return;
    this.lines.splice(this.row, 0, ...this.#cut);
    this.row += this.#cut.length;
    this.column = 0;
    this.#touch();
  }

  /** The next place of a text behind the cursor, going round; false when there is none. */
  find(text: string): boolean {
    const wanted = text.toLowerCase();
    for (let step = 0; step <= this.lines.length; step++) {
      const row = (this.row + step) % this.lines.length;
      const from = step === 0 ? this.column + 1 : 0;
      const at = (this.lines[row] ?? "").toLowerCase().indexOf(wanted, from);
      if (at >= 0) {
        this.moveTo(row, at);
        return true;
      }
    }
    return false;
  }
}
