/**
 * Every program of a machine: parsing, `--help`, manual pages, completion, and the page /reference/machine all come from here.
 */
import * as gzip from "./archive/gzip.ts";
import * as tar from "./archive/tar.ts";
import * as unzip from "./archive/unzip.ts";
import * as zip from "./archive/zip.ts";
import * as awk from "./awk/awk.ts";
import * as bc from "./bc/bc.ts";
import * as certbot from "./certbot/certbot.ts";
import type { ManualEntry, ProgramEntry } from "./core/program.ts";
import * as cat from "./coreutils/cat.ts";
import * as columns from "./coreutils/columns.ts";
import * as comm from "./coreutils/comm.ts";
import * as cp from "./coreutils/cp.ts";
import * as dd from "./coreutils/dd.ts";
import * as digests from "./coreutils/digests.ts";
import * as echoPrintf from "./coreutils/echo-printf.ts";
import * as expr from "./coreutils/expr.ts";
import * as headTail from "./coreutils/head-tail.ts";
import * as install from "./coreutils/install.ts";
import * as links from "./coreutils/links.ts";
import * as ls from "./coreutils/ls.ts";
import * as mkdirTouch from "./coreutils/mkdir-touch.ts";
import * as mkfifo from "./coreutils/mkfifo.ts";
import * as mktemp from "./coreutils/mktemp.ts";
import * as mv from "./coreutils/mv.ts";
import * as numbers from "./coreutils/numbers.ts";
import * as permissions from "./coreutils/permissions.ts";
import * as rm from "./coreutils/rm.ts";
import * as small from "./coreutils/small.ts";
import * as sort from "./coreutils/sort.ts";
import * as stat from "./coreutils/stat.ts";
import * as tee from "./coreutils/tee.ts";
import * as test from "./coreutils/test.ts";
import * as truncate from "./coreutils/truncate.ts";
import * as uniq from "./coreutils/uniq.ts";
import * as wc from "./coreutils/wc.ts";
import * as nano from "./editor/nano.ts";
import * as vim from "./editor/vim.ts";
import * as git from "./git/git.ts";
import * as jq from "./jq/jq.ts";
import * as curl from "./network/curl.ts";
import * as dns from "./network/dns.ts";
import * as ip from "./network/ip.ts";
import * as lsof from "./network/lsof.ts";
import * as ping from "./network/ping.ts";
import * as sockets from "./network/sockets.ts";
import * as wget from "./network/wget.ts";
import * as nginxProgram from "./nginx/nginx.ts";
import * as openssl from "./openssl/openssl.ts";
import * as apt from "./packages/apt.ts";
import * as dpkg from "./packages/dpkg.ts";
import * as postgresClients from "./postgres/clients.ts";
import * as postgresServer from "./postgres/server/programs.ts";
import * as rsync from "./rsync/rsync.ts";
import * as sshParts from "./ssh/programs.ts";
import * as date from "./system/date.ts";
import * as disk from "./system/disk.ts";
import * as environment from "./system/environment.ts";
import * as identity from "./system/identity.ts";
import * as man from "./system/man.ts";
import * as processes from "./system/processes.ts";
import * as ps from "./system/ps.ts";
import * as setsid from "./system/setsid.ts";
import { sqlite3 } from "./system/sqlite3.ts";
import * as status from "./system/status.ts";
import * as stty from "./system/stty.ts";
import * as top from "./system/top.ts";
import * as systemd from "./systemd/programs.ts";
import * as cmp from "./text/cmp.ts";
import * as column from "./text/column.ts";
import * as diff from "./text/diff.ts";
import * as dumps from "./text/dumps.ts";
import * as envsubst from "./text/envsubst.ts";
import * as file from "./text/file.ts";
import * as find from "./text/find.ts";
import * as grep from "./text/grep.ts";
import * as less from "./text/less.ts";
import * as lines from "./text/lines.ts";
import * as patch from "./text/patch.ts";
import * as pieces from "./text/pieces.ts";
import * as sed from "./text/sed.ts";
import * as tabs from "./text/tabs.ts";
import * as xargs from "./text/xargs.ts";
import * as updateCaCertificates from "./tls/update-ca-certificates.ts";
import * as ufw from "./ufw/ufw.ts";
import * as adduser from "./users/adduser.ts";
import * as groupadd from "./users/groupadd.ts";
import * as passwd from "./users/passwd.ts";
import * as sudo from "./users/sudo.ts";
import * as useradd from "./users/useradd.ts";
import * as visudo from "./users/visudo.ts";

const modules: readonly object[] = [
  adduser,
  apt,
  awk,
  bc,
  cat,
  certbot,
  cmp,
  column,
  columns,
  comm,
  cp,
  curl,
  date,
  dd,
  diff,
  digests,
  disk,
  dpkg,
  dumps,
  echoPrintf,
  environment,
  envsubst,
  expr,
  file,
  find,
  git,
  grep,
  groupadd,
  gzip,
  headTail,
  identity,
  install,
  jq,
  less,
  lines,
  links,
  ls,
  man,
  mkdirTouch,
  mkfifo,
  mktemp,
  mv,
  nano,
  nginxProgram,
  numbers,
  openssl,
  passwd,
  patch,
  permissions,
  pieces,
  postgresClients,
  postgresServer,
  processes,
  ps,
  rm,
  rsync,
  sed,
  small,
  setsid,
  dns,
  ip,
  ping,
  lsof,
  sockets,
  sort,
  sshParts,
  stat,
  status,
  stty,
  sudo,
  systemd,
  tabs,
  tar,
  tee,
  test,
  top,
  ufw,
  truncate,
  uniq,
  useradd,
  unzip,
  updateCaCertificates,
  vim,
  visudo,
  wc,
  wget,
  xargs,
  zip,
];

function isEntry(value: unknown): value is ProgramEntry {
  return typeof value === "object" && value !== null && "main" in value && "synopsis" in value;
}

/** By name, sorted. */
export const programs: ReadonlyMap<string, ProgramEntry> = new Map(
  modules
    .flatMap((module) => Object.values(module))
    .filter(isEntry)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => [entry.name, entry]),
);

/** By name, sorted: those, and what runs on a machine without being in the table. */
export const manual: ReadonlyMap<string, ManualEntry> = new Map(
  [...programs.values(), sqlite3].sort((a, b) => (a.name < b.name ? -1 : 1)).map((entry) => [entry.name, entry]),
);
