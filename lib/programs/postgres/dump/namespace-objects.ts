/** Schemas, extensions, types and functions of a dump. */
import { formatName } from "../tools/tool.ts";
import { notOfExtension, type Query } from "./catalog.ts";
import { commentEntry, type Entry, PRIORITY, sqlString } from "./entry.ts";
import { grants } from "./privileges.ts";

type Needs = ReadonlyMap<string, ReadonlySet<string>>;

const NONE: ReadonlySet<string> = new Set();
const OWN = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

export function privilegesEntry(entry: Pick<Entry, "key" | "section" | "schema" | "owner">, tag: string, statements: string): Entry[] {
  if (statements === "") return [];
  return [
    { ...entry, key: `acl:${entry.key}:${tag}`, priority: 0, name: tag, tag, type: "ACL", create: statements, drop: "", needs: NONE },
  ];
}

/** "public" is there already: only what was changed of it is told. */
export async function schemas(query: Query): Promise<Entry[]> {
  const rows = await query(`SELECT n.oid, n.nspname, pg_catalog.pg_get_userbyid(n.nspowner), n.nspacl,
  COALESCE((SELECT i.initprivs FROM pg_catalog.pg_init_privs i WHERE i.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND i.objoid = n.oid), pg_catalog.acldefault('n', n.nspowner)),
  pg_catalog.obj_description(n.oid, 'pg_namespace')
FROM pg_catalog.pg_namespace n WHERE ${OWN} AND ${notOfExtension("pg_namespace", "n.oid")} ORDER BY n.nspname`);
  return rows.map(([oid, name, owner, acl, base, comment]) => {
    const isPublic = name === "public";
    const quoted = formatName(name ?? "");
    const common = { key: `pg_namespace:${oid}`, section: "pre-data", schema: undefined, owner: owner ?? "" } as const;
    const standard = isPublic && comment === "standard public schema";
    return {
      ...common,
      priority: PRIORITY.schema,
      name: name ?? "",
      tag: name ?? "",
      type: "SCHEMA",
      create: isPublic ? "" : `CREATE SCHEMA ${quoted};\n`,
      drop: isPublic ? "" : `DROP SCHEMA %IF%${quoted};\n`,
      owned: isPublic ? undefined : `SCHEMA ${quoted}`,
      needs: NONE,
      after: comment && !standard ? [commentEntry(common, `SCHEMA ${name}`, `SCHEMA ${quoted}`, comment)] : [],
      privileges: acl ? privilegesEntry(common, `SCHEMA ${name}`, grants("SCHEMA", `SCHEMA ${quoted}`, acl, base ?? "", owner ?? "")) : [],
    };
  });
}

export async function extensions(query: Query): Promise<Entry[]> {
  const rows = await query(`SELECT e.oid, e.extname, n.nspname, pg_catalog.obj_description(e.oid, 'pg_extension'), e.extrelocatable
FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.oid >= 16384 ORDER BY e.extname`);
  return rows.map(([oid, name, schema, comment]) => {
    const common = { key: `pg_extension:${oid}`, section: "pre-data", schema: undefined, owner: "" } as const;
    const quoted = formatName(name ?? "");
    return {
      ...common,
      priority: PRIORITY.extension,
      name: name ?? "",
      tag: name ?? "",
      type: "EXTENSION",
      create: `CREATE EXTENSION IF NOT EXISTS ${quoted} WITH SCHEMA ${formatName(schema ?? "")};\n`,
      drop: `DROP EXTENSION %IF%${quoted};\n`,
      needs: NONE,
      after: comment ? [commentEntry(common, `EXTENSION ${name}`, `EXTENSION ${quoted}`, comment)] : [],
    };
  });
}

/** Enumerations, domains, composite and range types. */
export async function types(query: Query, needs: Needs): Promise<Entry[]> {
  const rows = await query(`SELECT t.oid, t.typname, n.nspname, pg_catalog.pg_get_userbyid(t.typowner), t.typtype,
  (SELECT pg_catalog.string_agg('    ' || pg_catalog.quote_literal(e.enumlabel), E',\\n' ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid),
  pg_catalog.format_type(t.typbasetype, t.typtypmod), t.typdefault, t.typnotnull,
  (SELECT pg_catalog.string_agg(E'\\n\\tCONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid), '' ORDER BY k.conname)
   FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'),
  (SELECT pg_catalog.string_agg(E'\\t' || pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod), E',\\n' ORDER BY a.attnum)
   FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped),
  (SELECT pg_catalog.format_type(r.rngsubtype, NULL) FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid),
  pg_catalog.obj_description(t.oid, 'pg_type'), t.typacl, pg_catalog.acldefault('T', t.typowner)
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
WHERE ${OWN} AND (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c')) AND ${notOfExtension("pg_type", "t.oid")}`);
  return rows.map((row): Entry => {
    const [oid, name, schema, owner, kind, labels, baseType, value, notNull, checks, attributes, subtype, comment, acl, base] = row;
    const quoted = `${formatName(schema ?? "")}.${formatName(name ?? "")}`;
    const isDomain = kind === "d";
    const common = { key: `pg_type:${oid}`, section: "pre-data", schema: schema ?? "", owner: owner ?? "" } as const;
    const create =
      kind === "e"
        ? `CREATE TYPE ${quoted} AS ENUM (\n${labels}\n);\n`
        : isDomain
          ? `CREATE DOMAIN ${quoted} AS ${baseType}${notNull === "t" ? " NOT NULL" : ""}${value === null ? "" : ` DEFAULT ${value}`}${checks ?? ""};\n`
          : kind === "r"
            ? `CREATE TYPE ${quoted} AS RANGE (\n    subtype = ${subtype}\n);\n`
            : `CREATE TYPE ${quoted} AS (\n${attributes}\n);\n`;
    const word = isDomain ? "DOMAIN" : "TYPE";
    return {
      ...common,
      priority: PRIORITY.type,
      name: name ?? "",
      tag: name ?? "",
      type: word,
      create,
      drop: `DROP ${word} %IF%${quoted};\n`,
      owned: `${word} ${quoted}`,
      needs: needs.get(`pg_type:${oid}`) ?? NONE,
      after: comment ? [commentEntry(common, `${word} ${name}`, `${word} ${quoted}`, comment)] : [],
      privileges: acl ? privilegesEntry(common, `${word} ${name}`, grants("TYPE", `TYPE ${quoted}`, acl, base ?? "", owner ?? "")) : [],
    };
  });
}

