import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

/** The elements of the prose, in the course that documents them: by keyboard, with a screen reader's eyes, and live with the lab. */

async function expectAccessible(page: Page, within: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).include(within).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`)).toEqual([]);
}

test("the text's elements are accessible, the film has its captions, and the calculator calculates", async ({ page }) => {
  await page.goto("/courses/writing-lessons/the-text/");
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await expectAccessible(page, ".prose");
  }
  const video = page.locator("video");
  await video.scrollIntoViewIfNeeded();
  await expect.poll(() => video.evaluate((film: HTMLVideoElement) => film.videoWidth)).toBeGreaterThan(0);
  await expect.poll(() => video.evaluate((film: HTMLVideoElement) => film.textTracks[0]?.cues?.length)).toBe(5);

  const table = page.locator(".calculator");
  const pictures = table.getByLabel("Pictures on the page");
  await expect(table.getByRole("row", { name: /Waiting for photos/ })).toContainText("9.6 s");
  await pictures.focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("100");
  await expect(table.getByRole("row", { name: /Waiting for photos/ })).toContainText("80.0 s");
  await expect(page.locator("p.sr-only[aria-live=polite]")).toContainText("Waiting for photos: 80.0 s");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("900");
  await expect(table).toContainText("A number from 0 to 200, please.");
  await expect(table.getByRole("row", { name: /Waiting for photos/ })).toContainText("no value");
  await table.getByRole("button", { name: "Numbers of the start" }).click();
  await expect(pictures).toHaveValue("12");
});

test("questions of every kind are answered by keyboard, explained, announced and graded", async ({ page }) => {
  const lesson = await Lesson.open(page, "/courses/writing-lessons/questions/");
  const status = page.locator("p.sr-only[aria-live=polite]");
  const quiz = (words: string) => page.locator(".quiz").filter({ hasText: words });
  const answer = (words: string) => quiz(words).getByRole("button", { name: "Answer" });

  await quiz("server that computes").getByRole("radio", { name: "A shopping cart" }).press("Space");
  await answer("server that computes").press("Enter");
  await expect(status).toContainText("Right. It is another one for each visitor.");

  const night = quiz("need at night");
  await night.getByRole("checkbox", { name: "Your laptop" }).press("Space");
  await answer("need at night").press("Enter");
  await expect(night.locator(".quiz-why")).toContainText("Not right: 0 of 3.");
  await expect(status).toContainText("It is closed, in a bag.");
  await expectAccessible(page, ".prose");
  await night.getByRole("checkbox", { name: "Your laptop" }).press("Space");
  await night.getByRole("checkbox", { name: "A computer that stays on" }).press("Space");
  await night.getByRole("checkbox", { name: /after a crash/ }).press("Space");
  await answer("need at night").press("Enter");
  await expect(night.locator(".quiz-why")).toContainText("Right.");

  const order = quiz("In which order");
  const wanted = ["Copy the code", "Supply what it needs", "Run it"];
  for (const [place, text] of wanted.entries()) {
    const at = async () => (await order.locator(".quiz-thing").allInnerTexts()).indexOf(text);
    while ((await at()) > place) {
      const before = await at();
      await order.getByRole("button", { name: `Move up: ${text}` }).press("Enter");
      await expect.poll(at).toBe(before - 1);
      await expect(order.getByRole("button", { name: `Move up: ${text}` })).toBeFocused();
    }
  }
  await answer("In which order").press("Enter");
  await expect(order.locator(".quiz-why")).toContainText("Right.");

  await quiz("Who answers").getByLabel("A stylesheet").selectOption({ label: "A static server" });
  await quiz("Who answers").getByLabel("A search").selectOption({ label: "A dynamic server" });
  await answer("Who answers").press("Enter");

  const port = quiz("On which port");
  await port.getByLabel("Your answer").fill("8443");
  await page.keyboard.press("Enter");
  await expect(port.locator(".quiz-why")).toContainText("Developers like such ports");
  await port.getByLabel("Your answer").fill("443");
  await page.keyboard.press("Enter");
  await expect(page.locator(".prose .task")).toHaveAttribute("data-mood", "done");
  // What was answered is still there on the next visit.
  await page.reload();
  await lesson.prompt();
  await expect(port.getByLabel("Your answer")).toHaveValue("443");
  await expect(order.locator(".quiz-thing")).toHaveText(wanted);
});

test("the editor in the text and the machine have one file", async ({ page }) => {
  const lesson = await Lesson.open(page, "/courses/writing-lessons/the-bench/");
  const editor = page.locator(".inline-editor");
  await editor.scrollIntoViewIfNeeded();
  await expect(editor.locator(".cm-content")).toContainText("The pier is closed");
  await expectAccessible(page, ".prose");
  await lesson.type("sed -i s/closed/quiet/ site/index.html\n");
  await expect(editor.locator(".cm-content")).toContainText("The pier is quiet");
  await editor.locator(".cm-line", { hasText: "quiet" }).dblclick({ position: { x: 150, y: 8 } });
  await page.keyboard.press("Control+a");
  await page.keyboard.type("<h1>The pier is open</h1>");
  await page.keyboard.press("Control+s");
  await expect(editor).toContainText("Saved on the machine");
  await lesson.type("cat site/index.html\n");
  await lesson.shows(/The pier is open/);
});

test("the guide shows its commands and files, and the schema is served", async ({ page, request }) => {
  await page.goto("/teach/");
  await expectAccessible(page, "main");
  await expect(page.getByText("npm run -s lab -- new harbor/lock-the-till")).toBeVisible();
  const schema = await request.get("/schema/lab.json");
  expect(schema.ok()).toBe(true);
  expect(await schema.json()).toMatchObject({ title: expect.stringContaining("lab.yaml") });
});
