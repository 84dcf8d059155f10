/** What cp, mv, rm and install ask and look up alike. */
import type { Process, Stat } from "../../kernel/types.ts";
import { codeOf, Failure, quoteName, UsageError } from "../core/errors.ts";
import type { Arguments } from "../core/options.ts";
import { baseName, joinPath } from "../core/paths.ts";

/** lstat(2) or undefined when there is nothing of that name; other errors are thrown. */
export function look(self: Process, path: string, follow = false): Stat | undefined {
  try {
    return follow ? self.files.stat(path) : self.files.lstat(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

/** A question on standard error, answered on standard input; "y" agrees. */
export async function agrees(self: Process, question: string): Promise<boolean> {
  await self.error(question);
  let answer = "";
  for (;;) {
    const chunk = await self.read(0, 1);
    if (chunk.length === 0) break;
    const letter = String.fromCharCode(chunk[0] ?? 10);
    if (letter === "\n") break;
    answer += letter;
  }
  return /^[yY]/.test(answer);
}

/** Where each operand goes: the last one is the target, unless -t or -T says otherwise. */
export function destinations(self: Process, args: Arguments, name: string): { source: string; target: string; given: string }[] {
  const operands = [...args.operands];
  if (operands.length === 0) throw new UsageError("missing file operand");
  const directory = args.get("target-directory");
  if (directory !== undefined) {
    const stat = look(self, directory, true);
    if (stat?.kind !== "directory")
      throw new Failure(`target directory ${quoteName(directory)}: ${stat ? "Not a directory" : "No such file or directory"}`);
    return operands.map((source) => ({ source, target: joinPath(directory, baseName(source)), given: directory }));
  }
  if (operands.length === 1) throw new UsageError(`missing destination file operand after ${quoteName(operands[0] ?? "")}`);
  const last = operands.pop() ?? "";
  if (args.has("no-target-directory")) {
    if (operands.length > 1) throw new UsageError(`extra operand ${quoteName(operands[1] ?? "")}`);
    return [{ source: operands[0] ?? "", target: last, given: last }];
  }
  const stat = look(self, last, true);
  if (stat?.kind === "directory") return operands.map((source) => ({ source, target: joinPath(last, baseName(source)), given: last }));
  if (operands.length > 1) throw new Failure(`target ${quoteName(last)}: ${stat ? "Not a directory" : "No such file or directory"}`);
  if (last.endsWith("/") && name === "cp" && look(self, operands[0] ?? "", true)?.kind !== "directory")
    throw new Failure(`cannot create regular file ${quoteName(last)}: Not a directory`);
  return [{ source: operands[0] ?? "", target: last, given: last }];
}
