/** The files of accounts as tables: /etc/passwd, shadow, group and gshadow (passwd(5), shadow(5), group(5), gshadow(5)). */
import type { Files, Process } from "../../kernel/types.ts";
import { Failure } from "../core/errors.ts";

const PATHS = { passwd: "/etc/passwd", shadow: "/etc/shadow", group: "/etc/group", gshadow: "/etc/gshadow" } as const;
type TableName = keyof typeof PATHS;

/** Limits of /etc/login.defs on Debian 12. */
const RANGES = { user: [1000, 60000], system: [100, 999] } as const;

/** Fields of /etc/passwd and /etc/shadow by position. */
export const PASSWD = { name: 0, uid: 2, gid: 3, gecos: 4, home: 5, shell: 6 } as const;
export const SHADOW = { name: 0, password: 1, changed: 2, expire: 7 } as const;
const GROUP = { name: 0, gid: 2, members: 3 } as const;

export class Accounts {
  readonly #tables = new Map<TableName, string[][]>();
  readonly #changed = new Set<TableName>();

  /** `files` decides who may: those of the process, or root's for programs with the set-user-ID bit. */
  constructor(private readonly files: Files) {}

  rows(table: TableName): string[][] {
    let rows = this.#tables.get(table);
    if (!rows) {
      const text = this.files.exists(PATHS[table]) ? this.files.readText(PATHS[table]) : "";
      rows = text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => line.split(":"));
      this.#tables.set(table, rows);
    }
    return rows;
  }

  /** Rows that will be changed, or added to. */
  edit(table: TableName): string[][] {
    const rows = this.rows(table);
    this.#changed.add(table);
    return rows;
  }

  save(): void {
    for (const table of this.#changed) {
      if (table === "gshadow" && !this.files.exists(PATHS.gshadow)) continue;
      this.files.writeFile(
        PATHS[table],
        this.rows(table)
          .map((row) => `${row.join(":")}\n`)
          .join(""),
      );
    }
    this.#changed.clear();
  }

  user(name: string): string[] | undefined {
    return this.rows("passwd").find((row) => row[PASSWD.name] === name);
  }

  shadowOf(name: string): string[] | undefined {
    return this.rows("shadow").find((row) => row[SHADOW.name] === name);
  }

  /** By name, or by number. */
  group(text: string): string[] | undefined {
    const rows = this.rows("group");
    return rows.find((row) => row[GROUP.name] === text) ?? (/^\d+$/.test(text) ? rows.find((row) => row[GROUP.gid] === text) : undefined);
  }

  hasUid(uid: number): boolean {
    return this.rows("passwd").some((row) => Number(row[PASSWD.uid]) === uid);
  }

  hasGid(gid: number): boolean {
    return this.rows("group").some((row) => Number(row[GROUP.gid]) === gid);
  }

  /** As useradd picks ids: one above the highest in use; for the system, one below the lowest (login.defs(5)). */
  nextId(kind: "user" | "system"): number {
    const [low, high] = RANGES[kind];
    const used = [...this.rows("passwd"), ...this.rows("group")].map((row) => Number(row[2])).filter((id) => id >= low && id <= high);
    if (kind === "user") return used.length === 0 ? low : Math.max(...used) + 1;
    for (let id = high; id >= low; id--) if (!used.includes(id)) return id;
    throw new Failure("Can't get unique system UID (no more available UIDs)", 4);
  }

  /** As adduser picks ids for the system: the first free one from 100 on. */
  firstFree(kind: "user" | "system", what: "user" | "group"): number {
    const [low, high] = RANGES[kind];
    for (let id = low; id <= high; id++) if (what === "user" ? !this.hasUid(id) : !this.hasGid(id)) return id;
    throw new Failure("No ID is available in the range", 1);
  }

  addGroup(name: string, gid: number): void {
    this.edit("group").push([name, "x", String(gid), ""]);
    this.edit("gshadow").push([name, "!", "", ""]);
  }

  removeGroup(name: string): void {
    for (const table of ["group", "gshadow"] as const) {
      const rows = this.edit(table);
      const at = rows.findIndex((row) => row[0] === name);
      if (at >= 0) rows.splice(at, 1);
    }
  }

  membersOf(group: readonly string[]): string[] {
    return (group[GROUP.members] ?? "").split(",").filter((name) => name !== "");
  }

  setMembers(name: string, members: readonly string[]): void {
    for (const table of ["group", "gshadow"] as const) {
      const row = this.edit(table).find((each) => each[0] === name);
      if (row) row[GROUP.members] = members.join(",");
    }
  }

  addMember(group: string, user: string): void {
    const row = this.group(group);
    if (!row) return;
    const members = this.membersOf(row);
    if (!members.includes(user)) this.setMembers(row[GROUP.name] ?? group, [...members, user]);
  }

  removeMember(group: string, user: string): void {
    const row = this.group(group);
    if (row)
      this.setMembers(
        row[GROUP.name] ?? group,
        this.membersOf(row).filter((name) => name !== user),
      );
  }

  /** Groups that name the user as a member. */
  groupsOf(user: string): string[] {
    return this.rows("group")
      .filter((row) => this.membersOf(row).includes(user))
      .map((row) => row[GROUP.name] ?? "");
  }

  removeUser(name: string): void {
    for (const table of ["passwd", "shadow"] as const) {
      const rows = this.edit(table);
      const at = rows.findIndex((row) => row[0] === name);
      if (at >= 0) rows.splice(at, 1);
    }
    for (const group of this.groupsOf(name)) this.removeMember(group, name);
  }

  setPassword(name: string, hash: string, today: number): void {
    const row = this.edit("shadow").find((each) => each[SHADOW.name] === name);
    if (!row) return;
    row[SHADOW.password] = hash;
    row[SHADOW.changed] = String(today);
  }
}

