import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Clock, Machine } from "../../kernel/types.ts";
import { startTestServer } from "../../programs/postgres/testing.ts";
import { type PythonMachine, pythonMachine } from "../python-testing.ts";
import { machineOf, type TestLab, testLab } from "../several-machines-testing.ts";
import type { SqlCheck } from "../types.ts";
import { checkSql } from "./sql-check.ts";

const definition = machineOf("db");
const base = { kind: "sql", on: "db" } as const;

async function look(machine: Machine, clock: Clock, check: Omit<SqlCheck, "kind" | "on">): Promise<string> {
  const { status, found } = await checkSql({ ...base, ...check }, machine.clone({ network: true }), definition, clock);
  return `${status}: ${found}`;
}

describe("a database of PostgreSQL", () => {
  let lab: TestLab;
  let db: PGlite;
  beforeAll(async () => {
    lab = await testLab([definition]);
    db = await PGlite.create();
    await db.exec("CREATE TABLE loaf (id int, name text, fresh bool); INSERT INTO loaf VALUES (1, 'rye', true), (2, NULL, false)");
  });
  afterAll(async () => {
    lab.close();
    await db.close();
  });
  const ask = (sql: string, more: Partial<SqlCheck>) =>
    look(lab.machine("db"), lab.world.kernel.clock, { sql, database: { engine: "postgres", name: "postgres", user: "postgres" }, ...more });

  it("is asked as a user of its machine, and changes nothing", async () => {
    const { files } = lab.machine("db");
    expect(await ask("SELECT 1", { value: 1 })).toBe("fail: no user postgres on db, and so no PostgreSQL");
    files.writeFile("/etc/passwd", `${files.readText("/etc/passwd")}postgres:x:110:110::/var/lib/postgresql:/bin/bash\n`);
    expect(await ask("SELECT 1", { value: 1 })).toMatch(/^fail: no PostgreSQL on db: No such file or directory/);
    await startTestServer(lab.machine("db"), db);
    const orders = { database: { engine: "postgres", name: "orders", user: "postgres" }, value: 1 } as const;
    expect(await ask("SELECT 1", orders)).toBe('fail: FATAL:  database "orders" does not exist');
    const rows = "SELECT * FROM loaf ORDER BY id";
    expect(await ask("SELECT count(*) FROM loaf", { value: 2 })).toMatch(/^pass/);
    expect(await ask("SELECT count(*) FROM loaf", { value: 3 })).toBe("fail: “2”");
    expect(
      await ask(rows, {
        rows: [
          [1, "rye", true],
          [2, null, false],
        ],
      }),
    ).toMatch(/^pass/);
    expect(await ask(rows, { rows: [[1, "rye", true]] })).toBe("fail: “1, rye, t; 2, NULL, f”");
    expect(await ask(rows, { count: { min: 3, max: undefined } })).toBe("fail: 2 rows");
    expect(await ask("SELECT * FROM crumb", { count: { min: 0, max: undefined } })).toMatch(
      /^fail: ERROR: {2}relation "crumb" does not exist/,
    );
    expect(await ask("DELETE FROM loaf RETURNING id", { count: { min: 2, max: 2 } })).toMatch(/^fail: ERROR: .*read-only transaction/);
    expect(await ask("SELECT count(*) FROM loaf", { value: 2 })).toMatch(/^pass/);
  });
});

describe("a file of SQLite's", () => {
  let python: PythonMachine;
  beforeAll(async () => {
    python = await pythonMachine();
    await python.sh("sqlite3 shop.db \"create table loaf (id int, name text); insert into loaf values (1, 'rye'), (2, null)\"");
  });
  afterAll(() => python.close());
  const ask = (sql: string, more: Partial<SqlCheck>, file = "~/shop.db") =>
    look(python.machine, python.kernel.clock, { sql, database: { engine: "sqlite", file }, ...more });

  it("is asked in a copy of its machine", async () => {
    expect(
      await ask("select * from loaf order by id", {
        rows: [
          [1, "rye"],
          [2, null],
        ],
      }),
    ).toMatch(/^pass/);
    expect(await ask("select name from loaf where id = 3", { value: "rye" })).toBe("fail: no row");
    expect(await ask("select * from crumb", { value: 1 })).toContain("no such table: crumb");
    expect(await ask("select 1", { value: 1 }, "~/other.db")).toBe("fail: no file ~/other.db");
    expect(await ask("delete from loaf", { count: { min: 0, max: 0 } })).toContain("readonly");
    expect(await ask("select count(*) from loaf", { value: 2 })).toMatch(/^pass/);
  });
});
