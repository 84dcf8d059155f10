import * as z from "zod";

/** The kinds of check in lab.yaml; each field says what it is for, which editors show. */

/** Of tasks, checks, quizzes and their options: these go into addresses and saved progress. */
export const identifier = z.string().regex(/^[a-z][a-z0-9-]*$/, "an id is lower-case letters, digits and dashes, beginning with a letter");

export const sentence = z.string().trim().min(1, "this must not be empty");

const oneOrMore = z.union([z.string(), z.array(z.string())]);

const textRule = {
  contains: oneOrMore.optional().describe("Text that must be in it; or a list, of which each must be."),
  excludes: oneOrMore.optional().describe("Text that must not be in it; or a list."),
  matches: z.string().optional().describe("A JavaScript regular expression (multiline) that must match somewhere."),
  wanted: sentence.optional().describe("What `matches` looks for, in words that a learner understands; it goes with `matches`."),
  equals: z.string().optional().describe("The whole text; spaces and line ends at its end do not count."),
};

const textRuleObject = z.strictObject(textRule);

const teaches = z.array(z.string()).optional().describe("Topics of content/syllabus.yaml that this check shows to be learned.");

const common = {
  id: identifier.describe("Unique within the task."),
  teaches,
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
    certificate: z
      .strictObject({
        daysLeft: z.number().int().min(1).optional().describe("So many days at least until it ends, on the lab's clock."),
        issuer: z.string().optional().describe("What the issuer's name contains: Lab Encrypt."),
      })
      .optional()
      .describe("What the certificate of an https address must be, besides trusted: one that is not trusted fails in any case."),
  })
  .describe("A request and its answer.");

const portNumber = z.number().int().min(1).max(65535);

const portCheck = z
  .strictObject({
    ...common,
    port: portNumber.describe("A TCP port of the machine."),
    listening: z.boolean().optional().describe("false: nothing may listen there. true if left out."),
    address: z
      .string()
      .regex(/^\d+\.\d+\.\d+\.\d+$/, "an address is four numbers: 127.0.0.1, or 0.0.0.0 for every address")
      .optional()
      .describe("The address that it must be bound to: 127.0.0.1 (this machine only) or 0.0.0.0 (every address)."),
    process: z.string().optional().describe("The program that must listen there: nginx, gunicorn, manage.py."),
    from: z.string().optional().describe("Another machine, from which the port is tried. No connection is made."),
    reachable: z.boolean().optional().describe("Whether a connection from there gets through, firewall included. true if left out."),
  })
  .describe("Who listens on a port, and who can reach it.");

const processCheck = z
  .strictObject({
    ...common,
    process: sentence.describe("The name of a program, or of a script that an interpreter runs: nginx, gunicorn, manage.py."),
    running: z.boolean().optional().describe("false: it must not run. true if left out."),
    count: z
      .union([
        z.number().int().min(1),
        z.strictObject({ min: z.number().int().min(0).optional(), max: z.number().int().min(0).optional() }),
      ])
      .optional()
      .describe("How many processes of it: a number, or { min, max }. At least one if left out."),
    user: z.string().optional().describe("Whose processes count."),
    ...textRule,
  })
  .describe("A program runs, or does not; contains, excludes, matches and equals look at its command line.");

const count = z.union([
  z.number().int().min(0),
  z.strictObject({ min: z.number().int().min(0).optional(), max: z.number().int().min(0).optional() }),
]);

const sqlValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const sqlCheck = z
  .strictObject({
    ...common,
    sql: sentence.describe("A query. It runs in a transaction that can change nothing."),
    database: z.string().optional().describe("The name of a PostgreSQL database on the machine."),
    as: z.string().optional().describe("The user who asks PostgreSQL on its own machine; postgres if left out."),
    sqlite: z.string().optional().describe("The file of an SQLite database; relative paths begin at the machine's cwd."),
    value: sqlValue.optional().describe("What the first cell of the first row must be."),
    rows: z.array(z.array(sqlValue)).optional().describe("All rows, each a list of its cells."),
    count: count.optional().describe("How many rows: a number, or { min, max }."),
  })
  .describe("What a database answers to a query.");

