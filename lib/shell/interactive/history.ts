/** The commands that were typed (bash(1), HISTORY). */
import { KernelError } from "../../kernel/errno.ts";
import type { Files } from "../../kernel/types.ts";

export class History {
  readonly entries: string[] = [];
  /** The number of the first entry. */
  private base = 1;
  /** So many entries are in the file already. */
  private saved = 0;
  /** The file that was read at the start: every command is added to it at once. */
  ownFile: string | undefined;

  /** The number the next entry gets. */
  get next(): number {
    return this.base + this.entries.length;
  }

  /** Entries with their numbers. */
  numbered(): [number, string][] {
    return this.entries.map((text, at) => [this.base + at, text]);
  }

  get(number: number): string | undefined {
    return this.entries[number - this.base];
  }

  /** Adds a command as HISTCONTROL says. False when it was left out. */
  add(text: string, control = ""): boolean {
    const rules = control.split(":");
    const both = rules.includes("ignoreboth");
    if (text.trim() === "") return false;
    if ((both || rules.includes("ignorespace")) && /^[ \t]/.test(text)) return false;
    if ((both || rules.includes("ignoredups")) && this.entries[this.entries.length - 1] === text) return false;
    if (rules.includes("erasedups"))
      for (let at = this.entries.length - 1; at >= 0; at--) if (this.entries[at] === text) this.entries.splice(at, 1);
    this.entries.push(text);
    return true;
  }

  delete(number: number): boolean {
    const at = number - this.base;
    if (at < 0 || at >= this.entries.length) return false;
    this.entries.splice(at, 1);
    if (at < this.saved) this.saved--;
    return true;
  }

  clear(): void {
    this.entries.length = 0;
    this.base = 1;
    this.saved = 0;
  }

  /** Keeps the newest `size` entries (HISTSIZE). */
  trim(size: number): void {
    const extra = this.entries.length - size;
    if (extra <= 0) return;
    this.entries.splice(0, extra);
    this.base += extra;
    this.saved = Math.max(0, this.saved - extra);
  }

  /** Reads a file; entries of several lines were written with their newlines, so they come back as lines. */
  load(files: Files, path: string): void {
    let text: string;
    try {
      text = files.readText(path);
    } catch (error) {
      if (error instanceof KernelError) return;
      throw error;
    }
    for (const line of text.split("\n")) if (line !== "") this.entries.push(line);
    this.saved = this.entries.length;
  }

  /** Appends what is new, so that a terminal which is closed without `exit` loses nothing. */
  append(files: Files, path: string): void {
    const fresh = this.entries.slice(this.saved);
    if (fresh.length === 0) return;
    this.saved = this.entries.length;
    try {
      files.writeFile(path, `${fresh.join("\n")}\n`, { append: true, mode: 0o600 });
    } catch (error) {
      // No space, or no permission: the session goes on without a file, as in bash.
      if (!(error instanceof KernelError)) throw error;
    }
  }

  write(files: Files, path: string): void {
    files.writeFile(path, this.entries.map((entry) => `${entry}\n`).join(""), { mode: 0o600 });
    this.saved = this.entries.length;
  }
}
