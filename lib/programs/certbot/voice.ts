/** What certbot says and asks, and its log. */
import type { Process } from "../../kernel/types.ts";
import type { Settings } from "./settings.ts";

export const FRAME = "- ".repeat(40).trimEnd();

/** certbot ends: the message goes to standard error, with where to look for more. */
export class CertbotError extends Error {
  constructor(
    message: string,
    /** "Ask for help or search for solutions …" follows. */
    readonly advice = true,
  ) {
    super(message);
  }
}

export class Voice {
  #lines: AsyncIterableIterator<string> | undefined;

  constructor(
    readonly self: Process,
    readonly settings: Settings,
  ) {}

  /** On standard output, unless -q. */
  async notify(text: string): Promise<void> {
    this.log("INFO", text);
    if (!this.settings.has("quiet")) await this.self.print(`${text}\n`);
  }

  async framed(text: string): Promise<void> {
    await this.notify(`\n${FRAME}\n${text}\n${FRAME}`);
  }

  /** On standard error, always. */
  async error(text: string): Promise<void> {
    this.log("ERROR", text);
    await this.self.error(`${text}\n`);
  }

  log(level: string, text: string): void {
    const { log } = this.settings;
    const stamp = new Date(this.self.machine.kernel.clock.now()).toISOString().replace("T", " ").replace(".", ",").replace("Z", "");
    this.self.files.writeFile(log, `${stamp}:${level}:certbot:${text}\n`, { append: true, mode: 0o600 });
  }

  /** Whether somebody can be asked. */
  get canAsk(): boolean {
    return !this.settings.has("non-interactive") && this.settings.verb !== "renew";
  }

  /** One line of an answer. Throws where nobody can be asked, naming the option that would answer. */
  async ask(question: string, flag: string): Promise<string> {
    if (!this.canAsk)
      throw new CertbotError(
        `Missing command line flag or config entry for this setting:\n${question.trim()}\n\n(You can set this with the ${flag} flag)`,
      );
    await this.self.print(question);
    this.#lines ??= this.self.lines(0);
    const { value, done } = await this.#lines.next();
    if (done)
      throw new CertbotError(
        `Missing command line flag or config entry for this setting:\n${question.trim()}\n\n(You can set this with the ${flag} flag)`,
      );
    return value.trim();
  }

  async yesNo(question: string, flag: string): Promise<boolean> {
    await this.self.print(`\n${FRAME}\n${question}\n${FRAME}\n`);
    for (;;) {
      const answer = (await this.ask("(Y)es/(N)o: ", flag)).toLowerCase();
      if (/^y(es)?$/.test(answer)) return true;
      if (/^no?$/.test(answer)) return false;
    }
  }
}
