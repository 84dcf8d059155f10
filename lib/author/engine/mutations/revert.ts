import type { Clock, Machine } from "../../../kernel/types.ts";
import { accountOn } from "../../../lab/world/account.ts";
import { runCommand } from "../../../lab/world/command.ts";
import type { Difference, Fact, RowPlace } from "../../../lab/world-difference/facts.ts";
import { askServer } from "../../../lab/world-difference/postgres-rows.ts";
import { UnitFiles } from "../../../programs/systemd/install.ts";
import type { Planned } from "./plan.ts";

/** Puts the difference back that was taken away. */
export type Undo = () => void | Promise<void>;

/** Thrown where a difference can't be taken back in a running world. */
export class CantRevert extends Error {
  override readonly name = "CantRevert";
}

export interface RevertPlace {
  readonly machine: Machine;
  readonly clock: Clock;
  /** What the file held at the start, where the picture does not say. */
  readonly startBytes: (path: string) => Uint8Array;
}

/** Takes one difference back, in a world that runs. Throws CantRevert. */
export async function revert(planned: Planned, place: RevertPlace): Promise<Undo> {
  const { difference, aspect } = planned;
  switch (difference.kind) {
    case "file":
      return revertFile(difference, aspect, place);
    case "row":
      return revertRow(difference, place);
    case "ref":
      return revertRef(difference, place.machine);
    case "unit":
      if (aspect === "enabled") return revertEnabled(difference, place.machine);
      throw new CantRevert("a unit is started with the world");
    default:
      throw new CantRevert("it is there from the world's start");
  }
}

function revertFile(
  { place: path, change, before, after }: Difference,
  aspect: Planned["aspect"],
  { machine, startBytes }: RevertPlace,
): Undo {
  const { files } = machine;
  if (aspect === "mode") {
    files.chmod(path, Number.parseInt(before?.aspects.mode ?? (after?.aspects.type === "directory" ? "755" : "644"), 8));
    return () => files.chmod(path, Number.parseInt(after?.aspects.mode ?? "644", 8));
  }
  if (aspect === "owner") {
    const idOf = (name: string | undefined): number =>
      name === undefined ? 0 : /^\d+$/.test(name) ? Number(name) : accountOn(machine, name).uid;
    files.chown(path, idOf(before?.aspects.owner), -1);
    return () => files.chown(path, idOf(after?.aspects.owner), -1);
  }
  // Renamed and not deleted: it comes back as it was, and who has it open keeps it.
  const aside = `/.reverted-${path.length}`;
  const there = change !== "removed";
  const target = packageOf(path) ?? path;
  if (there) files.rename(target, aside);
  const undo = (): void => {
    if (before !== undefined) files.removeTree(path);
    if (there) files.rename(aside, target);
  };
  try {
    if (before !== undefined) putBack(before, change === "changed" && aspect === "content" ? after : before, machine, startBytes);
  } catch (error) {
    undo();
    throw error;
  }
  return undo;
}

function packageOf(path: string): string | undefined {
  return /^.*?\/(?:site|dist)-packages\/[^/]+/.exec(path)?.[0];
}

/** Makes the file as it was at the start, with mode and owner of `like`. */
function putBack(
  { place: path, aspects, bytes }: Fact,
  like: Fact | undefined,
  machine: Machine,
  startBytes: RevertPlace["startBytes"],
): void {
  const { files } = machine;
  const folder = path.slice(0, path.lastIndexOf("/")) || "/";
  if (!files.exists(folder)) files.mkdir(folder, { recursive: true });
  if (aspects.type === "directory") files.mkdir(path);
  else if (aspects.type === "symlink") {
    files.symlink(aspects.content ?? "", path);
    return;
  } else if (aspects.type === "file") files.writeFile(path, bytes ?? startBytes(path));
  else throw new CantRevert(`a ${aspects.type} can't be made again`);
  files.chmod(path, Number.parseInt(like?.aspects.mode ?? "644", 8));
  const owner = like?.aspects.owner ?? "root";
  const account = /^\d+$/.test(owner) ? { uid: Number(owner), gid: -1 } : accountOn(machine, owner);
  files.chown(path, account.uid, account.gid);
}

async function revertRow(difference: Difference, place: RevertPlace): Promise<Undo> {
  const row = difference.after?.row ?? difference.before?.row;
  if (row === undefined) return revertServerObject(difference, place);
  if (row.engine === "sqlite") {
    const { files } = place.machine;
    const bytes = files.readFile(row.database);
    await sqlite(place, row.database, statement(difference, row));
    return () => files.writeFile(row.database, bytes);
  }
  if (row.where === undefined && difference.change === "changed") {
    const { take, back } = otherColumns(difference, row.table);
    for (const sql of take) await server(place, row.database, sql);
    return async () => {
      for (const sql of back) await server(place, row.database, sql);
    };
  }
  if (row.where === undefined) {
    if (difference.change !== "added") throw new CantRevert("a table that was dropped can't be made again");
    const [schema = "", ...name] = row.table.split(".");
    const own = name.join(".");
    await server(place, row.database, `ALTER TABLE ${row.table} RENAME TO "reverted"`);
    return () => server(place, row.database, `ALTER TABLE ${schema}."reverted" RENAME TO ${own}`);
  }
  const block = (sql: string): string =>
    `DO $slipway$ BEGIN PERFORM set_config('session_replication_role', 'replica', true); ${sql}; END $slipway$`;
  await server(place, row.database, block(statement(difference, row)));
  return () => server(place, row.database, block(opposite(difference, row)));
}

