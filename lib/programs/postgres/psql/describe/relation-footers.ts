/** What stands below the columns of \d NAME. */
import type { Session } from "../session.ts";
import type { Relation } from "./relation.ts";

type Rows = readonly (readonly (string | null)[])[];

/** A query failed; it was told. */
class Failed extends Error {}

/** Undefined when a query failed. */
export async function footersOfRelation(session: Session, relation: Relation, verbose: boolean): Promise<string[] | undefined> {
  const rows = async (sql: string): Promise<Rows> => {
    const answer = await session.internal(sql);
    if (answer === undefined) throw new Failed();
    return answer.rows;
  };
  const { oid, kind } = relation;
  const footers: string[] = [];
  try {
    if (relation.isPartition) footers.push(...(await partitionOf(rows, oid, verbose)));
    if (kind === "p") {
      const [row] = await rows(`SELECT pg_catalog.pg_get_partkeydef('${oid}'::pg_catalog.oid);`);
      if (row) footers.push(`Partition key: ${row[0]}`);
    }
    if (kind === "t") {
      const [row] = await rows(
        `SELECT n.nspname, c.relname\nFROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace\nWHERE reltoastrelid = '${oid}';`,
      );
      if (row) footers.push(`Owning table: "${row[0]}.${row[1]}"`);
    }
    if (kind === "i" || kind === "I") footers.push(...(await ofIndex(rows, oid)));
    else if ("rmfptI".includes(kind)) {
      if (relation.hasIndexes) footers.push(...(await indexes(rows, oid)));
      footers.push(...(await constraints(rows, relation)), ...(await policies(rows, relation)), ...(await statistics(rows, oid)));
      if (relation.hasRules && kind !== "m") footers.push(...(await rules(rows, oid)));
      footers.push(...(await publications(rows, oid)));
      if (verbose) footers.push(...(await notNulls(rows, oid)));
    }
    if ((kind === "v" || kind === "m") && verbose) {
      const [row] = await rows(`SELECT pg_catalog.pg_get_viewdef('${oid}'::pg_catalog.oid, true);`);
      if (row) footers.push("View definition:", row[0] ?? "");
      if (relation.hasRules) {
        const found = await rows(
          `SELECT r.rulename, trim(trailing ';' from pg_catalog.pg_get_ruledef(r.oid, true))\nFROM pg_catalog.pg_rewrite r\nWHERE r.ev_class = '${oid}' AND r.rulename != '_RETURN' ORDER BY 1;`,
        );
        if (found.length > 0) footers.push("Rules:", ...found.map(([, text]) => ` ${(text ?? "").slice("CREATE RULE ".length)}`));
      }
    }
    if (relation.hasTriggers) footers.push(...(await triggers(rows, oid)));
    if ("rmfptc".includes(kind)) footers.push(...(await family(rows, relation, verbose)));
    if (
      "rmp".includes(kind) &&
      verbose &&
      relation.replicaIdentity !== "d" &&
      relation.replicaIdentity !== "i" &&
      relation.schema !== "pg_catalog"
    )
      footers.push(`Replica Identity: ${relation.replicaIdentity === "f" ? "FULL" : relation.replicaIdentity === "n" ? "NOTHING" : "???"}`);
    if (
      verbose &&
      relation.accessMethod !== null &&
      !session.variables.on("HIDE_TABLEAM") &&
      "rmptiI".includes(kind) &&
      kind !== "i" &&
      kind !== "I"
    )
      footers.push(`Access method: ${relation.accessMethod}`);
    if (relation.tablespace !== "0" && relation.tablespace !== "") {
      const [row] = await rows(`SELECT spcname FROM pg_catalog.pg_tablespace\nWHERE oid = '${relation.tablespace}';`);
      if (row) footers.push(`Tablespace: "${row[0]}"`);
    }
    if (verbose && relation.options !== "") footers.push(`Options: ${relation.options}`);
    return footers;
  } catch (error) {
    if (error instanceof Failed) return undefined;
    throw error;
  }
}

type Query = (sql: string) => Promise<Rows>;

