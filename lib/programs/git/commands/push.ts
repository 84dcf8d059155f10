/** git-push(1). */
import { concat, decode } from "../../core/io.ts";
import type { Git } from "../context.ts";
import { Fatal, Quit } from "../errors.ts";
import { Revisions } from "../history/revisions.ts";
import { isAncestor } from "../history/walk.ts";
import { ZERO } from "../objects/object.ts";
import { makePack } from "../objects/pack.ts";
import { type Grammar, type Options, parseOptions } from "../options.ts";
import { type Connection, connect } from "../transport/connection.ts";
import { missingObjects, objectsOf } from "../transport/objects.ts";
import { FLUSH, GoneAway, PacketReader, packet } from "../transport/packets.ts";
import { Progress } from "../transport/progress.ts";
import { withoutUser } from "../transport/shown-url.ts";
import { setUpstream } from "./branch.ts";
import type { Command } from "./command.ts";
import { defaultRemote } from "./fetch.ts";
import { remoteUrl } from "./remote.ts";
import { runHook, updateRef } from "./shared.ts";

const GRAMMAR: Grammar = {
  name: "push",
  usage: ["git push [<options>] [<repository> [<refspec>...]]"],
  options: [
    "-v, --verbose",
    "-q, --quiet",
    "--repo=",
    "--all",
    "--branches",
    "--mirror",
    "-d, --delete",
    "--tags",
    "-n, --dry-run",
    "--porcelain",
    "-f, --force",
    "--force-with-lease[=]",
    "--force-if-includes",
    "-u, --set-upstream",
    "--progress",
    "--prune",
    "--no-verify",
    "--follow-tags",
    "--atomic",
    "-4, --ipv4",
    "-6, --ipv6",
    "--thin",
  ],
  unmodeled: ["--recurse-submodules", "--receive-pack", "--exec", "--signed", "-o", "--push-option"],
};

interface Wanted {
  /** What was typed for our side; undefined when the other's is deleted. */
  readonly source: string | undefined;
  readonly full: string | undefined;
  readonly oid: string;
  readonly target: string;
  readonly force: boolean;
}

interface Outcome extends Wanted {
  readonly before: string;
  status: "ok" | "up-to-date" | "rejected" | "remote";
  note: string;
}

function noUpstream(branch: string, remote: string): Fatal {
  return new Fatal(
    `The current branch ${branch} has no upstream branch.\nTo push the current branch and set the remote as upstream, use\n\n    git push --set-upstream ${remote} ${branch}\n\nTo have this happen automatically for branches without a tracking\nupstream, see 'push.autoSetupRemote' in 'git help config'.\n`,
  );
}

/** What to push when no refspec was given: push.default. */
function byDefault(git: Git, remote: string, options: Options): string[] {
  const { repository } = git;
  const mode = repository.config.get("push.default") ?? "simple";
  const { branch } = repository;
  if (mode === "matching") return [":"];
  if (mode === "nothing") throw new Fatal('You didn\'t specify any refspecs to push, and push.default is "nothing".');
  if (branch === undefined)
    throw new Fatal(
      "You are not currently on a branch.\nTo push the history leading to the current (detached HEAD)\nstate now, use\n\n    git push origin HEAD:<name-of-remote-branch>\n".replace(
        "origin",
        remote,
      ),
    );
  const merge = repository.config.get(`branch.${branch}.merge`);
  const tracked = repository.config.get(`branch.${branch}.remote`);
  const triangular = tracked !== undefined && tracked !== remote;
  if (
    mode === "current" ||
    options.has("set-upstream") ||
    triangular ||
    (merge === undefined && repository.config.bool("push.autoSetupRemote"))
  )
    return [branch];
  if (merge === undefined) throw noUpstream(branch, remote);
  if (mode === "upstream" || mode === "tracking") return [`${branch}:${merge}`];
  if (merge !== `refs/heads/${branch}`) {
    const short = merge.replace("refs/heads/", "");
    throw new Fatal(
      `The upstream branch of your current branch does not match\nthe name of your current branch.  To push to the upstream branch\non the remote, use\n\n    git push ${remote} HEAD:${short}\n\nTo push to the branch of the same name on the remote, use\n\n    git push ${remote} HEAD\n\nTo choose either option permanently, see push.default in 'git help config'.\n\nTo avoid automatically configuring an upstream branch when its name\nwon't match the local branch, see option 'simple' of branch.autoSetupMerge\nin 'git help config'.\n`,
    );
  }
  return [branch];
}

