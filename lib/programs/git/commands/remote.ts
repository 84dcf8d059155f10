/** git-remote(1). */
import type { Git } from "../context.ts";
import { Fatal, Quit } from "../errors.ts";
import { Revisions } from "../history/revisions.ts";
import { isAncestor } from "../history/walk.ts";
import { type Grammar, parseOptions } from "../options.ts";
import { connect } from "../transport/connection.ts";
import type { Command } from "./command.ts";
import { fetchRemote } from "./fetch.ts";
import { changeConfig } from "./local-config.ts";

const USAGE = [
  "git remote [-v | --verbose]",
  "git remote add [-t <branch>] [-m <master>] [-f] [--tags | --no-tags] [--mirror=<fetch|push>] <name> <url>",
  "git remote rename [--[no-]progress] <old> <new>",
  "git remote remove <name>",
];
const grammar = (options: readonly string[]): Grammar => ({ name: "remote", usage: USAGE, options });

function known(git: Git, name: string, colon = ""): void {
  if (!git.config.subsections("remote").includes(name)) throw new Quit(`error: No such remote${colon} '${name}'\n`, 2);
}

/** The address behind a remote's name (url.<base>.insteadOf applied); the text itself when it names none. */
export function remoteUrl(git: Git, name: string, push = false): string {
  const { config } = git;
  const url = (push ? config.get(`remote.${name}.pushurl`) : undefined) ?? config.get(`remote.${name}.url`) ?? name;
  for (const base of config.subsections("url"))
    for (const prefix of config.all(`url.${base}.insteadOf`)) if (url.startsWith(prefix)) return base + url.slice(prefix.length);
  return url;
}

async function show(git: Git, name: string): Promise<number> {
  const { repository } = git;
  const url = remoteUrl(git, name);
  const connection = await connect(git, url, "upload-pack");
  const { FLUSH } = await import("../transport/packets.ts");
  await connection.write(FLUSH);
  await connection.endInput();
  await connection.close();
  const there = connection.refs.filter((ref) => ref.name.startsWith("refs/heads/"));
  let out = `* remote ${name}\n  Fetch URL: ${url}\n  Push  URL: ${remoteUrl(git, name, true)}\n`;
  out += `  HEAD branch: ${connection.head?.replace("refs/heads/", "") ?? "(unknown)"}\n`;
  const names = new Set([
    ...there.map((ref) => ref.name.slice(11)),
    ...repository.refs
      .list(`refs/remotes/${name}/`)
      .map((ref) => ref.name.slice(14 + name.length))
      .filter((each) => each !== "HEAD"),
  ]);
  const width = Math.max(0, ...[...names].map((each) => each.length));
  if (names.size > 0) out += `  Remote branch${names.size === 1 ? "" : "es"}:\n`;
  for (const each of [...names].sort()) {
    const tracked = repository.refs.resolve(`refs/remotes/${name}/${each}`) !== undefined;
    const present = there.some((ref) => ref.name === `refs/heads/${each}`);
    out += `    ${each.padEnd(width)} ${present ? (tracked ? "tracked" : `new (next fetch will store in remotes/${name})`) : "stale (use 'git remote prune' to remove)"}\n`;
  }
  const pulls = repository.config
    .subsections("branch")
    .filter(
      (branch) =>
        repository.config.get(`branch.${branch}.remote`) === name && repository.config.get(`branch.${branch}.merge`) !== undefined,
    );
  if (pulls.length > 0) {
    out += `  Local branch${pulls.length === 1 ? "" : "es"} configured for 'git pull':\n`;
    const wide = Math.max(...pulls.map((each) => each.length));
    for (const branch of pulls.sort()) {
      const to = (repository.config.get(`branch.${branch}.merge`) ?? "").replace("refs/heads/", "");
      const rebases = repository.config.bool(`branch.${branch}.rebase`);
      out += `    ${branch.padEnd(wide)} ${rebases ? "rebases onto remote" : "merges with remote"} ${to}\n`;
    }
  }
  const pushes = there.filter((ref) => repository.refs.resolve(ref.name) !== undefined);
  if (pushes.length > 0) {
    out += `  Local ref${pushes.length === 1 ? "" : "s"} configured for 'git push':\n`;
    const wide = Math.max(...pushes.map((ref) => ref.name.length - 11));
    for (const ref of pushes) {
      const ours = repository.refs.resolve(ref.name) ?? "";
      const short = ref.name.slice(11);
      const state =
        ours === ref.oid
          ? "up to date"
          : repository.store.has(ref.oid)
            ? isAncestor(repository.store, ref.oid, ours)
              ? "fast-forwardable"
              : "local out of date"
            : "local out of date";
      out += `    ${short.padEnd(wide)} pushes to ${short.padEnd(wide)} (${state})\n`;
    }
  }
  git.say(out);
  return 0;
}

