import { expect, test } from "vitest";
import { KernelError } from "./errno.ts";
import { BadInterpreter } from "./loading.ts";
import { createPipe } from "./pipe.ts";
import { ann, testWorld, until } from "./testing.ts";
import { O, type OpenFile, type Process, type Program } from "./types.ts";

const env = { PATH: "/bin" };

/** Runs a function as a process of ann; resolves to its exit status. */
async function run(program: Program, programs: Record<string, Program> = {}) {
  const world = await testWorld(programs);
  const parent = world.machine.spawn({ argv: ["test"], run: program, env, cwd: "/home/ann", credentials: ann });
  await until(() => world.machine.find(parent.pid) === undefined);
  const end = world.kernel.events.all().find((event) => event.kind === "process-ended" && event.pid === parent.pid);
  expect(world.host.logged).toEqual([]);
  return { ...world, status: end?.kind === "process-ended" ? end.status : undefined };
}

async function failure(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof KernelError) return error.code;
    throw error;
  }
  return "none";
}

const readAllOf = async (file: OpenFile) => {
  let text = "";
  for (;;) {
    const bytes = await file.read(65536);
    if (bytes.length === 0) return text;
    text += new TextDecoder().decode(bytes);
  }
};

test("a child gets arguments, environment and descriptors, and its status is waited for", async () => {
  const { status } = await run(
    async (self) => {
      const { reader, writer } = createPipe();
      const child = self.spawn({ argv: ["show", "a b"], env: { ...env, X: "1" }, fds: new Map([[1, writer]]) });
      writer.release();
      expect(await readAllOf(reader)).toBe("a b 1 /home/ann\n");
      expect(await self.wait(-1)).toEqual({ pid: child.pid, how: "exited", status: 7 });
      expect(await failure(() => self.wait(-1))).toBe("ECHILD");
      return 3;
    },
    {
      show: async (self) => {
        await self.print(`${self.argv[1]} ${self.env.X} ${self.cwd}\n`);
        return 7;
      },
    },
  );
  expect(status).toBe(3);
});

test("what can be executed is decided by permission and content, as execve(2) does", async () => {
  const seen: string[][] = [];
  const show: Program = async (self) => {
    seen.push([...self.argv]);
    return 0;
  };
  await run(
    async (self) => {
      const { files } = self;
      files.writeFile("script", "#!/bin/show -x  y \nrest\n");
      expect(await failure(() => self.spawn({ argv: ["./script"] }))).toBe("EACCES");
      files.chmod("script", 0o755);
      self.spawn({ argv: ["./script", "arg"] });
      await self.wait(-1);
      files.writeFile("plain", "echo hi\n", { mode: 0o755 });
      expect(await failure(() => self.spawn({ argv: ["./plain"] }))).toBe("ENOEXEC");
      files.writeFile("bad", "#!/no/such\n", { mode: 0o755 });
      expect(() => self.spawn({ argv: ["./bad"] })).toThrow(BadInterpreter);
      files.writeFile("loop", "#!/home/ann/loop\n", { mode: 0o755 });
      expect(await failure(() => self.spawn({ argv: ["./loop"] }))).toBe("ELOOP");
      expect(await failure(() => self.spawn({ argv: ["nothing"] }))).toBe("ENOENT");
      expect(await failure(() => self.spawn({ argv: ["/home"] }))).toBe("EACCES");
      // A copy and a link are the same program.
      files.writeFile("copy", files.readFile("/bin/show"), { mode: 0o755 });
      files.symlink("/bin/show", "link");
      for (const name of ["./copy", "./link"]) {
        self.spawn({ argv: [name] });
        await self.wait(-1);
      }
      return 0;
    },
    { show },
  );
  expect(seen).toEqual([["/bin/show", "-x  y", "./script", "arg"], ["./copy"], ["./link"]]);
});

