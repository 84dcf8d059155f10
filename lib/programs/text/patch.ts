/** patch(1), GNU patch 2.7.6. */
import { O, type Process } from "../../kernel/types.ts";
import { codeOf, Failure, reason } from "../core/errors.ts";
import { decode } from "../core/io.ts";
import type { Arguments } from "../core/options.ts";
import { baseName, dirName } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { Target } from "./patch-apply.ts";
import { type FilePatch, type Hunk, MalformedPatch, parsePatch, reversed } from "./patch-parse.ts";

/** Takes `strip` leading parts off a name; undefined when there are not so many. Without a number only the last part is left. */
function stripped(name: string | undefined, strip: number | undefined): string | undefined {
  if (name === undefined || name === "/dev/null") return undefined;
  if (strip === undefined) return baseName(name);
  const parts = name.split(/\/+/);
  return parts.length > strip ? parts.slice(strip).join("/") : undefined;
}

class Patching {
  failed = false;

  constructor(
    private readonly self: Process,
    private readonly args: Arguments,
  ) {}

  say(text: string): Promise<void> {
    return this.args.has("quiet") ? Promise.resolve() : this.self.print(text);
  }

  /** Asks at the terminal; without one the answer is empty. */
  async ask(question: string): Promise<string> {
    await this.self.print(question);
    try {
      const terminal = this.self.files.open("/dev/tty", O.RDONLY);
      try {
        return decode(await terminal.read(1024, this.self.ended)).trim();
      } finally {
        terminal.release();
      }
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      await this.self.print("\n");
      return "";
    }
  }

