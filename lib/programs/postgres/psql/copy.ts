/** \copy: COPY with files of the client's side (psql: Meta-Commands, \copy). */

import { createPipe } from "../../../kernel/pipe.ts";
import { O, type OpenFile } from "../../../kernel/types.ts";
import { codeOf, reason } from "../../core/errors.ts";
import { home } from "./commands/general.ts";
import { commandSink, fileSink, type Sink } from "./output.ts";
import { sendQuery } from "./send.ts";
import type { Session } from "./session.ts";
import { inputSource, type Source } from "./source.ts";

interface CopyWords {
  /** What stands before FROM or TO. */
  readonly before: string;
  readonly from: boolean;
  readonly place: { readonly kind: "file" | "program"; readonly name: string } | { readonly kind: "std" | "pstd" };
  readonly after: string;
}

/** Words, strings in quotes and lists in parentheses. */
function tokens(text: string): { readonly text: string; readonly end: number }[] {
  const found: { text: string; end: number }[] = [];
  const pattern = /\s*('(?:[^']|'')*'|"(?:[^"]|"")*"|[(),.]|[^\s(),.'"]+)/gy;
  for (let match = pattern.exec(text); match; match = pattern.exec(text))
    found.push({ text: match[1] ?? "", end: match.index + match[0].length });
  return found;
}

/** The parts of a \copy command, or the word at which it cannot be understood. */
function parse(text: string): CopyWords | string {
  const words = tokens(text);
  let at = 0;
  if (words[0]?.text.toLowerCase() === "binary") at++;
  if (words[at] === undefined) return "";
  let depth = 0;
  for (; at < words.length; at++) {
    const word = words[at]?.text.toLowerCase();
    if (word === "(") depth++;
    if (word === ")") depth--;
    if (depth === 0 && (word === "from" || word === "to")) break;
  }
  const direction = words[at]?.text.toLowerCase();
  if (direction === undefined) return words.at(-1)?.text ?? "";
  const before = text.slice(0, words[at - 1]?.end ?? 0);
  const from = direction === "from";
  const rest = text.slice(words[at]?.end ?? 0);
  const program = /^\s+program\s+('(?:[^']|'')*')/i.exec(rest);
  if (program) return { before, from, place: { kind: "program", name: unquote(program[1] ?? "") }, after: rest.slice(program[0].length) };
  const file = /^\s*('(?:[^']|'')*'|\S+)/.exec(rest);
  if (file === null) return direction;
  const name = file[1] ?? "";
  const after = rest.slice(file[0].length);
  if (/^(?:stdin|stdout)$/i.test(name)) return { before, from, place: { kind: "std" }, after };
  if (/^(?:pstdin|pstdout)$/i.test(name)) return { before, from, place: { kind: "pstd" }, after };
  return { before, from, place: { kind: "file", name: unquote(name.replace(/;$/, "")) }, after };
}

const unquote = (text: string) => (text.startsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : text);

export async function copyCommand(session: Session, text: string): Promise<boolean> {
  if (text.trim() === "") {
    await session.complain("\\copy: arguments required");
    return false;
  }
  const words = parse(text);
  if (typeof words === "string") {
    await session.complain(words === "" ? "\\copy: parse error at end of line" : `\\copy: parse error at end of line`);
    return false;
  }
  const { place, from } = words;
  const { self } = session;
  let source: Source | undefined;
  let sink: Sink | undefined;
  let close: () => Promise<void> = async () => {};
  try {
    if (place.kind === "file") {
      const path = home(session, place.name);
      if (from) {
        const file = self.files.open(path, O.RDONLY);
        if (file.stat().kind === "directory") {
          file.release();
          await session.complain(`${place.name}: cannot copy from/to a directory`);
          return false;
        }
        source = sourceOf(self.ended, file);
        close = async () => file.release();
      } else {
        const target = fileSink(self, path);
        sink = target;
        close = async () => {
          await target.close();
        };
      }
    } else if (place.kind === "program") {
      if (from) {
        const { reader, writer } = createPipe();
        const input = self.fds.get(0);
        const errors = self.fds.get(2);
        const fds = new Map<number, OpenFile>([[1, writer]]);
        if (input) fds.set(0, input);
        if (errors) fds.set(2, errors);
        const child = self.spawn({ argv: ["sh", "-c", place.name], path: "/bin/sh", fds });
        writer.release();
        source = sourceOf(self.ended, reader);
        close = async () => {
          reader.release();
          await ended(session, place.name, (await self.wait(child.pid))?.status ?? 0);
        };
      } else {
        const target = commandSink(self, place.name);
        sink = target;
        close = async () => ended(session, place.name, await target.close());
      }
    } else if (from) source = place.kind === "pstd" ? inputSource(session.standardInput) : session.source;
    else sink = place.kind === "pstd" ? { write: (data) => self.print(data), close: async () => 0 } : session.out;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    await session.complain(`${place.kind === "file" ? place.name : "program"}: ${reason(error)}`);
    return false;
  }
  const sql = `COPY ${words.before} ${from ? "FROM STDIN" : "TO STDOUT"} ${words.after}`.replace(/;\s*$/, "").trimEnd();
  session.copyTarget = { source, sink, marked: place.kind !== "file" };
  try {
    return await sendQuery(session, sql);
  } finally {
    session.copyTarget = undefined;
    await close();
  }
}

async function ended(session: Session, program: string, status: number): Promise<void> {
  if (status === 0) return;
  await session.complain(
    `${program}: ${status > 128 ? `child process was terminated by signal ${status - 128}` : `child process exited with exit code ${status}`}`,
  );
}

function sourceOf(signal: AbortSignal, file: OpenFile): Source {
  return inputSource({ read: async (max = 65536) => file.readNow(max) ?? (await file.read(max, signal)), close: () => {} });
}
