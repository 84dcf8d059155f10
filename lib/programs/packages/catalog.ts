/** What the package index offers: Debian 12's packages whose programs this machine has, with their versions and sizes there. */

export interface Package {
  readonly name: string;
  readonly version: string;
  readonly section: string;
  readonly summary: string;
  readonly installedKib: number;
  /** Bytes to fetch. */
  readonly size: number;
  /** Names in the program table. */
  readonly programs: readonly string[];
  readonly depends: readonly string[];
  /** On a bare server from the start. */
  readonly preinstalled: boolean;
}

type Row = readonly [name: string, version: string, section: string, installedKib: number, size: number, summary: string, programs: string];

const POSTGRESQL_CLIENTS = "psql createdb dropdb createuser dropuser pg_isready vacuumdb reindexdb pg_dump pg_dumpall pg_restore";

/** What a bare server has not: to be installed by whoever wants it. */
const OPTIONAL: readonly Row[] = [
  ["certbot", "2.1.0-4", "web", 159, 121_780, "automatically configure HTTPS using Let's Encrypt", "certbot"],
  ["python3-acme", "2.1.0-1", "python", 141, 31_992, "ACME protocol library for Python 3", ""],
  ["python3-certbot", "2.1.0-4", "python", 902, 208_516, "main library for certbot", ""],
  ["python3-certbot-nginx", "2.1.0-2", "python", 171, 37_356, "Nginx plugin for Certbot", ""],
  ["jq", "1.6-2.1+deb12u1", "utils", 110, 64_432, "lightweight and flexible command-line JSON processor", "jq"],
  ["net-tools", "2.10-0.1+deb12u2", "net", 978, 243_404, "NET-3 networking toolkit", "netstat"],
  ["postgresql-client", "18+290.pgdg12+1", "database", 69, 14_128, "front-end programs for PostgreSQL (supported version)", ""],
  ["postgresql-client-18", "18.6-1.pgdg12+1", "database", 9_824, 2_066_480, "front-end programs for PostgreSQL 18", POSTGRESQL_CLIENTS],
  ["postgresql-client-common", "290.pgdg12+1", "database", 161, 47_948, "manager for multiple PostgreSQL client versions", ""],
  ["postgresql", "18+290.pgdg12+1", "database", 69, 14_128, "object-relational SQL database (supported version)", ""],
  [
    "postgresql-18",
    "18.6-1.pgdg12+1",
    "database",
    63_412,
    18_205_340,
    "The World's Most Advanced Open Source Relational Database",
    "pg_ctl",
  ],
  [
    "postgresql-common",
    "290.pgdg12+1",
    "database",
    1_052,
    182_600,
    "manager for PostgreSQL database clusters",
    "pg_ctlcluster pg_lsclusters",
  ],
  ["nginx", "1.22.1-9+deb12u10", "httpd", 1_335, 531_468, "small, powerful, scalable web/proxy server", "nginx"],
  ["nginx-common", "1.22.1-9+deb12u10", "httpd", 332, 114_932, "small, powerful, scalable web/proxy server - common files", ""],
  ["tree", "2.1.0-1", "utils", 113, 52_464, "displays an indented directory tree, in color", "tree"],
  ["unzip", "6.0-28", "utils", 379, 166_504, "De-archiver for .zip files", "unzip zipinfo"],
  ["zip", "3.0-13", "utils", 616, 230_316, "Archiver for .zip files", "zip"],
  ["libjq1", "1.6-2.1+deb12u1", "utils", 361, 136_460, "lightweight and flexible command-line JSON processor - shared library", ""],
  ["libonig5", "6.9.8-1", "libs", 666, 187_828, "regular expressions library", ""],
];

/** Names of the packages that are not part of every machine. */
export const optionalPackages: readonly string[] = OPTIONAL.map(([name]) => name);

/** What a machine with Python has besides, from the start. */
const BESIDE_PYTHON_ROWS: readonly Row[] = [
  ["sqlite3", "3.40.1-2+deb12u2", "database", 533, 353_348, "Command line interface for SQLite 3", "sqlite3"],
];

const DEPENDS: Readonly<Record<string, readonly string[]>> = {
  certbot: ["python3-certbot"],
  "python3-certbot": ["python3-acme"],
  "python3-certbot-nginx": ["certbot", "nginx"],
  nginx: ["nginx-common"],
  postgresql: ["postgresql-18"],
  "postgresql-18": ["postgresql-common", "postgresql-client-18"],
  "postgresql-common": ["postgresql-client-common"],
  "postgresql-client": ["postgresql-client-18"],
  "postgresql-client-18": ["postgresql-client-common"],
  jq: ["libjq1", "libonig5"],
  libjq1: ["libonig5"],
};

