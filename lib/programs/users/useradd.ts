/** useradd(8), usermod(8), userdel(8): shadow-utils 4.13. */
import type { Process } from "../../kernel/types.ts";
import { Failure, UsageError } from "../core/errors.ts";
import { helpText } from "../core/help.ts";
import type { Arguments } from "../core/options.ts";
import { type ProgramEntry, program } from "../core/program.ts";
import { Accounts, giveTree, makeHome, mustBeRoot, PASSWD, SHADOW, today } from "./accounts.ts";

const origin = "shadow 4.13";

const login = { section: "users", origin, usageStatus: 2 } as const;

/** These programs answer mistakes in the options with their whole help. */
function wholeHelp(entry: () => ProgramEntry): () => string {
  return () => `${helpText(entry())}\n`;
}

/** The last day of an account, as /etc/shadow has it. */
function expiry(text: string): string {
  if (text === "" || text === "-1") return "";
  const time = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(time)) throw new Failure(`invalid date '${text}'`, 3);
  return String(Math.floor(time / 86_400_000));
}

function groupNumber(accounts: Accounts, text: string): number {
  const group = accounts.group(text);
  if (!group) throw new Failure(`group '${text}' does not exist`, 6);
  return Number(group[2]);
}

async function checkShell(self: Process, name: string, shell: string | undefined): Promise<void> {
  if (shell !== undefined && shell !== "" && !(self.files.exists(shell) && self.files.access(shell, 1)))
    await self.error(`${name}: Warning: missing or non-executable shell '${shell}'\n`);
}

const DEFAULTS = "GROUP=100\nHOME=/home\nINACTIVE=-1\nEXPIRE=\nSHELL=/bin/sh\nSKEL=/etc/skel\nCREATE_MAIL_SPOOL=no\nLOG_INIT=yes\n";

export const useradd: ProgramEntry = program({
  ...login,
  name: "useradd",
  summary: "create a new user or update default new user information",
  synopsis: ["[options] LOGIN", "-D"],
  usageHint: wholeHelp(() => useradd),
  options: [
    "--badname  do not check for bad names",
    "-b, --base-dir=BASE_DIR  base directory for the home directory of the new account",
    "-c, --comment=COMMENT  GECOS field of the new account",
    "-d, --home-dir=HOME_DIR  home directory of the new account",
    "-D, --defaults  print the default useradd configuration",
    "-e, --expiredate=EXPIRE_DATE  expiration date of the new account",
    "-g, --gid=GROUP  name or ID of the primary group of the new account",
    "-G, --groups=GROUPS  list of supplementary groups of the new account",
    "-k, --skel=SKEL_DIR  use this alternative skeleton directory",
    "-m, --create-home  create the user's home directory",
    "-M, --no-create-home  do not create the user's home directory",
    "-N, --no-user-group  do not create a group with the same name as the user",
    "-o, --non-unique  allow to create users with duplicate (non-unique) UID",
    "-p, --password=PASSWORD  encrypted password of the new account",
    "-r, --system  create a system account",
    "-s, --shell=SHELL  login shell of the new account",
    "-u, --uid=UID  user ID of the new account",
    "-U, --user-group  create a group with the same name as the user",
  ],
  unmodeled: [
    "-f",
    "--inactive",
    "-F",
    "-K",
    "--key",
    "-l",
    "--no-log-init",
    "-R",
    "--root",
    "-P",
    "--prefix",
    "-Z",
    "--btrfs-subvolume-home",
  ],
  limits: "The defaults cannot be changed with -D. Ranges of subordinate ids are not kept.",
  run: async (self, args) => {
    const [name] = args.operands;
    if (name === undefined && args.has("defaults")) {
      await self.print(DEFAULTS);
      return 0;
    }
    if (name === undefined) {
      await self.error(`${helpText(useradd)}\n`);
      return 2;
    }
    if (!args.has("badname") && !/^[A-Za-z0-9_][A-Za-z0-9_.@-]*\$?$/.test(name))
      throw new Failure(`invalid user name '${name}': use --badname to ignore`, 3);
    const denied = await mustBeRoot(self, "useradd", "/etc/passwd");
    if (denied !== undefined) return denied;
    return addUser(self, args, name);
  },
});

