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

test("a lesson can be done with the keyboard alone", async ({ page }) => {
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

  await test.step("the quiz is answered", async () => {
    await page.locator(".quiz input").first().focus();
    await page.keyboard.press("ArrowDown");
    await until(page, "Tab", ".quiz button");
    await page.keyboard.press("Enter");
    await expect(page.locator(".quiz-why").first()).toBeVisible();
  });
});
