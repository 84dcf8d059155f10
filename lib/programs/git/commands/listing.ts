/** git-ls-files(1), git-check-ignore(1), git-rev-list(1), git-merge-base(1), git-show-ref(1), git-symbolic-ref(1), git-update-ref(1), git-ls-remote(1). */
import { globRegex } from "../../core/glob.ts";
import { decode } from "../../core/io.ts";
import type { Git } from "../context.ts";
import { quotePath } from "../diff/quote.ts";
import { Fatal, Quit } from "../errors.ts";
import { prettyCommit } from "../history/pretty.ts";
import { isAncestor, mergeBases } from "../history/walk.ts";
import { ZERO } from "../objects/object.ts";
import { type Grammar, parseOptions, usageText } from "../options.ts";
import { Ignore } from "../repository/ignore.ts";
import { Pathspec, repositoryPath } from "../repository/pathspec.ts";
import { untracked, workFile } from "../repository/work-tree.ts";
import { connect } from "../transport/connection.ts";
import { FLUSH } from "../transport/packets.ts";
import type { Command } from "./command.ts";
import { defaultRemote } from "./fetch.ts";
import { LOG_OPTIONS, logStyle, selected } from "./log.ts";
import { remoteUrl } from "./remote.ts";
import { pathspecOf, revisionArguments, withoutNot } from "./revision-args.ts";
import { updateRef } from "./shared.ts";
import { relativePath } from "./status-text.ts";

const FILES: Grammar = {
  name: "ls-files",
  usage: ["git ls-files [<options>] [<file>...]"],
  options: [
    "-z",
    "-t",
    "-c, --cached",
    "-d, --deleted",
    "-m, --modified",
    "-o, --others",
    "-i, --ignored",
    "-s, --stage",
    "-u, --unmerged",
    "--exclude-standard",
    "--full-name",
    "--error-unmatch",
    "-x, --exclude=",
    "--abbrev[=]",
    "--directory",
  ],
  unmodeled: [
    "-k",
    "--killed",
    "-v",
    "-f",
    "--eol",
    "-X",
    "--exclude-from",
    "--recurse-submodules",
    "--with-tree",
    "--format",
    "--deduplicate",
  ],
};

async function filesRun(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(FILES, argv);
  const { repository } = git;
  const pathspec = new Pathspec(repository, options.everything);
  const end = options.has("z") ? "\0" : "\n";
  const wanted = (path: string) => path.startsWith(repository.prefix) && pathspec.matches(path);
  const show = (path: string) => {
    const text = options.has("full-name") ? path : relativePath(repository, path);
    return (options.has("z") ? text : quotePath(text)) + end;
  };
  if (options.has("others")) {
    const found = untracked(repository, {
      mode: options.has("directory") ? "normal" : "all",
      ignore: new Ignore(repository, git.env, options.all("exclude")),
      eachIgnored: true,
    });
    const list = options.has("ignored")
      ? found.ignored
      : options.has("exclude-standard") || options.has("exclude")
        ? found.untracked
        : [...found.untracked, ...found.ignored];
    for (const path of list.filter(wanted).sort()) git.say(show(path));
  }
  const plain = !["others", "deleted", "modified", "stage", "unmerged", "ignored"].some((key) => options.has(key));
  for (const entry of [...repository.index.entries]) {
    if (!wanted(entry.path)) continue;
    if (options.has("stage") || (options.has("unmerged") && entry.stage > 0)) {
      const oid = options.has("abbrev") ? repository.short(entry.oid) : entry.oid;
      git.say(`${entry.mode.toString(8).padStart(6, "0")} ${oid} ${entry.stage}\t${show(entry.path)}`);
    } else if (options.has("cached") || plain) git.say(`${options.has("t") ? (entry.stage > 0 ? "M " : "H ") : ""}${show(entry.path)}`);
    if (options.has("deleted", "modified")) {
      const now = entry.stage === 0 ? workFile(repository, entry) : undefined;
      if (!now) git.say(show(entry.path));
      else if (options.has("modified") && (now.oid !== entry.oid || now.mode !== entry.mode)) git.say(show(entry.path));
    }
    await git.breathe();
  }
  const [unknown] = pathspec.unused;
  if (options.has("error-unmatch") && unknown !== undefined) {
    git.warn(`error: pathspec '${unknown}' did not match any file(s) known to git\nDid you forget to 'git add'?\n`);
    return 1;
  }
  return 0;
}

const IGNORE: Grammar = {
  name: "check-ignore",
  usage: ["git check-ignore [<options>] <pathname>...", "git check-ignore [<options>] --stdin"],
  options: ["-q, --quiet", "-v, --verbose", "--stdin", "-z", "-n, --non-matching", "--no-index"],
};