test("kill -9 ends a process whatever it waits for, and its program unwinds", async () => {
  let unwound: unknown;
  let later: unknown;
  await run(async (self) => {
    const { reader, writer } = createPipe();
    const child = self.spawn({
      argv: ["reader"],
      fds: new Map([[0, reader]]),
      run: async (process) => {
        try {
          await process.read(0);
        } catch (error) {
          unwound = error;
          later = await process.print("x").catch((again: unknown) => again);
          throw error;
        }
        return 0;
      },
    });
    reader.release();
    await until(() => child.state === "sleeping");
    self.kill(child.pid, "SIGKILL");
    expect(child.state).toBe("zombie");
    expect(await self.wait(child.pid)).toEqual({ pid: child.pid, how: "signaled", signal: "SIGKILL", status: 137 });
    expect(await failure(() => self.kill(child.pid, 0))).toBe("ESRCH");
    // Its descriptors were closed.
    expect(() => writer.writeNow(new Uint8Array(1))).toThrow("EPIPE");
    writer.release();
    return 0;
  });
  expect(unwound).toMatchObject({ name: "ProcessEnded", signal: "SIGKILL" });
  expect(later).toBe(unwound);
});

test("a stopped program goes no further until it is continued, and wait(2) tells of both", async () => {
  await run(async (self) => {
    let turns = 0;
    const child = self.spawn({
      argv: ["loop"],
      processGroup: "new",
      run: async (process) => {
        for (;;) {
          turns++;
          await process.tick();
        }
      },
    });
    await self.sleep(1);
    self.kill(child.pid, "SIGTSTP");
    expect(await self.wait(-1, { untraced: true })).toMatchObject({ how: "stopped", signal: "SIGTSTP", status: 148 });
    await self.sleep(10);
    const before = turns;
    await self.sleep(10);
    expect(turns).toBe(before);
    expect(child.state).toBe("stopped");
    // A fatal signal waits for the continuation.
    self.kill(child.pid, "SIGTERM");
    expect(await self.wait(-1, { noHang: true })).toBeUndefined();
    self.kill(child.pid, "SIGCONT");
    expect(await self.wait(-1)).toMatchObject({ how: "signaled", signal: "SIGTERM", status: 143 });
    return 0;
  });
});

test("handled signals run their handler, ignored ones nothing; children inherit only what is ignored", async () => {
  const heard: string[] = [];
  await run(async (self) => {
    self.signals.set("SIGUSR1", () => heard.push("parent"));
    self.signals.set("SIGUSR2", "ignore");
    self.kill(self.pid, "SIGUSR1");
    self.kill(self.pid, "SIGUSR2");
    self.spawn({
      argv: ["child"],
      run: async (process) => {
        heard.push(String(process.signals.get("SIGUSR1")), String(process.signals.get("SIGUSR2")));
        process.kill(0, "SIGUSR2");
        return 0;
      },
    });
    await self.wait(-1);
    self.signals.set("SIGCHLD", () => heard.push("child ended"));
    self.spawn({ argv: ["child"], run: async () => 0 });
    await self.wait(-1);
    return 0;
  });
  expect(heard).toEqual(["parent", "default", "ignore", "child ended"]);
});

test("a write that nobody reads ends the writer by SIGPIPE, or fails with EPIPE when that is ignored", async () => {
  await run(async (self) => {
    const attempt = async (prepare: (process: Process) => void) => {
      const { reader, writer } = createPipe();
      reader.release();
      self.spawn({
        argv: ["writer"],
        fds: new Map([[1, writer]]),
        run: async (process) => {
          prepare(process);
          return (await failure(() => process.print("x"))) === "EPIPE" ? 32 : 0;
        },
      });
      writer.release();
      return self.wait(-1);
    };
    expect(await attempt(() => {})).toMatchObject({ how: "signaled", signal: "SIGPIPE", status: 141 });
    expect(await attempt((process) => process.signals.set("SIGPIPE", "ignore"))).toMatchObject({ how: "exited", status: 32 });
    return 0;
  });
});

test("a pipe holds 64 KiB and its writer waits for the reader", async () => {
  await run(async (self) => {
    const { reader, writer } = createPipe();
    const child = self.spawn({
      argv: ["writer"],
      fds: new Map([[1, writer]]),
      run: async (process) => {
        await process.print(new Uint8Array(200_000));
        return 0;
      },
    });
    writer.release();
    await until(() => child.state === "sleeping");
    let total = 0;
    for (;;) {
      const bytes = await reader.read(1 << 20);
      if (bytes.length === 0) break;
      expect(bytes.length).toBeLessThanOrEqual(65536);
      total += bytes.length;
    }
    expect(total).toBe(200_000);
    await self.wait(-1);
    return 0;
  });
});

