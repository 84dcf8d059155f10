import fc from "fast-check";
import { expect, it } from "vitest";
import { Display } from "./display.ts";
import { characterWidth } from "./width.ts";

/** Enough of a terminal to see where characters end up: xterm's margin behavior, and the sequences that the editor uses. */
class Screen {
  cells: string[][] = [[]];
  row = 0;
  column = 0;
  private pendingWrap = false;

  constructor(private readonly columns: number) {}

  write(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is a terminal
    for (const part of text.match(/\x1b\[[?0-9;]*[A-Za-z]|[\s\S]/gu) ?? []) this.one(part);
  }

  private one(part: string): void {
    if (part.startsWith("\x1b[")) {
      const count = Number(part.slice(2, -1) || 1);
      const final = part.at(-1);
      this.pendingWrap = false;
      if (final === "A") this.row -= count;
      else if (final === "B") this.row += count;
      else if (final === "C") this.column += count;
      else if (final === "D") this.column -= count;
      else if (final === "J" || final === "K") {
        this.line().length = Math.min(this.line().length, this.column);
        if (final === "J") this.cells.length = this.row + 1;
      }
      return;
    }
    if (part === "\r" || part === "\b" || part === "\n") {
      this.pendingWrap = false;
      if (part === "\b") this.column--;
      else this.column = 0;
      if (part === "\n") this.row++;
      this.line();
      return;
    }
    const width = characterWidth(part);
    if (width === 0) {
      // A combining mark joins the cell before the cursor.
      const at = this.pendingWrap ? this.columns - 1 : this.column - 1;
      this.line()[at] = (this.line()[at] ?? "") + part;
      return;
    }
    if (this.pendingWrap || this.column + width > this.columns) {
      this.row++;
      this.column = 0;
      this.pendingWrap = false;
    }
    this.line()[this.column] = part;
    if (width === 2) this.line()[this.column + 1] = "";
    this.column += width;
    if (this.column >= this.columns) {
      this.column = this.columns - 1;
      this.pendingWrap = true;
    }
  }

  private line(): string[] {
    while (this.cells.length <= this.row) this.cells.push([]);
    return this.cells[this.row]!;
  }

  text(): string[] {
    const rows = this.cells.map((row) =>
      Array.from(row, (cell) => cell ?? " ")
        .join("")
        .trimEnd(),
    );
    while (rows.at(-1) === "") rows.pop();
    return rows;
  }
}

it("shows after any edits what drawing the last line afresh would show", () => {
  const character = fc.constantFrom(..."abc d", "é", "日", "🙂", "e\u0301", "\n");
  const line = fc.array(character, { maxLength: 40 }).map((characters) => characters.join(""));
  const step = fc.record({ text: line, cursor: fc.nat(60) });
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 4, max: 24 }),
      fc.constantFrom("$ ", "\x01\x1b[1m\x02ann\x01\x1b[0m\x02:~$ ", ""),
      (steps, columns, prompt) => {
        const boundary = (text: string, at: number): number => {
          let offset = 0;
          for (const part of text.match(/[^\p{Mn}]\p{Mn}*/gsu) ?? []) {
            if (offset + part.length > at) break;
            offset += part.length;
          }
          return offset;
        };
        const edited = new Screen(columns);
        const display = new Display((text) => edited.write(text));
        display.start(prompt, columns);
        for (const { text, cursor } of steps) display.update(text, boundary(text, cursor));
        const fresh = new Screen(columns);
        const direct = new Display((text) => fresh.write(text));
        direct.start(prompt, columns);
        const last = steps.at(-1)!;
        direct.update(last.text, boundary(last.text, last.cursor));
        expect(edited.text()).toEqual(fresh.text());
        expect([edited.row, edited.column]).toEqual([fresh.row, fresh.column]);
      },
    ),
    { numRuns: 500 },
  );
});

it("writes nothing but a letter that is typed at the end", () => {
  let written = "";
  const display = new Display((text) => {
    written += text;
  });
  display.start("$ ", 80);
  display.update("ech", 3);
  written = "";
  display.update("echo", 4);
  expect(written).toBe("o");
});