async function run(git: Git, argv: readonly string[]): Promise<number> {
  const { repository } = git;
  const top = parseOptions({ ...grammar(["-v, --verbose"]), stopAtOperand: true }, argv);
  const [action, ...rest] = top.operands;
  if (action === undefined) {
    for (const name of repository.config.subsections("remote").sort()) {
      if (!top.has("verbose")) git.say(`${name}\n`);
      else git.say(`${name}\t${remoteUrl(git, name)} (fetch)\n${name}\t${remoteUrl(git, name, true)} (push)\n`);
    }
    return 0;
  }
  switch (action) {
    case "add": {
      const options = parseOptions(grammar(["-f, --fetch", "--tags", "-t, --track=", "-m, --master=", "--mirror[=]"]), rest);
      const [name, url] = options.everything;
      if (name === undefined || url === undefined) throw new Quit("usage: git remote add [<options>] <name> <url>\n\n", 129);
      if (repository.config.subsections("remote").includes(name)) throw new Quit(`error: remote ${name} already exists.\n`, 3);
      if (!/^[A-Za-z0-9._][\w./-]*$/.test(name)) throw new Fatal(`'${name}' is not a valid remote name`);
      changeConfig(repository, (file) => {
        file.set(`remote.${name}.url`, url);
        const tracks = options.all("track");
        if (tracks.length === 0) file.set(`remote.${name}.fetch`, `+refs/heads/*:refs/remotes/${name}/*`);
        for (const track of tracks) file.set(`remote.${name}.fetch`, `+refs/heads/${track}:refs/remotes/${name}/${track}`, { add: true });
      });
      if (options.has("fetch")) {
        git.say(`Updating ${name}\n`);
        return fetchRemote(git, { remote: name, refspecs: [], quiet: false, prune: false, tags: undefined, force: false });
      }
      return 0;
    }
    case "remove":
    case "rm": {
      const [name = ""] = rest;
      known(git, name, ":");
      changeConfig(repository, (file) => {
        file.removeSection(`remote.${name}`);
        for (const branch of repository.config.subsections("branch"))
          if (repository.config.get(`branch.${branch}.remote`) === name) {
            file.unset(`branch.${branch}.remote`);
            file.unset(`branch.${branch}.merge`);
          }
      });
      for (const ref of repository.refs.list(`refs/remotes/${name}/`)) repository.refs.delete(ref.name);
      repository.refs.delete(`refs/remotes/${name}/HEAD`);
      return 0;
    }
    case "rename": {
      const [from = "", to = ""] = rest;
      known(git, from, ":");
      if (repository.config.subsections("remote").includes(to)) throw new Quit(`error: remote ${to} already exists.\n`, 3);
      const specs = repository.config.all(`remote.${from}.fetch`);
      changeConfig(repository, (file) => {
        file.renameSection(`remote.${from}`, `remote.${to}`);
        file.unset(`remote.${to}.fetch`);
        for (const spec of specs)
          file.set(`remote.${to}.fetch`, spec.replace(`refs/remotes/${from}/`, `refs/remotes/${to}/`), { add: true });
        for (const branch of repository.config.subsections("branch"))
          if (repository.config.get(`branch.${branch}.remote`) === from) file.set(`branch.${branch}.remote`, to);
      });
      const symbolic = repository.refs.symbolic(`refs/remotes/${from}/HEAD`);
      for (const ref of repository.refs.list(`refs/remotes/${from}/`)) {
        if (!ref.name.endsWith("/HEAD")) repository.refs.write(ref.name.replace(`refs/remotes/${from}/`, `refs/remotes/${to}/`), ref.oid);
        repository.refs.delete(ref.name);
      }
      if (symbolic !== undefined)
        repository.refs.setSymbolic(`refs/remotes/${to}/HEAD`, symbolic.replace(`refs/remotes/${from}/`, `refs/remotes/${to}/`));
      return 0;
    }
    case "get-url": {
      const options = parseOptions(grammar(["--push", "--all"]), rest);
      const [name = ""] = options.everything;
      known(git, name);
      git.say(`${remoteUrl(git, name, options.has("push"))}\n`);
      return 0;
    }
    case "set-url": {
      const options = parseOptions(grammar(["--push", "--add", "--delete"]), rest);
      const [name = "", url] = options.everything;
      known(git, name);
      if (url === undefined) throw new Quit("usage: git remote set-url [--push] <name> <newurl> [<oldurl>]\n", 129);
      changeConfig(repository, (file) =>
        file.set(`remote.${name}.${options.has("push") ? "pushurl" : "url"}`, url, { add: options.has("add") }),
      );
      return 0;
    }
    case "show":
      if (rest.every((word) => word.startsWith("-")))
        for (const name of repository.config.subsections("remote").sort()) git.say(`${name}\n`);
      for (const name of rest.filter((word) => !word.startsWith("-"))) {
        if (!repository.config.subsections("remote").includes(name))
          throw new Quit(
            `fatal: '${name}' does not appear to be a git repository\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.\n`,
            128,
          );
        await show(git, name);
      }
      return 0;
    case "prune":
      for (const name of rest) {
        known(git, name);
        await fetchRemote(git, { remote: name, refspecs: [], quiet: true, prune: true, onlyPrune: true, tags: undefined, force: false });
      }
      return 0;
    case "update":
      for (const name of rest.length > 0 ? rest : repository.config.subsections("remote"))
        await fetchRemote(git, { remote: name, refspecs: [], quiet: false, prune: false, tags: undefined, force: false });
      return 0;
    case "set-head": {
      const options = parseOptions(grammar(["-a, --auto", "-d, --delete"]), rest);
      const [name = "", branch] = options.everything;
      known(git, name);
      const full = `refs/remotes/${name}/HEAD`;
      if (options.has("delete")) repository.refs.delete(full);
      else if (branch !== undefined) repository.refs.setSymbolic(full, `refs/remotes/${name}/${branch}`);
      else {
        const connection = await connect(git, remoteUrl(git, name), "upload-pack");
        await connection.close();
        if (connection.head === undefined) throw new Quit("error: Cannot determine remote HEAD\n", 1);
        repository.refs.setSymbolic(full, connection.head.replace("refs/heads/", `refs/remotes/${name}/`));
        git.say(`${name}/HEAD set to ${Revisions.shortName(connection.head)}\n`);
      }
      return 0;
    }
    default:
      throw new Quit(`error: unknown subcommand: \`${action}'\nusage: ${USAGE.join("\n   or: ")}\n`, 129);
  }
}

export const remote: Command = { name: "remote", summary: "Manage set of tracked repositories", run };
