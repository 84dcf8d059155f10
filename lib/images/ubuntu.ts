/** A bare server: directories as hier(7) has them, accounts, devices, and every program of the table. */
import { executableBytes } from "../kernel/executable.ts";
import { PROC_FILES } from "../kernel/proc-files.ts";
import type { Files } from "../kernel/types.ts";
import { programNames } from "../programs/groups/groups.ts";
import { BESIDE_PYTHON, catalog, programPath } from "../programs/packages/catalog.ts";
import { fillDatabase, install, installed } from "../programs/packages/database.ts";
import { putTrust } from "../programs/tls/update-ca-certificates.ts";
import { group, LEARNER, passwd, shadow } from "./accounts.ts";
import {
  bashLogout,
  bashrc,
  bashrcOfAll,
  hosts,
  motd,
  nsswitch,
  osRelease,
  profile,
  profileOfUser,
  protocols,
  services,
  shells,
  sudoers,
} from "./etc.ts";
import { folder, type Image, type ImageFiles, put } from "./image.ts";
import { putSshFiles } from "./ssh.ts";
import { putSystemdFiles } from "./systemd.ts";
import { putUfwFiles } from "./ufw.ts";

const ROOT_FOLDERS = ["boot", "dev", "etc", "home", "media", "mnt", "opt", "proc", "root", "run", "srv", "sys", "tmp", "usr", "var"];
const OTHER_FOLDERS = [
  "/dev/pts",
  "/dev/shm",
  "/etc/cron.d",
  "/etc/default",
  "/etc/profile.d",
  "/etc/skel",
  "/etc/ssl/certs",
  "/etc/sudoers.d",
  "/run/lock",
  "/usr/bin",
  "/usr/games",
  "/usr/include",
  "/usr/lib",
  "/usr/local/bin",
  "/usr/local/etc",
  "/usr/local/games",
  "/usr/local/lib",
  "/usr/local/sbin",
  "/usr/local/share",
  "/usr/local/src",
  "/usr/sbin",
  "/usr/share/doc",
  "/usr/src",
  "/var/backups",
  "/var/cache",
  "/var/lib",
  "/var/log",
  "/var/spool",
  "/var/www/html",
];

const CHARACTER = 0o020000;
const FILE = 0o100000;

/** Linux's numbers (Documentation/admin-guide/devices.txt); major 240 is "descriptor N of the process that opens it". */
const DEVICES = [
  { name: "null", major: 1, minor: 3 },
  { name: "zero", major: 1, minor: 5 },
  { name: "full", major: 1, minor: 7 },
  { name: "random", major: 1, minor: 8 },
  { name: "urandom", major: 1, minor: 9 },
  { name: "tty", major: 5, minor: 0 },
];
const DESCRIPTORS = 240;

function devices(files: ImageFiles): void {
  const make = (path: string, major: number, minor: number, mode: number) => {
    files.mknod(path, CHARACTER | mode, (major << 8) | minor);
    files.chmod(path, mode);
  };
  for (const { name, major, minor } of DEVICES) make(`/dev/${name}`, major, minor, 0o666);
  folder(files, "/proc/sys/kernel/random", 0o555);
  for (const { name, rdev } of PROC_FILES) files.mknod(`/proc/${name}`, FILE | 0o444, rdev);
  folder(files, "/dev/fd");
  for (let fd = 0; fd < 64; fd++) make(`/dev/fd/${fd}`, DESCRIPTORS, fd, 0o666);
  files.symlink("fd/0", "/dev/stdin");
  files.symlink("fd/1", "/dev/stdout");
  files.symlink("fd/2", "/dev/stderr");
  for (let number = 0; number < 16; number++) {
    make(`/dev/pts/${number}`, 136, number, 0o620);
    files.chown(`/dev/pts/${number}`, LEARNER.uid, 5);
  }
}

function home(files: ImageFiles, path: string, uid: number, gid: number): void {
  for (const [name, text] of [
    [".bashrc", bashrc],
    [".profile", profileOfUser],
    [".bash_logout", bashLogout],
  ] as const) {
    put(files, `${path}/${name}`, text);
    files.chown(`${path}/${name}`, uid, gid);
  }
  files.chown(path, uid, gid);
}

