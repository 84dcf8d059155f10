/** adduser(8), addgroup(8), deluser(8), delgroup(8): Debian's friendlier front ends, 3.134. */
import type { Process } from "../../kernel/types.ts";
import { Failure } from "../core/errors.ts";
import { decode } from "../core/io.ts";
import type { Arguments } from "../core/options.ts";
import { program } from "../core/program.ts";
import { Accounts, makeHome, PASSWD, today } from "./accounts.ts";
import { hashPassword } from "./crypt.ts";
import { PasswordPrompt } from "./passwd.ts";

const common = { section: "users", origin: "adduser 3.134", usageStatus: 1 } as const;

function mustBeRoot(self: Process, what: string): void {
  if (self.credentials.uid !== 0) throw new Failure(what, 1);
}

function checkName(name: string): void {
  if (/^[a-z_][a-z0-9_.-]*\$?$/.test(name)) return;
  if (/^[\w.@-]+\$?$/.test(name) && !name.startsWith("-"))
    throw new Failure(
      "Please enter a username matching the regular expression configured\n            via the NAME_REGEX configuration variable.  Use the `--allow-bad-names'\n            option to relax this check or reconfigure NAME_REGEX in configuration.",
      1,
    );
  throw new Failure(
    "To avoid problems, the username should consist only of\n            letters, digits, underscores, periods, at signs and dashes, and\n            not start with a dash (as defined by IEEE Std 1003.1-2001). For\n            compatibility with Samba machine accounts, $ is also supported\n            at the end of the username.  (Use the `--allow-all-names' option\n            to bypass this restriction.)",
    1,
  );
}

type Say = (text: string) => Promise<void>;

async function addToGroup(self: Process, user: string, group: string, say: Say): Promise<number> {
  const accounts = new Accounts(self.files);
  if (!accounts.user(user)) throw new Failure(`The user \`${user}' does not exist.`, 1);
  const row = accounts.rows("group").find((each) => each[0] === group);
  if (!row) throw new Failure(`The group \`${group}' does not exist.`, 1);
  if (accounts.membersOf(row).includes(user)) {
    await self.error(`adduser: The user \`${user}' is already a member of \`${group}'.\n`);
    return 0;
  }
  await say(`Adding user \`${user}' to group \`${group}' ...\n`);
  accounts.addMember(group, user);
  accounts.save();
  await say("Done.\n");
  return 0;
}

async function addSystemUser(self: Process, args: Arguments, name: string, say: Say): Promise<number> {
  const accounts = new Accounts(self.files);
  const known = accounts.user(name);
  if (known) {
    if (Number(known[PASSWD.uid]) >= 1000) throw new Failure(`The user \`${name}' already exists, but is not a system user.`, 1);
    await say(`The system user \`${name}' already exists. Exiting.\n`);
    return 0;
  }
  const home = args.get("home") ?? "/nonexistent";
  if (args.has("home") && !self.files.exists(home))
    await self.error(`adduser: Warning: The home dir ${home} you specified can't be accessed: No such file or directory\n`);
  const uid = args.has("uid") ? Number(args.get("uid")) : accounts.firstFree("system", "user");
  await say(`Adding system user \`${name}' (UID ${uid}) ...\n`);
  let group = args.get("ingroup") ?? "nogroup";
  if (args.has("group")) {
    group = name;
    const free = accounts.firstFree("system", "group");
    // adduser asks for a group id beside the user's: the next free one above it.
    let gid = Math.max(free, uid + 1);
    while (accounts.hasGid(gid)) gid++;
    await say(`Adding new group \`${name}' (GID ${gid}) ...\n`);
    accounts.addGroup(name, gid);
  }
  const gid = accounts.group(group)?.[2];
  if (gid === undefined) throw new Failure(`The group \`${group}' does not exist.`, 1);
  await say(`Adding new user \`${name}' (UID ${uid}) with group \`${group}' ...\n`);
  accounts.edit("passwd").push([name, "x", String(uid), gid, args.get("gecos") ?? "", home, args.get("shell") ?? "/usr/sbin/nologin"]);
  accounts.edit("shadow").push([name, "!", String(today(self)), "", "", "", "", "", ""]);
  accounts.save();
  if (home === "/nonexistent") await say(`Not creating \`${home}'.\n`);
  else if (args.has("no-create-home")) await say(`Not creating home directory \`${home}'.\n`);
  else {
    await say(`Creating home directory \`${home}' ...\n`);
    makeHome(self, home, uid, Number(gid), 0o755, "/nonexistent");
  }
  return 0;
}

