import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import isomorphic from "isomorphic-git";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Machine } from "../../kernel/types.ts";
import { freshMachine, runScriptAtHome } from "../testing.ts";

let machine: Machine;
let folder: string;
beforeAll(async () => {
  machine = await freshMachine();
  folder = mkdtempSync(join(tmpdir(), "git-"));
});
afterAll(() => {
  machine.destroy();
  rmSync(folder, { recursive: true, force: true });
});

/** Copies a folder of the machine out, for programs that are not ours. */
function copyOut(path: string, to: string): void {
  for (const { name, kind } of machine.files.readdir(path)) {
    if (kind === "directory") {
      mkdirSync(join(to, name), { recursive: true });
      copyOut(`${path}/${name}`, join(to, name));
    } else if (kind === "file") {
      mkdirSync(dirname(join(to, name)), { recursive: true });
      writeFileSync(join(to, name), machine.files.readFile(`${path}/${name}`));
    }
  }
}

const SETUP = `export GIT_AUTHOR_NAME=Ann GIT_AUTHOR_EMAIL=a@b.c GIT_COMMITTER_NAME=Ann GIT_COMMITTER_EMAIL=a@b.c
git init -q -b main shop && cd shop
for i in 1 2 3 4 5; do seq 1 $((i * 40)) > numbers.txt; mkdir -p d$i; echo $i > d$i/f; git add .; git commit -q -m "Commit $i"; done
head -c 100000 /dev/urandom > random.bin; git add .; git commit -q -m Random; git tag -a v1 -m One
git switch -q -c side HEAD~2; echo side > side.txt; git add .; git commit -q -m Side; git switch -q main; git merge -q --no-edit side; sed -i s/1/one/ numbers.txt`;

it("makes repositories that other implementations of git read, loose and packed", async () => {
  expect(await runScriptAtHome(machine, SETUP)).toMatchObject({ stderr: "", exitCode: 0 });
  const log = (await runScriptAtHome(machine, "cd shop && git log --format='%H %s'")).stdout;
  for (const name of ["loose", "packed"]) {
    if (name === "packed")
      expect(await runScriptAtHome(machine, "cd shop && git gc && git count-objects")).toMatchObject({
        stdout: "0 objects, 0 kilobytes\n",
      });
    const dir = join(folder, name);
    copyOut("/home/learner/shop", dir);
    const commits = await isomorphic.log({ fs, dir });
    // It names a commit that two lines of history lead to more than once.
    expect([...new Set(commits.map(({ oid }) => oid))].sort()).toEqual(
      log
        .trim()
        .split("\n")
        .map((line) => line.slice(0, 40))
        .sort(),
    );
    const { blob } = await isomorphic.readBlob({ fs, dir, oid: commits[0]?.oid ?? "", filepath: "d3/f" });
    expect(new TextDecoder().decode(blob)).toBe("3\n");
    expect(await isomorphic.listFiles({ fs, dir })).toContain("side.txt");
    expect(await isomorphic.listTags({ fs, dir })).toEqual(["v1"]);
    // The real one, where there is one.
    if (spawnSync("git", ["--version"]).status !== 0) continue;
    for (const each of ["HEAD", "refs/heads", "objects/info", "refs/tags"])
      if (each.includes("/")) mkdirSync(join(dir, ".git", each), { recursive: true });
    const real = (...args: string[]) =>
      spawnSync("git", ["-c", "safe.directory=*", "-C", dir, ...args], { encoding: "utf8", env: { ...process.env, HOME: dir } });
    expect(real("fsck", "--strict", "--full")).toMatchObject({ status: 0, stderr: "" });
    expect(real("log", "--format=%H %s").stdout).toBe(log);
    expect(real("status", "--porcelain").stdout).toBe(" M numbers.txt\n");
  }
  expect((await runScriptAtHome(machine, "cd shop && git fsck && git log --format='%H %s'")).stdout).toBe(log);
});

it("reads what the real git has packed with deltas", async () => {
  if (spawnSync("git", ["--version"]).status !== 0) return;
  const dir = join(folder, "theirs");
  mkdirSync(dir);
  const script = `${SETUP.replace("for i in 1 2 3 4 5", "for i in 1 2 3 4 5 6 7 8")}; git repack -adfq --depth=50; git pack-refs --all; git log --format='%H %s' > ../log; git ls-files -s > ../files`;
  const made = spawnSync("bash", ["-c", script], { cwd: dir, encoding: "utf8", env: { ...process.env, HOME: dir } });
  expect(made).toMatchObject({ status: 0 });
  const copyIn = (from: string, to: string): void => {
    machine.files.mkdir(to, { recursive: true });
    for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
      if (entry.isDirectory()) copyIn(join(from, entry.name), `${to}/${entry.name}`);
      else machine.files.writeFile(`${to}/${entry.name}`, fs.readFileSync(join(from, entry.name)));
    }
  };
  copyIn(dir, "/home/learner/theirs");
  const found = await runScriptAtHome(
    machine,
    "sudo chown -R learner: ~/theirs; cd ~/theirs/shop && git log --format='%H %s' | diff - ../log && git ls-files -s | diff - ../files && git status -s && git fsck && git branch -a",
  );
  expect(found).toEqual({ stdout: " M numbers.txt\n* main\n  side\n", stderr: "", exitCode: 0 });
});
