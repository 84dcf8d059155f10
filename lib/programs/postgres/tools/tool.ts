/** What PostgreSQL's small clients share: options of the connection, messages, questions. */
import type { Process } from "../../../kernel/types.ts";
import { ask } from "../../ssh/prompt.ts";
import { serverMessage } from "../psql/message.ts";
import { type Connection, ConnectionLost, errorText } from "../wire/connection.ts";
import { type Conninfo, ConninfoError, isConnectionString, parseConninfo } from "../wire/conninfo.ts";
import { ConnectFailure, dial } from "../wire/dial.ts";
import type { Row } from "../wire/messages.ts";
import { completeSettings } from "../wire/settings.ts";
import { type GetoptTable, type GivenOption, getopt, hint, OptionMistake } from "./getopt.ts";

export const VERSION = "18.6";

/** Ends the program: "createdb: error: …", and a status. */
export class ToolFailure extends Error {
  constructor(
    message: string,
    readonly status = 1,
    readonly tryHelp = false,
  ) {
    super(message);
  }
}

export const CONNECTION_TABLE: GetoptTable = {
  short: "h:p:U:wW",
  long: { host: "h:", port: "p:", username: "U:", "no-password": "w", password: "W" },
};

export class Tool {
  constructor(
    readonly self: Process,
    readonly name: string,
    readonly options: readonly GivenOption[],
    readonly operands: readonly string[],
  ) {}

  has(letter: string): boolean {
    return this.options.some((option) => option.letter === letter);
  }

  value(letter: string): string | undefined {
    return this.options.findLast((option) => option.letter === letter)?.value;
  }

  all(letter: string): string[] {
    return this.options.flatMap((option) => (option.letter === letter && option.value !== undefined ? [option.value] : []));
  }

  /** The later of two options that exclude each other, as true or false; undefined: neither. */
  either(yes: string, no: string): boolean | undefined {
    const last = this.options.findLast(({ letter }) => letter === yes || letter === no);
    return last === undefined ? undefined : last.letter === yes;
  }

  /** "createdb: error: too many command-line arguments". */
  tooMany(most: number): void {
    if (this.operands.length > most) throw new ToolFailure(`too many command-line arguments (first is "${this.operands[most]}")`, 1, true);
  }

  get given(): Conninfo {
    const given: Conninfo = new Map();
    for (const [letter, keyword] of [
      ["h", "host"],
      ["p", "port"],
      ["U", "user"],
    ] as const) {
      const value = this.value(letter);
      if (value !== undefined) given.set(keyword, value);
    }
    return given;
  }