async function addUser(self: Process, args: Arguments, name: string, say: Say): Promise<number> {
  const accounts = new Accounts(self.files);
  if (accounts.user(name)) throw new Failure(`The user \`${name}' already exists.`, 1);
  if (accounts.group(name) && !args.has("ingroup")) throw new Failure(`The group \`${name}' already exists.`, 1);
  const uid = args.has("uid") ? Number(args.get("uid")) : Math.max(accounts.firstFree("user", "user"), accounts.firstFree("user", "group"));
  const group = args.get("ingroup") ?? name;
  const home = args.get("home") ?? `/home/${name}`;
  await say(`Adding user \`${name}' ...\n`);
  let gid = accounts.group(group)?.[2];
  if (gid === undefined) {
    gid = String(uid);
    await say(`Adding new group \`${name}' (${gid}) ...\n`);
    accounts.addGroup(name, uid);
  }
  await say(`Adding new user \`${name}' (${uid}) with group \`${group} (${gid})' ...\n`);
  accounts.edit("passwd").push([name, "x", String(uid), gid, ",,,", home, args.get("shell") ?? "/bin/bash"]);
  accounts.edit("shadow").push([name, "!", String(today(self)), "0", "99999", "7", "", "", ""]);
  accounts.save();
  if (args.has("no-create-home")) await say(`Not creating home directory \`${home}'.\n`);
  else {
    await say(`Creating home directory \`${home}' ...\n`);
    if (self.files.exists(home)) await self.error(`adduser: The home directory \`${home}' already exists.  Not touching this directory.\n`);
    else {
      await say("Copying files from `/etc/skel' ...\n");
      makeHome(self, home, uid, Number(gid), 0o700);
    }
  }
  const prompt = new PasswordPrompt(self);
  if (!args.has("disabled-password", "disabled-login")) await choosePassword(self, prompt, name);
  const gecos = args.get("gecos") ?? args.get("comment") ?? (await askDetails(self, name));
  const fields = gecos.split(",");
  const row = accounts.edit("passwd").find((each) => each[PASSWD.name] === name);
  if (row) row[PASSWD.gecos] = Array.from({ length: Math.max(4, fields.length) }, (_value, at) => fields[at] ?? "").join(",");
  await say(`Adding new user \`${name}' to supplemental / extra groups \`users' ...\n`);
  await say(`Adding user \`${name}' to group \`users' ...\n`);
  // The password may have been set meanwhile.
  const fresh = new Accounts(self.files);
  const again = fresh.edit("passwd").find((each) => each[PASSWD.name] === name);
  if (again && row) again[PASSWD.gecos] = row[PASSWD.gecos] ?? "";
  fresh.addMember("users", name);
  fresh.save();
  return 0;
}

async function choosePassword(self: Process, prompt: PasswordPrompt, name: string): Promise<void> {
  for (;;) {
    const first = await prompt.ask("New password: ");
    const second = first === undefined ? undefined : await prompt.ask("Retype new password: ");
    if (first !== undefined && first !== "" && first === second) {
      const accounts = new Accounts(self.files);
      accounts.setPassword(
        name,
        hashPassword(first, () => self.machine.kernel.random()),
        today(self),
      );
      accounts.save();
      await self.error("passwd: password updated successfully\n");
      return;
    }
    const why =
      second === undefined
        ? "Password change has been aborted."
        : first === ""
          ? "No password has been supplied."
          : "Sorry, passwords do not match.";
    await self.error(`${why}\npasswd: Authentication token manipulation error\npasswd: password unchanged\n`);
    await self.print("Try again? [y/N] ");
    const answer = decode(await self.read(0));
    if (!/^y/i.test(answer)) return;
  }
}

