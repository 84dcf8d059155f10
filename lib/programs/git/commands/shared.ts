/** What many commands do: move branches with a line in their log, run hooks, open the editor. */
import { createPipe } from "../../../kernel/pipe.ts";
import { O, type OpenFile } from "../../../kernel/types.ts";
import { encode } from "../../core/io.ts";
import type { Git } from "../context.ts";
import { Fatal, Quit } from "../errors.ts";
import { subjectOf } from "../history/pretty.ts";
import type { Commit } from "../objects/object.ts";
import type { Repository } from "../repository/repository.ts";

/** Whether changes of this name are logged (core.logAllRefUpdates). */
function isLogged(repository: Repository, name: string): boolean {
  if (repository.refs.hasLog(name)) return true;
  const set = repository.config.get("core.logAllRefUpdates");
  if (set === "always") return true;
  if (set === undefined ? repository.isBare : /^(false|no|off|0)$/i.test(set)) return false;
  return /^(HEAD$|refs\/(heads|remotes|notes)\/)/.test(name);
}

/** Sets a branch or tag, with lines in its log and, when HEAD stands on it, in HEAD's. */
export function updateRef(git: Git, name: string, oid: string, message: string, repository = git.repository): void {
  const { refs } = repository;
  const before = refs.resolve(name);
  const onHead = name !== "HEAD" && refs.head === name;
  const person = git.committer(false);
  refs.write(name, oid);
  if (isLogged(repository, name)) refs.appendLog(name, before, oid, person, message);
  if (onHead && isLogged(repository, "HEAD")) refs.appendLog("HEAD", before, oid, person, message);
}

/** Moves the current branch, or HEAD itself when detached. */
export function moveHead(git: Git, oid: string, message: string): void {
  updateRef(git, git.repository.refs.head ?? "HEAD", oid, message);
}

/** Puts HEAD on a branch or on a commit, with a line in its log. */
export function switchHead(git: Git, to: { branch: string } | { oid: string }, message: string): void {
  const { repository } = git;
  const { refs } = repository;
  const before = repository.headOid;
  if ("branch" in to) refs.setSymbolic("HEAD", `refs/heads/${to.branch}`);
  else refs.write("HEAD", to.oid);
  const after = repository.headOid;
  if (after !== undefined && isLogged(repository, "HEAD")) refs.appendLog("HEAD", before, after, git.committer(false), message);
}

/** `1a2b3c4 Subject` */
export function oneLine(repository: Repository, commit: Commit): string {
  return `${repository.short(commit.oid)} ${subjectOf(commit.message)}`;
}

/** `HEAD is now at 1a2b3c4 Subject` */
export function sayHeadIs(git: Git, words = "HEAD is now at"): void {
  const { repository } = git;
  const head = repository.headOid;
  if (head !== undefined) git.say(`${words} ${oneLine(repository, repository.store.commit(head))}\n`);
}

/** Where hooks lie (core.hooksPath). */
export function hookPath(repository: Repository, name: string): string {
  const set = repository.config.get("core.hooksPath")?.replace(/^~(?=\/)/, "~");
  if (set === undefined) return `${repository.commonDir}/hooks/${name}`;
  return set.startsWith("/") ? `${set}/${name}` : `${repository.workTree ?? repository.gitDir}/${set}/${name}`;
}

export interface HookOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Where its output goes; standard error unless said otherwise. */
  readonly output?: OpenFile;
  readonly repository?: Repository;
}

