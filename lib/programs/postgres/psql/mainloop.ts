/** Reads lines, finds statements and backslash commands in them, has them done (psql's MainLoop). */
import { ArgumentReader } from "./arguments.ts";
import type { Status } from "./command.ts";
import { findCommand } from "./commands.ts";
import { promptText } from "./prompt.ts";
import { type ScanPrompt, SqlScanner } from "./scanner.ts";
import { sendQuery } from "./send.ts";
import { type Session, STATUS } from "./session.ts";
import type { Source } from "./source.ts";

const HELP = `You are using psql, the command-line interface to PostgreSQL.
Type:  \\copyright for distribution terms
       \\h for help with SQL commands
       \\? for help with psql commands
       \\g or terminate with semicolon to execute query
       \\q to quit
`;

/** Commands that are looked at even in a branch of \if that is not taken. */
const CONDITIONAL = new Set(["if", "elif", "else", "endif"]);

export class MainLoop {
  readonly #scanner: SqlScanner;
  #success = true;
  #typed = "";

  constructor(
    private readonly session: Session,
    private readonly runFile: (name: string, relative: boolean) => Promise<number>,
  ) {
    this.#scanner = new SqlScanner((name, how) => (session.conditions.isActive ? session.substitute(name, how) : undefined));
  }

  /** Everything of a source. Resolves to psql's exit status, or undefined when \q was met in it. */
  async run(source: Source): Promise<{ readonly status: number; readonly quit: boolean }> {
    const { session } = this;
    const scanner = this.#scanner;
    const savedSource = session.source;
    const savedConditions = session.conditions;
    session.source = source;
    session.lineNumber = 0;
    let prompt: ScanPrompt = "ready";
    let ends = 0;
    try {
      for (;;) {
        if (session.cancelPressed && !source.isInteractive) return { status: STATUS.user, quit: false };
        session.cancelPressed = false;
        const line = await source.next(() => promptText(session, prompt, scanner.buffer));
        if (line === "interrupt-key") {
          scanner.reset();
          session.conditions.clear();
          prompt = "ready";
          source.complete?.();
          continue;
        }
        if (line === undefined) {
          if (source.isInteractive) {
            ends++;
            if (ends < session.variables.number("IGNOREEOF")) {
              if (!session.quiet) await session.print('Use "\\q" to leave psql.\n');
              continue;
            }
            await session.print(session.quiet ? "\n" : "\\q\n");
          }
          break;
        }
        ends = 0;
        session.lineNumber++;
        const help = source.isInteractive ? this.#asksForHelp(line, prompt) : undefined;
        if (help === "quit") {
          source.complete?.();
          return { status: STATUS.success, quit: true };
        }
        if (help !== undefined) {
          await session.print(help);
          if (prompt === "ready") continue;
        }
        // An empty line is nothing, unless it stands in quotes.
        if (line === "" && !scanner.isInside) continue;
        if (session.variables.get("ECHO") === "all" && !source.isInteractive) await session.print(`${line}\n`);
        const outcome = await this.#line(line, prompt);
        if (outcome === "quit") source.complete?.();
        if (outcome === "quit") return { status: STATUS.success, quit: true };
        if (outcome === "stop") return { status: STATUS.user, quit: false };
        prompt = outcome;
        if (prompt === "ready") source.complete?.();
      }
      if (scanner.buffer !== "" && !source.isInteractive && session.conditions.isActive) {
        const success = await sendQuery(session, scanner.buffer);
        scanner.reset();
        if (!success && session.variables.on("ON_ERROR_STOP")) return { status: STATUS.user, quit: false };
      }
      if (!session.conditions.isEmpty && savedConditions === session.conditions && savedSource === undefined) {
        await session.complain("reached EOF without finding closing \\endif(s)");
        session.conditions.clear();
        if (session.variables.on("ON_ERROR_STOP")) return { status: STATUS.user, quit: false };
      }
      return { status: STATUS.success, quit: false };
    } finally {
      session.source = savedSource;
    }
  }

