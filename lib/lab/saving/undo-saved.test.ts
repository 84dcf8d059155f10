import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { openDB } from "idb";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { testHost, until } from "../../kernel/testing.ts";
import { attemptOf } from "../attempt/attempt.ts";
import { Replay } from "../attempt/replay.ts";
import { LocalLabClient } from "../local-client.ts";
import { toyLab, toys } from "../testing.ts";
import { createWorld, type SavedDisk } from "../world/create.ts";
import { SEED } from "../world/seed.ts";
import { LabDatabase } from "./database.ts";
import { StorageKeeper } from "./keeper.ts";
import { MOST_MOMENTS, planSteps } from "./kept-steps.ts";
import { browserLocks } from "./testing.ts";

const lab = toyLab([
  {
    id: "note",
    title: "note",
    needs: [],
    hints: [],
    checks: [{ id: "file", kind: "file", file: "~/note", on: "laptop", exists: true, because: "b", next: "n" }],
  },
]);
const host = testHost();
const clients: LocalLabClient[] = [];
let locks = browserLocks();

const worldOf = (definition: typeof lab) => (_lab: unknown, _onDownload: unknown, disks?: readonly SavedDisk[], services?: never) =>
  createWorld(definition, { host, installed: toys, warm: false, disks, services });

async function openTab(definition = lab): Promise<LocalLabClient> {
  const keeper = new StorageKeeper({ timers: host, locks, now: () => 1234 });
  const client = new LocalLabClient(definition, { timers: host, createWorld: worldOf(definition), keeper });
  clients.push(client);
  await client.start();
  return client;
}

/** The tab is loaded again. */
async function reloaded(client: LocalLabClient, definition = lab): Promise<LocalLabClient> {
  await client.saveNow();
  await client.close();
  return openTab(definition);
}

const home = (name: string): string => `/home/learner/${name}`;
const write = (client: LocalLabClient, name: string, text = "x") => client.writeFile("laptop", home(name), text);
const files = async (client: LocalLabClient) => (await client.listDirectory("laptop", "/home/learner")).map(({ name }) => name).sort();
const undoable = (client: LocalLabClient) => (client.getState().time?.undo ?? []).map(({ text }) => text);
const atPrompt = (client: LocalLabClient) => client.session.terminals.get("t1")?.activity === "prompt";

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

/** How many entries a part of the storage has. */
async function stored(part: "moments" | "disks" | "needs" | "bytes"): Promise<number> {
  const database = await openDB("slipway-labs");
  const count = await database.count(part);
  database.close();
  return count;
}

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  locks = browserLocks();
});

afterEach(() => {
  vi.restoreAllMocks();
  for (const client of clients.splice(0)) void client.close();
});

it("undoes what was done before the page was loaded again, and does it again, across one more load", async () => {
  const first = await openTab();
  await write(first, "shop", "open");
  await run(first, "write note hello");
  await until(() => first.getState().tasks[0]?.status === "passed");
  await first.removeEntry("laptop", home("shop"));

  const second = await reloaded(first);
  expect(undoable(second)).toEqual(["Deleted ~/shop", "write note hello", "Saved ~/shop"]);
  expect(await second.undo()).toMatchObject({ title: "Undone: Deleted ~/shop" });
  expect((await second.readFile("laptop", home("shop"))).text).toBe("open");
  await second.undo();
  expect(await files(second)).toEqual(["shop"]);
  await second.checkNow();
  expect(second.getState().tasks[0]?.status).toBe("open");

  const third = await reloaded(second);
  expect(undoable(third)).toEqual(["Saved ~/shop"]);
  expect(third.getState().time?.redo.map(({ text }) => text)).toEqual(["write note hello", "Deleted ~/shop"]);
  await third.redo();
  await third.redo();
  expect(await files(third)).toEqual(["note"]);
  await third.checkNow();
  expect(third.getState().tasks[0]?.status).toBe("passed");
  await third.undo(third.getState().time?.undo.at(-1)?.id);
  expect(await files(third)).toEqual([]);
});

it("starts again what listened before the undone command, and counts on where it was", async () => {
  const first = await openTab();
  await until(() => atPrompt(first));
  const t2 = await first.openTerminal({ columns: 80, rows: 24 });
  first.runCommand("serve 8000", t2);
  await until(() => first.getState().ports.length === 1);
  await run(first, "write shop x");
  const second = await reloaded(first);
  await until(() => second.getState().ports.length === 1);
  await second.undo();
  await until(() => second.getState().ports.length === 1);
  expect(await files(second)).toEqual([]);
  expect(undoable(second)).toEqual(["serve 8000"]);
  await run(second, "write other x");
  const ids = second.getState().time?.undo.map(({ id }) => id) ?? [];
  expect(new Set(ids).size).toBe(2);
  expect(Math.max(...ids)).toBe(ids[0]);
});

