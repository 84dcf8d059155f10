/** git-log(1). */
import type { Git } from "../context.ts";
import { DIFF_OPTIONS, DIFF_UNMODELED, type DiffStyle, diffStyle, diffText, refine } from "../diff/output.ts";
import { treePairs } from "../diff/pairs.ts";
import { Fatal } from "../errors.ts";
import { Decorations } from "../history/decorate.ts";
import { Graph } from "../history/graph.ts";
import { isSeparated, type PrettyStyle, prettyCommit, resolveFormat } from "../history/pretty.ts";
import { reachable, type Walked, walk } from "../history/walk.ts";
import type { Commit } from "../objects/object.ts";
import { type Grammar, type Options, parseOptions } from "../options.ts";
import { approximate } from "../repository/dates.ts";
import type { Pathspec } from "../repository/pathspec.ts";
import type { Command } from "./command.ts";
import { pathspecOf, type RevisionArguments, revisionArguments, withoutNot } from "./revision-args.ts";

export const LOG_OPTIONS: readonly string[] = [
  "-q, --quiet",
  "--oneline",
  "--pretty[=]",
  "--format=",
  "--abbrev-commit",
  "--no-abbrev-commit",
  "--abbrev[=]",
  "--date=",
  "--relative-date",
  "--graph",
  "--decorate[=]",
  "--no-decorate",
  "--all",
  "--branches[=]",
  "--tags[=]",
  "--remotes[=]",
  "-n, --max-count=",
  "--skip=",
  "--since=",
  "--after=",
  "--until=",
  "--before=",
  "--author=",
  "--committer=",
  "--grep=",
  "-i, --regexp-ignore-case",
  "-E, --extended-regexp",
  "-F, --fixed-strings",
  "--all-match",
  "--invert-grep",
  "--merges",
  "--no-merges",
  "--first-parent",
  "--reverse",
  "--topo-order",
  "--date-order",
  "--author-date-order",
  "--parents",
  "--follow",
  "-m",
  "--full-history",
  "--left-right",
  "-g, --walk-reflogs",
  "--no-walk[=]",
  "--simplify-by-decoration",
  "--source",
];

const GRAMMAR: Grammar = {
  name: "log",
  usage: ["git log [<options>] [<revision-range>] [[--] <path>...]", "git show [<options>] <object>..."],
  options: [...DIFF_OPTIONS, ...LOG_OPTIONS],
  unmodeled: [
    ...DIFF_UNMODELED,
    "-L",
    "--cherry-pick",
    "--cherry-mark",
    "--cherry",
    "--boundary",
    "--show-signature",
    "-c",
    "--cc",
    "--stdin",
    "--children",
  ],
  number: "max-count",
};

export function logStyle(git: Git, options: Options): PrettyStyle {
  const { repository } = git;
  const text =
    options.has("oneline") && options.last("oneline", "pretty", "format") === "oneline"
      ? "oneline"
      : (options.get("format") ?? options.get("pretty") ?? repository.config.get("format.pretty") ?? "medium");
  const format = resolveFormat(text, repository);
  if (format === "") throw new Fatal(`invalid --pretty format: ${text}`);
  const color = git.color(
    "diff",
    options.flag("color") === undefined
      ? options.has("no-color")
        ? "never"
        : undefined
      : options.has("color")
        ? (options.get("color") ?? "always")
        : "never",
  );
  const set = options.has("no-decorate")
    ? "no"
    : options.flag("decorate") === undefined
      ? (repository.config.get("log.decorate") ?? "auto")
      : options.has("decorate")
        ? (options.get("decorate") ?? "short")
        : "no";
  const decorate = /^(short|full|yes|true|on|1)$/i.test(set) || (set === "auto" && git.onTerminal);
  const wanted = decorate || /%[-+ ]?[dD]/.test(format);
  const date = options.has("relative-date")
    ? "relative"
    : (options.get("date") ?? repository.config.get("log.date") ?? (text === "reference" ? "short" : "default"));
  if (
    !/^(default|local|iso8601|iso|iso-strict|iso8601-strict|rfc|rfc2822|short|relative|raw|unix|human|format(-local)?:.*|[a-z0-9-]+-local)$/s.test(
      date,
    )
  )
    throw new Fatal(`unknown date format ${date}`);
  return {
    format,
    abbreviate: options.flag("no-abbrev-commit") === true ? false : (options.flag("abbrev-commit") ?? options.has("oneline")),
    color,
    date: git.dateStyle(date),
    decorations: wanted ? new Decorations(repository, set === "full") : undefined,
    parents: options.has("parents"),
  };
}

