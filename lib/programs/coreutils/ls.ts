/** ls(1), GNU coreutils 9.1. */
import type { Process, Stat } from "../../kernel/types.ts";
import { codeOf, Failure, invalidArgument, quote, quoteName, reason } from "../core/errors.ts";
import { Output } from "../core/io.ts";
import { kibibytes, modeText } from "../core/mode.ts";
import type { Arguments } from "../core/options.ts";
import { compareText, displayWidth, joinPath } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { humanSize } from "../core/size.ts";
import { groupName, userName } from "../core/users.ts";
import { colorOf } from "./ls-colors.ts";
import { arrange, compareVersions, fileTime, shellQuote } from "./ls-layout.ts";

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly stat: Stat;
  /** Where a symbolic link leads, for -l. */
  readonly target?: string;
  readonly targetStat?: Stat;
}

class Listing {
  readonly out: Output;
  status = 0;
  #colored = false;
  readonly long: boolean;
  readonly tty: boolean;
  readonly color: boolean;
  readonly width: number;
  #first = true;

  constructor(
    readonly self: Process,
    readonly args: Arguments,
  ) {
    this.out = new Output(self);
    const tty = self.fds.get(1)?.tty;
    this.tty = tty !== undefined;
    const format = args.last("l", "o", "g", "1", "C", "x", "m", "numeric-uid-gid", "full-time");
    this.long =
      args.has("full-time", "l", "o", "g", "numeric-uid-gid") && !["1", "C", "x", "m"].includes(format ?? "")
        ? true
        : ["l", "o", "g", "numeric-uid-gid", "full-time"].includes(format ?? "");
    if (format === "1" && args.has("l", "o", "g", "numeric-uid-gid", "full-time")) this.long = true;
    const when = args.get("color");
    this.color =
      args.has("color") &&
      (when === "" ||
        when === "always" ||
        when === "yes" ||
        when === "force" ||
        (this.tty && (when === "auto" || when === "tty" || when === "if-tty")));
    this.width = Number(args.get("width") ?? self.env.COLUMNS ?? tty?.columns ?? 80) || 80;
  }

  async complain(error: unknown, doing: string, path: string, status: number): Promise<void> {
    await this.out.flush();
    await this.self.error(`ls: ${doing} ${quoteName(path)}: ${reason(error)}\n`);
    this.status = Math.max(this.status, status);
  }

  entry(name: string, path: string, follow: boolean): Entry {
    const { files } = this.self;
    let stat = files.lstat(path);
    if (stat.kind !== "symlink") return { name, path, stat };
    if (follow) {
      try {
        stat = files.stat(path);
        return { name, path, stat };
      } catch (error) {
        if (codeOf(error) === undefined) throw error;
      }
    }
    let targetStat: Stat | undefined;
    try {
      targetStat = files.stat(path);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
    }
    return { name, path, stat, target: files.readlink(path), targetStat };
  }

  sort(entries: Entry[]): Entry[] {
    const { args } = this;
    const byName = (a: Entry, b: Entry) => compareText(a.name, b.name);
    const order = args.last("S", "t", "v", "X", "U", "f", "sort");
    const kind =
      order === "sort" ? args.get("sort") : { S: "size", t: "time", v: "version", X: "extension", U: "none", f: "none" }[order ?? ""];
    const time = (entry: Entry) => this.timeOf(entry);
    const extension = (entry: Entry) => (entry.name.includes(".") ? entry.name.slice(entry.name.lastIndexOf(".")) : "");
    if (kind === "none") return entries;
    if (kind !== undefined && !["size", "time", "version", "extension", "name", "width"].includes(kind))
      throw invalidArgument("--sort", kind, [["none"], ["time"], ["size"], ["extension"], ["version"], ["width"]]);
    const compare: (a: Entry, b: Entry) => number =
      kind === "size"
        ? (a, b) => b.stat.size - a.stat.size || byName(a, b)
        : kind === "time" || (!this.long && kind === undefined && args.has("u", "c"))
          ? (a, b) => time(b) - time(a) || byName(a, b)
          : kind === "version"
            ? (a, b) => compareVersions(a.name, b.name)
            : kind === "extension"
              ? (a, b) => compareText(extension(a), extension(b)) || byName(a, b)
              : kind === "width"
                ? (a, b) => displayWidth(a.name) - displayWidth(b.name) || byName(a, b)
                : byName;
    entries.sort(compare);
    if (args.has("reverse")) entries.reverse();
    if (args.has("group-directories-first")) {
      const directory = (entry: Entry) => (entry.targetStat ?? entry.stat).kind === "directory";
      entries.sort((a, b) => Number(directory(b)) - Number(directory(a)));
    }
    return entries;
  }

