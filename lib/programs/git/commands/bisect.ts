/** git-bisect(1). */
import type { Git } from "../context.ts";
import { treePairs } from "../diff/pairs.ts";
import { statOf, statText, summaryText } from "../diff/stat.ts";
import { Fatal, notModeled, Quit } from "../errors.ts";
import { prettyCommit, subjectOf } from "../history/pretty.ts";
import { reachable, walk } from "../history/walk.ts";
import type { Command } from "./command.ts";
import { switchTo } from "./switching.ts";

function marks(git: Git): { bad: string | undefined; good: string[]; skip: string[] } {
  const { refs } = git.repository;
  const names = (prefix: string) => {
    const folder = `${git.repository.gitDir}/refs/bisect`;
    if (!git.files.exists(folder)) return [];
    return git.files.readdir(folder).flatMap(({ name }) => (name.startsWith(prefix) ? (refs.resolve(`refs/bisect/${name}`) ?? []) : []));
  };
  return { bad: refs.resolve("refs/bisect/bad"), good: names("good-"), skip: names("skip-") };
}

function note(git: Git, line: string): void {
  git.repository.writeGitFile("BISECT_LOG", `${git.repository.readGitFile("BISECT_LOG") ?? ""}${line}\n`);
}

function mark(git: Git, kind: "good" | "bad" | "skip", oid: string): void {
  const name = kind === "bad" ? "refs/bisect/bad" : `refs/bisect/${kind}-${oid}`;
  git.repository.refs.write(name, oid);
  note(git, `# ${kind}: [${oid}] ${subjectOf(git.repository.store.commit(oid).message)}\ngit bisect ${kind} ${oid}`);
}

/** Steps that are left, about: as git estimates them. */
function stepsFor(all: number): number {
  if (all < 3) return 0;
  const n = Math.floor(Math.log2(all));
  const e = 2 ** n;
  const x = all - e;
  return e < 3 * x ? n : n - 1;
}

/** The next commit to try; true when the first bad one is found. */
async function next(git: Git): Promise<boolean> {
  const { repository } = git;
  const { store } = repository;
  const { bad, good, skip } = marks(git);
  if (bad === undefined || good.length === 0) {
    if (bad === undefined && good.length === 0) git.say("status: waiting for both good and bad commits\n");
    else if (bad === undefined)
      git.say(`status: waiting for bad commit, ${good.length} good commit${good.length === 1 ? "" : "s"} known\n`);
    else git.say("status: waiting for good commit(s), bad commit known\n");
    return false;
  }
  const hidden = reachable(store, good);
  const candidates = [...walk(repository, { include: [bad], exclude: good })].map(({ commit }) => commit);
  if (candidates.length === 0)
    throw new Fatal(
      `Some good revs are not ancestors of the bad rev.\ngit bisect cannot work properly in this case.\nMaybe you mistook good and bad revs?`,
      3,
    );
  if (candidates.length === 1) {
    const [first] = candidates;
    if (!first) return true;
    git.say(`${first.oid} is the first bad commit\n`);
    const text = prettyCommit(repository, first, {
      format: "medium",
      abbreviate: false,
      color: false,
      date: git.dateStyle("default"),
      decorations: undefined,
    });
    const base = first.parents[0] === undefined ? undefined : store.commit(first.parents[0]).tree;
    const pairs = treePairs(repository, base, first.tree, () => true);
    git.say(
      `${text}\n\n${statText(
        pairs.map((pair) => statOf(repository, pair, {})),
        { width: 80, color: false },
      )}${summaryText(pairs)}`,
    );
    note(git, `# first bad commit: [${first.oid}] ${subjectOf(first.message)}`);
    return true;
  }
  const weights = candidates
    .filter(({ oid }) => !skip.includes(oid))
    .map((commit) => {
      const reach = reachable(store, [commit.oid], hidden).size;
      return { commit, reach, distance: Math.min(reach, candidates.length - reach) };
    });
  const best = weights.reduce((a, b) => (b.distance >= a.distance ? b : a), weights[0]!);
  if (!best || best.commit.oid === bad) {
    git.say(
      `There are only 'skip'ped commits left to test.\nThe first bad commit could be any of:\n${candidates.map(({ oid }) => `${oid}\n`).join("")}We cannot bisect more!\n`,
    );
    throw new Quit("", 2);
  }
  const left = candidates.length - best.reach - 1;
  const steps = stepsFor(candidates.length);
  git.say(`Bisecting: ${left} revision${left === 1 ? "" : "s"} left to test after this (roughly ${steps} step${steps === 1 ? "" : "s"})\n`);
  repository.writeGitFile("BISECT_EXPECTED_REV", `${best.commit.oid}\n`);
  await switchTo(git, {
    name: best.commit.oid,
    oid: best.commit.oid,
    branch: undefined,
    isNew: false,
    force: false,
    merge: false,
    quiet: true,
    advise: false,
  });
  git.say(`[${best.commit.oid}] ${subjectOf(best.commit.message)}\n`);
  return false;
}

