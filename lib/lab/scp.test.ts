import { afterEach, expect, test } from "vitest";
import { machineOf, type TestLab, testLab } from "./several-machines-testing.ts";

let lab: TestLab;
afterEach(() => lab.close());

async function twoMachines() {
  lab = await testLab([machineOf("laptop"), machineOf("web-1", { ssh: { from: ["laptop"] } })]);
  const laptop = lab.open("laptop");
  await laptop.run("ssh -o StrictHostKeyChecking=accept-new web-1 true");
  await laptop.run(
    "mkdir -p site/css; echo hello > site/index.html; echo 'p {}' > site/css/main.css; head -c 300000 /dev/urandom > site/big",
  );
  return { laptop, web: lab.machine("web-1") };
}

test("scp copies files and trees, both ways, and shows each file on a terminal", async () => {
  const { laptop, web } = await twoMachines();
  expect(await laptop.run("scp site/index.html web-1:")).toMatch(
    /index\.html +0% +0 +0\.0KB\/s +--:-- ETA.*index\.html +100% +6 +\d+\.\dKB\/s +00:00 +\n$/s,
  );
  expect(web.files.readText("/home/learner/index.html")).toBe("hello\n");
  expect(await laptop.run("scp -r site web-1:/tmp/www; echo $?")).toMatch(/\n0\n$/);
  expect(web.files.readText("/tmp/www/css/main.css")).toBe("p {}\n");
  await laptop.run("scp -r site web-1:/tmp/www");
  expect(web.files.readText("/tmp/www/site/index.html")).toBe("hello\n");
  expect(await laptop.run("scp -q web-1:/tmp/www/big back && cmp site/big back && echo same")).toBe("same\n");
  expect(await laptop.run("scp -q 'web-1:/tmp/www/*' . ; ls")).toContain("index.html");
  expect(await laptop.run("scp -qp site/big learner@web-1:kept; ssh web-1 stat -c %Y kept; stat -c %Y site/big")).toMatch(/^(\d+\n)\1$/);
});

test("what goes wrong is said as scp says it", async () => {
  const { laptop } = await twoMachines();
  const cases: [string, string, number][] = [
    ["scp nofile web-1:", 'scp: stat local "nofile": No such file or directory\n', 255],
    ["scp site web-1:", 'scp: local "site" is not a regular file\nscp: failed to upload file site to .\n', 1],
    [
      "scp site/index.html web-1:/root/",
      'scp: dest open "/root/index.html": Permission denied\nscp: failed to upload file site/index.html to /root/\n',
      1,
    ],
    [
      "scp site/index.html web-1:/nodir/x",
      'scp: dest open "/nodir/x": No such file or directory\nscp: failed to upload file site/index.html to /nodir/x\n',
      1,
    ],
    ["scp -P 2223 site/index.html web-1:", "ssh: connect to host web-1 port 2223: Connection refused\nscp: Connection closed\n", 255],
    ["scp web-1:nofile .", "scp: nofile: No such file or directory\n", 1],
  ];
  for (const [command, said, status] of cases) {
    expect(await laptop.run(command), command).toBe(said);
    expect(laptop.status, command).toBe(status);
  }
});
