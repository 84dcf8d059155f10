/** Sending a query and showing what comes back (psql's SendQuery). */

import { reason } from "../../core/errors.ts";
import type { Table, TableOptions } from "../print/table.ts";
import type { Result } from "../wire/connection.ts";
import type { Column, Row } from "../wire/messages.ts";
import { copyIn, copyOut } from "./copy-data.ts";
import { crosstab } from "./crosstab.ts";
import { commandSink, fileSink, type Sink } from "./output.ts";
import type { Pending, Session } from "./session.ts";

/** Types whose values stand on the right: numbers (int8, int2, int4, oid, xid, cid, float4, float8, money, numeric, xid8). */
const NUMERIC = new Set([20, 21, 23, 26, 28, 29, 700, 701, 790, 1700, 5069]);

const SAVEPOINT = "pg_psql_temporary_savepoint";

/** Statements before which no transaction is begun: they begin, end or cannot be in one (psql's command_no_begin). */
const NO_BEGIN =
  /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*(?:abort|begin|commit|end|rollback|start\s+transaction|prepare\s+transaction|vacuum|cluster\s*;?\s*$|cluster\s*\(.*|create\s+(?:database|tablespace)|create\s+(?:unique\s+)?index\s+concurrently|alter\s+system|drop\s+(?:database|tablespace|system|subscription)|drop\s+index\s+concurrently|reindex\s+(?:database|system)|discard\s+all)\b/i;

/** Groups of three digits, as \pset numericlocale has them in the C locale. */
function grouped(text: string): string {
  return /^[+-]?\d+(?:\.\d+)?(?:[eE].*)?$/.test(text)
    ? text.replace(/^([+-]?)(\d+)/, (_all, sign: string, digits: string) => sign + digits.replace(/\B(?=(\d{3})+$)/g, ","))
    : text;
}

export function tableOf(columns: readonly Column[], rows: readonly Row[], options: TableOptions): Table {
  const right = columns.map(({ typeOid }) => NUMERIC.has(typeOid));
  const { nullText, numericLocale } = options;
  return {
    headers: columns.map(({ name }) => name),
    right,
    rows: rows.map((row) => row.map((cell, index) => (cell === null ? nullText : numericLocale && right[index] ? grouped(cell) : cell))),
  };
}

export function timeText(milliseconds: number): string {
  if (milliseconds < 1000) return `Time: ${milliseconds.toFixed(3)} ms\n`;
  const seconds = milliseconds / 1000;
  const two = (value: number) => String(value).padStart(2, "0");
  const rest = (seconds % 60).toFixed(3).padStart(6, "0");
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600) % 24;
  const days = Math.floor(seconds / 86400);
  const clock =
    days > 0
      ? `${days} d ${two(hours)}:${two(minutes)}:${rest}`
      : hours > 0
        ? `${two(hours)}:${two(minutes)}:${rest}`
        : `${two(minutes)}:${rest}`;
  return `Time: ${milliseconds.toFixed(3)} ms (${clock})\n`;
}

interface Outcome {
  readonly success: boolean;
  readonly rolledBack: boolean;
}

/** Sends what was typed. False when the server, or what was to be done with the result, failed. */
export async function sendQuery(session: Session, sql: string): Promise<boolean> {
  const pending = session.pending;
  session.pending = {};
  const { connection, variables } = session;
  if (connection === undefined) {
    await session.complain("You are currently not connected to a database.");
    return false;
  }
  if (variables.on("SINGLESTEP") && !(await confirmed(session, sql))) return true;
  if (variables.get("ECHO") === "queries") await session.print(`${sql}\n`);
  await session.log?.write(`/******** QUERY *********/\n${sql}\n/************************/\n\n`);
  session.cancelPressed = false;
  try {
    if (connection.status === "I" && !variables.on("AUTOCOMMIT") && !NO_BEGIN.test(sql) && !(await quietly(session, "BEGIN"))) return false;
    const wanted = variables.get("ON_ERROR_ROLLBACK");
    let savepoint = false;
    if (connection.status === "T" && wanted !== "off" && (wanted === "on" || session.source?.isInteractive === true)) {
      if (!(await quietly(session, `SAVEPOINT ${SAVEPOINT}`))) return false;
      savepoint = true;
    }
    const clock = session.self.machine.kernel.clock;
    const before = clock.monotonic();
    const outcome = await run(session, sql, pending);
    const elapsed = clock.monotonic() - before;
    if (savepoint) await afterSavepoint(session, sql);
    if (session.timing) await session.print(timeText(elapsed));
    session.syncVariables();
    await notifications(session);
    return outcome.success;
  } catch (error) {
    await session.connectionLost(error);
    return false;
  }
}

