import { afterAll, beforeAll, expect, it } from "vitest";
import { machineOf, type TestLab, testLab } from "../../../lab/several-machines-testing.ts";
import { worldDifference } from "../../../lab/world-difference/difference.ts";
import { takePicture } from "../../../lab/world-difference/picture.ts";
import { planOf, sampleOf } from "./plan.ts";
import { fits } from "./report.ts";
import { revert } from "./revert.ts";

let lab: TestLab;

beforeAll(async () => {
  lab = await testLab([machineOf("laptop")]);
  const { files } = lab.machine("laptop");
  files.writeFile("/home/learner/note", "one\n");
  files.writeFile("/home/learner/old", "old\n");
});

afterAll(() => lab.close());

it("takes each difference back alone, and puts it back as it was", async () => {
  const machine = lab.machine("laptop");
  const { files } = machine;
  const start = await takePicture(lab.world);
  files.writeFile("/home/learner/note", "two\n");
  files.chmod("/home/learner/note", 0o600);
  files.unlink("/home/learner/old");
  files.mkdir("/srv/site", { recursive: true });
  files.writeFile("/srv/site/index.html", "<h1>hello</h1>");
  files.symlink("/srv/site", "/srv/live");
  const solved = await takePicture(lab.world);
  const { planned } = planOf(worldDifference(start, solved));
  expect(planned.map(({ id }) => id)).toEqual([
    "file laptop:/home/learner/note content",
    "file laptop:/home/learner/note mode",
    "file laptop:/home/learner/old",
    "file laptop:/srv/live",
    "file laptop:/srv/site/index.html",
  ]);
  for (const each of planned) {
    const place = { machine, clock: lab.world.kernel.clock, startBytes: () => new Uint8Array(0) };
    const undo = await revert(each, place);
    if (each.difference.change === "added") expect(machine.files.exists(each.difference.place)).toBe(false);
    const left = planOf(worldDifference(start, await takePicture(lab.world))).planned.map(({ id }) => id);
    expect(left, each.id).not.toContain(each.id);
    await undo();
    expect(worldDifference(solved, await takePicture(lab.world)), each.id).toEqual([]);
  }
});

it("draws the same lots for the same seed, and leaves small numbers whole", () => {
  const all = Array.from({ length: 50 }, (_, index) => index);
  expect(sampleOf(all, 10, 1)).toEqual(sampleOf(all, 10, 1));
  expect(new Set(sampleOf(all, 10, 1)).size).toBe(10);
  expect(sampleOf(all, 10, 1)).not.toEqual(sampleOf(all, 10, 2));
  expect(sampleOf(all, 100, 1)).toEqual(all);
});

it("takes * in a survivor's pattern for anything, and everything else as it is written", () => {
  expect(fits("file laptop:/srv/*", "file laptop:/srv/a/b.css")).toBe(true);
  expect(fits("*.css", "file laptop:/srv/a/b.css")).toBe(true);
  expect(fits("file *:/srv/*.css", "file laptop:/srv/a/b.css")).toBe(true);
  expect(fits("file laptop:/srv", "file laptop:/srv/a")).toBe(false);
  expect(fits("file laptop:/srv/.css", "file laptop:/srv/xcss")).toBe(false);
});
