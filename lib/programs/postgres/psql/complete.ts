/** Completion at psql's prompt: backslash commands, key words, names in the database, files. */
import type { Completion } from "../../../shell/readline/complete.ts";
import { codeOf } from "../../core/errors.ts";
import { quoteLiteral } from "./arguments.ts";
import { DESCRIBE_NAMES } from "./commands/describing.ts";
import { commandNames } from "./commands.ts";
import type { Session } from "./session.ts";

const WORDS =
  "ABORT ALTER ANALYZE BEGIN CALL CHECKPOINT CLOSE CLUSTER COMMENT COMMIT COPY CREATE DEALLOCATE DECLARE DELETE FROM DISCARD DO DROP END EXECUTE EXPLAIN FETCH GRANT IMPORT INSERT INTO LISTEN LOAD LOCK MERGE MOVE NOTIFY PREPARE REASSIGN REFRESH REINDEX RELEASE RESET REVOKE ROLLBACK SAVEPOINT SECURITY SELECT SET SHOW START TABLE TRUNCATE UNLISTEN UPDATE VACUUM VALUES WITH".split(
    " ",
  );
const OBJECTS = "DATABASE EXTENSION FUNCTION INDEX MATERIALIZED PROCEDURE ROLE SCHEMA SEQUENCE TABLE TRIGGER TYPE USER VIEW".split(" ");
const MIDDLE =
  "AND AS ASC BY DESC FROM GROUP HAVING IN INNER IS JOIN LEFT LIKE LIMIT NOT NULL OFFSET ON OR ORDER OUTER RIGHT SET UNION USING VALUES WHERE".split(
    " ",
  );

/** What names a word can stand for. */
type Wanted = "relations" | "tables" | "indexes" | "views" | "sequences" | "databases" | "roles" | "schemas" | "functions" | "settings";

const KINDS: Readonly<Record<string, string>> = {
  relations: "'r','v','m','f','p','S'",
  tables: "'r','p'",
  indexes: "'i','I'",
  views: "'v'",
  sequences: "'S'",
};

async function names(session: Session, wanted: Wanted, word: string): Promise<string[]> {
  const { connection } = session;
  if (connection === undefined || connection.isBusy || connection.status === "E") return [];
  const like = `${quoteLiteral(word.toLowerCase().replaceAll('"', ""))}`;
  const from = (column: string, table: string, where = "true") =>
    `SELECT pg_catalog.quote_ident(${column}) FROM ${table} WHERE ${where} AND pg_catalog.left(pg_catalog.quote_ident(${column}), ${[...word].length}) = ${like} ORDER BY 1 LIMIT 1000`;
  const kinds = KINDS[wanted];
  const sql =
    kinds !== undefined
      ? `${from("c.relname", "pg_catalog.pg_class c", `c.relkind IN (${kinds}) AND pg_catalog.pg_table_is_visible(c.oid) AND ${word.startsWith("pg_") ? "true" : "c.relnamespace <> (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'pg_catalog')"}`)}`
      : wanted === "databases"
        ? from("datname", "pg_catalog.pg_database", "datallowconn")
        : wanted === "roles"
          ? from("rolname", "pg_catalog.pg_roles", word.startsWith("pg_") ? "true" : "rolname !~ '^pg_'")
          : wanted === "schemas"
            ? from("nspname", "pg_catalog.pg_namespace", word.startsWith("pg_") ? "true" : "nspname !~ '^pg_'")
            : wanted === "functions"
              ? from("proname", "pg_catalog.pg_proc", "pg_catalog.pg_function_is_visible(oid)")
              : from("name", "pg_catalog.pg_settings");
  const answer = (await connection.all(sql)).find((result) => result.kind === "rows");
  const found = answer?.kind === "rows" ? answer.rows.flatMap(([name]) => (name === null || name === undefined ? [] : [name])) : [];
  return [...new Set(found)];
}

async function columns(session: Session, text: string, word: string): Promise<string[]> {
  const table = /\b(?:from|update|into|join)\s+("?[\w.]+"?)/i.exec(text)?.[1];
  const { connection } = session;
  if (table === undefined || connection === undefined || connection.status === "E") return [];
  const sql = `SELECT pg_catalog.quote_ident(attname) FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass(${quoteLiteral(table)}) AND attnum > 0 AND NOT attisdropped AND pg_catalog.left(attname, ${[...word].length}) = ${quoteLiteral(word)} ORDER BY 1`;
  const answer = (await connection.all(sql)).find((result) => result.kind === "rows");
  return answer?.kind === "rows" ? answer.rows.flatMap(([name]) => (name === null || name === undefined ? [] : [name])) : [];
}

