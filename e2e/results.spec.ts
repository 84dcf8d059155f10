import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "playwright/test";
import type { CheckDefinition, LabDefinition } from "../lib/lab/types.ts";
import { Lesson } from "./support/lab.ts";

const path = "/courses/foundations/what-deploying-means/";
const shots = process.env.SHOTS;

const words = { because: "The note does not say what it must.", next: "Write the three lines, in this order." };
const note: CheckDefinition = {
  ...words,
  kind: "file",
  id: "note",
  file: "~/site/note.txt",
  on: "laptop",
  exists: true,
  text: { equals: "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n" },
};
const endless: CheckDefinition = {
  ...words,
  kind: "run",
  id: "endless",
  run: "sleep 60",
  on: "laptop",
  exit: 0,
  network: false,
  timeoutSeconds: 1,
};

/** The lesson's lab with other checks of two of its tasks, as an author would have written them. */
async function withChecks(page: Page, checks: Readonly<Record<string, readonly CheckDefinition[]>>): Promise<void> {
  await page.route(`**${path}lab.json`, async (route) => {
    const answer = await route.fetch();
    const lab = (await answer.json()) as LabDefinition;
    const tasks = lab.tasks.map((task) => ({ ...task, checks: checks[task.id] ?? task.checks }));
    await route.fulfill({ response: answer, json: { ...lab, tasks } });
  });
}

