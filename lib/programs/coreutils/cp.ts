/** cp(1), GNU coreutils 9.1. */
import { O, type OpenFile, type Process, type Stat } from "../../kernel/types.ts";
import { codeOf, quoteName, reason } from "../core/errors.ts";
import type { Arguments } from "../core/options.ts";
import { origin } from "../core/origins.ts";
import { baseName, dirName, joinPath } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { agrees, destinations, look } from "./destinations.ts";

/** So much is copied at a time. */
const PIECE = 256 * 1024;

interface Preserve {
  readonly mode: boolean;
  readonly owner: boolean;
  readonly times: boolean;
  readonly links: boolean;
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
