import { PassThrough } from "node:stream";
import { afterAll, expect, it } from "vitest";
import type { Action } from "../../lab/session/actions.ts";
import { bareMachine } from "../commands/run.ts";
import { EngineProcess } from "../engine-process.ts";
import { readScript } from "../gate/attempts.ts";
import { AuthorTerminal } from "./author-terminal.ts";
import { asScript, patternOf, stepsOf } from "./steps-of.ts";
import { suggestChecks } from "./suggest-checks.ts";

const engine = new EngineProcess();
afterAll(() => engine.stop());

/** An author's terminal without an author. */
class Pipe {
  readonly input = new PassThrough();
  readonly output = Object.assign(new PassThrough(), { columns: 90, rows: 25 });
  private shown = "";
  private readonly waiting = new Set<() => void>();

  constructor() {
    this.output.on("data", (data: Buffer) => {
      this.shown += data.toString("utf8");
      for (const look of this.waiting) look();
    });
  }

  /** Waits until what was shown since the last time matches. */
  async shows(pattern: RegExp): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!pattern.test(this.shown)) return;
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
      look();
    });
    this.shown = "";
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the shell switches bracketed paste on behind its prompt.
const PROMPT = /\$ (?:\x1b\[\?2004h)?$/;
const SIZE_THEN_PROMPT = new RegExp(`25 90[\\s\\S]*${PROMPT.source}`);

it("makes an attempt and checks of what an author does in a terminal", async () => {
  const pipe = new Pipe();
  const terminal = new AuthorTerminal(["machine"], { input: pipe.input, output: pipe.output });
  const lab = bareMachine("ubuntu");
  const recorded = engine.record(lab, terminal);
  const type = async (keys: string, until: RegExp): Promise<void> => {
    pipe.input.write(keys);
    await pipe.shows(until);
  };
  await pipe.shows(PROMPT);
  await type("mkdir -p site && cd site\r", PROMPT);
  await type("read -p 'name? ' name; echo \"Hello $name\" > hello\r", /name\? $/);
  await type("ann\r", PROMPT);
  await type("sleep 1000\r", /sleep 1000/);
  await type("\x1d2", PROMPT);
  await type("chmod 600 site/hello; stty size\r", SIZE_THEN_PROMPT);
  await type("\x1d1", /sleep 1000/);
  await type("\x03", PROMPT);
  // Ctrl-D twice: the first one ends the shell.
  await type("\x04", /Press a key/);
  pipe.input.write("\x04");
  const attempt = await recorded;
  terminal.close();

  const { steps, leftOut, suggestions, result } = await engine.retrace(lab, attempt);
  expect(leftOut).toEqual([]);
  expect(result.missed).toEqual([]);
  expect(steps).toEqual([
    { run: "mkdir -p site && cd site", terminal: "t1" },
    { run: "read -p 'name? ' name; echo \"Hello $name\" > hello", terminal: "t1", until: "name\\?" },
    { input: "ann\n", terminal: "t1" },
    { run: "sleep 1000", terminal: "t1", timeout: 1000 },
    { run: "chmod 600 site/hello; stty size", terminal: "t2" },
    { interrupt: true, terminal: "t1" },
  ]);
  expect(suggestions).toContain("  - id: hello\n    file: /home/learner/site/hello\n    contains: Hello ann\n");
  const again = await engine.run(lab, steps, { watchChecks: false });
  expect(again.steps.filter(({ timedOut, error }) => timedOut || error).map(({ run }) => run)).toEqual(["sleep 1000"]);
});

it("writes lines where lines suffice", () => {
  const read = (text: string) => readScript(text).steps;
  expect(asScript([{ run: "ls", terminal: "t1" }], read)).toBe("ls\n");
  expect(asScript([{ run: "cat > x <<END\na\nEND", terminal: "t1" }], read)).toBe("cat > x <<END\na\nEND\n");
  expect(asScript([{ run: "# a comment", terminal: "t1" }], read)).toBeUndefined();
  expect(asScript([{ run: "serve", terminal: "t1", until: "ready" }], read)).toBeUndefined();
  expect(asScript([{ run: "ls", terminal: "t2" }], read)).toBeUndefined();
  expect(patternOf("Listening at: http://0.0.0.0:8000 (12)")).toBe("Listening at: http:\\/\\/\\d+\\.\\d+\\.\\d+\\.\\d+:\\d+ \\(\\d+\\)");
});

it("takes the editor, the browser and the quiz from an attempt made in the page, and tells what it can't take", () => {
  const form = btoa("csrfmiddlewaretoken=abcdefghijklmnopqrstuvwxyz&user=ann");
  const urlencoded = [["Content-Type", "application/x-www-form-urlencoded"]] as const;
  const actions: Action[] = [
    { kind: "terminal", atMs: 0, terminal: "t1", machine: "laptop", columns: 80, rows: 24 },
    { kind: "write", atMs: 1, machine: "laptop", path: "/home/learner/x", text: "a" },
    { kind: "request", atMs: 2, machine: "laptop", method: "GET", url: "http://localhost/login", mode: "navigate" },
    { kind: "request", atMs: 3, machine: "laptop", method: "GET", url: "http://localhost/style.css", mode: "no-cors" },
    {
      kind: "request",
      atMs: 4,
      machine: "laptop",
      method: "POST",
      url: "http://localhost/login",
      mode: "navigate",
      headers: urlencoded,
      body: form,
      referrer: "http://localhost/login",
    },
    { kind: "request", atMs: 5, machine: "laptop", method: "GET", url: "http://localhost/", mode: "navigate" },
    { kind: "answer", atMs: 6, quiz: "q", option: ["b", "a"] },
    { kind: "remove", atMs: 7, machine: "laptop", path: "/home/learner/y" },
  ];
  const { steps, leftOut } = stepsOf(actions, new Map());
  expect(steps).toEqual([
    { write: "/home/learner/x", text: "a" },
    { visit: "http://localhost/login", form: { user: "ann" } },
    { answer: ["b", "a"], quiz: "q" },
  ]);
  expect(leftOut).toEqual(["In the page, you deleted /home/learner/y: there is no step for it. Use a command."]);
});

it("suggests a check for each kind of difference", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const fact = { kind: "file", machine: "web-1", place: "/etc/app.conf" } as const;
  const yaml = suggestChecks(
    [
      {
        ...fact,
        id: "1",
        change: "changed",
        aspects: [{ name: "mode", before: "0644", after: "0600" }],
        before: { ...fact, aspects: {}, bytes: bytes("old line\n") },
        after: { ...fact, aspects: {}, bytes: bytes("old line\nnew line here\n") },
      },
      { id: "2", kind: "process", machine: "web-1", place: "ann: /usr/bin/python3 -m gunicorn shop.wsgi", change: "added", aspects: [] },
      { id: "3", kind: "port", machine: "web-1", place: "0.0.0.0:8000", change: "added", aspects: [] },
      { id: "4", kind: "ref", machine: "laptop", place: "/home/ann/shop/.git refs/tags/v1", change: "added", aspects: [] },
    ],
    "laptop",
  );
  expect(yaml).toContain('  - id: app-conf\n    file: /etc/app.conf\n    contains: new line here\n    mode: "0600"\n    on: web-1\n');
  expect(yaml).toContain("process: gunicorn\n    user: ann");
  expect(yaml).toContain("port: 8000\n    address: 0.0.0.0");
  expect(yaml).toContain("repository: /home/ann/shop\n      tag: v1\n    because");
});