async function partitionOf(rows: Query, oid: string, verbose: boolean): Promise<string[]> {
  const [row] = await rows(
    `SELECT inhparent::pg_catalog.regclass,\n  pg_catalog.pg_get_expr(c.relpartbound, c.oid),\n  inhdetachpending${verbose ? ",\n  pg_catalog.pg_get_partition_constraintdef(c.oid)" : ""}\nFROM pg_catalog.pg_class c JOIN pg_catalog.pg_inherits i ON c.oid = inhrelid\nWHERE c.oid = '${oid}';`,
  );
  if (!row) return [];
  const [parent, bound, pending, constraint] = row;
  const found = [`Partition of: ${parent} ${bound}${pending === "t" ? " DETACH PENDING" : ""}`];
  if (verbose) found.push(constraint ? `Partition constraint: ${constraint}` : "No partition constraint");
  return found;
}

async function ofIndex(rows: Query, oid: string): Promise<string[]> {
  const [row] = await rows(`SELECT i.indisunique, i.indisprimary, i.indisclustered, i.indisvalid,
  (NOT i.indimmediate) AND EXISTS (SELECT 1 FROM pg_catalog.pg_constraint WHERE conrelid = i.indrelid AND conindid = i.indexrelid AND contype IN ('p','u','x') AND condeferrable) AS condeferrable,
  (NOT i.indimmediate) AND EXISTS (SELECT 1 FROM pg_catalog.pg_constraint WHERE conrelid = i.indrelid AND conindid = i.indexrelid AND contype IN ('p','u','x') AND condeferred) AS condeferred,
  i.indisreplident, i.indnullsnotdistinct, a.amname, c2.relname, n.nspname,
  pg_catalog.pg_get_expr(i.indpred, i.indrelid, true)
FROM pg_catalog.pg_index i, pg_catalog.pg_class c, pg_catalog.pg_class c2, pg_catalog.pg_am a, pg_catalog.pg_namespace n
WHERE i.indexrelid = c.oid AND c.oid = '${oid}' AND c.relam = a.oid AND i.indrelid = c2.oid AND c2.relnamespace = n.oid;`);
  if (!row) return [];
  const [unique, primary, clustered, valid, deferrable, deferred, identity, nullsNotDistinct, method, table, schema, predicate] = row;
  let text = "";
  if (primary === "t") text += "primary key, ";
  else if (unique === "t") text += `unique${nullsNotDistinct === "t" ? " nulls not distinct" : ""}, `;
  text += `${method}, for table "${schema}.${table}"`;
  if (predicate) text += `, predicate (${predicate})`;
  if (clustered === "t") text += ", clustered";
  if (valid !== "t") text += ", invalid";
  if (deferrable === "t") text += ", deferrable";
  if (deferred === "t") text += ", initially deferred";
  if (identity === "t") text += ", replica identity";
  return [text];
}

async function indexes(rows: Query, oid: string): Promise<string[]> {
  const found =
    await rows(`SELECT c2.relname, i.indisprimary, i.indisunique, i.indisclustered, i.indisvalid, pg_catalog.pg_get_indexdef(i.indexrelid, 0, true),
  pg_catalog.pg_get_constraintdef(con.oid, true), contype, condeferrable, condeferred, i.indisreplident, c2.reltablespace, con.conperiod
FROM pg_catalog.pg_class c, pg_catalog.pg_class c2, pg_catalog.pg_index i
  LEFT JOIN pg_catalog.pg_constraint con ON (conrelid = i.indrelid AND conindid = i.indexrelid AND contype IN ('p','u','x'))
WHERE c.oid = '${oid}' AND c.oid = i.indrelid AND i.indexrelid = c2.oid
ORDER BY i.indisprimary DESC, c2.relname;`);
  if (found.length === 0) return [];
  return [
    "Indexes:",
    ...found.map(([name, primary, unique, clustered, valid, definition, constraint, type, deferrable, deferred, identity, , period]) => {
      let text = `    "${name}"`;
      if (type === "x" || period === "t") text += ` ${constraint}`;
      else {
        if (primary === "t") text += " PRIMARY KEY,";
        else if (unique === "t") text += type === "u" ? " UNIQUE CONSTRAINT," : " UNIQUE,";
        const using = (definition ?? "").indexOf(" USING ");
        text += ` ${using >= 0 ? (definition ?? "").slice(using + 7) : definition}`;
        if (deferrable === "t") text += " DEFERRABLE";
        if (deferred === "t") text += " INITIALLY DEFERRED";
      }
      if (clustered === "t") text += " CLUSTER";
      if (valid !== "t") text += " INVALID";
      if (identity === "t") text += " REPLICA IDENTITY";
      return text;
    }),
  ];
}

