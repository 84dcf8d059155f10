import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

const phone = { width: 390, height: 844 };
const desk = { width: 1440, height: 900 };

async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).exclude(".xterm").analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
}

async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.SHOTS;
  if (folder === undefined) return;
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png` });
  }
}

/** How far the page itself can be scrolled sideways. */
const sideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test("a wide picture keeps letters that can be read on a phone, and is scrolled in a frame of its own", async ({ page }) => {
  await page.setViewportSize(phone);
  await page.goto("/courses/a-stateful-app/migrations-in-steps/");
  const frame = page.getByRole("group", { name: /^Picture: / }).first();
  await frame.scrollIntoViewIfNeeded();
  const letters = await frame.locator("svg").evaluate((svg: SVGSVGElement) => {
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    return Math.min(...[...svg.querySelectorAll("text")].map((text) => Number.parseFloat(getComputedStyle(text).fontSize) * scale));
  });
  expect(letters).toBeGreaterThan(9.5);
  await frame.focus();
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => frame.evaluate((element) => element.scrollLeft)).toBeGreaterThan(0);
  expect(await sideways(page)).toBe(0);
  await picture(page, "phone-picture");
  await accessible(page);
  // Where all of it is to be seen, it is no stop of the Tab key.
  await page.setViewportSize(desk);
  await expect(page.getByRole("group", { name: /^Picture: / })).toHaveCount(0);
});

test("tables fit a phone, and no name of code in them is broken", async ({ page }) => {
  await page.setViewportSize(phone);
  await page.goto("/courses/foundations/choosing-a-platform/");
  const results = page.getByRole("region", { name: /^Results: / });
  expect(await results.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  for (const lesson of ["a-stateful-app/settings-and-secrets", "a-stateful-app/a-database-for-many", "foundations/works-on-my-laptop"]) {
    await page.goto(`/courses/${lesson}/`);
    const broken = await page.locator(".table-frame code").evaluateAll((codes) =>
      codes.flatMap((code) => {
        const text = code.textContent ?? "";
        return /^[\w.]+$/.test(text) && code.getClientRects().length > 1 ? [text] : [];
      }),
    );
    expect(broken, lesson).toEqual([]);
    expect(await sideways(page)).toBe(0);
  }
});

test("many messages take one line of a phone, and are read and dismissed one by one or all together", async ({ page }) => {
  const lesson = await Lesson.open(page, "/sandbox/");
  const serve = "setsid nohup python -m http.server --bind 127.0.0.1";
  await lesson.run(`for p in 8001 8002 8003; do ${serve} $p > /dev/null 2>&1 & done`);
  await lesson.run(
    "for p in 8001 8002 8003; do until curl -sf -o /dev/null localhost:$p; do sleep 0.2; done; done; echo all up",
    /^all up/m,
  );
  // A port that is open to its own machine only.
  const pane = await lesson.visit("http://machine:8001/");
  await expect(pane.locator("body")).toContainText("Something does listen on port 8001 of machine, but only on 127.0.0.1", {
    timeout: 60_000,
  });
  await picture(page, "loopback");
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await page.reload();
  await lesson.prompt();
  await page.setViewportSize(phone);
  const parts = page.getByRole("navigation", { name: "Parts of the lesson" });
  await parts.getByRole("button", { name: "Terminal" }).click();
  const messages = page.getByRole("region", { name: "Messages of the lab" });
  const fold = messages.getByRole("button", { name: "All 3 messages" });
  await expect(fold).toBeVisible({ timeout: 60_000 });
  expect((await messages.boundingBox())?.height).toBeLessThan(48);
  await picture(page, "phone-messages");
  await fold.click();
  await expect(messages.getByRole("listitem")).toHaveCount(3);
  await expect(messages.getByRole("listitem").first()).toContainText("was running on machine when you left. It is started again.");
  await picture(page, "phone-messages-open");
  await accessible(page);
  await messages.getByRole("button", { name: "Dismiss this message" }).first().click();
  await expect(messages.getByRole("listitem")).toHaveCount(2);
  await expect(messages.getByRole("button", { name: "All 2 messages" })).toBeFocused();
  await messages.getByRole("button", { name: "Dismiss all messages" }).click();
  await expect(messages).toHaveCount(0);
});

test("with several machines the address is to be read on a phone", async ({ page }) => {
  await page.setViewportSize(phone);
  await page.goto("/courses/a-stateful-app/more-than-one-server/");
  const parts = page.getByRole("navigation", { name: "Parts of the lesson" });
  await parts.getByRole("button", { name: "Browser" }).click();
  await page.getByRole("button", { name: "Start the lab" }).click();
  const address = page.getByRole("combobox", { name: "Address" });
  await address.fill("http://board.test/a/longer/path");
  await address.press("Enter");
  const count = page.locator(".requests-head > span").first();
  await expect(count).toHaveText("Requests 1", { timeout: 60_000 });
  expect((await count.boundingBox())?.height).toBeLessThan(24);
  await expect(page.getByRole("button", { name: "Connection not encrypted: details" })).toBeVisible();
  expect(await address.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  expect((await address.boundingBox())?.width).toBeGreaterThan(240);
  expect(await sideways(page)).toBe(0);
  await picture(page, "phone-address");
  await accessible(page);
});

test("a phone asks before it downloads a lab, upright and on its side", async ({ browser }) => {
  for (const viewport of [phone, { width: phone.height, height: phone.width }]) {
    const context = await browser.newContext({ viewport, hasTouch: true, isMobile: true });
    const page = await context.newPage();
    await page.goto("/courses/foundations/what-deploying-means/");
    const parts = page.getByRole("navigation", { name: "Parts of the lesson" });
    await parts.getByRole("button", { name: "Terminal" }).click();
    await expect(page.getByRole("button", { name: "Start the lab" })).toBeVisible();
    await context.close();
  }
});
