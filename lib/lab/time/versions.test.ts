import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { testHost, until } from "../../kernel/testing.ts";
import { LocalLabClient } from "../local-client.ts";
import { LabDatabase } from "../saving/database.ts";
import { StorageKeeper } from "../saving/keeper.ts";
import { asideName } from "../saving/saved-lab.ts";
import { toyLab, toys } from "../testing.ts";
import type { LabDefinition, TaskDefinition } from "../types.ts";
import { createWorld } from "../world/create.ts";

const task = (id: string, name: string): TaskDefinition => ({
  id,
  title: `make ${name}`,
  needs: [],
  hints: [],
  checks: [{ id: "file", kind: "file", file: `~/${name}`, on: "laptop", exists: true, because: "b", next: "n" }],
});
const brought = (name: string, text: string) => ({ machine: "laptop", path: `/home/learner/${name}`, mode: 0o644, base64: btoa(text) });

const before = toyLab([task("one", "one"), task("two", "two"), task("gone", "gone")], {
  version: "1",
  files: [brought("app.txt", "first\n"), brought("same.txt", "same\n")],
});
const after = toyLab([task("one", "one"), task("two", "zwei"), task("new", "new")], {
  version: "2",
  files: [brought("app.txt", "second\n"), brought("same.txt", "same\n"), brought("extra.txt", "extra\n")],
});

const host = testHost();
const clients: LocalLabClient[] = [];

function openTab(definition: LabDefinition): LocalLabClient {
  const client = new LocalLabClient(definition, {
    timers: host,
    createWorld: (wanted, _onDownload, disks, services) => createWorld(wanted, { host, installed: toys, warm: false, disks, services }),
    keeper: new StorageKeeper({ timers: host, locks: { request: (_name, _options, held) => held({}) }, now: () => 1234 }),
  });
  clients.push(client);
  return client;
}

beforeEach(async () => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  const first = openTab(before);
  await first.start();
  for (const name of ["one", "two"]) await first.writeFile("laptop", `/home/learner/${name}`, "x");
  await first.writeFile("laptop", "/home/learner/app.txt", "mine\n");
  await until(() => first.getState().tasks.filter(({ status }) => status === "passed").length === 2);
  await first.saveNow();
  await first.close();
});

afterEach(() => {
  for (const client of clients.splice(0)) void client.close();
});

it("says what the author has changed, and touches nothing before the learner has chosen", async () => {
  const tab = openTab(after);
  await tab.start();
  expect(tab.getState().phase).toBe("outdated");
  expect(tab.getState().outdated).toEqual({
    savedAtMs: 1234,
    isKnown: true,
    tasks: [
      { title: "make zwei", change: "changed" },
      { title: "make new", change: "added" },
      { title: "make gone", change: "removed" },
    ],
    files: [
      { machine: "laptop", path: "/home/learner/app.txt", change: "changed", touched: true, yours: "mine\n", theirs: "second\n" },
      { machine: "laptop", path: "/home/learner/extra.txt", change: "added", touched: false, theirs: "extra\n" },
    ],
    machines: [],
  });
});

it("goes on with the old world, with tasks open again that ask for something else", async () => {
  const tab = openTab(after);
  await tab.start();
  await tab.start({ outdated: "keep" });
  expect(tab.getState().phase).toBe("running");
  expect((await tab.readFile("laptop", "/home/learner/app.txt")).text).toBe("mine\n");
  await tab.checkNow();
  expect(tab.getState().tasks.map(({ status }) => status)).toEqual(["passed", "open", "open"]);
  expect(
    tab
      .getState()
      .notices.map(({ text }) => text)
      .join(),
  ).toContain("“make zwei” now asks for something else and is looked at anew.");
  await tab.saveNow();
  await tab.close();
  const again = openTab(after);
  await again.start();
  expect(again.getState().phase).toBe("running");
});

it("starts afresh, and keeps the old work aside with all its bytes", async () => {
  const tab = openTab(after);
  await tab.start();
  await tab.start({ outdated: "afresh" });
  expect((await tab.readFile("laptop", "/home/learner/app.txt")).text).toBe("second\n");
  await tab.saveNow();
  const database = await LabDatabase.open();
  const aside = await database.load(asideName(after.lesson));
  const bytes = await database.bytes(asideName(after.lesson));
  expect(aside?.version).toBe("1");
  expect([...bytes.values()].map((content) => new TextDecoder().decode(content))).toContain("mine\n");
  expect((await database.load(after.lesson))?.version).toBe("2");
  database.close();
});
