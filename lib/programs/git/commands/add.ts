/** git-add(1). */
import { codeOf, reason } from "../../core/errors.ts";
import type { Git } from "../context.ts";
import { workBytes } from "../diff/content.ts";
import { quotePath } from "../diff/quote.ts";
import { Fatal, notModeled, Quit } from "../errors.ts";
import { EMPTY_BLOB, MODE } from "../objects/object.ts";
import { type Grammar, parseOptions } from "../options.ts";
import { choosePatch } from "../patch/choose.ts";
import { Ignore } from "../repository/ignore.ts";
import { modeOf, statEntry } from "../repository/index-file.ts";
import { Pathspec, repositoryPath } from "../repository/pathspec.ts";
import type { Repository } from "../repository/repository.ts";
import { unstagedPairs } from "../repository/status.ts";
import { statOf, untracked, workFile } from "../repository/work-tree.ts";
import type { Command } from "./command.ts";

const GRAMMAR: Grammar = {
  name: "add",
  usage: ["git add [<options>] [--] <pathspec>..."],
  options: [
    "-n, --dry-run",
    "-v, --verbose",
    "-f, --force",
    "-u, --update",
    "-N, --intent-to-add",
    "-A, --all",
    "--ignore-removal",
    "--refresh",
    "--ignore-errors",
    "--ignore-missing",
    "--chmod=",
    "-i, --interactive",
    "-p, --patch",
    "-e, --edit",
  ],
  unmodeled: ["--renormalize", "--pathspec-from-file", "--pathspec-file-nul", "--sparse"],
};

/** Puts a file of the working tree into the index. Returns false when it was there as it is. Throws Quit when it can't be read. */
export function addFile(
  repository: Repository,
  path: string,
  options: { executable?: boolean | undefined; intent?: boolean } = {},
): boolean {
  const { index, files } = repository;
  const full = repository.workPath(path);
  const stat = files.lstat(full);
  if (stat.kind === "directory") return addNested(repository, path);
  let data: Uint8Array;
  try {
    data = workBytes(repository, path);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    throw new Quit(`error: open("${path}"): ${reason(error)}\nerror: unable to index file '${path}'\nfatal: adding files failed\n`, 128);
  }
  const before = index.get(path);
  const trust = repository.config.bool("core.fileMode") !== false;
  let mode = trust || stat.kind === "symlink" ? modeOf(stat) : (before?.mode ?? MODE.file);
  if (options.executable !== undefined && mode !== MODE.link) mode = options.executable ? MODE.executable : MODE.file;
  if (options.intent) {
    if (before) return false;
    index.set({ ...statEntry(path, mode, EMPTY_BLOB, stat), intentToAdd: true, mtimeMs: 0 });
    return true;
  }
  const oid = repository.store.write("blob", data);
  const same = before?.oid === oid && before.mode === mode && !before.intentToAdd;
  index.set(statEntry(path, mode, oid, stat));
  return !same;
}

/** A repository in the working tree is kept as the name of its commit. */
function addNested(repository: Repository, path: string): boolean {
  const text = (name: string) => {
    const full = repository.workPath(`${path}/.git/${name}`);
    return repository.files.exists(full) ? repository.files.readText(full).trim() : undefined;
  };
  const head = text("HEAD") ?? "";
  const oid = head.startsWith("ref: ") ? text(head.slice(5)) : head;
  if (oid === undefined || !/^[0-9a-f]{40}$/.test(oid))
    throw new Quit(`error: '${path}/' does not have a commit checked out\nfatal: adding files failed\n`, 128);
  const before = repository.index.get(path);
  repository.index.set(statEntry(path, MODE.gitlink, oid, repository.files.lstat(repository.workPath(path))));
  return before?.oid !== oid;
}

