/** The programs of systemd in the table; each is loaded when it is first run. */
import { program } from "../core/program.ts";
import type { Way } from "./boot.ts";

const ORIGIN = "systemd 252 (252.39-1~deb12u2)";

const VERSION = `systemd 252 (252.39-1~deb12u2)
+PAM +AUDIT +SELINUX +APPARMOR +IMA +SMACK +SECCOMP +GCRYPT -GNUTLS +OPENSSL +ACL +BLKID +CURL +ELFUTILS +FIDO2 +IDN2 -IDN +IPTC +KMOD +LIBCRYPTSETUP +LIBFDISK +PCRE2 -PWQUALITY +P11KIT +QRENCODE +TPM2 +BZIP2 +LZ4 +XZ +ZLIB +ZSTD -BPF_FRAMEWORK -XKBCOMMON +UTMP +SYSVINIT default-hierarchy=unified
`;

export const systemctl = program({
  version: VERSION,
  name: "systemctl",
  summary: "control the systemd system and service manager",
  section: "system",
  origin: ORIGIN,
  synopsis: ["[OPTIONS...] COMMAND [UNIT...]"],
  description:
    "Commands: list-units, list-timers, list-unit-files, list-dependencies, list-jobs, is-active, is-failed, is-enabled, is-system-running, status, show, cat, help; start, stop, restart, reload, try-restart, reload-or-restart, try-reload-or-restart, isolate, kill, reset-failed; enable, disable, reenable, preset, mask, unmask, link, edit, get-default, set-default; daemon-reload, daemon-reexec, show-environment; reboot, poweroff, halt.",
  options: [
    "-a, --all  show all units in memory, and empty properties",
    "--after  show units that this one starts after",
    "--before  show units that this one starts before",
    "-f, --force  overwrite what is in the way",
    "--failed  shorthand for --state=failed",
    "--full  (with edit) edit the whole file; else accepted",
    "-l  (accepted: nothing is cut)",
    "--job-mode=MODE  `ignore-dependencies` starts or stops one unit alone",
    "--kill-whom=WHOM  whom to send signal to: main or all",
    "--kill-who=WHOM  the same",
    "--legend=BOOL  headers and hints",
    "-n, --lines=INTEGER  number of journal entries to show",
    "--no-ask-password  (accepted)",
    "--no-block  do not wait until operation finished",
    "--no-legend  do not print headers and hints",
    "--no-pager  (accepted: no pager is started)",
    "--no-reload  (accepted)",
    "--no-wall  (accepted)",
    "--now  start or stop unit after enabling or disabling it",
    "--output=MODE  (accepted)",
    "-o MODE  (accepted)",
    "--plain  print unit dependencies as a list instead of a tree",
    "-p, --property=NAME  show only properties by this name",
    "-P NAME  equivalent to --value --property=NAME",
    "-q, --quiet  suppress output",
    "--reverse  show reverse dependencies",
    "--root=PATH  edit, enable or disable unit files in that folder",
    "--runtime  enable unit files only until the next start",
    "-s, --signal=SIGNAL  which signal to send",
    "--state=STATE  list units with particular load or sub or active state",
    "--system  (accepted)",
    "-t, --type=TYPE  list units of a particular type",
    "--value  when showing properties, only print the value",
    "--wait  (accepted)",
  ],
  unmodeled: [
    "--user",
    "--global",
    "-H",
    "--host",
    "-M",
    "--machine",
    "-C",
    "--capsule",
    "-i",
    "--check-inhibitors",
    "--dry-run",
    "-T",
    "--show-transaction",
    "--what",
    "--image",
    "--mkdir",
    "--with-dependencies",
    "--timestamp",
  ],
  limits:
    "pid 1 of a machine is the manager, the journal and the login manager together: journald, logind, udevd and timesyncd are no services of their own here. Services, targets and timers are modeled; sockets, paths, mounts, slices, scopes and devices are read and can't be started. Sandboxing (ProtectSystem=, PrivateTmp=, NoNewPrivileges=, SystemCallFilter= …) and resource limits (MemoryMax=, CPUQuota=, LimitNOFILE= …) are accepted and not enforced. User managers (--user) are not there.",
  usageHint: () => "",
  run: async (self, args) => (await import("./systemctl/systemctl.ts")).runSystemctl(self, args),
});