  /** "help", "quit" and "exit" as first words of a line. */
  #asksForHelp(line: string, prompt: ScanPrompt): string | undefined {
    const word = /^(help|exit|quit)\s*;?\s*$/i.exec(line)?.[1]?.toLowerCase();
    if (word === undefined) return undefined;
    if (word === "help") {
      if (this.#scanner.buffer !== "") return "Use \\? for help or press control-C to clear the input buffer.\n";
      return HELP;
    }
    if (this.#scanner.buffer === "" && prompt === "ready") return "quit";
    return prompt === "ready" || prompt === "continue" || prompt === "paren" ? "Use \\q to quit.\n" : "Use control-D to quit.\n";
  }

  async #line(line: string, before: ScanPrompt): Promise<ScanPrompt | "quit" | "stop"> {
    const { session } = this;
    const scanner = this.#scanner;
    const length = scanner.buffer.length;
    let newline = -1;
    if (scanner.buffer !== "") {
      scanner.buffer += "\n";
      newline = length + 1;
    } else this.#typed = "";
    this.#typed += this.#typed === "" ? line : `\n${line}`;
    scanner.setLine(line);
    let prompt: ScanPrompt = before;
    for (;;) {
      const found = scanner.scan();
      if (found.kind === "semicolon") {
        const success = await this.#send();
        prompt = scanner.prompt();
        if (!success && session.variables.on("ON_ERROR_STOP") && !session.source?.isInteractive) return "stop";
        if (session.cancelPressed && !session.source?.isInteractive) return "stop";
        newline = -1;
        continue;
      }
      if (found.kind === "backslash") {
        if (newline >= 0 && scanner.buffer.length === newline) scanner.buffer = scanner.buffer.slice(0, -1);
        newline = -1;
        const status = await this.#command();
        if (status === "quit") return "quit";
        if (status === "error") {
          this.#success = false;
          if (session.variables.on("ON_ERROR_STOP") && !session.source?.isInteractive) return "stop";
        }
        prompt = scanner.prompt();
        continue;
      }
      prompt = found.prompt;
      // A line that added nothing adds no line end either.
      if (newline >= 0 && scanner.buffer.length === newline) scanner.buffer = scanner.buffer.slice(0, -1);
      if (session.variables.on("SINGLELINE") && !found.inside && scanner.buffer !== "") {
        await this.#send();
        prompt = "ready";
      }
      return scanner.buffer === "" && prompt === "continue" ? "ready" : prompt;
    }
  }

  async #send(): Promise<boolean> {
    const { session } = this;
    const scanner = this.#scanner;
    const sql = scanner.buffer;
    const rest = scanner.at;
    scanner.reset();
    scanner.at = rest;
    if (!session.conditions.isActive) {
      if (session.source?.isInteractive) await session.complain("query ignored; use \\endif or Ctrl-C to exit current \\if block");
      return true;
    }
    session.previousBuffer = sql;
    const success = await sendQuery(session, sql);
    this.#success = success;
    return success;
  }

  /** One backslash command. */
  async #command(): Promise<Status> {
    const { session } = this;
    const scanner = this.#scanner;
    const inactive = !session.conditions.isActive;
    const args = new ArgumentReader(
      {
        substitute: session.substitute,
        shell: session.shell,
        complain: (message) => session.complain(message),
      },
      scanner.line,
      scanner.at + 1,
      inactive,
    );
    const name = args.command();
    let status: Status;
    if (inactive && !CONDITIONAL.has(name)) {
      if (session.source?.isInteractive)
        await session.complain(`\\${name} command ignored; use \\endif or Ctrl-C to exit current \\if block`);
      await args.all();
      status = "done";
    } else {
      const command = findCommand(name);
      if (session.restrictKey !== undefined && name !== "unrestrict") {
        await session.complain("backslash commands are restricted; only \\unrestrict is allowed");
        status = "error";
      } else if (command === undefined) {
        await session.complain(`invalid command \\${name}`, session.source?.isInteractive ? "Try \\? for help." : undefined);
        status = "error";
      } else status = await command({ session, name, args, scanner, runFile: this.runFile });
      if (args.failed && status === "done") status = "error";
    }
    if (status === "error") await discard(args);
    else {
      for (let extra = await args.next(); extra !== undefined; extra = await args.next())
        await session.warn(`\\${name}: extra argument "${extra}" ignored`);
    }
    args.finish();
    // The command may have changed where the scanner stands only by taking its arguments.
    scanner.at = Math.max(scanner.at, args.at);
    if (status === "send") {
      const success = await this.#send();
      return success ? "done" : "error";
    }
    if (status === "edited") {
      const text = scanner.buffer;
      const rest = scanner.line.slice(scanner.at);
      scanner.reset();
      scanner.setLine(text + rest);
      return "done";
    }
    return status;
  }
}

async function discard(args: ArgumentReader): Promise<void> {
  while ((await args.next()) !== undefined);
}
