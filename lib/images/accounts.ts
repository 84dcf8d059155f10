/** /etc/passwd, group, shadow and the like, as on Debian 12, with the learner as the first user. */

export const LEARNER = { name: "learner", uid: 1000, gid: 1000, home: "/home/learner" } as const;

export const passwd = `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
bin:x:2:2:bin:/bin:/usr/sbin/nologin
sys:x:3:3:sys:/dev:/usr/sbin/nologin
sync:x:4:65534:sync:/bin:/bin/sync
games:x:5:60:games:/usr/games:/usr/sbin/nologin
man:x:6:12:man:/var/cache/man:/usr/sbin/nologin
mail:x:8:8:mail:/var/mail:/usr/sbin/nologin
proxy:x:13:13:proxy:/bin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
backup:x:34:34:backup:/var/backups:/usr/sbin/nologin
_apt:x:42:65534::/nonexistent:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
sshd:x:102:65534::/run/sshd:/usr/sbin/nologin
learner:x:1000:1000:,,,:/home/learner:/bin/bash
`;

export const group = `root:x:0:
daemon:x:1:
bin:x:2:
sys:x:3:
adm:x:4:learner
tty:x:5:
disk:x:6:
mail:x:8:
man:x:12:
proxy:x:13:
kmem:x:15:
sudo:x:27:learner
www-data:x:33:
backup:x:34:
shadow:x:42:
utmp:x:43:
video:x:44:
staff:x:50:learner
games:x:60:
users:x:100:
systemd-journal:x:999:
nogroup:x:65534:
learner:x:1000:
`;

/** No account has a password: the learner becomes root by sudo, which asks none. */
export const shadow = passwd
  .trim()
  .split("\n")
  .map((line) => `${line.split(":")[0]}:*:20000:0:99999:7:::\n`)
  .join("");