export const journalctl = program({
  version: VERSION,
  name: "journalctl",
  summary: "print log entries from the systemd journal",
  section: "system",
  origin: ORIGIN,
  synopsis: ["[OPTIONS...] [MATCHES...]"],
  options: [
    "-u, --unit=UNIT  show logs from the specified unit",
    "-f, --follow  follow the journal",
    "-n, --lines[=INTEGER]  number of journal entries to show",
    "-r, --reverse  show the newest entries first",
    "-e, --pager-end  show the end: the last 1000 entries",
    "-o, --output=STRING  change journal output mode",
    "-x, --catalog  (accepted: explanations are not modeled)",
    "-S, --since=DATE  show entries not older than the specified date",
    "-U, --until=DATE  show entries not newer than the specified date",
    "-b, --boot[=ID]  show current boot or the specified boot",
    "--list-boots  show terse information about recorded boots",
    "-k, --dmesg  show kernel message log from the current boot",
    "-t, --identifier=STRING  show entries with the specified syslog identifier",
    "-p, --priority=RANGE  show entries with the specified priority",
    "--facility=FACILITY  show entries with the specified facilities",
    "-g, --grep=PATTERN  show entries with MESSAGE matching PATTERN",
    "--case-sensitive[=BOOL]  force case sensitive or insensitive matching",
    "-F, --field=FIELD  list all values that a specified field takes",
    "-N, --fields  list all field names currently used",
    "--disk-usage  show total disk usage of all journal files",
    "--vacuum-size=BYTES  reduce disk usage below specified size",
    "--vacuum-files=INT  leave only the specified number of journal files",
    "--vacuum-time=TIME  remove journal files older than specified time",
    "--rotate  request immediate rotation of the journal files",
    "--flush  (accepted)",
    "--sync  (accepted)",
    "--no-hostname  suppress output of hostname field",
    "--no-full  (accepted)",
    "-l  (accepted)",
    "-a, --all  (accepted)",
    "-q, --quiet  do not show info messages and privilege warning",
    "--no-pager  do not pipe output into a pager",
    "--no-tail  show all lines, even in follow mode",
    "--utc  express time in UTC",
    "-m, --merge  (accepted)",
    "--system  (accepted)",
  ],
  unmodeled: [
    "--user",
    "--user-unit",
    "-M",
    "--machine",
    "-D",
    "--directory",
    "--file",
    "--root",
    "--image",
    "--namespace",
    "-c",
    "--cursor",
    "--after-cursor",
    "--show-cursor",
    "--cursor-file",
    "--verify",
    "--header",
    "--list-catalog",
    "--dump-catalog",
    "--update-catalog",
    "--setup-keys",
    "--output-fields",
    "--dmesg-all",
    "--relinquish-var",
    "--smart-relinquish-var",
  ],
  limits:
    "The journal lies below /var/log/journal as lines of JSON, not in systemd's own format. It keeps four files of about 1 MiB. What several processes of a service write bears the pid of the one that the service was started with.",
  usageHint: () => "",
  rewrite: (argv) => joinOptional(argv),
  run: async (self, args) => (await import("./journal/journalctl.ts")).runJournalctl(self, args),
});

export const service = program({
  name: "service",
  summary: "run a System V init script",
  section: "system",
  origin: "init-system-helpers 1.65.2",
  ownParsing: "options",
  synopsis: ["SCRIPT COMMAND [OPTIONS]", "--status-all"],
  limits: "Services are units of systemd; there are no scripts in /etc/init.d.",
  run: async (self, args) => (await import("./tools.ts")).runService(self, args),
});

export const logger = program({
  name: "logger",
  summary: "enter messages into the system log",
  section: "system",
  origin: "util-linux 2.38.1",
  synopsis: ["[options] [<message>]"],
  options: [
    "-i  log the logger command's PID",
    "--id[=ID]  log the given ID, or otherwise the PID",
    "-f, --file=FILE  log the contents of this file",
    "-e, --skip-empty  do not log empty lines when processing files",
    "-p, --priority=PRIO  mark given message with this priority",
    "-s, --stderr  output message to standard error as well",
    "-t, --tag=TAG  mark every line with this tag",
  ],
  unmodeled: [
    "-n",
    "--server",
    "-P",
    "--port",
    "-T",
    "--tcp",
    "-d",
    "--udp",
    "-u",
    "--socket",
    "--rfc3164",
    "--rfc5424",
    "--journald",
    "--msgid",
    "--sd-id",
    "--sd-param",
    "--no-act",
    "--octet-count",
    "--prio-prefix",
    "-S",
    "--size",
  ],
  run: async (self, args) => (await import("./tools.ts")).runLogger(self, args),
});

export const systemdCat = program({
  version: VERSION,
  name: "systemd-cat",
  summary: "connect a pipeline or program's output with the journal",
  section: "system",
  origin: ORIGIN,
  stopAtOperand: true,
  synopsis: ["[OPTIONS...] [COMMAND] [ARGUMENTS...]"],
  options: [
    "-t, --identifier=STRING  set syslog identifier",
    "-p, --priority=PRIORITY  set priority value",
    "--level-prefix=BOOL  (accepted)",
  ],
  run: async (self, args) => (await import("./tools.ts")).runSystemdCat(self, args),
});

