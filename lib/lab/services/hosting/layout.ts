/** The disk of the hosting site's machine. */
import { folder, type ImageFiles, put } from "../../../images/image.ts";
import { executableBytes } from "../../../kernel/executable.ts";
import type { KernelMachine } from "../../../kernel/machine.ts";
import type { Credentials } from "../../../kernel/types.ts";
import { ed25519Key, privateKeyFile, publicLine } from "../../../programs/ssh/keys.ts";
import { SHELL } from "./names.ts";

/** Who owns the repositories, and whom everybody logs in as over ssh. */
export const GIT: Credentials & { readonly name: string; readonly home: string } = {
  name: "git",
  uid: 998,
  gid: 998,
  groups: [998],
  home: "/home/git",
};
export const REPOSITORIES = "/srv/git";
export const STATE_FILE = "/var/lib/hosting/state.json";
export const AUTHORIZED_KEYS = `${GIT.home}/.ssh/authorized_keys`;
export const HOST_KEY = "/etc/ssh/ssh_host_ed25519_key";
const CHARACTER = 0o020000;

const FOLDERS = ["/dev", "/etc/ssh", "/root", "/run", "/tmp", "/usr/bin", "/var/lib/hosting", "/var/log"];

export function layOut(machine: KernelMachine): void {
  const files: ImageFiles = machine.files;
  for (const path of FOLDERS) folder(files, path);
  files.symlink("usr/bin", "/bin");
  for (const name of ["sh", "git", "git-upload-pack", "git-receive-pack", SHELL])
    put(files, `/usr/bin/${name}`, executableBytes(name), 0o755);
  files.mknod("/dev/null", CHARACTER | 0o666, (1 << 8) | 3);
  files.chmod("/dev/null", 0o666);
  put(files, "/etc/passwd", `root:x:0:0:root:/root:/bin/sh\ngit:x:${GIT.uid}:${GIT.gid}:git:${GIT.home}:/bin/sh\n`);
  put(files, "/etc/group", `root:x:0:\ngit:x:${GIT.gid}:\n`);
  put(files, "/etc/shadow", "root:*:20000:0:99999:7:::\ngit:*:20000:0:99999:7:::\n", 0o640);
  put(files, "/etc/hosts", `127.0.0.1\tlocalhost\n127.0.1.1\t${machine.hostname}\n`);
  put(files, "/etc/hostname", `${machine.hostname}\n`);
  put(files, "/etc/ssh/sshd_config", "PasswordAuthentication no\nPermitRootLogin no\nAllowUsers git\n");
  for (const path of [REPOSITORIES, GIT.home, `${GIT.home}/.ssh`]) {
    folder(files, path, path.endsWith(".ssh") ? 0o700 : 0o755);
    files.chown(path, GIT.uid, GIT.gid);
  }
  const key = ed25519Key(
    Uint8Array.from({ length: 32 }, () => Math.floor(machine.kernel.random() * 256)),
    `root@${machine.hostname}`,
  );
  put(files, HOST_KEY, privateKeyFile(key, Math.floor(machine.kernel.random() * 2 ** 32)), 0o600);
  put(files, `${HOST_KEY}.pub`, `${publicLine(key.public)}\n`);
}
