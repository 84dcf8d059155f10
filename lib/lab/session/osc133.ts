/**
 * The marks that our shell puts into a terminal's output around prompt and command (OSC 133, as FinalTerm, iTerm2 and VS Code use
 * them): A before the prompt, B after it, C when a command begins, D;status when it has ended.
 */
export type Mark =
  | { readonly kind: "prompt-start" }
  | { readonly kind: "prompt-end" }
  | { readonly kind: "command-start" }
  | { readonly kind: "command-end"; readonly status: number | undefined };

/** A stretch of output between two marks. */
export type Piece = { readonly kind: "bytes"; readonly bytes: Uint8Array } | Mark;

const ESC = 0x1b;
const BEL = 0x07;
/** Longer than any mark: a sequence that does not end by then is none. */
const LONGEST = 128;

/** Takes the marks out of a stream that arrives in arbitrary parts. */
export class MarkReader {
  private held: number[] = [];

  read(bytes: Uint8Array): Piece[] {
    const pieces: Piece[] = [];
    let plain: number[] = [];
    const flush = (): void => {
      if (plain.length > 0) pieces.push({ kind: "bytes", bytes: Uint8Array.from(plain) });
      plain = [];
    };
    // The common case: no escape in it, and none under way.
    if (this.held.length === 0 && !bytes.includes(ESC)) return bytes.length > 0 ? [{ kind: "bytes", bytes }] : [];
    for (const byte of bytes) {
      if (this.held.length === 0) {
        if (byte === ESC) this.held.push(byte);
        else plain.push(byte);
        continue;
      }
      this.held.push(byte);
      if (!couldBeMark(this.held)) {
        // A new escape may begin where the false one ended.
        const again = byte === ESC;
        plain.push(...(again ? this.held.slice(0, -1) : this.held));
        this.held = again ? [ESC] : [];
        continue;
      }
      const text = sequence(this.held);
      if (text === undefined) continue;
      flush();
      const mark = parseMark(text);
      if (mark !== undefined) pieces.push(mark);
      this.held = [];
    }
    flush();
    return pieces;
  }
}

const PREFIX = [ESC, 0x5d, 0x31, 0x33, 0x33, 0x3b]; // ESC ] 1 3 3 ;

function couldBeMark(held: readonly number[]): boolean {
  if (held.length > LONGEST) return false;
  return PREFIX.slice(0, held.length).every((byte, index) => held[index] === byte);
}

/** The text between the introducer and BEL or ESC \, once it is complete. */
function sequence(held: readonly number[]): string | undefined {
  if (held.length <= PREFIX.length) return undefined;
  const last = held.at(-1);
  const end = last === BEL ? 1 : last === 0x5c && held.at(-2) === ESC ? 2 : 0;
  return end === 0 ? undefined : String.fromCharCode(...held.slice(PREFIX.length, -end));
}

function parseMark(text: string): Mark | undefined {
  const [letter, status] = text.split(";");
  switch (letter) {
    case "A":
      return { kind: "prompt-start" };
    case "B":
      return { kind: "prompt-end" };
    case "C":
      return { kind: "command-start" };
    case "D":
      return { kind: "command-end", status: status === undefined || status === "" ? undefined : Number(status) };
    default:
      return undefined;
  }
}