function resolve(git: Git, spec: string, options: Options, connection: Connection, url: string): Wanted[] {
  const { repository, revisions } = git;
  const force = spec.startsWith("+") || options.has("force");
  const text = spec.replace(/^\+/, "");
  const fail = (message: string) => new Quit(`error: ${message}\nerror: failed to push some refs to '${withoutUser(url)}'\n`, 1);
  if (text === ":")
    return connection.refs
      .filter(({ name }) => name.startsWith("refs/heads/") && repository.refs.resolve(name) !== undefined)
      .map(({ name }) => ({
        source: Revisions.shortName(name),
        full: name,
        oid: repository.refs.resolve(name) ?? ZERO,
        target: name,
        force,
      }));
  const [from = "", given] = options.has("delete") ? ["", text] : text.split(":");
  if (from.includes("*")) {
    const [before = ""] = from.split("*");
    return repository.refs.list(before).map(({ name, oid }) => ({
      source: Revisions.shortName(name),
      full: name,
      oid,
      target: (given ?? from).replace("*", name.slice(before.length)),
      force,
    }));
  }
  const there = (name: string) =>
    ["", "refs/", "refs/tags/", "refs/heads/"]
      .map((place) => place + name)
      .find((full) => connection.refs.some((ref) => ref.name === full));
  if (from === "") {
    const target = there(given ?? "");
    if (target === undefined) throw fail(`unable to delete '${given}': remote ref does not exist`);
    return [{ source: undefined, full: undefined, oid: ZERO, target, force }];
  }
  const typed = from === "HEAD" || from === "@" ? (repository.refs.head ?? "HEAD") : from;
  const full = revisions.fullName(typed);
  const found = full === undefined ? revisions.find(typed)?.oid : repository.refs.resolve(full);
  if (found === undefined) throw fail(`src refspec ${from} does not match any`);
  const source = from === "HEAD" || from === "@" ? (given === undefined ? Revisions.shortName(typed) : "HEAD") : from;
  let target: string;
  if (given === undefined) {
    if (full === undefined || full === "HEAD" || full.startsWith("refs/remotes/")) {
      if (full === undefined || full === "HEAD")
        throw fail(`The destination you provided is not a full refname (i.e.,\nstarting with "refs/").`);
      target = full;
    } else target = full;
  } else if (given.startsWith("refs/")) target = given;
  else {
    const known = there(given);
    if (known !== undefined) target = known;
    else if (full?.startsWith("refs/tags/")) target = `refs/tags/${given}`;
    else if (full?.startsWith("refs/heads/") || from === "HEAD") target = `refs/heads/${given}`;
    else
      throw new Quit(
        `error: The destination you provided is not a full refname (i.e.,\nstarting with "refs/"). We tried to guess what you meant by:\n\n- Looking for a ref that matches '${given}' on the remote side.\n- Checking if the <src> being pushed ('${from}')\n  is a ref in "refs/{heads,tags}/". If so we add a corresponding\n  refs/{heads,tags}/ prefix on the remote side.\n\nNeither worked, so we gave up. You must fully qualify the ref.\nhint: The <src> part of the refspec is a commit object.\nhint: Did you mean to create a new branch by pushing to\nhint: '${from}:refs/heads/${given}'?\nerror: failed to push some refs to '${withoutUser(url)}'\n`,
        1,
      );
  }
  return [{ source, full, oid: found, target, force }];
}