const DETAILS = ["Full Name", "Room Number", "Work Phone", "Home Phone", "Other"] as const;

async function askDetails(self: Process, name: string): Promise<string> {
  const line = async () => decode(await self.read(0)).replace(/\n[\s\S]*$/, "");
  for (;;) {
    await self.print(`Changing the user information for ${name}\nEnter the new value, or press ENTER for the default\n`);
    const values: string[] = [];
    for (const detail of DETAILS) {
      await self.print(`\t${detail} []: `);
      values.push(await line());
    }
    await self.print("Is the information correct? [Y/n] ");
    if (!/^n/i.test(await line())) return values.slice(0, values[4] === "" ? 4 : 5).join(",");
  }
}

const userOptions = [
  "--comment=TEXT  as --gecos",
  "--disabled-login  do not set a password; the account can't be used with one",
  "--disabled-password  do not set a password",
  "--gecos=TEXT  the name and other details of the new user; they are asked for otherwise",
  "--gid=ID  id of the new group",
  "--group  with --system: make a group of that name; without a user: add a group",
  "--home=DIR  use DIR as the home directory",
  "--ingroup=GROUP  put the new user into GROUP instead of a group of its own",
  "--no-create-home  do not create a home directory",
  "-q, --quiet  do not give process information to stdout",
  "--shell=SHELL  use SHELL as the login shell",
  "--system  create a system user or group",
  "--uid=ID  id of the new user",
];

export const adduser = program({
  ...common,
  name: "adduser",
  summary: "add a user to the system, or to a group",
  synopsis: ["[options] user", "--system [options] user", "user group"],
  options: userOptions,
  unmodeled: [
    "--add-extra-groups",
    "--allow-all-names",
    "--allow-bad-names",
    "--conf",
    "--firstuid",
    "--lastuid",
    "--firstgid",
    "--lastgid",
    "--debug",
  ],
  limits: "/etc/adduser.conf is not read.",
  run: async (self, args) => {
    mustBeRoot(self, "Only root may add a user or group to the system.");
    const [name, group, extra] = args.operands;
    if (name === undefined || extra !== undefined) throw new Failure("Only one or two names allowed.", 1);
    const say: Say = (text) => (args.has("quiet") ? Promise.resolve() : self.print(text));
    if (group !== undefined) return addToGroup(self, name, group, say);
    checkName(name);
    return args.has("system") ? addSystemUser(self, args, name, say) : addUser(self, args, name, say);
  },
});

export const addgroup = program({
  ...common,
  name: "addgroup",
  summary: "add a group to the system",
  synopsis: ["[options] group"],
  options: ["--gid=ID  id of the new group", "-q, --quiet  do not give process information to stdout", "--system  create a system group"],
  unmodeled: ["--conf", "--debug", "--firstgid", "--lastgid"],
  run: async (self, args) => {
    mustBeRoot(self, "Only root may add a user or group to the system.");
    const [name, group] = args.operands;
    if (name === undefined) throw new Failure("Only one or two names allowed.", 1);
    const say: Say = (text) => (args.has("quiet") ? Promise.resolve() : self.print(text));
    if (group !== undefined) return addToGroup(self, name, group, say);
    checkName(name);
    const accounts = new Accounts(self.files);
    if (accounts.rows("group").some((row) => row[0] === name)) {
      if (!args.has("system")) throw new Failure(`The group \`${name}' already exists.`, 1);
      await say(`addgroup: The group \`${name}' already exists as a system group. Exiting.\n`);
      return 0;
    }
    let gid = Number(args.get("gid") ?? accounts.firstFree(args.has("system") ? "system" : "user", "group"));
    if (args.has("system") && !args.has("gid") && gid === 100) while (accounts.hasGid(gid)) gid++;
    await say(`Adding group \`${name}' (GID ${gid}) ...\n`);
    accounts.addGroup(name, gid);
    accounts.save();
    await say("Done.\n");
    return 0;
  },
});