  /** The file that a patch means: of its names those that exist, the one with the fewest parts first (Info node "Multiple Patches"). */
  #targetOf(patch: FilePatch, creates: boolean): string | undefined {
    const strip = this.args.get("strip");
    const names = [patch.oldName, patch.newName]
      .map((name) => stripped(name, strip === undefined ? undefined : Number(strip)))
      .filter((name) => name !== undefined);
    const best = (some: readonly string[]) =>
      [...some].sort(
        (a, b) => a.split("/").length - b.split("/").length || baseName(a).length - baseName(b).length || a.length - b.length,
      )[0];
    const there = best(names.filter((name) => this.self.files.exists(name)));
    return there ?? (creates || patch.removes || patch.creates ? best(names) : undefined);
  }

  async #missing(patch: FilePatch): Promise<string | undefined> {
    const given = this.args.has("strip") ? "used the wrong" : "should have used the";
    await this.self.print(
      `can't find file to patch at input line ${patch.line}\nPerhaps you ${given} -p or --strip option?\nThe text leading up to this was:\n--------------------------\n${patch.leading.map((line) => `|${line}\n`).join("")}--------------------------\n`,
    );
    if (this.args.has("force", "batch")) {
      await this.self.print("No file to patch.  Skipping patch.\n");
      return undefined;
    }
    const name = await this.ask("File to patch: ");
    if (name !== "" && this.self.files.exists(name)) return name;
    if (name !== "") await this.self.print(`${name}: No such file or directory\n`);
    if (/^n/i.test(await this.ask("Skip this patch? [y] "))) return this.#missing(patch);
    await this.say("Skipping patch.\n");
    return undefined;
  }

  /** After something that looks like the patch the other way round. */
  async #mayReverse(isReversed: boolean): Promise<"reverse" | "apply" | "skip"> {
    if (this.args.has("forward")) {
      await this.say("  Skipping patch.\n");
      return "skip";
    }
    if (this.args.has("force")) {
      await this.say("  Applying it anyway.\n");
      return "apply";
    }
    if (this.args.has("batch")) {
      await this.say(isReversed ? "  Ignoring -R.\n" : "  Assuming -R.\n");
      return "reverse";
    }
    if (/^y/i.test(await this.ask(isReversed ? "  Ignore -R? [n] " : "  Assume -R? [n] "))) return "reverse";
    if (/^y/i.test(await this.ask("Apply anyway? [n] "))) return "apply";
    await this.say("Skipping patch.\n");
    return "skip";
  }

  async file(patch: FilePatch, named: string | undefined): Promise<void> {
    const { self, args } = this;
    const { files } = self;
    let reverse = args.has("reverse");
    const count = patch.hunks.length;
    const ignored = `${count} out of ${count} hunk${count === 1 ? "" : "s"} ignored`;
    const target = named ?? this.#targetOf(patch, reverse ? patch.removes : patch.creates) ?? (await this.#missing(patch));
    if (target === undefined) {
      await self.print(`${ignored}\n`);
      this.failed = true;
      return;
    }
    const exists = files.exists(target);
    const verb = args.has("dry-run") ? "checking" : "patching";
    let creates = reverse ? patch.removes : patch.creates;
    const removes = reverse ? patch.creates : patch.removes;
    const contradiction = creates && exists && files.stat(target).size > 0 ? "create" : removes && !exists ? "delete" : undefined;
    if (contradiction) {
      await self.print(
        `The next patch${reverse ? ", when reversed," : ""} would ${contradiction} the file ${target},\nwhich ${contradiction === "create" ? "already exists" : "does not exist"}!`,
      );
      const decision = await this.#mayReverse(reverse);
      if (decision === "skip") {
        await self.print(`${ignored}\n`);
        this.failed = true;
        return;
      }
      if (decision === "reverse") {
        reverse = !reverse;
        creates = !creates;
      }
    }
    const output = args.get("output");
    await this.say(`${verb} file ${output === undefined ? target : `${output} (read from ${target})`}\n`);
    let text = "";
    try {
      if (exists) text = decode(files.readFile(target));
    } catch (error) {
      throw new Failure(`**** Can't open file ${target} : ${reason(error)}`, 2);
    }
    const applied = await this.#apply(patch, text, reverse);
    const suffix = applied.skipped ? "ignored" : "FAILED";
    if (!exists && applied.rejected.length > 0 && !creates) {
      throw new Failure(`**** Can't reopen file ${target} : No such file or directory`, 2);
    }
    if (!args.has("dry-run") && !applied.skipped) {
      if (exists && (args.has("backup") || (applied.mismatch && !args.has("no-backup-if-mismatch"))))
        files.writeFile(`${target}${args.get("suffix") ?? ".orig"}`, text);
      this.#write(output ?? target, applied.text, removes && applied.text === "");
    }
    if (applied.rejected.length === 0) return;
    this.failed = true;
    const rejects = args.get("reject-file") ?? `${output ?? target}.rej`;
    const keeps = rejects !== "-" && !args.has("dry-run");
    await self.print(
      `${applied.rejected.length} out of ${count} hunk${count === 1 ? "" : "s"} ${suffix}${keeps ? ` -- saving rejects to file ${rejects}` : ""}\n`,
    );
    if (keeps) files.writeFile(rejects, rejectText(patch, applied.rejected));
  }

  async #apply(patch: FilePatch, text: string, reverseAtFirst: boolean) {
    const { args } = this;
    const fuzz = Number(args.get("fuzz") ?? 2);
    const loose = args.has("ignore-whitespace");
    const target = new Target(text);
    let reverse = reverseAtFirst;
    let mismatch = false;
    let skipped = false;
    const rejected: Hunk[] = [];
    let asked = false;
    for (const [index, given] of patch.hunks.entries()) {
      await this.self.tick();
      let hunk = reverse ? reversed(given) : given;
      let place = skipped ? undefined : target.find(hunk, fuzz, loose);
      if (!place && index === 0 && !skipped && !asked && !args.has("force")) {
        const other = target.find(reversed(hunk), fuzz, loose);
        if (other && (hunk.after.length > 0 || hunk.before.length > 0)) {
          asked = true;
          await this.say(`${reverse ? "Unreversed" : "Reversed (or previously applied)"} patch detected!`);
          const decision = await this.#mayReverse(reverse);
          if (decision === "skip") skipped = true;
          if (decision === "reverse") {
            reverse = !reverse;
            hunk = reversed(hunk);
            place = other;
          }
        }
      }
      if (!place) {
        rejected.push(hunk);
        mismatch = true;
        if (!skipped) await this.say(`Hunk #${index + 1} FAILED at ${hunk.start}.\n`);
        continue;
      }
      const placed = target.apply(hunk, place);
      const { offset } = target;
      if (placed.fuzz === 0 && offset === 0) continue;
      mismatch = true;
      const with_ = placed.fuzz > 0 ? ` with fuzz ${placed.fuzz}` : "";
      const off = offset !== 0 ? ` (offset ${offset} line${Math.abs(offset) === 1 ? "" : "s"})` : "";
      await this.say(`Hunk #${index + 1} succeeded at ${placed.at}${with_}${off}.\n`);
    }
    return { text: target.text, mismatch, skipped, rejected };
  }

  #write(path: string, text: string, removes: boolean): void {
    const { files } = this.self;
    if (!removes && !(this.args.has("remove-empty-files") && text === "")) {
      const parent = dirName(path);
      if (!files.exists(parent)) files.mkdir(parent, { recursive: true });
      files.writeFile(path, text);
      return;
    }
    if (files.exists(path)) files.unlink(path);
    for (let folder = dirName(path); folder !== "." && folder !== "/" && files.readdir(folder).length === 0; folder = dirName(folder))
      files.rmdir(folder);
  }
}

