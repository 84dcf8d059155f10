import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Machine } from "../../kernel/types.ts";
import { DATABASES } from "../examples/databases.ts";
import { freshMachine, runScript, runScriptAtHome } from "../testing.ts";
import { startTestServer } from "./testing.ts";

let db: PGlite;
let machine: Machine;

beforeAll(async () => {
  db = await PGlite.create();
  machine = await freshMachine();
  await startTestServer(machine, db);
  await db.exec("CREATE ROLE learner SUPERUSER LOGIN");
  const files = "printf 'create table if not exists note (id int);\\n' > schema.sql";
  const made = await runScript(
    machine,
    `${files}; createdb shop && psql -q shop -c 'create table product (id int, name text)' -c "insert into product values (1, 'lamp')" && pg_dump shop > shop.sql`,
  );
  expect(made).toMatchObject({ exitCode: 0, stderr: "" });
});
afterAll(async () => {
  machine.destroy();
  await db.close();
});

it.each(Object.entries(DATABASES).flatMap(([name, each]) => each.map(([command, , status]) => [name, command, status ?? 0] as const)))(
  "%s: %s",
  async (_name, command, status) => {
    expect(await runScriptAtHome(machine, command)).toMatchObject({ exitCode: status, stderr: "" });
  },
);
