import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { screenOf, until } from "../../kernel/testing.ts";
import { type Machine, O } from "../../kernel/types.ts";
import { nodeHost } from "../hosts/node.ts";
import { accountOn } from "./account.ts";
import { type CommandEnd, runCommand } from "./command.ts";
import { createWorld, type LabWorld } from "./create.ts";
import { installedOn } from "./installed.ts";

const host = nodeHost({ workers: {}, assets: "/nowhere" });
const home = "/home/learner";

/** Two fresh machines: what happens on the first must not be felt on the second. */
async function twoMachines(): Promise<LabWorld> {
  const machines = ["web-1", "web-2"].map((name) => ({ name, image: "ubuntu", user: "learner", cwd: home }));
  const lab = { lesson: "", version: "", machines, tasks: [], files: [], browser: { machine: "web-1", home: "" }, quizzes: [] };
  return createWorld(lab, { host, installed: installedOn(host), warm: false });
}

let world: LabWorld;
beforeAll(async () => {
  world = await twoMachines();
});
afterAll(() => world.dispose());

/** What `bash -c` makes of a script, as user learner. */
async function run(script: string, machine = "web-1"): Promise<CommandEnd> {
  const ended = await runCommand(world.machine(machine), {
    argv: ["bash", "-c", script],
    user: "learner",
    cwd: home,
    timeoutMs: 100_000,
    clock: world.kernel.clock,
  });
  if (ended === undefined) throw new Error(`this did not end: ${script}`);
  return ended;
}

/** Starts a program on a terminal of its own, in the foreground. */
function onTerminal(machine: Machine, argv: readonly string[]) {
  const { uid, gid, groups } = accountOn(machine, "learner");
  const tty = machine.openTty();
  const screen = screenOf(tty);
  const terminal = tty.open(O.RDWR);
  const process = machine.spawn({
    argv,
    env: { PATH: "/usr/bin:/bin", HOME: home, LANG: "C.UTF-8", TERM: "xterm-256color" },
    cwd: home,
    credentials: { uid, gid, groups },
    fds: new Map([0, 1, 2].map((fd) => [fd, terminal])),
    session: { tty },
    foreground: true,
  });
  terminal.release();
  const isGone = () => machine.find(process.pid) === undefined;
  return { screen, process, type: (text: string) => tty.input(new TextEncoder().encode(text)), ended: () => until(isGone) };
}

/** Answers at all, and on both machines. */
async function expectAnswers(): Promise<void> {
  for (const machine of ["web-1", "web-2"]) {
    expect(await run("echo it answers", machine)).toEqual({ stdout: "it answers\n", stderr: "", status: 0 });
  }
}

describe("a program that never ends", () => {
  it("runs in the background while others work, and can be killed", async () => {
    const result = await run("yes > /dev/null & pid=$!; seq 1000 | tail -n 1; kill $pid; wait $pid; echo $?");
    expect(result).toMatchObject({ stdout: "1000\n143\n", status: 0 });
  });

  it("floods the terminal without flooding memory, and Ctrl-C ends it", async () => {
    const { screen, type, ended } = onTerminal(world.machine("web-1"), ["yes"]);
    await screen.until(/(y\r\n){1000}/);
    type("\x03");
    await ended();
    await expectAnswers();
  });

  it("waits when the terminal shows nothing, and can still be interrupted", async () => {
    const machine = world.machine("web-1");
    const tty = machine.openTty();
    let shown = 0;
    // A page that never says that it has drawn what it got.
    tty.onOutput((bytes) => {
      shown += bytes.length;
    });
    const terminal = tty.open(O.RDWR);
    const { uid, gid, groups } = accountOn(machine, "learner");
    const fds = new Map([0, 1, 2].map((fd) => [fd, terminal]));
    const request = { argv: ["yes"], env: { PATH: "/usr/bin" }, cwd: "/", credentials: { uid, gid, groups }, fds, session: { tty } };
    const process = machine.spawn({ ...request, foreground: true });
    terminal.release();
    await until(() => process.state === "sleeping" && shown > 0);
    expect(shown).toBeLessThanOrEqual(512 * 1024);
    tty.input(Uint8Array.of(3));
    await until(() => machine.find(process.pid) === undefined);
  });

  it("shows random bytes until Ctrl-C", async () => {
    const { screen, type, ended } = onTerminal(world.machine("web-1"), ["cat", "/dev/urandom"]);
    await until(() => screen.text().length > 100_000);
    type("\x03");
    await ended();
    await expectAnswers();
  });

  it("spins in the shell until Ctrl-C", async () => {
    const { screen, type, ended } = onTerminal(world.machine("web-1"), ["bash", "-c", "echo go; while :; do :; done"]);
    await screen.until("go");
    type("\x03");
    await ended();
  });
});

