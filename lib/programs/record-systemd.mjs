#!/usr/bin/env node
/**
 * Records what the real systemd (252, Debian 12) does with the cases in systemd/recordings/cases.txt, as cases.json beside them.
 *
 *   node lib/programs/record-systemd.mjs
 *
 * A real systemd is started as pid 1 of namespaces of its own (mount, pid, network, cgroup …) over a copy of this system that is thrown away, with
 * everything masked that would reach for hardware; so this has to be run as root, on Linux, where cgroup2 is mounted below /sys/fs/cgroup.
 * A case begins with a line "### name"; the lines after it are a script that bash runs as root. After each one its units are taken away.
 * A case whose answer differs between two recordings depends on chance: it is left out and named.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { normalize } from "./systemd/recordings/normalize.mjs";

const here = join(dirname(fileURLToPath(import.meta.url)), "systemd", "recordings");
const top = mkdtempSync(join(tmpdir(), "record-systemd-"));
const control = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"].find((path) => existsSync(join(path, "cgroup.procs")));
const cgroup = join(control, `record-${process.pid}`);
mkdirSync(cgroup);

const MASKED =
  "systemd-udevd systemd-udev-trigger systemd-sysctl systemd-modules-load systemd-networkd systemd-timesyncd systemd-resolved systemd-remount-fs systemd-random-seed systemd-update-utmp systemd-binfmt kmod-static-nodes systemd-firstboot systemd-sysusers systemd-pstore systemd-hwdb-update systemd-tmpfiles-setup-dev e2scrub_reap procps systemd-repart hwclock";
const OTHERS =
  "sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount sys-fs-fuse-connections.mount dev-hugepages.mount dev-mqueue.mount proc-sys-fs-binfmt_misc.automount systemd-udevd-kernel.socket systemd-udevd-control.socket systemd-journald-audit.socket getty.target";

/** Builds the copy, and becomes its systemd. */
const boot = `
set -e
mount --make-rprivate /
mount -t tmpfs none ${top}
mkdir ${top}/u ${top}/w ${top}/root
mount -t overlay none -o lowerdir=/,upperdir=${top}/u,workdir=${top}/w ${top}/root
R=${top}/root
mount -t proc none $R/proc; mount -t sysfs -o ro none $R/sys; umount $R/sys/fs/cgroup 2>/dev/null || true
mount -t cgroup2 none $R/sys/fs/cgroup; mount -t tmpfs none $R/dev
for n in null zero full random urandom tty; do touch $R/dev/$n; mount --bind /dev/$n $R/dev/$n; done
ln -s /proc/self/fd $R/dev/fd; ln -s fd/0 $R/dev/stdin; ln -s fd/1 $R/dev/stdout; ln -s fd/2 $R/dev/stderr
mkdir $R/dev/pts $R/dev/shm; mount -t devpts -o newinstance,ptmxmode=0666 none $R/dev/pts; ln -s pts/ptmx $R/dev/ptmx
for p in dev/shm run tmp root home; do mount -t tmpfs none $R/$p; done
mkdir -p $R/var/log/journal $R/home/learner
rm -rf $R/etc/systemd/system/* $R/etc/init.d
for u in ${MASKED}; do ln -s /dev/null $R/etc/systemd/system/$u.service; done
for u in ${OTHERS}; do ln -s /dev/null $R/etc/systemd/system/$u; done
ln -s /lib/systemd/system/graphical.target $R/etc/systemd/system/default.target
echo web-1 > $R/etc/hostname; hostname web-1; : > $R/etc/fstab; echo ${"0123456789abcdef".repeat(2)} > $R/etc/machine-id
for a in www-data:33 learner:1000; do n=\${a%%:*}; i=\${a##*:}; grep -q ^$n: $R/etc/passwd || echo $n:x:$i:$i::/home/$n:/bin/bash >> $R/etc/passwd; grep -q ^$n: $R/etc/group || echo $n:x:$i: >> $R/etc/group; done
cd $R
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin capsh --drop=cap_sys_boot,cap_sys_module,cap_sys_time,cap_sys_rawio --chroot=$R -- -c 'exec /lib/systemd/systemd'
`;
const first = spawn("bash", ["-c", `echo $$ > ${cgroup}/cgroup.procs; exec unshare -p -m -u -i -n -C -f bash -c "$1"`, "boot", boot], {
  stdio: "ignore",
  detached: true,
});
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function pidOfManager() {
  const found = spawnSync("pgrep", ["-P", String(first.pid), "-f", "^/lib/systemd/systemd"], { encoding: "utf8" });
  return found.stdout.trim().split("\n")[0];
}

function run(script) {
  const enter = `echo $$ > ${cgroup}/user.slice/cgroup.procs; exec nsenter -t ${pid} -p -m -u -i -n -C -r -w env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/root USER=root LOGNAME=root TERM=xterm-256color bash -c "$1"`;
  const ran = spawnSync("bash", ["-c", enter, "run", script], { encoding: "utf8", input: "", timeout: 40_000 });
  return { stdout: ran.stdout, stderr: ran.stderr.replaceAll(/bash: line \d+: /g, "bash: "), exitCode: ran.status };
}

let pid = "";
for (let tries = 0; tries < 100 && pid === ""; tries++) {
  await pause(100);
  pid = pidOfManager() ?? "";
}
for (let tries = 0; tries < 100 && run("systemctl is-system-running").stdout !== "running\n"; tries++) await pause(100);

const cleanup = readFileSync(join(here, "cleanup.sh"), "utf8");
const recorded = [];
for (const block of readFileSync(join(here, "cases.txt"), "utf8").split(/^### /m).slice(1)) {
  const name = block.slice(0, block.indexOf("\n"));
  const script = block.slice(block.indexOf("\n") + 1).trimEnd();
  const answers = [0, 1].map(() => {
    const { stdout, stderr, exitCode } = run(script);
    run(cleanup);
    return { stdout: normalize(stdout), stderr: normalize(stderr), exitCode };
  });
  if (JSON.stringify(answers[0]) === JSON.stringify(answers[1])) recorded.push({ name, script, ...answers[0] });
  else console.error(`left out (not repeatable): ${name}`, answers[0], answers[1]);
}
writeFileSync(join(here, "cases.json"), `${JSON.stringify(recorded, null, 1)}\n`);
console.log(`${recorded.length} cases`);
try {
  process.kill(Number(pid), "SIGKILL");
} catch {
  // It has ended already.
}
await pause(500);
rmSync(top, { recursive: true, force: true });
