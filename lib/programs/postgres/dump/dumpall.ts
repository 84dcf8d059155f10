/** pg_dumpall(1): the roles of a server, and each of its databases. */
import type { Process } from "../../../kernel/types.ts";
import { formatName, literal, runTool, type Tool, ToolFailure } from "../tools/tool.ts";
import type { Connection } from "../wire/connection.ts";
import type { DumpOptions } from "./choice.ts";
import { buffered, dumpDatabase, outputOf, randomKey } from "./dump.ts";
import type { Write } from "./write.ts";

function optionsFor(tool: Tool, create: boolean): DumpOptions {
  return {
    schemaOnly: tool.has("s"),
    dataOnly: tool.has("a"),
    clean: tool.has("c"),
    ifExists: tool.has("if-exists"),
    create,
    noOwner: tool.has("O"),
    noPrivileges: tool.has("x"),
    noComments: false,
    inserts: tool.has("inserts") || tool.has("column-inserts"),
    columnInserts: tool.has("column-inserts"),
    rowsPerInsert: 1,
    onConflictDoNothing: false,
    disableTriggers: false,
    restrictKey: tool.value("restrict-key") ?? randomKey(),
    tables: [],
    excludeTables: [],
    excludeData: [],
    schemas: [],
    excludeSchemas: [],
    sections: [],
  };
}

/** CREATE ROLE and what each role may do; who belongs to whom. */
async function dumpRoles(tool: Tool, connection: Connection, write: Write): Promise<void> {
  const secrets = tool.has("no-role-passwords") ? "NULL" : "a.rolpassword";
  const rows = await tool.run(
    connection,
    `SELECT a.rolname, a.rolsuper, a.rolinherit, a.rolcreaterole, a.rolcreatedb, a.rolcanlogin, a.rolconnlimit, ${secrets}, a.rolvaliduntil, a.rolreplication, a.rolbypassrls FROM ${tool.has("no-role-passwords") ? "pg_catalog.pg_roles" : "pg_catalog.pg_authid"} a WHERE a.rolname !~ '^pg_' ORDER BY 1`,
    "query failed: ",
  );
  if (rows.length > 0) await write("--\n-- Roles\n--\n\n");
  for (const [name, superuser, inherit, createRole, createDatabase, login, limit, password, until, replication, bypass] of rows) {
    const words = [
      superuser === "t" ? " SUPERUSER" : " NOSUPERUSER",
      inherit === "t" ? " INHERIT" : " NOINHERIT",
      createRole === "t" ? " CREATEROLE" : " NOCREATEROLE",
      createDatabase === "t" ? " CREATEDB" : " NOCREATEDB",
      login === "t" ? " LOGIN" : " NOLOGIN",
      replication === "t" ? " REPLICATION" : " NOREPLICATION",
      bypass === "t" ? " BYPASSRLS" : " NOBYPASSRLS",
      limit === "-1" ? "" : ` CONNECTION LIMIT ${limit}`,
      password ? ` PASSWORD ${literal(password).trimStart()}` : "",
      until ? ` VALID UNTIL ${literal(until)}` : "",
    ];
    const quoted = formatName(name ?? "");
    if (tool.has("c")) await write(`DROP ROLE ${tool.has("if-exists") ? "IF EXISTS " : ""}${quoted};\n`);
    await write(`CREATE ROLE ${quoted};\nALTER ROLE ${quoted} WITH${words.join("")};\n`);
  }
  await write("\n--\n-- User Configurations\n--\n\n\n\n\n\n\n");
  const members = await tool.run(
    connection,
    "SELECT r.rolname, m.rolname, x.admin_option, x.inherit_option, g.rolname FROM pg_catalog.pg_auth_members x JOIN pg_catalog.pg_roles r ON r.oid = x.roleid JOIN pg_catalog.pg_roles m ON m.oid = x.member JOIN pg_catalog.pg_roles g ON g.oid = x.grantor WHERE NOT (r.rolname ~ '^pg_' AND m.rolname ~ '^pg_') ORDER BY 1, 2, 5",
    "query failed: ",
  );
  if (members.length > 0) await write("--\n-- Role memberships\n--\n\n");
  for (const [role, member, admin, inherit, grantor] of members)
    await write(
      `GRANT ${formatName(role ?? "")} TO ${formatName(member ?? "")} WITH ${admin === "t" ? "ADMIN OPTION, " : ""}INHERIT ${inherit === "t" ? "TRUE" : "FALSE"} GRANTED BY ${formatName(grantor ?? "")};\n`,
    );
  if (members.length > 0) await write("\n\n\n");
}

async function dumpAll(tool: Tool): Promise<number> {
  if (tool.operands.length > 0) throw new ToolFailure(`too many command-line arguments (first is "${tool.operands[0]}")`, 1, true);
  if (tool.has("g") && tool.has("r"))
    throw new ToolFailure("options -g/--globals-only and -r/--roles-only cannot be used together", 1, true);
  const first = await tool.connect(tool.value("d") ?? tool.value("l") ?? "postgres");
  const sink = outputOf(tool);
  const { write, flush } = buffered(sink);
  const key = tool.value("restrict-key") ?? randomKey();
  let names: string[];
  try {
    await tool.run(first, "SELECT pg_catalog.set_config('search_path', '', false)", "query failed: ");
    await write(
      `--\n-- PostgreSQL database cluster dump\n--\n\n\\restrict ${key}\n\nSET default_transaction_read_only = off;\n\nSET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n\n`,
    );
    if (!tool.has("a")) await dumpRoles(tool, first, write);
    if (!tool.has("r")) await write("\n\n");
    await write(`\\unrestrict ${key}\n\n`);
    const rows = await tool.run(
      first,
      "SELECT datname FROM pg_catalog.pg_database d WHERE datallowconn AND datconnlimit <> -2 ORDER BY (datname <> 'template1'), datname",
      "query failed: ",
    );
    names = rows.flatMap(([name]) => (name ? [name] : []));
  } finally {
    await first.end();
  }
  if (!tool.has("g") && !tool.has("r")) {
    await write("--\n-- Databases\n--\n\n");
    for (const name of names) {
      const given = name === "template1" || name === "postgres";
      await write(`--\n-- Database "${name}" dump\n--\n\n${given ? `\\connect ${formatName(name)}\n\n` : ""}`);
      const connection = await tool.connect(name);
      try {
        await dumpDatabase(connection, (sql) => tool.run(connection, sql, "query failed: "), write, name, optionsFor(tool, !given));
      } finally {
        await connection.end();
      }
    }
  }
  await write("--\n-- PostgreSQL database cluster dump complete\n--\n\n");
  await flush();
  await sink.close();
  return 0;
}

export const pgDumpall = (self: Process): Promise<number> =>
  runTool(self, {
    name: "pg_dumpall",
    table: {
      short: "acd:f:gl:OrsS:tvx",
      long: {
        "data-only": "a",
        clean: "c",
        dbname: "d:",
        file: "f:",
        "globals-only": "g",
        database: "l:",
        "no-owner": "O",
        "roles-only": "r",
        "schema-only": "s",
        "no-privileges": "x",
        inserts: "inserts",
        "column-inserts": "column-inserts",
        "if-exists": "if-exists",
        "no-role-passwords": "no-role-passwords",
        "restrict-key": "restrict-key:",
        verbose: "v",
      },
    },
    run: dumpAll,
  });
