/** Commands about the query buffer, and how queries are sent. */

import { quoteIdentifier } from "../arguments.ts";
import type { Command, CommandContext, Status } from "../command.ts";
import { runCommand } from "../output.ts";
import { tableOf, timeText } from "../send.ts";
import type { Session } from "../session.ts";
import { parseBoolean } from "../variables.ts";
import { setOption } from "./formatting.ts";

/** \g, \gx: options in parentheses, then a file or a command. */
const get: Command = async (context) => {
  const { session, args, name } = context;
  let target = await args.next("file-or-pipe");
  if (target?.startsWith("(")) {
    const options = { ...session.table };
    let text = target.slice(1);
    for (;;) {
      const last = text.endsWith(")");
      const setting = last ? text.slice(0, -1) : text;
      if (setting !== "") {
        const equals = setting.indexOf("=");
        const complaint = setOption(
          options,
          equals < 0 ? setting : setting.slice(0, equals),
          equals < 0 ? undefined : setting.slice(equals + 1),
        );
        if (complaint !== undefined) {
          await session.complain(complaint);
          return "error";
        }
      }
      if (last) break;
      const next = await args.next();
      if (next === undefined) {
        await session.complain(`\\${name}: missing right parenthesis`);
        return "error";
      }
      text = next;
    }
    session.pending.options = options;
    target = await args.next("file-or-pipe");
  }
  if (name === "gx") session.pending.options = { ...(session.pending.options ?? session.table), expanded: "on" };
  if (target !== undefined && target !== "")
    session.pending.output = target.startsWith("|")
      ? { kind: "command", name: target.slice(1).trim() }
      : { kind: "file", name: home(session, target) };
  return again(context);
};

export function home(session: Session, path: string): string {
  return path === "~" || path.startsWith("~/") ? `${session.self.env.HOME ?? ""}${path.slice(1)}` : path;
}

/** The query buffer is sent; the last query again when it is empty. */
function again({ session, scanner }: CommandContext): Status {
  if (scanner.buffer === "") scanner.buffer = session.previousBuffer;
  return scanner.buffer === "" && session.pending.closePrepared === undefined ? "done" : "send";
}

const watch: Command = async (context) => {
  const { session, args, scanner } = context;
  let interval = Number(session.variables.get("WATCH_INTERVAL") ?? 2);
  let count = 0;
  for (const argument of await args.all()) {
    const named = /^([icm])=(.*)$/.exec(argument) ?? /^(min_rows|count|interval)=(.*)$/.exec(argument);
    const value = Number(named ? named[2] : argument);
    const what = named?.[1]?.[0] ?? "i";
    if (Number.isNaN(value) || value < 0 || (what === "c" && (value < 1 || !Number.isInteger(value)))) {
      await session.complain(
        what === "c"
          ? `\\watch: incorrect iteration count "${named?.[2] ?? argument}"`
          : `\\watch: incorrect interval value "${named?.[2] ?? argument}"`,
      );
      return "error";
    }
    if (what === "c") count = value;
    else if (what === "i") interval = value;
  }
  if (scanner.buffer === "") scanner.buffer = session.previousBuffer;
  const sql = scanner.buffer;
  scanner.reset();
  if (sql === "") {
    await session.complain("\\watch cannot be used with an empty query");
    return "error";
  }
  const { connection } = session;
  if (connection === undefined) return "error";
  session.cancelPressed = false;
  for (let round = 0; (count === 0 || round < count) && !session.cancelPressed; round++) {
    const clock = session.self.machine.kernel.clock;
    const stamp = new Date(clock.now())
      .toUTCString()
      .replace(
        /^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/,
        (_all, day: string, date: string, month: string, year: string, time: string) =>
          `${day} ${month} ${date.replace(/^0/, " ")} ${time} ${year}`,
      );
    const title = `${session.table.title === undefined ? "" : `${session.table.title}\t`}${stamp} (every ${interval}s)\n`;
    const before = clock.monotonic();
    for (const result of await connection.all(sql)) {
      if (result.kind === "error") {
        await session.info(session.serverText(result.fields, sql));
        return "error";
      }
      if (result.kind === "rows") await session.show({ ...tableOf(result.columns, result.rows, session.table), title });
      else if (result.kind === "done") await session.out.write(`${title}\n${result.tag}\n`);
    }
    if (session.timing) await session.print(timeText(clock.monotonic() - before));
    if (count !== 0 && round === count - 1) break;
    const until = clock.monotonic() + interval * 1000;
    while (!session.cancelPressed && clock.monotonic() < until) await session.self.sleep(Math.min(100, until - clock.monotonic()));
  }
  session.previousBuffer = sql;
  session.cancelPressed = false;
  return "done";
};

