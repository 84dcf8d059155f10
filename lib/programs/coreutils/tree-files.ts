/** mkdir(1), rmdir(1), touch(1), ln(1), chmod(1), chown(1), chgrp(1), mktemp(1), readlink(1), realpath(1). */
import type { Process } from "../../kernel/types.ts";
import { codeOf, Failure, quote, quoteName, reason, UsageError } from "../core/errors.ts";
import { changeMode, modeText } from "../core/mode.ts";
import { baseName, dirName, joinPath } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { findGroup, findUser, groupName, userName } from "../core/users.ts";
import { parseDate } from "./date-parse.ts";

const origin = "GNU coreutils 9.1";

/** Runs `action` for each name; a failed call is reported and the rest goes on. Returns the exit status. */
async function each(
  self: Process,
  names: readonly string[],
  action: (name: string) => Promise<void> | void,
  complain: (name: string, why: string) => string,
): Promise<number> {
  let status = 0;
  for (const name of names) {
    try {
      await action(name);
    } catch (error) {
      if (codeOf(error) === undefined || codeOf(error) === "EPIPE") throw error;
      await self.error(complain(name, reason(error)));
      status = 1;
    }
    await self.tick();
  }
  return status;
}

function modeOption(self: Process, text: string | undefined, base: number): number | undefined {
  if (text === undefined) return undefined;
  const mode = changeMode(text, base & ~self.umask, true, self.umask);
  if (mode === undefined) throw new Failure(`invalid mode ${quote(text)}`);
  return mode;
}

export const mkdir = program({
  name: "mkdir",
  summary: "make directories",
  section: "files",
  origin,
  synopsis: ["[OPTION]... DIRECTORY..."],
  options: [
    "-m, --mode=MODE  set file mode (as in chmod), not a=rwx - umask",
    "-p, --parents  no error if existing, make parent directories as needed",
    "-v, --verbose  print a message for each created directory",
  ],
  unmodeled: ["-Z", "--context"],
  run: async (self, args) => {
    if (args.operands.length === 0) throw new UsageError("missing operand");
    const mode = modeOption(self, args.get("mode"), 0o777);
    const make = async (path: string, final: boolean) => {
      self.files.mkdir(path);
      if (final && mode !== undefined) self.files.chmod(path, mode);
      if (args.has("verbose")) await self.print(`mkdir: created directory ${quoteName(path)}\n`);
    };
    let failed = "";
    return each(
      self,
      args.operands,
      async (name) => {
        failed = name;
        if (!args.has("parents")) return make(name, true);
        const parts = name.split("/");
        for (let i = 1; i <= parts.length; i++) {
          const path = parts.slice(0, i).join("/");
          if (path === "" || (parts[i - 1] ?? "") === "") continue;
          failed = path;
          let kind: string | undefined;
          try {
            kind = self.files.stat(path).kind;
          } catch (error) {
            if (codeOf(error) !== "ENOENT") throw error;
          }
          if (kind === undefined) await make(path, i === parts.length);
          else if (kind !== "directory") {
            if (i < parts.length) self.files.stat(`${path}/x`);
            self.files.mkdir(path);
          }
        }
      },
      (_name, why) => `mkdir: cannot create directory ${quote(failed)}: ${why}\n`,
    );
  },
});

export const rmdir = program({
  name: "rmdir",
  summary: "remove empty directories",
  section: "files",
  origin,
  synopsis: ["[OPTION]... DIRECTORY..."],
  options: [
    "--ignore-fail-on-non-empty  ignore each failure that is solely because a directory is non-empty",
    "-p, --parents  remove DIRECTORY and its ancestors",
    "-v, --verbose  output a diagnostic for every directory processed",
  ],
  run: async (self, args) => {
    if (args.operands.length === 0) throw new UsageError("missing operand");
    let failed = "";
    return each(
      self,
      args.operands,
      async (name) => {
        for (let path = name; path !== "." && path !== "/"; path = dirName(path)) {
          failed = path;
          if (args.has("verbose")) await self.print(`rmdir: removing directory, ${quoteName(path)}\n`);
          try {
            self.files.rmdir(path);
          } catch (error) {
            if (codeOf(error) === "ENOTEMPTY" && args.has("ignore-fail-on-non-empty")) return;
            throw error;
          }
          if (!args.has("parents")) return;
        }
      },
      (name, why) => `rmdir: failed to remove ${failed === name ? "" : "directory "}${quoteName(failed)}: ${why}\n`,
    );
  },
});

