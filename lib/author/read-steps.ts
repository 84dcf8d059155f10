import type * as z from "zod";
import { formatProblem, type Problem } from "../lab/definition/problem.ts";
import { YamlSource } from "../lab/definition/yaml-source.ts";
import { jsonMistakeAt } from "./json-place.ts";
import { attemptSchema, type Step, stepListSchema } from "./steps.ts";

/** Thrown for steps that can't be done as they are written. */
export class StepsError extends Error {
  override readonly name = "StepsError";

  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"));
  }
}

/** A step of an attempt. */
export interface AttemptStep {
  readonly step: Step;
  /** Where it begins in the file, from 1. */
  readonly line: number;
  /** Why leaving this step out need not fail anything. */
  readonly optional?: string;
  /** The task that it belongs to, as a marker at it or before it says. */
  readonly task?: string;
}

/** What an attempt's file holds. */
export interface ReadSteps {
  readonly steps: readonly AttemptStep[];
  /** Of a wrong one: the check that it fails ("task/check"), and a part of what that check says. */
  readonly fails?: string;
  readonly says?: string;
  /** The line of `fails`. */
  readonly failsLine?: number;
}

/** Reads an attempt in JSON, or a list of steps alone; `file` is its name in problems. Throws StepsError. */
export function readStepsFile(text: string, file: string): ReadSteps {
  const isList = Array.isArray(parse(text, file));
  // JSON is YAML, whose parser knows where things stand; but it takes no tabs, which JSON allows between things only.
  const source = new YamlSource(file, text.replaceAll("\t", " "));
  const whole = isList ? listed(source.read(stepListSchema)) : source.read(attemptSchema);
  if (whole === undefined) throw new StepsError(source.problems);
  const base = isList ? [] : ["steps"];
  let current: string | undefined;
  const steps = whole.steps.map(({ task, optional, ...step }, index): AttemptStep => {
    current = task ?? current;
    const { line } = source.position([...base, index]);
    return { step, line, optional, ...(current !== undefined && { task: current }) };
  });
  return { steps, fails: whole.fails, says: whole.says, failsLine: source.position(["fails"], "key").line };
}

function listed(steps: z.infer<typeof stepListSchema> | undefined): z.infer<typeof attemptSchema> | undefined {
  return steps && { steps };
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const before = text.slice(0, jsonMistakeAt(text) ?? 0).split("\n");
    const problem: Problem = {
      file,
      line: before.length,
      column: (before.at(-1)?.length ?? 0) + 1,
      message: `This is not JSON: ${said.replace(/ in JSON at position.*$|, ".*" is not valid JSON$|, \.\.\..* is not valid JSON$/s, "")}.`,
      remedy: "Names and texts stand in double quotes; between two things stands a comma, and none after the last.",
    };
    throw new StepsError([problem]);
  }
}
