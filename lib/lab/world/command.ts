import { loginEnvironment } from "../../kernel/login.ts";
import { createPipe } from "../../kernel/pipe.ts";
import type { Clock, Machine, OpenFile, Process } from "../../kernel/types.ts";
import { deferred } from "../deferred.ts";
import { accountOn } from "./account.ts";

export interface Command {
  readonly argv: readonly string[];
  readonly user: string;
  readonly cwd: string;
  /** What login(1) gives when left out. */
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

export interface CommandEnd {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** So much of an output is kept; the rest is read and dropped. */
const MOST_BYTES = 1024 * 1024;

/** Runs a command without a terminal and with an empty input. Undefined when it did not end in time; it is killed then. */
export async function runCommand(machine: Machine, command: Command): Promise<CommandEnd | undefined> {
  const account = accountOn(machine, command.user);
  const stdin = createPipe();
  const stdout = createPipe();
  const stderr = createPipe();
  stdin.writer.release();
  const ended = deferred<number>();
  const process = machine.spawn({
    argv: [...command.argv],
    cwd: command.cwd,
    env: command.env ?? { ...loginEnvironment(account), PWD: command.cwd },
    credentials: account,
    fds: new Map([
      [0, stdin.reader],
      [1, stdout.writer],
      [2, stderr.writer],
    ]),
    session: {},
    // A parent of our own: only parents learn how a process ended.
    run: async (self) => {
      try {
        const child = self.spawn({ argv: command.argv });
        for (const fd of [0, 1, 2]) self.fds.close(fd);
        const result = await self.wait(child.pid);
        ended.resolve(result?.status ?? 0);
        return 0;
      } catch (error) {
        ended.reject(error);
        return 1;
      }
    },
  });
  for (const file of [stdin.reader, stdout.writer, stderr.writer]) file.release();
  const texts = Promise.all([readText(stdout.reader), readText(stderr.reader)]);
  texts.catch(() => undefined);
  ended.promise.catch(() => undefined);
  const late = deferred<undefined>();
  const cancel = command.clock.after(command.timeoutMs, () => late.resolve(undefined));
  try {
    const status = await Promise.race([ended.promise, late.promise]);
    if (status === undefined) {
      killSession(machine, process);
      return undefined;
    }
    // A background process that holds the output open must not hold us up.
    const output = await Promise.race([texts, late.promise]);
    return output && { status, stdout: output[0], stderr: output[1] };
  } finally {
    cancel();
    stdout.reader.release();
    stderr.reader.release();
  }
}

/** Whatever the command has started ends with it. */
function killSession(machine: Machine, leader: Process): void {
  const members = machine.processes().filter((process) => process.sid === leader.sid && process.pid !== leader.pid);
  for (const { pid } of members) leader.kill(pid, "SIGKILL");
  try {
    leader.kill(leader.pid, "SIGKILL");
  } catch {
    // kill(2) on oneself does not return.
  }
}

async function readText(file: OpenFile): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const bytes = await file.read(64 * 1024);
    if (bytes.length === 0) return text + decoder.decode();
    if (text.length < MOST_BYTES) text += decoder.decode(bytes, { stream: true });
  }
}
