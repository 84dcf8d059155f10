/** Lists of objects: \l, \dt and its like, \dn, \du, \df, \dx, \dp… Queries of the system catalogs (PostgreSQL 18 documentation, chapter 52). */
import type { Session } from "../session.ts";
import { type PatternColumns, patternConditions } from "./pattern.ts";

export interface ListRequest {
  readonly session: Session;
  readonly pattern: string | undefined;
  readonly verbose: boolean;
  readonly system: boolean;
  /** Letters that say which: t, v, m, i, s, E of relations; a, n, p, t, w of functions. */
  readonly kinds: string;
  readonly args: readonly string[];
}

type Listing = (request: ListRequest) => Promise<boolean>;

/** WHERE of the conditions. */
export const where = (conditions: readonly string[]) => (conditions.length === 0 ? "" : `WHERE ${conditions.join("\n      AND ")}\n`);

/** The conditions of a pattern, told when it cannot be used. */
export async function conditionsOf(session: Session, pattern: string | undefined, columns: PatternColumns): Promise<string[] | undefined> {
  const found = patternConditions(pattern, columns, session.settings.get("dbname") ?? "");
  if (Array.isArray(found)) return found;
  await session.complain(found.complaint);
  return undefined;
}

/** Shows a query's result under a title. `right`: columns of numbers, by name. */
export async function list(session: Session, title: string, sql: string, right: readonly string[] = []): Promise<boolean> {
  const answer = await session.internal(sql);
  if (answer === undefined) return false;
  await session.show(
    {
      title,
      headers: answer.names,
      right: answer.names.map((name) => right.includes(name)),
      rows: answer.rows.map((row) => row.map((cell) => cell ?? "")),
    },
    session.table,
  );
  return true;
}

export const privileges = (column: string) =>
  `CASE WHEN pg_catalog.array_length(${column}, 1) = 0 THEN '(none)' ELSE pg_catalog.array_to_string(${column}, E'\\n') END AS "Access privileges"`;

const databases: Listing = async ({ session, pattern, verbose }) => {
  const conditions = await conditionsOf(session, pattern, { name: "d.datname" });
  if (conditions === undefined) return false;
  const size = `CASE WHEN pg_catalog.has_database_privilege(d.datname, 'CONNECT')
       THEN pg_catalog.pg_size_pretty(pg_catalog.pg_database_size(d.datname))
       ELSE 'No Access'
  END AS "Size",
  t.spcname AS "Tablespace",
  pg_catalog.shobj_description(d.oid, 'pg_database') AS "Description"`;
  return list(
    session,
    "List of databases",
    `SELECT
  d.datname AS "Name",
  pg_catalog.pg_get_userbyid(d.datdba) AS "Owner",
  pg_catalog.pg_encoding_to_char(d.encoding) AS "Encoding",
  CASE d.datlocprovider WHEN 'b' THEN 'builtin' WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' END AS "Locale Provider",
  d.datcollate AS "Collate",
  d.datctype AS "Ctype",
  d.datlocale AS "Locale",
  d.daticurules AS "ICU Rules",
  ${privileges("d.datacl")}${verbose ? `,\n  ${size}` : ""}
FROM pg_catalog.pg_database d
${verbose ? "JOIN pg_catalog.pg_tablespace t on d.dattablespace = t.oid\n" : ""}${where(conditions)}ORDER BY 1;`,
  );
};

const KIND_NAMES = [
  { letter: "t", kinds: ["r", "p"], what: "tables" },
  { letter: "v", kinds: ["v"], what: "views" },
  { letter: "m", kinds: ["m"], what: "materialized views" },
  { letter: "i", kinds: ["i", "I"], what: "indexes" },
  { letter: "s", kinds: ["S"], what: "sequences" },
  { letter: "E", kinds: ["f"], what: "foreign tables" },
] as const;

