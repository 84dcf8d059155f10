/** git-merge(1). */
import type { Git } from "../context.ts";
import { readSide } from "../diff/content.ts";
import { pathOf, treePairs } from "../diff/pairs.ts";
import { findRenames } from "../diff/renames.ts";
import { statOf, statText, summaryText } from "../diff/stat.ts";
import { Fatal, notModeled, Quit } from "../errors.ts";
import { prettyCommit } from "../history/pretty.ts";
import { isAncestor, mergeBases, walk } from "../history/walk.ts";
import { baseTree, mergeOnto } from "../merge/apply.ts";
import { type Grammar, type Options, parseOptions } from "../options.ts";
import { forceTree, switchTree } from "../repository/checkout-tree.ts";
import { Ignore } from "../repository/ignore.ts";
import type { Repository } from "../repository/repository.ts";
import { stagedPairs } from "../repository/status.ts";
import { indexFiles } from "../repository/work-tree.ts";
import { writeTree } from "../repository/write-tree.ts";
import type { Command } from "./command.ts";
import { commit as commitCommand } from "./commit.ts";
import { makeCommit } from "./make-commit.ts";
import { forgetState } from "./reset.ts";
import { cleanMessage, edit, moveHead, readInput, runHook } from "./shared.ts";

const GRAMMAR: Grammar = {
  name: "merge",
  usage: ["git merge [<options>] [<commit>...]", "git merge --abort", "git merge --continue"],
  options: [
    "-n",
    "--stat",
    "--summary",
    "--log[=]",
    "--squash",
    "--commit",
    "-e, --edit",
    "--cleanup=",
    "--ff",
    "--ff-only",
    "-s, --strategy=",
    "-X, --strategy-option=",
    "-m, --message=",
    "-F, --file=",
    "--into-name=",
    "-v, --verbose",
    "-q, --quiet",
    "--abort",
    "--quit",
    "--continue",
    "--allow-unrelated-histories",
    "--progress",
    "--no-verify",
    "--autostash",
    "--signoff",
  ],
  unmodeled: ["--verify-signatures", "-S", "--gpg-sign", "--rerere-autoupdate", "--overwrite-ignore"],
};

/** " file | 2 +-" and what was created, as merge and pull end. */
export function changeStat(git: Git, from: string, to: string, columns = 80): string {
  const { repository } = git;
  const tree = (oid: string) => repository.store.commit(oid).tree;
  const pairs = findRenames(
    treePairs(repository, tree(from), tree(to), () => true),
    { read: (side) => readSide(repository, side).data },
  );
  if (pairs.length === 0) return "";
  return (
    statText(
      pairs.map((pair) => statOf(repository, pair, {})),
      { width: columns, color: git.color("diff") },
    ) + summaryText(pairs)
  );
}

/** `branch 'side'`, `remote-tracking branch 'origin/side'`, `tag 'v1'`, `commit 'abc'`. */
export function described(git: Git, name: string): string {
  const full = git.revisions.fullName(git.revisions.branchName(name)) ?? git.revisions.fullName(name);
  if (full?.startsWith("refs/heads/")) return `branch '${full.slice(11)}'`;
  if (full?.startsWith("refs/remotes/")) return `remote-tracking branch '${full.slice(13)}'`;
  if (full?.startsWith("refs/tags/")) return `tag '${name}'`;
  return `commit '${name}'`;
}

/** " into main", which is not said for the usual branch. */
export function into(git: Git): string {
  const { repository } = git;
  const branch = repository.branch;
  const suppressed = repository.config.all("merge.suppressDest");
  const quiet = suppressed.length > 0 ? suppressed : ["main", "master"];
  return branch === undefined ? " into HEAD" : quiet.includes(branch) ? "" : ` into ${branch}`;
}

/** Goes to a descendant of HEAD. Throws Quit when changes would be lost. */
export function fastForward(git: Git, to: string, message: string): void {
  const { repository } = git;
  switchTree(repository, repository.flatten(repository.headTree), repository.flatten(repository.store.commit(to).tree), {
    words: { action: "merge", before: "merge" },
    ignore: new Ignore(repository, git.env),
  });
  repository.writeIndex();
  const head = repository.headOid;
  if (head !== undefined) repository.refs.write("ORIG_HEAD", head);
  moveHead(git, to, message);
}

