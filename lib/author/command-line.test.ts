import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { root } from "../build/requirements.mjs";

// A PATH that holds Node and nothing else, and a home of somebody else's: nothing of the host's may be needed, or leak in.
const folder = mkdtempSync(join(tmpdir(), "command-line-"));
symlinkSync(process.execPath, join(folder, "node"));
const environment = {
  PATH: folder,
  HOME: "/nonexistent",
  SECRET_OF_THE_HOST: "leaked",
  TZ: "America/New_York",
  LANG: "de_DE.UTF-8",
  NODE_ENV: "test" as const,
};

afterAll(() => rmSync(folder, { recursive: true }));

function lab(args: readonly string[], input = ""): { status: number | null; stdout: string; stderr: string } {
  const command = ["--import", "tsx", join(root, "lib/author/main.ts"), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, env: environment, input, encoding: "utf8" });
  return { status, stdout, stderr };
}

interface Entry {
  terminal: string | null;
  output: string;
  exitCode: number | null;
  timedOut?: boolean;
}

function run(steps: readonly unknown[]): Entry[] {
  const { status, stdout, stderr } = lab(["run", "image:ubuntu", "--steps", "-", "--json"], JSON.stringify(steps));
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return (JSON.parse(stdout) as { steps: Entry[] }).steps;
}

it("gives one JSON object, an entry a step, with what the terminal showed and nothing else", () => {
  const steps = run([
    { run: "echo one; printf '\\033[31mred\\033[0m\\n' >&2; false" },
    { run: "cat > note <<END\n$HOME\nEND\ncat note" },
    { run: "if then" },
    { run: "sleep 100", timeout: 100 },
    { interrupt: true },
    { run: "cd /tmp && pwd", terminal: "second" },
    { run: "pwd", terminal: "second" },
    { write: "~/deep/er/file", text: "from the editor\n" },
    { run: "cat deep/er/file; ls -l deep/er/file | cut -d' ' -f3" },
    { run: "read -p 'name? ' name; echo \"hello $name\"", until: "name\\? $" },
    { input: "ann\n" },
  ]);
  expect(steps.map(({ output, exitCode, timedOut }) => [output, exitCode, timedOut])).toEqual([
    ["one\nred\n", 1, undefined],
    ["/home/learner\n", 0, undefined],
    ["-bash: syntax error near unexpected token `then'\n-bash: `if then'\n", 2, undefined],
    ["", null, true],
    ["", 130, undefined],
    ["/tmp\n", 0, undefined],
    ["/tmp\n", 0, undefined],
    ["", null, undefined],
    ["from the editor\nlearner\n", 0, undefined],
    ["name? ", null, undefined],
    ["hello ann\n", 0, undefined],
  ]);
  expect(steps.map((step) => step.terminal)).toEqual(["t1", "t1", "t1", "t1", "t1", "second", "second", null, "t1", "t1", "t1"]);
});

it("takes the steps of an attempt as they lie in attempts/", () => {
  const attempt = { fails: "a/b", says: "no", steps: [{ task: "a", run: "echo ready" }] };
  const { status, stdout } = lab(["run", "image:ubuntu", "--steps", "-"], JSON.stringify(attempt));
  expect({ status, stdout }).toEqual({ status: 0, stdout: "[t1] $ echo ready\nready\n" });
});

it("lets nothing of this computer into the lab", () => {
  const [env, time, passwd] = run([
    { run: "env; echo $PATH" },
    { run: "date +%Z" },
    { run: "cut -d: -f1 /etc/passwd | head -1; hostname" },
  ]);
  expect(env?.output).not.toContain("leaked");
  expect(env?.output).toContain("/usr/local/bin:/usr/bin:/bin");
  expect(time?.output).toBe("UTC\n");
  expect(passwd?.output).toBe("root\nmachine\n");
});

it("ends with 2 for bad usage, and says what is wrong", () => {
  expect(lab(["run"])).toMatchObject({ status: 2 });
  const misspelled = lab(["rnu"]);
  expect(misspelled).toMatchObject({ status: 2 });
  expect(misspelled.stderr).toBe("There is no command `rnu`. Did you mean `run`? `npm run -s lab -- help` lists them all.\n");
  expect(lab(["run", "image:ubunut"]).stderr).toContain("Did you mean `ubuntu`?");
  expect(lab(["run", "image:ubuntu", "--steps", "-"], "{")).toMatchObject({ status: 2 });
  const unknown = lab(["run", "image:ubuntu", "--steps", "-"], '[{"run": "ls"}, {"rnu": "ls"}]');
  expect(unknown).toMatchObject({ status: 2 });
  expect(unknown.stderr).toContain("standard input:1:18: `rnu`: no such key here.");
});

it("says of why and test what is wrong with what they were given", () => {
  expect(lab(["why"])).toMatchObject({ status: 2 });
  expect(lab(["why", "foundations/what-deploying-meens", "solution"]).stderr).toContain("Did you mean `foundations/what-deploying-means`?");
  const attempt = lab(["why", "foundations/what-deploying-means", "wrong-prot"]);
  expect(attempt).toMatchObject({ status: 2 });
  expect(attempt.stderr).toContain("Did you mean `wrong-port`?");
  expect(lab(["test", "--fulll"]).stderr).toContain("Did you mean `--full`?");
  expect(lab(["test", "--later"])).toMatchObject({ status: 2 });
});

it("lists every lesson with a lab", () => {
  const { status, stdout } = lab(["list", "--json"]);
  expect(status).toBe(0);
  const { lessons } = JSON.parse(stdout) as {
    lessons: { id: string; course: string; title: string; tasks: { id: string; checks: unknown[] }[] }[];
  };
  for (const lesson of lessons) {
    expect(lesson.tasks.length).toBeGreaterThan(0);
    for (const task of lesson.tasks) expect(task.checks.length).toBeGreaterThan(0);
  }
});
