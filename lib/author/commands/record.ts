import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Attempt } from "../../lab/attempt/attempt.ts";
import type { LabDefinition } from "../../lab/types.ts";
import type { Retraced } from "../engine/retrace.ts";
import { EngineProcess } from "../engine-process.ts";
import { readScript } from "../gate/attempts.ts";
import { findLabLesson, type LabLesson } from "../library.ts";
import { badUsage, EXIT, note, print } from "../output.ts";
import { AuthorTerminal } from "../record/author-terminal.ts";
import { asScript } from "../record/steps-of.ts";
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
    return report(lesson, name, retraced);
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
    '1. npm start, and open the lesson. Its lab must be fresh: "Start over" on the bench makes it so.',
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
    "Do the exercise. `exit`, or Ctrl-D twice, ends the recording. Ctrl-] and a digit shows another terminal, Ctrl-] and q ends at once.",
  );
  const terminal = new AuthorTerminal(lab.machines.map(({ name }) => name));
  try {
    return await engine.record(lab, terminal);
  } finally {
    terminal.close();
  }
}

function report({ folder, lab }: LabLesson, name: string, { steps, leftOut, result, suggestions }: Retraced): number {
  if (steps.length === 0) {
    note("Nothing was done, so nothing was written.");
    return EXIT.failed;
  }
  const isWrong = name.startsWith("wrong-");
  const failing = result.checks.find(({ status }) => status === "fail");
  const fails = isWrong && failing !== undefined ? { fails: `${failing.task}/${failing.id}`, says: plainPart(failing.because) } : {};
  const script = asScript(steps, (text) => readScript(text).steps);
  const head = "fails" in fails ? `# fails: ${fails.fails}\n# says: ${fails.says}\n` : "";
  const path = join(folder, "attempts", `${name}.${script === undefined ? "json" : "sh"}`);
  mkdirSync(join(folder, "attempts"), { recursive: true });
  writeFileSync(path, script === undefined ? `${JSON.stringify({ ...fails, steps }, null, 2)}\n` : head + script);
  note(
    `Wrote ${path}: ${steps.length === 1 ? "one step" : `${steps.length} steps`}. Read it, and try it: npm run -s lab -- test ${lab.lesson}`,
  );
  for (const sentence of leftOut) note(`Left out: ${sentence}`);
  for (const { what } of result.missed) note(`When it was run again, something came otherwise: ${what}.`);
  for (const { task, id, status, found } of result.checks) note(`${status.padEnd(8)}${task}/${id}${status === "pass" ? "" : `: ${found}`}`);
  print(suggestions.trimEnd());
  return EXIT.ok;
}

/** The part of a message before what differs from one time to the next. */
function plainPart(text: string): string {
  return text.split(/[({]/)[0]?.trim().slice(0, 80) ?? text;
}
