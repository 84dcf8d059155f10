/** Access and error logs: files that stay open, reopened on USR1 (https://nginx.org/en/docs/control.html). */
import { type Clock, type Files, O, type OpenFile } from "../../../kernel/types.ts";
import { type ErrorLog, LOG_LEVELS, type LogLevel } from "../config/model.ts";
import { bytesOf, readable } from "../config/parser.ts";

const two = (value: number) => String(value).padStart(2, "0");

/** "2026/11/21 09:31:01". */
export function logTime(epochMs: number): string {
  const at = new Date(epochMs);
  return `${at.getUTCFullYear()}/${two(at.getUTCMonth() + 1)}/${two(at.getUTCDate())} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
}

export const levelNumber = (level: LogLevel): number => LOG_LEVELS.indexOf(level);

export class LogFiles {
  readonly #open = new Map<string, OpenFile>();

  constructor(
    private readonly files: Files,
    private readonly clock: Clock,
    /** Standard error of the process that started it. */
    private readonly stderr: OpenFile | undefined,
  ) {}

  /** Opens a log for appending; throws KernelError. */
  open(path: string): void {
    if (path === "stderr" || this.#open.has(path)) return;
    this.#open.set(path, this.files.open(readable(path), O.WRONLY | O.CREAT | O.APPEND, 0o644));
  }

  get paths(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** Opens all of them anew. Whose file can't be opened keeps the old one, and `failed` hears of it. */
  reopen(failed: (path: string, error: unknown) => void): void {
    for (const path of this.paths) {
      try {
        const file = this.files.open(readable(path), O.WRONLY | O.CREAT | O.APPEND, 0o644);
        this.#open.get(path)?.release();
        this.#open.set(path, file);
      } catch (error) {
        failed(path, error);
      }
    }
  }

  /** A log whose name has variables: opened for each line, by the worker itself. Throws KernelError. */
  append(files: Files, path: string, line: string): void {
    const file = files.open(readable(path), O.WRONLY | O.CREAT | O.APPEND, 0o644);
    file.writeNow(bytesOf(line));
    file.release();
  }

  write(path: string, line: string): void {
    const file = path === "stderr" ? this.stderr : this.#open.get(path);
    try {
      file?.writeNow(bytesOf(line));
    } catch {
      // A full disk or a closed terminal: nginx goes on without its log.
    }
  }

  /** To every log that wants this level; `logs` undefined: none is set. */
  error(logs: readonly ErrorLog[] | undefined, level: LogLevel, message: string, pid: number, connection?: number): void {
    const wanted = (logs ?? []).filter((log) => levelNumber(level) <= levelNumber(log.level));
    if (wanted.length === 0) return;
    const number = connection === undefined ? "" : `*${connection} `;
    const line = `${logTime(this.clock.now())} [${level}] ${pid}#${pid}: ${number}${message}\n`;
    for (const { path } of wanted) this.write(path, line);
  }

  close(): void {
    for (const file of this.#open.values()) file.release();
    this.#open.clear();
  }
}
