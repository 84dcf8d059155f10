/** git-reflog(1), and log -g. */
import type { Git } from "../context.ts";
import { Fatal } from "../errors.ts";
import { isSeparated, type PrettyStyle, prettyCommit } from "../history/pretty.ts";
import { Revisions } from "../history/revisions.ts";
import { type Grammar, type Options, parseOptions } from "../options.ts";
import { showDate } from "../repository/dates.ts";
import type { Command } from "./command.ts";
import { LOG_OPTIONS, limits, logStyle } from "./log.ts";

/** Entries, newest first, in the given style. */
export async function showReflog(git: Git, given: string, options: Options, style: PrettyStyle): Promise<number> {
  const { repository } = git;
  const bare = given.replace(/@\{.*\}$/, "");
  const full = git.revisions.fullName(bare === "" ? "HEAD" : bare);
  if (full === undefined)
    throw new Fatal(
      `ambiguous argument '${given}': unknown revision or path not in the working tree.\nUse '--' to separate paths from revisions, like this:\n'git <command> [<revision>...] -- [<file>...]'`,
    );
  const name = full === "HEAD" ? "HEAD" : Revisions.shortName(full);
  const entries = repository.refs.log(full).reverse();
  const { skip, count } = limits(options);
  const dated = options.has("date");
  let shown = 0;
  for (const [i, entry] of entries.entries()) {
    if (i < skip) continue;
    if (shown >= count) break;
    const selector = `${name}@{${dated ? showDate(entry.person, style.date) : i}}`;
    if (!repository.store.has(entry.to)) continue;
    const commit = repository.store.commit(entry.to);
    if (shown > 0 && isSeparated(style.format)) git.say("\n");
    git.say(`${prettyCommit(repository, commit, { ...style, reflog: { selector, message: entry.message, person: entry.person } })}\n`);
    shown++;
    await git.breathe();
  }
  return 0;
}

const GRAMMAR: Grammar = {
  name: "reflog",
  usage: [
    "git reflog [show] [<log-options>] [<ref>]",
    "git reflog expire [--expire=<time>] [--expire-unreachable=<time>]",
    "git reflog delete [--rewrite] [--updateref]",
    "git reflog exists <ref>",
  ],
  options: LOG_OPTIONS,
  number: "max-count",
};

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const [action, ...rest] = argv;
  if (action === "exists") return git.repository.refs.hasLog(rest[0] ?? "") ? 0 : 1;
  if (action === "expire") {
    const all = rest.includes("--all");
    const names = all ? ["HEAD", ...git.repository.refs.list().map(({ name }) => name)] : rest.filter((each) => !each.startsWith("-"));
    if (rest.some((each) => /^--expire(-unreachable)?=(now|all)$/.test(each)))
      for (const name of names) if (git.repository.refs.hasLog(name)) git.repository.refs.writeLog(name, []);
    return 0;
  }
  if (action === "delete") {
    for (const each of rest.filter((word) => !word.startsWith("-"))) {
      const found = /^(.*)@\{(\d+)\}$/.exec(each);
      const full = found && git.revisions.fullName(found[1] || "HEAD");
      if (!found || full === undefined || full === null) throw new Fatal(`not a reflog: ${each}`, 1);
      const log = git.repository.refs.log(full);
      log.splice(log.length - 1 - Number(found[2]), 1);
      git.repository.refs.writeLog(full, log);
    }
    return 0;
  }
  const options = parseOptions(GRAMMAR, action === "show" ? rest : argv);
  const { repository } = git;
  const style = logStyle(git, options);
  const plain = !options.has("format") && !options.has("pretty");
  const name = options.everything[0] ?? "HEAD";
  if (name === "HEAD" && repository.headOid === undefined)
    throw new Fatal(`your current branch '${repository.branch}' does not have any commits yet`);
  return showReflog(
    git,
    name,
    options,
    plain ? { ...style, format: "oneline", abbreviate: options.flag("no-abbrev-commit") !== true } : style,
  );
}

export const reflog: Command = {
  name: "reflog",
  summary: "Manage reflog information",
  pager: (argv) => argv[0] === undefined || argv[0] === "show" || argv[0].startsWith("-"),
  run,
};
