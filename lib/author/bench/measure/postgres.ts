import { BenchTerminal, type CommandTimes } from "./bench-terminal.ts";
import { type Bench, bareWorld, type Measurement, NotMeasured, repeat } from "./measurement.ts";

const TIMES = 5;
/** Statements of one run of psql. */
export const STATEMENTS = 500;
/** The statements of a session that changes a row of its own, each in a transaction of its own, as a file for psql. */
export const script = (row: number): string => `update counter set n = n + 1 where id = ${row};\n`.repeat(STATEMENTS);
export const TABLE = "create table counter as select id, 0 as n from generate_series(1, 2) id";
/** Django's settings for a database of that name, by the Unix socket in `host`. */
export const settings = (host: string, user: string): string =>
  `\nDATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": "${host}", "USER": "${user}"}}\n`;

/** Does `work` at a terminal of a machine whose PostgreSQL server runs, and has the user's own role and database. */
async function withServer<T>(
  bench: Bench,
  work: (run: (command: string) => Promise<CommandTimes>, write: (path: string, text: string) => void) => Promise<T>,
): Promise<T> {
  if (!bench.installed.engines.has("postgres")) throw new NotMeasured("this engine has no PostgreSQL");
  const world = await bareWorld(bench, "server");
  const terminal = await BenchTerminal.open(world);
  const run = async (command: string): Promise<CommandTimes> => {
    const times = await terminal.run(command);
    if (times.status !== 0) throw new NotMeasured(`\`${command}\` ended with ${times.status}: ${times.output.trim().slice(-300)}`);
    return times;
  };
  const { files } = world.machine("machine-1");
  try {
    await run("sudo pg_ctlcluster 18 main start");
    await run("sudo -u postgres createuser -s learner && createdb learner");
    return await work(run, (path, text) => files.writeFile(path, text));
  } finally {
    terminal.close();
    world.dispose();
  }
}

const postgresStart: Measurement = (bench) =>
  withServer(bench, async (run) => {
    const ms = await repeat(TIMES, 1, async () => {
      await run("sudo pg_ctlcluster 18 main stop");
      return (await run("sudo pg_ctlcluster 18 main start")).promptMs;
    });
    return { ms };
  });

const postgresQueries: Measurement = (bench) =>
  withServer(bench, async (run, write) => {
    await run(`psql -qc '${TABLE}'`);
    for (const row of [1, 2]) write(`/tmp/${row}.sql`, script(row));
    const query = await repeat(TIMES, 1, async () => (await run("psql -c 'select 1'")).promptMs);
    const perSecond = (statements: number, command: string) =>
      repeat(TIMES, 1, async () => (statements * 1000) / (await run(command)).promptMs);
    const one = await perSecond(STATEMENTS, "psql -qf /tmp/1.sql");
    const two = await perSecond(2 * STATEMENTS, "bash -c 'psql -qf /tmp/1.sql & psql -qf /tmp/2.sql & wait'");
    return { query, one, two };
  });

const postgresMigrate: Measurement = (bench) =>
  withServer(bench, async (run, write) => {
    if (!bench.installed.engines.has("python")) throw new NotMeasured("this engine has no Python");
    for (const command of ["pip install -q django psycopg", "django-admin startproject shop", "cd shop"]) await run(command);
    write("/home/learner/shop/shop/local.py", `from shop.settings import *\n${settings("/var/run/postgresql", "learner")}`);
    const ms = await repeat(TIMES, 1, async () => {
      await run("dropdb --if-exists shop && createdb shop");
      return (await run("python manage.py migrate --settings shop.local")).promptMs;
    });
    return { ms };
  });

export const postgresMeasurements: Readonly<Record<string, Measurement>> = { postgresStart, postgresQueries, postgresMigrate };
