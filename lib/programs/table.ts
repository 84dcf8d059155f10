/**
 * Every program of a machine: parsing, `--help`, manual pages, completion, and the page /reference/machine all come from here.
 */
import * as gzip from "./archive/gzip.ts";
import * as tar from "./archive/tar.ts";
import * as awk from "./awk/awk.ts";
import type { ProgramEntry } from "./core/program.ts";
import * as bytes from "./coreutils/bytes.ts";
import * as columns from "./coreutils/columns.ts";
import * as copy from "./coreutils/copy.ts";
import * as digests from "./coreutils/digests.ts";
import * as echoPrintf from "./coreutils/echo-printf.ts";
import * as expr from "./coreutils/expr.ts";
import * as ls from "./coreutils/ls.ts";
import * as small from "./coreutils/small.ts";
import * as sort from "./coreutils/sort.ts";
import * as stat from "./coreutils/stat.ts";
import * as test from "./coreutils/test.ts";
import * as treeFiles from "./coreutils/tree-files.ts";
import * as nano from "./editor/nano.ts";
import * as jq from "./jq/jq.ts";
import * as curl from "./network/curl.ts";
import * as sockets from "./network/sockets.ts";
import * as wget from "./network/wget.ts";
import * as date from "./system/date.ts";
import * as disk from "./system/disk.ts";
import * as environment from "./system/environment.ts";
import * as identity from "./system/identity.ts";
import * as man from "./system/man.ts";
import * as openssl from "./system/openssl.ts";
import * as processes from "./system/processes.ts";
import * as ps from "./system/ps.ts";
import * as status from "./system/status.ts";
import * as sudo from "./system/sudo.ts";
import * as column from "./text/column.ts";
import * as diff from "./text/diff.ts";
import * as dumps from "./text/dumps.ts";
import * as find from "./text/find.ts";
import * as grep from "./text/grep.ts";
import * as less from "./text/less.ts";
import * as lines from "./text/lines.ts";
import * as sed from "./text/sed.ts";
import * as xargs from "./text/xargs.ts";

const modules: readonly object[] = [
  awk,
  bytes,
  column,
  columns,
  copy,
  curl,
  date,
  diff,
  digests,
  disk,
  dumps,
  echoPrintf,
  environment,
  expr,
  find,
  grep,
  gzip,
  identity,
  jq,
  less,
  lines,
  ls,
  man,
  nano,
  openssl,
  processes,
  ps,
  sed,
  small,
  sockets,
  sort,
  stat,
  status,
  sudo,
  tar,
  test,
  treeFiles,
  wget,
  xargs,
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
