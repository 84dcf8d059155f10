/** What a command of git is to the front end. */
import type { Git } from "../context.ts";

export interface Command {
  readonly name: string;
  /** One line, as `git help -a` has it. */
  readonly summary: string;
  /** Output on a terminal goes through the pager, unless these arguments say otherwise. */
  readonly pager?: (argv: readonly string[]) => boolean;
  readonly run: (git: Git, argv: readonly string[]) => Promise<number>;
}
