/** \d of a sequence. */
import type { Session } from "../session.ts";
import type { Relation } from "./relation.ts";

export async function describeSequence(session: Session, relation: Relation, _verbose: boolean): Promise<boolean> {
  const answer = await session.internal(`SELECT pg_catalog.format_type(seqtypid, NULL) AS "Type",
       seqstart AS "Start",
       seqmin AS "Minimum",
       seqmax AS "Maximum",
       seqincrement AS "Increment",
       CASE WHEN seqcycle THEN 'yes' ELSE 'no' END AS "Cycles?",
       seqcache AS "Cache"
FROM pg_catalog.pg_sequence
WHERE seqrelid = '${relation.oid}';`);
  const owner = await session.internal(`SELECT pg_catalog.quote_ident(nspname) || '.' ||
   pg_catalog.quote_ident(relname) || '.' ||
   pg_catalog.quote_ident(attname),
   d.deptype
FROM pg_catalog.pg_class c
INNER JOIN pg_catalog.pg_depend d ON c.oid=d.refobjid
INNER JOIN pg_catalog.pg_namespace n ON n.oid=c.relnamespace
INNER JOIN pg_catalog.pg_attribute a ON (
 a.attrelid=c.oid AND
 a.attnum=d.refobjsubid)
WHERE d.classid='pg_catalog.pg_class'::pg_catalog.regclass
 AND d.refclassid='pg_catalog.pg_class'::pg_catalog.regclass
 AND d.objid='${relation.oid}'
 AND d.deptype IN ('a', 'i')`);
  if (answer === undefined || owner === undefined) return false;
  const [column, dependency] = owner.rows[0] ?? [];
  const footers = column ? [dependency === "i" ? `Sequence for identity column: ${column}` : `Owned by: ${column}`] : [];
  await session.show(
    {
      title: `${relation.persistence === "u" ? "Unlogged sequence" : "Sequence"} "${relation.schema}.${relation.name}"`,
      headers: answer.names,
      right: answer.names.map((name) => name !== "Type" && name !== "Cycles?"),
      rows: answer.rows.map((row) => row.map((cell) => cell ?? "")),
      footers,
    },
    { ...session.table, footer: false },
  );
  return true;
}