/** Everything that the page's live region has said, in order. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const said: string[] = [];
    Object.assign(window, { said });
    new MutationObserver(() => {
      const text = [...document.querySelectorAll("p[role='status'].sr-only")].at(-1)?.textContent?.trim() ?? "";
      if (text !== "" && said.at(-1) !== text) said.push(text);
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
  return () => page.evaluate(() => (window as unknown as { said: string[] }).said);
}

async function accessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).exclude(".xterm").analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
}

async function picture(page: Page, name: string): Promise<void> {
  if (shots === undefined) return;
  for (const theme of ["light", "dark"]) {
    await page.evaluate((value) => document.documentElement.setAttribute("data-theme", value), theme);
    await page.screenshot({ path: `${shots}/${name}-${theme}.png` });
  }
}

test("a failing check shows line by line what was expected and found, where, and what to try; our fault looks and reads differently", async ({
  page,
}) => {
  await withChecks(page, { "serve-site": [note], "run-app": [endless] });
  const said = await listen(page);
  const lesson = await Lesson.open(page, path);
  await lesson.writes("~/site/note.txt", "one\ntwo\nthree\nfour\nFive  \nsix\nseven\neight\nnine\n");
  const card = await lesson.task("Serve the bakery's site on port 8000");
  const check = card.getByRole("button", { name: "Check now" });
  await check.focus();
  await page.keyboard.press("Enter");
  await expect(card).toHaveAttribute("data-mood", "failed");
  await expect(card).toContainText("Where laptop, ~/site/note.txt");
  await expect(card).toContainText("What to try next Write the three lines, in this order.");
  const table = card.getByRole("table");
  await expect(table).toContainText("Expected and found: 1 line is missing, 1 line is there instead or in addition.");
  await expect(table.locator('td[data-kind="missing"]')).toHaveText("−missing: five");
  await expect(table.locator('td[data-kind="extra"]')).toHaveText("5+there instead: Five··");
  await expect(table.getByRole("button", { name: /lines that are the same/ })).toHaveCount(0);
  await expect
    .poll(async () => (await said()).filter((text) => text.includes("not yet right")))
    .toEqual([
      "Task Serve the bakery's site on port 8000: not yet right. The note does not say what it must. Next: Write the three lines, in this order.",
    ]);
  await picture(page, "failed");
  await accessible(page);

  const waiting = await lesson.task("Open the bakery on Mondays");
  await expect(waiting).toContainText("Waits for “Serve the bakery's site on port 8000”.");

  const ours = page.locator("#bench-tasks .task[data-mood='fault']");
  await expect(ours).toHaveCount(1);
  await expect(ours).toContainText("We could not check. This is our fault, not yours");
  await expect(ours).toContainText("sleep 60 did not end within 1 seconds");
  await expect(ours.getByRole("button", { name: "Try again" })).toBeVisible();
  await ours.scrollIntoViewIfNeeded();
  await picture(page, "fault");
  await accessible(page);

  await lesson.writes("~/site/note.txt", "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n");
  await lesson.passes("Serve the bakery's site on port 8000");
  await expect
    .poll(async () => (await said()).filter((text) => text.includes("Serve the bakery's site on port 8000: done")))
    .toHaveLength(1);
});

test("hints say how much they give away, open one at a time, and are open again after a reload", async ({ page }) => {
  const lesson = await Lesson.open(page, path);
  const card = await lesson.task("Serve the bakery's site on port 8000");
  const hints = card.getByRole("list", { name: "Hints" }).locator(":scope > li");
  for (const layer of ["a nudge", "where to look", "the shape of the command"]) {
    await card.getByRole("button", { name: new RegExp(`hint .*: ${layer}$`) }).click();
    await expect(hints.last()).toContainText(layer);
  }
  await expect(hints).toHaveCount(3);
  await expect(card).not.toContainText("Type cd ~/site");
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await page.reload();
  await lesson.prompt();
  await expect(
    (await lesson.task("Serve the bakery's site on port 8000")).getByRole("list", { name: "Hints" }).locator(":scope > li"),
  ).toHaveCount(3);
  await picture(page, "hints");
});

test("a solution is stepped through in a scratch copy, compared, and left with Escape; the learner's world stays as it was", async ({
  page,
}) => {
  const lesson = await Lesson.open(page, path);
  await lesson.run("cd ~/site && python -m http.server 8000", /Serving HTTP/);
  await lesson.passes("Serve the bakery's site on port 8000");
  await page.getByRole("button", { name: "Open another terminal" }).click();
  await lesson.prompt();
  await lesson.run("sed -i 's/closed/9 am to 1 pm/' ~/site/hours.html");
  const card = await lesson.task("Open the bakery on Mondays");
  await card.getByText("Read the solution").click();
  await card.getByRole("button", { name: "Step through it beside your work" }).click();
  const dialog = page.getByRole("dialog", { name: /Solution: Open the bakery on Mondays/ });
  await expect(dialog).toContainText("as it was when this task began");
  const steps = dialog.getByRole("list", { name: "Steps" }).getByRole("listitem");
  await expect(steps).toHaveCount(3);
  const next = dialog.getByRole("button", { name: "Next step" });
  const screen = () => dialog.locator(".terminal-screen:visible .xterm-rows").textContent();
  for (const index of [0, 1]) {
    await next.click();
    await expect(steps.nth(index)).toHaveAttribute("data-state", "done");
  }
  await expect.poll(screen).toContain("Serving HTTP");
  await next.focus();
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("button", { name: "All steps done" })).toBeDisabled();
  await expect.poll(screen).toContain("sed -i");
  await dialog.getByRole("button", { name: "Compare with mine" }).click();
  const compared = dialog.getByRole("region", { name: "The scratch copy and yours" });
  await expect(compared).toContainText("hours.html on laptop, different");
  const table = compared.getByRole("table");
  await expect(table.locator('td[data-kind="missing"]')).toContainText("8 am to 1 pm");
  await expect(table.locator('td[data-kind="extra"]')).toContainText("9 am to 1 pm");
  await picture(page, "solution");
  await accessible(page);
  await dialog.getByRole("button", { name: "Compare with mine" }).focus();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  expect(await lesson.run("grep -c '9 am to 1 pm' ~/site/hours.html")).toContain("1");
  await expect(card).not.toHaveAttribute("data-mood", "done");
});

test("typing does not wait for checks that run Python", async ({ page }) => {
  const python = (id: string): CheckDefinition => ({
    ...words,
    kind: "run",
    id,
    run: "python3 -c 'sum(i * i for i in range(20_000_000)); raise SystemExit(1)'",
    on: "laptop",
    exit: 0,
    network: false,
    timeoutSeconds: 120,
  });
  await withChecks(page, { "serve-site": [python("one"), python("two")] });
  const lesson = await Lesson.open(page, path);
  const card = await lesson.task("Serve the bakery's site on port 8000");
  await page.evaluate(() => {
    const times: number[] = [];
    let pressed = 0;
    Object.assign(window, { times });
    addEventListener("keydown", () => (pressed = performance.now()), { capture: true });
    const rows = document.querySelector(".xterm-rows");
    if (rows === null) throw new Error("no terminal");
    new MutationObserver(() => {
      if (pressed > 0) times.push(performance.now() - pressed);
      pressed = 0;
    }).observe(rows, { subtree: true, childList: true, characterData: true });
  });
  await card.getByRole("button", { name: "Check now" }).click();
  await expect(card).toContainText("Checking…");
  const { terminal } = lesson;
  await terminal.locator("textarea").focus();
  const times = () => page.evaluate(() => (window as unknown as { times: number[] }).times);
  for (const [index, key] of [..."echo while python counts"].entries()) {
    await page.keyboard.press(key === " " ? "Space" : key);
    await expect.poll(async () => (await times()).length, { intervals: [5] }).toBeGreaterThan(index);
  }
  const sorted = [...(await times())].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  console.log(`keystroke to echo while two checks run Python: median ${median.toFixed(1)} ms, worst ${sorted.at(-1)?.toFixed(1)} ms`);
  // Every key was echoed before the checks were over.
  await expect(card.locator(".task-word")).toContainText("Checking…", { timeout: 1 });
});
