/** unzip(1) and zipinfo(1), Info-ZIP 6.00. */
import type { Process } from "../../kernel/types.ts";
import { codeOf, reason } from "../core/errors.ts";
import { globRegex } from "../core/glob.ts";
import { modeText } from "../core/mode.ts";
import type { Arguments } from "../core/options.ts";
import { baseName, dirName } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { momentAt, strftime } from "../core/time.ts";
import { BadZip, contents, hex, readZip, type ZipEntry } from "./zip-format.ts";

const S_IFMT = 0o170000;
const S_IFLNK = 0o120000;

function kindOf(entry: ZipEntry): "file" | "directory" | "symlink" {
  if (entry.name.endsWith("/")) return "directory";
  return (entry.mode & S_IFMT) === S_IFLNK ? "symlink" : "file";
}

interface Archive {
  /** As it was found: with ".zip" where that was missing. */
  readonly path: string;
  readonly size: number;
  readonly entries: readonly ZipEntry[];
}

/** Finds and reads the archive, or says why it can't; unzip's status for that is 9. */
async function openArchive(self: Process, name: string, announce: boolean): Promise<Archive | undefined> {
  const candidates = [name, `${name}.zip`, `${name}.ZIP`];
  const path = candidates.find((each) => self.files.exists(each) && self.files.stat(each).kind !== "directory");
  if (path === undefined) {
    await self.error(`unzip:  cannot find or open ${candidates[0]}, ${candidates[1]} or ${candidates[2]}.\n`);
    return undefined;
  }
  try {
    const bytes = self.files.readFile(path);
    const entries = readZip(bytes);
    if (announce) await self.print(`Archive:  ${path}\n`);
    return { path, size: bytes.length, entries };
  } catch (error) {
    if (error instanceof BadZip) {
      await self.print(`Archive:  ${path}\n`);
      await self.error(
        `  End-of-central-directory signature not found.  Either this file is not\n  a zipfile, or it constitutes one disk of a multi-part archive.  In the\n  latter case the central directory and zipfile comment will be found on\n  the last disk(s) of this archive.\nunzip:  cannot find zipfile directory in one of ${name} or\n        ${name}.zip, and cannot find ${name}.ZIP, period.\n`,
      );
    } else await self.error(`error:  cannot open zipfile [ ${path} ]\n        ${reason(error)}\n`);
    return undefined;
  }
}

/** The entries that the operands mean, without those of -x; `missing` are the operands that mean none. */
function choose(archive: Archive, args: Arguments): { chosen: ZipEntry[]; missing: string[] } {
  const flags = { ignoreCase: args.has("C") };
  const wanted = args.operands.slice(1);
  const excluded = args.all("x").map((pattern) => globRegex(pattern, flags));
  const regexes = wanted.map((pattern) => ({ pattern, regex: globRegex(pattern, flags) }));
  const chosen = archive.entries.filter(
    ({ name }) => (regexes.length === 0 || regexes.some(({ regex }) => regex.test(name))) && !excluded.some((regex) => regex.test(name)),
  );
  const missing = regexes.filter(({ regex }) => !archive.entries.some(({ name }) => regex.test(name))).map(({ pattern }) => pattern);
  return { chosen, missing };
}

const when = (entry: ZipEntry, format: string) => strftime(format, momentAt(entry.mtimeMs));
/** Percent saved; Info-ZIP rounds to tenths first. */
const ratio = (size: number, packed: number) => (size === 0 ? 0 : Math.round(Math.round(((size - packed) / size) * 1000) / 10));
const filesText = (count: number) => `${count} file${count === 1 ? "" : "s"}`;

async function list(self: Process, entries: readonly ZipEntry[]): Promise<void> {
  await self.print("  Length      Date    Time    Name\n---------  ---------- -----   ----\n");
  for (const entry of entries) await self.print(`${String(entry.size).padStart(9)}  ${when(entry, "%Y-%m-%d %H:%M")}   ${entry.name}\n`);
  const total = entries.reduce((sum, entry) => sum + entry.size, 0);
  await self.print(
    `---------                     -------\n${String(total).padStart(9)}                     ${filesText(entries.length)}\n`,
  );
}

