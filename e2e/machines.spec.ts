import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

test("a lab with two machines: terminals, files and browser say and choose which one they are on", async ({ page }) => {
  // The sandbox with a second machine, in its page and in its definition.
  const second = '{"name":"web-1","image":"ubuntu","user":"learner","cwd":"/home/learner"}';
  await page.route("**/sandbox/", async (route) => {
    const response = await route.fetch();
    const { "content-security-policy": _hashes, ...headers } = response.headers();
    const body = (await response.text()).replace(
      /(\\"machines\\":\[\{.*?\})\]/,
      (_all, first: string) => `${first},${second.replaceAll('"', '\\"')}]`,
    );
    await route.fulfill({ response, headers, body });
  });
  await page.route("**/sandbox/lab.json", async (route) => {
    const response = await route.fetch();
    const lab = await response.json();
    await route.fulfill({ response, json: { ...lab, version: "two", machines: [...lab.machines, JSON.parse(second)] } });
  });
  const lesson = await Lesson.open(page, "/sandbox/");
  const tabs = page.getByRole("tablist", { name: "Terminals" });
  const first = page.getByRole("tablist", { name: "Terminals" }).getByRole("tab").first();
  await expect(first).toHaveText(/^machine:/);

  const more = page.getByRole("button", { name: "Open another terminal" });
  await more.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "On machine" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(more).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(tabs.getByRole("tab", { selected: true })).toHaveText(/^web-1:/);
  await lesson.prompt();
  expect(await lesson.run("hostname; echo there > where.txt")).toMatch(/^web-1$/m);

  await lesson.show("Files");
  const tree = page.getByRole("tree");
  await page.getByLabel("Files on").selectOption("web-1");
  await expect(tree).toHaveAccessibleName("Files of web-1");
  await tree.getByRole("treeitem", { name: "where.txt" }).click();
  await expect(page.getByRole("tab", { name: /web-1: ?where\.txt/ })).toBeVisible();
  await expect(page.locator(".cm-content:visible")).toContainText("there");
  await page.getByLabel("Files on").selectOption("machine");
  await expect(page.locator(".files-tree")).toContainText("Nothing here yet.");

  await first.click();
  await lesson.run("python -m http.server 8000 &", /Serving HTTP/);
  await lesson.show("Browser");
  await page.getByRole("button", { name: "http://localhost:8000/" }).click();
  // A page that Playwright listens to gets no service worker for its browser pane, but the simpler frame.
  const shown = page.frameLocator(".browser-page iframe");
  await expect(shown.getByRole("heading")).toContainText("Directory listing");
  await page.getByLabel("Machine that the browser is on").selectOption("web-1");
  await expect(shown.locator("body")).toContainText(/refused/i);
});

test("the page of what the machines can do is searched with the keyboard", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "What the machines can do" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "What the machines can do" })).toBeVisible();
  const shown = page.locator("article[data-program]:visible");
  expect(await shown.count()).toBeGreaterThan(100);
  await page.keyboard.press("/");
  await page.keyboard.type("--perl-regexp");
  await expect(shown).toHaveCount(3);
  await expect(page.locator("#grep")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.type("curl");
  await expect(page.locator("#curl")).toContainText("Nothing is encrypted inside this world");
  await page.keyboard.type(" zzz");
  await expect(page.getByText("No program is called that or does that here.")).toBeVisible();
});

test("the page of what the machines can do can be read without JavaScript", async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto("/reference/machine/");
  await expect(page.locator("#grep")).toContainText("print lines that match patterns", { ignoreCase: true });
  await context.close();
});
