/** Extensions as openssl's settings spell them (x509v3_config(5)), and the parts of its configuration files that hold them (config(5)). */
import { type AltName, EXTENSION, type Extension } from "../tls/certificate.ts";
import { EXTENDED_USES, extension, KEY_USES } from "../tls/issue.ts";
import type { PublicKey } from "../tls/keys.ts";
import { errorLine, Said } from "./command.ts";

/** Sections with their settings; those before any section are under "default". */
export type Settings = ReadonlyMap<string, ReadonlyMap<string, string>>;

export function readSettings(text: string): Settings {
  const sections = new Map<string, Map<string, string>>([["default", new Map()]]);
  let current = sections.get("default") ?? new Map<string, string>();
  for (const line of text.split("\n")) {
    const plain = line.replace(/#.*/, "").trim();
    const section = /^\[\s*(.*?)\s*\]$/.exec(plain)?.[1];
    if (section !== undefined) {
      current = sections.get(section) ?? new Map<string, string>();
      sections.set(section, current);
      continue;
    }
    const setting = /^([^=]+?)\s*=\s*(.*)$/.exec(plain);
    if (setting) current.set(setting[1] ?? "", (setting[2] ?? "").replace(/^"(.*)"$/, "$1"));
  }
  return sections;
}

/** Keys that identifiers are made of. */
export interface ExtensionKeys {
  readonly subject: PublicKey;
  readonly issuer: PublicKey;
}

function bad(name: string, value: string): Said {
  return new Said(
    `Error adding extensions\n${errorLine(`11000074:X509 V3 routines:X509V3_EXT_nconf_int:error in extension:../crypto/x509/v3_conf.c:48:section=default, name=${name}, value=${value}`)}`,
  );
}

function altNames(value: string, settings: Settings): AltName[] {
  const kinds: Readonly<Record<string, AltName["kind"]>> = { DNS: "dns", IP: "ip", email: "email", URI: "uri" };
  return value.split(/\s*,\s*/).flatMap((part): AltName[] => {
    if (part.startsWith("@"))
      return [...(settings.get(part.slice(1)) ?? [])].flatMap(([name, text]) =>
        altNames(`${name.replace(/\.\d+$/, "")}:${text}`, settings),
      );
    const colon = part.indexOf(":");
    const kind = kinds[part.slice(0, colon)];
    if (kind === undefined) throw bad("subjectAltName", value);
    return [{ kind, value: part.slice(colon + 1) }];
  });
}

function one(name: string, text: string, settings: Settings, keys: ExtensionKeys): Extension | undefined {
  const critical = /^critical\s*,/.test(text);
  const value = text.replace(/^critical\s*,\s*/, "");
  const words = value.split(/\s*,\s*/);
  const made = (each: Extension): Extension => ({ ...each, critical });
  switch (name) {
    case "subjectAltName":
      return made(extension.altNames(altNames(value, settings)));
    case "basicConstraints": {
      const authority = words.find((word) => /^CA:/i.test(word))?.slice(3);
      const length = words.find((word) => /^pathlen:/i.test(word))?.slice(8);
      if (authority === undefined) throw bad(name, text);
      return made(extension.basicConstraints(/^(true|yes)$/i.test(authority), length === undefined ? undefined : Number(length)));
    }
    case "keyUsage":
      if (words.some((word) => !KEY_USES.some((use) => use.name === word))) throw bad(name, text);
      return made(extension.keyUsage(words));
    case "extendedKeyUsage":
      if (words.some((word) => !EXTENDED_USES.some((use) => use.name === word))) throw bad(name, text);
      return made(extension.extendedKeyUsage(words));
    case "subjectKeyIdentifier":
      return value === "none" ? undefined : made(extension.subjectKeyIdentifier(keys.subject));
    case "authorityKeyIdentifier":
      return value === "none" ? undefined : made(extension.authorityKeyIdentifier(keys.issuer));
    default:
      throw new Said(`openssl: the extension ${name} is not modeled on this machine; see /reference/machine\n`);
  }
}

/** All settings of a section, and those of -addext, each "name=value". Later ones of a kind replace earlier ones. */
export function extensionsOf(
  section: ReadonlyMap<string, string>,
  added: readonly string[],
  settings: Settings,
  keys: ExtensionKeys,
): Extension[] {
  const found = new Map<string, Extension>();
  const pairs = [
    ...section,
    ...added.map((text) => [text.slice(0, text.indexOf("=")).trim(), text.slice(text.indexOf("=") + 1).trim()] as const),
  ];
  for (const [name, value] of pairs) {
    const each = one(name, value, settings, keys);
    if (each !== undefined) found.set(each.oid, each);
  }
  return [...found.values()];
}

/** What openssl 3 adds by itself: the identifiers, where they are missing; an authority's own certificate names no other. */
export function withIdentifiers(extensions: readonly Extension[], keys: ExtensionKeys): Extension[] {
  const has = (oid: string) => extensions.some((each) => each.oid === oid);
  return [
    ...extensions,
    ...(has(EXTENSION.subjectKeyIdentifier) ? [] : [extension.subjectKeyIdentifier(keys.subject)]),
    ...(has(EXTENSION.authorityKeyIdentifier) ? [] : [extension.authorityKeyIdentifier(keys.issuer)]),
  ];
}
