/** sudo(8), su(1): becoming another user, with the rules of /etc/sudoers. */
import type { Credentials, Process } from "../../kernel/types.ts";
import { codeOf, Failure, reason } from "../core/errors.ts";
import type { Arguments } from "../core/options.ts";
import { program } from "../core/program.ts";
import { groups as allGroups, findGroup, findUser, type User, userName } from "../core/users.ts";
import { syslog } from "../systemd/journal/syslog.ts";
import { Accounts, SHADOW } from "./accounts.ts";
import { checkPassword } from "./crypt.ts";
import { PasswordPrompt } from "./passwd.ts";
import { allows, readSudoers, rulesFor, type Sudoers } from "./sudoers.ts";

function credentialsOf(self: Process, user: User) {
  const rest = allGroups(self.machine.files).filter((group) => group.members.includes(user.name) && group.gid !== user.gid);
  return { uid: user.uid, gid: user.gid, groups: [user.gid, ...rest.map((group) => group.gid)] };
}

/** Names of the groups that a user is in, by /etc/group and by what the process has. */
function groupNames(self: Process, name: string): Set<string> {
  const known = allGroups(self.machine.files);
  const isMe = findUser(self.machine.files, name)?.uid === self.credentials.uid;
  const mine = new Set(isMe ? [self.credentials.gid, ...self.credentials.groups] : []);
  return new Set(known.filter((group) => group.members.includes(name) || mine.has(group.gid)).map((group) => group.name));
}

/** Asks for the caller's own password, three times at most. False when there is no way to ask, or it is wrong. */
async function authenticate(self: Process, name: string, args: Arguments): Promise<boolean> {
  if (args.has("non-interactive")) {
    await self.error("sudo: a password is required\n");
    return false;
  }
  if (!self.fds.get(0)?.tty && !args.has("stdin")) {
    await self.error(
      "sudo: a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper\nsudo: a password is required\n",
    );
    return false;
  }
  const hash = new Accounts(self.machine.files).shadowOf(name)?.[SHADOW.password] ?? "*";
  const prompt = new PasswordPrompt(self);
  for (let tries = 1; tries <= 3; tries++) {
    const password = await prompt.ask(`[sudo] password for ${name}: `);
    if (password === undefined) {
      await self.error(
        tries === 1
          ? "sudo: no password was provided\nsudo: a password is required\n"
          : `sudo: ${tries - 1} incorrect password attempt${tries === 2 ? "" : "s"}\n`,
      );
      return false;
    }
    if (checkPassword(password, hash)) return true;
    if (tries < 3) await self.error("Sorry, try again.\n");
  }
  await self.error("sudo: 3 incorrect password attempts\n");
  return false;
}

async function list(self: Process, name: string, sudoers: Sudoers): Promise<number> {
  const rules = rulesFor(sudoers, name, groupNames(self, name));
  const host = self.machine.hostname;
  if (rules.length === 0) {
    await self.print(`User ${name} is not allowed to run sudo on ${host}.\n`);
    return 0;
  }
  const defaults = sudoers.defaults.map((text) =>
    text.replace(/="?([^"]*)"?$/, (_all, value: string) => `=${value.replaceAll(":", "\\:")}`),
  );
  // Long lists are broken after commas, as on eighty columns.
  const lines: string[] = [];
  for (const text of defaults) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + text.length + 2 <= 78) lines[lines.length - 1] = `${last}, ${text}`;
    else lines.push(`    ${text}`);
  }
  if (defaults.length > 0) await self.print(`Matching Defaults entries for ${name} on ${host}:\n${lines.join(",\n")}\n\n`);
  await self.print(`User ${name} may run the following commands on ${host}:\n`);
  const shown = new Map<string, string[]>();
  for (const rule of rules) {
    const label = `(${rule.runAs}) ${rule.noPassword ? "NOPASSWD: " : ""}`;
    shown.set(label, [...(shown.get(label) ?? []), rule.command]);
  }
  for (const [label, commands] of shown) await self.print(`    ${label}${commands.join(", ")}\n`);
  return 0;
}

