/** What a logged-in user gets: a shell on a terminal of its own, or a command between pipes (sshd(8), LOGIN PROCESS). */
import { type Account, loginEnvironment } from "../../kernel/login.ts";
import { createPipe } from "../../kernel/pipe.ts";
import { O, type OpenFile, type Process, type Tty, type WaitResult } from "../../kernel/types.ts";
import { type Connection, type Message, NotSsh } from "./connection.ts";
import { ctime, type LastLogin } from "./server-log.ts";

export type SessionRequest = Extract<Message, { kind: "session" }> & {
  /** What a command that the key prescribes learns of the one that was asked for. */
  readonly forced?: Readonly<Record<string, string>>;
};

export interface SessionStart {
  readonly account: Account;
  readonly request: SessionRequest;
  readonly client: { readonly address: string; readonly port: number };
  readonly server: { readonly address: string; readonly port: number };
  /** Made by the server while it was root. */
  readonly tty: Tty | undefined;
  /** Shown before the shell begins. */
  readonly greeting: string;
}

/** What a client may set: AcceptEnv LANG LC_* of Debian's configuration. */
const ACCEPTED_VARIABLE = /^(LANG|LC_\w+)$/;

/** Runs the session in the process of the user, until the shell or command has ended or the client is gone. */
export async function runSession(self: Process, connection: Connection, start: SessionStart): Promise<number> {
  const { tty } = start;
  // Whatever ends this process takes the terminal with it.
  const hangUp = () => tty?.hangUp();
  self.ended.addEventListener("abort", hangUp, { once: true });
  try {
    return tty === undefined ? await withPipes(self, connection, start) : await onTerminal(self, connection, start, tty);
  } finally {
    self.ended.removeEventListener("abort", hangUp);
    hangUp();
    connection.close();
  }
}

function environment({ account, request, client, server, tty }: SessionStart): Record<string, string> {
  const given = Object.entries(request.env).filter(([name]) => ACCEPTED_VARIABLE.test(name));
  const { TERM: _, ...env } = loginEnvironment(account);
  return {
    ...env,
    ...Object.fromEntries(given),
    ...request.forced,
    SSH_CLIENT: `${client.address} ${client.port} ${server.port}`,
    SSH_CONNECTION: `${client.address} ${client.port} ${server.address} ${server.port}`,
    MOTD_SHOWN: "pam",
    ...(tty === undefined ? {} : { SSH_TTY: `/dev/${tty.name}`, TERM: request.pty?.term ?? "dumb" }),
  };
}

function spawnShell(self: Process, start: SessionStart, fds: ReadonlyMap<number, OpenFile>): Process {
  const { account, request, tty } = start;
  const { command } = request;
  const name = account.shell.slice(account.shell.lastIndexOf("/") + 1);
  const home = self.machine.files.exists(account.home) ? account.home : "/";
  return self.spawn({
    argv: command === undefined ? [`-${name}`] : [name, "-c", command],
    path: account.shell,
    env: { ...environment(start), PWD: home },
    cwd: home,
    fds,
    session: tty === undefined ? {} : { tty },
    foreground: tty !== undefined,
  });
}

async function sendEnd(connection: Connection, end: WaitResult | undefined): Promise<void> {
  if (end?.how === "signaled") await connection.send({ kind: "killed", signal: end.signal });
  else await connection.send({ kind: "exit", status: end?.status ?? 0 });
}

/** Undefined when the client is gone. */
async function next(connection: Connection) {
  try {
    return await connection.receive();
  } catch (error) {
    if (error instanceof NotSsh || isGone(error)) return undefined;
    throw error;
  }
}

const isGone = (error: unknown) => typeof error === "object" && error !== null && "code" in error;

async function onTerminal(self: Process, connection: Connection, start: SessionStart, tty: Tty): Promise<number> {
  let shown: Promise<unknown> = Promise.resolve();
  if (start.greeting !== "") await connection.sendData(new TextEncoder().encode(start.greeting.replaceAll("\n", "\r\n")));
  tty.onOutput((bytes, done) => {
    shown = connection.sendData(bytes).catch(() => undefined);
    void shown.then(done);
  });
  const slave = tty.open(O.RDWR);
  const shell = spawnShell(self, start, new Map([0, 1, 2].map((fd) => [fd, slave])));
  slave.release();
  const ended = self.wait(shell.pid);
  ended.catch(() => undefined);
  const gone = (async () => {
    for (let frame = await next(connection); frame !== undefined; frame = await next(connection)) {
      if (frame.kind === "data") tty.input(frame.bytes);
      else if (frame.message.kind === "resize") tty.resize(frame.message.columns, frame.message.rows);
      else if (frame.message.kind === "disconnect") return "gone" as const;
    }
    return "gone" as const;
  })();
  const end = await Promise.race([ended, gone]);
  if (end === "gone") return 255;
  // What the shell has written last is on its way to the screen for a turn or two.
  for (let turn = 0; turn < 2; turn++) await self.sleep(0);
  await shown;
  await sendEnd(connection, end).catch(() => undefined);
  return end?.status ?? 0;
}

async function withPipes(self: Process, connection: Connection, start: SessionStart): Promise<number> {
  const stdin = createPipe();
  const stdout = createPipe();
  const stderr = createPipe();
  const shell = spawnShell(
    self,
    start,
    new Map([
      [0, stdin.reader],
      [1, stdout.writer],
      [2, stderr.writer],
    ]),
  );
  for (const file of [stdin.reader, stdout.writer, stderr.writer]) file.release();
  const ended = self.wait(shell.pid);
  ended.catch(() => undefined);
  const forward = async (from: OpenFile, stream: "in-or-out" | "error") => {
    for (let bytes = await from.read(32 * 1024, self.ended); bytes.length > 0; bytes = await from.read(32 * 1024, self.ended))
      await connection.sendData(bytes, stream);
  };
  const output = Promise.all([forward(stdout.reader, "in-or-out"), forward(stderr.reader, "error")]).catch(() => undefined);
  const gone = feed(self, connection, stdin.writer);
  try {
    // As in life: the session lasts as long as anything holds the command's output open.
    const end = await Promise.race([Promise.all([ended, output]), gone]);
    if (end === "gone") return 255;
    await sendEnd(connection, end[0]).catch(() => undefined);
    return end[0]?.status ?? 0;
  } finally {
    stdout.reader.release();
    stderr.reader.release();
  }
}

/** Gives the command what the client sends, until the client is gone. */
async function feed(self: Process, connection: Connection, input: OpenFile): Promise<"gone"> {
  let open = true;
  const close = () => {
    if (open) input.release();
    open = false;
  };
  for (let frame = await next(connection); frame !== undefined; frame = await next(connection)) {
    if (frame.kind === "message" && frame.message.kind === "end-of-input") close();
    else if (frame.kind === "message" && frame.message.kind === "disconnect") break;
    else if (frame.kind === "data" && open) {
      try {
        await input.write(frame.bytes, self.ended);
      } catch (error) {
        if (!isGone(error)) throw error;
        close();
      }
    }
  }
  close();
  return "gone";
}

/** What is shown at a login with a terminal: the message of the day, and when the user was here last. */
export function greeting(self: Process, account: Account, last: LastLogin | undefined, showLast: boolean): string {
  const { files } = self.machine;
  if (files.exists(`${account.home}/.hushlogin`)) return "";
  const motd = files.exists("/etc/motd") ? files.readText("/etc/motd") : "";
  return motd + (showLast && last !== undefined ? `Last login: ${ctime(last.atMs)} from ${last.from}\n` : "");
}
