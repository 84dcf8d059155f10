/** psql(1): the interactive terminal of PostgreSQL. */
import { KernelError } from "../../../kernel/errno.ts";
import type { Process } from "../../../kernel/types.ts";
import { reason } from "../../core/errors.ts";
import { openInput } from "../../core/io.ts";
import { OptionMistake } from "../tools/getopt.ts";
import { type Conninfo, ConninfoError, isConnectionString, parseConninfo } from "../wire/conninfo.ts";
import { ConnectFailure } from "../wire/dial.ts";
import { operatingSystemUser, SOCKET_FOLDER } from "../wire/settings.ts";
import { ArgumentReader } from "./arguments.ts";
import { setOption } from "./commands/formatting.ts";
import { findCommand } from "./commands.ts";
import { connectionBanner, openSession } from "./connect.ts";
import { type Invocation, parseInvocation } from "./invocation.ts";
import { MainLoop } from "./mainloop.ts";
import { commandSink, fileSink } from "./output.ts";
import { commandsPage, optionsPage, variablesPage } from "./pages-text.ts";
import { SqlScanner } from "./scanner.ts";
import { sendQuery } from "./send.ts";
import { ConnectionGone, Session, STATUS } from "./session.ts";
import { inputSource } from "./source.ts";
import { terminalSource } from "./terminal.ts";
import { VERSION_NAME } from "./variables.ts";

export async function psql(self: Process): Promise<number> {
  let invocation: Invocation;
  try {
    invocation = parseInvocation(self.argv.slice(1));
  } catch (error) {
    if (!(error instanceof OptionMistake)) throw error;
    await self.error(error.message);
    return STATUS.failure;
  }
  if (invocation.page !== undefined) return printPage(self, invocation.page);
  const interactive = invocation.actions.length === 0 && self.fds.get(0)?.tty !== undefined && self.fds.get(1)?.tty !== undefined;
  const session = new Session(self, interactive);
  try {
    return await start(session, invocation);
  } catch (error) {
    if (error instanceof ConnectionGone) return STATUS.badConnection;
    throw error;
  } finally {
    await session.connection?.end();
    await session.out.close();
    await session.log?.close();
  }
}

async function printPage(self: Process, page: "help" | "commands" | "variables" | "version"): Promise<number> {
  if (page === "version") await self.print(`psql (PostgreSQL) ${VERSION_NAME}\n`);
  else if (page === "variables") await self.print(variablesPage);
  else if (page === "commands")
    await self.print(commandsPage({ html: false, tuples: false, expanded: "off", timing: false, database: undefined }));
  else {
    const user = self.env.PGUSER ?? operatingSystemUser(self.files, self.credentials.uid) ?? "";
    await self.print(optionsPage(user, self.env.PGHOST ?? SOCKET_FOLDER, self.env.PGPORT ?? "5432"));
  }
  return STATUS.success;
}

/** Settings of the command line. False when one of them is not understood. */
async function configure(session: Session, invocation: Invocation): Promise<boolean> {
  const { self } = session;
  const list = (text: string) => self.error(`psql: error: ${text}\n`);
  for (const { name, value } of invocation.variables) {
    const complaint = session.variables.set(name, value);
    if (complaint === undefined) continue;
    await list(complaint);
    return false;
  }
  for (const { name, value } of invocation.printing) {
    const complaint = setOption(session.table, name, value);
    if (complaint === undefined) continue;
    await list(complaint);
    await list(`could not set printing parameter "${name}"`);
    return false;
  }
  for (const extra of invocation.extra) await self.error(`psql: warning: extra command-line argument "${extra}" ignored\n`);
  try {
    if (invocation.logFile !== undefined) session.log = fileSink(self, invocation.logFile);
  } catch (error) {
    await list(`could not open log file "${invocation.logFile}": ${reason(error)}`);
    return false;
  }
  try {
    if (invocation.output !== undefined) {
      session.out = invocation.output.startsWith("|") ? commandSink(self, invocation.output.slice(1)) : fileSink(self, invocation.output);
      session.isOutputRedirected = true;
    }
  } catch (error) {
    await list(`${invocation.output}: ${reason(error)}`);
    return false;
  }
  return true;
}

function wantedConnection(invocation: Invocation): Conninfo {
  const given: Conninfo = new Map();
  if (invocation.host !== undefined) given.set("host", invocation.host);
  if (invocation.port !== undefined) given.set("port", invocation.port);
  if (invocation.user !== undefined) given.set("user", invocation.user);
  const database = invocation.database ?? (invocation.list ? "postgres" : undefined);
  if (database !== undefined && isConnectionString(database)) for (const [name, value] of parseConninfo(database)) given.set(name, value);
  else if (database !== undefined) given.set("dbname", database);
  return given;
}

