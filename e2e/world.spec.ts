import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

async function violations(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  return found.violations.map((each) => `${each.id}: ${each.help} (${each.nodes.map((node) => node.target.join(" ")).join(", ")})`);
}

test("the world view shows who listens and who talks to whom, as a picture and as text, and can stand still", async ({ page }) => {
  const lesson = await Lesson.open(page, "/sandbox/");
  await lesson.run("python -m http.server 8000 > /dev/null 2>&1 &", /\[1\] \d+/);
  await lesson.run("until curl -sf localhost:8000/ > /dev/null; do sleep 0.2; done; echo is up", /^is up/m);
  await lesson.show("World");
  const world = page.locator("#bench-world");
  const service = world.locator(".world-service", { hasText: "http.server" });
  await expect(service).toBeVisible();
  await expect(service).toContainText("8000");

  await lesson.run("curl -s localhost:8000/ > /dev/null; curl -s localhost:8000/nowhere > /dev/null; echo done", /^done/m);
  await expect(world.locator(".world-label")).toHaveText(/404 ×3/);
  await expect(world.locator(".world-last")).toContainText("/nowhere 404");
  // It hears of what happens while it is closed.
  await lesson.show("Files");
  await lesson.run("curl -s localhost:8000/ > /dev/null; curl -s localhost:8000/nowhere > /dev/null; echo done", /^done/m);
  await lesson.show("World");
  await expect(world.locator(".world-label")).toHaveText(/404 ×5/);

  await world.getByRole("button", { name: "Pause" }).click();
  await lesson.run("curl -s localhost:8000/?later > /dev/null; curl -s localhost:8000/?last > /dev/null; echo done", /^done/m);
  await expect(world.getByText("2 requests wait")).toBeVisible();
  await expect(world.locator(".world-last")).toContainText("/nowhere 404");
  await world.getByRole("button", { name: "Step" }).click();
  await expect(world.locator(".world-last")).toContainText("/?later 200");
  await world.getByRole("button", { name: "Go on" }).click();
  await expect(world.locator(".world-last")).toContainText("/?last 200");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page), colorScheme).toEqual([]);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/world-${colorScheme}.png` });
  }

  await world.getByRole("button", { name: "As text" }).click();
  const flows = world.getByRole("row", { name: /^(a program|curl) on machine http/ }).first();
  await expect(flows).toContainText("http.server on machine, port 8000");
  await expect(world.getByRole("row", { name: /\/nowhere/ }).first()).toContainText("404");
  await expect(world.getByText(/No request/)).toHaveCount(0);
  expect(await violations(page)).toEqual([]);
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/world-text.png` });

  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("navigation", { name: "Parts of the lesson" }).getByRole("button", { name: "World" }).click();
  // Turned to a phone's width, it is as it was left.
  await expect(world.getByRole("row", { name: /\/nowhere/ }).first()).toContainText("404");
  await world.getByRole("button", { name: "As picture" }).click();
  await expect(page.locator("#bench-world .world-machine")).toBeVisible();
  expect(await violations(page)).toEqual([]);
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/world-phone.png` });
});

test("with several machines no label covers another one or a machine, on a wide screen and on a phone", async ({ page }) => {
  const lesson = await Lesson.open(page, "/courses/a-stateful-app/more-than-one-server/");
  for (const server of ["web-1", "web-2"]) {
    const ask = "curl -s -o /dev/null --retry 60 --retry-connrefused --retry-delay 1";
    await lesson.run(
      `${ask} http://${server}:8000/; ${ask} http://${server}:8000/health; echo asked ${server}`,
      new RegExp(`^asked ${server}`, "m"),
    );
  }
  // An address typed while a page still comes takes its place: each is waited for.
  for (const server of ["web-2", "web-1"]) {
    const shown = await lesson.visit(`http://${server}:8000/`);
    await expect(shown.locator("body")).toContainText(`Answered by ${server}`);
  }
  await lesson.show("World");
  const labels = page.locator("#bench-world .world-label");
  await expect(labels).toHaveCount(4);
  const touching = () =>
    page.evaluate(() => {
      const boxes = [...document.querySelectorAll("#bench-world :is(.world-label rect, .world-machine)")].map((each) =>
        each.getBoundingClientRect(),
      );
      return boxes.flatMap((a, index) =>
        boxes.slice(index + 1).filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom),
      ).length;
    });
  await expect.poll(touching).toBe(0);
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/world-machines.png` });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("navigation", { name: "Parts of the lesson" }).getByRole("button", { name: "World" }).click();
  await expect(labels).toHaveCount(4);
  await expect.poll(touching).toBe(0);
  // Nothing is cut off at the right.
  expect(await page.locator("#bench-world .world-scroll").evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  expect(await violations(page)).toEqual([]);
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/world-machines-phone.png` });
});
