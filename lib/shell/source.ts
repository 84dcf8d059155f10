/** A text that is being run, and where its lines are. */
export class Source {
  private starts: number[] | undefined;

  constructor(
    readonly text: string,
    /** What BASH_SOURCE says. */
    readonly name: string,
    readonly firstLine = 1,
  ) {}

  /** The line, counted as LINENO counts, of an offset in the text. */
  lineOf(position: number): number {
    if (this.starts === undefined) {
      this.starts = [0];
      for (let at = this.text.indexOf("\n"); at >= 0; at = this.text.indexOf("\n", at + 1)) this.starts.push(at + 1);
    }
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return this.firstLine + low;
  }

  /** The text of the line with that number, without its newline. */
  lineText(line: number): string {
    return this.text.split("\n")[line - this.firstLine] ?? "";
  }
}
