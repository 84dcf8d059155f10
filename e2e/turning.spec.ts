import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

const path = "/courses/foundations/what-deploying-means/";
const upright = { width: 390, height: 844 };
const across = { width: 844, height: 390 };
const shots = process.env.SHOTS;

async function picture(page: Page, name: string): Promise<void> {
  if (shots === undefined) return;
  for (const theme of ["light", "dark"]) {
    await page.evaluate((value) => document.documentElement.setAttribute("data-theme", value), theme);
    await page.screenshot({ path: `${shots}/${name}-${theme}.png` });
  }
}

async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).exclude(".xterm").analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
}

test("a phone that is turned keeps the page in the browser pane, the open file and the open dialog", async ({ page }) => {
  await page.setViewportSize(across);
  await page.goto(path);
  const lesson = new Lesson(page);
  const parts = page.getByRole("navigation", { name: "Parts of the lesson" });
  await parts.getByRole("button", { name: "Terminal" }).click();
  await lesson.prompt();
  await lesson.run("cd ~/site && python -m http.server 8000", /HTTP/);
  const rows = page.locator(".terminal-screen:visible .xterm-rows > div");
  expect(await rows.count(), "rows of the terminal on a phone's side").toBeGreaterThan(9);
  await picture(page, "turned-terminal");
  await accessible(page);
  await parts.getByRole("button", { name: "Browser" }).click();
  const address = page.getByRole("combobox", { name: "Address" });
  await address.fill("http://localhost:8000/hours.html");
  await address.press("Enter");
  const { pane } = lesson;
  await expect(pane.getByText("Monday")).toBeVisible({ timeout: 60_000 });
  // What a person has typed or opened there is gone when the page is loaded anew.
  await pane.locator("body").evaluate((body) => body.setAttribute("data-mine", "yes"));
  await page.setViewportSize(upright);
  await expect(pane.locator("body[data-mine]")).toBeVisible();
  await picture(page, "turned-browser");
  await parts.getByRole("button", { name: "Files" }).click();
  await page.getByRole("treeitem", { name: "hours.html", exact: true }).click();
  await expect(page.locator(".cm-content:visible")).toContainText("Monday");
  await page.setViewportSize(across);
  await expect(page.locator(".cm-content:visible")).toContainText("Monday");
  await parts.getByRole("button", { name: "Browser" }).click();
  await expect(pane.locator("body[data-mine]")).toBeVisible();
  // On a wide screen the browser stands above the terminal.
  await page.setViewportSize({ width: 1024, height: 768 });
  await expect(pane.locator("body[data-mine]")).toBeVisible();
  await expect(lesson.terminal).toBeVisible();
  await page.setViewportSize(across);

  await page.getByRole("button", { name: "What was done, and going back" }).click();
  const dialog = page.getByRole("dialog", { name: "Going back" });
  await expect(dialog).toBeVisible();
  for (const size of [upright, across]) {
    await page.setViewportSize(size);
    await expect(dialog).toBeVisible();
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
});

test("the solution is stepped through on a phone, from the card in the text, and stays open when it is turned", async ({ page }) => {
  await page.setViewportSize(upright);
  await page.goto(path);
  const lesson = new Lesson(page);
  const parts = page.getByRole("navigation", { name: "Parts of the lesson" });
  await parts.getByRole("button", { name: "Terminal" }).click();
  await page.getByRole("button", { name: "Start the lab" }).click();
  await lesson.prompt();
  await parts.getByRole("button", { name: "Read" }).click();
  const card = page.getByRole("region", { name: "Task: Serve the bakery's site on port 8000" });
  await card.getByText("Read the solution").click();
  await card.getByRole("button", { name: "Step through it beside your work" }).click();
  const dialog = page.getByRole("dialog", { name: /^Solution: / });
  const next = dialog.getByRole("button", { name: "Next step" });
  await next.click();
  await next.click();
  const screen = () => dialog.locator(".terminal-screen:visible .xterm-rows").textContent();
  await expect.poll(screen, { timeout: 60_000 }).toContain("Serving HTTP");
  await expect(dialog.getByRole("button", { name: "All steps done" })).toBeDisabled();
  await picture(page, "scratch-upright");
  await accessible(page);
  // Nothing is cut off at the side.
  expect(await dialog.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  await dialog.getByRole("button", { name: "Compare with mine" }).click();
  await expect(dialog.getByRole("region", { name: "The scratch copy and yours" })).toBeVisible();
  await picture(page, "scratch-compared");
  await page.setViewportSize(across);
  await expect(dialog).toBeVisible();
  await expect.poll(screen).toContain("Serving HTTP");
  await picture(page, "scratch-across");
  await page.setViewportSize(upright);
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
});

test("a long file name ends in dots, and is told whole", async ({ page }) => {
  const name = "a-very-long-name-of-a-file-that-no-tree-has-room-for.html";
  const lesson = await Lesson.open(page, path);
  await lesson.run(`touch ~/site/${name}`);
  await lesson.show("Files");
  const entry = page.getByRole("treeitem", { name, exact: true });
  await expect(entry).toHaveAttribute("title", `/home/learner/site/${name}`);
  const label = entry.locator(".tree-label");
  await expect(label).toHaveCSS("text-overflow", "ellipsis");
  expect(await label.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(true);
  expect(await page.locator(".files-tree").evaluate((tree) => tree.scrollWidth - tree.clientWidth)).toBe(0);
  await entry.click();
  const tab = page.getByRole("tab", { name, exact: true });
  await expect(tab).toHaveAttribute("title", `/home/learner/site/${name}`);
  expect((await tab.boundingBox())?.width).toBeLessThan(300);
  await picture(page, "long-name");
});
