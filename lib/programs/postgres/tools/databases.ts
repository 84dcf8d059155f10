/** createdb(1), dropdb(1). */
import type { Process } from "../../../kernel/types.ts";
import { operatingSystemUser } from "../wire/settings.ts";
import { formatName, literal, runTool, type Tool, ToolFailure } from "./tool.ts";

/** Names of encodings (23.3.1), without what stands between their letters and digits. */
const ENCODINGS =
  /^(?:utf8|unicode|sqlascii|latin(?:[1-9]|10)|iso8859(?:[1-9]|1[0-6])|win(?:dows)?(?:866|874|125[0-8])|koi8[ru]?|big5|euc(?:cn|jp|jis2004|kr|tw)|gb18030|gbk|johab|muleinternal|sjis|shiftjis(?:2004)?|uhc)$/i;

const SEARCH_PATH = "SELECT pg_catalog.set_config('search_path', '', false);";

/** Where databases are made and dropped from: "postgres", or for that one "template1". */
const maintenance = (tool: Tool, database: string) => tool.value("maintenance-db") ?? (database === "postgres" ? "template1" : "postgres");

async function createDatabase(tool: Tool): Promise<number> {
  tool.tooMany(2);
  const { self } = tool;
  const [named, comment] = tool.operands;
  const database =
    named ?? self.env.PGDATABASE ?? tool.value("U") ?? self.env.PGUSER ?? operatingSystemUser(self.files, self.credentials.uid) ?? "";
  const echo = tool.has("e");
  let sql = `CREATE DATABASE ${formatName(database)}`;
  const clauses: readonly (readonly [string, string | undefined])[] = [
    [" OWNER ", tool.value("O") && formatName(tool.value("O") ?? "")],
    [" TABLESPACE ", tool.value("D") && formatName(tool.value("D") ?? "")],
    [" ENCODING ", tool.value("E") && literal(tool.value("E") ?? "")],
    [" STRATEGY ", tool.value("S") && formatName(tool.value("S") ?? "")],
    [" TEMPLATE ", tool.value("T") && formatName(tool.value("T") ?? "")],
    [" LC_COLLATE ", tool.value("lc-collate") && literal(tool.value("lc-collate") ?? "")],
    [" LC_CTYPE ", tool.value("lc-ctype") && literal(tool.value("lc-ctype") ?? "")],
    [" LOCALE ", tool.value("l") && literal(tool.value("l") ?? "")],
    [" BUILTIN_LOCALE ", tool.value("builtin-locale") && literal(tool.value("builtin-locale") ?? "")],
    [" LOCALE_PROVIDER ", tool.value("locale-provider")],
    [" ICU_LOCALE ", tool.value("icu-locale") && literal(tool.value("icu-locale") ?? "")],
    [" ICU_RULES ", tool.value("icu-rules") && literal(tool.value("icu-rules") ?? "")],
  ];
  for (const [keyword, value] of clauses) if (value !== undefined) sql += keyword + value;
  const encoding = tool.value("E");
  if (encoding !== undefined && !ENCODINGS.test(encoding.replace(/[^A-Za-z0-9]/g, "")))
    throw new ToolFailure(`"${encoding}" is not a valid encoding name`);
  const connection = await tool.connect(maintenance(tool, database));
  try {
    await tool.run(connection, SEARCH_PATH, "", echo);
    await tool.run(connection, `${sql};`, "database creation failed: ", echo);
    if (comment !== undefined)
      await tool.run(
        connection,
        `COMMENT ON DATABASE ${formatName(database)} IS ${literal(comment)};`,
        "comment creation failed (database was created): ",
        echo,
      );
    return 0;
  } finally {
    await connection.end();
  }
}

async function dropDatabase(tool: Tool): Promise<number> {
  const [database] = tool.operands;
  if (database === undefined) throw new ToolFailure("missing required argument database name", 1, true);
  tool.tooMany(1);
  if (tool.has("i")) {
    await tool.self.print(`Database "${database}" will be permanently removed.\n`);
    if (!(await tool.yes("Are you sure?"))) return 0;
  }
  const echo = tool.has("e");
  const connection = await tool.connect(maintenance(tool, database));
  try {
    await tool.run(connection, SEARCH_PATH, "", echo);
    const sql = `DROP DATABASE ${tool.has("if-exists") ? "IF EXISTS " : ""}${formatName(database)}${tool.has("f") ? " WITH (FORCE)" : ""};`;
    await tool.run(connection, sql, "database removal failed: ", echo);
    return 0;
  } finally {
    await connection.end();
  }
}

export const createdb = (self: Process): Promise<number> =>
  runTool(self, {
    name: "createdb",
    table: {
      short: "eO:D:T:E:l:S:",
      long: {
        echo: "e",
        owner: "O:",
        tablespace: "D:",
        template: "T:",
        encoding: "E:",
        strategy: "S:",
        locale: "l:",
        "lc-collate": "lc-collate:",
        "lc-ctype": "lc-ctype:",
        "builtin-locale": "builtin-locale:",
        "locale-provider": "locale-provider:",
        "icu-locale": "icu-locale:",
        "icu-rules": "icu-rules:",
        "maintenance-db": "maintenance-db:",
      },
    },
    run: createDatabase,
  });

export const dropdb = (self: Process): Promise<number> =>
  runTool(self, {
    name: "dropdb",
    table: {
      short: "eif",
      long: { echo: "e", interactive: "i", force: "f", "if-exists": "if-exists", "maintenance-db": "maintenance-db:" },
    },
    run: dropDatabase,
  });