const relations: Listing = async ({ session, pattern, verbose, system, kinds }) => {
  const chosen = KIND_NAMES.filter(({ letter }) => kinds.includes(letter));
  const letters: string[] = chosen.flatMap((each) => [...each.kinds]);
  if (system || pattern !== undefined) letters.push("s");
  if (kinds.includes("t") && (system || pattern !== undefined)) letters.push("t");
  const indexes = kinds.includes("i");
  const named = await conditionsOf(session, pattern, {
    schema: "n.nspname",
    name: "c.relname",
    visible: "pg_catalog.pg_table_is_visible(c.oid)",
  });
  if (named === undefined) return false;
  const conditions = [`c.relkind IN (${letters.map((letter) => `'${letter}'`).join(",")},'')`];
  if (!system && pattern === undefined)
    conditions.push("n.nspname <> 'pg_catalog'", "n.nspname !~ '^pg_toast'", "n.nspname <> 'information_schema'");
  conditions.push(...named);
  const extra: string[] = [];
  if (indexes) extra.push('c2.relname as "Table"');
  if (verbose) {
    extra.push(`CASE c.relpersistence
    WHEN 'p' THEN 'permanent'
    WHEN 't' THEN 'temporary'
    WHEN 'u' THEN 'unlogged'
  END as "Persistence"`);
    if (!session.variables.on("HIDE_TABLEAM") && /[tmi]/.test(kinds)) extra.push('am.amname as "Access method"');
    extra.push(
      'pg_catalog.pg_size_pretty(pg_catalog.pg_table_size(c.oid)) as "Size"',
      "pg_catalog.obj_description(c.oid, 'pg_class') as \"Description\"",
    );
  }
  const sql = `SELECT n.nspname as "Schema",
  c.relname as "Name",
  CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'i' THEN 'index' WHEN 'S' THEN 'sequence' WHEN 't' THEN 'TOAST table' WHEN 'f' THEN 'foreign table' WHEN 'p' THEN 'partitioned table' WHEN 'I' THEN 'partitioned index' END as "Type",
  pg_catalog.pg_get_userbyid(c.relowner) as "Owner"${extra.map((each) => `,\n  ${each}`).join("")}
FROM pg_catalog.pg_class c
     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace${
       verbose && !session.variables.on("HIDE_TABLEAM") ? "\n     LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam" : ""
     }${indexes ? "\n     LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid\n     LEFT JOIN pg_catalog.pg_class c2 ON i.indrelid = c2.oid" : ""}
${where(conditions)}ORDER BY 1,2;`;
  const answer = await session.internal(sql);
  if (answer === undefined) return false;
  const what = chosen.length === 1 ? (chosen[0]?.what ?? "relations") : "relations";
  if (answer.rows.length === 0 && !session.quiet) {
    await session.complain(pattern === undefined ? `Did not find any ${what}.` : `Did not find any ${what} named "${pattern}".`);
    return true;
  }
  await session.show({
    title: `List of ${what}`,
    headers: answer.names,
    right: answer.names.map(() => false),
    rows: answer.rows.map((row) => row.map((cell) => cell ?? "")),
  });
  return true;
};

const schemas: Listing = async ({ session, pattern, verbose, system }) => {
  const named = await conditionsOf(session, pattern, { name: "n.nspname", database: true });
  if (named === undefined) return false;
  const hidden = !system && pattern === undefined ? ["n.nspname !~ '^pg_'", "n.nspname <> 'information_schema'"] : [];
  const more = verbose ? `,\n  ${privileges("n.nspacl")},\n  pg_catalog.obj_description(n.oid, 'pg_namespace') AS "Description"` : "";
  return list(
    session,
    "List of schemas",
    `SELECT n.nspname AS "Name",
  pg_catalog.pg_get_userbyid(n.nspowner) AS "Owner"${more}
FROM pg_catalog.pg_namespace n
${where([...hidden, ...named])}ORDER BY 1;`,
  );
};

