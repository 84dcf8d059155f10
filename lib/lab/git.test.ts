import { afterEach, expect, test } from "vitest";
import { Checker } from "./checks/checker.ts";
import { machineOf, type TestLab, testLab } from "./several-machines-testing.ts";
import type { GitCheck } from "./types.ts";

let lab: TestLab;
afterEach(() => lab.close());

const words = { id: "c", because: "{found}", next: "" };
const nothing = { tracked: [], untracked: [], clean: false, never: [] };

async function look(check: Partial<GitCheck> & { repository: string; on: string }): Promise<string> {
  const checks = [{ ...words, kind: "git" as const, ...nothing, ...check }];
  const verdict = (await new Checker(lab.world, () => undefined).look({ id: "t", title: "", needs: [], checks, hints: [] })).get("c");
  return `${verdict?.status}: ${verdict?.found}`;
}

const HOOK = `#!/bin/sh
echo "Deploying to $(hostname)"
git --work-tree=/home/learner/live checkout -f main
`;

test("a push over ssh deploys: the hook on the server runs, what it says comes back, and a clone gets everything", async () => {
  lab = await testLab([machineOf("laptop"), machineOf("web-1", { ssh: { from: ["laptop"] } })]);
  const laptop = lab.open("laptop");
  const web = lab.open("web-1");
  await web.run("git init -q --bare -b main shop.git; mkdir live");
  lab.machine("web-1").files.writeFile("/home/learner/shop.git/hooks/post-receive", HOOK);
  await web.run("sudo chown learner shop.git/hooks/post-receive; chmod +x shop.git/hooks/post-receive");
  await laptop.run(
    "git config --global user.name Ann; git config --global user.email ann@example.com; git config --global init.defaultBranch main",
  );
  await laptop.run("ssh -o StrictHostKeyChecking=accept-new web-1 true");
  await laptop.run(
    "git init -q shop; cd shop; echo 'print(1)' > app.py; git add .; git commit -qm 'First app'; git remote add origin web-1:shop.git",
  );
  const pushed = await laptop.run("git push -u origin main 2>&1");
  expect(pushed).toMatch(/remote: Deploying to web-1/);
  expect(pushed).toMatch(/To web-1:shop\.git\n \* \[new branch\] {6}main -> main\n/);
  expect(pushed).toContain("branch 'main' set up to track 'origin/main'.");
  expect(lab.machine("web-1").files.readText("/home/learner/live/app.py")).toBe("print(1)\n");
  await laptop.run("cd; git clone ssh://learner@web-1/home/learner/shop.git two 2>&1; cd two");
  expect(await laptop.run("git log --oneline --decorate | sed 's/^[0-9a-f]* //'")).toBe(
    "(HEAD -> main, origin/main, origin/HEAD) First app\n",
  );
  await laptop.run("echo 'print(2)' > app.py; git commit -qam 'Second'; git push -q; cd ../shop");
  expect(await laptop.run("git pull 2>&1")).toMatch(/Updating [0-9a-f]{7}\.\.[0-9a-f]{7}\nFast-forward\n app\.py \| 2 \+-\n/);
  expect(await laptop.run("git clone web-1:nope.git three; echo $?")).toMatch(
    /Cloning into 'three'\.\.\.\nfatal: 'nope\.git' does not appear to be a git repository\nfatal: Could not read from remote repository\.[\s\S]*\n128\n$/,
  );

  const on = { on: "web-1", repository: "~/shop.git" };
  expect(
    await look({ ...on, branch: "main", message: { contains: ["Second"] }, commits: { min: 2, max: 2 }, tracked: ["app.py"] }),
  ).toMatch(/^pass: [0-9a-f]{7} “Second”$/);
  expect(await look({ ...on, file: { path: "app.py", text: { contains: ["print(2)"] } } })).toMatch(/^pass/);
  expect(await look({ ...on, branch: "dev" })).toBe("fail: no commit on dev");
  expect(await look({ ...on, message: { contains: ["Third"] } })).toBe("fail: messages “Second”, “First app”");
  expect(await look({ ...on, never: ["print(1)"] })).toMatch(/^fail: it is in app\.py of [0-9a-f]{7}$/);
  expect(await look({ ...on, never: ["SECRET"], untracked: [".env"] })).toMatch(/^pass/);
  expect(await look({ ...on, untracked: ["app.py"] })).toBe("fail: app.py is in it");
  expect(await look({ ...on, tag: "v1" })).toBe("fail: no tag v1 in ~/shop.git");
  const own = { on: "laptop", repository: "~/shop" };
  expect(await look({ ...own, clean: true })).toMatch(/^pass/);
  await laptop.run("touch new.txt");
  const before = lab.machine("laptop").version.files;
  expect(await look({ ...own, clean: true })).toBe("fail: new.txt is not tracked");
  expect(lab.machine("laptop").version.files).toBe(before);
  expect(await look({ ...own, repository: "~/nope" })).toBe("fail: none in ~/nope");
});