export const touch = program({
  name: "touch",
  summary: "change file timestamps",
  section: "files",
  origin,
  synopsis: ["[OPTION]... FILE..."],
  description: "Update the access and modification times of each FILE to the current time. A FILE that does not exist is created empty.",
  options: [
    "-a  change only the access time",
    "-c, --no-create  do not create any files",
    "-d, --date=STRING  parse STRING and use it instead of current time",
    "-f  (ignored)",
    "-h, --no-dereference  affect each symbolic link instead of any referenced file",
    "-m  change only the modification time",
    "-r, --reference=FILE  use this file's times instead of current time",
    "-t STAMP  use [[CC]YY]MMDDhhmm[.ss] instead of current time",
    "--time=WORD  change the specified time: access, atime, use; modify, mtime",
  ],
  run: async (self, args) => {
    if (args.operands.length === 0) throw new UsageError("missing file operand");
    const now = self.machine.kernel.clock.now();
    let atime = now;
    let mtime = now;
    const reference = args.get("reference");
    if (reference !== undefined) {
      try {
        ({ atimeMs: atime, mtimeMs: mtime } = self.files.stat(reference));
      } catch (error) {
        throw new Failure(`failed to get attributes of ${quoteName(reference)}: ${reason(error)}`);
      }
    }
    const text = args.get("date");
    if (text !== undefined) {
      const parsed = parseDate(text, mtime, self.env.TZ ?? "UTC");
      if (parsed === undefined) throw new Failure(`invalid date format ${quote(text)}`);
      atime = mtime = parsed;
    }
    const stamp = args.get("t");
    if (stamp !== undefined) {
      const found = /^(?:(\d\d)?(\d\d))?(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d\d))?$/.exec(stamp);
      if (!found) throw new Failure(`invalid date format ${quote(stamp)}`);
      const [, century, two, month, day, hour, minute, second = "00"] = found;
      const year =
        two === undefined
          ? new Date(now).getUTCFullYear()
          : century === undefined
            ? (Number(two) < 69 ? 2000 : 1900) + Number(two)
            : Number(century + two);
      const parsed = parseDate(`${year}-${month}-${day} ${hour}:${minute}:${second}`, now, self.env.TZ ?? "UTC");
      if (parsed === undefined) throw new Failure(`invalid date format ${quote(stamp)}`);
      atime = mtime = parsed;
    }
    const time = args.get("time");
    const onlyAccess = (args.has("a") || (time !== undefined && /^(a|us)/.test(time))) && !args.has("m");
    const onlyModify = (args.has("m") || (time !== undefined && /^m/.test(time))) && !args.has("a");
    const followLinks = !args.has("no-dereference");
    let touching = false;
    return each(
      self,
      args.operands,
      (name) => {
        touching = false;
        let stat: { atimeMs: number; mtimeMs: number };
        try {
          stat = followLinks ? self.files.stat(name) : self.files.lstat(name);
        } catch (error) {
          if (codeOf(error) !== "ENOENT") throw error;
          if (args.has("no-create")) return;
          touching = true;
          self.files.writeFile(name, "", { append: true });
          stat = self.files.stat(name);
        }
        touching = touching || (self.files.access(name, 2) && self.files.stat(name).kind === "file");
        self.files.utimes(name, onlyModify ? stat.atimeMs : atime, onlyAccess ? stat.mtimeMs : mtime, { followLinks });
      },
      (name, why) =>
        touching || why !== "Operation not permitted"
          ? `touch: cannot touch ${quoteName(name)}: ${why}\n`
          : `touch: setting times of ${quoteName(name)}: ${why}\n`,
    );
  },
});

