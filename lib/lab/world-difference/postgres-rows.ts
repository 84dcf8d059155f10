import { findAccount } from "../../kernel/login.ts";
import type { Clock, Machine } from "../../kernel/types.ts";
import type { ByteStream } from "../../programs/postgres/wire/connection.ts";
import type { QueryAnswer } from "../../programs/postgres/wire/query.ts";
import type { Fact } from "./facts.ts";
import { compoundOf, MOST_ROWS, rowsOf, type TableShape } from "./rows.ts";
import { quoteText } from "./sqlite-rows.ts";

const SOCKET = "/var/run/postgresql/.s.PGSQL.5432";
const PATIENCE_MS = 30_000;

/** Asks the machine's PostgreSQL by its socket, as its superuser. */
export async function askServer(
  machine: Machine,
  database: string,
  sql: string,
  { clock, readOnly }: { readonly clock: Clock; readonly readOnly: boolean },
): Promise<QueryAnswer> {
  const [{ queryOver }, { streamOver }] = await Promise.all([
    import("../../programs/postgres/wire/query.ts"),
    import("../../programs/postgres/wire/dial.ts"),
  ]);
  const account = findAccount(machine.files, "postgres");
  if (account === undefined) return { kind: "unreachable", message: "there is no user postgres" };
  const abort = new AbortController();
  const cancel = clock.after(PATIENCE_MS, () => abort.abort(new Error("the database does not answer")));
  try {
    return await new Promise<QueryAnswer>((resolve, reject) => {
      // Peer authentication asks the kernel who is at the other end: a process of this user must be.
      machine.spawn({
        argv: ["look"],
        env: {},
        cwd: "/",
        credentials: account,
        fds: new Map(),
        run: async (self) => {
          const open = async (): Promise<ByteStream> =>
            streamOver(await machine.network.connectUnix(self, SOCKET, abort.signal), abort.signal);
          await queryOver(open, { user: "postgres", database }, sql, { readOnly }).then(resolve, reject);
          return 0;
        },
      });
    });
  } finally {
    cancel();
  }
}

const DATABASES = `SELECT datname, pg_get_userbyid(datdba) FROM pg_database WHERE NOT datistemplate ORDER BY 1`;
const ROLES = `SELECT rolname, concat_ws(' ', CASE WHEN rolcanlogin THEN 'login' END, CASE WHEN rolsuper THEN 'superuser' END, CASE WHEN rolcreatedb THEN 'createdb' END) FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1`;
const COLUMNS = `SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname, EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^(pg_|information_schema)' ORDER BY 1, a.attnum`;

/** Databases, roles, tables and rows of the machine's PostgreSQL; nothing when none runs. */
export async function readPostgres(machine: Machine, clock: Clock): Promise<{ facts: Fact[]; unread: string[] }> {
  if (!machine.network.listening().some(({ port }) => port === 5432)) return { facts: [], unread: [] };
  const copy = machine.clone({ network: true });
  const facts: Fact[] = [];
  const unread: string[] = [];
  try {
    const ask = async (database: string, sql: string): Promise<readonly (readonly (string | null)[])[]> => {
      const answer = await askServer(copy, database, sql, { clock, readOnly: true });
      if (answer.kind !== "rows") throw new Error(answer.message);
      return answer.rows;
    };
    const row = (place: string, aspects: Record<string, string>): void =>
      void facts.push({ kind: "row", machine: machine.name, place: `postgres: ${place}`, aspects });
    for (const [name, rights] of await ask("postgres", ROLES)) row(`role ${name}`, { rights: rights ?? "" });
    const databases = await ask("postgres", DATABASES);
    for (const [name, owner] of databases) row(`database ${name}`, { owner: owner ?? "" });
    for (const [name] of databases) {
      if (name === null || name === undefined) continue;
      const read = await readDatabase(machine.name, name, (sql) => ask(name, sql));
      facts.push(...read.facts);
      unread.push(...read.unread);
    }
  } catch (error) {
    unread.push(`${machine.name}: PostgreSQL could not be read: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    copy.destroy();
  }
  return { facts, unread };
}

async function readDatabase(
  machine: string,
  database: string,
  ask: (sql: string) => Promise<readonly (readonly (string | null)[])[]>,
): Promise<{ facts: Fact[]; unread: string[] }> {
  const tables = new Map<string, TableShape>();
  for (const [name, column, isKey] of await ask(COLUMNS)) {
    const sqlName = name ?? "";
    const shape = tables.get(sqlName) ?? { name: sqlName, sqlName, columns: [], key: [] };
    shape.columns.push(column ?? "");
    if (isKey === "t") shape.key.push(column ?? "");
    tables.set(sqlName, shape);
  }
  if (tables.size === 0) return { facts: [], unread: [] };
  const selects = [...tables.values()].map(({ sqlName, columns }) => {
    const pairs = columns.map((column) => `${quoteText(column)}, quote_nullable("${column.replaceAll('"', '""')}"::text)`).join(", ");
    return `(SELECT ${quoteText(sqlName)}::text, json_build_object(${pairs})::text FROM ${sqlName} LIMIT ${MOST_ROWS + 1})`;
  });
  const rows = await ask(compoundOf(selects));
  return rowsOf(
    machine,
    { engine: "postgres", database },
    [...tables.values()],
    rows.map(([table, row]) => ({ table: table ?? "", row: row ?? "{}" })),
  );
}
