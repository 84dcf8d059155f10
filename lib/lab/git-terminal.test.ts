import { afterEach, test } from "vitest";
import { machineOf, type TestLab, testLab } from "./several-machines-testing.ts";

let lab: TestLab;
afterEach(() => lab.close());

test("git talks to the terminal: colors, the pager for what is long, nano for messages", async () => {
  lab = await testLab([machineOf("laptop")]);
  const laptop = lab.open("laptop");
  await laptop.run(
    "git config --global user.name Ann; git config --global user.email ann@example.com; git config --global core.editor nano",
  );
  await laptop.run("git init -q -b main shop; cd shop; seq 1 60 > f; git add f");
  laptop.type("git commit\r");
  await laptop.sees("GNU nano");
  laptop.type("Sixty lines\x0f\r\x18");
  await laptop.sees("[main (root-commit) ");
  await laptop.sees("learner@laptop:~/shop (main)$ ");
  // What fits on the screen needs no pager.
  laptop.type("git log --oneline\r");
  await laptop.sees(") Sixty lines");
  await laptop.sees("learner@laptop:~/shop (main)$ ");
  laptop.type("git log -p\r");
  await laptop.sees("@@ -0,0 +1,60 @@");
  laptop.type("q");
  await laptop.sees("learner@laptop:~/shop (main)$ ");
  laptop.type("git checkout -q --detach; git pack-refs --all\r");
  await laptop.sees("...)$ ");
  laptop.type("git switch ma\t\r");
  await laptop.sees("Switched to branch 'main'");
});
