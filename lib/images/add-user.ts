/** A further user on a machine, as a provider's image or adduser(8) makes it. */
import { findAccount } from "../kernel/login.ts";
import type { Files } from "../kernel/types.ts";
import { folder, put } from "./image.ts";

/** UID_MIN of login.defs(5). */
const FIRST_UID = 1000;

/** Makes the user, a group of that name, a home with the files of /etc/skel, and lets the user use sudo; nothing when there is one. */
export function ensureUser(files: Files, name: string): void {
  if (findAccount(files, name) !== undefined) return;
  const taken = new Set(
    files
      .readText("/etc/passwd")
      .split("\n")
      .map((line) => Number(line.split(":")[2])),
  );
  let uid = FIRST_UID;
  while (taken.has(uid)) uid++;
  const home = `/home/${name}`;
  const append = (path: string, line: string) => files.writeFile(path, line, { append: true });
  append("/etc/passwd", `${name}:x:${uid}:${uid}::${home}:/bin/bash\n`);
  append("/etc/shadow", `${name}:*:20000:0:99999:7:::\n`);
  const joined = files.readText("/etc/group").replace(/^(sudo:x:\d+:)(.*)$/m, (_, start, members) => {
    return `${start}${[...String(members).split(","), name].filter((member) => member !== "").join(",")}`;
  });
  files.writeFile("/etc/group", `${joined}${name}:x:${uid}:\n`);
  folder(files, home);
  for (const entry of files.readdir("/etc/skel")) put(files, `${home}/${entry.name}`, files.readFile(`/etc/skel/${entry.name}`));
  for (const path of [home, ...files.readdir(home).map((entry) => `${home}/${entry.name}`)]) files.chown(path, uid, uid);
}
