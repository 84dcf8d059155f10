/** \c, \conninfo, \encoding, \password, \restrict. */
import { ask } from "../../../ssh/prompt.ts";
import type { Table } from "../../print/table.ts";
import { type Conninfo, ConninfoError, isConnectionString, parseConninfo } from "../../wire/conninfo.ts";
import { ConnectFailure } from "../../wire/dial.ts";
import { scramVerifier } from "../../wire/scram.ts";
import { quoteIdentifier, quoteLiteral } from "../arguments.ts";
import type { Command } from "../command.ts";
import { connectionBanner, openSession } from "../connect.ts";
import { ConnectionGone } from "../session.ts";

const connect: Command = async ({ session, args }) => {
  const words = await args.all("sql-identifier-keep-case");
  const dash = (word: string | undefined) => (word === undefined || word === "-" || word === "" ? undefined : word);
  let reuse = true;
  if (words[0]?.startsWith("-reuse-previous")) {
    const value = words.shift()?.split("=")[1];
    reuse = value !== "off" && value !== "false" && value !== "no";
  }
  const [database, user, host, port] = words.map(dash);
  const given: Conninfo = new Map();
  const before = session.settings;
  try {
    if (database !== undefined && isConnectionString(database)) {
      for (const [name, value] of parseConninfo(database)) given.set(name, value);
      reuse = false;
    } else if (database !== undefined) given.set("dbname", database);
  } catch (error) {
    if (!(error instanceof ConninfoError)) throw error;
    await session.complain(error.message);
    return "error";
  }
  if (user !== undefined) given.set("user", user);
  if (host !== undefined) given.set("host", host);
  if (port !== undefined) given.set("port", port);
  if (reuse || session.dialed !== undefined) {
    const samePlace = (host === undefined || host === before.get("host")) && (port === undefined || port === before.get("port"));
    const sameUser = user === undefined || user === before.get("user");
    for (const [name, value] of before) {
      if (given.has(name)) continue;
      if (name === "password" && (!samePlace || !sameUser)) continue;
      if (name === "hostaddr" && host !== undefined) continue;
      given.set(name, value);
    }
  }
  const old = session.dialed;
  const oldSettings = session.settings;
  const oldConnection = old?.connection;
  try {
    await openSession(session, given);
  } catch (error) {
    if (!(error instanceof ConnectFailure) && !(error instanceof ConninfoError)) throw error;
    session.settings = oldSettings;
    const text = error.message;
    if (session.isInteractive) {
      await session.info(text);
      if (old !== undefined) await session.info("Previous connection kept");
      return "error";
    }
    await session.complain(`\\connect: ${text}`);
    await oldConnection?.end();
    session.dialed = undefined;
    session.syncVariables();
    // A script must not go on with another database than it asked for.
    if (session.source !== undefined) throw new ConnectionGone();
    return "error";
  }
  await oldConnection?.end();
  if (!session.quiet) {
    const { settings, dialed } = session;
    const moved = settings.get("host") !== oldSettings.get("host") || settings.get("port") !== oldSettings.get("port");
    if (moved && dialed !== undefined) {
      const where =
        dialed.address === undefined
          ? `via socket in "${dialed.host}"`
          : `on host "${dialed.host}"${dialed.address === dialed.host ? "" : ` (address "${dialed.address}")`}`;
      await session.print(
        `${connectionBanner(session, false)}You are now connected to database "${settings.get("dbname")}" as user "${settings.get("user")}" ${where} at port "${dialed.port}".\n`,
      );
    } else
      await session.print(
        `${connectionBanner(session, false)}You are now connected to database "${settings.get("dbname")}" as user "${settings.get("user")}".\n`,
      );
  }
  return "done";
};

/** \conninfo of psql 18: a table of parameters. */
const conninfo: Command = async ({ session }) => {
  const { dialed, settings } = session;
  if (dialed === undefined) {
    await session.print("You are currently not connected to a database.\n");
    return "done";
  }
  const { connection } = dialed;
  const place: [string, string][] =
    dialed.address === undefined
      ? [["Socket Directory", dialed.host]]
      : [
          ["Host", dialed.host],
          ["Host Address", dialed.address],
        ];
  const rows: [string, string][] = [
    ["Database", settings.get("dbname") ?? ""],
    ["Client User", settings.get("user") ?? ""],
    ...place,
    ["Server Port", dialed.port],
    ["Options", settings.get("options") ?? ""],
    ["Protocol Version", "3.0"],
    ["Password Used", connection.usedPassword ? "true" : "false"],
    ["GSSAPI Authenticated", "false"],
    ["Backend PID", String(connection.pid)],
    ["SSL Connection", "false"],
    ["Superuser", connection.parameters.get("is_superuser") ?? "unknown"],
    ["Hot Standby", connection.parameters.get("in_hot_standby") ?? "unknown"],
  ];
  const table: Table = { title: "Connection Information", headers: ["Parameter", "Value"], right: [false, false], rows };
  await session.show(table);
  return "done";
};

export const connecting: Readonly<Record<string, Command>> = {
  c: connect,
  connect,
  conninfo,
  encoding: async ({ session, args }) => {
    const encoding = await args.next();
    if (encoding === undefined) {
      await session.print(`${session.connection?.parameters.get("client_encoding") ?? ""}\n`);
      return "done";
    }
    const results = (await session.connection?.all(`set client_encoding to '${encoding.replaceAll("'", "''")}'`)) ?? [];
    if (results.some(({ kind }) => kind === "error")) {
      await session.complain(`${encoding}: invalid encoding name or conversion procedure not found`);
      return "error";
    }
    session.syncVariables();
    return "done";
  },
  password: async ({ session, args }) => {
    let user = await args.next("sql-identifier");
    if (user === undefined) user = (await session.internal("SELECT CURRENT_USER"))?.rows[0]?.[0] ?? undefined;
    if (user === undefined) return "error";
    const first = await ask(session.self, `Enter new password for user "${user}": `, { echo: false });
    const second = first === undefined ? undefined : await ask(session.self, "Enter it again: ", { echo: false });
    if (first === undefined || second === undefined) return "error";
    if (first !== second) {
      await session.complain("Passwords didn't match.");
      return "error";
    }
    const answer = await session.internal(`ALTER USER ${quoteIdentifier(user)} PASSWORD ${quoteLiteral(await scramVerifier(first))}`);
    return answer === undefined ? "error" : "done";
  },
  restrict: async ({ session, args }) => {
    const key = await args.next();
    if (key === undefined) {
      await session.complain("\\restrict: missing required argument");
      return "error";
    }
    session.restrictKey = key;
    return "done";
  },
  unrestrict: async ({ session, args }) => {
    const key = await args.next();
    if (session.restrictKey === undefined) {
      await session.complain("\\unrestrict: not currently in restricted mode");
      return "error";
    }
    if (key !== session.restrictKey) {
      await session.complain(key === undefined ? "\\unrestrict: missing required argument" : "\\unrestrict: wrong key");
      return "error";
    }
    session.restrictKey = undefined;
    return "done";
  },
};
