import { findAccount } from "../../kernel/login.ts";
import type { Clock, Machine } from "../../kernel/types.ts";
import type { ByteStream } from "../../programs/postgres/wire/connection.ts";
import type { MachineDefinition, SqlCheck, SqlValue } from "../types.ts";
import { runCommand } from "../world/command.ts";
import { resolvePath } from "./file-check.ts";
import { quote } from "./text-rule.ts";
import type { Verdict } from "./verdict.ts";

/** A query may take so long, on the lab's clock. */
const PATIENCE_MS = 15_000;
const SOCKET = "/var/run/postgresql/.s.PGSQL.5432";

type Cell = string | null;
type Answer = { readonly rows: readonly (readonly Cell[])[] } | { readonly problem: string } | { readonly late: true };

/**
 * Asks a database from `copy`, a throw-away copy of its machine, which this destroys. PostgreSQL itself is the learner's: it is asked
 * through its socket, in a transaction that is read-only. SQLite's file is that of the copy.
 */
export async function checkSql(check: SqlCheck, copy: Machine, definition: MachineDefinition, clock: Clock): Promise<Verdict> {
  const expected = describeSql(check);
  try {
    const answer =
      check.database.engine === "sqlite" ? await askSqlite(check, copy, definition, clock) : await askPostgres(check, copy, clock);
    if ("late" in answer) return { status: "error", expected, found: `no answer of the database within ${PATIENCE_MS / 1000} seconds` };
    if ("problem" in answer) return { status: "fail", expected, found: answer.problem };
    const { rows } = answer;
    if (check.count !== undefined && (rows.length < check.count.min || rows.length > (check.count.max ?? Number.POSITIVE_INFINITY))) {
      return { status: "fail", expected, found: `${rows.length} ${rows.length === 1 ? "row" : "rows"}` };
    }
    if (check.value !== undefined && !same(rows[0]?.[0], check.value)) {
      return { status: "fail", expected, found: rows.length === 0 ? "no row" : cellText(rows[0]?.[0] ?? null) };
    }
    const wanted = check.rows;
    if (wanted !== undefined) {
      const equal =
        wanted.length === rows.length &&
        wanted.every((row, at) => row.length === rows[at]?.length && row.every((cell, index) => same(rows[at]?.[index], cell)));
      if (!equal) return { status: "fail", expected, found: rows.length === 0 ? "no row" : quote(rows.map(rowText).join("; ")) };
    }
    return { status: "pass", expected, found: expected };
  } finally {
    copy.destroy();
  }
}

async function askPostgres({ sql, database }: SqlCheck, copy: Machine, clock: Clock): Promise<Answer> {
  if (database.engine !== "postgres") throw new Error("this is no database of PostgreSQL");
  const [{ queryOver }, { streamOver }] = await Promise.all([
    import("../../programs/postgres/wire/query.ts"),
    import("../../programs/postgres/wire/dial.ts"),
  ]);
  const { user, name } = database;
  const abort = new AbortController();
  const cancel = clock.after(PATIENCE_MS, () => abort.abort(new Error("the database does not answer")));
  const account = findAccount(copy.files, user);
  if (account === undefined) return { problem: `no user ${user} on ${copy.name}, and so no PostgreSQL` };
  try {
    return await new Promise<Answer>((resolve, reject) => {
      // The server asks the kernel who is at the other end (peer authentication): that is a process of this user.
      copy.spawn({
        argv: ["check"],
        env: {},
        cwd: "/",
        credentials: account,
        fds: new Map(),
        run: async (self) => {
          const open = async (): Promise<ByteStream> =>
            streamOver(await copy.network.connectUnix(self, SOCKET, abort.signal), abort.signal);
          try {
            const answer = await queryOver(open, { user, database: name }, sql, { readOnly: true });
            if (answer.kind === "rows") resolve({ rows: answer.rows });
            // FATAL: it is there, and lets nobody in, for the database or the role is missing.
            else if (answer.kind === "error" || answer.message.startsWith("FATAL")) resolve({ problem: firstLine(answer.message) });
            else resolve({ problem: `no PostgreSQL on ${copy.name}: ${firstLine(answer.message)}` });
          } catch (error) {
            if (abort.signal.aborted) resolve({ late: true });
            else reject(error);
          }
          return 0;
        },
      });
    });
  } finally {
    cancel();
  }
}

async function askSqlite({ sql, database }: SqlCheck, copy: Machine, definition: MachineDefinition, clock: Clock): Promise<Answer> {
  if (database.engine !== "sqlite") throw new Error("this is no database of SQLite");
  const path = resolvePath(database.file, definition);
  if (!copy.files.exists(path)) return { problem: `no file ${database.file}` };
  const ended = await runCommand(copy, {
    argv: ["sqlite3", "-batch", "-readonly", "-json", path, sql],
    user: definition.user,
    cwd: definition.cwd,
    timeoutMs: PATIENCE_MS,
    clock,
  });
  if (ended === undefined) return { late: true };
  if (ended.status !== 0) return { problem: quote(firstLine((ended.stderr.trim() || ended.stdout).trim())) };
  const parsed: unknown = ended.stdout.trim() === "" ? [] : JSON.parse(ended.stdout);
  if (!Array.isArray(parsed)) throw new Error("sqlite3 gave no list of rows");
  return { rows: parsed.map((row: unknown) => (typeof row === "object" && row !== null ? Object.values(row).map(asCell) : [])) };
}

function asCell(value: unknown): Cell {
  return value === null || value === undefined ? null : String(value);
}

/** PostgreSQL writes truth as t and f, SQLite as 1 and 0; numbers are compared as numbers. */
function same(found: Cell | undefined, wanted: SqlValue): boolean {
  if (found === undefined) return false;
  if (wanted === null || found === null) return wanted === found;
  if (typeof wanted === "boolean") return (wanted ? ["t", "true", "1"] : ["f", "false", "0"]).includes(found);
  if (typeof wanted === "number") return found.trim() !== "" && Number(found) === wanted;
  return found === wanted;
}

function describeSql({ sql, value, rows, count }: SqlCheck): string {
  const what = [
    ...(value === undefined ? [] : [cellText(value === null ? null : String(value))]),
    ...(rows === undefined ? [] : [rows.length === 0 ? "no row" : rows.map(rowText).join("; ")]),
    ...(count === undefined ? [] : [`${countText(count)} rows`]),
  ].join(", ");
  return `${what} from \`${sql}\``;
}

function countText({ min, max }: NonNullable<SqlCheck["count"]>): string {
  if (min === max) return String(min);
  return max === undefined ? `at least ${min}` : `${min} to ${max}`;
}

function rowText(row: readonly SqlValue[]): string {
  return row.map((cell) => (cell === null ? "NULL" : String(cell))).join(", ");
}

function cellText(cell: Cell): string {
  return cell === null ? "NULL" : quote(cell);
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
