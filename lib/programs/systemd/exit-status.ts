/** Names of exit statuses (systemd.exec(5), "Process Exit Codes"; exit-status.c). */

interface ExitName {
  readonly name: string;
  /** Whose meaning it is: libc's and systemd's are shown with every process, LSB's only in the journal. */
  readonly by: "libc" | "systemd" | "lsb" | "bsd";
}

const of = (by: ExitName["by"], names: Readonly<Record<number, string>>): [number, ExitName][] =>
  Object.entries(names).map(([status, name]) => [Number(status), { name, by }]);

export const EXIT_NAMES: ReadonlyMap<number, ExitName> = new Map([
  ...of("libc", { 0: "SUCCESS", 1: "FAILURE" }),
  ...of("lsb", { 2: "INVALIDARGUMENT", 3: "NOTIMPLEMENTED", 4: "NOPERMISSION", 5: "NOTINSTALLED", 6: "NOTCONFIGURED", 7: "NOTRUNNING" }),
  ...of("bsd", {
    64: "USAGE",
    65: "DATAERR",
    66: "NOINPUT",
    67: "NOUSER",
    68: "NOHOST",
    69: "UNAVAILABLE",
    70: "SOFTWARE",
    71: "OSERR",
    72: "OSFILE",
    73: "CANTCREAT",
    74: "IOERR",
    75: "TEMPFAIL",
    76: "PROTOCOL",
    77: "NOPERM",
    78: "CONFIG",
  }),
  ...of("systemd", {
    200: "CHDIR",
    201: "NICE",
    202: "FDS",
    203: "EXEC",
    204: "MEMORY",
    205: "LIMITS",
    206: "OOM_ADJUST",
    207: "SIGNAL_MASK",
    208: "STDIN",
    209: "STDOUT",
    210: "CHROOT",
    211: "IOPRIO",
    212: "TIMERSLACK",
    213: "SECUREBITS",
    214: "SETSCHEDULER",
    215: "CPUAFFINITY",
    216: "GROUP",
    217: "USER",
    218: "CAPABILITIES",
    219: "CGROUP",
    220: "SETSID",
    221: "CONFIRM",
    222: "STDERR",
    224: "PAM",
    225: "NETWORK",
    226: "NAMESPACE",
    227: "NO_NEW_PRIVILEGES",
    228: "SECCOMP",
    229: "SELINUX_CONTEXT",
    230: "PERSONALITY",
    231: "APPARMOR",
    232: "ADDRESS_FAMILIES",
    233: "RUNTIME_DIRECTORY",
    235: "CHOWN",
    236: "SMACK_PROCESS_LABEL",
    237: "KEYRING",
    238: "STATE_DIRECTORY",
    239: "CACHE_DIRECTORY",
    240: "LOGS_DIRECTORY",
    241: "CONFIGURATION_DIRECTORY",
    242: "NUMA_POLICY",
    243: "CREDENTIALS",
  }),
]);

/** As `systemctl status` shows it: "203/EXEC", "3". */
export function shownStatus(status: number): string {
  const known = EXIT_NAMES.get(status);
  return known !== undefined && (known.by === "libc" || known.by === "systemd") ? `${status}/${known.name}` : String(status);
}

/** As the journal has it, where LSB's meanings are told too: "3/NOTIMPLEMENTED", "42/n/a". */
export function loggedStatus(status: number): string {
  return `${status}/${EXIT_NAMES.get(status)?.name ?? "n/a"}`;
}