async function constraints(rows: Query, { oid, hasChecks, hasTriggers, kind, isPartition }: Relation): Promise<string[]> {
  const out: string[] = [];
  if (hasChecks) {
    const checks = await rows(
      `SELECT r.conname, pg_catalog.pg_get_constraintdef(r.oid, true)\nFROM pg_catalog.pg_constraint r\nWHERE r.conrelid = '${oid}' AND r.contype = 'c'\nORDER BY 1;`,
    );
    if (checks.length > 0) out.push("Check constraints:", ...checks.map(([name, text]) => `    "${name}" ${text}`));
  }
  if (hasTriggers || kind === "p") {
    const own = isPartition || kind === "p";
    const keys = await rows(
      own
        ? `SELECT conrelid = '${oid}'::pg_catalog.regclass AS sametable, conname,\n  pg_catalog.pg_get_constraintdef(oid, true) AS condef, conrelid::pg_catalog.regclass AS ontable\nFROM pg_catalog.pg_constraint,\n     pg_catalog.pg_partition_ancestors('${oid}')\nWHERE conrelid = relid AND contype = 'f' AND conparentid = 0\nORDER BY sametable DESC, conname;`
        : `SELECT true as sametable, conname,\n  pg_catalog.pg_get_constraintdef(r.oid, true) as condef,\n  conrelid::pg_catalog.regclass AS ontable\nFROM pg_catalog.pg_constraint r\nWHERE r.conrelid = '${oid}' AND r.contype = 'f'\nORDER BY conname;`,
    );
    if (keys.length > 0)
      out.push(
        "Foreign-key constraints:",
        ...keys.map(([same, name, text, table]) =>
          same === "t" ? `    "${name}" ${text}` : `    TABLE "${table}" CONSTRAINT "${name}" ${text}`,
        ),
      );
    const incoming = await rows(
      own
        ? `SELECT conname, conrelid::pg_catalog.regclass AS ontable,\n       pg_catalog.pg_get_constraintdef(oid, true) AS condef\n  FROM pg_catalog.pg_constraint c\n WHERE confrelid IN (SELECT pg_catalog.pg_partition_ancestors('${oid}')\n                     UNION ALL VALUES ('${oid}'::pg_catalog.regclass))\n       AND contype = 'f' AND conparentid = 0\nORDER BY conname;`
        : `SELECT conname, conrelid::pg_catalog.regclass AS ontable,\n       pg_catalog.pg_get_constraintdef(oid, true) AS condef\n  FROM pg_catalog.pg_constraint c\n WHERE confrelid = '${oid}' AND contype = 'f'\nORDER BY conname;`,
    );
    if (incoming.length > 0)
      out.push("Referenced by:", ...incoming.map(([name, table, text]) => `    TABLE "${table}" CONSTRAINT "${name}" ${text}`));
  }
  return out;
}

const COMMANDS: Readonly<Record<string, string>> = { r: " FOR SELECT", a: " FOR INSERT", w: " FOR UPDATE", d: " FOR DELETE" };

async function policies(rows: Query, { oid, rowSecurity, forcedRowSecurity }: Relation): Promise<string[]> {
  const found = await rows(`SELECT pol.polname, pol.polpermissive,
  CASE WHEN pol.polroles = '{0}' THEN NULL ELSE pg_catalog.array_to_string(array(select rolname from pg_catalog.pg_roles where oid = any (pol.polroles) order by 1),',') END,
  pg_catalog.pg_get_expr(pol.polqual, pol.polrelid),
  pg_catalog.pg_get_expr(pol.polwithcheck, pol.polrelid),
  pol.polcmd
FROM pg_catalog.pg_policy pol
WHERE pol.polrelid = '${oid}' ORDER BY 1;`);
  const some = found.length > 0;
  if (!rowSecurity && !some) return [];
  const out = [
    rowSecurity && !forcedRowSecurity && some
      ? "Policies:"
      : rowSecurity && forcedRowSecurity && some
        ? "Policies (forced row security enabled):"
        : rowSecurity && !forcedRowSecurity
          ? "Policies (row security enabled): (none)"
          : rowSecurity
            ? "Policies (forced row security enabled): (none)"
            : "Policies (row security disabled):",
  ];
  for (const [name, permissive, roles, using, check, command] of found) {
    let text = `    POLICY "${name}"${permissive === "f" ? " AS RESTRICTIVE" : ""}${COMMANDS[command ?? ""] ?? ""}`;
    if (roles) text += `\n      TO ${roles}`;
    if (using) text += `\n      USING (${using})`;
    if (check) text += `\n      WITH CHECK (${check})`;
    out.push(text);
  }
  return out;
}

