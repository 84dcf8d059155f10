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

/** A stretch of plain output, or a mark. */
export type MarkedPiece =
  | { readonly kind: "output"; readonly text: string }
  | { readonly kind: "prompt-start" }
  | { readonly kind: "prompt-end" }
  | { readonly kind: "command-start" }
  | { readonly kind: "command-end"; readonly status: number | undefined };

/** Splits what a terminal shows into output and marks; the text may come in parts, cut anywhere. */
export class MarkScanner {
  private held = "";

  read(text: string): MarkedPiece[] {
    const pieces: MarkedPiece[] = [];
    let rest = this.held + text;
    this.held = "";
    for (;;) {
      const start = rest.indexOf(introducer);
      if (start < 0) break;
      // biome-ignore lint/suspicious/noControlCharactersInRegex: BEL or ESC \ end an operating system command
      const end = /\x07|\x1b\\/.exec(rest.slice(start));
      if (end === null) {
        if (start > 0) pieces.push({ kind: "output", text: rest.slice(0, start) });
        this.held = rest.slice(start);
        return pieces;
      }
      if (start > 0) pieces.push({ kind: "output", text: rest.slice(0, start) });
      const mark = markOf(rest.slice(start + introducer.length, start + end.index));
      if (mark !== undefined) pieces.push(mark);
      rest = rest.slice(start + end.index + end[0].length);
    }
    const partial = partialIntroducer(rest);
    this.held = rest.slice(rest.length - partial);
    const plain = rest.slice(0, rest.length - partial);
    if (plain !== "") pieces.push({ kind: "output", text: plain });
    return pieces;
  }
}

function markOf(body: string): MarkedPiece | undefined {
  const [letter, status] = body.split(";");
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

/** How many characters at the end could be the beginning of a mark. */
function partialIntroducer(text: string): number {
  for (let length = Math.min(introducer.length - 1, text.length); length > 0; length--) {
    if (introducer.startsWith(text.slice(text.length - length))) return length;
  }
  return 0;
}