export const general: Readonly<Record<string, Command>> = {
  q: async () => "quit",
  quit: async () => "quit",
  g: get,
  gx: get,
  gset: async (context) => {
    context.session.pending.set = { prefix: (await context.args.next()) ?? "" };
    return again(context);
  },
  gexec: async (context) => {
    context.session.pending.exec = true;
    return again(context);
  },
  gdesc: async (context) => {
    context.session.pending.describe = true;
    return again(context);
  },
  crosstabview: async (context) => {
    const { args } = context;
    context.session.pending.crosstab = [await args.next(), await args.next(), await args.next(), await args.next()];
    return again(context);
  },
  bind: async ({ session, args }) => {
    session.pending.bind = { values: await args.all() };
    return "done";
  },
  bind_named: async ({ session, args, name }) => {
    const statement = await args.next();
    if (statement === undefined) {
      await session.complain(`\\${name}: missing required argument`);
      return "error";
    }
    session.pending.bind = { name: statement, values: await args.all() };
    return "done";
  },
  parse: async (context) => {
    const statement = await context.args.next();
    if (statement === undefined) {
      await context.session.complain("\\parse: missing required argument");
      return "error";
    }
    context.session.pending.parse = statement;
    return again(context);
  },
  close_prepared: async (context) => {
    const statement = await context.args.next();
    if (statement === undefined) {
      await context.session.complain("\\close_prepared: missing required argument");
      return "error";
    }
    context.session.pending.closePrepared = statement;
    return "send";
  },
  watch,
  p: async ({ session, scanner }) => {
    const text = scanner.buffer !== "" ? scanner.buffer : session.previousBuffer;
    if (text !== "") await session.print(`${text}\n`);
    else if (!session.quiet) await session.print("Query buffer is empty.\n");
    return "done";
  },
  print: async (context) => (await general.p?.(context)) ?? "done",
  r: async ({ session, scanner }) => {
    scanner.buffer = "";
    scanner.resetState();
    if (!session.quiet) await session.print("Query buffer reset (cleared).\n");
    return "done";
  },
  reset: async (context) => (await general.r?.(context)) ?? "done",
  timing: async ({ session, args }) => {
    const argument = await args.next();
    if (argument === undefined) session.timing = !session.timing;
    else {
      const value = parseBoolean(argument);
      if (value === undefined) await session.complain(`unrecognized value "${argument}" for "\\timing": Boolean expected`);
      session.timing = value ?? false;
    }
    if (!session.quiet) await session.print(session.timing ? "Timing is on.\n" : "Timing is off.\n");
    return "done";
  },
  errverbose: async ({ session }) => {
    const error = session.lastError;
    if (error === undefined) {
      await session.print("There is no previous error.\n");
      return "done";
    }
    const { serverMessage } = await import("../message.ts");
    await session.info(serverMessage(error.fields, error.query, "verbose", "always").replace(/\n$/, ""));
    return "done";
  },
  "!": async ({ session, args }) => {
    const command = await args.next("whole-line");
    const shell = session.self.env.SHELL ?? "/bin/sh";
    const status = await runCommand(session.self, command === undefined || command.trim() === "" ? shell : command);
    session.variables.put("SHELL_ERROR", status === 0 ? "false" : "true");
    session.variables.put("SHELL_EXIT_CODE", String(status));
    return "done";
  },
  copyright: async ({ session }) => {
    await session.print(COPYRIGHT);
    return "done";
  },
  sf: async (context) => source(context, "function"),
  "sf+": async (context) => source(context, "function"),
  sv: async (context) => source(context, "view"),
  "sv+": async (context) => source(context, "view"),
};

