import * as z from "zod";

/** The steps of `lab run` and of attempts in JSON (design.md §7): what a learner could do, in order. */

const machine = z
  .string()
  .optional()
  .describe("The machine; the lab's first one if left out.")
  .meta({ examples: ["web-1"] });
const terminal = z
  .string()
  .min(1)
  .optional()
  .describe("A terminal of that name, opened when it is new; the lab's first one if left out.")
  .meta({ examples: ["t2"] });
const timeout = z
  .number()
  .positive()
  .optional()
  .describe("How long the step may take, in milliseconds; 30000 if left out. A program that still runs then is left running.")
  .meta({ examples: [60_000] });
const until = z
  .string()
  .refine((text) => isExpression(text), { error: "not a regular expression" })
  .optional()
  .describe("A regular expression. The step ends when the terminal shows it, and what runs is left running: a server, a question.")
  .meta({ examples: ["Listening at", "\\(yes/no"] });

/** Of each kind of question: an option's id or a text, ids, or a target for each thing (`lib/lab/quiz/types.ts`). */
const answer = z.union([z.string(), z.number().transform(String), z.array(z.string()), z.record(z.string(), z.string())]);

/** The kinds of step, each with its own fields and with `marks`. */
function kinds<Marks extends z.ZodRawShape>(marks: Marks) {
  return z.union([
    z
      .strictObject({
        run: z
          .string()
          .describe("A command, typed at the prompt of a terminal.")
          .meta({ examples: ["python manage.py migrate"] }),
        terminal,
        machine: machine.describe("Of a new terminal: the machine on which it opens; the lab's first one if left out."),
        until,
        timeout,
        ...marks,
      })
      .describe("Types a command and waits until it has ended, or has shown what `until` says."),
    z
      .strictObject({
        answer: answer.describe("An option's id, a list of ids, a target for each thing, or a text, as the kind of question takes it."),
        quiz: z
          .string()
          .describe("A question of quiz.yaml.")
          .meta({ examples: ["static-or-dynamic"] }),
        ...marks,
      })
      .describe("Answers a question."),
    z
      .strictObject({
        visit: z
          .string()
          .regex(/^https?:\/\//, "an address begins with http:// or https://")
          .describe("An address, opened in the browser pane, with the cookies that it has.")
          .meta({ examples: ["http://localhost:8000/admin/"] }),
        form: z
          .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
          .optional()
          .describe("Fills in the page's form and sends it, hidden fields included.")
          .meta({ examples: [{ username: "ann", password: "bread" }] }),
        machine: machine.describe("From which machine the browser looks; the lab's own choice if left out."),
        timeout,
        ...marks,
      })
      .describe("Opens a page in the lab's browser."),
    z
      .strictObject({
        interrupt: z
          .literal(true)
          .describe("Ctrl-C.")
          .meta({ examples: [true] }),
        terminal,
        until,
        timeout,
        ...marks,
      })
      .describe("Ends what runs in a terminal."),
    z
      .strictObject({
        input: z
          .string()
          .describe("Typed to the program that runs; \\n is Enter.")
          .meta({ examples: ["yes\n"] }),
        terminal,
        until,
        timeout,
        ...marks,
      })
      .describe("Answers a program that asks."),
    z
      .strictObject({
        write: z
          .string()
          .describe("The path of a file; ~ is the home of the machine's user.")
          .meta({ examples: ["~/shop/settings.py"] }),
        text: z
          .string()
          .describe("All that the file holds from then on.")
          .meta({ examples: ["DEBUG = False\n"] }),
        machine,
        ...marks,
      })
      .describe("Saves a file, as the editor does."),
    z
      .strictObject({
        wait: z
          .number()
          .nonnegative()
          .describe("So many seconds of the lab's clock go by.")
          .meta({ examples: [60] }),
        ...marks,
      })
      .describe("Lets time go by."),
  ]);
}

export const stepSchema = kinds({});

export type Step = z.infer<typeof stepSchema>;

const markedStep = kinds({
  task: z
    .string()
    .optional()
    .describe("In the solution: the task to which the steps from here on belong.")
    .meta({ examples: ["serve-site"] }),
  optional: z
    .string()
    .optional()
    .describe("Why no check need notice when this step is left out.")
    .meta({ examples: ["It only looks."] }),
});

const steps = z.array(markedStep).describe("What is done, in order.");

/** A list of steps alone. */
export const stepListSchema = steps;

/** attempts/*.json */
export const attemptSchema = z.strictObject({
  fails: z
    .string()
    .optional()
    .describe("Of a wrong attempt: the check that it fails, as task/check.")
    .meta({ examples: ["serve-site/front-page"] }),
  says: z
    .string()
    .optional()
    .describe("Of a wrong attempt: a part of what that check says.")
    .meta({ examples: ["Nothing answers"] }),
  steps,
});

function isExpression(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
