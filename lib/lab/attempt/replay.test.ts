import { afterEach, describe, expect, it } from "vitest";
import { testHost, until } from "../../kernel/testing.ts";
import { LabSession } from "../session/session.ts";
import { toyLab, toys } from "../testing.ts";
import type { CheckDefinition } from "../types.ts";
import { createWorld, type LabWorld } from "../world/create.ts";
import { SEED } from "../world/seed.ts";
import { type Attempt, attemptOf } from "./attempt.ts";
import { hiddenFields, PageTokens } from "./page-tokens.ts";
import { Replay, type ReplayOptions, type ReplayResult } from "./replay.ts";
import { parseAttempt } from "./schema.ts";

const words = { because: "There was {found}, not {expected}.", next: "Try again." };
const onLaptop = { on: "laptop", ...words };
const note: CheckDefinition = { ...onLaptop, id: "note", kind: "file", file: "~/note", exists: true, text: { contains: ["hello"] } };
const answers: CheckDefinition = {
  ...onLaptop,
  id: "answers",
  kind: "http",
  http: "http://localhost:8000/",
  method: "GET",
  headers: {},
  status: 200,
};
const lab = toyLab(
  [
    { id: "write", title: "write", needs: [], hints: ["h"], checks: [note] },
    { id: "serve", title: "serve", needs: ["write"], hints: [], checks: [answers] },
    { id: "explain", title: "explain", needs: [], hints: [], checks: [{ ...words, id: "quiz", kind: "quiz", quiz: "q" }] },
  ],
  {
    quizzes: [
      {
        id: "q",
        kind: "one",
        question: "?",
        options: [
          { id: "a", text: "A", right: true, why: "" },
          { id: "b", text: "B", right: false, why: "" },
        ],
      },
    ],
  },
);

const host = testHost();
const clock = {
  monotonic: () => host.monotonic(),
  after: (milliseconds: number, callback: () => void) => host.setTimeout(callback, milliseconds),
};
const sessions: LabSession[] = [];

afterEach(() => {
  for (const session of sessions.splice(0)) {
    session.dispose();
    session.world.dispose();
  }
});

async function start(): Promise<LabSession> {
  const session = new LabSession(await createWorld(lab, { host, installed: toys, warm: false }), lab, host);
  sessions.push(session);
  session.openTerminal({ columns: 80, rows: 24 });
  await session.checkNow();
  return session;
}

const exported = (session: LabSession): Attempt => parseAttempt(JSON.stringify(attemptOf(lab, session.remember(), SEED)));
const statusOf = (session: LabSession, task: number) => session.state.get().tasks[task]?.checks[0]?.status;
const statuses = (checks: ReplayResult["checks"]) => checks.map(({ id, status }) => `${id} ${status}`);

function again(attempt: Attempt, options: Partial<ReplayOptions> = {}): Promise<ReplayResult> {
  return new Replay({
    lab,
    attempt,
    clock,
    createWorld: (disks, services): Promise<LabWorld> => createWorld(lab, { host, installed: toys, warm: false, disks, services }),
    patience: { restMs: 100, mostMs: 5000, leastMs: 1000 },
    ...options,
  }).run();
}