/** Everything of the bare server, except for its name (`nameMachine`). */
export function buildUbuntu(files: ImageFiles): void {
  for (const name of ROOT_FOLDERS) folder(files, `/${name}`);
  for (const path of OTHER_FOLDERS) folder(files, path);
  for (const name of ["bin", "lib", "sbin"]) files.symlink(`usr/${name}`, `/${name}`);
  files.symlink("/run", "/var/run");
  files.symlink("/run/lock", "/var/lock");
  for (const path of ["/tmp", "/var/tmp", "/run/lock", "/dev/shm"]) folder(files, path, 0o1777);
  folder(files, "/root", 0o700);

  put(files, "/etc/passwd", passwd);
  put(files, "/etc/group", group);
  put(files, "/etc/shadow", shadow, 0o640);
  files.chown("/etc/shadow", 0, 42);
  put(files, "/etc/sudoers", sudoers, 0o440);
  put(files, "/etc/os-release", osRelease);
  put(files, "/etc/debian_version", "12.11\n");
  put(files, "/etc/issue", "Debian GNU/Linux 12 \\n \\l\n\n");
  put(files, "/etc/shells", shells);
  put(files, "/etc/nsswitch.conf", nsswitch);
  put(files, "/etc/services", services);
  put(files, "/etc/protocols", protocols);
  put(files, "/etc/host.conf", "multi on\n");
  put(files, "/etc/resolv.conf", "nameserver 10.0.0.1\n");
  put(files, "/etc/motd", motd);
  put(files, "/etc/profile", profile);
  put(files, "/etc/bash.bashrc", bashrcOfAll);
  put(files, "/etc/fstab", "# <file system> <mount point> <type> <options> <dump> <pass>\n/dev/vda1 / ext4 errors=remount-ro 0 1\n");
  put(files, "/etc/timezone", "Etc/UTC\n");
  put(files, "/etc/environment", "");
  put(files, "/var/log/syslog", "", 0o640);
  files.chown("/var/log/syslog", 0, 4);
  put(files, "/usr/lib/os-release", osRelease);

  const skeleton = [
    [".bashrc", bashrc],
    [".profile", profileOfUser],
    [".bash_logout", bashLogout],
  ] as const;
  for (const [name, text] of skeleton) put(files, `/etc/skel/${name}`, text);
  home(files, "/root", 0, 0);
  folder(files, LEARNER.home, 0o755);
  home(files, LEARNER.home, LEARNER.uid, LEARNER.gid);

  putSshFiles(files);
  putUfwFiles(files);
  putSystemdFiles(files);
  putTrust(files);

  devices(files);
  put(files, "/usr/bin/bash", executableBytes("bash"), 0o755);
  files.symlink("bash", "/usr/bin/rbash");
  files.symlink("nano", "/usr/bin/editor");
  put(files, "/usr/bin/sh", executableBytes("sh"), 0o755);
  const offered = [...catalog(programNames).values()].filter((each) => each.preinstalled);
  for (const each of offered)
    for (const name of each.programs) if (programNames.has(name)) put(files, programPath(name), executableBytes(name), 0o755);
  fillDatabase(files, offered);
  folder(files, "/etc/apt/sources.list.d");
  put(files, "/etc/apt/sources.list", "deb http://packages.slipway/debian bookworm main\n");
  for (const name of ["sudo", "su"]) if (files.exists(`/usr/bin/${name}`)) files.chmod(`/usr/bin/${name}`, 0o4755);
}

/** Installs every package that the index offers: for machines of lessons in which nobody is to install anything first. */
export function installEverything(files: Files): void {
  const here = installed(files);
  for (const each of catalog(programNames).values()) if (!here.has(each.name)) install(files, each);
}

/** Installs what a machine with Python has besides. */
export function installBesidePython(files: Files): void {
  const here = installed(files);
  for (const each of BESIDE_PYTHON) if (!here.has(each.name)) install(files, each);
}

/** Gives a machine its own name: /etc/hostname and /etc/hosts. */
export function nameMachine(files: Pick<ImageFiles, "writeFile">, hostname: string): void {
  files.writeFile("/etc/hostname", `${hostname}\n`);
  files.writeFile("/etc/hosts", hosts(hostname));
}

export const ubuntu: Image = {
  name: "ubuntu",
  summary: "A bare server, Debian 12: shell, core programs, curl, systemd.",
  build: buildUbuntu,
};
