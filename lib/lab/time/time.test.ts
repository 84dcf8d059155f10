import { afterEach, expect, it } from "vitest";
import { testHost, until } from "../../kernel/testing.ts";
import { LocalLabClient } from "../local-client.ts";
import { toyLab, toys } from "../testing.ts";
import type { TaskDefinition } from "../types.ts";
import { createWorld } from "../world/create.ts";

const file = (id: string, name: string, needs: readonly string[] = []): TaskDefinition => ({
  id,
  title: `make ${name}`,
  needs,
  hints: [],
  checks: [{ id: "file", kind: "file", file: `~/${name}`, on: "laptop", exists: true, because: "b", next: "n" }],
});
const lab = toyLab([file("one", "one"), file("two", "two", ["one"])]);
const host = testHost();
const clients: LocalLabClient[] = [];

async function openLab(definition = lab): Promise<LocalLabClient> {
  const client = new LocalLabClient(definition, {
    timers: host,
    createWorld: (wanted, _onDownload, disks, services) => createWorld(wanted, { host, installed: toys, warm: false, disks, services }),
  });
  clients.push(client);
  await client.start();
  return client;
}

const home = (name: string): string => `/home/learner/${name}`;
const files = async (client: LocalLabClient): Promise<string[]> =>
  (await client.listDirectory("laptop", "/home/learner")).map(({ name }) => name).sort();
const undoable = (client: LocalLabClient): string[] => (client.getState().time?.undo ?? []).map(({ text }) => text);
const atPrompt = (client: LocalLabClient, id = "t1"): boolean => client.session.terminals.get(id)?.activity === "prompt";

async function run(client: LocalLabClient, command: string): Promise<void> {
  await until(() => atPrompt(client));
  let ended = false;
  const stop = client.session.terminals.get("t1")?.onMark((mark) => {
    ended ||= mark !== "ended" && mark.kind === "command-end";
  });
  client.runCommand(command, "t1");
  await until(() => ended && atPrompt(client));
  stop?.();
}

function screenOf(client: LocalLabClient, terminal = "t1"): () => string {
  let text = "";
  client.onOutput(terminal, (bytes, done) => {
    text += new TextDecoder().decode(bytes);
    done();
  });
  return () => text;
}

afterEach(() => {
  for (const client of clients.splice(0)) void client.close();
});

it("undoes the last command, says so in its terminal, and does it again", async () => {
  const client = await openLab();
  const screen = screenOf(client);
  await run(client, "write keep here");
  await run(client, "write shop gone");
  expect(undoable(client)).toEqual(["write shop gone", "write keep here"]);
  expect(await client.undo()).toMatchObject({ title: "Undone: write shop gone" });
  expect(await files(client)).toEqual(["keep"]);
  expect(undoable(client)).toEqual(["write keep here"]);
  await until(() => atPrompt(client));
  expect(screen()).toContain("[Undone: write shop gone]");
  // What was on the screen before stays, and is not shown twice.
  expect(screen().split("$ write keep here").length).toBeLessThanOrEqual(2);
  await client.redo();
  expect(await files(client)).toEqual(["keep", "shop"]);
  expect(undoable(client)).toEqual(["write shop gone", "write keep here"]);
});

it("undoes twenty commands one after the other, and not one more", async () => {
  const client = await openLab();
  for (let index = 0; index < 22; index++) await run(client, `write f${index} x`);
  for (let index = 21; index >= 0; index--) {
    expect((await client.undo()).title).toBe(`Undone: write f${index} x`);
    expect(await files(client)).toHaveLength(index);
  }
  await expect(client.undo()).rejects.toThrow("There is nothing to undo");
});

it("goes back over several steps at once", async () => {
  const client = await openLab();
  for (const name of ["a", "b", "c"]) await run(client, `write ${name} x`);
  const step = client.getState().time?.undo[1];
  await client.undo(step?.id);
  expect(await files(client)).toEqual(["a"]);
  await client.redo();
  expect(await files(client)).toEqual(["a", "b"]);
  await client.redo();
  expect(await files(client)).toEqual(["a", "b", "c"]);
});

it("undoes what the editor and the tree of files did", async () => {
  const client = await openLab();
  await client.writeFile("laptop", home("note"), "first");
  await client.writeFile("laptop", home("note"), "second");
  await client.renameEntry("laptop", home("note"), home("other"));
  expect(undoable(client)).toEqual(["Renamed ~/note to ~/other", "Saved ~/note", "Saved ~/note"]);
  await client.undo();
  await client.undo();
  expect((await client.readFile("laptop", home("note"))).text).toBe("first");
});

it("is not kept from what matters by commands that changed nothing", async () => {
  const client = await openLab();
  await run(client, "write .bash_history begun");
  await run(client, "write shop x");
  await run(client, "cat shop");
  await run(client, "nonsense");
  // What a shell remembers of the lines that were typed is no change.
  await run(client, "write .bash_history later");
  expect(undoable(client)).toEqual(["write shop x", "write .bash_history begun"]);
});

