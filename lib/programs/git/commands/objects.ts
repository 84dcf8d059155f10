/** git-cat-file(1), git-hash-object(1), git-ls-tree(1), git-write-tree(1), git-commit-tree(1). */

import { decode } from "../../core/io.ts";
import type { Git } from "../context.ts";
import { quotePath } from "../diff/quote.ts";
import { Fatal, Quit } from "../errors.ts";
import { hashObject, isObjectType, MODE } from "../objects/object.ts";
import { type Grammar, parseOptions, usageText } from "../options.ts";
import { normalize } from "../repository/pathspec.ts";
import { indexFiles } from "../repository/work-tree.ts";
import { writeTree } from "../repository/write-tree.ts";
import type { Command } from "./command.ts";
import { makeCommit } from "./make-commit.ts";

const CAT: Grammar = {
  name: "cat-file",
  usage: ["git cat-file <type> <object>", "git cat-file (-e | -p) <object>", "git cat-file (-t | -s) [--allow-unknown-type] <object>"],
  options: ["-t", "-s", "-e", "-p", "--batch[=]", "--batch-check[=]", "--batch-all-objects"],
  unmodeled: ["--textconv", "--filters", "--follow-symlinks", "--buffer", "--unordered", "--path"],
};

function treeText(git: Git, oid: string): string {
  return git.repository.store
    .tree(oid)
    .map(({ mode, name, oid: of }) => `${mode.toString(8).padStart(6, "0")} ${kindOf(mode)} ${of}\t${quotePath(name)}\n`)
    .join("");
}

const kindOf = (mode: number) => (mode === MODE.tree ? "tree" : mode === MODE.gitlink ? "commit" : "blob");

async function catRun(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(CAT, argv);
  const { store } = git.repository;
  if (options.has("batch", "batch-check")) {
    const names = options.has("batch-all-objects")
      ? store.all()
      : decode(await git.self.readAll(0))
          .split("\n")
          .filter((line) => line !== "");
    for (const name of names) {
      const oid = git.revisions.find(name)?.oid;
      const raw = oid === undefined ? undefined : store.tryRead(oid);
      if (!raw) {
        git.say(`${name} missing\n`);
        continue;
      }
      git.say(`${oid} ${raw.type} ${raw.data.length}\n`);
      if (options.has("batch")) {
        await git.sayBytes(raw.data);
        git.say("\n");
      }
    }
    return 0;
  }
  const args = options.everything;
  const asked = options.has("t", "s", "e", "p");
  if (args.length !== (asked ? 1 : 2)) throw new Quit(`${usageText(CAT)}\n`, 129);
  const name = args.at(-1) ?? "";
  const oid = git.revisions.find(name)?.oid;
  if (oid === undefined || !store.has(oid)) {
    if (options.has("e")) {
      if (oid !== undefined) return 1;
      throw new Fatal(`Not a valid object name ${name}`);
    }
    throw new Fatal(`Not a valid object name ${name}`);
  }
  const raw = store.read(oid);
  if (options.has("t")) git.say(`${raw.type}\n`);
  else if (options.has("s")) git.say(`${raw.data.length}\n`);
  else if (options.has("p")) {
    if (raw.type === "tree") git.say(treeText(git, oid));
    else await git.sayBytes(raw.data);
  } else if (!options.has("e")) {
    const [type = ""] = args;
    if (!isObjectType(type)) throw new Fatal(`invalid object type "${type}"`);
    const target =
      type === "tree" ? git.revisions.toTree(oid) : type === "commit" ? git.revisions.toCommit(oid) : raw.type === type ? oid : undefined;
    if (target === undefined) throw new Fatal(`git cat-file ${name}: bad file`);
    await git.sayBytes(store.read(target).data);
  }
  return 0;
}

const HASH: Grammar = {
  name: "hash-object",
  usage: [
    "git hash-object [-t <type>] [-w] [--path=<file> | --no-filters] [--stdin [--literally]] [--] <file>...",
    "git hash-object [-t <type>] [-w] --stdin-paths [--no-filters]",
  ],
  options: ["-t=", "-w", "--stdin", "--no-filters", "--path=", "--literally"],
  unmodeled: ["--stdin-paths"],
};

async function hashRun(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(HASH, argv);
  const type = options.get("t") ?? "blob";
  if (!isObjectType(type)) throw new Fatal(`invalid object type "${type}"`);
  const put = (data: Uint8Array) => git.say(`${options.has("w") ? git.repository.store.write(type, data) : hashObject(type, data)}\n`);
  if (options.has("stdin")) put(await git.self.readAll(0));
  for (const path of options.everything) {
    if (!git.files.exists(path)) throw new Fatal(`could not open '${path}' for reading: No such file or directory`);
    put(git.files.readFile(path));
  }
  return 0;
}

