import { afterEach, expect, test } from "vitest";
import { machineOf, type TestLab, testLab } from "./several-machines-testing.ts";

let lab: TestLab;
afterEach(() => lab.close());

async function twoMachines() {
  lab = await testLab([machineOf("laptop"), machineOf("web-1", { ssh: { from: ["laptop"] } })]);
  const laptop = lab.open("laptop");
  await laptop.run("ssh -o StrictHostKeyChecking=accept-new web-1 true");
  await laptop.run(
    "mkdir -p src/sub; echo a > src/a; echo bb > src/b; echo c > src/sub/c; ln -s a src/link; chmod 755 src/b; chmod 644 src/a src/sub/c",
  );
  return { laptop, web: lab.machine("web-1") };
}

/** The figures of the last two lines depend on how the list travels. */
const plain = (output: string) =>
  output
    .replace(/^sent [\d,]+ bytes {2}received [\d,]+ bytes {2}[\d,.]+ bytes\/sec$/m, "sent …")
    .replace(/speedup is [\d,.]+/, "speedup is …");

test("a trailing slash means the contents; what is the same is not sent again", async () => {
  const { laptop } = await twoMachines();
  expect(plain(await laptop.run("rsync -av src dst"))).toBe(`sending incremental file list
created directory dst
src/
src/a
src/b
src/link -> a
src/sub/
src/sub/c

sent …
total size is 8  speedup is …
`);
  expect(plain(await laptop.run("rsync -av src dst"))).toBe("sending incremental file list\n\nsent …\ntotal size is 8  speedup is …\n");
  expect(plain(await laptop.run("rsync -av src/ dst2"))).toBe(`sending incremental file list
created directory dst2
./
a
b
link -> a
sub/
sub/c

sent …
total size is 8  speedup is …
`);
  await laptop.run("echo changed >> src/a; touch -d 2020-01-01 src/b");
  expect((await laptop.run("rsync -avi src/ dst2")).split("\n").slice(1, 3)).toEqual([">f.st...... a", ">f..t...... b"]);
  expect(await laptop.run("diff -r src dst2 && stat -c '%a %Y' src/b dst2/b | uniq | wc -l")).toBe("1\n");
});

test("--delete removes what is too much, --exclude leaves out, -n does nothing", async () => {
  const { laptop } = await twoMachines();
  await laptop.run("rsync -a src/ dst; touch dst/extra; mkdir dst/old; touch dst/old/x");
  const dry = await laptop.run("rsync -avn --delete --exclude=sub src/ dst");
  expect(plain(dry)).toBe(`sending incremental file list
deleting old/x
deleting old/
deleting extra
./

sent …
total size is 6  speedup is … (DRY RUN)
`);
  expect(await laptop.run("ls dst")).toBe("a  b  extra  link  old  sub\n");
  await laptop.run("rsync -a --delete --exclude=sub src/ dst");
  expect(await laptop.run("ls dst")).toBe("a  b  link  sub\n");
  expect(await laptop.run("rsync src dst5")).toBe("skipping directory src\n");
});

test("over ssh it does the same, in both directions", async () => {
  const { laptop, web } = await twoMachines();
  expect(plain(await laptop.run("rsync -avz -e 'ssh -p 22' src web-1:"))).toBe(
    "sending incremental file list\nsrc/\nsrc/a\nsrc/b\nsrc/link -> a\nsrc/sub/\nsrc/sub/c\n\nsent …\ntotal size is 8  speedup is …\n",
  );
  expect(web.files.readText("/home/learner/src/sub/c")).toBe("c\n");
  expect(web.files.stat("/home/learner/src/b").mode & 0o777).toBe(0o755);
  web.files.writeFile("/home/learner/src/new", "from the server\n");
  expect(plain(await laptop.run("rsync -av learner@web-1:src/ back"))).toContain(
    "receiving incremental file list\ncreated directory back\n./\na\nb\n",
  );
  expect(await laptop.run("cat back/new")).toBe("from the server\n");
  await laptop.run("rsync -a --delete src/ web-1:src");
  expect(web.files.exists("/home/learner/src/new")).toBe(false);
});

test("what goes wrong is said as rsync says it", async () => {
  const { laptop } = await twoMachines();
  const cases: [string, RegExp, number][] = [
    [
      "rsync -a nofile dst",
      /^rsync: \[sender\] link_stat "\/home\/learner\/nofile" failed: No such file or directory \(2\)\nrsync error: some files\/attrs were not transferred \(see previous errors\) \(code 23\)/,
      23,
    ],
    [
      "rsync -a src/ /nodir/x/y",
      /^rsync: \[Receiver\] mkdir "\/nodir\/x\/y" failed: No such file or directory \(2\)\nrsync error: error in file IO \(code 11\)/,
      11,
    ],
    [
      "rsync -a -e 'ssh -p 2223' src web-1:",
      /^ssh: connect to host web-1 port 2223: Connection refused\nrsync: connection unexpectedly closed \(0 bytes received so far\) \[sender\]\nrsync error: unexplained error \(code 255\)/,
      255,
    ],
    ["rsync -a --frob src dst", /^rsync: --frob: unknown option\nrsync error: syntax or usage error \(code 1\)/, 1],
    [
      "rsync -a src/a web-1:/root/x",
      /^rsync: \[Receiver\] ERROR: cannot stat destination "\/root\/x": Permission denied \(13\)\nrsync error: errors selecting input\/output files, dirs \(code 3\)/,
      3,
    ],
  ];
  for (const [command, said, status] of cases) {
    expect(await laptop.run(command), command).toMatch(said);
    expect(laptop.status, command).toBe(status);
  }
});
