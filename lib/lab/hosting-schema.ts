import * as z from "zod";

/** `github:` of lab.yaml: what is on https://github.test/ from the lab's start. */

const repositoryName = z
  .string()
  .regex(/^[\w-]+\/[\w.-]+$/, "a repository is named with its owner: learner/shop is the learner's own, acme/shop can only be read");

const commit = z.strictObject({
  message: z.string().min(1),
  files: z
    .string()
    .regex(/^[\w.-]+$/, "a folder is named without slashes")
    .describe("The folder of files/github.test/<owner>/<name>/ that holds everything that is in this commit."),
  author: z
    .string()
    .regex(/^[^<>]+ <[^<>\s]+>$/, "an author is like Ann Jones <ann@example.com>")
    .optional(),
  date: z
    .string()
    .refine((text) => !Number.isNaN(Date.parse(text)), "a date is like 2026-01-05T09:00:00Z")
    .optional()
    .describe("When it was made; shortly before the lab's start if left out."),
  branch: z.string().min(1).optional().describe("The branch that it is on; a new one begins at the default branch. That one if left out."),
  tag: z
    .string()
    .regex(/^[\w./-]+$/, "a tag is like v1.0")
    .optional(),
});

const repository = z.strictObject({
  description: z.string().optional(),
  private: z.boolean().optional().describe("Only the learner can read it."),
  branch: z.string().min(1).optional().describe("The default branch; main if left out."),
  commits: z
    .array(commit)
    .optional()
    .describe("Oldest first. Without them, what lies in files/github.test/<owner>/<name>/ is one commit; without files it is empty."),
});

export const hostingSchema = z
  .strictObject({
    keys: z.array(z.string()).optional().describe("Machines whose user's ssh key is in the learner's account from the start."),
    repositories: z
      .union([z.array(repositoryName), z.record(repositoryName, repository)])
      .optional()
      .describe("Repositories by name, each with its commits; or a list of names."),
  })
  .describe("The hosting site at https://github.test/, which every lab has: repositories and ssh keys that are there from the start.");

export type HostingFile = z.infer<typeof hostingSchema>;
