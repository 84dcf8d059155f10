/** tar(1), GNU tar 1.34. */
import type { Process } from "../../kernel/types.ts";
import { codeOf, Failure, reason } from "../core/errors.ts";
import { globRegex } from "../core/glob.ts";
import { concat, Output } from "../core/io.ts";
import { modeText } from "../core/mode.ts";
import type { Arguments } from "../core/options.ts";
import { dirName, joinPath } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { momentAt, strftime } from "../core/time.ts";
import { findGroup, findUser, groupName, userName } from "../core/users.ts";
import { BadGzip, gunzip, gzip, isGzip } from "./streams.ts";
import { BadTar, packEnd, packEntry, type TarEntry, unpack } from "./tar-format.ts";

class Tar {
  failed = false;
  readonly out: Output;
  readonly #seen = new Map<number, string>();
  #stripped = false;

  constructor(
    private readonly self: Process,
    private readonly args: Arguments,
    /** Where -C led; "" is the working directory. */
    private readonly directory: string,
  ) {
    this.out = new Output(self);
  }

  async complain(text: string): Promise<void> {
    await this.out.flush();
    await this.self.error(`tar: ${text}\n`);
    this.failed = true;
  }

  #path(name: string): string {
    return this.directory === "" || name.startsWith("/") ? name : joinPath(this.directory, name);
  }

  #excluded(name: string): boolean {
    return this.args.all("exclude").some((pattern) => {
      const regex = globRegex(pattern.replace(/\/$/, ""));
      const parts = name.replace(/\/$/, "").split("/");
      return (
        parts.some((_part, index) => regex.test(parts.slice(index).join("/"))) ||
        parts.some((_part, index) => regex.test(parts.slice(0, index + 1).join("/")))
      );
    });
  }

  async #tell(entry: TarEntry, level: number): Promise<void> {
    if (level === 0) return;
    if (level === 1) {
      await this.out.write(`${entry.name}\n`);
      return;
    }
    const mode = modeText({ kind: entry.kind === "hardlink" ? "file" : entry.kind, mode: entry.mode });
    const owner = this.args.has("numeric-owner") ? `${entry.uid}/${entry.gid}` : `${entry.user || entry.uid}/${entry.group || entry.gid}`;
    const size = String(entry.kind === "file" ? entry.data.length : 0);
    const time = strftime("%Y-%m-%d %H:%M", momentAt(entry.mtimeMs, this.self.env.TZ ?? "UTC"));
    const link = entry.kind === "symlink" ? ` -> ${entry.target}` : entry.kind === "hardlink" ? ` link to ${entry.target}` : "";
    await this.out.write(
      `${entry.kind === "hardlink" ? `h${mode.slice(1)}` : mode} ${owner} ${size.padStart(Math.max(1, 19 - owner.length - 1))} ${time} ${entry.name}${link}\n`,
    );
  }

  /** Verbosity: each -v counts. */
  get level(): number {
    return this.args.given.filter((option) => option.key === "verbose").length;
  }

  async add(name: string, parts: Uint8Array[]): Promise<void> {
    const { self, args } = this;
    await self.tick();
    if (this.#excluded(name)) return;
    const path = this.#path(name);
    let stored = name;
    if (!args.has("absolute-names")) {
      const leading = /^(\/+|(?:\.\.\/)+)/.exec(name)?.[0];
      if (leading !== undefined) {
        if (!this.#stripped) {
          await this.out.flush();
          await self.error(`tar: Removing leading \`${leading.startsWith("/") ? "/" : leading}' from member names\n`);
        }
        this.#stripped = true;
        stored = name.slice(leading.length) || "./";
      }
    }
    try {
      const stat = args.has("dereference") ? self.files.stat(path) : self.files.lstat(path);
      const earlier = stat.kind === "file" && stat.nlink > 1 ? this.#seen.get(stat.ino) : undefined;
      if (stat.kind === "file" && stat.nlink > 1) this.#seen.set(stat.ino, stored);
      if (stat.kind === "socket" || stat.kind === "device") {
        await self.error(`tar: ${name}: ${stat.kind} ignored\n`);
        return;
      }
      const root = self.machine.files;
      const owner = args.get("owner");
      const group = args.get("group");
      const entry: TarEntry = {
        name: stat.kind === "directory" && !stored.endsWith("/") ? `${stored}/` : stored,
        kind: earlier === undefined ? stat.kind : "hardlink",
        mode: stat.mode & 0o7777,
        uid: owner === undefined ? stat.uid : (findUser(root, owner)?.uid ?? (Number(owner) || 0)),
        gid: group === undefined ? stat.gid : (findGroup(root, group)?.gid ?? (Number(group) || 0)),
        user: owner ?? userName(root, stat.uid),
        group: group ?? groupName(root, stat.gid),
        mtimeMs: stat.mtimeMs,
        target: earlier ?? (stat.kind === "symlink" ? self.files.readlink(path) : ""),
        data: stat.kind === "file" && earlier === undefined ? self.files.readFile(path) : new Uint8Array(),
      };
      parts.push(packEntry(entry));
      await this.#tell(entry, this.level);
      if (stat.kind === "directory" && !args.has("no-recursion"))
        for (const child of self.files.readdir(path)) await this.add(joinPath(name, child.name), parts);
    } catch (error) {
      await this.complain(`${name}: Cannot ${codeOf(error) === "EACCES" ? "open" : "stat"}: ${reason(error)}`);
    }
  }

  /** The member names that were asked for; undefined is all. */
  #wanted(entry: TarEntry, names: readonly string[], hit: Set<string>): boolean {
    if (this.#excluded(entry.name)) return false;
    if (names.length === 0) return true;
    const name = entry.name.replace(/\/$/, "");
    for (const given of names) {
      const each = given.replace(/\/$/, "");
      const match = this.args.has("wildcards") ? globRegex(each).test(name) : name === each || name.startsWith(`${each}/`);
      if (match) {
        hit.add(given);
        return true;
      }
    }
    return false;
  }

  async list(entries: readonly TarEntry[], names: readonly string[]): Promise<void> {
    const hit = new Set<string>();
    for (const entry of entries) if (this.#wanted(entry, names, hit)) await this.#tell(entry, this.level + 1);
    for (const name of names) if (!hit.has(name)) await this.complain(`${name}: Not found in archive`);
  }

  async extract(entries: readonly TarEntry[], names: readonly string[]): Promise<void> {
    const { self, args } = this;
    const { files } = self;
    const hit = new Set<string>();
    const strip = Number(args.get("strip-components") ?? 0);
    const directories: { path: string; entry: TarEntry }[] = [];
    let leading = false;
    for (const entry of entries) {
      await self.tick();
      if (!this.#wanted(entry, names, hit)) continue;
      let name = entry.name;
      if (!args.has("absolute-names") && /^\/|(^|\/)\.\.(\/|$)/.test(name)) {
        if (!leading) await self.error(`tar: Removing leading \`/' from member names\n`);
        leading = true;
        name = name.replace(/^.*(?:^|\/)\.\.\//, "").replace(/^\/+/, "");
      }
      if (strip > 0)
        name = name
          .split("/")
          .filter((part, index, all) => part !== "" || index === all.length - 1)
          .slice(strip)
          .join("/");
      if (name === "" || name === "/") continue;
      await this.#tell(entry, this.level);
      if (args.has("to-stdout")) {
        if (entry.kind === "file") await this.out.write(entry.data);
        continue;
      }
      const path = this.#path(name).replace(/\/$/, "");
      try {
        files.mkdir(dirName(path), { recursive: true });
        const mode = args.has("preserve-permissions") || self.credentials.uid === 0 ? entry.mode : entry.mode & ~self.umask;
        if (entry.kind === "directory") {
          if (!files.exists(path)) files.mkdir(path, { mode: 0o755 });
          directories.push({ path, entry });
          continue;
        }
        const there = (() => {
          try {
            return files.lstat(path);
          } catch (error) {
            if (codeOf(error) === undefined) throw error;
            return undefined;
          }
        })();
        if (there) {
          if (args.has("keep-old-files")) {
            await this.complain(`${name}: Cannot open: File exists`);
            continue;
          }
          if (args.has("skip-old-files") || (args.has("keep-newer-files") && there.mtimeMs >= entry.mtimeMs)) continue;
          if (there.kind !== "directory") files.unlink(path);
        }
        if (entry.kind === "symlink") files.symlink(entry.target, path);
        else if (entry.kind === "hardlink") files.link(this.#path(entry.target.replace(/^\/+/, "")), path);
        else if (entry.kind === "fifo") files.mkfifo(path, mode);
        else {
          files.writeFile(path, entry.data, { mode: 0o600 });
          files.chmod(path, mode);
          if (!args.has("touch")) files.utimes(path, entry.mtimeMs, entry.mtimeMs);
        }
        if (self.credentials.uid === 0 && !args.has("no-same-owner")) {
          const root = self.machine.files;
          files.chown(path, findUser(root, entry.user)?.uid ?? entry.uid, findGroup(root, entry.group)?.gid ?? entry.gid, {
            followLinks: false,
          });
        }
      } catch (error) {
        await this.complain(
          `${name}: Cannot ${entry.kind === "directory" ? "mkdir" : entry.kind === "symlink" ? `create symlink to ‘${entry.target}’` : "open"}: ${reason(error)}`,
        );
      }
    }
    // Modes and times of directories come last, or their files could not be written.
    for (const { path, entry } of directories.reverse()) {
      files.chmod(path, args.has("preserve-permissions") || self.credentials.uid === 0 ? entry.mode : entry.mode & ~self.umask);
      if (!args.has("touch")) files.utimes(path, entry.mtimeMs, entry.mtimeMs);
    }
    for (const name of names) if (!hit.has(name)) await this.complain(`${name}: Not found in archive`);
  }
}

/** `tar czf x` and `tar -czf x`: old-style letters take their arguments in order. */
function oldStyle(argv: readonly string[]): readonly string[] {
  const [first = "", ...rest] = argv;
  if (first === "" || first.startsWith("-")) return argv;
  const out: string[] = [];
  for (const letter of first) {
    out.push(`-${letter}`);
    if (/[fCTXbgHIKLNV]/.test(letter)) out.push(rest.shift() ?? "");
  }
  return [...out, ...rest];
}

export const tar = program({
  name: "tar",
  summary: "an archiving utility",
  section: "archives",
  origin: "GNU tar 1.34",
  usageStatus: 64,
  synopsis: ["[OPTION...] [FILE]..."],
  usageHint: () => "Try 'tar --help' or 'tar --usage' for more information.\n",
  rewrite: oldStyle,
  options: [
    "-c, --create  create a new archive",
    "-x, --extract  extract files from an archive",
    "--get  as --extract",
    "-t, --list  list the contents of an archive",
    "-r, --append  append files to the end of an archive",
    "-u, --update  only append files newer than copy in archive",
    "-f, --file=ARCHIVE  use archive file",
    "-z, --gzip  filter the archive through gzip",
    "--gunzip  as --gzip",
    "-a, --auto-compress  use archive suffix to determine the compression program",
    "-C, --directory=DIR  change to directory DIR",
    "-v, --verbose  verbosely list files processed",
    "-p, --preserve-permissions  extract information about file permissions",
    "--same-permissions  as --preserve-permissions",
    "-P, --absolute-names  don't strip leading '/'s from file names",
    "-h, --dereference  follow symlinks; archive and dump the files they point to",
    "-k, --keep-old-files  don't replace existing files when extracting, treat them as errors",
    "--skip-old-files  don't replace existing files when extracting, silently skip over them",
    "--keep-newer-files  don't replace existing files that are newer than their archive copies",
    "--overwrite  overwrite existing files when extracting",
    "-m, --touch  don't extract file modified time",
    "-O, --to-stdout  extract files to standard output",
    "--exclude=PATTERN  exclude files, given as a PATTERN",
    "--wildcards  use wildcards for member names",
    "--strip-components=NUMBER  strip NUMBER leading components from file names on extraction",
    "--owner=NAME  force NAME as owner for added files",
    "--group=NAME  force NAME as group for added files",
    "--numeric-owner  always use numbers for user/group names",
    "--no-same-owner  extract files as yourself",
    "--no-recursion  avoid descending automatically in directories",
    "-T, --files-from=FILE  get names to extract or create from FILE",
    "--format=FORMAT  create archive of the given format (accepted: gnu, ustar, posix; what is written is GNU's)",
  ],
  unmodeled: [
    "-A",
    "--catenate",
    "-d",
    "--diff",
    "--delete",
    "-g",
    "--listed-incremental",
    "-i",
    "-I",
    "--use-compress-program",
    "-j",
    "--bzip2",
    "-J",
    "--xz",
    "--zstd",
    "-l",
    "-L",
    "-M",
    "-n",
    "-N",
    "--newer",
    "-s",
    "-S",
    "--sparse",
    "--transform",
    "--totals",
    "-w",
    "--interactive",
    "-W",
    "--verify",
    "-X",
    "--exclude-from",
    "-Z",
    "--remove-files",
    "--checkpoint",
    "--mtime",
    "--sort",
    "--xattrs",
    "--acls",
    "--one-file-system",
  ],
  run: async (self, args) => {
    const actions = ["create", "extract", "get", "list", "append", "update"].filter((key) => args.has(key));
    if (actions.length === 0) {
      await self.error(
        "tar: You must specify one of the '-Acdtrux', '--delete' or '--test-label' options\nTry 'tar --help' or 'tar --usage' for more information.\n",
      );
      return 2;
    }
    if (actions.length > 1) {
      await self.error(
        "tar: You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option\nTry 'tar --help' or 'tar --usage' for more information.\n",
      );
      return 2;
    }
    const [action = ""] = actions;
    const archive = args.get("file") ?? "-";
    const directory = args.get("directory") ?? "";
    if (directory !== "" && !self.files.exists(directory))
      throw new Failure(`${directory}: Cannot open: No such file or directory\ntar: Error is not recoverable: exiting now`, 2);
    const names = [...args.operands];
    for (const list of args.all("files-from"))
      names.push(
        ...(list === "-" ? new TextDecoder().decode(await self.readAll(0)) : self.files.readText(list))
          .split("\n")
          .filter((line) => line !== ""),
      );
    const tar = new Tar(self, args, directory);
    const fatal = (text: string) => new Failure(`${text}\ntar: Error is not recoverable: exiting now`, 2);
    const read = async (): Promise<TarEntry[]> => {
      let data: Uint8Array;
      try {
        data = archive === "-" ? await self.readAll(0) : self.files.readFile(archive);
      } catch (error) {
        // With -z it is gzip, started by tar, that opens the archive.
        if (args.has("gzip", "gunzip")) {
          await self.error(`tar (child): ${archive}: Cannot open: ${reason(error)}\ntar (child): Error is not recoverable: exiting now\n`);
          throw fatal("Child returned status 2");
        }
        throw fatal(`${archive}: Cannot open: ${reason(error)}`);
      }
      try {
        if (isGzip(data)) data = await gunzip(data);
        else if (args.has("gzip", "gunzip")) {
          await self.error("\ngzip: stdin: not in gzip format\ntar: Child returned status 1\n");
          throw new Failure("Error is not recoverable: exiting now", 2);
        }
        return unpack(data);
      } catch (error) {
        if (error instanceof BadGzip) {
          await self.error(`\ngzip: stdin: ${error.message}\ntar: Child returned status 1\n`);
          throw new Failure("Error is not recoverable: exiting now", 2);
        }
        if (error instanceof BadTar)
          throw new Failure(
            error.message.startsWith("This")
              ? `${error.message}\ntar: Exiting with failure status due to previous errors`
              : `${error.message}\ntar: Error is not recoverable: exiting now`,
            2,
          );
        throw error;
      }
    };
    if (action === "create" || action === "append" || action === "update") {
      if (names.length === 0) {
        await self.error("tar: Cowardly refusing to create an empty archive\nTry 'tar --help' or 'tar --usage' for more information.\n");
        return 2;
      }
      const parts: Uint8Array[] = action === "create" ? [] : (await read()).map(packEntry);
      for (const name of names) await tar.add(name, parts);
      const body = concat(parts);
      let data = concat([body, packEnd(body.length)]);
      if (args.has("gzip", "gunzip") || (args.has("auto-compress") && /\.(tgz|gz)$/.test(archive))) data = await gzip(data);
      await tar.out.flush();
      if (archive === "-") await self.print(data);
      else
        try {
          self.files.writeFile(archive, data);
        } catch (error) {
          throw fatal(`${archive}: Cannot open: ${reason(error)}`);
        }
    } else {
      const entries = await read();
      if (action === "list") await tar.list(entries, names);
      else await tar.extract(entries, names);
      await tar.out.flush();
    }
    if (tar.failed) throw new Failure("Exiting with failure status due to previous errors", 2);
    return 0;
  },
});
