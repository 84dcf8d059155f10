/** Searching one input after another, and printing what grep prints. */
import type { Process } from "../../kernel/types.ts";
import { codeOf, reason } from "../core/errors.ts";
import { globRegex } from "../core/glob.ts";
import { encode, type Input, LineReader, Output, openInput } from "../core/io.ts";
import type { Arguments } from "../core/options.ts";
import { baseName, joinPath } from "../core/paths.ts";

const COLORS = { match: "01;31", file: "35", line: "32", separator: "36" };

export interface SearchSettings {
  readonly args: Arguments;
  /** Undefined when there are no patterns. */
  readonly regex: RegExp | undefined;
  readonly before: number;
  readonly after: number;
  readonly limit: number;
  readonly color: boolean;
  /** File names stand before the lines. */
  readonly names: boolean;
  readonly recursion: "none" | "plain" | "follow";
}

interface Line {
  readonly text: string;
  readonly number: number;
  readonly offset: number;
}

export class Search {
  readonly #out: Output;
  readonly #quiet: boolean;
  readonly #invert: boolean;
  #matched = false;
  #failed = false;
  /** A group of lines was printed, so that the next group needs a separator before it. */
  #printed = false;
  #implicit = false;

  constructor(
    private readonly self: Process,
    private readonly settings: SearchSettings,
  ) {
    this.#out = new Output(self);
    this.#quiet = settings.args.has("quiet", "silent");
    this.#invert = settings.args.has("invert-match");
  }

  /** Searches all of them; the exit status. */
  async run(names: readonly string[]): Promise<number> {
    this.#implicit = names.length === 0;
    const list = names.length > 0 ? names : this.settings.recursion === "none" ? ["-"] : ["."];
    for (const name of list) {
      await this.#path(name, true);
      if (this.#matched && this.#quiet) return 0;
    }
    await this.#out.flush();
    return this.#failed ? 2 : this.#matched ? 0 : 1;
  }

  #paint(text: string, color: string): string {
    return this.settings.color && text !== "" ? `\x1b[${color}m\x1b[K${text}\x1b[m\x1b[K` : text;
  }

