import type { Credentials, Machine } from "../../kernel/types.ts";

/** A line of passwd(5). */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** The user of that name on the machine. Throws Error when there is none. */
export function findUser(machine: Machine, name: string): User {
  for (const line of machine.files.readText("/etc/passwd").split("\n")) {
    const [user, , uid, gid, , home, shell] = line.split(":");
    if (user === name) return { name, uid: Number(uid), gid: Number(gid), home: home ?? "/", shell: shell || "/bin/sh" };
  }
  throw new Error(`There is no user ${name} on ${machine.name}.`);
}

/** Who a login makes one, as initgroups(3). */
export function credentialsOf(machine: Machine, user: User): Credentials {
  const groups = machine.files
    .readText("/etc/group")
    .split("\n")
    .map((line) => line.split(":"))
    .filter(([, , , members]) => members?.split(",").includes(user.name))
    .map(([, , gid]) => Number(gid));
  return { uid: user.uid, gid: user.gid, groups: [user.gid, ...groups.filter((gid) => gid !== user.gid)] };
}

/** The environment that login(1) gives. */
export function loginEnvironment(user: User): Record<string, string> {
  const path = user.uid === 0 ? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" : "/usr/local/bin:/usr/bin:/bin";
  return { HOME: user.home, USER: user.name, LOGNAME: user.name, SHELL: user.shell, PATH: path, LANG: "C.UTF-8" };
}