export const hostnamectl = program({
  version: VERSION,
  name: "hostnamectl",
  summary: "query the system hostname and related settings",
  section: "system",
  origin: ORIGIN,
  synopsis: ["[OPTIONS...] [status | hostname]"],
  options: ["--static  only show the static hostname", "--transient  (accepted)", "--pretty  (accepted)", "--no-ask-password  (accepted)"],
  limits: "A machine's name is the lab's: it can't be changed.",
  usageHint: () => "",
  run: async (self, args) => (await import("./tools.ts")).runHostnamectl(self, args),
});

export const timedatectl = program({
  version: VERSION,
  name: "timedatectl",
  summary: "query the system clock and its settings",
  section: "system",
  origin: ORIGIN,
  synopsis: ["[OPTIONS...] [status | show | list-timezones]"],
  options: ["--no-pager  (accepted)", "--no-ask-password  (accepted)"],
  unmodeled: ["-H", "--host", "-M", "--machine", "--adjust-system-clock", "--monitor", "-p", "--property", "-a", "--all", "--value"],
  limits: "The clock is the lab's, in UTC: it can be read, and not be set.",
  usageHint: () => "",
  run: async (self, args) => (await import("./tools.ts")).runTimedatectl(self, args),
});

export const loginctl = program({
  version: VERSION,
  name: "loginctl",
  summary: "show who is logged in",
  section: "system",
  origin: ORIGIN,
  synopsis: ["[OPTIONS...] [list-sessions | list-users]"],
  options: ["--no-legend  (accepted)", "--no-pager  (accepted)"],
  limits: "Sessions are listed; enable-linger, kill-session and the other commands of the login manager are not modeled.",
  usageHint: () => "",
  run: async (self, args) => (await import("./tools.ts")).runLoginctl(self, args),
});

export const systemdEscape = program({
  version: VERSION,
  name: "systemd-escape",
  summary: "escape strings for usage in systemd unit names",
  section: "system",
  origin: ORIGIN,
  synopsis: ["[OPTIONS...] [NAME...]"],
  options: [
    "--suffix=SUFFIX  unit suffix to append to escaped strings",
    "--template=TEMPLATE  insert strings as instance into template",
    "-u, --unescape  unescape strings",
    "-p, --path  when escaping/unescaping assume the string is a path",
  ],
  unmodeled: ["--instance", "-m", "--mangle"],
  usageHint: () => "",
  run: async (self, args) => (await import("./tools.ts")).runSystemdEscape(self, args),
});

export const runlevel = program({
  version: VERSION,
  name: "runlevel",
  summary: "print previous and current SysV runlevel",
  section: "system",
  origin: ORIGIN,
  synopsis: ["[options...]"],
  run: async (self) => (await import("./tools.ts")).runRunlevel(self),
});

export const shutdown = program({
  version: VERSION,
  name: "shutdown",
  summary: "halt, power off or reboot the machine",
  section: "system",
  origin: ORIGIN,
  synopsis: ["[OPTIONS...] [TIME] [WALL...]"],
  options: [
    "-H, --halt  halt the machine",
    "-P, --poweroff  power-off the machine",
    "-r, --reboot  reboot the machine",
    "-h  the same as --poweroff",
    "-k  don't halt/power-off/reboot, just send warnings",
    "--no-wall  (accepted)",
    "-c  cancel a pending shutdown",
    "--show  show pending shutdown",
  ],
  run: async (self, args) => (await import("./systemctl/power.ts")).runShutdown(self, args),
});

const powerProgram = (way: Way, summary: string) =>
  program({
    name: way,
    summary,
    section: "system",
    origin: ORIGIN,
    synopsis: ["[OPTIONS...]"],
    options: [
      "-f, --force  (accepted)",
      "-w, --wtmp-only  only write a record, and do nothing",
      "-d, --no-wtmp  (accepted)",
      "-n, --no-sync  (accepted)",
      "--no-wall  (accepted)",
      ...(way === "reboot" ? [] : ["-p, --poweroff  switch the machine off"]),
    ],
    run: async (self, args) => (await import("./systemctl/power.ts")).runPower(self, args, way),
  });

export const reboot = powerProgram("reboot", "reboot the machine");
export const poweroff = powerProgram("poweroff", "power off the machine");
export const halt = powerProgram("halt", "halt the machine");

