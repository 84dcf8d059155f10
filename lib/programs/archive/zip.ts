/** zip(1), Info-ZIP 3.0. */
import type { Process } from "../../kernel/types.ts";
import { codeOf, Failure, reason } from "../core/errors.ts";
import { globRegex } from "../core/glob.ts";
import { decode } from "../core/io.ts";
import type { Arguments } from "../core/options.ts";
import { baseName, dirName } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { BadZip, contents, makeEntry, readZip, writeZip, type ZipEntry } from "./zip-format.ts";

/** A file to be put in. */
interface Source {
  readonly path: string;
  readonly name: string;
}

/** zip's warnings and errors share standard output with its progress, except where the archive goes there. */
class Zip {
  readonly #progress: 1 | 2;
  readonly #quiet: boolean;

  constructor(
    private readonly self: Process,
    private readonly args: Arguments,
    readonly target: string,
  ) {
    this.#progress = target === "-" ? 2 : 1;
    this.#quiet = args.has("quiet");
  }

  say(text: string): Promise<void> {
    return this.#quiet ? Promise.resolve() : this.self.write(this.#progress, text);
  }

  warn(text: string): Promise<void> {
    return this.self.write(this.#progress, `\tzip warning: ${text}\n`);
  }

  async fail(text: string, status: number): Promise<number> {
    await this.self.write(this.#progress, `\nzip error: ${text}\n`);
    return status;
  }

  /** The files that the operands mean, those below directories too with -r; and whether each operand meant one. */
  async sources(names: readonly string[]): Promise<Source[]> {
    const { self, args } = this;
    const found: Source[] = [];
    const excluded = args.all("exclude").map((pattern) => globRegex(pattern));
    const included = args.all("include").map((pattern) => globRegex(pattern));
    const visit = (path: string): boolean => {
      if (self.files.absolute(path) === self.files.absolute(this.target)) return true;
      let stat: ReturnType<typeof self.files.stat>;
      try {
        stat = args.has("symlinks") ? self.files.lstat(path) : self.files.stat(path);
      } catch (error) {
        reason(error);
        return false;
      }
      const clean = path.replace(/^\/+|^(\.\/+)+/, "").replace(/\/+$/, "");
      const isDirectory = stat.kind === "directory";
      if (clean !== "" && clean !== "." && !(isDirectory && args.has("no-dir-entries", "junk-paths"))) {
        const name = args.has("junk-paths") ? baseName(clean) : clean + (isDirectory ? "/" : "");
        if (!excluded.some((regex) => regex.test(name)) && (included.length === 0 || included.some((regex) => regex.test(name))))
          found.push({ path, name });
      }
      if (isDirectory && args.has("recurse-paths"))
        for (const entry of self.files.readdir(path)) visit(path === "." ? entry.name : `${path.replace(/\/+$/, "")}/${entry.name}`);
      return true;
    };
    for (const name of names) {
      if (name === "-") found.push({ path: "-", name: "-" });
      else if (!visit(name)) await this.warn(`name not matched: ${name}`);
    }
    return found;
  }

  async read(source: Source): Promise<{ bytes: Uint8Array; mode: number; mtimeMs: number; uid: number; gid: number }> {
    const { self } = this;
    if (source.path === "-") {
      const { uid, gid } = self.credentials;
      return { bytes: await self.readAll(0), mode: 0o010600, mtimeMs: self.machine.kernel.clock.now(), uid, gid };
    }
    const keepsLinks = this.args.has("symlinks");
    const stat = keepsLinks ? self.files.lstat(source.path) : self.files.stat(source.path);
    const bytes =
      stat.kind === "directory"
        ? new Uint8Array()
        : stat.kind === "symlink"
          ? new TextEncoder().encode(self.files.readlink(source.path))
          : self.files.readFile(source.path);
    return { bytes, mode: stat.mode, mtimeMs: stat.mtimeMs, uid: stat.uid, gid: stat.gid };
  }
}

function percent(entry: ZipEntry): string {
  if (entry.method === 0) return "(stored 0%)";
  return `(deflated ${Math.round(((entry.size - entry.packed.length) / entry.size) * 100)}%)`;
}

/** What is in the archive that is there already; undefined when there is none. */
function existing(self: Process, target: string): ZipEntry[] | undefined {
  if (target === "-" || !self.files.exists(target)) return undefined;
  return readZip(self.files.readFile(target));
}

async function remove(zip: Zip, self: Process, old: readonly ZipEntry[], patterns: readonly string[]): Promise<number> {
  let kept = [...old];
  for (const pattern of patterns) {
    const regex = globRegex(pattern);
    const gone = kept.filter((entry) => regex.test(entry.name));
    if (gone.length === 0) await zip.warn(`name not matched: ${pattern}`);
    for (const entry of gone) await zip.say(`deleting: ${entry.name}\n`);
    kept = kept.filter((entry) => !gone.includes(entry));
  }
  if (kept.length === old.length) return zip.fail(`Nothing to do! (${zip.target})`, 12);
  if (kept.length === 0) {
    await zip.warn("zip file empty");
    self.files.unlink(zip.target);
  } else self.files.writeFile(zip.target, writeZip(kept));
  return 0;
}

async function add(zip: Zip, self: Process, args: Arguments, old: ZipEntry[] | undefined, names: readonly string[]): Promise<number> {
  const freshen = args.has("freshen");
  let sources = freshen && names.length === 0 ? (old ?? []).map(({ name }) => ({ path: name, name })) : await zip.sources(names);
  if (freshen) sources = sources.filter(({ name, path }) => old?.some((entry) => entry.name === name) && self.files.exists(path));
  if (sources.length === 0 && !freshen) return zip.fail(`Nothing to do! (${zip.target})`, 12);
  // A place that can't be written to is known before any file is read.
  if (zip.target !== "-" && !self.files.exists(dirName(zip.target))) {
    await self.print(`zip I/O error: No such file or directory\nzip error: Could not create output file (${zip.target})\n`);
    return 15;
  }
  const entries = [...(old ?? [])];
  const written: Source[] = [];
  const skipped: { bytes: number }[] = [];
  let readBytes = 0;
  for (const source of sources) {
    await self.tick();
    const at = entries.findIndex((entry) => entry.name === source.name);
    const before = entries[at];
    let what: Awaited<ReturnType<Zip["read"]>>;
    const verb = before ? (freshen ? "freshening" : "updating") : "  adding";
    try {
      if (before && args.has("update", "freshen") && source.path !== "-") {
        const { mtimeMs } = self.files.stat(source.path);
        if (Math.floor(mtimeMs / 1000) <= Math.floor(before.mtimeMs / 1000)) continue;
      }
      what = await zip.read(source);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      await zip.say(`${verb}: ${source.name}\n`);
      await self.error(`zip warning: ${reason(error)}\n`);
      await zip.warn(`could not open for reading: ${source.name}`);
      skipped.push({ bytes: self.files.exists(source.path) ? self.files.stat(source.path).size : 0 });
      continue;
    }
    const { bytes, ...attributes } = what;
    readBytes += bytes.length;
    const entry = await makeEntry({ ...attributes, name: source.name }, bytes, args.has("0"));
    if (before) entries[at] = entry;
    else entries.push(entry);
    written.push(source);
    await zip.say(`${verb}: ${source.name} ${percent(entry)}\n`);
  }
  if (written.length === 0) return freshen ? 0 : args.has("update") ? 12 : zip.fail(`Nothing to do! (${zip.target})`, 12);
  const whole = writeZip(entries);
  if (zip.target === "-") await self.print(whole);
  else {
    try {
      self.files.writeFile(zip.target, whole);
    } catch (error) {
      await self.print(`zip I/O error: ${reason(error)}\nzip error: Could not create output file (${zip.target})\n`);
      return 15;
    }
  }
  if (args.has("test")) await zip.say(`test of ${zip.target} OK\n`);
  if (args.has("move")) for (const { path } of [...written].reverse()) removeSource(self, path);
  if (skipped.length === 0) return 0;
  const size = (count: number) =>
    count < 1024 ? `${count} bytes` : `${(Math.floor((count / 1024) * 10) / 10).toFixed(count < 10240 ? 1 : 0)}K bytes`;
  const lost = skipped.reduce((sum, each) => sum + each.bytes, 0);
  await zip.say(
    `\nzip warning: Not all files were readable\n  files/entries read:  ${written.length} (${size(readBytes)})  skipped:  ${skipped.length} (${size(lost)})\n`,
  );
  return 18;
}

function removeSource(self: Process, path: string): void {
  if (path === "-") return;
  if (self.files.lstat(path).kind !== "directory") self.files.unlink(path);
  else if (self.files.readdir(path).length === 0) self.files.rmdir(path);
}

/** The patterns after -x and -i go on to the next option (or "@"): each gets its own. */
function spreadPatterns(argv: readonly string[]): string[] {
  const out: string[] = [];
  let option: string | undefined;
  for (const word of argv) {
    const combined = /^-([A-Za-z0-9]*)([xi])$/.exec(word);
    if (combined && !word.startsWith("--")) {
      if (combined[1]) out.push(`-${combined[1]}`);
      option = combined[2];
    } else if (option && word === "@") option = undefined;
    else if (option && !word.startsWith("-")) out.push(`-${option}`, word);
    else {
      option = undefined;
      out.push(word);
    }
  }
  return out;
}

export const zip = program({
  name: "zip",
  summary: "package and compress (archive) files",
  section: "archives",
  origin: "Info-ZIP 3.0",
  synopsis: ["[-options] [-x list] zipfile file...", "-d zipfile name..."],
  usageStatus: 16,
  rewrite: spreadPatterns,
  usageMessage: (message) => `\nzip error: Invalid command arguments (${message})`,
  usageHint: () => "",
  options: [
    "-@, --names-stdin  read the names of the files from standard input, one a line",
    "-d, --delete  delete entries in zipfile",
    "-D, --no-dir-entries  no entries for directories themselves",
    "-f, --freshen  freshen: only changed files",
    "-i, --include=PATTERN  include only names that match; patterns go on to the next option",
    "-j, --junk-paths  junk (don't record) directory names",
    "-m, --move  move into zipfile (delete the files)",
    "-q, --quiet  quiet operation",
    "-r, --recurse-paths  recurse into directories",
    "-T, --test  test zipfile integrity",
    "-u, --update  update: only changed or new files",
    "-v, --verbose  (accepted)",
    "-x, --exclude=PATTERN  exclude names that match; patterns go on to the next option",
    "-X, --strip-extra  (accepted)",
    "-y, --symlinks  store symbolic links as the link instead of the file",
    "-0  store only",
    ...Array.from({ length: 9 }, (_value, index) => `-${index + 1}  compression level (accepted; there is one level)`),
  ],
  unmodeled: [
    "-e",
    "--encrypt",
    "-P",
    "--password",
    "-s",
    "--split-size",
    "-F",
    "--fix",
    "-A",
    "-c",
    "-z",
    "-l",
    "-o",
    "-t",
    "-n",
    "-R",
    "-g",
  ],
  limits: "Archives over 4 GiB (zip64) and encryption are not covered.",
  run: async (self, args) => {
    const [given, ...rest] = args.operands;
    if (given === undefined) {
      if (args.has("test")) return 0;
      throw new Failure("\nzip error: Nothing to do! (try: zip -r archive.zip folder)", 12);
    }
    const target = given === "-" || baseName(given).includes(".") ? given : `${given}.zip`;
    const job = new Zip(self, args, target);
    let old: ZipEntry[] | undefined;
    try {
      old = existing(self, target);
    } catch (error) {
      if (!(error instanceof BadZip)) return job.fail(`Could not open zipfile (${target})`, 15);
      return job.fail(`Zip file structure invalid (${target})`, 3);
    }
    if (args.has("delete")) return old ? remove(job, self, old, rest) : job.fail(`Nothing to do! (${target})`, 12);
    if (args.has("names-stdin"))
      rest.push(
        ...decode(await self.readAll(0))
          .split("\n")
          .filter((line) => line !== ""),
      );
    if (rest.length === 0 && args.has("test") && old) {
      for (const entry of old) await contents(entry);
      await job.say(`test of ${target} OK\n`);
      return 0;
    }
    return add(job, self, args, old, rest);
  },
});
