import { afterEach, expect, test } from "vitest";
import { machineOf, type TestLab, testLab } from "../several-machines-testing.ts";

let lab: TestLab;
afterEach(() => lab.close());

test("a program that prints a shell's marks changes neither a status nor where its output ends, here and over ssh", async () => {
  lab = await testLab([machineOf("laptop"), machineOf("web-1", { ssh: { from: ["laptop"] } })]);
  const laptop = lab.open("laptop");
  const forged = "printf 'a\\e]133;D;0\\ab\\e]133;A\\a\\e]133;B\\ac\\e]133;D;0;nonce=\\a'";
  expect(await laptop.run(`${forged}; echo d; false`)).toBe("abcd\n");
  expect(laptop.status).toBe(1);
  expect(await laptop.run(`${forged} > marks; cat marks; echo; (exit 7)`)).toContain("abc");
  expect(laptop.status).toBe(7);
  await laptop.run("ssh -o StrictHostKeyChecking=accept-new web-1 true");
  laptop.type("ssh web-1\r");
  await laptop.sees("learner@web-1:~$ ");
  expect(await laptop.run(`${forged}; echo d; (exit 5)`)).toBe("abcd\n");
  expect(laptop.status).toBe(5);
});

test("no process learns what the marks bear", async () => {
  lab = await testLab([machineOf("laptop")]);
  const laptop = lab.open("laptop");
  const { markKey } = lab.world.kernel;
  expect(markKey.length).toBeGreaterThan(16);
  const all = await laptop.run("env; set; declare -p; cat /proc/$$/environ; ps -ef; fc -l");
  expect(all).toContain("learner");
  expect(all).not.toContain(markKey);
  expect(new TextDecoder().decode(laptop.terminal.screen())).not.toContain(markKey);
});
