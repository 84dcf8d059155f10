/** Which group of programs each name belongs to. A group is loaded with the first of its programs that runs; only names are known before. */
import type { ProgramEntry } from "../core/program.ts";
import { modules as first } from "./first.ts";

interface Group {
  readonly names: readonly string[];
  readonly load: () => Promise<{ readonly modules: readonly object[] }>;
}

const group = (names: string, load: Group["load"]): Group => ({ names: names.split(" "), load });

/** In the order in which they are fetched once the first prompt is there: what is typed first comes first. */
const groups: readonly Group[] = [
  group("groups hostname id uname which", async () => ({ modules: first })),
  group(
    "[ basename cat chgrp chmod chown cp dirname echo false head ln logname ls mkdir mv nproc printf pwd rm rmdir seq sleep sync tail tee test touch true tty wc whoami yes",
    () => import("./files.ts"),
  ),
  group(
    "cmp column diff egrep envsubst expand fgrep file find fold grep hd hexdump less more nl od patch rev sed shuf split tac unexpand xargs xxd",
    () => import("./text.ts"),
  ),
  group(
    "apropos clear date df du env free kill killall man nohup pgrep pidof pkill printenv ps reset setsid stty timeout top tput tree uptime watch whatis who",
    () => import("./system.ts"),
  ),
  group(
    "base32 base64 comm cut dd expr factor install join md5sum mkfifo mktemp numfmt paste readlink realpath sha1sum sha224sum sha256sum sha384sum sha512sum sort stat tr truncate tsort uniq",
    () => import("./coreutils.ts"),
  ),
  group("emacs git git-receive-pack git-upload-pack nano vi vim", () => import("./editing.ts")),
  group("curl dig getent host ip lsof netstat nslookup ping ss wget", () => import("./network.ts")),
  group(
    "addgroup adduser apt apt-cache apt-get chpasswd delgroup deluser dpkg gpasswd groupadd groupdel groupmod nologin passwd runuser su sudo ufw useradd userdel usermod visudo",
    () => import("./administration.ts"),
  ),
  group("gunzip gzip tar unzip zcat zip zipinfo", () => import("./archives.ts")),
  group("awk bc jq mawk", () => import("./languages.ts")),
  group("rsync scp ssh ssh-copy-id ssh-keygen sshd", () => import("./remote.ts")),
  group(
    "certbot createdb createuser dropdb dropuser nginx openssl pg_ctl pg_ctlcluster pg_dump pg_dumpall pg_isready pg_lsclusters pg_restore psql reindexdb update-ca-certificates vacuumdb",
    () => import("./services.ts"),
  ),
  group(
    "halt hostnamectl journalctl logger loginctl poweroff reboot runlevel service shutdown start-stop-daemon systemctl systemd-analyze systemd-cat systemd-escape systemd-run timedatectl",
    () => import("./systemd.ts"),
  ),
];

/** Of every program, sorted. */
export const programNames: ReadonlySet<string> = new Set(groups.flatMap(({ names }) => names).sort());

export function isEntry(value: unknown): value is ProgramEntry {
  return typeof value === "object" && value !== null && "main" in value && "synopsis" in value;
}

export function entriesOf(modules: readonly object[]): Map<string, ProgramEntry> {
  const entries = modules.flatMap((module) => Object.values(module)).filter(isEntry);
  return new Map(entries.map((entry) => [entry.name, entry]));
}

const loaded = new Map<string, ProgramEntry>(entriesOf(first));
const underWay = new Map<Group, Promise<void>>();

/** The program, at once when it is there. Rejects when its file can't be had; it is tried again the next time. */
export function loadProgram(name: string): ProgramEntry | Promise<ProgramEntry> {
  return loaded.get(name) ?? waitFor(name);
}

async function waitFor(name: string): Promise<ProgramEntry> {
  const group = groups.find(({ names }) => names.includes(name));
  if (group !== undefined) await fetchGroup(group);
  const entry = loaded.get(name);
  if (entry === undefined) throw new Error(`there is no program ${name}`);
  return entry;
}

function fetchGroup(group: Group): Promise<void> {
  const known = underWay.get(group);
  if (known !== undefined) return known;
  const fetching = group.load().then(({ modules }) => {
    for (const [name, entry] of entriesOf(modules)) loaded.set(name, entry);
  });
  underWay.set(group, fetching);
  fetching.catch(() => underWay.delete(group));
  return fetching;
}

/** Fetches every group, one after the other, so that nobody waits for a program later. What can't be had now is had when it is needed. */
export async function loadAllPrograms(): Promise<void> {
  for (const group of groups) await fetchGroup(group).catch(() => undefined);
}

/** For tests: the names that each group says it has, and what it has. */
export async function groupsAsTheyAre(): Promise<readonly { readonly said: readonly string[]; readonly found: readonly string[] }[]> {
  return Promise.all(groups.map(async ({ names, load }) => ({ said: names, found: [...entriesOf((await load()).modules).keys()].sort() })));
}