/** A role's attributes in words. */
function attributes(row: readonly (string | null)[]): string {
  const [, superuser, inherits, createRole, createDatabase, canLogin, limit, until, replication, bypass] = row;
  const words: string[] = [];
  if (superuser === "t") words.push("Superuser");
  if (inherits !== "t") words.push("No inheritance");
  if (createRole === "t") words.push("Create role");
  if (createDatabase === "t") words.push("Create DB");
  if (canLogin !== "t") words.push("Cannot login");
  if (replication === "t") words.push("Replication");
  if (bypass === "t") words.push("Bypass RLS");
  const connections = Number(limit ?? -1);
  let text = words.join(", ");
  if (connections >= 0)
    text += `${text === "" ? "" : "\n"}${connections === 0 ? "No connections" : connections === 1 ? "1 connection" : `${connections} connections`}`;
  if (until !== null && until !== undefined && until !== "") text += `${text === "" ? "" : "\n"}Password valid until ${until}`;
  return text;
}

const roles: Listing = async ({ session, pattern, verbose, system }) => {
  const named = await conditionsOf(session, pattern, { name: "r.rolname" });
  if (named === undefined) return false;
  const hidden = !system && pattern === undefined ? ["r.rolname !~ '^pg_'"] : [];
  const answer = await session.internal(`SELECT r.rolname, r.rolsuper, r.rolinherit,
  r.rolcreaterole, r.rolcreatedb, r.rolcanlogin,
  r.rolconnlimit, r.rolvaliduntil
, r.rolreplication
, r.rolbypassrls${verbose ? "\n, pg_catalog.shobj_description(r.oid, 'pg_authid') AS description" : ""}
FROM pg_catalog.pg_roles r
${where([...hidden, ...named])}ORDER BY 1;`);
  if (answer === undefined) return false;
  await session.show(
    {
      title: "List of roles",
      headers: ["Role name", "Attributes", ...(verbose ? ["Description"] : [])],
      right: [false, false, false],
      rows: answer.rows.map((row) => [row[0] ?? "", attributes(row), ...(verbose ? [row[10] ?? ""] : [])]),
      footers: [],
    },
    { ...session.table, footer: false },
  );
  return true;
};

const grants: Listing = async ({ session, pattern, system }) => {
  const named = await conditionsOf(session, pattern, { name: "m.rolname" });
  if (named === undefined) return false;
  const hidden = !system && pattern === undefined ? ["m.rolname !~ '^pg_'"] : [];
  return list(
    session,
    "List of role grants",
    `SELECT m.rolname AS "Role name", r.rolname AS "Member of",
  pg_catalog.concat_ws(', ',
    CASE WHEN pam.admin_option THEN 'ADMIN' END,
    CASE WHEN pam.inherit_option THEN 'INHERIT' END,
    CASE WHEN pam.set_option THEN 'SET' END
  ) AS "Options",
  g.rolname AS "Grantor"
FROM pg_catalog.pg_roles m
     JOIN pg_catalog.pg_auth_members pam ON (pam.member = m.oid)
     LEFT JOIN pg_catalog.pg_roles r ON (pam.roleid = r.oid)
     LEFT JOIN pg_catalog.pg_roles g ON (pam.grantor = g.oid)
${where([...hidden, ...named])}ORDER BY 1, 2, 4;`,
  );
};

