/** git-config(1). */
import type { Git } from "../context.ts";
import { Fatal, Quit } from "../errors.ts";
import { type Grammar, parseOptions } from "../options.ts";
import { globalPath, parseBool, type Setting } from "../repository/config.ts";
import { ConfigFile, canonicalName } from "../repository/config-file.ts";
import type { Command } from "./command.ts";
import { edit } from "./shared.ts";

const GRAMMAR: Grammar = {
  name: "config",
  usage: ["git config [<options>]"],
  options: [
    "--global",
    "--system",
    "--local",
    "--worktree",
    "-f, --file=",
    "--get",
    "--get-all",
    "--get-regexp",
    "--replace-all",
    "--add",
    "--unset",
    "--unset-all",
    "--rename-section",
    "--remove-section",
    "-l, --list",
    "-e, --edit",
    "--bool",
    "--int",
    "--bool-or-int",
    "--path",
    "--type=",
    "-z, --null",
    "--name-only",
    "--includes",
    "--show-origin",
    "--show-scope",
    "--default=",
    "--fixed-value",
  ],
  unmodeled: ["--blob", "--get-urlmatch", "--get-color", "--get-colorbool", "--expiry-date"],
};

interface Target {
  readonly path: string;
  readonly label: string;
}

function target(git: Git, options: ReturnType<typeof parseOptions>): Target {
  const file = options.get("file") ?? git.env.GIT_CONFIG;
  if (file !== undefined) return { path: file, label: file };
  if (options.has("system")) return { path: "/etc/gitconfig", label: "/etc/gitconfig" };
  if (options.has("global")) {
    if (git.env.HOME === undefined) throw new Fatal("$HOME not set");
    const path = globalPath(git.env, git.files);
    return { path, label: path };
  }
  const repository = git.repositoryOrNone;
  if (!repository) throw new Fatal(options.has("local") ? "--local can only be used inside a git repository" : "not in a git directory");
  return {
    path: `${repository.commonDir}/config`,
    label:
      repository.prefix === "" && !repository.isBare && git.files.realpath(".") === repository.workTree
        ? ".git/config"
        : `${repository.commonDir}/config`,
  };
}

function read(git: Git, { path, label }: Target): ConfigFile {
  return new ConfigFile(git.files.exists(path) ? git.files.readText(path) : "", `file ${label}`);
}

function write(git: Git, { path }: Target, file: ConfigFile): void {
  const folder = path.slice(0, path.lastIndexOf("/"));
  if (folder !== "" && !git.files.exists(folder)) git.files.mkdir(folder, { recursive: true });
  const lock = `${path}.lock`;
  try {
    git.files.writeFile(lock, file.text);
    if (git.files.exists(path)) git.files.chmod(lock, git.files.stat(path).mode & 0o777);
    git.files.rename(lock, path);
  } catch (error) {
    const text = typeof error === "object" && error !== null && "text" in error ? String(error.text) : undefined;
    if (text === undefined) throw error;
    throw new Quit(`error: could not lock config file ${path}: ${text}\n`, 255);
  }
}

