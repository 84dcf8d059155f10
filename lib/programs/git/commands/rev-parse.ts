/** git-rev-parse(1). */
import type { Git } from "../context.ts";
import { Fatal } from "../errors.ts";
import { ambiguous, Revisions } from "../history/revisions.ts";
import { mergeBases } from "../history/walk.ts";
import { repositoryPath } from "../repository/pathspec.ts";
import { statOf } from "../repository/work-tree.ts";
import type { Command } from "./command.ts";

interface State {
  verify: boolean;
  quiet: boolean;
  short: number | undefined;
  abbrev: boolean;
  symbolicFull: boolean;
  not: boolean;
  fallback: string | undefined;
}

function shown(git: Git, oid: string, state: State): string {
  const text =
    state.short === undefined
      ? oid
      : state.short === 0
        ? git.repository.short(oid)
        : git.repository.store.short(oid, Math.max(4, state.short));
  return `${state.not ? "^" : ""}${text}\n`;
}

function name(git: Git, text: string, state: State): boolean {
  const range = /^(.*?)(\.\.\.?)(.*)$/.exec(text);
  if (range && !state.verify && !text.startsWith("../") && !text.startsWith("./")) {
    const [left, right] = [git.revisions.tryCommit(range[1] || "HEAD"), git.revisions.tryCommit(range[3] || "HEAD")];
    if (left !== undefined && right !== undefined) {
      git.say(shown(git, right, state));
      if (range[2] === "...") {
        git.say(shown(git, left, state));
        for (const base of mergeBases(git.repository.store, left, right)) git.say(shown(git, base, { ...state, not: true }));
      } else git.say(shown(git, left, { ...state, not: true }));
      return true;
    }
  }
  const negated = text.startsWith("^");
  const found = git.revisions.find(negated ? text.slice(1) : text);
  if (!found) return false;
  if (state.abbrev || state.symbolicFull) {
    const full = found.ref ?? (text === "@" ? "HEAD" : undefined);
    if (full === undefined) {
      if (state.abbrev) git.say(`${text}\n`);
      return true;
    }
    const target = full === "HEAD" ? (git.repository.refs.head ?? "HEAD") : full;
    git.say(`${state.abbrev ? Revisions.shortName(target) : target}\n`);
    return true;
  }
  git.say(shown(git, found.oid, { ...state, not: state.not || negated }));
  return true;
}

function question(git: Git, word: string): boolean {
  const { files } = git;
  const inside = git.repositoryOrNone;
  switch (word) {
    case "--is-inside-work-tree":
      git.say(`${!git.repository.isBare && !files.realpath(".").startsWith(git.repository.gitDir)}\n`);
      return true;
    case "--is-inside-git-dir":
      git.say(`${`${files.realpath(".")}/`.startsWith(`${git.repository.gitDir}/`)}\n`);
      return true;
    case "--is-bare-repository":
      git.say(`${git.repository.isBare}\n`);
      return true;
    case "--is-shallow-repository":
      git.say(`${git.repository.readGitFile("shallow") !== undefined}\n`);
      return true;
    case "--show-toplevel":
      if (git.repository.isBare) throw new Fatal("this operation must be run in a work tree");
      git.say(`${files.realpath(git.repository.workTree ?? "/")}\n`);
      return true;
    case "--show-prefix":
      git.say(`${git.repository.prefix}\n`);
      return true;
    case "--show-cdup":
      git.say(`${"../".repeat(git.repository.prefix.split("/").length - 1)}\n`);
      return true;
    case "--git-dir":
    case "--absolute-git-dir": {
      const { gitDir, workTree } = git.repository;
      const here = files.realpath(".");
      const relative = here === workTree && gitDir === `${workTree}/.git` ? ".git" : here === gitDir ? "." : gitDir;
      git.say(`${word === "--git-dir" ? (git.env.GIT_DIR ?? relative) : gitDir}\n`);
      return true;
    }
    case "--git-common-dir":
      git.say(`${inside?.commonDir === `${files.realpath(".")}/.git` ? ".git" : git.repository.commonDir}\n`);
      return true;
    default:
      return false;
  }
}

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const state: State = {
    verify: false,
    quiet: false,
    short: undefined,
    abbrev: false,
    symbolicFull: false,
    not: false,
    fallback: undefined,
  };
  let shownAny = false;
  let separated = false;
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? "";
    if (separated) {
      git.say(`${word}\n`);
      continue;
    }
    if (word === "--") {
      separated = true;
      git.say("--\n");
    } else if (word === "--verify") state.verify = true;
    else if (word === "-q" || word === "--quiet") state.quiet = true;
    else if (word === "--short") state.short = 0;
    else if (word.startsWith("--short=")) state.short = Number(word.slice(8));
    else if (word === "--abbrev-ref" || word.startsWith("--abbrev-ref=")) state.abbrev = true;
    else if (word === "--symbolic-full-name") state.symbolicFull = true;
    else if (word === "--not") state.not = !state.not;
    else if (word === "--default") state.fallback = argv[++i];
    else if (word === "--git-path") git.say(`${git.repository.gitPath(argv[++i] ?? "").replace(`${git.files.realpath(".")}/`, "")}\n`);
    else if (/^--(all|branches|tags|remotes)$/.test(word)) {
      const prefix =
        { "--all": "refs/", "--branches": "refs/heads/", "--tags": "refs/tags/", "--remotes": "refs/remotes/" }[word] ?? "refs/";
      for (const { name: ref, oid } of git.repository.refs.list(prefix))
        git.say(state.abbrev ? `${Revisions.shortName(ref)}\n` : state.symbolicFull ? `${ref}\n` : `${oid}\n`);
      shownAny = true;
    } else if (question(git, word)) shownAny = true;
    else if (word.startsWith("-") && word !== "-" && !state.verify) git.say(`${word}\n`);
    else {
      shownAny = true;
      if (name(git, word, state)) continue;
      if (state.verify) {
        if (state.quiet) return 1;
        throw new Fatal("Needed a single revision");
      }
      const { repository } = git;
      if (!repository.isBare && statOf(repository, repositoryPath(repository, word)) && word !== "HEAD") {
        git.say(`${word}\n`);
        continue;
      }
      git.say(`${word}\n`);
      throw ambiguous(word);
    }
  }
  if (!shownAny && state.fallback !== undefined) name(git, state.fallback, state);
  else if (!shownAny && state.verify) {
    if (state.quiet) return 1;
    throw new Fatal("Needed a single revision");
  }
  return 0;
}

export const revParse: Command = { name: "rev-parse", summary: "Pick out and massage parameters", run };
