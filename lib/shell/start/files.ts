import { KernelError } from "../../kernel/errno.ts";
import { runSourced } from "../builtins/evaluate.ts";
import { AbortLine } from "../control.ts";
import { partsOfText } from "../expand/fragments.ts";
import { expandQuotedParts } from "../expand/word.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { Source } from "../source.ts";
import type { StartOptions } from "./arguments.ts";

/** Login shells read /etc/profile and the user's profile, interactive ones ~/.bashrc, scripts what BASH_ENV names. */
export function* runStartupFiles(shell: Shell, options: StartOptions): Run<void> {
  const home = shell.variables.get("HOME") ?? "";
  if (options.login) {
    if (options.noProfile) return;
    yield* runIfThere(shell, "/etc/profile");
    const profiles = [".bash_profile", ".bash_login", ".profile"].map((name) => `${home}/${name}`);
    const first = profiles.find((path) => shell.self.files.access(path, 4));
    if (first !== undefined) yield* runIfThere(shell, first);
    return;
  }
  if (shell.interactive) {
    if (options.noRc || options.posix) return;
    if (options.rcFile === undefined) yield* runIfThere(shell, "/etc/bash.bashrc");
    yield* runIfThere(shell, options.rcFile ?? `${home}/.bashrc`);
    return;
  }
  const file = shell.variables.get("BASH_ENV");
  if (file !== undefined && file !== "" && !options.posix) yield* runIfThere(shell, yield* expandQuotedParts(shell, partsOfText(file)));
}

function* runIfThere(shell: Shell, path: string): Run<void> {
  let text: string;
  try {
    text = shell.self.files.readText(path);
  } catch (error) {
    if (error instanceof KernelError) return;
    throw error;
  }
  try {
    yield* runSourced(shell, new Source(text, path), []);
  } catch (error) {
    if (!(error instanceof AbortLine)) throw error;
  }
}
