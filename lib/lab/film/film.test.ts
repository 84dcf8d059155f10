import { expect, it } from "vitest";
import { testHost, until } from "../../kernel/testing.ts";
import { attemptOf } from "../attempt/attempt.ts";
import { LabSession } from "../session/session.ts";
import { toyLab, toys } from "../testing.ts";
import { createWorld } from "../world/create.ts";
import { SEED } from "../world/seed.ts";
import { Reel, terminalsAfter, transcriptOf } from "./player.ts";
import { shoot } from "./shoot.ts";
import type { FilmEvent, FilmReport } from "./types.ts";

const lab = toyLab([
  {
    id: "note",
    title: "Write the note",
    needs: [],
    hints: [],
    checks: [
      { id: "file", kind: "file", file: "~/note", on: "laptop", exists: true, text: { contains: ["hello"] }, because: "b", next: "n" },
    ],
  },
]);
const host = testHost();

it("shows what was typed and what came of it at the recorded times, as text too", async () => {
  const session = new LabSession(await createWorld(lab, { host, installed: toys, warm: false }), lab, host);
  session.openTerminal({ columns: 70, rows: 20 });
  await session.runCommand("cat note");
  await until(() => session.terminals.get("t1")?.lastStatus === 1);
  await session.runCommand("write note hello", "t2");
  await until(() => session.state.get().tasks[0]?.status === "passed");
  const recorded = attemptOf(lab, session.remember(), SEED);
  session.dispose();
  session.world.dispose();
  // As if half an hour had passed between the two commands.
  const second = recorded.actions.findIndex((action) => action.kind === "terminal" && action.terminal === "t2");
  const later = 1_800_000;
  const actions = recorded.actions.map((action, index) => (index < second ? action : { ...action, atMs: action.atMs + later }));

  const events: FilmEvent[] = [];
  const reports: FilmReport[] = [];
  const clock = {
    monotonic: () => host.monotonic(),
    after: (milliseconds: number, callback: () => void) => host.setTimeout(callback, milliseconds),
  };
  await shoot({
    lab,
    attempt: { ...recorded, actions },
    clock,
    createWorld: () => createWorld(lab, { host, installed: toys, warm: false }),
    report: (report) => {
      if (report.kind === "events") events.push(...report.events);
      else reports.push(report);
    },
  });
  expect(reports).toEqual([{ kind: "ended", missed: [], differing: [] }]);
  expect(events.filter(({ kind }) => kind === "terminal")).toMatchObject([{ terminal: "t1", columns: 70, rows: 20 }, { terminal: "t2" }]);
  const reel = new Reel(events, false);
  expect(reel.lengthMs).toBeGreaterThan(later);
  expect([...reel.times]).toEqual([...reel.times].sort((a, b) => a - b));
  const short = new Reel(events, true);
  expect(short.lengthMs).toBeLessThan(20_000);
  expect(transcriptOf(short).map(({ text, output, passed }) => [text, output, passed])).toEqual([
    ["the lab began", "", []],
    ["typed “cat note⏎” in t1", "cat: note: No such file or directory", []],
    ["typed “write note hello⏎” in t2", "", ["Write the note"]],
  ]);
  const [cat, write] = short.chapters;
  expect(short.nextStop(0)).toBe(cat?.atMs);
  expect(short.nextStop(cat?.atMs ?? 0)).toBe(write?.atMs);
  expect(short.previousStop(short.lengthMs)).toBe(write?.atMs);
  expect(short.shownAt(write?.atMs ?? 0)).toBeGreaterThan(write?.index ?? 0);
  expect(short.shownAt(-1)).toBe(0);
  expect(short.shownAt(short.lengthMs)).toBe(events.length);
  const front = (atMs: number) => terminalsAfter(short.events.slice(0, short.shownAt(atMs))).front;
  expect([front(cat?.atMs ?? 0), front(write?.atMs ?? 0)]).toEqual(["t1", "t2"]);
});

it("shows the terminal in which something is done; one that comes back with the lab, or is closed, is not looked at", () => {
  const terminal = (id: string, machine: string): FilmEvent => ({
    atMs: 0,
    kind: "terminal",
    terminal: id,
    machine,
    columns: 80,
    rows: 24,
  });
  const deed = (id?: string): FilmEvent => ({
    atMs: 0,
    kind: "deed",
    action: "keys",
    text: "",
    ...(id === undefined ? {} : { terminal: id }),
  });
  const closed = (id: string): FilmEvent => ({ atMs: 0, kind: "closed", terminal: id });
  const begun = [terminal("t1", "laptop"), deed("t1"), terminal("t2", "proxy")];
  expect(terminalsAfter([])).toEqual({ terminals: [], front: undefined });
  expect(terminalsAfter(begun)).toEqual({
    terminals: [
      { id: "t1", machine: "laptop", closed: false },
      { id: "t2", machine: "proxy", closed: false },
    ],
    front: "t2",
  });
  // A file was saved; then the learner came back, and all terminals with them.
  const back = [...begun, deed("t1"), deed(), closed("t1"), closed("t2"), terminal("t1", "laptop"), terminal("t2", "proxy")];
  expect(terminalsAfter(back).front).toBe("t1");
  expect(terminalsAfter([...back, deed("t2"), closed("t2")]).front).toBe("t1");
});
