/** git-worktree(1): add, list, remove, prune. */
import type { Git } from "../context.ts";
import { Fatal, notModeled, Quit } from "../errors.ts";
import { subjectOf } from "../history/pretty.ts";
import { type Grammar, parseOptions } from "../options.ts";
import { forceTree } from "../repository/checkout-tree.ts";
import { discover } from "../repository/discover.ts";
import { Ignore } from "../repository/ignore.ts";
import { Repository } from "../repository/repository.ts";
import { stagedPairs, unstagedPairs } from "../repository/status.ts";
import { untracked } from "../repository/work-tree.ts";
import { checkedOutAt, createBranch } from "./branch.ts";
import type { Command } from "./command.ts";

const ADD: Grammar = {
  name: "worktree add",
  usage: [
    "git worktree add [-f] [--detach] [--checkout] [--lock [--reason <string>]]",
    "                 [-b <new-branch>] <path> [<commit-ish>]",
  ],
  options: ["-f, --force", "-b=", "-B=", "-d, --detach", "-q, --quiet", "--track"],
  unmodeled: ["--lock", "--reason", "--no-checkout", "--guess-remote"],
};

interface Linked {
  readonly name: string;
  readonly path: string;
}

function linked(git: Git): Linked[] {
  const { files, commonDir } = git.repository;
  const folder = `${commonDir}/worktrees`;
  if (!files.exists(folder)) return [];
  return files.readdir(folder).map(({ name }) => ({
    name,
    path: files
      .readText(`${folder}/${name}/gitdir`)
      .trim()
      .replace(/\/\.git$/, ""),
  }));
}

function openAt(git: Git, path: string): Repository | undefined {
  const { files } = git;
  if (!files.exists(path)) return undefined;
  const before = files.cwd;
  files.chdir(path);
  try {
    const place = discover({ files, uid: git.self.credentials.uid, env: { ...git.env, GIT_DIR: "" }, given: git.given });
    return place && new Repository(files, place, { env: git.env, given: git.given });
  } finally {
    files.chdir(before);
  }
}

async function add(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(ADD, argv);
  const { repository } = git;
  const { files } = git;
  const [given, start] = options.everything;
  if (given === undefined) throw new Quit("usage: git worktree add [<options>] <path> [<commit-ish>]\n\n", 129);
  const path = files.absolute(given);
  if (files.exists(path) && files.readdir(path).length > 0) throw new Fatal(`'${given}' already exists`);
  const base = path.slice(path.lastIndexOf("/") + 1);
  const created = options.get("b") ?? options.get("B");
  const existing = start === undefined ? base : git.revisions.branchName(start);
  const isBranch = repository.refs.resolve(`refs/heads/${existing}`) !== undefined;
  let branch = created ?? (options.has("detach") ? undefined : isBranch ? existing : start === undefined ? base : undefined);
  const oid = git.revisions.tryCommit(start === undefined ? (branch === existing && isBranch ? existing : "HEAD") : existing);
  if (oid === undefined) throw new Fatal(`invalid reference: ${start ?? "HEAD"}`);
  if (options.has("detach")) branch = undefined;
  if (branch !== undefined && !(isBranch && created === undefined)) {
    if (!options.has("quiet")) git.warn(`Preparing worktree (new branch '${branch}')\n`);
    createBranch(git, branch, start ?? "HEAD", { force: options.get("B") !== undefined });
  } else {
    const place = branch === undefined ? undefined : checkedOutAt(git, branch);
    if (!options.has("quiet"))
      git.warn(
        branch === undefined
          ? `Preparing worktree (detached HEAD ${repository.short(oid)})\n`
          : `Preparing worktree (checking out '${branch}')\n`,
      );
    if (place !== undefined && !options.has("force")) throw new Fatal(`'${branch}' is already checked out at '${place}'`);
  }
  const own = `${repository.commonDir}/worktrees/${base}`;
  files.mkdir(own, { recursive: true });
  files.mkdir(path, { recursive: true });
  files.writeFile(`${own}/gitdir`, `${path}/.git\n`);
  files.writeFile(`${own}/commondir`, "../..\n");
  files.writeFile(`${own}/HEAD`, branch === undefined ? `${oid}\n` : `ref: refs/heads/${branch}\n`);
  files.writeFile(`${path}/.git`, `gitdir: ${own}\n`);
  const made = openAt(git, path);
  if (!made) throw new Fatal("the new working tree could not be opened");
  forceTree(made, made.flatten(made.headTree));
  made.writeIndex();
  git.say(`HEAD is now at ${repository.short(oid)} ${subjectOf(repository.store.commit(oid).message)}\n`);
  return 0;
}

function list(git: Git, porcelain: boolean): number {
  const { repository } = git;
  const main = repository.commonDir.endsWith("/.git") ? repository.commonDir.slice(0, -5) : repository.commonDir;
  const rows = [main, ...linked(git).map(({ path }) => path)].map((path) => ({ path, at: openAt(git, path) }));
  const width = Math.max(...rows.map(({ path }) => path.length));
  for (const { path, at } of rows) {
    const head = at?.headOid;
    if (porcelain)
      git.say(
        `worktree ${path}\n${at?.isBare ? "bare\n" : `HEAD ${head}\n${at?.refs.head ? `branch ${at.refs.head}\n` : "detached\n"}`}\n`,
      );
    else
      git.say(
        `${path.padEnd(width)} ${at?.isBare ? "(bare)" : `${head === undefined ? "0000000" : repository.short(head)} ${at?.branch === undefined ? "(detached HEAD)" : `[${at.branch}]`}`}${at ? "" : " prunable"}\n`,
      );
  }
  return 0;
}

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const [action, ...rest] = argv;
  const { files } = git;
  switch (action) {
    case "add":
      return add(git, rest);
    case "list":
      return list(git, rest.includes("--porcelain"));
    case "remove": {
      const given = rest.find((word) => !word.startsWith("-")) ?? "";
      const path = files.absolute(given);
      const found = linked(git).find((each) => each.path === path || each.name === given);
      if (!found) throw new Fatal(`'${given}' is not a working tree`);
      const at = openAt(git, found.path);
      if (at && !rest.some((word) => word === "-f" || word === "--force")) {
        const dirty =
          stagedPairs(at, at.headTree).length +
          unstagedPairs(at).length +
          untracked(at, { mode: "normal", ignore: new Ignore(at, git.env) }).untracked.length;
        if (dirty > 0) throw new Fatal(`'${given}' contains modified or untracked files, use --force to delete it`);
      }
      files.removeTree(found.path);
      files.removeTree(`${git.repository.commonDir}/worktrees/${found.name}`);
      return 0;
    }
    case "prune":
      for (const { name, path } of linked(git)) if (!files.exists(path)) files.removeTree(`${git.repository.commonDir}/worktrees/${name}`);
      return 0;
    case undefined:
      throw new Quit(
        "usage: git worktree add [<options>] <path> [<commit-ish>]\n   or: git worktree list [-v | --porcelain]\n   or: git worktree prune\n   or: git worktree remove [-f] <worktree>\n\n",
        129,
      );
    default:
      throw notModeled(`"git worktree ${action}"`);
  }
}

export const worktree: Command = { name: "worktree", summary: "Manage multiple working trees", run };
