/** id(1), groups(1), hostname(1), uname(1), which(1). */
import type { Process } from "../../kernel/types.ts";
import { codeOf, Failure, quote, UsageError } from "../core/errors.ts";
import { joinPath } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { groups as allGroups, findUser, groupName, userName } from "../core/users.ts";

const coreutils = "GNU coreutils 9.1";

/** Groups a user belongs to by /etc/passwd and /etc/group: the primary one first. */
export function groupsOf(self: Process, name: string, gid: number): number[] {
  const rest = allGroups(self.machine.files).filter((group) => group.gid !== gid && group.members.includes(name));
  return [gid, ...rest.map((group) => group.gid)];
}

export const id = program({
  name: "id",
  summary: "print real and effective user and group IDs",
  section: "users",
  origin: coreutils,
  synopsis: ["[OPTION]... [USER]..."],
  options: [
    "-a  (ignored)",
    "-g, --group  print only the effective group ID",
    "-G, --groups  print all group IDs",
    "-n, --name  print a name instead of a number, for -ugG",
    "-r, --real  print the real ID instead of the effective ID, with -ugG",
    "-u, --user  print only the effective user ID",
    "-z, --zero  delimit entries with NUL characters, not whitespace",
  ],
  unmodeled: ["-Z", "--context"],
  run: async (self, args) => {
    const kinds = ["user", "group", "groups"].filter((key) => args.has(key));
    if (kinds.length > 1) throw new Failure('cannot print "only" of more than one choice');
    if (kinds.length === 0 && args.has("name", "real")) throw new Failure("cannot print only names or real IDs in default format");
    const root = self.machine.files;
    const people: { uid: number; gid: number; groups: number[] }[] = [];
    let status = 0;
    if (args.operands.length === 0) {
      const { uid, gid, groups: more } = self.credentials;
      people.push({ uid, gid, groups: [gid, ...more.filter((each) => each !== gid)] });
    }
    for (const name of args.operands) {
      const user = findUser(root, name);
      if (user) people.push({ uid: user.uid, gid: user.gid, groups: groupsOf(self, user.name, user.gid) });
      else {
        await self.error(`id: ${quote(name)}: no such user\n`);
        status = 1;
      }
    }
    const end = args.has("zero") ? "\0" : "\n";
    const group = (gid: number) => (args.has("name") ? groupName(root, gid) : String(gid));
    const both = (gid: number) => `${gid}(${groupName(root, gid)})`;
    for (const person of people) {
      if (args.has("user")) await self.print((args.has("name") ? userName(root, person.uid) : String(person.uid)) + end);
      else if (args.has("group")) await self.print(group(person.gid) + end);
      else if (args.has("groups")) await self.print(person.groups.map(group).join(args.has("zero") ? "\0" : " ") + end);
      else
        await self.print(
          `uid=${person.uid}(${userName(root, person.uid)}) gid=${both(person.gid)} groups=${person.groups.map(both).join(",")}\n`,
        );
    }
    return status;
  },
});

export const groups = program({
  name: "groups",
  summary: "print the groups a user is in",
  section: "users",
  origin: coreutils,
  synopsis: ["[OPTION]... [USERNAME]..."],
  run: async (self, args) => {
    const root = self.machine.files;
    const names = (gids: readonly number[]) => gids.map((gid) => groupName(root, gid)).join(" ");
    if (args.operands.length === 0) {
      const { gid, groups: more } = self.credentials;
      await self.print(`${names([gid, ...more.filter((each) => each !== gid)])}\n`);
      return 0;
    }
    let status = 0;
    for (const name of args.operands) {
      const user = findUser(root, name);
      if (user) await self.print(`${name} : ${names(groupsOf(self, user.name, user.gid))}\n`);
      else {
        await self.error(`groups: ${quote(name)}: no such user\n`);
        status = 1;
      }
    }
    return status;
  },
});