const BEHIND = `hint: Updates were rejected because the tip of your current branch is behind
hint: its remote counterpart. Integrate the remote changes (e.g.
hint: 'git pull ...') before pushing again.
hint: See the 'Note about fast-forwards' in 'git push --help' for details.
`;
const OTHER_BEHIND = `hint: Updates were rejected because a pushed branch tip is behind its remote
hint: counterpart. Check out this branch and integrate the remote changes
hint: (e.g. 'git pull ...') before pushing again.
hint: See the 'Note about fast-forwards' in 'git push --help' for details.
`;
const FETCH_FIRST = `hint: Updates were rejected because the remote contains work that you do
hint: not have locally. This is usually caused by another repository pushing
hint: to the same ref. You may want to first integrate the remote changes
hint: (e.g., 'git pull ...') before pushing again.
hint: See the 'Note about fast-forwards' in 'git push --help' for details.
`;
const TAG_EXISTS = "hint: Updates were rejected because the tag already exists in the remote.\n";

/** --force-with-lease: the other side must be where we last saw it. */
function leaseHolds(git: Git, remote: string, wanted: Wanted, before: string, lease: string | undefined): boolean {
  const [name, expected] = (lease ?? "").split(":");
  if (name !== undefined && name !== "" && `refs/heads/${name}` !== wanted.target && name !== wanted.target) return true;
  if (expected !== undefined) return before === (expected === "" ? ZERO : (git.revisions.tryCommit(expected) ?? expected));
  const tracking = git.revisions.tracking(remote, wanted.target);
  return (tracking === undefined ? undefined : git.repository.refs.resolve(tracking)) === before;
}

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  const { repository } = git;
  const { store } = repository;
  const [given, ...typed] = options.everything;
  const pushRemote =
    repository.branch === undefined
      ? undefined
      : (repository.config.get(`branch.${repository.branch}.pushRemote`) ?? repository.config.get("remote.pushDefault"));
  const remote = given ?? options.get("repo") ?? pushRemote ?? defaultRemote(git);
  if (given === undefined && repository.config.get(`remote.${remote}.url`) === undefined)
    throw new Fatal(
      "No configured push destination.\nEither specify the URL from the command-line or configure a remote repository using\n\n    git remote add <name> <url>\n\nand then push using the remote name\n\n    git push <name>\n",
    );
  const url = remoteUrl(git, remote, true);
  if (options.has("delete") && typed.length === 0) throw new Fatal("--delete doesn't make sense without any refs");
  let specs: string[] = [...typed];
  if (options.has("all", "branches")) specs = ["refs/heads/*:refs/heads/*"];
  else if (options.has("mirror")) specs = ["+refs/*:refs/*"];
  else if (typed.length === 0 && !options.has("tags")) {
    const configured = repository.config.all(`remote.${remote}.push`);
    specs = configured.length > 0 ? configured : byDefault(git, remote, options);
  }
  if (options.has("tags")) specs.push("refs/tags/*:refs/tags/*");
  const connection = await connect(git, url, "receive-pack");
  const outcomes: Outcome[] = [];
  let finished = false;
  try {
    const wanted = specs.flatMap((spec, i) =>
      specs[i - 1] === "tag"
        ? resolve(git, `refs/tags/${spec}`, options, connection, url)
        : spec === "tag"
          ? []
          : resolve(git, spec, options, connection, url),
    );
    if (options.has("follow-tags"))
      for (const { name, oid } of repository.refs.list("refs/tags/"))
        if (
          store.typeOf(oid) === "tag" &&
          !connection.refs.some((ref) => ref.name === name) &&
          wanted.some((each) => isAncestor(store, store.peel(oid).oid, each.oid))
        )
          wanted.push({ source: name.slice(10), full: name, oid, target: name, force: false });
    for (const each of wanted) {
      const before = connection.refs.find(({ name }) => name === each.target)?.oid ?? ZERO;
      const outcome: Outcome = { ...each, before, status: "ok", note: "" };
      outcomes.push(outcome);
      const reject = (note: string) => {
        outcome.status = "rejected";
        outcome.note = note;
      };
      const isCommit = (oid: string) => store.typeOf(oid) === "commit";
      if (before === each.oid) outcome.status = "up-to-date";
      else if (options.has("force-with-lease") && !leaseHolds(git, remote, each, before, options.get("force-with-lease")))
        reject("stale info");
      else if (each.force || options.has("force-with-lease") || before === ZERO || each.oid === ZERO) continue;
      else if (each.target.startsWith("refs/tags/")) reject("already exists");
      else if (!store.has(before)) reject("fetch first");
      else if (!isCommit(before) || !isCommit(each.oid)) reject("needs force");
      else if (!isAncestor(store, before, each.oid)) reject("non-fast-forward");
    }
    let open = outcomes.filter(({ status }) => status === "ok");
    if (options.has("atomic") && outcomes.some(({ status }) => status === "rejected")) {
      for (const each of open) {
        each.status = "rejected";
        each.note = "atomic push failed";
      }
      open = [];
    }
    if (open.length > 0 && !options.has("no-verify")) {
      const input = open.map((each) => `${each.full ?? "(delete)"} ${each.oid} ${each.target} ${each.before}\n`).join("");
      const status = await runHook(git, "pre-push", [remote, url], { input });
      if (status !== undefined && status !== 0) {
        await connection.write(FLUSH);
        finished = true;
        throw new Quit(`error: failed to push some refs to '${withoutUser(url)}'\n`, 1);
      }
    }
    if (open.length > 0 && !options.has("dry-run")) await send(git, connection, open, options.has("quiet"));
    else await connection.write(FLUSH);
    finished = true;
  } finally {
    if (!finished) await connection.write(FLUSH).catch(() => undefined);
    await connection.close();
  }
  return report(git, outcomes, { remote, url, options });
}

