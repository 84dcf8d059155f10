/** What the other side says, line by line, as git shows it: "remote: …". */
import type { Git } from "../context.ts";

export class Progress {
  #held = "";

  constructor(
    private readonly git: Git,
    /** Progress is left out; only a terminal sees it anyway. */
    private readonly quiet: boolean,
  ) {}

  get #watched(): boolean {
    return !this.quiet && this.git.self.fds.get(2)?.tty !== undefined;
  }

  async remote(text: string): Promise<void> {
    this.#held += text;
    for (let end = this.#held.search(/[\n\r]/); end >= 0; end = this.#held.search(/[\n\r]/)) {
      const line = this.#held.slice(0, end);
      this.#held = this.#held.slice(end + 1);
      await this.#show(line);
    }
  }

  async #show(line: string): Promise<void> {
    if (/^(Enumerating|Counting|Compressing) objects|^Total \d+/.test(line) && !this.#watched) return;
    // git clears to the end of the line, by an escape code on a terminal and by spaces elsewhere.
    const clear = this.git.self.fds.get(2)?.tty ? "\x1b[K" : "        ";
    this.git.warn(`remote: ${line}${line === "" ? "" : clear}\n`);
    await this.git.flush();
  }

  async end(): Promise<void> {
    if (this.#held !== "") await this.#show(this.#held);
    this.#held = "";
  }
}
