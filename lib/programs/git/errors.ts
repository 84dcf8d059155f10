/** How git's commands stop. */

/** "fatal: message", and status 128. */
export class Fatal extends Error {
  constructor(
    message: string,
    readonly status = 128,
  ) {
    super(message);
  }
}

/** These lines on standard error as they are (they say "error:" or "hint:" themselves), and a status. */
export class Quit extends Error {
  constructor(
    readonly text: string,
    readonly status = 1,
  ) {
    super(text);
  }
}

/** What is real in git and is not here. */
export function notModeled(what: string): Quit {
  return new Quit(`git: ${what} is real, but this machine does not model it; see /reference/machine\n`, 129);
}
