/** sudo(8), su(1): becoming another user, with the rules of /etc/sudoers. */
import type { Credentials, Process } from "../../kernel/types.ts";
import { codeOf, Failure, reason } from "../core/errors.ts";
import { program } from "../core/program.ts";
import { groups as allGroups, findGroup, findUser, type User, userName } from "../core/users.ts";

function credentialsOf(self: Process, user: User) {
  const rest = allGroups(self.machine.files).filter((group) => group.members.includes(user.name) && group.gid !== user.gid);
  return { uid: user.uid, gid: user.gid, groups: [user.gid, ...rest.map((group) => group.gid)] };
}

/** Whether /etc/sudoers lets this user become others without a password: `user` or `%group` lines that grant ALL. */
function mayBecomeOthers(self: Process, name: string): boolean {
  const root = self.machine.files;
  const texts = [root.readText("/etc/sudoers")];
  try {
    for (const entry of root.readdir("/etc/sudoers.d"))
      if (!/[.~]/.test(entry.name)) texts.push(root.readText(`/etc/sudoers.d/${entry.name}`));
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
  const member = new Set(
    allGroups(root)
      .filter((group) => group.members.includes(name))
      .map((group) => group.name),
  );
  for (const gid of [self.credentials.gid, ...self.credentials.groups]) {
    const group = allGroups(root).find((each) => each.gid === gid);
    if (group) member.add(group.name);
  }
  return texts
    .join("\n")
    .split("\n")
    .some((line) => {
      const found = /^(%?[\w.-]+)\s+ALL\s*=\s*(?:\([^)]*\)\s*)?(.*)$/.exec(line.trim());
      if (!found) return false;
      const [, who = "", what = ""] = found;
      const matches = who.startsWith("%") ? member.has(who.slice(1)) : who === name;
      return matches && (name === "root" || /NOPASSWD:\s*ALL/.test(what));
    });
}