async function addUser(self: Process, args: Arguments, name: string): Promise<number> {
  const accounts = new Accounts(self.files);
  const system = args.has("system");
  if (accounts.user(name)) throw new Failure(`user '${name}' already exists`, 9);
  const primary = args.get("gid");
  const fixedGroup = primary === undefined ? undefined : groupNumber(accounts, primary);
  const more = (args.get("groups") ?? "").split(",").filter((group) => group !== "");
  for (const group of more) groupNumber(accounts, group);
  const ownGroup = fixedGroup === undefined && !args.has("no-user-group");
  if (ownGroup && accounts.group(name)) throw new Failure(`group ${name} exists - if you want to add this user to that group, use -g.`, 9);
  const given = args.get("uid");
  if (given !== undefined && !/^\d+$/.test(given)) throw new Failure(`invalid user ID '${given}'`, 3);
  const uid = given === undefined ? accounts.nextId(system ? "system" : "user") : Number(given);
  if (accounts.hasUid(uid) && !args.has("non-unique")) throw new Failure(`UID ${uid} is not unique`, 4);
  const gid = fixedGroup ?? (ownGroup ? (accounts.hasGid(uid) ? accounts.nextId(system ? "system" : "user") : uid) : 100);
  const shell = args.get("shell");
  await checkShell(self, "useradd", shell);
  if (ownGroup) accounts.addGroup(name, gid);
  const home = args.get("home-dir") ?? `${args.get("base-dir") ?? "/home"}/${name}`;
  accounts.edit("passwd").push([name, "x", String(uid), String(gid), args.get("comment") ?? "", home, shell ?? "/bin/sh"]);
  const expire = expiry(args.get("expiredate") ?? "");
  const day = String(today(self));
  accounts.edit("shadow").push([name, args.get("password") ?? "!", day, ...(system ? ["", "", ""] : ["0", "99999", "7"]), "", expire, ""]);
  for (const group of more) accounts.addMember(group, name);
  accounts.save();
  if (!args.has("create-home")) return 0;
  if (self.files.exists(home)) {
    await self.error(
      `useradd: warning: the home directory ${home} already exists.\nuseradd: Not copying any file from skel directory into it.\n`,
    );
    return 0;
  }
  makeHome(self, home, uid, gid, 0o755, args.get("skel"));
  return 0;
}

export const usermod: ProgramEntry = program({
  ...login,
  name: "usermod",
  summary: "modify a user account",
  synopsis: ["[options] LOGIN"],
  usageHint: wholeHelp(() => usermod),
  options: [
    "-a, --append  append the user to the supplemental GROUPS mentioned by the -G option without removing the user from other groups",
    "-b, --badname  allow bad names",
    "-c, --comment=COMMENT  new value of the GECOS field",
    "-d, --home=HOME_DIR  new home directory for the user account",
    "-e, --expiredate=EXPIRE_DATE  set account expiration date to EXPIRE_DATE",
    "-g, --gid=GROUP  force use GROUP as new primary group",
    "-G, --groups=GROUPS  new list of supplementary GROUPS",
    "-l, --login=NEW_LOGIN  new value of the login name",
    "-L, --lock  lock the user account",
    "-m, --move-home  move contents of the home directory to the new location (use only with -d)",
    "-o, --non-unique  allow using duplicate (non-unique) UID",
    "-p, --password=PASSWORD  use encrypted password for the new password",
    "-r, --remove  remove the user from only the supplemental GROUPS mentioned by the -G option",
    "-s, --shell=SHELL  new login shell for the user account",
    "-u, --uid=UID  new UID for the user account",
    "-U, --unlock  unlock the user account",
  ],
  unmodeled: ["-f", "--inactive", "-P", "--prefix", "-R", "--root", "-v", "-V", "-w", "-W", "-Z"],
  run: async (self, args) => {
    const [name] = args.operands;
    if (args.has("append") && !args.has("groups")) throw new UsageError("-a flag is only allowed with the -G flag", 2);
    if (args.has("move-home") && !args.has("home")) throw new UsageError("-m flag is only allowed with the -d flag", 2);
    if (name === undefined || args.given.length === 0) {
      if (name !== undefined && !new Accounts(self.machine.files).user(name)) throw new Failure(`user '${name}' does not exist`, 6);
      if (name === undefined) await self.error(`${helpText(usermod)}\n`);
      else await self.error("usermod: no changes\n");
      return name === undefined ? 2 : 0;
    }
    const row = new Accounts(self.machine.files).user(name);
    if (!row) throw new Failure(`user '${name}' does not exist`, 6);
    const denied = await mustBeRoot(self, "usermod", "/etc/passwd");
    return denied ?? change(self, args, name);
  },
});

