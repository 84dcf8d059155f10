import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { enableSshServer } from "../../images/ssh.ts";
import type { Machine, Process } from "../../kernel/types.ts";
import { encode } from "../core/io.ts";
import { bootServices } from "../systemd/boot.ts";
import { programs } from "../table.ts";
import { freshMachine, runScriptAtHome } from "../testing.ts";
import { DATABASES } from "./databases.ts";
import { examples, helpFor } from "./examples.ts";

/** What the examples speak of. */
const HOME = String.raw`
mkdir -p site copies .ssh
printf 'Call the bank\n\nBuy milk and bread\nWater the plants\n' > notes.txt
printf 'Grace\nAda\nLinus\nAda\nEdsger\n' > names.txt
printf '10\n9\n100\n1\n' > numbers.txt
printf 'name,city,age\nAda,London,36\nGrace,New York,85\n' > people.csv
printf '# settings\nport=8000\nhost=localhost\n' > app.conf
printf '{"name": "shop", "items": [{"price": 3}, {"price": 12}]}\n' > data.json
printf '10.0.0.7 - - "GET / HTTP/1.1" 200 512\n10.0.0.9 - - "GET /no HTTP/1.1" 404 9\n10.0.0.7 - - "GET /a HTTP/1.1" 200 77\n' > access.log
printf '<h1>Hello</h1>\n' > site/index.html
printf 'h1 { color: teal }\n' > site/style.css
printf '#!/bin/sh\necho working\n' > script.sh; chmod +x script.sh
printf 'old.txt\n' > list
tar -czf site.tar.gz site; zip -qr site.zip site
ssh-keygen -q -t ed25519 -N '' -f .ssh/id_ed25519
cp .ssh/id_ed25519.pub .ssh/authorized_keys
ssh -o StrictHostKeyChecking=accept-new learner@localhost true
git config --global user.name Ada; git config --global user.email ada@example.com; git config --global init.defaultBranch main
git init -q --bare shop.git; git clone -q shop.git shop 2> /dev/null
(cd shop; echo 3 > price; git add .; git commit -q -m Prices; git push -q; echo 4 > price)
`;

/** Examples that need a terminal: the keys that end them, after the text that shows they are ready. */
const ON_A_TERMINAL: Readonly<Record<string, readonly [ready: string, keys: string][]>> = {
  "nano notes.txt": [["Exit", "\x18"]],
  "nano +3 notes.txt": [["Exit", "\x18"]],
  "nano -l notes.txt": [["Exit", "\x18"]],
  "less access.log": [["access.log (END)", "q"]],
  "less -N access.log": [["(END)", "q"]],
  "less -S access.log": [["(END)", "q"]],
  "ls -l /usr/bin | less": [["root", "q"]],
  "tail -f access.log": [["/a HTTP", "\x03"]],
  top: [["load average", "q"]],
  "watch ls -l": [["Every 2.0s", "\x03"]],
  "watch -n 1 date": [["Every 1.0s", "\x03"]],
  "watch -t uptime": [["load average", "\x03"]],
  "man ls": [["LS(1)", "q"]],
  passwd: [["Current password:", "\x03"]],
  "ssh learner@localhost": [["$ ", "exit\r"]],
};
const INTERRUPTED = 130;
const ENDED_BY_CTRL_C = new Set(["tail -f access.log", "passwd"]);

/** Examples that are about a sleep which runs already. */
const ABOUT_SLEEP = new Set(["pgrep", "pkill", "killall", "pidof"]);
const SLEEPING = "sleep 60 &\nuntil pidof sleep > /dev/null; do :; done\n";

let machine: Machine;

/** Answers every request with a page; /moved leads to /. */
async function serve(self: Process): Promise<number> {
  const server = self.machine.network.socket();
  server.bind("0.0.0.0", 8000, self.credentials);
  server.listen(8);
  for (;;) {
    const client = await server.accept(self.ended);
    let request = "";
    while (!request.includes("\r\n\r\n")) {
      const bytes = await client.read(65536, self.ended);
      if (bytes.length === 0) break;
      request += new TextDecoder().decode(bytes);
    }
    const moved = request.split(" ")[1] === "/moved";
    const head = moved ? "HTTP/1.1 302 Found\r\nLocation: /\r\n" : "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";
    await client.write(encode(`${head}Connection: close\r\nContent-Length: 6\r\n\r\nhello\n`));
    client.release();
  }
}

