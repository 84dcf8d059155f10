/** git-tag(1). */
import { globRegex } from "../../core/glob.ts";
import type { Git } from "../context.ts";
import { Fatal, Quit } from "../errors.ts";
import { isAncestor } from "../history/walk.ts";
import { parseTag, serializeTag } from "../objects/object.ts";
import { type Grammar, type Options, parseOptions } from "../options.ts";
import { isValidRefName } from "../repository/refs.ts";
import type { Command } from "./command.ts";
import { formatRefs, sortRefs } from "./for-each-ref.ts";
import { cleanMessage, edit, readInput } from "./shared.ts";

const GRAMMAR: Grammar = {
  name: "tag",
  usage: [
    "git tag [-a | -s | -u <key-id>] [-f] [-m <msg> | -F <file>] [-e]",
    "        <tagname> [<commit> | <object>]",
    "git tag -d <tagname>...",
    "git tag [-n[<num>]] -l [--contains <commit>] [--no-contains <commit>]",
    "        [--points-at <object>] [--column[=<options>] | --no-column]",
    "        [--create-reflog] [--sort=<key>] [--format=<format>]",
    "        [--merged <commit>] [--no-merged <commit>] [<pattern>...]",
    "git tag -v [--format=<format>] <tagname>...",
  ],
  options: [
    "-l, --list",
    "-n[=]",
    "-d, --delete",
    "-a, --annotate",
    "-m, --message=",
    "-F, --file=",
    "-e, --edit",
    "-f, --force",
    "--contains=?",
    "--no-contains=?",
    "--merged=?",
    "--no-merged=?",
    "--sort=",
    "--points-at=",
    "--format=",
    "--color[=]",
    "-i, --ignore-case",
    "--create-reflog",
  ],
  unmodeled: ["-s", "--sign", "-u", "--local-user", "-v", "--verify", "--column", "--cleanup"],
};

function lines(git: Git, oid: string, count: number): string {
  const { store } = git.repository;
  const raw = store.read(oid);
  const message = raw.type === "tag" ? parseTag(raw.data).message : raw.type === "commit" ? store.commit(oid).message : "";
  const all = message.trimEnd().split("\n").slice(0, count);
  return all.map((line, i) => (i === 0 ? line : `    ${line}`)).join("\n");
}

function list(git: Git, options: Options): void {
  const { repository, revisions } = git;
  const patterns = options.everything.map((pattern) => globRegex(pattern, { ignoreCase: options.has("ignore-case") }));
  let refs = repository.refs
    .list("refs/tags/")
    .filter(({ name }) => patterns.length === 0 || patterns.some((pattern) => pattern.test(name.slice(10))));
  const commitOf = (text: string | undefined) => {
    const oid = revisions.tryCommit(text || "HEAD");
    if (oid === undefined) throw new Quit(`error: malformed object name ${text}\n`, 129);
    return oid;
  };
  const peeled = (oid: string) => revisions.toCommit(oid) ?? oid;
  const { store } = repository;
  if (options.has("contains")) refs = refs.filter(({ oid }) => isAncestor(store, commitOf(options.get("contains")), peeled(oid)));
  if (options.has("no-contains")) refs = refs.filter(({ oid }) => !isAncestor(store, commitOf(options.get("no-contains")), peeled(oid)));
  if (options.has("merged")) refs = refs.filter(({ oid }) => isAncestor(store, peeled(oid), commitOf(options.get("merged"))));
  const points = options.get("points-at");
  if (points !== undefined) refs = refs.filter(({ oid }) => oid === revisions.object(points).oid || peeled(oid) === commitOf(points));
  const sort = options.all("sort").length > 0 ? options.all("sort") : repository.config.all("tag.sort");
  if (sort.length > 0) refs = sortRefs(git, refs, sort);
  const format = options.get("format");
  const count = options.has("n") ? Number(options.get("n") ?? 1) : 0;
  for (const ref of refs) {
    if (format !== undefined) git.say(`${formatRefs(git, ref, format, git.color("ui"))}\n`);
    else git.say(`${count > 0 ? `${ref.name.slice(10).padEnd(15)} ${lines(git, ref.oid, count)}` : ref.name.slice(10)}\n`);
  }
}

function remove(git: Git, names: readonly string[]): number {
  const { refs } = git.repository;
  let failed = false;
  for (const name of names) {
    const oid = refs.resolve(`refs/tags/${name}`);
    if (oid === undefined) {
      git.warn(`error: tag '${name}' not found.\n`);
      failed = true;
      continue;
    }
    refs.delete(`refs/tags/${name}`);
    git.say(`Deleted tag '${name}' (was ${git.repository.short(oid)})\n`);
  }
  return failed ? 1 : 0;
}

const template = (name: string) => `
#
# Write a message for tag:
#   ${name}
# Lines starting with '#' will be ignored.
`;

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  const { repository } = git;
  const args = options.everything;
  if (options.has("delete")) return remove(git, args);
  const listing = ["list", "n", "contains", "no-contains", "merged", "no-merged", "points-at", "format", "sort"].some((key) =>
    options.has(key),
  );
  if (args.length === 0 || listing) {
    list(git, options);
    return 0;
  }
  const [name = "", target = "HEAD", more] = args;
  if (more !== undefined) throw new Fatal("too many arguments");
  const found = target === "HEAD" && repository.headOid === undefined ? undefined : git.revisions.find(target);
  if (!found) throw new Fatal(`Failed to resolve '${target}' as a valid ref.`);
  if (!isValidRefName(`refs/tags/${name}`) || name.startsWith("-")) throw new Fatal(`'${name}' is not a valid tag name.`);
  const full = `refs/tags/${name}`;
  const before = repository.refs.resolve(full);
  if (before !== undefined && !options.has("force")) throw new Fatal(`tag '${name}' already exists`);
  const messages = options.all("message");
  const annotated = options.has("annotate") || messages.length > 0 || options.has("file");
  let oid = found.oid;
  if (annotated) {
    const tagger = git.committer();
    const type = repository.store.typeOf(oid) ?? "commit";
    let message: string;
    const file = options.get("file");
    if (messages.length > 0)
      message = cleanMessage(messages.map((text) => `${text.replace(/\n*$/, "")}\n`).join("\n"), { comments: false });
    else if (file !== undefined) message = cleanMessage(await readInput(git, file), { comments: false });
    else {
      const path = repository.gitPath("TAG_EDITMSG");
      const old = before === undefined ? undefined : repository.store.read(before);
      repository.files.writeFile(path, (old?.type === "tag" ? parseTag(old.data).message : "") + template(name));
      try {
        message = cleanMessage(await edit(git, path), { comments: true });
      } catch (error) {
        if (!(error instanceof Quit)) throw error;
        throw new Quit(`${error.text}Please supply the message using either -m or -F option.\n`, 1);
      }
      if (message === "") throw new Fatal("no tag message?");
      repository.files.unlink(path);
    }
    oid = repository.store.write("tag", serializeTag({ object: oid, type, name, tagger, message }));
  }
  const blocked = repository.refs.conflict(full);
  if (blocked !== undefined) throw new Fatal(`cannot lock ref '${full}': '${blocked}' exists; cannot create '${full}'`);
  repository.refs.write(full, oid);
  if (before !== undefined && before !== oid) git.say(`Updated tag '${name}' (was ${repository.short(before)})\n`);
  return 0;
}

export const tag: Command = {
  name: "tag",
  summary: "Create, list, delete or verify a tag object signed with GPG",
  pager: (argv) => argv.length === 0 || argv.some((word) => /^(-l|--list|-n\d*|--sort.*|--contains)$/.test(word)),
  run,
};
