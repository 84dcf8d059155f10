import { expect, type Locator } from "playwright/test";
import type { Lesson } from "./lab.ts";

/** A newcomer who has nothing but the page: types what the text and the hints say, and answers its questions. */
export class Reader {
  constructor(private readonly lesson: Lesson) {}

  /** The first command of the lesson's text that begins so, as it stands there. */
  async said(beginning: string): Promise<string> {
    const commands = await this.lesson.page.locator(".prose .session-command code").allTextContents();
    const command = commands.find((each) => each.startsWith(beginning));
    if (command === undefined) throw new Error(`the lesson's text has no command that begins with ${beginning}`);
    return command;
  }

  /** Types that command, and waits as `Lesson.run` does. */
  async does(beginning: string, until?: RegExp, timeout?: number): Promise<string> {
    return this.lesson.run(await this.said(beginning), until, timeout);
  }

  /** The same, and what the screen must show then; long lines are broken where the terminal ends, so blanks do not count. */
  async hears(beginning: string, wanted: string, timeout = 120_000): Promise<void> {
    const bare = (text: string) => text.replaceAll(/\s+/g, "");
    expect(bare(await this.does(beginning, undefined, timeout))).toContain(bare(wanted));
  }

  /** Opens the hints of a task, one by one, and gives what the last of them says to type, piece by piece. */
  async hinted(title: string): Promise<string[]> {
    const card = await this.lesson.task(title);
    const hints = card.getByRole("list", { name: "Hints" }).locator(":scope > li");
    const next = card.getByRole("button", { name: /hint \d of \d/ });
    for (let open = 1; (await next.count()) > 0; open += 1) {
      await next.click();
      await expect(hints).toHaveCount(open);
    }
    return hints.last().locator("code").allTextContents();
  }

  /** The first piece of code in a task's solution. */
  async solution(title: string): Promise<string> {
    const card = await this.lesson.task(title);
    await card.getByText("Read the solution").click();
    return (await card.locator(".task-solution pre code").first().textContent()) ?? "";
  }

  /** Opens one more terminal, on a machine where there are several, and waits for its prompt. */
  async opensTerminal(machine?: string): Promise<void> {
    const tabs = this.terminals;
    const before = await tabs.count();
    await this.lesson.page.getByRole("button", { name: "Open another terminal" }).click();
    if (machine !== undefined) await this.lesson.page.getByRole("menuitem", { name: `On ${machine}` }).click();
    await expect(tabs).toHaveCount(before + 1);
    await expect(tabs.last()).toHaveAttribute("aria-selected", "true");
    await this.lesson.prompt();
  }

  /** Brings one of the terminals to the front, counted from 0. */
  async goesTo(terminal: number): Promise<void> {
    await this.terminals.nth(terminal).click();
    await expect(this.terminals.nth(terminal)).toHaveAttribute("aria-selected", "true");
  }

  private get terminals(): Locator {
    return this.lesson.page.getByRole("tablist", { name: "Terminals" }).getByRole("tab");
  }

  /** Opens a file by its name in the text. */
  async opens(name: string): Promise<Locator> {
    await this.lesson.page.locator(".prose").getByRole("button", { name, exact: true }).first().click();
    // The tab also names the machine, where the lab has several.
    const tabs = this.lesson.page.getByRole("tablist", { name: "Open files" }).getByRole("tab");
    await expect(tabs.and(this.lesson.page.locator("[aria-selected=true]"))).toHaveAccessibleName(
      new RegExp(`(?:^|: ?)${name.replaceAll(".", "\\.")}$`),
    );
    return this.lesson.page.locator(".cm-content:visible");
  }

  /** Replaces a text in the open file with the editor's search, as a person would; `Ctrl+S` saves. */
  async changes(old: string, by: string): Promise<void> {
    const { keyboard } = this.lesson.page;
    const editor = this.lesson.page.locator(".cm-content:visible");
    await editor.focus();
    await keyboard.press("Control+f");
    // The editor takes what is typed key by key, and `\n` for the end of a line.
    await keyboard.type(old.replaceAll("\\", "\\\\").replaceAll("\n", "\\n"));
    await keyboard.press("Enter");
    await keyboard.press("Escape");
    if (by === "") await keyboard.press("Delete");
    else await keyboard.insertText(by);
    await expect(editor).toContainText(by.split("\n")[0] ?? by);
    await keyboard.press("Control+s");
  }

  quiz(question: string): Locator {
    return this.lesson.page.locator(".quiz").filter({ hasText: question });
  }

  /** Chooses one or more options. */
  async chooses(question: string, ...options: readonly string[]): Promise<void> {
    for (const option of options) await this.quiz(question).getByText(option).click();
    await this.answers(question);
  }

  /** Chooses a target for each thing. */
  async matches(question: string, targets: Readonly<Record<string, string>>): Promise<void> {
    for (const [item, label] of Object.entries(targets)) await this.quiz(question).getByLabel(item).selectOption({ label });
    await this.answers(question);
  }

  /** Moves things up until they stand in this order; each by the beginning of its text. */
  async orders(question: string, wanted: readonly string[]): Promise<void> {
    const quiz = this.quiz(question);
    for (const [place, text] of wanted.entries()) {
      const at = async () => (await quiz.locator(".quiz-thing").allInnerTexts()).findIndex((each) => each.startsWith(text));
      for (let now = await at(); now > place; now -= 1) {
        await quiz.getByRole("button", { name: `Move up: ${text}` }).click();
        await expect.poll(at).toBe(now - 1);
      }
    }
    await this.answers(question);
  }

  async writes(question: string, text: string): Promise<void> {
    await this.quiz(question).getByLabel("Your answer").fill(text);
    await this.answers(question);
  }

  private async answers(question: string): Promise<void> {
    await this.quiz(question).getByRole("button", { name: "Answer" }).click();
    await expect(this.quiz(question).locator(".quiz-why"), `the answer to “${question}”`).toHaveAttribute("data-right", "true");
  }
}