const gitCheck = z
  .strictObject({
    ...common,
    git: z.strictObject({
      repository: sentence.describe(
        "The folder of a working tree or of a bare repository; relative paths begin at the machine's cwd, ~ is its user's home.",
      ),
      branch: z.string().optional().describe("A branch, or another name of a commit; what is checked out if left out."),
      message: z
        .union([z.string(), textRuleObject])
        .optional()
        .describe("What the message of at least one commit of the branch must hold, or rules for it."),
      commits: count.optional().describe("How many commits the branch has: a number, or { min, max }."),
      tracked: oneOrMore.optional().describe("A path that the latest commit must have, or a list."),
      untracked: oneOrMore.optional().describe("A path that the latest commit must not have, or a list: .env, db.sqlite3."),
      file: z
        .strictObject({ path: sentence, ...textRule })
        .optional()
        .describe("What a file must be like in the latest commit, whatever the working tree holds."),
      clean: z.literal(true).optional().describe("true: nothing may be changed, staged or untracked."),
      tag: z.string().optional().describe("A tag that must be there."),
      never: oneOrMore.optional().describe("Text that no file of any commit may hold, on any branch or tag: a secret; or a list."),
    }),
  })
  .describe("What a git repository holds.");

const quizCheck = z
  .strictObject({
    id: common.id,
    teaches,
    because: common.because,
    next: common.next,
    quiz: z.string().describe("The id of a quiz of this lesson, answered right."),
  })
  .describe("A question that must have been answered right.");

/** Kinds that look at one moment, as `never` and `always` hold them: without the words for the learner. */
const omitted = { id: true, teaches: true, because: true, next: true, lasting: true } as const;

const statusClass = z.union([
  z.number().int().min(100).max(599),
  z.string().regex(/^(?:[1-5]xx|none)$/, "a status is a number, a class like 5xx, or none (no answer came)"),
]);

const requestRule = z
  .strictObject({
    status: z.union([statusClass, z.array(statusClass).min(1)]).describe("404, 5xx, none (no answer came); or a list."),
    to: z
      .string()
      .regex(/^https?:\/\//, "an address begins with http:// or https://")
      .optional()
      .describe("Only requests whose address begins so."),
    by: z
      .enum(["users", "traffic", "browser"])
      .optional()
      .describe("Whose requests: simulated users' (traffic), the browser pane's, or both (users), which is meant if left out."),
  })
  .describe("Requests of users and what they were answered.");

const observed = z.union([requestRule, fileCheck.omit(omitted), portCheck.omit(omitted), processCheck.omit(omitted)]);

const history = {
  id: common.id,
  teaches,
  because: common.because,
  next: common.next,
  since: z.string().optional().describe("A task: it counts from its passing on. From the lab's start on if left out."),
};

const neverCheck = z
  .strictObject({ ...history, never: observed })
  .describe("Something that must not have been so at any moment: an answer with 5xx, an open port, a secret in a file.");

const alwaysCheck = z
  .strictObject({ ...history, always: observed })
  .describe("Something that must have stayed so from the first moment on at which it was so: a process runs, every answer is 2xx.");

const trafficCheck = z
  .strictObject({
    id: common.id,
    teaches,
    because: common.because,
    next: common.next,
    lasting: common.lasting,
    traffic: z.string().describe("The name of a traffic of this lab."),
    requests: z.number().int().min(1).optional().describe("At least so many requests have ended; 20 if left out."),
    lost: z.number().int().min(0).optional().describe("At most so many got no answer; 0 if left out."),
    errors: z.number().int().min(0).optional().describe("At most so many were answered with 5xx; 0 if left out."),
    during: z
      .strictObject({
        process: z.string().describe("The name of a program, as `process` checks take it."),
        on: z.string().optional().describe("The machine; the first one if left out."),
      })
      .optional()
      .describe("Counts the requests around the latest start or end of this program's processes: a reload, a restart."),
  })
  .describe("How simulated users fared.");

export const checkSchema = z.union([
  runCheck,
  fileCheck,
  httpCheck,
  // Before `process`, a key that both know: the first kind whose key is there is the one that is meant.
  portCheck,
  processCheck,
  sqlCheck,
  gitCheck,
  neverCheck,
  alwaysCheck,
  trafficCheck,
  quizCheck,
]);

export type CheckFile = z.infer<typeof checkSchema>;
export type SqlCheckFile = z.infer<typeof sqlCheck>;
export type GitCheckFile = z.infer<typeof gitCheck>;
export type ProcessCheckFile = z.infer<typeof processCheck>;
export type ObservedFile = z.infer<typeof observed>;
export type TextRuleFile = z.infer<typeof textRuleObject>;