/** Dollar quotes that the text does not hold. */
function dollarQuoted(body: string): string {
  let tag = "";
  const suffix = "_XXXXXXX";
  for (let length = 0; body.includes(`$${tag}`); length++) tag = suffix.slice(0, length + 1);
  return `$${tag}$${body}$${tag}$`;
}

const VOLATILITY: Readonly<Record<string, string>> = { i: " IMMUTABLE", s: " STABLE" };
const PARALLEL: Readonly<Record<string, string>> = { s: " PARALLEL SAFE", r: " PARALLEL RESTRICTED" };

export async function functions(query: Query, needs: Needs): Promise<Entry[]> {
  const rows =
    await query(`SELECT p.oid, p.proname, n.nspname, pg_catalog.pg_get_userbyid(p.proowner), p.prokind, l.lanname, p.provolatile, p.proisstrict,
  p.prosecdef, p.proleakproof, p.procost, p.prorows, p.proparallel, pg_catalog.pg_get_function_arguments(p.oid), pg_catalog.pg_get_function_identity_arguments(p.oid),
  pg_catalog.pg_get_function_result(p.oid), p.prosrc, pg_catalog.pg_get_function_sqlbody(p.oid), pg_catalog.array_to_string(p.proconfig, E'\\n'), p.proretset,
  (SELECT pg_catalog.string_agg(pg_catalog.format_type(a.oid, NULL), ', ' ORDER BY a.ordinality) FROM pg_catalog.unnest(p.proargtypes) WITH ORDINALITY a(oid, ordinality)),
  pg_catalog.obj_description(p.oid, 'pg_proc'), p.proacl, pg_catalog.acldefault('f', p.proowner)
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace JOIN pg_catalog.pg_language l ON l.oid = p.prolang
WHERE ${OWN} AND p.prokind IN ('f', 'p', 'w') AND ${notOfExtension("pg_proc", "p.oid")}`);
  return rows.map((row): Entry => {
    const [
      oid,
      name,
      schema,
      owner,
      kind,
      language,
      volatility,
      strict,
      definer,
      leakproof,
      cost,
      many,
      parallel,
      args,
      identity,
      result,
      source,
      body,
      config,
      returnsSet,
      types_,
      comment,
      acl,
      base,
    ] = row;
    const word = kind === "p" ? "PROCEDURE" : "FUNCTION";
    const quoted = `${formatName(schema ?? "")}.${formatName(name ?? "")}`;
    const tag = `${formatName(name ?? "")}(${types_ ?? ""})`;
    const usualCost = language === "internal" || language === "c" ? "1" : "100";
    let create = `CREATE ${word} ${quoted}(${args ?? ""})${kind === "p" ? "" : ` RETURNS ${result}`}\n    LANGUAGE ${formatName(language ?? "")}`;
    if (kind === "w") create += " WINDOW";
    create += VOLATILITY[volatility ?? ""] ?? "";
    if (strict === "t") create += " STRICT";
    if (definer === "t") create += " SECURITY DEFINER";
    if (leakproof === "t") create += " LEAKPROOF";
    if (kind !== "p" && cost !== usualCost) create += ` COST ${cost}`;
    if (returnsSet === "t" && many !== "0" && many !== "1000") create += ` ROWS ${many}`;
    create += PARALLEL[parallel ?? ""] ?? "";
    for (const setting of (config ?? "").split("\n").filter((each) => each !== "")) {
      const equals = setting.indexOf("=");
      create += `\n    SET ${formatName(setting.slice(0, equals))} TO ${sqlString(setting.slice(equals + 1))}`;
    }
    create += body ? `\n    ${body};\n` : `\n    AS ${dollarQuoted(source ?? "")};\n`;
    const common = { key: `pg_proc:${oid}`, section: "pre-data", schema: schema ?? "", owner: owner ?? "" } as const;
    const signature = `${quoted}(${identity ?? ""})`;
    return {
      ...common,
      priority: PRIORITY.function,
      name: name ?? "",
      tag,
      type: word,
      create,
      drop: `DROP ${word} %IF%${signature};\n`,
      owned: `${word} ${signature}`,
      needs: needs.get(`pg_proc:${oid}`) ?? NONE,
      after: comment ? [commentEntry(common, `${word} ${tag}`, `${word} ${signature}`, comment)] : [],
      privileges: acl ? privilegesEntry(common, `${word} ${tag}`, grants(word, `${word} ${signature}`, acl, base ?? "", owner ?? "")) : [],
    };
  });
}
