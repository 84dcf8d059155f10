/** git(1): what stands before the command's name, aliases, and the commands. */
import type { Process } from "../../kernel/types.ts";
import { codeOf, reason } from "../core/errors.ts";
import { commands, NOT_HERE } from "./commands/table.ts";
import { Git } from "./context.ts";
import { Fatal, notModeled, Quit } from "./errors.ts";
import { helpText, USAGE } from "./help.ts";
import { MissingObject } from "./objects/store.ts";
import { suggestions } from "./suggest.ts";
import { splitWords } from "./words.ts";

const VERSION = "git version 2.39.5\n";

interface Front {
  readonly given: string[];
  readonly rest: readonly string[];
  pager: boolean | undefined;
  action: "version" | "help" | "exec-path" | undefined;
}

/** Options before the command. Those about places go into the environment, as git has it, so that hooks and aliases see them too. */
function readFront(self: Process, argv: readonly string[]): Front {
  const front: Front = { given: [], rest: [], pager: undefined, action: undefined };
  let at = 0;
  const value = (option: string): string => {
    const next = argv[++at];
    if (next === undefined) throw new Quit(`No directory given for ${option}.\n${USAGE}`, 129);
    return next;
  };
  for (; at < argv.length; at++) {
    const word = argv[at] ?? "";
    if (!word.startsWith("-")) break;
    const [name = "", attached] = word.startsWith("--") ? word.split(/=(.*)/s) : [word];
    if (name === "--version" || name === "-v") front.action = "version";
    else if (name === "--help" || name === "-h") front.action = "help";
    else if (name === "--exec-path") front.action = "exec-path";
    else if (name === "-C") {
      const next = argv[++at];
      if (next === undefined) throw new Quit(`no directory given for '-C' \n${USAGE}`, 129);
      if (next === "") continue;
      try {
        self.files.chdir(next);
        self.env.PWD = self.files.cwd;
      } catch (error) {
        if (codeOf(error) === undefined) throw error;
        throw new Fatal(`cannot change to '${next}': ${reason(error)}`);
      }
    } else if (name === "-c") {
      const next = argv[++at];
      if (next === undefined) throw new Quit(`-c expects a configuration string\n${USAGE}`, 129);
      front.given.push(next);
    } else if (name === "--git-dir") self.env.GIT_DIR = attached ?? value("--git-dir");
    else if (name === "--work-tree") self.env.GIT_WORK_TREE = attached ?? value("--work-tree");
    else if (name === "--namespace" || name === "--config-env") throw notModeled(`the option '${name}'`);
    else if (name === "--bare") self.env.GIT_DIR ??= self.files.cwd;
    else if (name === "-p" || name === "--paginate") front.pager = true;
    else if (name === "-P" || name === "--no-pager") front.pager = false;
    else if (/^--(no-replace-objects|no-optional-locks|literal-pathspecs|glob-pathspecs|noglob-pathspecs|icase-pathspecs)$/.test(name))
      continue;
    else throw new Quit(`unknown option: ${word}\n${USAGE}`, 129);
    if (front.action) {
      at++;
      break;
    }
  }
  return { ...front, rest: argv.slice(at) };
}

/** Settings of -c reach the git commands that this one starts (GIT_CONFIG_COUNT). */
function passOn(self: Process, given: readonly string[]): void {
  let count = Number(self.env.GIT_CONFIG_COUNT ?? 0);
  for (const text of given) {
    const equals = text.indexOf("=");
    self.env[`GIT_CONFIG_KEY_${count}`] = equals < 0 ? text : text.slice(0, equals);
    self.env[`GIT_CONFIG_VALUE_${count}`] = equals < 0 ? "true" : text.slice(equals + 1);
    count++;
  }
  if (given.length > 0) self.env.GIT_CONFIG_COUNT = String(count);
}

async function unknown(git: Git, name: string): Promise<number> {
  const aliases = git.config.settings.flatMap((setting) => /^alias\.(.*)$/.exec(setting.name)?.[1] ?? []);
  git.warn(`git: '${name}' is not a git command. See 'git --help'.\n`);
  const near = suggestions(name, new Set([...commands.keys(), ...aliases].filter((each) => !/^(upload|receive)-/.test(each))));
  if (near.length > 0)
    git.warn(`\nThe most similar command${near.length === 1 ? " is" : "s are"}\n${near.map((each) => `\t${each}\n`).join("")}`);
  return 1;
}

