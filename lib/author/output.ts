import { formatProblem, type Problem } from "../lab/definition/problem.ts";

/** Exit statuses of the command line (design.md §7). */
export const EXIT = { ok: 0, failed: 1, usage: 2, badLesson: 3 } as const;

/** Ends the command with a message and a status. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
    this.name = "CommandError";
  }
}

export function badUsage(message: string): CommandError {
  return new CommandError(message, EXIT.usage);
}

export function badLesson(problems: readonly Problem[]): CommandError {
  return new CommandError(problems.map(formatProblem).join("\n"), EXIT.badLesson);
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
