import { expect, test } from "vitest";
import recording from "./linux-recording.json";
import type { MachineFiles } from "./machine-files.ts";
import { outcome } from "./test-model.ts";
import { WorldFiles } from "./world-files.ts";

function run(files: MachineFiles, call: string, path: string, first: string, second: string): unknown {
  switch (call) {
    case "write":
      return files.writeFile(path, first);
    case "append":
      return files.writeFile(path, first, { append: true });
    case "read":
      return files.readText(path);
    case "mkdir":
      return files.mkdir(path);
    case "truncate":
      return files.truncate(path, Number(first));
    case "symlink":
      return files.symlink(path, first);
    case "link":
      return files.link(path, first);
    case "unlink":
      return files.unlink(path);
    case "rmdir":
      return files.rmdir(path);
    case "rename":
      return files.rename(path, first);
    case "chmod":
      return files.chmod(path, Number.parseInt(first, 8));
    case "chown":
      return files.chown(path, Number(first), Number(second));
    default:
      throw new Error(`The recording has a call that this test does not know: ${call}`);
  }
}

function tree(files: MachineFiles, path = ""): string[] {
  const { kind, mode, uid, gid } = files.lstat(path === "" ? "/" : path);
  const what = kind === "file" ? files.readText(path) : kind === "symlink" ? files.readlink(path) : "";
  const lines = [`${path} ${kind} ${(mode & 0o7777).toString(8)} ${uid} ${gid} ${what}`];
  if (kind === "directory") for (const { name } of files.readdir(path === "" ? "/" : path)) lines.push(...tree(files, `${path}/${name}`));
  return lines;
}

test("every call ends as it did on Linux (record-linux.py), down to which of two errors is told", () => {
  for (const { steps, results, tree: left } of recording) {
    const world = new WorldFiles();
    const root = world.createTree();
    const as = (uid: number) => world.files({ root, credentials: { uid, gid: uid, groups: [] } });
    const views = new Map([0, 1000, 1001].map((uid) => [uid, as(uid)]));
    const found = steps.map((step) => {
      const [uid = "", call = "", path = "", first = "", second = ""] = step.split(" ");
      return { step, result: outcome(() => run(views.get(Number(uid)) ?? as(0), call, path, first, second)) ?? null };
    });
    expect(found).toEqual(steps.map((step, index) => ({ step, result: results[index] })));
    expect(tree(as(0)).sort()).toEqual(left);
  }
});
