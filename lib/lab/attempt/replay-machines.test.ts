import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "../../kernel/testing.ts";
import type { Host } from "../../kernel/types.ts";
import { LocalLabClient } from "../local-client.ts";
import { postgresHost } from "../postgres-testing.ts";
import type { ServicesState } from "../services/services.ts";
import { machineOf } from "../several-machines-testing.ts";
import type { CheckDefinition, LabDefinition, TaskDefinition } from "../types.ts";
import { createWorld, type SavedDisk } from "../world/create.ts";
import { installedOn } from "../world/installed.ts";
import { SEED } from "../world/seed.ts";
import { type Attempt, attemptOf } from "./attempt.ts";
import { Replay } from "./replay.ts";
import { parseAttempt } from "./schema.ts";

/** An attempt over two machines, one with PostgreSQL, in which something was undone: recorded as in the page, and done again. */
const words = { because: "There was {found}, not {expected}.", next: "Try again." };
const task = (id: string, needs: readonly string[], check: CheckDefinition): TaskDefinition => ({
  id,
  title: id,
  needs,
  hints: [],
  checks: [check],
});
const lab: LabDefinition = {
  lesson: "tests/bakery",
  version: "1",
  machines: [machineOf("laptop"), machineOf("db", { image: "server", ssh: { from: ["laptop"] } })],
  tasks: [
    task("fill", [], {
      ...words,
      id: "rows",
      kind: "sql",
      on: "db",
      database: { engine: "postgres", name: "shop", user: "postgres" },
      sql: "SELECT count(*) FROM bread",
      value: 2,
    }),
    task("count", ["fill"], { ...words, id: "file", kind: "file", file: "~/count", on: "laptop", exists: true, text: { contains: ["2"] } }),
  ],
  files: [],
  browser: { machine: "laptop", home: "" },
  quizzes: [],
};
let host: Host;
let client: LocalLabClient;

const createTheWorld = (disks?: readonly SavedDisk[], services?: ServicesState) =>
  createWorld(lab, { host, installed: installedOn(host), warm: false, disks, services });

beforeAll(async () => {
  host = await postgresHost();
  client = new LocalLabClient(lab, { timers: host, createWorld: (_lab, _onDownload, disks, services) => createTheWorld(disks, services) });
  await client.start();
});
afterAll(() => client.close());

const atPrompt = (): boolean => client.session.terminals.get("t1")?.activity === "prompt";

/** Types a command and waits for its end. */
async function run(command: string): Promise<void> {
  await until(atPrompt);
  let ended = false;
  const stop = client.session.terminals.get("t1")?.onMark((mark) => {
    ended ||= mark !== "ended" && mark.kind === "command-end";
  });
  client.runCommand(command, "t1");
  await until(() => ended && atPrompt());
  stop?.();
}

const sql = (statement: string): string =>
  `ssh -o StrictHostKeyChecking=accept-new db "sudo -u postgres psql -qXAt -d shop -c '${statement}'"`;
const statuses = (): string[] => client.getState().tasks.map(({ id, status }) => `${id} ${status}`);

async function recorded(): Promise<Attempt> {
  await run('ssh -o StrictHostKeyChecking=accept-new db "sudo systemctl start postgresql && sudo -u postgres createdb shop"');
  await run(sql("create table bread (name text); insert into bread values (1), (2)"));
  await client.checkNow();
  expect({ said: client.getState().tasks[0]?.checks, is: statuses() }).toMatchObject({ is: ["fill passed", "count open"] });
  await run(sql("drop table bread"));
  await run(`${sql("select count(*) from bread")} > count`);
  expect(await client.undo()).toMatchObject({ title: expect.stringContaining("> count") });
  expect(await client.undo()).toMatchObject({ title: expect.stringContaining("drop table") });
  await until(atPrompt);
  await run(`until ${sql("select count(*) from bread")} > count; do sleep 1; done`);
  await client.checkNow();
  expect(statuses()).toEqual(["fill passed", "count passed"]);
  return parseAttempt(JSON.stringify(attemptOf(lab, client.session.remember(), SEED)));
}

it("gives the same results again, on both machines and in the database, with what was undone undone", async () => {
  const attempt = await recorded();
  expect(attempt.actions.filter(({ kind }) => kind === "undo")).toHaveLength(2);
  const clock = {
    monotonic: () => host.monotonic(),
    after: (milliseconds: number, callback: () => void) => host.setTimeout(callback, milliseconds),
  };
  const again = await new Replay({ lab, attempt, clock, createWorld: createTheWorld }).run();
  expect(again.missed).toEqual([]);
  expect(again.disagreements).toEqual([]);
  expect(again.checks.map(({ task: of, status }) => `${of} ${status}`)).toEqual(["fill pass", "count pass"]);
}, 300_000);