  timeOf(entry: Entry): number {
    const which = this.args.last("u", "c", "time");
    const value = which === "time" ? this.args.get("time") : which;
    if (value === "u" || value === "atime" || value === "access" || value === "use") return entry.stat.atimeMs;
    if (value === "c" || value === "ctime" || value === "status") return entry.stat.ctimeMs;
    return entry.stat.mtimeMs;
  }

  shown(name: string): string {
    if (this.args.has("literal") || this.args.has("quote-name"))
      return this.args.has("quote-name") ? `"${name.replace(/["\\]/g, "\\$&")}"` : name;
    return this.tty ? shellQuote(name) : name;
  }

  /** The mark that -F and -p add. */
  mark(stat: Stat | undefined, linkMark: boolean): string {
    if (stat === undefined) return "";
    const { args } = this;
    const style = args.last("classify", "file-type", "p", "indicator-style");
    const which =
      style === "indicator-style"
        ? args.get("indicator-style")
        : { classify: "classify", "file-type": "file-type", p: "slash" }[style ?? ""];
    if (which === undefined || which === "none") return "";
    if (stat.kind === "directory") return "/";
    if (which === "slash") return "";
    if (stat.kind === "symlink") return linkMark ? "@" : "";
    if (stat.kind === "fifo") return "|";
    if (stat.kind === "socket") return "=";
    return which === "classify" && stat.kind === "file" && stat.mode & 0o111 ? "*" : "";
  }