/** Builtins of the shell that people try to run with sudo. */
const BUILTINS: ReadonlySet<string> = new Set([
  "cd",
  "source",
  ".",
  "export",
  "alias",
  "unset",
  "ulimit",
  "umask",
  "history",
  "read",
  "set",
  "type",
]);

const USAGE = `usage: sudo -h | -K | -k | -V
usage: sudo -v [-ABkNnS] [-g group] [-h host] [-p prompt] [-u user]
usage: sudo -l [-ABkNnS] [-g group] [-h host] [-p prompt] [-U user] [-u user]
            [command [arg ...]]
usage: sudo [-ABbEHkNnPS] [-r role] [-t type] [-C num] [-D directory] [-g
            group] [-h host] [-p prompt] [-R directory] [-T timeout] [-u user]
            [VAR=value] [-i | -s] [command [arg ...]]
usage: sudo -e [-ABkNnS] [-r role] [-t type] [-C num] [-D directory] [-g group]
            [-h host] [-p prompt] [-R directory] [-T timeout] [-u user] file ...
`;

const ROOT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export const sudo = program({
  name: "sudo",
  summary: "execute a command as another user",
  section: "users",
  origin: "sudo 1.9.13p3",
  stopAtOperand: true,
  synopsis: ["[-u user] [-g group] [-EHins] [VAR=value] [command [arg ...]]", "-l", "-v | -k | -K"],
  usageHint: () => USAGE,
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
    "-U, --other-user=USER  in list mode, display privileges for user",
    "-v, --validate  (accepted)",
    "-V  display version information and exit",
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
  ],
  limits: "A password is asked for each time: there are no timestamps. Aliases of hosts and digests in /etc/sudoers are not read.",
  run: async (self, args) => {
    if (args.has("V")) {
      await self.print("Sudo version 1.9.13p3\n");
      return 0;
    }
    const root = self.machine.files;
    const me = userName(root, self.credentials.uid);
    const sudoers = readSudoers(root);
    const rules = rulesFor(sudoers, me, groupNames(self, me));
    const isRoot = self.credentials.uid === 0;
    if (args.has("list")) {
      if (!isRoot && !rules.some((rule) => rule.noPassword) && !(await authenticate(self, me, args))) return 1;
      return list(self, args.get("other-user") ?? me, sudoers);
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
      if (args.has("validate") && !isRoot && !rules.some((rule) => rule.noPassword) && !(await authenticate(self, me, args))) return 1;
      if (args.has("validate", "reset-timestamp", "remove-timestamp")) return 0;
      await self.error(USAGE);
      return 1;
    }
    if (!isRoot) {
      const shown = words.length > 0 && !login && !args.has("shell") ? words : [user.shell, ...words];
      const command = commandPath(self, shown[0] ?? "");
      const rule = allows(rules, user.name, command, shown.slice(1));
      if (!rule?.noPassword && !(await authenticate(self, me, args))) return 1;
      if (!rule) {
        await self.error(
          rules.length === 0
            ? `${me} is not in the sudoers file.\n`
            : `Sorry, user ${me} is not allowed to execute '${[command, ...shown.slice(1)].join(" ")}' as ${user.name} on ${self.machine.hostname}.\n`,
        );
        return 1;
      }
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
    const shownCommand = words.length > 0 ? [commandPath(self, words[0] ?? ""), ...words.slice(1)].join(" ") : user.shell;
    const terminal = self.tty === undefined ? "" : `TTY=${self.tty} ; `;
    const log = (message: string, priority: "notice" | "info") =>
      syslog(self, { identifier: "sudo", facility: "authpriv", priority, message });
    log(`${me.padStart(8)} : ${terminal}PWD=${self.cwd} ; USER=${user.name} ; COMMAND=${shownCommand}`, "notice");
    log(`pam_unix(sudo:session): session opened for user ${user.name}(uid=${user.uid}) by ${me}(uid=${self.credentials.uid})`, "info");
    const status = await runAs(self, "sudo", {
      argv,
      path,
      env: environment,
      cwd: login ? user.home : undefined,
      credentials: group ? { ...credentials, gid: group.gid } : credentials,
    });
    log(`pam_unix(sudo:session): session closed for user ${user.name}`, "info");
    return status;
  },
});

