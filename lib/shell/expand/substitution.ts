/** Command substitution and process substitution. */
import type { CommandExpansionPart, ParsedScript, ProcessSubstitutionPart } from "unbash";
import { KernelError } from "../../kernel/errno.ts";
import { createPipe } from "../../kernel/pipe.ts";
import { O, type OpenFile } from "../../kernel/types.ts";
import { decodeBytes } from "../bytes.ts";
import { ExpansionError } from "../control.ts";
import { expandAliases, reportSyntaxError } from "../exec/parse.ts";
import { evaluateText, runScript } from "../exec/script.ts";
import { spawnSubshell } from "../exec/subshell.ts";
import { JobProcess } from "../jobs/table.ts";
import { type Run, wait } from "../run.ts";
import type { Shell } from "../shell.ts";
import { Source } from "../source.ts";
import { expandToString } from "./word.ts";

/** `$(…)` and backquotes: what the commands print, without the newlines at its end. */
export function* substituteCommand(shell: Shell, part: CommandExpansionPart): Run<string> {
  const { script } = part;
  if (script === undefined) return "";
  const file = fileOnly(script);
  if (file !== undefined) return trim(yield* readWhole(shell, yield* expandToString(shell, file)));
  const { reader, writer } = createPipe();
  const fds = new Map(shell.self.fds.all());
  fds.set(1, writer);
  const child = spawnSubshell(shell, fds, (subshell) => runPart(subshell, script));
  writer.release();
  const text = yield* readPipe(shell, reader);
  const result = yield* wait(shell.self.wait(child.pid));
  shell.substitutionStatus = result?.status ?? 0;
  shell.status = shell.substitutionStatus;
  return trim(text);
}

/** Runs the commands inside an expansion; those of escaped backquotes have a text of their own. */
export function* runPart(shell: Shell, script: ParsedScript): Run<number> {
  shell.traceLevel++;
  if (script.source !== undefined) shell.source = new Source(script.source, shell.source.name, shell.line);
  if (!shell.on("inherit_errexit") && !shell.options.has("posix")) shell.options.delete("errexit");
  if (script.errors !== undefined && script.errors.length > 0) {
    yield* reportSyntaxError(shell, shell.source, script.errors);
    return 2;
  }
  if (shell.aliases.size > 0 && shell.on("expand_aliases")) {
    const last = script.commands[script.commands.length - 1];
    const first = script.commands[0];
    const text = first === undefined || last === undefined ? "" : shell.source.text.slice(0, last.end);
    const expanded = first === undefined ? undefined : expandAliases(text, script.commands, shell.aliases);
    if (expanded !== undefined && first !== undefined) return yield* evaluateText(shell, expanded.slice(first.pos));
  }
  return yield* runScript(shell, script.commands);
}

/** `$(< file)` reads the file without a process. */
function fileOnly(script: ParsedScript) {
  const command = script.commands.length === 1 ? script.commands[0]?.command : undefined;
  if (command?.type !== "Command" || command.name !== undefined || command.prefix.length !== 1) return undefined;
  const redirect = command.prefix[0]!;
  return redirect.type === "Redirect" && redirect.operator === "<" && redirect.descriptor === undefined ? redirect.target : undefined;
}

function* readWhole(shell: Shell, path: string): Run<string> {
  let file: OpenFile;
  try {
    file = shell.self.files.open(path, O.RDONLY);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    yield* shell.report(`${path}: ${error.text}`);
    shell.substitutionStatus = 1;
    return "";
  }
  shell.substitutionStatus = 0;
  return yield* readPipe(shell, file);
}

/** Everything up to the end; the reference is dropped. */
export function* readPipe(shell: Shell, file: OpenFile): Run<string> {
  const parts: Uint8Array[] = [];
  try {
    for (;;) {
      const bytes = file.readNow(65536) ?? (yield* wait(file.read(65536, shell.self.ended)));
      if (bytes.length === 0) break;
      parts.push(bytes.slice());
    }
  } finally {
    file.release();
  }
  const text = decodeBytes(parts.length === 1 ? parts[0]! : joinBytes(parts));
  if (!text.includes("\0")) return text;
  yield* shell.report("warning: command substitution: ignored null byte in input");
  return text.replaceAll("\0", "");
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function trim(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 10) end--;
  return end === text.length ? text : text.slice(0, end);
}

/** `<(…)` and `>(…)`: the path of a descriptor that leads to the commands. It is closed when the command is over. */
export function* substituteProcess(shell: Shell, part: ProcessSubstitutionPart): Run<string> {
  const { script } = part;
  if (script === undefined) throw new ExpansionError(`${part.text}: bad substitution`);
  const { reader, writer } = createPipe();
  const reading = part.operator === "<";
  const fds = new Map(shell.self.fds.all());
  fds.set(reading ? 1 : 0, reading ? writer : reader);
  const child = spawnSubshell(shell, fds, (subshell) => runPart(subshell, script));
  (reading ? writer : reader).release();
  const ours = reading ? reader : writer;
  let fd = 63;
  while (shell.self.fds.get(fd) !== undefined) fd--;
  shell.self.fds.set(fd, ours);
  ours.release();
  shell.openSubstitutions.push({ fd });
  // Nobody asks for it again; following it keeps it from staying a zombie.
  void new JobProcess(child.pid, shell.self);
  shell.lastBackground = child.pid;
  yield* wait(Promise.resolve());
  return `/dev/fd/${fd}`;
}

/** Closes what process substitutions of a command have opened, from `mark` on. */
export function closeSubstitutions(shell: Shell, mark: number): void {
  for (const { fd } of shell.openSubstitutions.splice(mark)) {
    if (!shell.self.ended.aborted && shell.self.fds.get(fd) !== undefined) shell.self.fds.close(fd);
  }
}
