/** find(1), GNU findutils 4.9. */
import type { Process, Stat } from "../../kernel/types.ts";
import { codeOf, Failure, quote, reason } from "../core/errors.ts";
import { globRegex } from "../core/glob.ts";
import { Output } from "../core/io.ts";
import { changeMode, kibibytes, modeText } from "../core/mode.ts";
import { baseName, dirName, joinPath } from "../core/paths.ts";
import { program } from "../core/program.ts";
import { posixRegex, RegexError } from "../core/regex.ts";
import { findGroup, findUser, groupName, groups, userName, users } from "../core/users.ts";
import { parseDate } from "../coreutils/date-parse.ts";
import { fileTime } from "../coreutils/ls-layout.ts";
import { type Expression, type FindExpression, parseExpression, startsExpression } from "./find-expression.ts";
import { formatFound } from "./find-printf.ts";

export interface Found {
  readonly path: string;
  readonly stat: Stat;
  readonly depth: number;
  /** The starting point it was found under. */
  readonly start: string;
}

/** "+5", "-5", "5" compared with a value. */
function compares(text: string, value: number): boolean {
  const number = Number(text.replace(/^[-+]/, ""));
  return text.startsWith("+") ? value > number : text.startsWith("-") ? value < number : value === number;
}

function numeric(name: string, text: string): string {
  if (!/^[-+]?\d+(\.\d+)?$/.test(text)) throw new Failure(`invalid argument ${"`"}${text}' to ${"`"}${name}'`);
  return text;
}

class Finder {
  status = 0;
  readonly out: Output;
  #pruned = false;
  #quit = false;
  readonly #now: number;
  readonly #follow: "never" | "command-line" | "always";

  constructor(
    private readonly self: Process,
    private readonly expression: FindExpression,
    follow: "never" | "command-line" | "always",
  ) {
    this.out = new Output(self);
    this.#now = self.machine.kernel.clock.now();
    this.#follow = follow;
  }

  async complain(text: string): Promise<void> {
    await this.out.flush();
    await this.self.error(`find: ${text}\n`);
    this.status = 1;
  }

  async visit(path: string, depth: number, start: string): Promise<void> {
    if (this.#quit) return;
    const { self } = this;
    const { options } = this.expression;
    await self.tick();
    let stat: Stat;
    try {
      stat = self.files.lstat(path);
      if (
        stat.kind === "symlink" &&
        (this.#follow === "always" || (this.#follow === "command-line" && depth === 0)) &&
        self.files.exists(path)
      )
        stat = self.files.stat(path);
    } catch (error) {
      return this.complain(`${quote(path)}: ${reason(error)}`);
    }
    const found: Found = { path, stat, depth, start };
    const wanted = depth >= options.minDepth;
    this.#pruned = false;
    if (wanted && !options.depthFirst) await this.evaluate(this.expression.root, found);
    if (stat.kind === "directory" && depth < options.maxDepth && !(this.#pruned && !options.depthFirst) && !this.#quit) {
      let names: string[] = [];
      try {
        names = self.files.readdir(path).map((entry) => entry.name);
      } catch (error) {
        await this.complain(`${quote(path)}: ${reason(error)}`);
      }
      for (const name of names) await this.visit(joinPath(path, name), depth + 1, start);
    }
    if (wanted && options.depthFirst && !this.#quit) await this.evaluate(this.expression.root, found);
  }

  async evaluate(expression: Expression, found: Found): Promise<boolean> {
    switch (expression.kind) {
      case "and":
        return (await this.evaluate(expression.left, found)) && !this.#quit && (await this.evaluate(expression.right, found));
      case "or":
        return (await this.evaluate(expression.left, found)) || this.#quit || (await this.evaluate(expression.right, found));
      case "comma":
        await this.evaluate(expression.left, found);
        return this.evaluate(expression.right, found);
      case "not":
        return !(await this.evaluate(expression.inner, found));
      case "primary":
        return this.primary(expression, found);
    }
  }

  #since(timeMs: number): number {
    return this.#now - timeMs;
  }

  #days(name: string, text: string, timeMs: number): boolean {
    return compares(numeric(name, text), Math.floor(this.#since(timeMs) / 86_400_000));
  }

  #minutes(name: string, text: string, timeMs: number): boolean {
    const minutes = this.#since(timeMs) / 60_000;
    return /^[-+]/.test(numeric(name, text)) ? compares(text, minutes) : Math.ceil(minutes) === Number(text);
  }

  #reference(name: string): Stat {
    try {
      return this.self.files.stat(name);
    } catch (error) {
      throw new Failure(`${quote(name)}: ${reason(error)}`);
    }
  }

  #type(letters: string, stat: Stat, name: string): boolean {
    return letters.split(",").some((letter) => {
      const kind = { f: "file", d: "directory", l: "symlink", c: "device", b: "block", p: "fifo", s: "socket" }[letter];
      if (kind === undefined) throw new Failure(`Unknown argument to ${name}: ${letter}`);
      return kind === stat.kind;
    });
  }

  #size(text: string, stat: Stat): boolean {
    const parts = /^([-+]?)(\d+)([bcwkMG]?)$/.exec(text);
    if (!parts) throw new Failure(`invalid -size type ${"`"}${text.at(-1)}'`);
    const unit = { c: 1, w: 2, k: 1024, M: 1024 ** 2, G: 1024 ** 3 }[parts[3] ?? ""] ?? 512;
    return compares(`${parts[1]}${parts[2]}`, Math.ceil(stat.size / unit));
  }

  #permissions(text: string, stat: Stat): boolean {
    const kind = /^[-/]/.exec(text)?.[0];
    const mode = changeMode(kind ? text.slice(1) : text, 0, false, 0);
    if (mode === undefined) throw new Failure(`invalid mode ${quote(text)}`);
    const has = stat.mode & 0o7777;
    return kind === "-" ? (has & mode) === mode : kind === "/" ? mode === 0 || (has & mode) !== 0 : has === mode;
  }

