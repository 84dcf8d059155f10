/** git-clone(1). */
import { codeOf, reason } from "../../core/errors.ts";
import type { Git } from "../context.ts";
import { Fatal, Quit } from "../errors.ts";
import { type Grammar, parseOptions, usageText } from "../options.ts";
import { forceTree } from "../repository/checkout-tree.ts";
import { Config } from "../repository/config.ts";
import { discover } from "../repository/discover.ts";
import { Repository } from "../repository/repository.ts";
import { connect, parseAddress } from "../transport/connection.ts";
import { fetchPack } from "../transport/fetch-pack.ts";
import type { Command } from "./command.ts";
import { createRepository, defaultBranch } from "./init.ts";
import { changeConfig } from "./local-config.ts";
import { runHook, updateRef } from "./shared.ts";

const GRAMMAR: Grammar = {
  name: "clone",
  usage: ["git clone [<options>] [--] <repo> [<dir>]"],
  options: [
    "-v, --verbose",
    "-q, --quiet",
    "--progress",
    "-n, --no-checkout",
    "--bare",
    "--mirror",
    "-l, --local",
    "--no-hardlinks",
    "-s, --shared",
    "-o, --origin=",
    "-b, --branch=",
    "--depth=",
    "--single-branch",
    "--no-tags",
    "-c, --config=",
    "-4, --ipv4",
    "-6, --ipv6",
  ],
  unmodeled: [
    "--recurse-submodules",
    "--recursive",
    "--template",
    "--reference",
    "--dissociate",
    "--separate-git-dir",
    "--filter",
    "--sparse",
    "--shallow-since",
    "--shallow-exclude",
    "--shallow-submodules",
    "-u",
    "--upload-pack",
    "-j",
    "--jobs",
  ],
};