beforeAll(async () => {
  machine = await freshMachine();
  machine.spawn({ argv: ["server"], env: {}, cwd: "/", credentials: { uid: 0, gid: 0, groups: [0] }, run: serve });
  enableSshServer(machine, { passwords: false });
  void bootServices(machine);
  while (machine.network.listening().length < 2) await new Promise((resolve) => setTimeout(resolve, 0));
  expect(await runScriptAtHome(machine, `set -e\n${HOME}`)).toMatchObject({ exitCode: 0 });
});
afterAll(() => machine.destroy());

/** Runs it at a terminal, as somebody would type it; gives its exit status. */
async function atTerminal(copy: Machine, command: string, keys: readonly [string, string][]): Promise<number | string> {
  const tty = copy.openTty({ columns: 80, rows: 24 });
  let shown = "";
  const rest = [...keys];
  tty.onOutput((bytes, done) => {
    shown += new TextDecoder().decode(bytes);
    done();
    const [next] = rest;
    if (next === undefined || !shown.includes(next[0])) return;
    rest.shift();
    setTimeout(() => tty.input(encode(next[1])), 0);
  });
  return new Promise((resolve) => {
    copy.spawn({
      argv: ["test"],
      env: { PATH: "/usr/local/bin:/usr/bin:/bin", TERM: "xterm-256color", HOME: "/home/learner", USER: "learner" },
      cwd: "/home/learner",
      credentials: { uid: 1000, gid: 1000, groups: [1000] },
      session: { tty },
      foreground: true,
      fds: new Map([0, 1, 2].map((fd) => [fd, tty.open(2)])),
      run: async (self) => {
        self.signals.set("SIGINT", () => {});
        // Ctrl-C is for the program alone, as at an interactive shell.
        const alone = keys.some(([, pressed]) => pressed === "\x03");
        const shell = self.spawn({ argv: ["bash", "-c", alone ? `exec ${command}` : command] });
        const status = (await self.wait(shell.pid))?.status ?? -1;
        resolve(rest.length === 0 ? status : `it ended before it showed ${rest[0]?.[0]}`);
        return 0;
      },
    });
  });
}

describe("every example of help does what it says", () => {
  // Those that need a database server are run beside the clients of PostgreSQL.
  const all = [...examples]
    .filter(([name]) => !(name in DATABASES))
    .flatMap(([name, each]) => each.map(([command, , status]) => [name, command, status ?? 0] as const));
  it.each(all.filter(([, command]) => !(command in ON_A_TERMINAL)))("%s: %s", async (name, command, status) => {
    const copy = machine.clone({ network: true });
    try {
      const found = await runScriptAtHome(copy, `exec > /tmp/said 2>&1\n${ABOUT_SLEEP.has(name) ? SLEEPING : ""}${command}`);
      const said = found.exitCode === status ? "" : `${found.stderr}${copy.files.readText("/tmp/said")}`;
      expect({ status: found.exitCode, said }).toEqual({ status, said: "" });
    } finally {
      copy.destroy();
    }
  });

  it.each(Object.entries(ON_A_TERMINAL))("at a terminal: %s", async (command, keys) => {
    expect(all.map(([, each]) => each)).toContain(command);
    const copy = machine.clone({ network: true });
    try {
      expect(await atTerminal(copy, command, keys)).toBe(ENDED_BY_CTRL_C.has(command) ? INTERRUPTED : 0);
    } finally {
      copy.destroy();
    }
  });
});

describe("help", () => {
  it("knows at least sixty programs, with three to six examples each, and no example of what is not there", () => {
    const known = [...examples.keys()].filter((name) => programs.has(name));
    expect(known.length).toBeGreaterThanOrEqual(60);
    for (const [name, each] of examples) {
      expect([name, each.length >= 3 && each.length <= 6]).toEqual([name, true]);
      expect(helpFor(name)).toContain(`${name}: `);
    }
  });

  it("shows what a program is for and its examples, of a program without examples its summary, and fails as bash does", async () => {
    const { stdout } = await runScriptAtHome(machine, "help uptime");
    expect(stdout).toBe(
      "uptime: tell how long the system has been running\n\n  How long the machine runs, and how busy it is:\n    uptime\n\n" +
        "  Only how long, in words:\n    uptime -p\n\n  Since when:\n    uptime -s\n\nMore: man uptime, uptime --help\n",
    );
    expect(await runScriptAtHome(machine, "help tsort")).toMatchObject({
      stdout: "tsort: perform topological sort\n\nMore: man tsort, tsort --help\n",
      exitCode: 0,
    });
    expect(await runScriptAtHome(machine, "help nosuch")).toMatchObject({ stdout: "", exitCode: 1 });
    expect((await runScriptAtHome(machine, "help")).stdout).toMatch(/^Type `help NAME` for examples/);
  });
});