export const systemdRun = program({
  version: VERSION,
  name: "systemd-run",
  summary: "run programs in transient service units",
  section: "system",
  origin: ORIGIN,
  stopAtOperand: true,
  synopsis: ["[OPTIONS...] COMMAND [ARGS...]"],
  options: [
    "-u, --unit=UNIT  run under the specified unit name",
    "-p, --property=NAME=VALUE  set a property of the unit",
    "--description=TEXT  description for unit",
    "--uid=USER  run as system user",
    "--gid=GROUP  run as system group",
    "--working-directory=PATH  set working directory",
    "-d, --same-dir  inherit working directory from caller",
    "-E, --setenv=NAME=VALUE  set an environment variable",
    "-r, --remain-after-exit  leave service around until explicitly stopped",
    "--service-type=TYPE  service type",
    "--wait  wait until service stopped again",
    "-P, --pipe  pass standard input, output and error to the service",
    "-G, --collect  (accepted)",
    "-q, --quiet  suppress information messages",
    "--no-block  (accepted)",
    "--on-active=SECONDS  run after that time",
    "--on-boot=SECONDS  run that long after the start of the machine",
    "--on-unit-active=SECONDS  run that long after the last run",
    "--on-calendar=SPEC  run at these times",
  ],
  unmodeled: [
    "--scope",
    "--slice",
    "--slice-inherit",
    "--user",
    "--system",
    "-t",
    "--pty",
    "-S",
    "--shell",
    "--nice",
    "--on-startup",
    "--on-unit-inactive",
    "--on-timezone-change",
    "--on-clock-change",
    "--path-property",
    "--socket-property",
    "--timer-property",
    "-M",
    "-H",
    "--send-sighup",
    "--no-ask-password",
  ],
  usageHint: () => "",
  run: async (self, args) => (await import("./run.ts")).runSystemdRun(self, args),
});

export const systemdAnalyze = program({
  version: VERSION,
  name: "systemd-analyze",
  summary: "analyze and debug system manager",
  section: "system",
  origin: ORIGIN,
  synopsis: ["[OPTIONS...] [time]", "blame", "verify FILE...", "calendar SPEC...", "timespan SPAN...", "cat-config NAME", "unit-paths"],
  options: ["--no-pager  (accepted)", "--man=BOOL  (accepted)", "--iterations=N  calculate so many times of a calendar specification"],
  limits: "time, blame, verify, calendar, timespan and unit-paths are modeled.",
  usageHint: () => "",
  run: async (self, args) => (await import("./analyze.ts")).runSystemdAnalyze(self, args),
});

export const startStopDaemon = program({
  name: "start-stop-daemon",
  summary: "start and stop system daemon programs",
  section: "system",
  origin: "start-stop-daemon 1.21.22 for Debian",
  usageStatus: 2,
  synopsis: ["[option...] command"],
  options: [
    "-S, --start  start a program",
    "-K, --stop  stop a program",
    "-T, --status  get the program status",
    "-p, --pidfile=FILE  pid file to check",
    "-x, --exec=FILE  program to start, or that the process must run",
    "-a, --startas=FILE  program to start",
    "-n, --name=NAME  process name to check",
    "-u, --user=USER  process owner to check",
    "-s, --signal=SIGNAL  signal to send (default TERM)",
    "-R, --retry=SCHEDULE  check whether processes die, and retry",
    "-b, --background  force the process to detach",
    "-m, --make-pidfile  create the pidfile before starting",
    "-c, --chuid=NAME  change to this user before starting",
    "-d, --chdir=DIRECTORY  change to this directory",
    "-t, --test  test mode, don't do anything",
    "-o, --oknodo  exit status 0 (not 1) if nothing done",
    "-q, --quiet  be more quiet",
    "-v, --verbose  be more verbose",
    "--remove-pidfile  delete the pidfile after stopping",
  ],
  unmodeled: [
    "--pid",
    "--ppid",
    "-g",
    "--group",
    "-r",
    "--chroot",
    "-N",
    "--nicelevel",
    "-P",
    "--procsched",
    "-I",
    "--iosched",
    "-k",
    "--umask",
    "-C",
    "--no-close",
    "-O",
    "--output",
    "--notify-await",
    "--notify-timeout",
  ],
  run: async (self, args) => (await import("./start-stop-daemon.ts")).runStartStopDaemon(self, args),
});

/** getopt takes an argument that is optional only when it is attached; journalctl takes a number or a boot after -n and -b too. */
function joinOptional(argv: readonly string[]): string[] {
  const words: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? "";
    const next = argv[at + 1];
    const isLines = /^(-[a-zA-Z]*n|--lines)$/.test(word) && !word.startsWith("--u");
    const isBoot = /^(-[a-zA-Z]*b|--boot)$/.test(word);
    if (isLines && next !== undefined && /^(\d+|all)$/.test(next)) {
      words.push(word.startsWith("--") ? `${word}=${next}` : `${word}${next}`);
      at++;
    } else if (isBoot && next !== undefined && /^([+-]?\d+|[0-9a-f]{32}([+-]\d+)?|all)$/.test(next)) {
      words.push(word.startsWith("--") ? `${word}=${next}` : `${word}${next}`);
      at++;
    } else words.push(word);
  }
  return words;
}
