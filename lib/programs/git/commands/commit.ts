/** git-commit(1). */
import type { Git } from "../context.ts";
import { Fatal, notModeled, Quit } from "../errors.ts";
import { bodyOf, subjectOf } from "../history/pretty.ts";
import type { Commit, Person } from "../objects/object.ts";
import { type Grammar, type Options, parseOptions } from "../options.ts";
import { choosePatch } from "../patch/choose.ts";
import { parseDate, showDate } from "../repository/dates.ts";
import { Pathspec } from "../repository/pathspec.ts";
import type { Repository } from "../repository/repository.ts";
import { unmergedStages, unstagedPairs, workStatus } from "../repository/status.ts";
import { indexFiles } from "../repository/work-tree.ts";
import { writeTree } from "../repository/write-tree.ts";
import { updateTracked } from "./add.ts";
import type { Command } from "./command.ts";
import { commitSummary, makeCommit } from "./make-commit.ts";
import { cleanMessage, edit, readInput, runHook } from "./shared.ts";
import { untrackedMode } from "./status.ts";
import { longStatus } from "./status-text.ts";

const GRAMMAR: Grammar = {
  name: "commit",
  usage: [
    "git commit [-a | --interactive | --patch] [-s] [-v] [-u<mode>] [--amend]",
    "           [--dry-run] [(-c | -C | --squash) <commit> | --fixup [(amend|reword):]<commit>)]",
    "           [-F <file> | -m <msg>] [--reset-author] [--allow-empty]",
    "           [--allow-empty-message] [--no-verify] [-e] [--author=<author>]",
    "           [--date=<date>] [--cleanup=<mode>] [--[no-]status]",
    "           [-i | -o] [--pathspec-from-file=<file> [--pathspec-file-nul]]",
    "           [(--trailer <token>[(=|:)<value>])...] [-S[<keyid>]]",
    "           [--] [<pathspec>...]",
  ],
  options: [
    "-q, --quiet",
    "-v, --verbose",
    "-F, --file=",
    "--author=",
    "--date=",
    "-m, --message=",
    "-c, --reedit-message=",
    "-C, --reuse-message=",
    "--fixup=",
    "--reset-author",
    "-s, --signoff",
    "-e, --edit",
    "--cleanup=",
    "--status",
    "-a, --all",
    "-i, --include",
    "-o, --only",
    "-p, --patch",
    "-n, --no-verify",
    "--dry-run",
    "--short",
    "--branch",
    "--porcelain",
    "--long",
    "--amend",
    "--no-post-rewrite",
    "-u, --untracked-files[=]",
    "--allow-empty",
    "--allow-empty-message",
    "--no-gpg-sign",
  ],
  unmodeled: [
    "--interactive",
    "-t",
    "--template",
    "--squash",
    "--trailer",
    "-S",
    "--gpg-sign",
    "--pathspec-from-file",
    "--pathspec-file-nul",
    "-z",
    "--null",
  ],
};

const HELP = (char: string) =>
  `${char} Please enter the commit message for your changes. Lines starting
${char} with '${char}' will be ignored, and an empty message aborts the commit.
`;

function findAuthor(git: Git, options: Options, old: Commit | undefined): Person {
  const reused = old && !options.has("reset-author") ? old.author : undefined;
  let author = reused ?? git.author();
  const given = options.get("author");
  if (given !== undefined) {
    const found = /^\s*(.*?)\s*<([^>]*)>\s*$/.exec(given);
    if (!found) throw new Fatal(`--author '${given}' is not 'Name <email>' and matches no existing author`);
    author = { ...author, name: found[1] ?? "", email: found[2] ?? "" };
  }
  const date = options.get("date");
  if (date !== undefined) {
    const parsed = parseDate(date, git.now, git.timeZone);
    if (!parsed) throw new Fatal(`invalid date format: ${date}`);
    author = { ...author, ...parsed };
  }
  return author;
}

