/** git-help(1), git-var(1), git-gc(1) and its kind. */
import type { Git } from "../context.ts";
import { Quit } from "../errors.ts";
import { helpText } from "../help.ts";
import { reachable } from "../history/walk.ts";
import { personText } from "../objects/object.ts";
import { makePack } from "../objects/pack.ts";
import { parseOptions } from "../options.ts";
import { missingObjects, objectsOf } from "../transport/objects.ts";
import type { Command } from "./command.ts";
import { editorCommand } from "./shared.ts";

async function helpRun(git: Git, argv: readonly string[]): Promise<number> {
  const name = argv.find((word) => !word.startsWith("-"));
  if (argv.includes("-a") || argv.includes("--all")) {
    const { commands } = await import("./table.ts");
    git.say("See 'git help <command>' to read about a specific subcommand\n\n");
    for (const command of [...commands.values()].sort((a, b) => (a.name < b.name ? -1 : 1)))
      git.say(`   ${command.name.padEnd(20)} ${command.summary}\n`);
    return 0;
  }
  if (name === undefined) {
    git.say(helpText());
    return 0;
  }
  const { commands } = await import("./table.ts");
  const command = commands.get(name);
  const alias = git.config.get(`alias.${name}`);
  if (alias !== undefined && !command) {
    git.warn(`'${name}' is aliased to '${alias}'\n`);
    return 0;
  }
  if (!command) throw new Quit(`No manual entry for ${name === "git" ? "git" : `git${name}`}\n`, 16);
  git.say(
    `git-${name} - ${command.summary}\n\nThe manual of this command is not on this machine; 'git ${name} -h' shows how it is called,\nand /reference/machine what is modeled.\n`,
  );
  return 0;
}

async function varRun(git: Git, argv: readonly string[]): Promise<number> {
  switch (argv[0]) {
    case "GIT_AUTHOR_IDENT":
      git.say(`${personText(git.author())}\n`);
      return 0;
    case "GIT_COMMITTER_IDENT":
      git.say(`${personText(git.committer())}\n`);
      return 0;
    case "GIT_EDITOR":
      git.say(`${editorCommand(git)}\n`);
      return 0;
    case "GIT_PAGER":
      git.say(`${git.pagerCommand ?? "cat"}\n`);
      return 0;
    case "GIT_DEFAULT_BRANCH":
      git.say(`${git.config.get("init.defaultBranch") ?? "master"}\n`);
      return 0;
    default:
      throw new Quit("usage: git var (-l | <variable>)\n", 129);
  }
}

/** Everything that can be reached goes into one pack; loose copies go. */
async function gcRun(git: Git): Promise<number> {
  const { repository } = git;
  const { store, refs } = repository;
  const tips = new Set(refs.list().map(({ oid }) => oid));
  if (repository.headOid !== undefined) tips.add(repository.headOid);
  for (const name of ["HEAD", ...refs.list().map((ref) => ref.name)]) for (const { to } of refs.log(name)) if (store.has(to)) tips.add(to);
  for (const { oid } of repository.index.entries) if (store.has(oid)) tips.add(oid);
  const list = missingObjects(store, tips, []);
  if (list.length === 0) return 0;
  const old = repository.files.exists(`${store.folder}/pack`)
    ? repository.files.readdir(`${store.folder}/pack`).map(({ name }) => name)
    : [];
  store.keepPack(makePack(objectsOf(store, list)));
  const kept = new Set(
    repository.files
      .readdir(`${store.folder}/pack`)
      .map(({ name }) => name)
      .filter((name) => !old.includes(name)),
  );
  if (kept.size > 0) for (const name of old) repository.files.unlink(`${store.folder}/pack/${name}`);
  for (const oid of list) {
    const path = `${store.folder}/${oid.slice(0, 2)}/${oid.slice(2)}`;
    if (!repository.files.exists(path)) continue;
    repository.files.unlink(path);
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (repository.files.readdir(folder).length === 0) repository.files.rmdir(folder);
  }
  refs.pack((oid) => (store.typeOf(oid) === "tag" ? store.peel(oid).oid : undefined));
  return 0;
}

async function packRefsRun(git: Git): Promise<number> {
  const { store, refs } = git.repository;
  refs.pack((oid) => (store.typeOf(oid) === "tag" ? store.peel(oid).oid : undefined));
  return 0;
}

async function fsckRun(git: Git): Promise<number> {
  const { store, refs } = git.repository;
  const tips = [...refs.list().map(({ oid }) => oid), ...(git.repository.headOid === undefined ? [] : [git.repository.headOid])];
  const commits = tips.flatMap((oid) => git.revisions.toCommit(oid) ?? []);
  let broken = false;
  for (const oid of reachable(store, commits))
    try {
      for (const { oid: file } of git.repository.flatten(store.commit(oid).tree).values())
        if (!store.has(file)) {
          git.say(`missing blob ${file}\n`);
          broken = true;
        }
    } catch {
      git.say(`missing commit ${oid}\n`);
      broken = true;
    }
  if (!broken) {
    const used = new Set(missingObjects(store, tips, []));
    for (const name of ["HEAD", ...refs.list().map((ref) => ref.name)])
      for (const { to, from } of refs.log(name))
        for (const oid of [to, from]) if (store.has(oid)) for (const each of missingObjects(store, [oid], [])) used.add(each);
    for (const { oid } of git.repository.index.entries) used.add(oid);
    for (const oid of store.all()) if (!used.has(oid)) git.say(`dangling ${store.typeOf(oid)} ${oid}\n`);
  }
  return broken ? 2 : 0;
}

async function countRun(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(
    {
      name: "count-objects",
      usage: ["git count-objects [-v] [-H | --human-readable]"],
      options: ["-v, --verbose", "-H, --human-readable"],
    },
    argv,
  );
  const { store, files } = git.repository;
  let count = 0;
  let bytes = 0;
  for (const { name } of files.readdir(store.folder).filter((entry) => /^[0-9a-f]{2}$/.test(entry.name)))
    for (const entry of files.readdir(`${store.folder}/${name}`)) {
      count++;
      bytes += Math.ceil(files.stat(`${store.folder}/${name}/${entry.name}`).size / 4096) * 4096;
    }
  if (!options.has("verbose")) git.say(`${count} objects, ${bytes / 1024} kilobytes\n`);
  else
    git.say(
      `count: ${count}\nsize: ${bytes / 1024}\nin-pack: ${store.packs.reduce((sum, pack) => sum + pack.count, 0)}\npacks: ${store.packs.length}\nsize-pack: 0\nprune-packable: 0\ngarbage: 0\nsize-garbage: 0\n`,
    );
  return 0;
}

export const help: Command = { name: "help", summary: "Display help information about Git", pager: () => true, run: helpRun };
export const varCommand: Command = { name: "var", summary: "Show a Git logical variable", run: varRun };
export const gc: Command = { name: "gc", summary: "Cleanup unnecessary files and optimize the local repository", run: gcRun };
export const repack: Command = { name: "repack", summary: "Pack unpacked objects in a repository", run: gcRun };
export const packRefs: Command = { name: "pack-refs", summary: "Pack heads and tags for efficient repository access", run: packRefsRun };
export const fsck: Command = {
  name: "fsck",
  summary: "Verifies the connectivity and validity of the objects in the database",
  run: fsckRun,
};
export const countObjects: Command = {
  name: "count-objects",
  summary: "Count unpacked number of objects and their disk consumption",
  run: countRun,
};