async function change(self: Process, args: Arguments, name: string): Promise<number> {
  const accounts = new Accounts(self.files);
  accounts.edit("passwd");
  accounts.edit("shadow");
  const row = accounts.user(name) ?? [];
  const shadow = accounts.shadowOf(name);
  const groups = args
    .get("groups")
    ?.split(",")
    .filter((group) => group !== "");
  for (const group of groups ?? []) groupNumber(accounts, group);
  const primary = args.get("gid");
  if (primary !== undefined) row[PASSWD.gid] = String(groupNumber(accounts, primary));
  const comment = args.get("comment");
  if (comment !== undefined) row[PASSWD.gecos] = comment;
  const shell = args.get("shell");
  await checkShell(self, "usermod", shell);
  if (shell !== undefined) row[PASSWD.shell] = shell;
  const oldHome = row[PASSWD.home] ?? "";
  const home = args.get("home");
  if (home !== undefined) row[PASSWD.home] = home;
  const uid = args.get("uid");
  const oldUid = Number(row[PASSWD.uid]);
  if (uid !== undefined) {
    if (accounts.hasUid(Number(uid)) && Number(uid) !== oldUid && !args.has("non-unique"))
      throw new Failure(`UID '${uid}' already exists`, 4);
    if (self.machine.processes().some((info) => info.uid === oldUid))
      throw new Failure(
        `user ${name} is currently used by process ${self.machine.processes().find((info) => info.uid === oldUid)?.pid}`,
        8,
      );
    row[PASSWD.uid] = uid;
  }
  if (groups) {
    const before = accounts.groupsOf(name);
    const after = args.has("append")
      ? [...before, ...groups]
      : args.has("remove")
        ? before.filter((group) => !groups.includes(group))
        : groups;
    const wanted = after.map((group) => accounts.group(group)?.[0] ?? group);
    for (const group of before) if (!wanted.includes(group)) accounts.removeMember(group, name);
    for (const group of wanted) accounts.addMember(group, name);
  }
  let status = 0;
  if (shadow) {
    const password = shadow[SHADOW.password] ?? "";
    if (args.has("lock") && !password.startsWith("!")) shadow[SHADOW.password] = `!${password}`;
    if (args.has("unlock")) {
      const open = password.replace(/^!/, "");
      if (open === "" || open === "!")
        await self.error(
          "usermod: unlocking the user's password would result in a passwordless account.\nYou should set a password with usermod -p to unlock this user's password.\n",
        );
      else shadow[SHADOW.password] = open;
    }
    const hash = args.get("password");
    if (hash !== undefined) accounts.setPassword(name, hash, today(self));
    const expire = args.get("expiredate");
    if (expire !== undefined) shadow[SHADOW.expire] = expiry(expire);
  }
  const fresh = args.get("login");
  if (fresh !== undefined) {
    if (accounts.user(fresh)) throw new Failure(`user '${fresh}' already exists`, 9);
    for (const group of accounts.groupsOf(name)) {
      accounts.removeMember(group, name);
      accounts.addMember(group, fresh);
    }
    row[PASSWD.name] = fresh;
    if (shadow) shadow[SHADOW.name] = fresh;
  }
  accounts.save();
  if (home !== undefined && args.has("move-home") && self.files.exists(oldHome)) {
    if (self.files.exists(home)) {
      await self.error(`usermod: directory ${home} exists\n`);
      status = 12;
    } else self.files.rename(oldHome, home);
  }
  const house = row[PASSWD.home] ?? "";
  if (uid !== undefined && self.files.exists(house)) giveTree(self.files, house, oldUid, Number(uid));
  return status;
}

export const userdel: ProgramEntry = program({
  ...login,
  name: "userdel",
  summary: "delete a user account and related files",
  synopsis: ["[options] LOGIN"],
  usageHint: wholeHelp(() => userdel),
  options: [
    "-f, --force  force some actions that would fail otherwise, e.g. removal of user still logged in",
    "-r, --remove  remove home directory and mail spool",
  ],
  unmodeled: ["-R", "--root", "-P", "--prefix", "-Z", "--selinux-user"],
  run: async (self, args) => {
    const [name] = args.operands;
    if (name === undefined) {
      await self.error(`${helpText(userdel)}\n`);
      return 2;
    }
    const row = new Accounts(self.machine.files).user(name);
    if (!row) throw new Failure(`user '${name}' does not exist`, 6);
    const denied = await mustBeRoot(self, "userdel", "/etc/passwd");
    if (denied !== undefined) return denied;
    const used = self.machine.processes().find((info) => info.uid === Number(row[PASSWD.uid]));
    if (used && !args.has("force")) throw new Failure(`user ${name} is currently used by process ${used.pid}`, 8);
    const accounts = new Accounts(self.files);
    accounts.removeUser(name);
    const own = accounts.group(name);
    if (own && accounts.membersOf(own).length === 0 && !accounts.rows("passwd").some((each) => each[PASSWD.gid] === own[2]))
      accounts.removeGroup(name);
    accounts.save();
    if (!args.has("remove")) return 0;
    const home = row[PASSWD.home] ?? "";
    if (self.files.exists(`/var/mail/${name}`)) self.files.unlink(`/var/mail/${name}`);
    else await self.error(`userdel: ${name} mail spool (/var/mail/${name}) not found\n`);
    if (home === "" || !self.files.exists(home)) {
      await self.error(`userdel: ${name} home directory (${home}) not found\n`);
      return 0;
    }
    if (self.files.stat(home).uid !== Number(row[PASSWD.uid])) {
      await self.error(`userdel: ${home} not owned by ${name}, not removing\n`);
      return 12;
    }
    self.files.removeTree(home);
    return 0;
  },
});
