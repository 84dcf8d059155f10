/** git-archive(1): tar and tar.gz. */

import { gzip } from "../../archive/streams.ts";
import { packEnd, packEntry, type TarEntry } from "../../archive/tar-format.ts";
import { concat, decode } from "../../core/io.ts";
import type { Git } from "../context.ts";
import { Fatal, notModeled, Quit } from "../errors.ts";
import { MODE } from "../objects/object.ts";
import { type Grammar, parseOptions, usageText } from "../options.ts";
import { Pathspec } from "../repository/pathspec.ts";
import type { Command } from "./command.ts";

const GRAMMAR: Grammar = {
  name: "archive",
  usage: ["git archive [<options>] <tree-ish> [<path>...]", "git archive --list"],
  options: ["--format=", "--prefix=", "-o, --output=", "-l, --list", "-v, --verbose"],
  unmodeled: ["--remote", "--exec", "--worktree-attributes", "--add-file", "--mtime"],
};

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  if (options.has("list")) {
    git.say("tar\ntgz\ntar.gz\nzip\n");
    return 0;
  }
  const [name, ...paths] = options.everything;
  if (name === undefined) throw new Quit(`${usageText(GRAMMAR)}\n`, 129);
  const { repository, revisions } = git;
  const found = revisions.find(name);
  const tree = found && revisions.toTree(found.oid);
  if (tree === undefined) throw new Fatal(`not a valid object name: ${name}`);
  const output = options.get("output");
  const format = options.get("format") ?? (/\.(tgz|tar\.gz)$/.test(output ?? "") ? "tar.gz" : /\.zip$/.test(output ?? "") ? "zip" : "tar");
  if (format === "zip") throw notModeled('"git archive --format=zip"');
  if (!/^(tar|tgz|tar\.gz)$/.test(format)) throw new Fatal(`Unknown archive format '${format}'`);
  const commit = found && revisions.toCommit(found.oid);
  const mtimeMs = (commit === undefined ? git.now : repository.store.commit(commit).committer.time) * 1000;
  const prefix = options.get("prefix") ?? "";
  const pathspec = new Pathspec(repository, paths);
  const entry = (path: string, more: Partial<TarEntry>): TarEntry => ({
    name: prefix + path,
    kind: "file",
    mode: 0o664,
    uid: 0,
    gid: 0,
    user: "root",
    group: "root",
    mtimeMs,
    target: "",
    data: new Uint8Array(),
    ...more,
  });
  const parts: Uint8Array[] = [];
  const seen = new Set<string>();
  const folders = (path: string) => {
    for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) {
      const folder = path.slice(0, slash + 1);
      if (seen.has(folder)) continue;
      seen.add(folder);
      parts.push(packEntry(entry("", { name: folder, kind: "directory", mode: 0o775 })));
      if (options.has("verbose")) git.warn(`${folder}\n`);
    }
  };
  for (const [path, file] of repository.flatten(tree)) {
    if (!pathspec.matches(path)) continue;
    folders(prefix + path);
    const data = file.mode === MODE.gitlink ? new Uint8Array() : repository.store.blob(file.oid);
    if (file.mode === MODE.link) parts.push(packEntry(entry(path, { kind: "symlink", mode: 0o777, target: decode(data) })));
    else if (file.mode === MODE.gitlink) parts.push(packEntry(entry(`${path}/`, { kind: "directory", mode: 0o775 })));
    else parts.push(packEntry(entry(path, { mode: file.mode === MODE.executable ? 0o775 : 0o664, data })));
    if (options.has("verbose")) git.warn(`${prefix}${path}\n`);
    await git.self.tick();
  }
  const [unknown] = pathspec.unused;
  if (unknown !== undefined) throw new Fatal(`pathspec '${unknown}' did not match any files`);
  const body = concat(parts);
  const tar = concat([body, packEnd(body.length)]);
  const bytes = format === "tar" ? tar : await gzip(tar);
  if (output === undefined) await git.sayBytes(bytes);
  else git.files.writeFile(output, bytes);
  return 0;
}

export const archive: Command = { name: "archive", summary: "Create an archive of files from a named tree", run };