async function listVerbose(self: Process, entries: readonly ZipEntry[]): Promise<void> {
  const line = "--------  ------  ------- ---- ---------- ----- --------  ----";
  await self.print(` Length   Method    Size  Cmpr    Date    Time   CRC-32   Name\n${line}\n`);
  for (const entry of entries) {
    const packed = entry.packed.length;
    await self.print(
      `${String(entry.size).padStart(8)}  ${entry.method === 0 ? "Stored" : "Defl:N"} ${String(packed).padStart(8)} ${String(ratio(entry.size, packed)).padStart(3)}% ${when(entry, "%Y-%m-%d %H:%M")} ${hex(entry.crc)}  ${entry.name}\n`,
    );
  }
  const size = entries.reduce((sum, entry) => sum + entry.size, 0);
  const packed = entries.reduce((sum, entry) => sum + entry.packed.length, 0);
  await self.print(
    `--------          -------  ---                            -------\n${String(size).padStart(8)}         ${String(packed).padStart(8)} ${String(ratio(size, packed)).padStart(3)}%                            ${filesText(entries.length)}\n`,
  );
}

async function info(self: Process, archive: Archive, entries: readonly ZipEntry[], namesOnly: boolean): Promise<void> {
  if (namesOnly) {
    for (const entry of entries) await self.print(`${entry.name}\n`);
    return;
  }
  await self.print(`Archive:  ${archive.path}\nZip file size: ${archive.size} bytes, number of entries: ${archive.entries.length}\n`);
  for (const entry of entries)
    await self.print(
      `${modeText({ kind: kindOf(entry), mode: entry.mode })}  3.0 unx ${String(entry.size).padStart(8)} ${entry.text ? "t" : "b"}x ${entry.method === 0 ? "stor" : "defN"} ${when(entry, "%y-%b-%d %H:%M")} ${entry.name}\n`,
    );
  const size = entries.reduce((sum, entry) => sum + entry.size, 0);
  const packed = entries.reduce((sum, entry) => sum + entry.packed.length, 0);
  const share = size === 0 ? 0 : ((size - packed) / size) * 100;
  await self.print(`${filesText(entries.length)}, ${size} bytes uncompressed, ${packed} bytes compressed:  ${share.toFixed(1)}%\n`);
}

type Decision = "extract" | "skip" | "stop";

/** Asks what to do with files that are there already, and remembers "all" and "none". */
class Overwriting {
  #all: boolean | undefined;
  #input = "";

  constructor(
    private readonly self: Process,
    args: Arguments,
  ) {
    if (args.has("o")) this.#all = true;
    else if (args.has("n")) this.#all = false;
  }

  async decide(path: string): Promise<Decision> {
    if (this.#all !== undefined) return this.#all ? "extract" : "skip";
    for (;;) {
      await this.self.error(`replace ${path}? [y]es, [n]o, [A]ll, [N]one, [r]ename: `);
      const answer = await this.#line();
      if (answer === undefined) {
        await this.self.error(' NULL\n(EOF or read error, treating as "[N]one" ...)\n');
        return "stop";
      }
      if (answer.startsWith("y") || answer.startsWith("Y")) return "extract";
      if (answer.startsWith("n")) return "skip";
      if (answer.startsWith("A") || answer.startsWith("N")) {
        this.#all = answer.startsWith("A");
        return this.#all ? "extract" : "skip";
      }
      await this.self.error(`error:  invalid response [${answer.slice(0, 1)}]\n`);
    }
  }

  async #line(): Promise<string | undefined> {
    while (!this.#input.includes("\n")) {
      const bytes = await this.self.read(0);
      if (bytes.length === 0) return this.#input === "" ? undefined : this.#input;
      this.#input += new TextDecoder().decode(bytes);
    }
    const end = this.#input.indexOf("\n");
    const line = this.#input.slice(0, end);
    this.#input = this.#input.slice(end + 1);
    return line;
  }
}

