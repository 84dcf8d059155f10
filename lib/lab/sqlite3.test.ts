import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { screenOf } from "../kernel/testing.ts";
import { freshMachine, runScript } from "../programs/testing.ts";
import { type PythonMachine, pythonMachine } from "./python-testing.ts";

interface Recording {
  readonly name: string;
  readonly script: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

const recordings: Recording[] = JSON.parse(
  readFileSync(new URL("../programs/recordings/with-python/sqlite3.json", import.meta.url), "utf8"),
);

let python: PythonMachine;
beforeAll(async () => {
  python = await pythonMachine();
});
afterAll(() => python.close());

describe("what SQLite's shell says, recorded", () => {
  it.each(recordings.map((recording) => [recording.name, recording] as const))(
    "%s",
    async (_name, { script, stdout, stderr, exitCode }) => {
      expect(await runScript(python.machine, script)).toEqual({ stdout, stderr, exitCode });
    },
  );
});

describe("sqlite3 on a machine", () => {
  it("has a prompt with history, says where typed SQL is wrong, and ends a query at Ctrl-C", async () => {
    const tty = python.machine.openTty({ columns: 100, rows: 30 });
    const screen = screenOf(tty);
    const type = (text: string) => tty.input(new TextEncoder().encode(text));
    // Keys that arrive before the prompt is up would be echoed by the terminal.
    let asked = 0;
    const prompted = async (prompt = "sqlite> ") => {
      await screen.until(new RegExp(`((sqlite> |   \\.\\.\\.> )[\\s\\S]*?\\x1b\\[\\?25h[\\s\\S]*?){${++asked}}`));
      expect(screen.text().lastIndexOf(prompt)).toBeGreaterThan(0);
    };
    python.machine.login("learner", tty);
    await screen.until("$ ");
    type("sqlite3\r");
    await prompted();
    expect(screen.text()).toContain(
      'Enter ".help" for usage hints.\r\nConnected to a \x1b[1mtransient in-memory database\x1b[0m.\r\nUse ".open FILENAME" to reopen on a persistent database.\r\n',
    );
    type("select 20+\r");
    await prompted("   ...> ");
    type("22;\r");
    await screen.until(/42\r\n/);
    await prompted();
    type("selec;\r");
    await screen.until('Parse error: near "selec": syntax error\r\n  selec;\r\n  ^--- error here\r\n');
    await prompted();
    type("select 7000 + 77; with recursive c(x) as (select 1 union all select x+1 from c) select count(*) from c;\r");
    await screen.until("7077\r\n");
    type("\x03");
    await screen.until("Runtime error: interrupted (9)");
    await prompted();
    type("drop\x03");
    await prompted();
    // The arrow up brings back the lines before.
    type("\x1bOA\x1bOA\r");
    await screen.until(/(Parse error[\s\S]*){2}/);
    await prompted();
    type("\x04");
    // The session is over when the shell is asked for its next command.
    await screen.until(/(133;B[\s\S]*){2}/);
    expect(python.machine.files.readText("/home/learner/.sqlite_history")).toContain("select 20+\n22;\n");
  });

  it("is what manage.py dbshell starts", async () => {
    const { output } = await python.sh(
      `pip install -q django && django-admin startproject site1 && cd site1 && python manage.py migrate >/dev/null &&
echo 'select count(*) from auth_user; .tables' | python manage.py dbshell; printf '.mode box\nselect app, name from django_migrations order by id limit 1;\n' | python manage.py dbshell
python manage.py dbshell -- 'select count(*) from django_session'`,
    );
    expect(output).toBe(
      [
        'Parse error near line 1: near ".": syntax error',
        "  .tables",
        "  ^--- error here",
        "0",
        'CommandError: "sqlite3 /home/learner/site1/db.sqlite3" returned non-zero exit status 1.',
        "┌──────────────┬──────────────┐",
        "│     app      │     name     │",
        "├──────────────┼──────────────┤",
        "│ contenttypes │ 0001_initial │",
        "└──────────────┴──────────────┘",
        "0",
        "",
      ].join("\n"),
    );
  });

  it("is a package, with a page of the manual, where Python is; elsewhere there is none", async () => {
    const script =
      "command -v sqlite3; dpkg -l sqlite3 2>&1 | tail -1; man -f sqlite3 2>&1; cd; sqlite3 2>&1 -version | cut -d. -f1; dpkg -S /usr/bin/sqlite3";
    expect(await python.sh(`${script}; sqlite3 :memory: .lint '.open x'; echo $?; sqlite3 -safe`)).toMatchObject({
      output: `/usr/bin/sqlite3
ii  sqlite3        3.40.1-2+deb12u2 amd64        Command line interface for SQLite 3
sqlite3 (1)          - a command line interface for SQLite version 3
3
sqlite3: /usr/bin/sqlite3
Error: ".lint" is not offered on this machine. Enter ".help" for what is
1
sqlite3: Error: -safe is not offered on this machine; see -help for what is
`,
    });
    const server = await freshMachine();
    expect((await runScript(server, `${script}; apt-cache policy sqlite3`)).stdout).toBe(`dpkg-query: no packages found matching sqlite3
sqlite3: nothing appropriate.
/bin/bash: line 1: sqlite3: command not found
`);
    server.destroy();
  });
});
