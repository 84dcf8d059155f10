/** PEM, the text form of certificates and keys (RFC 7468). */

export interface PemBlock {
  /** "CERTIFICATE", "PRIVATE KEY". */
  readonly label: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Every block of a text, in order; what stands around them is passed over, and blocks that are no base64 too. */
export function readPem(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  for (const [, label = "", body = ""] of text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g)) {
    const base64 = body.replace(/\s+/g, "");
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) continue;
    blocks.push({ label, bytes: Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)) });
  }
  return blocks;
}

export function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

/** base64 for URLs, without padding (RFC 4648 5). */
export function base64Url(bytes: Uint8Array): string {
  return base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}

export function writePem(label: string, bytes: Uint8Array): string {
  const lines = (base64(bytes).match(/.{1,64}/g) ?? []).join("\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
