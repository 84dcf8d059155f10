import { expect, test } from "playwright/test";
import { Lesson } from "./support/lab.ts";

const path = "/courses/foundations/what-deploying-means/";

test("files can be made, edited, renamed and deleted in the tree, and the shell sees the same", async ({ page }) => {
  const lesson = await Lesson.open(page, path);
  await lesson.show("Files");
  const tree = page.getByRole("tree");
  const entry = (name: string) => tree.getByRole("treeitem", { name, exact: true });
  const tabs = page.getByRole("tablist", { name: "Open files" });
  const editor = page.locator(".cm-content:visible");

  await test.step("a new file stands in the folder that was chosen, and is open", async () => {
    await entry("site").focus();
    await page.getByRole("button", { name: "New file" }).click();
    await page.getByLabel("New file in ~/site").fill("about.html");
    await page.keyboard.press("Enter");
    await expect(entry("about.html")).toBeVisible();
    await expect(tabs.getByRole("tab", { name: "about.html" })).toHaveAttribute("aria-selected", "true");
  });

  await test.step("what is typed is marked as unsaved until it is saved", async () => {
    // Saving by itself takes less than a second; what may not be written stays unsaved, and says why.
    await lesson.run("chmod 444 ~/site/about.html");
    await editor.click();
    await page.keyboard.insertText("<h1>About us</h1>\n");
    await expect(page.locator("#bench-files").getByRole("alert")).toContainText("Not saved: You may not do that");
    await expect(tabs.getByRole("tab", { name: /about\.html ?, not saved/ })).toBeVisible();
    await lesson.run("chmod 644 ~/site/about.html");
    await editor.click();
    await page.keyboard.press("Control+s");
    await expect(tabs.getByRole("tab", { name: "about.html", exact: true })).toBeVisible();
    expect(await lesson.run("cat ~/site/about.html")).toContain("<h1>About us</h1>");
  });

  await test.step("what the shell writes appears in the open editor", async () => {
    await lesson.run("echo '<p>Since 1903</p>' >> ~/site/about.html");
    await expect(editor).toContainText("Since 1903");
  });

  await test.step("the same name twice is refused, with the reason", async () => {
    await page.getByRole("button", { name: "New file" }).click();
    const name = page.getByLabel("New file in ~/site");
    await name.fill("index.html");
    await name.press("Enter");
    await expect(page.locator("#bench-files").getByRole("alert")).toHaveText(
      "There is already something called /home/learner/site/index.html.",
    );
    await name.press("Escape");
    await expect(name).toBeHidden();
  });

  await test.step("F2 renames; the open file goes on under its new name", async () => {
    await entry("about.html").focus();
    await page.keyboard.press("F2");
    await page.getByLabel("New name of about.html").fill("team.html");
    await page.keyboard.press("Enter");
    await expect(tabs.getByRole("tab", { name: "team.html" })).toBeVisible();
    await expect(tabs.getByRole("tab", { name: "about.html" })).toHaveCount(0);
    await expect(editor).toContainText("Since 1903");
    expect(await lesson.run("ls ~/site")).toMatch(/hours\.html.*index\.html.*style\.css.*team\.html/s);
  });

  await test.step("Delete asks, and closes what was open", async () => {
    await entry("team.html").focus();
    await page.keyboard.press("Delete");
    const dialog = page.getByRole("dialog", { name: "Delete team.html?" });
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await entry("team.html").focus();
    await page.keyboard.press("Delete");
    await dialog.getByRole("button", { name: "Delete" }).click();
    await expect(entry("team.html")).toHaveCount(0);
    await expect(tabs.getByRole("tab")).toHaveCount(0);
    expect(await lesson.run("ls ~/site")).not.toContain("team.html");
  });

  await test.step("a folder that the shell makes appears, and one from the tree is there for the shell", async () => {
    await lesson.run("mkdir ~/fresh && touch ~/fresh/x.txt");
    await expect(entry("x.txt")).toBeVisible();
    await entry("fresh").focus();
    await page.getByRole("button", { name: "New folder" }).click();
    await page.getByLabel("New folder in ~/fresh").fill("deep/er");
    await page.keyboard.press("Enter");
    expect(await lesson.run("cd ~/fresh/deep/er && pwd")).toContain("/home/learner/fresh/deep/er");
  });
});
