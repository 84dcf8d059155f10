/** One query from outside of every process: what grading needs. */
import { KernelError } from "../../../kernel/errno.ts";
import type { Machine } from "../../../kernel/types.ts";
import { type ByteStream, Connection, ConnectionLost, errorText, Refused, type Result } from "./connection.ts";
import { streamOver } from "./dial.ts";

export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password?: string;
}

export type QueryAnswer =
  | { readonly kind: "rows"; readonly columns: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] }
  /** Nobody answers, or the session was refused. */
  | { readonly kind: "unreachable"; readonly message: string }
  /** The server's own error: "relation "x" does not exist". `code`: SQLSTATE. */
  | { readonly kind: "error"; readonly code: string; readonly message: string };

/**
 * Runs one statement as a client on `machine` would, and gives its rows as text. `readOnly`: in a transaction that may change nothing
 * and is rolled back. `signal` gives up waiting.
 */
export async function queryDatabase(
  machine: Machine,
  place: DatabaseAddress,
  sql: string,
  options: { readonly readOnly: boolean; readonly signal?: AbortSignal },
): Promise<QueryAnswer> {
  const signal = options.signal ?? new AbortController().signal;
  const [address] = machine.network.resolve(place.host);
  if (address === undefined) return { kind: "unreachable", message: `no address is known for ${place.host}` };
  const open = async (): Promise<ByteStream> =>
    streamOver(await machine.network.connect(address, place.port, signal, { impatient: true }), signal);
  return queryOver(open, place, sql, options);
}

/** The same over a connection that `open` makes, for instance to the server's socket in the file system. */
export async function queryOver(
  open: () => Promise<ByteStream>,
  place: Omit<DatabaseAddress, "host" | "port">,
  sql: string,
  options: { readonly readOnly: boolean },
): Promise<QueryAnswer> {
  let connection: Connection | undefined;
  try {
    connection = new Connection(await open());
    await connection.start({
      parameters: { user: place.user, database: place.database, application_name: "check", client_encoding: "UTF8" },
      password: async () => place.password,
    });
    if (options.readOnly) await connection.all("BEGIN TRANSACTION READ ONLY");
    await connection.execute(sql);
    const results = await connection.rest();
    if (options.readOnly) await connection.all("ROLLBACK");
    return answerOf(results);
  } catch (error) {
    if (error instanceof Refused || error instanceof ConnectionLost) return { kind: "unreachable", message: error.message };
    if (error instanceof KernelError) return { kind: "unreachable", message: error.text };
    throw error;
  } finally {
    await connection?.end();
  }
}

function answerOf(results: readonly Result[]): QueryAnswer {
  for (const result of results) {
    if (result.kind === "error") return { kind: "error", code: result.fields.C ?? "", message: errorText(result.fields) };
    if (result.kind === "rows") return { kind: "rows", columns: result.columns.map(({ name }) => name), rows: result.rows };
  }
  return { kind: "rows", columns: [], rows: [] };
}