export const ln = program({
  name: "ln",
  summary: "make links between files",
  section: "files",
  origin,
  synopsis: [
    "[OPTION]... [-T] TARGET LINK_NAME",
    "[OPTION]... TARGET",
    "[OPTION]... TARGET... DIRECTORY",
    "[OPTION]... -t DIRECTORY TARGET...",
  ],
  options: [
    "-b  make a backup of each existing destination file (suffix ~)",
    "-f, --force  remove existing destination files",
    "-L, --logical  dereference TARGETs that are symbolic links",
    "-n, --no-dereference  treat LINK_NAME as a normal file if it is a symbolic link to a directory",
    "-P, --physical  make hard links directly to symbolic links",
    "-r, --relative  with -s, create links relative to link location",
    "-s, --symbolic  make symbolic links instead of hard links",
    "-t, --target-directory=DIRECTORY  specify the DIRECTORY in which to create the links",
    "-T, --no-target-directory  treat LINK_NAME as a normal file always",
    "-v, --verbose  print name of each linked file",
  ],
  unmodeled: ["--backup", "-d", "-F", "--directory", "-i", "--interactive", "-S", "--suffix"],
  run: async (self, args) => {
    const { files } = self;
    const operands = [...args.operands];
    if (operands.length === 0) throw new UsageError("missing file operand");
    let directory = args.get("target-directory");
    let single: string | undefined;
    const isDirectory = (path: string) => {
      if (args.has("no-dereference") && files.exists(path) && files.lstat(path).kind === "symlink") return false;
      return files.exists(path) && files.stat(path).kind === "directory";
    };
    if (args.has("no-target-directory")) {
      if (operands.length < 2) throw new UsageError(`missing destination file operand after ${quoteName(operands[0] ?? "")}`);
      if (operands.length > 2) throw new UsageError(`extra operand ${quoteName(operands[2] ?? "")}`);
      single = operands.pop();
    } else if (directory === undefined) {
      if (operands.length === 1) directory = ".";
      else {
        const last = operands.at(-1) ?? "";
        let there = false;
        try {
          there = isDirectory(last) && !(args.has("no-dereference") && files.lstat(last).kind === "symlink");
        } catch (error) {
          if (codeOf(error) === undefined) throw error;
        }
        operands.pop();
        if (there) directory = last;
        else if (operands.length > 1)
          throw new Failure(`target ${quoteName(last)}: ${files.exists(last) ? "Not a directory" : "No such file or directory"}`);
        else single = last;
      }
    }
    const symbolic = args.has("symbolic");
    let target = "";
    return each(
      self,
      operands,
      async (source) => {
        target = single ?? joinPath(directory ?? ".", baseName(source));
        if (single === undefined && directory === ".") target = `./${baseName(source)}`;
        let text = source;
        if (symbolic && args.has("relative")) text = relativePath(files.absolute(dirName(target)), files.absolute(source));
        if (!symbolic && files.lstat(source).kind === "directory") throw new Failure(`${source}: hard link not allowed for directory`);
        const exists = lexists(self, target);
        if (exists && args.has("b")) files.rename(target, `${target}~`);
        else if (exists && args.has("force")) {
          if (!symbolic && files.lstat(target).ino === files.lstat(source).ino)
            throw new Failure(`${quoteName(source)} and ${quoteName(target)} are the same file`);
          if (files.lstat(target).kind === "directory") throw new Failure(`${target}: cannot overwrite directory`);
          files.unlink(target);
        }
        if (symbolic) files.symlink(text, target);
        else files.link(args.has("logical") ? files.realpath(source) : source, target);
        if (args.has("verbose")) await self.print(`${quoteName(target)} ${symbolic ? "->" : "=>"} ${quoteName(text)}\n`);
      },
      (source, why) => {
        if (!symbolic && !lexists(self, source)) return `ln: failed to access ${quoteName(source)}: ${why}\n`;
        const arrow = why === "File exists" || symbolic ? "" : ` => ${quoteName(source)}`;
        return `ln: failed to create ${symbolic ? "symbolic" : "hard"} link ${quoteName(target)}${arrow}: ${why}\n`;
      },
    );
  },
});