  painted(text: string, entry: Entry): string {
    if (!this.color) return text;
    const colored = colorOf(text, entry.name, entry.stat, entry.stat.kind === "symlink" && entry.targetStat === undefined);
    if (colored === text || this.#colored) return colored;
    // The first color of all is preceded by a return to normal.
    this.#colored = true;
    return `\x1b[0m${colored}`;
  }

  size(stat: Stat): string {
    if (stat.kind === "device") return `${stat.rdev >> 8}, ${String(stat.rdev & 255).padStart(3)}`;
    if (this.args.has("human-readable")) return humanSize(stat.size);
    return this.args.has("si") ? humanSize(stat.size, 1000) : String(stat.size);
  }

  blocks(kib: number): string {
    if (this.args.has("human-readable")) return kib === 0 ? "0" : humanSize(kib * 1024);
    return this.args.has("si") ? humanSize(kib * 1024, 1000) : String(kib);
  }

  async show(entries: readonly Entry[]): Promise<void> {
    const { args } = this;
    const inode = args.has("inode");
    const blocks = args.has("size");
    const inodeWidth = Math.max(0, ...entries.map((entry) => String(entry.stat.ino).length));
    const blockWidth = Math.max(0, ...entries.map((entry) => this.blocks(kibibytes(entry.stat)).length));
    const aligned = this.long || args.has("1") || args.has("format");
    const prefix = (entry: Entry) =>
      (inode ? `${String(entry.stat.ino).padStart(inodeWidth)} ` : "") +
      (blocks ? `${this.blocks(kibibytes(entry.stat)).padStart(aligned || this.tty || !this.long ? blockWidth : 0)} ` : "");
    // On a terminal, names beside a quoted one get a space so that they line up.
    const quotes = this.tty && entries.some((entry) => this.shown(entry.name) !== entry.name) && !args.has("literal");
    const name = (entry: Entry) => {
      const text = this.shown(entry.name);
      return (quotes && text === entry.name ? " " : "") + this.painted(text, entry);
    };
    if (this.long) return this.showLong(entries, prefix, name);
    const cells = entries.map((entry) => {
      const text = this.shown(entry.name);
      const mark = this.mark(entry.stat, true);
      const lead = prefix(entry);
      const plain = lead + (quotes && text === entry.name ? " " : "") + text + mark;
      return { text: lead + name(entry) + mark, width: displayWidth(plain) };
    });
    const format = args.last("1", "C", "x", "m") ?? (this.tty ? "C" : "1");
    const end = args.has("zero") ? "\0" : "\n";
    if (format === "m") {
      let line = "";
      for (const [index, cell] of cells.entries()) {
        const piece = cell.text + (index < cells.length - 1 ? "," : "");
        if (line !== "" && displayWidth(line) + 1 + displayWidth(piece) >= this.width) {
          await this.out.write(`${line}\n`);
          line = piece;
        } else line += (line === "" ? "" : " ") + piece;
      }
      if (cells.length > 0) await this.out.write(`${line}\n`);
    } else if (format === "1" || args.has("zero")) for (const cell of cells) await this.out.write(cell.text + end);
    else await this.out.write(arrange(cells, this.width, format === "x", !this.color));
  }

  async showLong(entries: readonly Entry[], prefix: (entry: Entry) => string, name: (entry: Entry) => string): Promise<void> {
    const { args, self } = this;
    const numeric = args.has("numeric-uid-gid");
    const root = self.machine.files;
    const rows = entries.map((entry) => ({
      entry,
      links: String(entry.stat.nlink),
      owner: args.has("g") ? "" : numeric ? String(entry.stat.uid) : userName(root, entry.stat.uid),
      group: args.has("o", "no-group") ? "" : numeric ? String(entry.stat.gid) : groupName(root, entry.stat.gid),
      size: this.size(entry.stat),
    }));
    const widest = (pick: (row: (typeof rows)[number]) => string) => Math.max(0, ...rows.map((row) => pick(row).length));
    const links = widest((row) => row.links);
    const owner = widest((row) => row.owner);
    const group = widest((row) => row.group);
    const size = widest((row) => row.size);
    const style = args.has("full-time") ? "full-iso" : args.get("time-style");
    for (const row of rows) {
      const { entry } = row;
      const time = fileTime(this.timeOf(entry), self.machine.kernel.clock.now(), self.env.TZ ?? "UTC", style);
      const pad = (text: string, width: number) => (numeric ? text.padStart(width) : text.padEnd(width));
      const who = (args.has("g") ? "" : `${pad(row.owner, owner)} `) + (args.has("o", "no-group") ? "" : `${pad(row.group, group)} `);
      const arrow =
        entry.target === undefined
          ? ""
          : ` -> ${this.color && entry.targetStat ? colorOf(this.shown(entry.target), entry.target, entry.targetStat, false) : this.shown(entry.target)}`;
      const mark = entry.target === undefined ? this.mark(entry.stat, true) : this.mark(entry.targetStat, false);
      await this.out.write(
        `${prefix(entry)}${modeText(entry.stat)} ${row.links.padStart(links)} ${who}${row.size.padStart(size)} ${time} ${name(entry)}${arrow}${mark}${args.has("zero") ? "\0" : "\n"}`,
      );
    }
  }

  hidden(name: string): boolean {
    if (this.args.has("all", "f") || this.args.has("almost-all")) return this.args.all("ignore").some((pattern) => matches(pattern, name));
    if (name.startsWith(".")) return true;
    return this.args.has("ignore-backups") && name.endsWith("~")
      ? true
      : [...this.args.all("ignore"), ...this.args.all("hide")].some((pattern) => matches(pattern, name));
  }

  async directory(path: string, heading: boolean, top: boolean): Promise<void> {
    await this.self.tick();
    const { files } = this.self;
    let names: string[];
    try {
      names = files.readdir(path).map((found) => found.name);
    } catch (error) {
      return this.complain(error, "cannot open directory", path, top ? 2 : 1);
    }
    if (this.args.last("all", "almost-all", "f") !== "almost-all" && this.args.has("all", "f")) names.unshift(".", "..");
    const entries: Entry[] = [];
    for (const name of names) {
      if (name !== "." && name !== ".." && this.hidden(name)) continue;
      try {
        entries.push(this.entry(name, joinPath(path, name), this.args.has("dereference")));
      } catch (error) {
        await this.complain(error, "cannot access", joinPath(path, name), 1);
      }
    }
    this.sort(entries);
    if (heading) await this.out.write(`${this.#first ? "" : "\n"}${this.tty ? shellQuote(path) : path}:\n`);
    this.#first = false;
    if (this.long || this.args.has("size"))
      await this.out.write(`total ${this.blocks(entries.reduce((sum, entry) => sum + kibibytes(entry.stat), 0))}\n`);
    await this.show(entries);
    if (!this.args.has("recursive")) return;
    for (const entry of entries)
      if (entry.stat.kind === "directory" && entry.name !== "." && entry.name !== "..") await this.directory(entry.path, true, false);
  }

  async run(): Promise<number> {
    const names = this.args.operands.length === 0 ? ["."] : this.args.operands;
    const listDirectories = this.args.has("directory");
    const plain: Entry[] = [];
    const directories: Entry[] = [];
    for (const name of names) {
      try {
        const follow =
          this.args.has("dereference", "dereference-command-line") ||
          (!this.long && !listDirectories && this.mark({ ...emptyDirectory }, true) === "");
        let entry = this.entry(name, name, follow || name.endsWith("/"));
        if (!follow && !listDirectories && !this.long && entry.targetStat?.kind === "directory" && !this.args.has("classify"))
          entry = { name, path: name, stat: entry.targetStat };
        if (entry.stat.kind === "directory" && !listDirectories) directories.push(entry);
        else plain.push(entry);
      } catch (error) {
        await this.complain(error, "cannot access", name, 2);
      }
    }
    this.sort(plain);
    this.sort(directories);
    if (plain.length > 0) {
      await this.show(plain);
      this.#first = false;
    }
    const heading = names.length > 1 || this.args.has("recursive");
    for (const entry of directories) await this.directory(entry.path, heading, true);
    await this.out.flush();
    return this.status;
  }
}

const emptyDirectory: Stat = {
  ino: 0,
  kind: "directory",
  mode: 0,
  nlink: 0,
  uid: 0,
  gid: 0,
  size: 0,
  mtimeMs: 0,
  ctimeMs: 0,
  atimeMs: 0,
  rdev: 0,
};

function matches(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(name);
}

const WHEN = [
  ["always", "yes", "force"],
  ["never", "no", "none"],
  ["auto", "tty", "if-tty"],
];

export const ls = program({
  name: "ls",
  summary: "list directory contents",
  section: "files",
  origin: "GNU coreutils 9.1",
  synopsis: ["[OPTION]... [FILE]..."],
  description:
    "List information about the FILEs (the current directory by default). Entries are sorted by name unless an option says otherwise.",
  usageStatus: 2,
  options: [
    "-a, --all  do not ignore entries starting with .",
    "-A, --almost-all  do not list implied . and ..",
    "-B, --ignore-backups  do not list entries ending with ~",
    "-c  with -lt: sort by, and show, ctime; otherwise sort by ctime",
    "-C  list entries by columns",
    "--color[=WHEN]  color the output: 'always', 'auto', or 'never'",
    "-d, --directory  list directories themselves, not their contents",
    "-f  list all entries in directory order",
    "-F, --classify[=WHEN]  append an indicator (one of */=>@|) to entries",
    "--file-type  likewise, except do not append '*'",
    "--full-time  like -l --time-style=full-iso",
    "-g  like -l, but do not list owner",
    "--group-directories-first  group directories before files",
    "-G, --no-group  in a long listing, don't print group names",
    "-h, --human-readable  with -l and -s, print sizes like 1K 234M 2G",
    "--si  likewise, but use powers of 1000 not 1024",
    "-H, --dereference-command-line  follow symbolic links listed on the command line",
    "--hide=PATTERN  do not list entries matching shell PATTERN (unless -a or -A)",
    "--indicator-style=WORD  append indicator: none, slash (-p), file-type, classify (-F)",
    "-i, --inode  print the index number of each file",
    "-I, --ignore=PATTERN  do not list entries matching shell PATTERN",
    "-k, --kibibytes  default to 1024-byte blocks for file system usage",
    "-l  use a long listing format",
    "-L, --dereference  show information for the file a link references",
    "-m  fill width with a comma separated list of entries",
    "-n, --numeric-uid-gid  like -l, but list numeric user and group IDs",
    "-N, --literal  print entry names without quoting",
    "-o  like -l, but do not list group information",
    "-p  append / indicator to directories",
    "-Q, --quote-name  enclose entry names in double quotes",
    "-r, --reverse  reverse order while sorting",
    "-R, --recursive  list subdirectories recursively",
    "-s, --size  print the allocated size of each file, in blocks",
    "-S  sort by file size, largest first",
    "--sort=WORD  sort by none (-U), size (-S), time (-t), version (-v), extension (-X), name, width",
    "--time=WORD  use another time: atime, access, use (-u); ctime, status (-c)",
    "--time-style=STYLE  time format: full-iso, long-iso, iso, locale, or +FORMAT",
    "-t  sort by time, newest first",
    "-u  with -lt: sort by, and show, access time",
    "-U  do not sort; list entries in directory order",
    "-v  natural sort of (version) numbers within text",
    "-w, --width=COLS  set output width to COLS; 0 means no limit",
    "-x  list entries by lines instead of by columns",
    "-X  sort alphabetically by entry extension",
    "-1  list one file per line",
    "--zero  end each output line with NUL, not newline",
  ],
  unmodeled: [
    "--author",
    "-b",
    "--escape",
    "--block-size",
    "-D",
    "--dired",
    "--format",
    "--hyperlink",
    "-q",
    "--hide-control-chars",
    "--show-control-chars",
    "--quoting-style",
    "-T",
    "--tabsize",
    "-Z",
    "--context",
  ],
  run: async (self, args) => {
    const color = args.get("color");
    if (args.has("color") && !["", "always", "yes", "force", "never", "no", "none", "auto", "tty", "if-tty"].includes(color ?? ""))
      throw invalidArgument("--color", color ?? "", WHEN);
    const width = args.get("width");
    if (width !== undefined && !/^\d+$/.test(width)) throw new Failure(`invalid line width: ${quote(width)}`, 2);
    return new Listing(self, args).run();
  },
});
