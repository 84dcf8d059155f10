/** What comes after the data: constraints, indexes, rules, triggers, foreign keys, policies. */
import { formatName } from "../tools/tool.ts";
import type { Query, Relation } from "./catalog.ts";
import { commentEntry, type Entry, PRIORITY } from "./entry.ts";
import { type Check, qualified } from "./relations.ts";

type Relations = ReadonlyMap<string, Relation>;

export interface PostData {
  readonly entries: readonly Entry[];
  /** CHECK constraints that stand in CREATE TABLE. */
  readonly checks: ReadonlyMap<string, readonly Check[]>;
  /** Pairs of a referencing table and the one that it refers to. */
  readonly references: readonly (readonly [string, string])[];
}

interface Common {
  readonly table: string;
  readonly section: "post-data";
  readonly schema: string;
  readonly owner: string;
}

const common = (relation: Relation): Common => ({
  table: relation.oid,
  section: "post-data",
  schema: relation.schema,
  owner: relation.owner,
});

export async function postData(query: Query, relations: Relations): Promise<PostData> {
  const entries: Entry[] = [];
  const checks = new Map<string, Check[]>();
  const references: [string, string][] = [];
  for (const row of await query(`SELECT k.oid, k.conname, k.conrelid, k.contype, pg_catalog.pg_get_constraintdef(k.oid), k.conindid, k.confrelid, k.convalidated, k.conislocal,
  pg_catalog.obj_description(k.oid, 'pg_constraint'), k.conparentid
FROM pg_catalog.pg_constraint k WHERE k.conrelid <> 0 AND k.contype IN ('c', 'p', 'u', 'x', 'f') ORDER BY k.conname`)) {
    const [oid, name, table, kind, definition, index, target, validated, local, comment, parent] = row;
    const relation = relations.get(table ?? "");
    if (relation === undefined) continue;
    const quoted = formatName(name ?? "");
    if (kind === "c" && validated === "t") {
      if (local === "t" || relation.isPartition)
        checks.set(relation.oid, [...(checks.get(relation.oid) ?? []), { name: name ?? "", definition: definition ?? "" }]);
      continue;
    }
    const foreign = kind === "f";
    if (foreign) references.push([relation.oid, target ?? ""]);
    if (foreign && parent !== "0") continue;
    const only = relation.kind === "p" && foreign ? "" : "ONLY ";
    const key = `pg_constraint:${oid}`;
    entries.push({
      ...common(relation),
      key,
      priority: foreign ? PRIORITY.foreignKey : PRIORITY.constraint,
      name: name ?? "",
      tag: `${formatName(relation.name)} ${quoted}`,
      type: foreign ? "FK CONSTRAINT" : kind === "c" ? "CHECK CONSTRAINT" : "CONSTRAINT",
      create: `ALTER TABLE ${only}${qualified(relation)}\n    ADD CONSTRAINT ${quoted} ${definition};\n`,
      drop: `ALTER TABLE %IFT%${only}${qualified(relation)} DROP CONSTRAINT %IF%${quoted};\n`,
      needs: new Set([`pg_class:${relation.oid}`, ...(foreign ? [`index:${index}`] : [])]),
      storage: foreign || kind === "c" ? undefined : "tablespace",
      after: comment
        ? [
            commentEntry(
              { key, ...common(relation) },
              `CONSTRAINT ${quoted} ON ${formatName(relation.name)}`,
              `CONSTRAINT ${quoted} ON ${qualified(relation)}`,
              comment,
            ),
          ]
        : [],
    });
  }
  entries.push(
    ...(await indexes(query, relations)),
    ...(await rules(query, relations)),
    ...(await triggers(query, relations)),
    ...(await policies(query, relations)),
  );
  return { entries, checks, references };
}

async function indexes(query: Query, relations: Relations): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const row of await query(`SELECT i.indexrelid, c.relname, i.indrelid, pg_catalog.pg_get_indexdef(i.indexrelid), i.indisclustered, i.indisreplident,
  pc.relname, pn.nspname, n.nspname, pg_catalog.obj_description(i.indexrelid, 'pg_class'), k.oid, h.inhparent
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')
  LEFT JOIN pg_catalog.pg_inherits h ON h.inhrelid = i.indexrelid LEFT JOIN pg_catalog.pg_class pc ON pc.oid = h.inhparent
  LEFT JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace
WHERE i.indisvalid OR c.relkind = 'I' ORDER BY c.relname`)) {
    const [oid, name, table, definition, clustered, identity, parent, parentSchema, schema, comment, constraint, parentOid] = row;
    const relation = relations.get(table ?? "");
    if (relation === undefined) continue;
    const quoted = `${formatName(schema ?? "")}.${formatName(name ?? "")}`;
    const key = `index:${oid}`;
    const base = { ...common(relation), schema: schema ?? relation.schema };
    if (constraint === null) {
      let create = `${definition};\n`;
      if (clustered === "t") create += `\nALTER TABLE ${qualified(relation)} CLUSTER ON ${formatName(name ?? "")};\n`;
      if (identity === "t") create += `\nALTER TABLE ONLY ${qualified(relation)} REPLICA IDENTITY USING INDEX ${formatName(name ?? "")};\n`;
      entries.push({
        ...base,
        key,
        priority: PRIORITY.index,
        name: name ?? "",
        tag: name ?? "",
        type: "INDEX",
        create,
        drop: parent ? "" : `DROP INDEX %IF%${quoted};\n`,
        // The index of a partition comes after that of the whole.
        needs: new Set(parent ? [`index:${parentOid}`] : []),
        storage: "tablespace",
        after: comment ? [commentEntry({ key, ...base }, `INDEX ${formatName(name ?? "")}`, `INDEX ${quoted}`, comment)] : [],
      });
    }
    if (parent)
      entries.push({
        ...base,
        key: `attach:${oid}`,
        priority: PRIORITY.indexAttach,
        name: name ?? "",
        tag: name ?? "",
        type: "INDEX ATTACH",
        create: `ALTER INDEX ${formatName(parentSchema ?? "")}.${formatName(parent)} ATTACH PARTITION ${quoted};\n`,
        drop: "",
        needs: new Set([key, `index:${parentOid}`]),
      });
  }
  return entries;
}