const ROOT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export const sudo = program({
  name: "sudo",
  summary: "execute a command as another user",
  section: "users",
  origin: "sudo 1.9.13p3",
  stopAtOperand: true,
  synopsis: ["[-u user] [-g group] [-EHins] [VAR=value] [command [arg ...]]", "-l", "-v | -k | -K"],
  usageHint: () =>
    "usage: sudo -h | -K | -k | -V\nusage: sudo -v [-ABkNnS] [-g group] [-h host] [-p prompt] [-u user]\nusage: sudo [-ABbEHkNnPS] [-g group] [-u user] [VAR=value] [-i | -s] [command [arg ...]]\n",
  options: [
    "-A, --askpass  (accepted)",
    "-E, --preserve-env[=LIST]  preserve user environment when running command",
    "-g, --group=GROUP  run command as the specified group name or ID",
    "-H, --set-home  set HOME variable to target user's home dir",
    "-i, --login  run login shell as the target user",
    "-k, --reset-timestamp  (accepted)",
    "-K, --remove-timestamp  (accepted)",
    "-l, --list  list user's privileges",
    "-n, --non-interactive  non-interactive mode, no prompts are used",
    "-s, --shell  run shell as the target user",
    "-S, --stdin  (accepted)",
    "-u, --user=USER  run command as specified user name or ID",
    "-v, --validate  (accepted)",
  ],
  unmodeled: [
    "-b",
    "--background",
    "-B",
    "--bell",
    "-C",
    "--close-from",
    "-D",
    "--chdir",
    "-e",
    "--edit",
    "-p",
    "--prompt",
    "-P",
    "--preserve-groups",
    "-R",
    "--chroot",
    "-T",
    "--command-timeout",
    "-U",
    "--other-user",
  ],
  limits:
    "Passwords are not asked for: a user whom /etc/sudoers does not grant NOPASSWD: ALL is refused. Rules for single commands are not read.",
  run: async (self, args) => {
    const root = self.machine.files;
    const me = userName(root, self.credentials.uid);
    if (self.credentials.uid !== 0 && !mayBecomeOthers(self, me)) {
      await self.error(`${me} is not in the sudoers file.\n`);
      return 1;
    }
    if (args.has("list")) {
      await self.print(`User ${me} may run the following commands on ${self.machine.hostname}:\n    (ALL : ALL) NOPASSWD: ALL\n`);
      return 0;
    }
    const text = args.get("user") ?? "root";
    const user = findUser(root, text.replace(/^#/, ""));
    if (!user) {
      await self.error(`sudo: unknown user ${text}\nsudo: error initializing audit plugin sudoers_audit\n`);
      return 1;
    }
    const words = [...args.operands];
    const environment: Record<string, string> = {};
    if (args.has("preserve-env") && !args.get("preserve-env")) Object.assign(environment, self.env);
    for (const name of ["TERM", "LANG", "COLUMNS", "LINES", "DISPLAY", "TZ", ...(args.get("preserve-env") ?? "").split(",")]) {
      const value = self.env[name];
      if (value !== undefined) environment[name] = value;
    }
    Object.assign(environment, {
      PATH: ROOT_PATH,
      HOME: user.home,
      LOGNAME: user.name,
      USER: user.name,
      SHELL: user.shell,
      MAIL: `/var/mail/${user.name}`,
      SUDO_USER: me,
      SUDO_UID: String(self.credentials.uid),
      SUDO_GID: String(self.credentials.gid),
    });
    while (/^[A-Za-z_]\w*=/.test(words[0] ?? "")) {
      const word = words.shift() ?? "";
      environment[word.slice(0, word.indexOf("="))] = word.slice(word.indexOf("=") + 1);
    }
    const login = args.has("login");
    if (words.length === 0 && !login && !args.has("shell")) {
      if (args.has("validate", "reset-timestamp", "remove-timestamp")) return 0;
      throw new Failure(`usage: sudo -h | -K | -k | -V\nusage: sudo -v [-ABkNnS] [-g group] [-h host] [-p prompt] [-u user]`, 1);
    }
    const credentials = credentialsOf(self, user);
    const groupText = args.get("group");
    const group = groupText === undefined ? undefined : findGroup(root, groupText);
    if (groupText !== undefined && !group) {
      await self.error(`sudo: unknown group ${groupText}\n`);
      return 1;
    }
    environment.SUDO_COMMAND = words.length > 0 ? words.join(" ") : user.shell;
    let argv = words;
    let path: string | undefined;
    if (login || args.has("shell")) {
      path = user.shell;
      const name = user.shell.split("/").pop() ?? "sh";
      argv = [
        login ? `-${name}` : user.shell,
        ...(words.length > 0 ? ["-c", words.map((word) => word.replace(/[^\w@%+=:,./$-]/g, "\\$&")).join(" ")] : []),
      ];
    }
    return runAs(self, "sudo", {
      argv,
      path,
      env: environment,
      cwd: login ? user.home : undefined,
      credentials: group ? { ...credentials, gid: group.gid } : credentials,
    });
  },
});

/** Runs a command with other credentials, as the set-user-ID bit of these programs lets them, and waits for it. */
async function runAs(
  self: Process,
  name: string,
  request: { argv: readonly string[]; path?: string; env: Readonly<Record<string, string>>; cwd?: string; credentials: Credentials },
): Promise<number> {
  let child: Process;
  try {
    child = self.spawn(request);
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    await self.error(
      name === "sudo" && code === "ENOENT"
        ? `sudo: ${request.argv[0]}: command not found\n`
        : `${name}: ${request.argv[0]}: ${reason(error)}\n`,
    );
    return name === "sudo" ? 1 : code === "ENOENT" ? 127 : 126;
  }
  // Keys of the terminal reach the command itself; what is sent to this process alone is passed on.
  for (const signal of ["SIGINT", "SIGQUIT"] as const) self.signals.set(signal, () => {});
  for (const signal of ["SIGTERM", "SIGHUP"] as const)
    self.signals.set(signal, () => {
      if (self.machine.find(child.pid)) child.kill(child.pid, signal);
    });
  for (;;) {
    const result = await self.wait(child.pid, { untraced: true });
    if (result?.how === "stopped") self.kill(self.pid, "SIGSTOP");
    else if (result && result.how !== "continued") return result.status;
  }
}

export const su = program({
  name: "su",
  summary: "run a command with substitute user and group ID",
  section: "users",
  origin: "util-linux 2.38.1",
  synopsis: ["[options] [-] [<user> [<argument>...]]"],
  options: [
    "-c, --command=COMMAND  pass a single command to the shell with -c",
    "-l, --login  make the shell a login shell",
    "-m, --preserve-environment  do not reset environment variables",
    "-p  same as -m",
    "-s, --shell=SHELL  run SHELL if /etc/shells allows it",
  ],
  unmodeled: [
    "-f",
    "--fast",
    "-g",
    "--group",
    "-G",
    "--supp-group",
    "-P",
    "--pty",
    "-T",
    "--no-pty",
    "-w",
    "--whitelist-environment",
    "--session-command",
  ],
  limits: "Passwords are not asked for: only root can become others. Use sudo -i, or sudo su.",
  run: async (self, args) => {
    const operands = [...args.operands];
    let login = args.has("login");
    if (operands[0] === "-") {
      operands.shift();
      login = true;
    }
    const [name = "root", ...rest] = operands;
    const user = findUser(self.machine.files, name);
    if (!user) throw new Failure(`user ${name} does not exist or the user entry does not contain all the required fields`, 1);
    if (self.credentials.uid !== 0) {
      await self.error("Password: \nsu: Authentication failure\n");
      return 1;
    }
    const shell = args.get("shell") ?? user.shell;
    if (shell.endsWith("/nologin")) {
      await self.print("This account is currently not available.\n");
      return 1;
    }
    const base: Record<string, string> = args.has("preserve-environment", "p")
      ? { ...self.env }
      : login
        ? { TERM: self.env.TERM ?? "dumb", PATH: user.uid === 0 ? ROOT_PATH : "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games" }
        : { ...self.env, PATH: user.uid === 0 ? ROOT_PATH : (self.env.PATH ?? "/usr/bin:/bin") };
    const env = args.has("preserve-environment", "p")
      ? base
      : { ...base, HOME: user.home, SHELL: shell, USER: user.name, LOGNAME: user.name };
    const label = shell.split("/").pop() ?? "sh";
    const command = args.get("command");
    return runAs(self, "su", {
      argv: [login ? `-${label}` : label, ...(command === undefined ? [] : ["-c", command]), ...rest],
      path: shell,
      env,
      cwd: login ? user.home : undefined,
      credentials: credentialsOf(self, user),
    });
  },
});