export function refuseUnfinished(git: Git, action: string): void {
  const { repository } = git;
  if (repository.index.unmerged.length > 0)
    throw new Quit(
      `error: ${action} is not possible because you have unmerged files.\nhint: Fix them up in the work tree, and then use 'git add/rm <file>'\nhint: as appropriate to mark resolution and make a commit.\nfatal: Exiting because of an unresolved conflict.\n`,
      128,
    );
  if (repository.readGitFile("MERGE_HEAD") !== undefined) {
    if (action === "Pulling")
      throw new Quit(
        "error: You have not concluded your merge (MERGE_HEAD exists).\nhint: Please, commit your changes before merging.\nfatal: Exiting because of unfinished merge.\n",
        128,
      );
    throw new Fatal("You have not concluded your merge (MERGE_HEAD exists).\nPlease, commit your changes before you merge.");
  }
  if (repository.readGitFile("CHERRY_PICK_HEAD") !== undefined)
    throw new Fatal("You have not concluded your cherry-pick (CHERRY_PICK_HEAD exists).\nPlease, commit your changes before you merge.");
}

export interface MergeRequest {
  readonly commits: readonly { readonly oid: string; readonly name: string; readonly label: string }[];
  readonly message: string;
  readonly ff: "allow" | "only" | "never";
  readonly squash: boolean;
  readonly commit: boolean;
  readonly stat: boolean;
  readonly edit: boolean | undefined;
  readonly favor?: "ours" | "theirs" | undefined;
  readonly strategy?: string | undefined;
  readonly allowUnrelated: boolean;
  readonly quiet: boolean;
  /** How the log names the action: "merge side", "pull". */
  readonly action: string;
  readonly verify: boolean;
}

const TEMPLATE = `# Please enter a commit message to explain why this merge is necessary,
# especially if it merges an updated upstream into a topic branch.
#
# Lines starting with '#' will be ignored, and an empty message aborts
# the commit.
`;