async function extract(self: Process, archive: Archive, args: Arguments): Promise<number> {
  const { files } = self;
  const { chosen, missing } = choose(archive, args);
  const folder = args.get("d");
  const say = (text: string) => (args.has("q") ? Promise.resolve() : self.print(text));
  if (folder !== undefined && !files.exists(folder)) {
    try {
      files.mkdir(folder);
    } catch (error) {
      await self.error(`checkdir:  cannot create extraction directory: ${folder}\n           ${reason(error)}\n`);
      return 2;
    }
  }
  const overwriting = new Overwriting(self, args);
  let status = 0;
  const directories: { path: string; entry: ZipEntry }[] = [];
  for (const entry of chosen) {
    await self.tick();
    // A name may not lead out of the folder: unzip drops these parts too.
    const safe = entry.name
      .replace(/^\/+/, "")
      .split("/")
      .filter((part) => part !== "..")
      .join("/");
    if (safe !== entry.name) await self.error(`warning:  stripped absolute path spec from ${entry.name}\n`);
    const inside = args.has("j") ? baseName(safe) : safe;
    const path = folder === undefined ? inside : `${folder.replace(/\/+$/, "")}/${inside}`;
    if (entry.name.endsWith("/")) {
      if (args.has("j") || files.exists(path)) continue;
      files.mkdir(path, { recursive: true });
      await say(`   creating: ${path}\n`);
      directories.push({ path, entry });
      continue;
    }
    if (files.exists(path)) {
      if (args.has("f", "u") && files.stat(path).mtimeMs >= entry.mtimeMs) continue;
      const decision = args.has("f", "u") && args.has("o") ? "extract" : await overwriting.decide(path);
      if (decision === "stop") return 1;
      if (decision === "skip") continue;
    } else if (args.has("f")) continue;
    try {
      status = Math.max(status, await extractOne(self, entry, path, say, args.has("q")));
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      await self.error(`error:  cannot create ${path}\n        ${reason(error)}\n`);
      status = Math.max(status, 50);
    }
  }
  for (const { path, entry } of directories.reverse()) {
    if (entry.mode !== 0) files.chmod(path, entry.mode & 0o777);
    files.utimes(path, entry.mtimeMs, entry.mtimeMs);
  }
  for (const name of missing) await self.error(`caution: filename not matched:  ${name}\n`);
  return missing.length > 0 && chosen.length === 0 ? 11 : status;
}

async function extractOne(
  self: Process,
  entry: ZipEntry,
  path: string,
  say: (text: string) => Promise<void>,
  quiet: boolean,
): Promise<number> {
  const { files } = self;
  const parent = dirName(path);
  if (parent !== "." && !files.exists(parent)) files.mkdir(parent, { recursive: true });
  let bytes: Uint8Array;
  try {
    bytes = await contents(entry);
  } catch (error) {
    if (!(error instanceof BadZip)) throw error;
    await self.print(quiet ? `${path}  ${error.message}\n` : `  inflating: ${path.padEnd(22)}  ${error.message}\n`);
    return 2;
  }
  if (files.exists(path)) files.unlink(path);
  if ((entry.mode & S_IFMT) === S_IFLNK) {
    const target = new TextDecoder().decode(bytes);
    files.symlink(target, path);
    await say(`    linking: ${path.padEnd(22)}  -> ${target} \n`);
    return 0;
  }
  files.writeFile(path, bytes);
  if (entry.mode !== 0) files.chmod(path, entry.mode & 0o777);
  files.utimes(path, entry.mtimeMs, entry.mtimeMs);
  await say(`${entry.method === 0 ? " extracting" : "  inflating"}: ${path.padEnd(22)}  \n`);
  return 0;
}

async function testAll(self: Process, archive: Archive, args: Arguments): Promise<number> {
  let bad = 0;
  const { chosen } = choose(archive, args);
  for (const entry of chosen) {
    await self.tick();
    let verdict = "OK";
    try {
      await contents(entry);
    } catch (error) {
      if (!(error instanceof BadZip)) throw error;
      verdict = error.message;
      bad++;
    }
    if (!args.has("q") || verdict !== "OK") await self.print(`    testing: ${entry.name.padEnd(22)}   ${verdict}\n`);
  }
  await self.print(
    bad === 0 ? `No errors detected in compressed data of ${archive.path}.\n` : `At least one error was detected in ${archive.path}.\n`,
  );
  return bad === 0 ? 0 : 2;
}

