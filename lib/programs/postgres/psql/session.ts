/** What one psql holds: its connection, settings, where it reads from and where its results go. */
import type { Process } from "../../../kernel/types.ts";
import { standardInput } from "../../core/io.ts";
import { printTable } from "../print/print.ts";
import { defaultOptions, type Table, type TableOptions } from "../print/table.ts";
import { ConnectionLost } from "../wire/connection.ts";
import type { Conninfo } from "../wire/conninfo.ts";
import { cancel, type Dialed } from "../wire/dial.ts";
import type { Fields } from "../wire/messages.ts";
import { quoteIdentifier, quoteLiteral } from "./arguments.ts";
import { Conditions } from "./conditions.ts";
import { type ShowContext, serverMessage, type Verbosity } from "./message.ts";
import { captureCommand, commandSink, type Sink, standardOutput } from "./output.ts";
import type { Source } from "./source.ts";
import { Variables } from "./variables.ts";

export const STATUS = { success: 0, failure: 1, badConnection: 2, user: 3 } as const;

/** The connection is gone and nobody is there to ask for another. */
export class ConnectionGone extends Error {}

export interface GetOptions {
  /** \gset's prefix. */
  readonly prefix: string;
}

/** What is to be done with the next query's result, once. */
export interface Pending {
  output?: { readonly kind: "file" | "command"; readonly name: string };
  options?: TableOptions;
  set?: GetOptions;
  exec?: boolean;
  describe?: boolean;
  crosstab?: readonly (string | undefined)[];
  bind?: { readonly values: readonly string[]; readonly name?: string };
  parse?: string;
  closePrepared?: string;
}

export class Session {
  readonly variables = new Variables();
  table: TableOptions = defaultOptions();
  dialed: Dialed | undefined;
  settings: Conninfo = new Map();
  timing = false;
  /** Results go here; \o changes it. */
  out: Sink;
  isOutputRedirected = false;
  log: Sink | undefined;
  /** The file that is being read and the line in it; undefined where messages name neither. */
  inputFile: string | undefined;
  lineNumber = 0;
  /** Where the command that runs came from; COPY reads its data there. */
  source: Source | undefined;
  pending: Pending = {};
  /** During \\copy: where the data come from, where they go. */
  copyTarget: { readonly source: Source | undefined; readonly sink: Sink | undefined; readonly marked: boolean } | undefined;
  conditions = new Conditions();
  lastError: { readonly fields: Fields; readonly query: string | undefined } | undefined;
  /** Standard input or output is no terminal, or there is a script. */
  readonly isInteractive: boolean;
  /** Within `-c`, and when input is a file. */
  cancelPressed = false;
  /** A request to cancel is under way. The real one sends it within a signal handler, so that its message comes before the server's. */
  private canceling: Promise<void> = Promise.resolve();
  /** The query buffer before the last statement: what \p, \g and \e work on when nothing is typed. */
  previousBuffer = "";
  history: string[] = [];
  /** Between \\restrict and \\unrestrict no other backslash command is taken. */
  restrictKey: string | undefined;
  /** Columns of the last PROMPT1, for %w. */
  lastPromptWidth = 0;
  askPassword: "never" | "when needed" | "always" = "when needed";
  readonly standardInput;

  constructor(
    readonly self: Process,
    interactive: boolean,
  ) {
    this.isInteractive = interactive;
    this.out = standardOutput(self);
    this.standardInput = standardInput(self);
    self.signals.set("SIGINT", () => this.interrupt());
    self.signals.set("SIGPIPE", "ignore");
  }

  /** Ctrl-C: what runs on the server is asked to stop. */
  interrupt(): void {
    this.cancelPressed = true;
    const dialed = this.dialed;
    if (dialed === undefined || dialed.connection.isLost || !dialed.connection.isBusy) return;
    this.canceling = cancel(this.self, dialed)
      .then(
        () => this.self.error("Cancel request sent\n"),
        () => this.self.error("Could not send cancel request\n"),
      )
      // psql has ended meanwhile, and nobody is there to be told.
      .catch(() => {});
  }

  get connection() {
    return this.dialed?.connection;
  }

  /** Standard output, whatever \o says. */
  print(text: string): Promise<void> {
    return this.self.print(text);
  }

