/** Names of files that hold escape sequences: what is expected is recorded from bash 5.2, coreutils 9.1 and readline 8.2 in C.UTF-8. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { machineOf, type TestLab, type Typist, testLab } from "./several-machines-testing.ts";

let lab: TestLab;
let laptop: Typist;
/** What was sent to the terminal, as it was. */
let raw = "";
beforeAll(async () => {
  lab = await testLab([machineOf("laptop")]);
  laptop = lab.open("laptop");
  laptop.terminal.onOutput((bytes, done) => {
    raw += new TextDecoder().decode(bytes);
    done();
  });
  await laptop.run("mkdir names; cd names; mkdir $'a\\e]0;p\\a\\n\\x7f é'; touch $'b\\e[31m'");
});
afterAll(() => lab.close());

test.each([
  [
    "cat 'x y' \"it's\" 'a*' 'a\"b' '' é $'x\\ty'",
    ["'x y'", '"it\'s"', "'a*'", "'a\"b'", "''", "é", "'x'$'\\t''y'"].map((name) => `cat: ${name}`),
  ],
  ["cat $'nox\\e[31m'", ["cat: 'nox'$'\\033''[31m'"]],
  ["wc x: 'a;b' 'a{}' 'a=b' a@ ,a | tail -n 0", ["'x:'", "'a;b'", "a{}", "'a=b'", "a@", ",a"].map((name) => `wc: ${name}`)],
  ["rm $'n\\e\\x01\\n1' x~ \"i'\\$\"", ["'n'$'\\033\\001\\n''1'", "'x~'", "'i'\\''$'"].map((name) => `rm: cannot remove ${name}`)],
  ["sort $'nox\\e'", ["sort: cannot read: 'nox'$'\\033'"]],
  ["ls $'nox\\e'", ["ls: cannot access 'nox'$'\\033'"]],
  ["mkdir $'no\\\\x/\\e[31m\\tq\\x01'", ["mkdir: cannot create directory ‘no\\\\x/\\033[31m\\tq\\001’"]],
  ["cd $'nox\\e'", ["-bash: cd: $'nox\\E'"]],
  ["pushd $'nox\\e'", ["-bash: pushd: $'nox\\E'"]],
])("%s says the name so that it commands nothing", async (command, said) => {
  const lines = said.map((line) => `${line}: No such file or directory\n`);
  // cut where the output starts: the prompt has colors.
  expect(await laptop.run(command)).toBe(lines.join(""));
});

test("a command that is not found is named in quotes that show what it holds", async () => {
  expect(await laptop.run("$'nox\\e\\n'")).toBe("-bash: $'nox\\E\\n': command not found\n");
});

test("ls quotes on a terminal, and is plain in a pipe", async () => {
  expect(await laptop.run("ls -1")).toBe("'a'$'\\033'']0;p'$'\\a\\n\\177'' é'\n'b'$'\\033''[31m'\n");
  expect(await laptop.run("ls | od -An -c | head -n 1")).toContain("a 033   ]   0   ;   p  \\a  \\n 177");
});

test("rm -i and stat name it in quotes", async () => {
  expect(await laptop.run("yes n | rm -i b*; echo; stat -c %N b*")).toBe(
    "rm: remove regular empty file 'b'$'\\033''[31m'? \n'b'$'\\033''[31m'\n",
  );
});

test("the prompt shows a folder's control characters, and so does the list of what a word can be completed to", async () => {
  raw = "";
  await laptop.run("cd a*");
  expect(raw).toContain("~/names/a^[]0;p^G^J^? é");
  expect(raw).not.toContain("\x1b]0;p");
  await laptop.run("cd ..");
  raw = "";
  laptop.type("cat \t\t");
  await laptop.sees("b^[[31m");
  expect(raw).toContain("a^[]0;p^G^J^? é/");
  expect(raw).not.toContain("\x1b[31m");
  expect(raw).not.toContain("\x1b]0;p");
  laptop.type("\x03");
});
