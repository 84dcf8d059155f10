/**
 * The marks that an interactive shell puts on its terminal (OSC 133, "semantic prompts", as FinalTerm, iTerm2 and VS Code use them),
 * and a reader for them. A stands before the prompt (A;k=s before PS2), B after it; C where a command's output begins; D;status after its end.
 *
 * Between C and D lies what a command has shown, and nothing else: echo of typing comes before C, notices about jobs after D. A line
 * that runs nothing (empty, or given up with Ctrl-C) has neither C nor D.
 */

const introducer = "\x1b]133;";
const terminator = "\x07";

export const PROMPT_START = `${introducer}A${terminator}`;
/** Before a prompt that asks for more of a command (PS2): a prompt of kind "secondary". */
export const CONTINUATION_START = `${introducer}A;k=s${terminator}`;
export const PROMPT_END = `${introducer}B${terminator}`;
export const COMMAND_START = `${introducer}C${terminator}`;

export function commandEnd(status: number): string {
  return `${introducer}D;${status}${terminator}`;
}

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

const PREFIX = [...introducer].map((character) => character.charCodeAt(0));

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
