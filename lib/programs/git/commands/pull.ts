/** git-pull(1). */
import type { Git } from "../context.ts";
import { Fatal, Quit } from "../errors.ts";
import { isAncestor } from "../history/walk.ts";
import { type Grammar, parseOptions } from "../options.ts";
import { parseBool } from "../repository/config.ts";
import { stagedPairs, unstagedPairs } from "../repository/status.ts";
import type { Command } from "./command.ts";
import { defaultRemote, type FetchRequest, fetchRemote } from "./fetch.ts";
import { changeStat, fastForward, favorOf, ffMode, into, mergeCommits, refuseUnfinished } from "./merge.ts";
import { rebaseOnto } from "./rebase.ts";
import { runHook } from "./shared.ts";

const GRAMMAR: Grammar = {
  name: "pull",
  usage: ["git pull [<options>] [<repository> [<refspec>...]]"],
  options: [
    "-v, --verbose",
    "-q, --quiet",
    "--progress",
    "-r, --rebase[=]",
    "-n",
    "--stat",
    "--squash",
    "--commit",
    "-e, --edit",
    "--ff",
    "--ff-only",
    "-s, --strategy=",
    "-X, --strategy-option=",
    "--allow-unrelated-histories",
    "--autostash",
    "--all",
    "-a, --append",
    "-f, --force",
    "-t, --tags",
    "-p, --prune",
    "--depth=",
    "--no-verify",
    "--set-upstream",
    "--dry-run",
  ],
  unmodeled: ["--recurse-submodules", "--signoff", "--verify-signatures", "-S", "--gpg-sign", "--unshallow", "--deepen"],
};

const DIVERGENT = `hint: You have divergent branches and need to specify how to reconcile them.
hint: You can do so by running one of the following commands sometime before
hint: your next pull:
hint: 
hint:   git config pull.rebase false  # merge
hint:   git config pull.rebase true   # rebase
hint:   git config pull.ff only       # fast-forward only
hint: 
hint: You can replace "git config" with "git config --global" to set a default
hint: preference for all repositories. You can also pass --rebase, --no-rebase,
hint: or --ff-only on the command line to override the configured default per
hint: invocation.
fatal: Need to specify how to reconcile divergent branches.
`;

function noTracking(git: Git, remote: string, rebasing: boolean): Quit {
  const { repository } = git;
  const { branch } = repository;
  const words = rebasing ? "rebase against" : "merge with";
  if (branch === undefined)
    return new Quit(
      `You are not currently on a branch.\nPlease specify which branch you want to ${words}.\nSee git-pull(1) for details.\n\n    git pull <remote> <branch>\n\n`,
      1,
    );
  const names = repository.config.subsections("remote");
  const shown = names.length === 1 ? (names[0] ?? remote) : "<remote>";
  return new Quit(
    `There is no tracking information for the current branch.\nPlease specify which branch you want to ${words}.\nSee git-pull(1) for details.\n\n    git pull <remote> <branch>\n\nIf you wish to set tracking information for this branch you can do so with:\n\n    git branch --set-upstream-to=${shown}/<branch> ${branch}\n\n`,
    1,
  );
}

/** Whether the pull rebases, and whether that was said anywhere. */
function rebasing(git: Git, options: ReturnType<typeof parseOptions>): boolean | undefined {
  const asked = options.flag("rebase");
  if (asked !== undefined) return asked && (options.get("rebase") === undefined || parseBool(options.get("rebase") ?? "") !== false);
  const { repository } = git;
  const set =
    (repository.branch === undefined ? undefined : repository.config.get(`branch.${repository.branch}.rebase`)) ??
    repository.config.get("pull.rebase");
  return set === undefined ? undefined : (parseBool(set) ?? true);
}

