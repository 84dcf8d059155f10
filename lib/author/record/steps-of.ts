import type { QuizAnswer } from "../../lab/quiz/types.ts";
import type { Action } from "../../lab/session/actions.ts";
import type { Step } from "../steps.ts";
import type { MarkedStep } from "./mark-tasks.ts";

/** What terminals showed last, before an action was done, by the action's index (at the end, their number) and the terminal's id. */
export type Tails = ReadonlyMap<number, ReadonlyMap<string, string>>;

export interface RecordedSteps {
  readonly steps: readonly Step[];
  /** What was done and has no step; sentences for the author. */
  readonly leftOut: readonly string[];
}

/**
 * A recorded attempt as the steps of an attempt's file (design.md §7): each command that the shell took, and what was typed to programs
 * while they ran. A command beside which something else was done, or that ran at the end, is left running once it has shown what the
 * author saw by then.
 */
export function stepsOf(actions: readonly Action[], tails: Tails): RecordedSteps {
  const steps: Step[] = [];
  const leftOut: string[] = [];
  const machines = new Map<string, string>();
  const opened = new Set<string>();
  /** The step whose command runs in a terminal, and when it ends. */
  const running = new Map<string, { readonly step: number; readonly ends: number }>();
  const leave = (terminal: string, index: number): void => {
    const command = running.get(terminal);
    const step = command === undefined ? undefined : steps[command.step];
    if (step === undefined || !("run" in step) || step.until !== undefined || step.timeout !== undefined) return;
    const seen = patternOf(tails.get(index)?.get(terminal) ?? "");
    steps[command?.step ?? 0] = seen === "" ? { ...step, timeout: SILENT_MS } : { ...step, until: seen };
  };
  for (const [index, action] of actions.entries()) {
    if (["saw", "port", "checked", "hint", "resize", "close", "cookie"].includes(action.kind) === false && action.kind !== "terminal") {
      // Whatever still runs elsewhere is left running.
      for (const [terminal, { ends }] of running)
        if (ends > index && !(action.kind === "keys" && isTypedToPrompt(action))) leave(terminal, index);
    }
    switch (action.kind) {
      case "terminal":
        machines.set(action.terminal, action.machine);
        break;
      case "saw": {
        if (action.what === "prompt" || action.what === "end") running.delete(action.terminal);
        if (action.what !== "command") break;
        const ends = actions.findIndex(
          (later, at) => at > index && later.kind === "saw" && later.terminal === action.terminal && later.what !== "command",
        );
        for (const [terminal, command] of running) if (terminal !== action.terminal && command.ends > index) leave(terminal, index);
        const { line } = action;
        // A command of a shell inside of another one: its keys are the outer command's input.
        if (running.has(action.terminal)) break;
        if (line === undefined) {
          leftOut.push(`A command in ${action.terminal}, of which the shell did not tell the line.`);
          break;
        }
        const machine = machines.get(action.terminal);
        const isFirst = !opened.has(action.terminal);
        opened.add(action.terminal);
        const other = isFirst && machine !== undefined && machine !== machines.get("t1") ? { machine } : {};
        steps.push({ run: line, terminal: action.terminal, ...other });
        running.set(action.terminal, { step: steps.length - 1, ends: ends < 0 ? Number.POSITIVE_INFINITY : ends });
        break;
      }
      case "keys": {
        if (isTypedToPrompt(action)) break;
        // biome-ignore lint/suspicious/noControlCharactersInRegex: Ctrl-C is one.
        for (const part of action.data.split(/(\x03)/).filter((each) => each !== "")) {
          if (part === "\x03") steps.push({ interrupt: true, terminal: action.terminal });
          else steps.push({ input: part.replaceAll("\r", "\n"), terminal: action.terminal });
        }
        break;
      }
      case "write":
        steps.push({
          write: action.path,
          text: action.text,
          ...(action.machine === machines.get("t1") ? {} : { machine: action.machine }),
        });
        break;
      case "answer":
        steps.push({ answer: copyOf(action.option), quiz: action.quiz });
        break;
      case "request": {
        const step = visitOf(action, actions[index - 1]);
        if (step === undefined) break;
        const last = steps.at(-1);
        // A form is sent from the page that was opened before it.
        if ("form" in step && last !== undefined && "visit" in last && last.visit === step.visit && last.form === undefined) steps.pop();
        steps.push(step);
        break;
      }
      case "create":
      case "rename":
      case "remove":
      case "decide":
      case "traffic":
      case "undo":
        leftOut.push(leftOutText(action));
        break;
      case "close":
      case "resize":
      case "cookie":
      case "hint":
      case "restored":
      case "port":
      case "checked":
        break;
    }
  }
  for (const terminal of running.keys()) leave(terminal, actions.length);
  // What ended the recording is no part of it.
  const last = steps.at(-1);
  if (last !== undefined && "run" in last && /^(exit|logout)\b/.test(last.run)) steps.pop();
  return { steps, leftOut };
}

