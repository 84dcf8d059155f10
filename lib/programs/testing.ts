/** Machines for tests of programs: an image, all executables, and scripts run on it by our shell. */
import { fillMachine } from "../images/images.ts";
import { installEverything } from "../images/ubuntu.ts";
import { Kernel } from "../kernel/kernel.ts";
import { createPipe } from "../kernel/pipe.ts";
import { testHost } from "../kernel/testing.ts";
import type { Credentials, Machine, OpenFile } from "../kernel/types.ts";
import { executables } from "./executables.ts";

export interface ScriptResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** A fresh server with every program. */
export async function freshMachine(host = testHost()): Promise<Machine> {
  const kernel = new Kernel({ host, executables: executables(), fill: fillMachine, seed: 1 });
  const machine = await kernel.addMachine({ name: "web-1", image: "ubuntu" });
  installEverything(machine.files);
  return machine;
}

function collect(): { writer: OpenFile; text: Promise<string> } {
  const { reader, writer } = createPipe();
  const drain = async () => {
    const decoder = new TextDecoder();
    let all = "";
    for (let bytes = await reader.read(65536); bytes.length > 0; bytes = await reader.read(65536))
      all += decoder.decode(bytes, { stream: true });
    reader.release();
    return all + decoder.decode();
  };
  return { writer, text: drain() };
}

interface Caller {
  readonly name: string;
  readonly home: string;
  readonly path: string;
  readonly credentials: Credentials;
}

const LEARNER: Caller = {
  name: "learner",
  home: "/home/learner",
  path: "/usr/local/bin:/usr/bin:/bin",
  credentials: { uid: 1000, gid: 1000, groups: [1000] },
};
const ROOT: Caller = {
  name: "root",
  home: "/root",
  path: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  credentials: { uid: 0, gid: 0, groups: [0] },
};

/** Runs `bash -c script` as the learner in the learner's home, emptied before, with nothing to read. */
export async function runScript(machine: Machine, script: string): Promise<ScriptResult> {
  for (const entry of machine.files.readdir("/home/learner")) machine.files.removeTree(`/home/learner/${entry.name}`);
  return run(machine, script, LEARNER);
}

/** The same without emptying the home. */
export function runScriptAtHome(machine: Machine, script: string): Promise<ScriptResult> {
  return run(machine, script, LEARNER);
}

/** The same as root, in /root; nothing is emptied. Lines that begin with "$ " are said by the learner, at home. */
export async function runScriptAsRoot(machine: Machine, script: string): Promise<ScriptResult> {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const spoken = (line: string) => (line.startsWith("$ ") ? `su learner -s /bin/bash -c ${quoted(`cd; ${line.slice(2)}`)}` : line);
  return run(machine, script.split("\n").map(spoken).join("\n"), ROOT);
}

async function run(machine: Machine, script: string, caller: Caller): Promise<ScriptResult> {
  const out = collect();
  const err = collect();
  const input = createPipe();
  input.writer.release();
  let ended = (_status: number) => {};
  const exitCode = new Promise<number>((resolve) => {
    ended = resolve;
  });
  machine.spawn({
    argv: ["test"],
    env: {
      PATH: caller.path,
      HOME: caller.home,
      USER: caller.name,
      LOGNAME: caller.name,
      LANG: "C.UTF-8",
      TERM: "xterm-256color",
    },
    cwd: caller.home,
    credentials: caller.credentials,
    fds: new Map([
      [0, input.reader],
      [1, out.writer],
      [2, err.writer],
    ]),
    run: async (self) => {
      const shell = self.spawn({ argv: ["/bin/bash", "-c", script], path: "/bin/bash" });
      for (const fd of [0, 1, 2]) self.fds.close(fd);
      ended((await self.wait(shell.pid))?.status ?? -1);
      return 0;
    },
  });
  input.reader.release();
  out.writer.release();
  err.writer.release();
  const [stdout, stderr] = await Promise.all([out.text, err.text]);
  return { stdout, stderr, exitCode: await exitCode };
}