  #prefix(name: string, line: Line, mark: string): string {
    const { args, names } = this.settings;
    const separator = this.#paint(mark, COLORS.separator);
    let out = "";
    if (names) out += this.#paint(name, COLORS.file) + (args.has("null") ? "\0" : separator);
    if (args.has("line-number")) out += this.#paint(String(line.number), COLORS.line) + separator;
    if (args.has("byte-offset")) out += this.#paint(String(line.offset), COLORS.line) + separator;
    return out;
  }

  #highlight(text: string): string {
    const { regex, color } = this.settings;
    return color && regex && !this.#invert ? text.replace(regex, (found) => this.#paint(found, COLORS.match)) : text;
  }

  #selects(text: string): boolean {
    const { regex } = this.settings;
    if (!regex) return this.#invert;
    regex.lastIndex = 0;
    return regex.test(text) !== this.#invert;
  }

  async #complain(text: string): Promise<void> {
    this.#failed = true;
    if (this.settings.args.has("no-messages")) return;
    await this.#out.flush();
    await this.self.error(`grep: ${text}\n`);
  }

  async #path(path: string, top: boolean): Promise<void> {
    const { self } = this;
    const { args, recursion } = this.settings;
    await self.tick();
    try {
      if (path === "-") return await this.#input(openInput(self, "-"), args.get("label") ?? "(standard input)");
      const link = self.files.lstat(path);
      if (!top && link.kind === "symlink" && recursion === "plain") return;
      const stat = link.kind === "symlink" ? self.files.stat(path) : link;
      if (stat.kind === "directory") return await this.#directory(path, top);
      if (!top && stat.kind !== "file") return;
      const name = baseName(path);
      const include = args.all("include");
      if (include.length > 0 && !include.some((pattern) => globRegex(pattern).test(name))) return;
      if (args.all("exclude").some((pattern) => globRegex(pattern).test(name))) return;
      const input = openInput(self, path);
      try {
        await this.#input(input, path);
      } finally {
        input.close();
      }
    } catch (error) {
      if (codeOf(error) === undefined || codeOf(error) === "EPIPE") throw error;
      await this.#complain(`${path}: ${reason(error)}`);
    }
  }

  async #directory(path: string, top: boolean): Promise<void> {
    const { args, recursion } = this.settings;
    if (recursion === "none") {
      if (args.get("directories") !== "skip") await this.#complain(`${path}: Is a directory`);
      return;
    }
    const name = baseName(path);
    if (
      !(top && this.#implicit) &&
      args.all("exclude-dir").some((pattern) => globRegex(pattern.replace(/\/+$/, "")).test(top ? path.replace(/\/+$/, "") : name))
    )
      return;
    for (const entry of this.self.files.readdir(path)) {
      await this.#path(top && this.#implicit ? entry.name : joinPath(path, entry.name), false);
      if (this.#matched && this.#quiet) return;
    }
  }

  async #input(input: Input, name: string): Promise<void> {
    const { args, before, after, limit, regex } = this.settings;
    const end = args.has("null-data") ? "\0" : "\n";
    const listing = args.last("files-with-matches", "files-without-match");
    const counting = args.has("count");
    const text = args.has("text", "null-data") || args.get("binary-files") === "text";
    const offsets = args.has("byte-offset");
    const onlyMatching = args.has("only-matching");
    const skipBinary = args.has("I") || args.get("binary-files") === "without-match";
    const reader = new LineReader(input, {
      delimiter: end,
      beforeWaiting: async () => {
        await this.#out.flush();
        await this.self.tick();
      },
    });
    const queue: Line[] = [];
    let number = 0;
    let offset = 0;
    let count = 0;
    let trailing = 0;
    let last = 0;
    let binary = false;
    const separator = this.#paint(args.get("group-separator") ?? "--", COLORS.separator);
    const print = async (line: Line, mark: string) => {
      await this.#out.write(this.#prefix(name, line, mark) + (mark === ":" ? this.#highlight(line.text) : line.text) + end);
      last = line.number;
      this.#printed = true;
    };
    const select = async (line: Line) => {
      if (onlyMatching) {
        if (this.#invert || !regex) return;
        regex.lastIndex = 0;
        for (const found of line.text.matchAll(regex)) {
          const at = { ...line, offset: offset + found.index };
          if (found[0] !== "") await this.#out.write(this.#prefix(name, at, ":") + this.#paint(found[0], COLORS.match) + end);
        }
        return;
      }
      const first = queue[0]?.number ?? line.number;
      if ((before > 0 || after > 0) && this.#printed && (last === 0 || first > last + 1) && !args.has("no-group-separator"))
        await this.#out.write(`${separator}\n`);
      for (const earlier of queue) await print(earlier, "-");
      queue.length = 0;
      await print(line, ":");
      trailing = after;
    };
    while (count < limit || trailing > 0) {
      const current = await reader.next();
      if (current === undefined) break;
      const line: Line = { text: current, number: ++number, offset };
      if (!text && !binary && /[\0\ufffd]/.test(current)) {
        binary = true;
        if (skipBinary) return;
      }
      const selected = this.#selects(current);
      if (selected && count >= limit) break;
      if (selected) {
        count++;
        this.#matched = this.#matched || listing !== "files-without-match";
        if (this.#quiet) return;
        if (listing) break;
        if (!counting && binary) {
          await this.#out.flush();
          await this.self.error(`grep: ${name}: binary file matches\n`);
          return;
        }
        if (!counting) await select(line);
      } else if (!counting && !listing && !onlyMatching) {
        if (trailing > 0) {
          trailing--;
          await print(line, "-");
        } else if (before > 0) {
          queue.push(line);
          if (queue.length > before) queue.shift();
        }
      }
      if (offsets) offset += encode(current).length + 1;
    }
    if (count >= limit) reader.giveBack();
    if (counting && !listing)
      await this.#out.write(
        `${this.settings.names ? this.#paint(name, COLORS.file) + (args.has("null") ? "\0" : this.#paint(":", COLORS.separator)) : ""}${count}\n`,
      );
    if (listing && (listing === "files-with-matches") === count > 0) {
      await this.#out.write(this.#paint(name, COLORS.file) + (args.has("null") ? "\0" : "\n"));
      this.#matched = true;
    }
  }
}
