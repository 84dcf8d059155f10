import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fillMachine } from "../../images/images.ts";
import { Kernel } from "../../kernel/kernel.ts";
import { createPipe } from "../../kernel/pipe.ts";
import { passTime, unhurriedHost } from "../../kernel/testing.ts";
import type { OpenFile } from "../../kernel/types.ts";
import { executables } from "../../programs/executables.ts";
import { shellExecutables } from "../index.ts";

interface Case {
  readonly name: string;
  readonly script: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Recorded from bash 5.2 by record.py; the .txt files say what is asked. */
const cases: readonly Case[] = ["builtins", "everyday"].flatMap((name) =>
  JSON.parse(readFileSync(new URL(`./${name}.json`, import.meta.url), "utf8")),
);

async function textOf(reader: OpenFile): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (let bytes = await reader.read(65536); bytes.length > 0; bytes = await reader.read(65536))
    text += decoder.decode(bytes, { stream: true });
  return text;
}

async function run(script: string): Promise<Omit<Case, "name" | "script">> {
  const kernel = new Kernel({
    // Scripts sleep where they wait for each other.
    host: unhurriedHost(),
    executables: new Map([...executables(), ...shellExecutables()]),
    seed: 1,
    fill: fillMachine,
  });
  try {
    const machine = await kernel.addMachine({ name: "box", image: "ubuntu" });
    machine.files.mkdir("/HOME");
    machine.files.chown("/HOME", 1000, 1000);
    const ended = new Map<number, number>();
    kernel.events.subscribe((event) => {
      if (event.kind === "process-ended") ended.set(event.pid, event.status);
    });
    const input = createPipe();
    const out = createPipe();
    const err = createPipe();
    const shell = machine.spawn({
      argv: ["bash", "-c", script],
      path: "/bin/bash",
      env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: "/HOME", USER: "learner", LANG: "C.UTF-8" },
      cwd: "/HOME",
      credentials: { uid: 1000, gid: 1000, groups: [] },
      fds: new Map([
        [0, input.reader],
        [1, out.writer],
        [2, err.writer],
      ]),
    });
    for (const file of [input.reader, input.writer, out.writer, err.writer]) file.release();
    const said = Promise.all([textOf(out.reader), textOf(err.reader)]);
    const [stdout, stderr] = await passTime(kernel.clock, said);
    while (!ended.has(shell.pid)) await new Promise((resolve) => setTimeout(resolve, 1));
    return { stdout, stderr, exitCode: ended.get(shell.pid) ?? -1 };
  } finally {
    kernel.shutdown();
  }
}

describe("what real bash said", () => {
  it.each(cases.map((each) => [each.name, each] as const))("%s", async (_name, { script, stdout, stderr, exitCode }) => {
    expect(await run(script)).toEqual({ stdout, stderr, exitCode });
  });
});
