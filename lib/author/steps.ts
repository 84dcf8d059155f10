import * as z from "zod";

/** The steps of `lab run` and of attempts in JSON (design.md §7): what a learner could do, in order. */

const terminal = z.string().min(1).optional();
const timeout = z.number().positive().optional();
const until = z
  .string()
  .refine((text) => isExpression(text), { error: "not a regular expression" })
  .optional();

/** Of each kind of question: an option's id or a text, ids, or a target for each thing (`lib/lab/quiz/types.ts`). */
const answer = z.union([z.string(), z.number().transform(String), z.array(z.string()), z.record(z.string(), z.string())]);

export const stepSchema = z.union([
  z.strictObject({ run: z.string(), terminal, machine: z.string().optional(), until, timeout }),
  z.strictObject({ answer, quiz: z.string() }),
  z.strictObject({
    visit: z.string().regex(/^https?:\/\//, "an address begins with http:// or https://"),
    form: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    machine: z.string().optional(),
    timeout,
  }),
  z.strictObject({ interrupt: z.literal(true), terminal, until, timeout }),
  z.strictObject({ input: z.string(), terminal, until, timeout }),
  z.strictObject({ write: z.string(), text: z.string(), machine: z.string().optional() }),
  z.strictObject({ wait: z.number().nonnegative() }),
]);

export type Step = z.infer<typeof stepSchema>;

const kinds = ["run", "answer", "visit", "interrupt", "input", "write", "wait"];

/** Thrown for steps that can't be done as they are written; the message is for the person who wrote them. */
export class StepsError extends Error {
  override readonly name = "StepsError";
}

/** Reads a JSON list of steps. Throws StepsError. */
export function parseSteps(text: string, file: string): Step[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new StepsError(`${file}: this is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!Array.isArray(value)) throw new StepsError(`${file}: steps are a JSON list, like [{"run": "ls"}].`);
  return value.map((step: unknown, index) => readStep(step, `${file}: step ${index + 1}`));
}

function readStep(value: unknown, place: string): Step {
  const result = stepSchema.safeParse(value);
  if (result.success) return result.data;
  const kind = typeof value === "object" && value !== null ? kinds.findIndex((each) => each in value) : -1;
  if (kind < 0) throw new StepsError(`${place}: a step needs one of ${kinds.join(", ")}.`);
  const [issue] = result.error.issues;
  const inner = issue?.code === "invalid_union" ? issue.errors[kind]?.[0] : issue;
  const at = inner?.path.join(".") ?? "";
  throw new StepsError(`${place} (${kinds[kind]}): ${at === "" ? "" : `${at}: `}${inner?.message ?? "not understood"}.`);
}

function isExpression(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
