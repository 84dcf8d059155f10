import * as z from "zod";
import { identifier, sentence } from "../check-schema.ts";

/** What quiz.yaml may hold. Each kind has a key that no other has, by which a question without `kind` is known too. */

const id = identifier
  .describe("Named by <Quiz id> in the prose, by `quiz:` in checks and by `answer` steps.")
  .meta({ examples: ["static-or-dynamic"] });
const question = sentence
  .describe("What is asked. `code` and **strong** may stand in it.")
  .meta({ examples: ["Which of these needs a dynamic server?"] });
const why = sentence
  .describe("Shown with the result: why it is right, or what is wrong with it.")
  .meta({ examples: ["It differs for each visitor."] });

const choice = z
  .strictObject({
    id,
    kind: z
      .enum(["one", "many"])
      .optional()
      .describe("`one`: exactly one option is right (so if left out). `many`: any number of them, also none.")
      .meta({ examples: ["many"] }),
    question,
    options: z
      .array(
        z.strictObject({
          id: identifier.describe("Its name in `answer` steps.").meta({ examples: ["cart"] }),
          text: sentence.describe("The option as it is shown.").meta({ examples: ["A shopping cart"] }),
          right: z
            .boolean()
            .optional()
            .describe("true for a right answer.")
            .meta({ examples: [true] }),
          why,
        }),
      )
      .min(2, "a question needs at least two options")
      .describe("What can be chosen, in the order in which it is shown."),
  })
  .describe("A question with options to choose from.");

const order = z
  .strictObject({
    id,
    kind: z.literal("order").optional().describe("Things to be put into order."),
    question,
    sequence: z
      .array(
        z.strictObject({
          id: identifier.describe("Its name in `answer` steps.").meta({ examples: ["copy"] }),
          text: sentence.describe("The thing as it is shown.").meta({ examples: ["Copy the code to the server"] }),
          why,
        }),
      )
      .min(2, "an order needs at least two things")
      .max(9, "more than nine things are a chore to move; ask for fewer")
      .describe("The things in the right order. They are shown mixed."),
  })
  .describe("Things to be put into order.");

const match = z
  .strictObject({
    id,
    kind: z.literal("match").optional().describe("Each thing belongs to one of several targets."),
    question,
    items: z
      .array(
        z.strictObject({
          id: identifier.describe("Its name in `answer` steps.").meta({ examples: ["logo"] }),
          text: sentence.describe("The thing as it is shown.").meta({ examples: ["The logo"] }),
          to: z
            .string()
            .describe("The id of the target to which it belongs.")
            .meta({ examples: ["static"] }),
          why,
        }),
      )
      .min(2, "there must be at least two things to match")
      .describe("What is to be matched, in the order in which it is shown."),
    targets: z
      .array(
        z.strictObject({
          id: identifier.describe("Its name in `to` and in `answer` steps.").meta({ examples: ["static"] }),
          text: sentence.describe("The target as it is shown.").meta({ examples: ["A static server"] }),
        }),
      )
      .min(2, "there must be at least two targets")
      .describe("Where things can belong. One may have several things, or none."),
  })
  .describe("Things to be matched with targets, or sorted into groups.");

const range = z.strictObject({
  from: z
    .number()
    .describe("The least number that fits.")
    .meta({ examples: [40] }),
  to: z
    .number()
    .describe("The greatest number that fits.")
    .meta({ examples: [50] }),
});

const rule = z.strictObject({
  is: z
    .union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))])
    .optional()
    .describe("Fits these texts. Capitals and the number of blanks do not matter.")
    .meta({ examples: ["chmod 600 .env", ["443", "https"]] }),
  matches: z
    .string()
    .optional()
    .describe("Fits what this regular expression matches as a whole.")
    .meta({ examples: ["chmod (0?600|u=rw,go=) \\.env"] }),
  number: z
    .union([z.number(), range])
    .optional()
    .describe("Fits this number, or numbers of a range; a unit behind it and commas in it do not matter.")
    .meta({ examples: [443, { from: 40, to: 50 }] }),
  exact: z
    .boolean()
    .optional()
    .describe("Capitals matter for `is` and `matches`.")
    .meta({ examples: [true] }),
  right: z
    .boolean()
    .optional()
    .describe("true when such an answer is right.")
    .meta({ examples: [true] }),
  why,
});

const text = z
  .strictObject({
    id,
    kind: z.literal("text").optional().describe("A line of text, judged by rules."),
    question,
    answer: z
      .union([z.string(), z.number()])
      .describe("A right answer, shown to those who ask for it. The rules must find it right.")
      .meta({ examples: ["443"] }),
    rules: z.array(rule).min(1, "free text needs at least one rule").describe("Tried one after the other; the first that fits decides."),
    otherwise: sentence
      .describe("Said when no rule fits. Such an answer is wrong.")
      .meta({ examples: ["A port is a number; `ss -ltn` shows which ones are open."] }),
  })
  .describe("A line of text, judged by rules.");

export const quizzesSchema = z
  .array(z.union([choice, order, match, text]))
  .describe("quiz.yaml, beside lesson.mdx: the questions of a lesson, whether it has a lab or not.");

export type QuizFile = z.infer<typeof quizzesSchema>[number];