async function ignoreRun(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(IGNORE, argv);
  const repository = git.withWorkTree;
  const ignore = new Ignore(repository, git.env);
  const paths = options.has("stdin")
    ? decode(await git.self.readAll(0))
        .split("\n")
        .filter((line) => line !== "")
    : options.everything;
  if (paths.length === 0) throw new Fatal("no path specified");
  let found = false;
  for (const given of paths) {
    const path = repositoryPath(repository, given);
    const full = repository.workPath(path);
    const isFolder = given.endsWith("/") || (repository.files.exists(full) && repository.files.stat(full).kind === "directory");
    const tracked = options.flag("no-index") !== true && repository.index.has(path);
    const pattern = tracked ? undefined : ignore.pattern(path, isFolder);
    const hit = pattern !== undefined && (options.has("verbose") || !pattern.negated);
    if (hit && !pattern.negated) found = true;
    if (options.has("quiet")) continue;
    if (hit)
      git.say(
        options.has("verbose") ? `${pattern.source}:${pattern.line}:${pattern.text}\t${quotePath(given)}\n` : `${quotePath(given)}\n`,
      );
    else if (options.has("verbose") && options.has("non-matching")) git.say(`::\t${given}\n`);
  }
  return found ? 0 : 1;
}

const REVISIONS: Grammar = {
  name: "rev-list",
  usage: ["git rev-list [<options>] <commit>... [--] [<path>...]"],
  options: [...LOG_OPTIONS, "--count", "--objects", "--no-commit-header", "--disk-usage"],
  unmodeled: ["--stdin", "--bisect", "--boundary", "--cherry-pick", "--children", "--timestamp", "--header", "--missing", "--filter"],
  number: "max-count",
};

async function revisionsRun(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(REVISIONS, withoutNot(argv));
  const args = revisionArguments(git, options);
  if (!args.named && !options.has("all") && !options.has("branches") && !options.has("tags") && !options.has("remotes"))
    throw new Quit(`${usageText(REVISIONS)}\n`, 129);
  const paths = pathspecOf(git, args.paths);
  const format = options.get("format") ?? options.get("pretty");
  const style = format === undefined && !options.has("oneline") ? undefined : logStyle(git, options);
  let count = 0;
  for (const { commit, parents } of selected(git, options, args, paths, options.has("parents"))) {
    count++;
    if (options.has("count")) continue;
    const oid = options.has("abbrev-commit") ? git.repository.short(commit.oid) : commit.oid;
    if (style?.format === "oneline") git.say(`${prettyCommit(git.repository, commit, style)}\n`);
    else {
      if (!style || !options.has("no-commit-header"))
        git.say(`${style ? "commit " : ""}${oid}${options.has("parents") ? parents.map((parent) => ` ${parent}`).join("") : ""}\n`);
      if (style) git.say(`${prettyCommit(git.repository, commit, style)}\n`);
    }
    await git.breathe();
  }
  if (options.has("count")) git.say(`${count}\n`);
  return 0;
}

async function baseRun(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(
    {
      name: "merge-base",
      usage: ["git merge-base [-a | --all] <commit> <commit>..."],
      options: ["-a, --all", "--is-ancestor"],
      unmodeled: ["--octopus", "--independent", "--fork-point"],
    },
    argv,
  );
  const name = (text: string | undefined) => {
    const oid = text === undefined ? undefined : git.revisions.tryCommit(text);
    if (oid === undefined) throw new Fatal(`Not a valid object name ${text}`);
    return oid;
  };
  const [a, b] = [name(options.everything[0]), name(options.everything[1])];
  const { store } = git.repository;
  if (options.has("is-ancestor")) return isAncestor(store, a, b) ? 0 : 1;
  const bases = mergeBases(store, a, b);
  for (const base of options.has("all") ? bases : bases.slice(0, 1)) git.say(`${base}\n`);
  return bases.length > 0 ? 0 : 1;
}

async function showRefRun(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(
    {
      name: "show-ref",
      usage: ["git show-ref [-q | --quiet] [--verify] [--head] [-d | --dereference]"],
      options: ["--tags", "--heads", "--verify", "--head", "-d, --dereference", "-s, --hash[=]", "-q, --quiet"],
    },
    argv,
  );
  const { refs, store } = git.repository;
  const patterns = options.everything;
  const all = [
    ...(options.has("head") && refs.resolve("HEAD") !== undefined ? [{ name: "HEAD", oid: refs.resolve("HEAD") ?? ZERO }] : []),
    ...refs.list(),
  ];
  if (options.has("verify")) {
    for (const name of patterns) {
      const oid = refs.resolve(name);
      if (oid === undefined) {
        if (options.has("quiet")) return 1;
        throw new Fatal(`'${name}' - not a valid ref`);
      }
      if (!options.has("quiet")) git.say(options.has("hash") ? `${oid}\n` : `${oid} ${name}\n`);
    }
    return 0;
  }
  let found = false;
  for (const { name, oid } of all) {
    if (
      options.has("tags", "heads") &&
      !(options.has("tags") && name.startsWith("refs/tags/")) &&
      !(options.has("heads") && name.startsWith("refs/heads/"))
    )
      continue;
    if (patterns.length > 0 && !patterns.some((pattern) => name === pattern || name.endsWith(`/${pattern}`))) continue;
    found = true;
    if (options.has("quiet")) continue;
    git.say(options.has("hash") ? `${oid}\n` : `${oid} ${name}\n`);
    if (options.has("dereference") && store.typeOf(oid) === "tag") git.say(`${store.peel(oid).oid} ${name}^{}\n`);
  }
  return found ? 0 : 1;
}