export async function mergeCommits(git: Git, request: MergeRequest): Promise<number> {
  const { repository } = git;
  const { store } = repository;
  const [other, second] = request.commits;
  if (!other) return 0;
  const head = repository.headOid;
  const say = (text: string) => {
    if (!request.quiet) git.say(text);
  };
  if (head === undefined) {
    if (request.squash) throw new Fatal("Squash commit into empty head not supported yet");
    forceTree(repository, repository.flatten(store.commit(other.oid).tree));
    repository.writeIndex();
    moveHead(git, other.oid, "initial pull");
    return 0;
  }
  if (second) throw notModeled("merging more than one commit at once (an octopus)");
  if (isAncestor(store, other.oid, head)) {
    say(`Already up to date.${request.squash ? " (nothing to squash)" : ""}\n`);
    return 0;
  }
  const bases = mergeBases(store, head, other.oid);
  if (bases.length === 0 && !request.allowUnrelated) throw new Fatal("refusing to merge unrelated histories");
  const canForward = bases.length === 1 && bases[0] === head;
  const stat = () => (request.stat && !request.quiet ? changeStat(git, head, other.oid, git.onTerminal ? git.columns : 80) : "");
  if (canForward && request.ff !== "never") {
    say(`Updating ${repository.short(head)}..${repository.short(other.oid)}\n`);
    if (request.squash) {
      switchTree(repository, repository.flatten(repository.headTree), repository.flatten(store.commit(other.oid).tree), {
        words: { action: "merge", before: "merge" },
        ignore: new Ignore(repository, git.env),
      });
      repository.writeIndex();
      say("Fast-forward\n");
      squashMessage(git, head, other.oid);
      say("Squash commit -- not updating HEAD\n");
      say(stat());
      return 0;
    }
    fastForward(git, other.oid, `${request.action}: Fast-forward`);
    say(`Fast-forward\n${stat()}`);
    await runHook(git, "post-merge", ["0"]);
    return 0;
  }
  if (request.ff === "only") {
    throw new Fatal("Not possible to fast-forward, aborting.");
  }
  const staged = stagedPairs(repository, repository.headTree);
  if (staged.length > 0)
    throw new Quit(
      `error: Your local changes to the following files would be overwritten by merge:\n  ${staged.map(pathOf).join(" ")}\n${request.quiet ? "" : "Merge with strategy ort failed.\n"}`,
      2,
    );
  const author = git.author();
  git.committer();
  const base = baseTree(git, head, other.oid);
  const strategy = request.strategy ?? "ort";
  let clean = true;
  let conflicts: readonly string[] = [];
  let tree: string;
  if (strategy === "ours") tree = store.commit(head).tree;
  else {
    try {
      const result = mergeOnto(
        git,
        { base: base.tree, theirs: store.commit(other.oid).tree },
        { ours: "HEAD", base: base.label, theirs: other.label },
        { action: "merge", before: "merge" },
        { favor: request.favor },
      );
      clean = result.clean;
      conflicts = [...result.merged.conflicts.keys()];
    } catch (error) {
      if (!(error instanceof Quit)) throw error;
      throw new Quit(`${error.text}Merge with strategy ort failed.\n`, 2);
    }
    tree = writeTree(store, indexFiles(repository));
  }
  repository.refs.write("ORIG_HEAD", head);
  if (request.squash) {
    squashMessage(git, head, other.oid);
    say("Squash commit -- not updating HEAD\n");
    if (!clean) return failed(git, repository, undefined, conflicts);
    if (!request.quiet) git.warn("Automatic merge went well; stopped before committing as requested\n");
    return 0;
  }
  const remember = () => {
    repository.writeGitFile("MERGE_HEAD", `${other.oid}\n`);
    repository.writeGitFile("MERGE_MODE", request.ff === "never" ? "no-ff" : "");
  };
  if (!clean) {
    remember();
    return failed(git, repository, request.message, conflicts);
  }
  if (!request.commit) {
    remember();
    repository.writeGitFile("MERGE_MSG", request.message);
    if (!request.quiet) git.warn("Automatic merge went well; stopped before committing as requested\n");
    return 0;
  }
  let message = request.message;
  if (request.verify) {
    const hook = await runHook(git, "pre-merge-commit", []);
    if (hook !== undefined && hook !== 0) {
      remember();
      repository.writeGitFile("MERGE_MSG", request.message);
      return 1;
    }
  }
  const editing =
    request.edit ??
    (git.self.fds.get(0)?.tty !== undefined && git.self.fds.get(1)?.tty !== undefined && git.env.GIT_MERGE_AUTOEDIT !== "no");
  if (editing) {
    remember();
    repository.writeGitFile("MERGE_MSG", `${message}${TEMPLATE}`);
    message = cleanMessage(await edit(git, repository.gitPath("MERGE_MSG")), { comments: true });
    if (message === "") {
      git.warn("Empty commit message.\nNot committing merge; use 'git commit' to complete the merge.\n");
      return 1;
    }
    forgetState(repository);
  }
  const oid = makeCommit(git, { tree, parents: [head, other.oid], author, message });
  moveHead(git, oid, `${request.action}: Merge made by the '${strategy}' strategy.`);
  say(`Merge made by the '${strategy}' strategy.\n`);
  if (request.stat && !request.quiet) say(changeStat(git, head, oid, git.onTerminal ? git.columns : 80));
  await runHook(git, "post-merge", ["0"]);
  return 0;
}