it("keeps the latest steps, says how many, and what they share once", async () => {
  const first = await openTab();
  for (let index = 0; index < MOST_MOMENTS + 3; index++) await write(first, `f${index}`, `${index}`);
  await first.saveNow();
  expect(first.getState().time?.lasting).toEqual({ onlyLatest: MOST_MOMENTS, isFull: false });
  expect(await stored("moments")).toBe(MOST_MOMENTS);
  expect(await stored("disks")).toBe(MOST_MOMENTS);
  expect(await stored("needs")).toBe(MOST_MOMENTS);
  const bytes = await stored("bytes");
  await write(first, "one-more", "x");
  await first.saveNow();
  expect(await stored("moments")).toBe(MOST_MOMENTS);
  expect(await stored("bytes")).toBe(bytes + 1);

  const second = await reloaded(first);
  expect(undoable(second)).toHaveLength(MOST_MOMENTS);
  await second.undo(second.getState().time?.undo.at(-1)?.id);
  expect(await files(second)).toEqual(["f0", "f1", "f2", "f3"]);
  await second.reset();
  expect(await stored("moments")).toBe(0);
  await second.saveNow();
  expect(await stored("disks")).toBe(0);
});

it("lets go of the bytes of files that nothing leads back to", async () => {
  const first = await openTab();
  await write(first, "big", "x".repeat(50_000));
  await first.removeEntry("laptop", home("big"));
  await first.saveNow();
  const withBig = await stored("bytes");
  for (let index = 0; index < MOST_MOMENTS; index++) await write(first, "small", `${index}`);
  await first.saveNow();
  expect(await stored("moments")).toBe(MOST_MOMENTS);
  // Those of `small`, one a moment but the first, and one of the lab; `big` is gone.
  expect(await stored("bytes")).toBe(withBig - 1 + MOST_MOMENTS);
});

it("keeps fewer steps where they are large", async () => {
  const client = await openTab();
  for (const letter of "abc") await write(client, "big", letter.repeat(100_000));
  const { time } = client;
  const plan = (mostBytes: number) =>
    planSteps(time, { moments: new Map(), disks: new Map() }, { most: 20, free: new Set(), isStored: () => false, mostBytes });
  expect(plan(10_000_000)).toMatchObject({ saved: 3, undoable: 3 });
  expect(plan(180_000)).toMatchObject({ saved: 1, undoable: 3 });
  expect(plan(100)).toMatchObject({ saved: 0, undoable: 3 });
  expect(plan(100).moments).toEqual([]);
});

it("forgets the oldest steps when the storage is full, says so, and saves the work", async () => {
  const full = (): DOMException => new DOMException("full", "QuotaExceededError");
  let room = 2;
  const save = LabDatabase.prototype.save;
  vi.spyOn(LabDatabase.prototype, "save").mockImplementation(function (this: LabDatabase, change) {
    const there = change.saved.past;
    return (there?.done.length ?? 0) > room ? Promise.reject(full()) : save.call(this, change);
  });
  const first = await openTab();
  for (const name of ["a", "b", "c", "d", "e"]) await write(first, name);
  await first.saveNow();
  await until(() => first.getState().saving.state === "saved");
  expect(first.getState().time?.lasting).toEqual({ onlyLatest: 2, isFull: true });
  expect(first.getState().notices.map(({ text }) => text)).toEqual([expect.stringContaining("only the latest 2 steps can be undone once")]);
  expect(undoable(first)).toHaveLength(5);
  await write(first, "f");
  await first.saveNow();
  // It is said once.
  expect(first.getState().notices).toHaveLength(1);

  const second = await reloaded(first);
  expect(await files(second)).toEqual(["a", "b", "c", "d", "e", "f"]);
  expect(undoable(second)).toEqual(["Saved ~/f", "Saved ~/e"]);
  await second.undo();
  await second.undo();
  expect(await files(second)).toEqual(["a", "b", "c", "d"]);

  room = -1;
  await write(second, "g");
  await expect(second.saveNow()).rejects.toThrow("full");
  expect(second.getState().saving).toMatchObject({ state: "off", reason: expect.stringContaining("storage for this site is full") });
  expect(second.getState().time?.lasting).toBeUndefined();
  // What was saved before is there.
  room = 20;
  await second.close();
  expect(await files(await openTab())).toEqual(["a", "b", "c", "d", "g"]);
});