const TREE: Grammar = {
  name: "ls-tree",
  usage: ["git ls-tree [<options>] <tree-ish> [<path>...]"],
  options: [
    "-d",
    "-r",
    "-t",
    "-z",
    "-l, --long",
    "--name-only",
    "--name-status",
    "--object-only",
    "--full-name",
    "--full-tree",
    "--abbrev[=]",
  ],
  unmodeled: ["--format"],
};

async function treeRun(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(TREE, argv);
  const [name, ...paths] = options.everything;
  if (name === undefined) throw new Quit(`${usageText(TREE)}\n`, 129);
  const found = git.revisions.find(name);
  if (!found) throw new Fatal(`Not a valid object name ${name}`);
  const root = git.revisions.toTree(found.oid);
  if (root === undefined) throw new Fatal("not a tree object");
  const { repository } = git;
  const prefix = options.has("full-tree") ? "" : repository.prefix;
  const wanted = paths.map((path) => ({ path: normalize(prefix + path) ?? "", inside: path.endsWith("/") }));
  const end = options.has("z") ? "\0" : "\n";
  const shown = (path: string) =>
    options.has("full-name") || prefix === "" || !path.startsWith(prefix) ? path : path.slice(prefix.length);
  const show = (mode: number, oid: string, path: string) => {
    const label = options.has("z") ? shown(path) : quotePath(shown(path));
    const id = options.has("abbrev") ? repository.short(oid) : oid;
    if (options.has("name-only", "name-status")) git.say(label + end);
    else if (options.has("object-only")) git.say(id + end);
    else {
      const size = options.has("long")
        ? ` ${(kindOf(mode) === "blob" ? String(repository.store.read(oid).data.length) : "-").padStart(7)}`
        : "";
      git.say(`${mode.toString(8).padStart(6, "0")} ${kindOf(mode)} ${id}${size}\t${label}${end}`);
    }
  };
  const visit = (oid: string, at: string) => {
    for (const entry of repository.store.tree(oid)) {
      const path = at + entry.name;
      const isTree = entry.mode === MODE.tree;
      const meant =
        wanted.length === 0
          ? prefix === "" || `${path}/`.startsWith(prefix)
          : wanted.some((each) => each.path === "" || path === each.path || path.startsWith(`${each.path}/`));
      const leads =
        isTree &&
        (wanted.some((each) => each.path.startsWith(`${path}/`) || (each.path === path && each.inside)) ||
          (wanted.length === 0 && prefix.startsWith(`${path}/`)));
      if (!meant && !leads) continue;
      const open = isTree && (options.has("r") || leads);
      if (meant && (!open || options.has("t", "d")) && !(options.has("d") && !isTree)) show(entry.mode, entry.oid, path);
      if (open) visit(entry.oid, `${path}/`);
    }
  };
  visit(root, "");
  return 0;
}

async function writeTreeRun(git: Git): Promise<number> {
  git.say(`${writeTree(git.repository.store, indexFiles(git.repository))}\n`);
  return 0;
}

async function commitTreeRun(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(
    { name: "commit-tree", usage: ["git commit-tree <tree> [(-p <parent>)...]"], options: ["-p=", "-m=", "-F="] },
    argv,
  );
  const tree = git.revisions.toTree(git.revisions.object(options.everything[0] ?? "").oid);
  if (tree === undefined) throw new Fatal(`not a valid object name ${options.everything[0]}`);
  const messages = options.all("m");
  const message = messages.length > 0 ? messages.map((text) => `${text}\n`).join("\n") : decode(await git.self.readAll(0));
  git.say(
    `${makeCommit(git, { tree, parents: options.all("p").map((name) => git.revisions.commit(name)), author: git.author(), message })}\n`,
  );
  return 0;
}

export const catFile: Command = {
  name: "cat-file",
  summary: "Provide content or type and size information for repository objects",
  run: catRun,
};
export const hashObjectCommand: Command = {
  name: "hash-object",
  summary: "Compute object ID and optionally create an object from a file",
  run: hashRun,
};
export const lsTree: Command = { name: "ls-tree", summary: "List the contents of a tree object", run: treeRun };
export const writeTreeCommand: Command = { name: "write-tree", summary: "Create a tree object from the current index", run: writeTreeRun };
export const commitTree: Command = { name: "commit-tree", summary: "Create a new commit object", run: commitTreeRun };
