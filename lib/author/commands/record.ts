import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Attempt } from "../../lab/attempt/attempt.ts";
import type { CheckResult, LabDefinition } from "../../lab/types.ts";
import type { Retraced } from "../engine/retrace.ts";
import { EngineProcess } from "../engine-process.ts";
import { readScript } from "../gate/attempts.ts";
import { findLabLesson, type LabLesson } from "../library.ts";
import { badUsage, EXIT, note, print } from "../output.ts";
import { AuthorTerminal } from "../record/author-terminal.ts";
import { type MarkedStep, markTasks, passedTasks } from "../record/mark-tasks.ts";
import { asJson, asScript, fixedPart } from "../record/steps-of.ts";
import type { Step } from "../steps.ts";
import { readAttemptFile } from "./regrade.ts";

const usage = "Usage: npm run -s lab -- record <lesson id> [--name NAME] [--attempt FILE | --browser] [--force]";

interface Arguments {
  readonly lesson: string;
  readonly name: string;
  readonly attempt: string | undefined;
  readonly browser: boolean;
  readonly force: boolean;
}

/**
 * `lab record`: the author does the exercise, in this terminal or in the page; it becomes attempts/NAME.sh or .json, and what it changed in
 * the world becomes checks to begin with. Returns the exit status.
 */
export async function record(args: readonly string[]): Promise<number> {
  const { lesson: id, name, attempt: file, browser, force } = readArguments(args);
  const lesson = findLabLesson(id);
  if (browser) {
    print(browserText(id, name));
    return EXIT.ok;
  }
  const existing = ["sh", "json"].map((ending) => join(lesson.folder, "attempts", `${name}.${ending}`)).filter((path) => existsSync(path));
  if (existing.length > 0 && !force) throw badUsage(`${existing[0]} is there already. Give another --name, or --force to replace it.`);
  const engine = new EngineProcess();
  try {
    const attempt = file === undefined ? await live(engine, lesson.lab) : ofLesson(readAttemptFile(file), lesson.lab, file);
    note("Running the recording again, to see what it shows and what it changes …");
    const retraced = await engine.retrace(lesson.lab, attempt);
    return report(lesson, name, retraced, name === "solution" ? await marked(engine, lesson.lab, retraced.steps) : retraced.steps);
  } finally {
    engine.stop();
  }
}

function readArguments(args: readonly string[]): Arguments {
  let lesson: string | undefined;
  let name = "solution";
  let attempt: string | undefined;
  let browser = false;
  let force = false;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--force") force = true;
    else if (arg === "--browser") browser = true;
    else if (arg === "--name") name = args[++index] ?? "";
    else if (arg === "--attempt") {
      attempt = args[++index];
      if (attempt === undefined) throw badUsage(`--attempt needs a file. ${usage}`);
    } else if (arg.startsWith("-")) throw badUsage(`Unknown option ${arg}. ${usage}`);
    else if (lesson === undefined) lesson = arg;
    else throw badUsage(`One lesson at a time: ${lesson} or ${arg}? ${usage}`);
  }
  if (lesson === undefined) throw badUsage(usage);
  if (!/^(solution|(also-right|wrong)-[a-z0-9-]+)$/.test(name))
    throw badUsage(`An attempt is called solution, also-right-… or wrong-…, not \`${name}\`. ${usage}`);
  if (browser && attempt !== undefined) throw badUsage(`Either --browser or --attempt. ${usage}`);
  return { lesson, name, attempt, browser, force };
}

function browserText(lesson: string, name: string): string {
  const option = name === "solution" ? "" : ` --name ${name}`;
  return [
    `1. npm run -s lab -- preview ${lesson}, and open the page. Its lab must be fresh: "Start over" on the bench makes it so.`,
    "2. Do the exercise.",
    '3. On the page Progress, under Your labs, press "Export the attempt".',
    `4. npm run -s lab -- record ${lesson}${option} --attempt <the file>`,
  ].join("\n");
}

function ofLesson(attempt: Attempt, lab: LabDefinition, file: string): Attempt {
  if (attempt.lesson !== lab.lesson) throw badUsage(`${file}: this attempt is of ${attempt.lesson}, not of ${lab.lesson}.`);
  if (attempt.dropped > 0) throw badUsage(`${file}: the beginning of this attempt was not kept, so it can't be run again.`);
  return attempt;
}

/** The lab in the author's terminal. */
async function live(engine: EngineProcess, lab: LabDefinition): Promise<Attempt> {
  note(
    [
      "Do the exercise. `exit`, or Ctrl-D twice, ends the recording. Ctrl-] and a digit shows another terminal, Ctrl-] and q ends at once.",
      ...(lab.quizzes.length > 0 ? ["The questions are answered right already: a terminal has none."] : []),
    ].join("\n"),
  );
  const terminal = new AuthorTerminal(lab.machines.map(({ name }) => name));
  try {
    return await engine.record(lab, terminal);
  } finally {
    terminal.close();
  }
}

/** Of a solution, the page shows each task's part: its steps are done as the gate does them, to see which task each belongs to. */
async function marked(engine: EngineProcess, lab: LabDefinition, steps: readonly Step[]): Promise<readonly MarkedStep[]> {
  if (lab.tasks.length === 0 || steps.length === 0) return steps;
  note("Doing its steps as the gate does them, to see which task each belongs to …");
  const { trace = [] } = await engine.run(lab, steps, { watchChecks: false, trace: true });
  return markTasks(steps, passedTasks(trace, lab.tasks), lab.tasks);
}

function report(
  { folder, lab }: LabLesson,
  name: string,
  { leftOut, result, suggestions }: Retraced,
  steps: readonly MarkedStep[],
): number {
  if (steps.every((step) => "answer" in step)) {
    note("Nothing was done, so nothing was written.");
    return EXIT.failed;
  }
  const isWrong = name.startsWith("wrong-");
  const failing = result.checks.find(({ status }) => status === "fail");
  const fails = isWrong && failing !== undefined ? { fails: `${failing.task}/${failing.id}`, says: saysOf(lab, failing) } : {};
  const script = asScript(steps, (text) => readScript(text).steps);
  const head = "fails" in fails ? `# fails: ${fails.fails}\n# says: ${fails.says}\n` : "";
  const path = join(folder, "attempts", `${name}.${script === undefined ? "json" : "sh"}`);
  mkdirSync(join(folder, "attempts"), { recursive: true });
  writeFileSync(path, script === undefined ? asJson(fails, steps) : head + script);
  note(
    `Wrote ${relative(process.cwd(), path)}: ${steps.length === 1 ? "one step" : `${steps.length} steps`}. Read it, and try it: npm run -s lab -- test ${lab.lesson}`,
  );
  for (const sentence of leftOut) note(`Left out: ${sentence}`);
  for (const { what } of result.missed) note(`When it was run again, something came otherwise: ${what}.`);
  for (const { task, id, status, found } of result.checks) note(`${status.padEnd(8)}${task}/${id}${status === "pass" ? "" : `: ${found}`}`);
  print(suggestions.trimEnd());
  return EXIT.ok;
}

/** What the check says each time that it fails. */
function saysOf(lab: LabDefinition, { task, id, because }: CheckResult): string {
  const check = lab.tasks.find((each) => each.id === task)?.checks.find((each) => each.id === id);
  return fixedPart(check?.because ?? because);
}
