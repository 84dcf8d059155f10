/** Which repository a command works on: git(1), GIT_DIR and --work-tree, and the way up from the working directory. */
import type { Files } from "../../../kernel/types.ts";
import { codeOf } from "../../core/errors.ts";
import { Fatal } from "../errors.ts";
import { Config } from "./config.ts";

export interface Place {
  /** Absolute. */
  readonly gitDir: string;
  /** Where refs and objects lie: another one for a linked worktree. */
  readonly commonDir: string;
  readonly workTree: string | undefined;
  /** How messages name the repository's own configuration. */
  readonly configLabel: string;
}

function isGitDir(files: Files, path: string): boolean {
  try {
    if (!files.exists(`${path}/HEAD`)) return false;
    if (files.exists(`${path}/commondir`)) return true;
    return files.stat(`${path}/objects`).kind === "directory" && files.stat(`${path}/refs`).kind === "directory";
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return false;
  }
}

/** The folder that a `.git` file names. Throws Fatal. */
function gitFile(files: Files, path: string): string {
  const target = /^gitdir: (.*)$/m.exec(files.readText(path))?.[1];
  if (target === undefined) throw new Fatal(`invalid gitfile format: ${path}`);
  const absolute = target.startsWith("/") ? target : `${path.slice(0, path.lastIndexOf("/"))}/${target}`;
  if (!isGitDir(files, absolute)) throw new Fatal(`not a git repository: ${target}`);
  return files.absolute(absolute);
}

function commonDir(files: Files, gitDir: string): string {
  const path = `${gitDir}/commondir`;
  if (!files.exists(path)) return gitDir;
  const text = files.readText(path).trim();
  return files.absolute(text.startsWith("/") ? text : `${gitDir}/${text}`);
}

/** CVE-2022-24765: a repository of somebody else's is not used unless its owner is trusted (safe.directory). */
function checkOwner(
  files: Files,
  uid: number,
  env: Readonly<Record<string, string>>,
  given: readonly string[],
  paths: readonly string[],
): void {
  const trusted = uid === 0 && env.SUDO_UID !== undefined ? [0, Number(env.SUDO_UID)] : [uid];
  if (paths.every((path) => trusted.includes(files.lstat(path).uid))) return;
  const shown = paths[0] ?? "";
  // Only settings of the user and the system count; those of the repository itself can't vouch for it.
  const safe = new Config({ files, env, given }).all("safe.directory");
  let allowed = false;
  for (const entry of safe) {
    const path = entry.startsWith("~/") ? `${env.HOME ?? ""}${entry.slice(1)}` : entry;
    if (entry === "") allowed = false;
    else if (entry === "*" || path === shown) allowed = true;
  }
  if (!allowed)
    throw new Fatal(
      `detected dubious ownership in repository at '${shown}'\nTo add an exception for this directory, call:\n\n\tgit config --global --add safe.directory ${shown}`,
    );
}

export interface Asker {
  readonly files: Files;
  readonly uid: number;
  readonly env: Readonly<Record<string, string>>;
  readonly given: readonly string[];
}

/** Undefined when there is none. Throws Fatal for one that may not be used. */
export function discover({ files, uid, env, given }: Asker): Place | undefined {
  const asked = env.GIT_DIR;
  if (asked !== undefined && asked !== "") {
    let path = files.absolute(asked);
    if (files.exists(path) && files.stat(path).kind !== "directory") path = gitFile(files, path);
    if (!isGitDir(files, path)) throw new Fatal(`not a git repository: '${asked}'`);
    const tree = env.GIT_WORK_TREE ?? (isBare(files, env, given, path) ? undefined : ".");
    return place(files, path, tree === undefined ? undefined : files.absolute(tree), asked);
  }
  const cwd = (() => {
    try {
      return files.realpath(".");
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      throw new Fatal("Unable to read current working directory: No such file or directory");
    }
  })();
  for (let folder = cwd; ; folder = folder.slice(0, Math.max(1, folder.lastIndexOf("/")))) {
    const dotGit = `${folder === "/" ? "" : folder}/.git`;
    const kind = kindOf(files, dotGit);
    const gitDir =
      kind === "directory" ? (isGitDir(files, dotGit) ? dotGit : undefined) : kind === "file" ? gitFile(files, dotGit) : undefined;
    if (gitDir !== undefined) {
      checkOwner(files, uid, env, given, kind === "file" ? [folder, dotGit, gitDir] : [folder, dotGit]);
      const tree = env.GIT_WORK_TREE ?? workTreeOf(files, env, given, gitDir, folder);
      return place(files, gitDir, files.absolute(tree), folder === cwd && kind === "directory" ? ".git" : gitDir);
    }
    if (isGitDir(files, folder)) {
      checkOwner(files, uid, env, given, [folder]);
      const inside = folder.endsWith("/.git") && !isBare(files, env, given, folder);
      const tree = env.GIT_WORK_TREE ?? (inside ? folder.slice(0, -5) : undefined);
      return place(files, folder, tree === undefined ? undefined : files.absolute(tree), folder === cwd ? "" : folder);
    }
    if (folder === "/") return undefined;
  }
}

function kindOf(files: Files, path: string): string | undefined {
  try {
    return files.stat(path).kind;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}

function settings(files: Files, env: Readonly<Record<string, string>>, given: readonly string[], gitDir: string): Config {
  const localLabel = gitDir === `${files.realpath(".")}/.git` ? ".git/config" : undefined;
  return new Config({
    files,
    env,
    given,
    gitDir,
    commonDir: commonDir(files, gitDir),
    ...(localLabel === undefined ? {} : { localLabel }),
  });
}

function isBare(files: Files, env: Readonly<Record<string, string>>, given: readonly string[], gitDir: string): boolean {
  return settings(files, env, given, gitDir).bool("core.bare") ?? false;
}

function workTreeOf(files: Files, env: Readonly<Record<string, string>>, given: readonly string[], gitDir: string, folder: string): string {
  const set = settings(files, env, given, gitDir).get("core.worktree");
  if (set === undefined) return folder;
  return set.startsWith("/") ? set : `${gitDir}/${set}`;
}

function place(files: Files, gitDir: string, workTree: string | undefined, label: string): Place {
  const common = commonDir(files, gitDir);
  const configLabel = common !== gitDir ? `${common}/config` : label === "" ? "config" : `${label}/config`;
  return { gitDir, commonDir: common, workTree, configLabel };
}