function lexists(self: Process, path: string): boolean {
  try {
    self.files.lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return false;
  }
}

/** The way from one absolute directory to another absolute path. */
export function relativePath(from: string, to: string): string {
  const a = from.split("/").filter((part) => part !== "");
  const b = to.split("/").filter((part) => part !== "");
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  return [...a.slice(same).map(() => ".."), ...b.slice(same)].join("/") || ".";
}

async function walk(self: Process, path: string, visit: (path: string) => Promise<void>): Promise<void> {
  await visit(path);
  if (self.files.lstat(path).kind !== "directory") return;
  for (const entry of self.files.readdir(path)) await walk(self, joinPath(path, entry.name), visit);
}

export const chmod = program({
  name: "chmod",
  summary: "change file mode bits",
  section: "files",
  origin,
  synopsis: ["[OPTION]... MODE[,MODE]... FILE...", "[OPTION]... OCTAL-MODE FILE...", "[OPTION]... --reference=RFILE FILE..."],
  options: [
    "-c, --changes  like verbose but report only when a change is made",
    "-f, --silent  suppress most error messages",
    "--quiet  as --silent",
    "-v, --verbose  output a diagnostic for every file processed",
    "--reference=RFILE  use RFILE's mode instead of MODE values",
    "-R, --recursive  change files and directories recursively",
    "--preserve-root  fail to operate recursively on '/'",
    "--no-preserve-root  do not treat '/' specially (the default)",
  ],
  // "-x" is a mode, as in chmod -x file.
  rewrite: (argv) => {
    const at = argv.findIndex((word) => /^-[rwxXstugo0-7,=+-]*[rwxXstugo0-7]+$/.test(word) && !/^--/.test(word));
    if (at < 0 || argv.slice(0, at).includes("--")) return argv;
    return [
      ...argv.slice(0, at),
      ...argv.slice(at + 1).filter((word) => /^-[cfvR]+$/.test(word)),
      "--",
      argv[at] ?? "",
      ...argv.slice(at + 1).filter((word) => !/^-[cfvR]+$/.test(word)),
    ];
  },
  run: async (self, args) => {
    const operands = [...args.operands];
    const reference = args.get("reference");
    const text = reference === undefined ? operands.shift() : undefined;
    if (reference === undefined && text === undefined) throw new UsageError("missing operand");
    if (operands.length === 0) throw new UsageError(`missing operand after ${quote(text ?? "")}`);
    if (text !== undefined && changeMode(text, 0, false, self.umask) === undefined) throw new UsageError(`invalid mode: ${quote(text)}`);
    const quiet = args.has("silent", "quiet");
    let status = 0;
    const change = async (path: string, top: boolean) => {
      let accessing = true;
      try {
        const link = self.files.lstat(path);
        if (link.kind === "symlink" && !top) return;
        const before = self.files.stat(path);
        const mode =
          text === undefined
            ? self.files.stat(reference ?? "").mode & 0o7777
            : (changeMode(text, before.mode, before.kind === "directory", self.umask) ?? 0);
        accessing = false;
        self.files.chmod(path, mode);
        const after = self.files.stat(path);
        const octal = (value: number) => (value & 0o7777).toString(8).padStart(4, "0");
        const letters = (stat: typeof after) => modeText(stat).slice(1);
        if ((before.mode & 0o7777) !== (after.mode & 0o7777)) {
          if (args.has("verbose", "changes"))
            await self.print(
              `mode of ${quoteName(path)} changed from ${octal(before.mode)} (${letters(before)}) to ${octal(after.mode)} (${letters(after)})\n`,
            );
        } else if (args.has("verbose"))
          await self.print(`mode of ${quoteName(path)} retained as ${octal(after.mode)} (${letters(after)})\n`);
      } catch (error) {
        const why = reason(error);
        if (!quiet)
          await self.error(
            accessing ? `chmod: cannot access ${quoteName(path)}: ${why}\n` : `chmod: changing permissions of ${quoteName(path)}: ${why}\n`,
          );
        status = 1;
      }
    };
    for (const name of operands) {
      if (args.has("recursive") && lexists(self, name)) await walk(self, name, (path) => change(path, path === name));
      else await change(name, true);
    }
    return status;
  },
});

