/** The client's end of a session: keys go to the server, what it shows comes back (ssh(1)). */
import type { Process, Tty } from "../../kernel/types.ts";
import { codeOf } from "../core/errors.ts";
import { type Connection, NotSsh } from "./connection.ts";

export interface SessionOptions {
  readonly host: string;
  readonly command: string | undefined;
  /** The terminal of the client, when the server is to make one. */
  readonly tty: Tty | undefined;
  /** `-n`: nothing is read. */
  readonly noInput: boolean;
  readonly quiet: boolean;
}

const FAILED = 255;
const RAW = { canonical: false, echo: false, signals: false, outputProcessing: false, crToNl: false };
const SENT = /^(LANG|LC_\w+)$/;

/** Runs until the server has told how it ended; the exit status. */
export async function runClientSession(self: Process, connection: Connection, options: SessionOptions): Promise<number> {
  const { tty } = options;
  const before = tty?.settings;
  const size = tty === undefined ? undefined : { term: self.env.TERM ?? "dumb", columns: tty.columns, rows: tty.rows };
  const env = Object.fromEntries(Object.entries(self.env).filter(([name]) => SENT.test(name)));
  await connection.send({ kind: "session", command: options.command, pty: size, env });
  const restore = () => {
    if (tty !== undefined && before !== undefined) tty.settings = before;
  };
  self.ended.addEventListener("abort", restore, { once: true });
  if (tty !== undefined) {
    tty.settings = RAW;
    self.signals.set(
      "SIGWINCH",
      () => void connection.send({ kind: "resize", columns: tty.columns, rows: tty.rows }).catch(() => undefined),
    );
  }
  let how: Ending;
  try {
    const escaped = new Promise<"escape">((resolve) => {
      if (!options.noInput) void sendInput(self, connection, tty !== undefined, () => resolve("escape"));
      else if (tty === undefined) void connection.send({ kind: "end-of-input" }).catch(() => undefined);
    });
    const withoutTerminal = async () => {
      restore();
      await self.error("PTY allocation request failed on channel 0\n");
    };
    how = await Promise.race([showOutput(self, connection, withoutTerminal), escaped.then((): Ending => ({ kind: "closed-here" }))]);
  } finally {
    self.ended.removeEventListener("abort", restore);
    restore();
  }
  if (how.kind === "lost") await self.error(`Connection to ${options.host} closed by remote host.\r\n`);
  if (tty !== undefined && !options.quiet) await self.error(`Connection to ${options.host} closed.\n`);
  return how.kind === "ended" ? how.status : FAILED;
}

type Ending = { readonly kind: "ended"; readonly status: number } | { readonly kind: "lost" } | { readonly kind: "closed-here" };

async function showOutput(self: Process, connection: Connection, withoutTerminal: () => Promise<void>): Promise<Ending> {
  try {
    for (;;) {
      const frame = await connection.receive();
      if (frame === undefined) return { kind: "lost" };
      if (frame.kind === "data") await self.write(frame.stream === "error" ? 2 : 1, frame.bytes);
      else if (frame.message.kind === "no-pty") await withoutTerminal();
      else if (frame.message.kind === "exit") return { kind: "ended", status: frame.message.status };
      else if (frame.message.kind === "killed") return { kind: "ended", status: FAILED };
      else if (frame.message.kind === "disconnect") return { kind: "lost" };
    }
  } catch (error) {
    if (error instanceof NotSsh || codeOf(error) === "ECONNRESET") return { kind: "lost" };
    throw error;
  }
}

const NEWLINES: ReadonlySet<number> = new Set([0x0a, 0x0d]);
const TILDE = 0x7e;
const DOT = 0x2e;

/** Standard input to the server. On a terminal, `~.` at the beginning of a line ends the connection (ssh(1), ESCAPE CHARACTERS). */
async function sendInput(self: Process, connection: Connection, isTerminal: boolean, end: () => void): Promise<void> {
  let lineStart = true;
  let held = false;
  try {
    for (;;) {
      const bytes = await self.read(0, 32 * 1024);
      if (bytes.length === 0) {
        await connection.send({ kind: "end-of-input" });
        return;
      }
      if (!isTerminal) {
        await connection.sendData(bytes);
        continue;
      }
      const out: number[] = [];
      for (const byte of bytes) {
        if (held) {
          held = false;
          if (byte === DOT) {
            end();
            return;
          }
          if (byte !== TILDE) out.push(TILDE);
        } else if (lineStart && byte === TILDE) {
          held = true;
          continue;
        }
        out.push(byte);
        lineStart = NEWLINES.has(byte);
      }
      if (out.length > 0) await connection.sendData(Uint8Array.from(out));
    }
  } catch (error) {
    // The connection has ended, or there is nothing to read from.
    if (codeOf(error) === undefined && !self.ended.aborted) throw error;
  }
}