/** Where sudo finds a command: in the safe path of root, or as it was written. */
function commandPath(self: Process, name: string): string {
  if (name.includes("/")) return self.files.absolute(name);
  const found = ROOT_PATH.split(":").find((folder) => self.machine.files.exists(`${folder}/${name}`));
  return found === undefined ? name : `${found}/${name}`;
}

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
    const what = request.argv[0] ?? "";
    await self.error(name === "sudo" ? `sudo: ${what}: command not found\n` : `${name}: ${what}: ${reason(error)}\n`);
    if (name === "sudo" && BUILTINS.has(what))
      await self.error(
        `sudo: "${what}" is a shell built-in command, it cannot be run directly.\nsudo: the -s option may be used to run a privileged shell.\nsudo: the -D option may be used to run a command in a specific directory.\n`,
      );
    return name === "sudo" ? 1 : code === "ENOENT" ? 127 : 126;
  }
  // Keys of the terminal reach the command itself; what is sent to this process alone is passed on.
  for (const signal of ["SIGINT", "SIGQUIT"] as const) self.signals.set(signal, () => {});
  for (const signal of ["SIGTERM", "SIGHUP"] as const)
    self.signals.set(signal, () => {
      // As root, whoever the command has become; pid 1 lives on when the command dies of it.
      if (self.machine.find(child.pid)) self.machine.find(1)?.kill(child.pid, signal);
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
  limits: "A password that was set with passwd on this machine is asked for; accounts have none at first: use sudo -i, or sudo su.",
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
      const hash = new Accounts(self.machine.files).shadowOf(user.name)?.[SHADOW.password] ?? "*";
      const password = await new PasswordPrompt(self).ask("Password: ");
      if (password === undefined || !checkPassword(password, hash)) {
        await self.error(`${password === undefined ? "\n" : ""}su: Authentication failure\n`);
        return 1;
      }
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

/** runuser(1): su for root, which never asks. */
export const runuser = program({
  name: "runuser",
  summary: "run a command with substitute user and group ID",
  section: "users",
  origin: "util-linux 2.38.1",
  stopAtOperand: true,
  synopsis: ["[options] -u <user> [[--] <command>]", "[options] [-] [<user> [<argument>...]]"],
  options: [
    "-u, --user=USER  username",
    "-c, --command=COMMAND  pass a single command to the shell with -c",
    "-l, --login  make the shell a login shell",
    "-s, --shell=SHELL  run this shell",
  ],
  unmodeled: [
    "-f",
    "--fast",
    "-g",
    "--group",
    "-G",
    "--supp-group",
    "-m",
    "-p",
    "--preserve-environment",
    "-P",
    "--pty",
    "-w",
    "--whitelist-environment",
    "--session-command",
  ],
  run: async (self, args) => {
    if (self.credentials.uid !== 0) throw new Failure("may not be used by non-root users", 1);
    const operands = [...args.operands];
    const login = args.has("login") || operands[0] === "-";
    if (operands[0] === "-") operands.shift();
    const named = args.get("user");
    const name = named ?? operands.shift() ?? "root";
    const user = findUser(self.machine.files, name);
    if (!user) throw new Failure(`user ${name} does not exist or the user entry does not contain all the required fields`, 1);
    const credentials = credentialsOf(self, user);
    if (named !== undefined) {
      if (operands.length === 0) throw new Failure("no command was specified", 1);
      return runAs(self, "runuser", { argv: operands, env: self.env, credentials });
    }
    const shell = args.get("shell") ?? user.shell;
    const label = shell.split("/").pop() ?? "sh";
    const command = args.get("command");
    const env = { ...self.env, HOME: user.home, SHELL: shell, USER: user.name, LOGNAME: user.name };
    return runAs(self, "runuser", {
      argv: [login ? `-${label}` : label, ...(command === undefined ? [] : ["-c", command]), ...operands],
      path: shell,
      env,
      cwd: login ? user.home : undefined,
      credentials,
    });
  },
});