  /** A session with a database. Throws ToolFailure. */
  async connect(database: string | undefined): Promise<Connection> {
    const { self } = this;
    try {
      const given = this.given;
      if (database !== undefined && isConnectionString(database))
        for (const [name, value] of parseConninfo(database)) given.set(name, value);
      else if (database !== undefined) given.set("dbname", database);
      const settings = completeSettings(self, given);
      if (this.either("W", "w") === true) settings.set("password", (await this.ask("Password: ", false)) ?? "");
      const attempt = async () =>
        (
          await dial(self, {
            settings,
            applicationName: this.name,
            onNotice: (fields) => {
              void self.error(serverMessage(fields, undefined, "default", "errors"));
            },
          })
        ).connection;
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof ConnectFailure) || error.kind !== "no-password" || this.either("W", "w") === false) throw error;
        const password = await ask(self, "Password: ", { echo: false });
        if (password === undefined) throw error;
        settings.set("password", password);
        return await attempt();
      }
    } catch (error) {
      if (error instanceof ConnectFailure || error instanceof ConninfoError) throw new ToolFailure(error.message);
      throw error;
    }
  }

  /** A question on the terminal; without one, on standard error and standard input. */
  async ask(question: string, echo: boolean): Promise<string | undefined> {
    const { self } = this;
    if (self.tty !== undefined) return ask(self, question, { echo });
    await self.error(question);
    const bytes: number[] = [];
    for (;;) {
      const [byte] = await self.read(0, 1);
      if (byte !== undefined && byte !== 10) {
        bytes.push(byte);
        continue;
      }
      if (!echo) await self.error("\n");
      return byte === undefined && bytes.length === 0 ? undefined : new TextDecoder().decode(Uint8Array.from(bytes));
    }
  }

  async yes(question: string): Promise<boolean> {
    for (;;) {
      const answer = await this.ask(`${question} (y/n) `, true);
      if (answer === undefined || answer === "n" || answer === "no") return false;
      if (answer === "y" || answer === "yes") return true;
      await this.self.print('Please answer "y" or "n".\n');
    }
  }

  /** Runs statements. Throws ToolFailure with `failed` before the server's message. */
  async run(connection: Connection, sql: string, failed: string, echo = false): Promise<readonly Row[]> {
    if (echo) await this.self.print(`${sql}\n`);
    for (const result of await connection.all(sql)) {
      if (result.kind === "error") {
        const quoted = failed === "query failed: " ? `\n${this.name}: detail: Query was: ${sql}` : "";
        throw new ToolFailure(`${failed}${serverMessage(result.fields, sql, "default", "errors").trimEnd()}${quoted}`);
      }
      if (result.kind === "rows") return result.rows;
    }
    return [];
  }
}

export interface ToolDefinition {
  readonly name: string;
  readonly table: GetoptTable;
  readonly run: (tool: Tool) => Promise<number>;
}

/** Runs a client: parses, prints mistakes and failures in PostgreSQL's form. */
export async function runTool(self: Process, definition: ToolDefinition): Promise<number> {
  const { name, table } = definition;
  const argv = self.argv.slice(1);
  // --help is the table's (core/help.ts).
  if (argv[0] === "--version" || argv[0] === "-V") {
    await self.print(`${name} (PostgreSQL) ${VERSION}\n`);
    return 0;
  }
  try {
    const { options, operands } = getopt(name, argv, {
      short: table.short + CONNECTION_TABLE.short,
      long: { ...CONNECTION_TABLE.long, ...table.long },
    });
    return await definition.run(new Tool(self, name, options, operands));
  } catch (error) {
    if (error instanceof OptionMistake) {
      await self.error(error.message);
      return 1;
    }
    if (error instanceof ToolFailure) {
      await self.error(`${name}: error: ${error.message}\n${error.tryHelp ? hint(name) : ""}`);
      return error.status;
    }
    if (error instanceof ConnectionLost) {
      await self.error(`${name}: error: ${error.fields === undefined ? "" : `${errorText(error.fields)}\n`}${error.message}\n`);
      return 1;
    }
    throw error;
  }
}

/** A name as SQL wants it: in quotes where it must be (fmtId). */
export function formatName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

export const literal = (text: string): string =>
  text.includes("\\") ? ` E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'` : `'${text.replaceAll("'", "''")}'`;

/** Key words that need quotes as names: all but the unreserved ones (appendix C). */
const RESERVED: ReadonlySet<string> = new Set(
  (
    "all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast char character check coalesce " +
    "collate collation column concurrently constraint create cross current_catalog current_date current_role current_schema current_time " +
    "current_timestamp current_user dec decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign " +
    "freeze from full grant greatest group grouping having ilike in initially inner inout int integer intersect interval into is isnull join " +
    "json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize json_table json_value lateral " +
    "leading least left like limit localtime localtimestamp merge_action national natural nchar none normalize not notnull null nullif numeric " +
    "offset on only or order out outer overlaps overlay placing position precision primary real references returning right row select " +
    "session_user setof similar smallint some substring symmetric system_user table tablesample then time timestamp to trailing treat trim true " +
    "union unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest " +
    "xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable"
  ).split(" "),
);
