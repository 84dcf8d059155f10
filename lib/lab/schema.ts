import * as z from "zod";

/**
 * What lab.yaml and quiz.yaml may hold (design.md §5). One schema checks the files, completes them in editors (`labJsonSchema`)
 * and describes each field; `read-lab.ts` turns the checked text into a `LabDefinition`.
 */

/** Of tasks, checks, quizzes and their options: these go into addresses and saved progress. */
const identifier = z.string().regex(/^[a-z][a-z0-9-]*$/, "an id is lower-case letters, digits and dashes, beginning with a letter");

const sentence = z.string().trim().min(1, "this must not be empty");

const oneOrMore = z.union([z.string(), z.array(z.string())]);

const textRule = {
  contains: oneOrMore.optional().describe("Text that must be in it; or a list, of which each must be."),
  excludes: oneOrMore.optional().describe("Text that must not be in it; or a list."),
  matches: z.string().optional().describe("A JavaScript regular expression (multiline) that must match somewhere."),
  equals: z.string().optional().describe("The whole text; spaces and line ends at its end do not count."),
};

const textRuleObject = z.strictObject(textRule);

const common = {
  id: identifier.describe("Unique within the task."),
  on: z.string().optional().describe("The machine; the first one if left out."),
  because: sentence.describe("What the learner is told when it fails. {found} and {expected} are filled in."),
  next: sentence.describe("What to try next."),
  lasting: z.boolean().optional().describe("Must hold at the end of the lab too, not only once."),
};

const runCheck = z
  .strictObject({
    ...common,
    run: sentence.describe("A bash command, run in a throw-away copy of the machine."),
    cwd: z.string().optional().describe("Where it runs; the machine's own cwd if left out."),
    user: z.string().optional().describe("As whom it runs; the machine's user if left out."),
    exit: z
      .union([z.number().int().min(0).max(255), z.literal("any")])
      .optional()
      .describe("The exit status it must have. 0 if left out; `any` when only the output matters."),
    stdout: textRuleObject.optional().describe("What its standard output must be like."),
    network: z.boolean().optional().describe("Let the copy reach the ports of the lab. false if left out."),
    timeout: z.number().positive().max(120).optional().describe("Seconds of the lab's clock; 20 if left out."),
  })
  .describe("A command that looks at the machine.");

const fileCheck = z
  .strictObject({
    ...common,
    file: sentence.describe("A path; relative ones begin at the machine's cwd, ~ is its user's home."),
    exists: z.boolean().optional().describe("false: it must not be there. true if left out."),
    type: z.enum(["file", "directory", "symlink"]).optional(),
    ...textRule,
    mode: z
      .string()
      .regex(/^[0-7]{3,4}$/, 'a mode is three or four octal digits in quotes, like "0644"')
      .optional()
      .describe('Permission bits as chmod takes them, in quotes: "0600".'),
    owner: z.string().optional().describe("The name of the user who must own it."),
  })
  .describe("A file, its text and its attributes.");

const httpCheck = z
  .strictObject({
    ...common,
    http: z
      .string()
      .regex(/^https?:\/\/[^/\s]+/, "an address begins with http:// or https:// and a host")
      .describe("The address that is asked, from the machine."),
    method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]).optional(),
    sends: z.record(z.string(), z.string()).optional().describe("Headers of the request."),
    refused: z.literal(true).optional().describe("true: nothing may listen there. No request is sent."),
    status: z.number().int().min(100).max(599).optional().describe("The status the answer must have."),
    ...textRule,
    header: z
      .record(z.string(), z.union([z.string(), textRuleObject]))
      .optional()
      .describe("Headers of the answer: the whole value, or rules for it."),
  })
  .describe("A request and its answer.");

const quizCheck = z
  .strictObject({
    id: common.id,
    because: common.because,
    next: common.next,
    quiz: z.string().describe("The id of a quiz of this lesson, answered right."),
  })
  .describe("A question that must have been answered right.");

