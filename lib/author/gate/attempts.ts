import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSteps, type Step, StepsError } from "../steps.ts";
import { linesOfJson } from "./problem.ts";

/** One way to do a lab, right or wrong (design.md §6). */
export interface Attempt {
  /** The file's name without its ending. */
  readonly name: string;
  readonly file: string;
  /** The same from the lesson's folder on: attempts/solution.json. */
  readonly path: string;
  readonly kind: "solution" | "also-right" | "wrong";
  readonly steps: readonly AttemptStep[];
  /** Of a wrong one: the check that it fails ("task/check"), and a part of what that check says. */
  readonly fails?: string;
  readonly says?: string;
}

export interface AttemptStep {
  readonly step: Step;
  /** Where it begins in the file, from 1. */
  readonly line: number;
  /** Why leaving this step out need not fail anything. */
  readonly optional?: string;
  /** The task that it belongs to, as a marker at it or before it says. */
  readonly task?: string;
}

/** Reads a lesson's attempts/. Throws StepsError for one that can't be understood. */
export function readAttempts(folder: string): Attempt[] {
  const root = join(folder, "attempts");
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .filter((name) => name.endsWith(".sh") || name.endsWith(".json"))
    .sort()
    .map((name) => readAttempt(join(root, name), name));
}

function readAttempt(file: string, name: string): Attempt {
  const base = name.replace(/\.(sh|json)$/, "");
  const kind =
    base === "solution" ? "solution" : base.startsWith("also-right-") ? "also-right" : base.startsWith("wrong-") ? "wrong" : undefined;
  if (kind === undefined) throw new StepsError(`${file}: an attempt is called solution, also-right-… or wrong-….`);
  const text = readFileSync(file, "utf8");
  const read = name.endsWith(".sh") ? readScript(text) : readJson(text, file);
  if (kind === "wrong" && (read.fails === undefined || read.says === undefined)) {
    throw new StepsError(
      `${file}: a wrong attempt names the check that it fails, and what that says (\`fails: task/check\`, \`says: text\`).`,
    );
  }
  return { name: base, file, path: `attempts/${name}`, kind, ...read };
}

type Read = Pick<Attempt, "steps" | "fails" | "says">;

/** A script: comments at its head, then commands. A command goes on over here-documents and lines that end in a backslash. */
export function readScript(text: string): Read {
  const lines = text.replace(/\n$/, "").split("\n");
  const head = lines.findIndex((line) => !line.startsWith("#"));
  // A marker belongs to the commands behind it, also when it is their first line.
  const first = lines.findIndex((line) => /^#\s*task:/.test(line));
  const comments = lines.slice(0, head < 0 ? lines.length : first < 0 ? head : Math.min(head, first));
  const field = (name: string): string | undefined =>
    comments.map((line) => new RegExp(`^#\\s*${name}:\\s*(.+)$`).exec(line)?.[1]?.trim()).find((value) => value !== undefined);
  return { fails: field("fails"), says: field("says"), steps: commandsOf(lines.slice(comments.length), comments.length) };
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

function readJson(text: string, file: string): Read {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new StepsError(`${file}: this is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const whole: Record<string, unknown> = Array.isArray(value) ? { steps: value } : isRecord(value) ? value : {};
  const list = whole.steps;
  if (!Array.isArray(list)) throw new StepsError(`${file}: an attempt is {"steps": […]}, a wrong one with "fails" and "says".`);
  const reasons: (string | undefined)[] = [];
  const tasks: (string | undefined)[] = [];
  const bare = list.map((step: unknown, index) => {
    if (!isRecord(step)) return step;
    const { optional, task, ...rest } = step;
    if (task !== undefined && typeof task !== "string") {
      throw new StepsError(`${file}: step ${index + 1}: \`task\` is the id of a task, as text.`);
    }
    reasons.push(typeof optional === "string" ? optional : undefined);
    tasks.push(task ?? tasks.at(-1));
    return rest;
  });
  const lines = linesOfJson(text);
  const steps = parseSteps(JSON.stringify(bare), file).map((step, index) => ({
    step,
    line: lines[index] ?? 1,
    optional: reasons[index],
    ...(tasks[index] !== undefined && { task: tasks[index] }),
  }));
  return { steps, fails: asText(whole.fails), says: asText(whole.says) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