/** Of the rest, those that beginners look for; a program in none of them is coreutils'. */
const PREINSTALLED: readonly Row[] = [
  ["adduser", "3.134", "admin", 0, 0, "add and remove users and groups", "adduser addgroup deluser delgroup"],
  ["apt", "2.6.1", "admin", 0, 0, "commandline package manager", "apt apt-get apt-cache"],
  ["bc", "1.07.1-3+b1", "math", 0, 0, "GNU bc arbitrary precision calculator language", "bc"],
  ["bash", "5.2.15-2+b8", "shells", 0, 0, "GNU Bourne Again SHell", ""],
  ["bind9-dnsutils", "1:9.18.41-1~deb12u1", "net", 0, 0, "Clients provided with BIND 9", "dig nslookup"],
  ["bind9-host", "1:9.18.41-1~deb12u1", "net", 0, 0, "DNS Lookup Utility", "host"],
  ["bsdutils", "1:2.38.1-5+deb12u3", "utils", 0, 0, "basic utilities from 4.4BSD-Lite", "logger"],
  ["bsdextrautils", "2.38.1-5+deb12u3", "utils", 0, 0, "extra utilities from 4.4BSD-Lite", "column hexdump hd"],
  ["ca-certificates", "20230311+deb12u1", "misc", 0, 0, "Common CA certificates", "update-ca-certificates"],
  ["curl", "7.88.1-10+deb12u14", "web", 0, 0, "command line tool for transferring data with URL syntax", "curl"],
  ["debianutils", "5.7-0.5~deb12u1", "utils", 0, 0, "Miscellaneous utilities specific to Debian", "which"],
  ["diffutils", "1:3.8-4", "utils", 0, 0, "File comparison utilities", "diff cmp"],
  ["dpkg", "1.21.22", "admin", 0, 0, "Debian package management system", "dpkg dpkg-query start-stop-daemon"],
  ["file", "1:5.44-3", "utils", 0, 0, 'Recognize the type of data in a file using "magic" numbers', "file"],
  ["findutils", "4.9.0-4", "utils", 0, 0, "utilities for finding files--find, xargs", "find xargs"],
  ["gettext-base", "0.21-12", "utils", 0, 0, "GNU Internationalization utilities for the base system", "envsubst"],
  ["git", "1:2.39.5-0+deb12u2", "vcs", 0, 0, "fast, scalable, distributed revision control system", "git git-upload-pack git-receive-pack"],
  ["grep", "3.8-5", "utils", 0, 0, "GNU grep, egrep and fgrep", "grep egrep fgrep"],
  ["gzip", "1.12-1", "utils", 0, 0, "GNU compression utilities", "gzip gunzip zcat"],
  ["hostname", "3.23+nmu1", "admin", 0, 0, "utility to set/show the host name or domain name", "hostname"],
  ["iproute2", "6.1.0-3", "net", 0, 0, "networking and traffic control tools", "ss ip"],
  ["iputils-ping", "3:20221126-1+deb12u1", "net", 0, 0, "Tools to test the reachability of network hosts", "ping"],
  ["init-system-helpers", "1.65.2", "admin", 0, 0, "helper tools for all init systems", "service"],
  ["less", "590-2.1~deb12u2", "text", 0, 0, "pager program similar to more", "less"],
  ["libc-bin", "2.36-9+deb12u14", "libs", 0, 0, "GNU C Library: Binaries", "getent"],
  ["lsof", "4.95.0-1", "utils", 0, 0, "utility to list open files", "lsof"],
  ["man-db", "2.11.2-2", "doc", 0, 0, "tools for reading manual pages", "man whatis apropos"],
  ["mawk", "1.3.4.20200120-3.1", "interpreters", 0, 0, "Pattern scanning and text processing language", "awk mawk"],
  ["nano", "7.2-1+deb12u1", "editors", 0, 0, "small, friendly text editor inspired by Pico", "nano"],
  ["ncurses-bin", "6.4-4", "utils", 0, 0, "terminal-related programs and man pages", "clear reset tput"],
  [
    "openssh-client",
    "1:9.2p1-2+deb12u7",
    "net",
    0,
    0,
    "secure shell (SSH) client, for secure access to remote machines",
    "ssh scp ssh-keygen ssh-copy-id",
  ],
  ["openssh-server", "1:9.2p1-2+deb12u7", "net", 0, 0, "secure shell (SSH) server, for secure access from remote machines", "sshd"],
  ["openssl", "3.0.17-1~deb12u2", "utils", 0, 0, "Secure Sockets Layer toolkit - cryptographic utility", "openssl"],
  [
    "passwd",
    "1:4.13+dfsg1-1+deb12u1",
    "admin",
    0,
    0,
    "change and administer password and group data",
    "useradd usermod userdel groupadd groupmod groupdel gpasswd passwd chpasswd nologin",
  ],
  ["patch", "2.7.6-7", "vcs", 0, 0, "Apply a diff file to an original", "patch"],
  ["procps", "2:4.0.2-3", "admin", 0, 0, "/proc file system utilities", "ps top free uptime watch kill pgrep pkill pidof"],
  ["psmisc", "23.6-1", "admin", 0, 0, "utilities that use the proc file system", "killall"],
  ["rsync", "3.2.7-1+deb12u3", "net", 0, 0, "fast, versatile, remote (and local) file-copying tool", "rsync"],
  ["sed", "4.9-1", "utils", 0, 0, "GNU stream editor for filtering/transforming text", "sed"],
  ["sudo", "1.9.13p3-1+deb12u2", "admin", 0, 0, "Provide limited super user privileges to specific users", "sudo visudo"],
  [
    "systemd",
    "252.39-1~deb12u2",
    "admin",
    0,
    0,
    "system and service manager",
    "systemctl journalctl hostnamectl timedatectl loginctl systemd-cat systemd-escape systemd-run systemd-analyze",
  ],
  [
    "systemd-sysv",
    "252.39-1~deb12u2",
    "admin",
    0,
    0,
    "system and service manager - SysV compatibility symlinks",
    "reboot poweroff halt shutdown runlevel",
  ],
  ["tar", "1.34+dfsg-1.2+deb12u1", "utils", 0, 0, "GNU version of the tar archiving utility", "tar"],
  ["ufw", "0.36.2-1", "admin", 0, 0, "program for managing a Netfilter firewall", "ufw"],
  ["util-linux", "2.38.1-5+deb12u3", "utils", 0, 0, "miscellaneous system utilities", "su runuser more rev setsid"],
  ["vim-tiny", "2:9.0.1378-2+deb12u2", "editors", 0, 0, "Vi IMproved - enhanced vi editor - compact version", "vim vi"],
  ["wget", "1.21.3-1+deb12u1", "web", 0, 0, "retrieves files from the web", "wget"],
  ["xxd", "2:9.0.1378-2+deb12u2", "editors", 0, 0, "tool to make (or reverse) a hex dump", "xxd"],
];