const functions: Listing = async ({ session, pattern, verbose, system, kinds }) => {
  const named = await conditionsOf(session, pattern, {
    schema: "n.nspname",
    name: "p.proname",
    visible: "pg_catalog.pg_function_is_visible(p.oid)",
  });
  if (named === undefined) return false;
  const byKind: Readonly<Record<string, string>> = {
    a: "p.prokind = 'a'",
    n: "p.prokind = 'f' AND p.prorettype <> 'pg_catalog.trigger'::pg_catalog.regtype",
    p: "p.prokind = 'p'",
    t: "p.prorettype = 'pg_catalog.trigger'::pg_catalog.regtype",
    w: "p.prokind = 'w'",
  };
  const chosen = [...kinds].flatMap((kind) => (byKind[kind] === undefined ? [] : [`(${byKind[kind]})`]));
  const hidden = !system && pattern === undefined ? ["n.nspname <> 'pg_catalog'", "n.nspname <> 'information_schema'"] : [];
  const more = verbose
    ? `,
 CASE
  WHEN p.provolatile = 'i' THEN 'immutable'
  WHEN p.provolatile = 's' THEN 'stable'
  WHEN p.provolatile = 'v' THEN 'volatile'
 END as "Volatility",
 CASE
  WHEN p.proparallel = 'r' THEN 'restricted'
  WHEN p.proparallel = 's' THEN 'safe'
  WHEN p.proparallel = 'u' THEN 'unsafe'
 END as "Parallel",
 pg_catalog.pg_get_userbyid(p.proowner) as "Owner",
 CASE WHEN prosecdef THEN 'definer' ELSE 'invoker' END AS "Security",
 CASE WHEN p.proleakproof THEN 'yes' ELSE 'no' END as "Leakproof?",
 ${privileges("p.proacl")},
 l.lanname as "Language",
 CASE WHEN l.lanname IN ('internal', 'c') THEN p.prosrc END as "Internal name",
 pg_catalog.obj_description(p.oid, 'pg_proc') as "Description"`
    : "";
  return list(
    session,
    "List of functions",
    `SELECT n.nspname as "Schema",
  p.proname as "Name",
  pg_catalog.pg_get_function_result(p.oid) as "Result data type",
  pg_catalog.pg_get_function_arguments(p.oid) as "Argument data types",
 CASE p.prokind
  WHEN 'a' THEN 'agg'
  WHEN 'w' THEN 'window'
  WHEN 'p' THEN 'proc'
  ELSE 'func'
 END as "Type"${more}
FROM pg_catalog.pg_proc p
     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
${verbose ? "     LEFT JOIN pg_catalog.pg_language l ON l.oid = p.prolang\n" : ""}${where([...(chosen.length > 0 ? [`(${chosen.join(" OR ")})`] : []), ...named, ...hidden])}ORDER BY 1, 2, 4;`,
  );
};

const extensions: Listing = async ({ session, pattern, verbose }) => {
  const named = await conditionsOf(session, pattern, { name: "e.extname" });
  if (named === undefined) return false;
  if (verbose) {
    const found = await session.internal(`SELECT e.extname, e.oid\nFROM pg_catalog.pg_extension e\n${where(named)}ORDER BY 1;`);
    if (found === undefined) return false;
    if (found.rows.length === 0 && !session.quiet) {
      await session.complain(pattern === undefined ? "Did not find any extensions." : `Did not find any extension named "${pattern}".`);
      return true;
    }
    for (const [name, oid] of found.rows)
      await list(
        session,
        `Objects in extension "${name}"`,
        `SELECT pg_catalog.pg_describe_object(classid, objid, 0) AS "Object description"
FROM pg_catalog.pg_depend
WHERE refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND refobjid = '${oid}' AND deptype = 'e'
ORDER BY 1;`,
      );
    return true;
  }
  return list(
    session,
    "List of installed extensions",
    `SELECT e.extname AS "Name", e.extversion AS "Version", ae.default_version AS "Default version", n.nspname AS "Schema", d.description AS "Description"
FROM pg_catalog.pg_extension e
     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
     LEFT JOIN pg_catalog.pg_description d ON d.objoid = e.oid AND d.classoid = 'pg_catalog.pg_extension'::pg_catalog.regclass
     LEFT JOIN pg_catalog.pg_available_extensions() ae(name, default_version, comment) ON ae.name = e.extname
${where(named)}ORDER BY 1;`,
  );
};

