/** Names of users and groups, from /etc/passwd and /etc/group (passwd(5), group(5)). */
import type { Files } from "../../kernel/types.ts";
import { codeOf } from "./errors.ts";

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
}

export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

function rows(files: Files, path: string): string[][] {
  try {
    return files
      .readText(path)
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => line.split(":"));
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return [];
  }
}

export function users(files: Files): User[] {
  return rows(files, "/etc/passwd").map(([name = "", , uid = "", gid = "", gecos = "", home = "", shell = ""]) => ({
    name,
    uid: Number(uid),
    gid: Number(gid),
    gecos,
    home,
    shell,
  }));
}

export function groups(files: Files): Group[] {
  return rows(files, "/etc/group").map(([name = "", , gid = "", members = ""]) => ({
    name,
    gid: Number(gid),
    members: members.split(",").filter((member) => member !== ""),
  }));
}

/** Name of a user id, or the number as text. */
export function userName(files: Files, uid: number): string {
  return users(files).find((user) => user.uid === uid)?.name ?? String(uid);
}

export function groupName(files: Files, gid: number): string {
  return groups(files).find((group) => group.gid === gid)?.name ?? String(gid);
}

/** A user by name or number. */
export function findUser(files: Files, text: string): User | undefined {
  const all = users(files);
  return all.find((user) => user.name === text) ?? (/^\d+$/.test(text) ? all.find((user) => user.uid === Number(text)) : undefined);
}

export function findGroup(files: Files, text: string): Group | undefined {
  const all = groups(files);
  return all.find((group) => group.name === text) ?? (/^\d+$/.test(text) ? all.find((group) => group.gid === Number(text)) : undefined);
}
