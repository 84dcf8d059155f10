/** The repositories of the site: bare ones on its machine's disk. */
import type { Machine } from "../../../kernel/types.ts";
import { createRepository } from "../../../programs/git/commands/init.ts";
import { isAncestor } from "../../../programs/git/history/walk.ts";
import { Repository } from "../../../programs/git/repository/repository.ts";
import { GIT, REPOSITORIES } from "./layout.ts";
import { changeRecord, changeState, HostingError, LEARNER, type RepositoryRecord, readState, recordOf } from "./state.ts";

export function repositoryPath(name: string): string {
  return `${REPOSITORIES}/${name}.git`;
}

/** As the site's own user reads and writes it; a fresh look at the disk. */
export function openRepository(machine: Machine, name: string): Repository {
  const gitDir = repositoryPath(name);
  const files = machine.filesAs(GIT, gitDir);
  return new Repository(
    files,
    { gitDir, commonDir: gitDir, workTree: undefined, configLabel: "config" },
    { env: { HOME: GIT.home }, given: [] },
  );
}

export interface NewRepository {
  readonly name: string;
  readonly owner?: string;
  readonly description?: string;
  readonly isPrivate?: boolean;
  readonly branch?: string;
}

/** Throws HostingError for a name that can't be, or is taken. */
export function newRepository(machine: Machine, { name: given, owner = LEARNER, ...more }: NewRepository): RepositoryRecord {
  const short = given.trim().replace(/\.git$/, "");
  if (short === "") throw new HostingError("A repository needs a name.");
  if (!/^[\w.-]{1,100}$/.test(short) || short === "." || short === "..")
    throw new HostingError("The name of a repository is letters, digits, and the characters . - and _.");
  const name = `${owner}/${short}`;
  if (recordOf(readState(machine), name) !== undefined) throw new HostingError(`The name ${short} already exists on this account.`);
  const record: RepositoryRecord = {
    name,
    description: more.description?.trim() ?? "",
    isPrivate: more.isPrivate ?? false,
    isProtected: false,
    createdMs: machine.kernel.clock.now(),
    hooks: [],
    deliveries: [],
  };
  createRepository(machine.filesAs(GIT, REPOSITORIES), repositoryPath(name), { bare: true, branch: more.branch ?? "main" });
  changeState(machine, (state) => ({ ...state, repositories: [...state.repositories, record] }));
  return record;
}

export function deleteRepository(machine: Machine, name: string): void {
  machine.files.removeTree(repositoryPath(name));
  changeState(machine, (state) => ({
    ...state,
    repositories: state.repositories.filter((each) => each.name !== name),
    keys: state.keys.filter((key) => key.repository !== name),
  }));
}

/** Protection is a hook of git's, as receive-pack(1) runs it before it moves a branch. */
const PROTECTION = `#!/bin/sh
# Arguments: the ref, what it is, what it shall be.
[ "$1" = "$(git symbolic-ref HEAD)" ] || exit 0
zero=0000000000000000000000000000000000000000
if [ "$3" = "$zero" ]; then
  echo "error: GH006: Protected branch update failed for $1."
  echo "error: Cannot delete a protected branch"
  exit 1
fi
if [ "$2" != "$zero" ] && ! git merge-base --is-ancestor "$2" "$3"; then
  echo "error: GH006: Protected branch update failed for $1."
  echo "error: Cannot force-push to a protected branch"
  exit 1
fi
`;

export function protect(machine: Machine, name: string, on: boolean): void {
  const path = `${repositoryPath(name)}/hooks/update`;
  const files = machine.filesAs(GIT, repositoryPath(name));
  if (on) {
    files.writeFile(path, PROTECTION, { mode: 0o755 });
    files.chmod(path, 0o755);
  } else if (files.exists(path)) files.unlink(path);
  changeRecord(machine, name, (record) => ({ ...record, isProtected: on }));
}

export interface Refs {
  readonly [name: string]: string;
}

export function refsOf(repository: Repository): Refs {
  return Object.fromEntries(repository.refs.list().map(({ name, oid }) => [name, oid]));
}

export function branchesOf(repository: Repository): string[] {
  return repository.refs.list("refs/heads/").map(({ name }) => name.slice("refs/heads/".length));
}

export function tagsOf(repository: Repository): string[] {
  return repository.refs.list("refs/tags/").map(({ name }) => name.slice("refs/tags/".length));
}

/** The branch that HEAD names is the one that visitors see first. */
export function defaultBranchOf(repository: Repository): string {
  return repository.refs.head?.replace("refs/heads/", "") ?? "main";
}

/** A push to an empty repository: its first branch becomes the one that a clone checks out. */
export function adoptFirstBranch(repository: Repository): void {
  if (repository.headOid !== undefined) return;
  const [first] = branchesOf(repository);
  if (first !== undefined) repository.refs.setSymbolic("HEAD", `refs/heads/${first}`);
}

export function setDefaultBranch(repository: Repository, branch: string): void {
  if (!branchesOf(repository).includes(branch)) throw new HostingError(`There is no branch ${branch}.`);
  repository.refs.setSymbolic("HEAD", `refs/heads/${branch}`);
}

export function wasForced(repository: Repository, before: string, after: string): boolean {
  return !isAncestor(repository.store, before, after);
}
