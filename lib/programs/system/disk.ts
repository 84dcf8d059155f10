/** du(1), df(1), tree(1). */
import type { Stat } from "../../kernel/types.ts";
import { codeOf, Failure, quoteIfNeeded, quoteName, reason } from "../core/errors.ts";
import { globRegex } from "../core/glob.ts";
import { Output } from "../core/io.ts";
import { kibibytes, modeText } from "../core/mode.ts";
import { compareText, joinPath } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { humanSize } from "../core/size.ts";
import { groupName, userName } from "../core/users.ts";
import { colorOf } from "../coreutils/ls-colors.ts";

const coreutils = "GNU coreutils 9.1";

export const du = program({
  name: "du",
  summary: "estimate file space usage",
  section: "files",
  origin: coreutils,
  synopsis: ["[OPTION]... [FILE]..."],
  options: [
    "-0, --null  end each output line with NUL, not newline",
    "-a, --all  write counts for all files, not just directories",
    "--apparent-size  print apparent sizes rather than device usage",
    "-B, --block-size=SIZE  scale sizes by SIZE before printing them",
    "-b, --bytes  equivalent to '--apparent-size --block-size=1'",
    "-c, --total  produce a grand total",
    "-d, --max-depth=N  print the total for a directory only if it is N or fewer levels below the command line argument",
    "-h, --human-readable  print sizes in human readable format (e.g., 1K 234M 2G)",
    "-k  like --block-size=1K",
    "-L, --dereference  dereference all symbolic links",
    "-l, --count-links  count sizes many times if hard linked",
    "-m  like --block-size=1M",
    "-s, --summarize  display only a total for each argument",
    "--si  like -h, but use powers of 1000 not 1024",
    "-S, --separate-dirs  for directories do not include size of subdirectories",
    "-x, --one-file-system  skip directories on different file systems (there is only one)",
    "--exclude=PATTERN  exclude files that match PATTERN",
  ],
  unmodeled: [
    "-D",
    "--dereference-args",
    "-H",
    "--files0-from",
    "--inodes",
    "-P",
    "--no-dereference",
    "-t",
    "--threshold",
    "--time",
    "--time-style",
    "-X",
    "--exclude-from",
  ],
  run: async (self, args) => {
    const apparent = args.has("bytes", "apparent-size");
    const blockText = args.get("block-size");
    const units: Readonly<Record<string, number>> = { K: 1024, M: 1024 ** 2, G: 1024 ** 3, KB: 1000, MB: 1e6, GB: 1e9 };
    const block = args.has("bytes")
      ? 1
      : args.has("m")
        ? 1024 ** 2
        : blockText === undefined
          ? 1024
          : (units[blockText] ?? Number(blockText));
    if (!(block > 0)) throw new Failure(`invalid --block-size argument '${blockText}'`);
    const depthText = args.get("max-depth");
    if (depthText !== undefined && !/^\d+$/.test(depthText)) throw new Failure(`invalid maximum depth ‘${depthText}’`);
    if (args.has("summarize") && args.has("all"))
      throw new Failure("cannot both summarize and show all entries\nTry 'du --help' for more information.");
    const most = args.has("summarize") ? 0 : depthText === undefined ? Number.POSITIVE_INFINITY : Number(depthText);
    const excluded = args.all("exclude").map((pattern) => globRegex(pattern));
    const out = new Output(self);
    const end = args.has("null") ? "\0" : "\n";
    const show = (bytes: number) =>
      args.has("human-readable")
        ? bytes === 0
          ? "0"
          : humanSize(bytes)
        : args.has("si")
          ? humanSize(bytes, 1000)
          : String(Math.ceil(bytes / block));
    const seen = new Set<number>();
    let status = 0;
    const visit = async (path: string, depth: number): Promise<number> => {
      await self.tick();
      let stat: Stat;
      try {
        stat = args.has("dereference") ? self.files.stat(path) : self.files.lstat(path);
      } catch (error) {
        await out.flush();
        await self.error(`du: cannot access ${quoteName(path)}: ${reason(error)}\n`);
        status = 1;
        return 0;
      }
      if (stat.nlink > 1 && stat.kind !== "directory" && !args.has("count-links")) {
        if (seen.has(stat.ino)) return 0;
        seen.add(stat.ino);
      }
      const own = apparent ? (stat.kind === "directory" ? Math.max(4096, stat.size) : stat.size) : kibibytes(stat) * 1024;
      let total = own;
      if (stat.kind === "directory") {
        let below = 0;
        try {
          for (const entry of self.files.readdir(path)) {
            const child = joinPath(path, entry.name);
            if (excluded.some((regex) => regex.test(entry.name) || regex.test(child))) continue;
            const size = await visit(child, depth + 1);
            if (entry.kind !== "directory" || !args.has("separate-dirs")) total += size;
            else below += size;
          }
        } catch (error) {
          await out.flush();
          await self.error(`du: cannot read directory ${quoteName(path)}: ${reason(error)}\n`);
          status = 1;
        }
        if (depth <= most) await out.write(`${show(total)}\t${path}${end}`);
        return total + below;
      }
      if ((args.has("all") && depth <= most) || depth === 0) await out.write(`${show(total)}\t${path}${end}`);
      return total;
    };
    let sum = 0;
    for (const name of args.operands.length === 0 ? ["."] : args.operands) sum += await visit(name, 0);
    if (args.has("total")) await out.write(`${show(sum)}\ttotal${end}`);
    await out.flush();
    return status;
  },
});

