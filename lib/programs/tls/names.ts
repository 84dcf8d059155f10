/** Distinguished names (RFC 5280 4.1.2.4), written as openssl writes them. */
import { childOf, der, type Element, oid, oidText, sameBytes, sequence, stringText, TAG, utf8 } from "./der.ts";

/** Attributes by openssl's short names. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  CN: "2.5.4.3",
  SN: "2.5.4.4",
  serialNumber: "2.5.4.5",
  C: "2.5.4.6",
  L: "2.5.4.7",
  ST: "2.5.4.8",
  street: "2.5.4.9",
  O: "2.5.4.10",
  OU: "2.5.4.11",
  title: "2.5.4.12",
  GN: "2.5.4.42",
  emailAddress: "1.2.840.113549.1.9.1",
  DC: "0.9.2342.19200300.100.1.25",
  UID: "0.9.2342.19200300.100.1.1",
};
const LONG: Readonly<Record<string, string>> = {
  commonName: "CN",
  countryName: "C",
  localityName: "L",
  stateOrProvinceName: "ST",
  organizationName: "O",
  organizationalUnitName: "OU",
};
const SHORT: ReadonlyMap<string, string> = new Map(Object.entries(ATTRIBUTES).map(([name, dotted]) => [dotted, name]));

export interface NamePart {
  /** "CN", or dotted numbers. */
  readonly type: string;
  readonly value: string;
}

export interface DistinguishedName {
  readonly parts: readonly NamePart[];
  /** Its DER. */
  readonly raw: Uint8Array;
}

export function readName(element: Element): DistinguishedName {
  const parts = element.children.flatMap((set) =>
    set.children.map((pair) => {
      const dotted = oidText(childOf(pair, 0, TAG.oid));
      return { type: SHORT.get(dotted) ?? dotted, value: stringText(childOf(pair, 1)) };
    }),
  );
  return { parts, raw: element.raw };
}

/** Country codes and mail addresses have types of their own (RFC 5280 appendix A). */
function attributeValue({ type, value }: NamePart): Uint8Array {
  const bytes = new TextEncoder().encode(value);
  if (type === "C" || type === "serialNumber") return der(TAG.printableString, bytes);
  return type === "emailAddress" || type === "DC" ? der(TAG.ia5String, bytes) : utf8(value);
}

export function writeName(parts: readonly NamePart[]): DistinguishedName {
  const raw = sequence(...parts.map((part) => der(TAG.set, sequence(oid(ATTRIBUTES[part.type] ?? part.type), attributeValue(part)))));
  return { parts, raw };
}

/** The `type` is none of an attribute's. */
export class NameError extends Error {
  override readonly name = "NameError";
}

/** "/C=DE/O=Shop/CN=shop.test", as -subj of openssl-req(1) takes it. */
export function parseSubject(text: string): NamePart[] {
  const parts: NamePart[] = [];
  for (const piece of text.split(/(?<!\\)\//).slice(1)) {
    if (piece === "") continue;
    const equals = piece.indexOf("=");
    if (equals < 0) throw new NameError(`missing '=' after RDN type string '${piece}' in subject name string`);
    const given = piece.slice(0, equals);
    const type = LONG[given] ?? given;
    const value = piece.slice(equals + 1).replace(/\\(.)/g, "$1");
    if (ATTRIBUTES[type] === undefined && !/^\d+(\.\d+)+$/.test(type)) throw new NameError(`skip:${given}`);
    if (value !== "") parts.push({ type, value });
  }
  return parts;
}

/** "C = DE, O = Shop, CN = shop.test": how openssl 3.0 shows a name. */
export function nameText(name: DistinguishedName): string {
  const quoted = (value: string) => (/[,+"\\<>;]|^[ #]| $/.test(value) ? `"${value.replace(/(["\\])/g, "\\$1")}"` : value);
  return name.parts.map(({ type, value }) => `${type} = ${quoted(value)}`).join(", ");
}

/** "C=DE; O=Shop; CN=shop.test": how curl -v shows a name. */
export function curlNameText(name: DistinguishedName): string {
  return name.parts.map(({ type, value }) => `${type}=${value}`).join("; ");
}

export function commonName(name: DistinguishedName): string | undefined {
  return name.parts.findLast(({ type }) => type === "CN")?.value;
}

export function sameName(left: DistinguishedName, right: DistinguishedName): boolean {
  if (sameBytes(left.raw, right.raw)) return true;
  // The string types may differ; case and spaces do not count (RFC 5280 7.1).
  const plain = (name: DistinguishedName) =>
    name.parts.map(({ type, value }) => `${type}=${value.toLowerCase().trim().replace(/\s+/g, " ")}`).join("\n");
  return plain(left) === plain(right);
}
