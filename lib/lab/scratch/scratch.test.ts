import { expect, it } from "vitest";
import { testHost } from "../../kernel/testing.ts";
import { LocalLabClient } from "../local-client.ts";
import { toyLab, toys } from "../testing.ts";
import type { TaskDefinition } from "../types.ts";
import { createWorld } from "../world/create.ts";
import type { SolutionStep } from "./types.ts";

const task = (id: string, needs: string[] = []): TaskDefinition => ({
  id,
  title: id,
  needs,
  hints: [],
  checks: [{ id: "file", kind: "file", file: `~/${id}`, on: "laptop", exists: true, because: "b", next: "n" }],
});
const lab = toyLab([task("one"), task("two", ["one"])]);
const run = (command: string): SolutionStep => ({ kind: "run", command, terminal: "t1" });

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function openLab(): Promise<LocalLabClient> {
  const host = testHost();
  const client = new LocalLabClient(lab, {
    timers: host,
    createWorld: (definition, _onDownload, disks, services) =>
      createWorld(definition, { host, installed: toys, warm: false, disks, services }),
  });
  await client.start();
  return client;
}

it("does the steps of a solution beside the learner's work, and says in which files the two differ", async () => {
  const client = await openLab();
  await client.writeFile("laptop", "/home/learner/one", "mine\n");
  await client.checkNow();
  await client.writeFile("laptop", "/home/learner/two", "mine\n");
  await client.writeFile("laptop", "/home/learner/note", "only here\n");

  await client.scratch.open("two");
  expect(client.getState().scratch).toMatchObject({ task: "two", from: "task", phase: "ready", terminals: [] });
  expect((await client.scratch.compare()).files.map(({ path, solution }) => [path, solution])).toEqual([
    ["/home/learner/note", undefined],
    ["/home/learner/two", undefined],
  ]);

  const shown: string[] = [];
  await client.scratch.step(run("write two theirs"));
  const [terminal] = client.getState().scratch?.terminals ?? [];
  client.onOutput(terminal?.id ?? "", (bytes, done) => {
    shown.push(new TextDecoder().decode(bytes));
    done();
  });
  await until(async () =>
    (await client.scratch.compare()).files.some(({ path, solution }) => path.endsWith("/two") && solution !== undefined),
  );
  expect((await client.scratch.compare()).files).toEqual([
    { machine: "laptop", path: "/home/learner/note", mine: "only here\n" },
    { machine: "laptop", path: "/home/learner/two", solution: "theirs\n", mine: "mine\n" },
  ]);
  expect(shown.join("")).toContain("write two theirs");

  // A learner can type in it too; nothing of it reaches the own world, and it is no action of theirs.
  client.input(terminal?.id ?? "", "write three x\r");
  await until(async () => (await client.scratch.compare()).files.some(({ path }) => path.endsWith("/three")));
  expect((await client.readFile("laptop", "/home/learner/two")).text).toBe("mine\n");
  await expect(client.readFile("laptop", "/home/learner/three")).rejects.toThrow();
  expect(client.getState().terminals.map(({ id }) => id)).toEqual(["t1"]);

  await client.scratch.close();
  expect(client.getState().scratch).toBeUndefined();
  await expect(client.scratch.step(run("write x y"))).rejects.toThrow("no scratch copy");
  client.dispose();
});

it("begins as the lab where the start of the task is not known, and says so", async () => {
  const client = await openLab();
  await client.scratch.open("two");
  expect(client.getState().scratch).toMatchObject({ from: "lab", phase: "ready" });
  await client.scratch.step({ kind: "write", path: "~/two", text: "x\n" });
  expect((await client.scratch.compare()).files).toEqual([{ machine: "laptop", path: "/home/learner/two", solution: "x\n" }]);
  expect(client.getState().tasks.map(({ status }) => status)).toEqual(["open", "waiting"]);
  client.dispose();
});

it("throws a copy away that was left while it was being made", async () => {
  const client = await openLab();
  const opening = client.scratch.open("one");
  await client.scratch.close();
  await opening;
  expect(client.getState().scratch).toBeUndefined();
  await expect(client.scratch.compare()).rejects.toThrow("no scratch copy");
  client.dispose();
});