const access: Listing = async ({ session, pattern, system }) => {
  const named = await conditionsOf(session, pattern, {
    schema: "n.nspname",
    name: "c.relname",
    visible: "pg_catalog.pg_table_is_visible(c.oid)",
  });
  if (named === undefined) return false;
  const hidden = !system && pattern === undefined ? ["n.nspname !~ '^pg_'", "n.nspname <> 'information_schema'"] : [];
  return list(
    session,
    "Access privileges",
    `SELECT n.nspname as "Schema",
  c.relname as "Name",
  CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreign table' WHEN 'p' THEN 'partitioned table' END as "Type",
  ${privileges("c.relacl")},
  pg_catalog.array_to_string(ARRAY(
    SELECT attname || E':\\n  ' || pg_catalog.array_to_string(attacl, E'\\n  ')
    FROM pg_catalog.pg_attribute a
    WHERE attrelid = c.oid AND NOT attisdropped AND attacl IS NOT NULL
  ), E'\\n') AS "Column privileges",
  pg_catalog.array_to_string(ARRAY(
    SELECT polname
    || CASE WHEN NOT polpermissive THEN E' (RESTRICTIVE)' ELSE '' END
    || CASE WHEN polcmd != '*' THEN E' (' || polcmd::pg_catalog.text || E'):' ELSE E':' END
    || CASE WHEN polqual IS NOT NULL THEN E'\\n  (u): ' || pg_catalog.pg_get_expr(polqual, polrelid) ELSE E'' END
    || CASE WHEN polwithcheck IS NOT NULL THEN E'\\n  (c): ' || pg_catalog.pg_get_expr(polwithcheck, polrelid) ELSE E'' END
    || CASE WHEN polroles <> '{0}' THEN
         E'\\n  to: ' || pg_catalog.array_to_string(ARRAY(SELECT rolname FROM pg_catalog.pg_roles WHERE oid = ANY (polroles) ORDER BY 1), E', ')
       ELSE E'' END
    FROM pg_catalog.pg_policy pol
    WHERE polrelid = c.oid), E'\\n') AS "Policies"
FROM pg_catalog.pg_class c
     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
${where(["c.relkind IN ('r','v','m','S','f','p')", ...named, ...hidden])}ORDER BY 1, 2;`,
  );
};

const defaultPrivileges: Listing = async ({ session, pattern }) => {
  const named = await conditionsOf(session, pattern, { schema: "n.nspname", name: "pg_catalog.pg_get_userbyid(d.defaclrole)" });
  if (named === undefined) return false;
  return list(
    session,
    "Default access privileges",
    `SELECT pg_catalog.pg_get_userbyid(d.defaclrole) AS "Owner",
  n.nspname AS "Schema",
  CASE d.defaclobjtype WHEN 'r' THEN 'table' WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'function' WHEN 'T' THEN 'type' WHEN 'n' THEN 'schema' WHEN 'L' THEN 'large object' END AS "Type",
  ${privileges("d.defaclacl")}
FROM pg_catalog.pg_default_acl d
     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace
${where(named)}ORDER BY 1, 2, 3;`,
  );
};

const domains: Listing = async ({ session, pattern, verbose, system }) => {
  const named = await conditionsOf(session, pattern, {
    schema: "n.nspname",
    name: "t.typname",
    visible: "pg_catalog.pg_type_is_visible(t.oid)",
  });
  if (named === undefined) return false;
  const hidden = !system && pattern === undefined ? ["n.nspname <> 'pg_catalog'", "n.nspname <> 'information_schema'"] : [];
  const more = verbose ? `,\n  ${privileges("t.typacl")},\n       d.description as "Description"` : "";
  return list(
    session,
    "List of domains",
    `SELECT n.nspname as "Schema",
       t.typname as "Name",
       pg_catalog.format_type(t.typbasetype, t.typtypmod) as "Type",
       (SELECT c.collname FROM pg_catalog.pg_collation c, pg_catalog.pg_type bt
        WHERE c.oid = t.typcollation AND bt.oid = t.typbasetype AND t.typcollation <> bt.typcollation) as "Collation",
       CASE WHEN t.typnotnull THEN 'not null' END as "Nullable",
       t.typdefault as "Default",
       pg_catalog.array_to_string(ARRAY(
         SELECT pg_catalog.pg_get_constraintdef(r.oid, true) FROM pg_catalog.pg_constraint r WHERE t.oid = r.contypid AND r.contype = 'c' ORDER BY r.conname
       ), ' ') as "Check"${more}
FROM pg_catalog.pg_type t
     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
${verbose ? "     LEFT JOIN pg_catalog.pg_description d ON d.classoid = t.tableoid AND d.objoid = t.oid AND d.objsubid = 0\n" : ""}${where(["t.typtype = 'd'", ...hidden, ...named])}ORDER BY 1, 2;`,
  );
};

