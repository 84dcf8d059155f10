import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { testHost, until } from "../../kernel/testing.ts";
import { LocalLabClient } from "../local-client.ts";
import { signedHeaders } from "../services/buckets/signing-testing.ts";
import { toyLab, toys } from "../testing.ts";
import type { LabDefinition } from "../types.ts";
import { createWorld, type LabWorld } from "../world/create.ts";
import { StorageKeeper } from "./keeper.ts";
import { browserLocks } from "./testing.ts";

const lab = toyLab([
  {
    id: "note",
    title: "note",
    needs: [],
    hints: [],
    checks: [
      { id: "file", kind: "file", file: "~/note", on: "laptop", exists: true, text: { contains: ["hello"] }, because: "b", next: "n" },
    ],
  },
]);

const host = testHost();
const clients: LocalLabClient[] = [];
let locks = browserLocks();

function openTab(definition: LabDefinition = lab): LocalLabClient {
  const client = new LocalLabClient(definition, {
    timers: host,
    createWorld: (wanted, _onDownload, disks, services) => createWorld(wanted, { host, installed: toys, warm: false, disks, services }),
    keeper: new StorageKeeper({ timers: host, locks, now: () => 1234 }),
  });
  clients.push(client);
  return client;
}

function screenOf(client: LocalLabClient, terminal: string): () => string {
  let text = "";
  client.onOutput(terminal, (bytes, done) => {
    text += new TextDecoder().decode(bytes);
    done();
  });
  return () => text;
}

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  locks = browserLocks();
});

afterEach(() => {
  for (const client of clients.splice(0)) void client.close();
});

it("brings back files, finished tasks, terminals and servers", async () => {
  const first = openTab();
  await first.start();
  first.runCommand("write note hello there");
  await until(() => first.getState().tasks[0]?.status === "passed");
  await first.openTerminal({ columns: 100, rows: 30 });
  first.runCommand("serve 8000", "t2");
  await until(() => first.getState().ports.length === 1);
  await first.saveNow();
  await until(() => first.getState().saving.state === "saved");
  expect(first.getState().saving.atMs).toBe(1234);
  await first.close();

  const second = openTab();
  await second.start();
  const screen = screenOf(second, "t2");
  expect(second.getState()).toMatchObject({ phase: "running", tasks: [{ status: "passed" }], terminals: [{ id: "t1" }, { id: "t2" }] });
  expect((await second.readFile("laptop", "/home/learner/note")).text).toBe("hello there\n");
  await until(() => second.getState().ports.length === 1);
  expect(screen()).toContain("[`serve 8000` was running when you left. It is started again.]");
});

it("gives no process a pid that one had before, for pid files still name those", async () => {
  const pids = (client: LocalLabClient): readonly number[] => [...client.session.world.machine("laptop").processes()].map(({ pid }) => pid);
  const first = openTab();
  await first.start();
  first.runCommand("serve 8000 &");
  await until(() => first.getState().ports.length === 1);
  const before = Math.max(...pids(first));
  await first.saveNow();
  await first.close();

  const second = openTab();
  await second.start();
  await until(() => second.getState().ports.length === 1);
  const now = pids(second).filter((pid) => pid !== 1);
  expect(now.length).toBeGreaterThan(1);
  expect(Math.min(...now)).toBeGreaterThan(before);
});

it("goes back to the start of a task after the lab has come back", async () => {
  const first = openTab();
  await first.start();
  await first.writeFile("laptop", "/home/learner/note", "hello");
  await first.writeFile("laptop", "/home/learner/other", "x");
  await until(() => first.getState().tasks[0]?.status === "passed");
  await first.saveNow();
  await first.close();

  const second = openTab();
  await second.start();
  await until(() => second.getState().time?.starts.length === 1);
  const { undo = [], starts = [] } = second.getState().time ?? {};
  expect(undo.map(({ text }) => text)).toEqual(["Saved ~/other", "Saved ~/note"]);
  // What a way back to there takes back is known, too.
  expect(starts).toEqual([{ task: "note", passed: [], firstStep: undo.at(-1)?.id }]);
  await second.backToTask("note");
  expect((await second.listDirectory("laptop", "/home/learner")).map(({ name }) => name)).toEqual([]);
  await second.checkNow();
  expect(second.getState().tasks[0]?.status).toBe("open");
  await second.undo();
  expect((await second.readFile("laptop", "/home/learner/note")).text).toBe("hello");
});

