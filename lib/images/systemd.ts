/** What systemd's package puts on a machine: the targets that services name, after Debian 12's (systemd.special(7)). */
import type { Files } from "../kernel/types.ts";
import { folder, put } from "./image.ts";

const UNITS = "/lib/systemd/system";

/** [Unit] of each target, after Description= and Documentation=. */
const TARGETS: Readonly<Record<string, readonly [description: string, rest: string]>> = {
  sysinit: ["System Initialization", "Wants=local-fs.target\nAfter=local-fs.target\n"],
  basic: [
    "Basic System",
    "Requires=sysinit.target\nWants=sockets.target timers.target paths.target network.target\nAfter=sysinit.target sockets.target paths.target\n",
  ],
  "multi-user": [
    "Multi-User System",
    "Requires=basic.target\nConflicts=rescue.target\nAfter=basic.target rescue.target\nAllowIsolate=yes\n",
  ],
  graphical: [
    "Graphical Interface",
    "Requires=multi-user.target\nWants=display-manager.service\nConflicts=rescue.target\nAfter=multi-user.target rescue.target display-manager.service\nAllowIsolate=yes\n",
  ],
  "network-pre": ["Preparation for Network", "RefuseManualStart=yes\n"],
  network: ["Network", "After=network-pre.target\nRefuseManualStart=yes\n"],
  "network-online": ["Network is Online", "After=network.target\n"],
  "nss-lookup": ["Host and Network Name Lookups", "RefuseManualStart=yes\n"],
  "time-sync": ["System Time Synchronized", "RefuseManualStart=yes\n"],
  "local-fs": ["Local File Systems", "DefaultDependencies=no\nConflicts=shutdown.target\n"],
  "remote-fs": ["Remote File Systems", "DefaultDependencies=no\nConflicts=shutdown.target\n"],
  sockets: ["Socket Units", ""],
  timers: ["Timer Units", "DefaultDependencies=no\nConflicts=shutdown.target\n"],
  paths: ["Path Units", ""],
  rescue: ["Rescue Mode", "Requires=sysinit.target\nAfter=sysinit.target\nAllowIsolate=yes\n"],
  emergency: ["Emergency Mode", "AllowIsolate=yes\n"],
  shutdown: ["System Shutdown", "DefaultDependencies=no\nRefuseManualStart=yes\n"],
};

const sshService = `[Unit]
Description=OpenBSD Secure Shell server
Documentation=man:sshd(8) man:sshd_config(5)
After=network.target auditd.service
ConditionPathExists=!/etc/ssh/sshd_not_to_be_run

[Service]
EnvironmentFile=-/etc/default/ssh
ExecStartPre=/usr/sbin/sshd -t
ExecStart=/usr/sbin/sshd -D $SSHD_OPTS
ExecReload=/usr/sbin/sshd -t
ExecReload=/bin/kill -HUP $MAINPID
KillMode=process
Restart=on-failure
RestartPreventExitStatus=255
Type=notify
RuntimeDirectory=sshd
RuntimeDirectoryMode=0755

[Install]
WantedBy=multi-user.target
Alias=sshd.service
`;

const sshDefaults = `# Default settings for openssh-server. This file is sourced by /bin/sh from
# /etc/init.d/ssh.

# Options to pass to sshd
SSHD_OPTS=
`;

const temporaryFolders = `# See tmpfiles.d(5): made at each start.

d /run/lock 1777 root root -
d /run/sshd 0755 root root -
d /run/systemd/system 0755 root root -
`;

export function putSystemdFiles(files: Files): void {
  for (const path of [UNITS, "/etc/systemd/system", "/run/systemd/system", "/var/log/journal"]) folder(files, path);
  for (const [name, [description, rest]] of Object.entries(TARGETS))
    put(files, `${UNITS}/${name}.target`, `[Unit]\nDescription=${description}\nDocumentation=man:systemd.special(7)\n${rest}`);
  files.symlink("graphical.target", `${UNITS}/default.target`);
  put(files, `${UNITS}/ssh.service`, sshService);
  put(files, "/etc/default/ssh", sshDefaults);
  folder(files, "/usr/lib/tmpfiles.d");
  put(files, "/usr/lib/tmpfiles.d/legacy.conf", temporaryFolders);
}
