/** A small world for tests of the lab: a toy shell that sets the marks of a real one, and a toy web server. */
import { DEVICE } from "../kernel/devices.ts";
import { executableBytes } from "../kernel/executable.ts";
import type { KernelMachine } from "../kernel/machine.ts";
import { testHost } from "../kernel/testing.ts";
import type { Executable, Host, Process, Program } from "../kernel/types.ts";
import { marksWith } from "../shell/marks.ts";
import type { LabDefinition, TaskDefinition } from "./types.ts";
import { createWorld, type Installed, type LabWorld } from "./world/create.ts";

/** One command of the toy shell: `write FILE TEXT`, `cat FILE`, `exit STATUS`, `serve PORT`, `sleep MS`. */
async function command(self: Process, line: string): Promise<number> {
  const [name, first = "", ...rest] = line.trim().split(" ");
  switch (name) {
    case undefined:
    case "":
      return 0;
    case "write":
      self.files.writeFile(first, `${rest.join(" ")}\n`);
      return 0;
    case "cat":
      if (!self.files.exists(first)) {
        await self.error(`cat: ${first}: No such file or directory\n`);
        return 1;
      }
      await self.print(self.files.readFile(first));
      return 0;
    case "cd":
      self.files.chdir(first);
      return 0;
    case "exit":
      return Number(first);
    case "sleep":
      await self.sleep(Number(first));
      return 0;
    case "serve": {
      const child = self.spawn({ argv: ["serve", first], processGroup: "new", foreground: true });
      return (await self.wait(child.pid))?.status ?? 1;
    }
    default:
      await self.error(`${name}: command not found\n`);
      return 127;
  }
}

const bash: Program = async (self) => {
  if (self.argv[1] === "-lc") {
    let status = 0;
    for (const line of (self.argv[2] ?? "").split(";")) status = await command(self, line);
    return status;
  }
  self.signals.set("SIGTTOU", "ignore");
  self.signals.set("SIGINT", "ignore");
  const tty = self.fds.get(0)?.tty;
  let status = 0;
  const marks = marksWith(self.machine.kernel.markKey);
  const prompt = (): Promise<void> => self.print(`${marks.promptStart}$ ${marks.promptEnd}`);
  await prompt();
  for await (const line of self.lines(0)) {
    if (line === "exit") return status;
    await self.print(marks.commandStart(line));
    await tty?.drained();
    status = await command(self, line);
    if (tty) tty.foregroundGroup = self.pgid;
    await self.print(marks.commandEnd(status));
    await prompt();
  }
  return status;
};

/** Answers every request with the request's first line; "/missing" with 404. */
const serve: Program = async (self) => {
  const listener = (self.machine as KernelMachine).network.socket();
  listener.listenerPid = self.pid;
  listener.bind("0.0.0.0", Number(self.argv[1]), self.credentials);
  self.fds.add(listener);
  listener.release();
  listener.listen(5);
  await self.print(`serving on ${self.argv[1]}\n`);
  for (;;) {
    const socket = await listener.accept(self.ended);
    const request = new TextDecoder().decode(await socket.read(65536, self.ended));
    const [line = ""] = request.split("\r\n");
    const found = line.includes("/missing") ? "404 Not Found" : "200 OK";
    const body = `<title>Toy</title><p>${request}</p>`;
    const head = `HTTP/1.1 ${found}\r\nContent-Type: text/html\r\nSet-Cookie: seen=1; Path=/\r\nContent-Length: ${body.length}\r\n\r\n`;
    await socket.write(new TextEncoder().encode(head + body));
    socket.release();
    await self.print(`${line}\n`);
  }
};

const programs: Readonly<Record<string, Program>> = { bash, serve };

export const toys: Installed = {
  executables: new Map(
    Object.entries(programs).map(([name, program]): [string, Executable] => [name, { kind: "typescript", name, load: () => program }]),
  ),
  engines: new Map(),
  fill: (machine) => {
    const { files } = machine as KernelMachine;
    for (const path of ["/bin", "/usr/bin", "/dev/pts", "/etc", "/home/learner", "/tmp"]) files.mkdir(path, { recursive: true });
    files.chown("/home/learner", 1000, 1000);
    files.mknod("/dev/null", 0o020666, DEVICE.null);
    files.writeFile("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nlearner:x:1000:1000::/home/learner:/bin/bash\n");
    files.writeFile("/etc/hosts", "127.0.0.1 localhost\n");
    for (const name of Object.keys(programs)) files.writeFile(`/bin/${name}`, executableBytes(name), { mode: 0o755 });
  },
};

export function toyLab(tasks: readonly TaskDefinition[], more: Partial<LabDefinition> = {}): LabDefinition {
  return {
    lesson: "toys/lab",
    version: "1",
    machines: [{ name: "laptop", image: "toy", user: "learner", cwd: "/home/learner" }],
    tasks,
    files: [],
    browser: { machine: "laptop", home: "http://localhost:8000/" },
    quizzes: [],
    ...more,
  };
}

export function toyWorld(lab: LabDefinition, host: Host = testHost()): Promise<LabWorld> {
  return createWorld(lab, { host, installed: toys, warm: false });
}