/** Days since the epoch: what /etc/shadow counts in. */
export function today(self: Process): number {
  return Math.floor(self.machine.kernel.clock.now() / 86_400_000);
}

/** shadow-utils say this to everybody but root, with status 1; `status` where a program has its own. */
export async function mustBeRoot(self: Process, name: string, file: string, status = 1): Promise<number | undefined> {
  if (self.credentials.uid === 0) return undefined;
  await self.error(`${name}: Permission denied.\n${name}: cannot lock ${file}; try again later.\n`);
  return status;
}

/** Makes a home directory with the files of /etc/skel in it. */
export function makeHome(self: Process, home: string, uid: number, gid: number, mode: number, skeleton = "/etc/skel"): void {
  const { files } = self;
  if (files.exists(home)) return;
  files.mkdir(home, { recursive: true });
  copyTree(files, skeleton, home, uid, gid);
  files.chown(home, uid, gid);
  files.chmod(home, mode);
}

function copyTree(files: Files, from: string, to: string, uid: number, gid: number): void {
  if (!files.exists(from)) return;
  for (const entry of files.readdir(from)) {
    const source = `${from}/${entry.name}`;
    const target = `${to}/${entry.name}`;
    const stat = files.lstat(source);
    if (entry.kind === "directory") {
      files.mkdir(target);
      copyTree(files, source, target, uid, gid);
    } else if (entry.kind === "symlink") files.symlink(files.readlink(source), target);
    else files.writeFile(target, files.readFile(source));
    files.chown(target, uid, gid, { followLinks: false });
    if (entry.kind !== "symlink") files.chmod(target, stat.mode & 0o7777);
  }
}

/** Gives every file of a tree that belongs to one user to another. */
export function giveTree(files: Files, path: string, from: number, to: number): void {
  const stat = files.lstat(path);
  if (stat.uid === from) files.chown(path, to, -1, { followLinks: false });
  if (stat.kind === "directory") for (const entry of files.readdir(path)) giveTree(files, `${path}/${entry.name}`, from, to);
}