async function removeFromGroup(self: Process, user: string, group: string, say: Say): Promise<number> {
  const accounts = new Accounts(self.files);
  if (!accounts.user(user)) throw new Failure(`The user \`${user}' does not exist.`, 2);
  const row = accounts.rows("group").find((each) => each[0] === group);
  if (!row) throw new Failure(`The group \`${group}' does not exist.`, 3);
  if (accounts.user(user)?.[PASSWD.gid] === row[2]) throw new Failure("You may not remove the user from their primary group.", 7);
  if (!accounts.membersOf(row).includes(user)) throw new Failure(`The user \`${user}' is not a member of group \`${group}'.`, 6);
  await say(`Removing user \`${user}' from group \`${group}' ...\n`);
  accounts.removeMember(group, user);
  accounts.save();
  await say("Done.\n");
  return 0;
}

export const deluser = program({
  ...common,
  name: "deluser",
  summary: "remove a user from the system, or from a group",
  synopsis: ["[options] user", "user group"],
  options: [
    "-q, --quiet  do not give process information to stdout",
    "--remove-home  remove the home directory of the user",
    "--system  only delete if user is a system user",
  ],
  unmodeled: ["--backup", "--backup-to", "--remove-all-files", "--conf", "--group", "--only-if-empty"],
  run: async (self, args) => {
    mustBeRoot(self, "Only root may remove a user or group from the system.");
    const [name, group] = args.operands;
    if (name === undefined) throw new Failure("Only one or two names allowed.", 1);
    const say: Say = (text) => (args.has("quiet") ? Promise.resolve() : self.print(text));
    if (group !== undefined) return removeFromGroup(self, name, group, say);
    const accounts = new Accounts(self.files);
    const row = accounts.user(name);
    if (!row) throw new Failure(`The user \`${name}' does not exist.`, 2);
    const used = self.machine.processes().find((info) => info.uid === Number(row[PASSWD.uid]));
    if (args.has("remove-home")) await say("Looking for files to backup/remove ...\nRemoving files ...\n");
    if (!self.files.exists("/usr/bin/crontab"))
      await self.error("deluser: `/usr/bin/crontab' not executed. Skipping crontab removal. Package `cron' required.\n");
    await say(`Removing user \`${name}' ...\n`);
    if (used) {
      await self.error(
        `userdel: user ${name} is currently used by process ${used.pid}\ndeluser: \`/sbin/userdel ${name}' returned error code 8. Exiting.\n`,
      );
      return 8;
    }
    if (args.has("remove-home")) {
      const home = row[PASSWD.home] ?? "";
      if (home !== "" && self.files.exists(home)) self.files.removeTree(home);
    }
    accounts.removeUser(name);
    const own = accounts.group(name);
    if (own && accounts.membersOf(own).length === 0 && own[2] === row[PASSWD.gid]) accounts.removeGroup(name);
    accounts.save();
    await say("Done.\n");
    return 0;
  },
});

export const delgroup = program({
  ...common,
  name: "delgroup",
  summary: "remove a group from the system",
  synopsis: ["[options] group"],
  options: [
    "-q, --quiet  do not give process information to stdout",
    "--only-if-empty  only remove if no members are left",
    "--system  only delete if group is a system group",
  ],
  unmodeled: ["--conf"],
  run: async (self, args) => {
    mustBeRoot(self, "Only root may remove a user or group from the system.");
    const [name] = args.operands;
    if (name === undefined) throw new Failure("Only one or two names allowed.", 1);
    const say: Say = (text) => (args.has("quiet") ? Promise.resolve() : self.print(text));
    const accounts = new Accounts(self.files);
    const row = accounts.rows("group").find((each) => each[0] === name);
    if (!row) throw new Failure(`The group \`${name}' does not exist.`, 3);
    const user = accounts.rows("passwd").find((each) => each[PASSWD.gid] === row[2]);
    if (user) throw new Failure(`\`${user[PASSWD.name]}' still has \`${name}' as their primary group!`, 7);
    if (args.has("only-if-empty") && accounts.membersOf(row).length > 0) throw new Failure(`The group \`${name}' is not empty!`, 5);
    await say(`Removing group \`${name}' ...\n`);
    accounts.removeGroup(name);
    accounts.save();
    await say("Done.\n");
    return 0;
  },
});