it("brings a shell back to the folder it was in", async () => {
  const client = await openLab();
  await run(client, "cd /tmp");
  expect(undoable(client)).toEqual(["cd /tmp"]);
  await client.undo();
  await until(() => atPrompt(client));
  await run(client, "write here x");
  expect(await files(client)).toEqual(["here"]);
});

it("stops a command that is running, and undoes it", async () => {
  const client = await openLab();
  const screen = screenOf(client);
  await until(() => atPrompt(client));
  client.runCommand("serve 8000", "t1");
  await until(() => client.getState().ports.length === 1);
  await client.undo();
  expect(client.getState().ports).toEqual([]);
  await until(() => atPrompt(client));
  expect(screen()).toContain("[`serve 8000` was running; it was stopped.]");
});

it("starts again what listened before, and nothing of that can be undone in the learner's name", async () => {
  const client = await openLab();
  await until(() => atPrompt(client));
  const t2 = await client.openTerminal({ columns: 80, rows: 24 });
  const screen = screenOf(client, t2);
  client.runCommand("serve 8000", t2);
  await until(() => client.getState().ports.length === 1);
  await run(client, "write shop x");
  await client.undo();
  await until(() => client.getState().ports.length === 1);
  expect(screen()).toContain("[`serve 8000` was running then. It is started again.]");
  expect(await files(client)).toEqual([]);
  expect(undoable(client)).toEqual(["serve 8000"]);
});

it("opens tasks again that the undone command had passed", async () => {
  const client = await openLab();
  await run(client, "write one x");
  await client.checkNow();
  expect(client.getState().tasks.map(({ status }) => status)).toEqual(["passed", "open"]);
  await client.undo();
  await client.checkNow();
  expect(client.getState().tasks.map(({ status }) => status)).toEqual(["open", "waiting"]);
});

it("goes back to the start of a task, which can be undone", async () => {
  const client = await openLab();
  await run(client, "write before x");
  await run(client, "write one x");
  await client.checkNow();
  await run(client, "write two x");
  await run(client, "write three x");
  await client.checkNow();
  expect(client.getState().time?.starts.map(({ task, passed }) => ({ task, passed }))).toEqual([
    { task: "one", passed: [] },
    { task: "two", passed: ["one"] },
  ]);
  expect(client.getState().tasks.map(({ status }) => status)).toEqual(["passed", "passed"]);
  await client.backToTask("two");
  expect(await files(client)).toEqual(["before", "one"]);
  expect(client.getState().tasks.map(({ status }) => status)).toEqual(["passed", "open"]);
  await client.backToTask("one");
  expect(await files(client)).toEqual([]);
  await client.undo();
  await client.undo();
  expect(await files(client)).toEqual(["before", "one", "three", "two"]);
  expect(client.getState().tasks.map(({ status }) => status)).toEqual(["passed", "passed"]);
});

it("gives a task's start as the disks of another world, which changes nothing of this one", async () => {
  const client = await openLab();
  await run(client, "write one x");
  await client.checkNow();
  await run(client, "write two x");
  const start = client.time.startOf("two");
  if (start === undefined) throw new Error("no start");
  const disks = client.time.disksOf(start);
  const other = await createWorld(lab, { host, installed: toys, warm: false, disks, services: start.services });
  const { files: theirs } = other.machine("laptop");
  expect(theirs.readdir("/home/learner").map(({ name }) => name)).toEqual(["one"]);
  theirs.writeFile(home("one"), "changed");
  expect((await client.readFile("laptop", home("one"))).text).toBe("x\n");
  other.dispose();
});

it("does not count what was undone against rules over the history", async () => {
  const rule: TaskDefinition = {
    id: "rule",
    title: "never",
    needs: [],
    hints: [],
    checks: [
      { id: "never", kind: "never", what: { kind: "file", file: "~/secret", on: "laptop", exists: true }, because: "b", next: "n" },
      { id: "file", kind: "file", file: "~/done", on: "laptop", exists: true, because: "b", next: "n" },
    ],
  };
  const client = await openLab(toyLab([rule]));
  await run(client, "write secret x");
  await until(() => client.getState().tasks[0]?.checks[0]?.status === "fail");
  await client.undo();
  await client.checkNow();
  expect(client.getState().tasks[0]?.checks[0]?.status).toBe("pass");
});

it("does not let a machine's disk stay full of what was deleted", async () => {
  const client = await openLab();
  const { files: disk } = client.session.world.machine("laptop");
  const free = (): number => disk.statfs().freeBlocks;
  await client.writeFile("laptop", home("big"), "x".repeat(3_000_000));
  const full = free();
  await client.removeEntry("laptop", home("big"));
  expect(free()).toBeGreaterThan(full);
  await client.undo();
  expect((await client.readFile("laptop", home("big"))).size).toBe(3_000_000);
});
