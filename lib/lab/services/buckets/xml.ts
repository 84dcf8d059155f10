/** XML as the storage writes it, and the little that it reads. */

export const XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
export const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

/** An element that holds text. */
export function element(name: string, text: string | number | boolean): string {
  return `<${name}>${escapeXml(String(text))}</${name}>`;
}

/** An answer of S3's own name space; `inside` is XML. */
export function documentOf(name: string, inside: string): string {
  return `${XML_HEAD}<${name} xmlns="${NAMESPACE}">${inside}</${name}>`;
}

function unescapeXml(text: string): string {
  const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return named[name ?? ""] ?? whole;
  });
}

/** What is between the tags of every element of that name, which holds no other of the same name; still XML. */
export function insides(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([\\s\\S]*?)</${name}>`, "g"))].map(([, inside = ""]) => inside);
}

/** The text of the first element of that name. */
export function textOf(xml: string, name: string): string | undefined {
  const [first] = insides(xml, name);
  return first === undefined ? undefined : unescapeXml(first);
}
