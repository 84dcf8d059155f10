/** git-clean(1). */
import type { Git } from "../context.ts";
import { quotePath } from "../diff/quote.ts";
import { Fatal, notModeled } from "../errors.ts";
import { type Grammar, parseOptions } from "../options.ts";
import { Ignore } from "../repository/ignore.ts";
import { Pathspec } from "../repository/pathspec.ts";
import { untracked } from "../repository/work-tree.ts";
import type { Command } from "./command.ts";
import { relativePath } from "./status-text.ts";

const GRAMMAR: Grammar = {
  name: "clean",
  usage: ["git clean [-d] [-f] [-i] [-n] [-q] [-e <pattern>] [-x | -X] [--] [<pathspec>...]"],
  options: ["-q, --quiet", "-n, --dry-run", "-f, --force", "-i, --interactive", "-d", "-e, --exclude=", "-x", "-X"],
};

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  const repository = git.withWorkTree;
  if (options.has("interactive")) throw notModeled('"git clean --interactive"');
  const dryRun = options.has("dry-run");
  const required = repository.config.bool("clean.requireForce");
  if (required !== false && !options.has("force") && !dryRun)
    throw new Fatal(
      required === undefined
        ? "clean.requireForce defaults to true and neither -i, -n, nor -f given; refusing to clean"
        : "clean.requireForce set to true and neither -i, -n, nor -f given; refusing to clean",
    );
  const pathspec = new Pathspec(repository, options.everything);
  const here = repository.prefix;
  const wanted = (path: string) => path.startsWith(here) && pathspec.matches(path.replace(/\/$/, ""));
  const found = untracked(repository, {
    mode: "normal",
    ignore: new Ignore(repository, git.env, options.all("exclude")),
    enter: (folder) => pathspec.mayMatchBelow(folder),
  });
  const list = (options.has("X") ? found.ignored : options.has("x") ? [...found.untracked, ...found.ignored] : found.untracked)
    .filter(wanted)
    .sort();
  const ignore = new Ignore(repository, git.env, options.all("exclude"));
  for (const path of list) {
    const isFolder = path.endsWith("/");
    if (isFolder && !options.has("d") && !pathspec.paths.some((each) => each !== "" && `${each}/`.startsWith(path))) continue;
    const full = repository.workPath(isFolder ? path.slice(0, -1) : path);
    if (isFolder && repository.files.exists(`${full}/.git`) && options.count("force") < 2) {
      if (!options.has("quiet")) git.say(`${dryRun ? "Would skip" : "Skipping"} repository ${quotePath(relativePath(repository, path))}\n`);
      continue;
    }
    if (!options.has("quiet") || dryRun) git.say(`${dryRun ? "Would remove" : "Removing"} ${quotePath(relativePath(repository, path))}\n`);
    if (dryRun) continue;
    // Ignored files in a folder that goes stay, unless they are meant too.
    if (isFolder && !options.has("x") && !options.has("X")) removeKeeping(git, ignore, path.slice(0, -1));
    else repository.files.removeTree(full);
  }
  return 0;
}

function removeKeeping(git: Git, ignore: Ignore, folder: string): boolean {
  const { files } = git;
  const full = git.repository.workPath(folder);
  let empty = true;
  for (const { name, kind } of files.readdir(full)) {
    const path = `${folder}/${name}`;
    if (ignore.isIgnored(path, kind === "directory")) empty = false;
    else if (kind === "directory") empty = removeKeeping(git, ignore, path) && empty;
    else files.unlink(`${full}/${name}`);
  }
  if (empty) files.rmdir(full);
  return empty;
}

export const clean: Command = { name: "clean", summary: "Remove untracked files from the working tree", run };