const usage =
  'UnZip 6.00 of 20 April 2009, by Debian. Original by Info-ZIP.\n\nUsage: unzip [-opts[modifiers]] file[.zip] [list] [-x xlist] [-d exdir]\n  Default action is to extract files in list, except those in xlist, to exdir;\n  -Z => ZipInfo mode ("unzip -Z1": names only). See unzip --help, and man unzip.\n';

/** The patterns after -x go on to the next option: each gets its own. */
function spreadExcluded(argv: readonly string[]): string[] {
  const at = argv.indexOf("-x");
  if (at < 0) return [...argv];
  const end = argv.findIndex((word, index) => index > at && word.startsWith("-"));
  const list = argv.slice(at + 1, end < 0 ? undefined : end);
  return [...argv.slice(0, at), ...list.flatMap((pattern) => ["-x", pattern]), ...(end < 0 ? [] : argv.slice(end))];
}

export const unzip = program({
  name: "unzip",
  summary: "list, test and extract compressed files in a ZIP archive",
  section: "archives",
  origin: "Info-ZIP 6.00",
  synopsis: ["[-opts] file[.zip] [list] [-x xlist] [-d exdir]"],
  usageStatus: 10,
  rewrite: spreadExcluded,
  usageHint: () => usage,
  options: [
    "-1  with -Z: names only",
    "-C  match names without regard to case",
    "-d EXDIR  extract files into exdir",
    "-f  freshen existing files, create none",
    "-j  junk paths (do not make directories)",
    "-l  list files (short format)",
    "-n  never overwrite existing files",
    "-o  overwrite files WITHOUT prompting",
    "-p  extract files to pipe, no messages",
    "-q  quiet mode",
    "-t  test compressed archive data",
    "-u  update files, create if necessary",
    "-v  list verbosely",
    "-x PATTERN  exclude files that follow",
    "-Z  as zipinfo",
  ],
  unmodeled: ["-P", "-a", "-b", "-c", "-L", "-X", "-V", "-K", "-W", "-M", "-z", "-T"],
  limits: "Encrypted and split archives, zip64, and methods other than stored and deflated are not covered.",
  run: async (self, args) => {
    const [name] = args.operands;
    if (name === undefined) {
      await self.print(usage);
      return args.given.length === 0 ? 0 : 10;
    }
    const silent = args.has("p", "Z") || (args.has("t", "q") && args.has("q"));
    const archive = await openArchive(self, name, !silent && !(args.has("q") && !args.has("l", "v")));
    if (!archive) return 9;
    const { chosen, missing } = choose(archive, args);
    if (args.has("Z")) await info(self, archive, chosen, args.has("1"));
    else if (args.has("v")) await listVerbose(self, chosen);
    else if (args.has("l")) await list(self, chosen);
    else if (args.has("t")) return testAll(self, archive, args);
    else if (args.has("p")) {
      for (const entry of chosen) await self.print(await contents(entry));
      for (const each of missing) await self.error(`caution: filename not matched:  ${each}\n`);
    } else return extract(self, archive, args);
    return missing.length > 0 && chosen.length === 0 ? 11 : 0;
  },
});

export const zipinfo = program({
  name: "zipinfo",
  summary: "list detailed information about a ZIP archive",
  section: "archives",
  origin: "Info-ZIP 3.00",
  synopsis: ["[-1] file[.zip] [file(s) ...] [-x xfile(s) ...]"],
  usageStatus: 10,
  rewrite: spreadExcluded,
  options: ["-1  list filenames only, one per line", "-x PATTERN  exclude files that follow", "-C  match names without regard to case"],
  unmodeled: ["-2", "-s", "-m", "-l", "-v", "-h", "-t", "-M", "-T", "-z"],
  run: async (self, args) => {
    const [name] = args.operands;
    if (name === undefined) {
      await self.print(usage);
      return 0;
    }
    const archive = await openArchive(self, name, false);
    if (!archive) return 9;
    await info(self, archive, choose(archive, args).chosen, args.has("1"));
    return 0;
  },
});