async function confirmed(session: Session, sql: string): Promise<boolean> {
  await session.print(
    `/**(Single step mode: verify command)******************************************/\n${sql}\n/**(press return to proceed or enter x and return to cancel)*******************/\n`,
  );
  const answer = await session.self.read(0, 1);
  return answer[0] !== 0x78;
}

async function quietly(session: Session, sql: string): Promise<boolean> {
  const results = (await session.connection?.all(sql)) ?? [];
  const failed = results.find((result) => result.kind === "error");
  if (failed?.kind === "error") await session.info(session.serverText(failed.fields, sql));
  return failed === undefined;
}

/** A savepoint around a statement: gone back to after an error, given up otherwise, unless the statement ended the transaction. */
async function afterSavepoint(session: Session, sql: string): Promise<void> {
  const { connection } = session;
  if (connection?.status === "E") await quietly(session, `ROLLBACK TO ${SAVEPOINT}`);
  else if (connection?.status === "T" && !/^\s*(?:commit|savepoint|release|rollback)\b/i.test(sql))
    await quietly(session, `RELEASE ${SAVEPOINT}`);
}

export async function notifications(session: Session): Promise<void> {
  for (const { channel, payload, pid } of session.connection?.notifications.splice(0) ?? []) {
    const with_ = payload === "" ? "" : ` with payload "${payload}"`;
    await session.out.write(`Asynchronous notification "${channel}"${with_} received from server process with PID ${pid}.\n`);
  }
}

async function begin(session: Session, sql: string, pending: Pending): Promise<void> {
  const { connection } = session;
  if (connection === undefined) return;
  if (pending.closePrepared !== undefined) await connection.closePrepared(pending.closePrepared);
  else if (pending.parse !== undefined) await connection.prepare(sql, pending.parse);
  else if (pending.bind?.name !== undefined) await connection.executePrepared(pending.bind.name, pending.bind.values);
  else if (pending.bind !== undefined) await connection.execute(sql, pending.bind.values);
  else if (pending.describe) await connection.prepare(sql);
  else await connection.query(sql);
}

async function run(session: Session, sql: string, pending: Pending): Promise<Outcome> {
  const { connection, variables } = session;
  if (connection === undefined) return { success: false, rolledBack: false };
  const options = pending.options ?? session.table;
  let sink: Sink | undefined;
  const out = async (): Promise<Sink> => {
    if (pending.output === undefined) return session.out;
    sink ??=
      pending.output.kind === "command" ? commandSink(session.self, pending.output.name) : fileSink(session.self, pending.output.name);
    return sink;
  };
  let success = true;
  await begin(session, sql, pending);
  const showAll = variables.on("SHOW_ALL_RESULTS");
  let held: Result | undefined;
  const deferred: (() => Promise<void>)[] = [];
  let muted = false;
  try {
    for (let result = await connection.next(); result !== undefined; result = held !== undefined ? held : await connection.next()) {
      held = undefined;
      if (result.kind === "error") {
        success = false;
        await failure(session, result.fields, sql);
        continue;
      }
      if (result.kind === "copy-in") {
        const target = session.copyTarget;
        await copyIn(session, connection, target?.source, target?.marked);
        continue;
      }
      if (result.kind === "copy-out") {
        const target = session.copyTarget?.sink ?? (await out());
        await copyOut(connection, target);
        // What is copied to where the tag would be printed is not followed by it.
        muted = session.copyTarget === undefined || target === session.out;
        continue;
      }
      const after = await connection.next();
      held = after;
      const last = after === undefined;
      succeeded(session, result);
      if (result.kind === "rows") {
        const { columns, rows, tag } = result;
        if (pending.parse !== undefined || tag === "") {
          if (pending.describe) deferred.push(() => describe(session, columns, options));
        } else if (pending.set !== undefined && last) success = (await store(session, columns, rows, pending.set.prefix)) && success;
        else if (pending.exec && last) {
          deferred.push(async () => {
            success = (await execute(session, rows)) && success;
          });
        } else if (pending.crosstab !== undefined && last) {
          const made = crosstab(columns, rows, pending.crosstab, options);
          if (typeof made === "string") {
            await session.complain(made);
            success = false;
          } else await session.show(made, options, await out());
        } else if (last || showAll) {
          await session.show(tableOf(columns, rows, options), options, await out());
          if (/^(?:INSERT|UPDATE|DELETE|MERGE)/.test(tag)) await status(session, tag, await out(), options);
        }
      } else if (result.kind === "done" && result.tag !== "" && (last || showAll)) {
        if (pending.describe && last) await (await out()).write("The command has no result, or the result has no columns.\n");
        else if (!muted) await status(session, result.tag, await out(), options);
        muted = false;
      } else if (pending.describe && result.kind === "done")
        await (await out()).write("The command has no result, or the result has no columns.\n");
      if (held === undefined) break;
    }
    for (const later of deferred) await later();
  } catch (error) {
    if (pending.output !== undefined && sink === undefined) {
      await session.complain(`${pending.output.name}: ${reason(error)}`);
      await connection.rest();
      return { success: false, rolledBack: false };
    }
    throw error;
  } finally {
    await sink?.close();
  }
  return { success, rolledBack: false };
}

