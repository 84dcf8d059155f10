import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

const path = "/courses/foundations/what-deploying-means/";

test("a command is undone, done again, and a task begins anew, with what listened before", async ({ page }) => {
  const lesson = await Lesson.open(page, path);

  await test.step("the button says what it undoes; the key does the same; what was undone is done again", async () => {
    await lesson.run("rm -rf ~/site && ls");
    await page.getByRole("button", { name: "Undo: rm -rf ~/site && ls" }).click();
    await lesson.shows(/\[Undone: rm -rf ~\/site && ls\][\s\S]*\$$/);
    await expect(page.getByRole("status").filter({ hasText: "Undone: rm -rf ~/site && ls" })).toBeAttached();
    expect(await lesson.run("ls ~/site")).toContain("index.html");
    await lesson.run("touch ~/trace");
    await page.keyboard.press("Control+Alt+z");
    await lesson.shows(/\[Undone: touch ~\/trace\][\s\S]*\$$/);
    await page.keyboard.press("Control+Alt+Shift+z");
    await lesson.shows(/\[Done again: touch ~\/trace\][\s\S]*\$$/);
    expect(await lesson.run("ls ~")).toContain("trace");
  });

  await test.step("back to the start of a task: asked first, said what is lost, the server runs again", async () => {
    await lesson.run("cd ~/site && python -m http.server 8000", /Serving HTTP/);
    await lesson.passes("Serve the bakery's site on port 8000");
    await page.getByRole("button", { name: "Open another terminal" }).click();
    await lesson.prompt();
    await lesson.run("sed -i 's/closed/8 am to 1 pm/' ~/site/hours.html");
    await lesson.passes("Open the bakery on Mondays");
    const card = await lesson.task("Open the bakery on Mondays");
    await card.getByRole("button", { name: "Go back to the start of the task Open the bakery on Mondays" }).click();
    const dialog = page.getByRole("dialog", { name: "Go back to the start of “Open the bakery on Mondays”?" });
    await expect(dialog).toContainText("One step is taken back");
    await expect(dialog).toContainText("Open again: Open the bakery on Mondays");
    await page.screenshot({ path: "test-results/time-back.png" });
    await dialog.getByRole("button", { name: "Go back" }).click();
    await expect(card).toHaveAttribute("data-mood", /todo|working|failed|blocked/);
    await lesson.prompt();
    await expect.poll(async () => lesson.run("curl -s localhost:8000/hours.html | grep -c closed"), { timeout: 60_000 }).toMatch(/^1$/m);
  });

  await test.step("the list of what was done, by keyboard, on a phone too", async () => {
    await page.getByRole("button", { name: "What was done, and going back" }).focus();
    await page.keyboard.press("Enter");
    const list = page.getByRole("dialog", { name: "Going back" });
    await expect(list.getByRole("button", { name: /^Undo Back to the start of/ })).toBeVisible();
    await page.screenshot({ path: "test-results/time-list.png" });
    await page.keyboard.press("Escape");
    await expect(list).toBeHidden();
    await page.setViewportSize({ width: 390, height: 780 });
    await page.screenshot({ path: "test-results/time-phone.png" });
  });
});

test("work of an earlier version of the lesson is compared, kept, or put aside", async ({ page }) => {
  let changed = false;
  await page.route("**/what-deploying-means/lab.json", async (route) => {
    const response = await route.fetch();
    const lab = await response.json();
    if (!changed) return route.fulfill({ response, json: lab });
    lab.version = "changed";
    lab.tasks[1].checks[0].matches = "Monday";
    for (const file of lab.files) if (file.path.endsWith("/hours.html")) file.base64 = Buffer.from("<p>New hours</p>\n").toString("base64");
    return route.fulfill({ response, json: lab });
  });
  const lesson = await Lesson.open(page, path);
  await lesson.run("echo mine > ~/note");
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();

  changed = true;
  await page.reload();
  await expect(page.getByRole("heading", { name: "This lesson has changed since you worked on it" })).toBeVisible();
  await page.getByRole("button", { name: "Compare" }).click();
  const changes = page.getByRole("region", { name: "What the author has changed" });
  await expect(changes).toContainText("Open the bakery on Mondays: changed");
  await changes.getByText("/home/learner/site/hours.html").click();
  await expect(changes).toContainText("New hours");
  await page.screenshot({ path: "test-results/time-versions.png" });
  await page.getByRole("button", { name: "Keep my work" }).click();
  await lesson.prompt();
  expect(await lesson.run("cat ~/note")).toContain("mine");
  const messages = page.getByRole("region", { name: "Messages of the lab" });
  await expect(messages).toContainText("You go on with the work that you began in an earlier version");
});
