/** The conditions of `test`, `[` and `[[` (bash(1), CONDITIONAL EXPRESSIONS). */
import type { Stat } from "../../kernel/types.ts";
import { CommandError } from "../control.ts";
import type { Shell } from "../shell.ts";
import { elementValues } from "../variables/variable.ts";

/** Conditions on a file. */
export const FILE_TESTS = new Set([
  "-a",
  "-b",
  "-c",
  "-d",
  "-e",
  "-f",
  "-g",
  "-h",
  "-k",
  "-p",
  "-r",
  "-s",
  "-u",
  "-w",
  "-x",
  "-G",
  "-L",
  "-N",
  "-O",
  "-S",
]);
export const UNARY_TESTS = new Set([...FILE_TESTS, "-z", "-n", "-t", "-o", "-v", "-R"]);

function statOf(shell: Shell, path: string, follow: boolean): Stat | undefined {
  try {
    return follow ? shell.self.files.stat(path) : shell.self.files.lstat(path);
  } catch {
    return undefined;
  }
}

export function testFile(shell: Shell, operator: string, path: string): boolean {
  if (path === "") return false;
  if (operator === "-h" || operator === "-L") return statOf(shell, path, false)?.kind === "symlink";
  const stat = statOf(shell, path, true);
  if (stat === undefined) return false;
  switch (operator) {
    case "-f":
      return stat.kind === "file";
    case "-d":
      return stat.kind === "directory";
    case "-s":
      return stat.size > 0;
    case "-r":
      return shell.self.files.access(path, 4);
    case "-w":
      return shell.self.files.access(path, 2);
    case "-x":
      return shell.self.files.access(path, 1);
    case "-b":
      return (stat.mode & 0o170000) === 0o060000;
    case "-c":
      return stat.kind === "device" && (stat.mode & 0o170000) !== 0o060000;
    case "-p":
      return stat.kind === "fifo";
    case "-S":
      return stat.kind === "socket";
    case "-g":
      return (stat.mode & 0o2000) !== 0;
    case "-u":
      return (stat.mode & 0o4000) !== 0;
    case "-k":
      return (stat.mode & 0o1000) !== 0;
    case "-O":
      return stat.uid === shell.self.credentials.uid;
    case "-G":
      return stat.gid === shell.self.credentials.gid;
    case "-N":
      return stat.mtimeMs > stat.atimeMs;
    default:
      return true; // -a and -e
  }
}

export function testUnary(shell: Shell, operator: string, operand: string): boolean {
  switch (operator) {
    case "-z":
      return operand === "";
    case "-n":
      return operand !== "";
    case "-t":
      return /^\d+$/.test(operand) && shell.self.fds.get(Number(operand))?.kind === "tty";
    case "-o":
      return shell.options.has(operand);
    case "-R":
      return shell.variables.find(operand)?.nameref === true;
    case "-v":
      return isSet(shell, operand);
    default:
      throw new CommandError(`${operator}: unary operator expected`, 2);
  }
}

function isSet(shell: Shell, text: string): boolean {
  const element = /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(text);
  if (/^\d+$/.test(text)) return Number(text) <= shell.positional.length;
  if (element === null) return shell.variables.get(text) !== undefined;
  if (element[2] === "@" || element[2] === "*") return elementValues(shell.variables.lookup(element[1]!)?.value).length > 0;
  try {
    return shell.variables.getElement(element[1]!, plainSubscript(shell, element[2]!)) !== undefined;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    shell.reportNow(error.message);
    return false;
  }
}

/** A subscript is expanded once more: quotes go, `$name` is its value. */
function plainSubscript(shell: Shell, text: string): string {
  return text
    .replace(/\$(?:\{(\w+)\}|([A-Za-z_]\w*))/g, (_, braced?: string, plain?: string) => shell.variables.get(braced ?? plain ?? "") ?? "")
    .replace(/^(["'])(.*)\1$/s, "$2");
}

/** -nt, -ot, -ef. */
export function compareFiles(shell: Shell, operator: string, left: string, right: string): boolean {
  const a = statOf(shell, left, true);
  const b = statOf(shell, right, true);
  if (operator === "-ef") return a !== undefined && b !== undefined && a.ino === b.ino;
  if (operator === "-nt") return a !== undefined && (b === undefined || a.mtimeMs > b.mtimeMs);
  return b !== undefined && (a === undefined || a.mtimeMs < b.mtimeMs);
}
