/** git-rm(1). */
import type { Git } from "../context.ts";
import { Fatal, Quit } from "../errors.ts";
import { type Grammar, parseOptions, usageText } from "../options.ts";
import { removeWorkFile } from "../repository/checkout-tree.ts";
import { Pathspec } from "../repository/pathspec.ts";
import { statOf, workFile } from "../repository/work-tree.ts";
import type { Command } from "./command.ts";

const GRAMMAR: Grammar = {
  name: "rm",
  usage: [
    "git rm [-f | --force] [-n] [-r] [--cached] [--ignore-unmatch]",
    "       [--quiet] [--pathspec-from-file=<file> [--pathspec-file-nul]]",
    "       [--] [<pathspec>...]",
  ],
  options: ["-n, --dry-run", "-q, --quiet", "--cached", "-f, --force", "-r", "--ignore-unmatch"],
  unmodeled: ["--sparse", "--pathspec-from-file", "--pathspec-file-nul"],
};

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  const repository = git.withWorkTree;
  if (options.everything.length === 0) throw new Quit(`${usageText(GRAMMAR).replace(/ {3}or: /g, "   ")}`, 129);
  const pathspec = new Pathspec(repository, options.everything);
  const found = [...new Set(repository.index.entries.filter(({ path }) => pathspec.matches(path)).map(({ path }) => path))];
  const [unknown] = pathspec.unused;
  if (unknown !== undefined && !options.has("ignore-unmatch")) throw new Fatal(`pathspec '${unknown}' did not match any files`);
  if (!options.has("r")) {
    const folder = options.everything.find((_given, i) => {
      const path = pathspec.paths[i];
      return path !== undefined && !repository.index.has(path) && repository.index.hasBelow(path);
    });
    const everything = pathspec.paths.includes("") ? options.everything[0] : undefined;
    if ((folder ?? everything) !== undefined) throw new Fatal(`not removing '${folder ?? everything}' recursively without -r`);
  }
  const cached = options.has("cached");
  if (!options.has("force")) {
    const head = repository.flatten(repository.headTree);
    const both: string[] = [];
    const staged: string[] = [];
    const local: string[] = [];
    for (const path of found) {
      const entry = repository.index.get(path);
      if (!entry) continue;
      const now = workFile(repository, entry);
      const changedLocally = now !== undefined && (now.oid !== entry.oid || now.mode !== entry.mode);
      if (now === undefined) continue;
      const before = head.get(path);
      const changedInIndex = !before || before.oid !== entry.oid || before.mode !== entry.mode;
      if (changedLocally && changedInIndex) {
        if (!cached || !entry.intentToAdd) both.push(path);
      } else if (!cached && changedInIndex) staged.push(path);
      else if (!cached && changedLocally) local.push(path);
    }
    const lines = (list: readonly string[]) => list.map((path) => `    ${path}\n`).join("");
    let text = "";
    const file = (list: readonly string[]) => (list.length > 1 ? "files have" : "file has");
    if (both.length > 0)
      text += `error: the following ${file(both)} staged content different from both the\nfile and the HEAD:\n${lines(both)}(use -f to force removal)\n`;
    if (staged.length > 0)
      text += `error: the following ${file(staged)} changes staged in the index:\n${lines(staged)}(use --cached to keep the file, or -f to force removal)\n`;
    if (local.length > 0)
      text += `error: the following ${file(local)} local modifications:\n${lines(local)}(use --cached to keep the file, or -f to force removal)\n`;
    if (text !== "") throw new Quit(text, 1);
  }
  for (const path of found) {
    if (!options.has("quiet")) git.say(`rm '${path}'\n`);
    if (options.has("dry-run")) continue;
    if (!cached && statOf(repository, path)) removeWorkFile(repository, path);
    repository.index.remove(path);
  }
  if (!options.has("dry-run")) repository.writeIndex();
  return 0;
}

export const rm: Command = { name: "rm", summary: "Remove files from the working tree and from the index", run };
