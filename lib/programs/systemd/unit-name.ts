/** Names of units (systemd.unit(5), "Description"). */

export const UNIT_TYPES = [
  "service",
  "socket",
  "target",
  "timer",
  "mount",
  "automount",
  "swap",
  "path",
  "slice",
  "scope",
  "device",
] as const;
export type UnitType = (typeof UNIT_TYPES)[number];

export interface UnitName {
  readonly full: string;
  /** Before the "@" or the suffix. */
  readonly prefix: string;
  /** After the "@": "" in a template's own name; undefined when there is no "@". */
  readonly instance: string | undefined;
  readonly type: UnitType;
}

/** Undefined for what can't be a unit's name. */
export function parseUnitName(full: string): UnitName | undefined {
  const match = /^([A-Za-z0-9:_.\\-]+)(?:@([A-Za-z0-9:_.\\@-]*))?\.([a-z]+)$/.exec(full);
  const type = UNIT_TYPES.find((each) => each === match?.[3]);
  if (match === null || type === undefined || full.length > 255) return undefined;
  return { full, prefix: match[1] ?? "", instance: match[2], type };
}

/** What systemctl makes of a name that a person has typed: ".service" unless it has a type (unit_name_mangle). */
export function mangle(typed: string, type: UnitType = "service"): string {
  if (parseUnitName(typed) !== undefined) return typed;
  if (/[*?[\]]/.test(typed))
    return /\.[a-z]+$|[*\]]$/.test(typed) && UNIT_TYPES.some((each) => typed.endsWith(`.${each}`)) ? typed : `${typed}.${type}`;
  if (typed.startsWith("/")) return `${escapePath(typed)}.mount`;
  return `${Array.from(typed, (c) => (/[A-Za-z0-9:_.\\@-]/.test(c) ? c : escapeCharacter(c))).join("")}.${type}`;
}

/** "foo@bar.service" → "foo@.service". */
export function templateOf(name: UnitName): string | undefined {
  return name.instance === undefined || name.instance === "" ? undefined : `${name.prefix}@.${name.type}`;
}

export function withInstance(template: string, instance: string): string {
  return template.replace("@.", `@${instance}.`);
}

const escapeCharacter = (character: string) =>
  [...new TextEncoder().encode(character)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");

/** systemd-escape(1). */
export function escapeName(text: string): string {
  return Array.from(text, (c, index) =>
    c === "/" ? "-" : /[A-Za-z0-9:_]/.test(c) || (c === "." && index > 0) ? c : escapeCharacter(c),
  ).join("");
}

export function escapePath(path: string): string {
  const inner = path.replace(/\/+/g, "/").replace(/^\/|\/$/g, "");
  return inner === "" ? "-" : escapeName(inner);
}

export function unescapeName(text: string): string {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const hex = /^\\x([0-9a-f]{2})/.exec(text.slice(at));
    if (hex) {
      bytes.push(Number.parseInt(hex[1] ?? "0", 16));
      at += 3;
    } else bytes.push(...new TextEncoder().encode(text[at] === "-" ? "/" : (text[at] ?? "")));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
