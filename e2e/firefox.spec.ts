import { expect, test } from "playwright/test";
import puppeteer, { type Page } from "puppeteer-core";

/** A smoke test in Firefox, which is driven over WebDriver BiDi: prompt, runserver, page, reload. */
test("Firefox: a prompt, runserver, its page, and everything again after a reload", async ({ baseURL }) => {
  test.setTimeout(300_000);
  const browser = await puppeteer.launch({ browser: "firefox", executablePath: process.env.FIREFOX, headless: true });
  try {
    const page = await browser.newPage();
    // Tall enough that the note above the restarted server's own lines stays on the screen.
    await page.setViewport({ width: 1440, height: 1800 });
    await page.goto(`${baseURL}/courses/a-stateful-app/first-django-server/`);
    await shows(page, /\$$/);
    await type(page, "pip install django && django-admin startproject shop && cd shop && python manage.py runserver\n");
    await shows(page, /Quit the server with CONTROL-C/, 180_000);
    await seesRocket(page);
    await expect
      .poll(() => page.evaluate(() => document.querySelector(".saving")?.textContent ?? ""), { timeout: 30_000 })
      .toMatch(/^\s*Saved/);
    await page.reload();
    // The screen of before is there as well; the server that counts comes after this note.
    await shows(page, /started again[\s\S]*Quit the server with CONTROL-C/, 180_000);
    await seesRocket(page);
  } finally {
    await browser.close();
  }
});

async function screen(page: Page): Promise<string> {
  const rows = await page.$$eval(".terminal-screen .xterm-rows > div", (lines) => lines.map((line) => line.textContent ?? ""));
  return rows
    .map((row) => row.replaceAll("\u00a0", " ").trimEnd())
    .join("\n")
    .trimEnd();
}

async function shows(page: Page, pattern: RegExp, timeout = 60_000): Promise<void> {
  await expect.poll(() => screen(page), { timeout, message: `the terminal shows ${pattern}` }).toMatch(pattern);
}

async function type(page: Page, text: string): Promise<void> {
  await page.focus(".terminal-screen textarea");
  await page.keyboard.type(text);
}

async function visit(page: Page, url: string): Promise<void> {
  await page.click("#bench-tab-browser");
  await page.click("input.address", { count: 3 });
  await page.keyboard.type(`${url}\n`);
}

async function seesRocket(page: Page): Promise<void> {
  await visit(page, "http://localhost:8000/");
  await expect.poll(() => paneText(page), { timeout: 60_000 }).toContain("The install worked successfully");
}

/** The text of the innermost frame: the learner's application. */
async function paneText(page: Page): Promise<string> {
  const frame = page.frames().find((each) => each.parentFrame()?.parentFrame() === page.mainFrame());
  return (await frame?.evaluate(() => document.body.textContent).catch(() => "")) ?? "";
}
