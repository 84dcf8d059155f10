/** GRANT and REVOKE out of access control lists (5.8 Privileges). */
import { formatName } from "../tools/tool.ts";

const LETTERS: readonly (readonly [string, string])[] = [
  ["r", "SELECT"],
  ["a", "INSERT"],
  ["x", "REFERENCES"],
  ["d", "DELETE"],
  ["t", "TRIGGER"],
  ["D", "TRUNCATE"],
  ["m", "MAINTAIN"],
  ["w", "UPDATE"],
  ["X", "EXECUTE"],
  ["U", "USAGE"],
  ["C", "CREATE"],
  ["c", "CONNECT"],
  ["T", "TEMPORARY"],
];

/** Which letters ALL stands for. */
const ALL: Readonly<Record<string, string>> = {
  TABLE: "arwdDxtm",
  SEQUENCE: "rwU",
  SCHEMA: "UC",
  FUNCTION: "X",
  PROCEDURE: "X",
  TYPE: "U",
  DATABASE: "CTc",
  COLUMN: "arwx",
};

interface Item {
  readonly grantee: string;
  readonly letters: string;
  /** Letters with the grant option. */
  readonly grantable: string;
}

/** "{postgres=arwdDxt/postgres,reader=r/postgres}". */
export function parseAcl(text: string): Item[] {
  const items = text.slice(1, -1).match(/"(?:[^"\\]|\\.)*"|[^,]+/g) ?? [];
  return items.map((raw) => {
    const item = raw.startsWith('"') ? raw.slice(1, -1).replace(/\\(.)/g, "$1") : raw;
    const found = /^("(?:[^"]|"")*"|[^=]*)=([a-zA-Z*]*)\//.exec(item);
    const name = found?.[1] ?? "";
    const grantee = name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
    const letters = found?.[2] ?? "";
    return {
      grantee,
      letters: letters.replaceAll("*", ""),
      grantable: [...letters.matchAll(/(.)\*/g)].map(([, letter]) => letter).join(""),
    };
  });
}

function words(letters: string, kind: string, column: string): string {
  const all = [...(ALL[kind] ?? "")];
  if (column === "" && all.length > 0 && all.every((letter) => letters.includes(letter))) return "ALL";
  return LETTERS.flatMap(([letter, word]) => (letters.includes(letter) ? [`${word}${column}`] : [])).join(",");
}

/** Statements that lead from the privileges an object begins with to those it has. `named`: "TABLE public.t". */
export function grants(kind: string, named: string, actual: string, base: string, owner: string, column = ""): string {
  const has = parseAcl(actual);
  const had = parseAcl(base);
  const find = (items: readonly Item[], grantee: string) => items.find((item) => item.grantee === grantee)?.letters ?? "";
  const who = (grantee: string) => (grantee === "" ? "PUBLIC" : formatName(grantee));
  const on = column === "" ? `${named}` : named;
  let out = "";
  for (const { grantee, letters } of had) {
    const gone = [...letters].filter((letter) => !find(has, grantee).includes(letter)).join("");
    if (gone !== "") out += `REVOKE ${words(gone, kind, column)} ON ${on} FROM ${who(grantee)};\n`;
  }
  for (const { grantee, letters, grantable } of has) {
    const fresh = [...letters].filter((letter) => !find(had, grantee).includes(letter)).join("");
    if (fresh === "" || (grantee === owner && had.length === 0)) continue;
    const without = [...fresh].filter((letter) => !grantable.includes(letter)).join("");
    const withOption = [...fresh].filter((letter) => grantable.includes(letter)).join("");
    if (without !== "") out += `GRANT ${words(without, kind, column)} ON ${on} TO ${who(grantee)};\n`;
    if (withOption !== "") out += `GRANT ${words(withOption, kind, column)} ON ${on} TO ${who(grantee)} WITH GRANT OPTION;\n`;
  }
  return out;
}
