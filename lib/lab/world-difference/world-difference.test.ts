import { afterAll, beforeAll, expect, it } from "vitest";
import { machineOf, type TestLab, testLab } from "../several-machines-testing.ts";
import { describeDifference, worldDifference } from "./difference.ts";
import type { Difference, WorldPicture } from "./facts.ts";
import { noiseOf } from "./noise.ts";
import { takePicture } from "./picture.ts";

let lab: TestLab;
let before: WorldPicture;

beforeAll(async () => {
  lab = await testLab([machineOf("laptop"), machineOf("web-1", { ssh: { from: ["laptop"] } })]);
  lab.machine("laptop").files.writeFile("/home/learner/old", "gone soon\n");
  lab.machine("laptop").files.writeFile("/home/learner/note", "one\n");
  for (const name of ["old", "note"]) lab.machine("laptop").files.chown(`/home/learner/${name}`, 1000, 1000);
  before = await picture();
});

afterAll(() => lab.close());

function picture(): Promise<WorldPicture> {
  const terminals = new Set([...lab.session.terminals.values()].flatMap(({ pid }) => (pid === undefined ? [] : [pid])));
  return takePicture(lab.world, { terminals });
}

async function differences(): Promise<Difference[]> {
  return worldDifference(before, await picture()).filter((difference) => noiseOf(difference) === undefined);
}

it("finds nothing where nothing was done, and looking changes nothing", async () => {
  const { version } = lab.machine("laptop");
  expect(await differences()).toEqual([]);
  expect(lab.machine("laptop").version.files).toBe(version.files);
});

it("finds files by content, mode, owner and presence, refs of git, units and processes", async () => {
  const typist = lab.open("laptop");
  await typist.run("rm old; echo two > note; chmod 600 note; ln -s note link; git init -q shop; cd shop; git config user.name a");
  await typist.run("git config user.email a@b; echo x > x; git add x; git commit -qm first; (sleep 1000 &)");
  lab.machine("web-1").files.writeFile("/etc/motd", "hello\n");
  const found = await differences();
  const lines = found.map(describeDifference);
  expect(lines).toContain("removed file laptop:/home/learner/old");
  expect(lines).toContain("changed file laptop:/home/learner/note (mode 0644 → 0600, content)");
  expect(lines).toContain("added file laptop:/home/learner/link");
  expect(lines).toContain("added file laptop:/home/learner/shop/x");
  expect(lines.some((line) => line.startsWith("added ref laptop:/home/learner/shop/.git refs/heads/"))).toBe(true);
  expect(lines).toContain("added process laptop:learner: sleep 1000");
  expect(lines.filter((line) => line.includes("web-1:/etc/motd"))).toHaveLength(1);
  expect(lines.filter((line) => line.includes(".git/"))).toEqual([]);
  const note = found.find(({ place }) => place === "/home/learner/note");
  expect(new TextDecoder().decode(note?.before?.bytes)).toBe("one\n");
  expect(new TextDecoder().decode(note?.after?.bytes)).toBe("two\n");
});
