import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { MutationReport } from "../engine/mutations/report.ts";
import { FullMemory } from "./full-memory.ts";

let folder = "";
const memory = (lesson = "one/first", key = "as it is") => new FullMemory(join(folder, "content"), lesson, key);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "memory-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

const report: MutationReport = {
  differences: 3,
  noise: {},
  candidates: 3,
  notes: [],
  mutations: [
    { id: "file laptop:/srv/a", what: "added file laptop:/srv/a", outcome: "caught", by: "copy/there" },
    { id: "file laptop:/srv/b", what: "added file laptop:/srv/b", outcome: "survived" },
    { id: "file laptop:/tmp/c", what: "added file laptop:/tmp/c", outcome: "excused", by: "file laptop:/tmp/*" },
  ],
};

it("knows in another process what has held, of this lesson as it is", () => {
  memory().add("solution twice", 12);
  memory("one/second").add("solution without step 1", 3);
  expect(memory().get("solution twice")).toBe(12);
  expect(memory().get("solution without step 1")).toBeUndefined();
  expect(memory("one/first", "changed").get("solution twice")).toBeUndefined();
  memory().forget();
  expect(memory().get("solution twice")).toBeUndefined();
  expect(memory("one/second").get("solution without step 1")).toBe(3);
});

it("excuses what an author has given a reason for since, without trying it again", () => {
  memory().addMutations(report, ["file laptop:/tmp/*"]);
  const outcomes = memory()
    .mutations(["file laptop:/tmp/*", "file laptop:/srv/b"])
    ?.mutations.map(({ outcome }) => outcome);
  expect(outcomes).toEqual(["caught", "excused", "excused"]);
});

it("tries again when a reason has gone: what it excused was never tried", () => {
  memory().addMutations(report, ["file laptop:/tmp/*"]);
  expect(memory().mutations(["file laptop:/srv/b"])).toBeUndefined();
  expect(memory("one/first", "changed").mutations(["file laptop:/tmp/*"])).toBeUndefined();
});