function matcher(options: Options, pattern: string): (text: string) => boolean {
  if (options.has("fixed-strings")) {
    const fold = (text: string) => (options.has("regexp-ignore-case") ? text.toLowerCase() : text);
    return (text) => fold(text).includes(fold(pattern));
  }
  const source = options.has("extended-regexp")
    ? pattern
    : pattern.replace(/\\([(){}|+?])|([(){}|+?])/g, (_w, escaped, bare) => escaped ?? `\\${bare}`);
  try {
    const regex = new RegExp(source, options.has("regexp-ignore-case") ? "im" : "m");
    return (text) => regex.test(text);
  } catch {
    throw new Fatal(`command line, '${pattern}': Invalid regular expression`);
  }
}

/** What -n, --since, --author and the like let through. */
export function commitFilter(git: Git, options: Options): (commit: Commit) => boolean {
  const time = (...keys: string[]) => {
    const text = keys.map((key) => options.get(key)).find((value) => value !== undefined);
    return text === undefined ? undefined : approximate(text, git.now, git.timeZone);
  };
  const since = time("since", "after");
  const until = time("until", "before");
  const authors = options.all("author").map((pattern) => matcher(options, pattern));
  const committers = options.all("committer").map((pattern) => matcher(options, pattern));
  const messages = options.all("grep").map((pattern) => matcher(options, pattern));
  const who = ({ name, email }: Commit["author"]) => `${name} <${email}>`;
  return (commit) => {
    if (since !== undefined && commit.committer.time < since) return false;
    if (until !== undefined && commit.committer.time > until) return false;
    if (authors.length > 0 && !authors.some((test) => test(who(commit.author)))) return false;
    if (committers.length > 0 && !committers.some((test) => test(who(commit.committer)))) return false;
    if (messages.length > 0) {
      const found = options.has("all-match")
        ? messages.every((test) => test(commit.message))
        : messages.some((test) => test(commit.message));
      if (found === options.has("invert-grep")) return false;
    }
    if (options.has("merges") && commit.parents.length < 2) return false;
    return !(options.has("no-merges") && commit.parents.length > 1);
  };
}

/** Tips of --all, --branches, --tags, --remotes. */
export function extraTips(git: Git, options: Options): string[] {
  const { repository } = git;
  const tips: string[] = [];
  const add = (prefix: string) => {
    for (const { oid } of repository.refs.list(prefix)) {
      const commit = git.revisions.toCommit(oid);
      if (commit !== undefined) tips.push(commit);
    }
  };
  if (options.has("all")) {
    add("refs/");
    if (repository.headOid !== undefined) tips.push(repository.headOid);
  }
  if (options.has("branches")) add("refs/heads/");
  if (options.has("tags")) add("refs/tags/");
  if (options.has("remotes")) add("refs/remotes/");
  return tips;
}

/** -n and --skip. */
export function limits(options: Options): { skip: number; count: number } {
  const number = (key: string, fallback: number) => {
    const text = options.get(key);
    if (text === undefined) return fallback;
    if (!/^-?\d+$/.test(text)) throw new Fatal(`'${text}': not an integer`);
    return Number(text) < 0 ? Number.POSITIVE_INFINITY : Number(text);
  };
  return { skip: number("skip", 0), count: number("max-count", Number.POSITIVE_INFINITY) };
}

/** The commits that the options and arguments mean, filtered and limited. */
export function* selected(
  git: Git,
  options: Options,
  args: RevisionArguments,
  paths: Pathspec | undefined,
  rewrite: boolean,
): Generator<Walked> {
  const { revisions, repository } = git;
  const include = [
    ...args.include.map(({ oid, text }) => {
      const commit = revisions.toCommit(oid);
      if (commit === undefined)
        throw new Fatal(
          repository.store.has(oid) ? `object ${oid} is a ${repository.store.typeOf(oid)}, not a commit` : `bad object ${text}`,
        );
      return commit;
    }),
    ...extraTips(git, options),
  ];
  const filter = commitFilter(git, options);
  const { skip, count } = limits(options);
  const order = options.has("graph") || options.has("topo-order") ? "topo" : options.has("author-date-order") ? "author" : "date";
  const decorated = options.has("simplify-by-decoration") ? new Decorations(repository, false) : undefined;
  const source = walk(repository, {
    include,
    exclude: args.exclude,
    order,
    firstParent: options.has("first-parent"),
    paths,
    rewrite,
    full: options.has("full-history"),
  });
  let seen = 0;
  let given = 0;
  const kept: Walked[] = [];
  const reverse = options.has("reverse");
  for (const each of source) {
    if (!filter(each.commit) || (decorated && !decorated.has(each.commit.oid))) continue;
    if (seen++ < skip) continue;
    if (given++ >= count) break;
    if (reverse) kept.push(each);
    else yield each;
  }
  yield* kept.reverse();
}

