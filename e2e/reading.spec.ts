import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

const django = "/courses/a-stateful-app/first-django-server/";
const foundations = "/courses/foundations/what-deploying-means/";

test("a wrong answer explains itself, the right one passes the task and is there after a reload", async ({ page }) => {
  const lesson = await Lesson.open(page, django);
  const question = (text: RegExp) => page.getByRole("group", { name: text }).locator("xpath=ancestor::form");
  const answer = async (text: RegExp, option: RegExp) => {
    const form = question(text);
    await form.getByRole("radio", { name: option }).check();
    await form.getByRole("button", { name: "Answer" }).click();
    return form;
  };
  const styles = await answer(/no colors and no layout/, /^The migrations\.$/);
  await expect(styles).toContainText("Not right.");
  await expect(styles).toContainText("what does not arrive is their stylesheets");
  await answer(/no colors and no layout/, /hands out the static files/);
  await expect(styles).toContainText("Right. runserver does it only while DEBUG is on.");
  await answer(/insist on ALLOWED_HOSTS/, /claim any name/);
  await answer(/every time, also when/, /finds nothing to apply/);
  await lesson.passes("Answer the three questions below");
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await page.reload();
  await lesson.prompt();
  await expect(styles.getByRole("radio", { name: /hands out the static files/ })).toBeChecked();
  await expect(styles).toContainText("Right.");
  await lesson.passes("Answer the three questions below");
});

test("hints open one at a time, and the solution is read without touching the machine", async ({ page }) => {
  const lesson = await Lesson.open(page, foundations);
  const before = await lesson.run("ls -laR ~ | md5sum");
  const task = await lesson.task("Serve the bakery's site on port 8000");
  const hints = task.getByRole("list", { name: "Hints" }).locator(":scope > li");
  await expect(hints).toHaveCount(0);
  await task.getByRole("button", { name: /Give me a hint 1 of 4: a nudge/ }).click();
  await expect(hints).toHaveCount(1);
  await expect(hints).toContainText(["A server hands out one folder."]);
  await task.getByRole("button", { name: /Next hint 2 of 4: where to look/ }).click();
  await expect(hints).toHaveCount(2);
  const solution = task.getByText("python -m http.server 8000 --directory ~/site");
  await expect(solution).toBeHidden();
  await task.getByText("Read the solution").click();
  await expect(solution).toBeVisible();
  await expect(task).toHaveAttribute("data-mood", "todo");
  expect((await lesson.run("ls -laR ~ | md5sum")).split("\n")[1]).toBe(before.split("\n")[1]);
});

test("a check that fails says what was expected, what was found and what to try", async ({ page }) => {
  const lesson = await Lesson.open(page, foundations);
  const task = await lesson.task("Serve the bakery's site on port 8000");
  await task.getByRole("button", { name: "Check now" }).click();
  await expect(task).toHaveAttribute("data-mood", "failed");
  await expect(task).toContainText("Not yet right");
  const finding = task.locator(".finding").first();
  await expect(finding.locator("dt")).toHaveText(["Expected", "Found"]);
  await expect(finding.locator("dd").nth(0)).toContainText("200");
  await expect(finding.locator("dd").nth(1)).toContainText(/refused|nothing/i);
  await expect(finding).toContainText("Where laptop, http://localhost:8000/");
  await expect(finding).toContainText("What to try next");
  await expect(finding).toContainText("start the server in ~/site and leave it running");
});

test("each lesson says what is different in production", async ({ page }) => {
  for (const path of [django, foundations]) {
    await page.goto(path);
    const aside = page.getByRole("complementary", { name: /In production/ }).last();
    await expect(aside).toBeVisible();
    expect((await aside.textContent())?.length, path).toBeGreaterThan(200);
  }
});