async function statistics(rows: Query, oid: string): Promise<string[]> {
  const found =
    await rows(`SELECT oid, stxrelid::pg_catalog.regclass, stxnamespace::pg_catalog.regnamespace::pg_catalog.text AS nsp, stxname,
pg_catalog.pg_get_statisticsobjdef_columns(oid) AS columns,
  'd' = any(stxkind) AS ndist_enabled,
  'f' = any(stxkind) AS deps_enabled,
  'm' = any(stxkind) AS mcv_enabled,
stxstattarget
FROM pg_catalog.pg_statistic_ext
WHERE stxrelid = '${oid}'
ORDER BY nsp, stxname;`);
  if (found.length === 0) return [];
  return [
    "Statistics objects:",
    ...found.map(([, table, schema, name, columns, ndistinct, dependencies, mcv, target]) => {
      const kinds = [
        ["ndistinct", ndistinct],
        ["dependencies", dependencies],
        ["mcv", mcv],
      ].flatMap(([kind, on]) => (on === "t" ? [kind] : []));
      const which = kinds.length === 3 ? "" : ` (${kinds.join(", ")})`;
      return `    "${schema}.${name}"${which} ON ${columns} FROM ${table}${target && target !== "-1" ? `; STATISTICS ${target}` : ""}`;
    }),
  ];
}

async function rules(rows: Query, oid: string): Promise<string[]> {
  const found = await rows(
    `SELECT r.rulename, trim(trailing ';' from pg_catalog.pg_get_ruledef(r.oid, true)), ev_enabled\nFROM pg_catalog.pg_rewrite r\nWHERE r.ev_class = '${oid}' ORDER BY 1;`,
  );
  const groups = [
    ["Rules:", "O"],
    ["Disabled rules:", "D"],
    ["Rules firing always:", "A"],
    ["Rules firing on replica only:", "R"],
  ] as const;
  return groups.flatMap(([title, letter]) => {
    const own = found.filter(([, , enabled]) => enabled === letter);
    return own.length === 0 ? [] : [title, ...own.map(([, text]) => `    ${(text ?? "").slice("CREATE RULE ".length)}`)];
  });
}

async function publications(rows: Query, oid: string): Promise<string[]> {
  const found = await rows(`SELECT pubname, pg_catalog.pg_get_expr(pr.prqual, c.oid)
FROM pg_catalog.pg_publication p
     JOIN pg_catalog.pg_publication_rel pr ON p.oid = pr.prpubid
     JOIN pg_catalog.pg_class c ON c.oid = pr.prrelid
WHERE pr.prrelid = '${oid}'
UNION
SELECT pubname, NULL
FROM pg_catalog.pg_publication p
WHERE p.puballtables AND pg_catalog.pg_relation_is_publishable('${oid}')
ORDER BY 1;`);
  if (found.length === 0) return [];
  return ["Publications:", ...found.map(([name, condition]) => `    "${name}"${condition ? ` WHERE ${condition}` : ""}`)];
}

/** PostgreSQL 18 names NOT NULL constraints. */
async function notNulls(rows: Query, oid: string): Promise<string[]> {
  const found = await rows(`SELECT c.conname, a.attname, c.connoinherit,
  c.conislocal, c.coninhcount <> 0,
  c.convalidated
FROM pg_catalog.pg_constraint c JOIN
  pg_catalog.pg_attribute a ON
    (a.attrelid = c.conrelid AND a.attnum = c.conkey[1])
WHERE c.contype = 'n' AND
  c.conrelid = '${oid}'::pg_catalog.regclass
ORDER BY a.attnum`);
  if (found.length === 0) return [];
  return [
    "Not-null constraints:",
    ...found.map(([name, column, noInherit, local, inherited, validated]) => {
      const how =
        noInherit === "t"
          ? " NO INHERIT"
          : local === "t" && inherited === "t"
            ? " (local, inherited)"
            : inherited === "t"
              ? " (inherited)"
              : "";
      return `    "${name}" NOT NULL "${column}"${how}${validated === "f" ? " NOT VALID" : ""}`;
    }),
  ];
}