it("saves by itself, and keeps the bytes of unchanged files where they are", async () => {
  const tab = openTab();
  await tab.start();
  await tab.writeFile("laptop", "/home/learner/big", "x".repeat(100_000));
  await until(() => tab.getState().saving.state === "saved");
  const seen: string[] = [];
  tab.subscribe(() => seen.push(tab.getState().saving.state));
  await tab.writeFile("laptop", "/home/learner/small", "y");
  await until(() => seen.includes("saving") && tab.getState().saving.state === "saved");
  const again = openTab();
  await again.start();
  expect(again.getState().phase).toBe("elsewhere");
});

it("starts afresh when asked", async () => {
  const tab = openTab();
  await tab.start();
  await tab.writeFile("laptop", "/home/learner/note", "hello");
  await tab.saveNow();
  await tab.reset();
  await expect(tab.readFile("laptop", "/home/learner/note")).rejects.toThrow("/home/learner/note does not exist");
});

it("lets a second tab take over, with everything that the first one had", async () => {
  const first = openTab();
  await first.start();
  const second = openTab();
  await second.start();
  expect(second.getState().phase).toBe("elsewhere");
  await first.writeFile("laptop", "/home/learner/note", "hello, late");
  await second.start({ takeOver: true });
  expect(first.getState().phase).toBe("elsewhere");
  expect(second.getState().phase).toBe("running");
  expect((await second.readFile("laptop", "/home/learner/note")).text).toBe("hello, late");
});

it("goes on without storage, and says why nothing is saved", async () => {
  vi.stubGlobal("indexedDB", {
    open: () => {
      throw new DOMException("blocked", "SecurityError");
    },
  });
  const tab = openTab();
  await tab.start();
  await until(() => tab.getState().saving.state === "off" && tab.getState().saving.reason !== undefined);
  expect(tab.getState().phase).toBe("running");
  expect(tab.getState().saving.reason).toContain("private window");
});

it("does not call a server saved that has only just begun to listen", async () => {
  const tab = openTab();
  await tab.start();
  await tab.saveNow();
  await until(() => tab.getState().saving.state === "saved");
  const called: boolean[] = [];
  tab.runCommand("serve 8000");
  await until(() => {
    if (tab.getState().ports.length === 1) called.push(tab.getState().saving.state === "saved");
    return called.includes(true);
  });
  expect(called[0]).toBe(false);
});

it("says that something is not saved yet from the moment it has changed", async () => {
  const tab = openTab();
  await tab.start();
  await tab.saveNow();
  await until(() => tab.getState().saving.state === "saved");
  const seen: string[] = [];
  tab.subscribe(() => seen.push(tab.getState().saving.state));
  await tab.writeFile("laptop", "/home/learner/note", "hello");
  await until(() => seen.includes("saving") && tab.getState().saving.state === "saved");
  await tab.close();
  const again = openTab();
  await again.start();
  expect((await again.readFile("laptop", "/home/learner/note")).text).toBe("hello");
});

it("is saved again when what had changed is as it was, and then says at once what changes next", async () => {
  const tab = openTab();
  await tab.start();
  await tab.saveNow();
  await until(() => tab.getState().saving.state === "saved");
  const { runningSession: session } = tab;
  if (session === undefined) throw new Error("no session");
  // As a terminal is while `cd` runs: busy for a moment, with nothing else changed.
  const busy = vi.spyOn(session, "digest").mockReturnValue("busy");
  await until(() => tab.getState().saving.state === "saving");
  busy.mockRestore();
  await until(() => tab.getState().saving.state === "saved");
  await tab.writeFile("laptop", "/home/learner/note", "hello");
  await until(() => tab.getState().tasks[0]?.status === "passed");
  expect(tab.getState().saving.state).toBe("saving");
});

it("brings back the domains that were registered, and their records", async () => {
  const domain = "https://registrar.test/domains/shop.test";
  const browse = (tab: LocalLabClient, url: string, body?: string) =>
    tab.fetch(
      {
        url,
        method: body === undefined ? "GET" : "POST",
        headers: [["content-type", "application/x-www-form-urlencoded"]],
        body: body === undefined ? undefined : new TextEncoder().encode(body),
        mode: "navigate",
        referrer: undefined,
      },
      "laptop",
    );
  const first = openTab();
  await first.start();
  expect((await browse(first, "https://registrar.test/buy", "name=shop.test")).status).toBe(303);
  await first.saveNow();
  // Nothing of a machine's changes, and it is saved all the same.
  await browse(first, `${domain}/records`, "type=A&name=%40&value=10.0.0.77&ttl=300");
  await first.saveNow();
  await first.close();

  const second = openTab();
  await second.start();
  expect(new TextDecoder().decode((await browse(second, domain)).body)).toContain("<td>10.0.0.77</td>");
});

