/** git-describe(1) and git-shortlog(1). */
import { globRegex } from "../../core/glob.ts";
import type { Git } from "../context.ts";
import { Fatal } from "../errors.ts";
import { subjectOf } from "../history/pretty.ts";
import { reachable } from "../history/walk.ts";
import { type Grammar, parseOptions } from "../options.ts";
import { stagedPairs, unstagedPairs } from "../repository/status.ts";
import type { Command } from "./command.ts";
import { LOG_OPTIONS, selected } from "./log.ts";
import { pathspecOf, revisionArguments } from "./revision-args.ts";

const DESCRIBE: Grammar = {
  name: "describe",
  usage: [
    "git describe [--all] [--tags] [--contains] [--abbrev=<n>] [<commit-ish>...]",
    "git describe [--all] [--tags] [--contains] [--abbrev=<n>] --dirty[=<mark>]",
  ],
  options: [
    "--all",
    "--tags",
    "--long",
    "--exact-match",
    "--abbrev=",
    "--match=",
    "--exclude=",
    "--always",
    "--dirty[=]",
    "--candidates=",
    "--first-parent",
  ],
  unmodeled: ["--contains", "--broken", "--debug"],
};

async function describeRun(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(DESCRIBE, argv);
  const { repository, revisions } = git;
  const { store, refs } = repository;
  const match = options.all("match").map((pattern) => globRegex(pattern));
  const exclude = options.all("exclude").map((pattern) => globRegex(pattern));
  const names = new Map<string, { name: string; annotated: boolean; time: number }>();
  let anyLight = false;
  for (const { name, oid } of refs.list(options.has("all") ? "refs/" : "refs/tags/")) {
    const short = options.has("all") ? name.replace(/^refs\//, "") : name.slice(10);
    const annotated = store.typeOf(oid) === "tag";
    const commit = revisions.toCommit(oid);
    if (commit === undefined || (match.length > 0 && !match.some((each) => each.test(short))) || exclude.some((each) => each.test(short)))
      continue;
    if (!annotated) anyLight = true;
    if (!annotated && !options.has("tags", "all")) continue;
    const before = names.get(commit);
    if (!before || (annotated && !before.annotated))
      names.set(commit, { name: short, annotated, time: store.commit(commit).committer.time });
  }
  const dirty =
    options.has("dirty") && (stagedPairs(repository, repository.headTree).length > 0 || unstagedPairs(repository).length > 0)
      ? (options.get("dirty") ?? "-dirty")
      : "";
  const abbrev = Number(options.get("abbrev") ?? 7);
  for (const given of options.everything.length > 0 ? options.everything : ["HEAD"]) {
    const oid = revisions.tryCommit(given);
    if (oid === undefined) throw new Fatal(`Not a valid object name ${given}`);
    const exact = names.get(oid);
    if (exact && !options.has("long")) {
      git.say(`${exact.name}${dirty}\n`);
      continue;
    }
    const all = reachable(store, [oid]);
    const candidates = [...names]
      .filter(([at]) => all.has(at))
      .map(([at, label]) => ({ at, label, depth: all.size - reachable(store, [at]).size }));
    candidates.sort((a, b) => a.depth - b.depth || b.label.time - a.label.time);
    const [best] = candidates;
    if (!best || (options.has("exact-match") && !exact)) {
      if (options.has("always")) {
        git.say(`${store.short(oid, Math.max(4, abbrev))}${dirty}\n`);
        continue;
      }
      if (options.has("exact-match")) throw new Fatal(`no tag exactly matches '${oid}'`);
      if (names.size === 0 && anyLight)
        throw new Fatal(`No annotated tags can describe '${oid}'.\nHowever, there were unannotated tags: try --tags.`);
      if (names.size === 0) throw new Fatal("No names found, cannot describe anything.");
      throw new Fatal(`No tags can describe '${oid}'.\nTry --always, or create some tags.`);
    }
    git.say(`${best.label.name}${abbrev === 0 ? "" : `-${best.depth}-g${store.short(oid, Math.max(4, abbrev))}`}${dirty}\n`);
  }
  return 0;
}

const SHORTLOG: Grammar = {
  name: "shortlog",
  usage: ["git shortlog [<options>] [<revision-range>] [[--] <path>...]", "git log --pretty=short | git shortlog [<options>]"],
  options: [
    ...LOG_OPTIONS.filter((option) => !/^-n,/.test(option)),
    "-c",
    "-n, --numbered",
    "-s, --summary",
    "-e, --email",
    "--max-count=",
  ],
  unmodeled: ["-w", "--group"],
};

async function shortlogRun(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(SHORTLOG, argv);
  const args = revisionArguments(git, options);
  const head = git.repository.headOid;
  // Without a range and without a terminal the real one reads a log from its input.
  const include =
    args.named || options.has("all") || head === undefined || git.self.fds.get(0)?.tty === undefined
      ? args.include
      : [{ oid: head, text: "HEAD" }];
  const groups = new Map<string, string[]>();
  for (const { commit } of selected(git, options, { ...args, include }, pathspecOf(git, args.paths), false)) {
    const person = options.has("c") ? commit.committer : commit.author;
    const key = options.has("email") ? `${person.name} <${person.email}>` : person.name;
    groups.set(key, [subjectOf(commit.message), ...(groups.get(key) ?? [])]);
  }
  const rows = [...groups].sort(([a, x], [b, y]) => (options.has("numbered") ? y.length - x.length : 0) || (a < b ? -1 : 1));
  for (const [name, subjects] of rows) {
    if (options.has("summary")) git.say(`${String(subjects.length).padStart(6)}\t${name}\n`);
    else git.say(`${name} (${subjects.length}):\n${subjects.map((subject) => `      ${subject}\n`).join("")}\n`);
  }
  return 0;
}

export const describe: Command = {
  name: "describe",
  summary: "Give an object a human readable name based on an available ref",
  run: describeRun,
};
export const shortlog: Command = { name: "shortlog", summary: "Summarize 'git log' output", pager: () => true, run: shortlogRun };
