import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, expect, it, vi } from "vitest";
import { testHost, until } from "../../kernel/testing.ts";
import { LocalLabClient } from "../local-client.ts";
import { captureLab } from "../saving/capture.ts";
import { StorageKeeper } from "../saving/keeper.ts";
import type { SavedLab } from "../saving/saved-lab.ts";
import type { LabSession } from "../session/session.ts";
import { toyLab, toys } from "../testing.ts";
import type { LabDefinition } from "../types.ts";
import { createWorld, type LabWorld } from "../world/create.ts";
import { beginSession } from "./begin.ts";
import { packWorld, unpackWorld } from "./start-world.ts";

const host = testHost();
const sessions: LabSession[] = [];
const first = toyLab([], { lesson: "toys/first" });
const machine = (name: string) => ({ name, image: "toy", user: "learner", cwd: "/home/learner" });
const second = toyLab([], {
  lesson: "toys/second",
  machines: [machine("laptop"), machine("web")],
  continues: { lesson: "toys/first", title: "First", tasks: [], world: "worlds/first.world" },
  files: [
    { machine: "laptop", path: "/home/learner/more", mode: 0o644, base64: btoa("more\n") },
    { machine: "web", path: "/home/learner/web", mode: 0o644, base64: btoa("web\n") },
  ],
});

const emptyEnd: SavedLab = {
  format: 1,
  lesson: "toys/first",
  version: "1",
  savedAtMs: 0,
  machines: [],
  terminals: [],
  servers: [],
  memory: { passed: [], hints: {}, answers: {}, cookies: {}, actions: [] },
};

async function begin(lab: LabDefinition, asset?: Uint8Array): Promise<{ session: LabSession; world: LabWorld }> {
  const asked = {
    ...host,
    asset: async (name: string) => (name === "worlds/first.world" && asset ? asset : Promise.reject(new Error(`no ${name}`))),
  };
  const world = await createWorld(lab, { host: asked, installed: toys, warm: false });
  const session = beginSession(world, lab, host);
  sessions.push(session);
  return { session, world };
}

afterEach(() => {
  for (const session of sessions.splice(0)) {
    session.dispose();
    session.world.dispose();
  }
});

it("starts a lab from another's end: files, servers that run, this lesson's files, machines of its own", async () => {
  const end = await begin(first);
  end.session.writeFile("laptop", "/home/learner/made", "there");
  await end.session.runCommand("serve 8000", "t1");
  await until(() => end.session.state.get().ports.length === 1);
  const { saved, bytes } = captureLab(end.session, end.world, () => false, 0);
  const file = await packWorld(saved, bytes);

  const { session, world } = await begin(second, file);
  const read = (name: string, path: string): string => world.machine(name).files.readText(path);
  expect(read("laptop", "/home/learner/made")).toBe("there");
  expect(read("laptop", "/home/learner/more")).toBe("more\n");
  expect(read("web", "/home/learner/web")).toBe("web\n");
  await until(() => session.state.get().ports.some(({ port }) => port === 8000));
  expect([...session.terminals.keys()]).toEqual(["t1", "t2"]);
  const answer = await world.http("laptop", {
    url: "http://localhost:8000/",
    method: "GET",
    headers: [],
    body: undefined,
    grading: false,
    timeoutMs: 60_000,
  });
  expect(answer).toMatchObject({ status: 200 });
});

it("starts from the learner's own end of the lesson before, where that is finished and the learner wants it", async () => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  const clients: LocalLabClient[] = [];
  const open = async (lab: LabDefinition): Promise<LocalLabClient> => {
    const empty = await packWorld({ ...emptyEnd, machines: [] }, new Map());
    const client = new LocalLabClient(lab, {
      timers: host,
      createWorld: (wanted, _onDownload, disks, services, start) =>
        createWorld(wanted, { host: { ...host, asset: async () => empty }, installed: toys, warm: false, disks, services, start }),
      keeper: new StorageKeeper({ timers: host, locks: { request: (_name, _options, held) => held({}) }, now: () => 77 }),
    });
    clients.push(client);
    await client.start();
    return client;
  };
  const before = await open(first);
  await before.writeFile("laptop", "/home/learner/mine", "my own");
  await before.saveNow();
  const after = await open(second);
  await until(() => after.getState().ownEnd !== undefined);
  expect(after.getState().ownEnd).toEqual({ title: "First", savedAtMs: 77 });
  await expect(after.readFile("laptop", "/home/learner/mine")).rejects.toThrow("does not exist");
  await after.reset({ from: "own end" });
  expect((await after.readFile("laptop", "/home/learner/mine")).text).toBe("my own");
  expect((await after.readFile("laptop", "/home/learner/more")).text).toBe("more\n");
  for (const client of clients) await client.close();
});

it("says what is wrong with a file that is no world", async () => {
  await expect(unpackWorld(new TextEncoder().encode("\x02\0\0\0{}"))).rejects.toThrow("none that can be read");
  await expect(begin(second)).rejects.toThrow("no worlds/first.world");
});
