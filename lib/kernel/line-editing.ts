/** The line being typed in canonical mode (termios(3), "Canonical and noncanonical mode"): erase, word erase, kill. */

/** Control characters with their usual settings (stty(1) `-a`). */
export const KEY = {
  interrupt: 0x03,
  endOfFile: 0x04,
  backspace: 0x08,
  newline: 0x0a,
  carriageReturn: 0x0d,
  literalNext: 0x16,
  wordErase: 0x17,
  kill: 0x15,
  suspend: 0x1a,
  quit: 0x1c,
  erase: 0x7f,
} as const;

/** True for the bytes after the first of a UTF-8 sequence (RFC 3629). */
export function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** How a byte is echoed: control characters as ^X (ECHOCTL). */
export function echoOf(byte: number): number[] {
  if (byte === KEY.newline || byte === 0x09) return [byte];
  if (byte < 0x20) return [0x5e, byte + 0x40];
  if (byte === KEY.erase) return [0x5e, 0x3f];
  return [byte];
}

/** Columns that a byte takes on the screen, for erasing. */
function widthOf(byte: number): number {
  if (isContinuation(byte)) return 0;
  return byte < 0x20 || byte === KEY.erase ? 2 : 1;
}

const isWordByte = (byte: number) => byte !== 0x20 && byte !== 0x09;

/** The bytes typed since the last newline. The erasing methods return the number of columns to take back on the screen. */
export class TypedLine {
  #bytes: number[] = [];

  get isEmpty(): boolean {
    return this.#bytes.length === 0;
  }

  get length(): number {
    return this.#bytes.length;
  }

  add(byte: number): void {
    this.#bytes.push(byte);
  }

  eraseCharacter(): number {
    let last = this.#bytes.pop();
    while (last !== undefined && isContinuation(last)) last = this.#bytes.pop();
    return last === undefined ? 0 : widthOf(last);
  }

  eraseWord(): number {
    let columns = 0;
    const last = () => this.#bytes[this.#bytes.length - 1];
    for (let byte = last(); byte !== undefined && !isWordByte(byte); byte = last()) columns += this.eraseCharacter();
    for (let byte = last(); byte !== undefined && isWordByte(byte); byte = last()) columns += this.eraseCharacter();
    return columns;
  }

  eraseAll(): number {
    let columns = 0;
    while (!this.isEmpty) columns += this.eraseCharacter();
    return columns;
  }

  take(): Uint8Array {
    const bytes = new Uint8Array(this.#bytes);
    this.#bytes = [];
    return bytes;
  }
}
