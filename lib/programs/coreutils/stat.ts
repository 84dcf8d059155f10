/** stat(1), readlink(1), realpath(1), GNU coreutils 9.1. */
import type { Process, Stat } from "../../kernel/types.ts";
import { codeOf, Failure, quoteName, reason, UsageError } from "../core/errors.ts";
import { kibibytes, modeText } from "../core/mode.ts";
import { origin } from "../core/origins.ts";
import { baseName, dirName, joinPath } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { momentAt, strftime } from "../core/time.ts";
import { groupName, userName } from "../core/users.ts";
import { relativePath } from "./links.ts";

const DEVICE = 0xfe01;

function kindText(stat: Stat): string {
  switch (stat.kind) {
    case "file":
      return stat.size === 0 ? "regular empty file" : "regular file";
    case "symlink":
      return "symbolic link";
    case "device":
      return "character special file";
    default:
      return stat.kind;
  }
}

function timeText(self: Process, ms: number): string {
  return strftime("%Y-%m-%d %H:%M:%S.%N %z", momentAt(ms, self.env.TZ ?? "UTC"));
}

function directive(self: Process, name: string, stat: Stat, letter: string): string {
  const root = self.machine.files;
  switch (letter) {
    case "a":
      return (stat.mode & 0o7777).toString(8);
    case "A":
      return modeText(stat);
    case "b":
      return String(kibibytes(stat) * 2);
    case "B":
      return "512";
    case "d":
      return String(DEVICE);
    case "D":
      return DEVICE.toString(16);
    case "f":
      return stat.mode.toString(16);
    case "F":
      return kindText(stat);
    case "g":
      return String(stat.gid);
    case "G":
      return groupName(root, stat.gid);
    case "h":
      return String(stat.nlink);
    case "i":
      return String(stat.ino);
    case "m":
      return "/";
    case "n":
      return name;
    case "N":
      return quoteName(name) + (stat.kind === "symlink" ? ` -> ${quoteName(self.files.readlink(name))}` : "");
    case "o":
      return "4096";
    case "s":
      return String(stat.size);
    case "t":
      return (stat.rdev >> 8).toString(16);
    case "T":
      return (stat.rdev & 255).toString(16);
    case "u":
      return String(stat.uid);
    case "U":
      return userName(root, stat.uid);
    case "w":
      return "-";
    case "W":
      return "0";
    case "x":
      return timeText(self, stat.atimeMs);
    case "X":
      return String(Math.floor(stat.atimeMs / 1000));
    case "y":
      return timeText(self, stat.mtimeMs);
    case "Y":
      return String(Math.floor(stat.mtimeMs / 1000));
    case "z":
      return timeText(self, stat.ctimeMs);
    case "Z":
      return String(Math.floor(stat.ctimeMs / 1000));
    default:
      return "?";
  }
}

