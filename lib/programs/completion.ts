/** What the shell completes and suggests from the program table: options, and the packages that commands come from. */
import type { Candidate, Completer } from "../shell/index.ts";
import type { ManualEntry } from "./core/program.ts";
import { manual, programs } from "./table.ts";

/** Options for a word that begins with a dash; anything else is left to the shell. */
function optionsOf(entry: ManualEntry): Completer {
  const candidates: Candidate[] = [];
  for (const { short, long, argument, argumentOptional } of entry.options) {
    if (long !== undefined) {
      const takes = argument !== undefined;
      if (takes) candidates.push({ text: `--${long}=`, final: false });
      if (!takes || argumentOptional) candidates.push({ text: `--${long}`, final: true });
    } else if (short !== undefined) candidates.push({ text: `-${short}`, final: true });
  }
  return ({ word }) => (word.startsWith("-") && candidates.length > 0 ? candidates : undefined);
}

/** Of the program of that name. */
export function optionCompleter(name: string): Completer | undefined {
  const entry = manual.get(name);
  return entry && optionsOf(entry);
}

/** The Debian package of a program, from what its `--version` says it is ("GNU coreutils 9.1"). */
export function packageOf(name: string): string | undefined {
  const origin = programs.get(name)?.origin;
  if (origin === undefined) return undefined;
  const word = /^(?:GNU )?([A-Za-z][A-Za-z+-]*)/.exec(origin)?.[1]?.toLowerCase();
  return word === "openssh" ? "openssh-client" : word;
}