it("brings back buckets, what is in them, and keys", async () => {
  const ask = async (tab: LocalLabClient, method: string, url: string, text = "", headers: [string, string][] = []) => {
    const body = method === "GET" ? undefined : new TextEncoder().encode(text);
    const answer = await tab.fetch({ url, method, headers, body, mode: "navigate", referrer: undefined }, "laptop");
    return { status: answer.status, text: new TextDecoder().decode(answer.body) };
  };
  const form: [string, string][] = [["content-type", "application/x-www-form-urlencoded"]];
  const first = openTab();
  await first.start();
  const made = await ask(first, "POST", "https://console.buckets.test/keys", "title=laptop", form);
  const [, id = "", secret = ""] = /aws_access_key_id = (\S+)\naws_secret_access_key = (\S+)/.exec(made.text) ?? [];
  await ask(first, "POST", "https://console.buckets.test/", "name=kept-1", form);
  const target = "/kept-1/photos/cake.txt";
  const signed = (method: string, text: string) =>
    signedHeaders({
      method,
      target,
      body: new TextEncoder().encode(text),
      atMs: host.now(),
      key: { id, secret },
      headers: { "content-type": "text/plain" },
    });
  expect((await ask(first, "PUT", `https://buckets.test${target}`, "cake", signed("PUT", "cake"))).status).toBe(200);
  await first.saveNow();
  await first.close();

  const second = openTab();
  await second.start();
  expect((await ask(second, "GET", "https://console.buckets.test/buckets/kept-1")).text).toContain("photos/cake.txt");
  expect(await ask(second, "GET", `https://buckets.test${target}`, "", signed("GET", ""))).toEqual({ status: 200, text: "cake" });
});

it("saves where a shell is, though nothing else has changed", async () => {
  const first = openTab();
  await first.start();
  const terminal = () => first.session.terminals.get("t1");
  await until(() => terminal()?.activity === "prompt");
  await first.createEntry("laptop", "/home/learner/site", "directory");
  await first.saveNow();
  first.runCommand("cd site", "t1");
  await until(() => terminal()?.shellCwd === "/home/learner/site" && terminal()?.activity === "prompt");
  await first.saveNow();
  await first.close();

  const second = openTab();
  await second.start();
  second.runCommand("write here x", "t1");
  await until(() => second.session.world.machine("laptop").files.exists("/home/learner/site/here"));
});

it("a tab whose lab is taken over while it is being made has none, and writes nothing", async () => {
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const worlds: LabWorld[] = [];
  let isMaking = false;
  const slow = new LocalLabClient(lab, {
    timers: host,
    createWorld: async (wanted) => {
      isMaking = true;
      await gate;
      const world = await createWorld(wanted, { host, installed: toys, warm: false });
      worlds.push(world);
      return world;
    },
    keeper: new StorageKeeper({ timers: host, locks, now: () => 1234 }),
  });
  clients.push(slow);
  const starting = slow.start();
  await until(() => isMaking);
  const other = openTab();
  await other.start({ takeOver: true });
  expect(other.getState().phase).toBe("running");
  await until(() => slow.getState().phase === "elsewhere");
  open();
  await starting;
  expect(slow.getState().phase).toBe("elsewhere");
  expect(slow.runningSession).toBeUndefined();
  expect(worlds.map(({ kernel }) => kernel.machines.size)).toEqual([0]);
});

it("starting over twice at a time leaves one world", async () => {
  const worlds: LabWorld[] = [];
  const client = new LocalLabClient(lab, {
    timers: host,
    createWorld: async (wanted) => {
      const world = await createWorld(wanted, { host, installed: toys, warm: false });
      worlds.push(world);
      return world;
    },
  });
  clients.push(client);
  await client.start();
  await Promise.all([client.reset(), client.reset()]);
  expect(client.getState().phase).toBe("running");
  expect(worlds.filter(({ kernel }) => kernel.machines.size > 0)).toEqual([client.session.world]);
});
