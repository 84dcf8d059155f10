/** What the system catalogs tell of a database's objects (PostgreSQL 18 documentation, chapter 52), read at once for all of them. */
import type { Row } from "../wire/messages.ts";

export type Query = (sql: string) => Promise<readonly Row[]>;

export interface Column {
  readonly number: number;
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  /** The name of its NOT NULL constraint, where it is not the one that would be chosen. */
  readonly notNullName: string | undefined;
  readonly default: string | undefined;
  readonly defaultOid: string | undefined;
  readonly identity: string;
  readonly generated: string;
  readonly collation: string | undefined;
  readonly statistics: string | undefined;
  readonly storage: string | undefined;
  readonly comment: string | undefined;
  readonly isLocal: boolean;
  /** Numbers and the like stand bare in INSERT. */
  readonly typeOid: number;
  readonly privileges: string | undefined;
}

export interface Relation {
  readonly oid: string;
  readonly name: string;
  readonly schema: string;
  readonly kind: string;
  readonly persistence: string;
  readonly owner: string;
  readonly options: string;
  readonly isPartition: boolean;
  readonly bound: string | undefined;
  readonly partitionKey: string | undefined;
  readonly privileges: string | undefined;
  readonly defaultPrivileges: string;
  readonly comment: string | undefined;
  readonly rowSecurity: boolean;
  readonly forcedRowSecurity: boolean;
  readonly replicaIdentity: string;
  readonly accessMethod: string | undefined;
  readonly definition: string | undefined;
  readonly populated: boolean;
  readonly columns: Column[];
  readonly parents: string[];
}

/** Rows that belong to no extension and to no schema of the system. */
const OWN = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";
export const notOfExtension = (catalog: string, oid: string) =>
  `NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend x WHERE x.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass AND x.objid = ${oid} AND x.deptype = 'e')`;

const text = (cell: string | null | undefined): string | undefined => cell ?? undefined;

export async function readRelations(query: Query): Promise<Map<string, Relation>> {
  const relations = new Map<string, Relation>();
  for (const row of await query(`SELECT c.oid, c.relname, n.nspname, c.relkind, c.relpersistence, pg_catalog.pg_get_userbyid(c.relowner),
  pg_catalog.array_to_string(c.reloptions, ', '), c.relispartition, pg_catalog.pg_get_expr(c.relpartbound, c.oid),
  CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END,
  c.relacl, pg_catalog.acldefault(CASE WHEN c.relkind = 'S' THEN 's'::"char" ELSE 'r'::"char" END, c.relowner),
  pg_catalog.obj_description(c.oid, 'pg_class'), c.relrowsecurity, c.relforcerowsecurity, c.relreplident, am.amname,
  CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END, c.relispopulated
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND ${OWN} AND ${notOfExtension("pg_class", "c.oid")}
ORDER BY c.oid`)) {
    const [
      oid,
      name,
      schema,
      kind,
      persistence,
      owner,
      options,
      isPartition,
      bound,
      key,
      acl,
      base,
      comment,
      rls,
      forced,
      identity,
      am,
      definition,
      populated,
    ] = row;
    relations.set(oid ?? "", {
      oid: oid ?? "",
      name: name ?? "",
      schema: schema ?? "",
      kind: kind ?? "",
      persistence: persistence ?? "",
      owner: owner ?? "",
      options: options ?? "",
      isPartition: isPartition === "t",
      bound: text(bound),
      partitionKey: text(key),
      privileges: text(acl),
      defaultPrivileges: base ?? "",
      comment: text(comment),
      rowSecurity: rls === "t",
      forcedRowSecurity: forced === "t",
      replicaIdentity: identity ?? "d",
      accessMethod: text(am),
      definition: text(definition),
      populated: populated === "t",
      columns: [],
      parents: [],
    });
  }
  for (const row of await query(`SELECT a.attrelid, a.attnum, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
  CASE WHEN co.conname <> c.relname || '_' || a.attname || '_not_null' THEN co.conname END,
  pg_catalog.pg_get_expr(d.adbin, d.adrelid), d.oid, a.attidentity, a.attgenerated,
  CASE WHEN a.attcollation <> t.typcollation THEN (SELECT pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(cl.collname)
    FROM pg_catalog.pg_collation cl JOIN pg_catalog.pg_namespace cn ON cn.oid = cl.collnamespace WHERE cl.oid = a.attcollation) END,
  a.attstattarget, CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END, pg_catalog.col_description(a.attrelid, a.attnum),
  a.attislocal, a.atttypid, a.attacl
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN pg_catalog.pg_constraint co ON co.conrelid = a.attrelid AND co.contype = 'n' AND co.conkey[1] = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${OWN}
ORDER BY a.attrelid, a.attnum`)) {
    const [
      oid,
      number,
      name,
      type,
      notNull,
      notNullName,
      value,
      valueOid,
      identity,
      generated,
      collation,
      statistics,
      storage,
      comment,
      local,
      typeOid,
      acl,
    ] = row;
    relations.get(oid ?? "")?.columns.push({
      number: Number(number),
      name: name ?? "",
      type: type ?? "",
      notNull: notNull === "t",
      notNullName: text(notNullName),
      default: text(value),
      defaultOid: text(valueOid),
      identity: identity ?? "",
      generated: generated ?? "",
      collation: text(collation),
      statistics: statistics === null || statistics === "-1" ? undefined : text(statistics),
      storage: text(storage),
      comment: text(comment),
      isLocal: local === "t",
      typeOid: Number(typeOid),
      privileges: text(acl),
    });
  }
  for (const [child, parent] of await query("SELECT inhrelid, inhparent FROM pg_catalog.pg_inherits ORDER BY inhrelid, inhseqno"))
    relations.get(child ?? "")?.parents.push(parent ?? "");
  return relations;
}

/** What needs what, by keys; a view's rule stands for the view. */
export async function readNeeds(query: Query): Promise<Map<string, Set<string>>> {
  const needs = new Map<string, Set<string>>();
  for (const [from, to] of await query(`SELECT DISTINCT
  CASE WHEN d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.rulename = '_RETURN' THEN 'pg_class:' || r.ev_class
       ELSE (SELECT relname FROM pg_catalog.pg_class WHERE oid = d.classid) || ':' || d.objid END,
  CASE WHEN d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND ty.typrelid <> 0 AND tc.relkind <> 'c' THEN 'pg_class:' || ty.typrelid
       WHEN d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND ty.typelem <> 0 AND ty.typlen = -1 THEN 'pg_type:' || ty.typelem
       ELSE (SELECT relname FROM pg_catalog.pg_class WHERE oid = d.refclassid) || ':' || d.refobjid END
FROM pg_catalog.pg_depend d
  LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid
  LEFT JOIN pg_catalog.pg_type ty ON d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND ty.oid = d.refobjid
  LEFT JOIN pg_catalog.pg_class tc ON tc.oid = ty.typrelid
WHERE d.refobjid >= 16384 AND d.deptype IN ('n', 'a', 'i', 'e')`)) {
    if (from === null || to === null || from === undefined || to === undefined || from === to) continue;
    const known = needs.get(from) ?? new Set();
    known.add(to);
    needs.set(from, known);
  }
  return needs;
}
