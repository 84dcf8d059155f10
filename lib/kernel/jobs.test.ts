import { expect, test } from "vitest";
import { screenOf, testWorld, until } from "./testing.ts";
import type { Program } from "./types.ts";

test("a login shell runs on its terminal, and its jobs get the terminal's signals", async () => {
  const sh: Program = async (self) => {
    self.signals.set("SIGINT", () => {});
    await self.print(`${self.argv[0]} ${self.env.HOME} ${self.tty} ${self.cwd}\n`);
    const child = self.spawn({ argv: ["cat"], processGroup: "new", foreground: true });
    const result = await self.wait(-1, { untraced: true });
    const tty = self.fds.get(0)?.tty;
    if (tty !== undefined) tty.foregroundGroup = self.pgid;
    await self.print(`${result?.how} ${child.pgid === child.pid}\n`);
    return 0;
  };
  const cat: Program = async (self) => {
    for (;;) {
      const bytes = await self.read(0);
      if (bytes.length === 0) return 0;
      await self.print(bytes);
    }
  };
  const { machine } = await testWorld({ sh, cat });
  const tty = machine.openTty();
  const screen = screenOf(tty);
  machine.login("ann", tty);
  await screen.until("-sh /home/ann pts/0 /home/ann\r\n");
  await until(() => machine.processes().some((process) => process.argv[0] === "cat" && process.state === "sleeping"));
  tty.input(new TextEncoder().encode("hallö\r"));
  await screen.until("hallö\r\nhallö\r\n");
  tty.input(new Uint8Array([3]));
  await screen.until("^Csignaled true\r\n");
  await until(() => machine.processes().length === 1);
  expect(tty.sessionId).toBe(0);
});

test("a background job that reads the terminal is stopped", async () => {
  const sh: Program = async (self) => {
    self.spawn({ argv: ["reader"], processGroup: "new", run: async (process) => (await process.read(0)).length });
    const result = await self.wait(-1, { untraced: true });
    await self.print(`${result?.how === "stopped" ? result.signal : result?.how}\n`);
    return 0;
  };
  const { machine } = await testWorld({ sh });
  const tty = machine.openTty();
  const screen = screenOf(tty);
  machine.login("ann", tty);
  await screen.until("SIGTTIN\r\n");
  // The shell is gone, nobody can continue the job: SIGHUP ends it.
  await until(() => machine.processes().length === 1);
});

test("closing the terminal hangs up its session", async () => {
  const sh: Program = async (self) => {
    await self.read(0);
    return 0;
  };
  const { machine, kernel } = await testWorld({ sh });
  const tty = machine.openTty();
  const shell = machine.login("ann", tty);
  await until(() => shell.state === "sleeping");
  tty.hangUp();
  expect(kernel.events.all().at(-1)).toMatchObject({ kind: "process-ended", pid: shell.pid, status: 129 });
});

test("a stopped job that waits for the terminal takes nothing from the shell", async () => {
  const heard: string[] = [];
  const sh: Program = async (self) => {
    const tty = self.fds.get(0)?.tty;
    const job = self.spawn({
      argv: ["job"],
      processGroup: "new",
      foreground: true,
      run: async (process) => {
        heard.push(`job ${new TextDecoder().decode(await process.read(0))}`);
        return 0;
      },
    });
    const stopped = await self.wait(job.pid, { untraced: true });
    if (tty !== undefined) tty.foregroundGroup = self.pgid;
    await self.print(`${stopped?.how}\n`);
    heard.push(`shell ${new TextDecoder().decode(await self.read(0))}`);
    if (tty !== undefined) tty.foregroundGroup = job.pgid;
    self.kill(-job.pgid, "SIGCONT");
    await self.wait(job.pid);
    return 0;
  };
  const { machine } = await testWorld({ sh });
  const tty = machine.openTty();
  const screen = screenOf(tty);
  const shell = machine.login("ann", tty);
  await until(() => machine.processes().some(({ argv, state }) => argv[0] === "job" && state === "sleeping"));
  tty.input(new Uint8Array([26]));
  await screen.until("stopped\r\n");
  tty.input(new TextEncoder().encode("one\r"));
  await until(() => heard.length === 1 && machine.processes().some(({ argv, state }) => argv[0] === "job" && state === "sleeping"));
  tty.input(new TextEncoder().encode("two\r"));
  await until(() => shell.end !== undefined);
  expect(heard).toEqual(["shell one\n", "job two\n"]);
});
