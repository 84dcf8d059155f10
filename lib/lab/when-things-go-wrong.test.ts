/** What a learner's mistakes, or a hostile program, on one machine must not do to another, nor to grading. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { machineOf, type TestLab, type Typist, testLab } from "./several-machines-testing.ts";

let lab: TestLab;
let laptop: Typist;
beforeEach(async () => {
  lab = await testLab([machineOf("laptop"), machineOf("web-1", { ssh: { from: ["laptop"] } })]);
  laptop = lab.open("laptop");
  await laptop.run("ssh -o StrictHostKeyChecking=accept-new web-1 true");
});
afterEach(() => lab.close());

/** The laptop is used while the server is busy: a pipeline, the disk, the network. */
async function laptopWorks(): Promise<void> {
  expect(await laptop.run("seq 1000 | tail -n 1; echo text > file && cat file && rm file")).toBe("1000\ntext\n");
}

const busy: [string, string][] = [
  ["a loop that does nothing", "while :; do :; done"],
  ["many such loops", "for i in {1..50}; do while :; do :; done & done; wait"],
  ["a function that calls itself in subshells", "f() { ( f; ); while :; do :; done; }; f 2>/dev/null"],
  ["a pipeline that never ends", "yes | cat | cat > /dev/null"],
  ["a server's log that grows", "yes '10.0.0.10 - - \"GET / HTTP/1.1\" 200 -' > access.log; while :; do :; done"],
];

test.each(busy)("%s on the server: the laptop works, and Ctrl-C over ssh ends it", async (_name, command) => {
  const remote = lab.open("laptop");
  await remote.terminal.atPrompt();
  remote.type("ssh web-1\r");
  await remote.sees("learner@web-1:~$ ");
  remote.type(`echo begin$((1 + 1)); ${command}\r`);
  await remote.sees("begin2\n");
  await laptopWorks();
  await laptopWorks();
  remote.type("\x03");
  await remote.sees("learner@web-1:~$ ");
  // A second Ctrl-C and a kill of what is in the background, as in life.
  expect(await remote.run("kill $(jobs -p) 2>/dev/null; wait 2>/dev/null; echo answers")).toContain("answers\n");
});

test("a fork bomb on the server takes the server's processes only: ssh to it fails as in life, and once it is over all is as before", async () => {
  const web = lab.machine("web-1");
  const root = lab.open("laptop");
  await root.terminal.atPrompt();
  root.type("ssh web-1\r");
  await root.sees("learner@web-1:~$ ");
  root.type("bash -c ':(){ :|:& };:; wait'; echo over\r");
  await root.sees("fork: Resource temporarily unavailable");
  expect(web.processes().length).toBeGreaterThan(100);
  expect(await laptop.run("for i in {1..50}; do /bin/echo $i | cat; done | tail -n 1; ulimit -u")).toBe("50\n256\n");
  // It has room for the new shell, or it has not: both are what Linux does.
  expect(["0", "254", "255"]).toContain((await laptop.run("ssh web-1 /bin/true 2>/dev/null; echo $?")).trim());
  root.type("\x03");
  await root.sees("learner@web-1:~$ ");
  await root.run("while pkill -9 -u learner -x bash -n 2>/dev/null && [ $(pgrep -cu learner) -gt 3 ]; do :; done");
});

test("a full disk on the server is the server's: the laptop can write, and the bytes come back with rm", async () => {
  const full = await laptop.run("ssh web-1 'yes > big; echo $?; echo more > small; echo $?; rm big; echo again > small && cat small'");
  expect(full).toContain("yes: standard output: No space left on device\n1\n");
  expect(full).toMatch(/again\n$/);
  await laptop.run("ssh web-1 'head -c 1G /dev/zero > big' 2>/dev/null");
  expect(await laptop.run("head -c 30M /dev/zero > mine; wc -c < mine; rm mine")).toBe("31457280\n");
});

test("a shell that opens files without end is told so in bash's words, and goes on", async () => {
  const open = "while exec {fd}</dev/null; do :; done";
  const after = "cat /dev/null; echo $?; echo hi | cat; : </dev/null; echo $?; echo $(echo x); read l < /etc/hostname; echo $l";
  const said = (name: string) =>
    `${name}: redirection error: cannot duplicate fd: Too many open files\n${name}: /dev/null: Too many open files\n`;
  expect(await laptop.run(`bash -c '${open}; ${after}'`)).toBe(`${said("bash: line 1")}0\nhi\n0\nx\nlaptop\n`);
  expect(await laptop.run(open)).toBe(said("-bash"));
  expect(await laptop.run("ulimit -n; echo still here")).toBe("1024\nstill here\n");
});
