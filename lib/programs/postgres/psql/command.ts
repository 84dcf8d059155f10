/** What a backslash command is to the main loop. */
import type { ArgumentReader } from "./arguments.ts";
import type { SqlScanner } from "./scanner.ts";
import type { Session } from "./session.ts";

export type Status =
  /** Done. */
  | "done"
  | "error"
  /** The query buffer is to be sent. */
  | "send"
  /** psql ends. */
  | "quit"
  /** The query buffer was edited: it is read as if typed. */
  | "edited";

export interface CommandContext {
  readonly session: Session;
  readonly name: string;
  readonly args: ArgumentReader;
  /** Holds the query buffer. */
  readonly scanner: SqlScanner;
  /** Reads another file's commands. */
  readonly runFile: (name: string, relative: boolean) => Promise<number>;
}

export type Command = (context: CommandContext) => Promise<Status>;