async function symbolicRun(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(
    {
      name: "symbolic-ref",
      usage: ["git symbolic-ref [-m <reason>] <name> <ref>"],
      options: ["-q, --quiet", "-d, --delete", "--short", "-m=", "--recurse"],
    },
    argv,
  );
  const [name = "HEAD", target] = options.everything;
  const { refs } = git.repository;
  if (options.has("delete")) refs.delete(name);
  else if (target !== undefined) {
    if (name === "HEAD" && !target.startsWith("refs/")) throw new Fatal("Refusing to point HEAD outside of refs/");
    refs.setSymbolic(name, target);
  } else {
    const found = refs.symbolic(name);
    if (found === undefined) {
      if (options.has("quiet")) return 1;
      throw new Fatal(`ref ${name} is not a symbolic ref`);
    }
    git.say(`${options.has("short") ? found.replace(/^refs\/(heads|tags|remotes)\//, "") : found}\n`);
  }
  return 0;
}

async function updateRefRun(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(
    {
      name: "update-ref",
      usage: ["git update-ref [<options>] -d <refname> [<old-val>]"],
      options: ["-d", "-m=", "--no-deref", "--create-reflog"],
      unmodeled: ["--stdin", "-z"],
    },
    argv,
  );
  const [name = "", value, old] = options.everything;
  const { refs } = git.repository;
  if (options.has("d")) {
    refs.delete(name);
    return 0;
  }
  const oid = git.revisions.find(value ?? "")?.oid;
  if (oid === undefined) throw new Fatal(`${value}: not a valid SHA1`);
  const before = refs.resolve(name) ?? ZERO;
  if (old !== undefined && before !== (git.revisions.find(old)?.oid ?? old))
    throw new Fatal(`update_ref failed for ref '${name}': cannot lock ref '${name}': is at ${before} but expected ${old}`);
  updateRef(git, name === "HEAD" ? (refs.head ?? "HEAD") : name, oid, options.get("m") ?? "");
  return 0;
}

async function lsRemoteRun(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(
    {
      name: "ls-remote",
      usage: ["git ls-remote [--heads] [--tags] [--refs] [--upload-pack=<exec>]"],
      options: ["-q, --quiet", "-h, --heads", "-t, --tags", "--refs", "--exit-code", "--symref", "--get-url", "--sort="],
      unmodeled: ["--upload-pack", "-o"],
    },
    argv,
  );
  const [given, ...patterns] = options.everything;
  const inside = git.repositoryOrNone;
  if (given === undefined && !inside) throw new Fatal("No remote configured to list refs from.");
  const name = given ?? defaultRemote(git);
  const url = inside ? remoteUrl(git, name) : name;
  if (options.has("get-url")) {
    git.say(`${url}\n`);
    return 0;
  }
  const connection = await connect(git, url, "upload-pack");
  await connection.write(FLUSH);
  await connection.close();
  if (given === undefined && !options.has("quiet")) git.warn(`From ${url}\n`);
  let found = false;
  for (const { name: ref, oid } of connection.refs) {
    if (
      options.has("heads", "tags") &&
      !(options.has("heads") && ref.startsWith("refs/heads/")) &&
      !(options.has("tags") && ref.startsWith("refs/tags/"))
    )
      continue;
    if (options.has("refs") && (!ref.startsWith("refs/") || ref.endsWith("^{}"))) continue;
    if (
      patterns.length > 0 &&
      !patterns.some((pattern) => ref === pattern || ref.endsWith(`/${pattern}`) || globRegex(`*/${pattern}`).test(`/${ref}`))
    )
      continue;
    found = true;
    if (options.has("symref") && ref === "HEAD" && connection.head !== undefined) git.say(`ref: ${connection.head}\tHEAD\n`);
    git.say(`${oid}\t${ref}\n`);
  }
  return options.has("exit-code") && !found ? 2 : 0;
}

export const lsFiles: Command = {
  name: "ls-files",
  summary: "Show information about files in the index and the working tree",
  run: filesRun,
};
export const checkIgnore: Command = { name: "check-ignore", summary: "Debug gitignore / exclude files", run: ignoreRun };
export const revList: Command = { name: "rev-list", summary: "Lists commit objects in reverse chronological order", run: revisionsRun };
export const mergeBase: Command = { name: "merge-base", summary: "Find as good common ancestors as possible for a merge", run: baseRun };
export const showRef: Command = { name: "show-ref", summary: "List references in a local repository", run: showRefRun };
export const symbolicRef: Command = { name: "symbolic-ref", summary: "Read, modify and delete symbolic refs", run: symbolicRun };
export const updateRefCommand: Command = {
  name: "update-ref",
  summary: "Update the object name stored in a ref safely",
  run: updateRefRun,
};
export const lsRemote: Command = { name: "ls-remote", summary: "List references in a remote repository", run: lsRemoteRun };
