/** git-status(1). */
import type { Git } from "../context.ts";
import { pathOf } from "../diff/pairs.ts";
import { paint } from "../diff/patch.ts";
import { quotePath } from "../diff/quote.ts";
import { Fatal } from "../errors.ts";
import { Revisions } from "../history/revisions.ts";
import { aheadBehind } from "../history/walk.ts";
import { type Grammar, parseOptions } from "../options.ts";
import { Pathspec } from "../repository/pathspec.ts";
import { type WorkStatus, workStatus } from "../repository/status.ts";
import type { UntrackedMode } from "../repository/work-tree.ts";
import type { Command } from "./command.ts";
import { longStatus, relativePath } from "./status-text.ts";

const GRAMMAR: Grammar = {
  name: "status",
  usage: ["git status [<options>] [--] <pathspec>..."],
  options: [
    "-v, --verbose",
    "-s, --short",
    "-b, --branch",
    "--show-stash",
    "--ahead-behind",
    "--porcelain[=]",
    "--long",
    "-z, --null",
    "-u, --untracked-files[=]",
    "--ignored[=]",
    "--ignore-submodules[=]",
    "--no-renames",
    "--find-renames[=]",
  ],
  unmodeled: ["--column"],
};

const UNMERGED: Readonly<Record<number, string>> = { 1: "DD", 2: "AU", 3: "UD", 4: "UA", 5: "DU", 6: "AA", 7: "UU" };

export interface ShortStyle {
  readonly color: boolean;
  readonly branch: boolean;
  readonly zero: boolean;
  /** Paths from the working directory instead of the root. */
  readonly relative: boolean;
  readonly showIgnored: boolean;
}

/** `## main...origin/main [ahead 1]` */
function branchLine(git: Git, color: boolean): string {
  const { repository } = git;
  const { branch } = repository;
  const green = (text: string) => paint(color, "32", text);
  const red = (text: string) => paint(color, "31", text);
  if (branch === undefined) return `## ${red("HEAD (no branch)")}`;
  const initial = repository.headOid === undefined ? "No commits yet on " : "";
  const full = git.revisions.upstream(branch);
  if (full === undefined) return `## ${initial}${green(branch)}`;
  const theirs = repository.refs.resolve(full);
  const line = `## ${initial}${green(branch)}...${red(Revisions.shortName(full))}`;
  if (theirs === undefined) return `${line} [gone]`;
  const ours = repository.refs.resolve(`refs/heads/${branch}`);
  if (ours === undefined) return line;
  const { ahead, behind } = aheadBehind(repository.store, ours, theirs);
  const parts = [ahead > 0 ? `ahead ${green(String(ahead))}` : "", behind > 0 ? `behind ${red(String(behind))}` : ""].filter(
    (part) => part !== "",
  );
  return parts.length === 0 ? line : `${line} [${parts.join(", ")}]`;
}

/** -s and --porcelain. */
export function shortStatus(git: Git, status: WorkStatus, style: ShortStyle): string {
  const { repository } = git;
  const end = style.zero ? "\0" : "\n";
  const show = (path: string) => {
    if (style.zero) return path;
    const quoted = quotePath(style.relative ? relativePath(repository, path) : path);
    return quoted.includes(" ") && !quoted.startsWith('"') ? `"${quoted}"` : quoted;
  };
  const rows = new Map<string, { x: string; y: string; from?: string | undefined }>();
  for (const pair of status.staged)
    rows.set(pathOf(pair), { x: pair.status, y: " ", from: pair.status === "R" || pair.status === "C" ? pair.old?.path : undefined });
  for (const pair of status.unstaged) {
    const known = rows.get(pathOf(pair));
    const added = pair.old === undefined ? "A" : pair.status;
    rows.set(pathOf(pair), { x: known?.x ?? " ", y: added, from: known?.from });
  }
  for (const [path, kind] of status.unmerged) rows.set(path, { x: UNMERGED[kind]?.[0] ?? "U", y: UNMERGED[kind]?.[1] ?? "U" });
  let out = style.branch ? branchLine(git, style.color) + end : "";
  for (const path of [...rows.keys()].sort((a, b) => (a < b ? -1 : 1))) {
    const { x, y, from } = rows.get(path) ?? { x: " ", y: " " };
    const conflict = status.unmerged.has(path);
    const left = x === " " ? " " : paint(style.color, conflict ? "31" : "32", x);
    const right = y === " " ? " " : paint(style.color, "31", y);
    if (style.zero) out += `${left}${right} ${path}\0${from === undefined ? "" : `${from}\0`}`;
    else out += `${left}${right} ${from === undefined ? "" : `${show(from)} -> `}${show(path)}\n`;
  }
  for (const path of status.untracked) out += `${paint(style.color, "31", "??")} ${show(path)}${end}`;
  if (style.showIgnored) for (const path of status.ignored) out += `${paint(style.color, "31", "!!")} ${show(path)}${end}`;
  return out;
}

