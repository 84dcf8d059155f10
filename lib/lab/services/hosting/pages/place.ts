/** What an address names behind `tree/`, `blob/`, `raw/` and `commits/`: a branch, a tag or a commit, and a path. */
import type { Repository } from "../../../../programs/git/repository/repository.ts";
import { branchesOf, tagsOf } from "../repositories.ts";

export interface Place {
  /** As it was named. */
  readonly name: string;
  readonly commit: string;
  /** "" for the whole tree. */
  readonly path: string;
}

export function readPlace(repository: Repository, rest: string): Place | undefined {
  const { refs, store } = repository;
  const named = (full: string): string | undefined => {
    const oid = refs.resolve(full);
    if (oid === undefined) return undefined;
    const peeled = store.peel(oid);
    return peeled.type === "commit" ? peeled.oid : undefined;
  };
  // Branches may have slashes in their names.
  const known = [
    ...branchesOf(repository).map((name) => ({ name, commit: named(`refs/heads/${name}`) })),
    ...tagsOf(repository).map((name) => ({ name, commit: named(`refs/tags/${name}`) })),
  ].sort((a, b) => b.name.length - a.name.length);
  const found = known.find(({ name }) => rest === name || rest.startsWith(`${name}/`));
  if (found?.commit !== undefined) return { name: found.name, commit: found.commit, path: rest.slice(found.name.length + 1) };
  const [first = ""] = rest.split("/");
  const commit = /^[0-9a-f]{4,40}$/.test(first) ? store.withPrefix(first).find((oid) => store.typeOf(oid) === "commit") : undefined;
  return commit === undefined ? undefined : { name: first, commit, path: rest.slice(first.length + 1) };
}