function formatted(self: Process, format: string, name: string, stat: Stat): string {
  return format.replace(/%([-+ 0#]*)(\d*)(?:\.(\d*))?([a-zA-Z%])/g, (_whole, flags: string, width: string, _precision, letter: string) => {
    if (letter === "%") return "%";
    let text = directive(self, name, stat, letter);
    if (flags.includes("#") && letter === "a") text = `0${text}`;
    return flags.includes("-") ? text.padEnd(Number(width)) : text.padStart(Number(width), flags.includes("0") ? "0" : " ");
  });
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", "\\": "\\", '"': '"', a: "\x07", r: "\r", e: "\x1b", "0": "\0" };

export const stat = program({
  name: "stat",
  summary: "display file or file system status",
  section: "files",
  origin,
  synopsis: ["[OPTION]... FILE..."],
  options: [
    "-L, --dereference  follow links",
    "-f, --file-system  display file system status instead of file status",
    "-c, --format=FORMAT  use the specified FORMAT instead of the default; output a newline after each use",
    "--printf=FORMAT  like --format, but interpret backslash escapes, and do not output a mandatory trailing newline",
    "-t, --terse  print the information in terse form",
  ],
  unmodeled: ["--cached"],
  run: async (self, args) => {
    if (args.operands.length === 0) throw new UsageError("missing operand");
    let status = 0;
    for (const name of args.operands) {
      let found: Stat;
      try {
        found = args.has("dereference") ? self.files.stat(name) : self.files.lstat(name);
      } catch (error) {
        await self.error(
          `stat: cannot ${args.has("file-system") ? "read file system information for" : "statx"} ${quoteName(name)}: ${reason(error)}\n`,
        );
        status = 1;
        continue;
      }
      const format = args.get("format");
      const printf = args.get("printf");
      if (args.has("file-system")) {
        const fs = self.files.statfs();
        await self.print(
          `  File: "${name}"\n    ID: 5117e0000000fe01 Namelen: 255     Type: ext2/ext3\nBlock size: ${String(fs.blockSize).padEnd(10)} Fundamental block size: ${fs.blockSize}\nBlocks: Total: ${String(fs.blocks).padEnd(10)} Free: ${String(fs.freeBlocks).padEnd(10)} Available: ${fs.freeBlocks}\nInodes: Total: ${String(fs.files).padEnd(10)} Free: ${fs.freeFiles}\n`,
        );
      } else if (format !== undefined) await self.print(`${formatted(self, format, name, found)}\n`);
      else if (printf !== undefined)
        await self.print(
          formatted(
            self,
            printf.replace(
              /\\([0-7]{1,3}|.)/g,
              (whole, e: string) => ESCAPES[e] ?? (/^[0-7]+$/.test(e) ? String.fromCharCode(Number.parseInt(e, 8)) : whole),
            ),
            name,
            found,
          ),
        );
      else if (args.has("terse")) await self.print(`${formatted(self, "%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o", name, found)}\n`);
      else {
        const device = found.kind === "device" ? ` Device type: ${(found.rdev >> 8).toString(16)},${(found.rdev & 255).toString(16)}` : "";
        await self.print(
          formatted(
            self,
            `  File: %N\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\nDevice: 254,1\tInode: %-10i  Links: %-5h${device}\nAccess: (%04a/%10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\nAccess: %x\nModify: %y\nChange: %z\n Birth: %w\n`,
            name,
            found,
          )
            .replace(/^ {2}File: '(.*)'$/m, found.kind === "symlink" ? "$&" : "  File: $1")
            .replace(/^ {2}File: '(.*)' -> '(.*)'$/m, "  File: $1 -> $2")
            .replace(/(Links: \d+) *$/m, "$1"),
        );
      }
    }
    return status;
  },
});

/** Follows links as readlink -f, -e, -m and realpath do. Undefined when a part that must exist does not. */
export function canonical(self: Process, path: string, mode: "all-but-last" | "existing" | "missing", depth = 0): string | undefined {
  if (depth > 40) return undefined;
  try {
    return self.files.realpath(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    if (mode === "existing" || (code !== "ENOENT" && mode !== "missing")) return undefined;
  }
  const name = baseName(path);
  // The last component may itself be a dangling link.
  try {
    if (self.files.lstat(path).kind === "symlink") {
      const target = self.files.readlink(path);
      return canonical(self, target.startsWith("/") ? target : joinPath(dirName(path), target), mode, depth + 1);
    }
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
  const parent = dirName(path);
  if (parent === path) return path;
  if (mode === "missing") {
    const base = canonical(self, parent, "missing", depth);
    if (name === ".") return base;
    if (name === "..") return base === undefined ? undefined : dirName(base);
    return base === undefined ? undefined : joinPath(base, name);
  }
  try {
    const base = self.files.realpath(parent);
    if (self.files.stat(base).kind !== "directory") return undefined;
    return joinPath(base, name);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}

export const readlink = program({
  name: "readlink",
  summary: "print resolved symbolic links or canonical file names",
  section: "files",
  origin,
  synopsis: ["[OPTION]... FILE..."],
  options: [
    "-f, --canonicalize  canonicalize by following every symlink; all but the last component must exist",
    "-e, --canonicalize-existing  likewise; all components must exist",
    "-m, --canonicalize-missing  likewise, without requirements on components existence",
    "-n, --no-newline  do not output the trailing delimiter",
    "-q, --quiet  suppress most error messages (default)",
    "-s, --silent  as --quiet",
    "-v, --verbose  report error messages",
    "-z, --zero  end each output line with NUL, not newline",
  ],
  run: async (self, args) => {
    if (args.operands.length === 0) throw new UsageError("missing operand");
    const key = args.last("canonicalize", "canonicalize-existing", "canonicalize-missing");
    const end = args.has("zero") ? "\0" : "\n";
    let status = 0;
    for (const name of args.operands) {
      try {
        const text =
          key === undefined
            ? self.files.readlink(name)
            : canonical(self, name, key === "canonicalize" ? "all-but-last" : key === "canonicalize-existing" ? "existing" : "missing");
        if (text === undefined) {
          self.files.stat(name);
          status = 1;
        } else await self.print(text + (args.has("no-newline") && args.operands.length === 1 ? "" : end));
      } catch (error) {
        const why = reason(error);
        if (args.has("verbose")) await self.error(`readlink: ${name}: ${why}\n`);
        status = 1;
      }
    }
    return status;
  },
});

export const realpath = program({
  name: "realpath",
  summary: "print the resolved path",
  section: "files",
  origin,
  synopsis: ["[OPTION]... FILE..."],
  options: [
    "-e, --canonicalize-existing  all components of the path must exist",
    "-m, --canonicalize-missing  no path components need exist or be a directory",
    "-L, --logical  resolve '..' components before symlinks",
    "-P, --physical  resolve symlinks as encountered (default)",
    "-q, --quiet  suppress most error messages",
    "--relative-to=DIR  print the resolved path relative to DIR",
    "--relative-base=DIR  print absolute paths unless paths below DIR",
    "-s, --strip  don't expand symlinks",
    "--no-symlinks  as --strip",
    "-z, --zero  end each output line with NUL, not newline",
  ],
  run: async (self, args) => {
    if (args.operands.length === 0) throw new UsageError("missing operand");
    const key = args.last("canonicalize-existing", "canonicalize-missing");
    const mode = key === "canonicalize-existing" ? "existing" : key === "canonicalize-missing" ? "missing" : "all-but-last";
    const resolve = (name: string) => (args.has("strip", "no-symlinks") ? self.files.absolute(name) : canonical(self, name, mode));
    const to = args.get("relative-to");
    const base = args.get("relative-base");
    let status = 0;
    for (const name of args.operands) {
      if (name === "") {
        if (!args.has("quiet")) await self.error("realpath: '': No such file or directory\n");
        status = 1;
        continue;
      }
      let text = resolve(name);
      if (text === undefined) {
        let why = "No such file or directory";
        try {
          self.files.stat(name);
        } catch (error) {
          why = reason(error);
        }
        if (!args.has("quiet")) await self.error(`realpath: ${/[^\w@%+=:,./-]/.test(name) ? quoteName(name) : name}: ${why}\n`);
        status = 1;
        continue;
      }
      if (to !== undefined) {
        const from = resolve(to);
        if (from === undefined) throw new Failure(`${to}: No such file or directory`);
        text = relativePath(from, text);
      } else if (base !== undefined) {
        const from = resolve(base);
        if (from !== undefined && (text === from || text.startsWith(`${from}/`))) text = relativePath(from, text);
      }
      await self.print(text + (args.has("zero") ? "\0" : "\n"));
    }
    return status;
  },
});
