import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../../lab/definition/problem.ts";
import { type AttemptStep, type ReadSteps, readStepsFile, StepsError } from "../read-steps.ts";

/** One way to do a lab, right or wrong (design.md §6). A wrong one has `fails` and `says`. */
export interface Attempt extends ReadSteps {
  /** The file's name without its ending. */
  readonly name: string;
  readonly file: string;
  /** The same from the lesson's folder on: attempts/solution.json. */
  readonly path: string;
  readonly kind: "solution" | "also-right" | "wrong";
}

/** Reads a lesson's attempts/. Throws StepsError with all that can't be understood; files are named from the lesson's folder on. */
export function readAttempts(folder: string): Attempt[] {
  const root = join(folder, "attempts");
  if (!existsSync(root)) return [];
  const problems: Problem[] = [];
  const attempts = readdirSync(root)
    .filter((name) => name.endsWith(".sh") || name.endsWith(".json"))
    .sort()
    .flatMap((name) => {
      try {
        return [readAttempt(join(root, name), name)];
      } catch (error) {
        if (!(error instanceof StepsError)) throw error;
        problems.push(...error.problems);
        return [];
      }
    });
  if (problems.length > 0) throw new StepsError(problems);
  return attempts;
}

function readAttempt(file: string, name: string): Attempt {
  const path = `attempts/${name}`;
  const refuse = (message: string, remedy: string): StepsError => new StepsError([{ file: path, line: 1, column: 1, message, remedy }]);
  const base = name.replace(/\.(sh|json)$/, "");
  const kind =
    base === "solution" ? "solution" : base.startsWith("also-right-") ? "also-right" : base.startsWith("wrong-") ? "wrong" : undefined;
  if (kind === undefined) throw refuse(`\`${name}\` is no name of an attempt.`, "Call it solution, also-right-… or wrong-….");
  const text = readFileSync(file, "utf8");
  const read = name.endsWith(".sh") ? readScript(text) : readStepsFile(text, path);
  if (kind === "wrong" && (read.fails === undefined || read.says === undefined)) {
    const written = name.endsWith(".sh") ? "`# fails: task/check` and `# says: text`" : '`"fails": "task/check"` and `"says": "text"`';
    throw refuse("A wrong attempt names the check that it fails, and words that it says.", `Begin the file with ${written}.`);
  }
  return { name: base, file, path, kind, ...read };
}

/** A script: comments at its head, then commands. A command goes on over here-documents and lines that end in a backslash. */
export function readScript(text: string): ReadSteps {
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
  const head = lines.findIndex((line) => !line.startsWith("#"));
  // A marker belongs to the commands behind it, also when it is their first line.
  const first = lines.findIndex((line) => /^#\s*task:/.test(line));
  const comments = lines.slice(0, head < 0 ? lines.length : first < 0 ? head : Math.min(head, first));
  const field = (name: string): string | undefined =>
    comments.map((line) => new RegExp(`^#\\s*${name}:\\s*(.+)$`).exec(line)?.[1]?.trim()).find((value) => value !== undefined);
  const fails = field("fails");
  const failsLine = comments.findIndex((line) => /^#\s*fails:/.test(line)) + 1;
  return {
    fails,
    says: field("says"),
    ...(fails !== undefined && { failsLine }),
    steps: commandsOf(lines.slice(comments.length), comments.length),
  };
}

function commandsOf(lines: readonly string[], before: number): AttemptStep[] {
  const steps: AttemptStep[] = [];
  let optional: string | undefined;
  let task: string | undefined;
  for (let index = 0; index < lines.length; index++) {
    const first = lines[index] ?? "";
    const line = before + index + 1;
    const reason = /^#\s*optional:\s*(.+)$/.exec(first)?.[1];
    if (reason !== undefined) optional = reason;
    task = /^#\s*task:\s*(\S+)\s*$/.exec(first)?.[1] ?? task;
    if (first.trim() === "" || first.startsWith("#")) continue;
    const command = [first];
    while (command.at(-1)?.endsWith("\\") && index + 1 < lines.length) command.push(lines[++index] ?? "");
    for (const [, dash, , word] of first.matchAll(/<<(-?)\s*(['"]?)([A-Za-z_]\w*)\2/g)) {
      for (let text = ""; index + 1 < lines.length && (dash === "-" ? text.replace(/^\t+/, "") : text) !== word; ) {
        text = lines[++index] ?? "";
        command.push(text);
      }
    }
    const inline = /\s#\s*optional:\s*(.+)$/.exec(first)?.[1];
    steps.push({ step: { run: command.join("\n") }, line, optional: inline ?? optional, ...(task !== undefined && { task }) });
    optional = undefined;
  }
  return steps;
}
