/** pg_isready(1): whether a server takes connections. Exit status 0 yes, 1 it refuses them, 2 nobody answers, 3 no attempt was made. */
import type { Process } from "../../../kernel/types.ts";
import { type Conninfo, ConninfoError, isConnectionString, parseConninfo } from "../wire/conninfo.ts";
import { ConnectFailure, dial } from "../wire/dial.ts";
import { completeSettings } from "../wire/settings.ts";
import { runTool, type Tool, ToolFailure } from "./tool.ts";

const WORDS = ["accepting connections", "rejecting connections", "no response", "no attempt"] as const;

async function isReady(tool: Tool): Promise<number> {
  if (tool.operands.length > 0) throw new ToolFailure(`too many command-line arguments (first is "${tool.operands[0]}")`, 3, true);
  const { self } = tool;
  const given: Conninfo = tool.given;
  const database = tool.value("d");
  if (database !== undefined) {
    try {
      if (isConnectionString(database)) for (const [name, value] of parseConninfo(database)) given.set(name, value);
      else given.set("dbname", database);
    } catch (error) {
      if (error instanceof ConninfoError) throw new ToolFailure(error.message, 3);
      throw error;
    }
  }
  let settings: Conninfo;
  let status: 0 | 1 | 2 | 3;
  try {
    settings = completeSettings(self, given);
  } catch (error) {
    if (error instanceof ConninfoError) throw new ToolFailure(error.message, 3);
    throw error;
  }
  const timeout = tool.value("t") ?? "3";
  if (!settings.has("connect_timeout")) settings.set("connect_timeout", timeout);
  const host = settings.get("host") ?? settings.get("hostaddr") ?? "";
  try {
    const { connection } = await dial(self, { settings, applicationName: "pg_isready" });
    await connection.end();
    status = 0;
  } catch (error) {
    if (!(error instanceof ConnectFailure)) throw error;
    // Whoever refuses the user or the database is there; 57P03: it is starting up or shutting down.
    if (error.kind === "no-password") status = 0;
    else if (error.kind === "refused") status = error.fields.C === "57P03" || error.fields.C === undefined ? 1 : 0;
    else status = 2;
  }
  if (!tool.has("q")) await self.print(`${host}:${settings.get("port")} - ${WORDS[status]}\n`);
  return status;
}

export const pgIsReady = (self: Process): Promise<number> =>
  runTool(self, {
    name: "pg_isready",
    table: { short: "d:qt:", long: { dbname: "d:", quiet: "q", timeout: "t:" } },
    run: isReady,
  });
