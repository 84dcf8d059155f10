import { expect, type Page, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

const django = "/courses/a-stateful-app/first-django-server/";
const foundations = "/courses/foundations/what-deploying-means/";

test("without the two headers the lesson can be read, and the lab names them", async ({ page }) => {
  await page.route("**/*", async (route) => {
    if (route.request().resourceType() !== "document") return route.continue();
    const response = await route.fetch();
    const headers = response.headers();
    delete headers["cross-origin-opener-policy"];
    delete headers["cross-origin-embedder-policy"];
    await route.fulfill({ response, headers });
  });
  await page.goto(django);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByText("The server does not send the headers that the lab needs")).toBeVisible();
});

test("a browser without shared memory is told so", async ({ page }) => {
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, "SharedArrayBuffer"));
  await page.goto(django);
  await expect(page.getByText("Shared memory is switched off in this browser")).toBeVisible();
});

test("a download that fails offers to try again, and then goes on", async ({ page }) => {
  let broken = true;
  await page.route("**/engine/assets-*/**", (route) => (broken ? route.abort() : route.continue()));
  await page.goto(django);
  const again = page.getByRole("button", { name: "Try again" });
  await expect(again).toBeVisible({ timeout: 60_000 });
  const lesson = new Lesson(page);
  await lesson.prompt();
  await lesson.run("kept=here");
  broken = false;
  await again.click();
  // The lab goes on: its shell still knows what it knew.
  expect(await lesson.run("echo is $kept")).toContain("is here");
  expect(await lesson.run("python -c 'print(6 * 7)'")).toContain("42");
});

test("a second tab offers to take the lab over, and the work is there", async ({ page, context }) => {
  const first = await Lesson.open(page, django);
  await first.run("echo kept > note.txt");
  const other = await context.newPage();
  await other.goto(django);
  const take = other.getByRole("button", { name: "Take it over here" });
  await expect(take).toBeVisible();
  await take.click();
  const second = new Lesson(other);
  await second.prompt();
  expect(await second.run("cat note.txt")).toContain("kept");
  await expect(page.getByText("This lab is open in another tab")).toBeVisible();
});

test("starting over asks first, then gives a fresh machine", async ({ page }) => {
  const lesson = await Lesson.open(page, django);
  await lesson.run("touch mine.txt");
  await page.getByRole("button", { name: "Start over" }).click();
  const dialog = page.getByRole("dialog", { name: "Start this lab over?" });
  await expect(dialog).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  expect(await lesson.run("ls")).toContain("mine.txt");
  await page.getByRole("button", { name: "Start over" }).click();
  await dialog.getByRole("button", { name: "Start over" }).click();
  await lesson.prompt();
  expect(await lesson.run("ls -la")).not.toContain("mine.txt");
});

test("where storage is blocked the lab works and says that nothing is kept", async ({ page }) => {
  await page.addInitScript(() => {
    const refuse = () => {
      throw new DOMException("blocked", "SecurityError");
    };
    if (typeof IDBFactory === "function") IDBFactory.prototype.open = refuse;
  });
  await page.route("**/engine/*/kernel.js", async (route) => {
    const response = await route.fetch();
    const body = `IDBFactory.prototype.open=()=>{throw new DOMException("blocked","SecurityError")};${await response.text()}`;
    await route.fulfill({ response, body });
  });
  const lesson = await Lesson.open(page, django);
  await expect(page.getByText(/will not be saved/)).toBeVisible();
  expect(await lesson.run("echo still here")).toContain("still here");
});

/** The longest time, in milliseconds, in which the page did not get to run anything, while `act` goes on. */
async function longestGap(page: Page, act: () => Promise<void>): Promise<number> {
  await page.evaluate(() => {
    const state = { longest: 0, last: performance.now() };
    Object.assign(window, { gaps: state });
    const tick = () => {
      const now = performance.now();
      state.longest = Math.max(state.longest, now - state.last);
      state.last = now;
      setTimeout(tick, 10);
    };
    tick();
  });
  await act();
  return page.evaluate(() => (window as unknown as { gaps: { longest: number } }).gaps.longest);
}

for (const [name, command] of [
  ["yes", "yes"],
  ["an endless loop in the shell", "while true; do :; done"],
  ["an endless loop in Python", "python -c 'while True: pass'"],
  ["random bytes on the terminal", "cat /dev/urandom"],
] as const) {
  test(`${name}: the page stays alive, and Ctrl-C ends it`, async ({ page }) => {
    const lesson = await Lesson.open(page, foundations);
    await lesson.run("python -c 'print(1)'");
    const gap = await longestGap(page, async () => {
      await lesson.type(`${command}\n`);
      await page.getByRole("tab", { name: "Tasks" }).click();
      await page.getByRole("tab", { name: "Files" }).click();
      await lesson.terminal.locator("textarea").focus();
      await page.keyboard.press("Control+c");
      await lesson.prompt();
    });
    // Not a time limit of the test: two seconds without a turn is what a person calls frozen.
    expect(gap).toBeLessThan(2000);
    await lesson.type("reset\n");
    await lesson.prompt();
    expect(await lesson.run("echo alive")).toContain("alive");
  });
}

test("a fork bomb and a file of gigabytes end as on Linux", async ({ page }) => {
  const lesson = await Lesson.open(page, foundations);
  await lesson.run("head -c 3G /dev/zero > big; rm big", /No space left on device/, 120_000);
  await lesson.run(":(){ :|:& };:", /Resource temporarily unavailable/, 120_000);
  await page.keyboard.press("Control+c");
  await lesson.type("\n");
  await lesson.shows(/\$$/, 120_000);
});
