/** vacuumdb(1), reindexdb(1). */
import type { Process } from "../../../kernel/types.ts";
import type { Connection } from "../wire/connection.ts";
import { operatingSystemUser } from "../wire/settings.ts";
import { formatName, literal, runTool, type Tool, ToolFailure } from "./tool.ts";

const SEARCH_PATH = "SELECT pg_catalog.set_config('search_path', '', false);";

function databaseOf(tool: Tool): string {
  const { self } = tool;
  return (
    tool.value("d") ??
    tool.operands[0] ??
    self.env.PGDATABASE ??
    tool.value("U") ??
    self.env.PGUSER ??
    operatingSystemUser(self.files, self.credentials.uid) ??
    ""
  );
}

async function everyDatabase(tool: Tool): Promise<string[]> {
  const connection = await tool.connect(tool.value("maintenance-db") ?? "postgres");
  try {
    const rows = await tool.run(
      connection,
      "SELECT datname FROM pg_database WHERE datallowconn AND datconnlimit <> -2 ORDER BY 1;",
      "query failed: ",
    );
    return rows.flatMap(([name]) => (name ? [name] : []));
  } finally {
    await connection.end();
  }
}

async function wantedDatabases(tool: Tool, what: string): Promise<string[]> {
  tool.tooMany(1);
  if (!tool.has("a")) return [databaseOf(tool)];
  if (tool.operands[0] !== undefined || tool.value("d") !== undefined)
    throw new ToolFailure(`cannot ${what} all databases and a specific one at the same time`);
  return everyDatabase(tool);
}

/** Tables to be worked on, qualified; all that can be vacuumed, the largest first, or those named. */
async function tables(tool: Tool, connection: Connection): Promise<string[]> {
  const named = tool.all("t");
  if (named.length > 0) {
    const found: string[] = [];
    for (const each of named) {
      const [, name = "", columns = ""] = /^([^(]*)(\(.*\))?$/.exec(each) ?? [];
      const rows = await tool.run(
        connection,
        `SELECT pg_catalog.quote_ident(ns.nspname) || '.' || pg_catalog.quote_ident(c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace ns ON c.relnamespace = ns.oid WHERE c.oid OPERATOR(pg_catalog.=) ${literal(name)}::pg_catalog.regclass;`,
        "query failed: ",
      );
      found.push(`${rows[0]?.[0] ?? name}${columns}`);
    }
    return found;
  }
  const rows = await tool.run(
    connection,
    "SELECT pg_catalog.quote_ident(ns.nspname) || '.' || pg_catalog.quote_ident(c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace ns ON c.relnamespace OPERATOR(pg_catalog.=) ns.oid WHERE c.relkind OPERATOR(pg_catalog.=) ANY (array['r', 'm']) AND c.relpersistence OPERATOR(pg_catalog.!=) 't' ORDER BY c.relpages DESC;",
    "query failed: ",
  );
  return rows.flatMap(([name]) => (name ? [name] : []));
}

async function vacuum(tool: Tool): Promise<number> {
  const only = tool.has("Z");
  if (only && tool.has("f")) throw new ToolFailure('cannot use the "full" option when performing only analyze');
  for (const database of await wantedDatabases(tool, "vacuum")) {
    const connection = await tool.connect(database);
    try {
      if (!tool.has("q")) await tool.self.print(`vacuumdb: vacuuming database "${database}"\n`);
      const echo = tool.has("e");
      await tool.run(connection, SEARCH_PATH, "", echo);
      const words = [
        ...(only ? [] : ["SKIP_DATABASE_STATS"]),
        ...(tool.has("f") ? ["FULL"] : []),
        ...(tool.has("F") ? ["FREEZE"] : []),
        ...(tool.has("v") ? ["VERBOSE"] : []),
        ...(tool.has("z") && !only ? ["ANALYZE"] : []),
      ];
      const command = `${only ? "ANALYZE" : "VACUUM"}${words.length > 0 ? ` (${words.join(", ")})` : ""}`;
      for (const table of await tables(tool, connection))
        await tool.run(connection, `${command} ${table};`, `vacuuming of table "${table}" in database "${database}" failed: `, echo);
      if (!only) await tool.run(connection, "VACUUM (ONLY_DATABASE_STATS);", `vacuuming of database "${database}" failed: `, echo);
    } finally {
      await connection.end();
    }
  }
  return 0;
}

async function reindex(tool: Tool): Promise<number> {
  for (const database of await wantedDatabases(tool, "reindex")) {
    const connection = await tool.connect(database);
    try {
      const echo = tool.has("e");
      if (tool.has("a") && !tool.has("q")) await tool.self.print(`reindexdb: reindexing database "${database}"\n`);
      await tool.run(connection, SEARCH_PATH, "", echo);
      const how = `${tool.has("v") ? " (VERBOSE)" : ""}`;
      const concurrently = tool.has("concurrently") ? " CONCURRENTLY" : "";
      const targets: [string, string][] = [
        ...tool.all("S").map((name): [string, string] => ["SCHEMA", formatName(name)]),
        ...tool.all("i").map((name): [string, string] => ["INDEX", name]),
        ...tool.all("t").map((name): [string, string] => ["TABLE", name]),
      ];
      if (tool.has("s")) targets.push(["SYSTEM", formatName(database)]);
      if (targets.length === 0) targets.push(["DATABASE", formatName(database)]);
      for (const [kind, name] of targets) {
        let qualified = name;
        if (kind === "INDEX" || kind === "TABLE") {
          const rows = await tool.run(
            connection,
            `SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid OPERATOR(pg_catalog.=) ${literal(name)}::pg_catalog.regclass;`,
            "query failed: ",
          );
          qualified = rows[0]?.[0] ?? name;
        }
        const failed =
          kind === "DATABASE"
            ? `reindexing of database "${database}" failed: `
            : `reindexing of ${kind.toLowerCase()} "${name}" in database "${database}" failed: `;
        await tool.run(connection, `REINDEX${how} ${kind}${concurrently} ${qualified};`, failed, echo);
      }
    } finally {
      await connection.end();
    }
  }
  return 0;
}

export const vacuumdb = (self: Process): Promise<number> =>
  runTool(self, {
    name: "vacuumdb",
    table: {
      short: "ad:efFqt:vzZj:",
      long: {
        all: "a",
        dbname: "d:",
        echo: "e",
        full: "f",
        freeze: "F",
        quiet: "q",
        table: "t:",
        verbose: "v",
        analyze: "z",
        "analyze-only": "Z",
        jobs: "j:",
        "maintenance-db": "maintenance-db:",
      },
    },
    run: vacuum,
  });

export const reindexdb = (self: Process): Promise<number> =>
  runTool(self, {
    name: "reindexdb",
    table: {
      short: "ad:ei:qsS:t:vj:",
      long: {
        all: "a",
        dbname: "d:",
        echo: "e",
        index: "i:",
        quiet: "q",
        system: "s",
        schema: "S:",
        table: "t:",
        verbose: "v",
        jobs: "j:",
        concurrently: "concurrently",
        "maintenance-db": "maintenance-db:",
      },
    },
    run: reindex,
  });