async function start(session: Session, invocation: Invocation): Promise<number> {
  const { self } = session;
  if (!(await configure(session, invocation))) return STATUS.failure;
  if (invocation.single && session.isInteractive) {
    await self.error("psql: error: -1 can only be used in non-interactive mode\n");
    return STATUS.failure;
  }
  session.askPassword = invocation.askPassword;
  try {
    await openSession(session, wantedConnection(invocation));
  } catch (error) {
    if (!(error instanceof ConnectFailure) && !(error instanceof ConninfoError)) throw error;
    await self.error(`psql: error: ${error.message}\n`);
    return STATUS.badConnection;
  }
  if (invocation.list) {
    const status = await command(session, "\\l");
    return status ? STATUS.success : STATUS.failure;
  }
  const runFile = (name: string, relative: boolean) => processFile(session, name, relative);
  if (invocation.actions.length > 0) {
    if (!invocation.noRc) await readRc(session, runFile);
    return runActions(session, invocation);
  }
  if (session.isInteractive && !session.quiet) {
    await self.print(`${connectionBanner(session, true)}Type "help" for help.\n\n`);
  }
  if (!invocation.noRc) await readRc(session, runFile);
  const source = session.isInteractive ? terminalSource(session, !invocation.noReadline) : inputSource(session.standardInput);
  const { status } = await new MainLoop(session, runFile).run(source);
  return status;
}

/** The system's psqlrc, then the user's: the one for this version goes before the general one. */
async function readRc(session: Session, runFile: (name: string, relative: boolean) => Promise<number>): Promise<void> {
  const { files, env } = session.self;
  const own = env.PSQLRC ?? `${env.HOME ?? ""}/.psqlrc`;
  for (const base of ["/etc/postgresql-common/psqlrc", own]) {
    const path = [`${base}-${VERSION_NAME}`, `${base}-18`, base].find((each) => files.exists(each) && files.access(each, 4));
    if (path !== undefined) await runFile(path, false);
  }
}

async function runActions(session: Session, invocation: Invocation): Promise<number> {
  let status: number = STATUS.success;
  if (invocation.single && (await session.internal("BEGIN")) === undefined && session.variables.on("ON_ERROR_STOP")) return STATUS.user;
  for (const action of invocation.actions) {
    if (action.kind === "file") status = await processFile(session, action.name, false);
    else {
      if (session.variables.get("ECHO") === "all") await session.print(`${action.text}\n`);
      const isCommand = action.text.startsWith("\\");
      const success = isCommand ? await command(session, action.text) : await sendQuery(session, action.text);
      status = success ? STATUS.success : STATUS.failure;
    }
    if (status !== STATUS.success && session.variables.on("ON_ERROR_STOP")) break;
  }
  if (invocation.single) {
    const ended = await session.internal(status === STATUS.success ? "COMMIT" : "ROLLBACK");
    if (ended === undefined && status === STATUS.success) status = STATUS.user;
  }
  return status;
}

/** A backslash command that is an argument of -c. */
async function command(session: Session, text: string): Promise<boolean> {
  const scanner = new SqlScanner(session.substitute);
  const host = { substitute: session.substitute, shell: session.shell, complain: (message: string) => session.complain(message) };
  const args = new ArgumentReader(host, text, 1);
  const name = args.command();
  const found = findCommand(name);
  if (found === undefined) {
    await session.complain(`invalid command \\${name}`);
    return false;
  }
  const status = await found({ session, name, args, scanner, runFile: (file, relative) => processFile(session, file, relative) });
  if (status === "error" || args.failed) return false;
  for (let extra = await args.next(); extra !== undefined; extra = await args.next())
    await session.warn(`\\${name}: extra argument "${extra}" ignored`);
  return status !== "send" || sendQuery(session, scanner.buffer);
}

/** Reads a file's commands. `relative`: to the file that is being read. */
async function processFile(session: Session, name: string, relative: boolean): Promise<number> {
  const { self } = session;
  const { inputFile, lineNumber } = session;
  const folder = relative && inputFile?.includes("/") && !name.startsWith("/") ? inputFile.replace(/[^/]*$/, "") : "";
  const path = folder + name;
  let input: ReturnType<typeof openInput>;
  try {
    if (name !== "-" && self.files.stat(path).kind === "directory") {
      await self.error(`psql:${path}: error: could not read from input file: ${new KernelError("EISDIR").text}\n`);
      return STATUS.failure;
    }
    input = name === "-" ? session.standardInput : openInput(self, path);
  } catch (error) {
    const message = `${path}: ${reason(error)}`;
    if (inputFile === undefined && session.source === undefined) await self.error(`psql: error: ${message}\n`);
    else await session.complain(message);
    return STATUS.failure;
  }
  session.inputFile = name === "-" ? "<stdin>" : path;
  try {
    const { status } = await new MainLoop(session, (file, near) => processFile(session, file, near)).run(inputSource(input));
    return status;
  } finally {
    if (name !== "-") input.close();
    session.inputFile = inputFile;
    session.lineNumber = lineNumber;
  }
}