const types: Listing = async ({ session, pattern, verbose, system }) => {
  const named = await conditionsOf(session, pattern, {
    schema: "n.nspname",
    name: "t.typname",
    alternative: "pg_catalog.format_type(t.oid, NULL)",
    visible: "pg_catalog.pg_type_is_visible(t.oid)",
  });
  if (named === undefined) return false;
  const hidden = !system && pattern === undefined ? ["n.nspname <> 'pg_catalog'", "n.nspname <> 'information_schema'"] : [];
  const arrays =
    pattern === undefined || !pattern.includes("[]")
      ? ["NOT EXISTS(SELECT 1 FROM pg_catalog.pg_type el WHERE el.oid = t.typelem AND el.typarray = t.oid)"]
      : [];
  const internal = verbose
    ? `  t.typname AS "Internal name",
  CASE WHEN t.typrelid != 0 THEN CAST('tuple' AS pg_catalog.text)
       WHEN t.typlen < 0 THEN CAST('var' AS pg_catalog.text)
       ELSE CAST(t.typlen AS pg_catalog.text)
  END AS "Size",
  pg_catalog.array_to_string(ARRAY(SELECT e.enumlabel FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder), E'\\n') AS "Elements",
  pg_catalog.pg_get_userbyid(t.typowner) AS "Owner",
  ${privileges("t.typacl")},
`
    : "";
  return list(
    session,
    "List of data types",
    `SELECT n.nspname as "Schema",
  pg_catalog.format_type(t.oid, NULL) AS "Name",
${internal}  pg_catalog.obj_description(t.oid, 'pg_type') as "Description"
FROM pg_catalog.pg_type t
     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
${where(["(t.typrelid = 0 OR (SELECT c.relkind = 'c' FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid))", ...arrays, ...hidden, ...named])}ORDER BY 1, 2;`,
  );
};

const tablespaces: Listing = async ({ session, pattern, verbose }) => {
  const named = await conditionsOf(session, pattern, { name: "spcname" });
  if (named === undefined) return false;
  const more = verbose
    ? `,\n  ${privileges("spcacl")},\n  spcoptions AS "Options",\n  pg_catalog.pg_size_pretty(pg_catalog.pg_tablespace_size(oid)) AS "Size",\n  pg_catalog.shobj_description(oid, 'pg_tablespace') AS "Description"`
    : "";
  return list(
    session,
    "List of tablespaces",
    `SELECT spcname AS "Name",
  pg_catalog.pg_get_userbyid(spcowner) AS "Owner",
  pg_catalog.pg_tablespace_location(oid) AS "Location"${more}
FROM pg_catalog.pg_tablespace
${where(named)}ORDER BY 1;`,
  );
};

const configuration: Listing = async ({ session, pattern, verbose }) => {
  const named = await conditionsOf(session, pattern, { name: "pg_catalog.lower(s.name)" });
  if (named === undefined) return false;
  const more = verbose
    ? `, s.vartype AS "Type", s.context AS "Context",\n  CASE WHEN p.parname IS NULL THEN NULL ELSE ${privileges("p.paracl").replace(' AS "Access privileges"', "")} END AS "Access privileges"`
    : "";
  return list(
    session,
    pattern === undefined ? "List of non-default configuration parameters" : "List of configuration parameters",
    `SELECT s.name AS "Parameter", pg_catalog.current_setting(s.name) AS "Value"${more}
FROM pg_catalog.pg_settings s
${verbose ? "LEFT JOIN pg_catalog.pg_parameter_acl p ON pg_catalog.lower(s.name) = p.parname\n" : ""}${where(pattern === undefined ? ["s.source <> 'default' AND s.setting IS DISTINCT FROM s.boot_val"] : named)}ORDER BY 1;`,
  );
};