/** Unified, as patch writes what it could not apply. */
function rejectText(patch: FilePatch, hunks: readonly Hunk[]): string {
  const name = patch.oldName ?? "/dev/null";
  let out = `--- ${name}\n+++ ${patch.newName ?? name}\n`;
  const range = (start: number, count: number) => (count === 1 ? String(start) : `${start},${count}`);
  for (const hunk of hunks) {
    out += `@@ -${range(hunk.start, hunk.before.length)} +${range(hunk.afterStart, hunk.after.length)} @@\n`;
    for (const line of mixed(hunk)) out += line.endsWith("\n") ? line : `${line}\n\\ No newline at end of file\n`;
  }
  return out;
}

/** Both sides of a hunk as lines with marks: what is the same in order is context. */
function mixed(hunk: Hunk): string[] {
  const { before, after } = hunk;
  const lengths = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--) {
      const row = lengths[i];
      if (!row) continue;
      row[j] = before[i] === after[j] ? (lengths[i + 1]?.[j + 1] ?? 0) + 1 : Math.max(lengths[i + 1]?.[j] ?? 0, row[j + 1] ?? 0);
    }
  const out: string[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      out.push(` ${before[i]}`);
      i++;
      j++;
    } else if (i < before.length && (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0)) out.push(`-${before[i++]}`);
    else out.push(`+${after[j++]}`);
  }
  return out;
}

export const patch = program({
  name: "patch",
  summary: "apply a diff file to an original",
  section: "text",
  origin: "GNU patch 2.7.6",
  synopsis: ["[OPTION]... [ORIGFILE [PATCHFILE]]"],
  usageStatus: 2,
  usageHint: (name) => `${name}: Try '${name} --help' for more information.\n`,
  options: [
    "-b, --backup  back up the original contents of each file",
    "-c, --context  interpret the patch as a context difference (all kinds are recognized)",
    "-d, --directory=DIR  change the working directory to DIR first",
    "--dry-run  do not actually change any files; just print what would happen",
    "-E, --remove-empty-files  remove output files that are empty after patching",
    "-f, --force  like -t, but ignore bad-Prereq patches, and assume unreversed",
    "-F, --fuzz=LINES  set the fuzz factor to LINES for inexact matching",
    "-i, --input=PATCHFILE  read patch from PATCHFILE instead of stdin",
    "-l, --ignore-whitespace  ignore white space changes between patch and input",
    "-N, --forward  ignore patches that appear to be reversed or already applied",
    "-n, --normal  interpret the patch as a normal difference (all kinds are recognized)",
    "--no-backup-if-mismatch  back up mismatches only if otherwise requested",
    "-o, --output=FILE  output patched files to FILE",
    "-p, --strip=NUM  strip NUM leading components from file names",
    "-r, --reject-file=FILE  output rejects to FILE",
    "-R, --reverse  assume patches were created with old and new files swapped",
    "-s, --quiet  work silently unless an error occurs",
    "--silent  as --quiet",
    "-t, --batch  ask no questions; skip bad-Prereq patches; assume reversed",
    "-u, --unified  interpret the patch as a unified difference (all kinds are recognized)",
    "-z, --suffix=SUFFIX  append SUFFIX to backup file names",
  ],
  unmodeled: [
    "-D",
    "--ifdef",
    "-e",
    "--ed",
    "-B",
    "--prefix",
    "-Y",
    "-V",
    "--version-control",
    "-Z",
    "-T",
    "--merge",
    "--verbose",
    "--binary",
  ],
  limits: "git's renames, copies, modes and binary patches are passed over. Scripts for ed are not applied.",
  run: async (self, args) => {
    const [named, second] = args.operands;
    const directory = args.get("directory");
    if (directory !== undefined) {
      try {
        self.files.chdir(directory);
      } catch (error) {
        throw new Failure(`**** Can't change to directory ${directory} : ${reason(error)}`, 2);
      }
    }
    const input = args.get("input") ?? second;
    let text: string;
    try {
      text = decode(input === undefined || input === "-" ? await self.readAll(0) : self.files.readFile(input));
    } catch (error) {
      throw new Failure(`**** Can't open patch file ${input} : ${reason(error)}`, 2);
    }
    if (text === "") return 0;
    const job = new Patching(self, args);
    let patches: FilePatch[];
    try {
      patches = parsePatch(text);
    } catch (error) {
      if (!(error instanceof MalformedPatch)) throw error;
      if (named !== undefined) await job.say(`patching file ${named}\n`);
      throw new Failure(`**** ${error.message}\n`, 2);
    }
    if (patches.length === 0) throw new Failure("**** Only garbage was found in the patch input.", 2);
    for (const each of patches) await job.file(each, named);
    return job.failed ? 1 : 0;
  },
});
