/** Arguments that name commits, ranges and paths, as log, diff and rev-list take them. */
import type { Git } from "../context.ts";
import { Fatal } from "../errors.ts";
import { mergeBases } from "../history/walk.ts";
import type { Options } from "../options.ts";
import { Pathspec, repositoryPath } from "../repository/pathspec.ts";
import { statOf } from "../repository/work-tree.ts";

export interface RevisionArguments {
  readonly include: readonly { readonly oid: string; readonly text: string }[];
  readonly exclude: readonly string[];
  readonly paths: readonly string[];
  /** For `a...b`: both sides, to tell left from right. */
  readonly symmetric: { readonly left: string; readonly right: string } | undefined;
  /** Whether any revision was named. */
  readonly named: boolean;
}

/** `--not`: what follows is left out, and after a second one no more (git-rev-list(1)). */
export function withoutNot(argv: readonly string[]): string[] {
  let not = false;
  let paths = false;
  return argv.flatMap((word) => {
    if (word === "--") paths = true;
    if (paths) return [word];
    if (word === "--not") {
      not = !not;
      return [];
    }
    return [not && !word.startsWith("-") ? (word.startsWith("^") ? word.slice(1) : `^${word}`) : word];
  });
}

/** git's order: first revisions, then paths; what is neither is told. */
export function revisionArguments(git: Git, options: Options): RevisionArguments {
  const { revisions } = git;
  const include: { oid: string; text: string }[] = [];
  const exclude: string[] = [];
  const paths: string[] = [];
  let symmetric: { left: string; right: string } | undefined;
  let inPaths = false;
  const separated = options.paths !== undefined;
  const tryRevision = (text: string): boolean => {
    const range = /^(.*?)(\.\.\.?)(.*)$/s.exec(text);
    if (range && !text.startsWith("../") && text !== "..") {
      const left = revisions.tryCommit(range[1] || "HEAD");
      const right = revisions.tryCommit(range[3] || "HEAD");
      if (left !== undefined && right !== undefined) {
        if (range[2] === "...") {
          exclude.push(...mergeBases(git.repository.store, left, right));
          include.push({ oid: left, text: range[1] || "HEAD" }, { oid: right, text: range[3] || "HEAD" });
          symmetric = { left, right };
        } else {
          exclude.push(left);
          include.push({ oid: right, text: range[3] || "HEAD" });
        }
        return true;
      }
    }
    const parents = /^(.+)\^(@|!|-)$/.exec(text);
    if (parents) {
      const base = revisions.tryCommit(parents[1] ?? "");
      if (base !== undefined) {
        const all = git.repository.store.commit(base).parents;
        if (parents[2] === "@") include.push(...all.map((oid) => ({ oid, text: oid })));
        else {
          include.push({ oid: base, text: parents[1] ?? "" });
          exclude.push(...(parents[2] === "-" ? all.slice(0, 1) : all));
        }
        return true;
      }
    }
    if (text.startsWith("^")) {
      const oid = revisions.tryCommit(text.slice(1));
      if (oid === undefined) return false;
      exclude.push(oid);
      return true;
    }
    const found = revisions.find(text);
    if (!found) return false;
    include.push({ oid: found.oid, text });
    return true;
  };
  for (const text of options.operands) {
    if (!inPaths && tryRevision(text)) continue;
    if (separated) throw new Fatal(`bad revision '${text}'`);
    if (!inPaths || statOf(git.repository, safePath(git, text)) === undefined) {
      if (statOf(git.repository, safePath(git, text)) === undefined && !/[*?[]|^:/.test(text)) {
        if (!inPaths && git.repository.headOid === undefined && text === "HEAD") throw git.revisions.unknown("HEAD");
        if (inPaths)
          throw new Fatal(
            `${text}: no such path in the working tree.\nUse 'git <command> -- <path>...' to specify paths that do not exist locally.`,
          );
        throw git.revisions.unknown(text);
      }
    }
    inPaths = true;
    paths.push(text);
  }
  return { include, exclude, paths: [...paths, ...(options.paths ?? [])], symmetric, named: include.length + exclude.length > 0 };
}

function safePath(git: Git, text: string): string {
  return git.repository.isBare ? "\0" : repositoryPath(git.repository, text);
}

export function pathspecOf(git: Git, paths: readonly string[]): Pathspec | undefined {
  return paths.length === 0 ? undefined : new Pathspec(git.repository, paths);
}
