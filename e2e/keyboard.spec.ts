import { expect, type Page, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

/** Presses a key until what has the focus fits, as a person would who has no pointer. */
async function until(page: Page, key: string, fits: string, most = 60): Promise<void> {
  for (let times = 0; times < most; times += 1) {
    await page.keyboard.press(key);
    if (await page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, fits)) return;
  }
  throw new Error(`${key} never came to ${fits}`);
}

const focused = (page: Page) =>
  page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "");

test("a lesson can be done with the keyboard alone, from its first task to its last question", async ({ page }) => {
  test.setTimeout(600_000);
  await page.goto("/");
  await until(page, "Tab", 'a[href="/courses/foundations/what-deploying-means/"]');
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "What deploying means" })).toBeVisible();
  const lesson = new Lesson(page);
  await lesson.prompt();

  await test.step("into the terminal and out again", async () => {
    await page.keyboard.press("Control+Backquote");
    await expect.poll(() => focused(page)).toMatch(/Terminal on laptop/);
    await page.keyboard.type("cd ~/site && python -m http.server 8000\n");
    await lesson.shows(/Serving HTTP on/);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    await expect.poll(() => focused(page)).not.toMatch(/Terminal on laptop/);
  });

  await test.step("F6 goes round; the arrows choose a panel; the address bar opens a page", async () => {
    const regions = new Set<string>();
    for (let times = 0; times < 3; times += 1) {
      await page.keyboard.press("F6");
      regions.add(await page.evaluate(() => document.activeElement?.closest<HTMLElement>("[data-region]")?.dataset.region ?? ""));
    }
    expect([...regions].sort()).toEqual(["terminal", "text", "upper"]);
    await page.getByRole("tab", { name: "Files" }).focus();
    await page.keyboard.press("ArrowRight");
    await expect(page.getByRole("tab", { name: "Browser" })).toBeFocused();
    await until(page, "Tab", "input.address");
    await page.keyboard.type("localhost:8000\n");
    await expect(lesson.pane.getByRole("heading", { level: 1 })).toContainText("Harbor Bakery");
    await lesson.passes("Serve the bakery's site on port 8000");
  });

  await test.step("a file is changed in the editor, and left with Escape and Tab", async () => {
    await page.getByRole("tab", { name: "Browser" }).focus();
    await page.keyboard.press("ArrowLeft");
    await until(page, "Tab", '[role="treeitem"]');
    await page.keyboard.press("Home");
    for (let times = 0; times < 20 && !/hours\.html/.test(await focused(page)); times += 1) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    const editor = page.locator(".cm-content:visible");
    await expect(editor).toContainText("Monday");
    await until(page, "Tab", ".cm-content");
    await page.keyboard.press("Control+f");
    await page.keyboard.type("closed");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await page.keyboard.type("8 am to 1 pm");
    await page.keyboard.press("Control+s");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    await expect(editor).not.toBeFocused();
    await lesson.passes("Open the bakery on Mondays");
  });

  const done = (title: string) =>
    expect(page.locator(`.prose [aria-label="Task: ${title}"]`), `task “${title}” is done`).toHaveAttribute("data-mood", "done", {
      timeout: 120_000,
    });
  const inTerminal = () => expect.poll(() => focused(page)).toMatch(/Terminal on laptop/);
  const toTerminal = async (): Promise<void> => {
    await page.keyboard.press("Control+Backquote");
    await inTerminal();
  };
  /** From a terminal; the new one has the focus. */
  const anotherTerminal = async (): Promise<void> => {
    const tabs = page.getByRole("tablist", { name: "Terminals" }).getByRole("tab");
    const before = await tabs.count();
    await page.keyboard.press("Escape");
    await until(page, "Shift+Tab", '[aria-label="Open another terminal"]');
    await page.keyboard.press("Enter");
    await expect(tabs).toHaveCount(before + 1);
    await expect(tabs.last()).toHaveAttribute("aria-selected", "true");
    await inTerminal();
    await lesson.prompt();
  };
  /** From a terminal to another one, with the keys of its tabs. */
  const otherTerminal = async (key: "ArrowLeft" | "Home", number: number): Promise<void> => {
    await page.keyboard.press("Escape");
    await until(page, "Shift+Tab", '[aria-label="Terminals"] [role="tab"]');
    await page.keyboard.press(key);
    const tab = page.getByRole("tablist", { name: "Terminals" }).getByRole("tab").nth(number);
    await expect(tab).toHaveAttribute("aria-selected", "true");
    await inTerminal();
  };

  await test.step("a second terminal runs the application, a third one asks it", async () => {
    await toTerminal();
    await anotherTerminal();
    await page.keyboard.type("cd ~/app && pip install -q flask && flask --app app run\n");
    await lesson.shows(/Running on http/, 180_000);
    await done("Run the counter on port 5000");
    await anotherTerminal();
    await page.keyboard.type("curl localhost:5000; curl localhost:5000\n");
    await done("Be two visitors");
  });

  await test.step("a page is added in the editor, and its server started again", async () => {
    await page.keyboard.press("Escape");
    await until(page, "Shift+Tab", "#bench-tab-files, [role=tab][id^=bench-tab]");
    await until(page, "ArrowLeft", "#bench-tab-files", 5);
    await until(page, "Tab", '[role="treeitem"]');
    await page.keyboard.press("Home");
    for (let times = 0; times < 20 && !/app\.py/.test(await focused(page)); times += 1) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect(page.locator(".cm-content:visible")).toContainText("visitor number");
    await until(page, "Tab", ".cm-content");
    await page.keyboard.press("Control+End");
    await page.keyboard.insertText('\n\n@app.get("/special")\ndef special():\n    return "Rye with caraway"\n');
    await page.keyboard.press("Control+s");
    await toTerminal();
    await otherTerminal("ArrowLeft", 1);
    await page.keyboard.press("Control+c");
    await lesson.prompt();
    await page.keyboard.type("flask --app app run\n");
    await done("Give the app a page of its own");
  });

  await test.step("one server is stopped, the other one not", async () => {
    await otherTerminal("Home", 0);
    await page.keyboard.press("Control+c");
    await lesson.prompt();
    await done("Stop one server, keep the other");
  });

  await test.step("the questions are answered", async () => {
    for (let times = 0; times < 3; times += 1) {
      await page.keyboard.press("F6");
      if (await page.evaluate(() => document.activeElement?.id === "content")) break;
    }
    for (const keys of [["ArrowDown", "ArrowDown"], ["Space"], ["ArrowDown"]]) {
      const open = ".quiz:not(:has(.quiz-why))";
      await until(page, "Tab", `${open} input`, 200);
      for (const key of keys) await page.keyboard.press(key);
      await until(page, "Tab", `${open} button`);
      await page.keyboard.press("Enter");
      await expect(page.locator(".quiz-why").last()).toBeVisible();
    }
    await expect(page.locator('.quiz-why[data-right="true"]')).toHaveCount(3);
    await done("Answer the three questions below");
  });
});
