/**
 * Every program of a machine: parsing, `--help`, manual pages, completion, and the page /reference/machine all come from here. It loads
 * them all; who wants one of them asks `groups/groups.ts`.
 */
import type { ManualEntry, ProgramEntry } from "./core/program.ts";
import { modules as administration } from "./groups/administration.ts";
import { modules as archives } from "./groups/archives.ts";
import { modules as coreutils } from "./groups/coreutils.ts";
import { modules as editing } from "./groups/editing.ts";
import { modules as files } from "./groups/files.ts";
import { modules as first } from "./groups/first.ts";
import { entriesOf } from "./groups/groups.ts";
import { modules as languages } from "./groups/languages.ts";
import { modules as network } from "./groups/network.ts";
import { modules as remote } from "./groups/remote.ts";
import { modules as services } from "./groups/services.ts";
import { modules as system } from "./groups/system.ts";
import { modules as systemd } from "./groups/systemd.ts";
import { modules as text } from "./groups/text.ts";
import { sqlite3 } from "./system/sqlite3.ts";

const modules: readonly object[] = [
  ...first,
  ...files,
  ...text,
  ...system,
  ...coreutils,
  ...editing,
  ...network,
  ...administration,
  ...archives,
  ...languages,
  ...remote,
  ...services,
  ...systemd,
];

/** By name, sorted. */
export const programs: ReadonlyMap<string, ProgramEntry> = new Map([...entriesOf(modules)].sort(([a], [b]) => (a < b ? -1 : 1)));

/** By name, sorted: those, and what runs on a machine without being in the table. */
export const manual: ReadonlyMap<string, ManualEntry> = new Map(
  [...programs.values(), sqlite3].sort((a, b) => (a.name < b.name ? -1 : 1)).map((entry) => [entry.name, entry]),
);
