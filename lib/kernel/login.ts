/** Logging in on a terminal (login(1)). */
import { KernelError } from "./errno.ts";
import type { KernelMachine } from "./machine.ts";
import type { KernelProcess } from "./program-process.ts";
import { type Files, O, type Tty } from "./types.ts";

/** ENV_SUPATH and ENV_PATH of login.defs(5), with /usr/local as Ubuntu's /etc/environment has it. */
const ROOT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const USER_PATH = "/usr/local/bin:/usr/bin:/bin";

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
  /** Supplementary groups, from /etc/group. */
  readonly groups: readonly number[];
}

/** The user's line of /etc/passwd (passwd(5)) and groups of /etc/group (group(5)); undefined when there is no such user. */
export function findAccount(files: Files, user: string): Account | undefined {
  for (const line of readLines(files, "/etc/passwd")) {
    const [name, , uid, gid, , home, shell] = line.split(":");
    if (name !== user || uid === undefined || gid === undefined) continue;
    const groups = readLines(files, "/etc/group")
      .map((entry) => entry.split(":"))
      .filter(([, , , members]) => members?.split(",").includes(user))
      .map(([, , number]) => Number(number));
    return {
      name,
      uid: Number(uid),
      gid: Number(gid),
      home: home || "/",
      shell: shell || "/bin/sh",
      groups: [...new Set([Number(gid), ...groups])],
    };
  }
  return undefined;
}

function readLines(files: Files, path: string): string[] {
  return files.exists(path) ? files.readText(path).split("\n") : [];
}

/** The environment that login(1) gives a shell. */
export function loginEnvironment(account: Account): Record<string, string> {
  return {
    HOME: account.home,
    USER: account.name,
    LOGNAME: account.name,
    SHELL: account.shell,
    PATH: account.uid === 0 ? ROOT_PATH : USER_PATH,
    TERM: "xterm-256color",
    LANG: "C.UTF-8",
    PWD: account.home,
  };
}

/** Starts the user's login shell on the terminal, in a session of its own. Throws EINVAL for an unknown user. */
export function loginShell(machine: KernelMachine, user: string, tty: Tty): KernelProcess {
  const account = findAccount(machine.files, user);
  if (account === undefined) throw new KernelError("EINVAL", "login", user);
  const home = machine.files.exists(account.home) ? account.home : "/";
  const terminal = tty.open(O.RDWR);
  try {
    return machine.spawn({
      argv: [`-${account.shell.slice(account.shell.lastIndexOf("/") + 1)}`],
      path: account.shell,
      env: { ...loginEnvironment(account), PWD: home },
      cwd: home,
      credentials: { uid: account.uid, gid: account.gid, groups: account.groups },
      fds: new Map([0, 1, 2].map((fd) => [fd, terminal])),
      session: { tty },
      foreground: true,
    });
  } finally {
    terminal.release();
  }
}
