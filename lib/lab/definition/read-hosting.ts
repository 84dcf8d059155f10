import type { HostingFile } from "../hosting-schema.ts";
import { HOSTING } from "../services/hosting/names.ts";
import type { HostingDefinition, LabDefinition, SeedCommit } from "../types.ts";
import { didYouMean } from "./nearest.ts";
import type { YamlSource } from "./yaml-source.ts";

const AUTHOR = "Ann Jones <ann@example.com>";

/** Reads `github:` of lab.yaml. Problems are told to `source`. */
export function readHosting(
  given: HostingFile | undefined,
  source: YamlSource,
  machines: readonly string[],
  files: LabDefinition["files"],
): HostingDefinition | undefined {
  const own = files.filter(({ machine }) => machine === HOSTING);
  if (given === undefined) {
    if (own.length > 0)
      source.problem(
        ["machines"],
        `\`files/${HOSTING}\` is here, and no repository is.`,
        "Add `github: { repositories: [learner/shop] }`.",
        "key",
      );
    return undefined;
  }
  for (const [at, name] of (given.keys ?? []).entries())
    if (!machines.includes(name)) source.problem(["github", "keys", at], `\`keys: ${name}\`: no such machine.`, didYouMean(name, machines));
  const listed = given.repositories ?? [];
  const named: Readonly<Record<string, Rules>> = Array.isArray(listed) ? Object.fromEntries(listed.map((name) => [name, {}])) : listed;
  const entries = Object.entries(named).map(([name, rules]) => ({ name, rules }));
  const stray = own.find(({ path }) => !entries.some(({ name }) => path.startsWith(`/${name}/`)));
  if (stray !== undefined)
    source.problem(
      ["github"],
      `\`files/${HOSTING}${stray.path}\` is in no repository.`,
      "Files of learner/shop lie in files/github.test/learner/shop/.",
      "key",
    );
  const repositories = entries.map(({ name, rules }) => {
    const { description = "", private: isPrivate = false, branch = "main", commits: given } = rules;
    const root = `/${name}`;
    const hasFiles = own.some(({ path }) => path.startsWith(`${root}/`));
    const commits = given?.map((commit, at): SeedCommit => {
      const folder = `${root}/${commit.files}`;
      if (!own.some(({ path }) => path.startsWith(`${folder}/`)))
        source.problem(
          ["github", "repositories", name, "commits", at, "files"],
          `\`files: ${commit.files}\`: there is nothing in files/${HOSTING}${folder}/.`,
          "Put there what the commit holds.",
        );
      const { message, author = AUTHOR, date, tag } = commit;
      return { message, author, date, branch: commit.branch, tag, folder };
    });
    const one: SeedCommit[] = hasFiles ? [{ message: "Initial commit", author: AUTHOR, folder: root }] : [];
    return { name, description, isPrivate, branch, commits: commits ?? one };
  });
  return { keys: given.keys ?? [], repositories };
}

type Rules = Extract<NonNullable<HostingFile["repositories"]>, Record<string, unknown>>[string];
