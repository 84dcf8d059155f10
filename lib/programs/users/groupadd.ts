/** groupadd(8), groupmod(8), groupdel(8), gpasswd(1): shadow-utils 4.13. */
import { Failure } from "../core/errors.ts";
import { helpText } from "../core/help.ts";
import { type ProgramEntry, program } from "../core/program.ts";
import { Accounts, mustBeRoot, PASSWD } from "./accounts.ts";

const origin = "shadow 4.13";
const common = { section: "users", origin, usageStatus: 2 } as const;

function checkName(name: string): void {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?$/.test(name)) throw new Failure(`'${name}' is not a valid group name`, 3);
}

export const groupadd: ProgramEntry = program({
  ...common,
  name: "groupadd",
  summary: "create a new group",
  synopsis: ["[options] GROUP"],
  usageHint: () => `${helpText(groupadd)}\n`,
  options: [
    "-f, --force  exit successfully if the group already exists, and cancel -g if the GID is already used",
    "-g, --gid=GID  use GID for the new group",
    "-o, --non-unique  allow to create groups with duplicate (non-unique) GID",
    "-r, --system  create a system account",
    "-U, --users=USERS  list of user members of this group",
  ],
  unmodeled: ["-K", "--key", "-p", "--password", "-R", "--root", "-P", "--prefix"],
  run: async (self, args) => {
    const [name] = args.operands;
    if (name === undefined) {
      await self.error(`${helpText(groupadd)}\n`);
      return 2;
    }
    checkName(name);
    const denied = await mustBeRoot(self, "groupadd", "/etc/group", 10);
    if (denied !== undefined) return denied;
    const accounts = new Accounts(self.files);
    if (accounts.rows("group").some((row) => row[0] === name)) {
      if (args.has("force")) return 0;
      throw new Failure(`group '${name}' already exists`, 9);
    }
    const given = args.get("gid");
    const taken = given !== undefined && accounts.hasGid(Number(given)) && !args.has("non-unique");
    if (taken && !args.has("force")) throw new Failure(`GID '${given}' already exists`, 4);
    const gid = given === undefined || taken ? accounts.nextId(args.has("system") ? "system" : "user") : Number(given);
    accounts.addGroup(name, gid);
    for (const user of (args.get("users") ?? "").split(",").filter((each) => each !== "")) accounts.addMember(name, user);
    accounts.save();
    return 0;
  },
});

export const groupmod: ProgramEntry = program({
  ...common,
  name: "groupmod",
  summary: "modify a group definition on the system",
  synopsis: ["[options] GROUP"],
  usageHint: () => `${helpText(groupmod)}\n`,
  options: [
    "-g, --gid=GID  change the group ID to GID",
    "-n, --new-name=NEW_GROUP  change the name to NEW_GROUP",
    "-o, --non-unique  allow to use a duplicate (non-unique) GID",
  ],
  unmodeled: ["-a", "--append", "-p", "--password", "-R", "--root", "-P", "--prefix", "-U", "--users"],
  run: async (self, args) => {
    const [name] = args.operands;
    if (name === undefined) {
      await self.error(`${helpText(groupmod)}\n`);
      return 2;
    }
    if (!new Accounts(self.machine.files).group(name)) throw new Failure(`group '${name}' does not exist`, 6);
    const denied = await mustBeRoot(self, "groupmod", "/etc/group", 10);
    if (denied !== undefined) return denied;
    const accounts = new Accounts(self.files);
    const row = accounts.edit("group").find((each) => each[0] === name) ?? [];
    const hidden = accounts.edit("gshadow").find((each) => each[0] === name);
    const gid = args.get("gid");
    if (gid !== undefined) {
      if (accounts.hasGid(Number(gid)) && !args.has("non-unique")) throw new Failure(`GID '${gid}' already exists`, 4);
      for (const user of accounts.edit("passwd")) if (user[PASSWD.gid] === row[2]) user[PASSWD.gid] = gid;
      row[2] = gid;
    }
    const fresh = args.get("new-name");
    if (fresh !== undefined) {
      checkName(fresh);
      if (accounts.rows("group").some((each) => each[0] === fresh)) throw new Failure(`group '${fresh}' already exists`, 9);
      row[0] = fresh;
      if (hidden) hidden[0] = fresh;
    }
    accounts.save();
    return 0;
  },
});

export const groupdel: ProgramEntry = program({
  ...common,
  name: "groupdel",
  summary: "delete a group",
  synopsis: ["[options] GROUP"],
  usageHint: () => `${helpText(groupdel)}\n`,
  options: ["-f, --force  delete group even if it is the primary group of a user"],
  unmodeled: ["-R", "--root", "-P", "--prefix"],
  run: async (self, args) => {
    const [name] = args.operands;
    if (name === undefined) {
      await self.error(`${helpText(groupdel)}\n`);
      return 2;
    }
    const known = new Accounts(self.machine.files);
    const row = known.rows("group").find((each) => each[0] === name);
    if (!row) throw new Failure(`group '${name}' does not exist`, 6);
    const denied = await mustBeRoot(self, "groupdel", "/etc/group", 10);
    if (denied !== undefined) return denied;
    const user = known.rows("passwd").find((each) => each[PASSWD.gid] === row[2]);
    if (user && !args.has("force")) throw new Failure(`cannot remove the primary group of user '${user[PASSWD.name]}'`, 8);
    const accounts = new Accounts(self.files);
    accounts.removeGroup(name);
    accounts.save();
    return 0;
  },
});

export const gpasswd: ProgramEntry = program({
  ...common,
  name: "gpasswd",
  summary: "administer /etc/group and /etc/gshadow",
  synopsis: ["option GROUP"],
  usageHint: () => `${helpText(gpasswd)}\n`,
  options: [
    "-a, --add=USER  add USER to GROUP",
    "-d, --delete=USER  remove USER from GROUP",
    "-M, --members=USER,...  set the list of members of GROUP",
  ],
  unmodeled: ["-r", "--remove-password", "-R", "--restrict", "-A", "--administrators", "-Q", "--root"],
  limits: "Groups have no passwords here.",
  run: async (self, args) => {
    const [name] = args.operands;
    if (name === undefined || args.given.length === 0) {
      await self.error(`${helpText(gpasswd)}\n`);
      return 2;
    }
    const user = args.get("add", "delete");
    const known = new Accounts(self.machine.files);
    if (user !== undefined && !known.user(user)) throw new Failure(`user '${user}' does not exist`, 3);
    const group = known.rows("group").find((row) => row[0] === name);
    if (!group) throw new Failure(`group '${name}' does not exist in /etc/group`, 3);
    if (self.credentials.uid !== 0) throw new Failure("Permission denied.", 1);
    const accounts = new Accounts(self.files);
    if (args.has("add") && user !== undefined) {
      await self.print(`Adding user ${user} to group ${name}\n`);
      accounts.addMember(name, user);
    } else if (args.has("delete") && user !== undefined) {
      await self.print(`Removing user ${user} from group ${name}\n`);
      if (!known.membersOf(group).includes(user)) throw new Failure(`user '${user}' is not a member of '${name}'`, 3);
      accounts.removeMember(name, user);
    } else
      accounts.setMembers(
        name,
        (args.get("members") ?? "").split(",").filter((each) => each !== ""),
      );
    accounts.save();
    return 0;
  },
});
