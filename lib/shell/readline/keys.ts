/** Bytes from a keyboard as keys (console_codes(4), and xterm's control sequences). */

export type Key =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "paste"; readonly text: string }
  /** "ctrl-a", "alt-b", "up", "ctrl-left", "home", "delete", "tab", "enter", "backspace"… */
  | { readonly kind: "key"; readonly name: string };

const FINAL: Readonly<Record<string, string>> = { A: "up", B: "down", C: "right", D: "left", F: "end", H: "home", Z: "shift-tab" };
const NUMBERED: Readonly<Record<string, string>> = {
  1: "home",
  2: "insert",
  3: "delete",
  4: "end",
  5: "page-up",
  6: "page-down",
  7: "home",
  8: "end",
};
const PASTE_END = "\x1b[201~";

/** Turns bytes into keys as they come; keeps what is not complete yet. */
export class KeyReader {
  private pending: number[] = [];
  private paste: string | undefined;
  private readonly decoder = new TextDecoder();

  /** The keys that this byte completes: none or one. */
  push(byte: number): Key | undefined {
    if (this.paste !== undefined) return this.pushPaste(byte);
    if (this.pending.length === 0) {
      if (byte === 0x1b || byte >= 0x80) {
        this.pending.push(byte);
        return undefined;
      }
      return plainKey(byte);
    }
    this.pending.push(byte);
    return this.pending[0] === 0x1b ? this.escape() : this.character();
  }

  /** A whole UTF-8 character, or undefined while bytes are missing. */
  private character(): Key | undefined {
    const lead = this.pending[0]!;
    const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (this.pending.length < length) return undefined;
    return { kind: "text", text: this.decoder.decode(new Uint8Array(this.take())) };
  }

  private take(): number[] {
    return this.pending.splice(0);
  }

  private escape(): Key | undefined {
    const text = String.fromCharCode(...this.pending);
    const second = text[1]!;
    if (second === "[" || second === "O") return this.sequence(text);
    if (this.pending[1]! >= 0x80) {
      // Alt with a character that is not ASCII: the character.
      this.pending.shift();
      return undefined;
    }
    this.take();
    if (second === "\x1b") {
      this.pending.push(0x1b);
      return undefined;
    }
    const key = plainKey(second.charCodeAt(0));
    return { kind: "key", name: `alt-${key.kind === "text" ? key.text : key.kind === "key" ? key.name : ""}` };
  }

  /** CSI and SS3 sequences: `ESC [ 1 ; 5 C` is Ctrl-Right. */
  private sequence(text: string): Key | undefined {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins every sequence
    const match = /^\x1b(?:O([A-Za-z])|\[([0-9;?]*)([A-Za-z~]))$/.exec(text);
    if (match === null) {
      if (text.length > 32) this.take();
      return undefined;
    }
    this.take();
    const [number = "", modifier = ""] = (match[2] ?? "").split(";");
    const final = match[1] ?? match[3]!;
    if (final === "~" && number === "200") {
      this.paste = "";
      return undefined;
    }
    const name = final === "~" ? NUMBERED[number] : FINAL[final];
    if (name === undefined) return { kind: "key", name: "unknown" };
    const bits = Math.max(0, Number(modifier || 1) - 1);
    return { kind: "key", name: `${bits & 4 ? "ctrl-" : ""}${bits & 2 ? "alt-" : ""}${name}` };
  }

  private pushPaste(byte: number): Key | undefined {
    this.paste += this.decoder.decode(new Uint8Array([byte]), { stream: true });
    if (!this.paste!.endsWith(PASTE_END)) return undefined;
    const text = this.paste!.slice(0, -PASTE_END.length).replace(/\r\n?/g, "\n");
    this.paste = undefined;
    return { kind: "paste", text };
  }
}

function plainKey(byte: number): Key {
  switch (byte) {
    case 0x09:
      return { kind: "key", name: "tab" };
    case 0x0a:
    case 0x0d:
      return { kind: "key", name: "enter" };
    case 0x7f:
      return { kind: "key", name: "backspace" };
    case 0x00:
      return { kind: "key", name: "ctrl-@" };
    case 0x1f:
      return { kind: "key", name: "ctrl-_" };
  }
  if (byte < 0x20) return { kind: "key", name: `ctrl-${String.fromCharCode(byte + 0x60)}` };
  return { kind: "text", text: String.fromCharCode(byte) };
}