async function triggers(rows: Query, oid: string): Promise<string[]> {
  const found = await rows(`SELECT t.tgname, pg_catalog.pg_get_triggerdef(t.oid, true), t.tgenabled, t.tgisinternal,
  CASE WHEN t.tgparentid != 0 THEN
    (SELECT u.tgrelid::pg_catalog.regclass
     FROM pg_catalog.pg_trigger AS u,
          pg_catalog.pg_partition_ancestors(t.tgrelid) WITH ORDINALITY AS a(relid, depth)
     WHERE u.tgname = t.tgname AND u.tgrelid = a.relid
           AND u.tgparentid = 0
     ORDER BY a.depth LIMIT 1)
  END AS parent
FROM pg_catalog.pg_trigger t
WHERE t.tgrelid = '${oid}' AND (NOT t.tgisinternal OR (t.tgisinternal AND t.tgenabled = 'D')
    OR EXISTS (SELECT 1 FROM pg_catalog.pg_depend WHERE objid = t.oid
        AND refclassid = 'pg_catalog.pg_trigger'::pg_catalog.regclass))
ORDER BY 1;`);
  const groups = [
    ["Triggers:", (enabled: string, internal: boolean) => (enabled === "O" || enabled === "t") && !internal],
    ["Disabled user triggers:", (enabled: string, internal: boolean) => (enabled === "D" || enabled === "f") && !internal],
    ["Disabled internal triggers:", (enabled: string, internal: boolean) => (enabled === "D" || enabled === "f") && internal],
    ["Triggers firing always:", (enabled: string) => enabled === "A"],
    ["Triggers firing on replica only:", (enabled: string) => enabled === "R"],
  ] as const;
  return groups.flatMap(([title, belongs]) => {
    const own = found.filter(([, , enabled, internal]) => belongs(enabled ?? "", internal === "t"));
    if (own.length === 0) return [];
    return [
      title,
      ...own.map(
        ([, text, , , parent]) => `    ${(text ?? "").slice((text ?? "").indexOf(" TRIGGER ") + 9)}${parent ? `, ON TABLE ${parent}` : ""}`,
      ),
    ];
  });
}

/** Parents, children, the type of a typed table. */
async function family(rows: Query, { oid, kind, ofType }: Relation, verbose: boolean): Promise<string[]> {
  const out: string[] = [];
  const parents = await rows(`SELECT c.oid::pg_catalog.regclass
FROM pg_catalog.pg_class c, pg_catalog.pg_inherits i
WHERE c.oid = i.inhparent AND i.inhrelid = '${oid}'
  AND c.relkind != 'p' AND c.relkind != 'I'
ORDER BY inhseqno;`);
  const listed = (label: string, names: readonly string[]) =>
    names.map((name, index) => `${index === 0 ? `${label}:` : " ".repeat(label.length + 1)} ${name}${index < names.length - 1 ? "," : ""}`);
  out.push(
    ...listed(
      "Inherits",
      parents.map(([name]) => name ?? ""),
    ),
  );
  const children = await rows(`SELECT c.oid::pg_catalog.regclass, c.relkind, inhdetachpending, pg_catalog.pg_get_expr(c.relpartbound, c.oid)
FROM pg_catalog.pg_class c, pg_catalog.pg_inherits i
WHERE c.oid = i.inhrelid AND i.inhparent = '${oid}'
ORDER BY pg_catalog.pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT',
         c.oid::pg_catalog.regclass::pg_catalog.text;`);
  const partitioned = kind === "p";
  if (partitioned && children.length === 0) out.push("Number of partitions: 0");
  else if (!verbose) {
    if (children.length > 0)
      out.push(`Number of ${partitioned ? "partitions" : "child tables"}: ${children.length} (Use \\d+ to list them.)`);
  } else
    out.push(
      ...listed(
        partitioned ? "Partitions" : "Child tables",
        children.map(
          ([name, childKind, pending, bound]) =>
            `${name}${partitioned ? ` ${bound}` : ""}${childKind === "p" || childKind === "I" ? ", PARTITIONED" : childKind === "f" ? ", FOREIGN" : ""}${pending === "t" ? " (DETACH PENDING)" : ""}`,
        ),
      ),
    );
  if (ofType !== "") out.push(`Typed table of type: ${ofType}`);
  return out;
}