/** Key words in the case that was begun (COMP_KEYWORD_CASE preserve-upper). */
function keywords(session: Session, list: readonly string[], word: string): string[] {
  const mode = session.variables.get("COMP_KEYWORD_CASE") ?? "preserve-upper";
  const lower = mode === "lower" || (mode.startsWith("preserve") && (word === "" ? mode === "preserve-lower" : /^[a-z]/.test(word)));
  return list.filter((each) => each.startsWith(word.toUpperCase())).map((each) => (lower ? each.toLowerCase() : each));
}

function fileNames(session: Session, word: string): string[] {
  const slash = word.lastIndexOf("/");
  const folder = slash < 0 ? "" : word.slice(0, slash + 1);
  try {
    return session.self.files
      .readdir(folder === "" ? "." : folder)
      .filter(({ name }) => name.startsWith(word.slice(slash + 1)) && (!name.startsWith(".") || word.slice(slash + 1).startsWith(".")))
      .map(({ name, kind }) => `${folder}${name}${kind === "directory" ? "/" : ""}`);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return [];
  }
}

const AFTER: readonly (readonly [RegExp, Wanted])[] = [
  [/\b(?:from|join|into|update|table|truncate|analyze|lock|copy|references)\s+(?:only\s+|if\s+exists\s+)?$/i, "relations"],
  [/\b(?:drop|alter)\s+index\s+$/i, "indexes"],
  [/\b(?:drop|alter)\s+(?:materialized\s+)?view\s+$/i, "views"],
  [/\b(?:drop|alter)\s+sequence\s+$/i, "sequences"],
  [/\b(?:drop|alter)\s+database\s+$/i, "databases"],
  [/\b(?:drop|alter)\s+(?:role|user)\s+$|\b(?:to|role|owner\s+to)\s+$/i, "roles"],
  [/\b(?:drop|alter)\s+schema\s+$/i, "schemas"],
  [/\b(?:show|set|reset)\s+$/i, "settings"],
];

const SLASH: readonly (readonly [RegExp, Wanted])[] = [
  [/^\\(?:c|connect|l)\+?\s+$/, "databases"],
  [/^\\(?:du|dg|password)\+?\s+$/, "roles"],
  [/^\\dn\+?\s+$/, "schemas"],
  [/^\\(?:df|sf)\+?\s+$/, "functions"],
  [/^\\di\+?\s+$/, "indexes"],
  [/^\\(?:dv|sv)\+?\s+$/, "views"],
  [/^\\ds\+?\s+$/, "sequences"],
  [/^\\dt\+?\s+$/, "tables"],
  [/^\\(?:d|dp|z)\+?\s+$/, "relations"],
];

async function candidates(session: Session, before: string, word: string): Promise<string[]> {
  if (before.trim() === "" && word.startsWith("\\"))
    return [...commandNames(), ...DESCRIBE_NAMES].filter((name) => name.startsWith(word)).sort();
  if (/^\s*\\/.test(before)) {
    for (const [pattern, wanted] of SLASH) if (pattern.test(before.trimStart())) return names(session, wanted, word);
    if (/\\(?:i|ir|o|w|e|cd|copy)\b/.test(before)) return fileNames(session, word);
    return [];
  }
  for (const [pattern, wanted] of AFTER) if (pattern.test(before)) return names(session, wanted, word);
  if (/\b(?:create|drop|alter)\s+$/i.test(before)) return keywords(session, OBJECTS, word);
  if (/\bwhere\s+$|\bselect\s+$|\border\s+by\s+$|\bset\s+$|\band\s+$|,\s*$/i.test(before)) {
    const found = await columns(session, before, word);
    if (found.length > 0) return found;
  }
  return keywords(session, before.trim() === "" ? WORDS : [...MIDDLE, ...WORDS], word);
}

export async function complete(session: Session, text: string, cursor: number): Promise<Completion> {
  const left = text.slice(0, cursor);
  const start = /[^\s(),;=]*$/.exec(left)?.index ?? cursor;
  const word = left.slice(start);
  const found = await candidates(session, left.slice(0, start), word);
  const unique = [...new Set(found)];
  return {
    start,
    word,
    candidates: unique.map((each) => ({ text: each, final: !each.endsWith("/") })),
    quote: (value, final) => (final ? `${value} ` : value),
  };
}