/** Columns that were added get another name for a while; those that were dropped are there again, and empty. */
function otherColumns({ aspects }: Difference, table: string): { readonly take: readonly string[]; readonly back: readonly string[] } {
  const [shape] = aspects;
  const names = (list = ""): readonly string[] => list.split(", ").filter((name) => name !== "");
  const [before, after] = [names(shape?.before), names(shape?.after)];
  const added = after.filter((name) => !before.includes(name));
  const dropped = before.filter((name) => !after.includes(name));
  const alter = `ALTER TABLE ${table}`;
  const rename = (from: string, to: string): string => `${alter} RENAME COLUMN ${column(from)} TO ${column(to)}`;
  return {
    take: [...added.map((name) => rename(name, `reverted ${name}`)), ...dropped.map((name) => `${alter} ADD COLUMN ${column(name)} text`)],
    back: [...added.map((name) => rename(`reverted ${name}`, name)), ...dropped.map((name) => `${alter} DROP COLUMN ${column(name)}`)],
  };
}

/** Roles and databases get another name for a while. */
async function revertServerObject({ change, place: name, after }: Difference, place: RevertPlace): Promise<Undo> {
  const [, kind, own] = /^postgres: (role|database) (.*)$/.exec(name) ?? [];
  if (kind === undefined || own === undefined || change !== "added" || after === undefined)
    throw new CantRevert("it was there at the start");
  const quoted = `"${own.replaceAll('"', '""')}"`;
  const what = kind === "role" ? "ROLE" : "DATABASE";
  const connections = `DO $slipway$ BEGIN PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${own.replaceAll("'", "''")}'; END $slipway$`;
  if (kind === "database") await server(place, "postgres", connections);
  await server(place, "postgres", `ALTER ${what} ${quoted} RENAME TO "reverted"`);
  return () => server(place, "postgres", `ALTER ${what} "reverted" RENAME TO ${quoted}`);
}

function statement(difference: Difference, { table, where }: RowPlace): string {
  const { change, before, aspects } = difference;
  if (where === undefined) {
    if (change === "changed") return otherColumns(difference, table).take.join("; ");
    if (change !== "added") throw new CantRevert("a table that was dropped can't be made again");
    return `DROP TABLE ${table}`;
  }
  if (change === "added") return `DELETE FROM ${table} WHERE ${where}`;
  if (change === "removed") return insert(table, before?.aspects ?? {});
  return `UPDATE ${table} SET ${assignments(valuesOf(aspects, "before"))} WHERE ${where}`;
}

function opposite({ change, after, aspects }: Difference, { table, where }: RowPlace): string {
  if (change === "added") return insert(table, after?.aspects ?? {});
  if (change === "removed") return `DELETE FROM ${table} WHERE ${where ?? "false"}`;
  return `UPDATE ${table} SET ${assignments(valuesOf(aspects, "after"))} WHERE ${where ?? "false"}`;
}

/** What columns held that are there before and after. */
function valuesOf(aspects: Difference["aspects"], when: "before" | "after"): [string, string][] {
  return aspects.flatMap((aspect) =>
    aspect.before === undefined || aspect.after === undefined ? [] : [[aspect.name, aspect[when] ?? "NULL"]],
  );
}

function insert(table: string, values: Readonly<Record<string, string>>): string {
  const names = Object.keys(values).map(column);
  return `INSERT INTO ${table} (${names.join(", ")}) VALUES (${Object.values(values).join(", ")})`;
}

function assignments(values: readonly (readonly [string, string])[]): string {
  return values.map(([name, literal]) => `${column(name)} = ${literal}`).join(", ");
}

function column(name: string): string {
  return name === "rowid" ? name : `"${name.replaceAll('"', '""')}"`;
}

/** Ends a service as an administrator does. Rejects with CantRevert. */
export async function stopUnit(name: string, { machine, clock }: Pick<RevertPlace, "machine" | "clock">): Promise<void> {
  const ended = await runCommand(machine, { argv: ["systemctl", "stop", name], user: "root", cwd: "/", timeoutMs: 60_000, clock });
  if (ended?.status !== 0) throw new CantRevert(`systemctl said: ${ended?.stderr.trim() ?? "nothing in time"}`);
}

async function sqlite({ machine, clock }: RevertPlace, file: string, sql: string): Promise<void> {
  const argv = ["sqlite3", "-batch", file, sql];
  const ended = await runCommand(machine, { argv, user: "root", cwd: "/", timeoutMs: 60_000, clock });
  if (ended?.status !== 0) throw new CantRevert(`sqlite3 said: ${ended?.stderr.trim() ?? "nothing in time"}`);
}

async function server({ machine, clock }: RevertPlace, database: string, sql: string): Promise<void> {
  const answer = await askServer(machine, database, sql, { clock, readOnly: false });
  if (answer.kind !== "rows") throw new CantRevert(`PostgreSQL said: ${answer.message}`);
}

function revertRef({ place, before, after }: Difference, { files }: Machine): Undo {
  const cut = place.lastIndexOf(" ");
  const path = `${place.slice(0, cut)}/${place.slice(cut + 1)}`;
  const text = (fact: Fact | undefined): string | undefined => {
    const commit = fact?.aspects.commit;
    return commit === undefined ? undefined : commit.startsWith("refs/") ? `ref: ${commit}\n` : `${commit}\n`;
  };
  const put = (value: string | undefined): void => {
    if (value === undefined) files.removeTree(path);
    else files.writeFile(path, value);
  };
  put(text(before));
  return () => put(text(after));
}

function revertEnabled({ place: name, after }: Difference, { files }: Machine): Undo {
  const units = new UnitFiles(files);
  const enabled = after?.aspects.enabled === "enabled";
  if (enabled) units.disable([name]);
  else units.enable([name]);
  return () => void (enabled ? units.enable([name]) : units.disable([name]));
}