/** \sf, \sv: the text of a function or a view. */
async function source({ session, args, name }: CommandContext, kind: "function" | "view"): Promise<Status> {
  const wanted = (await args.wholeLine())?.replace(/;$/, "");
  if (wanted === undefined || wanted === "") {
    await session.complain(kind === "function" ? "function name is required" : "view name is required");
    return "error";
  }
  const literal = `'${wanted.replaceAll("'", "''")}'`;
  const type = kind === "function" ? (wanted.includes("(") ? "regprocedure" : "regproc") : "regclass";
  const lookup = await session.internal(`SELECT ${literal}::pg_catalog.${type}::pg_catalog.oid`, true);
  const oid = lookup?.rows[0]?.[0];
  if (oid === undefined || oid === null) return "error";
  let text: string;
  if (kind === "function") {
    const answer = await session.internal(`SELECT pg_catalog.pg_get_functiondef(${oid})`);
    if (answer === undefined) return "error";
    text = answer.rows[0]?.[0] ?? "";
  } else {
    const answer = await session.internal(
      `SELECT nspname, relname, relkind, pg_catalog.pg_get_viewdef(c.oid, true), pg_catalog.array_remove(pg_catalog.array_remove(c.reloptions,'check_option=local'),'check_option=cascaded') AS reloptions, CASE WHEN 'check_option=local' = ANY (c.reloptions) THEN 'LOCAL'::text WHEN 'check_option=cascaded' = ANY (c.reloptions) THEN 'CASCADED'::text ELSE NULL END AS checkoption FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON c.relnamespace = n.oid WHERE c.oid = ${oid}`,
    );
    const row = answer?.rows[0];
    if (!row) return "error";
    const [schema, relation, relkind, body, , check] = row;
    if (relkind !== "v") {
      await session.complain(`"${schema}.${relation}" is not a view`);
      return "error";
    }
    const quoted = [schema, relation]
      .map((each) => (/^[a-z_][a-z0-9_$]*$/.test(each ?? "") ? each : quoteIdentifier(each ?? "")))
      .join(".");
    text = `CREATE OR REPLACE VIEW ${quoted} AS\n${(body ?? "").replace(/;$/, "")}\n${check ? ` WITH ${check} CHECK OPTION\n` : ""}`;
  }
  if (!text.endsWith("\n")) text += "\n";
  if (name.endsWith("+")) {
    const lines = text.replace(/\n$/, "").split("\n");
    const start = kind === "function" ? lines.findIndex((line) => /^(?:AS |BEGIN |RETURN )/.test(line)) : 0;
    text = lines
      .map((line, index) => `${index >= start && start >= 0 ? String(index - start + 1).padEnd(7) : "       "} ${line}\n`)
      .join("");
  }
  await session.page(text);
  return "done";
}

const COPYRIGHT = `PostgreSQL Database Management System
(also known as Postgres, formerly known as Postgres95)

Portions Copyright (c) 1996-2025, PostgreSQL Global Development Group

Portions Copyright (c) 1994, The Regents of the University of California

Permission to use, copy, modify, and distribute this software and its
documentation for any purpose, without fee, and without a written agreement
is hereby granted, provided that the above copyright notice and this
paragraph and the following two paragraphs appear in all copies.

IN NO EVENT SHALL THE UNIVERSITY OF CALIFORNIA BE LIABLE TO ANY PARTY FOR
DIRECT, INDIRECT, SPECIAL, INCIDENTAL, OR CONSEQUENTIAL DAMAGES, INCLUDING
LOST PROFITS, ARISING OUT OF THE USE OF THIS SOFTWARE AND ITS
DOCUMENTATION, EVEN IF THE UNIVERSITY OF CALIFORNIA HAS BEEN ADVISED OF THE
POSSIBILITY OF SUCH DAMAGE.

THE UNIVERSITY OF CALIFORNIA SPECIFICALLY DISCLAIMS ANY WARRANTIES,
INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY
AND FITNESS FOR A PARTICULAR PURPOSE.  THE SOFTWARE PROVIDED HEREUNDER IS
ON AN "AS IS" BASIS, AND THE UNIVERSITY OF CALIFORNIA HAS NO OBLIGATIONS TO
PROVIDE MAINTENANCE, SUPPORT, UPDATES, ENHANCEMENTS, OR MODIFICATIONS.

`;
