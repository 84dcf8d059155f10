/** git-mv(1). */
import { baseName } from "../../core/paths.ts";
import type { Git } from "../context.ts";
import { Fatal, Quit } from "../errors.ts";
import { type Grammar, parseOptions, usageText } from "../options.ts";
import { repositoryPath } from "../repository/pathspec.ts";
import { statOf } from "../repository/work-tree.ts";
import type { Command } from "./command.ts";

const GRAMMAR: Grammar = {
  name: "mv",
  usage: ["git mv [<options>] <source>... <destination>"],
  options: ["-v, --verbose", "-n, --dry-run", "-f, --force", "-k"],
  unmodeled: ["--sparse"],
};

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  const repository = git.withWorkTree;
  const { index, files } = repository;
  const args = options.everything;
  if (args.length < 2) throw new Quit(`${usageText(GRAMMAR)}\n`, 129);
  const given = args.at(-1) ?? "";
  const destination = repositoryPath(repository, given);
  const isFolder = statOf(repository, destination)?.kind === "directory" || destination === "";
  if (args.length > 2 && !isFolder) throw new Fatal(`destination '${given}' is not a directory`);
  const moves: { from: string; to: string }[] = [];
  for (const arg of args.slice(0, -1)) {
    const from = repositoryPath(repository, arg);
    const to = isFolder ? (destination === "" ? baseName(from) : `${destination}/${baseName(from)}`) : destination;
    const bad = (why: string) => new Fatal(`${why}, source=${from}, destination=${to}`);
    const stat = statOf(repository, from);
    const problem = (() => {
      if (!stat) return "bad source";
      if (stat.kind === "directory" && !index.hasBelow(from)) return "source directory is empty";
      if (stat.kind === "directory" && (to === from || to.startsWith(`${from}/`))) return "can not move directory into itself";
      if (stat.kind !== "directory" && !index.has(from)) return "not under version control";
      if (index.isUnmerged(from)) return "conflicted";
      if (!isFolder && given.endsWith("/")) return "destination directory does not exist";
      if (statOf(repository, to) && !(options.has("force") && stat.kind !== "directory")) return "destination exists";
      const parent = to.includes("/") ? statOf(repository, to.slice(0, to.lastIndexOf("/"))) : undefined;
      if (to.includes("/") && parent?.kind !== "directory") return "renaming";
      return undefined;
    })();
    if (problem === "renaming") throw new Fatal(`renaming '${from}' failed: No such file or directory`);
    if (problem !== undefined) {
      if (options.has("k")) continue;
      throw bad(problem);
    }
    moves.push({ from, to });
  }
  for (const { from, to } of moves) {
    if (options.has("verbose", "dry-run"))
      git.say(
        options.has("dry-run") ? `Checking rename of '${from}' to '${to}'\nRenaming ${from} to ${to}\n` : `Renaming ${from} to ${to}\n`,
      );
    if (options.has("dry-run")) continue;
    if (options.has("force") && statOf(repository, to)) {
      files.unlink(repository.workPath(to));
      index.remove(to);
    }
    files.rename(repository.workPath(from), repository.workPath(to));
    for (const entry of [...index.entries]) {
      if (entry.path !== from && !entry.path.startsWith(`${from}/`)) continue;
      const path = to + entry.path.slice(from.length);
      index.remove(entry.path);
      const stat = statOf(repository, path);
      index.set({ ...entry, path, ...(stat ? { ctimeMs: Math.floor(stat.ctimeMs) } : {}) });
    }
  }
  if (!options.has("dry-run")) repository.writeIndex();
  return 0;
}

export const mv: Command = { name: "mv", summary: "Move or rename a file, a directory, or a symlink", run };