export const df = program({
  name: "df",
  summary: "report file system space usage",
  section: "system",
  origin: coreutils,
  synopsis: ["[OPTION]... [FILE]..."],
  options: [
    "-a, --all  include pseudo, duplicate, inaccessible file systems",
    "-B, --block-size=SIZE  scale sizes by SIZE before printing them",
    "-h, --human-readable  print sizes in powers of 1024 (e.g., 1023M)",
    "-H, --si  print sizes in powers of 1000 (e.g., 1.1G)",
    "-i, --inodes  list inode information instead of block usage",
    "-k  like --block-size=1K",
    "-m  like --block-size=1M",
    "-P, --portability  use the POSIX output format",
    "-T, --print-type  print file system type",
    "--total  elide all entries insignificant to available space, and produce a grand total",
    "-t, --type=TYPE  limit listing to file systems of type TYPE",
    "-x, --exclude-type=TYPE  limit listing to file systems not of type TYPE",
    "-l, --local  limit listing to local file systems",
  ],
  unmodeled: ["--no-sync", "--output", "--sync"],
  limits: "A machine has one disk, /dev/vda1, which all machines of the world share the room of.",
  run: async (self, args) => {
    let status = 0;
    let any = args.operands.length === 0;
    for (const name of args.operands) {
      try {
        self.files.stat(name);
        any = true;
      } catch (error) {
        await self.error(`df: ${quoteIfNeeded(name)}: ${reason(error)}\n`);
        status = 1;
      }
    }
    if (!any) return status;
    const fs = self.files.statfs();
    const total = fs.blocks * fs.blockSize;
    const free = fs.freeBlocks * fs.blockSize;
    const human = args.has("human-readable", "si");
    const size = args.has("m") ? 1024 ** 2 : 1024;
    const amount = (bytes: number) => (human ? humanSize(bytes, args.has("si") ? 1000 : 1024) : String(Math.ceil(bytes / size)));
    const used = args.has("inodes") ? fs.files - fs.freeFiles : total - free;
    const whole = args.has("inodes") ? fs.files : total;
    const percent = whole === 0 ? "-" : `${Math.ceil((used * 100) / whole)}%`;
    const header = args.has("inodes")
      ? ["Filesystem", "Inodes", "IUsed", "IFree", "IUse%", "Mounted on"]
      : [
          "Filesystem",
          human ? "Size" : args.has("m") ? "1M-blocks" : args.has("portability") ? "1024-blocks" : "1K-blocks",
          "Used",
          human ? "Avail" : "Available",
          args.has("portability") ? "Capacity" : "Use%",
          "Mounted on",
        ];
    const row = args.has("inodes")
      ? ["/dev/vda1", String(fs.files), String(used), String(fs.freeFiles), percent, "/"]
      : ["/dev/vda1", amount(total), amount(used), amount(free), percent, "/"];
    if (args.has("print-type")) {
      header.splice(1, 0, "Type");
      row.splice(1, 0, "ext4");
    }
    const text = 1 + Number(args.has("print-type"));
    const widths = header.map((title, i) =>
      Math.max(title.length, row[i]?.length ?? 0, i === 0 ? 14 : i >= text && i < header.length - 2 ? 5 : 0),
    );
    for (const cells of [header, row])
      await self.print(
        `${cells.map((cell, i) => (i === cells.length - 1 ? cell : i < text ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(" ")}\n`,
      );
    return status;
  },
});

