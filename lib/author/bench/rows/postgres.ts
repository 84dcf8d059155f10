/** Rows of PostgreSQL, beside the native server and psql, with Debian's settings but for fsync, which is off on both sides. */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../build/requirements.mjs";
import { STATEMENTS, script, settings, TABLE } from "../measure/postgres.ts";
import { inTemporaryFolder, makeNativeDjango, native, timeNative } from "../native.ts";
import { type RowGroup, rowOf } from "../row-maker.ts";

const TIMES = 5;
const DEBIAN = "/usr/lib/postgresql";

/** A server of this computer's in `folder`, with a table to change. */
class NativeServer {
  private constructor(
    readonly folder: string,
    private readonly programs: string,
  ) {}

  /** A sentence that says why not where there is none. */
  static make(folder: string): NativeServer | string {
    const version = existsSync(DEBIAN) ? readdirSync(DEBIAN).at(-1) : undefined;
    if (version === undefined) return "there is no PostgreSQL server on this computer";
    const server = new NativeServer(folder, join(DEBIAN, version, "bin"));
    // A server never runs as root.
    native("chown", ["postgres", folder]);
    const made = server.as("initdb", ["-D", server.data, "-A", "trust", "-U", "postgres"]);
    if (made.status !== 0) return `initdb failed: ${made.stderr.trim().split("\n").at(-1) ?? ""}`;
    const conf = `fsync = off\nlisten_addresses = ''\nunix_socket_directories = '${folder}'\n`;
    native("sh", ["-c", `cat >> ${server.data}/postgresql.conf <<'END'\n${conf}END`]);
    const started = server.control("start");
    return started.status === 0 ? server : `pg_ctl failed: ${started.stdout.trim().split("\n").at(-1) ?? ""}`;
  }

  private get data(): string {
    return join(this.folder, "data");
  }

  private words(program: string, args: readonly string[]): [string, string[]] {
    const path = join(this.programs, program);
    return process.getuid?.() === 0 ? ["runuser", ["-u", "postgres", "--", path, ...args]] : [path, [...args]];
  }

  private as(program: string, args: readonly string[]) {
    const [command, words] = this.words(program, args);
    return native(command, words, { cwd: this.folder });
  }

  control(action: "start" | "stop") {
    return this.as("pg_ctl", ["-D", this.data, "-w", "-l", join(this.folder, "log"), "-m", "fast", action]);
  }

  timeStart(): number[] | undefined {
    const [command, words] = this.words("pg_ctl", ["-D", this.data, "-w", "-l", join(this.folder, "log"), "start"]);
    return timeNative(TIMES, command, words, { cwd: this.folder, before: () => this.control("stop") });
  }

  /** psql itself: Debian's /usr/bin/psql is a script in Perl that looks for it. */
  get psql(): string {
    return join(this.programs, "psql");
  }

  get options(): string[] {
    return ["-X", "-h", this.folder, "-U", "postgres"];
  }
}

export const postgresRows: RowGroup = async (measure) => {
  const start = await measure("postgresStart");
  const queries = await measure("postgresQueries");
  const migrate = await measure("postgresMigrate");
  return inTemporaryFolder(async (folder) => {
    const made = NativeServer.make(folder);
    const rival = typeof made === "string" ? made : "the native server";
    const server = typeof made === "string" ? undefined : made;
    try {
      const rivals = server && measureNatively(server);
      return [
        rowOf(start, { what: "PostgreSQL's server, start to ready", sample: "ms", unit: "ms", rival, rivalSamples: server?.timeStart() }),
        rowOf(queries, { what: "psql -c 'select 1'", sample: "query", unit: "ms", rival, rivalSamples: rivals?.query }),
        rowOf(queries, {
          what: "updates in one psql session, each its own transaction",
          sample: "one",
          unit: "per second",
          rival,
          rivalSamples: rivals?.one,
        }),
        rowOf(queries, {
          what: "the same in two sessions at once, both together",
          sample: "two",
          unit: "per second",
          rival,
          rivalSamples: rivals?.two,
        }),
        rowOf(migrate, {
          what: "manage.py migrate on PostgreSQL, fresh database",
          sample: "ms",
          unit: "ms",
          rival: server === undefined ? rival : "native CPython and server",
          rivalSamples: server && migrateNatively(server),
        }),
      ];
    } finally {
      server?.control("stop");
    }
  });
};

function measureNatively({ folder, psql, options }: NativeServer) {
  native(psql, [...options, "-qc", TABLE]);
  for (const row of [1, 2]) writeFileSync(join(folder, `${row}.sql`), script(row));
  const query = timeNative(TIMES, psql, [...options, "-c", "select 1"]);
  const perSecond = (statements: number, samples: number[] | undefined) => samples?.map((ms) => (statements * 1000) / ms);
  const run = (row: number) => `${psql} ${options.join(" ")} -qf ${join(folder, `${row}.sql`)}`;
  return {
    query,
    one: perSecond(STATEMENTS, timeNative(TIMES, "sh", ["-c", run(1)])),
    two: perSecond(2 * STATEMENTS, timeNative(TIMES, "sh", ["-c", `${run(1)} & ${run(2)} & wait`])),
  };
}

function migrateNatively({ folder, psql, options }: NativeServer): number[] | undefined {
  const django = makeNativeDjango(folder);
  if (typeof django === "string") return undefined;
  const downloads = join(root, ".slipway/python/downloads");
  const installed = native(django.python, ["-m", "pip", "install", "--quiet", "--no-index", "--find-links", downloads, "psycopg"]);
  if (installed.status !== 0) return undefined;
  writeFileSync(join(django.project, "shop/local.py"), `from shop.settings import *\n${settings(folder, "postgres")}`);
  const before = () => native(psql, [...options, "-q", "-c", "drop database if exists shop", "-c", "create database shop"]);
  return timeNative(TIMES, django.python, ["manage.py", "migrate", "--settings", "shop.local"], { cwd: django.project, before });
}
