import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

/** Every lesson there is, by the id in its frontmatter. */
const lessons = readdirSync("content", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith("/lesson.mdx"))
  .map((file) => ({
    path: `/courses/${/^id: (.+)$/m.exec(readFileSync(`content/${file}`, "utf8"))?.[1]}/`,
    lab: existsSync(join("content", dirname(file), "lab.yaml")),
  }));
const withLab = ["/sandbox/", ...lessons.filter(({ lab }) => lab).map(({ path }) => path)];
const teaching = ["/teach/", "/teach/fields/", "/teach/quality/", "/teach/coverage/"];
const others = ["/", "/glossary/", "/progress/", "/reference/machine/", "/sandbox/", "/film/"];
const pages = [...others, ...teaching, ...lessons.map(({ path }) => path)];
const phone = { width: 390, height: 844 };

async function violations(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page })
    // Of rules that hold, only that they do: long lists of nodes would cost most of the time.
    .options({ resultTypes: ["violations"] })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  return found.violations.map((each) => `${each.id}: ${each.help} (${each.nodes.map((node) => node.target.join(" ")).join(", ")})`);
}

/**
 * Colors depend on the theme, and what is shown on the width. Pages of their own, and the lessons that show every element there is, are
 * looked at in all four ways; the other lessons are made of those elements: each theme once, and each width once.
 */
const desktop = { width: 1440, height: 900 };
const twice = [
  { size: desktop, colorScheme: "light" },
  { size: phone, colorScheme: "dark" },
] as const;
const fourTimes = [...twice, { size: phone, colorScheme: "light" }, { size: desktop, colorScheme: "dark" }] as const;

for (const path of pages) {
  test(`axe finds nothing on ${path} (light and dark, desktop and phone), which asks nobody else`, async ({ page }) => {
    // The reference lists every program: looks at it are long.
    test.setTimeout(400_000);
    const foreign: string[] = [];
    page.on("request", (request) => {
      const { hostname, protocol } = new URL(request.url());
      if (/^https?:$/.test(protocol) && hostname !== "localhost" && !hostname.endsWith(".preview.localhost")) foreign.push(request.url());
    });
    if (withLab.includes(path)) await Lesson.open(page, path);
    else await page.goto(path);
    const isOrdinary = /^\/(courses|reference)\//.test(path) && !path.startsWith("/courses/writing-lessons/");
    for (const { size, colorScheme } of isOrdinary ? twice : fourTimes) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      expect(await violations(page), `${size.width} wide, ${colorScheme}`).toEqual([]);
    }
    expect(foreign).toEqual([]);
  });
}

// A page at 200 % on a desktop of 1280 × 1024 has as much room as one of 640 × 512 (WCAG 1.4.4, 1.4.10).
const zoomed = { width: 640, height: 512 };
const kinds = {
  "text alone": "/courses/writing-lessons/the-text/",
  "a calculator": "/courses/foundations/choosing-a-platform/",
  questions: "/courses/writing-lessons/questions/",
  "one machine": "/courses/foundations/what-deploying-means/",
  "several machines": "/courses/your-own-servers/first-server-over-ssh/",
};
for (const [kind, path] of Object.entries(kinds)) {
  test(`a lesson with ${kind} can be used at 200 % and with reduced motion`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.setViewportSize(zoomed);
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
    expect(await violations(page)).toEqual([]);
    // What is wider than its place scrolls within it.
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    const bench = page.getByRole("navigation", { name: "Parts of the lesson" });
    if (withLab.includes(path)) {
      await bench.getByRole("button", { name: "Terminal" }).click();
      await page.getByRole("button", { name: "Start the lab" }).click();
      await new Lesson(page).prompt();
      expect(await violations(page)).toEqual([]);
      await bench.getByRole("button", { name: "World" }).click();
    }
    const moving = await page.evaluate(() =>
      document
        .getAnimations()
        .filter(({ playState, effect }) => playState === "running" && Number(effect?.getComputedTiming().activeDuration ?? 0) > 10)
        .map((each) => (each instanceof CSSAnimation ? each.animationName : each instanceof CSSTransition ? each.transitionProperty : "?")),
    );
    expect(moving, "nothing moves").toEqual([]);
  });
}

test("no page scrolls sideways on a phone", async ({ page }) => {
  await page.setViewportSize(phone);
  for (const path of pages) {
    await page.goto(path);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow, path).toBe(0);
  }
});

test("the catalogue shows what each course teaches, and continues where one stopped", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Foundations" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "A stateful app" })).toBeVisible();
  await page.getByRole("link", { name: "Your first Django server" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Your first Django server" })).toBeVisible();
  await page.goto("/");
  const goOn = page.getByRole("link", { name: "Your first Django server" }).first();
  await expect(page.getByText(/continue/i).first()).toBeVisible();
  await expect(goOn).toBeVisible();
});

test("a term of the glossary explains itself on focus and hover, and Escape closes it", async ({ page }) => {
  await page.goto("/courses/a-stateful-app/first-django-server/");
  const term = page.locator(".term").first();
  await term.focus();
  const tip = page.getByRole("tooltip");
  await expect(tip).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(tip).toBeHidden();
  await term.blur();
  await term.hover();
  await expect(tip).toBeVisible();
});

test("the text of a lesson can be read without JavaScript", async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto("/courses/foundations/what-deploying-means/");
  await expect(page.getByRole("heading", { level: 1, name: "What deploying means" })).toBeVisible();
  await context.close();
});

test("every page forbids inline scripts and eval, and frames of others", async ({ request }) => {
  for (const path of pages) {
    const headers = (await request.get(path)).headers();
    const scripts = /script-src ([^;]*)/.exec(headers["content-security-policy"] ?? "")?.[1] ?? "";
    expect(scripts, path).not.toBe("");
    expect(scripts, path).not.toContain("'unsafe-inline'");
    expect(scripts, path).not.toContain("'unsafe-eval'");
    expect(headers["content-security-policy"], path).toContain("frame-ancestors 'none'");
    expect(headers["cross-origin-opener-policy"], path).toBe("same-origin");
    expect(headers["cross-origin-embedder-policy"], path).toBe("require-corp");
  }
});
