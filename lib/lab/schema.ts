import * as z from "zod";
import { bucketsSchema } from "./buckets-schema.ts";
import { checkSchema, identifier, sentence } from "./check-schema.ts";
import { hostingSchema } from "./hosting-schema.ts";
import { quizzesSchema } from "./quiz/schema.ts";

/**
 * What lab.yaml and quiz.yaml may hold (design.md §5). One schema checks the files, completes them in editors (`labJsonSchema`)
 * and describes each field; `read-lab.ts` turns the checked text into a `LabDefinition`.
 */

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

const address = z.string().regex(/^https?:\/\/[^/\s]+/, "an address begins with http:// or https:// and a host");

export const labSchema = z.strictObject({
  continues: z
    .string()
    .optional()
    .describe("Id of another lesson: this lab starts from the end state of its solution, the whole world, running services included."),
  machines: z
    .record(
      identifier,
      z.strictObject({
        image: z
          .string()
          .describe(
            "What a fresh machine holds: `ubuntu` (a bare server), `python` (Python with pip as well) or `server` (nginx and PostgreSQL as well).",
          ),
        user: z.string().optional().describe("Who logs in; learner if left out."),
        cwd: z.string().optional().describe("Where terminals begin; ~ if left out. It is made if it is not there."),
        address: ipv4.optional().describe("Its address on the lab's network; the next free one if left out."),
        hostname: z
          .string()
          .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, "a host name is lower-case letters, digits and dashes")
          .optional()
          .describe("Its own name; the name of the machine if left out."),
        without: z
          .array(z.string())
          .optional()
          .describe("Packages of the image that this machine lacks, until somebody installs them with apt: `[zip]`.")
          .meta({ examples: [["zip"]] }),
        ssh: ssh
          .optional()
          .describe(
            "An ssh server runs from the start. `true`; or machines whose user's key is let in: `[laptop]`; or `{ from, password }`.",
          ),
      }),
    )
    .describe("The machines of the lab, by name. The first is the one that terminals open on."),
  dns: z
    .record(
      z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, "a name is like shop.example"),
      z.union([
        z.string(),
        z.strictObject({
          to: z.string().describe("A machine or an address."),
          ttl: z.number().int().min(1).max(86_400).describe("How long an answer may be remembered, in seconds."),
        }),
      ]),
    )
    .optional()
    .describe(
      "Further names that the lab's name server knows: `shop.example: web-1`, a machine or an address; or `{ to: web-1, ttl: 3600 }`.",
    ),
  registrar: z
    .strictObject({
      domains: z
        .array(z.string().regex(/^[a-z0-9-]+\.test$/, "a domain is like shop.test"))
        .describe("What the learner has there from the start; names of `dns` below them are records that can be changed."),
    })
    .optional()
    .describe("The registrar at https://registrar.test/, which every lab has: domains that are the learner's from the start."),
  github: hostingSchema.optional(),
  buckets: bucketsSchema.optional(),
  network: z
    .strictObject({
      latency: z.number().min(0).max(2000).optional().describe("There and back between two machines, in milliseconds; 0.4 if left out."),
    })
    .optional(),
  traffic: z
    .record(
      identifier,
      z.strictObject({
        from: z.string().optional().describe("A machine; `internet` (many addresses outside of the lab) if left out."),
        to: z.union([address, z.array(address).min(1)]).describe("The address that is asked; of a list, one after the other."),
        perSecond: z.number().positive().max(100).optional().describe("Requests a second, at a steady rate; 10 if left out."),
        during: z.string().optional().describe("The task during which it runs by itself. The learner starts it if left out."),
      }),
    )
    .optional()
    .describe("Simulated users, by name: they make real requests, whose answers are kept for checks."),
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

/** JSON Schema of lab.yaml, for editors. */
export function labJsonSchema(): unknown {
  return z.toJSONSchema(labSchema, { io: "input" });
}

/** JSON Schema of quiz.yaml, for editors. */
export function quizJsonSchema(): unknown {
  return z.toJSONSchema(quizzesSchema, { io: "input" });
}
