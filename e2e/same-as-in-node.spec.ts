import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

/** Commands whose output must not depend on where the engine runs. Short lines: the browser's terminal may be narrow. */
const commands = [
  "env | grep -v -e COLUMNS -e LINES | sort",
  "id; hostname; uname -s; date +%Z; umask; ulimit -n",
  "python --version; python -c 'import sys; print(sys.platform, sys.byteorder, sys.maxsize)'",
  "python -c 'import django'; echo $?",
  "pip install flask | tail -n 1 | tr ' ' '\\n'",
  "pip freeze",
  // After Python was used: its library comes onto the disk with it.
  "for top in bin etc home opt srv usr var; do find /$top 2>/dev/null | sort | sha256sum; done",
  "python -c 'import os; print(sorted(os.environ))' | sha256sum",
  "python -c 'open(\"/nosuch\")' 2>&1 | tail -n 1; echo $?",
  "printf '%s\\n' b a c | sort | tee out | wc; cat out",
  "cat /etc/os-release | head -n 3; ls -ld / /etc /root | cut -c 1-10",
  // In the browser, git comes in a file of its own when it is first run.
  "git init -q r; touch r/a; git -C r add a; git -C r status -s",
  "for i in 1 2 3; do (exit $i) || echo $?; done; kill -l 15; nosuch; echo $?",
];

/** What the engine says in Node, with a PATH that holds Node and nothing else. */
function inNode(): string[] {
  const folder = mkdtempSync(join(tmpdir(), "same-"));
  try {
    symlinkSync(process.execPath, join(folder, "node"));
    const steps = JSON.stringify(commands.map((run) => ({ run, timeout: 120_000 })));
    const ran = spawnSync(
      process.execPath,
      ["--import", "tsx", "lib/author/main.ts", "run", "a-stateful-app/first-django-server", "--steps", "-", "--json"],
      { env: { PATH: folder, NODE_ENV: "test" }, input: steps, encoding: "utf8" },
    );
    expect(ran.status, ran.stderr).toBe(0);
    return (JSON.parse(ran.stdout) as { steps: { output: string }[] }).steps.map(({ output }) => output.trimEnd());
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("the same commands say the same in Node and in this browser", async ({ page }) => {
  test.setTimeout(300_000);
  const expected = inNode();
  await page.setViewportSize({ width: 1440, height: 1800 });
  const lesson = await Lesson.open(page, "/courses/a-stateful-app/first-django-server/");
  for (const [index, command] of commands.entries()) {
    const lines = (await lesson.run(command, /\n\S+\$$/, 120_000)).split("\n");
    // The echo of the command may take more lines than one: the output comes after the line that ends as the command does.
    const echo = lines.findIndex((line) => line.endsWith(command.slice(-8)));
    expect(lines.slice(echo + 1, -1).join("\n"), command).toBe(expected[index]);
  }
});