describe("an attempt that is run again", () => {
  it("gives the same results: keys, a server in one terminal, the editor, the browser, a quiz", async () => {
    const session = await start();
    await session.runCommand("cat note");
    session.openHint("write");
    session.writeFile("laptop", "/home/learner/note", "hello\n");
    await until(() => statusOf(session, 0) === "pass");
    await session.runCommand("serve 8000", "t1");
    await until(() => statusOf(session, 1) === "pass");
    await session.fetch(
      {
        url: "http://localhost:8000/",
        method: "GET",
        headers: [["User-Agent", "me"]],
        body: undefined,
        mode: "navigate",
        referrer: undefined,
      },
      "laptop",
    );
    await session.runCommand("cat note", "t2");
    session.answerQuiz("q", "b");
    await until(() => session.state.get().tasks[2]?.checks[0]?.found === "“B”");
    const attempt = exported(session);
    expect(JSON.stringify(attempt)).not.toContain("User-Agent");
    const result = await again(attempt);
    expect(result).toMatchObject({ disagreements: [], missed: [] });
    expect(statuses(result.checks)).toEqual(["note pass", "answers pass", "quiz fail"]);
  });

  it("takes no longer than it must: the lab's clock is moved on where the learner waited", async () => {
    const session = await start();
    await session.runCommand("sleep 20");
    await session.terminals.get("t1")?.atPrompt();
    await session.runCommand("write note hello");
    await until(() => statusOf(session, 0) === "pass");
    const attempt = exported(session);
    // As if the learner had waited an hour in between.
    const at = attempt.actions.findIndex((action) => action.kind === "keys" && action.data.startsWith("write"));
    const actions = attempt.actions.map((action, index) => (index < at ? action : { ...action, atMs: action.atMs + 3_600_000 }));
    const began = host.monotonic();
    expect((await again({ ...attempt, actions })).disagreements).toEqual([]);
    expect(host.monotonic() - began).toBeLessThan(60_000);
  });

  it("says since which action a check differs, with what it found both times", async () => {
    const session = await start();
    await session.runCommand("write note hello");
    await until(() => statusOf(session, 0) === "pass");
    const attempt = exported(session);
    const forged = attempt.actions.map((action) => (action.kind === "keys" ? { ...action, data: "write note good day\r" } : action));
    const result = await again({ ...attempt, actions: forged });
    const typed = attempt.actions.findIndex((action) => action.kind === "keys");
    expect(result.disagreements).toMatchObject([
      { task: "write", id: "note", after: typed, recorded: { status: "pass" }, now: { status: "fail" } },
      { id: "answers", after: typed, recorded: { status: "fail" }, now: { status: "blocked" } },
    ]);
  });

  it("goes on where something does not come, and tells what", async () => {
    const session = await start();
    await session.runCommand("serve 8000");
    await until(() => session.state.get().ports.length === 1);
    await session.runCommand("write note hello", "t2");
    await until(() => statusOf(session, 0) === "pass");
    const attempt = exported(session);
    const other = attempt.actions.map((action) =>
      action.kind === "keys" && action.terminal === "t1" ? { ...action, data: "cat x\r" } : action,
    );
    const result = await again({ ...attempt, actions: other });
    expect(result.missed).toMatchObject([{ what: "a server on port 8000 of laptop did not come" }]);
    expect(statuses(result.checks)).toEqual(["note pass", "answers fail", "quiz fail"]);
  });

  it("is stopped when the time is over, and says before which action", async () => {
    const session = await start();
    await session.runCommand("write note hello");
    await until(() => statusOf(session, 0) === "pass");
    session.answerQuiz("q", "a");
    const attempt = exported(session);
    const last = attempt.actions.findIndex(({ kind }) => kind === "answer");
    let at = 0;
    const onAction = (index: number): void => {
      at = index;
    };
    const result = await again(attempt, { onAction, stopped: () => at === last - 1 });
    expect(result).toMatchObject({ stoppedAt: last, missed: [] });
    expect(statuses(result.checks).at(-1)).toBe("quiz fail");
    expect(statuses((await again(attempt)).checks).at(-1)).toBe("quiz pass");
  });
});

describe("an attempt's file", () => {
  const empty = (): Attempt => ({ ...attemptOf(lab, { passed: [], hints: {}, answers: {}, cookies: {}, actions: [] }, SEED), dropped: 0 });

  it("is refused with a reason when it is none, damaged, of another version or too long", () => {
    expect(parseAttempt(JSON.stringify(empty()))).toEqual(empty());
    expect(() => parseAttempt("{")).toThrow("it is not JSON");
    expect(() => parseAttempt("[]")).toThrow("no attempt that Slipway has exported");
    expect(() => parseAttempt('{"format":"slipway-attempt","formatVersion":2}')).toThrow("another version of Slipway (format 2");
    expect(() => parseAttempt(JSON.stringify({ ...empty(), actions: [{ kind: "keys", atMs: 1, terminal: "t1" }] }))).toThrow(
      "This attempt is damaged: actions.0.data",
    );
    expect(() => parseAttempt(JSON.stringify({ ...empty(), actions: [{ kind: "format-disk", atMs: 1 }] }))).toThrow(
      "damaged: actions.0.kind",
    );
    expect(() => parseAttempt(" ".repeat(16_000_001))).toThrow("too long");
    expect(() =>
      parseAttempt(`{"format":"slipway-attempt","__proto__":{"x":1},"actions":${"[".repeat(50_000)}${"]".repeat(50_000)}}`),
    ).toThrow("damaged");
  });
});

describe("forms that are sent again", () => {
  it("carry the token of the page as it came this time", () => {
    const html = `<form><input type="hidden" name="csrfmiddlewaretoken" value="NEWNEWNEWNEWNEWNEW"><input type=hidden name=step value=2></form>`;
    expect(hiddenFields(html).get("step")).toBe("2");
    const tokens = new PageTokens();
    const page = { url: "http://a.test/login", method: "GET", headers: [], body: undefined, mode: "navigate", referrer: undefined };
    const body = new TextEncoder().encode(html);
    tokens.heard(page, { status: 200, statusText: "OK", headers: [["Content-Type", "text/html"]], body, cookies: "csrftoken=new" });
    const send = (type: string, text: string): string =>
      new TextDecoder().decode(
        tokens.renewed({
          ...page,
          method: "POST",
          headers: [["Content-Type", type]],
          body: new TextEncoder().encode(text),
          referrer: page.url,
        }).body,
      );
    expect(send("application/x-www-form-urlencoded", "csrfmiddlewaretoken=OLDOLDOLDOLDOLDOLD&step=7&user=ann")).toBe(
      "csrfmiddlewaretoken=NEWNEWNEWNEWNEWNEW&step=7&user=ann",
    );
    const part = (value: string): string =>
      `--b\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n${value}\r\n--b--\r\n`;
    expect(send("multipart/form-data; boundary=b", part("OLDOLDOLDOLDOLDOLD"))).toBe(part("NEWNEWNEWNEWNEWNEW"));
  });
});
