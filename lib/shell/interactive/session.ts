import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import type { StartOptions } from "../start/arguments.ts";
import { runStartupFiles } from "../start/files.ts";
import { runInput } from "../start/input.ts";

export function* runInteractive(shell: Shell, options: StartOptions): Run<number> {
  yield* runStartupFiles(shell, options);
  return yield* runInput(shell);
}
