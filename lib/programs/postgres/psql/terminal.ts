/** Lines typed at a terminal: our line editor, psql's history and completion. */
import { KernelError } from "../../../kernel/errno.ts";
import { Editor } from "../../../shell/readline/editor.ts";
import { codeOf } from "../../core/errors.ts";
import { complete } from "./complete.ts";
import type { Session } from "./session.ts";
import { INTERRUPT_KEY, type Source } from "./source.ts";

function historyPath(session: Session): string {
  const { env } = session.self;
  const given = session.variables.get("HISTFILE") ?? env.PSQL_HISTORY;
  return given === undefined ? `${env.HOME ?? ""}/.psql_history` : given.startsWith("~/") ? `${env.HOME ?? ""}${given.slice(1)}` : given;
}

/** Lines of ~/.psql_history; a statement of several lines is kept as one, with \x01 for its line ends. */
function loadHistory(session: Session): void {
  try {
    const text = session.self.files.readText(historyPath(session));
    session.history = text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.replaceAll("\x01", "\n"));
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
}

function saveHistory(session: Session, entry: string): void {
  try {
    session.self.files.writeFile(historyPath(session), `${entry.replaceAll("\n", "\x01")}\n`, { append: true, mode: 0o600 });
  } catch (error) {
    // A home that cannot be written has no history.
    if (codeOf(error) === undefined) throw error;
  }
}

function remember(session: Session, line: string): void {
  const control = session.variables.get("HISTCONTROL") ?? "none";
  if (line.trim() === "") return;
  if ((control === "ignorespace" || control === "ignoreboth") && line.startsWith(" ")) return;
  if ((control === "ignoredups" || control === "ignoreboth") && session.history.at(-1) === line) return;
  session.history.push(line);
  const most = session.variables.number("HISTSIZE");
  if (most >= 0 && session.history.length > most) session.history.splice(0, session.history.length - most);
  saveHistory(session, line);
}

export function terminalSource(session: Session, edited: boolean): Source {
  const { self } = session;
  const file = self.fds.get(0);
  const tty = file?.tty;
  if (file === undefined || tty === undefined) throw new KernelError("ENOTTY", "ioctl");
  if (edited) loadHistory(session);
  let atEnd = false;
  /** Lines of the statement that is being typed. */
  const typed: string[] = [];
  const first = (bytes: Uint8Array | undefined) => {
    if (bytes?.length === 0) atEnd = true;
    return bytes?.[0];
  };
  const editor = new Editor({
    readByteNow: () => (atEnd ? undefined : first(file.readNow(1))),
    readByte: async () => first(await self.read(0, 1)),
    write: (text) => self.print(text),
    columns: () => tty.columns,
    history: () => session.history,
    complete: (text, cursor) => complete(session, text, cursor),
  });
  self.signals.set("SIGWINCH", () => editor.resized());
  /** Without the line editor: the terminal's own lines. */
  const plain = async (prompt: string): Promise<string | undefined> => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: readline's marks around what takes no room
    await self.print(prompt.replace(/[\x01\x02]/g, ""));
    const bytes: number[] = [];
    for (;;) {
      const read = await self.read(0, 1);
      const byte = read[0];
      if (byte === undefined) return bytes.length === 0 ? undefined : new TextDecoder().decode(Uint8Array.from(bytes));
      if (byte === 10) return new TextDecoder().decode(Uint8Array.from(bytes));
      bytes.push(byte);
    }
  };
  const read = async (prompt: string): Promise<string | undefined | typeof INTERRUPT_KEY> => {
    if (!edited) return plain(prompt);
    const settings = tty.settings;
    tty.settings = { ...settings, canonical: false, echo: false, signals: false, outputProcessing: true, crToNl: true };
    atEnd = false;
    try {
      const entered = await editor.readLine(prompt);
      if (entered.kind === "end") return undefined;
      return entered.kind === "interrupt" ? INTERRUPT_KEY : entered.text;
    } finally {
      tty.settings = settings;
    }
  };
  return {
    isInteractive: true,
    next: async (prompt) => {
      const line = await read(await prompt());
      if (line !== undefined && line !== INTERRUPT_KEY) typed.push(line);
      return line;
    },
    complete: () => {
      const entry = typed.splice(0).join("\n");
      if (edited) remember(session, entry);
    },
    data: async (prompt) => {
      const line = await plain(await prompt());
      return line === undefined ? undefined : `${line}\n`;
    },
  };
}
