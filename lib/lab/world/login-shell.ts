import { loginEnvironment } from "../../kernel/login.ts";
import { type Machine, O, type Process, type Tty } from "../../kernel/types.ts";
import { beginWith } from "../../shell/kept-state.ts";
import { accountOn } from "./account.ts";

/** How a login shell of a lab begins. */
export interface ShellStart {
  readonly user: string;
  /** Falls back to the home directory when it is not there. */
  readonly cwd: string;
  /** What login(1) gives when left out. */
  readonly env?: Readonly<Record<string, string>>;
  /** Variables, functions and aliases that it had, as commands (`shellState`). */
  readonly state?: string;
}

/** The user's login shell on a terminal, as login(1) starts it, but in the lab's folder (and with what it had, when it comes back). */
export function startShell(machine: Machine, tty: Tty, start: ShellStart): Process {
  const account = accountOn(machine, start.user);
  const cwd = [start.cwd, account.home, "/"].find((path) => machine.files.exists(path)) ?? "/";
  const terminal = tty.open(O.RDWR);
  try {
    const shell = machine.spawn({
      argv: [`-${account.shell.slice(account.shell.lastIndexOf("/") + 1)}`],
      path: account.shell,
      env: { ...(start.env ?? loginEnvironment(account)), PWD: cwd },
      cwd,
      credentials: { uid: account.uid, gid: account.gid, groups: account.groups },
      fds: new Map([0, 1, 2].map((fd) => [fd, terminal])),
      session: { tty },
      foreground: true,
    });
    if (start.state !== undefined) beginWith(shell, start.state);
    return shell;
  } finally {
    terminal.release();
  }
}
