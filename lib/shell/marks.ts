/**
 * The marks that an interactive shell puts on its terminal (OSC 133, "semantic prompts", as FinalTerm, iTerm2 and VS Code use them),
 * and a reader for them. A stands before the prompt (A;k=s before PS2), B after it; C where a command's output begins; D;status after its end.
 *
 * Between C and D lies what a command has shown, and nothing else: echo of typing comes before C, notices about jobs after D. A line
 * that runs nothing (empty, or given up with Ctrl-C) has neither C nor D.
 *
 * Any program can print such a sequence, and a file that is shown can hold one. So each mark carries a key that only shells know (the
 * kernel's `markKey`; VS Code's shell integration has a nonce for the same reason), and one without it is output like any other. All
 * machines of a world share the key: a shell on a server is marked on the terminal from which ssh runs.
 */

const introducer = "\x1b]133;";
const terminator = "\x07";

/** Of a command's line, so many characters are told. */
const LONGEST_LINE = 300;
const LINE = "cmdline_url=";

export interface Marks {
  readonly promptStart: string;
  /** Before a prompt that asks for more of a command (PS2): a prompt of kind "secondary". */
  readonly continuationStart: string;
  readonly promptEnd: string;
  /** With the line that was entered, as kitty's shells tell it (cmdline_url); a long one is cut. */
  commandStart(line: string): string;
  commandEnd(status: number): string;
}

/** The marks that bear a key. */
export function marksWith(key: string): Marks {
  const mark = (text: string): string => `${introducer}${text};nonce=${key}${terminator}`;
  return {
    promptStart: mark("A"),
    continuationStart: mark("A;k=s"),
    promptEnd: mark("B"),
    commandStart: (line) => mark(`C;cmdline_url=${encodeURIComponent([...line].slice(0, LONGEST_LINE).join(""))}`),
    commandEnd: (status) => mark(`D;${status}`),
  };
}

export type Mark =
  | { readonly kind: "prompt-start" }
  | { readonly kind: "prompt-end" }
  | { readonly kind: "command-start"; readonly line: string | undefined }
  | { readonly kind: "command-end"; readonly status: number | undefined };

/** A stretch of output between two marks. */
export type Piece = { readonly kind: "bytes"; readonly bytes: Uint8Array } | Mark;

const ESC = 0x1b;
const BEL = 0x07;
/** Longer than any mark: a sequence that does not end by then is none. */
const LONGEST = 4096;

/** Takes the marks with the given key out of a stream that arrives in arbitrary parts. */
export class MarkReader {
  private held: number[] = [];

  constructor(private readonly key: string) {}

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
      const mark = parseMark(text, this.key);
      if (mark === undefined) plain.push(...this.held);
      else {
        flush();
        pieces.push(mark);
      }
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

function parseMark(text: string, key: string): Mark | undefined {
  const [letter, status, ...more] = text.split(";");
  if ((more.at(-1) ?? status) !== `nonce=${key}`) return undefined;
  switch (letter) {
    case "A":
      return { kind: "prompt-start" };
    case "B":
      return { kind: "prompt-end" };
    case "C":
      return { kind: "command-start", line: lineOf(status) };
    case "D":
      return { kind: "command-end", status: more.length === 0 ? undefined : Number(status) };
    default:
      return undefined;
  }
}

function lineOf(field: string | undefined): string | undefined {
  if (!field?.startsWith(LINE)) return undefined;
  try {
    return decodeURIComponent(field.slice(LINE.length));
  } catch {
    return undefined;
  }
}