/** Records changed and removed files that are tracked. */
export function updateTracked(
  repository: Repository,
  wanted: (path: string) => boolean,
  report?: (what: "add" | "remove", path: string) => void,
  dryRun = false,
): void {
  for (const entry of [...repository.index.entries]) {
    const { path } = entry;
    if (!wanted(path)) continue;
    const present = entry.stage === 0 ? workFile(repository, entry) : undefined;
    const stat = statOf(repository, path);
    if (!stat || (stat.kind === "directory" && entry.mode !== MODE.gitlink)) {
      if (repository.index.has(path)) report?.("remove", path);
      if (!dryRun) repository.index.remove(path);
      continue;
    }
    if (entry.stage === 0 && present && present.oid === entry.oid && present.mode === entry.mode && !entry.intentToAdd) continue;
    if (!repository.index.has(path)) continue;
    report?.("add", path);
    if (!dryRun) addFile(repository, path);
  }
}

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  const repository = git.withWorkTree;
  if (options.has("patch", "interactive", "edit")) {
    if (options.has("patch")) {
      const pathspec = new Pathspec(repository, options.everything);
      await choosePatch(
        git,
        "stage",
        unstagedPairs(repository, (path) => options.everything.length === 0 || pathspec.matches(path)),
      );
      return 0;
    }
    throw notModeled(`"git add --${options.has("edit") ? "edit" : "interactive"}"`);
  }
  const given = options.everything;
  const all = options.has("all") || options.flag("ignore-removal") === false;
  if (all && options.has("update")) throw new Fatal("options '-A' and '-u' cannot be used together");
  if (given.length === 0 && !all && !options.has("update")) {
    git.warn(
      "Nothing specified, nothing added.\nhint: Maybe you wanted to say 'git add .'?\nhint: Turn this message off by running\nhint: \"git config advice.addEmptyPathspec false\"\n",
    );
    return 0;
  }
  const chmod = options.get("chmod");
  if (chmod !== undefined && chmod !== "+x" && chmod !== "-x") throw new Fatal(`--chmod param '${chmod}' must be either -x or +x`);
  const pathspec = new Pathspec(repository, given);
  const wanted = (path: string) => pathspec.matches(path);
  const dryRun = options.has("dry-run");
  const say = options.has("verbose") || dryRun;
  const report = (what: "add" | "remove", path: string) => {
    if (say) git.say(`${what} '${path}'\n`);
  };
  const ignore = new Ignore(repository, git.env);
  if (options.has("update")) {
    for (const entry of repository.index.entries) wanted(entry.path);
    if (pathspec.unused.length > 0) throw new Fatal(`pathspec '${pathspec.unused[0]}' did not match any files`);
    updateTracked(repository, wanted, report, dryRun);
    if (!dryRun) repository.writeIndex();
    return 0;
  }
  // What was asked for by name and is ignored is refused, unless forced.
  const force = options.has("force");
  const found = untracked(repository, {
    mode: "all",
    ignore: force ? new NoIgnore(repository, git.env) : ignore,
    wanted,
    enter: (folder) => pathspec.mayMatchBelow(folder),
  });
  for (const entry of repository.index.entries) wanted(entry.path);
  const refused: string[] = [];
  for (const path of pathspec.unused) {
    const literal = repositoryPath(repository, path.replace(/^:\/(?!\()/, ""));
    const stat = statOf(repository, literal);
    const pattern = stat && literal !== "" ? ignore.pattern(literal, stat.kind === "directory") : undefined;
    if (pattern && !pattern.negated && !force) refused.push(ignoredName(ignore, literal));
    else if (!stat && !options.has("ignore-missing")) throw new Fatal(`pathspec '${path}' did not match any files`);
  }
  for (const path of pathspec.paths) {
    if (path === "" || repository.index.has(path) || repository.index.hasBelow(path)) continue;
    const stat = statOf(repository, path);
    if (stat && !force && ignore.isIgnored(path, stat.kind === "directory")) {
      const name = ignoredName(ignore, path);
      if (!refused.includes(name)) refused.push(name);
    }
  }
  const toAdd = found.untracked;
  const nested = toAdd.filter((path) => path.endsWith("/"));
  const before = toAdd.filter((path) => !path.endsWith("/"));
  if (refused.length > 0)
    git.warn(
      `The following paths are ignored by one of your .gitignore files:\n${refused.map((path) => `${quotePath(path)}\n`).join("")}hint: Use -f if you really want to add them.\nhint: Turn this message off by running\nhint: "git config advice.addIgnoredFile false"\n`,
    );
  updateTracked(
    repository,
    (path) => (all || !options.has("ignore-removal") || statOf(repository, path) !== undefined) && wanted(path),
    report,
    dryRun,
  );
  for (const path of [...before, ...nested.map((each) => each.slice(0, -1))]) {
    report("add", path);
    if (dryRun) continue;
    if (nested.includes(`${path}/`)) sayNested(git, path);
    addFile(repository, path, { executable: chmod === undefined ? undefined : chmod === "+x", intent: options.has("intent-to-add") });
    await git.breathe();
  }
  if (chmod !== undefined && !dryRun)
    for (const entry of [...repository.index.entries])
      if (entry.stage === 0 && wanted(entry.path) && entry.mode !== MODE.link)
        repository.index.set({ ...entry, mode: chmod === "+x" ? MODE.executable : MODE.file });
  if (!dryRun) repository.writeIndex();
  return refused.length > 0 ? 1 : 0;
}

/** --force: nothing is ignored. */
class NoIgnore extends Ignore {
  override pattern(): undefined {
    return undefined;
  }
}

/** The path, or the folder above it that is ignored. */
function ignoredName(ignore: Ignore, path: string): string {
  for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1))
    if (ignore.isIgnored(path.slice(0, slash), true)) return path.slice(0, slash);
  return path;
}

function sayNested(git: Git, path: string): void {
  git.warn(`warning: adding embedded git repository: ${path}
hint: You've added another git repository inside your current repository.
hint: Clones of the outer repository will not contain the contents of
hint: the embedded repository and will not know how to obtain it.
hint: If you meant to add a submodule, use:
hint: 
hint: \tgit submodule add <url> ${path}
hint: 
hint: If you added this path by mistake, you can remove it from the
hint: index with:
hint: 
hint: \tgit rm --cached ${path}
hint: 
hint: See "git help submodule" for more information.
`);
}

export const add: Command = { name: "add", summary: "Add file contents to the index", run };