async function failure(session: Session, fields: Readonly<Record<string, string>>, sql: string): Promise<void> {
  const { variables } = session;
  session.lastError = { fields, query: sql };
  variables.put("ERROR", "true");
  variables.put("SQLSTATE", fields.C ?? "");
  variables.put("ROW_COUNT", "0");
  variables.put("LAST_ERROR_SQLSTATE", fields.C ?? "");
  variables.put("LAST_ERROR_MESSAGE", fields.M ?? "");
  await session.info(session.serverText(fields, sql));
  if (variables.get("ECHO") === "errors") await session.info(`STATEMENT:  ${sql}`);
}

function succeeded(session: Session, result: Result): void {
  const { variables } = session;
  variables.put("ERROR", "false");
  variables.put("SQLSTATE", "00000");
  const tag = result.kind === "rows" || result.kind === "done" ? result.tag : "";
  variables.put("ROW_COUNT", /(\d+)$/.exec(tag)?.[1] ?? "0");
  const inserted = /^INSERT (\d+) /.exec(tag)?.[1];
  if (inserted !== undefined) variables.put("LASTOID", inserted);
}

/** "INSERT 0 1", unless quiet. */
async function status(session: Session, tag: string, sink: Sink, options: TableOptions): Promise<void> {
  if (!session.quiet) await sink.write(options.format === "html" ? `<p>${tag}</p>\n` : `${tag}\n`);
  await session.log?.write(`${tag}\n`);
}

/** \gset: one row into variables. */
async function store(session: Session, columns: readonly Column[], rows: readonly Row[], prefix: string): Promise<boolean> {
  if (rows.length !== 1) {
    await session.complain(rows.length === 0 ? "no rows returned for \\gset" : "more than one row returned for \\gset");
    return false;
  }
  for (const [index, { name }] of columns.entries()) {
    const variable = prefix + name;
    const complaint = session.variables.set(variable, rows[0]?.[index] ?? undefined);
    if (complaint !== undefined) {
      await session.complain(complaint);
      return false;
    }
  }
  return true;
}

/** \gexec: each value is sent as a query of its own. */
async function execute(session: Session, rows: readonly Row[]): Promise<boolean> {
  let success = true;
  for (const row of rows) {
    for (const cell of row) {
      if (cell === null) continue;
      if (session.variables.get("ECHO") === "all") await session.print(`${cell}\n`);
      if (!(await sendQuery(session, cell))) {
        success = false;
        if (session.variables.on("ON_ERROR_STOP")) return false;
      }
      if (session.cancelPressed) return false;
    }
  }
  return success;
}

/** \gdesc: names and types of what a query would give. */
async function describe(session: Session, columns: readonly Column[], options: TableOptions): Promise<void> {
  if (columns.length === 0) {
    await session.out.write("The command has no result, or the result has no columns.\n");
    return;
  }
  const values = columns.map(
    ({ name, typeOid, typeModifier }) => `('${name.replaceAll("'", "''")}', '${typeOid}'::pg_catalog.oid, ${typeModifier})`,
  );
  const answer = await session.connection?.all(
    `SELECT name AS "Column", pg_catalog.format_type(tp, tpm) AS "Type"\nFROM (VALUES ${values.join(",")}) s(name, tp, tpm)`,
  );
  const found = answer?.find((result) => result.kind === "rows");
  if (found?.kind === "rows") await session.show(tableOf(found.columns, found.rows, options), options);
}
