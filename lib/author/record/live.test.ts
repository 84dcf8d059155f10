import { PassThrough } from "node:stream";
import { afterAll, expect, it } from "vitest";
import { bareMachine } from "../commands/run.ts";
import { EngineProcess } from "../engine-process.ts";
import { AuthorTerminal } from "./author-terminal.ts";

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
// The answer to Enter comes before it, so that the echo of the command is not taken for the question.
const ASKED = /\nname\? $|lname\? $/;
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
  await type("read -p 'name? ' name; echo \"Hello $name\" > hello\r", ASKED);
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
