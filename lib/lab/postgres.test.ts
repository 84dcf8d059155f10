import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../kernel/testing.ts";
import { type PostgresMachine, postgresMachine } from "./postgres-testing.ts";

/** A statement as psql's unaligned output gives it, as the user postgres through the Unix socket. */
const sql = (statement: string, database = "postgres") => `psql -XAtq -d ${database} -c "${statement}"`;

/** Asks until the answer is as wanted. */
async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds()));
}

describe("PostgreSQL on a machine", () => {
  let db: PostgresMachine;
  let postmaster: number;
  const ask = async (statement: string, database?: string) => (await db.sh(sql(statement, database), "postgres")).output.trimEnd();

  beforeAll(async () => {
    db = await postgresMachine();
    postmaster = await db.start();
  });
  afterAll(() => db.close());

  it("is the real one: a postmaster with its children, its data on the machine's disk", async () => {
    expect(await ask("show server_version")).toMatch(/^18\./);
    expect(db.machine.files.readText("/var/lib/postgresql/18/main/postmaster.pid")).toMatch(new RegExp(`^${postmaster}\n`));
    const children = db.machine.processes().filter(({ ppid }) => ppid === postmaster);
    expect(children.map(({ argv }) => argv[0])).toContain("postgres: checkpointer");
  });

  it("refuses who is not known: another user of the machine, a wrong password", async () => {
    await ask("create role shop login password 'secret'");
    await ask("create database shop owner shop");
    const stranger = await db.sh(sql("select 1"));
    expect(stranger.output).toContain('FATAL:  role "root" does not exist');
    const wrong = await db.sh(`PGPASSWORD=wrong psql -h localhost -U shop -c 'select 1' shop`);
    expect(wrong.output).toContain('FATAL:  password authentication failed for user "shop"');
    const right = await db.sh(`PGPASSWORD=secret psql -XAtq -h localhost -U shop -c 'select current_user' shop`);
    expect(right.output.trim()).toBe("shop");
  });

  it("keeps sessions apart, and databases", async () => {
    await ask("create table here (id int)", "shop");
    const { output } = await db.sh(sql("select * from here"), "postgres");
    expect(output).toContain('ERROR:  relation "here" does not exist');
    expect(await ask("set work_mem = '1MB'; show work_mem")).toBe("1MB");
    expect(await ask("show work_mem")).toBe("4MB");
  });

  it("makes a second transaction wait for a row that the first has changed", async () => {
    await ask("create table account (id int primary key, balance int); insert into account values (1, 100)");
    await db.sh("mkfifo /tmp/go", "postgres");
    const typed = "(echo 'begin; update account set balance = balance - 10;'; cat /tmp/go; echo 'commit;')";
    const first = db.sh(`${typed} | psql -XAtq -d postgres`, "postgres");
    const holds = "select count(*) from pg_locks where relation = 'account'::regclass and mode = 'RowExclusiveLock'";
    await eventually(async () => (await ask(holds)) !== "0");
    const impatient = await db.sh(sql("set lock_timeout = '50ms'; update account set balance = 0"), "postgres");
    expect(impatient.output).toContain("ERROR:  canceling statement due to lock timeout");
    const second = db.sh(sql("update account set balance = balance * 2"), "postgres");
    await eventually(async () => (await ask("select count(*) from pg_stat_activity where wait_event_type = 'Lock'")) === "1");
    await db.sh("echo > /tmp/go", "postgres");
    await Promise.all([first, second]);
    expect(await ask("select balance from account")).toBe("180");
  });

  it("loses nothing that was committed when a server process is killed, and keeps nothing that was not", async () => {
    await ask("create table kept (v text); insert into kept values ('committed')");
    const open = db.sh(sql("begin; insert into kept values ('open'); select pg_sleep(60)"), "postgres");
    let victim = "";
    await eventually(async () => {
      victim = await ask("select pid from pg_stat_activity where wait_event = 'PgSleep'");
      return victim !== "";
    });
    await db.sh(`kill -9 ${victim}`);
    expect((await open).output).toContain("server closed the connection unexpectedly");
    await until(() => /was not properly shut down; automatic recovery[\s\S]*ready to accept connections/.test(db.log()));
    expect(db.log()).toContain(`(PID ${victim}) was terminated by signal 9: Killed`);
    expect(await ask("select v from kept")).toBe("committed");
  });

  it("recovers when the whole server was killed", async () => {
    await ask("insert into kept values ('again')");
    const pids = db.machine.processes().filter(({ pid, ppid }) => pid === postmaster || ppid === postmaster);
    await db.sh(`kill -9 ${pids.map(({ pid }) => pid).join(" ")}`);
    await until(() => db.machine.processes().every(({ pid }) => pid !== postmaster));
    postmaster = await db.start();
    expect(await ask("select string_agg(v, ' ') from kept")).toBe("committed again");
  });

  it("shuts down at SIGINT, and leaves nothing to recover", async () => {
    const before = db.log().length;
    await db.sh(`kill -INT ${postmaster}`);
    await until(() => db.machine.processes().every(({ pid }) => pid !== postmaster));
    expect(db.log().slice(before)).toContain("database system is shut down");
    expect(db.machine.files.exists("/var/lib/postgresql/18/main/postmaster.pid")).toBe(false);
  });
});

it("ends with its world, whatever it is doing, and the next world's server starts and answers", async () => {
  for (let world = 0; world < 2; world++) {
    const db = await postgresMachine();
    await db.start();
    expect((await db.sh(sql("create table t (id int); insert into t values (1) returning id"), "postgres")).output).toBe("1\n");
    void db.sh(sql("begin; lock table t; select sum(n) from generate_series(1, 1000000000) n"), "postgres");
    await eventually(async () => (await db.sh(sql("select mode from pg_locks where relation = 't'::regclass"), "postgres")).output !== "");
    db.close();
    expect(db.kernel.workers.counts).toEqual({ live: 0, spare: 0, waiting: 0 });
  }
});