interface TreeCount {
  directories: number;
  files: number;
}

export const tree = program({
  name: "tree",
  summary: "list contents of directories in a tree-like format",
  section: "files",
  origin: "tree v2.1.0",
  synopsis: ["[options] [directory ...]"],
  options: [
    "-a  all files are listed",
    "-d  list directories only",
    "-f  print the full path prefix for each file",
    "-F  append '/', '=', '*', '|' as per ls -F",
    "-g  displays file group owner or GID number",
    "-h  print the size in a more human readable way",
    "-i  don't print indentation lines",
    "-I PATTERN  do not list files that match the given pattern",
    "-l  follow symbolic links like directories",
    "-L LEVEL  descend only LEVEL directories deep",
    "-n  turn colorization off always",
    "-C  turn colorization on always",
    "-N  print non-printable characters as is",
    "-o FILE  output to file instead of stdout",
    "-p  print the protections for each file",
    "-P PATTERN  list only those files that match the pattern given",
    "-r  reverse the order of the sort",
    "-s  print the size in bytes of each file",
    "-t  sort files by last modification time",
    "-u  displays file owner or UID number",
    "-U  leave files unsorted",
    "--dirsfirst  list directories before files",
    "--noreport  turn off file/directory count at end of tree listing",
    "--prune  prune empty directories from the output",
  ],
  unmodeled: [
    "-A",
    "-c",
    "-D",
    "-H",
    "-J",
    "-q",
    "-Q",
    "-R",
    "-S",
    "-v",
    "-x",
    "-X",
    "--charset",
    "--du",
    "--filelimit",
    "--fromfile",
    "--gitignore",
    "--inodes",
    "--matchdirs",
    "--metafirst",
    "--si",
    "--sort",
    "--timefmt",
  ],
  run: async (self, args) => {
    const { files } = self;
    const levelText = args.get("L");
    if (levelText !== undefined && !(Number(levelText) > 0)) {
      await self.error("tree: Invalid level, must be greater than 0.\n");
      return 1;
    }
    const most = levelText === undefined ? Number.POSITIVE_INFINITY : Number(levelText);
    const count: TreeCount = { directories: 0, files: 0 };
    const target = args.get("o");
    let text = "";
    const out = new Output(self);
    const write = async (line: string) => {
      if (target === undefined) await out.write(line);
      else text += line;
    };
    const patterns = (key: string) =>
      args
        .all(key)
        .flatMap((pattern) => pattern.split("|"))
        .map((pattern) => globRegex(pattern.replace(/\/$/, "")));
    const hidden = patterns("I");
    const only = patterns("P");
    const color = args.has("C") || (!args.has("n") && self.fds.get(1)?.tty !== undefined);
    const root = self.machine.files;
    const shown = (path: string, name: string, stat: Stat) => {
      const parts: string[] = [];
      if (args.has("p")) parts.push(modeText(stat));
      if (args.has("u")) parts.push(userName(root, stat.uid).padEnd(8));
      if (args.has("g")) parts.push(groupName(root, stat.gid).padEnd(8));
      if (args.has("h")) parts.push(humanSize(stat.size).padStart(4));
      else if (args.has("s")) parts.push(String(stat.size).padStart(11));
      const label = args.has("f") ? path : name;
      const mark = args.has("F")
        ? stat.kind === "directory"
          ? "/"
          : stat.kind === "fifo"
            ? "|"
            : stat.kind === "socket"
              ? "="
              : stat.kind === "file" && stat.mode & 0o111
                ? "*"
                : ""
        : "";
      const link = stat.kind === "symlink" ? ` -> ${files.readlink(path)}` : "";
      return `${parts.length > 0 ? `[${parts.join(" ")}]  ` : ""}${color ? colorOf(label, name, stat, stat.kind === "symlink" && !files.exists(path)) : label}${mark}${link}`;
    };
    const children = (path: string) => {
      const list: { name: string; path: string; stat: Stat; folder: boolean }[] = [];
      for (const { name } of files.readdir(path)) {
        if (name.startsWith(".") && !args.has("a")) continue;
        const child = joinPath(path, name);
        const stat = files.lstat(child);
        const folder =
          stat.kind === "directory" || (stat.kind === "symlink" && files.exists(child) && files.stat(child).kind === "directory");
        if (hidden.some((regex) => regex.test(name))) continue;
        if (args.has("d") && !folder) continue;
        if (only.length > 0 && !folder && !only.some((regex) => regex.test(name))) continue;
        list.push({ name, path: child, stat, folder });
      }
      if (!args.has("U")) list.sort((a, b) => (args.has("t") ? a.stat.mtimeMs - b.stat.mtimeMs : 0) || compareText(a.name, b.name));
      if (args.has("r")) list.reverse();
      if (args.has("dirsfirst")) list.sort((a, b) => Number(b.folder) - Number(a.folder));
      return list;
    };
    const holdsFiles = (path: string): boolean =>
      children(path).some((child) => (child.stat.kind === "directory" ? holdsFiles(child.path) : true));
    const walk = async (path: string, lead: string, depth: number): Promise<void> => {
      await self.tick();
      let list: ReturnType<typeof children>;
      try {
        list = children(path);
      } catch (error) {
        if (codeOf(error) === undefined) throw error;
        return;
      }
      if (args.has("prune")) list = list.filter((child) => child.stat.kind !== "directory" || holdsFiles(child.path));
      for (const [index, child] of list.entries()) {
        const last = index === list.length - 1;
        const branch = args.has("i") ? "" : `${lead}${last ? "└── " : "├── "}`;
        if (child.folder) count.directories++;
        else count.files++;
        const descend = child.stat.kind === "directory" || (child.folder && args.has("l"));
        let note = "";
        if (descend && !files.access(child.path, 5)) note = "  [error opening dir]";
        await write(`${branch}${shown(child.path, child.name, child.stat)}${note}\n`);
        if (descend && depth < most) await walk(child.path, args.has("i") ? "" : `${lead}${last ? "    " : "│\u00a0\u00a0 "}`, depth + 1);
      }
    };
    let status = 0;
    for (const name of args.operands.length === 0 ? ["."] : args.operands) {
      if (!files.exists(name) || files.stat(name).kind !== "directory") {
        await write(`${name}  [error opening dir]\n`);
        status = 2;
        continue;
      }
      await write(`${shown(name, name, files.stat(name))}\n`);
      count.directories++;
      await walk(name, "", 1);
    }
    const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;
    if (!args.has("noreport")) {
      const directories = plural(count.directories, "directory", "directories");
      await write(`\n${directories}${args.has("d") ? "" : `, ${plural(count.files, "file", "files")}`}\n`);
    }
    if (target !== undefined) files.writeFile(target, text);
    await out.flush();
    return status;
  },
});