  #regex(pattern: string, type: string, ignoreCase: boolean, path: string): boolean {
    try {
      // Emacs's syntax, the default, has "+" and "?" as operators without a backslash.
      const extended = /extended|egrep|awk/.test(type);
      const source = extended
        ? pattern
        : type === "emacs"
          ? pattern.replace(/(\\.)|([+?])/g, (_whole, escaped?: string, operator?: string) => escaped ?? `\\${operator}`)
          : pattern;
      return posixRegex(source, { extended, ignoreCase, wrap: (inner) => `^(?:${inner})$` }).test(path);
    } catch (error) {
      if (error instanceof RegexError) throw new Failure(error.message);
      throw error;
    }
  }

  async primary(expression: Extract<Expression, { kind: "primary" }>, found: Found): Promise<boolean> {
    const { self } = this;
    const { name, words } = expression;
    const { path, stat } = found;
    const [word = ""] = words;
    const base = () => (path === "/" ? "/" : baseName(path));
    switch (name) {
      case "-true":
        return true;
      case "-false":
        return false;
      case "-name":
      case "-iname":
        return globRegex(word, { ignoreCase: name === "-iname" }).test(base());
      case "-path":
      case "-wholename":
      case "-ipath":
      case "-iwholename":
        return globRegex(word, { ignoreCase: name.startsWith("-i") }).test(path);
      case "-lname":
      case "-ilname":
        return stat.kind === "symlink" && globRegex(word, { ignoreCase: name === "-ilname" }).test(self.files.readlink(path));
      case "-regex":
      case "-iregex":
        return this.#regex(word, words[1] ?? "emacs", name === "-iregex", path);
      case "-type":
        return this.#type(word, stat, name);
      case "-xtype":
        return this.#type(word, self.files.exists(path) ? self.files.stat(path) : stat, name);
      case "-empty":
        return stat.kind === "directory" ? self.files.readdir(path).length === 0 : stat.kind === "file" && stat.size === 0;
      case "-size":
        return this.#size(word, stat);
      case "-mtime":
        return this.#days(name, word, stat.mtimeMs);
      case "-atime":
        return this.#days(name, word, stat.atimeMs);
      case "-ctime":
        return this.#days(name, word, stat.ctimeMs);
      case "-mmin":
        return this.#minutes(name, word, stat.mtimeMs);
      case "-amin":
        return this.#minutes(name, word, stat.atimeMs);
      case "-cmin":
        return this.#minutes(name, word, stat.ctimeMs);
      case "-used":
        return compares(numeric(name, word), Math.floor((stat.atimeMs - stat.ctimeMs) / 86_400_000));
      case "-newer":
        return stat.mtimeMs > this.#reference(word).mtimeMs;
      case "-anewer":
        return stat.atimeMs > this.#reference(word).mtimeMs;
      case "-cnewer":
        return stat.ctimeMs > this.#reference(word).mtimeMs;
      case "-perm":
        return this.#permissions(word, stat);
      case "-user": {
        const uid = findUser(self.machine.files, word)?.uid ?? (/^\d+$/.test(word) ? Number(word) : undefined);
        if (uid === undefined) throw new Failure(`${quote(word)} is not the name of a known user`);
        return stat.uid === uid;
      }
      case "-group": {
        const gid = findGroup(self.machine.files, word)?.gid ?? (/^\d+$/.test(word) ? Number(word) : undefined);
        if (gid === undefined) throw new Failure(`${quote(word)} is not the name of an existing group`);
        return stat.gid === gid;
      }
      case "-uid":
        return compares(numeric(name, word), stat.uid);
      case "-gid":
        return compares(numeric(name, word), stat.gid);
      case "-nouser":
        return !users(self.machine.files).some((user) => user.uid === stat.uid);
      case "-nogroup":
        return !groups(self.machine.files).some((group) => group.gid === stat.gid);
      case "-links":
        return compares(numeric(name, word), stat.nlink);
      case "-inum":
        return compares(numeric(name, word), stat.ino);
      case "-samefile":
        return stat.ino === this.#reference(word).ino;
      case "-readable":
        return self.files.access(path, 4);
      case "-writable":
        return self.files.access(path, 2);
      case "-executable":
        return self.files.access(path, 1);
      case "-prune":
        this.#pruned = true;
        return true;
      case "-quit":
        this.#quit = true;
        return true;
      case "-print":
        await this.out.write(`${path}\n`);
        return true;
      case "-print0":
        await this.out.write(`${path}\0`);
        return true;
      case "-fprint":
        self.files.writeFile(word, `${path}\n`, { append: true });
        return true;
      case "-printf":
        await this.out.write(formatFound(self, word, found));
        return true;
      case "-ls":
        await this.out.write(this.#long(found));
        return true;
      case "-delete":
        return this.#delete(found);
      case "-exec":
      case "-ok":
      case "-execdir":
      case "-okdir":
        return this.#execute(name, words, found);
      case "-exec+":
      case "-execdir+": {
        const folder = name === "-execdir+" ? dirName(path) : "";
        const list = expression.folderBatches.get(folder) ?? [];
        list.push(folder === "" ? path : `./${base()}`);
        expression.folderBatches.set(folder, list);
        if (list.length >= 2000) await this.#flushBatch(expression, folder);
        return true;
      }
    }
    const newer = /^-newer([aBcm])([aBcmt])$/.exec(name);
    if (newer) {
      const pick = (letter: string | undefined, from: Stat) =>
        letter === "a" ? from.atimeMs : letter === "c" ? from.ctimeMs : from.mtimeMs;
      const limit = newer[2] === "t" ? parseDate(word, this.#now, self.env.TZ ?? "UTC") : pick(newer[2], this.#reference(word));
      if (limit === undefined) throw new Failure(`I cannot figure out how to interpret ${quote(word)} as a date or time`);
      return pick(newer[1], stat) > limit;
    }
    throw new Failure(`unknown predicate ${"`"}${name}'`);
  }

  #long({ path, stat }: Found): string {
    const root = this.self.machine.files;
    const time = fileTime(stat.mtimeMs, this.#now, this.self.env.TZ ?? "UTC");
    const arrow = stat.kind === "symlink" ? ` -> ${this.self.files.readlink(path)}` : "";
    return `${String(stat.ino).padStart(9)} ${String(kibibytes(stat)).padStart(6)} ${modeText(stat)} ${String(stat.nlink).padStart(3)} ${userName(root, stat.uid).padEnd(8)} ${groupName(root, stat.gid).padEnd(8)} ${String(stat.size).padStart(8)} ${time} ${path}${arrow}\n`;
  }

  async #delete({ path, stat }: Found): Promise<boolean> {
    if (path === ".") return true;
    try {
      if (stat.kind === "directory") this.self.files.rmdir(path);
      else this.self.files.unlink(path);
      return true;
    } catch (error) {
      await this.complain(`cannot delete ${quote(path)}: ${reason(error)}`);
      return false;
    }
  }

  async #run(argv: readonly string[], cwd?: string): Promise<number> {
    await this.out.flush();
    try {
      const child = this.self.spawn({ argv, env: this.self.env, cwd });
      return (await this.self.wait(child.pid))?.status ?? 0;
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined) throw error;
      await this.self.error(`find: ${quote(argv[0] ?? "")}: ${reason(error)}\n`);
      return 127;
    }
  }

  async #execute(name: string, words: readonly string[], { path }: Found): Promise<boolean> {
    const inFolder = name.endsWith("dir");
    const shown = inFolder ? `./${baseName(path)}` : path;
    const argv = words.map((word) => word.replaceAll("{}", shown));
    if (name.startsWith("-ok")) {
      await this.out.flush();
      await this.self.error(`< ${words[0]} ... ${shown} > ? `);
      const answer = new TextDecoder().decode(await this.self.read(0));
      if (!/^[yY]/.test(answer)) return false;
    }
    return (await this.#run(argv, inFolder ? this.self.files.absolute(dirName(path)) : undefined)) === 0;
  }

  async #flushBatch(expression: Extract<Expression, { kind: "primary" }>, folder: string): Promise<void> {
    const list = expression.folderBatches.get(folder) ?? [];
    expression.folderBatches.delete(folder);
    if (list.length === 0) return;
    if ((await this.#run([...expression.words, ...list], folder === "" ? undefined : this.self.files.absolute(folder))) !== 0)
      this.status = 1;
  }

  /** Runs what -exec … + still has collected. */
  async finish(expression: Expression): Promise<void> {
    if (expression.kind === "not") return this.finish(expression.inner);
    if (expression.kind !== "primary") {
      await this.finish(expression.left);
      return this.finish(expression.right);
    }
    for (const folder of [...expression.folderBatches.keys()]) await this.#flushBatch(expression, folder);
  }
}

