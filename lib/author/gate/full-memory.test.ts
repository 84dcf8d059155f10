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
  memory().add("solution twice");
  memory("one/second").add("solution without step 1");
  expect(memory().has("solution twice")).toBe(true);
  expect(memory().has("solution without step 1")).toBe(false);
  expect(memory("one/first", "changed").has("solution twice")).toBe(false);
  memory().forget();
  expect(memory().has("solution twice")).toBe(false);
  expect(memory("one/second").has("solution without step 1")).toBe(true);
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
