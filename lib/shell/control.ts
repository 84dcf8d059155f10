import type { SignalName } from "../kernel/types.ts";

/** What unwinds the evaluator. None of these is an `Error`: no stack trace is worth its cost here. */

/** The shell (or subshell) ends: `exit`, `set -e`, a fatal expansion error. */
export class ExitShell {
  constructor(readonly status: number) {}
}

/** `return` from a function or a sourced file. */
export class ReturnFrom {
  constructor(readonly status: number) {}
}

/** `break n`. */
export class BreakLoop {
  constructor(
    public levels: number,
    readonly status: number,
  ) {}
}

/** `continue n`. */
export class ContinueLoop {
  constructor(
    public levels: number,
    readonly status: number,
  ) {}
}

/** bash's DISCARD: the rest of the current line is dropped, and reading goes on with the next one. The message has been printed. */
export class AbortLine {
  constructor(readonly status: number) {}
}

/** A signal ends the shell: the EXIT trap runs, then the signal takes its course. */
export class KilledBy {
  constructor(readonly signal: SignalName) {}
}

/** Ctrl-C reached an interactive shell while it evaluated. */
export class Interrupted {}

/** An error in an expansion. It is printed where the command is run, then the line or the shell is given up. */
export class ExpansionError {
  constructor(
    readonly message: string,
    /** Unset variables under `set -u` and `${x:?}` end a shell that is not interactive. */
    readonly fatal: boolean = false,
  ) {}
}

/** A redirection or an assignment that failed: the command is not run, its status is 1. */
export class CommandError {
  constructor(
    readonly message: string,
    readonly status: number = 1,
  ) {}
}