/** Records only the paths given, as they are in the working tree, on top of HEAD (--only). */
function onlyPaths(repository: Repository, pathspec: Pathspec): void {
  for (const entry of repository.index.entries) pathspec.matches(entry.path);
  const [unknown] = pathspec.unused;
  if (unknown !== undefined) throw new Quit(`error: pathspec '${unknown}' did not match any file(s) known to git\n`, 1);
  updateTracked(repository, (path) => pathspec.matches(path));
}

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  const repository = git.withWorkTree;
  if (options.has("patch")) {
    if (options.everything.length > 0) throw notModeled("choosing hunks of some paths while they are committed");
    await choosePatch(git, "stage", unstagedPairs(repository));
  }
  if (options.has("all") && options.everything.length > 0)
    throw new Fatal(`paths '${options.everything[0]} ...' with -a does not make sense`);
  if (options.has("message") && options.has("file")) throw new Fatal("options '-m' and '-F' cannot be used together");
  const head = repository.headOid;
  const amend = options.has("amend");
  const merging = repository.readGitFile("MERGE_HEAD");
  const picking = repository.readGitFile("CHERRY_PICK_HEAD");
  if (amend && head === undefined) throw new Fatal("You have nothing to amend.");
  if (amend && merging !== undefined) throw new Fatal("You are in the middle of a merge -- cannot amend.");
  if (amend && picking !== undefined) throw new Fatal("You are in the middle of a cherry-pick -- cannot amend.");

  const pathspec = new Pathspec(repository, options.everything);
  const before = repository.index.bytes();
  if (options.has("all")) updateTracked(repository, () => true);
  const partial = !pathspec.isEmpty && !options.has("include");
  if (partial && merging !== undefined) throw new Fatal("cannot do a partial commit during a merge.");
  if (!pathspec.isEmpty) onlyPaths(repository, pathspec);
  refuseUnmerged(git, repository);
  if (options.has("all") || !pathspec.isEmpty) {
    if (!options.has("dry-run")) repository.writeIndex();
  }
  if (!options.has("no-verify") && !options.has("dry-run")) {
    const status = await runHook(git, "pre-commit", [], { env: { GIT_INDEX_FILE: ".git/index", GIT_EDITOR: ":" } });
    if (status !== undefined && status !== 0) {
      restoreIndex(repository, before);
      return 1;
    }
    repository.reloadIndex();
  }

  const old = amend && head !== undefined ? repository.store.commit(head) : undefined;
  const reuse = options.get("reuse-message") ?? options.get("reedit-message");
  const source = old ?? (reuse === undefined ? undefined : repository.store.commit(git.revisions.commit(reuse)));
  const picked =
    picking === undefined || repository.files.exists(repository.gitPath("rebase-merge"))
      ? undefined
      : repository.store.commit(picking.trim());
  git.committer();
  const author = findAuthor(git, options, source ?? picked);
  const parents = old ? old.parents : [...(head === undefined ? [] : [head]), ...(merging ?? "").split("\n").filter((line) => line !== "")];
  const base = parents[0] === undefined ? undefined : repository.store.commit(parents[0]).tree;

  // With paths, what else is staged stays for another time.
  const staged = indexFiles(repository);
  const files = partial ? partialFiles(repository, pathspec, staged) : staged;
  const tree = writeTree(repository.store, files);
  const statusMode = options.has("untracked-files")
    ? untrackedMode(options.get("untracked-files"))
    : options.flag("untracked-files") === false
      ? "no"
      : "normal";
  const changed = tree !== (base ?? "4b825dc642cb6eb9a060e54bf8d69288fbee4904") || (head === undefined && files.size > 0);
  const dryRun = options.has("dry-run", "short", "porcelain", "long");
  if (dryRun || (!changed && !amend && merging === undefined && !options.has("allow-empty"))) {
    const status = workStatus(git, repository, { untracked: statusMode });
    if (picking !== undefined && !dryRun) sayEmptyPick(git);
    git.say(longStatus(git, status, { hints: true, color: git.color("status"), untracked: statusMode }));
    return changed ? 0 : 1;
  }
  if (!changed && amend && !options.has("allow-empty") && old?.parents.length === 1) {
    git.warn(
      'You asked to amend the most recent commit, but doing so would make\nit empty. You can repeat your command with --allow-empty, or you can\nremove the commit entirely with "git reset HEAD^".\n',
    );
    const status = workStatus(git, repository, { untracked: statusMode, tree: base });
    git.say(longStatus(git, status, { hints: true, color: git.color("status"), untracked: statusMode, amend: true }));
    return 1;
  }

  let message = await givenMessage(git, options, source);
  if (options.has("fixup"))
    message = `fixup! ${subjectOf(repository.store.commit(git.revisions.commit(options.get("fixup") ?? "")).message)}\n`;
  const prepared = message ?? (old ? old.message : repository.readGitFile("MERGE_MSG"));
  const editing = options.flag("edit") ?? (options.has("reedit-message") || (message === undefined && !options.has("reuse-message")));
  let text = prepared ?? "";
  if (options.has("signoff")) text = signedOff(text, git.committer());
  const char = repository.config.get("core.commentChar") ?? "#";
  const cleanup = options.get("cleanup") ?? repository.config.get("commit.cleanup") ?? "default";
  const path = `${repository.gitDir}/COMMIT_EDITMSG`;
  if (editing) {
    const shown = workStatus(git, repository, { untracked: statusMode, tree: amend ? base : repository.headTree });
    repository.files.writeFile(
      path,
      text +
        template(
          git,
          { char, author, merging: merging !== undefined, old, picked },
          longStatus(git, shown, { hints: false, color: false, untracked: statusMode, template: true, amend }),
        ),
    );
  } else repository.files.writeFile(path, text);
  const kind = message !== undefined ? "message" : merging !== undefined ? "merge" : amend ? "commit" : "";
  const prepare = await runHook(git, "prepare-commit-msg", [
    ".git/COMMIT_EDITMSG",
    ...(kind === "" ? [] : [kind]),
    ...(kind === "commit" ? ["HEAD"] : []),
  ]);
  if (prepare !== undefined && prepare !== 0) return 1;
  if (editing) {
    try {
      await edit(git, path);
    } catch (error) {
      if (!(error instanceof Quit)) throw error;
      throw new Quit(`${error.text}Please supply the message using either -m or -F option.\n`, 1);
    }
  }
  if (!options.has("no-verify")) {
    const checked = await runHook(git, "commit-msg", [".git/COMMIT_EDITMSG"]);
    if (checked !== undefined && checked !== 0) return 1;
  }
  text = repository.files.readText(path);
  const strip = cleanup === "strip" || cleanup === "scissors" || (cleanup === "default" && editing);
  const final = cleanup === "verbatim" ? text : cleanMessage(text, { comments: strip, char });
  if (final.trim() === "" && !options.has("allow-empty-message")) {
    git.warn("Aborting commit due to empty commit message.\n");
    return 1;
  }
  const oid = makeCommit(git, { tree, parents, author, message: final });
  const action = amend
    ? "commit (amend)"
    : merging !== undefined
      ? "commit (merge)"
      : picked
        ? "commit (cherry-pick)"
        : parents.length === 0
          ? "commit (initial)"
          : "commit";
  if (!moveTo(git, oid, `${action}: ${subjectOf(final)}`, head)) return 1;
  for (const name of ["MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "CHERRY_PICK_HEAD", "REVERT_HEAD", "SQUASH_MSG", "AUTO_MERGE"])
    repository.removeGitFile(name);
  repository.writeIndex();
  await runHook(git, "post-commit", []);
  if (!options.has("quiet"))
    git.say(commitSummary(git, oid, { showDate: amend || source !== undefined || picked !== undefined || options.has("date") }));
  return 0;
}

function sayEmptyPick(git: Git): void {
  git.warn(
    "The previous cherry-pick is now empty, possibly due to conflict resolution.\nIf you wish to commit it anyway, use:\n\n    git commit --allow-empty\n\nOtherwise, please use 'git cherry-pick --skip'\n",
  );
}

function moveTo(git: Git, oid: string, message: string, before: string | undefined): boolean {
  const { repository } = git;
  const name = repository.refs.head ?? "HEAD";
  if (repository.refs.resolve("HEAD") !== before) {
    git.warn(`fatal: cannot lock ref 'HEAD': is at ${repository.refs.resolve("HEAD")} but expected ${before}\n`);
    return false;
  }
  const { refs } = repository;
  const person = git.committer(false);
  refs.write(name, oid);
  if (repository.config.bool("core.logAllRefUpdates") !== false) {
    refs.appendLog(name, before, oid, person, message);
    if (name !== "HEAD") refs.appendLog("HEAD", before, oid, person, message);
  }
  return true;
}

function restoreIndex(repository: Repository, bytes: Uint8Array): void {
  repository.files.writeFile(repository.gitPath("index"), bytes);
  repository.reloadIndex();
}

function refuseUnmerged(git: Git, repository: Repository): void {
  const unmerged = unmergedStages(repository);
  if (unmerged.size === 0) return;
  git.say([...unmerged.keys()].map((path) => `U\t${path}\n`).join(""));
  throw new Quit(
    "error: Committing is not possible because you have unmerged files.\nhint: Fix them up in the work tree, and then use 'git add/rm <file>'\nhint: as appropriate to mark resolution and make a commit.\nfatal: Exiting because of an unresolved conflict.\n",
    128,
  );
}

function partialFiles(repository: Repository, pathspec: Pathspec, staged: ReturnType<typeof indexFiles>): ReturnType<typeof indexFiles> {
  const files = repository.flatten(repository.headTree);
  for (const path of [...files.keys()]) if (pathspec.matches(path)) files.delete(path);
  for (const [path, file] of staged) if (pathspec.matches(path)) files.set(path, file);
  return files;
}

async function givenMessage(git: Git, options: Options, source: Commit | undefined): Promise<string | undefined> {
  const messages = options.all("message");
  if (messages.length > 0) return messages.map((text) => `${text.replace(/\n*$/, "")}\n`).join("\n");
  const file = options.get("file");
  if (file !== undefined) return readInput(git, file);
  if (options.has("reuse-message", "reedit-message")) return source?.message ?? "";
  return undefined;
}

export function signedOff(text: string, { name, email }: Person): string {
  const line = `Signed-off-by: ${name} <${email}>`;
  if (text.trimEnd().split("\n").at(-1) === line) return text;
  const trailers = /\n\n(?:[A-Za-z-]+: .*\n)+$/.test(text) || /^[A-Za-z-]+-by: .*\n$/.test(bodyOf(text));
  return `${text.replace(/\n*$/, "\n")}${trailers ? "" : "\n"}${line}\n`;
}

interface TemplateFacts {
  readonly char: string;
  readonly author: Person;
  readonly merging: boolean;
  readonly old: Commit | undefined;
  readonly picked: Commit | undefined;
}

function template(git: Git, { char, author, merging, old, picked }: TemplateFacts, status: string): string {
  const committer = git.committer(false);
  let out = "\n";
  if (merging)
    out += `${char}\n${char} It looks like you may be committing a merge.\n${char} If this is not correct, please run\n${char}\tgit update-ref -d MERGE_HEAD\n${char} and try again.\n\n\n`;
  out += HELP(char);
  const who = `${author.name} <${author.email}>`;
  let facts = "";
  if (who !== `${committer.name} <${committer.email}>`) facts += `${char} Author:    ${who}\n`;
  if (old || picked) facts += `${char} Date:      ${showDate(author, git.dateStyle("default"))}\n`;
  out += `${char}\n${facts}${facts === "" ? "" : `${char}\n`}`;
  const lines = status.replace(/\n$/, "").split("\n");
  return out + lines.map((line) => (line === "" ? `${char}\n` : line.startsWith("\t") ? `${char}${line}\n` : `${char} ${line}\n`)).join("");
}

export const commit: Command = { name: "commit", summary: "Record changes to the repository", run };
