import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";
import { Reader } from "./support/reader.ts";

test("a lesson goes on where another one ended, with what ran there, and says so", async ({ page }) => {
  const path = "/courses/writing-lessons/going-on/";
  const lesson = await Lesson.open(page, path);
  const reader = new Reader(lesson);
  const before = page.locator(".lesson-head").getByRole("link", { name: "Text and bench" });
  await expect(before).toHaveAttribute("href", "/courses/writing-lessons/the-bench/");

  await test.step("nobody has started the server, and it answers", async () => {
    await expect.poll(() => reader.does("curl -s localhost:8000"), { timeout: 60_000 }).toContain("The pier is open");
    const pane = await lesson.visit("http://localhost:8000/");
    await expect(pane.getByRole("heading", { name: "The pier is open" })).toBeVisible({ timeout: 60_000 });
    await reader.goesTo(1);
    // Long lines are broken where the terminal ends.
    await expect
      .poll(async () => (await lesson.screen()).replaceAll("\n", ""))
      .toContain("was running at the end of the lesson before. It is started again.");
    await lesson.shows(/Serving HTTP on/);
  });

  await test.step("a file of this lesson is put beside those of the one before", async () => {
    await reader.goesTo(0);
    const [command = ""] = await reader.hinted("Put up the hours");
    await lesson.run(command);
    await lesson.passes("Put up the hours", 60_000);
  });

  await test.step("starting over begins there again", async () => {
    await page.getByRole("button", { name: "Start over" }).click();
    await page.getByRole("dialog", { name: "Start this lab over?" }).getByRole("button", { name: "Start over" }).click();
    await expect(await lesson.task("Put up the hours")).not.toHaveAttribute("data-mood", "done");
    await lesson.prompt();
    await expect
      .poll(() => lesson.run("curl -s localhost:8000; ls site"), { timeout: 60_000 })
      .toMatch(/The pier is open[\s\S]*index\.html/);
    expect(await lesson.run("ls site")).not.toContain("hours.html");
  });
});