async function reset(git: Git, to: string | undefined): Promise<number> {
  const { repository } = git;
  const start = to ?? repository.readGitFile("BISECT_START")?.trim();
  if (start === undefined) {
    git.say("We are not bisecting.\n");
    return 0;
  }
  for (const name of ["BISECT_START", "BISECT_LOG", "BISECT_EXPECTED_REV", "BISECT_NAMES", "BISECT_TERMS", "refs/bisect"])
    repository.removeGitFile(name);
  const branch = repository.refs.resolve(`refs/heads/${start}`);
  if (branch !== undefined)
    return switchTo(git, {
      name: start,
      oid: branch,
      branch: start,
      isNew: false,
      force: false,
      merge: false,
      quiet: false,
      advise: false,
    });
  return switchTo(git, {
    name: start,
    oid: git.revisions.commit(start),
    branch: undefined,
    isNew: false,
    force: false,
    merge: false,
    quiet: false,
    advise: false,
  });
}

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const [action, ...rest] = argv;
  const repository = git.withWorkTree;
  const words = rest.filter((word) => word !== "--");
  const bisecting = repository.readGitFile("BISECT_START") !== undefined;
  if (
    action !== "start" &&
    action !== "reset" &&
    !bisecting &&
    ["good", "bad", "new", "old", "skip", "run", "log", "next"].includes(action ?? "")
  ) {
    if (action === "log") throw new Quit("error: We are not bisecting.\n", 1);
    throw new Quit('You need to start by "git bisect start"\n\n', 1);
  }
  switch (action) {
    case "start": {
      const head = repository.branch ?? repository.headOid ?? "";
      if (!bisecting) repository.writeGitFile("BISECT_START", `${head}\n`);
      else repository.removeGitFile("refs/bisect");
      repository.writeGitFile("BISECT_LOG", "");
      const [bad, ...good] = words;
      if (bad !== undefined) mark(git, "bad", git.revisions.commit(bad));
      for (const name of good) mark(git, "good", git.revisions.commit(name));
      note(git, `git bisect start${words.map((word) => ` '${word}'`).join("")}`);
      await next(git);
      return 0;
    }
    case "good":
    case "bad":
    case "old":
    case "new":
    case "skip": {
      const kind = action === "old" ? "good" : action === "new" ? "bad" : action;
      for (const name of words.length > 0 ? words : ["HEAD"]) mark(git, kind, git.revisions.commit(name));
      await next(git);
      return 0;
    }
    case "reset":
      return reset(git, words[0]);
    case "log":
      git.say(repository.readGitFile("BISECT_LOG") ?? "");
      return 0;
    case "run":
      for (;;) {
        git.say(`running ${words.map((word) => ` '${word}'`).join("")}\n`);
        const status = await git.run(words);
        if (status < 0 || status >= 128)
          throw new Quit(
            `error: bisect run failed: exit code ${status} from  ${words.map((word) => `'${word}'`).join(" ")} is < 0 or >= 128\n`,
            1,
          );
        mark(git, status === 125 ? "skip" : status === 0 ? "good" : "bad", git.revisions.commit("HEAD"));
        if (await next(git)) {
          git.say("bisect found first bad commit\n");
          return 0;
        }
      }
    case undefined:
      throw new Quit("usage: git bisect [help|start|bad|good|new|old|terms|skip|next|reset|visualize|view|replay|log|run]\n", 1);
    default:
      throw notModeled(`"git bisect ${action}"`);
  }
}

export const bisect: Command = { name: "bisect", summary: "Use binary search to find the commit that introduced a bug", run };
