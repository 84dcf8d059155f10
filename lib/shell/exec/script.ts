/** Running texts: complete lines one after the other, as bash reads them. */
import type { ParsedScript, ParseError, Statement } from "unbash";
import { AbortLine } from "../control.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";
import { Source } from "../source.ts";
import { runStatements } from "./list.ts";
import { expandAliases, firstFault, isAtEnd, parseText, reportSyntaxError, warnOfOpenDocuments } from "./parse.ts";

/** Statements that were parsed already (a substitution, a function's body at top level): all in one go. */
export function* runScript(shell: Shell, statements: readonly Statement[]): Run<number> {
  return yield* runStatements(shell, statements);
}

export interface EvaluateOptions {
  /** The name of the builtin that runs the text: syntax errors name it. */
  readonly builtin?: string;
  /** An error in an expansion ends the rest of the line, not of the whole text. */
  readonly goesOn?: boolean;
}

/** Runs a text in the current source's name (`eval`, traps). */
export function* evaluateText(shell: Shell, text: string, builtin?: string): Run<number> {
  const line = shell.line;
  // An error in an expansion ends the text's own line, not what runs it.
  return yield* evaluateSource(shell, new Source(text, shell.source.name, line), { builtin, goesOn: true });
}

/** Runs a whole text line by line. What stands before a syntax error is run. */
export function* evaluateSource(shell: Shell, source: Source, options: EvaluateOptions = {}): Run<number> {
  const { source: oldSource, position: oldPosition } = shell;
  const script = parseText(source.text);
  const errors = script.errors ?? [];
  yield* warnOfOpenDocuments(shell, source, script);
  const end = errors.length === 0 ? Number.POSITIVE_INFINITY : startOfFailedLine(source, script, firstFault(source.text, errors));
  let status = 0;
  try {
    for (const group of lineGroups(source, script.commands)) {
      if (group[0]!.pos >= end) break;
      status = yield* runGroup(shell, source, group, options);
    }
    shell.source = source;
    if (errors.length > 0) {
      yield* reportSyntaxError(shell, source, errors, options.builtin);
      status = 2;
      shell.status = 2;
    }
  } finally {
    shell.source = oldSource;
    shell.position = oldPosition;
  }
  return status;
}

function* runGroup(shell: Shell, source: Source, group: readonly Statement[], options: EvaluateOptions): Run<number> {
  shell.source = source;
  const first = group[0]!;
  if (shell.options.has("verbose")) yield* shell.write(2, `${source.text.slice(first.pos, group[group.length - 1]!.end)}\n`);
  if (shell.options.has("noexec") && shell.kind !== "interactive") return shell.status;
  try {
    if (shell.aliases.size > 0 && shell.on("expand_aliases")) {
      const last = group[group.length - 1]!;
      const text = source.text.slice(0, endOfLine(source.text, last.end));
      const expanded = expandAliases(text, group, shell.aliases);
      if (expanded !== undefined) {
        shell.source = new Source(expanded, source.name, source.firstLine);
        const again = parseText(expanded);
        return yield* runStatements(
          shell,
          again.commands.filter((statement) => statement.pos >= first.pos),
        );
      }
    }
    return yield* runStatements(shell, group);
  } catch (error) {
    if (error instanceof AbortLine && options.goesOn) {
      shell.status = error.status;
      return error.status;
    }
    throw error;
  }
}

/** Here-documents belong to the line their command stands on. */
function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end + 1;
}

/** Statements that share a line are read together. */
export function lineGroups(source: Source, statements: readonly Statement[]): Statement[][] {
  const groups: Statement[][] = [];
  let lastLine = -1;
  for (const statement of statements) {
    const line = source.lineOf(statement.pos);
    if (line === lastLine) groups[groups.length - 1]!.push(statement);
    else groups.push([statement]);
    lastLine = source.lineOf(Math.max(statement.pos, statement.end - 1));
  }
  return groups;
}

/** Where the line begins with which the broken command starts: everything before it is run. */
function startOfFailedLine(source: Source, script: ParsedScript, error: ParseError): number {
  const errorAt = error.pos;
  const groups = lineGroups(source, script.commands);
  // What the text's end leaves open is the last command.
  if (isAtEnd(source.text, error)) return groups[groups.length - 1]?.[0]?.pos ?? 0;
  for (const group of groups) {
    const last = group[group.length - 1]!;
    if (last.end >= errorAt || source.lineOf(last.end - 1) >= source.lineOf(errorAt)) return group[0]!.pos;
  }
  return errorAt;
}
