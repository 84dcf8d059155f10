/** Redirections (bash(1), REDIRECTION), done on the shell's own descriptors and undone afterwards. */
import type { HereDoc, HereString, Redirect, Redirection } from "unbash";
import { KernelError } from "../../kernel/errno.ts";
import { createPipe, PIPE_CAPACITY } from "../../kernel/pipe.ts";
import { O, type OpenFile } from "../../kernel/types.ts";
import { CommandError } from "../control.ts";
import { partsOfText } from "../expand/fragments.ts";
import { expandQuotedParts, expandToString, expandWords } from "../expand/word.ts";
import type { Run } from "../run.ts";
import type { Shell } from "../shell.ts";

/** What a descriptor was before; the file, if any, is retained until it is put back. */
export interface Undo {
  readonly fd: number;
  file: OpenFile | undefined;
}

/** What is to be undone when the command has ended. The shell knows of it, since a program that replaces the shell must not hold it. */
export function openUndo(shell: Shell): Undo[] {
  const undo: Undo[] = [];
  shell.undoLists.push(undo);
  return undo;
}

/** Applies all of them from left to right; what was done is added to `undo`. Throws CommandError. */
export function* applyRedirects(shell: Shell, redirects: readonly Redirection[], undo: Undo[]): Run<void> {
  for (const redirect of redirects) {
    if (redirect.type === "Redirect") yield* applyFile(shell, redirect, undo);
    else yield* applyText(shell, redirect, undo);
  }
}

export function undoRedirects(shell: Shell, undo: Undo[]): void {
  if (shell.self.ended.aborted) {
    // A dead process has no descriptors to put anything back into.
    keepRedirects(shell, undo);
    return;
  }
  forget(shell, undo);
  for (let at = undo.length - 1; at >= 0; at--) {
    const { fd, file } = undo[at]!;
    if (file === undefined) shell.self.fds.close(fd);
    else {
      shell.self.fds.set(fd, file);
      file.release();
    }
  }
}

/** `exec > file` keeps them: only the references are dropped. */
export function keepRedirects(shell: Shell, undo: Undo[]): void {
  forget(shell, undo);
  for (const { file } of undo) file?.release();
}

function forget(shell: Shell, undo: Undo[]): void {
  const at = shell.undoLists.lastIndexOf(undo);
  if (at >= 0) shell.undoLists.splice(at, 1);
}

/** Before execve(2): nothing can be put back any more. */
export function dropUndo(shell: Shell): void {
  for (const undo of shell.undoLists) {
    for (const entry of undo) {
      entry.file?.release();
      entry.file = undefined;
    }
  }
}

function put(shell: Shell, fd: number, file: OpenFile | undefined, undo: Undo[]): void {
  const old = shell.self.fds.get(fd);
  old?.retain();
  undo.push({ fd, file: old });
  if (file === undefined) {
    if (old !== undefined) shell.self.fds.close(fd);
  } else shell.self.fds.set(fd, file);
}

/** The descriptor to change; `{name}` takes a new one from 10 on, which stays open. */
function target(redirect: Redirection, fallback: number): { fd: number; name: string | undefined } {
  const { descriptor } = redirect;
  if (descriptor === undefined) return { fd: fallback, name: undefined };
  return descriptor.type === "FileDescriptor" ? { fd: descriptor.value, name: undefined } : { fd: -1, name: descriptor.name };
}

function place(shell: Shell, where: { fd: number; name: string | undefined }, file: OpenFile, undo: Undo[]): void {
  if (where.name === undefined) put(shell, where.fd, file, undo);
  else setVariable(shell, where.name, String(shell.self.fds.add(file, 10)));
}

/** `{name}` or `{name[subscript]}`. */
function setVariable(shell: Shell, text: string, value: string): void {
  const element = /^(\w+)\[(.*)\]$/.exec(text);
  if (element === null) shell.variables.set(text, value);
  else shell.variables.setElement(element[1]!, element[2]!, value);
}

function variableNumber(shell: Shell, text: string): number {
  const element = /^(\w+)\[(.*)\]$/.exec(text);
  const value = element === null ? shell.variables.get(text) : shell.variables.getElement(element[1]!, element[2]!);
  if (value === undefined || !/^\d+$/.test(value)) throw new CommandError(`${text}: ambiguous redirect`);
  return Number(value);
}