export const checkSchema = z.union([runCheck, fileCheck, httpCheck, quizCheck]);

export const taskSchema = z.strictObject({
  id: identifier,
  title: sentence.describe("What to do, as an instruction."),
  text: z.string().optional().describe("More about it, as Markdown."),
  needs: z.array(z.string()).optional().describe("Tasks that must have passed before this one is looked at."),
  checks: z.array(checkSchema).min(1, "a task needs at least one check"),
  hints: z.array(sentence).optional().describe("Opened one at a time: a nudge, where to look, the shape of the command."),
  solution: z.string().optional().describe("How to do it, as Markdown."),
});

const ssh = z.union([
  z.boolean(),
  z.array(z.string()),
  z.strictObject({
    from: z.array(z.string()).optional().describe("Machines whose user has a key that this one lets in."),
    password: z.string().min(1).optional().describe("Lets the user in with this password too; without it, only keys do."),
  }),
]);

const ipv4 = z
  .string()
  .regex(/^10\.0\.0\.(?:[2-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-4])$/, "an address is one of 10.0.0.2 to 10.0.0.254 (10.0.0.1 is the gateway)");

export const labSchema = z.strictObject({
  machines: z
    .record(
      identifier,
      z.strictObject({
        image: z.string().describe("What a fresh machine holds: ubuntu, python."),
        user: z.string().optional().describe("Who logs in; learner if left out."),
        cwd: z.string().optional().describe("Where terminals begin; ~ if left out. It is made if it is not there."),
        address: ipv4.optional().describe("Its address on the lab's network; the next free one if left out."),
        hostname: z
          .string()
          .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, "a host name is lower-case letters, digits and dashes")
          .optional()
          .describe("Its own name; the name of the machine if left out."),
        ssh: ssh
          .optional()
          .describe(
            "An ssh server runs from the start. `true`; or machines whose user's key is let in: `[laptop]`; or `{ from, password }`.",
          ),
      }),
    )
    .describe("The machines of the lab, by name. The first is the one that terminals open on."),
  dns: z
    .record(z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, "a name is like shop.example"), z.string())
    .optional()
    .describe("Further names that the lab's name server knows: `shop.example: web-1`, a machine or an address."),
  network: z
    .strictObject({
      latency: z.number().min(0).max(2000).optional().describe("There and back between two machines, in milliseconds; 0.4 if left out."),
    })
    .optional(),
  browser: z
    .strictObject({
      machine: z.string().optional().describe("From which machine the browser pane looks; the first if left out."),
      home: z
        .string()
        .regex(/^https?:\/\//, "an address begins with http:// or https://")
        .optional(),
    })
    .optional(),
  tasks: z.array(taskSchema).min(1, "a lab needs at least one task"),
});

export type LabFile = z.infer<typeof labSchema>;
export type TaskFile = z.infer<typeof taskSchema>;
export type CheckFile = z.infer<typeof checkSchema>;
export type TextRuleFile = z.infer<typeof textRuleObject>;

export const quizzesSchema = z
  .array(
    z.strictObject({
      id: identifier.describe("Named by <Quiz id> in the prose and by `quiz:` in checks."),
      question: sentence,
      options: z
        .array(
          z.strictObject({
            id: identifier,
            text: sentence,
            right: z.boolean().optional().describe("true for the right answer; exactly one has it."),
            why: sentence.describe("Shown when it was chosen: why it is right, or what is wrong with it."),
          }),
        )
        .min(2, "a question needs at least two options"),
    }),
  )
  .describe("quiz.yaml, beside lesson.mdx: the questions of a lesson, whether it has a lab or not.");

/** JSON Schema of lab.yaml, for editors. */
export function labJsonSchema(): unknown {
  return z.toJSONSchema(labSchema, { io: "input" });
}

/** JSON Schema of quiz.yaml, for editors. */
export function quizJsonSchema(): unknown {
  return z.toJSONSchema(quizzesSchema, { io: "input" });
}
