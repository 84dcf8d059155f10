/** cp(1), mv(1), rm(1), install(1). */
import { O, type OpenFile, type Process, type Stat } from "../../kernel/types.ts";
import { codeOf, Failure, quote, quoteName, reason, UsageError } from "../core/errors.ts";
import { changeMode } from "../core/mode.ts";
import type { Arguments } from "../core/options.ts";
import { baseName, dirName, joinPath } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { parseOwner } from "./tree-files.ts";

const origin = "GNU coreutils 9.1";
/** So much is copied at a time. */
const PIECE = 256 * 1024;

/** lstat(2) or undefined when there is nothing of that name; other errors are thrown. */
function look(self: Process, path: string, follow = false): Stat | undefined {
  try {
    return follow ? self.files.stat(path) : self.files.lstat(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

/** A question on standard error, answered on standard input; "y" agrees. */
async function agrees(self: Process, question: string): Promise<boolean> {
  await self.error(question);
  let answer = "";
  for (;;) {
    const chunk = await self.read(0, 1);
    if (chunk.length === 0) break;
    const letter = String.fromCharCode(chunk[0] ?? 10);
    if (letter === "\n") break;
    answer += letter;
  }
  return /^[yY]/.test(answer);
}

interface Preserve {
  readonly mode: boolean;
  readonly owner: boolean;
  readonly times: boolean;
  readonly links: boolean;
}

/** Where each operand goes: the last one is the target, unless -t or -T says otherwise. */
function destinations(self: Process, args: Arguments, name: string): { source: string; target: string; given: string }[] {
  const operands = [...args.operands];
  if (operands.length === 0) throw new UsageError("missing file operand");
  const directory = args.get("target-directory");
  if (directory !== undefined) {
    const stat = look(self, directory, true);
    if (stat?.kind !== "directory")
      throw new Failure(`target directory ${quoteName(directory)}: ${stat ? "Not a directory" : "No such file or directory"}`);
    return operands.map((source) => ({ source, target: joinPath(directory, baseName(source)), given: directory }));
  }
  if (operands.length === 1) throw new UsageError(`missing destination file operand after ${quoteName(operands[0] ?? "")}`);
  const last = operands.pop() ?? "";
  if (args.has("no-target-directory")) {
    if (operands.length > 1) throw new UsageError(`extra operand ${quoteName(operands[1] ?? "")}`);
    return [{ source: operands[0] ?? "", target: last, given: last }];
  }
  const stat = look(self, last, true);
  if (stat?.kind === "directory") return operands.map((source) => ({ source, target: joinPath(last, baseName(source)), given: last }));
  if (operands.length > 1) throw new Failure(`target ${quoteName(last)}: ${stat ? "Not a directory" : "No such file or directory"}`);
  if (last.endsWith("/") && name === "cp" && look(self, operands[0] ?? "", true)?.kind !== "directory")
    throw new Failure(`cannot create regular file ${quoteName(last)}: Not a directory`);
  return [{ source: operands[0] ?? "", target: last, given: last }];
}

/** One run of cp (or of mv between what cannot be renamed). */
class Copier {
  status = 0;
  readonly #done = new Map<number, string>();

  constructor(
    readonly self: Process,
    readonly name: string,
    readonly args: Arguments,
    readonly preserve: Preserve,
    readonly recursive: boolean,
    /** Follow symbolic links: never, on the command line only, always. */
    readonly follow: "never" | "command-line" | "always",
  ) {}

  async complain(text: string): Promise<void> {
    await this.self.error(`${this.name}: ${text}\n`);
    this.status = 1;
  }

  async copy(source: string, target: string, top: boolean): Promise<void> {
    const { self, args } = this;
    const { files } = self;
    await self.tick();
    const followed = this.follow === "always" || (top && this.follow === "command-line") || (!this.recursive && this.follow !== "never");
    let stat: Stat;
    try {
      stat = followed ? files.stat(source) : files.lstat(source);
    } catch (error) {
      return this.complain(`cannot stat ${quoteName(source)}: ${reason(error)}`);
    }
    if (stat.kind === "directory" && !this.recursive) return this.complain(`-r not specified; omitting directory ${quoteName(source)}`);
    const existing = look(self, target);
    if (existing && existing.ino === stat.ino && !(stat.kind === "symlink"))
      return this.complain(`${quoteName(source)} and ${quoteName(target)} are the same file`);
    const through = existing && look(self, target, true);
    if (through && stat.kind !== "directory" && through.ino === stat.ino && !args.has("remove-destination"))
      return this.complain(`${quoteName(source)} and ${quoteName(target)} are the same file`);
    if (stat.kind === "directory") return this.directory(source, target, stat, through);
    if (through?.kind === "directory") return this.complain(`cannot overwrite directory ${quoteName(target)} with non-directory`);
    if (existing) {
      if (args.last("no-clobber", "interactive", "force") === "no-clobber" || args.has("no-clobber")) return;
      if (args.has("update") && existing.mtimeMs >= stat.mtimeMs) return;
      if (args.has("interactive") && !(await agrees(self, `${this.name}: overwrite ${quoteName(target)}? `))) return;
      if (args.has("b", "backup")) files.rename(target, `${target}${args.get("suffix") ?? "~"}`);
    }
    try {
      if (args.has("symbolic-link") && this.name === "cp") {
        if (existing && args.has("force")) files.unlink(target);
        files.symlink(source, target);
      } else if (args.has("link") && this.name === "cp") {
        if (existing && args.has("force")) files.unlink(target);
        files.link(source, target);
      } else if (stat.kind === "symlink") {
        if (look(self, target)) files.unlink(target);
        files.symlink(files.readlink(source), target);
        if (this.preserve.owner) this.own(target, stat, false);
      } else if (this.preserve.links && stat.nlink > 1 && this.#done.has(stat.ino)) {
        if (look(self, target)) files.unlink(target);
        files.link(this.#done.get(stat.ino) ?? source, target);
      } else {
        if (this.preserve.links && stat.nlink > 1) this.#done.set(stat.ino, target);
        if (stat.kind === "fifo" && this.recursive) {
          files.mkfifo(target, stat.mode & 0o777);
          return;
        }
        let from: OpenFile;
        try {
          from = files.open(source, O.RDONLY);
        } catch (error) {
          return await this.complain(`cannot open ${quoteName(source)} for reading: ${reason(error)}`);
        }
        try {
          if (existing && !through && existing.kind === "symlink" && this.name === "cp" && !args.has("force", "remove-destination"))
            return await this.complain(`not writing through dangling symlink ${quoteName(target)}`);
          if (existing && args.has("remove-destination")) files.unlink(target);
          const to = this.create(target, stat.mode & 0o777);
          try {
            await pour(self, from, to);
          } catch (error) {
            return await this.complain(`error copying ${quoteName(source)} to ${quoteName(target)}: ${reason(error)}`);
          } finally {
            to.release();
          }
        } finally {
          from.release();
        }
        this.attributes(target, stat);
      }
    } catch (error) {
      return this.complain(
        `cannot create ${stat.kind === "symlink" || args.has("symbolic-link") ? "symbolic link" : args.has("link") ? "hard link" : "regular file"} ${quoteName(target)}${args.has("link") ? ` to ${quoteName(source)}` : ""}: ${reason(error)}`,
      );
    }
    if (args.has("verbose"))
      await self.print(
        this.name === "mv" ? `copied ${quoteName(source)} -> ${quoteName(target)}\n` : `${quoteName(source)} -> ${quoteName(target)}\n`,
      );
  }

  async directory(source: string, target: string, stat: Stat, existing: Stat | undefined): Promise<void> {
    const { self, args } = this;
    const { files } = self;
    if (existing && existing.kind !== "directory")
      return this.complain(`cannot overwrite non-directory ${quoteName(target)} with directory ${quoteName(source)}`);
    const from = files.realpath(source);
    const to = files.exists(dirName(target)) ? joinPath(files.realpath(dirName(target)), baseName(target)) : files.absolute(target);
    if (to === from || to.startsWith(from === "/" ? "/" : `${from}/`))
      return this.complain(`cannot copy a directory, ${quoteName(source)}, into itself, ${quoteName(target)}`);
    if (!existing) {
      try {
        files.mkdir(target, { mode: (stat.mode & 0o777) | 0o700 });
      } catch (error) {
        return this.complain(`cannot create directory ${quoteName(target)}: ${reason(error)}`);
      }
      if (args.has("verbose")) await self.print(`${quoteName(source)} -> ${quoteName(target)}\n`);
    }
    let names: string[] = [];
    try {
      names = files.readdir(source).map((entry) => entry.name);
    } catch (error) {
      await this.complain(`cannot access ${quoteName(source)}: ${reason(error)}`);
    }
    for (const name of names) await this.copy(joinPath(source, name), joinPath(target, name), false);
    if (!existing && !this.preserve.mode) files.chmod(target, stat.mode & 0o777 & ~self.umask);
    this.attributes(target, stat);
  }

  /** Opens the target for writing; with --force, one that may not be written is replaced. */
  create(target: string, mode: number): OpenFile {
    const { files } = this.self;
    const flags = O.WRONLY | O.CREAT | O.TRUNC;
    try {
      return files.open(target, flags, mode);
    } catch (error) {
      if (!this.args.has("force") || codeOf(error) !== "EACCES" || !look(this.self, target)) throw error;
      files.unlink(target);
      return files.open(target, flags, mode);
    }
  }

  own(target: string, stat: Stat, followLinks = true): void {
    try {
      this.self.files.chown(target, stat.uid, stat.gid, { followLinks });
    } catch (error) {
      // An ordinary user cannot give files away; cp -p says nothing about that.
      if (codeOf(error) !== "EPERM") throw error;
    }
  }

  attributes(target: string, stat: Stat): void {
    const { files } = this.self;
    if (this.preserve.owner) this.own(target, stat);
    if (this.preserve.mode) files.chmod(target, stat.mode & 0o7777);
    if (this.preserve.times) files.utimes(target, stat.atimeMs, stat.mtimeMs);
  }
}

/** Everything of one file into another, a piece at a time: /dev/zero has no end. */
async function pour(self: Process, from: OpenFile, to: OpenFile): Promise<void> {
  for (;;) {
    await self.tick();
    const chunk = from.readNow(PIECE) ?? (await from.read(PIECE, self.ended));
    if (chunk.length === 0) return;
    await to.write(chunk, self.ended);
  }
}

export const cp = program({
  name: "cp",
  summary: "copy files and directories",
  section: "files",
  origin,
  synopsis: ["[OPTION]... [-T] SOURCE DEST", "[OPTION]... SOURCE... DIRECTORY", "[OPTION]... -t DIRECTORY SOURCE..."],
  options: [
    "-a, --archive  same as -dR --preserve=all",
    "--backup[=CONTROL]  make a backup of each existing destination file",
    "-b  like --backup but does not accept an argument",
    "-d  same as --no-dereference --preserve=links",
    "-f, --force  if an existing destination file cannot be opened, remove it and try again",
    "-i, --interactive  prompt before overwrite",
    "-H  follow command-line symbolic links in SOURCE",
    "-l, --link  hard link files instead of copying",
    "-L, --dereference  always follow symbolic links in SOURCE",
    "-n, --no-clobber  do not overwrite an existing file",
    "-P, --no-dereference  never follow symbolic links in SOURCE",
    "-p  same as --preserve=mode,ownership,timestamps",
    "--preserve[=ATTR_LIST]  preserve the specified attributes",
    "--no-preserve=ATTR_LIST  don't preserve the specified attributes",
    "--parents  use full source file name under DIRECTORY",
    "-R, --recursive  copy directories recursively",
    "-r  same as -R",
    "--remove-destination  remove each existing destination file before attempting to open it",
    "-s, --symbolic-link  make symbolic links instead of copying",
    "-S, --suffix=SUFFIX  override the usual backup suffix",
    "-t, --target-directory=DIRECTORY  copy all SOURCE arguments into DIRECTORY",
    "-T, --no-target-directory  treat DEST as a normal file",
    "-u, --update  copy only when the SOURCE file is newer than the destination file or when it is missing",
    "-v, --verbose  explain what is being done",
    "-x, --one-file-system  stay on this file system (there is only one)",
  ],
  unmodeled: ["--attributes-only", "--copy-contents", "--reflink", "--sparse", "--strip-trailing-slashes", "-Z", "--context"],
  run: async (self, args) => {
    const archive = args.has("archive");
    const list = (args.has("preserve") ? args.get("preserve") || "mode,ownership,timestamps" : "").split(",");
    const without = (args.get("no-preserve") ?? "").split(",");
    const wants = (what: string) =>
      (archive || list.includes("all") || list.includes(what) || (args.has("p") && what !== "links")) &&
      !without.includes(what) &&
      !without.includes("all");
    const recursive = archive || args.has("recursive", "r");
    const last = args.last("dereference", "no-dereference", "H", "d", "archive");
    const follow =
      last === "dereference"
        ? "always"
        : last === "H"
          ? "command-line"
          : last !== undefined
            ? "never"
            : recursive
              ? "never"
              : "command-line";
    const copier = new Copier(
      self,
      "cp",
      args,
      { mode: wants("mode"), owner: wants("ownership"), times: wants("timestamps"), links: wants("links") || args.has("d") },
      recursive,
      follow,
    );
    for (const { source, target, given } of destinations(self, args, "cp")) {
      if (args.has("parents")) {
        const whole = joinPath(given, source.replace(/^\/+/, ""));
        self.files.mkdir(dirName(whole), { recursive: true });
        await copier.copy(source, whole, true);
      } else await copier.copy(source, recursive && /(^|\/)\.\.?\/*$/.test(source) ? given : target, true);
    }
    return copier.status;
  },
});

export const mv = program({
  name: "mv",
  summary: "move (rename) files",
  section: "files",
  origin,
  synopsis: ["[OPTION]... [-T] SOURCE DEST", "[OPTION]... SOURCE... DIRECTORY", "[OPTION]... -t DIRECTORY SOURCE..."],
  options: [
    "--backup[=CONTROL]  make a backup of each existing destination file",
    "-b  like --backup but does not accept an argument",
    "-f, --force  do not prompt before overwriting",
    "-i, --interactive  prompt before overwrite",
    "-n, --no-clobber  do not overwrite an existing file",
    "-S, --suffix=SUFFIX  override the usual backup suffix",
    "-t, --target-directory=DIRECTORY  move all SOURCE arguments into DIRECTORY",
    "-T, --no-target-directory  treat DEST as a normal file",
    "-u, --update  move only when the SOURCE file is newer than the destination file",
    "-v, --verbose  explain what is being done",
  ],
  unmodeled: ["--strip-trailing-slashes", "-Z", "--context"],
  run: async (self, args) => {
    const { files } = self;
    let status = 0;
    const complain = async (text: string) => {
      await self.error(`mv: ${text}\n`);
      status = 1;
    };
    for (const { source, target } of destinations(self, args, "mv")) {
      await self.tick();
      try {
        let stat: Stat;
        try {
          stat = files.lstat(source);
        } catch (error) {
          await complain(`cannot stat ${quoteName(source)}: ${reason(error)}`);
          continue;
        }
        const existing = look(self, target);
        if (existing?.ino === stat.ino && files.absolute(source) === files.absolute(target)) {
          await complain(`${quoteName(source)} and ${quoteName(target)} are the same file`);
          continue;
        }
        if (existing) {
          const overwrite = args.last("force", "interactive", "no-clobber");
          if (overwrite === "no-clobber") continue;
          if (args.has("update") && existing.mtimeMs >= stat.mtimeMs) continue;
          const question =
            overwrite === "interactive"
              ? `mv: overwrite ${quoteName(target)}? `
              : overwrite === undefined && self.fds.get(0)?.tty && existing.kind !== "symlink" && !files.access(target, 2)
                ? `mv: replace ${quoteName(target)}, overriding mode ${(existing.mode & 0o7777).toString(8).padStart(4, "0")}? `
                : undefined;
          if (question !== undefined && !(await agrees(self, question))) continue;
          if (existing.kind === "directory" && stat.kind !== "directory") {
            await complain(`cannot overwrite directory ${quoteName(target)} with non-directory`);
            continue;
          }
          if (existing.kind !== "directory" && stat.kind === "directory") {
            await complain(`cannot overwrite non-directory ${quoteName(target)} with directory ${quoteName(source)}`);
            continue;
          }
          if (args.has("b", "backup")) files.rename(target, `${target}${args.get("suffix") ?? "~"}`);
        }
        files.rename(source, target);
        if (args.has("verbose")) await self.print(`renamed ${quoteName(source)} -> ${quoteName(target)}\n`);
      } catch (error) {
        if (codeOf(error) === "EINVAL")
          await complain(`cannot move ${quoteName(source)} to a subdirectory of itself, ${quoteName(target)}`);
        else await complain(`cannot move ${quoteName(source)} to ${quoteName(target)}: ${reason(error)}`);
      }
    }
    return status;
  },
});

export const rm = program({
  name: "rm",
  summary: "remove files or directories",
  section: "files",
  origin,
  synopsis: ["[OPTION]... [FILE]..."],
  options: [
    "-f, --force  ignore nonexistent files and arguments, never prompt",
    "-i  prompt before every removal",
    "-I  prompt once before removing more than three files, or when removing recursively",
    "--interactive[=WHEN]  prompt according to WHEN: never, once (-I), or always (-i)",
    "--one-file-system  stay on this file system (there is only one)",
    "--no-preserve-root  do not treat '/' specially",
    "--preserve-root[=all]  do not remove '/' (default)",
    "-r, --recursive  remove directories and their contents recursively",
    "-R  same as -r",
    "-d, --dir  remove empty directories",
    "-v, --verbose  explain what is being done",
  ],
  run: async (self, args) => {
    const { files } = self;
    const recursive = args.has("recursive", "R");
    const mode = args.last("force", "i", "I", "interactive");
    const when =
      mode === "interactive"
        ? args.get("interactive") || "always"
        : mode === "i"
          ? "always"
          : mode === "I"
            ? "once"
            : mode === "force"
              ? "never"
              : undefined;
    const force = mode === "force";
    if (args.operands.length === 0) {
      if (force) return 0;
      throw new UsageError("missing operand");
    }
    if (when === "once" && (args.operands.length > 3 || recursive)) {
      const n = args.operands.length;
      if (!(await agrees(self, `rm: remove ${n} argument${n === 1 ? "" : "s"}${recursive ? " recursively" : ""}? `))) return 0;
    }
    let status = 0;
    const complain = async (text: string) => {
      await self.error(`rm: ${text}\n`);
      status = 1;
    };
    const describe = (stat: Stat) =>
      stat.kind === "file"
        ? stat.size === 0
          ? "regular empty file"
          : "regular file"
        : stat.kind === "symlink"
          ? "symbolic link"
          : stat.kind === "device"
            ? "character special file"
            : stat.kind;
    const protectedFile = (path: string, stat: Stat) =>
      !force && when !== "never" && stat.kind !== "symlink" && self.fds.get(0)?.tty !== undefined && !files.access(path, 2);
    const remove = async (path: string): Promise<boolean> => {
      await self.tick();
      let stat: Stat;
      try {
        stat = files.lstat(path);
      } catch (error) {
        if (force && (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR")) return true;
        await complain(`cannot remove ${quoteName(path)}: ${reason(error)}`);
        return false;
      }
      try {
        if (stat.kind === "directory") {
          if (!recursive && !args.has("dir")) {
            await complain(`cannot remove ${quoteName(path)}: Is a directory`);
            return false;
          }
          let whole = true;
          if (recursive) {
            const entries = files.readdir(path);
            if (when === "always" && entries.length > 0 && !(await agrees(self, `rm: descend into directory ${quoteName(path)}? `)))
              return false;
            for (const entry of entries) whole = (await remove(joinPath(path, entry.name))) && whole;
          }
          if (!whole) return false;
          if (
            (when === "always" || protectedFile(path, stat)) &&
            !(await agrees(self, `rm: remove ${protectedFile(path, stat) ? "write-protected " : ""}directory ${quoteName(path)}? `))
          )
            return false;
          files.rmdir(path);
          if (args.has("verbose")) await self.print(`removed directory ${quoteName(path)}\n`);
          return true;
        }
        if (
          (when === "always" || protectedFile(path, stat)) &&
          !(await agrees(self, `rm: remove ${protectedFile(path, stat) ? "write-protected " : ""}${describe(stat)} ${quoteName(path)}? `))
        )
          return false;
        files.unlink(path);
        if (args.has("verbose")) await self.print(`removed ${quoteName(path)}\n`);
        return true;
      } catch (error) {
        await complain(`cannot remove ${quoteName(path)}: ${reason(error)}`);
        return false;
      }
    };
    for (const name of args.operands) {
      if (/(^|\/)\.\.?\/*$/.test(name) && recursive) {
        await complain(`refusing to remove '.' or '..' directory: skipping ${quoteName(name)}`);
        continue;
      }
      if (recursive && files.absolute(name) === "/" && !args.has("no-preserve-root")) {
        await self.error("rm: it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe\n");
        status = 1;
        continue;
      }
      if (name.endsWith("/") && look(self, name.replace(/\/+$/, ""))?.kind === "file") {
        await complain(`cannot remove ${quoteName(name)}: Not a directory`);
        continue;
      }
      await remove(name.length > 1 ? name.replace(/\/+$/, "") || "/" : name);
    }
    return status;
  },
});

export const install = program({
  name: "install",
  summary: "copy files and set attributes",
  section: "files",
  origin,
  synopsis: [
    "[OPTION]... [-T] SOURCE DEST",
    "[OPTION]... SOURCE... DIRECTORY",
    "[OPTION]... -t DIRECTORY SOURCE...",
    "[OPTION]... -d DIRECTORY...",
  ],
  options: [
    "-b  make a backup of each existing destination file",
    "-c  (ignored)",
    "-C, --compare  compare content of source and destination files, and if no change to content, ownership, and permissions, do not modify the destination at all",
    "-d, --directory  treat all arguments as directory names; create all components of the specified directories",
    "-D  create all leading components of DEST except the last, then copy SOURCE to DEST",
    "-g, --group=GROUP  set group ownership",
    "-m, --mode=MODE  set permission mode (as in chmod), instead of rwxr-xr-x",
    "-o, --owner=OWNER  set ownership (super-user only)",
    "-p, --preserve-timestamps  apply access/modification times of SOURCE files to corresponding destination files",
    "-S, --suffix=SUFFIX  override the usual backup suffix",
    "-t, --target-directory=DIRECTORY  copy all SOURCE arguments into DIRECTORY",
    "-T, --no-target-directory  treat DEST as a normal file",
    "-v, --verbose  print the name of each directory as it is created",
  ],
  unmodeled: ["--backup", "-s", "--strip", "--strip-program", "--preserve-context", "-Z", "--context"],
  run: async (self, args) => {
    const { files } = self;
    const text = args.get("mode") ?? "755";
    const mode = changeMode(text, 0, false, 0);
    if (mode === undefined) throw new Failure(`invalid mode ${quote(text)}`);
    const uid = args.has("owner") ? parseOwner(self, args.get("owner") ?? "").uid : -1;
    const gid = args.has("group") ? parseOwner(self, `:${args.get("group")}`).gid : -1;
    const own = (path: string) => {
      if (uid < 0 && gid < 0) return;
      try {
        files.chown(path, uid, gid);
      } catch (error) {
        throw new Failure(`cannot change ownership of ${quoteName(path)}: ${reason(error)}`);
      }
    };
    if (args.has("directory")) {
      if (args.operands.length === 0) throw new UsageError("missing file operand");
      for (const path of args.operands) {
        const there = look(self, path, true);
        try {
          if (there && there.kind !== "directory") throw new Failure(`cannot create directory ${quote(path)}: File exists`);
          files.mkdir(path, { recursive: true, mode: 0o755 });
          files.chmod(path, mode);
        } catch (error) {
          if (error instanceof Failure) throw error;
          throw new Failure(`cannot create directory ${quote(path)}: ${reason(error)}`);
        }
        if (args.has("verbose") && !there) await self.print(`install: creating directory ${quoteName(path)}\n`);
        own(path);
      }
      return 0;
    }
    if (args.has("D") && !args.has("target-directory")) files.mkdir(dirName(args.operands.at(-1) ?? ""), { recursive: true });
    if (args.has("D") && args.has("target-directory")) files.mkdir(args.get("target-directory") ?? "", { recursive: true });
    let status = 0;
    for (const { source, target } of destinations(self, args, "install")) {
      try {
        const stat = files.stat(source);
        if (stat.kind === "directory") {
          await self.error(`install: omitting directory ${quoteName(source)}\n`);
          status = 1;
          continue;
        }
        if (look(self, target)) {
          if (args.has("b")) files.rename(target, `${target}${args.get("suffix") ?? "~"}`);
          else files.unlink(target);
        }
        files.writeFile(target, files.readFile(source), { mode: 0o600 });
        files.chmod(target, mode);
        own(target);
        if (args.has("preserve-timestamps")) files.utimes(target, stat.atimeMs, stat.mtimeMs);
        if (args.has("verbose")) await self.print(`${quoteName(source)} -> ${quoteName(target)}\n`);
      } catch (error) {
        if (error instanceof Failure) throw error;
        const missing = !files.exists(source);
        await self.error(
          `install: ${missing ? `cannot stat ${quoteName(source)}` : `cannot create regular file ${quoteName(target)}`}: ${reason(error)}\n`,
        );
        status = 1;
      }
    }
    return status;
  },
});