function checkName(name: string): void {
  if (!name.includes(".")) throw new Quit(`error: key does not contain a section: ${name}\n`, 2);
  const key = name.slice(name.lastIndexOf(".") + 1);
  if (key === "") throw new Quit(`error: key does not contain variable name: ${name}\n`, 2);
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(key) || !/^[A-Za-z0-9.-]+$/.test(name.slice(0, name.indexOf("."))))
    throw new Quit(`error: invalid key: ${name}\n`, 1);
}

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const options = parseOptions(GRAMMAR, argv);
  const args = options.everything;
  const action = options.last(
    "get",
    "get-all",
    "get-regexp",
    "replace-all",
    "add",
    "unset",
    "unset-all",
    "rename-section",
    "remove-section",
    "list",
    "edit",
  );
  const end = options.has("null") ? "\0" : "\n";
  const scoped = options.last("global", "system", "local", "worktree", "file");
  const settings = (): readonly Setting[] => {
    if (scoped === undefined && git.env.GIT_CONFIG === undefined) return git.config.settings;
    const place = target(git, options);
    if (!git.files.exists(place.path)) {
      if (action === "list" || scoped === "file") throw new Fatal(`unable to read config file '${place.path}': No such file or directory`);
      return [];
    }
    if (scoped === "local" || scoped === undefined) return git.config.settings.filter(({ scope }) => scope === "local");
    if (scoped === "global") return git.config.settings.filter(({ scope }) => scope === "global");
    return read(git, place).entries.map((entry) => ({ ...entry, scope: "command", origin: `file:${place.label}` }));
  };
  const typed = (value: string, name: string): string => {
    const type =
      options.get("type") ?? (options.has("bool") ? "bool" : options.has("int") ? "int" : options.has("path") ? "path" : undefined);
    if (type === "bool") {
      const meant = parseBool(value);
      if (meant === undefined) throw new Fatal(`bad boolean config value '${value}' for '${canonicalName(name)}'`);
      return String(meant);
    }
    if (type === "int") {
      const found = /^(-?\d+)([kmg]?)$/i.exec(value);
      if (!found) throw new Fatal(`bad numeric config value '${value}' for '${canonicalName(name)}': invalid unit`);
      return String(Number(found[1]) * ({ k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[(found[2] ?? "").toLowerCase()] ?? 1));
    }
    return type === "path" ? value.replace(/^~(?=\/|$)/, git.env.HOME ?? "~") : value;
  };
  const prefix = (setting: Setting) =>
    `${options.has("show-scope") ? `${setting.scope}\t` : ""}${options.has("show-origin") ? `${setting.origin}${end === "\0" ? "\0" : "\t"}` : ""}`;
  switch (action) {
    case "list":
      for (const setting of settings()) {
        const value = setting.bare || options.has("name-only") ? "" : `${end === "\0" ? "\n" : "="}${setting.value}`;
        git.say(`${prefix(setting)}${setting.name}${value}${end}`);
      }
      return 0;
    case "edit": {
      const place = target(git, options);
      await edit(git, place.path);
      return 0;
    }
    case "get-regexp": {
      let regex: RegExp;
      try {
        regex = new RegExp(args[0] ?? "");
      } catch {
        throw new Quit(`error: invalid key pattern: ${args[0]}\n`, 6);
      }
      const value = args[1] === undefined ? undefined : new RegExp(args[1]);
      const found = settings().filter((setting) => regex.test(setting.name) && (value?.test(setting.value) ?? true));
      for (const setting of found)
        git.say(`${prefix(setting)}${setting.name}${options.has("name-only") ? "" : ` ${typed(setting.value, setting.name)}`}${end}`);
      return found.length > 0 ? 0 : 1;
    }
    case "rename-section":
    case "remove-section": {
      const place = target(git, options);
      const file = read(git, place);
      const done = action === "rename-section" ? file.renameSection(args[0] ?? "", args[1] ?? "") : file.removeSection(args[0] ?? "");
      if (!done) throw new Fatal(`no such section: ${args[0]}`);
      write(git, place, file);
      return 0;
    }
  }
  const [name, value, pattern] = args;
  if (name === undefined) throw new Quit("usage: git config [<options>]\n\n", 129);
  checkName(name);
  const key = canonicalName(name);
  if (action === "get" || action === "get-all" || (action === undefined && value === undefined)) {
    const regex = value === undefined ? undefined : new RegExp(value);
    const found = settings().filter((setting) => setting.name === key && (regex?.test(setting.value) ?? true));
    if (found.length === 0) {
      const fallback = options.get("default");
      if (fallback === undefined) return 1;
      git.say(`${typed(fallback, name)}${end}`);
      return 0;
    }
    for (const setting of action === "get-all" ? found : found.slice(-1)) git.say(`${prefix(setting)}${typed(setting.value, name)}${end}`);
    return 0;
  }
  const place = target(git, options);
  const file = read(git, place);
  if (action === "unset" || action === "unset-all") {
    const present = file.all(key);
    const regex = value === undefined ? undefined : new RegExp(value);
    const fits = (each: string) => regex?.test(each) ?? true;
    const count = present.filter(fits).length;
    if (count === 0) return 5;
    if (action === "unset" && count > 1) {
      git.warn(`warning: ${key} has multiple values\n`);
      return 5;
    }
    file.unset(key, fits);
    write(git, place, file);
    return 0;
  }
  if (value === undefined) throw new Quit("error: wrong number of arguments, should be 2\nusage: git config [<options>]\n\n", 129);
  const kept = typed(value, name);
  if (action === "add") file.set(key, kept, { add: true, spelled: name });
  else {
    const present = file.all(key);
    if (action === "replace-all") {
      const regex = pattern === undefined ? undefined : new RegExp(pattern);
      file.unset(key, (each) => regex?.test(each) ?? true);
      file.set(key, kept, { add: true, spelled: name });
    } else {
      if (present.length > 1) {
        git.warn(
          `warning: ${key} has multiple values\nerror: cannot overwrite multiple values with a single value\n       Use a regexp, --add or --replace-all to change ${name}.\n`,
        );
        return 5;
      }
      file.set(key, kept, { spelled: name });
    }
  }
  write(git, place, file);
  return 0;
}

export const config: Command = {
  name: "config",
  summary: "Get and set repository or global options",
  pager: (argv) => argv.includes("--list") || argv.includes("-l"),
  run,
};
