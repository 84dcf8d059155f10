/** git-fetch(1). */
import type { Git } from "../context.ts";
import { Fatal, Quit } from "../errors.ts";
import { Revisions } from "../history/revisions.ts";
import { isAncestor } from "../history/walk.ts";
import { type Grammar, parseOptions } from "../options.ts";
import { connect, type RemoteRef } from "../transport/connection.ts";
import { fetchPack } from "../transport/fetch-pack.ts";
import { withoutUser } from "../transport/shown-url.ts";
import type { Command } from "./command.ts";
import { remoteUrl } from "./remote.ts";
import { updateRef } from "./shared.ts";

const GRAMMAR: Grammar = {
  name: "fetch",
  usage: [
    "git fetch [<options>] [<repository> [<refspec>...]]",
    "git fetch [<options>] <group>",
    "git fetch --multiple [<options>] [(<repository> | <group>)...]",
    "git fetch --all [<options>]",
  ],
  options: [
    "-v, --verbose",
    "-q, --quiet",
    "--all",
    "-a, --append",
    "-f, --force",
    "-m, --multiple",
    "-t, --tags",
    "-n",
    "-p, --prune",
    "-P, --prune-tags",
    "-k, --keep",
    "-u, --update-head-ok",
    "--progress",
    "--depth=",
    "--unshallow",
    "--dry-run",
    "--set-upstream",
    "-j, --jobs=",
    "-4, --ipv4",
    "-6, --ipv6",
  ],
  unmodeled: [
    "--shallow-since",
    "--shallow-exclude",
    "--deepen",
    "--filter",
    "--recurse-submodules",
    "--refmap",
    "--negotiation-tip",
    "--atomic",
    "--stdin",
  ],
};

export interface FetchRequest {
  /** A remote's name or an address. */
  readonly remote: string;
  readonly refspecs: readonly string[];
  readonly quiet: boolean;
  readonly prune: boolean;
  readonly onlyPrune?: boolean;
  /** --tags, --no-tags; undefined: those that point into what is fetched. */
  readonly tags: boolean | undefined;
  readonly force: boolean;
  readonly depth?: number | undefined;
  readonly dryRun?: boolean;
  /** Nothing is said of what did not change; "From" stands only above changes. */
  readonly verbose?: boolean;
}

interface Line {
  readonly mark: string;
  readonly summary: string;
  readonly from: string;
  readonly to: string;
  readonly note: string;
}

/** The address as it is shown behind "From": without what is needless. */
export function shownUrl(url: string): string {
  return withoutUser(url)
    .replace(/\/+$/, "")
    .replace(/\.git$/, "");
}

function shortTarget(name: string): string {
  return Revisions.shortName(name);
}

/** Names that a refspec of the other side brings: from there, to here. */
function expand(spec: string, refs: readonly RemoteRef[]): { from: RemoteRef; to: string | undefined; force: boolean }[] {
  const force = spec.startsWith("+");
  const [from = "", to] = spec.replace(/^\+/, "").split(":");
  if (from.includes("*")) {
    const [before = "", after = ""] = from.split("*");
    return refs
      .filter(
        ({ name }) =>
          name.startsWith(before) && name.endsWith(after) && !name.endsWith("^{}") && name.length >= before.length + after.length,
      )
      .map((ref) => ({ from: ref, to: to?.replace("*", ref.name.slice(before.length, ref.name.length - after.length)), force }));
  }
  const wanted = from === "" ? "HEAD" : from;
  const found = ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"]
    .map((place) => refs.find(({ name }) => name === place + wanted))
    .find((ref) => ref !== undefined);
  if (!found) throw new Fatal(`couldn't find remote ref ${wanted}`);
  const target =
    to === undefined || to === ""
      ? undefined
      : to.startsWith("refs/")
        ? to
        : found.name.startsWith("refs/tags/")
          ? `refs/tags/${to}`
          : `refs/heads/${to}`;
  return [{ from: found, to: target, force }];
}