async function rules(query: Query, relations: Relations): Promise<Entry[]> {
  const rows = await query(
    "SELECT r.oid, r.rulename, r.ev_class, pg_catalog.pg_get_ruledef(r.oid) FROM pg_catalog.pg_rewrite r WHERE r.rulename <> '_RETURN'",
  );
  return rows.flatMap(([oid, name, table, definition]): Entry[] => {
    const relation = relations.get(table ?? "");
    if (relation === undefined) return [];
    return [
      {
        ...common(relation),
        key: `pg_rewrite:${oid}`,
        priority: PRIORITY.rule,
        name: name ?? "",
        tag: `${formatName(relation.name)} ${formatName(name ?? "")}`,
        type: "RULE",
        create: `${definition}\n`,
        drop: `DROP RULE %IF%${formatName(name ?? "")} ON ${qualified(relation)};\n`,
        needs: new Set(),
      },
    ];
  });
}

const ENABLED: Readonly<Record<string, string>> = { D: "DISABLE", A: "ENABLE ALWAYS", R: "ENABLE REPLICA" };

async function triggers(query: Query, relations: Relations): Promise<Entry[]> {
  const rows = await query(
    "SELECT t.oid, t.tgname, t.tgrelid, pg_catalog.pg_get_triggerdef(t.oid, false), t.tgenabled FROM pg_catalog.pg_trigger t WHERE NOT t.tgisinternal AND t.tgparentid = 0",
  );
  return rows.flatMap(([oid, name, table, definition, enabled]): Entry[] => {
    const relation = relations.get(table ?? "");
    if (relation === undefined) return [];
    const how = ENABLED[enabled ?? ""];
    return [
      {
        ...common(relation),
        key: `pg_trigger:${oid}`,
        priority: PRIORITY.trigger,
        // Triggers of one name are ordered by their tables.
        name: `${name ?? ""}\0${relation.name}`,
        tag: `${formatName(relation.name)} ${formatName(name ?? "")}`,
        type: "TRIGGER",
        create: `${definition};\n${how === undefined ? "" : `\nALTER TABLE ${qualified(relation)} ${how} TRIGGER ${formatName(name ?? "")};\n`}`,
        drop: `DROP TRIGGER %IF%${formatName(name ?? "")} ON ${qualified(relation)};\n`,
        needs: new Set(),
      },
    ];
  });
}

const COMMANDS: Readonly<Record<string, string>> = { r: " FOR SELECT", a: " FOR INSERT", w: " FOR UPDATE", d: " FOR DELETE" };

async function policies(query: Query, relations: Relations): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const relation of relations.values()) {
    if (!relation.rowSecurity) continue;
    entries.push({
      ...common(relation),
      key: `rls:${relation.oid}`,
      priority: PRIORITY.policy,
      name: relation.name,
      tag: relation.name,
      type: "ROW SECURITY",
      create: `ALTER TABLE ${qualified(relation)} ENABLE ROW LEVEL SECURITY;\n`,
      drop: "",
      needs: new Set(),
    });
  }
  const rows = await query(`SELECT p.oid, p.polname, p.polrelid, p.polcmd, p.polpermissive,
  CASE WHEN p.polroles = '{0}' THEN NULL ELSE (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(r.rolname), ', ' ORDER BY r.rolname) FROM pg_catalog.pg_roles r WHERE r.oid = ANY (p.polroles)) END,
  pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) FROM pg_catalog.pg_policy p`);
  for (const [oid, name, table, command, permissive, roles, using, check] of rows) {
    const relation = relations.get(table ?? "");
    if (relation === undefined) continue;
    let create = `CREATE POLICY ${formatName(name ?? "")} ON ${qualified(relation)}${permissive === "f" ? " AS RESTRICTIVE" : ""}${COMMANDS[command ?? ""] ?? ""}`;
    if (roles) create += ` TO ${roles}`;
    if (using) create += ` USING (${using})`;
    if (check) create += ` WITH CHECK (${check})`;
    entries.push({
      ...common(relation),
      key: `pg_policy:${oid}`,
      priority: PRIORITY.policy,
      name: name ?? "",
      tag: `${formatName(relation.name)} ${formatName(name ?? "")}`,
      type: "POLICY",
      create: `${create};\n`,
      drop: `DROP POLICY %IF%${formatName(name ?? "")} ON ${qualified(relation)};\n`,
      needs: new Set(),
    });
  }
  return entries;
}