const made =
  (preinstalled: boolean) =>
  (row: Row): Package => {
    const [name, version, section, installedKib, size, summary, programs] = row;
    return {
      name,
      version,
      section,
      summary,
      installedKib,
      size,
      preinstalled,
      programs: programs.split(" ").filter((each) => each !== ""),
      depends: DEPENDS[name] ?? [],
    };
  };

export const BESIDE_PYTHON: readonly Package[] = BESIDE_PYTHON_ROWS.map(made(false));

const listed = [...OPTIONAL.map(made(false)), ...PREINSTALLED.map(made(true))];
const owned = new Set(listed.flatMap((each) => each.programs));

/**
 * All packages by name; `all` are the names in the program table, of which coreutils has those that no other package has. `python` adds
 * those that need Python on the machine.
 */
export function catalog(all: Iterable<string>, { python = false } = {}): ReadonlyMap<string, Package> {
  const rest = [...all].filter((name) => !owned.has(name));
  const coreutils = made(true)(["coreutils", "9.1-1", "utils", 0, 0, "GNU core utilities", rest.join(" ")]);
  return new Map(
    [...listed, ...(python ? BESIDE_PYTHON : []), coreutils].sort((a, b) => (a.name < b.name ? -1 : 1)).map((each) => [each.name, each]),
  );
}

/** Programs that Debian keeps in /usr/sbin. */
const SYSTEM_PROGRAMS: ReadonlySet<string> = new Set([
  "adduser",
  "addgroup",
  "chpasswd",
  "delgroup",
  "deluser",
  "groupadd",
  "groupdel",
  "groupmod",
  "halt",
  "nginx",
  "nologin",
  "poweroff",
  "reboot",
  "runlevel",
  "runuser",
  "service",
  "shutdown",
  "start-stop-daemon",
  "sshd",
  "ufw",
  "update-ca-certificates",
  "useradd",
  "userdel",
  "usermod",
  "visudo",
]);

/** Programs that lie in no folder of PATH. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([["pg_ctl", "/usr/lib/postgresql/18/bin/pg_ctl"]]);

/** Where a program's file lies. */
export function programPath(name: string): string {
  const elsewhere = ELSEWHERE.get(name);
  if (elsewhere !== undefined) return elsewhere;
  return `${SYSTEM_PROGRAMS.has(name) ? "/usr/sbin" : "/usr/bin"}/${name}`;
}
