/** The line being edited: its text, the cursor, what was killed, and what can be undone. No terminal here. */

interface Snapshot {
  readonly text: string;
  readonly cursor: number;
}

const KILLS_KEPT = 60;

export class Line {
  text = "";
  /** An offset in `text`, never inside a character. */
  cursor = 0;
  private readonly kills: string[] = [];
  private killing = false;
  private killedBefore = false;
  private undo: Snapshot[] = [];
  private yanked: { readonly start: number; readonly end: number; readonly kill: number } | undefined;

  /** To be called before each key: consecutive kills are joined, and typing is undone in one go. */
  begin(): void {
    this.killedBefore = this.killing;
    this.killing = false;
  }

  set(text: string, cursor = text.length): void {
    this.remember();
    this.text = text;
    this.cursor = cursor;
  }

  clear(): void {
    this.text = "";
    this.cursor = 0;
    this.undo = [];
    this.yanked = undefined;
  }

  private remember(): void {
    if (this.undo[this.undo.length - 1]?.text === this.text) return;
    this.undo.push({ text: this.text, cursor: this.cursor });
    if (this.undo.length > 500) this.undo.shift();
  }

  undoLast(): void {
    const last = this.undo.pop();
    if (last === undefined) return;
    this.text = last.text;
    this.cursor = last.cursor;
  }

  insert(text: string): void {
    this.remember();
    this.text = this.text.slice(0, this.cursor) + text + this.text.slice(this.cursor);
    this.cursor += text.length;
  }

  /** Replaces a stretch and leaves the cursor behind it. */
  replace(start: number, end: number, text: string): void {
    this.remember();
    this.text = this.text.slice(0, start) + text + this.text.slice(end);
    this.cursor = start + text.length;
  }

  /** The offset of the character before `at`; combining marks belong to what they stand on. */
  before(at: number): number {
    let next = at;
    do {
      next--;
      if (next > 0 && /[\udc00-\udfff]/.test(this.text[next]!)) next--;
    } while (next > 0 && /^\p{Mn}/u.test(this.text.slice(next)));
    return Math.max(0, next);
  }

  after(at: number): number {
    let next = at + ((this.text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
    while (next < this.text.length && /^\p{Mn}/u.test(this.text.slice(next))) next++;
    return Math.min(this.text.length, next);
  }

  left(): void {
    if (this.cursor > 0) this.cursor = this.before(this.cursor);
  }

  right(): void {
    if (this.cursor < this.text.length) this.cursor = this.after(this.cursor);
  }

  /** Start of the word before the cursor: letters and digits make words. */
  wordLeft(): number {
    let at = this.cursor;
    while (at > 0 && !isWord(this.text[at - 1]!)) at--;
    while (at > 0 && isWord(this.text[at - 1]!)) at--;
    return at;
  }

  wordRight(): number {
    let at = this.cursor;
    while (at < this.text.length && !isWord(this.text[at]!)) at++;
    while (at < this.text.length && isWord(this.text[at]!)) at++;
    return at;
  }

  /** Start of the blank-separated word before the cursor (Ctrl-W). */
  blankLeft(): number {
    let at = this.cursor;
    while (at > 0 && /\s/.test(this.text[at - 1]!)) at--;
    while (at > 0 && !/\s/.test(this.text[at - 1]!)) at--;
    return at;
  }

  deleteLeft(): boolean {
    if (this.cursor === 0) return false;
    this.replace(this.before(this.cursor), this.cursor, "");
    return true;
  }

  deleteRight(): boolean {
    if (this.cursor >= this.text.length) return false;
    const at = this.cursor;
    this.replace(at, this.after(at), "");
    return true;
  }

  /** Cuts a stretch into the kill ring. */
  kill(start: number, end: number): void {
    this.killing = true;
    if (start === end) return;
    const cut = this.text.slice(start, end);
    const before = end === this.cursor && start < this.cursor;
    if (this.killedBefore && this.kills.length > 0) {
      const last = this.kills.pop()!;
      this.kills.push(before ? cut + last : last + cut);
    } else {
      this.kills.push(cut);
      if (this.kills.length > KILLS_KEPT) this.kills.shift();
    }
    this.replace(start, end, "");
  }

  yank(): void {
    const last = this.kills[this.kills.length - 1];
    if (last === undefined) return;
    const start = this.cursor;
    this.insert(last);
    this.yanked = { start, end: this.cursor, kill: this.kills.length - 1 };
  }

  /** Alt-Y: replaces what was just yanked with the kill before it. */
  yankPop(): void {
    const { yanked } = this;
    if (yanked === undefined || this.cursor !== yanked.end) return;
    const kill = (yanked.kill + this.kills.length - 1) % this.kills.length;
    this.replace(yanked.start, yanked.end, this.kills[kill]!);
    this.yanked = { start: yanked.start, end: this.cursor, kill };
  }

  /** Ctrl-T: swaps the two characters before the cursor, or around it. */
  transpose(): void {
    if (this.text.length < 2 || this.cursor === 0) return;
    const middle = this.cursor === this.text.length ? this.before(this.cursor) : this.cursor;
    const start = this.before(middle);
    const end = this.after(middle);
    this.replace(start, end, this.text.slice(middle, end) + this.text.slice(start, middle));
  }

  /** Alt-U, Alt-L, Alt-C: changes the case of the word after the cursor. */
  changeCase(how: "upper" | "lower" | "capital"): void {
    const end = this.wordRight();
    const word = this.text.slice(this.cursor, end);
    const changed =
      how === "upper"
        ? word.toUpperCase()
        : how === "lower"
          ? word.toLowerCase()
          : word.toLowerCase().replace(/[\p{L}\p{N}]/u, (letter) => letter.toUpperCase());
    this.replace(this.cursor, end, changed);
  }
}

function isWord(character: string): boolean {
  return /[\p{L}\p{N}]|[\ud800-\udfff]/u.test(character);
}
