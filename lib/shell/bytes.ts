/**
 * Text that may hold bytes which are no UTF-8: such a byte stands in a string as U+DC80 to U+DCFF, which no text can hold, and
 * becomes the same byte again when it is written (Python calls this "surrogateescape").
 */
const STRAY = /[\udc80-\udcff]/u;
const encoder = new TextEncoder();

export function encodeText(text: string): Uint8Array {
  if (!STRAY.test(text)) return encoder.encode(text);
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.charCodeAt(0);
    if (character.length === 1 && code >= 0xdc80 && code <= 0xdcff) bytes.push(code & 0xff);
    else bytes.push(...encoder.encode(character));
  }
  return new Uint8Array(bytes);
}

export function decodeBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return decodeStray(bytes);
  }
}

function decodeStray(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at]!;
    const length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    let piece: string | undefined;
    if (length > 0 && at + length <= bytes.length) {
      try {
        piece = decoder.decode(bytes.subarray(at, at + length));
      } catch {
        piece = undefined;
      }
    }
    text += piece ?? String.fromCharCode(0xdc00 | lead);
    at += piece === undefined ? 1 : length;
  }
  return text;
}

/** The code of a stray byte, or undefined. */
export function strayByte(character: string): number | undefined {
  const code = character.charCodeAt(0);
  return character.length === 1 && code >= 0xdc80 && code <= 0xdcff ? code & 0xff : undefined;
}
