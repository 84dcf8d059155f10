/** What every command of git works with: the process, what was given before the command's name, the repository, and where output goes. */
import { createPipe } from "../../kernel/pipe.ts";
import type { OpenFile, Process } from "../../kernel/types.ts";
import { encode } from "../core/io.ts";
import { Fatal } from "./errors.ts";
import { Revisions } from "./history/revisions.ts";
import type { Person } from "./objects/object.ts";
import { Config } from "./repository/config.ts";
import type { DateStyle } from "./repository/dates.ts";
import { discover } from "./repository/discover.ts";
import { nowSeconds, person, timeZone } from "./repository/identity.ts";
import { Repository } from "./repository/repository.ts";

interface Pager {
  readonly input: OpenFile;
  readonly pid: number;
}

export class Git {
  #repository: Repository | undefined;
  #waiting: { fd: number; text: string }[] = [];
  #size = 0;
  #pager: Pager | undefined;
  /** --no-pager. */
  pagerAllowed = true;

  constructor(
    readonly self: Process,
    /** Settings of -c. */
    readonly given: readonly string[],
  ) {}

  get env(): Record<string, string> {
    return this.self.env;
  }

  get files() {
    return this.self.files;
  }

  /** Undefined outside of repositories. */
  get repositoryOrNone(): Repository | undefined {
    if (this.#repository) return this.#repository;
    const place = discover({ files: this.files, uid: this.self.credentials.uid, env: this.env, given: this.given });
    if (place) this.#repository = new Repository(this.files, place, { env: this.env, given: this.given });
    return this.#repository;
  }

  /** Throws Fatal outside of repositories. */
  get repository(): Repository {
    const found = this.repositoryOrNone;
    if (!found) throw new Fatal("not a git repository (or any of the parent directories): .git");
    return found;
  }

  /** The repository, with a working tree to work in. */
  get withWorkTree(): Repository {
    const { repository } = this;
    if (repository.isBare) throw new Fatal("this operation must be run in a work tree");
    return repository;
  }

  /** Another process may have changed settings or HEAD. */
  forgetRepository(): void {
    this.#repository = undefined;
  }

  setRepository(repository: Repository): void {
    this.#repository = repository;
  }

  /** Settings also outside of repositories. */
  get config(): Config {
    return this.repositoryOrNone?.config ?? new Config({ files: this.files, env: this.env, given: this.given });
  }

  get revisions(): Revisions {
    return new Revisions(this.repository, { now: this.now, tz: this.timeZone });
  }

  get now(): number {
    return nowSeconds(this.self);
  }

  get timeZone(): string {
    return timeZone(this.self);
  }

  dateStyle(mode: string): DateStyle {
    return { mode, now: this.now, tz: this.timeZone };
  }

  author(strict = true): Person {
    return person(this.self, this.config, "author", strict);
  }

  committer(strict = true): Person {
    return person(this.self, this.config, "committer", strict);
  }

  /** Standard output, kept until `flush`. */
  say(text: string): void {
    this.#keep(1, text);
  }

  /** Standard error, in order with standard output. */
  warn(text: string): void {
    this.#keep(2, text);
  }

  #keep(fd: number, text: string): void {
    if (text === "") return;
    const last = this.#waiting.at(-1);
    if (last?.fd === fd) last.text += text;
    else this.#waiting.push({ fd, text });
    this.#size += text.length;
  }

  async flush(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#size = 0;
    for (const { fd, text } of waiting) {
      if (fd === 1 && this.#pager) await this.#pager.input.write(encode(text), this.self.ended);
      else await this.self.write(fd, text);
    }
    await this.self.tick();
  }

  /** To be awaited in loops that print much. */
  async breathe(): Promise<void> {
    if (this.#size > 16384) await this.flush();
    else await this.self.tick();
  }

  async sayBytes(bytes: Uint8Array): Promise<void> {
    await this.flush();
    if (this.#pager) await this.#pager.input.write(bytes, this.self.ended);
    else await this.self.write(1, bytes);
  }

  get onTerminal(): boolean {
    return this.#pager !== undefined || this.self.fds.get(1)?.tty !== undefined;
  }

  /** Columns of the terminal; 80 where there is none. */
  get columns(): number {
    const set = Number(this.env.COLUMNS);
    if (set > 0) return set;
    return this.self.fds.get(1)?.tty?.columns ?? 80;
  }

  /** Whether this output is colored: `--color`, `color.<slot>`, `color.ui`. */
  color(slot: string, option?: string): boolean {
    const set = option ?? this.config.get(`color.${slot}`) ?? this.config.get("color.ui") ?? "auto";
    if (/^(always)$/i.test(set)) return true;
    if (/^(never|false|no|off|0)$/i.test(set)) return false;
    return this.onTerminal && this.env.TERM !== "dumb" && (this.env.NO_COLOR ?? "") === "";
  }

  get pagerCommand(): string | undefined {
    const command = this.env.GIT_PAGER ?? this.config.get("core.pager") ?? this.env.PAGER ?? "less";
    return command === "" || command === "cat" ? undefined : command;
  }

  /** From here on output goes through the pager, where there is a terminal (git(1), --paginate). `name`: the command, for pager.<name>. */
  startPager(name: string): void {
    const stdout = this.self.fds.get(1);
    if (!this.pagerAllowed || this.#pager || !stdout?.tty) return;
    const set = this.config.get(`pager.${name}`);
    if (set !== undefined && /^(false|no|off|0)$/i.test(set)) return;
    const command = set !== undefined && !/^(true|yes|on|1)$/i.test(set) ? set : this.pagerCommand;
    if (command === undefined) return;
    const pipe = createPipe();
    const stderr = this.self.fds.get(2);
    const child = this.self.spawn({
      argv: ["sh", "-c", command],
      path: "/bin/sh",
      env: { LESS: "FRX", LV: "-c", ...this.env, GIT_PAGER_IN_USE: "true" },
      fds: new Map([[0, pipe.reader], [1, stdout], ...(stderr ? [[2, stderr] as const] : [])]),
    });
    pipe.reader.release();
    this.#pager = { input: pipe.writer, pid: child.pid };
  }

  /** Prints what is left and waits for the pager. */
  async finish(): Promise<void> {
    try {
      await this.flush();
    } finally {
      const pager = this.#pager;
      this.#pager = undefined;
      if (pager) {
        pager.input.release();
        await this.self.wait(pager.pid);
      }
    }
  }

  /** Runs a program with our descriptors (standard output after what was printed). Returns its status. */
  async run(
    argv: readonly string[],
    options: { path?: string; env?: Record<string, string>; cwd?: string; fds?: ReadonlyMap<number, OpenFile> } = {},
  ) {
    await this.flush();
    const child = this.self.spawn({ argv, ...options, env: { ...this.env, ...options.env } });
    return (await this.self.wait(child.pid))?.status ?? 1;
  }
}
