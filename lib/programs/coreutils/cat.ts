import { quoteIfNeeded } from "../core/errors.ts";
import { concat, eachInput, Output } from "../core/io.ts";
import { origin } from "../core/origins.ts";
import { program } from "../core/program.ts";
import { NEWLINE } from "./head-tail.ts";

/** Bytes as cat -v shows them. */
function visible(bytes: Uint8Array, tabs: boolean): string {
  let out = "";
  for (const byte of bytes) {
    const low = byte & 127;
    const meta = byte >= 128 ? "M-" : "";
    if (byte === 9) out += tabs ? "^I" : "\t";
    else if (byte === NEWLINE) out += "\n";
    else if (low < 32) out += `${meta}^${String.fromCharCode(low + 64)}`;
    else if (low === 127) out += `${meta}^?`;
    else out += meta + String.fromCharCode(low);
  }
  return out;
}

export const cat = program({
  name: "cat",
  summary: "concatenate files and print on the standard output",
  section: "text",
  origin,
  synopsis: ["[OPTION]... [FILE]..."],
  description: "Concatenate FILE(s) to standard output. With no FILE, or when FILE is -, read standard input.",
  options: [
    "-A, --show-all  equivalent to -vET",
    "-b, --number-nonblank  number nonempty output lines, overrides -n",
    "-e  equivalent to -vE",
    "-E, --show-ends  display $ at end of each line",
    "-n, --number  number all output lines",
    "-s, --squeeze-blank  suppress repeated empty output lines",
    "-t  equivalent to -vT",
    "-T, --show-tabs  display TAB characters as ^I",
    "-u  (ignored)",
    "-v, --show-nonprinting  use ^ and M- notation, except for LFD and TAB",
  ],
  run: async (self, args) => {
    const plain = args.given.every((option) => option.key === "u");
    const out = new Output(self);
    let number = 0;
    let lineStart = true;
    let blanks = 0;
    const show = args.has("show-nonprinting", "show-all", "e", "t");
    const tabs = args.has("show-tabs", "show-all", "t");
    const ends = args.has("show-ends", "show-all", "e");
    const decorate = async (chunk: Uint8Array) => {
      let at = 0;
      while (at < chunk.length) {
        const newline = chunk.indexOf(NEWLINE, at);
        const end = newline < 0 ? chunk.length : newline;
        const piece = chunk.subarray(at, end);
        if (lineStart && piece.length === 0 && newline >= 0) {
          blanks++;
          if (args.has("squeeze-blank") && blanks > 1) {
            at = end + 1;
            continue;
          }
        } else if (piece.length > 0) blanks = 0;
        if (lineStart && (args.has("number-nonblank") ? piece.length > 0 : args.has("number")))
          await out.write(`${String(++number).padStart(6)}\t`);
        await out.write(show ? visible(piece, tabs) : tabs ? concat(splitTabs(piece)) : piece.slice());
        if (newline >= 0) await out.write(ends ? "$\n" : "\n");
        lineStart = newline >= 0;
        at = end + 1;
      }
    };
    const ok = await eachInput(
      self,
      args.operands,
      async (input, name) => {
        for (;;) {
          const chunk = await input.read();
          if (chunk.length === 0) break;
          if (plain) await self.write(1, chunk);
          else {
            await decorate(chunk);
            if (name === "-") await out.flush();
          }
        }
        await out.flush();
      },
      (name, why) => `cat: ${quoteIfNeeded(name)}: ${why}\n`,
    );
    await out.flush();
    return ok ? 0 : 1;
  },
});

function splitTabs(piece: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (;;) {
    const tab = piece.indexOf(9, at);
    parts.push(piece.slice(at, tab < 0 ? undefined : tab));
    if (tab < 0) return parts;
    parts.push(new Uint8Array([94, 73]));
    at = tab + 1;
  }
}