/** "user:group" as chown(1) takes it; -1 stands for "as it is". */
export function parseOwner(self: Process, text: string): { uid: number; gid: number } {
  const separator = text.includes(":") ? ":" : ".";
  const [userText = "", groupText] = text.split(separator, 2);
  const root = self.machine.files;
  const user = userText === "" ? undefined : findUser(root, userText);
  const uid = userText === "" ? -1 : (user?.uid ?? (/^\d+$/.test(userText) ? Number(userText) : Number.NaN));
  if (Number.isNaN(uid)) throw new Failure(`invalid user: ${quote(text)}`);
  if (groupText === undefined) return { uid, gid: -1 };
  if (groupText === "") return { uid, gid: user?.gid ?? -1 };
  const gid = findGroup(root, groupText)?.gid ?? (/^\d+$/.test(groupText) ? Number(groupText) : Number.NaN);
  if (Number.isNaN(gid)) throw new Failure(`invalid group: ${quote(text)}`);
  return { uid, gid };
}

function ownership(name: "chown" | "chgrp") {
  return program({
    name,
    summary: name === "chown" ? "change file owner and group" : "change group ownership",
    section: "files",
    origin,
    synopsis:
      name === "chown"
        ? ["[OPTION]... [OWNER][:[GROUP]] FILE...", "[OPTION]... --reference=RFILE FILE..."]
        : ["[OPTION]... GROUP FILE...", "[OPTION]... --reference=RFILE FILE..."],
    options: [
      "-c, --changes  like verbose but report only when a change is made",
      "-f, --silent  suppress most error messages",
      "--quiet  as --silent",
      "-v, --verbose  output a diagnostic for every file processed",
      "-h, --no-dereference  affect symbolic links instead of any referenced file",
      "--dereference  affect the referent of each symbolic link (the default)",
      "--reference=RFILE  use RFILE's ownership rather than the given one",
      "-R, --recursive  operate on files and directories recursively",
    ],
    unmodeled: ["--from", "-H", "-L", "-P", "--preserve-root", "--no-preserve-root"],
    run: async (self, args) => {
      const operands = [...args.operands];
      const reference = args.get("reference");
      const text = reference === undefined ? operands.shift() : undefined;
      if (reference === undefined && text === undefined) throw new UsageError("missing operand");
      if (operands.length === 0) throw new UsageError(`missing operand after ${quote(text ?? "")}`);
      const root = self.machine.files;
      let owner: { uid: number; gid: number };
      if (text === undefined) {
        const stat = self.files.stat(reference ?? "");
        owner = { uid: name === "chown" ? stat.uid : -1, gid: stat.gid };
      } else if (name === "chown") owner = parseOwner(self, text);
      else {
        const gid = findGroup(root, text)?.gid ?? (/^\d+$/.test(text) ? Number(text) : undefined);
        if (gid === undefined) throw new Failure(`invalid group: ${quote(text)}`);
        owner = { uid: -1, gid };
      }
      let status = 0;
      const change = async (path: string, top: boolean) => {
        let accessing = true;
        try {
          const link = self.files.lstat(path);
          const followLinks = !args.has("no-dereference") && (top || link.kind !== "symlink");
          const before = followLinks ? self.files.stat(path) : link;
          accessing = false;
          self.files.chown(path, owner.uid, owner.gid, { followLinks });
          const after = followLinks ? self.files.stat(path) : self.files.lstat(path);
          const label = (stat: typeof after) =>
            name === "chown"
              ? `${userName(root, stat.uid)}${owner.gid >= 0 ? `:${groupName(root, stat.gid)}` : ""}`
              : groupName(root, stat.gid);
          const changed = before.uid !== after.uid || before.gid !== after.gid;
          if (changed ? args.has("verbose", "changes") : args.has("verbose")) {
            const what = name === "chown" ? "ownership" : "group";
            await self.print(
              changed
                ? `changed ${what} of ${quoteName(path)} from ${label(before)} to ${label(after)}\n`
                : `${what} of ${quoteName(path)} retained as ${label(after)}\n`,
            );
          }
        } catch (error) {
          const why = reason(error);
          if (!args.has("silent", "quiet"))
            await self.error(
              accessing
                ? `${name}: cannot access ${quoteName(path)}: ${why}\n`
                : `${name}: changing ${name === "chown" && owner.uid >= 0 ? "ownership" : "group"} of ${quoteName(path)}: ${why}\n`,
            );
          status = 1;
        }
      };
      for (const operand of operands) {
        if (args.has("recursive") && lexists(self, operand)) await walk(self, operand, (path) => change(path, path === operand));
        else await change(operand, true);
      }
      return status;
    },
  });
}

