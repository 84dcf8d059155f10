import { beforeAll, expect, it } from "vitest";
import { createPipe } from "../kernel/pipe.ts";
import { until } from "../kernel/testing.ts";
import type { Host, Machine } from "../kernel/types.ts";
import { activeUnits, onceUp } from "../programs/systemd/boot.ts";
import { postgresHost } from "./postgres-testing.ts";
import { machineOf } from "./several-machines-testing.ts";
import type { LabDefinition } from "./types.ts";
import { createWorld, type LabWorld, type SavedDisk } from "./world/create.ts";
import { installedOn } from "./world/installed.ts";

const lab: LabDefinition = {
  lesson: "tests/saved",
  version: "1",
  machines: [machineOf("db", { image: "server" })],
  tasks: [],
  files: [],
  browser: { machine: "db", home: "" },
  quizzes: [],
};
let host: Host;

beforeAll(async () => {
  host = await postgresHost();
});

const world = (disks?: readonly SavedDisk[]): Promise<LabWorld> =>
  createWorld(lab, { host, installed: installedOn(host), warm: false, disks });

/** What a command of root's prints. */
async function root(machine: Machine, command: string): Promise<string> {
  const { reader, writer } = createPipe();
  const fds = new Map([1, 2].map((fd) => [fd, writer] as const));
  const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/root", LANG: "C.UTF-8" };
  const credentials = { uid: 0, gid: 0, groups: [0] };
  machine.spawn({ argv: ["bash", "-c", command], path: "/bin/bash", env, cwd: "/", credentials, fds });
  writer.release();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const bytes = await reader.read(65536);
    if (bytes.length === 0) return text;
    text += decoder.decode(bytes, { stream: true });
  }
}

const sql = (machine: Machine, statement: string) => root(machine, `sudo -u postgres psql -XAtqc "${statement}"`);
const answers = async (machine: Machine, statement: string): Promise<string> => {
  for (;;) {
    const answer = await sql(machine, statement);
    if (!answer.includes("psql: error")) return answer;
  }
};

it("comes back with a saved lab, and after a reboot: what was committed is there, what was open is not", async () => {
  const first = await world();
  const db = first.machine("db");
  await root(db, "systemctl enable -q --now postgresql");
  await sql(db, "create table t (v text); insert into t values ('committed')");
  const open = sql(db, "begin; insert into t values ('open'); select pg_sleep(100)");
  while ((await sql(db, "select count(*) from pg_stat_activity where wait_event = 'PgSleep'")) !== "1\n");
  const [captured] = first.captureFiles(() => false);
  const units = activeUnits(db);
  first.dispose();
  await open;
  if (captured === undefined) throw new Error("nothing was captured");

  const second = await world([{ name: "db", files: captured.manifest, units, bytes: (key) => captured.bytes.get(key) }]);
  const again = second.machine("db");
  expect(await answers(again, "insert into t values ('later'); select string_agg(v, ' ') from t")).toBe("committed later\n");
  expect(again.files.readText("/var/log/postgresql/postgresql-18-main.log")).toContain("automatic recovery in progress");

  await root(again, "reboot");
  await until(() => again.processes().every(({ argv }) => !argv[0]?.endsWith("postgres")));
  await onceUp(again);
  expect(await answers(again, "select string_agg(v, ' ') from t")).toBe("committed later\n");
  second.dispose();
});