/** The list of conflicts behind a message, as comments. */
export function conflictList(conflicts: readonly string[]): string {
  return `\n# Conflicts:\n${[...conflicts]
    .sort()
    .map((path) => `#\t${path}\n`)
    .join("")}`;
}

function failed(git: Git, repository: Repository, message: string | undefined, conflicts: readonly string[]): number {
  if (message !== undefined) repository.writeGitFile("MERGE_MSG", `${message}${conflictList(conflicts)}`);
  git.say("Automatic merge failed; fix conflicts and then commit the result.\n");
  return 1;
}

function squashMessage(git: Git, head: string, other: string): void {
  const { repository } = git;
  let text = "Squashed commit of the following:\n";
  for (const { commit } of walk(repository, { include: [other], exclude: [head] }))
    text += `\n${prettyCommit(repository, commit, { format: "medium", abbreviate: false, color: false, date: git.dateStyle("default"), decorations: undefined })}\n`;
  repository.writeGitFile("SQUASH_MSG", text);
  repository.writeGitFile("MERGE_MSG", text);
}

export function abortMerge(git: Git, words: string): number {
  const { repository } = git;
  if (repository.readGitFile("MERGE_HEAD") === undefined) throw new Fatal(words);
  const head = repository.flatten(repository.headTree);
  forceTree(repository, head);
  repository.writeIndex();
  forgetState(repository);
  return 0;
}

export function ffMode(git: Git, options: Options, key: string): MergeRequest["ff"] {
  if (options.has("ff-only") && options.last("ff-only", "ff") === "ff-only") return "only";
  const asked = options.flag("ff");
  if (asked !== undefined) return asked ? "allow" : "never";
  const set = git.config.get(key);
  if (set === "only") return "only";
  return set !== undefined && /^(false|no|off)$/i.test(set) ? "never" : "allow";
}

export function favorOf(options: Options): "ours" | "theirs" | undefined {
  const set = options.all("strategy-option").at(-1);
  if (set === undefined || set === "ours" || set === "theirs") return set;
  throw notModeled(`the strategy option '${set}'`);
}

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  const repository = git.withWorkTree;
  if (options.has("abort")) return abortMerge(git, "There is no merge to abort (MERGE_HEAD missing).");
  if (options.has("quit")) {
    forgetState(repository);
    return 0;
  }
  if (options.has("continue")) {
    if (repository.readGitFile("MERGE_HEAD") === undefined) throw new Fatal("There is no merge in progress (MERGE_HEAD missing).");
    return commitCommand.run(git, []);
  }
  refuseUnfinished(git, "Merging");
  let names = options.everything;
  if (names.length === 0) {
    const branch = repository.branch;
    const upstream = branch === undefined ? undefined : git.revisions.upstream(branch);
    if (branch === undefined) throw new Fatal("No current branch.");
    if (upstream === undefined)
      throw new Fatal(
        repository.config.get(`branch.${branch}.remote`) === undefined
          ? "No remote for the current branch."
          : "No default upstream defined for the current branch.",
      );
    names = [upstream.replace("refs/remotes/", "")];
  }
  const commits = names.map((name) => {
    const typed = git.revisions.branchName(name);
    const oid = typed === "FETCH_HEAD" ? fetchHead(git) : git.revisions.tryCommit(typed);
    if (oid === undefined) throw new Quit(`merge: ${name} - not something we can merge\n${near(git, name)}`, 1);
    return { oid, name: typed, label: typed };
  });
  if (options.has("squash") && options.flag("ff") === false) throw new Fatal("options '--squash' and '--no-ff.' cannot be used together");
  const messages = options.all("message");
  const file = options.get("file");
  const given = messages.length > 0 ? `${messages.join("\n\n")}\n` : file === undefined ? undefined : await readInput(git, file);
  const message = given ?? `Merge ${described(git, commits[0]?.name ?? "")}${into(git)}\n`;
  return mergeCommits(git, {
    commits,
    message,
    ff:
      commits.some(({ name }) => isAnnotated(git, name)) && options.flag("ff") === undefined && !options.has("ff-only")
        ? "never"
        : ffMode(git, options, "merge.ff"),
    squash: options.has("squash"),
    commit: options.flag("commit") !== false,
    stat: !options.has("n") && options.flag("stat") !== false && repository.config.bool("merge.stat") !== false,
    edit: options.flag("edit") ?? (given === undefined ? undefined : false),
    favor: favorOf(options),
    strategy: options.get("strategy"),
    allowUnrelated: options.has("allow-unrelated-histories"),
    quiet: options.has("quiet"),
    action: `merge ${names.join(" ")}`,
    verify: !options.has("no-verify"),
  });
}

function isAnnotated(git: Git, name: string): boolean {
  const found = git.revisions.find(name);
  return found?.ref?.startsWith("refs/tags/") === true && git.repository.store.typeOf(found.oid) === "tag";
}

export function fetchHead(git: Git): string | undefined {
  return /^([0-9a-f]{40})\t\t/m.exec(git.repository.readGitFile("FETCH_HEAD") ?? "")?.[1];
}

/** "Did you mean", for a remote branch of that name. */
function near(git: Git, name: string): string {
  const found = git.repository.refs.list("refs/remotes/").filter((ref) => ref.name.endsWith(`/${name}`));
  if (found.length === 0) return "";
  return `\nDid you mean ${found.length === 1 ? "this" : "one of these"}?\n${found.map((ref) => `\t${ref.name.slice(13)}\n`).join("")}`;
}

export const merge: Command = { name: "merge", summary: "Join two or more development histories together", run };