/** A fetch that fails ends the pull with its own words and status 1. */
async function fetching(git: Git, request: FetchRequest): Promise<number> {
  try {
    return await fetchRemote(git, request);
  } catch (error) {
    if (error instanceof Quit) throw new Quit(error.text, 1);
    if (error instanceof Fatal) throw new Fatal(error.message, 1);
    throw error;
  }
}

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  const repository = git.withWorkTree;
  refuseUnfinished(git, "Pulling");
  const [given, ...refspecs] = options.everything;
  const rebase = rebasing(git, options);
  const remote = given ?? defaultRemote(git);
  const autostash = options.flag("autostash") ?? repository.config.bool("rebase.autoStash") ?? false;
  if (rebase && !autostash) {
    const unstaged = unstagedPairs(repository).length > 0;
    const staged = stagedPairs(repository, repository.headTree).length > 0;
    if (unstaged || staged)
      throw new Quit(
        `${unstaged ? "error: cannot pull with rebase: You have unstaged changes.\n" : ""}${staged ? (unstaged ? "error: additionally, your index contains uncommitted changes.\n" : "error: cannot pull with rebase: Your index contains uncommitted changes.\n") : ""}error: please commit or stash them.\n`,
        128,
      );
  }
  const head = repository.headOid;
  if (given === undefined && repository.config.get(`remote.${remote}.url`) === undefined && remote === "origin")
    throw noTracking(git, remote, rebase === true);
  const fetched = await fetching(git, {
    remote,
    refspecs,
    quiet: options.has("quiet"),
    prune: options.has("prune"),
    tags: options.flag("tags"),
    force: options.has("force"),
  });
  if (fetched !== 0) return fetched;
  const lines = (repository.readGitFile("FETCH_HEAD") ?? "")
    .split("\n")
    .filter((line) => line !== "" && !line.includes("\tnot-for-merge\t"));
  if (lines.length === 0) {
    const merge = repository.branch === undefined ? undefined : repository.config.get(`branch.${repository.branch}.merge`);
    if (merge !== undefined && given === undefined)
      throw new Quit(`Your configuration specifies to merge with the ref '${merge}'\nfrom the remote, but no such ref was fetched.\n`, 1);
    throw noTracking(git, remote, rebase === true);
  }
  if (repository.branch !== undefined && given === undefined && repository.config.get(`branch.${repository.branch}.merge`) === undefined)
    throw noTracking(git, remote, rebase === true);
  const [line = ""] = lines;
  const [oid = "", , description = ""] = line.split("\t");
  const ff =
    options.has("ff-only") || options.flag("ff") !== undefined
      ? ffMode(git, options, "pull.ff")
      : ffMode(git, options, git.config.get("pull.ff") === undefined ? "merge.ff" : "pull.ff");
  const canForward = head !== undefined && isAncestor(repository.store, head, oid);
  const done = head !== undefined && isAncestor(repository.store, oid, head);
  if (head !== undefined && !canForward && !done) {
    if (ff === "only" && rebase !== true) {
      if (repository.config.bool("advice.diverging") !== false)
        git.warn(
          'hint: Diverging branches can\'t be fast-forwarded, you need to either:\nhint: \nhint: \tgit merge --no-ff\nhint: \nhint: or:\nhint: \nhint: \tgit rebase\nhint: \nhint: Disable this message with "git config advice.diverging false"\n',
        );
      throw new Fatal("Not possible to fast-forward, aborting.");
    }
    const decided =
      rebase !== undefined ||
      options.flag("ff") !== undefined ||
      options.has("ff-only") ||
      git.config.get("pull.ff") !== undefined ||
      options.has("squash");
    if (!decided) throw new Quit(DIVERGENT, 128);
  }
  if (rebase === true) {
    if (canForward && head !== undefined && unstagedPairs(repository).length === 0) {
      git.say(`Updating ${repository.short(head)}..${repository.short(oid)}\n`);
      fastForward(git, oid, "pull: Fast-forward");
      git.say(`Fast-forward\n${changeStat(git, head, oid)}`);
      await runHook(git, "post-merge", ["0"]);
      return 0;
    }
    return rebaseOnto(git, {
      onto: oid,
      ontoName: oid,
      upstream: oid,
      quiet: options.has("quiet"),
      force: false,
      autostash,
      action: "pull --rebase",
    });
  }
  return mergeCommits(git, {
    commits: [{ oid, name: description, label: oid }],
    message: `Merge ${description}${into(git)}\n`,
    ff,
    squash: options.has("squash"),
    commit: options.flag("commit") !== false,
    stat: !options.has("n") && options.flag("stat") !== false,
    edit: options.flag("edit"),
    favor: favorOf(options),
    strategy: options.get("strategy"),
    allowUnrelated: options.has("allow-unrelated-histories"),
    quiet: options.has("quiet"),
    action: ["pull", ...argv].join(" "),
    verify: !options.has("no-verify"),
  });
}

export const pull: Command = { name: "pull", summary: "Fetch from and integrate with another repository or a local branch", run };
