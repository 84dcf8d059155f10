/** A commit object, and what git says of a new one. */
import type { Git } from "../context.ts";
import { readSide } from "../diff/content.ts";
import { treePairs } from "../diff/pairs.ts";
import { findRenames } from "../diff/renames.ts";
import { shortStat, statOf, summaryText } from "../diff/stat.ts";
import { subjectOf } from "../history/pretty.ts";
import { type Person, serializeCommit } from "../objects/object.ts";
import { showDate } from "../repository/dates.ts";

export interface NewCommit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer?: Person;
  readonly message: string;
}

export function makeCommit(git: Git, { committer, ...commit }: NewCommit): string {
  return git.repository.store.write("commit", serializeCommit({ ...commit, committer: committer ?? git.committer() }));
}

/** `[main 1a2b3c4] Subject` and a short account of the changes. */
export function commitSummary(git: Git, oid: string, options: { showDate: boolean }): string {
  const { repository } = git;
  const commit = repository.store.commit(oid);
  const where = repository.branch ?? "detached HEAD";
  const root = commit.parents.length === 0 ? " (root-commit)" : "";
  let out = `[${where}${root} ${repository.short(oid)}] ${subjectOf(commit.message)}\n`;
  const { author, committer } = commit;
  if (author.name !== committer.name || author.email !== committer.email) out += ` Author: ${author.name} <${author.email}>\n`;
  if (options.showDate) out += ` Date: ${showDate(author, git.dateStyle("default"))}\n`;
  if (commit.parents.length > 1) return out;
  const base = commit.parents[0] === undefined ? undefined : repository.store.commit(commit.parents[0]).tree;
  const pairs = findRenames(
    treePairs(repository, base, commit.tree, () => true),
    { read: (side) => readSide(repository, side).data },
  );
  if (pairs.length === 0) return out;
  return out + shortStat(pairs.map((pair) => statOf(repository, pair, {}))) + summaryText(pairs);
}