export const find = program({
  name: "find",
  summary: "search for files in a directory hierarchy",
  section: "files",
  origin: "GNU findutils 4.9.0",
  synopsis: ["[-H] [-L] [-P] [path...] [expression]"],
  description:
    "Operators: ( EXPR ), ! EXPR, -not EXPR, EXPR1 -a EXPR2, EXPR1 -o EXPR2, EXPR1 , EXPR2. Options: -depth -maxdepth -mindepth -xdev -daystart -regextype. Tests: -name -iname -path -ipath -regex -iregex -lname -type -xtype -size -empty -perm -user -group -uid -gid -nouser -nogroup -links -inum -samefile -newer -newerXY -mtime -mmin -atime -amin -ctime -cmin -used -readable -writable -executable. Actions: -print -print0 -printf -fprint -ls -delete -prune -quit -exec -execdir -ok -okdir.",
  limits: "-fls, -fprintf, -fprint0, -fstype and -context are not modeled; -daystart is accepted and has no effect.",
  ownParsing: "options",
  run: async (self, args) => {
    const words = [...args.raw];
    let follow: "never" | "command-line" | "always" = "never";
    while (/^-[HLP]$/.test(words[0] ?? "")) {
      const option = words.shift();
      follow = option === "-L" ? "always" : option === "-H" ? "command-line" : "never";
    }
    const first = words.findIndex(startsExpression);
    const paths = first < 0 ? words : words.slice(0, first);
    const rest = first < 0 ? [] : words.slice(first);
    if (rest.includes("-follow")) follow = "always";
    const expression = parseExpression(rest);
    const finder = new Finder(self, expression, follow);
    for (const path of paths.length === 0 ? ["."] : paths) await finder.visit(path, 0, path);
    await finder.finish(expression.root);
    await finder.out.flush();
    return finder.status;
  },
});
