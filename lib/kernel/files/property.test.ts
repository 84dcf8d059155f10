import fc from "fast-check";
import { expect, test } from "vitest";
import type { Credentials } from "../types.ts";
import { ClientFiles } from "./client-files.ts";
import { fileCall } from "./file-calls.ts";
import type { PathFiles } from "./path-files.ts";
import { ModelFiles, outcome } from "./test-model.ts";
import { ROOT, WorldFiles } from "./world-files.ts";

const users: readonly Credentials[] = [ROOT, { uid: 1000, gid: 1000, groups: [] }, { uid: 1001, gid: 1001, groups: [] }];

const component = fc.constantFrom("a", "a", "b", "b", "c", "..");
const path = fc
  .tuple(fc.array(component, { minLength: 1, maxLength: 3, size: "small" }), fc.constantFrom("", "", "", "", "", "/"))
  .map(([parts, end]) => `/${parts.join("/")}${end}`);
const target = fc
  .tuple(fc.constantFrom("", "/"), fc.array(component, { minLength: 1, maxLength: 2 }))
  .map(([start, parts]) => start + parts.join("/"));
const text = fc.constantFrom("x", "hello", "y".repeat(700));
const mode = fc.constantFrom(0o755, 0o777, 0o777, 0o1777, 0o700, 0o555, 0o644, 0o2775, 0o000, 0o4755, 0o722);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: fc.constant("write" as const), path, text, append: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ op: fc.constant("mkdir" as const), path }) },
  fc.record({ op: fc.constant("read" as const), path }),
  fc.record({ op: fc.constant("truncate" as const), path, size: fc.constantFrom(0, 3, 900) }),
  fc.record({ op: fc.constant("symlink" as const), path, target }),
  fc.record({ op: fc.constant("link" as const), path, to: path }),
  fc.record({ op: fc.constant("unlink" as const), path }),
  fc.record({ op: fc.constant("rmdir" as const), path }),
  { weight: 3, arbitrary: fc.record({ op: fc.constant("rename" as const), path, to: path }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant("chmod" as const), path, mode }) },
  fc.record({ op: fc.constant("chown" as const), path, uid: fc.constantFrom(0, 1000, 1001), gid: fc.constantFrom(0, 1000, 1001) }),
  fc.record({ op: fc.constant("clone" as const), keep: fc.boolean() }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The calls that both the model and the real views have. */
type Calls = Pick<
  PathFiles & ClientFiles,
  "writeFile" | "readText" | "truncate" | "mkdir" | "symlink" | "link" | "unlink" | "rmdir" | "rename" | "chmod" | "chown"
>;

function run(files: Calls | ModelFiles, each: Step): unknown {
  switch (each.op) {
    case "write":
      return files.writeFile(each.path, each.text, { append: each.append });
    case "mkdir":
      return files.mkdir(each.path);
    case "read":
      return files.readText(each.path);
    case "truncate":
      return files.truncate(each.path, each.size);
    case "symlink":
      return files.symlink(each.target, each.path);
    case "link":
      return files.link(each.path, each.to);
    case "unlink":
      return files.unlink(each.path);
    case "rmdir":
      return files.rmdir(each.path);
    case "rename":
      return files.rename(each.path, each.to);
    case "chmod":
      return files.chmod(each.path, each.mode);
    case "chown":
      return files.chown(each.path, each.uid, each.gid);
    case "clone":
      return undefined;
  }
}

/** A worker's view, its calls answered in this thread. */
function client(world: WorldFiles, root: number, pid: number, credentials: Credentials): ClientFiles {
  let data = new Uint8Array(0);
  return new ClientFiles({
    shared: world.shared,
    pid,
    rootInode: root,
    credentials,
    cwd: "/",
    umask: () => 0o022,
    openInodes: new Int32Array(16),
    calls: {
      call(op, args, payload = new Uint8Array(0)) {
        const answer = fileCall(world, { pid, credentials }, op, args, payload);
        if (answer === undefined || answer instanceof Promise) throw new Error(`Operation ${op} must be answered at once.`);
        data = (answer.data ?? new Uint8Array(0)).slice();
        return answer.result;
      },
      answer: () => data,
    },
  });
}

function dump(world: WorldFiles, root: number): string[] {
  const files = world.files({ root, credentials: ROOT });
  const lines: string[] = [];
  const names = new Map<number, string>();
  const visit = (path: string) => {
    const stat = files.lstat(path === "" ? "/" : path);
    const first = names.get(stat.ino) ?? path;
    names.set(stat.ino, first);
    const what = stat.kind === "file" ? JSON.stringify(files.readText(path)) : stat.kind === "symlink" ? files.readlink(path) : "";
    lines.push([path, stat.kind, (stat.mode & 0o7777).toString(8), stat.uid, stat.gid, first, what].join(" "));
    if (stat.kind !== "directory") return;
    const entries = files.readdir(path === "" ? "/" : path);
    expect(stat.nlink).toBe(2 + entries.filter((entry) => entry.kind === "directory").length);
    for (const entry of entries) visit(`${path}/${entry.name}`);
  };
  visit("");
  return lines;
}

/** A tree with a view for each user, from inside the kernel and from a worker each. */
function views(world: WorldFiles, root: number): readonly (readonly Calls[])[] {
  return users.map((credentials, index) => [world.files({ root, credentials }), client(world, root, 100 + index, credentials)]);
}

test("whatever is done, by whomever, from the kernel or from workers, ends as in a plain model", () => {
  const actions = fc.array(fc.record({ step, user: fc.constantFrom(0, 0, 1, 1, 2), view: fc.nat(1) }), {
    minLength: 8,
    maxLength: 24,
    size: "max",
  });
  let steps = 0;
  let succeeded = 0;
  fc.assert(
    fc.property(actions, (sequence) => {
      const world = new WorldFiles();
      let root = world.createTree();
      let model = new ModelFiles();
      for (const files of [model, world.files({ root, credentials: ROOT })]) {
        for (const directory of ["/", "/a", "/a/a", "/a/b", "/a/a/b", "/b", "/b/a"]) {
          if (directory !== "/") files.mkdir(directory);
          files.chmod(directory, 0o777);
        }
        for (const file of ["/a/c", "/b/b", "/a/b/c"]) files.writeFile(file, "first");
      }
      let trees = views(world, root);
      const left: { root: number; lines: string[] }[] = [];
      for (const { step: each, user, view } of sequence) {
        steps++;
        if (each.op === "clone") {
          const copy = world.cloneTree(root);
          // Go on in the copy, or in the original: the other one must stay as it is now.
          left.push({ root: each.keep ? copy : root, lines: model.dump() });
          if (each.keep) continue;
          root = copy;
          model = model.clone();
          trees = views(world, root);
          continue;
        }
        model.user = users[user] ?? ROOT;
        const files = trees[user]?.[view];
        if (files === undefined) throw new Error("no such view");
        const real = outcome(() => run(files, each));
        expect({ step: each, user, outcome: real }).toEqual({ step: each, user, outcome: outcome(() => run(model, each)) });
        if (typeof real !== "string" || each.op === "read") succeeded++;
      }
      expect(dump(world, root)).toEqual(model.dump());
      for (const other of left) expect(dump(world, other.root)).toEqual(other.lines);
      for (const tree of new Set([root, ...left.map((other) => other.root)])) world.destroyTree(tree);
      expect(world.store.count).toBe(0);
      expect(world.store.extents.used).toBe(0);
    }),
    { numRuns: 10_000, seed: 20260101 },
  );
  expect(steps).toBeGreaterThan(10_000);
  expect(succeeded).toBeGreaterThan(steps / 8);
});
