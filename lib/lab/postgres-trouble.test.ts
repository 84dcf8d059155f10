import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../kernel/testing.ts";
import type { StreamSocket } from "../kernel/types.ts";
import { FrameReader, frontend, message, parseDataRow, parseFields } from "../programs/postgres/wire/messages.ts";
import { CLUSTER, CONFIG } from "../runtimes/postgres/places.ts";
import { type PostgresMachine, postgresMachine } from "./postgres-testing.ts";

let db: PostgresMachine;
const shell = async (command: string, user: "root" | "postgres" = "postgres") => (await db.sh(command, user)).output.trimEnd();
const run = (statement: string) => shell(`psql -XAtq -d postgres -c "${statement}"`);
const LIMITS = ["-c", "max_connections=5", "-c", "superuser_reserved_connections=1"];
const bytes = (...values: number[]) => Uint8Array.from(values);
const text = (value: string) => new TextEncoder().encode(value);

beforeAll(async () => {
  db = await postgresMachine();
  db.machine.files.writeFile(`${CONFIG}/pg_hba.conf`, `local all postgres peer\nlocal all all trust\nhost all all 127.0.0.1/32 trust\n`);
  await db.start(...LIMITS);
  await run("create table t (v text); insert into t values ('before'); create role ann login; grant select on t to ann");
});
afterAll(() => db.close());

/** What a connection answers to these bytes until it is closed or ready: types of messages, texts of errors. */
async function answer(socket: StreamSocket, sent: readonly Uint8Array[]): Promise<string[]> {
  for (const part of sent) await socket.write(part);
  const frames = new FrameReader();
  const heard: string[] = [];
  for (;;) {
    const received = await socket.read(65536);
    if (received.length === 0) return [...heard, "closed"];
    frames.push(received);
    for (let frame = frames.next(); frame !== undefined; frame = frames.next()) {
      if (frame.type === "E") {
        const { S, C, M } = parseFields(frame.body);
        heard.push(`${S} ${C}: ${M}`);
      } else if (frame.type === "D") heard.push(parseDataRow(frame.body).join());
      if (frame.type === "Z") return [...heard, "ready"];
    }
  }
}
const connect = () => db.machine.network.connect("127.0.0.1", 5432);

describe("a PostgreSQL server that is sent nonsense", () => {
  const session = async () => {
    const socket = await connect();
    expect(await answer(socket, [frontend.startup({ user: "ann", database: "postgres" })])).toEqual(["ready"]);
    return socket;
  };

  it.each([
    ["a request of another protocol", text("GET / HTTP/1.1\r\nHost: db\r\n\r\n"), ["closed"]],
    ["a length that can't be", bytes(0, 0, 0, 3), ["closed"]],
    [
      "a protocol of the future",
      bytes(0, 0, 0, 8, 0, 9, 0, 0),
      ["FATAL 0A000: unsupported frontend protocol 9.0: server supports 3.0 to 3.2", "closed"],
    ],
    ["no user", bytes(0, 0, 0, 9, 0, 3, 0, 0, 0), ["FATAL 28000: no PostgreSQL user name specified in startup packet", "closed"]],
  ])("refuses %s at the beginning", async (_what, sent, expected) => {
    const socket = await connect();
    expect(await answer(socket, [sent])).toEqual(expected);
    socket.release();
  });

  it.each([
    ["a message of no kind", bytes(0x7e, 0, 0, 0, 4), ["FATAL 08P01: invalid frontend message type 126", "closed"]],
    ["a message that is shorter than its length", bytes(0x51, 0, 0, 0, 2), ["closed"]],
    ["a query without its end", message("Q", text("select 1")), ["ERROR 08P01: invalid string in message", "ready"]],
    ["a describe of nothing", message("D"), ["ERROR 08P01: no data left in message"]],
  ])("ends or goes on as it should with %s in a session", async (_what, sent, expected) => {
    const socket = await session();
    const survives = !expected.includes("closed");
    const sync = survives && !expected.includes("ready") ? [frontend.sync()] : [];
    expect(await answer(socket, [sent, ...sync])).toEqual(sync.length > 0 ? [...expected, "ready"] : expected);
    if (survives) expect(await answer(socket, [frontend.query("select v from t")])).toEqual(["before", "ready"]);
    socket.release();
    expect(await run("select v from t")).toBe("before");
  });
});