describe("a program that takes everything", () => {
  it("ends a fork bomb with Linux's words, and the kernel answers afterwards", async () => {
    const { screen, type } = onTerminal(world.machine("web-1"), ["bash", "-c", ":(){ :|:& };:; sleep 1000"]);
    // Were the leader of the session to end, all of it would be hung up.
    await screen.until("fork: Resource temporarily unavailable");
    expect(await run("echo still here", "web-2")).toMatchObject({ stdout: "still here\n" });
    type("\x03");
    await until(() => world.machine("web-1").processes().length === 1);
    await expectAnswers();
  });

  it("fills its own disk, and the other machine does not notice", async () => {
    const result = await run("head -c 2G /dev/zero > f; echo $?; cp f g; echo $?; cp /dev/zero h 2>&1");
    expect(result.stdout).toBe("1\n1\ncp: error copying '/dev/zero' to 'h': No space left on device\n");
    expect(result.stderr.split("\n").slice(0, 2)).toEqual([
      "head: error writing 'standard output': No space left on device",
      "cp: error copying 'f' to 'g': No space left on device",
    ]);
    expect(await run("head -c 40M /dev/zero > big && wc -c < big; rm big", "web-2")).toEqual({
      stdout: "41943040\n",
      stderr: "",
      status: 0,
    });
    await run("rm -f f g h");
    expect(await run("head -c 40M /dev/zero > f && wc -c < f; rm f")).toMatchObject({ stdout: "41943040\n", status: 0 });
  });

  it("calls itself without end: an error ends it, not the kernel", async () => {
    const { stderr, status } = await run("f() { f; }; f");
    expect(stderr).toContain("f: maximum function nesting level exceeded");
    expect(status).not.toBe(0);
    expect((await run("f() { ( f ); }; f")).stderr).toContain("fork: Resource temporarily unavailable");
    await expectAnswers();
  });

  it("sends a line of ten megabytes through a pipeline", async () => {
    const line = "head -c 10000000 /dev/zero | tr '\\0' x";
    expect(await run(`${line} | cat | wc -c`)).toMatchObject({ stdout: "10000000\n" });
    expect(await run(`${line} | grep -c x`)).toMatchObject({ stdout: "1\n" });
    expect(await run(`${line} | { read -r all; echo \${#all}; }`)).toMatchObject({ stdout: "10000000\n" });
  });
});

describe("five hundred processes, one after the other", () => {
  it("leave nothing behind", async () => {
    const script = 'for ((i = 0; i < 500; i++)); do /bin/true; echo "$i" | cat > f; x=$(cat f); done; rm f; echo "$x"';
    // The first time fills caches.
    expect(await run("echo a | cat > f; rm f")).toMatchObject({ status: 0 });
    const { store } = world.kernel.worldFiles;
    const state = () => ({
      processes: world.machine("web-1").processes().length,
      inodes: store.count,
      bytes: store.extents.used,
      workers: world.kernel.workers.counts,
    });
    const before = state();
    expect(await run(script)).toEqual({ stdout: "499\n", stderr: "", status: 0 });
    expect(state()).toEqual(before);
  });
});

describe("a file name with escape sequences", () => {
  it("is quoted by ls on a terminal, as GNU ls does", async () => {
    await run("mkdir names; cd names; touch $'a\\e[31mb' $'c\\nd' 'e f' $'\\e]0;title\\a'");
    const { screen, ended } = onTerminal(world.machine("web-1"), ["ls", "-1", "names"]);
    await ended();
    await until(() => screen.text().includes("e f"));
    expect(screen.text().split("\r\n").filter(Boolean).sort()).toEqual([
      "''$'\\033'']0;title'$'\\a'",
      "'a'$'\\033''[31mb'",
      "'c'$'\\n''d'",
      "'e f'",
    ]);
    await run("rm -r names");
  });
});