/** Runs a command or an alias. `seen`: aliases that led here. */
async function dispatch(
  git: Git,
  name: string,
  argv: readonly string[],
  pager: boolean | undefined,
  seen: readonly string[] = [],
): Promise<number> {
  const command = commands.get(name);
  if (command) {
    if (argv[0] === "--help" && argv.length === 1) return dispatch(git, "help", [name], pager);
    const wants = pager ?? (git.config.get(`pager.${name}`) !== undefined || (command.pager?.(argv) ?? false));
    if (wants) git.startPager(name);
    return command.run(git, argv);
  }
  const alias = git.config.get(`alias.${name}`);
  if (alias !== undefined) {
    if (seen.length === 1 && seen[0] === name) throw new Fatal(`recursive alias: ${name}`);
    if (seen.includes(name))
      throw new Fatal(
        `alias loop detected: expansion of '${seen[0]}' does not terminate:\n  ${[...seen].join(" ==>\n  ")} <==\n  ${name} ==>`,
      );
    if (alias.startsWith("!")) {
      const repository = git.repositoryOrNone;
      const cwd = repository?.workTree ?? git.files.cwd;
      const script = alias.slice(1);
      const full = argv.length > 0 ? `${script} "$@"` : script;
      return git.run(["sh", "-c", full, script, ...argv], { path: "/bin/sh", cwd, env: { GIT_PREFIX: repository?.prefix ?? "" } });
    }
    const words = splitWords(alias);
    if (words === undefined) throw new Fatal(`bad alias.${name} string: unclosed quote`);
    const [first, ...rest] = words;
    if (first === undefined) throw new Fatal(`empty alias for ${name}`);
    return dispatch(git, first, [...rest, ...argv], pager, [...seen, name]);
  }
  if (NOT_HERE.has(name)) throw notModeled(`"git ${name}"`);
  return unknown(git, name);
}

async function run(git: Git, front: Front): Promise<number> {
  const [name, ...argv] = front.rest;
  if (front.action === "version") {
    git.say(VERSION);
    return 0;
  }
  if (front.action === "exec-path") {
    git.say("/usr/lib/git-core\n");
    return 0;
  }
  if (front.action === "help" && name !== undefined) return dispatch(git, "help", [name], front.pager);
  if (front.action === "help" || name === undefined) {
    git.say(helpText());
    return front.action === "help" ? 0 : 1;
  }
  if (name === "version") {
    git.say(VERSION);
    return 0;
  }
  return dispatch(git, name, argv, front.pager);
}

/** The program. Called as git-upload-pack or git-receive-pack it is that command. */
export async function main(self: Process): Promise<number> {
  let git: Git | undefined;
  const own = /^git-(.+)$/.exec((self.argv[0] ?? "").replace(/.*\//, ""))?.[1];
  let status: number;
  try {
    const front = readFront(self, own === undefined ? self.argv.slice(1) : [own, ...self.argv.slice(1)]);
    git = new Git(self, front.given);
    git.pagerAllowed = front.pager !== false;
    passOn(self, front.given);
    // What was passed on is what counts from here; once.
    git = new Git(self, []);
    git.pagerAllowed = front.pager !== false;
    status = await run(git, front);
  } catch (error) {
    const ours = described(error);
    if (ours === undefined) throw error;
    git ??= new Git(self, []);
    git.warn(ours.text);
    status = ours.status;
  }
  await git.finish();
  return status;
}

function described(error: unknown): { text: string; status: number } | undefined {
  if (error instanceof Fatal)
    return { text: `${error.message.startsWith("error: ") ? "" : "fatal: "}${error.message}\n`, status: error.status };
  if (error instanceof Quit) return { text: error.text, status: error.status };
  if (error instanceof MissingObject) return { text: `fatal: ${error.message}\n`, status: 128 };
  const code = codeOf(error);
  if (code === undefined || code === "EPIPE") return undefined;
  const path = typeof error === "object" && error !== null && "path" in error && typeof error.path === "string" ? error.path : undefined;
  return { text: `fatal: ${path === undefined ? "" : `cannot access '${path}': `}${reason(error)}\n`, status: 128 };
}