describe("a PostgreSQL server in need", () => {
  it("rolls back what a client leaves open that vanishes, and frees its locks", async () => {
    const client = db.sh(
      `(echo "begin; insert into t values ('lost'); lock table t;"; sleep 100) | exec psql -XAtq -d postgres & echo $! > /tmp/psql.pid; wait`,
      "postgres",
    );
    while ((await run("select count(*) from pg_locks where mode = 'AccessExclusiveLock' and relation = 't'::regclass")) !== "1");
    await shell("kill -9 $(cat /tmp/psql.pid); pkill sleep");
    await client;
    expect(await run("set lock_timeout = '10s'; select string_agg(v, ' ') from t")).toBe("before");
  });

  it("turns away whom it has no connection for, and keeps some for superusers", async () => {
    // The sessions of the tests before may still be on their way out.
    const sessions = () => db.machine.processes().filter(({ argv }) => /^postgres: (ann|postgres) /.test(argv[0] ?? ""));
    await until(() => sessions().length === 0);
    const sockets: StreamSocket[] = [];
    const open = async (user: string) => {
      const socket = await connect();
      sockets.push(socket);
      return (await answer(socket, [frontend.startup({ user, database: "postgres" })]))[0];
    };
    for (let count = 0; count < 4; count++) expect(await open("ann")).toBe("ready");
    expect(await open("ann")).toBe("FATAL 53300: remaining connection slots are reserved for roles with the SUPERUSER attribute");
    expect(await open("postgres")).toBe("ready");
    expect(await shell("psql -c 'select 1'")).toBe(
      'psql: error: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: FATAL:  sorry, too many clients already',
    );
    for (const socket of sockets) socket.release();
    while ((await shell("psql -XAtqc 'select 1' 2>&1")) !== "1");
  });

  it("says that the disk is full, loses nothing that was committed, and goes on when there is room", async () => {
    await shell("for n in {1..20}; do dd if=/dev/zero of=/var/tmp/full$n bs=64k 2>/dev/null; done", "root");
    expect(await run("insert into t select repeat('x', 1000) from generate_series(1, 20000)")).toMatch(
      /^ERROR: {2}could not extend file "base\/5\/\d+(_fsm)?": No space left on device\nHINT: {2}Check free disk space\.$/,
    );
    expect(await run("select string_agg(v, ' ') from t")).toBe("before");
    await shell("rm /var/tmp/full*", "root");
    expect(await run("insert into t values ('after'); select string_agg(v, ' ') from t")).toBe("before after");
  });

  it("panics when its log finds no room, and comes back by itself with all that was committed", async () => {
    await run("insert into t values ('safe')");
    await shell("for n in {1..20}; do dd if=/dev/zero of=/var/tmp/full$n bs=64k 2>/dev/null; done", "root");
    const output = await run(
      "select pg_switch_wal(); insert into t values ('lost'); select pg_switch_wal(); insert into t values ('lost')",
    );
    expect(output).toContain('PANIC:  could not write to log file "');
    expect(output).toContain("server closed the connection unexpectedly");
    await shell("rm /var/tmp/full*", "root");
    await until(() => /was terminated by signal 6: Aborted[\s\S]*redo done[\s\S]*ready to accept connections/.test(db.log()));
    expect(await run("select string_agg(v, ' ') from t")).toBe("before after safe");
  });

  it("tells a client that nobody listens any more", async () => {
    await shell(`kill -INT $(head -1 ${CLUSTER}/postmaster.pid)`);
    await until(() => !db.machine.files.exists(`${CLUSTER}/postmaster.pid`));
    expect(await shell("psql -c 'select 1'")).toBe(
      'psql: error: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?',
    );
    expect(await shell("psql -h localhost -c 'select 1'")).toBe(
      'psql: error: connection to server at "localhost" (127.0.0.1), port 5432 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?',
    );
    expect(await shell("pg_isready; echo $?")).toBe("/var/run/postgresql:5432 - no response\n2");
  });
});
