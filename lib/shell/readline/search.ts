/** Incremental search through history (Ctrl-R, Ctrl-S). */
export class Search {
  query = "";
  /** Index of the entry found; the length of the history when none was looked at yet. */
  private at: number;
  found: string | undefined;
  private failed = false;

  constructor(
    private readonly entries: readonly string[],
    public backward: boolean,
  ) {
    this.at = entries.length;
  }

  type(text: string): void {
    this.query += text;
    // What is shown may match the longer query too.
    this.look(this.at);
  }

  erase(): void {
    this.query = [...this.query].slice(0, -1).join("");
    this.at = this.entries.length;
    if (this.query === "") this.found = undefined;
    else this.look(this.at);
  }

  next(backward: boolean): void {
    this.backward = backward;
    if (this.query !== "") this.look(this.at + (backward ? -1 : 1));
  }

  private look(from: number): void {
    const step = this.backward ? -1 : 1;
    for (let at = Math.min(from, this.entries.length - 1); at >= 0 && at < this.entries.length; at += step) {
      if (this.entries[at]!.includes(this.query) && !(at !== from && this.entries[at] === this.found)) {
        this.at = at;
        this.found = this.entries[at];
        this.failed = false;
        return;
      }
    }
    this.failed = true;
  }

  /** Offset of the match in what was found. */
  get cursor(): number {
    return Math.max(0, this.found?.lastIndexOf(this.query) ?? 0);
  }

  get prompt(): string {
    return `(${this.failed ? "failed " : ""}${this.backward ? "reverse-" : ""}i-search)\`${this.query}': `;
  }
}
