import { expect, type FrameLocator, type Locator, type Page } from "playwright/test";

/** A shell's prompt, root's too, where it may name a virtual environment and git's branch. A half-typed line can end in `$` too. */
const prompt = /^(?:\(\S+\) )?[\w-]+@[\w-]+:\S*(?: \([^()]*\))?[$#]$/;

/** A lesson with its bench, as a person uses it: by labels, roles and keys. */
export class Lesson {
  constructor(readonly page: Page) {}

  static async open(page: Page, path: string): Promise<Lesson> {
    await page.goto(path);
    const lesson = new Lesson(page);
    await lesson.prompt();
    return lesson;
  }

  get terminal(): Locator {
    return this.page.locator(".terminal-screen:visible");
  }

  /** What the terminal shows, line by line, without the blanks at the ends of lines. */
  async screen(): Promise<string> {
    const rows = await this.terminal.locator(".xterm-rows > div").allInnerTexts();
    return rows
      .map((row) => row.replaceAll("\u00a0", " ").trimEnd())
      .join("\n")
      .trimEnd();
  }

  /** Waits until the screen matches. */
  async shows(pattern: RegExp, timeout = 60_000): Promise<void> {
    await expect.poll(() => this.screen(), { timeout, message: `the terminal shows ${pattern}` }).toMatch(pattern);
  }

  /** Waits for an empty prompt in the last line. */
  async prompt(timeout = 60_000): Promise<void> {
    await this.shows(/[$#]$/, timeout);
  }

  async type(text: string): Promise<void> {
    await this.terminal.locator("textarea").focus();
    await this.page.keyboard.type(text);
  }

  /** Types a command and waits until it shows `until`; without it, until the prompt is back. */
  async run(command: string, until?: RegExp, timeout = 60_000): Promise<string> {
    // A clear screen, so that nothing from before is taken for the answer.
    await this.type("");
    await this.page.keyboard.press("Control+l");
    await this.shows(/^[^\n]*[$#]$/);
    await this.type(`${command}\n`);
    if (until) {
      await this.shows(until, timeout);
    } else {
      await expect
        .poll(
          async () => {
            const lines = (await this.screen()).split("\n");
            return lines.length > 1 && prompt.test(lines.at(-1) ?? "");
          },
          { timeout, message: `the prompt is back after ${command}` },
        )
        .toBe(true);
    }
    return this.screen();
  }

  /** Puts a text into a file of the machine, whatever it holds. */
  async writes(path: string, text: string): Promise<void> {
    const encoded = Buffer.from(text).toString("base64");
    await this.type("");
    await this.page.keyboard.press("Control+l");
    await this.shows(/^[^\n]*[$#]$/);
    await this.page.keyboard.insertText(`echo ${encoded} | base64 -d > ${path} && echo written`);
    await this.page.keyboard.press("Enter");
    await this.shows(/^written$/m);
  }

  async interrupt(): Promise<void> {
    await this.terminal.locator("textarea").focus();
    await this.page.keyboard.press("Control+c");
    await this.prompt();
  }

  async show(panel: "Files" | "Browser" | "World" | "Tasks"): Promise<void> {
    await this.page.getByRole("tablist", { name: "Panels" }).getByRole("tab", { name: panel }).click();
  }

  /** Opens an address in the browser pane. */
  async visit(url: string): Promise<FrameLocator> {
    await this.show("Browser");
    const address = this.page.getByRole("combobox", { name: "Address" });
    await address.fill(url);
    await address.press("Enter");
    return this.pane;
  }

  /** The learner's application: the frame inside the pane's own frame. */
  get pane(): FrameLocator {
    return this.page.frameLocator(".browser-page iframe").frameLocator("iframe");
  }

  /** The card of a task on the bench. */
  async task(title: string): Promise<Locator> {
    await this.show("Tasks");
    return this.page.locator("#bench-tasks").getByRole("region", { name: title });
  }

  async passes(title: string, timeout = 30_000): Promise<void> {
    await expect(await this.task(title), `task “${title}” is done`).toHaveAttribute("data-mood", "done", { timeout });
  }
}
