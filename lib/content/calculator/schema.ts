import * as z from "zod";
import { identifier, sentence } from "../../lab/check-schema.ts";

/** What calculators.yaml may hold, beside lesson.mdx. */

const name = identifier.describe("Its name in formulas.").meta({ examples: ["visitors"] });
const formula = z
  .string()
  .trim()
  .min(1, "this must not be empty")
  .describe(
    "Numbers, names of what stands before it, + - * / % ^, comparisons (1 or 0), parentheses, and min, max, ceil, floor, round, abs, sqrt, if(condition, then, else). Blanks around a minus.",
  )
  .meta({ examples: ["visitors * pages * 30", "max(0, traffic - 100) * 0.15", "if(memory > 512, 25, 7)"] });

const shown = {
  before: z
    .string()
    .optional()
    .describe("Stands before the number.")
    .meta({ examples: ["$"] }),
  after: z
    .string()
    .optional()
    .describe("Stands behind the number.")
    .meta({ examples: [" GB"] }),
  digits: z
    .number()
    .int()
    .min(0)
    .max(6)
    .optional()
    .describe("Decimals that are shown; 0 if left out.")
    .meta({ examples: [2] }),
  note: sentence
    .optional()
    .describe("A remark beside it, one sentence.")
    .meta({ examples: ["Prices of October 2026."] }),
};

const entry = z.strictObject({
  id: name,
  label: sentence.describe("What it is, in the first column.").meta({ examples: ["Traffic a month"] }),
  formula,
  ...shown,
});

export const calculatorsSchema = z
  .array(
    z.strictObject({
      id: identifier.describe("Named by <Calculator id> in the prose.").meta({ examples: ["monthly-bill"] }),
      title: sentence.describe("Stands above the table.").meta({ examples: ["What a month costs"] }),
      numbers: z
        .array(
          z.strictObject({
            id: name,
            label: sentence.describe("What it is.").meta({ examples: ["Visitors a day"] }),
            value: z
              .number()
              .describe("What it begins with.")
              .meta({ examples: [2000] }),
            min: z
              .number()
              .optional()
              .describe("The least that can be entered; 0 if left out.")
              .meta({ examples: [1] }),
            max: z
              .number()
              .optional()
              .describe("The greatest that can be entered; 1,000,000,000 if left out.")
              .meta({ examples: [100000] }),
            step: z
              .number()
              .positive()
              .optional()
              .describe("How far an arrow key goes; 1 if left out.")
              .meta({ examples: [100] }),
            unit: z
              .string()
              .optional()
              .describe("Stands behind the field.")
              .meta({ examples: ["KB"] }),
          }),
        )
        .min(1, "there must be a number to change")
        .max(8, "more than eight numbers are a form, not a small table")
        .describe("What the reader may change."),
      steps: z.array(entry).optional().describe("Results on the way, which later formulas may use."),
      results: z
        .array(entry)
        .min(1, "there must be a result")
        .max(12, "more than twelve results are no small table")
        .describe("What follows."),
      mark: z
        .enum(["least", "most"])
        .optional()
        .describe("Names the least or the greatest of the results.")
        .meta({ examples: ["least"] }),
    }),
  )
  .describe("calculators.yaml, beside lesson.mdx: small tables whose numbers the reader may change.");