/** --porcelain=v2. */
function porcelain2(git: Git, status: WorkStatus, branch: boolean, showIgnored: boolean): string {
  const { repository } = git;
  let out = "";
  if (branch) {
    out += `# branch.oid ${repository.headOid ?? "(initial)"}\n# branch.head ${repository.branch ?? "(detached)"}\n`;
    const full = repository.branch === undefined ? undefined : git.revisions.upstream(repository.branch);
    if (full !== undefined) {
      out += `# branch.upstream ${Revisions.shortName(full)}\n`;
      const theirs = repository.refs.resolve(full);
      if (theirs !== undefined && repository.headOid !== undefined) {
        const { ahead, behind } = aheadBehind(repository.store, repository.headOid, theirs);
        out += `# branch.ab +${ahead} -${behind}\n`;
      }
    }
  }
  const head = repository.flatten(repository.headTree);
  const octal = (mode: number | undefined) => (mode ?? 0).toString(8).padStart(6, "0");
  const zero = "0".repeat(40);
  const rows = new Map<string, { staged?: WorkStatus["staged"][number]; unstaged?: WorkStatus["staged"][number] }>();
  for (const pair of status.staged) rows.set(pathOf(pair), { staged: pair });
  for (const pair of status.unstaged) rows.set(pathOf(pair), { ...rows.get(pathOf(pair)), unstaged: pair });
  for (const path of [...rows.keys()].sort()) {
    const { staged, unstaged } = rows.get(path) ?? {};
    const index = repository.index.get(path);
    const from = staged?.status === "R" || staged?.status === "C" ? staged.old?.path : undefined;
    const before = head.get(from ?? path);
    const work = unstaged ? (unstaged.new?.mode ?? 0) : (index?.mode ?? 0);
    const xy = `${staged?.status ?? "."}${unstaged?.status ?? "."}`;
    const modes = `${octal(before?.mode)} ${octal(index?.mode)} ${octal(work)} ${before?.oid ?? zero} ${index?.oid ?? zero}`;
    out +=
      from === undefined
        ? `1 ${xy} N... ${modes} ${quotePath(path)}\n`
        : `2 ${xy} N... ${modes} ${staged?.status}${staged?.score} ${quotePath(path)}\t${quotePath(from)}\n`;
  }
  for (const [path, kind] of status.unmerged) {
    const stages = [1, 2, 3].map((stage) => repository.index.get(path, stage));
    const work = stages[1]?.mode ?? stages[2]?.mode ?? 0;
    out += `u ${UNMERGED[kind]} N... ${stages.map((entry) => octal(entry?.mode)).join(" ")} ${octal(work)} ${stages.map((entry) => entry?.oid ?? zero).join(" ")} ${quotePath(path)}\n`;
  }
  for (const path of status.untracked) out += `? ${quotePath(path)}\n`;
  if (showIgnored) for (const path of status.ignored) out += `! ${quotePath(path)}\n`;
  return out;
}

export function untrackedMode(text: string | undefined): UntrackedMode {
  if (text === undefined || text === "all") return "all";
  if (text === "no" || text === "normal") return text;
  throw new Fatal(`Invalid untracked files mode '${text}'`);
}

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  const repository = git.withWorkTree;
  const set = repository.config.get("status.showUntrackedFiles");
  const mode = options.has("untracked-files")
    ? untrackedMode(options.get("untracked-files"))
    : options.flag("untracked-files") === false
      ? "no"
      : set === undefined
        ? "normal"
        : untrackedMode(set);
  const pathspec = new Pathspec(repository, options.everything);
  const showIgnored = options.has("ignored") && options.get("ignored") !== "no";
  const status = workStatus(git, repository, { untracked: mode, pathspec, renames: options.flag("no-renames") !== true });
  // Files that were found unchanged are remembered, where the index may be written.
  if (
    repository.files.access(repository.gitDir, 2) &&
    repository.index.entries.length > 0 &&
    !repository.files.exists(repository.gitPath("index.lock"))
  )
    repository.writeIndex();
  const kind = options.last("short", "porcelain", "long") ?? (options.has("null") ? "porcelain" : undefined);
  const version = options.get("porcelain");
  if (kind === "porcelain" && version !== undefined && !/^(v?1|v?2)$/.test(version))
    throw new Fatal(`unsupported porcelain version '${version}'`);
  if (kind === "porcelain" && (version === "v2" || version === "2")) {
    git.say(porcelain2(git, status, options.has("branch"), showIgnored));
    return 0;
  }
  const short = kind === "short" || kind === "porcelain" || (kind === undefined && repository.config.bool("status.short"));
  if (short) {
    const plain = kind === "porcelain";
    const branch = options.flag("branch") ?? (!plain && (repository.config.bool("status.branch") ?? false));
    git.say(
      shortStatus(git, status, {
        color: !plain && git.color("status"),
        branch,
        zero: options.has("null"),
        relative: !plain && repository.config.bool("status.relativePaths") !== false,
        showIgnored,
      }),
    );
    return 0;
  }
  git.say(
    longStatus(git, status, {
      hints: repository.config.bool("advice.statusHints") !== false,
      color: git.color("status"),
      untracked: mode,
      showIgnored,
    }),
  );
  return 0;
}

export const status: Command = { name: "status", summary: "Show the working tree status", run };