it("takes what can be undone in other labs first, but not of one that is open in a tab", async () => {
  const labOf = (lesson: string) => ({ ...lab, lesson });
  const closed = await openTab(labOf("tests/closed"));
  await write(closed, "a");
  await closed.saveNow();
  await closed.close();
  const open = await openTab(labOf("tests/open"));
  await write(open, "a");
  await open.saveNow();

  const save = LabDatabase.prototype.save;
  let refusals = 1;
  vi.spyOn(LabDatabase.prototype, "save").mockImplementation(function (this: LabDatabase, change) {
    if (change.saved.lesson !== lab.lesson || refusals-- <= 0) return save.call(this, change);
    return Promise.reject(new DOMException("full", "QuotaExceededError"));
  });
  const own = await openTab();
  await write(own, "a");
  await own.saveNow();
  expect(own.getState().time?.lasting).toEqual({ isFull: false });
  expect(undoable(await reloaded(own))).toEqual(["Saved ~/a"]);
  expect(undoable(await reloaded(open, labOf("tests/open")))).toEqual(["Saved ~/a"]);
  const back = await openTab(labOf("tests/closed"));
  expect(undoable(back)).toEqual([]);
  expect(await files(back)).toEqual(["a"]);
});

it("opens what was saved before steps were saved, too", async () => {
  const first = await openTab();
  await write(first, "a");
  await first.saveNow();
  await first.close();
  const now = await openDB("slipway-labs");
  const [saved, keys, values] = await Promise.all([now.get("labs", lab.lesson), now.getAllKeys("bytes"), now.getAll("bytes")]);
  now.close();
  vi.stubGlobal("indexedDB", new IDBFactory());
  const old = await openDB("slipway-labs", 2, {
    upgrade: (database) => {
      for (const store of ["labs", "bytes", "starts"]) database.createObjectStore(store);
    },
  });
  await old.put("labs", { ...saved, past: undefined }, lab.lesson);
  for (const [index, key] of keys.entries()) await old.put("bytes", values[index], key);
  old.close();

  const second = await openTab();
  expect(await files(second)).toEqual(["a"]);
  expect(undoable(second)).toEqual([]);
  await write(second, "b");
  expect(undoable(await reloaded(second))).toEqual(["Saved ~/b"]);
});

it("says what can't be read any more, and changes nothing", async () => {
  const first = await openTab();
  await write(first, "a");
  const second = await reloaded(first);
  vi.spyOn(LabDatabase.prototype, "bytes").mockRejectedValue(new DOMException("The connection was closed.", "InvalidStateError"));
  vi.spyOn(LabDatabase.prototype, "moment").mockRejectedValue(new DOMException("The connection was closed.", "InvalidStateError"));
  await expect(second.undo()).rejects.toThrow("can't be read from this browser's storage any more, so nothing was changed");
  expect(second.getState().notices.at(-1)?.text).toContain("The connection was closed.");
  expect(await files(second)).toEqual(["a"]);
  expect(second.getState().time?.busy).toBe(false);
});

it("does an attempt again in which something from before the page was loaded again was undone", async () => {
  const first = await openTab();
  await run(first, "write note hello");
  await until(() => first.getState().tasks[0]?.status === "passed");
  await run(first, "write gone x");
  const second = await reloaded(first);
  await until(() => atPrompt(second));
  await second.undo(second.getState().time?.undo.at(-1)?.id);
  await second.checkNow();
  await run(second, "write other x");
  await second.checkNow();
  const attempt = attemptOf(lab, second.session.remember(), SEED);
  expect(attempt.actions.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["restored", "undo"]));
  const clock = {
    monotonic: host.monotonic,
    after: (milliseconds: number, callback: () => void) => host.setTimeout(callback, milliseconds),
  };
  const again = await new Replay({
    lab,
    attempt,
    clock,
    createWorld: (disks, services) => createWorld(lab, { host, installed: toys, warm: false, disks, services }),
    onEnding: async (session) => {
      const names = session.world
        .machine("laptop")
        .files.readdir("/home/learner")
        .map(({ name }) => name);
      expect(names).toEqual(["other"]);
    },
  }).run();
  expect(again).toMatchObject({ missed: [], disagreements: [], checks: [{ status: "fail" }] });
});
