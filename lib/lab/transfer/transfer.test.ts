import { describe, expect, it } from "vitest";
import { emptyRecord } from "../../progress/record.ts";
import type { SavedLab } from "../saving/saved-lab.ts";
import { planImport } from "./import-plan.ts";
import { alone } from "./stored-labs.ts";
import { packWork, readWork, unpackWork, type Work } from "./work-file.ts";

const times = { uid: 1000, gid: 1000, mtimeMs: 1, ctimeMs: 1, atimeMs: 1 };
const folder = (entries: { name: string; inode: number }[]) => ({ mode: 0o040755, ...times, entries });

function lab(change: Partial<SavedLab> = {}): SavedLab {
  return {
    format: 1,
    lesson: "a/b",
    version: "1",
    savedAtMs: 5,
    machines: [
      {
        name: "laptop",
        files: {
          format: 1,
          inodes: [folder([{ name: "note", inode: 1 }]), { mode: 0o100644, ...times, bytes: { key: "e1:1", length: 3 } }],
        },
      },
    ],
    terminals: [{ id: "t1", machine: "laptop", cwd: "/", env: {}, screen: new Uint8Array([36, 32, 255]), columns: 80, rows: 24 }],
    servers: [],
    memory: {
      passed: ["one"],
      hints: {},
      answers: { q: "a" },
      cookies: {},
      actions: [{ kind: "hint", atMs: 1, task: "one" }],
      actionCount: 1,
    },
    ...change,
  };
}

const work = (saved: SavedLab = lab(), bytes = new Map([["e1:1", new Uint8Array([0, 128, 255])]])): Work => ({
  exportedAtMs: 7,
  progress: { ...emptyRecord, lessons: { "a/b": { openedAt: 3, tasks: { one: 4 }, quizzes: {} } } },
  labs: [{ saved, bytes }],
});

/** What is said to the export when it holds this lab. */
async function refusal(saved: SavedLab, bytes?: Map<string, Uint8Array>): Promise<string> {
  const packed = await packWork(work(saved, bytes as Map<string, Uint8Array<ArrayBuffer>> | undefined));
  return unpackWork(packed).then(
    () => "taken",
    (error: unknown) => String(error),
  );
}

describe("the file of progress and labs", () => {
  it("gives back what was put in, bytes included, and is small", async () => {
    const packed = await packWork(work());
    expect(packed.size).toBeLessThan(700);
    expect(await unpackWork(packed)).toEqual(work());
  });

  it("holds of a lab what it needs as it is, and no file that was deleted before", () => {
    const [own, deleted] = [new Uint8Array(3), new Uint8Array(9)];
    const bytes = new Map([
      ["e1:1", own],
      ["e1:2", deleted],
    ]);
    const past = { nextStep: 2, done: [{ step: { id: 1, text: "rm secret" }, moment: "m" }], undone: [] };
    expect(alone(lab({ past }), bytes)).toEqual({ saved: lab({ past: undefined }), bytes: new Map([["e1:1", own]]) });
  });

  it("is refused with a reason when it is none, damaged, of another version or unfolds without end", async () => {
    const packed = await packWork(work());
    await expect(unpackWork(packed.slice(0, packed.size - 20))).rejects.toThrow("can't be unfolded");
    await expect(unpackWork(new Blob(["hello"]))).rejects.toThrow("it holds no JSON");
    expect(() => readWork('{"format":1,"lessons":{}}')).toThrow("no export of Slipway's progress and labs");
    expect(() => readWork('{"format":"slipway-work","formatVersion":9}')).toThrow("another version of Slipway (format 9");
    expect(() => readWork('{"format":"slipway-work","formatVersion":1,"exportedAtMs":1,"progress":{},"labs":[]}')).toThrow(
      "damaged: progress",
    );
    const zeros = new Blob([new Uint8Array(3_000_000)]).stream().pipeThrough(new CompressionStream("gzip"));
    await expect(unpackWork(await new Response(zeros).blob(), 1_000_000)).rejects.toThrow("unfolds to more than");
  });

  it("holds no tree that a machine can't have", async () => {
    const tree = (...inodes: SavedLab["machines"][number]["files"]["inodes"]) =>
      lab({ machines: [{ name: "laptop", files: { format: 1, inodes } }] });
    expect(await refusal(tree(folder([{ name: "..", inode: 1 }]), folder([])))).toContain('".." is no file\'s name');
    expect(await refusal(tree(folder([{ name: "a/b", inode: 1 }]), folder([])))).toContain("is no file's name");
    expect(await refusal(tree(folder([{ name: "a", inode: 7 }])))).toContain("leads nowhere");
    expect(await refusal(tree(folder([{ name: "a", inode: 1 }]), folder([{ name: "b", inode: 1 }])))).toContain("two places");
    expect(await refusal(tree(folder([]), folder([{ name: "b", inode: 2 }]), folder([{ name: "c", inode: 1 }])))).toContain(
      "inside of itself",
    );
    expect(await refusal(lab(), new Map([["e1:1", new Uint8Array(2)]]))).toContain("bytes of a file of laptop are missing");
  });

  it("asks about labs that differ, and offers the newer one", () => {
    const ours = new Map([
      ["a/b", lab({ savedAtMs: 9 })],
      ["a/c", lab({ lesson: "a/c" })],
    ]);
    const plan = planImport([lab(), lab({ lesson: "a/c" }), lab({ lesson: "a/d" }), lab({ savedAtMs: 11 })], ours);
    expect(plan.map(({ lesson, state, newer }) => [lesson, state, newer])).toEqual([
      ["a/b", "differs", "ours"],
      ["a/c", "same", "ours"],
      ["a/d", "new", "theirs"],
      ["a/b", "differs", "theirs"],
    ]);
  });
});
