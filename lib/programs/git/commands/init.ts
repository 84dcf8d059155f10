/** git-init(1). */
import type { Files } from "../../../kernel/types.ts";
import { codeOf, reason } from "../../core/errors.ts";
import type { Git } from "../context.ts";
import { Fatal, Quit } from "../errors.ts";
import { type Grammar, parseOptions } from "../options.ts";
import { Config } from "../repository/config.ts";
import { ConfigFile } from "../repository/config-file.ts";
import { isValidRefName } from "../repository/refs.ts";
import type { Command } from "./command.ts";

const GRAMMAR: Grammar = {
  name: "init",
  usage: [
    "git init [-q | --quiet] [--bare] [--template=<template-directory>]",
    "         [--separate-git-dir <git-dir>] [--object-format=<format>]",
    "         [-b <branch-name> | --initial-branch=<branch-name>]",
    "         [--shared[=<permissions>]] [<directory>]",
  ],
  options: ["--bare", "-q, --quiet", "-b, --initial-branch=", "--shared[=]", "--template=", "--object-format="],
  unmodeled: ["--separate-git-dir"],
};

const HINT = `hint: Using 'master' as the name for the initial branch. This default branch name
hint: is subject to change. To configure the initial branch name to use in all
hint: of your new repositories, which will suppress this warning, call:
hint: 
hint: \tgit config --global init.defaultBranch <name>
hint: 
hint: Names commonly chosen instead of 'master' are 'main', 'trunk' and
hint: 'development'. The just-created branch can be renamed via this command:
hint: 
hint: \tgit branch -m <name>
`;

const EXCLUDE = `# git ls-files --others --exclude-from=.git/info/exclude
# Lines that start with '#' are comments.
# For a project mostly in C, the following would be a good set of
# exclude patterns (uncomment them if you want to use them):
# *.[oa]
# *~
`;

const DESCRIPTION = "Unnamed repository; edit this file 'description' to name the repository.\n";

export interface NewRepository {
  readonly bare: boolean;
  readonly branch: string;
  readonly shared?: string | undefined;
}

/** Lays out a repository; what is there already stays (gitrepository-layout(5)). */
export function createRepository(files: Files, gitDir: string, { bare, branch, shared }: NewRepository): void {
  for (const folder of ["", "branches", "hooks", "info", "objects/info", "objects/pack", "refs/heads", "refs/tags"])
    files.mkdir(folder === "" ? gitDir : `${gitDir}/${folder}`, { recursive: true });
  const put = (name: string, text: string) => {
    if (!files.exists(`${gitDir}/${name}`)) files.writeFile(`${gitDir}/${name}`, text);
  };
  put("HEAD", `ref: refs/heads/${branch}\n`);
  put("description", DESCRIPTION);
  put("info/exclude", EXCLUDE);
  if (!files.exists(`${gitDir}/config`)) {
    const config = new ConfigFile("", "config");
    config.set("core.repositoryformatversion", "0");
    config.set("core.filemode", "true");
    config.set("core.bare", String(bare));
    if (!bare) config.set("core.logallrefupdates", "true");
    if (shared !== undefined) {
      config.set("core.sharedrepository", shared === "" || shared === "group" || shared === "true" ? "1" : shared === "all" ? "2" : shared);
      config.set("receive.denyNonFastforwards", "true", { spelled: "receive.denyNonFastforwards" });
    }
    files.writeFile(`${gitDir}/config`, config.text);
  }
}

export function defaultBranch(git: Git, config: Config): { name: string; hint: boolean } {
  const set = git.env.GIT_TEST_DEFAULT_INITIAL_BRANCH_NAME ?? config.get("init.defaultBranch");
  if (set === undefined) return { name: "master", hint: config.bool("advice.defaultBranchName") !== false };
  if (!isValidRefName(`refs/heads/${set}`)) throw new Fatal(`invalid branch name: init.defaultBranch = ${set}`);
  return { name: set, hint: false };
}

/** Makes a folder and those above it; git's words when that is not possible. */
export function makeFolder(git: Git, path: string): void {
  try {
    git.files.mkdir(path, { recursive: true });
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    throw new Fatal(`cannot mkdir ${path}: ${reason(error)}`);
  }
}

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  const [folder, more] = options.everything;
  if (more !== undefined) throw new Quit(`usage: ${GRAMMAR.usage.join("\n   or: ")}\n`, 129);
  if (folder !== undefined) {
    if (!git.files.exists(folder)) makeFolder(git, folder);
    try {
      git.files.chdir(folder);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      throw new Fatal(codeOf(error) === "ENOTDIR" ? `cannot mkdir ${folder}: File exists` : `cannot chdir to ${folder}: ${reason(error)}`);
    }
  }
  const bare = options.has("bare");
  const base = git.files.realpath(".");
  const gitDir = git.env.GIT_DIR !== undefined ? git.files.absolute(git.env.GIT_DIR) : bare ? base : `${base === "/" ? "" : base}/.git`;
  const again = git.files.exists(`${gitDir}/HEAD`);
  const config = new Config({ files: git.files, env: git.env, given: git.given });
  const asked = options.get("initial-branch");
  if (asked !== undefined && !isValidRefName(`refs/heads/${asked}`)) throw new Fatal(`invalid initial branch name: '${asked}'`);
  const branch = asked ?? (again ? "master" : defaultBranch(git, config));
  const name = typeof branch === "string" ? branch : branch.name;
  if (typeof branch !== "string" && branch.hint && !options.has("quiet")) git.warn(HINT);
  if (again && asked !== undefined) git.warn(`warning: re-init: ignored --initial-branch=${asked}\n`);
  const shared = options.has("shared") ? (options.get("shared") ?? "group") : undefined;
  try {
    createRepository(git.files, gitDir, { bare, branch: name, shared });
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    throw new Fatal(`${git.files.exists(gitDir) ? `cannot mkdir ${gitDir}/branches` : gitDir}: ${reason(error)}`, 1);
  }
  if (!options.has("quiet"))
    git.say(
      `${again ? "Reinitialized existing" : "Initialized empty"}${shared !== undefined ? " shared" : ""} Git repository in ${gitDir}/\n`,
    );
  return 0;
}

export const init: Command = { name: "init", summary: "Create an empty Git repository or reinitialize an existing one", run };