/** Runs a hook where there is one. Undefined: there is none; else its status (githooks(5)). */
export async function runHook(git: Git, name: string, args: readonly string[], options: HookOptions = {}): Promise<number | undefined> {
  const repository = options.repository ?? git.repository;
  const { files } = git;
  const path = hookPath(repository, name);
  if (!files.exists(path)) return undefined;
  if (!files.access(path, 1)) {
    if (repository.config.bool("advice.ignoredHook") !== false)
      git.warn(
        `hint: The '${shown(git, path)}' hook was ignored because it's not set as executable.\nhint: You can disable this warning with \`git config advice.ignoredHook false\`.\n`,
      );
    return undefined;
  }
  await git.flush();
  const input = createPipe();
  const output = options.output ?? git.self.fds.get(2);
  const fds = new Map<number, OpenFile>([[0, input.reader]]);
  if (output) {
    // What a hook says goes to standard error, except for pre-push's.
    fds.set(1, (name === "pre-push" ? git.self.fds.get(1) : undefined) ?? output);
    fds.set(2, output);
  }
  const env: Record<string, string> = { ...git.env, ...options.env };
  const inServer = /^(pre-receive|update|post-receive|post-update)$/.test(name);
  if (repository.isBare || inServer) env.GIT_DIR = options.env?.GIT_DIR ?? (inServer ? "." : repository.gitDir);
  else if (repository.gitDir.endsWith("/.git") && repository.prefix !== "") env.GIT_PREFIX = repository.prefix;
  let child: { pid: number };
  try {
    child = git.self.spawn({
      argv: [path, ...args],
      path,
      env,
      cwd: inServer ? repository.gitDir : (repository.workTree ?? repository.gitDir),
      fds,
    });
  } catch (error) {
    for (const file of [input.reader, input.writer]) file.release();
    const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
    if (code === undefined) throw error;
    git.warn(
      code === "ENOEXEC"
        ? `fatal: cannot exec '${shown(git, path)}': Exec format error\n`
        : `fatal: cannot exec '${shown(git, path)}': No such file or directory\n`,
    );
    return 128;
  }
  input.reader.release();
  try {
    if (options.input !== undefined) await input.writer.write(encode(options.input), git.self.ended);
  } catch (error) {
    // The hook need not read its input.
    if (!(error instanceof Error && "code" in error && error.code === "EPIPE")) throw error;
  }
  input.writer.release();
  return (await git.self.wait(child.pid))?.status ?? 1;
}

/** The path as git names it: from the working tree's root where it lies in it. */
function shown(git: Git, path: string): string {
  const root = git.repository.workTree ?? git.repository.gitDir;
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}

/** The editor's command: git-var(1), GIT_EDITOR. Throws Quit where the terminal can show none. */
export function editorCommand(git: Git): string {
  const { env } = git;
  const set = env.GIT_EDITOR ?? git.config.get("core.editor");
  if (set !== undefined) return set;
  const dumb = env.TERM === undefined || env.TERM === "dumb";
  if (env.VISUAL !== undefined && !dumb) return env.VISUAL;
  if (env.EDITOR !== undefined) return env.EDITOR;
  if (dumb) throw new Quit("error: Terminal is dumb, but EDITOR unset\n", 1);
  return "editor";
}

/** Lets the user edit a file; its text afterwards. Throws Quit when the editor failed. */
export async function edit(git: Git, path: string): Promise<string> {
  const command = editorCommand(git);
  if (command !== ":") {
    await git.flush();
    const waiting = git.self.fds.get(2)?.tty !== undefined && git.config.bool("advice.waitingForEditor") !== false;
    if (waiting) await git.self.error("hint: Waiting for your editor to close the file... ");
    const status = await git.run(["sh", "-c", `${command} "$@"`, command, path], { path: "/bin/sh" });
    if (waiting) await git.self.error("\r\x1b[K");
    if (status !== 0) throw new Quit(`error: There was a problem with the editor '${command}'.\n`, 1);
  }
  return git.files.exists(path) ? git.files.readText(path) : "";
}

/** Comments and needless blank lines out: git-stripspace(1). */
export function cleanMessage(text: string, options: { comments: boolean; char?: string }): string {
  const char = options.char ?? "#";
  const scissors = text.indexOf(`${char} ------------------------ >8 ------------------------\n`);
  const body = options.comments && scissors >= 0 ? text.slice(0, scissors) : text;
  const lines = body.split("\n").map((line) => line.trimEnd());
  const kept = options.comments ? lines.filter((line) => !line.startsWith(char)) : lines;
  const out: string[] = [];
  for (const line of kept) if (line !== "" || (out.length > 0 && out.at(-1) !== "")) out.push(line);
  while (out.at(-1) === "") out.pop();
  return out.length === 0 ? "" : `${out.join("\n")}\n`;
}

/** A file, or "-" for standard input. */
export async function readInput(git: Git, name: string): Promise<string> {
  if (name === "-") return new TextDecoder().decode(await git.self.readAll(0));
  if (!git.files.exists(name)) throw new Fatal(`could not read log file '${name}': No such file or directory`);
  return git.files.readText(name);
}

/** An object that opens /dev/null for reading. */
export function nothing(git: Git): OpenFile {
  return git.files.open("/dev/null", O.RDWR);
}

/** What is under way in the repository: a merge, a rebase… */
export function underWay(repository: Repository): "merge" | "rebase" | "cherry-pick" | "revert" | "bisect" | undefined {
  const has = (name: string) => repository.files.exists(repository.gitPath(name));
  if (has("rebase-merge")) return "rebase";
  if (has("MERGE_HEAD")) return "merge";
  if (has("CHERRY_PICK_HEAD")) return "cherry-pick";
  if (has("REVERT_HEAD")) return "revert";
  return undefined;
}
