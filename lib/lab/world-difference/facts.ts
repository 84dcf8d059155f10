/** What there is in a world, as data: enough to tell two worlds apart, and to say in which things they differ. */

export type FactKind = "file" | "row" | "process" | "port" | "unit" | "setting" | "ref" | "record";

/** One thing that is so. Two facts of the same kind, machine and place are about the same thing. */
export interface Fact {
  readonly kind: FactKind;
  /** "" for what belongs to no machine (records of names). */
  readonly machine: string;
  /**
   * Where: a path; `sqlite:/home/ann/db.sqlite3 bread 3` or `postgres:shop bread 3` (database, table, key); `ann: gunicorn shop.wsgi`;
   * `127.0.0.1:8000`; `nginx.service`; `gunicorn shop.wsgi DEBUG`; `/home/ann/shop refs/heads/main`; `www.shop.test A`.
   */
  readonly place: string;
  /** What is so of it, by name: mode, owner and content of a file; the columns of a row, as literals of SQL; active and enabled of a unit. */
  readonly aspects: Readonly<Record<string, string>>;
  /** Of a regular file, its bytes; left out where the file is one that its image brought, or larger than `MOST_BYTES`. */
  readonly bytes?: Uint8Array;
  /** Of a row or a table: where it stands, as SQL says it. */
  readonly row?: RowPlace;
}

export interface RowPlace {
  readonly engine: "sqlite" | "postgres";
  /** The database's file, or its name. */
  readonly database: string;
  readonly table: string;
  /** Undefined: the table itself. */
  readonly where: string | undefined;
}

/** Files larger than this are told apart by their length and a hash. */
export const MOST_BYTES = 1024 * 1024;

/** Everything that was looked at, and what could not be. */
export interface WorldPicture {
  readonly facts: ReadonlyMap<string, Fact>;
  /** Sentences: a database that did not answer, a table of which only the first rows were read. */
  readonly unread: readonly string[];
}

/** One thing in which two worlds differ. */
export interface Difference {
  readonly id: string;
  readonly kind: FactKind;
  readonly machine: string;
  readonly place: string;
  readonly change: "added" | "removed" | "changed";
  /** The aspects that differ; of an added or removed thing, all that it has. */
  readonly aspects: readonly { readonly name: string; readonly before?: string; readonly after?: string }[];
  readonly before?: Fact;
  readonly after?: Fact;
}

export function factId({ kind, machine, place }: Pick<Fact, "kind" | "machine" | "place">): string {
  return `${kind} ${machine}:${place}`;
}
