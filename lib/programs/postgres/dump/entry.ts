/** What a dump consists of: objects with the statements that make and drop them (pg_dump's table of contents). */

export interface Entry {
  /** Unique: "pg_class:16384". Others name it in `needs`. */
  readonly key: string;
  readonly section: "pre-data" | "data" | "post-data";
  /** Kinds of objects come in this order, where nothing they need says otherwise. */
  readonly priority: number;
  readonly schema: string | undefined;
  /** By which objects of one kind are ordered. */
  readonly name: string;
  /** As the comment above it has it. */
  readonly tag: string;
  readonly type: string;
  readonly owner: string;
  readonly create: string;
  /** With %IF% where IF EXISTS belongs; empty: nothing is dropped by itself. */
  readonly drop: string;
  /** "TABLE public.t": what ALTER … OWNER TO names. */
  readonly owned?: string;
  readonly needs: ReadonlySet<string>;
  /** It takes the settings of tables: a tablespace, a table access method. */
  readonly storage?: "tablespace" | "table";
  /** Entries that follow it at once: comments, ownership of sequences. */
  readonly after?: readonly Entry[];
  /** Entries that come when everything else is there: privileges. */
  readonly privileges?: readonly Entry[];
  /** The table it belongs to, for what comes after the data. */
  readonly table?: string;
  /** Writes data in place of `create`. */
  readonly data?: (write: (text: string | Uint8Array) => Promise<void>) => Promise<void>;
}

/** The order of kinds (pg_dump_sort.c has it in words). */
export const PRIORITY = {
  schema: 1,
  language: 2,
  extension: 3,
  type: 4,
  function: 5,
  relation: 6,
  attach: 7,
  default: 8,
  data: 9,
  sequenceSet: 10,
  constraint: 11,
  index: 12,
  indexAttach: 13,
  statistics: 14,
  rule: 15,
  trigger: 16,
  foreignKey: 17,
  policy: 18,
  refresh: 19,
} as const;

const compare = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);

function before(left: Entry, right: Entry): number {
  return (
    left.priority - right.priority ||
    (left.schema === right.schema
      ? 0
      : left.schema === undefined
        ? 1
        : right.schema === undefined
          ? -1
          : compare(left.schema, right.schema)) ||
    compare(left.name, right.name) ||
    compare(left.key, right.key)
  );
}

/**
 * By kind, schema and name, but nothing before what it needs: from the end on, always the last of those that nothing left needs. Where
 * they need each other in a circle, the last of all goes.
 */
export function ordered(entries: readonly Entry[]): Entry[] {
  const sorted = [...entries].sort(before);
  const keys = new Set(sorted.map(({ key }) => key));
  const needed = new Map<string, number>();
  for (const entry of sorted)
    for (const key of entry.needs) if (keys.has(key) && key !== entry.key) needed.set(key, (needed.get(key) ?? 0) + 1);
  const left = sorted;
  const result: Entry[] = [];
  while (left.length > 0) {
    let at = left.length - 1;
    while (at >= 0 && (needed.get(left[at]?.key ?? "") ?? 0) > 0) at--;
    const [entry] = left.splice(at < 0 ? left.length - 1 : at, 1);
    if (entry === undefined) break;
    result.push(entry);
    for (const key of entry.needs) if (keys.has(key) && key !== entry.key) needed.set(key, (needed.get(key) ?? 0) - 1);
  }
  return result.reverse();
}

export interface CommentTarget {
  readonly key: string;
  readonly section: Entry["section"];
  readonly schema: string | undefined;
  readonly owner: string;
}

/** COMMENT ON, as an entry that follows its object. `what`: "TABLE product" for the tag, `named`: the same with its schema. */
export function commentEntry(target: CommentTarget, what: string, named: string, text: string): Entry {
  return {
    key: `comment:${target.key}:${what}`,
    section: target.section,
    priority: 0,
    schema: target.schema,
    name: what,
    tag: what,
    type: "COMMENT",
    owner: target.owner,
    create: `COMMENT ON ${named} IS ${sqlString(text)};\n`,
    drop: "",
    needs: new Set(),
  };
}

/** A string of SQL: quotes are doubled. */
export const sqlString = (text: string): string => `'${text.replaceAll("'", "''")}'`;
