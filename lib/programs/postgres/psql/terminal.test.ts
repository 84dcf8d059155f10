import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { screenOf } from "../../../kernel/testing.ts";
import type { Machine, Tty } from "../../../kernel/types.ts";
import { encode } from "../../core/io.ts";
import { freshMachine } from "../../testing.ts";
import { startTestServer } from "../testing.ts";

let db: PGlite;
let machine: Machine;
let tty: Tty;
let screen: ReturnType<typeof screenOf>;
let ended: Promise<number>;

beforeAll(async () => {
  db = await PGlite.create();
  machine = await freshMachine();
  await startTestServer(machine, db);
  await db.exec("CREATE TABLE product (id serial PRIMARY KEY, name text); INSERT INTO product (name) VALUES ('lamp')");
});
afterAll(async () => {
  machine.destroy();
  await db.close();
});

/** psql on a terminal of 80 columns and 24 rows. */
function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  tty = machine.openTty({ columns: 80, rows: 24 });
  screen = screenOf(tty);
  ended = new Promise((resolve) => {
    machine.spawn({
      argv: ["test"],
      env: { PATH: "/usr/bin:/bin", TERM: "xterm-256color", HOME: "/home/learner", PGHOST: "localhost", PGUSER: "postgres", ...env },
      cwd: "/home/learner",
      credentials: { uid: 1000, gid: 1000, groups: [1000] },
      session: { tty },
      foreground: true,
      fds: new Map([0, 1, 2].map((fd) => [fd, tty.open(2)])),
      run: async (self) => {
        self.signals.set("SIGINT", () => {});
        const child = self.spawn({ argv: ["psql", ...args] });
        resolve((await self.wait(child.pid))?.status ?? -1);
        return 0;
      },
    });
  });
}

const type = (text: string) => tty.input(encode(text));

/** Without the sequences that move the cursor. */
const plain = (text: string) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins what is taken out
  text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "").replaceAll("\r", "");

/** What is shown after this was typed, up to where the pattern matches. */
async function typed(text: string, pattern: RegExp): Promise<string> {
  const from = screen.text().length;
  type(text);
  for (;;) {
    const shown = plain(screen.text().slice(from));
    if (pattern.test(shown)) return shown;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

beforeEach(() => {
  for (const { name } of machine.files.readdir("/home/learner"))
    if (name.startsWith(".psql")) machine.files.unlink(`/home/learner/${name}`);
});

describe("psql on a terminal", () => {
  it("greets, shows by its prompt where a statement stands, and ends with \\q", async () => {
    start([]);
    expect(plain(await screen.until("postgres=# "))).toContain('psql (18.6)\nType "help" for help.\n\n');
    await typed("select 1\r", /postgres-# $/);
    await typed("as a;\r", /\(1 row\)\n\n.*postgres=# $/s);
    await typed("select (\r", /postgres\(# $/);
    await typed("'x\r", /postgres'# $/);
    await typed("\x03", /\^C\n.*postgres=# $/s);
    await typed("/* x\r", /postgres\*# $/);
    await typed("*/ select $$\r", /postgres\$# $/);
    await typed('$$, "\r', /postgres"# $/);
    await typed("\x03", /postgres=# $/);
    await typed("begin;\r", /BEGIN\n.*postgres=\*# $/s);
    await typed("nope;\r", /postgres=!# $/);
    await typed("rollback;\r", /ROLLBACK\n.*postgres=# $/s);
    await typed("\\if false\r", /postgres@# $/);
    await typed("select 1;\r", /query ignored; use \\endif or Ctrl-C to exit current \\if block/);
    await typed("\\endif\r", /postgres=# $/);
    await typed("\\foo\r", /invalid command \\foo\nTry \\\? for help\.\n/);
    type("\\q\r");
    expect(await ended).toBe(0);
  });

  it("answers help, and takes exit, quit and Ctrl-D as good-byes", async () => {
    start([]);
    await screen.until("=# ");
    expect(await typed("help\r", /\\q to quit\n.*=# $/s)).toContain("You are using psql, the command-line interface to PostgreSQL.");
    await typed("select\rquit\r", /Use \\q to quit\./);
    await typed("\x03", /=# $/);
    type("exit\r");
    expect(await ended).toBe(0);
    start([]);
    await screen.until("=# ");
    expect(await typed("\x04", /\\q\n/)).toContain("\\q\n");
    expect(await ended).toBe(0);
  });

  it("completes key words, tables, columns and its own commands", async () => {
    start([]);
    await screen.until("=# ");
    await typed("sel\t", /select $/);
    await typed("* from prod\t", /product$/);
    await typed(" where na\t", /where name $/);
    await typed("\x03", /=# $/);
    await typed("\\d prod\t", /product$/);
    await typed("\x03", /=# $/);
    await typed("\\crosst\t", /\\crosstabview $/);
    await typed("\x03", /=# $/);
    await typed("\\q\r", /\\q/);
    expect(await ended).toBe(0);
  });

  it("keeps a statement of several lines as one entry of its history", async () => {
    start([]);
    await screen.until("=# ");
    await typed("select 41\r+ 1 as sum;\r", /\(1 row\)\n\n.*=# $/s);
    await typed("\\q\r", /\\q/);
    await ended;
    expect(machine.files.readText("/home/learner/.psql_history")).toBe("select 41\x01+ 1 as sum;\n\\q\n");
    start([]);
    await screen.until("=# ");
    await typed("\x1b[A\x1b[A\r", /42\n/);
    await typed("\\q\r", /\\q/);
    await ended;
  });

  it("reads ~/.psqlrc, and with -n it does without the line editor", async () => {
    machine.files.writeFile("/home/learner/.psqlrc", "\\set PROMPT1 'ready> '\n\\pset null NIL\n", { mode: 0o644 });
    start(["-n"]);
    await screen.until("ready> ");
    await typed("select null as a;\r", /NIL\n/);
    type("\x04");
    expect(await ended).toBe(0);
  });

  it("shows by the pager what is longer than the screen", async () => {
    start([]);
    await screen.until("=# ");
    await typed("select generate_series(1, 100) as n;\r", /20[\s\S]*:$/);
    await typed("q", /=# $/);
    await typed("\\pset pager off\rselect generate_series(1, 100) as n;\r", /\(100 rows\)/);
    type("\\q\r");
    expect(await ended).toBe(0);
  });

  it("takes COPY's data from the terminal", async () => {
    start([]);
    await screen.until("=# ");
    expect(await typed("copy product (name) from stdin;\r", />> $/)).toContain("End with a backslash and a period on a line by itself");
    await typed("desk\r\\.\r", /COPY 1\n/);
    await typed("\\q\r", /\\q/);
    expect(await ended).toBe(0);
  });
});