function copyOf(answer: QuizAnswer): string | string[] | Record<string, string> {
  return typeof answer === "string" ? answer : isList(answer) ? [...answer] : { ...answer };
}

function isList(answer: QuizAnswer): answer is readonly string[] {
  return Array.isArray(answer);
}

/** A program that shows nothing is left running after so many real milliseconds. */
const SILENT_MS = 1000;

/** Keys at a prompt are a part of the command that the shell takes. */
function isTypedToPrompt(action: Extract<Action, { kind: "keys" }>): boolean {
  return action.shown === undefined;
}

function leftOutText(action: Extract<Action, { kind: "create" | "rename" | "remove" | "decide" | "traffic" | "undo" }>): string {
  if (action.kind === "undo") return "Something was undone: record it again without that, or take the steps out by hand.";
  const what = action.kind === "create" ? `made ${action.path}` : action.kind === "rename" ? `renamed ${action.from}` : action.kind;
  return `In the page, you ${action.kind === "remove" ? `deleted ${action.path}` : what}: there is no step for it. Use a command.`;
}

/** Opening a page, or sending its form. */
function visitOf(action: Extract<Action, { kind: "request" }>, before: Action | undefined): Extract<Step, { visit: string }> | undefined {
  if (action.mode !== "navigate") return undefined;
  if (action.method === "GET") {
    // Where a redirect led is no visit of the author's.
    const follows = before?.kind === "request" && before.mode === "navigate" && action.atMs - before.atMs < 1000 && before.method !== "GET";
    return follows ? undefined : { visit: action.url };
  }
  const type = action.headers?.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  if (!/x-www-form-urlencoded/i.test(type) || action.body === undefined) return undefined;
  const sent = new URLSearchParams(atob(action.body));
  const fields = [...sent].filter(([name, value]) => !(/token|csrf/i.test(name) && value.length >= 16));
  return { visit: action.referrer ?? action.url, form: Object.fromEntries(fields) };
}

/** A regular expression for the last line that was seen: numbers differ from one time to the next. */
export function patternOf(line: string): string {
  const end = line.trim().slice(-60);
  return end.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&").replace(/\d+/g, "\\d+");
}

/** Each line as a person would type it, with the tasks as comments; undefined where lines do not suffice. */
export function asScript(steps: readonly MarkedStep[], read: (text: string) => readonly { readonly step: Step }[]): string | undefined {
  const isLine = (step: Step): step is Extract<Step, { run: string }> =>
    "run" in step && step.until === undefined && step.timeout === undefined && step.machine === undefined && step.terminal === "t1";
  const typed = steps.filter(isLine);
  if (typed.length < steps.length) return undefined;
  const lines = typed.map(({ run }) => run);
  const text = typed.map((step) => `${"task" in step ? `# task: ${step.task}\n` : ""}${step.run}\n`).join("");
  // Read back, it must be the same commands: one that begins with # would be a comment.
  const same = read(text).map(({ step }) => ("run" in step ? step.run : undefined));
  return JSON.stringify(same) === JSON.stringify(lines) ? text : undefined;
}

/** The longest part of a message that is the same each time: {found} and {expected} are filled in. */
export function fixedPart(because: string): string {
  const parts = because.split(/\{\w+\}/).map((part) => part.replace(/^[\s:,.]+|[\s:,.]+$/g, ""));
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), "");
}

/** An attempt's file, a step a line. The first terminal goes without saying. */
export function asJson(fails: { readonly fails?: string; readonly says?: string }, steps: readonly MarkedStep[]): string {
  const lines = steps.map((step) => {
    const { terminal, ...rest } = "terminal" in step && step.terminal !== undefined ? step : { ...step, terminal: undefined };
    const fields = Object.entries(terminal === "t1" ? rest : step).map(([name, value]) => `"${name}": ${JSON.stringify(value)}`);
    return `    { ${fields.join(", ")} }`;
  });
  const head = Object.entries(fails).map(([name, value]) => `  "${name}": ${JSON.stringify(value)},\n`);
  return `{\n${head.join("")}  "steps": [\n${lines.join(",\n")}\n  ]\n}\n`;
}
