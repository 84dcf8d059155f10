import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../kernel/testing.ts";
import { type PostgresMachine, postgresMachine } from "./postgres-testing.ts";

const sql = (statement: string) => `psql -XAtq -d postgres -c "${statement}"`;
/** Minutes of work, of which nothing is waiting. */
const ENDLESS = "select sum(n) from generate_series(1, 10000000000) n";

describe("a PostgreSQL session can be ended, whatever it does", () => {
  let db: PostgresMachine;
  let postmaster = 0;
  const run = async (statement: string) => (await db.sh(sql(statement), "postgres")).output.trimEnd();
  /** The pid of the session that runs such a query, once it does. */
  const busy = async (like: string): Promise<string> => {
    for (;;) {
      const pid = await run(`select pid from pg_stat_activity where state <> 'idle' and pid <> pg_backend_pid() and query like '${like}'`);
      if (pid !== "") return pid;
    }
  };

  beforeAll(async () => {
    db = await postgresMachine();
    postmaster = await db.start();
    await run("create table t (id int primary key, n int); insert into t values (1, 0), (2, 0)");
  });
  afterAll(() => db.close());

  it("by statement_timeout, in SQL and in PL/pgSQL", async () => {
    expect(await run(`set statement_timeout = '100ms'; ${ENDLESS}`)).toBe("ERROR:  canceling statement due to statement timeout");
    expect(await run("set statement_timeout = '100ms'; do 'begin loop end loop; end'")).toContain(
      "ERROR:  canceling statement due to statement timeout\nCONTEXT:  PL/pgSQL function inline_code_block",
    );
  });

  it("by pg_cancel_backend, pg_terminate_backend and signals, while others are answered", async () => {
    const canceled = db.sh(sql(ENDLESS), "postgres");
    expect(await run(`select pg_cancel_backend(${await busy("%generate_series%")})`)).toBe("t");
    expect((await canceled).output).toBe("ERROR:  canceling statement due to user request\n");
    const terminated = db.sh(sql(ENDLESS), "postgres");
    expect(await run(`select pg_terminate_backend(${await busy("%generate_series%")})`)).toBe("t");
    expect((await terminated).output).toContain("FATAL:  terminating connection due to administrator command\n");
    const interrupted = db.sh(sql(ENDLESS), "postgres");
    await db.sh(`kill -INT ${await busy("%generate_series%")}`);
    expect((await interrupted).output).toBe("ERROR:  canceling statement due to user request\n");
  });

  it("by Ctrl-C in psql: a request to cancel on a connection of its own", async () => {
    const client = db.sh(`${sql(ENDLESS)} & echo $! > /tmp/psql.pid; wait`, "postgres");
    await busy("%generate_series%");
    await db.sh("kill -INT $(cat /tmp/psql.pid)");
    expect((await client).output).toContain("Cancel request sent\nERROR:  canceling statement due to user request\n");
  });

  /** A psql that is fed `first`, and `then` when the fifo is written to. */
  const inTwoSteps = async (fifo: string, first: string, then: string) => {
    await db.sh(`mkfifo ${fifo}`, "postgres");
    return { done: db.sh(`(echo "${first}"; cat ${fifo}; echo "${then}") | psql -XAtq -v VERBOSITY=verbose -d postgres`, "postgres") };
  };

  it("by idle_in_transaction_session_timeout", async () => {
    const first = "set idle_in_transaction_session_timeout = '50ms'; begin; update t set n = 9;";
    const { done } = await inTwoSteps("/tmp/idle", first, "select 1;");
    await until(() => db.log().includes("terminating connection due to idle-in-transaction timeout"));
    await db.sh("echo > /tmp/idle", "postgres");
    expect((await done).output).toContain("FATAL:  25P03: terminating connection due to idle-in-transaction timeout\n");
    expect(await run("select sum(n) from t")).toBe("0");
  });

  it("by a deadlock: one of both sessions is told so, the other goes on", async () => {
    const session = (first: number, second: number) =>
      inTwoSteps(
        `/tmp/deadlock${first}`,
        `set deadlock_timeout = '200ms'; begin; update t set n = n + 1 where id = ${first};`,
        `update t set n = n + 1 where id = ${second}; commit;`,
      );
    const sessions = [await session(1, 2), await session(2, 1)];
    while ((await run("select count(*) from pg_locks where relation = 't'::regclass and mode = 'RowExclusiveLock'")) !== "2");
    await db.sh("echo > /tmp/deadlock1; echo > /tmp/deadlock2", "postgres");
    const outputs = await Promise.all(sessions.map(async ({ done }) => (await done).output));
    expect(outputs.sort()[0]).toBe("");
    expect(outputs[1]).toMatch(
      /ERROR: {2}40P01: deadlock detected\nDETAIL: {2}Process \d+ waits for ShareLock on transaction \d+; blocked by process \d+\./,
    );
    expect(await run("select string_agg(n::text, ' ') from t")).toBe("1 1");
  });

  it("by the server's end, in the midst of a query", async () => {
    const last = db.sh(sql(ENDLESS), "postgres");
    await busy("%generate_series%");
    await db.sh(`kill -INT ${postmaster}`);
    expect((await last).output).toContain("FATAL:  terminating connection due to administrator command\n");
    await until(() => db.machine.processes().every(({ pid }) => pid !== postmaster));
    expect(db.log()).toMatch(/database system is shut down\n$/);
  });
});