export const chown = ownership("chown");
export const chgrp = ownership("chgrp");

export const mktemp = program({
  name: "mktemp",
  summary: "create a temporary file or directory",
  section: "files",
  origin,
  synopsis: ["[OPTION]... [TEMPLATE]"],
  options: [
    "-d, --directory  create a directory, not a file",
    "-u, --dry-run  do not create anything; merely print a name (unsafe)",
    "-q, --quiet  suppress diagnostics about file/dir-creation failure",
    "--suffix=SUFF  append SUFF to TEMPLATE",
    "-p, --tmpdir[=DIR]  interpret TEMPLATE relative to DIR",
    "-t  interpret TEMPLATE as a single file name component, relative to TMPDIR",
  ],
  rewrite: (argv) =>
    argv.flatMap((word, index) =>
      word === "-p" && argv[index + 1] !== undefined ? [] : argv[index - 1] === "-p" ? [`--tmpdir=${word}`] : [word],
    ),
  run: async (self, args) => {
    if (args.operands.length > 1) throw new UsageError("too many templates");
    const template = args.operands[0] ?? "tmp.XXXXXXXXXX";
    const inside = args.operands.length === 0 || args.has("tmpdir", "t");
    const suffix = args.get("suffix") ?? /X([^X]*)$/.exec(template)?.[1] ?? "";
    const stem = args.has("suffix") ? template : template.slice(0, template.length - suffix.length);
    const count = /X*$/.exec(stem)?.[0].length ?? 0;
    if (args.has("suffix") && count === 0) throw new Failure(`with --suffix, template ${quote(template)} must end in X`);
    if (count < 3) throw new Failure(`too few X's in template ${quote(template)}`);
    const directory = args.get("tmpdir") || self.env.TMPDIR || "/tmp";
    const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    const base = stem.slice(0, stem.length - count);
    for (let attempt = 0; ; attempt++) {
      let random = "";
      for (let i = 0; i < count; i++) random += letters[Math.floor(self.machine.kernel.random() * letters.length)];
      const path = (inside ? `${directory}/` : "") + base + random + suffix;
      try {
        if (args.has("dry-run")) {
          if (lexists(self, path)) continue;
        } else if (args.has("directory")) self.files.mkdir(path, { mode: 0o700 });
        else self.files.writeFile(path, "", { mode: 0o600, exclusive: true });
      } catch (error) {
        if (codeOf(error) === "EEXIST" && attempt < 100) continue;
        if (args.has("quiet")) return 1;
        throw new Failure(
          `failed to create ${args.has("directory") ? "directory" : "file"} via template ${quote((inside ? `${directory}/` : "") + template)}: ${reason(error)}`,
        );
      }
      await self.print(`${path}\n`);
      return 0;
    }
  },
});