/** Commands and pack; the other side's report goes into the outcomes. */
async function send(git: Git, connection: Connection, open: readonly Outcome[], quiet: boolean): Promise<void> {
  const { store } = git.repository;
  const capabilities = ["report-status", "side-band-64k", ...(quiet ? ["quiet"] : []), "agent=git/2.39.5"].filter((each) =>
    connection.capabilities.includes(each.split("=")[0] ?? ""),
  );
  for (const [i, { before, oid, target }] of open.entries())
    await connection.write(packet(`${before} ${oid} ${target}${i === 0 ? `\0 ${capabilities.join(" ")}` : ""}`));
  await connection.write(FLUSH);
  const news = open.filter(({ oid }) => oid !== ZERO).map(({ oid }) => oid);
  if (news.length > 0) {
    const there = connection.refs.map(({ oid }) => oid).filter((oid) => store.has(oid));
    const list = missingObjects(store, news, there);
    await connection.write(makePack(objectsOf(store, list)));
  }
  await connection.endInput();
  const progress = new Progress(git, quiet);
  const parts: Uint8Array[] = [];
  let broken = false;
  try {
    if (capabilities.includes("side-band-64k"))
      for (let bytes = await connection.reader.bytes(); bytes !== undefined; bytes = await connection.reader.bytes()) {
        if (bytes[0] === 1) parts.push(bytes.slice(1));
        else if (bytes[0] === 2) await progress.remote(decode(bytes.subarray(1)));
        else git.warn(`remote: ${decode(bytes.subarray(1))}\n`);
      }
    else parts.push(await connection.reader.rest());
  } catch (error) {
    if (!(error instanceof GoneAway)) throw error;
    broken = parts.length === 0;
  }
  await progress.end();
  if (broken)
    throw new Quit("send-pack: unexpected disconnect while reading sideband packet\nfatal: the remote end hung up unexpectedly\n", 128);
  const all = concat(parts);
  let at = 0;
  const reader = new PacketReader(async () => (at++ === 0 ? all : new Uint8Array()));
  for (const line of await reader.lines()) {
    const bad = /^ng (\S+) (.*)$/.exec(line);
    const outcome = bad && open.find(({ target }) => target === bad[1]);
    if (outcome) {
      outcome.status = "remote";
      outcome.note = bad[2] ?? "";
    }
    const unpack = /^unpack (?!ok$)(.*)$/.exec(line)?.[1];
    if (unpack !== undefined) git.warn(`error: remote unpack failed: ${unpack}\n`);
  }
}