/** The difference that a commit made, as -p and --stat show it; merges show none unless asked (-m, --first-parent). */
export function commitDiff(git: Git, commit: Commit, style: DiffStyle, paths: Pathspec | undefined, options: { merges: boolean }): string {
  if (style.formats.size === 0 || (commit.parents.length > 1 && !options.merges)) return "";
  const { repository } = git;
  const base = commit.parents[0] === undefined ? undefined : repository.store.commit(commit.parents[0]).tree;
  const pairs = refine(
    git,
    treePairs(repository, base, commit.tree, (path) => paths?.matches(path) ?? true),
    style,
  );
  return pairs.length === 0 ? "" : diffText(git, pairs, style);
}

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, withoutNot(argv));
  const { repository } = git;
  const args = revisionArguments(git, options);
  const pretty = logStyle(git, options);
  const style = diffStyle(git, options, []);
  let include = args.include;
  if (!args.named && !["all", "branches", "tags", "remotes"].some((key) => options.has(key))) {
    const head = repository.headOid;
    if (head === undefined) throw new Fatal(`your current branch '${repository.branch ?? "HEAD"}' does not have any commits yet`);
    include = [{ oid: head, text: "HEAD" }];
  } else if (include.length === 0 && args.exclude.length > 0) return 0;
  if (options.has("walk-reflogs")) return (await import("./reflog.ts")).showReflog(git, include[0]?.text ?? "HEAD", options, pretty);
  const pathspec = pathspecOf(git, args.paths);
  if (options.has("follow") && args.paths.length !== 1) throw new Fatal("--follow requires exactly one pathspec");
  const left = args.symmetric && options.has("left-right") ? reachable(repository.store, [args.symmetric.left]) : undefined;
  const graph = options.has("graph") ? new Graph(pretty.color) : undefined;
  const separated = isSeparated(pretty.format);
  let first = true;
  let source: Iterable<Walked> = selected(git, options, { ...args, include }, pathspec, graph !== undefined || options.has("parents"));
  if (options.has("follow") && pathspec) {
    const { followed } = await import("../history/follow.ts");
    source = followed(git, selected(git, options, { ...args, include }, undefined, false), args.paths[0] ?? "");
  }
  let shown = 0;
  const all = graph ? [...source] : source;
  const inGraph = graph ? new Set([...all].map(({ commit }) => commit.oid)) : undefined;
  const picky = style.pickaxe !== undefined || style.filter !== undefined;
  for (const { commit, parents } of all) {
    if (picky && commitDiff(git, commit, { ...style, formats: new Set(["name-only"]) }, pathspec, { merges: false }) === "") continue;
    const mark = left ? (left.has(commit.oid) ? "<" : ">") : undefined;
    const text = prettyCommit(
      repository,
      { ...commit, parents: options.has("parents") ? parents : commit.parents },
      { ...pretty, ...(mark === undefined ? {} : { mark }) },
    );
    const changes = commitDiff(git, commit, style, options.has("follow") ? undefined : pathspec, {
      merges: options.has("m") || options.has("first-parent"),
    });
    const block = joined(text, changes, pretty.format, style);
    if (graph && inGraph) {
      graph.begin(
        commit.oid,
        parents.filter((parent) => inGraph.has(parent)),
      );
      git.say(graphed(graph, block, first, separated));
    } else {
      if (!first && separated) git.say("\n");
      git.say(
        block === ""
          ? ""
          : pretty.format.startsWith("format:") && changes === ""
            ? block
            : `${block}${block.endsWith("\n") && changes !== "" ? "" : "\n"}`,
      );
    }
    first = false;
    shown++;
    await git.breathe();
  }
  if (shown > 0 && pretty.format.startsWith("format:") && !graph && style.formats.size === 0) git.say("");
  return 0;
}

/** Message and differences, with what git puts between them. */
export function joined(text: string, changes: string, format: string, style: DiffStyle): string {
  if (changes === "") return text;
  const oneline = format === "oneline" || format.startsWith("tformat:") || format.startsWith("format:");
  if (oneline) return `${text}\n${format === "oneline" ? "" : "\n"}${changes}`;
  const both = style.formats.has("patch") && style.formats.size > 1;
  return both ? `${text}\n---\n${changes}` : `${text}\n\n${changes}`;
}

/** The block with the graph at its left. */
function graphed(graph: Graph, block: string, first: boolean, separated: boolean): string {
  let out = "";
  if (!first && separated) out += `${graph.gap()}\n`;
  const lines = block.replace(/\n$/, "").split("\n");
  for (let next = graph.line(); ; next = graph.line()) {
    if (next.commit) {
      out += `${next.text}${lines.shift() ?? ""}\n`;
      break;
    }
    out += `${next.text}\n`;
  }
  for (const line of lines) {
    out += `${graph.line().text}${line}\n`;
  }
  for (const line of graph.remainder()) out += `${line}\n`;
  return out;
}

export const log: Command = { name: "log", summary: "Show commit logs", pager: () => true, run };
