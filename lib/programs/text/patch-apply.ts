/** Finding where a change belongs, and making it: GNU patch's offsets and fuzz (Info node "Inexact"). */
import type { Hunk } from "./patch-parse.ts";

/** Where a hunk was put. */
export interface Placed {
  /** Line number, from 1, in the file as it was. */
  readonly at: number;
  readonly fuzz: number;
}

export class Target {
  #lines: string[];
  /** How far the last hunk was from where its header said. */
  offset = 0;
  /** Lines added less lines taken away by the hunks so far: later line numbers are of the file as it was. */
  #shift = 0;
  /** Nothing before this line (of the file as it is now) may be changed any more. */
  #frozen = 0;

  constructor(text: string) {
    this.#lines = text.split(/(?<=\n)/).filter((line) => line !== "");
  }

  get text(): string {
    return this.#lines.join("");
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  /** The index at which a hunk fits, dropping up to `fuzz` lines of context; undefined when nowhere. */
  #locate(hunk: Hunk, fuzz: number, ignoreWhitespace: boolean): number | undefined {
    const context = Math.max(hunk.prefix, hunk.suffix);
    const prefixFuzz = fuzz + hunk.prefix - context;
    const suffixFuzz = fuzz + hunk.suffix - context;
    const from = Math.max(0, prefixFuzz);
    const pattern = hunk.before.slice(from, hunk.before.length - Math.max(0, suffixFuzz));
    const same = (a: string | undefined, b: string) => {
      if (a === undefined) return false;
      if (ignoreWhitespace) return a.trim().replace(/\s+/g, " ") === b.trim().replace(/\s+/g, " ");
      return a === b || (a.endsWith("\n") ? a.slice(0, -1) : a) === (b.endsWith("\n") ? b.slice(0, -1) : b);
    };
    // Hunks that only add name the line after which they add.
    const first = hunk.start - (hunk.before.length === 0 ? 0 : 1) + this.#shift + this.offset;
    const fits = (index: number) => {
      if (index + from < this.#frozen) return false;
      return (
        pattern.every((line, at) => same(this.#lines[index + from + at], line)) &&
        index + hunk.before.length <= this.#lines.length + Math.max(0, suffixFuzz)
      );
    };
    if (prefixFuzz < 0 && hunk.start <= 1) return fits(0) ? 0 : undefined;
    if (suffixFuzz < 0) {
      const end = this.#lines.length - hunk.before.length;
      return end >= 0 && fits(end) ? end : undefined;
    }
    if (first >= 0 && first <= this.#lines.length && fits(first)) return first;
    for (let distance = 1; distance <= this.#lines.length; distance++) {
      if (first + distance <= this.#lines.length && first + distance >= 0 && fits(first + distance)) return first + distance;
      if (first - distance >= 0 && first - distance <= this.#lines.length && fits(first - distance)) return first - distance;
    }
    return undefined;
  }

  /** Where the hunk would go; nothing changes. */
  find(hunk: Hunk, mostFuzz: number, ignoreWhitespace: boolean): { readonly index: number; readonly fuzz: number } | undefined {
    const context = Math.max(hunk.prefix, hunk.suffix);
    for (let fuzz = 0; fuzz <= Math.min(mostFuzz, context); fuzz++) {
      const index = this.#locate(hunk, fuzz, ignoreWhitespace);
      if (index !== undefined) return { index, fuzz };
    }
    return undefined;
  }

  /** Makes the change at the place that `find` gave. */
  apply(hunk: Hunk, place: { readonly index: number; readonly fuzz: number }): Placed {
    const { index, fuzz } = place;
    const expected = hunk.start - (hunk.before.length === 0 ? 0 : 1) + this.#shift;
    this.offset = index - expected;
    const context = Math.max(hunk.prefix, hunk.suffix);
    const before = Math.max(0, fuzz + hunk.prefix - context);
    const behind = Math.max(0, fuzz + hunk.suffix - context);
    const fresh = hunk.after.slice(before, hunk.after.length - behind);
    // What the file has as context stays as it is there.
    const kept = Math.max(0, hunk.prefix - before);
    const tail = Math.max(0, hunk.suffix - behind);
    const olds = this.#lines.slice(index + before, index + hunk.before.length - behind);
    for (let at = 0; at < kept; at++) fresh[at] = olds[at] ?? fresh[at] ?? "";
    for (let at = 1; at <= tail; at++) fresh[fresh.length - at] = olds[olds.length - at] ?? "";
    this.#lines.splice(index + before, olds.length, ...fresh);
    this.#frozen = index + hunk.after.length - behind;
    this.#shift += hunk.after.length - hunk.before.length;
    return {
      at: hunk.start + this.offset + (hunk.before.length === 0 ? 1 : 0) + this.#shift - (hunk.after.length - hunk.before.length),
      fuzz,
    };
  }
}