function report(
  git: Git,
  outcomes: readonly Outcome[],
  { remote, url, options }: { remote: string; url: string; options: Options },
): number {
  const { repository } = git;
  const short = (name: string) => Revisions.shortName(name);
  const lines = outcomes.map((each): string | undefined => {
    const target = short(each.target);
    const names = each.oid === ZERO ? target : `${each.source === undefined ? target : short(each.source)} -> ${target}`;
    const line = (mark: string, summary: string, note = "") =>
      ` ${mark} ${summary.padEnd(17)} ${names}${note === "" ? "" : ` (${note})`}\n`;
    if (each.status === "up-to-date") return options.has("verbose") ? line("=", "[up to date]") : undefined;
    if (each.status === "rejected") return line("!", "[rejected]", each.note);
    if (each.status === "remote") return line("!", "[remote rejected]", each.note);
    if (each.oid === ZERO) return line("-", "[deleted]");
    if (each.before === ZERO)
      return line(
        "*",
        each.target.startsWith("refs/tags/") ? "[new tag]" : each.target.startsWith("refs/heads/") ? "[new branch]" : "[new reference]",
      );
    const known = repository.store.has(each.before);
    const forward = known && repository.store.typeOf(each.before) === "commit" && isAncestor(repository.store, each.before, each.oid);
    return forward
      ? line(" ", `${repository.short(each.before)}..${repository.short(each.oid)}`)
      : line("+", `${known ? repository.short(each.before) : each.before.slice(0, 7)}...${repository.short(each.oid)}`, "forced update");
  });
  const order = (line: string) => (line.startsWith(" !") ? 1 : 0);
  const shown = lines.filter((line) => line !== undefined).sort((a, b) => order(a) - order(b));
  const failed = outcomes.filter(({ status }) => status === "rejected" || status === "remote");
  if (shown.length > 0 && (!options.has("quiet") || failed.length > 0)) git.warn(`To ${withoutUser(url)}\n${shown.join("")}`);
  for (const each of outcomes) {
    if (each.status !== "ok" && each.status !== "up-to-date") continue;
    const tracking = git.revisions.tracking(remote, each.target);
    if (tracking !== undefined && !options.has("dry-run")) {
      if (each.oid === ZERO) repository.refs.delete(tracking);
      else if (repository.refs.resolve(tracking) !== each.oid) updateRef(git, tracking, each.oid, "update by push");
    }
    const auto =
      repository.config.bool("push.autoSetupRemote") &&
      each.full !== undefined &&
      git.revisions.upstream(each.full.replace("refs/heads/", "")) === undefined;
    if (
      (options.has("set-upstream") || auto) &&
      each.full?.startsWith("refs/heads/") &&
      each.target.startsWith("refs/heads/") &&
      !options.has("dry-run")
    )
      setUpstream(git, each.full.slice(11), `${remote}/${each.target.slice(11)}`, options.has("quiet"));
  }
  if (shown.length === 0 && failed.length === 0 && !options.has("quiet")) git.warn("Everything up-to-date\n");
  if (failed.length === 0) return 0;
  git.warn(`error: failed to push some refs to '${withoutUser(url)}'\n`);
  const notes = failed.filter(({ status }) => status === "rejected");
  const has = (note: string) => notes.some((each) => each.note === note);
  const behind = notes.find((each) => each.note === "non-fast-forward");
  if (behind) git.warn(behind.target === repository.refs.head ? BEHIND : OTHER_BEHIND);
  else if (has("already exists")) git.warn(TAG_EXISTS);
  else if (has("fetch first")) git.warn(FETCH_FIRST);
  return 1;
}

export const push: Command = { name: "push", summary: "Update remote refs along with associated objects", run };