export async function fetchRemote(git: Git, request: FetchRequest): Promise<number> {
  const { repository } = git;
  const { refs, store, config } = repository;
  const isNamed = config.subsections("remote").includes(request.remote);
  const url = remoteUrl(git, request.remote);
  if (!isNamed && request.remote === "origin" && config.get("remote.origin.url") === undefined)
    throw new Quit(
      "fatal: 'origin' does not appear to be a git repository\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.\n",
      128,
    );
  const connection = await connect(git, url, "upload-pack");
  try {
    const configured = isNamed ? config.all(`remote.${request.remote}.fetch`) : [];
    const asked = request.refspecs.flatMap((spec) => expand(spec, connection.refs));
    let wanted = request.refspecs.length > 0 ? [...asked] : configured.flatMap((spec) => expand(spec, connection.refs));
    // What is fetched by name also moves the branch that tracks it.
    if (request.refspecs.length > 0)
      for (const { from } of asked) {
        const tracking = git.revisions.tracking(request.remote, from.name);
        if (tracking !== undefined) wanted.push({ from, to: tracking, force: true });
      }
    const head = connection.refs.find(({ name }) => name === "HEAD");
    if (request.refspecs.length === 0 && configured.length === 0 && head) wanted = [{ from: head, to: undefined, force: false }];
    const tagRefs = connection.refs.filter(({ name }) => name.startsWith("refs/tags/") && !name.endsWith("^{}"));
    if (request.tags === true) wanted.push(...tagRefs.map((from) => ({ from, to: from.name, force: false })));
    if (!request.onlyPrune) {
      const names = wanted.map(({ from }) => from.oid);
      // Tags whose commits come along, or are here, come along.
      const peeled = new Map(connection.refs.filter(({ name }) => name.endsWith("^{}")).map(({ name, oid }) => [name.slice(0, -3), oid]));
      await fetchPackWithTags(git, connection, names, tagRefs, request);
      if (request.tags === undefined && wanted.some(({ to }) => to !== undefined))
        for (const tag of tagRefs) {
          const target = peeled.get(tag.name) ?? tag.oid;
          if (refs.resolve(tag.name) === undefined && store.has(target) && store.has(tag.oid))
            wanted.push({ from: tag, to: tag.name, force: false });
        }
    }
    const lines: Line[] = [];
    let failed = false;
    if ((request.prune || request.onlyPrune) && request.refspecs.length === 0) {
      const kept = new Set(wanted.map(({ to }) => to));
      for (const spec of configured) {
        const to = spec.split(":")[1] ?? "";
        if (!to.endsWith("*")) continue;
        for (const { name } of refs.list(to.slice(0, -1))) {
          if (kept.has(name) || name.endsWith("/HEAD")) continue;
          if (!request.dryRun) refs.delete(name);
          if (request.onlyPrune)
            git.say(`${lines.length === 0 ? `Pruning ${request.remote}\nURL: ${url}\n` : ""} * [pruned] ${shortTarget(name)}\n`);
          lines.push({ mark: "-", summary: "[deleted]", from: "(none)", to: shortTarget(name), note: "" });
        }
      }
      if (request.onlyPrune) return 0;
    }
    const action = `fetch${request.refspecs.length > 0 || request.remote !== "origin" ? ` ${[request.remote, ...request.refspecs].join(" ")}` : ""}`;
    for (const { from, to, force } of wanted) {
      const shortFrom = from.name.replace(/^refs\/(heads|tags|remotes)\//, "");
      if (to === undefined) {
        lines.push({
          mark: "*",
          summary: from.name === "HEAD" ? "branch" : from.name.startsWith("refs/tags/") ? "tag" : "branch",
          from: shortFrom,
          to: "FETCH_HEAD",
          note: "",
        });
        continue;
      }
      const before = refs.resolve(to);
      if (before === from.oid) {
        if (request.verbose) lines.push({ mark: "=", summary: "[up to date]", from: shortFrom, to: shortTarget(to), note: "" });
        continue;
      }
      const isTag = to.startsWith("refs/tags/");
      const update = (note: string) => {
        if (!request.dryRun) updateRef(git, to, from.oid, `${action}: ${note}`);
      };
      if (before === undefined) {
        lines.push({
          mark: "*",
          summary: isTag ? "[new tag]" : from.name.startsWith("refs/heads/") ? "[new branch]" : "[new ref]",
          from: shortFrom,
          to: shortTarget(to),
          note: "",
        });
        update(isTag ? "storing tag" : from.name.startsWith("refs/heads/") ? "storing head" : "storing ref");
      } else if (isTag && !force && !request.force) {
        lines.push({ mark: "!", summary: "[rejected]", from: shortFrom, to: shortTarget(to), note: "  (would clobber existing tag)" });
        failed = true;
      } else if (to.startsWith("refs/heads/") && refs.head === to && !repository.isBare) {
        throw new Fatal(`refusing to fetch into branch '${to}' checked out at '${repository.workTree}'`);
      } else if (isAncestor(store, before, from.oid)) {
        lines.push({
          mark: " ",
          summary: `${repository.short(before)}..${repository.short(from.oid)}`,
          from: shortFrom,
          to: shortTarget(to),
          note: "",
        });
        update("fast-forward");
      } else if (force || request.force) {
        lines.push({
          mark: "+",
          summary: `${repository.short(before)}...${repository.short(from.oid)}`,
          from: shortFrom,
          to: shortTarget(to),
          note: "  (forced update)",
        });
        update("forced-update");
      } else {
        lines.push({ mark: "!", summary: "[rejected]", from: shortFrom, to: shortTarget(to), note: "  (non-fast-forward)" });
        failed = true;
      }
    }
    writeFetchHead(git, request, wanted, url, asked.length > 0);
    if (lines.length > 0 && !request.quiet) {
      const width = Math.max(10, ...lines.map(({ from }) => from.length));
      git.warn(
        `From ${shownUrl(url)}\n${lines.map(({ mark, summary, from, to, note }) => ` ${mark} ${summary.padEnd(17)} ${from.padEnd(width)} -> ${to}${note}\n`).join("")}`,
      );
    }
    return failed ? 1 : 0;
  } finally {
    await connection.close();
  }
}

async function fetchPackWithTags(
  git: Git,
  connection: Awaited<ReturnType<typeof connect>>,
  names: readonly string[],
  tags: readonly RemoteRef[],
  request: FetchRequest,
): Promise<void> {
  const { repository } = git;
  const wants = [...names];
  if (request.tags === undefined) {
    // Tags of commits that are on the way are asked for as well; others are left where they are.
    const peeled = connection.refs.filter(({ name }) => name.endsWith("^{}"));
    const offered = new Set(names);
    for (const tag of tags) {
      const target = peeled.find(({ name }) => name === `${tag.name}^{}`)?.oid ?? tag.oid;
      if (!repository.store.has(tag.oid) && (offered.has(target) || repository.store.has(target) || names.length > 0)) wants.push(tag.oid);
    }
  }
  await fetchPack(git, repository, connection, wants, { quiet: request.quiet, depth: request.depth });
}

/** What pull merges: .git/FETCH_HEAD. */
function writeFetchHead(
  git: Git,
  request: FetchRequest,
  wanted: readonly { from: RemoteRef; to: string | undefined }[],
  url: string,
  named: boolean,
): void {
  const { repository } = git;
  const branch = repository.branch;
  const merge =
    branch !== undefined && repository.config.get(`branch.${branch}.remote`) === request.remote
      ? repository.config.get(`branch.${branch}.merge`)
      : undefined;
  const seen = new Set<string>();
  const lines: string[] = [];
  for (const { from, to } of wanted) {
    if (seen.has(from.name) || (from.name.startsWith("refs/tags/") && to !== undefined && !named)) continue;
    seen.add(from.name);
    const kind = from.name.startsWith("refs/heads/")
      ? `branch '${from.name.slice(11)}' of `
      : from.name.startsWith("refs/tags/")
        ? `tag '${from.name.slice(10)}' of `
        : "";
    const forMerge = named ? true : merge === undefined ? from.name === "HEAD" : from.name === merge;
    lines.push(`${from.oid}\t${forMerge ? "" : "not-for-merge"}\t${kind}${shownUrl(url)}\n`);
  }
  lines.sort((a, b) => Number(a.includes("\tnot-for-merge\t")) - Number(b.includes("\tnot-for-merge\t")));
  if (!request.dryRun) repository.writeGitFile("FETCH_HEAD", lines.join(""));
}

export function defaultRemote(git: Git): string {
  const { repository } = git;
  const set = repository.branch === undefined ? undefined : repository.config.get(`branch.${repository.branch}.remote`);
  if (set !== undefined) return set;
  const names = repository.config.subsections("remote");
  return names.length === 1 ? (names[0] ?? "origin") : "origin";
}

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  const { repository } = git;
  const [given, ...refspecs] = options.everything;
  const depth = options.get("depth");
  const common = {
    quiet: options.has("quiet"),
    verbose: options.has("verbose"),
    prune: options.flag("prune") ?? repository.config.bool("fetch.prune") ?? false,
    tags: options.has("n") ? false : options.flag("tags"),
    force: options.has("force"),
    dryRun: options.has("dry-run"),
    depth: options.has("unshallow") ? 2 ** 31 - 1 : depth === undefined ? undefined : Number(depth),
  };
  if (options.has("all") || options.has("multiple")) {
    let status = 0;
    for (const name of options.has("all") ? repository.config.subsections("remote") : options.everything) {
      if (!common.quiet && repository.config.subsections("remote").length > 1) git.say(`Fetching ${name}\n`);
      status = Math.max(status, await fetchRemote(git, { remote: name, refspecs: [], ...common }));
    }
    return status;
  }
  // Without any remote there is nothing to fetch, and git says nothing.
  if (given === undefined && repository.config.get(`remote.${defaultRemote(git)}.url`) === undefined && defaultRemote(git) === "origin")
    return 0;
  const remote =
    given ??
    (repository.branch !== undefined && repository.config.get(`branch.${repository.branch}.remote`) === "." ? "." : defaultRemote(git));
  return fetchRemote(git, {
    remote,
    refspecs: refspecs
      .map((spec, i) => (refspecs[i - 1] === "tag" ? `refs/tags/${spec}:refs/tags/${spec}` : spec))
      .filter((spec) => spec !== "tag"),
    ...common,
  });
}

export const fetch: Command = { name: "fetch", summary: "Download objects and refs from another repository", run };
