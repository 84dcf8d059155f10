/** dpkg(1) 1.21: what is installed. */
import type { Process } from "../../kernel/types.ts";
import { Failure } from "../core/errors.ts";
import { globRegex } from "../core/glob.ts";
import type { Arguments } from "../core/options.ts";
import { program } from "../core/program.ts";
import { fileCount, type Installed, installed, remove } from "./database.ts";

const HEADER =
  "Desired=Unknown/Install/Remove/Purge/Hold\n| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend\n|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)\n";

async function list(self: Process, patterns: readonly string[]): Promise<number> {
  const all = [...installed(self.machine.files).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const regexes = patterns.map((pattern) => globRegex(pattern));
  const missing = patterns.filter((_pattern, index) => !all.some(({ name }) => regexes[index]?.test(name)));
  const shown = regexes.length === 0 ? all : all.filter(({ name }) => regexes.some((regex) => regex.test(name)));
  if (shown.length > 0) {
    const widest = (least: number, text: (each: Installed) => string) => Math.max(least, ...shown.map((each) => text(each).length));
    const name = widest(14, (each) => each.name);
    const version = widest(12, (each) => each.version);
    const tty = self.fds.get(1)?.tty;
    const room = Math.max(11, (tty?.columns ?? 80) - name - version - 19);
    const summary = tty ? room : widest(room, (each) => each.summary);
    const row = (cells: readonly [string, string, string, string, string]) =>
      `${cells[0]} ${cells[1].padEnd(name)} ${cells[2].padEnd(version)} ${cells[3].padEnd(12)} ${cells[4].slice(0, summary)}`.trimEnd();
    await self.print(`${HEADER}${row(["||/", "Name", "Version", "Architecture", "Description"])}\n`);
    await self.print(`+++-${"=".repeat(name)}-${"=".repeat(version)}-${"=".repeat(12)}-${"=".repeat(summary)}\n`);
    for (const each of shown) await self.print(`${row([`${each.state} `, each.name, each.version, "amd64", each.summary])}\n`);
  }
  for (const pattern of missing) await self.error(`dpkg-query: no packages found matching ${pattern}\n`);
  return missing.length > 0 ? 1 : 0;
}

async function status(self: Process, names: readonly string[]): Promise<number> {
  const here = installed(self.machine.files);
  let code = 0;
  for (const [index, name] of names.entries()) {
    const each = here.get(name);
    if (each) await self.print(`${each.text}\n${index < names.length - 1 ? "\n" : ""}`);
    else {
      await self.error(`dpkg-query: package '${name}' is not installed and no information is available\n`);
      code = 1;
    }
  }
  if (code !== 0) await self.error("Use dpkg --info (= dpkg-deb --info) to examine archive files.\n");
  return code;
}

async function listFiles(self: Process, names: readonly string[]): Promise<number> {
  let code = 0;
  for (const name of names) {
    const path = `/var/lib/dpkg/info/${name}.list`;
    if (self.machine.files.exists(path)) await self.print(self.machine.files.readText(path));
    else {
      await self.error(`dpkg-query: package '${name}' is not installed\n`);
      code = 1;
    }
  }
  if (code !== 0) await self.error("Use dpkg --contents (= dpkg-deb --contents) to list archive files contents.\n");
  return code;
}

async function search(self: Process, patterns: readonly string[]): Promise<number> {
  const root = self.machine.files;
  let code = 0;
  for (const pattern of patterns) {
    const exact = pattern.startsWith("/") && !/[*?[]/.test(pattern);
    const regex = exact ? undefined : globRegex(/[*?[]/.test(pattern) ? pattern : `*${pattern}*`);
    let hit = false;
    for (const { name } of root.readdir("/var/lib/dpkg/info")) {
      for (const path of root.readText(`/var/lib/dpkg/info/${name}`).split("\n")) {
        if (path === "" || (exact ? path !== pattern : !regex?.test(path))) continue;
        await self.print(`${name.replace(/\.list$/, "")}: ${path}\n`);
        hit = true;
      }
    }
    if (hit) continue;
    await self.error(`dpkg-query: no path found matching pattern ${exact ? pattern : `*${pattern}*`}\n`);
    code = 1;
  }
  return code;
}

async function takeAway(self: Process, names: readonly string[]): Promise<number> {
  if (self.credentials.uid !== 0) throw new Failure("error: requested operation requires superuser privilege", 2);
  const here = installed(self.files);
  for (const name of names) {
    const each = here.get(name);
    if (!each) {
      await self.error(`dpkg: warning: ignoring request to remove ${name} which isn't installed\n`);
      continue;
    }
    await self.print(
      `(Reading database ... ${fileCount(self.files)} files and directories currently installed.)\nRemoving ${name} (${each.version}) ...\n`,
    );
    remove(self.files, name);
  }
  return 0;
}

async function archive(self: Process, names: readonly string[]): Promise<number> {
  if (self.credentials.uid !== 0) throw new Failure("error: requested operation requires superuser privilege", 2);
  for (const name of names) {
    if (!self.files.exists(name)) {
      await self.error(`dpkg: error: cannot access archive '${name}': No such file or directory\n`);
      return 2;
    }
  }
  throw new Failure("archives of packages cannot be unpacked on this machine; see /reference/machine", 2);
}

async function run(self: Process, args: Arguments): Promise<number> {
  const names = args.operands;
  const must = async (what: string) => {
    if (names.length > 0) return true;
    await self.error(
      `dpkg-query: error: --${what} needs at least one package name argument\n\nUse --help for help about querying packages.\n`,
    );
    return false;
  };
  if (args.has("list")) return list(self, names);
  if (args.has("status")) {
    if (!(await must("status"))) return 2;
    return status(self, names);
  }
  if (args.has("listfiles")) {
    if (!(await must("listfiles"))) return 2;
    return listFiles(self, names);
  }
  if (args.has("search")) {
    if (!(await must("search"))) return 2;
    return search(self, names);
  }
  if (args.has("get-selections")) {
    for (const name of [...installed(self.machine.files).keys()].sort()) await self.print(`${name.padEnd(47)} install\n`);
    return 0;
  }
  if (args.has("print-architecture")) {
    await self.print("amd64\n");
    return 0;
  }
  if (args.has("remove", "purge")) return takeAway(self, names);
  if (args.has("install")) return archive(self, names);
  throw new Failure(
    "error: need an action option\n\nType dpkg --help for help about installing and deinstalling packages [*];\nUse 'apt' or 'aptitude' for user-friendly package management.",
    2,
  );
}

export const dpkg = program({
  name: "dpkg",
  summary: "package manager for Debian",
  section: "system",
  origin: "dpkg 1.21.22",
  synopsis: ["-l [pattern ...]", "-s package ...", "-L package ...", "-S pattern ...", "-r package ..."],
  usageStatus: 2,
  options: [
    "--get-selections  list the packages",
    "-i, --install  install from an archive (there are none here: it is refused)",
    "-l, --list  list packages with their versions",
    "-L, --listfiles  list the files of a package",
    "-P, --purge  remove a package with its settings",
    "--print-architecture  print the architecture",
    "-r, --remove  remove a package",
    "-s, --status  report the status of a package",
    "-S, --search  search for a file among the packages",
  ],
  unmodeled: [
    "-a",
    "--pending",
    "--configure",
    "--unpack",
    "-c",
    "--contents",
    "-I",
    "--info",
    "-C",
    "--audit",
    "-V",
    "--verify",
    "--set-selections",
  ],
  limits: "Packages are installed with apt; archives (.deb) cannot be.",
  run,
});