  /** "psql:file.sql:3: " where a file is read. */
  get #place(): string {
    return this.inputFile === undefined ? "" : `psql:${this.inputFile}:${this.lineNumber}: `;
  }

  /** A mistake of a backslash command. */
  complain(message: string, hint?: string): Promise<void> {
    const place = this.#place;
    const lines = `${place}${place === "" ? "" : "error: "}${message}\n`;
    return this.self.error(hint === undefined ? lines : `${lines}${place}${place === "" ? "" : "hint: "}${hint}\n`);
  }

  warn(message: string): Promise<void> {
    const place = this.#place;
    return this.self.error(`${place}${place === "" ? "" : "warning: "}${message}\n`);
  }

  /** What the server says, or what has no word before it. */
  async info(message: string): Promise<void> {
    await this.canceling;
    await this.self.error(`${this.#place}${message}\n`);
  }

  serverText(fields: Fields, query: string | undefined): string {
    return serverMessage(fields, query, this.verbosity, this.showContext).replace(/\n$/, "");
  }

  get verbosity(): Verbosity {
    const value = this.variables.get("VERBOSITY");
    return value === "verbose" || value === "terse" || value === "sqlstate" ? value : "default";
  }

  get showContext(): ShowContext {
    const value = this.variables.get("SHOW_CONTEXT");
    return value === "never" || value === "always" ? value : "errors";
  }

  get quiet(): boolean {
    return this.variables.on("QUIET");
  }

  /** Replaces variables in SQL and in arguments. */
  readonly substitute = (name: string, how: "plain" | "literal" | "identifier" | "test"): string | undefined => {
    const value = this.variables.get(name);
    if (how === "test") return value === undefined ? "FALSE" : "TRUE";
    if (value === undefined || how === "plain") return value;
    return how === "literal" ? quoteLiteral(value) : quoteIdentifier(value);
  };

  /** Output of a command in backticks. */
  readonly shell = async (command: string): Promise<string | undefined> => {
    const { output, status } = await captureCommand(this.self, command);
    this.variables.put("SHELL_ERROR", status === 0 ? "false" : "true");
    this.variables.put("SHELL_EXIT_CODE", String(status));
    return status === 127 ? undefined : new TextDecoder().decode(output);
  };

  /** Columns that output may take: \pset columns, the environment, the terminal. */
  availableColumns(options: TableOptions = this.table): number {
    if (options.columns > 0) return options.columns;
    const tty = this.self.fds.get(1)?.tty;
    const fromEnvironment = Number(this.self.env.COLUMNS);
    if (options.format === "wrapped" || tty !== undefined) return fromEnvironment > 0 ? fromEnvironment : (tty?.columns ?? 0);
    return 0;
  }

  /** Prints a table to where results go, by the pager when it is long and somebody looks. */
  async show(table: Table, options: TableOptions = this.table, sink: Sink = this.out): Promise<void> {
    const titled = table.title === undefined && options.title !== undefined ? { ...table, title: options.title } : table;
    await this.page(printTable(titled, options, this.availableColumns(options)), sink, options);
  }

  async page(text: string, sink: Sink = this.out, options: TableOptions = this.table): Promise<void> {
    const tty = this.self.fds.get(1)?.tty;
    const onScreen = sink === this.out && !this.isOutputRedirected && tty !== undefined && this.self.fds.get(0)?.tty !== undefined;
    const program = this.self.env.PSQL_PAGER ?? this.self.env.PAGER ?? "less";
    if (onScreen && options.pager !== "off" && program.trim() !== "") {
      let lines = 0;
      for (const line of text.split("\n")) lines += Math.max(1, Math.ceil(line.length / Math.max(1, tty.columns)));
      if (options.pager === "always" || (lines - 1 >= tty.rows && lines - 1 > options.pagerMinimum)) {
        const pager = commandSink(this.self, program);
        await pager.write(text);
        await pager.close();
        return;
      }
    }
    await sink.write(text);
    if (this.log !== undefined) await this.log.write(text);
  }

  /** What the connection tells, into the variables. */
  syncVariables(): void {
    const connection = this.connection;
    const { variables } = this;
    if (connection === undefined) {
      for (const name of ["DBNAME", "USER", "HOST", "PORT", "ENCODING", "SERVER_VERSION_NAME", "SERVER_VERSION_NUM"]) variables.drop(name);
      return;
    }
    variables.put("DBNAME", this.settings.get("dbname") ?? "");
    variables.put("USER", this.settings.get("user") ?? "");
    variables.put("HOST", this.dialed?.host ?? "");
    variables.put("PORT", this.dialed?.port ?? "");
    variables.put("ENCODING", connection.parameters.get("client_encoding") ?? "UTF8");
    const service = this.settings.get("service");
    if (service !== undefined) variables.put("SERVICE", service);
    const version = connection.parameters.get("server_version") ?? "";
    variables.put("SERVER_VERSION_NAME", version);
    variables.put("SERVER_VERSION_NUM", String(this.serverVersion));
  }

  /** 180006 for 18.6. */
  get serverVersion(): number {
    const [major = 0, minor = 0] = (this.connection?.parameters.get("server_version") ?? "0").split(/[^\d]+/).map(Number);
    return major * 10000 + minor;
  }

  /** A query that a backslash command makes. Undefined when it failed; the error was told. */
  async internal(
    sql: string,
    /** Of an error only the message is told, not where in our query it lies. */
    brief = false,
  ): Promise<{ readonly names: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] } | undefined> {
    const connection = this.connection;
    if (connection === undefined) {
      await this.complain("You are currently not connected to a database.");
      return undefined;
    }
    const hidden = this.variables.get("ECHO_HIDDEN");
    if (hidden !== "off") {
      const text = `/******** QUERY *********/\n${sql}\n/************************/\n\n`;
      await this.print(text);
      await this.log?.write(text);
      if (hidden === "noexec") return undefined;
    }
    try {
      const results = await connection.all(sql);
      for (const result of results) {
        if (result.kind === "error") {
          const { P: _position, ...fields } = result.fields;
          await this.info(this.serverText(brief ? fields : result.fields, sql));
          return undefined;
        }
        if (result.kind === "rows") return { names: result.columns.map(({ name }) => name), rows: result.rows };
      }
      return { names: [], rows: [] };
    } catch (error) {
      await this.connectionLost(error);
      return undefined;
    }
  }

  /** The other side is gone: what is left to be said. Throws what is something else, and ConnectionGone where nobody can ask again. */
  async connectionLost(error: unknown): Promise<void> {
    if (!(error instanceof ConnectionLost)) throw error;
    if (error.fields !== undefined) await this.info(this.serverText(error.fields, undefined));
    await this.info(error.message);
    this.dialed = undefined;
    this.syncVariables();
    if (!this.isInteractive) {
      await this.complain("connection to server was lost");
      throw new ConnectionGone();
    }
    await this.self.error("The connection to the server was lost. Attempting reset: ");
    const again = await this.reconnect();
    await this.self.error(again ? "Succeeded.\n" : "Failed.\n");
  }

  /** Set by main: makes the same connection again. */
  reconnect: () => Promise<boolean> = async () => false;
}
