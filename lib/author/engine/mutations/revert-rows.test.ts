import { afterAll, beforeAll, expect, it } from "vitest";
import { postgresHost } from "../../../lab/postgres-testing.ts";
import { machineOf } from "../../../lab/several-machines-testing.ts";
import { runCommand } from "../../../lab/world/command.ts";
import { createWorld, type LabWorld } from "../../../lab/world/create.ts";
import { installedOn } from "../../../lab/world/installed.ts";
import { worldDifference } from "../../../lab/world-difference/difference.ts";
import { takePicture } from "../../../lab/world-difference/picture.ts";
import { askServer } from "../../../lab/world-difference/postgres-rows.ts";
import { planOf } from "./plan.ts";
import { revert } from "./revert.ts";

let world: LabWorld;

beforeAll(async () => {
  const host = await postgresHost();
  const lab = {
    lesson: "tests/rows",
    version: "1",
    machines: [machineOf("db", { image: "server" })],
    tasks: [],
    files: [],
    browser: { machine: "db", home: "" },
    quizzes: [],
  };
  world = await createWorld(lab, { host, installed: installedOn(host), warm: false });
  const argv = ["systemctl", "start", "postgresql"];
  await runCommand(world.machine("db"), { argv, user: "root", cwd: "/", timeoutMs: 60_000, clock: world.kernel.clock });
});
afterAll(() => world.dispose());

async function ask(sql: string): Promise<readonly (readonly (string | null)[])[]> {
  const answer = await askServer(world.machine("db"), "postgres", sql, { clock: world.kernel.clock, readOnly: false });
  if (answer.kind !== "rows") throw new Error(`${sql}: ${answer.message}`);
  return answer.rows;
}

it("takes columns, tables and rows of a server back, each alone, and puts them back as they were", async () => {
  await ask("CREATE TABLE bread (id integer PRIMARY KEY, name text, old text)");
  await ask("INSERT INTO bread VALUES (1, 'rye', 'x'), (2, 'spelt', 'y')");
  const start = await takePicture(world);
  await ask("ALTER TABLE bread ADD COLUMN flour text NOT NULL DEFAULT 'wheat'");
  await ask("ALTER TABLE bread DROP COLUMN old");
  await ask("UPDATE bread SET name = 'dark rye' WHERE id = 1");
  await ask("INSERT INTO bread VALUES (3, 'oat')");
  await ask("CREATE TABLE orders (id integer PRIMARY KEY)");
  const solved = await takePicture(world);
  const { planned, noise } = planOf(worldDifference(start, solved));
  const bread = "row db:postgres:postgres public.bread";
  expect(planned.map(({ id }) => id)).toEqual([
    bread,
    `${bread} "id" = '1'`,
    `${bread} "id" = '3'`,
    "row db:postgres:postgres public.orders",
  ]);
  expect(noise).toEqual({ "what stands in a column goes with the column": 1 });
  const place = { machine: world.machine("db"), clock: world.kernel.clock, startBytes: () => new Uint8Array(0) };
  const columns = "SELECT column_name FROM information_schema.columns WHERE table_name = 'bread' ORDER BY column_name";
  const reverted: Readonly<Record<string, () => Promise<void>>> = {
    [bread]: async () => expect((await ask(columns)).flat()).toEqual(["id", "name", "old", "reverted flour"]),
    [`${bread} "id" = '1'`]: async () => expect((await ask("SELECT name, flour FROM bread WHERE id = 1")).flat()).toEqual(["rye", "wheat"]),
    [`${bread} "id" = '3'`]: async () => expect((await ask("SELECT count(*) FROM bread")).flat()).toEqual(["2"]),
    "row db:postgres:postgres public.orders": () => expect(ask("SELECT * FROM orders")).rejects.toThrow("does not exist"),
  };
  for (const each of planned) {
    const undo = await revert(each, place);
    await reverted[each.id]?.();
    await undo();
    expect(planOf(worldDifference(solved, await takePicture(world))).planned, each.id).toEqual([]);
  }
});