export const hostname = program({
  name: "hostname",
  summary: "show or set the system's host name",
  section: "system",
  origin: "hostname 3.23",
  synopsis: ["[-a|-A|-d|-f|-i|-I|-s]"],
  options: [
    "-a, --alias  alias names",
    "-A, --all-fqdns  all long host names (FQDNs)",
    "-d, --domain  DNS domain name",
    "-f, --fqdn  long host name (FQDN)",
    "--long  as --fqdn",
    "-i, --ip-address  addresses for the host name",
    "-I, --all-ip-addresses  all addresses for the host",
    "-s, --short  short host name",
  ],
  unmodeled: ["-b", "--boot", "-F", "--file", "-y", "--yp", "--nis"],
  limits: "The name of a machine cannot be changed while it runs.",
  run: async (self, args) => {
    if (args.operands.length > 0) {
      if (self.credentials.uid !== 0) throw new Failure("you must be root to change the host name");
      throw new Failure("changing the name of a running machine is real, but this machine does not model it; see /reference/machine");
    }
    const name = self.machine.hostname;
    if (args.has("all-ip-addresses")) await self.print(`${self.machine.network.address} \n`);
    else if (args.has("ip-address")) await self.print(`${self.machine.network.resolve(name).join(" ") || "127.0.1.1"}\n`);
    else if (args.has("domain", "alias")) await self.print(`${name.split(".").slice(1).join(".")}\n`);
    else await self.print(`${args.has("short") ? name.split(".")[0] : name}\n`);
    return 0;
  },
});

export const uname = program({
  name: "uname",
  summary: "print system information",
  section: "system",
  origin: coreutils,
  synopsis: ["[OPTION]..."],
  options: [
    "-a, --all  print all information",
    "-s, --kernel-name  print the kernel name",
    "-n, --nodename  print the network node hostname",
    "-r, --kernel-release  print the kernel release",
    "-v, --kernel-version  print the kernel version",
    "-m, --machine  print the machine hardware name",
    "-p, --processor  print the processor type (non-portable)",
    "-i, --hardware-platform  print the hardware platform (non-portable)",
    "-o, --operating-system  print the operating system",
  ],
  run: async (self, args) => {
    const [extra] = args.operands;
    if (extra !== undefined) throw new UsageError(`extra operand ${quote(extra)}`);
    const all = args.has("all");
    const parts: string[] = [];
    if (all || args.has("kernel-name") || args.given.length === 0) parts.push("Linux");
    if (all || args.has("nodename")) parts.push(self.machine.hostname);
    if (all || args.has("kernel-release")) parts.push("6.1.0-37-amd64");
    if (all || args.has("kernel-version")) parts.push("#1 SMP PREEMPT_DYNAMIC Debian 6.1.140-1 (2025-05-22)");
    if (all || args.has("machine")) parts.push("x86_64");
    if (args.has("processor")) parts.push("unknown");
    if (args.has("hardware-platform")) parts.push("unknown");
    if (all || args.has("operating-system")) parts.push("GNU/Linux");
    await self.print(`${parts.join(" ")}\n`);
    return 0;
  },
});

/** The executable files of that name in PATH, in its order. */
export function inPath(self: Process, name: string): string[] {
  const usable = (path: string) => {
    try {
      return self.files.stat(path).kind === "file" && self.files.access(path, 1);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      return false;
    }
  };
  if (name.includes("/")) return usable(name) ? [name] : [];
  const folders = (self.env.PATH ?? "/usr/local/bin:/usr/bin:/bin").split(":");
  return folders.map((folder) => joinPath(folder === "" ? "." : folder, name)).filter(usable);
}

export const which = program({
  name: "which",
  summary: "locate a command",
  section: "system",
  origin: "debianutils 5.7",
  synopsis: ["[-as] args"],
  usageStatus: 2,
  options: ["-a  print all matching executables", "-s  silently return 0 if all of the executables were found, 1 otherwise"],
  run: async (self, args) => {
    let status = args.operands.length === 0 ? 1 : 0;
    for (const name of args.operands) {
      const found = inPath(self, name);
      if (found.length === 0) status = 1;
      else if (!args.has("s")) for (const path of args.has("a") ? found : found.slice(0, 1)) await self.print(`${path}\n`);
    }
    return status;
  },
});
