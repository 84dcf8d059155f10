/** createuser(1), dropuser(1). */
import type { Process } from "../../../kernel/types.ts";
import { scramVerifier } from "../wire/scram.ts";
import { operatingSystemUser } from "../wire/settings.ts";
import { formatName, literal, runTool, type Tool, ToolFailure } from "./tool.ts";

const SEARCH_PATH = "SELECT pg_catalog.set_config('search_path', '', false);";

async function createRole(tool: Tool): Promise<number> {
  tool.tooMany(1);
  const { self } = tool;
  const interactive = tool.has("interactive");
  let [name] = tool.operands;
  if (name === undefined)
    name = interactive
      ? await tool.ask("Enter name of role to add: ", true)
      : (self.env.PGUSER ?? operatingSystemUser(self.files, self.credentials.uid));
  if (name === undefined) return 1;
  let password: string | undefined;
  if (tool.has("P")) {
    password = await tool.ask("Enter password for new role: ", false);
    const again = await tool.ask("Enter it again: ", false);
    if (password === undefined || password !== again) {
      await self.error("Passwords didn't match.\n");
      return 1;
    }
  }
  let superuser = tool.either("s", "S");
  if (superuser === undefined) superuser = interactive ? await tool.yes("Shall the new role be a superuser?") : false;
  let createsDatabases = tool.either("d", "D");
  let createsRoles = tool.either("r", "R");
  if (superuser) {
    createsDatabases = true;
    createsRoles = true;
  }
  if (createsDatabases === undefined)
    createsDatabases = interactive ? await tool.yes("Shall the new role be allowed to create databases?") : false;
  if (createsRoles === undefined)
    createsRoles = interactive ? await tool.yes("Shall the new role be allowed to create more new roles?") : false;
  const limit = tool.value("c");
  if (limit !== undefined && (!/^-?\d+$/.test(limit) || Number(limit) < -1))
    throw new ToolFailure(
      /^-?\d+$/.test(limit)
        ? "-c/--connection-limit must be in range -1..2147483647"
        : `invalid value "${limit}" for option -c/--connection-limit`,
    );
  const words = [
    password === undefined ? "" : ` PASSWORD ${literal(await scramVerifier(password))}`,
    superuser ? " SUPERUSER" : " NOSUPERUSER",
    createsDatabases ? " CREATEDB" : " NOCREATEDB",
    createsRoles ? " CREATEROLE" : " NOCREATEROLE",
    (tool.either("i", "I") ?? true) ? " INHERIT" : " NOINHERIT",
    (tool.either("l", "L") ?? true) ? " LOGIN" : " NOLOGIN",
    { true: " REPLICATION", false: " NOREPLICATION" }[String(tool.either("replication", "no-replication"))] ?? "",
    { true: " BYPASSRLS", false: " NOBYPASSRLS" }[String(tool.either("bypassrls", "no-bypassrls"))] ?? "",
    limit === undefined ? "" : ` CONNECTION LIMIT ${limit}`,
    tool.value("v") === undefined ? "" : ` VALID UNTIL ${literal(tool.value("v") ?? "")}`,
    tool.all("g").length === 0 ? "" : ` IN ROLE ${tool.all("g").map(formatName).join(",")}`,
    tool.all("m").length === 0 ? "" : ` ROLE ${tool.all("m").map(formatName).join(",")}`,
    tool.all("a").length === 0 ? "" : ` ADMIN ${tool.all("a").map(formatName).join(",")}`,
  ];
  const echo = tool.has("e");
  const connection = await tool.connect("postgres");
  try {
    await tool.run(connection, SEARCH_PATH, "", echo);
    await tool.run(connection, `CREATE ROLE ${formatName(name)}${words.join("")};`, "creation of new role failed: ", echo);
    return 0;
  } finally {
    await connection.end();
  }
}

async function dropRole(tool: Tool): Promise<number> {
  tool.tooMany(1);
  let [name] = tool.operands;
  if (name === undefined) {
    if (!tool.has("i")) throw new ToolFailure("missing required argument role name", 1, true);
    name = await tool.ask("Enter name of role to drop: ", true);
  }
  if (name === undefined) return 1;
  if (tool.has("i")) {
    await tool.self.print(`Role "${name}" will be permanently removed.\n`);
    if (!(await tool.yes("Are you sure?"))) return 0;
  }
  const echo = tool.has("e");
  const connection = await tool.connect("postgres");
  try {
    await tool.run(connection, SEARCH_PATH, "", echo);
    await tool.run(
      connection,
      `DROP ROLE ${tool.has("if-exists") ? "IF EXISTS " : ""}${formatName(name)};`,
      `removal of role "${name}" failed: `,
      echo,
    );
    return 0;
  } finally {
    await connection.end();
  }
}

export const createuser = (self: Process): Promise<number> =>
  runTool(self, {
    name: "createuser",
    table: {
      short: "a:c:dDeEg:iIlLm:PrRsSv:",
      long: {
        "with-admin": "a:",
        "connection-limit": "c:",
        createdb: "d",
        "no-createdb": "D",
        echo: "e",
        encrypted: "E",
        "member-of": "g:",
        role: "g:",
        inherit: "i",
        "no-inherit": "I",
        login: "l",
        "no-login": "L",
        "with-member": "m:",
        pwprompt: "P",
        createrole: "r",
        "no-createrole": "R",
        superuser: "s",
        "no-superuser": "S",
        "valid-until": "v:",
        interactive: "interactive",
        bypassrls: "bypassrls",
        "no-bypassrls": "no-bypassrls",
        replication: "replication",
        "no-replication": "no-replication",
      },
    },
    run: createRole,
  });

export const dropuser = (self: Process): Promise<number> =>
  runTool(self, {
    name: "dropuser",
    table: { short: "ei", long: { echo: "e", interactive: "i", "if-exists": "if-exists" } },
    run: dropRole,
  });