function* applyFile(shell: Shell, redirect: Redirect, undo: Undo[]): Run<void> {
  if (redirect.target === undefined) throw new CommandError("syntax error near unexpected token `newline'");
  const { operator } = redirect;
  const words = yield* expandWords(shell, [redirect.target]);
  const [word] = words;
  if (word === undefined || words.length !== 1) throw new CommandError(`${redirect.target.text}: ambiguous redirect`);
  if (operator === "<&" || operator === ">&") {
    if (duplicate(shell, redirect, word, undo)) return;
    const output = redirect.descriptor?.type === "FileDescriptor" && redirect.descriptor.value === 1;
    if (operator === "<&" || (redirect.descriptor !== undefined && !output))
      throw new CommandError(`${redirect.target.text}: ambiguous redirect`);
  }
  const both = operator === "&>" || operator === "&>>" || operator === ">&";
  const file = openTarget(shell, word, operator);
  try {
    place(shell, target(redirect, operator === "<" || operator === "<>" ? 0 : 1), file, undo);
    if (both) put(shell, 2, file, undo);
  } catch (error) {
    if (!(error instanceof KernelError) || error.code !== "EMFILE") throw error;
    // What fcntl(F_DUPFD) met, then what it means for the redirection.
    yield* shell.report(`redirection error: cannot duplicate fd: ${error.text}`);
    throw new CommandError(`${word}: ${error.text}`);
  } finally {
    file.release();
  }
}

function openTarget(shell: Shell, path: string, operator: string): OpenFile {
  const { files } = shell.self;
  try {
    if (path === "") throw new KernelError("ENOENT", "open");
    if (operator === "<") return files.open(path, O.RDONLY);
    if (operator === "<>") return files.open(path, O.RDWR | O.CREAT, 0o666);
    if (operator === ">>" || operator === "&>>") return files.open(path, O.WRONLY | O.CREAT | O.APPEND, 0o666);
    if (operator !== ">|" && shell.options.has("noclobber") && files.exists(path) && files.stat(path).kind === "file") {
      throw new CommandError(`${path}: cannot overwrite existing file`);
    }
    return files.open(path, O.WRONLY | O.CREAT | O.TRUNC, 0o666);
  } catch (error) {
    if (error instanceof KernelError) throw new CommandError(`${path}: ${error.text}`);
    throw error;
  }
}

function closeDescriptor(shell: Shell, fd: number): void {
  if (shell.self.fds.get(fd) !== undefined) shell.self.fds.close(fd);
}

/** `n>&m`, `n>&m-`, `n>&-`. False when the word is none of these. */
function duplicate(shell: Shell, redirect: Redirect, word: string, undo: Undo[]): boolean {
  const where = target(redirect, redirect.operator === "<&" ? 0 : 1);
  if (word === "-") {
    if (where.name === undefined) put(shell, where.fd, undefined, undo);
    else closeDescriptor(shell, variableNumber(shell, where.name));
    return true;
  }
  const digits = /^(\d+)(-?)$/.exec(word);
  if (digits === null) return false;
  const from = Number(digits[1]);
  const file = shell.self.fds.get(from);
  if (file === undefined) throw new CommandError(`${redirect.target?.text ?? word}: Bad file descriptor`);
  place(shell, where, file, undo);
  if (digits[2] === "-" && from !== where.fd) put(shell, from, undefined, undo);
  return true;
}

function* applyText(shell: Shell, redirect: HereDoc | HereString, undo: Undo[]): Run<void> {
  let text: string;
  if (redirect.type === "HereString") {
    text = redirect.target === undefined ? "\n" : `${yield* expandToString(shell, redirect.target)}\n`;
  } else {
    text = yield* documentText(shell, redirect);
  }
  const file = fileWith(shell, new TextEncoder().encode(text));
  try {
    place(shell, target(redirect, 0), file, undo);
  } finally {
    file.release();
  }
}

/** The body of a here-document: `<<-` strips tabs, an unquoted delimiter lets `$`, backquotes and backslashes work. */
function* documentText(shell: Shell, document: HereDoc): Run<string> {
  const { text, parts } = document.body;
  const stripped = document.operator === "<<-" ? text.replace(/^\t+/gm, "") : text;
  if (document.delimiter?.quoted) return stripped;
  if (parts === undefined) return stripped.replace(/\\([$`\\\n])/g, (_, character: string) => (character === "\n" ? "" : character));
  if (document.operator === "<<") return yield* expandQuotedParts(shell, parts);
  return `${yield* expandQuotedParts(shell, partsOfText(stripped.replace(/\n$/, "")))}\n`;
}

/** Something to read these bytes from: a pipe, or a temporary file when they don't fit in one. */
function fileWith(shell: Shell, bytes: Uint8Array): OpenFile {
  if (bytes.length <= PIPE_CAPACITY) {
    const { reader, writer } = createPipe();
    writer.writeNow(bytes);
    writer.release();
    return reader;
  }
  const path = `/tmp/sh-thd.${shell.self.pid}.${Math.floor(shell.self.machine.kernel.random() * 1e9)}`;
  const { files } = shell.self;
  try {
    files.writeFile(path, bytes, { mode: 0o600, exclusive: true });
    const file = files.open(path, O.RDONLY);
    files.unlink(path);
    return file;
  } catch (error) {
    if (error instanceof KernelError) throw new CommandError(`cannot create temp file for here-document: ${error.text}`);
    throw error;
  }
}
