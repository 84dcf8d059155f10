import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { expect, type Page, test } from "playwright/test";
import type { RegradeReport } from "../lib/author/commands/regrade.ts";
import { Lesson } from "./support/lab.ts";

const address = "/courses/foundations/what-deploying-means/";
const title = "What deploying means";

/** Serves the bakery in the first terminal, and mends its page in a second one. */
async function work(page: Page): Promise<Lesson> {
  const lesson = await Lesson.open(page, address);
  await lesson.run("cd ~/site");
  await lesson.run("python -m http.server 8000", /Serving HTTP/);
  await lesson.passes("Serve the bakery's site on port 8000");
  await page.getByRole("button", { name: "Open another terminal" }).click();
  await lesson.prompt();
  await lesson.run("sed -i 's/closed/8 am to 1 pm/' ~/site/hours.html");
  await lesson.passes("Open the bakery on Mondays");
  return lesson;
}

/** What the page gives to the browser's downloads when the button is pressed. */
async function downloaded(page: Page, button: RegExp | string): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: button }).first().click()]);
  const path = test.info().outputPath(download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

test("an attempt made in the browser is graded the same in Node, and can be watched", async ({ page }) => {
  test.setTimeout(240_000);
  await work(page);
  // Once away and back: that is part of the attempt.
  await expect(page.getByText(/^Saved/).first()).toBeVisible();
  await page.goto("/progress/");
  const file = await downloaded(page, /Export the attempt/);
  const ran = spawnSync(process.execPath, ["--import", "tsx", "lib/author/main.ts", "regrade", file, "--json"], {
    env: { PATH: process.env.PATH, NODE_ENV: "test" },
    encoding: "utf8",
  });
  expect(ran.status, ran.stderr + ran.stdout.slice(0, 3000)).toBe(0);
  const report = JSON.parse(ran.stdout) as RegradeReport;
  expect(report.missed).toEqual([]);
  expect(report.diverged).toBeNull();
  expect(report.checks.filter(({ status }) => status === "pass").map(({ id }) => id)).toEqual([
    "front-page",
    "hours-page",
    "monday",
    "other-days",
  ]);

  await page
    .getByRole("link", { name: /^Watch/ })
    .first()
    .click();
  await expect(page.getByText(title).last()).toBeVisible();
  await page.getByRole("button", { name: "Run it again and watch" }).click();
  await expect(page.getByText("The attempt was run again.")).toBeVisible({ timeout: 120_000 });
  const film = page.getByRole("region", { name: "Film" });
  await film.getByRole("button", { name: "Next command" }).click();
  await film.getByRole("button", { name: "Next command" }).click();
  const moment = film.getByRole("slider", { name: "Moment" });
  await moment.focus();
  await page.keyboard.press("End");
  await expect(film.getByRole("complementary", { name: "Tasks at this moment" })).toContainText("2 of 7 done");
  // In front is the terminal in which something was done; the other can be looked at.
  const tabs = film.getByRole("tablist", { name: "Terminals" }).getByRole("tab");
  await expect(tabs).toHaveText(["Terminal 1 · laptop", "Terminal 2 · laptop"]);
  await expect(film.getByRole("tabpanel", { name: "Terminal 2 · laptop" })).toContainText("8 am to 1 pm");
  await tabs.first().click();
  await expect(film.getByRole("tabpanel", { name: "Terminal 1 · laptop" })).toContainText("Serving HTTP");
  await expect(film.getByRole("region", { name: "Transcript" })).toContainText("Task done: Open the bakery on Mondays");
  await moment.focus();
  await page.keyboard.press("Home");
  await expect(film.getByRole("complementary", { name: "Tasks at this moment" })).toHaveCount(0);
  await page.screenshot({ path: test.info().outputPath("film.png") });
});

test("progress and labs go along to another machine, which is asked before anything is replaced", async ({ page, browser }) => {
  test.setTimeout(240_000);
  await work(page);
  await expect(page.getByText(/^Saved/).first()).toBeVisible();
  await page.goto("/progress/");
  const file = await downloaded(page, "Export");

  const elsewhere = await browser.newContext();
  try {
    const other = await elsewhere.newPage();
    await other.goto("/progress/");
    const input = other.getByLabel("File of progress and labs");
    await input.setInputFiles({ name: "broken.json.gz", mimeType: "application/gzip", buffer: Buffer.from("no file of ours") });
    await expect(other.getByText("This is no export of Slipway")).toBeVisible();
    await input.setInputFiles(file);
    const dialog = other.getByRole("dialog");
    await expect(dialog.getByText("will be added")).toBeVisible();
    await dialog.getByRole("button", { name: "Import" }).click();
    await expect(other.getByText(/Imported from .* one lab taken/)).toBeVisible();
    await expect(other.getByText(/^Done/).first()).toBeVisible();
    await other.goto(address);
    const lesson = new Lesson(other);
    await lesson.shows(/It is started again[\s\S]*Serving HTTP/);
    await lesson.passes("Open the bakery on Mondays");
    await other.getByRole("tablist", { name: "Terminals" }).getByRole("tab").nth(1).click();
    expect(await lesson.run("grep -c '8 am to 1 pm' ~/site/hours.html")).toMatch(/^1$/m);
    await expect(other.getByText(/^Saved/).first()).toBeVisible();
    // Both have something now: the newer one is offered, and the learner says which.
    await other.goto("/progress/");
    await input.setInputFiles(file);
    await expect(dialog.getByRole("radio", { name: /What is in this browser \(newer\)/ })).toBeChecked();
    await other.screenshot({ path: test.info().outputPath("import.png") });
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(other.getByText("Nothing was imported.")).toBeVisible();
  } finally {
    await elsewhere.close();
    rmSync(file);
  }
});