const languages: Listing = async ({ session, pattern, system }) => {
  const named = await conditionsOf(session, pattern, { name: "l.lanname" });
  if (named === undefined) return false;
  const hidden = !system && pattern === undefined ? ["l.lanplcallfoid != 0"] : [];
  return list(
    session,
    "List of languages",
    `SELECT l.lanname AS "Name",
       pg_catalog.pg_get_userbyid(l.lanowner) as "Owner",
       l.lanpltrusted AS "Trusted",
       d.description AS "Description"
FROM pg_catalog.pg_language l
LEFT JOIN pg_catalog.pg_description d ON d.classoid = l.tableoid AND d.objoid = l.oid AND d.objsubid = 0
${where([...named, ...hidden])}ORDER BY 1;`,
  );
};

const aggregates: Listing = async ({ session, pattern, system }) => {
  const named = await conditionsOf(session, pattern, {
    schema: "n.nspname",
    name: "p.proname",
    visible: "pg_catalog.pg_function_is_visible(p.oid)",
  });
  if (named === undefined) return false;
  const hidden = !system && pattern === undefined ? ["n.nspname <> 'pg_catalog'", "n.nspname <> 'information_schema'"] : [];
  return list(
    session,
    "List of aggregate functions",
    `SELECT n.nspname as "Schema",
  p.proname AS "Name",
  pg_catalog.format_type(p.prorettype, NULL) AS "Result data type",
  CASE WHEN p.pronargs = 0 THEN CAST('*' AS pg_catalog.text) ELSE pg_catalog.pg_get_function_arguments(p.oid) END AS "Argument data types",
  pg_catalog.obj_description(p.oid, 'pg_proc') as "Description"
FROM pg_catalog.pg_proc p
     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
${where(["p.prokind = 'a'", ...hidden, ...named])}ORDER BY 1, 2, 4;`,
  );
};

const roleSettings: Listing = async ({ session, pattern }) => {
  const named = await conditionsOf(session, pattern, { name: "r.rolname" });
  if (named === undefined) return false;
  const answer = await session.internal(`SELECT rolname AS "Role", datname AS "Database",
pg_catalog.array_to_string(setconfig, E'\\n') AS "Settings"
FROM pg_catalog.pg_db_role_setting s
LEFT JOIN pg_catalog.pg_database d ON d.oid = setdatabase
LEFT JOIN pg_catalog.pg_roles r ON r.oid = setrole
${where(named)}ORDER BY 1, 2;`);
  if (answer === undefined) return false;
  if (answer.rows.length === 0 && !session.quiet) {
    await session.complain(pattern === undefined ? "Did not find any settings." : `Did not find any settings for role "${pattern}".`);
    return true;
  }
  await session.show({
    title: "List of settings",
    headers: answer.names,
    right: [false, false, false],
    rows: answer.rows.map((row) => row.map((cell) => cell ?? "")),
  });
  return true;
};

export const listings: ReadonlyMap<string, Listing> = new Map([
  ["l", databases],
  ["list", databases],
  [" relations", relations],
  ["dn", schemas],
  ["du", roles],
  ["dg", roles],
  ["drg", grants],
  ["drds", roleSettings],
  ["df", functions],
  ["da", aggregates],
  ["dx", extensions],
  ["dp", access],
  ["z", access],
  ["ddp", defaultPrivileges],
  ["dD", domains],
  ["dT", types],
  ["db", tablespaces],
  ["dL", languages],
  ["dconfig", configuration],
]);
