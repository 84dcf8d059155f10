import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

test("when the lab's worker dies, the lab says so and goes on from its last save", async ({ page }) => {
  await page.addInitScript(() => {
    const made: Worker[] = [];
    Object.assign(window, { made });
    window.Worker = class extends Worker {
      constructor(address: string | URL, options?: WorkerOptions) {
        super(address, options);
        if (String(address).endsWith("/kernel.js")) made.push(this);
      }
    };
  });
  // What the browser does to a worker that needs too much memory: no event tells the page.
  const kill = () => page.evaluate(() => (window as unknown as { made: Worker[] }).made.at(-1)?.terminate());
  const lesson = await Lesson.open(page, "/sandbox/");
  await lesson.run("echo kept > note.txt");
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await lesson.run("python -m http.server 8000", /Serving HTTP on/);
  await expect(page.getByText("Saving…", { exact: true })).toBeHidden();
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));

  await kill();
  await expect(page.getByText(/The lab’s own program was ended by the browser/)).toBeVisible();
  await expect(page.getByText(/Your work is back as it was saved at/)).toBeVisible();
  await page.getByRole("button", { name: "Open another terminal" }).click();
  await lesson.prompt();
  expect(await lesson.run("cat note.txt")).toContain("kept");
  await page.getByRole("button", { name: "Dismiss" }).last().click();
  await expect(page.getByText(/was ended by the browser/)).toBeHidden();

  await test.step("what dies again at once is left to the learner", async () => {
    await kill();
    await expect(page.getByRole("heading", { name: "The lab has stopped" })).toBeVisible();
    await page.getByRole("button", { name: "Try again" }).click();
    // The terminals that come back are those of the last save, and the server runs in the first of them.
    await lesson.shows(/is started again\.\]|\$$/);
    await page.getByRole("button", { name: "Open another terminal" }).click();
    await lesson.prompt();
    expect(await lesson.run("cat note.txt")).toContain("kept");
  });
});