test("orphans belong to init, which reaps them", async () => {
  let orphan: Process | undefined;
  const { machine } = await run(async (self) => {
    orphan = self.spawn({
      argv: ["orphan"],
      run: async (process) => {
        await process.sleep(5);
        return 0;
      },
    });
    return 0;
  });
  expect(orphan?.ppid).toBe(1);
  await until(() => machine.processes().length === 1);
});

test("a user may have 256 processes; then fork says EAGAIN, and root still can", async () => {
  const { machine } = await run(async (self) => {
    const wait: Program = async (process) => {
      await process.sleep(60_000);
      return 0;
    };
    let count = 0;
    const code = await failure(() => {
      for (;;) {
        self.spawn({ argv: ["sleep"], run: wait });
        count++;
      }
    });
    expect(code).toBe("EAGAIN");
    expect(count).toBeGreaterThan(200);
    self.machine.spawn({ argv: ["root"], run: async () => 0, env: {}, cwd: "/", credentials: { uid: 0, gid: 0, groups: [] } });
    self.kill(-1, "SIGKILL");
    return 0;
  });
  await until(() => machine.processes().length === 1);
});

test("exec puts another program in the place of this one, with the same pid", async () => {
  let pid: number | undefined;
  await run(
    async (self) => {
      const child = self.spawn({
        argv: ["before"],
        run: async (process) => {
          await process.exec({ argv: ["after", "x"] });
          throw new Error("exec came back");
        },
      });
      expect(await self.wait(-1)).toMatchObject({ status: 9 });
      expect(pid).toBe(child.pid);
      return 0;
    },
    {
      after: async (self) => {
        pid = self.pid;
        return 9;
      },
    },
  );
});

test("devices behave as null(4) and full(4) say", async () => {
  await run(async (self) => {
    const { files } = self;
    expect((await files.open("/dev/null", O.RDONLY).read(10)).length).toBe(0);
    expect(await files.open("/dev/zero", O.RDONLY).read(3)).toEqual(new Uint8Array(3));
    expect((await files.open("/dev/urandom", O.RDONLY).read(16)).length).toBe(16);
    expect(await failure(() => files.open("/dev/full", O.WRONLY).write(new Uint8Array(1)))).toBe("ENOSPC");
    expect(await failure(() => files.open("/dev/tty", O.RDONLY))).toBe("ENXIO");
    return 0;
  });
});

test("a fifo joins those who open it by name", async () => {
  await run(async (self) => {
    self.files.mkfifo("queue");
    self.spawn({
      argv: ["writer"],
      run: async (process) => {
        const file = process.files.open("queue", O.WRONLY);
        process.fds.set(1, file);
        file.release();
        await process.print("through the fifo");
        return 0;
      },
    });
    const reader = self.files.open("queue", O.RDONLY);
    expect(await readAllOf(reader)).toBe("through the fifo");
    reader.release();
    await self.wait(-1);
    return 0;
  });
});

test("a copy of a machine has its files, and changes stay its own", async () => {
  const { machine, kernel } = await testWorld({ sh: async () => 0 });
  machine.files.writeFile("/tmp/x", "before");
  const before = machine.version;
  const events = kernel.events.length;
  const copy = machine.clone({ network: false });
  copy.files.writeFile("/tmp/x", "after");
  copy.spawn({ argv: ["sh"], env, cwd: "/", credentials: ann });
  await until(() => copy.processes().length === 1);
  expect(machine.files.readText("/tmp/x")).toBe("before");
  expect(machine.version).toEqual(before);
  expect(kernel.events.length).toBe(events);
  copy.destroy();
});

test("the clock jumps from timer to timer while everybody waits", async () => {
  const woken: number[] = [];
  const { machine, kernel } = await testWorld();
  const start = kernel.clock.monotonic();
  const sleeper: Program = async (self) => {
    for (let round = 0; round < 3; round++) {
      await self.sleep(600_000);
      woken.push(Math.round((kernel.clock.monotonic() - start) / 60_000));
    }
    return 0;
  };
  const process = machine.spawn({ argv: ["sleeper"], run: sleeper, env, cwd: "/", credentials: ann });
  await until(() => process.state === "sleeping");
  await kernel.clock.advance(25 * 60_000);
  expect(woken).toEqual([10, 20]);
  expect(Math.round((kernel.clock.monotonic() - start) / 60_000)).toBe(25);
  machine.destroy();
});
