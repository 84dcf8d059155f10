/** What OpenSSH's packages put on a machine, and what makes a machine one that can be reached by ssh. */
import type { Account } from "../kernel/login.ts";
import type { Files, Machine } from "../kernel/types.ts";
import { sha256 } from "../programs/core/hash.ts";
import { ed25519Key, type PublicKey, parsePublicKey, privateKeyFile, publicLine } from "../programs/ssh/keys.ts";
import { hashPassword } from "../programs/users/crypt.ts";
import { folder, put } from "./image.ts";

const sshConfig = `# This is the ssh client system-wide configuration file.  See ssh_config(5).

Include /etc/ssh/ssh_config.d/*.conf

Host *
#   PasswordAuthentication yes
#   BatchMode no
#   StrictHostKeyChecking ask
#   IdentityFile ~/.ssh/id_rsa
#   IdentityFile ~/.ssh/id_ed25519
#   Port 22
    SendEnv LANG LC_*
    HashKnownHosts yes
`;

const sshdConfig = `# This is the sshd server system-wide configuration file.  See
# sshd_config(5) for more information.

Include /etc/ssh/sshd_config.d/*.conf

#Port 22
#ListenAddress 0.0.0.0

#HostKey /etc/ssh/ssh_host_ed25519_key

# Authentication:

#PermitRootLogin prohibit-password
#StrictModes yes
#MaxAuthTries 6

#PubkeyAuthentication yes

#AuthorizedKeysFile	.ssh/authorized_keys .ssh/authorized_keys2

# To disable tunneled clear text passwords, change to no here!
#PasswordAuthentication yes
#PermitEmptyPasswords no

KbdInteractiveAuthentication no

UsePAM yes

#AllowTcpForwarding yes
X11Forwarding yes
PrintMotd no
#PrintLastLog yes

# Allow client to pass locale environment variables
AcceptEnv LANG LC_*
`;

/** What enables a service on Debian (systemctl(1), enable). */
const ENABLED = "/etc/systemd/system/multi-user.target.wants/ssh.service";
const HOST_KEY = "/etc/ssh/ssh_host_ed25519_key";
const CLOUD_SETTINGS = "/etc/ssh/sshd_config.d/50-cloud-init.conf";

/** The configuration of client and server, which every image has. */
export function putSshFiles(files: Files): void {
  for (const path of ["/etc/ssh/ssh_config.d", "/etc/ssh/sshd_config.d", "/run/sshd", "/etc/systemd/system/multi-user.target.wants"])
    folder(files, path);
  put(files, "/etc/ssh/ssh_config", sshConfig);
  put(files, "/etc/ssh/sshd_config", sshdConfig);
}

/** A key of its own for each account of each machine, though the random numbers of every lab are the same. */
function newKey(machine: Machine, comment: string) {
  const own = sha256(new TextEncoder().encode(comment));
  const seed = Uint8Array.from({ length: 32 }, (_, at) => {
    return Math.floor(machine.kernel.random() * 256) ^ Number.parseInt(own.slice(2 * at, 2 * at + 2), 16);
  });
  return ed25519Key(seed, comment);
}

/** Gives the machine host keys and an ssh server that starts with it. As on cloud servers, only keys let people in. */
export function enableSshServer(machine: Machine, options: { passwords: boolean }): void {
  const { files } = machine;
  const key = newKey(machine, `root@${machine.hostname}`);
  put(files, HOST_KEY, privateKeyFile(key, Math.floor(machine.kernel.random() * 2 ** 32)), 0o600);
  put(files, `${HOST_KEY}.pub`, `${publicLine(key.public)}\n`);
  put(files, CLOUD_SETTINGS, `PasswordAuthentication ${options.passwords ? "yes" : "no"}\n`, 0o600);
  files.symlink("/lib/systemd/system/ssh.service", ENABLED);
  files.symlink("/lib/systemd/system/ssh.service", "/etc/systemd/system/sshd.service");
}

export function setPassword(machine: Machine, user: string, password: string): void {
  const { files } = machine;
  const hash = hashPassword(password, () => machine.kernel.random());
  const lines = files.readText("/etc/shadow").split("\n");
  const changed = lines.map((line) => {
    const [name, , ...rest] = line.split(":");
    return name === user ? [name, hash, ...rest].join(":") : line;
  });
  files.writeFile("/etc/shadow", changed.join("\n"));
}

/** The user's key, made when there is none. */
export function ensureUserKey(machine: Machine, account: Account): PublicKey {
  const { files } = machine;
  const path = `${account.home}/.ssh/id_ed25519`;
  const known = files.exists(`${path}.pub`) ? parsePublicKey(files.readText(`${path}.pub`)) : undefined;
  if (known !== undefined) return known;
  const key = newKey(machine, `${account.name}@${machine.hostname}`);
  sshFolder(files, account);
  put(files, path, privateKeyFile(key, Math.floor(machine.kernel.random() * 2 ** 32)), 0o600);
  put(files, `${path}.pub`, `${publicLine(key.public)}\n`);
  for (const each of [path, `${path}.pub`]) files.chown(each, account.uid, account.gid);
  return key.public;
}

export function authorizeKey(files: Files, account: Account, key: PublicKey): void {
  sshFolder(files, account);
  const path = `${account.home}/.ssh/authorized_keys`;
  files.writeFile(path, `${publicLine(key)}\n`, { append: true, mode: 0o600 });
  files.chmod(path, 0o600);
  files.chown(path, account.uid, account.gid);
}

function sshFolder(files: Files, account: Account): void {
  const path = `${account.home}/.ssh`;
  if (files.exists(path)) return;
  folder(files, path, 0o700);
  files.chown(path, account.uid, account.gid);
}
