/** apt(8), apt-get(8), apt-cache(8), 2.6: an index of what this machine's images offer, and installing from it. */
import type { Process } from "../../kernel/types.ts";
import { globRegex } from "../core/glob.ts";
import { decode } from "../core/io.ts";
import type { Arguments } from "../core/options.ts";
import { type ProgramEntry, program } from "../core/program.ts";
import { catalog, type Package } from "./catalog.ts";
import { automaticallyInstalled, fileCount, INDEX, install, installed, remove } from "./database.ts";
import { setUpServices, takeDownServices } from "./services.ts";

const HOST = "http://packages.slipway/debian";

type Name = "apt" | "apt-get" | "apt-cache";

/** The table is asked for when it is needed, since it holds these programs too. */
async function packages(self: Process): Promise<ReadonlyMap<string, Package>> {
  const { programs } = await import("../table.ts");
  return catalog(programs.keys(), { python: self.machine.files.exists("/usr/local/bin/python3.14") });
}

/** 52.5 kB, as apt writes sizes. */
function size(bytes: number): string {
  if (bytes < 10_000) return `${bytes.toLocaleString("en-US")} B`;
  if (bytes < 100_000) return `${(bytes / 1000).toFixed(1)} kB`;
  if (bytes < 10_000_000) return `${Math.round(bytes / 1000).toLocaleString("en-US")} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function indexText(all: Iterable<Package>): string {
  return [...all]
    .map(
      (each) =>
        `Package: ${each.name}\nVersion: ${each.version}\nArchitecture: amd64\nSection: ${each.section}\nDescription: ${each.summary}\n`,
    )
    .join("\n");
}

class Apt {
  constructor(
    private readonly self: Process,
    private readonly name: Name,
    private readonly args: Arguments,
    private readonly all: ReadonlyMap<string, Package>,
  ) {}

  get #files() {
    return this.self.files;
  }

  /** Whether `update` was run: before, nothing is known but what is installed. */
  get #hasIndex(): boolean {
    return this.self.machine.files.exists(INDEX);
  }

  #known(name: string): Package | undefined {
    const each = this.all.get(name);
    return each && (this.#hasIndex || installed(this.self.machine.files).has(name)) ? each : undefined;
  }

  say(text: string): Promise<void> {
    return this.args.has("quiet") ? Promise.resolve() : this.self.print(text);
  }

  async error(text: string): Promise<number> {
    await this.self.error(`E: ${text}\n`);
    return 100;
  }

  /** The three lines that every command which changes something begins with. */
  async #reading(): Promise<void> {
    const done = this.self.fds.get(1)?.tty ? " Done" : "";
    for (const what of ["Reading package lists", "Building dependency tree", "Reading state information"])
      await this.say(`${what}...${done}\n`);
  }

  async #lock(): Promise<number | undefined> {
    if (this.self.credentials.uid === 0) return undefined;
    await this.self.error("E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)\n");
    return this.error("Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?");
  }

  async #agree(): Promise<boolean> {
    if (this.args.has("yes", "assume-yes")) return true;
    await this.self.print("Do you want to continue? [Y/n] ");
    const answer = decode(await this.self.read(0));
    if (answer !== "" && /^(y|\n|$)/i.test(answer)) return true;
    await this.self.print("Abort.\n");
    return false;
  }

  async update(): Promise<number> {
    const done = this.self.fds.get(1)?.tty ? " Done" : "";
    if (this.self.credentials.uid !== 0) {
      await this.say(`Reading package lists...${done}\n`);
      await this.self.error("E: Could not open lock file /var/lib/apt/lists/lock - open (13: Permission denied)\n");
      return this.error("Unable to lock directory /var/lib/apt/lists/");
    }
    const text = indexText(this.all.values());
    const before = this.#hasIndex ? this.#files.readText(INDEX) : undefined;
    if (before === text) await this.say(`Hit:1 ${HOST} bookworm InRelease\n`);
    else {
      await this.say(`Get:1 ${HOST} bookworm InRelease [1,024 B]\nGet:2 ${HOST} bookworm/main amd64 Packages [${size(text.length)}]\n`);
      await this.say(`Fetched ${size(text.length + 1024)} in 0s (${size((text.length + 1024) * 10)}/s)\n`);
      this.#files.writeFile(INDEX, text);
    }
    if (this.name === "apt-get") await this.say(`Reading package lists...${done}\n`);
    else {
      await this.#reading();
      await this.say("All packages are up to date.\n");
    }
    return 0;
  }

  async install(names: readonly string[]): Promise<number> {
    const denied = await this.#lock();
    if (denied !== undefined) return denied;
    await this.#reading();
    const unknown = names.filter((name) => !this.#known(name));
    for (const name of unknown) await this.self.error(`E: Unable to locate package ${name}\n`);
    if (unknown.length > 0) return 100;
    const here = installed(this.#files);
    const isHere = (name: string) => here.get(name)?.state === "ii";
    for (const name of names) if (isHere(name)) await this.say(`${name} is already the newest version (${here.get(name)?.version}).\n`);
    const wanted = names.filter((name) => !isHere(name));
    const extra: string[] = [];
    const need = (name: string) => {
      for (const other of this.all.get(name)?.depends ?? [])
        if (!isHere(other) && !extra.includes(other) && !wanted.includes(other)) {
          extra.push(other);
          need(other);
        }
    };
    for (const name of wanted) need(name);
    const fresh = [...wanted, ...extra].sort().flatMap((name) => this.all.get(name) ?? []);
    if (extra.length > 0) await this.say(`The following additional packages will be installed:\n  ${[...extra].sort().join(" ")}\n`);
    if (fresh.length > 0) await this.say(`The following NEW packages will be installed:\n  ${fresh.map(({ name }) => name).join(" ")}\n`);
    await this.say(`0 upgraded, ${fresh.length} newly installed, 0 to remove and 0 not upgraded.\n`);
    if (fresh.length === 0) return 0;
    const bytes = fresh.reduce((sum, each) => sum + each.size, 0);
    const room = fresh.reduce((sum, each) => sum + each.installedKib, 0);
    await this.say(
      `Need to get ${size(bytes)} of archives.\nAfter this operation, ${size(room * 1024)} of additional disk space will be used.\n`,
    );
    if (this.args.has("simulate", "dry-run")) return 0;
    if (extra.length > 0 && !(await this.#agree())) return 1;
    for (const [index, each] of fresh.entries())
      await this.say(`Get:${index + 1} ${HOST} bookworm/main amd64 ${each.name} amd64 ${each.version} [${size(each.size)}]\n`);
    await this.say(`Fetched ${size(bytes)} in 0s (${size(bytes * 10)}/s)\n`);
    await this.#unpack([...extra].reverse().concat(wanted), extra);
    return 0;
  }

  async #unpack(names: readonly string[], automatic: readonly string[]): Promise<void> {
    let counted = false;
    const chosen = names.flatMap((name) => this.all.get(name) ?? []);
    for (const each of chosen) {
      await this.say(`Selecting previously unselected package ${each.name}.\n`);
      if (!counted) await this.say(`(Reading database ... ${fileCount(this.#files)} files and directories currently installed.)\n`);
      counted = true;
      await this.say(
        `Preparing to unpack .../${each.name}_${each.version.replace(/^\d+:/, "")}_amd64.deb ...\nUnpacking ${each.name} (${each.version}) ...\n`,
      );
      install(this.#files, each, automatic.includes(each.name));
      await this.self.tick();
    }
    for (const each of chosen) {
      await this.say(`Setting up ${each.name} (${each.version}) ...\n`);
      await setUpServices(this.self, each.name);
    }
    if (chosen.some((each) => each.programs.length > 0)) await this.say("Processing triggers for man-db (2.11.2-2) ...\n");
  }

  /** Packages that came for others and that nothing installed needs any more, once `gone` are. */
  #unneeded(gone: readonly string[]): string[] {
    const here = [...installed(this.#files).values()].filter(({ name, state }) => state === "ii" && !gone.includes(name));
    const automatic = new Set(automaticallyInstalled(this.#files));
    const needed = new Set<string>();
    const need = (name: string) => {
      for (const other of this.all.get(name)?.depends ?? [])
        if (!needed.has(other)) {
          needed.add(other);
          need(other);
        }
    };
    for (const { name } of here) if (!automatic.has(name)) need(name);
    return here
      .map(({ name }) => name)
      .filter((name) => automatic.has(name) && !needed.has(name))
      .sort();
  }

  async remove(names: readonly string[], how: "remove" | "purge" | "autoremove"): Promise<number> {
    const denied = await this.#lock();
    if (denied !== undefined) return denied;
    await this.#reading();
    const here = installed(this.#files);
    for (const name of names) if (!this.#known(name)) return this.error(`Unable to locate package ${name}`);
    for (const name of names) if (here.get(name)?.state !== "ii") await this.say(`Package '${name}' is not installed, so not removed\n`);
    let gone = names.filter((name) => here.get(name)?.state === "ii");
    // What needs one of these goes too.
    gone = [...new Set([...gone, ...[...here.keys()].filter((name) => this.all.get(name)?.depends.some((other) => gone.includes(other)))])];
    const left = this.#unneeded(gone);
    if (how === "autoremove" || this.args.has("autoremove", "auto-remove")) gone = [...new Set([...gone, ...left])];
    else if (left.length > 0)
      await this.say(
        `The following package${left.length === 1 ? " was" : "s were"} automatically installed and ${left.length === 1 ? "is" : "are"} no longer required:\n  ${left.join(" ")}\nUse '${this.self.env.SUDO_USER ? "sudo " : ""}apt autoremove' to remove ${left.length === 1 ? "it" : "them"}.\n`,
      );
    gone.sort();
    const star = how === "purge" || this.args.has("purge") ? "*" : "";
    if (gone.length > 0) await this.say(`The following packages will be REMOVED:\n  ${gone.map((name) => name + star).join(" ")}\n`);
    await this.say(`0 upgraded, 0 newly installed, ${gone.length} to remove and 0 not upgraded.\n`);
    if (gone.length === 0) return 0;
    const room = gone.reduce((sum, name) => sum + (this.all.get(name)?.installedKib ?? 0), 0);
    await this.say(`After this operation, ${size(room * 1024)} disk space will be freed.\n`);
    if (this.args.has("simulate", "dry-run")) return 0;
    if (!(await this.#agree())) return 1;
    await this.say(`(Reading database ... ${fileCount(this.#files)} files and directories currently installed.)\n`);
    for (const name of gone) {
      await this.say(`Removing ${name} (${here.get(name)?.version}) ...\n`);
      await takeDownServices(this.self, name);
      remove(this.#files, name, how === "purge");
      await this.self.tick();
    }
    if (gone.some((name) => (this.all.get(name)?.programs.length ?? 0) > 0))
      await this.say("Processing triggers for man-db (2.11.2-2) ...\n");
    return 0;
  }

  async upgrade(): Promise<number> {
    const denied = await this.#lock();
    if (denied !== undefined) return denied;
    await this.#reading();
    await this.say("Calculating upgrade...\n0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n");
    return 0;
  }

  /** Those that can be seen now, by name. */
  #visible(): Package[] {
    const here = installed(this.self.machine.files);
    return [...this.all.values()].filter(({ name }) => this.#hasIndex || here.has(name));
  }

  async list(patterns: readonly string[]): Promise<number> {
    const here = installed(this.self.machine.files);
    await this.say("Listing...\n");
    if (this.args.has("upgradable", "upgradeable")) return 0;
    const regexes = patterns.map((pattern) => globRegex(pattern));
    for (const each of this.#visible()) {
      const has = here.get(each.name)?.state === "ii";
      if (this.args.has("installed") && !has) continue;
      if (regexes.length > 0 && !regexes.some((regex) => regex.test(each.name))) continue;
      const automatic = has && automaticallyInstalled(this.self.machine.files).includes(each.name);
      const suite = this.#hasIndex ? `stable${has ? ",now" : ""}` : "now";
      const mark = has ? ` [installed${automatic ? ",automatic" : this.#hasIndex ? "" : ",local"}]` : "";
      await this.self.print(`${each.name}/${suite} ${each.version} amd64${mark}\n`);
    }
    return 0;
  }

  async search(words: readonly string[]): Promise<number> {
    if (words.length === 0) return this.error("You must give at least one search pattern");
    const regexes = words.map((word) => new RegExp(word, "i"));
    const here = installed(this.self.machine.files);
    const found = this.#visible().filter((each) =>
      regexes.every((regex) => regex.test(each.name) || (!this.args.has("names-only") && regex.test(each.summary))),
    );
    if (this.name === "apt-cache") {
      for (const each of found) await this.self.print(`${each.name} - ${each.summary}\n`);
      return 0;
    }
    await this.say("Sorting...\nFull Text Search...\n");
    for (const each of found) {
      const has = here.get(each.name)?.state === "ii";
      await this.self.print(
        `${each.name}/${has ? "stable,now" : "stable"} ${each.version} amd64${has ? " [installed]" : ""}\n  ${each.summary}\n\n`,
      );
    }
    return 0;
  }

  async show(names: readonly string[]): Promise<number> {
    let shown = 0;
    for (const name of names) {
      const each = this.#known(name);
      if (!each) continue;
      shown++;
      const depends = each.depends.length > 0 ? `Depends: ${each.depends.join(", ")}\n` : "";
      const sizes =
        each.size > 0 ? `Installed-Size: ${size(each.installedKib * 1024)}\n${depends}Download-Size: ${size(each.size)}\n` : depends;
      await this.self.print(
        `Package: ${name}\nVersion: ${each.version}\nPriority: ${each.preinstalled ? "important" : "optional"}\nSection: ${each.section}\n${sizes}APT-Sources: ${HOST} bookworm/main amd64 Packages\nDescription: ${each.summary}\n\n`,
      );
    }
    return shown === names.length ? 0 : shown === 0 ? this.error("No packages found") : 100;
  }

  async policy(names: readonly string[]): Promise<number> {
    const here = installed(this.self.machine.files);
    for (const name of names) {
      const each = this.#known(name);
      if (!each) continue;
      const has = here.get(name)?.state === "ii";
      const source = this.#hasIndex ? `        500 ${HOST} bookworm/main amd64 Packages\n` : "";
      const status = has ? "        100 /var/lib/dpkg/status\n" : "";
      await this.self.print(
        `${name}:\n  Installed: ${has ? each.version : "(none)"}\n  Candidate: ${each.version}\n  Version table:\n ${has ? "***" : "   "} ${each.version} ${this.#hasIndex ? 500 : 100}\n${source}${status}`,
      );
    }
    return 0;
  }
}

const VERSION = "apt 2.6.1 (amd64)\n";

async function run(self: Process, args: Arguments, name: Name): Promise<number> {
  if (args.has("version")) {
    await self.print(VERSION);
    return 0;
  }
  const [command, ...names] = args.operands;
  if (name === "apt" && !self.fds.get(1)?.tty && command !== undefined)
    await self.error("\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n");
  const apt = new Apt(self, name, args, await packages(self));
  switch (command) {
    case "update":
      return apt.update();
    case "install":
      return apt.install(names);
    case "remove":
    case "purge":
    case "autoremove":
      return apt.remove(names, command);
    case "upgrade":
    case "dist-upgrade":
    case "full-upgrade":
      return apt.upgrade();
    case "clean":
    case "autoclean":
      return 0;
    case "list":
      return apt.list(names);
    case "search":
      return apt.search(names);
    case "show":
      return apt.show(names);
    case "policy":
      return apt.policy(names);
    case undefined: {
      const { programs } = await import("../table.ts");
      const entry = programs.get(name);
      const { helpText } = await import("../core/help.ts");
      await self.print(VERSION + (entry ? helpText(entry) : ""));
      return 0;
    }
    default:
      return apt.error(`Invalid operation ${command}`);
  }
}

const options = [
  "-y, --yes  assume Yes to all queries and do not prompt",
  "--assume-yes  as --yes",
  "-q, --quiet  produce output suitable for logging",
  "-s, --simulate  no action: only say what would be done",
  "--dry-run  as --simulate",
  "--purge  with remove: as purge",
  "--autoremove  with remove: take away what is no longer needed, too",
  "--auto-remove  as --autoremove",
  "--no-install-recommends  (accepted)",
  "--installed  with list: only packages that are installed",
  "--upgradable  with list: only packages of which there is a newer version",
  "--upgradeable  as --upgradable",
  "-n, --names-only  with search: look at the names only",
];

function define(name: Name, summary: string, synopsis: readonly string[]): ProgramEntry {
  return program({
    name,
    summary,
    section: "system",
    origin: "apt 2.6.1",
    synopsis,
    usageStatus: 100,
    usageHint: () => "",
    usageMessage: (message) => message,
    options,
    unmodeled: ["-d", "--download-only", "-f", "--fix-broken", "-o", "--option", "-t", "--target-release", "--reinstall", "--only-upgrade"],
    limits:
      "The index holds the packages whose programs this machine has, in Debian 12's versions. Nothing is fetched from a network: the files come from the page. There are no newer versions to upgrade to.",
    run: (self, args) => run(self, args, name),
  });
}

const changing = ["update", "install package ...", "remove package ...", "purge package ...", "autoremove", "upgrade"];

export const apt = define("apt", "command-line interface of the package manager", [
  ...changing,
  "list [pattern ...]",
  "search word ...",
  "show package ...",
]);
export const aptGet = define("apt-get", "APT package handling utility -- command-line interface", changing);
export const aptCache = define("apt-cache", "query the APT cache", ["search word ...", "show package ...", "policy package ..."]);