/** The folder's name from the address: its last part, without ".git". */
function humanish(address: string, bare: boolean): string {
  const trimmed = address.replace(/\/+$/, "").replace(/\/\.git$/, "");
  const last = trimmed.slice(Math.max(trimmed.lastIndexOf("/"), trimmed.lastIndexOf(":")) + 1).replace(/\.git$/, "");
  return bare ? `${last}.git` : last;
}

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  const [source, given, more] = options.everything;
  if (source === undefined) throw new Quit(`fatal: You must specify a repository to clone.\n\n${usageText(GRAMMAR)}\n`, 129);
  if (more !== undefined) throw new Quit(`fatal: Too many arguments.\n\n${usageText(GRAMMAR)}\n`, 129);
  const { files } = git;
  const mirror = options.has("mirror");
  const bare = options.has("bare") || mirror;
  const address = parseAddress(source);
  if (address.kind === "path" && !files.exists(address.path) && !files.exists(`${address.path}.git`))
    throw new Fatal(`repository '${source}' does not exist`);
  const local =
    address.kind === "path"
      ? files.exists(address.path)
        ? files.realpath(address.path)
        : files.realpath(`${address.path}.git`)
      : undefined;
  // file:// is a transport of its own: nothing of it is taken for local.
  const isLocal = local !== undefined && !source.startsWith("file://");
  const url = isLocal ? local : source;
  const folder = given ?? humanish(source, bare);
  if (folder === "") throw new Fatal("No directory name could be guessed.\nPlease specify a directory on the command line");
  const existed = files.exists(folder);
  if (existed && (files.stat(folder).kind !== "directory" || files.readdir(folder).length > 0))
    throw new Fatal(`destination path '${folder}' already exists and is not an empty directory.`);
  const quiet = options.has("quiet");
  const say = (text: string) => {
    if (!quiet) git.warn(text);
  };
  try {
    files.mkdir(folder, { recursive: true });
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    throw new Fatal(`could not create work tree dir '${folder}': ${reason(error)}`);
  }
  const root = files.realpath(folder);
  const gitDir = bare ? root : `${root}/.git`;
  say(bare ? `Cloning into bare repository '${folder}'...\n` : `Cloning into '${folder}'...\n`);
  const undo = () => {
    if (!existed) files.removeTree(root);
    else for (const { name } of files.readdir(root)) files.removeTree(`${root}/${name}`);
  };
  delete git.env.GIT_DIR;
  delete git.env.GIT_WORK_TREE;
  let connection: Awaited<ReturnType<typeof connect>>;
  try {
    connection = await connect(git, url, "upload-pack");
  } catch (error) {
    undo();
    throw error;
  }
  const settings = new Config({ files, env: git.env, given: git.given });
  const fallback = defaultBranch(git, settings).name;
  const remote = options.get("origin") ?? settings.get("clone.defaultRemoteName") ?? "origin";
  createRepository(files, gitDir, { bare, branch: connection.head?.replace("refs/heads/", "") ?? fallback });
  const before = files.cwd;
  files.chdir(root);
  const place = discover({ files, uid: git.self.credentials.uid, env: git.env, given: git.given });
  if (!place) throw new Fatal("the new repository could not be opened");
  const repository = new Repository(files, place, { env: git.env, given: git.given });
  git.setRepository(repository);
  const depth = options.get("depth");
  const single = options.flag("single-branch") ?? depth !== undefined;
  const asked = options.get("branch");
  const heads = connection.refs.filter(({ name }) => name.startsWith("refs/heads/"));
  const tags = options.has("no-tags") ? [] : connection.refs.filter(({ name }) => name.startsWith("refs/tags/") && !name.endsWith("^{}"));
  const target =
    asked === undefined
      ? connection.head
      : [`refs/heads/${asked}`, `refs/tags/${asked}`].find((name) => connection.refs.some((ref) => ref.name === name));
  if (asked !== undefined && target === undefined) {
    await connection.close();
    files.chdir(before);
    undo();
    throw new Quit(`fatal: Remote branch ${asked} not found in upstream ${remote}\n`, 128);
  }
  changeConfig(repository, (file) => {
    for (const text of options.all("config")) file.set(text.split("=")[0] ?? "", text.slice(text.indexOf("=") + 1), { add: true });
    file.set(`remote.${remote}.url`, url);
    if (mirror) {
      file.set(`remote.${remote}.fetch`, "+refs/*:refs/*");
      file.set(`remote.${remote}.mirror`, "true");
    } else if (!bare)
      file.set(
        `remote.${remote}.fetch`,
        single && target?.startsWith("refs/heads/")
          ? `+${target}:refs/remotes/${remote}/${target.slice(11)}`
          : `+refs/heads/*:refs/remotes/${remote}/*`,
      );
  });
  const headRef = connection.refs.find(({ name }) => name === "HEAD");
  const kept = single ? heads.filter(({ name }) => name === target) : heads;
  try {
    const wants = [...kept, ...(single ? [] : tags), ...(headRef && !single ? [headRef] : [])].map(({ oid }) => oid);
    if (single && target?.startsWith("refs/tags/"))
      wants.push(...connection.refs.filter(({ name }) => name === target).map(({ oid }) => oid));
    await fetchPack(git, repository, connection, wants, {
      quiet,
      depth: depth === undefined || isLocal ? undefined : Number(depth),
    });
    if (depth !== undefined && isLocal) git.warn("warning: --depth is ignored in local clones; use file:// instead.\n");
  } catch (error) {
    files.chdir(before);
    undo();
    throw error;
  } finally {
    await connection.close();
  }
  for (const { name, oid } of kept) repository.refs.write(bare ? name : `refs/remotes/${remote}/${name.slice(11)}`, oid);
  for (const { name, oid } of tags) if (!single || repository.store.has(oid)) repository.refs.write(name, oid);
  if (connection.refs.length === 0) {
    say("warning: You appear to have cloned an empty repository.\n");
    if (!bare) track(repository, remote, connection.head?.replace("refs/heads/", "") ?? fallback);
    if (isLocal) say("done.\n");
    files.chdir(before);
    return 0;
  }
  if (isLocal) say("done.\n");
  if (!bare && connection.head !== undefined && kept.some(({ name }) => name === connection.head))
    repository.refs.setSymbolic(`refs/remotes/${remote}/HEAD`, connection.head.replace("refs/heads/", `refs/remotes/${remote}/`));
  const oid = target === undefined ? headRef?.oid : connection.refs.find(({ name }) => name === target)?.oid;
  const note = `clone: from ${url}`;
  if (target?.startsWith("refs/heads/") && oid !== undefined) {
    repository.refs.setSymbolic("HEAD", target);
    if (!bare) {
      updateRef(git, target, oid, note, repository);
      track(repository, remote, target.slice(11));
    }
  } else if (oid !== undefined) {
    const commit = repository.store.peel(oid).oid;
    repository.refs.write("HEAD", commit);
    if (!bare) sayDetached(git, commit);
  } else say("warning: remote HEAD refers to nonexistent ref, unable to checkout.\n");
  if (!bare && !options.has("no-checkout") && repository.headOid !== undefined) {
    forceTree(repository, repository.flatten(repository.headTree));
    repository.writeIndex();
    await runHook(git, "post-checkout", ["0".repeat(40), repository.headOid, "1"]);
  }
  files.chdir(before);
  return 0;
}

function track(repository: Repository, remote: string, branch: string): void {
  changeConfig(repository, (file) => {
    file.set(`branch.${branch}.remote`, remote);
    file.set(`branch.${branch}.merge`, `refs/heads/${branch}`);
  });
}

function sayDetached(git: Git, name: string): void {
  if (git.config.bool("advice.detachedHead") === false) return;
  git.warn(`Note: switching to '${name}'.

You are in 'detached HEAD' state. You can look around, make experimental
changes and commit them, and you can discard any commits you make in this
state without impacting any branches by switching back to a branch.

If you want to create a new branch to retain commits you create, you may
do so (now or later) by using -c with the switch command. Example:

  git switch -c <new-branch-name>

Or undo this operation with:

  git switch -

Turn off this advice by setting config variable advice.detachedHead to false

`);
}

export const clone: Command = { name: "clone", summary: "Clone a repository into a new directory", run };
